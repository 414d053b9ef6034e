//! The exit statuses, case by case: 0 nothing fails, 1 something does, 2 no audit was performed.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use common::{Case, KEY, RULES, page};

const CLEAN: &str = "{'name': 'A', 'license': 'LGPL-3', 'version': '18.0.1.0.0', 'author': 'A', 'website': 'https://a.example'}\n";

fn clean() -> Case {
    Case::git(&[("addons/a/__manifest__.py", CLEAN)])
}

#[test]
fn zero_an_audit_was_made_and_nothing_fails() {
    let case = clean();
    for args in [
        &["check"][..],
        &["check", "--staged"],
        &["check", "--changed"],
        &["check", "--since", "HEAD"],
        &["score"],
        &["report"],
        &[],
        &["query", "select 1"],
        &["schema"],
        &["explain"],
        &["check", "--format", "sarif"],
        &["baseline"],
        &["--help"],
        &["--version"],
    ] {
        case.run(args).ends(0);
    }
    case.write("key.pem", KEY.as_bytes());
    case.run(&["check", "--fail-on", "never"]).ends(0);
    case.run(&["check", "--ignore", "repo"]).ends(0);
    case.run(&["check", "--select", "odoo"]).ends(0);
}

#[test]
fn zero_what_was_there_before_fails_nothing() {
    let case = Case::git(&[("key.pem", KEY)]);
    case.run(&["check"]).ends(1);
    case.run(&["check", "--changed"]).ends(0);
    case.run(&["check", "--since", "HEAD"]).ends(0);
    case.run(&["baseline"]).ends(0);
    case.run(&["check"]).ends(0);
    case.run(&["check", "--no-baseline"]).ends(1);
}

#[test]
fn one_an_audit_was_made_and_something_fails() {
    let case = Case::git(&[("key.pem", KEY)]);
    for args in [
        &["check"][..],
        &["check", "--staged"],
        &["check", "--format", "json"],
        &["check", "--format", "junit"],
    ] {
        let run = case.run(args);
        assert_eq!(run.err, "parity: 1 error (repo/private-key-committed)\n");
        run.ends(1);
    }
    case.write("parity.toml", b"[gates.odoo-sh]\nmin = 99\n");
    let run = case.run(&["check", "--fail-on", "never"]);
    assert_eq!(run.err, "parity: 1 gate missed\n");
    run.ends(1);
    case.run(&["score", "--min", "odoo-sh=99"]).ends(1);
}

#[test]
fn two_the_command_line_asks_for_nothing_that_can_be_done() {
    let case = clean();
    for args in [
        &["chek"][..],
        &["check", "--select", "nothing/such"],
        &["check", "--select", "odoo", "--ignore", "odoo"],
        &["check", "--format", "pdf"],
        &["check", "--fail-on", "everything"],
        &["check", "--staged", "--since", "HEAD"],
        &["check", "--changed", "--since", "HEAD"],
        &["check", "--also", "sarif"],
        &["check", "--as-of", "yesterday"],
        &["check", "--set", "sql"],
        &["check", "--profile", "nobody"],
        &["check", "--product", "nothing"],
        &["score", "nothing"],
        &["score", "--min", "odoo-sh"],
        &["query", "delete from files"],
        &["query", "select nothing from files"],
        &["explain", "nothing/such"],
        &["baseline", "--prune"],
        &["waive", "x-0000", "--reason", "r", "--owner", "o", "--until", "2030-01-01"],
        &["baseline", "--rev", "HEAD"],
    ] {
        case.run(args).refused(&[]);
    }
}

#[test]
fn two_the_repository_or_the_revision_cannot_be_read() {
    let case = clean();
    case.run(&["check", "--rev", "no-such"]).refused(&["no-such"]);
    case.run(&["check", "--since", "no-such"]).refused(&["no-such"]);
    common::run(&case.cache, &["check", "--repo", "/nowhere/at/all"]).refused(&["/nowhere/at/all"]);
    let folder = Case::folder(&[("a.md", "# A\n")]);
    folder.run(&["check", "--staged"]).refused(&["no index"]);
    folder.run(&["check", "--changed"]).refused(&["not a git repository"]);
    let bare = case.bare();
    let bare = bare.to_str().unwrap();
    common::run(&case.cache, &["check", "--staged", "--repo", bare]).refused(&["bare clone"]);
    common::run(&case.cache, &["baseline", "--repo", bare]).refused(&["bare clone"]);
}

#[test]
fn two_the_configuration_is_wrong() {
    let case = clean();
    for (text, word) in [
        ("[pats]\n", "did you mean `paths`"),
        ("[gates.odoo-sh]\nmin = 101\n", "percentage"),
        ("[gates.odoo-sh]\n", "asks for nothing"),
        ("[gates.odoo-hs]\nmin = 1\n", "odoo-hs"),
        ("[product.a]\n", "names no paths"),
        ("[product.a]\npaths = [\"{\"]\n", "[product]"),
        ("[paths]\narchived = [\"{\"]\n", "archived"),
        (
            "[[waiver]]\nrule = \"a/b\"\nowner = \"o\"\nreason = \"r\"\nexpires = \"2030-01-01\"\n",
            "which is no rule",
        ),
        ("[[waiver]]\nrule = \"a/b\"\nowner = \"o\"\nreason = \"r\"\nexpires = \"soon\"\n", "soon"),
    ] {
        case.write("parity.toml", text.as_bytes());
        case.run(&["check"]).refused(&[word]);
    }
    case.write("parity.toml", b"");
    for text in ["{", "{}", "{\"schema\": \"parity/baseline@9\", \"rules\": {}}"] {
        case.write("parity.baseline.json", text.as_bytes());
        case.run(&["check"]).refused(&["parity.baseline.json"]);
        case.run(&["check", "--no-baseline"]).ends(0);
    }
}

#[test]
fn two_a_selected_rule_or_a_gated_matrix_could_not_run() {
    let broken =
        page("select path, 1 as line, path as subject, 'yes' as ok, 'm' as message from files");
    let case = Case::git(&[("parity.toml", RULES), ("rules/trial.md", &broken)]);
    case.run(&["check"]).refused(&["rules/trial.md"]);
    case.run(&["check", "--select", "odoo"]).ends(0);
    case.write("parity.toml", b"[gates.org-practices]\nmin = 0\n");
    case.run(&["check"]).ends(0);
    case.write(
        "parity/org-practices.yaml",
        b"extends: org-practices@1\nowner: a\nfeatures: {OP-GH-02: {evidence: [nothing such]}}\n",
    );
    case.run(&["check"]).refused(&[]);
}
