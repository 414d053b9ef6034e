//! Counts on a real repository, when `PARITY_CORPORA` names a folder that has a clone of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its corpus fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::path::PathBuf;

use common::run;

/// The audited revision of the founding repository.
const REVISION: &str = "ced718231d6ae53f801d77c92e3fc09dd8498a9c";

fn ask(sql: &str) -> Option<String> {
    let corpora =
        std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()).map(PathBuf::from);
    let Some(repo) = corpora.map(|folder| folder.join("ipai.git")).filter(|repo| repo.exists())
    else {
        eprintln!("skipped: PARITY_CORPORA names no folder with ipai.git");
        return None;
    };
    let cache = tempfile::tempdir().unwrap();
    let repo = repo.to_string_lossy().into_owned();
    let answer =
        run(cache.path(), &["query", "--repo", &repo, "--rev", REVISION, "--format", "csv", sql]);
    Some(answer.ends(0).lines().nth(1).unwrap_or_default().to_owned())
}

#[test]
fn what_runs_the_founding_repository_is_counted() {
    let counts =
        "select (select count(*) from workflows where path like '.github/workflows/%') || ' '
        || (select count(distinct path) from compose_services) || ' '
        || (select count(*) from edge_functions where dir like 'supabase/functions/%') || ' '
        || (select count(*) from n8n_workflows) || ' '
        || (select count(*) from mcp_servers where path like 'mcp/servers/%') as counts";
    if let Some(found) = ask(counts) {
        assert_eq!(found, "200 45 51 58 10");
    }
}

#[test]
fn a_function_that_only_simulates_is_a_stub() {
    if let Some(found) =
        ask("select is_stub from edge_functions where dir = 'supabase/functions/ops-runner'")
    {
        assert_eq!(found, "1");
    }
}
