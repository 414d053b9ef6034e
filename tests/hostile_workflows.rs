//! What says how a repository is run may be hostile too: deep, endless, repeated, or not what its name says.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::time::{Duration, Instant};

use common::Case;

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 500;

/// Asks for everything these analyzers tell, and gives the counts of rows.
#[track_caller]
fn survives(path: &str, text: &str) -> String {
    let case = Case::folder(&[(path, text)]);
    let started = Instant::now();
    let (run, peak) = case.measured(&["check"]);
    assert!(run.code < 2, "{path} exits {}: {}", run.code, run.err);
    assert!(peak < MEMORY, "{path} had {peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60), "{path} took {:?}", started.elapsed());
    case.cells(
        "select (select count(*) from workflows) || ' ' || (select count(*) from workflow_commands) || ' '
            || (select count(*) from compose_services) || ' ' || (select count(*) from n8n_workflows) || ' '
            || (select count(*) from unsure where table_name glob '*workflow*' or table_name glob 'compose*')",
    )
}

#[test]
fn what_nests_too_deep_is_a_workflow_that_cannot_be_read() {
    let deep = format!("on: push\njobs: {}", "[".repeat(10_000));
    assert!(survives(".github/workflows/deep.yml", &deep).starts_with("1 0 0 0 "));
    assert!(survives("compose.yaml", &deep).ends_with(" 1"));
}

#[test]
fn quotes_and_here_documents_that_never_end_swallow_nothing() {
    let lines = "          echo \" <<EOF\n".repeat(60_000);
    let text = format!("on: push\njobs:\n  a:\n    steps:\n      - run: |\n{lines}");
    let counts = survives(".github/workflows/open.yml", &text);
    assert_eq!(counts.split(' ').nth(1), Some("20000"), "{counts}");
}

#[test]
fn what_many_jobs_inherit_is_bounded() {
    let base = format!(".base:\n  script:\n    - {}\n", "x".repeat(1_000_000));
    let jobs: String = (0..3_000).map(|n| format!("job{n}: {{extends: .base}}\n")).collect();
    let counts = survives(".gitlab-ci.yml", &format!("{base}{jobs}"));
    assert!(!counts.ends_with(" 0"), "what is left out is said: {counts}");
}

#[test]
fn names_and_globs_of_the_repository_break_no_query() {
    let text = "on:\n  push: {branches: ['[', '{a', '**[!']}\njobs:\n  '[': {environment: '{', needs: [']', {}], steps: [{uses: '[@'}, {run: '|| true'}, 7]}\n";
    assert!(survives(".github/workflows/globs.yml", text).starts_with("1 1 0 0 0"));
    assert!(
        survives("compose.yaml", "services: {'[': {image: '{', environment: 3, profiles: {}}}\n")
            .contains(" 1 0 ")
    );
}

#[test]
fn what_only_looks_like_an_export_is_none() {
    assert!(
        survives("a.json", "{\"nodes\": 3, \"connections\": [[\"nodes\"]]}").ends_with("0 0 0 0 0")
    );
    assert!(
        survives("package.json", "{\"mcpServers\": 7, \"name\": [], \"bin\": 3}").starts_with('0')
    );
}

const ASKED: &str =
    "extends: odoo-sh@1\nfeatures:\n  \"1.2\": {evidence: ['workflow on:push uses:Docker']}\n";

/// What a feature comes to that asks for a step in a pipeline or in what it calls.
#[track_caller]
fn verdict(files: &[(&str, &str)]) -> String {
    let given = [("parity/odoo-sh.yaml", ASKED), ("addons/a/__manifest__.py", "{'name': 'A'}\n")];
    let case = Case::folder(&[&given[..], files].concat());
    let started = Instant::now();
    let (run, peak) = case.measured(&["score", "odoo-sh", "--format", "json"]);
    assert!(peak < MEMORY, "{peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    let score = run.json(0);
    let features = score["matrices"][0]["features"].as_array().unwrap();
    let judged = features.iter().find(|judged| judged["id"] == "1.2").unwrap();
    judged["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn templates_that_call_each_other_or_nothing_do_nothing() {
    let call = |name: &str| format!("steps:\n  - template: {name}\n");
    let pipeline = |name: &str| format!("trigger: [main]\n{}", call(name));
    let (a, b) = (call("b.yml"), call("a.yml"));
    let cycle = [
        ("azure-pipelines.yml", &*pipeline("azure-pipelines/ci/a.yml")),
        ("azure-pipelines/ci/a.yml", &a),
        ("azure-pipelines/ci/b.yml", &b),
    ];
    assert_eq!(verdict(&cycle), "missing");
    assert_eq!(verdict(&[("azure-pipelines.yml", &pipeline("azure-pipelines.yml"))]), "missing");
    for nowhere in ["ci/none.yml", "../../../etc/passwd.yml", "/etc/a.yml", "ci/../../a.yml"] {
        assert_eq!(verdict(&[("azure-pipelines.yml", &pipeline(nowhere))]), "missing", "{nowhere}");
    }
}

#[test]
fn a_chain_of_templates_is_followed_to_its_end() {
    let mut files = vec![(
        "azure-pipelines.yml".to_owned(),
        "trigger: [main]\nsteps:\n  - template: azure-pipelines/t/0.yml\n".to_owned(),
    )];
    for at in 0..200 {
        files.push((
            format!("azure-pipelines/t/{at}.yml"),
            format!("parameters: []\nsteps:\n  - template: {}.yml\n", at + 1),
        ));
    }
    let end = "parameters: []\nsteps:\n  - task: Docker@2\n";
    files.push(("azure-pipelines/t/200.yml".to_owned(), end.to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    assert_eq!(verdict(&files), "verified");
    assert_eq!(verdict(&files[..files.len() - 1]), "missing");
}
