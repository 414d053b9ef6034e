//! Property files, packages and the project file: each named thing a row.

use serde_json::Value as Json;

use super::config::Config;
use super::project;
use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::documents::{Spot, yaml_parts};

/// Words of which a file of dbt has one; without them it is not read as YAML.
const WORDS: [&str; 11] = [
    "models:",
    "sources:",
    "snapshots:",
    "seeds:",
    "exposures:",
    "metrics:",
    "semantic_models:",
    "packages:",
    "projects:",
    "tests:",
    "config-version:",
];
/// Lists of named things, and what one of each is.
const NAMED: [(&str, &str); 8] = [
    ("models", "model-properties"),
    ("snapshots", "snapshot"),
    ("seeds", "seed"),
    ("exposures", "exposure"),
    ("metrics", "metric"),
    ("semantic_models", "semantic_model"),
    ("saved_queries", "saved_query"),
    ("unit_tests", "unit_test"),
];
/// Lists of tests; the second is the older name.
const TESTS: [&str; 2] = ["data_tests", "tests"];

pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    if !WORDS.iter().any(|word| text.contains(word)) {
        return;
    }
    match yaml_parts(text) {
        Ok(parts) => parts.iter().for_each(|(value, lines)| root(Spot::new(value, lines), rows)),
        Err((line, message)) => {
            rows.unsure("dbt_nodes", None, line, &*message);
            rows.problem(line, "unparsable", message);
        }
    }
}

fn root(root: Spot<'_>, rows: &mut Rows) {
    if project::is_project(root) {
        let name = root.get("name").and_then(|name| name.text()).unwrap_or_default();
        add("project", name, root, rows);
        project::defaults(root, name, rows);
        return;
    }
    for package in list(root, "packages").chain(list(root, "projects")) {
        let named = ["package", "git", "local", "tarball", "name"];
        if let Some(name) = named.iter().find_map(|key| package.get(key)?.text()) {
            add("package", name, package, rows);
        }
    }
    for (key, kind) in NAMED {
        for node in list(root, key) {
            if let Some(name) = node.get("name").and_then(|name| name.text()) {
                add(kind, name, node, rows);
                tests_of(node, rows);
                semantics_of(name, node, rows);
            }
        }
    }
    list(root, "sources").for_each(|source| tables_of(source, rows));
}

/// The tables of a source; freshness is inherited unless a table says `null`.
fn tables_of(source: Spot<'_>, rows: &mut Rows) {
    let Some(of) = source.get("name").and_then(|name| name.text()) else { return };
    let inherited = freshness(source);
    for table in list(source, "tables") {
        let Some(name) = table.get("name").and_then(|name| name.text()) else { continue };
        let name = format!("{of}.{name}");
        add("source", &name, table, rows);
        tests_of(table, rows);
        if let Some(fresh) = freshness(table).or(inherited).filter(|fresh| checks(fresh.value)) {
            let line = if freshness(table).is_some() { fresh.line() } else { table.line() };
            row(line, "freshness", &name, fresh.value, &Config::default(), false, rows);
        }
    }
}

fn freshness<'a>(of: Spot<'a>) -> Option<Spot<'a>> {
    of.get("freshness").or_else(|| of.get("config")?.get("freshness"))
}

fn checks(freshness: &Json) -> bool {
    ["warn_after", "error_after"].iter().any(|key| freshness.get(key).is_some_and(Json::is_object))
}

/// The tests of a node and of its columns.
fn tests_of(node: Spot<'_>, rows: &mut Rows) {
    let columns = list(node, "columns").collect::<Vec<_>>();
    for holder in std::iter::once(node).chain(columns) {
        for test in TESTS.iter().flat_map(|key| list(holder, key)) {
            match test.text() {
                Some(name) => add("test", name, test, rows),
                None => named_test(test, rows),
            }
        }
    }
}

/// A test with arguments: `relationships: {to: ...}`, or `{test_name: ...}`.
fn named_test(test: Spot<'_>, rows: &mut Rows) {
    if let Some(name) = test.get("test_name").and_then(|name| name.text()) {
        return add("test", name, test, rows);
    }
    let named = test.members().find(|(key, _)| !matches!(*key, "name" | "config" | "description"));
    if let Some((name, arguments)) = named {
        let mut config = Config::default();
        for said in [test.value, arguments.value] {
            config.read(said);
            config.read(said.get("config").unwrap_or(&Json::Null));
        }
        row(test.line(), "test", name, test.value, &config, false, rows);
    }
}

/// Semantic models and metrics as newer versions write them, at the model.
fn semantics_of(name: &str, model: Spot<'_>, rows: &mut Rows) {
    if let Some(semantic) = model.get("semantic_model")
        && semantic.value.get("enabled") != Some(&Json::Bool(false))
    {
        add("semantic_model", name, semantic, rows);
        for metric in list(model, "metrics") {
            if let Some(name) = metric.get("name").and_then(|name| name.text()) {
                add("metric", name, metric, rows);
            }
        }
    }
}

fn add(kind: &'static str, name: &str, node: Spot<'_>, rows: &mut Rows) {
    let mut config = Config::default();
    if kind != "project" {
        config.read(node.value);
        config.read(node.get("config").map_or(&Json::Null, |config| config.value));
    }
    let said = node.get("description").and_then(|text| text.text());
    let described = said.is_some_and(|text| !text.trim().is_empty());
    let settings = node.get("config").or_else(|| node.get("freshness"));
    let settings = settings.map_or(&Json::Null, |settings| settings.value);
    row(node.line(), kind, name, settings, &config, described, rows);
}

fn row(
    line: u32,
    kind: &'static str,
    name: &str,
    settings: &Json,
    config: &Config,
    described: bool,
    rows: &mut Rows,
) {
    let [materialized, unique_key, enforced, store_failures, enabled] = config.cells();
    let settings = if settings.is_null() { "{}".to_owned() } else { settings.to_string() };
    rows.add(
        0,
        [
            line.into(),
            kind.into(),
            name.into(),
            settings.into(),
            described.into(),
            materialized,
            unique_key,
            enforced,
            store_failures,
            enabled,
        ],
    );
}

fn list<'a>(of: Spot<'a>, key: &str) -> impl Iterator<Item = Spot<'a>> + use<'a> {
    of.get(key).into_iter().flat_map(|list| list.elements())
}
