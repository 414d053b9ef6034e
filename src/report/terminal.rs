//! What a person reads in a terminal: at most 100 columns, plain text, nothing that moves the cursor.

use std::fmt::Write as _;

use super::escape::terminal as safe;
use crate::audit::Audit;
use crate::audit::RuleResult;
use crate::base::Verdict;
use crate::matrix::Score;
use crate::settle::{Finding, Status};

/// Columns of a line.
const WIDTH: usize = 100;

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

/// Findings that count.
pub(super) fn active(audit: &Audit) -> impl Iterator<Item = &Finding> {
    audit.findings.iter().filter(|finding| finding.status == Status::Active)
}

/// A score in words, without what is verified.
pub(super) fn counts(score: &Score) -> String {
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
    let mut findings: Vec<&Finding> = active(audit).collect();
    findings.sort_by_key(|finding| (finding.path.as_deref(), finding.line, finding.rule.as_str()));
    for finding in findings {
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        let place = finding
            .path
            .as_deref()
            .map_or("(nowhere)".to_owned(), |path| format!("{}{line}", safe(path)));
        let _ = writeln!(out, "{place}: {} {}", finding.severity, finding.rule);
        out.push_str(&signed(&said(finding), &finding.id));
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
        number(audit.rules.iter().map(RuleResult::examined).sum()),
        audit.rules.len(),
        number(unknown),
        number(audit.problems.len()),
    );
    if !audit.left_out.is_empty() {
        let _ = writeln!(out, "{}", left_out(audit));
    }
    out
}

/// What is said of a finding, indented, with its short id at the end of the last line.
fn signed(said: &str, id: &str) -> String {
    let id = format!("[{id}]");
    let mut lines = wrap("    ", &safe(said));
    let last = lines.last_mut().expect("there is a first line");
    let room = WIDTH.saturating_sub(last.chars().count());
    if room > id.len() {
        last.push_str(&format!("{id:>room$}"));
    } else {
        lines.push(format!("{id:>WIDTH$}"));
    }
    lines.join("\n") + "\n"
}

/// How many rules in preview were not run.
pub(super) fn left_out(audit: &Audit) -> String {
    match audit.left_out.len() {
        1 => "1 more rule with --all".to_owned(),
        more => format!("{more} more rules with --all"),
    }
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

/// A path and line in so many columns: first folders go, and of a file name that is too long its middle.
pub(super) fn shorten_path(path: &str, line: Option<u32>, width: usize) -> String {
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    let whole = format!("{path}{line}");
    if whole.chars().count() <= width {
        return whole;
    }
    let mut tails = path.match_indices('/').map(|(at, _)| format!("…{}{line}", &path[at..]));
    if let Some(tail) = tails.find(|tail| tail.chars().count() <= width) {
        // A folder is cut where leaving it out would waste much: of `…/__manifest__.py` nobody knows whose it is.
        let is_full = tail.chars().count() + 5 > width;
        return if is_full { tail } else { shorten(&whole, width) };
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let room = width.saturating_sub(line.chars().count() + 1);
    let before: String = name.chars().take(room / 2).collect();
    let length = name.chars().count();
    let after = name.chars().skip(length.saturating_sub(room - room / 2)).collect::<String>();
    format!("{before}…{after}{line}")
}

/// The beginning of a text that is too long.
pub(super) fn head(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let head: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}

/// Words in lines of at most the width, the first behind `label`, the others indented under it.
pub(super) fn wrap(label: &str, words: &str) -> Vec<String> {
    let indent = " ".repeat(label.chars().count());
    let mut lines = vec![label.to_owned()];
    let longest = WIDTH.saturating_sub(indent.len()).max(1);
    // A word longer than a line is cut: nobody can break what has no space.
    let pieces = words.split(' ').flat_map(|word| {
        let letters: Vec<char> = word.chars().collect();
        letters.chunks(longest).map(|piece| piece.iter().collect()).collect::<Vec<String>>()
    });
    for word in pieces {
        let last = lines.last_mut().expect("there is a first line");
        let gap = if last.is_empty() || last.ends_with(' ') { "" } else { " " };
        if last.chars().count() + gap.len() + word.chars().count() <= WIDTH {
            last.push_str(gap);
            last.push_str(&word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines
}
