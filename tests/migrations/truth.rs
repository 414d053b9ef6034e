//! Recorded replays of real repositories: `PARITY_CORPORA` and `PARITY_TRUTH` say where they lie.

#![allow(clippy::disallowed_methods, reason = "where the corpora lie is said in the environment")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::migrations::equality;
use crate::{Database, Score, replay};

fn folder(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "sql") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((format!("supabase/migrations/{name}"), fs::read(&path).unwrap()));
        }
    }
    files
}

fn text(row: &Json, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn compare_files(database: &Database, truth: &Json, score: &mut Score) {
    let (claimed, errors) = (database.files(), database.errors());
    for file in truth["files"].as_array().into_iter().flatten() {
        let path = format!("supabase/migrations/{}", text(file, "file"));
        if let Some(applies) = claimed.get(&path) {
            score.claim(
                &format!("{path} (server {}, ours {:?})", file["message"], errors[&path]),
                *applies,
                file["ok"] == true,
            );
        }
    }
}

fn compare_database(database: &Database, truth: &Json, score: &mut [Score; 4]) {
    let [tables, rls, policies, columns] = score;
    let rows = |name: &str| truth[name].as_array().cloned().unwrap_or_default();
    let ours =
        |schema: &str| !["auth", "storage", "realtime", "vault", "pgmq", "cron"].contains(&schema);
    let there: BTreeMap<_, _> = rows("tables")
        .iter()
        .map(|row| {
            (
                (text(row, "schema"), text(row, "name")),
                (row["rls"] == true, row["force_rls"] == true),
            )
        })
        .collect();
    let claimed = database.tables();
    let keys: BTreeSet<_> = there.keys().cloned().collect();
    tables.existence("table", claimed.keys(), &keys, |key| {
        database.maybe("sql_tables", &format!("{}.{}", key.0, key.1))
    });
    for (key, (on, forced)) in &claimed {
        if let Some(truth) = there.get(key) {
            rls.claim(&format!("rls of {key:?}"), *on, truth.0);
            rls.claim(&format!("forced rls of {key:?}"), *forced, truth.1);
        }
    }
    let there: BTreeMap<_, _> = rows("policies")
        .iter()
        .filter(|row| ours(&text(row, "schema")))
        .map(|row| {
            let mut roles: Vec<String> = row["roles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|role| role.as_str().unwrap().to_owned())
                .collect();
            roles.sort();
            (
                ((text(row, "schema"), text(row, "table")), text(row, "name")),
                (text(row, "cmd").to_lowercase(), row["permissive"] == true, roles),
            )
        })
        .collect();
    let mut claimed = database.policies();
    claimed.retain(|((schema, _), _), _| ours(schema));
    let keys: BTreeSet<_> = there.keys().cloned().collect();
    policies.existence("policy", claimed.keys(), &keys, |(table, _)| {
        database.maybe("sql_policies", &format!("{}.{}", table.0, table.1))
    });
    for (key, says) in &claimed {
        if let Some(truth) = there.get(key) {
            policies.claim(&format!("policy {key:?}"), Some(says.clone()), truth.clone());
        }
    }
    let there: BTreeMap<_, _> = rows("columns")
        .iter()
        .map(|row| {
            (
                ((text(row, "schema"), text(row, "table")), text(row, "name")),
                (text(row, "type"), row["not_null"] == true),
            )
        })
        .collect();
    let (claimed, known) = (database.columns(), database.tables());
    let keys: BTreeSet<_> =
        there.keys().filter(|key| known.contains_key(&key.0)).cloned().collect();
    columns.existence("column", claimed.keys(), &keys, |(table, _)| {
        database.maybe("sql_columns", &format!("{}.{}", table.0, table.1))
    });
    for (key, says) in &claimed {
        if let Some(truth) = there.get(key) {
            // Recorded with an empty search path; the stand-in for vectors miscounts their dimensions.
            let plain = truth.0.strip_prefix("public.").unwrap_or(&truth.0);
            let ty = if plain.starts_with("vector(") { &says.0 } else { plain };
            columns.claim(&format!("type of {key:?}"), Some(says.0.as_str()), ty);
            columns.claim(&format!("not null of {key:?}"), says.1, truth.1);
        }
    }
}

fn hold(corpus: &str, root: &Path, truth: &Path) -> usize {
    let files = files(root);
    let mut wrong = 0;
    for (policy, ending) in [("file-transaction", "json"), ("statement", "stmt.json")] {
        let Ok(recorded) = fs::read(truth.join(format!("{corpus}.{ending}"))) else { continue };
        let recorded: Json = serde_json::from_slice(&recorded).unwrap();
        let started = std::time::Instant::now();
        let database = replay(&files, policy);
        let elapsed = started.elapsed();
        let mut applied = Score::default();
        if policy == "file-transaction" {
            compare_files(&database, &recorded, &mut applied);
        }
        let mut scores = [Score::default(), Score::default(), Score::default(), Score::default()];
        compare_database(&database, &recorded, &mut scores);
        println!("{corpus} {policy} ({elapsed:?})");
        for (name, equality) in equality::compare(&database, &recorded) {
            println!("{}", equality.line(name));
            equality.wrong.iter().take(10).for_each(|it| println!("      {it}"));
        }
        let [tables, rls, policies, columns] = scores;
        for (name, score) in [
            ("files", applied),
            ("tables", tables),
            ("rls", rls),
            ("policies", policies),
            ("columns", columns),
        ] {
            println!(
                "  {name}: {} definite, {} unknown, {} wrong",
                score.definite,
                score.unknown,
                score.wrong.len()
            );
            score.wrong.iter().take(25).for_each(|wrong| println!("    {wrong}"));
            wrong += score.wrong.len();
        }
        if std::env::var("PARITY_REASONS").is_ok() {
            database.reasons().iter().for_each(|(reason, count)| println!("    {count} {reason}"));
        }
    }
    wrong
}

#[test]
fn no_definite_claim_about_a_real_repository_is_wrong() {
    let (Some(corpora), Some(truth)) = (folder("PARITY_CORPORA"), folder("PARITY_TRUTH")) else {
        println!("skipped: PARITY_CORPORA and PARITY_TRUTH do not say where recorded replays lie");
        return;
    };
    let known = [
        ("odoo_20260215", "ipai-tree/supabase/migrations"),
        ("liam", "liam-tree/frontend/internal-packages/db/supabase/migrations"),
        ("onlook", "onlook-tree/apps/backend/supabase/migrations"),
        ("sozu", "sozu-tree/supabase/migrations"),
    ];
    let mut wrong = 0;
    for (corpus, folder) in known {
        let root = Path::new(&corpora).join(folder);
        if root.is_dir() {
            wrong += hold(corpus, &root, Path::new(&truth));
        } else {
            println!("skipped: {corpus}");
        }
    }
    assert_eq!(wrong, 0);
}

fn scripts(folder: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir()
            && !path.is_symlink()
            && path.file_name().is_some_and(|name| name != ".git")
        {
            scripts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            found.extend(fs::read(&path).ok());
        }
    }
}

#[test]
fn every_script_of_a_real_repository_is_read() {
    let Some(corpora) = folder("PARITY_CORPORA") else {
        println!("skipped: PARITY_CORPORA does not say where repositories lie");
        return;
    };
    let mut found = Vec::new();
    scripts(&Path::new(&corpora).join("ipai-main"), &mut found);
    let started = std::time::Instant::now();
    let (mut rows, mut problems) = (0, 0);
    for bytes in &found {
        let read = crate::read(bytes);
        rows += read.facts.len();
        problems += read.problems.len();
    }
    println!(
        "{} scripts: {rows} statements, {problems} problems, {:?}",
        found.len(),
        started.elapsed()
    );
    assert_eq!(problems, 0);
}
