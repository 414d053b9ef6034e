//! Compose files: the services they name.
//!
//! Variables with a default are filled with it: `${IMAGE:-redis:7}` is `redis:7`. One without stays as it is written.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::documents::{Format, Node, parse};
use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value, basename};

/// Reads compose files.
pub static ANALYZER: Analyzer = Analyzer {
    name: "compose",
    version: concat!(env!("PARITY_FACTS_COMPOSE"), env!("PARITY_FACTS_DOCUMENTS")),
    applies,
    facts: &[Facts { name: "compose_service", columns: COLUMNS }],
    tables: &[SERVICES],
    extract,
};

const COLUMNS: &[Column] = &[
    Column::LINE,
    Column::int("end_line", "Its last line."),
    Column::text("name", "Its name."),
    Column::text(
        "image",
        "Its image, variables with a default filled with it; null: it is built or extends another.",
    ),
    Column::text(
        "tag",
        "The image's tag or digest; empty: none is said; undecided where a variable decides.",
    )
    .open(),
    Column::text(
        "repository",
        "The image's name without tag, in lower case, without the `docker.io/library` that is assumed.",
    ),
    Column::json(
        "profiles",
        "Its profiles: it is started only where one is asked for; null: always.",
    ),
    Column::flag("healthcheck", "Whether it has one that is not switched off."),
    Column::json("environment", "Its environment, variables with a default filled with it."),
    Column::json("env_files", "Files that set more of it."),
    Column::text("build", "The folder it is built from."),
    Column::text("command", "Its command, in one line."),
    Column::json("ports", "The ports it opens, as written."),
    Column::json("depends_on", "Services it waits for."),
];

const SERVICES: View = View {
    table: Table {
        name: "compose_services",
        doc: "Services of compose files.",
        columns: &[
            Column::PATH,
            COLUMNS[0],
            COLUMNS[2],
            COLUMNS[3],
            COLUMNS[6],
            COLUMNS[7],
            COLUMNS[8],
            COLUMNS[1],
            COLUMNS[4],
            COLUMNS[5],
            COLUMNS[9],
            COLUMNS[10],
            COLUMNS[11],
            COLUMNS[12],
            COLUMNS[13],
        ],
        named: "name",
    },
    query: "select path, line, name, image, profiles, healthcheck, environment, end_line, tag, repository, env_files, build, command,
                ports, depends_on
            from fact_compose_service",
};

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^{}]*)\}").expect("a valid pattern")
});

fn applies(path: &str) -> bool {
    let name = basename(path);
    let Some((stem, "yml" | "yaml")) = name.rsplit_once('.') else { return false };
    let is_named = stem == "compose"
        || ["docker-compose", "compose.", "compose-"].iter().any(|start| stem.starts_with(start))
        || [".compose", "-compose", ".docker-compose"].iter().any(|end| stem.ends_with(end));
    is_named && !path.starts_with(".github/workflows/")
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let (documents, refusal) = parse(input.text(), Format::Yaml);
    if let Some((line, reason)) = refusal {
        rows.unsure("compose_services", None, line, reason);
    }
    for root in &documents {
        if let Some(include) = root.get("include").filter(|include| is_unread(include)) {
            rows.unsure("compose_services", None, Some(include.line), "it includes other files");
        }
        for (name, node) in root.get("services").map(Node::members).unwrap_or_default() {
            service(name, node, rows);
        }
    }
}

/// Whether a file that is included is not read by itself: from elsewhere, computed, or not named as a compose file.
fn is_unread(include: &Node) -> bool {
    let entries = match include.elements() {
        [] => std::slice::from_ref(include),
        entries => entries,
    };
    let paths = entries.iter().flat_map(|entry| entry.get("path").unwrap_or(entry).texts());
    paths.into_iter().any(|path| path.contains(':') || path.contains('$') || !applies(&path))
}

fn service(name: &str, node: &Node, rows: &mut Rows) {
    let image = node.text_of("image").map(|image| filled(&image));
    let tag = image.as_deref().map_or(Value::Null, tag);
    let repository = image.as_deref().map(repository);
    let build = node.get("build");
    let build = build.and_then(|build| build.text().or_else(|| build.text_of("context")));
    let command = node.get("command").map(|command| command.texts().join(" "));
    let names = |key: &str| {
        let listed = node.get(key).map(|list| match list.members() {
            [] => list.texts(),
            members => members.iter().map(|(name, _)| name.clone()).collect(),
        });
        list(listed.unwrap_or_default())
    };
    rows.add(
        0,
        [
            node.line.into(),
            node.last_line().into(),
            name.into(),
            image.into(),
            tag,
            repository.into(),
            names("profiles"),
            node.get("healthcheck").is_some_and(is_checked).into(),
            node.get("environment").map(|node| environment(node).to_string()).into(),
            env_files(node),
            build.into(),
            command.map(|command| filled(&command)).into(),
            names("ports"),
            names("depends_on"),
        ],
    );
}

fn env_files(node: &Node) -> Value {
    let Some(files) = node.get("env_file") else { return Value::Null };
    let path = |file: &Node| file.text().or_else(|| file.text_of("path"));
    list(files.elements().iter().chain([files]).filter_map(path).collect())
}

fn is_checked(node: &Node) -> bool {
    let is_off = node.text_of("disable").is_some_and(|word| word == "true");
    let is_none = node
        .get("test")
        .is_some_and(|test| test.texts().first().is_some_and(|word| word == "NONE"));
    node.is_object() && !is_off && !is_none
}

/// A map of names and values, written as a map or as `NAME=value`. A value that comes from outside is null.
fn environment(node: &Node) -> Json {
    let mut members = Map::new();
    for (name, value) in node.members() {
        members.insert(name.clone(), value.text().map(|text| filled(&text)).into());
    }
    for line in node.elements().iter().filter_map(Node::text) {
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(filled(value))),
            None => (line, None),
        };
        members.insert(name, value.into());
    }
    Json::Object(members)
}

/// The text with every variable that has a default replaced by it, inner ones first.
fn filled(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let next = VARIABLE.replace_all(&text, "$1").into_owned();
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// The image's name without tag.
fn repository(image: &str) -> String {
    let start = image.rfind('/').map_or(0, |at| at + 1);
    let end = image[start..].find(['@', ':']).map_or(image.len(), |at| start + at);
    let name = image[..end].to_lowercase();
    let bare = ["docker.io/library/", "docker.io/"].iter().find_map(|host| name.strip_prefix(host));
    bare.unwrap_or(&name).to_owned()
}

/// What stands behind the image's name.
fn tag(image: &str) -> Value {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.split_once('@').or_else(|| name.split_once(':')) {
        Some((_, tag)) if tag.contains('$') => Value::Null,
        Some((_, tag)) => tag.into(),
        None if image.contains('$') => Value::Null,
        None => "".into(),
    }
}

fn list(texts: Vec<String>) -> Value {
    if texts.is_empty() { Value::Null } else { Json::from(texts).to_string().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(text: &str) -> Vec<Vec<Value>> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        rows.facts.into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn a_service_is_read_with_what_it_merges() {
        let found = services(
            "x-base: &base\n  profiles: [dev]\n  healthcheck: {test: [CMD, true]}\nservices:\n  redis:\n    <<: *base\n    image: ${REGISTRY:-docker.io}/redis:${TAG:-7}\n    environment: [A=1, B]\n",
        );
        let [redis] = found.as_slice() else { panic!("one service: {found:?}") };
        assert_eq!(redis[0], Value::Int(5));
        assert_eq!(redis[3], "docker.io/redis:7".into());
        assert_eq!(redis[4], "7".into());
        assert_eq!(redis[5], "redis".into());
        assert_eq!(redis[6], "[\"dev\"]".into());
        assert_eq!(redis[7], 1_i64.into());
        assert_eq!(redis[8], "{\"A\":\"1\",\"B\":null}".into());
    }

    #[test]
    fn a_tag_that_a_variable_decides_is_undecided() {
        assert_eq!(tag("n8nio/n8n:${TAG}"), Value::Null);
        assert_eq!(tag("${IMAGE}"), Value::Null);
        assert_eq!(tag("localhost:5000/n8n"), "".into());
        assert_eq!(tag("n8n@sha256:0"), "sha256:0".into());
    }

    #[test]
    fn a_health_check_that_is_switched_off_is_none() {
        let found = services(
            "services: {a: {healthcheck: {disable: true}}, b: {healthcheck: {test: NONE}}}\n",
        );
        assert!(found.iter().all(|cells| cells[7] == Value::Int(0)));
    }

    #[test]
    fn what_is_included_or_cannot_be_read_may_hold_services() {
        for text in ["include: [a.yml]\n", "services: [\n"] {
            let mut rows = Rows::default();
            extract(&Input::new(text.as_bytes()), &mut rows);
            assert_eq!(rows.unsure.len(), 1, "{text}");
        }
    }

    #[test]
    fn compose_files_are_known_by_name() {
        for path in [
            "compose.yaml",
            "docker-compose.dev.yml",
            "infra/compose.prod.yaml",
            "ci/x.compose.yml",
        ] {
            assert!(applies(path), "{path}");
        }
        for path in ["compose.json", ".github/workflows/compose-guard.yml", "composer.yml"] {
            assert!(!applies(path), "{path}");
        }
    }
}
