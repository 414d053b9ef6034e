//! `parity check`: every rule, the waivers and the gates, for hooks and CI.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Done;
use super::args::{Args, Check, FailOn, Format};
use super::before::Before;
use super::choose::chosen;
use super::error::CliError;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use super::remembered::{Found, Remembered};
use super::steps::steps;
use super::write::{Also, Judged};
use crate::audit::{Audit, Request};
use crate::base::Severity;
use crate::report::Steps;
use crate::settle::{Finding, Status};
use crate::source::digest;

/// Tables about commits.
const HISTORY: [&str; 4] = ["commits", "tags", "file_history", "md_path_history"];

/// Rules that are named in the last line.
const NAMED: usize = 3;

pub(super) fn check(args: &Args, check: &Check) -> Result<Done, CliError> {
    let also = check.also.iter().map(|text| Also::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let mut ready = ready(args, check.staged)?;
    let is_change = check.staged || check.changed || check.since.is_some();
    let chosen = chosen(&ready, &check.select, &check.ignore, args.common.all, is_change)?;
    let mut notes = chosen.notes.clone();
    let wanted = wanted(args, check, &also, &ready, chosen.request(), &mut notes)?;
    let mut before = Before::of(args, check, &ready, &wanted)?;
    let staged = before.head.as_ref().and(ready.snapshot.source().revision().staged.clone());
    let mut audit = ready.audit(Request { known: before.known(), staged, ..wanted.clone() })?;
    if check.staged {
        let found =
            Found::of(&audit).with(&audit.untouched, &before.head.take().unwrap_or_default());
        let tree = digest(ready.snapshot.source().entries());
        Remembered::of(args, &ready, &wanted).keep(&tree, &found);
    }
    audit.notes.extend(notes.into_iter().chain(std::mem::take(&mut before.notes)));
    before.say_gone(&mut audit);
    let failure = failure(check.fail_on, &audit);
    let since = if check.changed { Some("HEAD") } else { check.since.as_deref() };
    let steps = match since.filter(|_| is_summed_up(args, &also)) {
        Some(rev) => steps(args, &ready, rev, &wanted)?,
        None => Steps::default(),
    };
    let judged = Judged {
        audit: &audit,
        library: &ready.library,
        before: before.audit.as_ref().map(|before| (before, &steps)),
        fail_on: check.fail_on,
        failure: failure.as_deref(),
    };
    let output = judged.written(args.common.format.unwrap_or(Format::Terminal))?;
    also.iter().try_for_each(|also| also.write(&judged))?;
    ready.say_timings(args);
    Ok(Done { output, failure })
}

/// Whether a summary of the change is written.
fn is_summed_up(args: &Args, also: &[Also]) -> bool {
    let is_summary = |format: Format| format == Format::Summary;
    args.common.format.is_some_and(is_summary) || also.iter().any(|also| is_summary(also.format))
}

/// What is asked of the audit: the rules, and matrices where something is said of them.
fn wanted(
    args: &Args,
    check: &Check,
    also: &[Also],
    ready: &Ready,
    chosen: Request,
    notes: &mut Vec<String>,
) -> Result<Request, CliError> {
    let has_gates = !ready.config.gates.is_empty();
    let is_summed_up = is_summed_up(args, also);
    if check.staged && has_gates {
        notes.push("gates are not judged of what is staged: parity check".to_owned());
    }
    let is_judged = !check.staged && (has_gates || is_summed_up);
    let matrices = if is_judged { ready.matrices(&Which::Usual)? } else { Vec::new() };
    let waivers = !check.no_waivers;
    let mut request = Request { matrices, waivers, skips_gates: check.staged, ..chosen };
    if check.staged {
        request.rules = without_history(ready, request.rules, notes);
    }
    Ok(request)
}

/// The rules that ask nothing about commits: what is staged has none yet.
fn without_history(
    ready: &Ready,
    mut rules: BTreeSet<String>,
    notes: &mut Vec<String>,
) -> BTreeSet<String> {
    let asks = |rule: &str| {
        let words = ready.library.get(rule).map_or("", |page| &page.sql);
        let mut words = words.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.any(|word| HISTORY.contains(&word))
    };
    let all = rules.len();
    rules.retain(|rule| !asks(rule));
    let left = all - rules.len();
    if left > 0 {
        notes.push(format!(
            "{left} rules ask about commits, which nothing staged has: parity check"
        ));
    }
    rules
}

/// What fails, in one line.
fn failure(fail_on: FailOn, audit: &Audit) -> Option<String> {
    let fails =
        |finding: &&Finding| finding.status == Status::Active && fail_on.fails(finding.severity);
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
