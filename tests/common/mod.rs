//! A folder to audit, a cache of its own, and the built command run on it as anybody would run it.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands that are run are found by the environment"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The day all audits are as of.
pub const DAY: &str = "2026-03-01";

/// What a run of the command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        assert!((0..=2).contains(&run.code), "exit {}: {}", run.code, run.err);
        run
    }

    /// The output, of a run that must have ended so.
    #[track_caller]
    pub fn ends(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self.out
    }

    /// The output as JSON, of a run that must have ended so.
    #[track_caller]
    pub fn json(self, code: i32) -> serde_json::Value {
        serde_json::from_str(&self.ends(code)).unwrap()
    }

    /// Refused with exit 2, with all of these words on standard error and nothing on standard output.
    #[track_caller]
    pub fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "stdout: {}\nstderr: {}", self.out, self.err);
        assert_eq!(self.out, "", "there was no audit, so there is no result");
        let usage = self.err.starts_with("error: ") && self.err.contains("--help");
        assert!(usage || self.err.contains("no audit was performed"), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in: {}", self.err);
        }
    }
}

/// The command with nothing of the user's in its environment.
pub fn parity(cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parity"));
    command
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("PARITY_CACHE_DIR", cache).stdin(Stdio::null());
    command
}

/// Runs the command.
#[track_caller]
pub fn run(cache: &Path, args: &[&str]) -> Run {
    Run::of(parity(cache).args(args).output().unwrap())
}

/// A folder to audit, and a folder for the cache.
pub struct Case {
    temp: TempDir,
    /// The folder to audit.
    pub root: PathBuf,
    /// Where the cache is.
    pub cache: PathBuf,
}

impl Case {
    /// A plain folder with these files.
    pub fn folder(files: &[(&str, &str)]) -> Case {
        let temp = TempDir::new().unwrap();
        let (root, cache) = (temp.path().join("product"), temp.path().join("cache"));
        fs::create_dir(&root).unwrap();
        let case = Case { temp, root, cache };
        files.iter().for_each(|(path, text)| case.write(path, text.as_bytes()));
        case
    }

    /// A working tree with these files committed.
    pub fn git(files: &[(&str, &str)]) -> Case {
        let case = Case::folder(files);
        git(&case.root, &["init", "-q", "-b", "main"]);
        case.commit();
        case
    }

    /// The fixture organisation, committed.
    pub fn acme() -> Case {
        let case = Case::folder(&[]);
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/repos/acme")), &case.root);
        git(&case.root, &["init", "-q", "-b", "main"]);
        case.commit();
        case
    }

    /// Writes a file.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Commits all there is and gives the commit's id.
    pub fn commit(&self) -> String {
        git(&self.root, &["add", "-A", "-f"]);
        git(&self.root, &["commit", "-q", "--allow-empty", "-m", "change"]);
        git(&self.root, &["rev-parse", "HEAD"])
    }

    /// A bare clone beside it.
    pub fn bare(&self) -> PathBuf {
        git(self.temp.path(), &["clone", "-q", "--bare", "product", "product.git"]);
        self.temp.path().join("product.git")
    }

    /// A path beside the audited folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    /// The command on the folder, as of [`DAY`].
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = parity(&self.cache);
        command.args(args).arg("--repo").arg(&self.root).args(["--as-of", DAY]);
        command
    }

    /// Runs the command on the folder.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Runs the command on the folder and tells the most memory it had, in MB.
    #[track_caller]
    pub fn measured(&self, args: &[&str]) -> (Run, u64) {
        let command = self.command(args);
        let mut python = Command::new("python3");
        python
            .args(["-c", MEASURE])
            .arg(command.get_program())
            .args(command.get_args())
            .stdin(Stdio::null());
        python
            .env_clear()
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut run = Run::of(python.output().unwrap());
        let (rest, last) = run.err.trim_end().rsplit_once("PEAK ").expect("the measure is printed");
        let peak = last.parse::<u64>().unwrap() / 1024;
        run.err = rest.to_owned();
        (run, peak)
    }

    /// The rows of a query, as objects.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<serde_json::Value> {
        self.query_with(sql, &[])
    }

    /// The rows of a query with more arguments, as objects.
    #[track_caller]
    pub fn query_with(&self, sql: &str, more: &[&str]) -> Vec<serde_json::Value> {
        let args: Vec<&str> =
            ["query", "--format", "json", sql].iter().chain(more).copied().collect();
        self.run(&args).json(0).as_array().unwrap().clone()
    }

    /// The cells of a query as one text: cells by `|`, rows by line.
    #[track_caller]
    pub fn cells(&self, sql: &str) -> String {
        let rows = self.query(sql);
        let cell = |cell: &serde_json::Value| {
            cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)
        };
        let row = |row: &serde_json::Value| {
            row.as_object().unwrap().values().map(cell).collect::<Vec<_>>().join("|")
        };
        rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }
}

/// Runs its arguments, passes on what they print and how they end, and then says their peak memory in KB.
const MEASURE: &str = "
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], timeout=120)
sys.stderr.write('PEAK %d\\n' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode if done.returncode >= 0 else 99)
";

/// Runs git with nothing of the user's and gives what it prints.
pub fn git(folder: &Path, args: &[&str]) -> String {
    git_with(folder, args, b"")
}

/// Runs git with an input.
pub fn git_with(folder: &Path, args: &[&str], input: &[u8]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env_clear().env("PATH", std::env::var("PATH").unwrap());
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "A")
            .env(format!("GIT_{who}_EMAIL"), "a@example.org")
            .env(format!("GIT_{who}_DATE"), "2026-02-15T12:00:00+0000");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A rule page `local/trial` with this query.
pub fn page(sql: &str) -> String {
    page_with("", sql)
}

/// A rule page `local/trial` with more front matter and this query.
pub fn page_with(front: &str, sql: &str) -> String {
    format!(
        "---\nid: local/trial\nseverity: error\nsince: 0.1.0\n{front}---\n# A trial\n\nWhy.\n\n```sql\n{sql}\n```\n\n## Fix\n\n\
         Nothing.\n\n## Fails: one\n\n```md a.md\n# A\n```\n\n## Passes: other\n\n```md b.md\n# B\n```\n"
    )
}

/// A `parity.toml` that takes pages from `rules/`.
pub const RULES: &str = "[paths]\nrules = [\"rules\"]\n";

/// What `repo/private-key-committed` finds.
pub const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAA\n";
