//! The hooks, run by the real pre-commit on real commits.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands that are run are found by the environment"
)]

mod common;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Case, KEY, git};

const HOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
const MANIFEST: &str = "{'name': 'A', 'license': 'LGPL-3', 'version': '18.0.1.0.0', 'author': 'A', 'website': 'https://a.example'}\n";

/// A repository whose commits pass through pre-commit and the hook `parity-system`.
struct Hooked {
    case: Case,
    bin: PathBuf,
}

/// What a commit came to, and what was printed.
struct Commit {
    is_made: bool,
    printed: String,
}

impl Hooked {
    /// None: pre-commit cannot be installed.
    fn new(files: &[(&str, &str)]) -> Option<Hooked> {
        let bin = tools::python(&["pre-commit==4.7.0"])?;
        let case = Case::git(files);
        // The hooks as a repository of their own, as users name ours.
        let hooks = case.beside("hooks");
        fs::create_dir(&hooks).unwrap();
        fs::copy(HOOKS, hooks.join(".pre-commit-hooks.yaml")).unwrap();
        git(&hooks, &["init", "-q", "-b", "main"]);
        git(&hooks, &["add", "-A"]);
        git(&hooks, &["commit", "-q", "-m", "hooks"]);
        let config = format!(
            "repos:\n  - repo: {}\n    rev: {}\n    hooks: [{{id: parity-system, verbose: true}}]\n",
            hooks.display(),
            git(&hooks, &["rev-parse", "HEAD"])
        );
        case.write(".pre-commit-config.yaml", config.as_bytes());
        case.commit();
        let hooked = Hooked { case, bin };
        let installed =
            hooked.command(&hooked.bin.join("pre-commit")).arg("install").output().unwrap();
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
        Some(hooked)
    }

    fn command(&self, program: &Path) -> Command {
        let parity = Path::new(env!("CARGO_BIN_EXE_parity")).parent().unwrap();
        let path = format!(
            "{}:{}:{}",
            parity.display(),
            self.bin.display(),
            std::env::var("PATH").unwrap()
        );
        let mut command = Command::new(program);
        command.current_dir(&self.case.root).env_clear().env("PATH", path).stdin(Stdio::null());
        command.env("PARITY_CACHE_DIR", &self.case.cache).env("HOME", self.case.beside("home"));
        command
            .env("PRE_COMMIT_HOME", self.case.beside("pre-commit"))
            .env("PRE_COMMIT_COLOR", "never");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "A")
                .env(format!("GIT_{who}_EMAIL"), "a@example.org");
        }
        command
    }

    fn commit(&self, args: &[&str]) -> Commit {
        let output = self
            .command(Path::new("git"))
            .args(["commit", "-m", "change"])
            .args(args)
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        Commit {
            is_made: output.status.success(),
            printed: String::from_utf8_lossy(&printed).into_owned(),
        }
    }

    fn add(&self, path: &str, text: &str) {
        self.case.write(path, text.as_bytes());
        git(&self.case.root, &["add", path]);
    }
}

#[test]
fn a_commit_that_adds_what_fails_is_refused_and_a_clean_one_is_made() {
    let Some(hooked) = Hooked::new(&[("addons/a/__manifest__.py", MANIFEST)]) else { return };
    hooked.add("notes.md", "# Notes\n");
    let clean = hooked.commit(&[]);
    assert!(clean.is_made, "{}", clean.printed);
    assert!(
        clean.printed.contains("Passed") && clean.printed.contains("examined "),
        "{}",
        clean.printed
    );
    hooked.add("key.pem", KEY);
    let refused = hooked.commit(&[]);
    assert!(!refused.is_made, "{}", refused.printed);
    for words in [
        "Failed",
        "exit code: 1",
        "key.pem:1: error repo/private-key-committed",
        "examined ",
        "1 new against HEAD",
        "parity: 1 error (repo/private-key-committed)",
    ] {
        assert!(refused.printed.contains(words), "`{words}` is not in: {}", refused.printed);
    }
    assert!(refused.printed.lines().count() < 16, "{}", refused.printed);
    git(&hooked.case.root, &["rm", "-q", "--cached", "key.pem"]);
    hooked.add("notes.md", "# Notes\n\nMore.\n");
    assert!(hooked.commit(&[]).is_made, "what is not staged is not judged");
}

#[test]
fn what_head_has_is_known_and_does_not_stand_in_the_way() {
    let Some(hooked) = Hooked::new(&[("key.pem", KEY)]) else { return };
    for number in 0..3 {
        hooked.add("notes.md", &format!("# Notes {number}\n"));
        let commit = hooked.commit(&[]);
        assert!(commit.is_made, "{}", commit.printed);
        assert!(commit.printed.contains("0 new against HEAD"), "{}", commit.printed);
    }
    hooked.add("other.pem", KEY);
    assert!(!hooked.commit(&[]).is_made);
}

#[test]
fn the_index_is_judged_not_the_working_tree_and_with_nothing_staged_all_of_it() {
    let Some(hooked) = Hooked::new(&[("addons/a/__manifest__.py", MANIFEST)]) else { return };
    hooked.add("a.pem", KEY);
    hooked.case.write("a.pem", b"nothing any more\n");
    assert!(!hooked.commit(&[]).is_made, "the index has a key");
    hooked.add("a.pem", "nothing any more\n");
    hooked.case.write("a.pem", KEY.as_bytes());
    let commit = hooked.commit(&[]);
    assert!(commit.is_made, "{}", commit.printed);
    let empty = hooked.commit(&["--allow-empty"]);
    assert!(
        empty.printed.contains("nothing is staged: the whole index is judged"),
        "{}",
        empty.printed
    );
    assert!(!empty.printed.contains("examined 0"), "{}", empty.printed);
    let all = hooked
        .command(&hooked.bin.join("pre-commit"))
        .args(["run", "--all-files"])
        .output()
        .unwrap();
    let all = String::from_utf8_lossy(&all.stdout).into_owned();
    assert!(all.contains("Passed") && all.contains("examined "), "{all}");
}

#[test]
fn taking_a_file_out_is_judged_too() {
    let Some(hooked) = Hooked::new(&[
        ("spec/a/tasks.md", "# Tasks\n\n- [x] T001 Write `src/there.py`\n"),
        ("src/there.py", "x = 1\n"),
        ("src/other.py", "x = 1\n"),
    ]) else {
        return;
    };
    git(&hooked.case.root, &["rm", "-q", "src/there.py"]);
    let commit = hooked.commit(&[]);
    assert!(
        !commit.is_made && commit.printed.contains("spec/ticked-but-absent"),
        "{}",
        commit.printed
    );
}

/// Findings of `check --staged` as JSON, without what only tells which rules ran.
fn staged(case: &Case, args: &[&str]) -> serde_json::Value {
    let args: Vec<&str> = ["check", "--staged", "--format", "json", "--fail-on", "never"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let audit = case.run(&args).json(0);
    audit["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["status"] == "active")
        .cloned()
        .collect()
}

#[test]
fn what_is_kept_and_left_out_changes_no_answer() {
    let case = Case::acme();
    // Changes of every kind, one after the other, each judged warm, judged by a fresh cache, and then committed.
    let changes: [(&str, Option<&str>); 11] = [
        (
            "docs/architecture/odoo-sh-parity.md",
            Some("# Parity\n\nSee `scripts/absent.py` and `scripts/check_parity.py`.\n"),
        ),
        (
            "addons/acme/acme_base/__manifest__.py",
            Some("{'name': 'Base', 'version': '18.0.1.0.0'}\n"),
        ),
        (
            "addons/acme/acme_base/__manifest__.py",
            Some(
                "# parity: allow odoo/manifest-required-key old\n{'name': 'Base', 'version': '18.0.1.0.0'}\n",
            ),
        ),
        (
            "addons/acme/acme_base/__manifest__.py",
            Some("{'name': 'Base', 'version': '18.0.1.0.0'}\n"),
        ),
        // The same is read of it, and a finding's line has another text.
        (
            "addons/acme/acme_base/__manifest__.py",
            Some("{'name': 'Base',  'version': '18.0.1.0.0'}\n"),
        ),
        (
            "addons/acme/acme_base/__manifest__.py",
            Some("{'name': 'Base',  'version': '18.0.1.0.0'}\n# The end.\n"),
        ),
        (
            "supabase/migrations/20260301000000_open.sql",
            Some("create table public.open (id bigint primary key);\n"),
        ),
        (
            "supabase/migrations/20260301000000_open.sql",
            Some("create table public.open (id bigint);\ncreate table public.more (id bigint);\n"),
        ),
        ("scripts/check_parity.py", None),
        ("certs/a.pem", Some(KEY)),
        ("parity.toml", Some("[paths]\narchived = [\"docs/archive/**\"]\n")),
    ];
    let mut some = 0;
    for (number, (path, text)) in changes.into_iter().enumerate() {
        match text {
            Some(text) => case.write(path, text.as_bytes()),
            None => fs::remove_file(case.root.join(path)).unwrap(),
        }
        git(&case.root, &["add", "-A", "-f"]);
        let warm = staged(&case, &[]);
        assert_eq!(warm, staged(&case, &[]), "{number}: twice");
        assert_eq!(warm, staged(&case, &["--no-cache"]), "{number}: without what is kept");
        // The whole truth: all rules on both sides.
        let since =
            case.run(&["check", "--changed", "--format", "json", "--fail-on", "never"]).json(0);
        let whole: serde_json::Value = since["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["status"] == "active")
            .cloned()
            .collect();
        let prints = |of: &serde_json::Value| -> Vec<String> {
            of.as_array()
                .unwrap()
                .iter()
                .map(|finding| finding["fingerprint"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(prints(&warm), prints(&whole), "{number}: {path}");
        some += prints(&warm).len();
        case.commit();
    }
    assert!(some >= 5, "the changes add something to find: {some}");
}

#[test]
fn what_was_found_at_head_is_kept_in_a_clone_that_lacks_objects_too() {
    let case = Case::git(&[("lost.py", "lost = 1\n"), ("key.pem", KEY), ("notes.md", "# Notes\n")]);
    let id = git(&case.root, &["rev-parse", "HEAD:lost.py"]);
    let object = case.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let kept = || fs::read_dir(case.cache.join("judged")).unwrap().count();
    for (number, expected) in [(1, 2), (2, 3), (3, 5)] {
        match number {
            1 => fs::rename(&object, case.beside("object")).unwrap(),
            // It is there again: HEAD is judged again.
            3 => fs::rename(case.beside("object"), &object).unwrap(),
            _ => {}
        }
        case.write("notes.md", format!("# Notes {number}\n").as_bytes());
        git(&case.root, &["add", "notes.md"]);
        assert_eq!(staged(&case, &[]), serde_json::json!([]), "the key is known");
        assert_eq!(kept(), expected, "{number}");
        let tree = git(&case.root, &["write-tree", "--missing-ok"]);
        let commit = git(&case.root, &["commit-tree", &tree, "-p", "HEAD", "-m", "change"]);
        git(&case.root, &["update-ref", "HEAD", &commit]);
    }
}

#[test]
fn both_hooks_are_what_pre_commit_must_run_once_and_always() {
    let hooks: serde_json::Value =
        serde_yaml::from_str(&fs::read_to_string(HOOKS).unwrap()).unwrap();
    let of =
        |id: &str| hooks.as_array().unwrap().iter().find(|hook| hook["id"] == id).unwrap().clone();
    for (id, language) in [("parity", "rust"), ("parity-system", "system")] {
        let hook = of(id);
        assert_eq!(hook["language"], language);
        assert_eq!(hook["entry"], "parity check --staged");
        assert_eq!(
            (&hook["pass_filenames"], &hook["require_serial"], &hook["always_run"]),
            (&false.into(), &true.into(), &true.into())
        );
    }
}
