//! What the documents of this repository say of the tool is so: the output the README shows, the rules and kinds of
//! evidence the changelog lists, how many rules run unasked.
#![allow(clippy::unwrap_used, reason = "a test that cannot read a document fails")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::parity;
use parity::pages::{Expectation, Library};
use regex::Regex;
use tempfile::TempDir;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn built_in() -> Library {
    Library::built_in().expect("the built-in pages are sound")
}

/// What stands in backticks in a section's lists that begin so.
fn listed(text: &str, start: &str) -> Vec<String> {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no line starts `{start}`"));
    let entry = rest.split("\n- ").next().unwrap().split("\n#").next().unwrap();
    let quoted = Regex::new("`([a-z][a-z0-9/-]*)`").unwrap();
    quoted.captures_iter(entry).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_readme_shows_what_the_tool_prints() {
    let readme = document("README.md");
    let (_, rest) = readme.split_once("<!-- output: parity ").unwrap();
    let (args, rest) = rest.split_once(" -->").unwrap();
    let (_, rest) = rest.split_once("```text\n").unwrap();
    let (shown, _) = rest.split_once("```\n").unwrap();
    let cache = TempDir::new().unwrap();
    let mut command = parity(cache.path());
    let output = command.args(args.split(' ')).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    assert_eq!(shown, String::from_utf8(output.unwrap().stdout).unwrap());
}

#[test]
fn the_changelog_lists_each_rule_and_each_kind_of_evidence_once_and_in_order() {
    let (changelog, library) = (document("CHANGELOG.md"), built_in());
    let mut rules: Vec<&str> = library.rules().map(|page| page.id.as_str()).collect();
    let mut kinds: Vec<&str> = library.evidence().map(|page| page.id.as_str()).collect();
    rules.sort_unstable();
    kinds.sort_unstable();
    assert_eq!(listed(&changelog, "\n- Rules: "), rules);
    assert_eq!(listed(&changelog, "\n- Kinds of evidence: "), kinds);
}

#[test]
fn at_least_forty_rules_of_nine_families_run_unasked() {
    let library = built_in();
    let unasked: Vec<&str> =
        library.rules().filter(|rule| !rule.preview).map(|rule| rule.id.as_str()).collect();
    assert!(unasked.len() >= 40, "{} rules are out of preview", unasked.len());
    let families: BTreeSet<&str> =
        unasked.iter().map(|rule| rule.split_once('/').unwrap().0).collect();
    let nine = ["ci", "claims", "license", "migrations", "odoo", "org", "repo", "rls", "spec"];
    assert_eq!(families, BTreeSet::from(nine));
}

#[test]
fn every_page_shows_what_fails_and_what_passes() {
    let library = built_in();
    for page in library.rules().chain(library.evidence()) {
        for wanted in [Expectation::Fails, Expectation::Passes] {
            let has = page.examples.iter().any(|example| example.expectation == wanted);
            assert!(has, "{} has no example that {wanted:?}", page.id);
        }
    }
}
