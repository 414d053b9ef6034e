//! The action, its steps run by bash with the environment GitHub gives them.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands that are run are found by the environment"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Case, KEY, git};
use serde_json::Value;

const ACTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml");

/// A job: a clone of a repository, and what its steps leave behind.
struct Job {
    clone: PathBuf,
    files: PathBuf,
    inputs: BTreeMap<&'static str, String>,
    environment: Vec<(&'static str, String)>,
}

/// How a job ended.
#[derive(Debug)]
struct Ended {
    /// The exit status of the step that ended it; 0: all were run.
    code: i32,
    log: String,
    summary: String,
    outputs: BTreeMap<String, String>,
}

impl Job {
    /// A job that has checked out one commit of a pull request, as the action for it does.
    fn of_pull_request(case: &Case, base: &str) -> Job {
        let job = Job::new(case, &["--depth=1"]);
        Job { environment: vec![("GITHUB_BASE_REF", base.to_owned())], ..job }
    }

    fn new(case: &Case, depth: &[&str]) -> Job {
        let (clone, files) = (case.beside("clone"), case.beside("runner"));
        let url = format!("file://{}", case.root.display());
        let args: Vec<&str> =
            ["clone", "-q", "--branch", "change"].iter().chain(depth).copied().collect();
        let args: Vec<&str> =
            args.into_iter().chain([url.as_str(), clone.to_str().unwrap()]).collect();
        git(case.root.parent().unwrap(), &args);
        fs::create_dir(&files).unwrap();
        Job { clone, files, inputs: BTreeMap::new(), environment: Vec::new() }
    }

    /// Runs the `run` of each step, as a runner does: until one fails.
    fn run(&self, cache: &Path) -> Ended {
        let action: Value = serde_yaml::from_str(&fs::read_to_string(ACTION).unwrap()).unwrap();
        let mut outputs = BTreeMap::new();
        let mut ended =
            Ended { code: 0, log: String::new(), summary: String::new(), outputs: BTreeMap::new() };
        for step in action["runs"]["steps"].as_array().unwrap() {
            assert_eq!(step["shell"], "bash");
            let file = self.files.join("output");
            fs::write(&file, "").unwrap();
            let mut command = self.bash(step["run"].as_str().unwrap(), cache);
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                command.env(name, self.expand(value.as_str().unwrap(), &action, &outputs));
            }
            let output = command.output().unwrap();
            ended.log += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
            let written = fs::read_to_string(&file).unwrap();
            let pairs = written.lines().filter_map(|line| line.split_once('='));
            let id = step["id"].as_str().unwrap_or_default();
            outputs.extend(
                pairs.map(|(key, value)| (format!("steps.{id}.outputs.{key}"), value.to_owned())),
            );
            ended.code = output.status.code().unwrap();
            if ended.code != 0 {
                break;
            }
        }
        ended.summary = fs::read_to_string(self.files.join("summary")).unwrap_or_default();
        for (name, output) in action["outputs"].as_object().unwrap() {
            ended.outputs.insert(
                name.clone(),
                self.expand(output["value"].as_str().unwrap(), &action, &outputs),
            );
        }
        ended
    }

    fn bash(&self, script: &str, cache: &Path) -> Command {
        let parity = Path::new(env!("CARGO_BIN_EXE_parity")).parent().unwrap();
        let mut command = Command::new("bash");
        // As `shell: bash` says in GitHub's own documentation.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        command.current_dir(&self.clone).env_clear().stdin(Stdio::null());
        command.env("PATH", format!("{}:{}", parity.display(), std::env::var("PATH").unwrap()));
        command
            .env("HOME", &self.files)
            .env("PARITY_CACHE_DIR", cache)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        for (name, file) in [
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
            ("GITHUB_PATH", "path"),
            ("GITHUB_ENV", "env"),
        ] {
            command.env(name, self.files.join(file));
        }
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", &self.clone);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A value with its expressions replaced: inputs, outputs of earlier steps, the place of the action.
    fn expand(&self, text: &str, action: &Value, outputs: &BTreeMap<String, String>) -> String {
        let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
        let (expression, after) = rest.split_once("}}").unwrap();
        let expression = expression.trim();
        let value = if let Some(input) = expression.strip_prefix("inputs.") {
            let declared = &action["inputs"][input];
            assert!(declared.is_object(), "`{expression}` is no input");
            self.inputs
                .get(input)
                .cloned()
                .unwrap_or_else(|| declared["default"].as_str().unwrap_or_default().to_owned())
        } else if expression == "github.action_path" {
            Path::new(ACTION).parent().unwrap().display().to_string()
        } else {
            assert!(expression.starts_with("steps."), "`{expression}` is not known here");
            outputs.get(expression).cloned().unwrap_or_default()
        };
        format!("{before}{value}{}", self.expand(after, action, outputs))
    }
}

/// A branch `change` on top of `main`, which has a key already.
fn with_change(files: &[(&str, &str)]) -> Case {
    let case = Case::acme();
    case.write("certs/old.pem", KEY.as_bytes());
    case.commit();
    git(&case.root, &["checkout", "-q", "-b", "change"]);
    files.iter().for_each(|(path, text)| case.write(path, text.as_bytes()));
    case.commit();
    case
}

#[test]
fn a_pull_request_is_told_what_it_adds() {
    let case =
        with_change(&[("certs/new.pem", KEY), ("notes, 1.md", "See `scripts/absent.py`.\n")]);
    let ended = Job::of_pull_request(&case, "main").run(&case.cache);
    assert_eq!(ended.code, 1, "{}", ended.log);
    assert!(
        ended.log.contains("::error file=certs/new.pem,line=1,title=repo/private-key-committed ["),
        "{}",
        ended.log
    );
    assert!(!ended.log.contains("old.pem"), "{}", ended.log);
    let summary = &ended.summary;
    assert!(summary.starts_with("## parity: 1 new finding · exit 1\n"), "{summary}");
    for words in [
        "| score | base ",
        "| this change | moved by |",
        " of 60 ",
        "| nothing |",
        "| error repo/private-key-committed | certs/new.pem:1 |",
        "Known ",
        "One finding: `parity explain ID`",
    ] {
        assert!(summary.contains(words), "`{words}` is not in: {summary}");
    }
    assert_eq!(ended.outputs["exit"], "1");
    let sarif = fs::read(case.beside("clone").join(&ended.outputs["sarif"])).unwrap();
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["baselineState"] == "new"));
    assert!(results.iter().any(|result| result["baselineState"] == "unchanged"));
}

#[test]
fn a_pull_request_that_adds_nothing_wrong_passes() {
    let case = with_change(&[("notes.md", "# Notes\n")]);
    let ended = Job::of_pull_request(&case, "main").run(&case.cache);
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.summary.starts_with("## parity: no new finding · exit 0\n"), "{}", ended.summary);
    assert_eq!(ended.outputs["exit"], "0");
}

#[test]
fn a_push_is_judged_as_a_whole_and_gates_count() {
    let case =
        with_change(&[("certs/new.pem", KEY), ("parity.toml", "[gates.odoo-sh]\nmin = 99\n")]);
    let mut job = Job::new(&case, &[]);
    job.inputs.insert("sarif", "out.sarif".to_owned());
    job.inputs.insert("arguments", "--select repo --no-baseline".to_owned());
    let ended = job.run(&case.cache);
    assert_eq!(ended.code, 1, "{}", ended.log);
    assert!(ended.log.contains("::error title=gate missed::odoo-sh: "), "{}", ended.log);
    assert!(
        ended.summary.starts_with("## parity: 1 gate missed, 2 findings · exit 1\n"),
        "{}",
        ended.summary
    );
    assert!(case.beside("clone/out.sarif").exists());
}

#[test]
fn a_job_that_could_not_audit_says_so_in_its_summary() {
    let case = with_change(&[("parity.toml", "[pats]\n")]);
    let ended = Job::of_pull_request(&case, "main").run(&case.cache);
    assert_eq!(ended.code, 2, "{}", ended.log);
    assert!(ended.log.contains("did you mean `paths`"), "{}", ended.log);
    assert!(ended.summary.contains("no audit was performed"), "{}", ended.summary);
    assert_eq!(ended.outputs["exit"], "2");
}

#[test]
fn a_base_that_cannot_be_fetched_is_no_pass() {
    let case = with_change(&[("notes.md", "# Notes\n")]);
    let ended = Job::of_pull_request(&case, "gone").run(&case.cache);
    assert_eq!(ended.code, 2, "{}", ended.log);
    assert!(ended.log.contains("`gone` cannot be fetched"), "{}", ended.log);
}

#[test]
fn no_expression_stands_in_a_script() {
    let action: Value = serde_yaml::from_str(&fs::read_to_string(ACTION).unwrap()).unwrap();
    for step in action["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "what a branch is called would be run: {script}");
    }
}

#[test]
fn what_a_branch_is_called_is_not_run() {
    let case = with_change(&[("notes.md", "# Notes\n")]);
    let name = "x;touch${IFS}forged;$(touch${IFS}forged)";
    git(&case.root, &["branch", name, "main"]);
    let ended = Job::of_pull_request(&case, name).run(&case.cache);
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(!case.beside("clone/forged").exists());
}
