//! `dbt_project.yml`: the project's name and the settings of its folders.

use super::config::Config;
use crate::facts::Rows;
use crate::facts::documents::Spot;

/// What settings may be for; `data_tests` is the newer name of `tests`.
const RESOURCES: [(&str, &str); 4] =
    [("models", "models"), ("snapshots", "snapshots"), ("tests", "tests"), ("data_tests", "tests")];
/// Folders nested deeper are not read.
const MAX_DEPTH: usize = 32;

/// Whether a document is a project file: it maps folders to settings where properties have lists.
pub(super) fn is_project(root: Spot<'_>) -> bool {
    let says = |key: &str| root.get(key).is_some();
    root.get("name").is_some_and(|name| name.value.is_string())
        && (says("config-version")
            || says("profile")
            || says("model-paths")
            || says("source-paths"))
}

/// The settings of each folder: of the project's own, since another package's name comes first where it is meant.
pub(super) fn defaults(root: Spot<'_>, name: &str, rows: &mut Rows) {
    for (key, resource) in RESOURCES {
        let Some(settings) = root.get(key) else { continue };
        folder(settings, resource, "", 0, rows);
        if let Some(own) = settings.get(name) {
            folder(own, resource, "", 0, rows);
        }
    }
}

fn folder(settings: Spot<'_>, resource: &str, path: &str, depth: usize, rows: &mut Rows) {
    let mut config = Config::default();
    config.read(settings.value);
    if config != Config::default() {
        let [materialized, unique_key, enforced, store_failures, enabled] = config.cells();
        let (line, resource, path) = (settings.line().into(), resource.into(), path.into());
        rows.add(
            1,
            [line, resource, path, materialized, unique_key, enforced, store_failures, enabled],
        );
    }
    for (name, below) in settings.members() {
        if depth < MAX_DEPTH && below.value.is_object() && !name.starts_with('+') {
            let slash = if path.is_empty() { "" } else { "/" };
            folder(below, resource, &format!("{path}{slash}{name}"), depth + 1, rows);
        }
    }
}
