//! What somebody labelled by reading, before looking at what is found: ticked tasks and claim lines of several repositories.
//!
//! `PARITY_CORPORA` names a folder with a clone `NAME.git` of each; what is not there is skipped, and said to be.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its corpus fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]
#![allow(
    clippy::print_stderr,
    reason = "a skipped test says so, and the figures are what it is for"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::run;
use serde_json::Value;

/// `repository@revision verdict path:line` a line: whether all that a ticked task names is in the tree (`fine`), or what
/// became of it (`moved`, `deleted`, `never`). Drawn by chance among ticked tasks with a `/`, and labelled before anything was
/// found: the first figures were 26 of 33 and none wrong.
const TASKS: &str = include_str!("claims/tasks.txt");

/// `repository@revision label path:line` a line, `claim` or `none`: drawn by chance among lines with a digit, a mark or a word
/// of a state or of all. Labelled before anything was read of them: the first figures were 26 of 31 and 3 wrong.
const LINES: &str = include_str!("claims/strangers.txt");

/// Labels by place, of each repository and revision.
fn labels(
    text: &'static str,
) -> BTreeMap<(&'static str, &'static str), Vec<(&'static str, &'static str)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in text.lines() {
        let [repo, label, place] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        found.entry(repo.split_once('@').unwrap()).or_default().push((label, place));
    }
    found
}

/// The rows that parity answers about a revision of a clone; none, and it is said, if the clone is not there.
fn ask(name: &str, rev: &str, args: &[&str]) -> Option<Value> {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let repo = corpora.map(|folder| PathBuf::from(folder).join(format!("{name}.git")));
    let Some(repo) = repo.filter(|repo| repo.exists()) else {
        eprintln!("skipped: PARITY_CORPORA names no folder with {name}.git");
        return None;
    };
    let cache = tempfile::tempdir().unwrap();
    let repo = repo.to_string_lossy().into_owned();
    let place = ["--repo", &repo, "--rev", rev, "--profile", "none", "--format", "json"];
    let answer = run(cache.path(), &[args, &place[..]].concat());
    Some(serde_json::from_str(&answer.out).unwrap())
}

/// How a reader's labels and what was found agree.
#[derive(Default)]
struct Score {
    wanted: usize,
    found: usize,
    wrong: usize,
}

impl Score {
    fn count(&mut self, is_wanted: bool, is_found: bool, place: &str) {
        self.wanted += usize::from(is_wanted);
        self.found += usize::from(is_wanted && is_found);
        self.wrong += usize::from(!is_wanted && is_found);
        if is_wanted != is_found {
            eprintln!("{} {place}", if is_found { "wrong" } else { "missed" });
        }
    }

    /// Recall and precision in percent, after they were printed.
    fn percent(&self, of: &str) -> (usize, usize) {
        let percent = |part: usize, whole: usize| 100 * part / whole.max(1);
        let (recall, precision) =
            (percent(self.found, self.wanted), percent(self.found, self.found + self.wrong));
        let Score { wanted, found, wrong } = self;
        eprintln!(
            "{of}: {found} of {wanted} found, {wrong} wrong: recall {recall}%, precision {precision}%"
        );
        (recall, precision)
    }
}

#[test]
fn ticked_tasks_whose_paths_are_absent_are_found() {
    let (mut score, mut fates) = (Score::default(), Score::default());
    for ((name, rev), labels) in labels(TASKS) {
        let what = ["check", "--select", "spec/ticked-but-absent", "--fail-on", "never"];
        let Some(audit) = ask(name, rev, &what) else { return };
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        for finding in audit["findings"].as_array().unwrap() {
            let place = format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]);
            *told.entry(place).or_default() += finding["message"].as_str().unwrap();
        }
        for (label, place) in labels {
            let message = told.get(place).map(String::as_str);
            score.count(label != "fine", message.is_some(), &format!("{name} {place}"));
            if let Some(message) = message.filter(|_| label != "fine") {
                fates.count(true, message.contains(label), &format!("{name} {place}: {message}"));
            }
        }
    }
    let (recall, precision) = score.percent("ticked tasks");
    fates.percent("what became of them");
    assert!(recall >= 90 && precision >= 95);
}

#[test]
fn claim_lines_of_strangers_are_found() {
    let mut score = Score::default();
    for ((name, rev), labels) in labels(LINES) {
        let sql = "select distinct path || ':' || line as place from claims";
        let Some(rows) = ask(name, rev, &["query", sql]) else { return };
        let read: BTreeSet<&str> =
            rows.as_array().unwrap().iter().filter_map(|row| row["place"].as_str()).collect();
        for (label, place) in labels {
            score.count(label == "claim", read.contains(place), &format!("{name} {place}"));
        }
    }
    let (recall, precision) = score.percent("claim lines");
    assert!(recall >= 70 && precision >= 95);
}
