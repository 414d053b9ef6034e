//! What a change does, for the summary of a CI job: scores before and now, gates, new findings, one line for the rest.

use std::fmt::Write as _;

use super::escape::{cell, terminal as safe};
use super::moved::{Steps, moved};
use super::terminal::number;
use crate::audit::Audit;
use crate::matrix::{MatrixResult, Score};
use crate::settle::{Finding, Status};

/// Findings that are listed; the others are counted.
const MOST: usize = 20;

/// The summary in Markdown. `before` is the audit this one was compared with, and how it would have come out otherwise;
/// `failure` what decides the exit status.
pub fn summary(audit: &Audit, base: Option<(&Audit, &Steps)>, failure: Option<&str>) -> String {
    let before = base.map(|(before, _)| before);
    let new: Vec<&Finding> =
        audit.findings.iter().filter(|finding| finding.status == Status::Active).collect();
    let word = if audit.against.is_some() { "new finding" } else { "finding" };
    let exit = if failure.is_some() { "exit 1" } else { "exit 0" };
    let mut parts = vec![counted(new.len(), word)];
    if !audit.missed.is_empty() {
        parts.insert(0, format!("{} missed", counted(audit.missed.len(), "gate")));
    }
    // A string takes any text.
    let mut out = format!("## parity: {} · {exit}\n\n", parts.join(", "));
    scores(audit, base, &mut out);
    for missed in &audit.missed {
        let _ = writeln!(out, "Gate missed: {}\n", cell(missed));
    }
    findings(&new, word, &mut out);
    rest(audit, before, &mut out);
    out
}

fn counted(count: usize, word: &str) -> String {
    match count {
        0 => format!("no {word}"),
        1 => format!("1 {word}"),
        many => format!("{} {word}s", number(many)),
    }
}

/// The scores of each matrix, beside those of the base.
fn scores(audit: &Audit, compared: Option<(&Audit, &Steps)>, out: &mut String) {
    let before = compared.map(|(before, _)| before);
    let none = Steps::default();
    let steps = compared.map_or(&none, |(_, steps)| steps);
    if audit.matrices.is_empty() {
        return;
    }
    let named = before.map(|before| format!("base {}", name(before)));
    let _ = match &named {
        Some(base) => writeln!(
            out,
            "| score | {} | this change | moved by |\n| --- | --- | --- | --- |",
            cell(base)
        ),
        None => writeln!(out, "| score | {} |\n| --- | --- |", cell(&name(audit))),
    };
    for (result, scores) in &audit.matrices {
        let matrix = cell(&result.matrix.name);
        let now = reached(&scores[0]);
        let base = before.map(|before| {
            before.matrices.iter().find(|(base, _)| base.matrix.name == result.matrix.name)
        });
        let _ = match base {
            None => writeln!(out, "| {matrix} | {now} |"),
            Some(None) => writeln!(out, "| {matrix} | not judged | {now} | |"),
            Some(Some((base, scores))) => {
                writeln!(
                    out,
                    "| {matrix} | {} | {now} | {} |",
                    reached(&scores[0]),
                    moved(base, result, steps)
                )
            }
        };
        let now = claimed(result);
        let _ = match base.map(|base| base.map_or(String::new(), |(base, _)| claimed(base))) {
            None if now.is_empty() => Ok(()),
            None => writeln!(out, "| {matrix} claimed | {now} |"),
            Some(base) if base.is_empty() && now.is_empty() => Ok(()),
            Some(base) => {
                let by = if base == now { "nothing" } else { "this change" };
                let base = if base.is_empty() { "not in these documents" } else { &base };
                writeln!(out, "| {matrix} claimed | {base} | {now} | {by} |")
            }
        };
    }
    out.push('\n');
}

/// A revision in a few letters.
fn name(audit: &Audit) -> String {
    let revision = &audit.revision;
    revision
        .commit
        .as_deref()
        .map_or(revision.kind, |commit| &commit[..8.min(commit.len())])
        .to_owned()
}

/// The most that documents state of a matrix as a whole; empty: nothing.
fn claimed(result: &MatrixResult) -> String {
    let stated = result.claims.iter().filter(|claim| claim.context == "stated");
    let most = stated.max_by_key(|claim| claim.numerator);
    most.map_or(String::new(), |claim| {
        let percent = 100.0 * claim.numerator as f64 / claim.denominator.max(1) as f64;
        format!("{} of {} ({percent:.1} %)", claim.numerator, claim.denominator)
    })
}

fn reached(score: &Score) -> String {
    let high = if score.high > score.low { format!(" to {}", score.high) } else { String::new() };
    format!("{} of {}{high}", score.low, score.total)
}

fn findings(new: &[&Finding], word: &str, out: &mut String) {
    if new.is_empty() {
        return;
    }
    let _ = writeln!(out, "| {word} | place | what | is | id |\n| --- | --- | --- | --- | --- |");
    for finding in new.iter().take(MOST) {
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        let _ = writeln!(
            out,
            "| {} {} | {}{line} | {} | {} | {} |",
            finding.severity,
            finding.rule,
            cell(finding.path.as_deref().unwrap_or("nowhere")),
            cell(&finding.subject),
            cell(&finding.message),
            finding.id,
        );
    }
    out.push('\n');
    if new.len() > MOST {
        let _ = writeln!(out, "{} more are in the other outputs.\n", number(new.len() - MOST));
    }
}

/// One line for everything else.
fn rest(audit: &Audit, before: Option<&Audit>, out: &mut String) {
    let count = |status| audit.findings.iter().filter(|finding| finding.status == status).count();
    let examined: usize = audit.rules.iter().flat_map(|rule| rule.counts).sum();
    let unknown: usize = audit.rules.iter().map(|rule| rule.counts[2]).sum();
    let _ = writeln!(
        out,
        "Examined {} in {}. Known {}, waived {}, undecided {}, not readable {}.",
        number(examined),
        counted(audit.rules.len(), "rule"),
        number(count(Status::Known)),
        number(count(Status::Waived)),
        number(unknown),
        number(audit.problems.len()),
    );
    if let Some(before) = before {
        let here: std::collections::BTreeSet<&str> =
            audit.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let gone = before.findings.iter().filter(|was| !here.contains(was.fingerprint.as_str()));
        let _ = writeln!(out, "Mended by this change: {}.", number(gone.count()));
    }
    for note in &audit.notes {
        let _ = writeln!(out, "Note: {}", cell(&safe(note)));
    }
    let _ = writeln!(out, "One finding: `parity explain ID`");
}
