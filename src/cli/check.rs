//! `parity check`: every rule, the waivers and the gates, for hooks and CI.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Done;
use super::args::{Args, Check, Format};
use super::choose::chosen;
use super::error::CliError;
use super::prepare::{Which, ready};
use crate::audit::{Audit, Request};
use crate::base::Severity;
use crate::report::{self, Templates, Told};
use crate::settle::{Finding, Status};

/// Rules that are named in the last line.
const NAMED: usize = 3;

pub(super) fn check(args: &Args, check: &Check) -> Result<Done, CliError> {
    let mut ready = ready(args, check.staged)?;
    let chosen = chosen(&ready, check, args.common.all)?;
    let matrices =
        if ready.config.gates.is_empty() { Vec::new() } else { ready.matrices(&Which::Usual)? };
    let waivers = !check.no_waivers;
    let mut audit = ready.audit(Request { matrices, waivers, ..chosen.request() })?;
    audit.notes.extend(chosen.notes);
    let output = write(args, &audit)?;
    ready.say_timings(args);
    Ok(Done { output, failure: failure(check, &audit) })
}

fn write(args: &Args, audit: &Audit) -> Result<String, CliError> {
    match args.common.format.unwrap_or(Format::Terminal) {
        Format::Terminal => Ok(report::check(audit)),
        Format::Json => Ok(report::json(audit)),
        Format::Markdown => {
            report::markdown(audit, &Told::default(), &Templates::default()).map_err(CliError::Page)
        }
        other => {
            Err(CliError::Usage(format!("`check` cannot be written as {other:?}").to_lowercase()))
        }
    }
}

/// What fails, in one line.
fn failure(check: &Check, audit: &Audit) -> Option<String> {
    let fails = |finding: &&Finding| {
        finding.status == Status::Active && check.fail_on.fails(finding.severity)
    };
    let failing: Vec<&Finding> = audit.findings.iter().filter(fails).collect();
    let count =
        |severity: Severity| failing.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = Vec::new();
    for (severity, word) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
    {
        match count(severity) {
            0 => {}
            1 => parts.push(format!("1 {word}")),
            many => parts.push(format!("{many} {word}s")),
        }
    }
    match audit.missed.len() {
        0 => {}
        1 => parts.push("1 gate missed".to_owned()),
        many => parts.push(format!("{many} gates missed")),
    }
    let named = named(&failing);
    (!parts.is_empty()).then(|| format!("{}{named}", parts.join(", ")))
}

/// The rules that fail, those that fail most first, in brackets.
fn named(failing: &[&Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    failing.iter().for_each(|finding| *counts.entry(&finding.rule).or_default() += 1);
    let mut rules: Vec<&str> = counts.keys().copied().collect();
    rules.sort_by_key(|rule| Reverse(counts[rule]));
    let more = match rules.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more rules"),
    };
    rules.truncate(NAMED);
    if rules.is_empty() { String::new() } else { format!(" ({}{more})", rules.join(", ")) }
}
