//! The first day with a backlog, and the days after: baseline, waivers, products, what is new.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::fs;

use common::{Case, KEY, git};
use serde_json::{Value, json};

const RULE: &str = "odoo/manifest-required-key";

fn manifest(name: &str) -> String {
    format!("{{'name': '{name}'}}\n")
}

/// Findings of one rule as `path status`.
fn found(case: &Case, args: &[&str]) -> Vec<String> {
    let args: Vec<&str> = ["check", "--format", "json", "--fail-on", "never", "--select", RULE]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let audit = case.run(&args).json(0);
    let one = |finding: &Value| {
        let path = finding["path"].as_str().unwrap().replace("/__manifest__.py", "");
        format!("{path} {}", finding["status"].as_str().unwrap())
    };
    audit["findings"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_baseline_is_known_and_only_what_is_new_counts() {
    let case = Case::git(&[("addons/a/__manifest__.py", &manifest("A")), ("key.pem", KEY)]);
    let said = case.run(&["baseline"]).ends(0);
    assert!(said.starts_with("2 findings of 2 rules written to parity.baseline.json\n"), "{said}");
    let check = case.run(&["check", "--fail-on", "note"]).ends(0);
    assert!(check.contains("0 new against parity.baseline.json, 2 known"), "{check}");
    // Lines move, findings stay.
    case.write("addons/a/__manifest__.py", b"# -*- coding: utf-8 -*-\n\n{'name': 'A'}\n");
    case.write("addons/b/__manifest__.py", manifest("B").as_bytes());
    assert_eq!(found(&case, &[]), ["addons/a known", "addons/b active"]);
    assert_eq!(found(&case, &["--no-baseline"]), ["addons/a active", "addons/b active"]);
    let text = fs::read_to_string(case.root.join("parity.baseline.json")).unwrap();
    let kept: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(kept["rules"][RULE]["count"], 1);
    case.run(&["baseline"]).ends(0);
    assert_eq!(found(&case, &[]), ["addons/a known", "addons/b known"]);
}

#[test]
fn what_is_gone_from_a_baseline_is_said_and_pruned_and_nothing_is_added() {
    let case = Case::git(&[
        ("addons/a/__manifest__.py", &manifest("A")),
        ("addons/b/__manifest__.py", &manifest("B")),
    ]);
    case.run(&["baseline"]).ends(0);
    fs::remove_dir_all(case.root.join("addons/a")).unwrap();
    case.write("addons/c/__manifest__.py", manifest("C").as_bytes());
    let aloud =
        "1 finding is in parity.baseline.json and not found any more: parity baseline --prune";
    assert!(case.run(&["check"]).ends(0).contains(aloud));
    assert!(
        !case.run(&["check", "--select", "rls"]).ends(0).contains("--prune"),
        "those rules did not run"
    );
    let said = case.run(&["baseline", "--prune"]).ends(0);
    assert!(said.starts_with("1 of 2 findings are still there"), "{said}");
    assert_eq!(found(&case, &[]), ["addons/b known", "addons/c active"]);
    assert!(!case.run(&["check"]).ends(0).contains("--prune"));
}

#[test]
fn a_baseline_that_names_no_rule_or_a_former_one_says_so() {
    let case = Case::git(&[("a.md", "# A\n")]);
    let known = json!({"schema": "parity/baseline@1", "rules": {"odoo/nothing": {"count": 0, "findings": {}}}});
    case.write("parity.baseline.json", known.to_string().as_bytes());
    assert!(
        case.run(&["check"])
            .ends(0)
            .contains("parity.baseline.json knows `odoo/nothing`, which is no rule")
    );
}

#[test]
fn a_baseline_of_a_large_backlog_is_read() {
    let case = Case::git(&[("addons/a/__manifest__.py", &manifest("A"))]);
    case.run(&["baseline"]).ends(0);
    let file = case.root.join("parity.baseline.json");
    let mut kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    for number in 0..20_000 {
        kept["rules"][RULE]["findings"][format!("{number:064x}")] = "gone".into();
    }
    fs::write(&file, kept.to_string()).unwrap();
    assert!(fs::metadata(&file).unwrap().len() > 1 << 20);
    assert_eq!(found(&case, &[]), ["addons/a known"]);
}

#[test]
fn a_comment_waives_its_own_line_or_the_one_below() {
    let allow = format!("parity: allow {RULE}");
    let case = Case::git(&[
        ("addons/above/__manifest__.py", &format!("# {allow} chosen in spring\n{}", manifest("A"))),
        (
            "addons/beside/__manifest__.py",
            &format!("{{'name': 'A'}}  # {allow} owner=ops chosen in spring\n"),
        ),
        (
            "addons/ended/__manifest__.py",
            &format!("# {allow} until=2020-01-01 chosen in spring\n{}", manifest("A")),
        ),
        ("addons/far/__manifest__.py", &format!("# {allow} chosen in spring\n\n{}", manifest("A"))),
        (
            "addons/other/__manifest__.py",
            &format!("# parity: allow odoo/license-allowed because\n{}", manifest("A")),
        ),
        ("addons/unsaid/__manifest__.py", &format!("# {allow}\n{}", manifest("A"))),
    ]);
    assert_eq!(
        found(&case, &[]),
        [
            "addons/above waived",
            "addons/beside waived",
            "addons/ended active",
            "addons/far active",
            "addons/other active",
            "addons/unsaid active"
        ]
    );
    assert!(found(&case, &["--no-waivers"]).iter().all(|found| found.ends_with("active")));
    let audit = case.run(&["check", "--format", "json"]).json(1);
    let of = |rule: &str| -> Vec<&str> {
        let findings =
            audit["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
        findings.map(|finding| finding["path"].as_str().unwrap()).collect()
    };
    let path = |name: &str| format!("addons/{name}/__manifest__.py");
    assert_eq!(
        of("org/waiver-unused"),
        [path("ended"), path("far"), path("other"), path("unsaid")]
    );
    assert_eq!(of("org/waiver-without-reason"), [path("unsaid")]);
    let waivers = audit["waivers"].as_array().unwrap();
    let beside =
        waivers.iter().find(|waiver| waiver["scope"] == format!("{}:1", path("beside"))).unwrap();
    assert_eq!(
        (&beside["owner"], &beside["findings"], &beside["expires"]),
        (&json!("ops"), &json!(1), &Value::Null)
    );
}

#[test]
fn a_waiver_is_unused_only_if_its_rule_ran() {
    let case = Case::git(&[("a.py", &format!("# parity: allow {RULE} chosen in spring\nx = 1\n"))]);
    let unused = |args: &[&str]| case.run(args).ends(0).contains("org/waiver-unused");
    assert!(unused(&["check"]));
    assert!(!unused(&["check", "--select", "org"]), "nobody looked for what it waives");
    assert!(unused(&["check", "--select", &format!("org,{RULE}")]));
}

#[test]
fn a_comment_in_markdown_is_one_of_markdown() {
    let case = Case::git(&[(
        "docs/a.md",
        "# A\n\n<!-- parity: allow claims/path-absent it comes with the next release -->\nSee `docs/absent.md`.\n\n```sh\n# parity: allow rls/table-without-rls an example\n```\n",
    )]);
    let waivers = case.query("select rule, covers, reason from inline_waivers");
    assert_eq!(
        waivers,
        [
            json!({"rule": "claims/path-absent", "covers": 4, "reason": "it comes with the next release"})
        ]
    );
}

#[test]
fn a_comment_that_names_no_rule_stops_no_audit_and_is_said() {
    let case = Case::git(&[(
        "a.py",
        "# parity: allow odoo/nothing because\n# parity: allow everything\n",
    )]);
    let check = case.run(&["check"]).ends(0);
    assert!(check.contains("a.py:1 waives `odoo/nothing`, which is no rule"), "{check}");
    assert_eq!(
        case.cells("select line, code from problems where analyzer = 'waivers'"),
        "2|malformed-waiver"
    );
}

#[test]
fn waive_writes_a_waiver_that_covers_the_finding_and_no_other() {
    let case = Case::git(&[
        ("addons/a[1]/__manifest__.py", &manifest("A")),
        ("addons/a1/__manifest__.py", &manifest("A")),
        ("parity.toml", "# ours\n[sql]\nrunner = \"psql\""),
    ]);
    let audit = case.run(&["check", "--format", "json"]).json(0);
    let finding = audit["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["path"] == "addons/a[1]/__manifest__.py");
    // A longer id, as an audit with more findings prints it, means the same.
    let id = format!("o-{}", &finding.unwrap()["fingerprint"].as_str().unwrap()[..9]);
    let id = id.as_str();
    let waive = |until: &str| {
        case.run(&[
            "waive",
            id,
            "--reason",
            "a \"test\"\naddon",
            "--owner",
            "ops",
            "--until",
            until,
        ])
    };
    waive("soon").refused(&["soon"]);
    let said = waive("2027-01-01").ends(0);
    assert_eq!(said, format!("waived {RULE} until 2027-01-01 in parity.toml\n"));
    let text = fs::read_to_string(case.root.join("parity.toml")).unwrap();
    assert!(text.starts_with("# ours\n[sql]\nrunner = \"psql\"\n\n[[waiver]]\n"), "{text}");
    assert_eq!(found(&case, &[]), ["addons/a1 active", "addons/a[1] waived"]);
    case.run(&["waive", id, "--reason", " ", "--owner", "ops", "--until", "2027-01-01"])
        .refused(&["reason"]);
}

#[test]
fn since_shows_what_a_change_adds_and_what_it_mends() {
    let case = Case::git(&[
        ("addons/a/__manifest__.py", &manifest("A")),
        ("addons/b/__manifest__.py", &manifest("B")),
    ]);
    let base = git(&case.root, &["rev-parse", "HEAD"]);
    fs::remove_dir_all(case.root.join("addons/b")).unwrap();
    case.write("addons/c/__manifest__.py", manifest("C").as_bytes());
    case.commit();
    assert_eq!(found(&case, &["--since", &base]), ["addons/a known", "addons/c active"]);
    assert_eq!(found(&case, &["--changed"]), ["addons/a known", "addons/c known"]);
    let summary = case.run(&["check", "--since", &base, "--format", "summary"]).ends(0);
    assert!(summary.starts_with("## parity: 1 new finding · exit 0\n"), "{summary}");
    assert!(
        summary.contains(&format!("| score | base {} | this change | moved by |", &base[..8])),
        "{summary}"
    );
    assert!(
        summary.contains("Known 1,") && summary.contains("Mended by this change: 1."),
        "{summary}"
    );
    // The same between two revisions of a bare clone, and whatever is in the cache.
    let bare = case.bare();
    let args = [
        "check",
        "--repo",
        bare.to_str().unwrap(),
        "--rev",
        "HEAD",
        "--since",
        &base,
        "--select",
        RULE,
        "--as-of",
        common::DAY,
    ];
    let cold = common::run(&case.beside("other"), &args).ends(0);
    assert!(cold.contains(&format!("1 new against {base}, 1 known")), "{cold}");
    let none: Vec<&str> = args.iter().copied().chain(["--no-cache"]).collect();
    assert_eq!(cold, common::run(&case.cache, &none).ends(0));
}

#[test]
fn a_summary_says_which_features_a_change_moves_and_which_gates_it_misses() {
    let case = Case::acme();
    let base = git(&case.root, &["rev-parse", "HEAD"]);
    let gates = fs::read_to_string(case.root.join("parity.toml")).unwrap()
        + "\n[gates.odoo-sh]\nmin = 50\n";
    case.write("parity.toml", gates.as_bytes());
    fs::remove_dir_all(case.root.join("addons")).unwrap();
    let summary = case.run(&[
        "check",
        "--since",
        &base,
        "--format",
        "summary",
        "--select",
        "repo/private-key-committed",
    ]);
    assert_eq!(summary.err, "parity: 1 gate missed\n");
    let summary = summary.ends(1);
    assert!(
        summary.starts_with("## parity: 1 gate missed, no new finding · exit 1\n"),
        "{summary}"
    );
    let row = summary.lines().find(|line| line.starts_with("| odoo-sh |")).unwrap();
    assert!(row.contains("→") && row.contains(" of 60"), "{summary}");
}

#[test]
fn a_monorepo_is_several_products() {
    let case = Case::git(&[
        ("one/addons/a/__manifest__.py", &manifest("A")),
        ("two/addons/b/__manifest__.py", &manifest("B")),
        ("shared/addons/c/__manifest__.py", &manifest("C")),
        (
            "parity.toml",
            "[product.one]\npaths = [\"one/**\", \"shared/**\"]\n[product.two]\npaths = [\"two/**\", \"shared/**\"]\nmatrices = [\"none\"]\n",
        ),
    ]);
    assert_eq!(
        found(&case, &[]),
        ["one/addons/a active", "shared/addons/c active", "two/addons/b active"]
    );
    assert_eq!(
        found(&case, &["--product", "one"]),
        ["one/addons/a active", "shared/addons/c active"]
    );
    assert_eq!(
        found(&case, &["--product", "two"]),
        ["shared/addons/c active", "two/addons/b active"]
    );
    let cells = "select path || ' ' || coalesce(product, '-') as p from files order by path";
    assert_eq!(
        case.cells(cells),
        "one/addons/a/__manifest__.py one\nparity.toml -\nshared/addons/c/__manifest__.py one\ntwo/addons/b/__manifest__.py two"
    );
    let two = case.run(&["check", "--product", "two", "--format", "json"]).json(0);
    assert_eq!(two["product"], "two");
    assert!(case.run(&["score", "--product", "one"]).ends(0).contains("odoo-sh"));
    assert!(
        !case.run(&["score", "--product", "two"]).ends(0).contains("odoo-sh"),
        "it has other matrices"
    );
    case.run(&["check", "--product", "three"]).refused(&["three", "one, two"]);
}

/// A repository whose gate holds its documents to the tree, with one document.
fn with_gate_of_claims(document: &str) -> Case {
    Case::folder(&[
        ("parity.toml", "[gates.odoo-sh]\nclaims = true\n"),
        ("parity/odoo-sh.yaml", "{extends: odoo-sh@1, documents: [docs/*.md]}"),
        ("docs/parity.md", document),
        (".devcontainer/devcontainer.json", "{\"image\": \"debian:12\"}\n"),
    ])
}

/// Checks with one rule, so that gates alone decide.
const GATED: [&str; 3] = ["check", "--select", "repo/private-key-committed"];

#[test]
fn a_gate_of_claims_is_missed_by_a_document_that_says_more_than_the_tree_can_show() {
    let case = with_gate_of_claims("# Parity\n\n**Coverage**: 57/60 (95%)\n");
    let check = case.run(&GATED);
    assert!(check.err.contains("1 gate missed"), "{}", check.err);
    let missed = "odoo-sh: docs/parity.md:3 says 57 of 60; the tree shows";
    let check = check.ends(1);
    assert!(check.contains(missed), "{check}");
    let json = case.run(&[&GATED[..], &["--format", "json"]].concat()).json(1);
    assert!(json["missed"][0].as_str().unwrap().starts_with(missed), "{}", json["missed"]);
    case.run(&[&GATED[..], &["--fail-on", "never"]].concat()).ends(1);
    // Without the gate it is a matter of the score alone.
    case.write("parity.toml", b"");
    case.run(&GATED).ends(0);
}

#[test]
fn a_gate_of_claims_holds_up_to_what_the_tree_may_show_and_asks_nothing_of_plans() {
    let case = with_gate_of_claims("# Parity\n");
    case.run(&GATED).ends(0);
    let audit = case.run(&["score", "--format", "json"]).json(0);
    let most = audit["matrices"][0]["scores"][0]["high"].as_u64().unwrap();
    let ends = |word: &str, count: u64, total: u64, code: i32| {
        let percent = count * 100 / total;
        let text = format!("# Parity\n\n**{word}**: {count}/{total} ({percent}%)\n");
        case.write("docs/parity.md", text.as_bytes());
        case.run(&GATED).ends(code);
    };
    ends("Coverage", most, 60, 0);
    ends("Coverage", most + 1, 60, 1);
    ends("Coverage", 0, 60, 0);
    ends("Target", 57, 60, 0);
    // Of something else that is counted.
    ends("Coverage", 57, 58, 0);
}

#[test]
fn a_gate_of_claims_counts_each_claim_and_stands_beside_a_least_score() {
    let claims = "# Parity\n\n**Coverage**: 57/60 (95%)\n\n**Total**: 54/60 (90%)\n";
    let case = with_gate_of_claims(claims);
    let missed = |min: u8| {
        let gate = format!("[gates.odoo-sh]\nmin = {min}\nclaims = true\n");
        case.write("parity.toml", gate.as_bytes());
        let json = case.run(&[&GATED[..], &["--format", "json"]].concat()).json(1);
        json["missed"].as_array().unwrap().clone()
    };
    assert_eq!(missed(0).len(), 2);
    assert!(missed(90)[0].as_str().unwrap().ends_with("90 % asked for"));
    assert_eq!(missed(90).len(), 3);
}
