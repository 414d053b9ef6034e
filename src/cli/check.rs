//! `parity check`: every rule, the waivers and the gates, for hooks and CI.

use std::collections::BTreeSet;

use super::Done;
use super::args::{Args, Check, FailOn, Format};
use super::before::Before;
use super::error::CliError;
use super::prepare::{Ready, ready};
use super::remembered::{Found, Remembered};
use super::write::{Also, Judged};
use crate::audit::{Audit, Request};
use crate::base::Severity;
use crate::settle::{Finding, Status};
use crate::source::digest;

/// Tables about commits.
const HISTORY: [&str; 4] = ["commits", "tags", "file_history", "md_path_history"];

pub(super) fn check(args: &Args, check: &Check) -> Result<Done, CliError> {
    let also = check.also.iter().map(|text| Also::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let mut ready = ready(args, check.staged)?;
    let (rules, mut notes) = select(&ready, check)?;
    let wanted = wanted(args, check, &also, &ready, rules, &mut notes)?;
    let mut before = Before::of(args, check, &ready, &wanted)?;
    let staged = before.head.as_ref().and(ready.snapshot.source().revision().staged.clone());
    let mut audit = ready.audit(Request { known: before.known(), staged, ..wanted.clone() })?;
    if check.staged {
        let found =
            Found::of(&audit).with(&audit.left_out, &before.head.take().unwrap_or_default());
        let tree = digest(ready.snapshot.source().entries());
        Remembered::of(args, &ready, &wanted).keep(&tree, &found);
    }
    audit.notes.extend(notes.into_iter().chain(std::mem::take(&mut before.notes)));
    before.say_gone(&mut audit);
    let failure = failure(check.fail_on, &audit);
    let judged = Judged {
        audit: &audit,
        library: &ready.library,
        before: before.audit.as_ref(),
        fail_on: check.fail_on,
        failure: failure.as_deref(),
    };
    let output = judged.written(args.common.format.unwrap_or(Format::Terminal))?;
    also.iter().try_for_each(|also| also.write(&judged))?;
    ready.say_timings(args);
    Ok(Done { output, failure })
}

/// What is asked of the audit: the rules, and matrices where something is said of them.
fn wanted(
    args: &Args,
    check: &Check,
    also: &[Also],
    ready: &Ready,
    rules: BTreeSet<String>,
    notes: &mut Vec<String>,
) -> Result<Request, CliError> {
    let has_gates = !ready.config.gates.is_empty();
    let is_summed_up = args.common.format == Some(Format::Summary)
        || also.iter().any(|also| also.format == Format::Summary);
    if check.staged && has_gates {
        notes.push("gates are not judged of what is staged: parity check".to_owned());
    }
    let is_judged = !check.staged && (has_gates || is_summed_up);
    let matrices = if is_judged { ready.matrices(None)? } else { Vec::new() };
    let waivers = !check.no_waivers;
    let rules = if check.staged { without_history(ready, rules, notes) } else { rules };
    Ok(Request { rules, matrices, waivers, skips_gates: check.staged, ..Request::default() })
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

/// The selected rules, and what must be said aloud about the selection.
fn select(ready: &Ready, check: &Check) -> Result<(BTreeSet<String>, Vec<String>), CliError> {
    let mut notes = Vec::new();
    let mut named = |selectors: &[String]| -> Result<BTreeSet<String>, CliError> {
        let mut rules = BTreeSet::new();
        for selector in selectors {
            let (ids, note) = ready.library.select(selector).map_err(CliError::Usage)?;
            rules.extend(ids);
            notes.extend(note);
        }
        Ok(rules)
    };
    let selected = if check.select.is_empty() { ready.all_rules() } else { named(&check.select)? };
    let ignored = named(&check.ignore)?;
    let rules: BTreeSet<String> = selected.difference(&ignored).cloned().collect();
    if rules.is_empty() {
        return Err(CliError::Usage("no rule is left to run".to_owned()));
    }
    Ok((rules, notes))
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
    let rules: BTreeSet<&str> = failing.iter().map(|finding| finding.rule.as_str()).collect();
    let named = rules.into_iter().collect::<Vec<_>>().join(", ");
    let named = if named.is_empty() { String::new() } else { format!(" ({named})") };
    (!parts.is_empty()).then(|| format!("{}{named}", parts.join(", ")))
}
