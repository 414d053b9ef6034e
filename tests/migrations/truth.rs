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

/// How many bytes of white space and comments a text begins with.
fn ahead(text: &str) -> usize {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_start();
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |it| it.1);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |it| it.1);
        }
        if rest.len() == before {
            return text.len() - rest.len();
        }
    }
}

/// Statement by statement: what fails, by the line it begins on.
fn compare_statements(
    database: &Database,
    files: &[(String, Vec<u8>)],
    truth: &Json,
    score: &mut Score,
) {
    let texts: BTreeMap<&str, String> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let mut failed: BTreeMap<(String, i64), String> = BTreeMap::new();
    for it in truth["failed_statements"].as_array().into_iter().flatten() {
        let path = format!("supabase/migrations/{}", text(it, "file"));
        let Some(body) = texts.get(path.as_str()) else { continue };
        let start = usize::try_from(it["start"].as_u64().unwrap()).unwrap();
        let at = body.char_indices().nth(start).map_or(body.len(), |it| it.0);
        let line = body[..at + ahead(&body[at..])].matches('\n').count() + 1;
        failed.insert((path, i64::try_from(line).unwrap()), text(it, "message"));
    }
    let statements = database.statements();
    let mut on_line: BTreeMap<(&str, i64), usize> = BTreeMap::new();
    for (path, line, ..) in &statements {
        *on_line.entry((path, *line)).or_default() += 1;
    }
    for (path, line, applies, error) in &statements {
        let message = failed.get(&(path.clone(), *line));
        // Texts were changed a little before they were recorded, so that a place may be another one.
        let elsewhere =
            || failed.iter().any(|(at, it)| at.0 == *path && Some(it) == error.as_ref());
        let cut = |it: &String| it.starts_with("syntax error");
        let raised = error.as_deref() == Some("an exception is raised");
        if message.is_some_and(cut) || error.as_ref().is_some_and(cut) || raised || elsewhere() {
            score.definite += usize::from(applies.is_some());
            continue;
        }
        if on_line[&(path.as_str(), *line)] == 1 {
            let what = format!("{path}:{line} (server {message:?}, ours {error:?})");
            score.claim(&what, *applies, message.is_none());
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
        let mut statements = Score::default();
        if policy == "file-transaction" {
            compare_files(&database, &recorded, &mut applied);
        } else {
            compare_statements(&database, &files, &recorded, &mut statements);
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
            ("statements", statements),
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
    let only = folder("PARITY_CORPUS");
    for (corpus, folder) in
        known.into_iter().filter(|it| only.as_ref().is_none_or(|only| it.0 == only))
    {
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
