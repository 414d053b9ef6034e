//! The built-in catalogues: what they cite, whom they do not name, and, when `PARITY_CORPORA` names a folder with a clone
//! of the founding repository, what its mappings come to there.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its corpus fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]
#![allow(
    clippy::print_stderr,
    reason = "a skipped test says so, and the figures are what it is for"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use common::run;
use parity::matrix::built_in_catalogues;
use serde_json::Value;

/// The audited revision of the founding repository, and its day.
const FOUNDING: [&str; 2] = ["ced718231d6ae53f801d77c92e3fc09dd8498a9c", "2026-02-15"];

/// Features in all catalogues together.
const FEATURES: usize = 368;

#[test]
fn every_feature_has_a_source_and_evidence_of_its_own() {
    let catalogues = built_in_catalogues().unwrap();
    for catalogue in &catalogues {
        for (id, feature) in &catalogue.features {
            let place = format!("{} {id}", catalogue.catalogue);
            assert!(feature.evidence.is_some(), "{place} names no evidence");
            assert!(feature.source.len() > 10, "{place} cites nothing");
            assert!(!feature.source.contains("recalled"), "{place} is recalled");
        }
    }
    assert_eq!(catalogues.iter().map(|one| one.features.len()).sum::<usize>(), FEATURES);
}

#[test]
fn no_catalogue_names_the_founding_organisation() {
    for file in fs::read_dir("matrices").unwrap().map(|file| file.unwrap().path()) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let text = text.to_lowercase();
        for name in ["ipai", "insightpulse", "tbwa", "pulser"] {
            assert!(!text.contains(name), "{} names {name}", file.display());
        }
    }
}

#[test]
fn every_part_of_the_founding_plan_is_a_feature() {
    let plan: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_yaml::from_str(include_str!("catalogues/plan.yaml")).unwrap();
    let catalogues = built_in_catalogues().unwrap();
    let databricks = catalogues.iter().find(|one| one.catalogue == "databricks").unwrap();
    for (part, features) in plan.values().flatten() {
        assert!(!features.is_empty(), "{part} is no feature");
        for id in features {
            assert!(databricks.features.contains_key(id), "{part}: there is no feature {id}");
        }
    }
    assert_eq!((plan["sections"].len(), plan["tasks"].len()), (19, 77));
}

/// A later revision, at which CI had moved to Azure Pipelines and much had another name, and its day.
const LATER: [&str; 2] = ["71ea70462d34fe52776c4b05ff8788aa1b0e4f32", "2026-03-29"];

/// Every feature of the founding revision: matrix, id and what was found. None: there is no corpus.
fn judged() -> Option<&'static [(String, Value)]> {
    static JUDGED: OnceLock<Option<Vec<(String, Value)>>> = OnceLock::new();
    JUDGED.get_or_init(|| judge(FOUNDING)).as_deref()
}

fn judge([rev, day]: [&str; 2]) -> Option<Vec<(String, Value)>> {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let repo = corpora.map(|folder| PathBuf::from(folder).join("ipai.git"));
    let Some(repo) = repo.filter(|repo| repo.exists()) else {
        eprintln!("skipped: PARITY_CORPORA names no folder with ipai.git");
        return None;
    };
    let cache = tempfile::tempdir().unwrap();
    let repo = repo.to_string_lossy().into_owned();
    let args = ["score", "--all", "--profile", "ipai", "--format", "json", "--as-of", day];
    let audit = run(cache.path(), &[&args[..], &["--repo", &repo, "--rev", rev]].concat()).json(0);
    let mut judged = Vec::new();
    for matrix in audit["matrices"].as_array().unwrap() {
        for feature in matrix["features"].as_array().unwrap() {
            let name = format!("{} {}", text(matrix, "name"), text(feature, "id"));
            judged.push((name, feature.clone()));
        }
    }
    Some(judged)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The verdicts of the founding revision; rewritten where `UPDATE_VERDICTS` is set.
const VERDICTS: &str = "tests/catalogues/founding.txt";

#[test]
fn verdicts_of_the_founding_revision_are_as_recorded() {
    let Some(judged) = judged() else { return };
    let mut table = String::new();
    for (name, feature) in judged {
        let why: String = text(feature, "why").chars().take(200).collect();
        writeln!(table, "{name} {} | {}", text(feature, "verdict"), why.trim_end()).unwrap();
    }
    assert_eq!(judged.len(), FEATURES);
    if std::env::var_os("UPDATE_VERDICTS").is_some() {
        fs::write(VERDICTS, &table).unwrap();
    }
    let recorded = fs::read_to_string(VERDICTS).unwrap();
    let changed: Vec<&str> = table.lines().filter(|line| !recorded.contains(line)).collect();
    assert!(changed.is_empty(), "UPDATE_VERDICTS=1 records:\n{}", changed.join("\n"));
}

/// `right|wrong matrix id verdict | why` a line: what somebody decided who read the tree, of 60 features drawn at random.
const READ: &str = include_str!("catalogues/read.txt");

/// The same of the later revision: every feature verified there, and 60 of the others drawn at random.
const READ_LATER: &str = include_str!("catalogues/read-later.txt");

#[test]
fn verdicts_drawn_at_random_were_read_and_are_right() {
    let Some(judged) = judged() else { return };
    let (right, all) = agreement(judged, READ);
    eprintln!("{right} of {all} verdicts that were read are right");
    assert!(all >= 60 && right * 60 >= all * 57);
}

#[test]
fn verdicts_of_a_later_revision_were_read_and_are_right() {
    let Some(judged) = judge(LATER) else { return };
    let (right, all) = agreement(&judged, READ_LATER);
    eprintln!("{right} of {all} verdicts of a later revision that were read are right");
    assert!(all >= 90 && right * 10 >= all * 9);
}

/// `revision matrix id verdict | why` a line: decided by reading before any verdict was looked at.
const READ_BLIND: &str = include_str!("catalogues/read-blind.txt");

/// A revision without Supabase and without workflows of GitHub, and its day.
const LATEST: [&str; 2] = ["18c919d7d9512768e83d4ff7b4f0fc6fc9e33f48", "2026-07-10"];

#[test]
fn verdicts_agree_with_what_was_read_before_they_were_known() {
    let (Some(later), Some(latest)) = (judge(LATER), judge(LATEST)) else { return };
    let mut verdicts: BTreeMap<String, &str> = BTreeMap::new();
    for (rev, judged) in [(LATER[0], &later), (LATEST[0], &latest)] {
        let named = judged
            .iter()
            .map(|(name, feature)| (format!("{} {name}", &rev[..8]), text(feature, "verdict")));
        verdicts.extend(named);
    }
    let (mut agreed, mut all, mut claimed) = (0, 0, 0);
    for line in READ_BLIND.lines().filter(|line| !line.starts_with('#')) {
        let (label, why) = line.split_once(" | ").unwrap();
        let (name, decided) = label.rsplit_once(' ').unwrap();
        let is = verdicts[name];
        (agreed, all) = (agreed + usize::from(is == decided), all + 1);
        claimed += usize::from(is == "verified" && decided != "verified");
        if is != decided {
            eprintln!("{name} is {is}, decided {decided}: {why}");
        }
    }
    eprintln!("{agreed} of {all} verdicts are as decided blind, {claimed} verified that are not");
    assert!(claimed == 0 && agreed * 4 >= all * 3);
}

/// How many verdicts are as somebody decided, and of how many.
fn agreement(judged: &[(String, Value)], read: &str) -> (usize, usize) {
    let verdicts: BTreeMap<&str, &str> =
        judged.iter().map(|(name, feature)| (name.as_str(), text(feature, "verdict"))).collect();
    let (mut right, mut all) = (0, 0);
    for line in read.lines().filter(|line| !line.starts_with('#')) {
        let (label, _) = line.split_once(" | ").unwrap();
        let [decided, matrix, id, verdict] = label.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let is = verdicts[format!("{matrix} {id}").as_str()];
        let is_right = (is == verdict) == (decided == "right");
        (right, all) = (right + usize::from(is_right), all + 1);
        if !is_right {
            eprintln!("now {is}: {line}");
        }
    }
    (right, all)
}

#[test]
fn what_only_looks_like_a_feature_is_not_verified() {
    let Some(judged) = judged() else { return };
    // Tables that never come to exist, a stub, a dbt project without models, words, workflows that nothing triggers.
    let never =
        ["odoo-sh 1.7", "odoo-sh 1.8", "odoo-sh 2.3", "odoo-sh 3.1", "odoo-sh 3.5", "odoo-sh 4.1"];
    let dbt = ["FT-TR-01", "FT-TR-02", "FT-TR-04", "FT-TR-05", "FT-TR-06", "DB-TR-02", "DB-TR-06"];
    let words = ["odoo-sh 4.5", "odoo-sh 7.5", "databricks DB-ST-06", "fivetran FT-SC-05"];
    let asked: BTreeSet<&str> = never.iter().chain(&words).copied().collect();
    for (name, feature) in judged {
        let id = name.split(' ').nth(1).unwrap_or_default();
        if asked.contains(name.as_str()) || dbt.contains(&id) {
            assert_ne!(text(feature, "verdict"), "verified", "{name}");
        }
    }
}

#[test]
fn hit_rates_of_kinds_of_evidence_are_printed() {
    let Some(judged) = judged() else { return };
    let mut rates: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let parts = judged.iter().flat_map(|(_, feature)| feature["evidence"].as_array().unwrap());
    for part in parts.filter(|part| part["guard"] == false) {
        let kind = text(part, "evidence").split(' ').next();
        let level = match (text(part, "low"), text(part, "high")) {
            ("verified", "verified") => 0,
            ("partial", "partial") => 1,
            ("missing", "missing") => 2,
            _ => 3,
        };
        rates.entry(kind.unwrap_or_default()).or_default()[level] += 1;
    }
    eprintln!(
        "{:<16}{:>7}{:>7}{:>9}{:>11}{:>11}{:>7}",
        "kind", "asked", "holds", "in part", "not there", "undecided", "rate"
    );
    for (kind, [holds, part, absent, open]) in &rates {
        let asked = holds + part + absent + open;
        let rate = 100.0 * *holds as f64 / asked as f64;
        eprintln!("{kind:<16}{asked:>7}{holds:>7}{part:>9}{absent:>11}{open:>11}{rate:>6.1}%");
    }
    assert!(rates.len() > 20, "few kinds are used: {rates:?}");
}
