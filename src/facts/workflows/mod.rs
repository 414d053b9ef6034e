//! What CI systems are told to run: GitHub Actions, Azure Pipelines and GitLab CI in one set of tables.

mod azure;
mod calls;
mod github;
mod gitlab;
mod model;
mod script;
mod tables;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::basename;
use crate::facts::documents::{Format, Node, documents};
use crate::facts::{Analyzer, Input, Rows};
use model::Workflow;

/// Reads workflows and pipelines.
pub static ANALYZER: Analyzer = Analyzer {
    name: "workflows",
    version: concat!(env!("PARITY_FACTS_WORKFLOWS"), env!("PARITY_FACTS_DOCUMENTS")),
    applies,
    facts: tables::FACTS,
    tables: tables::TABLES,
    extract,
};

static SECRET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)").expect("a valid pattern"));

static ASKED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bsteps\.([A-Za-z_][\w-]*)\.").expect("a valid pattern"));

/// By place and name. Which system it is, and whether it is where that system looks, says the view.
fn applies(path: &str) -> bool {
    let name = basename(path);
    let is_yaml = name.contains(".yml") || name.contains(".yaml");
    if !is_yaml {
        return false;
    }
    let ends = name.ends_with(".yml") || name.ends_with(".yaml");
    is_in(path, ".github/workflows")
        || ends
            && (name.starts_with("azure-pipeline")
                || name.ends_with(".gitlab-ci.yml")
                || [
                    ".azure/pipelines/",
                    ".azure-pipelines/",
                    ".azuredevops/",
                    "azuredevops/",
                    "azure-devops/",
                    ".pipelines/",
                    "azure-pipelines/",
                    ".gitlab/ci/",
                ]
                .iter()
                .any(|folder| is_in(path, folder)))
}

/// Whether a folder of that name (or, without `/` at its end, of a name that begins so) is on the path.
fn is_in(path: &str, folder: &str) -> bool {
    path.starts_with(folder) || path.match_indices(folder).any(|(at, _)| path[..at].ends_with('/'))
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let (documents, refusal) = documents(input.text(), Format::Yaml);
    if let Some(refusal) = refusal {
        tables::unreadable(&refusal, rows);
        return;
    }
    // GitLab's file may begin with a document about its inputs.
    let Some(root) = documents.last().filter(|root| root.is_object()) else {
        return Workflow::default().put("none", rows);
    };
    if root.get("on").is_some() || root.get("jobs").is_some_and(Node::is_object) {
        github::workflow(root).put("github", rows);
    } else if azure::is_pipeline(root) {
        azure::workflow(root).put("azure-pipelines", rows);
    } else if azure::is_template(root) {
        azure::template(root).put("azure-template", rows);
    } else if gitlab::is_pipeline(root) {
        gitlab::workflow(root).put("gitlab", rows);
    } else {
        Workflow::default().put("none", rows);
    }
}

/// The names of the secrets a document asks for, but the token every run has.
fn secrets(root: &Node) -> Vec<String> {
    let mut names = BTreeSet::new();
    root.each_text(&mut |text| {
        if text.contains("secrets.") {
            names.extend(SECRET.captures_iter(text).map(|found| found[1].to_owned()));
        }
    });
    names.remove("GITHUB_TOKEN");
    names.into_iter().collect()
}

/// The ids of the steps whose outcome or outputs a document asks for.
fn asked(root: &Node) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    root.each_text(&mut |text| {
        if text.contains("steps.") {
            ids.extend(ASKED.captures_iter(text).map(|found| found[1].to_owned()));
        }
    });
    ids
}

#[cfg(test)]
mod tests;
