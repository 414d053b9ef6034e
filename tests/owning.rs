//! Owning a matrix: beginning one, finding evidence for it, keeping it short, and trying it.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Case, DAY, Run, run};
use serde_json::Value;
use tempfile::TempDir;

/// A folder to audit with a cache beside it.
struct Folder {
    temp: TempDir,
}

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder { temp: TempDir::new().expect("a folder") };
        for (path, text) in files {
            let file = folder.path(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join("repo").join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn run(&self, args: &[&str]) -> Run {
        let (repo, cache) = (self.path(""), self.temp.path().join("cache"));
        let common = ["--repo", repo.to_str().expect("a path"), "--as-of", DAY];
        run(&cache, &[args, &common].concat())
    }
}

const BACKUP: &str = "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  dump:\n    steps:\n      - run: pg_dump app > app.sql\n";
const MANIFEST: &str = "{'name': 'Shop', 'version': '18.0.1.0.0'}\n";

fn shop() -> Folder {
    Folder::with(&[
        (".github/workflows/nightly-dump.yml", BACKUP),
        ("addons/shop/__manifest__.py", MANIFEST),
        (
            "supabase/migrations/20260101000000_a.sql",
            "create schema ops;\ncreate table ops.roles (id bigint primary key, permissions text);\n",
        ),
    ])
}

fn near(offers: &Value, id: &str) -> Vec<String> {
    let offers = offers.as_array().expect("a list");
    let offer = offers.iter().find(|offer| offer["id"] == id).expect("the feature is offered");
    let near = offer["near"].as_array().expect("a list").iter();
    near.map(|near| near["evidence"].as_str().expect("a line").to_owned()).collect()
}

#[test]
fn what_is_accepted_is_written_and_judged() {
    let folder = shop();
    let offers = folder.run(&["map", "odoo-sh", "--format", "json"]).json(0);
    assert_eq!(near(&offers, "3.1"), ["table ops.roles"]);
    let said = folder.run(&["map", "odoo-sh", "--accept", "3.1=1"]).ends(0);
    assert!(
        said.contains("3.1: table ops.roles") && said.contains("parity/odoo-sh.yaml"),
        "{said}"
    );
    let text = folder.text("parity/odoo-sh.yaml");
    assert!(text.contains("extends: odoo-sh@1"), "{text}");
    assert!(text.contains("  \"3.1\": {evidence: [table ops.roles]}\n"), "{text}");
    let judged = folder.run(&["map", "odoo-sh", "--feature", "3.1", "--format", "json"]).json(0);
    assert_eq!(judged[0]["verdict"], "verified");
    let again = folder.run(&["map", "odoo-sh", "--format", "json"]).json(0);
    assert!(!again.as_array().expect("a list").iter().any(|offer| offer["id"] == "3.1"));
}

#[test]
fn a_second_line_is_added_and_comments_are_kept() {
    let folder = shop();
    let before = "# Ours.\nextends: odoo-sh@1\nowner: platform\nfeatures:\n  # Security\n  \"3.1\": {evidence: [table ops.roles], phase: W1}\n";
    fs::create_dir_all(folder.path("parity")).expect("a folder");
    fs::write(folder.path("parity/odoo-sh.yaml"), before).expect("a file");
    folder.run(&["map", "odoo-sh", "--accept", "3.1=rls ops.roles"]).ends(0);
    let text = folder.text("parity/odoo-sh.yaml");
    assert!(text.contains("evidence: [table ops.roles, rls ops.roles], phase: W1}"), "{text}");
    assert!(text.contains("# Ours.") && text.contains("# Security"), "{text}");
}

#[test]
fn a_decision_is_recorded_with_its_reason_owner_and_day() {
    let folder = shop();
    let decide = [
        "map",
        "odoo-sh",
        "--decide",
        "9.2=not-applicable",
        "--reason",
        "internal users only",
        "--by",
        "cto",
    ];
    folder.run(&decide).ends(0);
    let text = folder.text("parity/odoo-sh.yaml");
    assert!(
        text.contains("not-applicable: internal users only, by: cto, on: 2026-03-01"),
        "{text}"
    );
    let score = folder.run(&["score", "odoo-sh", "--format", "json"]).json(0);
    assert_eq!(score["matrices"][0]["scores"][0]["not_applicable"], 1);
}

#[test]
fn what_could_not_be_judged_is_not_written() {
    let folder = shop();
    folder
        .run(&["map", "odoo-sh", "--accept", "3.1=tabel ops.roles"])
        .refused(&["tabel", "did you mean `table`"]);
    folder.run(&["map", "odoo-sh", "--accept", "3.1=9"]).refused(&["no proposal 9"]);
    folder.run(&["map", "odoo-sh", "--accept", "77.1=1"]).refused(&["no feature `77.1`"]);
    folder.run(&["map", "odoo-sh", "--only", "maybe"]).refused(&["`maybe` is no verdict"]);
    assert!(!folder.path("parity").exists());
}

#[test]
fn a_matrix_of_ones_own_is_begun_tried_and_judged() {
    let folder = shop();
    let said = folder.run(&["new", "matrix", "our-shop"]).ends(0);
    assert!(said.contains("parity/catalogues/our-shop.yaml"), "{said}");
    let tried = folder.run(&["test", folder.path("parity").to_str().expect("a path")]).ends(0);
    assert!(tried.contains("our-shop.yaml") && tried.contains("1 examples"), "{tried}");
    let score = folder.run(&["score", "our-shop", "--format", "json"]).json(0);
    assert_eq!(score["matrices"][0]["features"][0]["verdict"], "verified");
    folder.run(&["new", "matrix", "our-shop"]).refused(&["is there already"]);
    folder.run(&["new", "matrix", "../evil"]).refused(&["is no name"]);
}

#[test]
fn an_example_that_comes_to_another_verdict_fails() {
    let folder = shop();
    folder.run(&["new", "matrix", "our-shop"]).ends(0);
    let file = "parity/catalogues/our-shop.yaml";
    let text =
        folder.text(file).replace("verdicts: {\"1.1\": verified}", "verdicts: {\"1.1\": missing}");
    fs::write(folder.path(file), text).expect("a file");
    let tried = folder.run(&["test", folder.path("parity").to_str().expect("a path")]);
    assert!(tried.clone().ends(1).contains("1.1 is verified, not missing"), "{}", tried.out);
}

#[test]
fn a_catalogue_takes_over_what_it_extends() {
    let own = "catalogue: shop\nversion: 1\ntitle: Shop\nsource: ours\nextends: odoo-sh@1\nareas: {x: Ours}\nfeatures:\n  \"x.1\": {title: Own, area: x, source: ours, evidence: [module shop]}\n";
    let folder = shop();
    fs::create_dir_all(folder.path("parity/catalogues")).expect("a folder");
    fs::write(folder.path("parity/catalogues/shop.yaml"), own).expect("a file");
    let score = folder.run(&["score", "shop", "--format", "json"]).json(0);
    assert_eq!(score["matrices"][0]["scores"][0]["total"], 61);
    let other = own.replace("odoo-sh@1", "odoo-sh@9");
    fs::write(folder.path("parity/catalogues/shop.yaml"), other).expect("a file");
    folder.run(&["score", "shop"]).refused(&["odoo-sh@9", "odoo-sh@1"]);
}

#[test]
fn formatting_keeps_the_meaning_and_the_comments() {
    let long = "extends: odoo-sh@1\nfeatures:\n  # Roles\n  '3.1':\n    evidence:\n      all:\n        - table: {name: ops.roles, columns: [permissions]}\n        - {not: {module: {name: web_enterprise}}}\n  \"3.2\":\n    # with a comment within\n    evidence: [module shop]\n";
    let folder = shop();
    fs::create_dir_all(folder.path("parity")).expect("a folder");
    fs::write(folder.path("parity/odoo-sh.yaml"), long).expect("a file");
    let score = |folder: &Folder| {
        let score = folder.run(&["score", "odoo-sh", "--format", "json"]).json(0);
        let features = score["matrices"][0]["features"].as_array().expect("a list").clone();
        let verdicts =
            features.iter().map(|judged| (judged["id"].clone(), judged["verdict"].clone()));
        verdicts.collect::<Vec<_>>()
    };
    let before = score(&folder);
    folder.run(&["fmt", "--check"]).ends(1);
    assert_eq!(folder.text("parity/odoo-sh.yaml"), long, "--check writes nothing");
    let said = folder.run(&["fmt"]).ends(0);
    assert!(said.contains("left as they are, for their comments: 3.2"), "{said}");
    let text = folder.text("parity/odoo-sh.yaml");
    assert!(
        text.contains(
            "  \"3.1\": {evidence: [table ops.roles(permissions), not module web_enterprise]}\n"
        ),
        "{text}"
    );
    assert!(text.contains("# Roles") && text.contains("# with a comment within"), "{text}");
    assert_eq!(score(&folder), before);
    folder.run(&["fmt", "--check"]).ends(0);
}

#[test]
fn what_is_wrong_in_a_matrix_is_said_at_its_line() {
    let folder = shop();
    fs::create_dir_all(folder.path("parity")).expect("a folder");
    for (text, place, message) in [
        (
            "extends: odoo-sh@1\nfeatures:\n  \"3.1\":\n    evidenc: [a]\n",
            "parity/odoo-sh.yaml:4:5",
            "did you mean `evidence`?",
        ),
        (
            "extends: odoo-sh@1\nfeatures:\n  \"3.2\": {}\n  \"3.1\": {evidence: [tabel a]}\n",
            "parity/odoo-sh.yaml:4: features.3.1",
            "did you mean `table`?",
        ),
        (
            "extends: odoo-sh@1\nfeatures:\n  \"3.111\": {}\n",
            "parity/odoo-sh.yaml:3: features.3.111",
            "no such feature",
        ),
        ("extends: [\n", "parity/odoo-sh.yaml:", ""),
    ] {
        fs::write(folder.path("parity/odoo-sh.yaml"), text).expect("a file");
        folder.run(&["score", "odoo-sh"]).refused(&[place, message]);
    }
}

#[test]
fn a_tree_without_addons_is_not_judged_by_a_matrix_of_addons() {
    let folder = Folder::with(&[("README.md", "# Shop\n")]);
    for matrix in ["odoo-ee", "odoo-sh"] {
        let score = folder.run(&["score", matrix, "--format", "json"]).json(0);
        assert_eq!(score["matrices"][0]["applies"], false);
        assert_eq!(score["matrices"][0]["scores"][0]["total"], 0);
        assert!(folder.run(&["score", matrix]).ends(0).contains("does not apply to this tree"));
        let min = format!("{matrix}=0");
        let gated = folder.run(&["score", matrix, "--min", &min]);
        assert!(
            gated.clone().ends(1).contains("does not apply")
                && gated.err.contains("nothing was judged")
        );
    }
    assert!(!folder.run(&[]).ends(0).contains("odoo-sh"));
}

#[test]
fn what_is_due_is_told_by_the_day_it_is_judged_on() {
    let folder = shop();
    let mapping = "extends: odoo-sh@1\nphases: {W2: 2026-02-28}\nfeatures:\n  \"3.1\": {evidence: [table ops.roles], due: 2026-01-31}\n  \"3.2\": {evidence: [module auth_oidc], due: 2026-02-28, weight: 5}\n  \"3.3\": {evidence: [module auth_totp], phase: W2}\n  \"3.4\": {evidence: [module ip_allow], due: 2026-03-01}\n  \"3.5\": {evidence: [table ops.roles(who)], due: 2026-01-31, target: partial, product: console, delivery: own}\n";
    fs::create_dir_all(folder.path("parity")).expect("a folder");
    fs::write(folder.path("parity/odoo-sh.yaml"), mapping).expect("a file");
    let score = folder.run(&["score", "odoo-sh", "--format", "json"]).json(0);
    let features = score["matrices"][0]["features"].as_array().expect("a list");
    let late = features.iter().filter(|judged| judged["overdue"] == true);
    let late: Vec<&str> = late.filter_map(|judged| judged["id"].as_str()).collect();
    assert_eq!(late, ["3.2", "3.3"]);
    let scores = score["matrices"][0]["scores"].as_array().expect("a list");
    assert_eq!(scores[0]["weights"], serde_json::json!([64, 1, 1]));
    let named = |dimension: &str, name: &str| {
        scores.iter().any(|score| score["dimension"] == dimension && score["name"] == name)
    };
    assert!(named("product", "console") && named("delivery", "own"));
    let text = folder.run(&["score", "odoo-sh"]).ends(0);
    assert!(text.contains("overdue since 2026-02-28") && text.contains("by weight"), "{text}");
    fs::write(folder.path("parity.toml"), "[gates.odoo-sh]\noverdue = true\n").expect("a file");
    let check = folder.run(&["check", "--select", "org", "--format", "json"]);
    assert!(check.ends(1).contains("overdue: 3.2, 3.3"));
}

#[test]
fn documents_may_claim_no_more_than_the_evidence_can_reach() {
    let mapping = "extends: odoo-sh@1\ndocuments: [docs/parity.md]\nfeatures: {}\n";
    let folder = shop();
    fs::create_dir_all(folder.path("parity")).expect("a folder");
    fs::create_dir_all(folder.path("docs")).expect("a folder");
    fs::write(folder.path("parity/odoo-sh.yaml"), mapping).expect("a file");
    fs::write(folder.path("docs/parity.md"), "# Parity\n\nCoverage: 57/60 features (95%).\n")
        .expect("a file");
    fs::write(folder.path("parity.toml"), "[gates.odoo-sh]\nclaims = \"evidence\"\n")
        .expect("a file");
    let check = folder.run(&["check", "--select", "org"]);
    assert!(check.clone().ends(1).contains("says 57 of 60"), "{}", check.out);
    fs::write(folder.path("parity.toml"), "[gates.odoo-sh]\nclaims = \"everything\"\n")
        .expect("a file");
    folder.run(&["check"]).refused(&["parity.toml"]);
}

#[test]
fn what_moved_a_score_is_told_apart() {
    let mapping = |evidence: &str| {
        format!(
            "extends: odoo-sh@1\nfeatures:\n  \"3.1\": {{evidence: [table ops.roles]}}\n  \"3.2\": {{evidence: [{evidence}]}}\n  \"3.3\": {{evidence: [module auth_totp]}}\n"
        )
    };
    let case = Case::git(&[
        ("addons/shop/__manifest__.py", MANIFEST),
        ("addons/auth_totp/__manifest__.py", MANIFEST),
        ("parity.toml", "[paths]\narchived = [\"addons/auth_totp/**\"]\n"),
        ("parity/odoo-sh.yaml", &mapping("module nowhere")),
    ]);
    case.write(
        "supabase/migrations/20260101000000_a.sql",
        b"create schema ops;\ncreate table ops.roles (id bigint primary key);\n",
    );
    case.write("parity/odoo-sh.yaml", mapping("module shop").as_bytes());
    case.write("parity.toml", b"[paths]\narchived = []\n");
    let said = case.run(&["check", "--select", "org", "--changed", "--format", "summary"]).ends(0);
    for expected in [
        "rules: 3.3 missing → verified",
        "mapping: 3.2 missing → verified",
        "repository: 3.1 missing → verified",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
