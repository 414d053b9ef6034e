//! What a person reads in a terminal: at most 100 columns, plain text, nothing that moves the cursor.

use std::fmt::Write as _;

use super::escape::terminal as safe;
use crate::audit::Audit;
use crate::base::{Severity, Verdict};
use crate::matrix::{MatrixResult, Score};
use crate::settle::{Finding, Status};

/// Columns of a line.
const WIDTH: usize = 100;
/// Lines of the first look.
const LOOK: usize = 40;

/// A number with separators: 7,136.
pub(super) fn number(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or(""))
        .collect();
    groups.join(",")
}

/// The first line: tool, revision, size.
pub(super) fn heading(audit: &Audit) -> String {
    let revision = &audit.revision;
    let what = match (&revision.commit, &revision.date) {
        (Some(commit), Some(date)) => format!("{} {date}", &commit[..8.min(commit.len())]),
        _ => revision.kind.to_owned(),
    };
    let changed = if revision.kind == "commit" || revision.commit.is_none() {
        String::new()
    } else {
        format!(" ({})", revision.kind)
    };
    let files =
        audit.paths.iter().filter(|(kind, _)| *kind != "submodule").map(|(_, count)| count).sum();
    let submodules = audit.paths.get("submodule").copied().unwrap_or_default();
    let beside = if submodules > 0 {
        format!(", {} submodules not followed", number(submodules))
    } else {
        String::new()
    };
    let name = safe(&revision.repository);
    format!(
        "parity {} · {name} {what}{changed} · {} files{beside}",
        env!("CARGO_PKG_VERSION"),
        number(files)
    )
}

/// What the first look needs beside the audit.
pub struct Look {
    /// What is assumed since nothing says otherwise.
    pub assumed: Vec<String>,
}

/// The first look: quiet, ranked, at most 40 lines.
pub fn look(audit: &Audit, look: &Look) -> String {
    let mut lines = vec![heading(audit)];
    lines.extend(look.assumed.iter().map(|line| safe(line)));
    lines.push(String::new());
    lines.push("WHAT IS THERE".to_owned());
    for (result, scores) in &audit.matrices {
        lines.push(summary(result, &scores[0]));
    }
    lines.push(String::new());
    let failing: Vec<_> = ranked(audit);
    if failing.is_empty() {
        lines.push(format!(
            "NOTHING TO FIX   {} rules examined {} things",
            audit.rules.len(),
            number(examined(audit))
        ));
    } else {
        lines.push(format!("{:<74}{:>10}{:>12}", "FIX FIRST", "fails", "examined"));
        lines.extend(failing.iter().take(14).map(|line| line.1.clone()));
        if failing.len() > 14 {
            lines.push(format!("  … and {} more rules: parity check", failing.len() - 14));
        }
    }
    let idle: Vec<&str> = audit
        .rules
        .iter()
        .filter(|rule| rule.counts == [0, 0, 0])
        .map(|rule| rule.rule.as_str())
        .collect();
    if !idle.is_empty() {
        lines.push(String::new());
        lines.extend(wrap("NOTHING TO JUDGE  ", &idle.join(", ")));
    }
    if !audit.problems.is_empty() {
        lines.push(format!(
            "not readable: {}: parity query \"select * from problems\"",
            number(audit.problems.len())
        ));
    }
    lines.extend(audit.notes.iter().map(|note| format!("note: {}", safe(note))));
    let hints = [
        "  parity explain RULE or MATRIX/FEATURE   why one thing is what it is",
        "  parity report -o report.md              the whole of it",
    ];
    lines.truncate(LOOK - hints.len() - 1);
    lines.push(String::new());
    lines.extend(hints.map(str::to_owned));
    lines.join("\n") + "\n"
}

fn examined(audit: &Audit) -> usize {
    audit.rules.iter().map(|rule| rule.counts.iter().sum::<usize>()).sum()
}

/// Rules with active findings, worst and most first.
fn ranked(audit: &Audit) -> Vec<((std::cmp::Reverse<Severity>, std::cmp::Reverse<usize>), String)> {
    let mut ranked = Vec::new();
    for rule in &audit.rules {
        let active: Vec<&Finding> =
            active(audit).filter(|finding| finding.rule == rule.rule).collect();
        let Some(first) = active.first() else { continue };
        let place = first
            .path
            .as_deref()
            .map_or(first.subject.clone(), |path| format!("{path}:{}", first.line.unwrap_or(1)));
        let name = format!(
            "  {:<8}{:<34}{}",
            rule.severity.to_string(),
            rule.rule,
            shorten(&safe(&place), 30)
        );
        let line = format!(
            "{name:<74}{:>10}{:>12}",
            number(active.len()),
            number(rule.counts.iter().sum())
        );
        ranked.push(((std::cmp::Reverse(rule.severity), std::cmp::Reverse(active.len())), line));
    }
    ranked.sort();
    ranked
}

fn active(audit: &Audit) -> impl Iterator<Item = &Finding> {
    audit.findings.iter().filter(|finding| finding.status == Status::Active)
}

/// One matrix in one line.
fn summary(result: &MatrixResult, score: &Score) -> String {
    let high = if score.high == score.low {
        String::new()
    } else {
        format!(", at most {} ({} %)", score.high, score.percent(score.high))
    };
    let rest = counts(score);
    format!(
        "  {:<12}{} of {} verified ({} %){high}: {rest}",
        result.matrix.name,
        score.low,
        score.total,
        score.percent(score.low)
    )
}

fn counts(score: &Score) -> String {
    let words = [
        (Verdict::Partial, "partial"),
        (Verdict::Missing, "not found"),
        (Verdict::Unknown, "unknown"),
        (Verdict::Attested, "attested"),
        (Verdict::Accepted, "accepted"),
        (Verdict::Deferred, "deferred"),
        (Verdict::NotApplicable, "not applicable"),
    ];
    let counted = words.iter().filter(|(verdict, _)| score.count(*verdict) > 0);
    let parts: Vec<String> =
        counted.map(|(verdict, word)| format!("{} {word}", score.count(*verdict))).collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
}

/// A matrix, feature by feature and by area.
pub fn score(audit: &Audit) -> String {
    let mut out = heading(audit) + "\n";
    for (result, scores) in &audit.matrices {
        // A string takes any text.
        let _ = writeln!(
            out,
            "\n{} {}@{}",
            safe(&result.matrix.title),
            result.matrix.name,
            result.matrix.version
        );
        for judged in &result.features {
            let verdict = printed(judged.verdict);
            let reason = judged.reason.map_or(String::new(), |reason| format!("  {reason}"));
            let _ = writeln!(
                out,
                "  {:<6}{:<14}{}{reason}",
                judged.feature.id,
                verdict,
                safe(&judged.feature.title)
            );
        }
        out.push('\n');
        for score in scores.iter().filter(|score| score.dimension != "phase") {
            let name = if score.dimension == "all" {
                "all".to_owned()
            } else {
                format!("{} {}", score.dimension, score.name)
            };
            let _ = writeln!(
                out,
                "  {:<38}{:>3} of {:<3} {:>5} %{}  {}",
                shorten(&safe(&name), 37),
                score.low,
                score.total,
                score.percent(score.low),
                if score.high > score.low {
                    format!(" to {} %", score.percent(score.high))
                } else {
                    String::new()
                },
                counts(score)
            );
        }
    }
    out
}

/// The word a verdict has for readers.
pub(super) fn printed(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::Partial => "partial",
        Verdict::Missing => "not found",
        Verdict::Unknown => "unknown",
        Verdict::Attested => "attested",
        Verdict::Accepted => "accepted",
        Verdict::Deferred => "deferred",
        Verdict::NotApplicable => "not applicable",
    }
}

/// What is said of what, each once.
pub(super) fn said(finding: &Finding) -> String {
    if finding.message.contains(&finding.subject) {
        finding.message.clone()
    } else {
        format!("{}: {}", finding.subject, finding.message)
    }
}

/// Findings, one by one, and what was examined.
pub fn check(audit: &Audit) -> String {
    let mut out = heading(audit) + "\n";
    for finding in active(audit) {
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        let place = finding
            .path
            .as_deref()
            .map_or("(nowhere)".to_owned(), |path| format!("{}{line}", safe(path)));
        let _ = writeln!(
            out,
            "{place}: {} {} [{}]\n    {}",
            finding.severity,
            finding.rule,
            finding.id,
            safe(&said(finding))
        );
    }
    for missed in &audit.missed {
        let _ = writeln!(out, "gate missed: {}", safe(missed));
    }
    for note in &audit.notes {
        let _ = writeln!(out, "note: {}", safe(note));
    }
    let unknown: usize = audit.rules.iter().map(|rule| rule.counts[2]).sum();
    let waived = audit.findings.iter().filter(|finding| finding.status == Status::Waived).count();
    let known = audit.findings.iter().filter(|finding| finding.status == Status::Known).count();
    let findings = match &audit.against {
        Some(name) => {
            format!("{} new against {}, {} known", active(audit).count(), safe(name), number(known))
        }
        None => format!("{} findings", number(active(audit).count())),
    };
    let _ = writeln!(
        out,
        "examined {} in {} rules · {findings} · {waived} waived · {} undecided · {} not readable",
        number(examined(audit)),
        audit.rules.len(),
        number(unknown),
        number(audit.problems.len()),
    );
    out
}

/// Rows as aligned columns; long cells are cut, and the last one to the width of the terminal.
pub fn table(columns: &[String], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            rows.iter()
                .map(|row| row[at].chars().count())
                .chain([columns[at].chars().count()])
                .max()
                .unwrap_or(0)
                .min(60)
        })
        .collect();
    let mut out = String::new();
    for row in std::iter::once(columns).chain(rows.iter().map(Vec::as_slice)) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{:<width$}", shorten(cell, *width)))
            .collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out
}

/// The end of a text that is too long.
pub(super) fn shorten(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let tail: String = text.chars().skip(length + 1 - width).collect();
    format!("…{tail}")
}

/// Words in lines of at most the width, the first behind `label`, the others indented under it.
fn wrap(label: &str, words: &str) -> Vec<String> {
    let indent = " ".repeat(label.chars().count());
    let mut lines = vec![label.to_owned()];
    for word in words.split(' ') {
        let last = lines.last_mut().expect("there is a first line");
        if last.chars().count() + word.len() + 1 > WIDTH && *last != indent {
            lines.push(format!("{indent}{word}"));
        } else if last.ends_with(' ') {
            last.push_str(word);
        } else {
            last.push(' ');
            last.push_str(word);
        }
    }
    lines
}
