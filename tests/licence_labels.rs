//! What people read in heads of files, licence texts and addons of real repositories, beside what is read here; the figures are
//! printed. The repositories are in the folder `PARITY_CORPORA`, as `owner+name.git`.
//! `cargo test --test licence_labels -- --nocapture`
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is told by its environment where real repositories are"
)]
#![allow(clippy::print_stderr, reason = "the figures are what these tests are for")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Case, run};

/// One thing that a person has read.
struct Label {
    repository: String,
    revision: String,
    /// How it was chosen.
    chosen: String,
    verdict: String,
    path: String,
}

impl Label {
    /// Where it is put for this program.
    fn place(&self) -> String {
        format!("{}/{}", self.repository.replace('/', "+"), self.path)
    }

    fn bytes(&self, corpora: &Path) -> Option<Vec<u8>> {
        let name = format!("{}.git", self.repository.replace('/', "+"));
        let mut git = Command::new("git");
        let blob = format!("{}:{}", self.revision, self.path);
        let out = git.current_dir(corpora.join(name)).args(["cat-file", "blob", &blob]).output();
        out.ok().filter(|out| out.status.success()).map(|out| out.stdout)
    }
}

/// The labels of a list: below `@ repository revision`, lines of how it was chosen, the verdict and the path.
fn labels(list: &str) -> Vec<Label> {
    let mut all = Vec::new();
    let (mut repository, mut revision) = ("", "");
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, commit)) = line.strip_prefix("@ ").and_then(|said| said.split_once(' '))
        {
            (repository, revision) = (name, commit);
            continue;
        }
        let [chosen, verdict, path] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        all.push(Label {
            repository: repository.to_owned(),
            revision: revision.to_owned(),
            chosen: chosen.to_owned(),
            verdict: verdict.to_owned(),
            path: path.to_owned(),
        });
    }
    all
}

/// A folder with the files of the labels, and the labels whose files are there; none where there are none, which is said.
fn laid(list: &str) -> Option<(Case, Vec<Label>)> {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty())?;
    let corpora = PathBuf::from(corpora);
    let case = Case::folder(&[]);
    let mut there = Vec::new();
    for label in labels(list) {
        if let Some(bytes) = label.bytes(&corpora) {
            case.write(&label.place(), &bytes);
            there.push(label);
        }
    }
    if there.is_empty() {
        eprintln!("skipped: PARITY_CORPORA has none of the repositories");
        return None;
    }
    Some((case, there))
}

/// How many of each choice are read as labelled, printed with those that are not.
fn compare(what: &str, labels: &[Label], said: impl Fn(&Label) -> String) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for label in labels {
        let said = said(label);
        let (right, all) = counts.entry(&label.chosen).or_default();
        *all += 1;
        if sorted(&said) == sorted(&label.verdict) {
            *right += 1;
        } else {
            eprintln!("  {}: {said}, labelled {}", label.place(), label.verdict);
        }
    }
    for (chosen, (right, all)) in &counts {
        eprintln!("{what}, {chosen}: {right} of {all}");
    }
    let of = |chosen: &str| counts.get(chosen).copied().unwrap_or((0, 0));
    let ((random, all_random), (tricky, all_tricky)) = (of("random"), of("tricky"));
    assert!(random * 100 >= all_random * 98, "random: {random} of {all_random}");
    assert!(tricky * 100 >= all_tricky * 90, "tricky: {tricky} of {all_tricky}");
}

/// The parts of an expression without brackets in the order of their names.
fn sorted(expression: &str) -> String {
    let operator = [" AND ", " OR "].into_iter().find(|operator| expression.contains(operator));
    let Some(operator) = operator.filter(|_| !expression.contains('(')) else {
        return expression.to_owned();
    };
    let parts: BTreeSet<String> = expression.split(operator).map(sorted).collect();
    parts.into_iter().collect::<Vec<_>>().join(operator)
}

#[test]
fn heads_are_read_as_people_read_them() {
    let Some((case, labels)) = laid(include_str!("licences/headers.txt")) else { return };
    let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in case.query("select path, spdx, form from license_headers") {
        let verdict = match (row["spdx"].as_str(), row["form"].as_str()) {
            (Some(spdx), _) => spdx,
            (None, Some("pointer")) => "see",
            (None, Some("public-domain")) => "public-domain",
            (None, _) => "other",
        };
        let path = row["path"].as_str().unwrap_or_default().to_owned();
        read.entry(path).or_default().insert(verdict.to_owned());
    }
    compare("heads", &labels, |label| {
        let said = read.get(&label.place());
        let said = said.map_or_else(|| "-".to_owned(), joined);
        // Terms without an id of the list need not be noticed.
        if label.verdict == "other" && said == "-" { "other".to_owned() } else { said }
    });
}

fn joined(said: &BTreeSet<String>) -> String {
    said.iter().map(String::as_str).collect::<Vec<_>>().join(" AND ")
}

#[test]
fn licence_texts_are_read_as_people_read_them() {
    let Some((case, labels)) = laid(include_str!("licences/texts.txt")) else { return };
    let rows = case.query("select path, spdx, verdict from license_texts");
    let read: BTreeMap<&str, (&str, &str)> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            (text("path"), (text("spdx"), text("verdict")))
        })
        .collect();
    compare("texts", &labels, |label| {
        let (spdx, verdict) = read.get(&*label.place()).copied().unwrap_or_default();
        let is_one = verdict == "match" && !spdx.contains(' ');
        match &*label.verdict {
            "several" if !is_one => "several".to_owned(),
            _ if spdx.is_empty() => "-".to_owned(),
            _ => spdx.to_owned(),
        }
    });
}

#[test]
fn addons_agree_with_themselves_where_people_say_so() {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let corpora = corpora.map(PathBuf::from).unwrap_or_default();
    let mut labels = labels(include_str!("licences/modules.txt"));
    labels.retain(|label| label.bytes(&corpora).is_some());
    if labels.is_empty() {
        eprintln!("skipped: PARITY_CORPORA has none of the repositories");
        return;
    }
    let repositories: BTreeSet<(&str, &str)> =
        labels.iter().map(|label| (&*label.repository, &*label.revision)).collect();
    let cache = tempfile::TempDir::new().unwrap();
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (repository, revision) in repositories {
        let folder = repository.replace('/', "+");
        let bare = corpora.join(format!("{folder}.git"));
        let args =
            ["check", "--select", "license", "--format", "json", "--rev", revision, "--repo"];
        let out = run(cache.path(), &[&args[..], &[bare.to_str().unwrap()]].concat()).out;
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        for found in json["findings"].as_array().unwrap() {
            let kind = match found["rule"].as_str().unwrap() {
                "license/header-differs-from-declared" => "header",
                "license/badge-differs" => "readme",
                "license/declared-differs-from-text" => "text",
                _ => continue,
            };
            let path = format!("{folder}/{}", found["path"].as_str().unwrap_or_default());
            said.entry(path).or_default().insert(kind.to_owned());
        }
    }
    compare("addons", &labels, |label| {
        let place = label.place();
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        let within = said.iter().filter(|(path, _)| Path::new(path).starts_with(folder));
        let kinds: BTreeSet<&str> =
            within.flat_map(|(_, kinds)| kinds).map(String::as_str).collect();
        if kinds.is_empty() {
            return "agree".to_owned();
        }
        kinds.into_iter().collect::<Vec<_>>().join(" ")
    });
}
