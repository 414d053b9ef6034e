//! dbt projects: what project files, properties, packages and models say. Jinja is not run.

mod config;
mod jinja;
mod model;
mod project;
mod properties;
mod tables;

use super::Analyzer;
use crate::base::basename;

/// Folders of a project that hold properties and SQL.
const FOLDERS: [&str; 6] = ["models", "snapshots", "seeds", "tests", "semantic_models", "metrics"];

/// Reads the YAML of dbt projects: the project, its packages, properties of models, sources, tests and the rest.
pub static DBT: Analyzer = Analyzer {
    name: "dbt",
    version: concat!(env!("PARITY_FACTS_DBT"), env!("PARITY_FACTS_DOCUMENTS")),
    applies: |path| {
        let named =
            matches!(basename(path), "dbt_project.yml" | "packages.yml" | "dependencies.yml");
        named || (path.ends_with(".yml") || path.ends_with(".yaml")) && is_inside(path)
    },
    facts: tables::YAML_FACTS,
    tables: &[],
    extract: properties::extract,
};

/// Reads models, snapshots and tests in SQL and Python, and declares the table of both.
pub static DBT_MODELS: Analyzer = Analyzer {
    name: "dbt-models",
    version: DBT.version,
    applies: |path| {
        (path.ends_with(".sql") || path.ends_with(".py") && path.contains("models/"))
            && is_inside(path)
    },
    facts: tables::MODEL_FACTS,
    tables: &[tables::NODES],
    extract: model::extract,
};

fn is_inside(path: &str) -> bool {
    path.split('/').any(|folder| FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests;
