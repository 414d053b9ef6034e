//! Claims of a real repository, when `PARITY_CORPORA` names a folder that has a clone of it: which of its known
//! contradictions come out, and whether anything else does.
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

/// The audited revision of the founding repository.
const FOUNDING: &str = "ced718231d6ae53f801d77c92e3fc09dd8498a9c";
/// Later revisions that hold what some of the cases are about.
const MATRIX: &str = "297a1d81f";
const LATER: &str = "90123c125";

/// A known contradiction: its number, a revision, the rule, and what path and message contain.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const PARITY: &str = "docs/architecture/odoo-sh-parity.md";
const SUMMARY: &str = "docs/architecture/odoo-sh-parity-summary.md";
const SCRIPT: &str = "scripts/verify-parity-coverage.sh";

/// The cases, and one of row level security.
const CASES: [Case; 26] = [
    ("C01", FOUNDING, "claims/roll-up-differs", PARITY, "the rows of the document are 16"),
    ("C02", FOUNDING, "claims/roll-up-differs", PARITY, "12 of 15 rows, 80%"),
    ("C03", FOUNDING, "claims/summary-differs", PARITY, "says 14"),
    ("C04", FOUNDING, "claims/fewer-checks-than-said", SCRIPT, "28 places"),
    ("C05", FOUNDING, "claims/count-differs", SUMMARY, "says 14 and lists 11"),
    ("C06", FOUNDING, "claims/inventory-differs", PARITY, "has 49, not 43"),
    ("C07", FOUNDING, "claims/inventory-differs", PARITY, "has 10, not 11"),
    ("C08", FOUNDING, "claims/path-absent", PARITY, "build-and-deploy.yml"),
    ("C09", FOUNDING, "claims/path-absent", PARITY, "scripts/backup-scheduler.sh"),
    ("C10", FOUNDING, "claims/object-absent", PARITY, "`ops.audit_trail` is made by no migration"),
    ("C11", FOUNDING, "claims/listed-tables-differ", PARITY, "lists 11"),
    ("C12", FOUNDING, "claims/planned-but-there", SUMMARY, "`ops.claim_next_run` is planned here"),
    ("C13", FOUNDING, "claims/object-absent", PARITY, "`pg_stat_statements` is"),
    ("C14", FOUNDING, "claims/same-proof-other-status", PARITY, "Superset + Tableau dashboards"),
    ("C15", FOUNDING, "claims/checks-share-proof", SCRIPT, "ops.run_events"),
    (
        "C16",
        MATRIX,
        "claims/roll-up-differs",
        "DATABRICKS_PARITY_MATRIX.md",
        "have 6, the rows of the document are 4",
    ),
    ("C17", LATER, "claims/breakdown-differs", "ee_oca_parity_proof.json", "adds up to 158"),
    ("C18", LATER, "claims/edition-differs", "ee_oca_parity_proof.json", "`hr_appraisal`"),
    (
        "C19",
        LATER,
        "claims/evidence-unrelated",
        "odoo_enterprise.yaml",
        "ENV.VERCEL.WEBHOOK_SECRETS",
    ),
    ("C21", LATER, "claims/versions-disagree", ".yaml", "oca_lock.yaml"),
    ("C22", LATER, "claims/said-to-be-stale", "ee_oca_verification_matrix.yaml", "88.2%"),
    ("C23", FOUNDING, "spec/principle-broken", "ipai-databricks/constitution.md", "databricks"),
    ("C24", FOUNDING, "spec/plan-item-without-task", "ipai-databricks/plan.md", "no task of"),
    ("C20", LATER, "claims/edition-differs", "ee_to_oca_matrix.yaml", "`loyalty`"),
    ("C25", FOUNDING, "spec/", "ipai-databricks/prd.md", "spec/ipai-databricks"),
    ("RLS", FOUNDING, "claims/contradicted", "RLS_DEPLOYMENT_COMPLETE.md", "4 of 21"),
];

/// How many of the 25 must come out.
const LEAST: usize = 25;

fn findings(rev: &str) -> Option<Vec<Value>> {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let corpora = corpora.map(PathBuf::from);
    let Some(repo) = corpora.map(|folder| folder.join("ipai.git")).filter(|repo| repo.exists())
    else {
        eprintln!("skipped: PARITY_CORPORA names no folder with ipai.git");
        return None;
    };
    let cache = tempfile::tempdir().unwrap();
    let repo = repo.to_string_lossy().into_owned();
    // What is due is due on the day of the commit.
    let day = std::process::Command::new("git")
        .args(["-C", &repo, "log", "-1", "--format=%cs", rev])
        .output()
        .unwrap();
    let day = String::from_utf8(day.stdout).unwrap();
    let args = ["check", "--repo", &repo, "--rev", rev, "--as-of", day.trim()];
    let what = ["--all", "--select", "claims", "--select", "spec"];
    let how = ["--fail-on", "never", "--format", "json"];
    let answer = run(cache.path(), &[&args[..], &what, &how].concat());
    let audit: Value = serde_json::from_str(&answer.out).unwrap();
    Some(audit["findings"].as_array().unwrap().clone())
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap_or_default()
}

#[test]
fn known_contradictions_come_out() {
    let mut audits = BTreeMap::new();
    for rev in [FOUNDING, MATRIX, LATER] {
        let Some(found) = findings(rev) else { return };
        audits.insert(rev, found);
    }
    let mut found = 0;
    for (number, rev, rule, path, message) in CASES {
        let is_it = audits[rev].iter().any(|finding| {
            text(finding, "rule").starts_with(rule)
                && text(finding, "path").ends_with(path)
                && text(finding, "message").contains(message)
        });
        found += usize::from(is_it && number.starts_with('C'));
        eprintln!("{number} {}", if is_it { "found" } else { "NOT FOUND" });
    }
    eprintln!("{found} of 25 contradictions come out by rule");
    assert!(found >= LEAST);
}

/// The preview of which a sample of 34 was read, elsewhere: 23 were right.
const SAMPLED: &str = "claims/named-path-absent";

/// `verdict rule path:line` a line: what somebody decided who read the place.
const READ: &str = include_str!("claims/founding.txt");

#[test]
fn findings_of_the_founding_revision_were_read_and_are_right() {
    let Some(found) = findings(FOUNDING) else { return };
    let read: BTreeMap<&str, &str> = READ
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(verdict, place)| (place, verdict))
        .collect();
    let mut counts = BTreeMap::new();
    let is_read = |rule: &str| rule.starts_with("claims/") && rule != SAMPLED;
    for finding in found.iter().filter(|finding| is_read(text(finding, "rule"))) {
        let place =
            format!("{} {}:{}", text(finding, "rule"), text(finding, "path"), finding["line"]);
        let verdict = read.get(place.as_str()).copied().unwrap_or("unread");
        *counts.entry(verdict).or_insert(0) += 1;
        if verdict != "right" {
            eprintln!("{verdict} {place} {}", text(finding, "message"));
        }
    }
    let count = |verdict| counts.get(verdict).copied().unwrap_or(0);
    let (right, all) = (count("right"), counts.values().sum::<usize>());
    eprintln!("{right} of {all} findings are right, {} unread", count("unread"));
    assert!(right * 100 >= all * 95);
}

/// `claim path:line` or `none path:line`: lines drawn by chance among those with a number, a mark or a word of a state, and
/// whether somebody who read them found a claim there. Of a later revision, in `ipai-main`.
const LINES: &str = include_str!("claims/lines.txt");

#[test]
fn what_a_reader_calls_a_claim_is_read_as_one() {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let folder = corpora.map(|folder| PathBuf::from(folder).join("ipai-main"));
    let Some(folder) = folder.filter(|folder| folder.exists()) else {
        eprintln!("skipped: PARITY_CORPORA names no folder with ipai-main");
        return;
    };
    let cache = tempfile::tempdir().unwrap();
    let folder = folder.to_string_lossy().into_owned();
    let sql = "select distinct path || ':' || line as place from claims";
    let answer = run(cache.path(), &["query", "--repo", &folder, "--format", "json", sql]);
    let rows: Value = serde_json::from_str(&answer.out).unwrap();
    let read: BTreeSet<&str> =
        rows.as_array().unwrap().iter().map(|row| text(row, "place")).collect();
    let (mut claims, mut found, mut wrong) = (0, 0, 0);
    for (label, place) in LINES.lines().filter_map(|line| line.split_once(' ')) {
        let (is_claim, is_read) = (label == "claim", read.contains(place));
        claims += usize::from(is_claim);
        found += usize::from(is_claim && is_read);
        wrong += usize::from(!is_claim && is_read);
        if is_claim != is_read {
            eprintln!("{}: {place}", if is_read { "no claim" } else { "missed" });
        }
    }
    let percent = |part: usize, whole: usize| 100 * part / whole.max(1);
    eprintln!(
        "claims: {found} of {claims} lines are read, recall {}%, precision {}%",
        percent(found, claims),
        percent(found, found + wrong)
    );
    assert!(percent(found, claims) >= 70 && percent(found, found + wrong) >= 95);
}

/// `what-became commit path:line target` a line, of twenty drawn by chance: what `git log` says of the target, asked by hand.
const FATES: &str = include_str!("claims/fates.txt");

#[test]
fn what_became_of_ticked_paths_is_what_git_says() {
    let Some(found) = findings(FOUNDING) else { return };
    let told: BTreeMap<String, &str> = found
        .iter()
        .filter(|finding| text(finding, "rule") == "spec/ticked-but-absent")
        .map(|finding| {
            let place = format!("{}:{}", text(finding, "path"), finding["line"]);
            (format!("{place} {}", text(finding, "subject")), text(finding, "message"))
        })
        .collect();
    let mut right = 0;
    for line in FATES.lines() {
        let [what, commit, place] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let message = told.get(place).copied().unwrap_or_default();
        let is_right = match what {
            "never" => message.ends_with("was never in the tree"),
            _ => message.contains(what) && message.ends_with(&format!(" in {commit}")),
        };
        right += usize::from(is_right);
        if !is_right {
            eprintln!("{line}: {message}");
        }
    }
    eprintln!("{right} of {} sampled fates are right", FATES.lines().count());
    assert_eq!(right, FATES.lines().count());
}

/// The letters of a text as they were before it was read as Windows-1252, or as the Turkish 1254, once too often; the five
/// bytes that stand for nothing there were kept as control letters.
fn undamaged(text: &str) -> String {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let byte = |letter: char| match u8::try_from(u32::from(letter)) {
        _ if letter == 'ğ' => Some(0xF0),
        Ok(byte) if !(0x80..0xa0).contains(&byte) => Some(byte),
        byte => HIGH
            .chars()
            .zip(0x80..)
            .find_map(|(high, code)| (high == letter).then_some(code))
            .or(byte.ok()),
    };
    let mend = |run: &str| -> String {
        let bytes: Option<Vec<u8>> = run.chars().map(byte).collect();
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| run.to_owned())
    };
    // A byte that stands for nothing was lost at the end of a mark.
    let text = &text.replace("ï¸", "ï¸\u{8f}").replace("\u{8f}\u{8f}", "\u{8f}");
    // What is not ASCII, run by run.
    let mut whole = String::new();
    for run in text.split_inclusive(|letter: char| letter.is_ascii()) {
        let ascii = usize::from(run.ends_with(|letter: char| letter.is_ascii()));
        let (run, rest) = run.split_at(run.len() - ascii);
        whole.extend([&mend(run), rest]);
    }
    whole
}

/// The documents the project was made from: `PARITY_FOUNDING` names their folder.
#[test]
fn damaged_founding_documents_are_read_as_if_they_were_not() {
    let folder = std::env::var_os("PARITY_FOUNDING").filter(|value| !value.is_empty());
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("skipped: PARITY_FOUNDING names no folder with the founding documents");
        return;
    };
    let mut damaged = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if !text.contains("â€") && !text.contains("âœ") {
            continue;
        }
        damaged += 1;
        let told = |text: &str| {
            let case = common::Case::folder(&[("spec/x/prd.md", text)]);
            let ask = |sql: &str| case.run(&["query", "--format", "csv", sql]).out;
            let facts = [
                "select line, form, subject, numerator, denominator, percent, count, unit, status, context, text from claims",
                "select line, level, title from md_headings",
                "select line, checked, text from md_tasks",
                "select id, kind, text from spec_items",
            ];
            (facts.map(ask), ask("select count(*) from md_damage"))
        };
        let (mended, reported) = told(&text);
        let (whole, clean) = told(&undamaged(&text));
        assert_eq!(mended, whole);
        assert_eq!(
            (reported.contains('1'), clean.contains('0')),
            (true, true),
            "{reported} {clean}"
        );
    }
    eprintln!("{damaged} damaged documents are read as if they were not");
    assert_eq!(damaged, 2);
}
