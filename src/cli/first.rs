//! `parity` without a command: the first look.

use clap::CommandFactory as _;

use super::Done;
use super::args::{Args, Format};
use super::choose::usual;
use super::error::CliError;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use crate::audit::{Audit, Request};
use crate::report;

/// Folders whose name says that nobody lives there any more.
const LEFT: [&str; 9] = [
    "archive",
    "archived",
    "attic",
    "deprecated",
    "legacy",
    "obsolete",
    "old",
    "playground",
    "sandbox",
];

pub(super) fn first_look(args: &Args) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let matrices = ready.matrices(&Which::of(args.common.all))?;
    let chosen = usual(&ready, args.common.all);
    let audit = ready.audit(Request { matrices, survey: true, ..chosen.request() })?;
    ready.say_timings(args);
    match args.common.format {
        None | Some(Format::Terminal) => {
            let look = report::Look { assumed: assumed(&ready, &audit), next: next(&audit) };
            Ok(Done::with(report::first_look(&audit, &look)))
        }
        Some(Format::Json) => Ok(Done::with(report::json(&audit))),
        Some(other) => Err(CliError::Usage(
            format!("the first look cannot be written as {other:?}").to_lowercase(),
        )),
    }
}

/// What is assumed of this tree since nothing says otherwise.
pub(super) fn assumed(ready: &Ready, audit: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    let mut parts = Vec::new();
    if !audit.survey.folders.is_empty() {
        parts.push("migrations read as the Supabase CLI runs them".to_owned());
    }
    let has = |folder: &&&str| {
        let inside = format!("{folder}/");
        let entries = ready.snapshot.source().entries();
        entries.iter().any(|entry| {
            entry.path.starts_with(&inside) && !ready.snapshot.is_archived(&entry.path)
        })
    };
    let live: Vec<String> = LEFT.iter().filter(has).map(|folder| format!("{folder}/")).collect();
    if !live.is_empty() {
        parts.push(format!("{} read as live", live.join(" and ")));
    }
    if !ready.is_configured && !parts.is_empty() {
        lines.push(format!("no parity.toml: {}", parts.join("; ")));
    }
    lines.extend(ready.assumed.iter().cloned());
    lines
}

/// Three commands to go on with.
fn next(audit: &Audit) -> Vec<(String, String)> {
    let explained =
        report::most_telling(audit).map(|id| (id, "why one feature is what it is")).or_else(|| {
            let first = audit.findings.first()?;
            Some((first.id.clone(), "what one finding says, and what to do"))
        });
    let mut next: Vec<(String, &str)> =
        explained.into_iter().map(|(id, what)| (format!("parity explain {id}"), what)).collect();
    next.push(match Args::command().find_subcommand("baseline") {
        Some(_) => ("parity baseline".to_owned(), "accept today, see only what is new"),
        None => ("parity check".to_owned(), "every finding, with its place"),
    });
    next.push(("parity report -o report.html".to_owned(), "the whole of it"));
    next.into_iter().map(|(command, what)| (command, what.to_owned())).collect()
}
