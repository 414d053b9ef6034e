//! The story a report tells, as plain data for templates: what is said, what is there, why, and what rests on what.

mod bars;
mod covered;
mod judged;
mod rules;
mod said;
mod things;

use std::collections::BTreeMap;

use serde::Serialize;

use super::addons::{Inventory, graph};
use super::first_look::speaks;
use super::licenses;
use crate::audit::Audit;
use crate::audit::COMMANDS;
use crate::audit::Cause;
use crate::audit::Folder;
use crate::config::Attestation;
use crate::facts::ANALYZERS;
use crate::link::LINKERS;
use bars::Chart;
use covered::CoverageStory;
use judged::Judged;
use rules::RuleStory;
use said::Said;
use things::Thing;

/// What templates see as `story`, beside `audit`, the audit as JSON has it.
#[derive(Debug, Serialize)]
pub(super) struct Story {
    /// The revision in a few words: `ced71823, 2026-02-15`.
    revision: String,
    /// Files of the tree.
    files: usize,
    /// Submodules, which are not followed.
    submodules: usize,
    /// Whether a branch contains the commit; null: it cannot be told.
    on_branch: Option<bool>,
    /// What is assumed since nothing says otherwise.
    assumed: Vec<String>,
    /// The results, a sentence each.
    brief: Vec<String>,
    /// Bars of each matrix that has something to say, by its name.
    charts: BTreeMap<String, Vec<Chart>>,
    /// What documents say of the features of each such matrix, by its name.
    said: BTreeMap<String, Said>,
    /// What documents count and name, by how it stands, worst first.
    judged: Vec<Judged>,
    /// What a reader should know, at most three.
    things: Vec<Thing>,
    causes: Vec<CauseStory>,
    folders: Vec<FolderStory>,
    /// Row level security, schema by schema and table by table.
    coverage: Vec<CoverageStory>,
    /// The commands of policies, the columns of that grid.
    commands: Vec<&'static str>,
    /// The Odoo addons; null: there are none.
    addons: Option<Inventory>,
    /// The licences; null: nothing is known of them.
    licenses: Option<licenses::Inventory>,
    /// Their graph, as SVG.
    graph: Option<String>,
    /// Rules with something to say, worst first.
    rules: Vec<RuleStory>,
    /// Findings that count.
    active: usize,
    problems: Vec<ProblemStory>,
    attestations: Vec<Attestation>,
    /// What read the tree.
    versions: Vec<Named>,
    /// What the report rests on: paths with the ids of their contents.
    blobs: Vec<Named>,
}

/// A name and what stands for it. The maps of templates have no order, so what is printed in a row is a list.
#[derive(Debug, Serialize)]
struct Named {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct CauseStory {
    path: String,
    line: Option<u32>,
    error: String,
    files: Vec<String>,
    objects: Vec<String>,
    features: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FolderStory {
    path: String,
    files: usize,
    applied: usize,
    failed: usize,
    undecided: usize,
}

/// Problems of one kind.
#[derive(Debug, Serialize)]
struct ProblemStory {
    analyzer: String,
    code: String,
    places: Vec<ProblemPlace>,
}

#[derive(Debug, Serialize)]
struct ProblemPlace {
    path: Option<String>,
    line: Option<u32>,
    message: String,
}

/// What a report is told beside the audit.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// What is assumed since nothing says otherwise.
    pub assumed: Vec<String>,
    /// What persons vouch for.
    pub attestations: Vec<Attestation>,
}

impl Story {
    pub(super) fn of(audit: &Audit, told: &Told) -> Story {
        let revision = &audit.revision;
        let short = match (&revision.commit, &revision.date) {
            (Some(commit), Some(date)) => format!("{}, {date}", &commit[..8.min(commit.len())]),
            _ => revision.kind.to_owned(),
        };
        let count = |is_submodule: bool| {
            let kinds =
                audit.paths.iter().filter(|(kind, _)| (*kind == "submodule") == is_submodule);
            kinds.map(|(_, count)| count).sum()
        };
        let speaking = || audit.matrices.iter().filter(|(result, scores)| speaks(result, scores));
        let charts = speaking()
            .map(|(result, scores)| (result.matrix.name.clone(), bars::of(result, scores)));
        let said = speaking().map(|(result, _)| (result.matrix.name.clone(), Said::of(result)));
        let survey = &audit.survey;
        Story {
            revision: short,
            files: count(false),
            submodules: count(true),
            on_branch: survey.on_branch,
            assumed: told.assumed.clone(),
            brief: things::brief(audit),
            charts: charts.collect(),
            said: said.collect(),
            judged: judged::of(audit),
            things: things::of(audit),
            causes: survey.causes.iter().map(cause).collect(),
            folders: survey.folders.iter().map(folder).collect(),
            coverage: survey.coverage.iter().map(covered::coverage).collect(),
            commands: COMMANDS.to_vec(),
            addons: Some(Inventory::of(audit)).filter(|inventory| !inventory.is_empty()),
            licenses: Some(licenses::Inventory::of(audit))
                .filter(|inventory| !inventory.is_empty()),
            graph: graph(audit),
            rules: rules::of(audit),
            active: super::terminal::active(audit).count(),
            problems: problems(audit),
            attestations: told.attestations.clone(),
            versions: versions(),
            blobs: blobs(audit),
        }
    }
}

fn cause(cause: &Cause) -> CauseStory {
    let list = |names: &std::collections::BTreeSet<String>| names.iter().cloned().collect();
    CauseStory {
        path: cause.path.clone(),
        line: cause.line,
        error: cause.error.clone(),
        files: list(&cause.files),
        objects: list(&cause.objects),
        features: list(&cause.features),
    }
}

fn folder(folder: &Folder) -> FolderStory {
    let Folder { path, files, applied, failed } = folder.clone();
    FolderStory { path, files, applied, failed, undecided: folder.undecided() }
}

fn problems(audit: &Audit) -> Vec<ProblemStory> {
    let mut kinds: BTreeMap<(String, String), Vec<ProblemPlace>> = BTreeMap::new();
    for problem in &audit.problems {
        let (path, line, message) = (problem.path.clone(), problem.line, problem.message.clone());
        let kind = (problem.analyzer.clone(), problem.code.clone());
        kinds.entry(kind).or_default().push(ProblemPlace { path, line, message });
    }
    kinds
        .into_iter()
        .map(|((analyzer, code), places)| ProblemStory { analyzer, code, places })
        .collect()
}

fn blobs(audit: &Audit) -> Vec<Named> {
    let quoted = audit.quotes.iter();
    let named = quoted.filter_map(|((path, ..), quote)| Some((path.clone(), quote.blob.clone()?)));
    list(named.collect())
}

fn versions() -> Vec<Named> {
    let analyzers = ANALYZERS.iter().map(|analyzer| (analyzer.name, analyzer.version));
    let linkers = LINKERS.iter().map(|linker| (linker.name, linker.version));
    let named = analyzers.chain(linkers);
    list(named.map(|(name, version)| (name.to_owned(), version.to_owned())).collect())
}

fn list(named: BTreeMap<String, String>) -> Vec<Named> {
    named.into_iter().map(|(name, value)| Named { name, value }).collect()
}
