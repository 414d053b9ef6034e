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
    let left_out = json["left_out"].as_array().unwrap();
    assert!(!left_out.is_empty() && !left_out.contains(&"local/former".into()), "{left_out:?}");
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

/// At most 40 lines of at most 100 columns.
#[track_caller]
fn fits(look: &str) {
    assert!(look.lines().count() <= 40, "{} lines\n{look}", look.lines().count());
    narrow(look);
}

#[track_caller]
fn narrow(text: &str) {
    let wide = text.lines().find(|line| line.chars().count() > 100);
    assert_eq!(wide, None, "at most 100 columns");
}

#[test]
fn the_first_look_fits_a_page_and_ranks_what_is_there() {
    let look = Case::acme().run(&[]).ends(0);
    fits(&look);
    let titles = ["WHAT IS THERE", "FIRST CAUSES", "FIX FIRST", "NOT READ OR NOT DECIDED"];
    let places: Vec<usize> = titles.iter().map(|title| look.find(title).expect(title)).collect();
    assert!(places.is_sorted(), "{look}");
    assert!(look.contains("ops_roles.sql:7"), "the first cause: {look}");
    let rules = look.lines().skip_while(|line| !line.starts_with("FIX FIRST")).skip(1);
    let severities: Vec<&str> = rules
        .map_while(|line| line.split_whitespace().next())
        .filter(|word| word.len() < 6)
        .collect();
    let errors = severities.iter().take_while(|word| **word == "error").count();
    assert!(!severities[errors..].contains(&"error"), "errors first: {severities:?}");
    assert!(look.trim_end().ends_with("the whole of it"));
}

#[test]
fn what_is_not_there_is_not_mentioned() {
    let look = Case::folder(&[("a.md", "# A\n")]).run(&[]).ends(0);
    fits(&look);
    assert!(look.contains("NOTHING TO FIX"), "{look}");
    for absent in [
        "WHAT IS",
        "FIRST CAUSES",
        "MIGRATIONS",
        "FIX FIRST",
        "NOT READ",
        "parity.toml",
        "odoo-sh",
        "branch",
    ] {
        assert!(!look.contains(absent), "{absent}: {look}");
    }
}

#[test]
fn a_first_look_at_a_hostile_tree_fits_a_page() {
    let long = "x".repeat(200);
    let files: Vec<(String, String)> = (0..60)
        .map(|number| (format!("{long}/{number}-\u{1b}[31m\u{202e}.pem"), common::KEY.to_owned()))
        .collect();
    let case = Case::folder(
        &files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(),
    );
    let look = case.run(&[]).ends(0);
    fits(&look);
    assert!(!look.contains(['\u{1b}', '\u{202e}']), "{look}");
    let finding =
        look.lines().find_map(|line| line.trim().strip_prefix("parity explain ")).unwrap();
    let explained = case.run(&["explain", finding.split(' ').next().unwrap()]).ends(0);
    narrow(&explained);
    assert!(!explained.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_commit_that_no_branch_contains_is_said_to_be_on_none() {
    let case = Case::git(&[("a.md", "# A\n")]);
    assert!(!case.run(&[]).ends(0).contains("on no branch"));
    case.write("a.md", b"# B\n");
    let lost = case.commit();
    common::git(&case.root, &["reset", "-q", "--hard", "HEAD~1"]);
    assert!(case.run(&["--rev", &lost]).ends(0).contains("· on no branch"));
}

#[test]
fn a_profile_that_recognises_a_tree_is_used_and_said_aloud() {
    let files = [
        ("addons/ipai/README.md", "# A\n"),
        ("supabase/migrations/20260124000001_ops_ssot_base.sql", "create schema ops;\n"),
    ];
    let case = Case::folder(&files);
    let aloud = "profile ipai, recognised by addons/ipai";
    assert!(case.run(&[]).ends(0).contains(aloud));
    assert!(!case.run(&["--profile", "none"]).ends(0).contains("profile"));
    case.write("parity.toml", b"");
    assert!(!case.run(&[]).ends(0).contains(aloud), "a configuration says what it wants");
    let one = Case::folder(&files[..1]);
    assert!(!one.run(&[]).ends(0).contains(aloud), "all paths are needed");
}

#[test]
fn a_rule_says_what_it_tells_if_there_is_nothing_to_examine() {
    let sql = "select path, 1 as line, path as subject, 1 as ok, 'm' as message from files where path = 'b.md'";
    let front = "nothing: no page is called b\n";
    let case = Case::folder(&[
        ("a.md", "# A\n"),
        ("parity.toml", RULES),
        ("rules/trial.md", &page_with(front, sql)),
    ]);
    assert!(case.run(&[]).ends(0).contains("no page is called b"));
    case.write("b.md", b"# B\n");
    assert!(!case.run(&[]).ends(0).contains("no page is called b"));
}

#[test]
fn a_feature_is_explained_down_to_a_line_somebody_can_edit() {
    let case = Case::acme();
    let text = case.run(&["explain", "odoo-sh/3.1"]).ends(0);
    narrow(&text);
    for words in [
        "odoo-sh/3.1  Role-based access control",
        "✗ table ops.roles(permissions)",
        "~ rls ops.*",
        "WHY\n",
        "table ops.project_members: relation \"ops.roles\"",
        "sha256",
        "sql_blockers where object glob 'ops.roles'",
        "disputed:",
    ] {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
    let is_cause = |line: &str| {
        line.contains("└ 20260209140000_ops_roles.sql:7") && line.contains("does not exist")
    };
    assert!(text.lines().any(is_cause), "{text}");
    let again =
        text.lines().find_map(|line| line.strip_prefix("AGAIN     parity query \"")).unwrap();
    let rows = case.query(again.trim_end_matches('"'));
    assert!(!rows.is_empty(), "what is printed can be asked");
}

#[test]
fn migrations_are_explained_by_their_first_causes() {
    let text = Case::acme().run(&["explain", "migrations"]).ends(0);
    let (text, kind) = text.split_once("\nAS EVIDENCE\n").unwrap_or((&text, ""));
    narrow(text);
    assert!(kind.is_empty() || kind.starts_with("migrations  "), "{kind}");
    let cause = text.find("20260209140000_ops_roles.sql:7\n").expect("the cause");
    assert!(text[cause..].contains("holds up 2 files, 4 objects"), "{text}");
    assert!(text.contains("odoo-sh/3.1"), "{text}");
    let none = Case::folder(&[("a.md", "# A\n")]).run(&["explain", "migrations"]).ends(0);
    assert!(none.contains("there are no migrations"));
}

#[test]
fn a_finding_is_explained_by_its_short_id_or_any_longer_one() {
    let case = Case::acme();
    let audit = case.run(&["check", "--format", "json"]).json(1);
    let findings = audit["findings"].as_array().unwrap();
    let found =
        findings.iter().find(|finding| finding["rule"] == "migrations/does-not-apply").unwrap();
    let id = found["id"].as_str().unwrap();
    let text = case.run(&["explain", id]).ends(0);
    narrow(&text);
    for words in ["MEASURED", "WHY", "HOLDS UP", "FIX", "QUERY", "AGAIN", "ops_roles.sql:7"] {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
    let long = format!("m-{}", &found["fingerprint"].as_str().unwrap()[..20]);
    assert_eq!(case.run(&["explain", &long]).ends(0), text);
    case.run(&["explain", "m-000000000"]).refused(&["m-000000000"]);
}

#[test]
fn findings_are_printed_by_file_with_their_short_ids() {
    let out = Case::acme().run(&["check"]).ends(1);
    // A path is never cut, so that it can be opened.
    out.lines().filter(|line| line.starts_with("    ")).for_each(narrow);
    let is_place =
        |line: &&str| [": error ", ": warning ", ": note "].iter().any(|word| line.contains(word));
    let paths: Vec<&str> =
        out.lines().filter(is_place).map(|line| line.split(':').next().unwrap()).collect();
    assert!(paths.is_sorted() && paths.len() > 10, "{paths:?}");
    let ids = out.lines().filter(|line| line.ends_with(']') && line.starts_with("    ")).count();
    assert_eq!(ids, paths.len());
}
