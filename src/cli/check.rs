//! `parity check`: every rule, the waivers and the gates, for hooks and CI.

use std::collections::BTreeSet;

use super::Done;
use super::args::{Args, Check, Format};
use super::error::CliError;
use super::prepare::{Ready, Which, ready};
use crate::audit::{Audit, Request};
use crate::base::Severity;
use crate::report;
use crate::settle::{Finding, Status};

pub(super) fn check(args: &Args, check: &Check) -> Result<Done, CliError> {
    let mut ready = ready(args, check.staged)?;
    let (rules, notes) = select(&ready, check)?;
    let matrices =
        if ready.config.gates.is_empty() { Vec::new() } else { ready.matrices(&Which::Usual)? };
    let mut audit = ready.audit(Request {
        rules,
        matrices,
        waivers: !check.no_waivers,
        ..Request::default()
    })?;
    audit.notes.extend(notes);
    let output = write(args, &audit)?;
    ready.say_timings(args);
    Ok(Done { output, failure: failure(check, &audit) })
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

fn write(args: &Args, audit: &Audit) -> Result<String, CliError> {
    match args.common.format.unwrap_or(Format::Terminal) {
        Format::Terminal => Ok(report::check(audit)),
        Format::Json => Ok(report::json(audit)),
        Format::Markdown => report::markdown(audit, None).map_err(CliError::Page),
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
    let rules: BTreeSet<&str> = failing.iter().map(|finding| finding.rule.as_str()).collect();
    let named = rules.into_iter().collect::<Vec<_>>().join(", ");
    let named = if named.is_empty() { String::new() } else { format!(" ({named})") };
    (!parts.is_empty()).then(|| format!("{}{named}", parts.join(", ")))
}
