//! REUSE by us and by the reference tool, on trees made at random from a compliant one, and on real ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment how much to try")]

mod common;
mod tools;

#[path = "reuse/trees.rs"]
mod trees;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::run;
use serde_json::Value;
use tempfile::TempDir;

/// Trees that are judged; `PARITY_REUSE_TREES` asks for another number.
const TREES: u64 = 200;

/// The reference tool's own command, in one process for all trees: starting it takes longer than judging.
const LINT: &str = "
import json, sys
from click.testing import CliRunner
import reuse.report
from reuse.cli.main import main
reuse.report.ENABLE_PARALLEL = False
said = []
for root in sys.argv[1:]:
    result = CliRunner().invoke(main, ['--root', root, 'lint', '--json'])
    try:
        said.append(json.loads(result.stdout))
    except ValueError:
        said.append(None)
print(json.dumps(said))
";

/// What is wrong, as `kind: thing`; none: the tree is not judged, since a file about it cannot be read.
type Wrong = Option<BTreeSet<String>>;

fn ours(cache: &Path, root: &Path) -> Wrong {
    let args =
        ["check", "--profile", "reuse", "--format", "json", "--repo", root.to_str().unwrap()];
    let said = run(cache, &args);
    let json: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err));
    let mut wrong = BTreeSet::new();
    let mut is_refused = false;
    for found in json["findings"].as_array().unwrap() {
        let rule = found["rule"].as_str().unwrap().trim_start_matches("license/reuse-");
        is_refused |= rule == "toml-unreadable"
            || found["message"].as_str().unwrap().starts_with("another file is named");
        wrong.insert(format!("{rule}: {}", found["subject"].as_str().unwrap()));
    }
    assert_eq!(said.code == 0, wrong.is_empty(), "{}", said.out);
    (!is_refused).then_some(wrong)
}

fn theirs(root: &Path, json: &Value) -> Wrong {
    let wrong = json.get("non_compliant")?;
    let mut all = BTreeSet::new();
    let mut add = |rule: &str, key: &str, after: &str| {
        let named: Vec<String> = match &wrong[key] {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        let prefix = format!("{}/", root.display());
        all.extend(
            named.iter().map(|name| format!("{rule}: {}{after}", name.trim_start_matches(&prefix))),
        );
    };
    add("file-incomplete", "missing_copyright_info", ": copyright");
    add("file-incomplete", "missing_licensing_info", ": licence");
    add("text-missing", "missing_licenses", "");
    add("text-unused", "unused_licenses", "");
    add("text-name", "bad_licenses", "");
    add("text-name", "deprecated_licenses", "");
    add("text-name", "licenses_without_extension", "");
    add("unread", "read_errors", "");
    let is_invalid = |said: &Value| said["is_valid"] == false;
    for file in json["files"].as_array().into_iter().flatten() {
        if file["spdx_expressions"].as_array().into_iter().flatten().any(is_invalid) {
            all.insert(format!("expression-invalid: {}", file["path"].as_str().unwrap()));
        }
    }
    assert_eq!(json["summary"]["compliant"].as_bool(), Some(all.is_empty()), "{json}");
    Some(all)
}

/// How two judgements agree.
#[derive(Default)]
struct Agreement {
    verdicts: usize,
    files: usize,
    compliant: usize,
    refused: usize,
    differ: Vec<String>,
}

impl Agreement {
    fn of(roots: &[PathBuf]) -> Option<Agreement> {
        let bin = tools::python(&["reuse==6.2.0", "charset-normalizer==3.4.4"])?;
        let paths: Vec<&Path> = roots.iter().map(PathBuf::as_path).collect();
        let judged = tools::python_json(&bin.join("python"), LINT, &paths);
        let cache = TempDir::new().unwrap();
        let mut agreement = Agreement::default();
        for (root, json) in roots.iter().zip(judged.as_array().unwrap()) {
            agreement.add(root, ours(cache.path(), root), theirs(root, json));
        }
        Some(agreement)
    }

    fn add(&mut self, root: &Path, said: Wrong, wanted: Wrong) {
        let is_compliant = |wrong: &Wrong| wrong.as_ref().is_some_and(BTreeSet::is_empty);
        self.refused += usize::from(wanted.is_none());
        self.compliant += usize::from(is_compliant(&wanted));
        self.verdicts += usize::from(is_compliant(&said) == is_compliant(&wanted));
        self.files += usize::from(said == wanted);
        if said != wanted {
            let only = |one: &Wrong, other: &Wrong| match (one, other) {
                (None, _) => vec!["not judged".to_owned()],
                (Some(one), None) => one.iter().cloned().collect(),
                (Some(one), Some(other)) => one.difference(other).cloned().collect(),
            };
            let (here, there) = (only(&said, &wanted), only(&wanted, &said));
            self.differ.push(format!(
                "{}: only here {} {:?}, only there {} {:?}",
                root.file_name().unwrap().display(),
                here.len(),
                &here[..here.len().min(8)],
                there.len(),
                &there[..there.len().min(8)]
            ));
        }
    }

    #[allow(clippy::print_stderr, reason = "the figure is what the test is run for")]
    fn print(&self, all: usize) {
        let Agreement { verdicts, files, compliant, refused, differ } = self;
        eprintln!(
            "{verdicts} of {all} trees have the same verdict, {files} the same files; {compliant} are compliant, {refused} cannot be judged\n{}",
            differ.join("\n")
        );
    }
}

#[test]
fn generated_trees_are_judged_as_by_the_reference_tool() {
    let asked = std::env::var("PARITY_REUSE_TREES").ok().and_then(|number| number.parse().ok());
    let count: u64 = asked.unwrap_or(TREES);
    let temp = TempDir::new().unwrap();
    let folder = temp.path().canonicalize().unwrap();
    let roots: Vec<PathBuf> = (0..count).map(|seed| folder.join(format!("{seed:04}"))).collect();
    for (root, seed) in roots.iter().zip(0..) {
        trees::tree(root, seed);
    }
    let Some(agreement) = Agreement::of(&roots) else { return };
    agreement.print(roots.len());
    assert_eq!(agreement.verdicts, roots.len(), "the same verdict");
    assert_eq!(agreement.files, roots.len(), "and the same files");
}

/// Checkouts below `PARITY_REUSE_CORPUS`, a folder.
#[test]
fn real_trees_are_judged_as_by_the_reference_tool() {
    let folder = std::env::var_os("PARITY_REUSE_CORPUS").filter(|folder| !folder.is_empty());
    let Some(folder) = folder else {
        return skipped("PARITY_REUSE_CORPUS names no folder of checkouts");
    };
    let mut roots: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().canonicalize().unwrap())
        .collect();
    roots.sort();
    let Some(agreement) = Agreement::of(&roots) else { return };
    agreement.print(roots.len());
    assert_eq!(agreement.verdicts, roots.len(), "the same verdict");
}

#[allow(clippy::print_stderr, reason = "a test that is not run says so")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}
