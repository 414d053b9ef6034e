//! What a person sees first: which rules run unasked, the first look, and what `explain` says.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use common::{Case, RULES, page_with};

/// A repository with one rule in preview that fails.
fn with_preview(config: &str) -> Case {
    let sql = "select path, 1 as line, path as subject, 0 as ok, 'm' as message from files where path = 'a.md'";
    let front = "preview: true\naliases: [local/former]\n";
    let steady =
        page_with("", &sql.replace("0 as ok", "1 as ok")).replace("local/trial", "local/steady");
    Case::folder(&[
        ("a.md", "# A\n"),
        ("parity.toml", &format!("{RULES}{config}")),
        ("rules/trial.md", &page_with(front, sql)),
        ("rules/steady.md", &steady),
    ])
}

#[test]
fn a_rule_in_preview_runs_only_when_it_is_asked_for_and_is_counted_when_it_is_not() {
    let case = with_preview("");
    let quiet = case.run(&["check", "--select", "local"]).ends(0);
    assert!(quiet.contains("1 more rule with --all"), "{quiet}");
    assert!(!quiet.contains("local/trial"), "{quiet}");
    let json = case.run(&["check", "--format", "json", "--select", "local"]).json(0);
    assert_eq!(json["left_out"], serde_json::json!(["local/trial"]));
    for args in [
        &["check", "--select", "local", "--all"][..],
        &["check", "--select", "local/trial"],
        &["check", "--select", "local/former"],
    ] {
        let loud = case.run(args).ends(1);
        assert!(loud.contains("local/trial") && !loud.contains("more rule"), "{args:?}\n{loud}");
    }
    let ignored = case.run(&["check", "--select", "local", "--ignore", "local/trial"]).ends(0);
    assert!(!ignored.contains("more rule"), "{ignored}");
    case.run(&["check", "--select", "local", "--ignore", "local/steady"]).refused(&["--all"]);
    assert!(case.run(&[]).ends(0).contains("more rule"));
    assert!(case.run(&["--all"]).ends(0).contains("local/trial"));
}

#[test]
fn a_rule_in_preview_that_is_set_or_waived_runs_for_somebody_relies_on_it() {
    let waiver = "[[waiver]]\nrule = \"local/former\"\nowner = \"ops\"\nreason = \"known\"\nexpires = \"2027-01-01\"\n";
    let case = with_preview(waiver);
    let json = case.run(&["check", "--format", "json"]).json(0);
    assert_eq!(json["findings"][0]["status"], "waived", "{}", json["findings"]);
    assert_eq!(json["left_out"], serde_json::json!([]));
}

#[test]
fn what_is_in_preview_is_said_where_it_is_explained() {
    let case = with_preview("");
    let list = case.run(&["explain"]).ends(0);
    let line = list.lines().find(|line| line.contains("local/trial")).unwrap();
    assert!(line.contains("(preview)"), "{line}");
    assert!(!list.lines().any(|line| line.contains("local/steady") && line.contains("preview")));
    assert!(case.run(&["explain", "local/trial"]).ends(0).contains("in preview"));
}
