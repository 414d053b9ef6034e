//! What one feature, finding or set of migrations is, and why: at most 100 columns.

use std::fmt::Write as _;

use super::chain::trees;
use super::escape::terminal as safe;
use super::terminal::{head, number, printed, said, shorten, wrap};
use crate::audit::{Audit, Blocker, Cause, asked_object};
use crate::base::{Level, Reason, Truth};
use crate::matrix::{Evidence, FeatureResult, MatrixResult};
use crate::pages::{Page, Row};
use crate::settle::Finding;

/// Columns of a line.
const WIDTH: usize = 100;
/// Rows shown of one piece of evidence.
const ROWS: usize = 3;
/// First causes and files that are listed.
const LISTED: usize = 20;

/// A feature: what is said, needed, found, why, what was searched, and how to ask again.
/// `brought` says what setting aside what stands in its way would bring.
pub fn explain_feature(
    audit: &Audit,
    result: &MatrixResult,
    judged: &FeatureResult,
    brought: &str,
) -> String {
    let (feature, matrix) = (&judged.feature, &result.matrix);
    let id = format!("{}/{}", matrix.name, feature.id);
    let reason = judged.reason.map_or(String::new(), |reason| format!("  ({reason})"));
    let verdict = format!("{}{reason}", printed(judged.verdict).to_uppercase());
    let mut out = apart(&format!("{id}  {}", safe(&feature.title)), &verdict);
    let area = matrix.areas.get(&feature.area).map_or("", String::as_str);
    let own = [
        ("layer", &feature.layer),
        ("phase", &feature.phase),
        ("priority", &feature.priority),
        ("delivery", &feature.delivery),
        ("product", &feature.product),
    ];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty());
    let late = if judged.overdue { ", overdue" } else { "" };
    let due = feature.due.iter().map(|due| format!("due {due}{late}"));
    let parts = std::iter::once(format!("area {area}"))
        .chain(own.map(|(name, value)| format!("{name} {value}")))
        .chain(due);
    out.push_str(&lines(wrap("", &safe(&parts.collect::<Vec<_>>().join(" · ")))));
    claims(result, judged, &mut out);
    out.push_str("\nNEEDED                                               FOUND\n");
    if judged.evidence.is_empty() {
        out.push_str("  no evidence is asked for, so nothing can be said\n");
    }
    judged.evidence.iter().for_each(|piece| evidence(piece, &mut out));
    let objects: Vec<&str> = judged.evidence.iter().filter_map(asked_object).collect();
    let why = trees(&audit.survey.blockers, |start| is_of(start, judged, &objects));
    section("WHY", &why, &mut out);
    out.push_str(brought);
    section("SEARCHED", &searched(judged), &mut out);
    let rev = revision(audit);
    let again = match (why.is_empty(), objects.first()) {
        (false, Some(object)) => format!(
            "parity query{rev} \"select * from sql_blockers where object glob '{}'\"",
            object.replace('\'', "''")
        ),
        _ => format!("parity explain {id}{rev} --as-of {}", audit.as_of),
    };
    let _ = writeln!(out, "\nAGAIN     {}", safe(&again));
    let _ = writeln!(
        out,
        "DISPUTE   `disputed:` at \"{}\" in parity/{}.yaml is on record",
        feature.id, matrix.name
    );
    out
}

/// What documents say of the feature, and what was decided about it.
fn claims(result: &MatrixResult, judged: &FeatureResult, out: &mut String) {
    let mut said = Vec::new();
    if let Some(claim) = &judged.claim {
        let place = place(&claim.path, claim.line, 50);
        let stands = judged.agreement.map_or("", |agreement| agreement.word());
        said.push(format!("  {place:<52}\"{}\"  {stands}", head(&safe(claim.text.trim()), 30)));
    }
    if let Some(decision) = &judged.feature.decision {
        let text = format!("decided: {}", decision.said());
        said.extend(wrap("  ", &safe(&text)));
    }
    if let Some(disputed) = &judged.feature.disputed {
        said.extend(wrap("  ", &safe(&format!("disputed: {disputed}"))));
    }
    if !judged.same_as.is_empty() {
        let others = judged.same_as.join(", ");
        said.extend(wrap(
            "  ",
            &format!("verified by the same rows as {} {others}", result.matrix.name),
        ));
    }
    section("SAID", &said, out);
}

fn evidence(piece: &Evidence, out: &mut String) {
    let sign = match piece.level.decided() {
        Some(Level::Verified) => '✓',
        Some(_) if piece.reason == Some(Reason::NotInEffect) => '✗',
        Some(Level::Missing) => '✗',
        Some(_) => '~',
        None => '?',
    };
    let alternative = match piece.alternative.as_str() {
        "" => String::new(),
        number => format!("or {number}: "),
    };
    let guard = if piece.guard { " (must not be there)" } else { "" };
    let asked = head(&safe(&format!("{alternative}{}{guard}", piece.evidence)), 48);
    let found = piece.reason.map_or_else(|| "in effect".to_owned(), |reason| reason.to_string());
    let first = piece.rows.first();
    let at = first.and_then(|row| Some(place(row.path.as_deref()?, row.line, 29)));
    let _ = writeln!(
        out,
        "{}",
        format!("  {sign} {asked:<48} {found:<16} {}", at.unwrap_or_default()).trim_end()
    );
    if let Some(decisive) = &piece.decisive {
        out.push_str(&lines(wrap("      decisive: ", &safe(decisive))));
    }
    let is_shown = piece.level.decided() != Some(Level::Verified);
    for row in piece.rows.iter().take(if is_shown { ROWS } else { 0 }) {
        let mut wrapped = wrap("      ", &row_line(row));
        wrapped.truncate(2);
        out.push_str(&lines(wrapped));
    }
    let [holds, fails, unknown] = piece.counts;
    if is_shown && holds + fails + unknown > ROWS {
        let _ = writeln!(out, "      in all {holds} hold, {fails} fail, {unknown} are undecided");
    }
}

fn row_line(row: &Row) -> String {
    let sign = match row.ok {
        Truth::Holds => "holds",
        Truth::Fails => "fails",
        Truth::Unknown => "undecided",
    };
    let at = row
        .path
        .as_deref()
        .map_or(String::new(), |path| format!("{}: ", place(path, row.line, 60)));
    let subject =
        match row.path.as_ref() == Some(&row.subject) || row.message.contains(&row.subject) {
            true => String::new(),
            false => format!("{}: ", safe(&row.subject)),
        };
    format!("{sign}: {at}{subject}{}", safe(&row.message))
}

/// Whether a chain is about what a feature asks for.
pub fn is_asked(start: &Blocker, judged: &FeatureResult) -> bool {
    let objects: Vec<&str> = judged.evidence.iter().filter_map(asked_object).collect();
    is_of(start, judged, &objects)
}

/// Whether a chain is about what a feature asks for: written where its evidence is, or of the name it asks for.
fn is_of(start: &Blocker, judged: &FeatureResult, objects: &[&str]) -> bool {
    let rows = judged.evidence.iter().flat_map(|piece| &piece.rows);
    let is_found = rows
        .filter(|row| row.ok != Truth::Holds)
        .any(|row| row.path.as_deref() == Some(&start.place.0) && row.line == start.place.1);
    let is_asked = objects.contains(&start.object.as_str());
    is_found || (is_asked && ["table", "view", "function"].contains(&start.object_kind.as_str()))
}

fn searched(judged: &FeatureResult) -> Vec<String> {
    let mut found: Vec<String> = judged
        .evidence
        .iter()
        .flat_map(|piece| &piece.searched)
        .map(|set| {
            let of = shorten(&safe(&set.of), 36);
            format!(
                "  {of:<38}{:>7} files  sha256 {}",
                number(set.files),
                &set.sha256[..16.min(set.sha256.len())]
            )
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A finding: the line it is about, what was measured, why it matters, what it holds up, what to do, and the query.
pub fn explain_finding(
    audit: &Audit,
    finding: &Finding,
    page: &Page,
    quoted: Option<&str>,
) -> String {
    let title = format!("{}  {}", finding.id, finding.rule);
    let mut out = apart(&title, &format!("{} ({})", finding.severity, finding.status.as_str()));
    let at = finding
        .path
        .as_deref()
        .map_or("not in a file".to_owned(), |path| place(path, finding.line, WIDTH));
    let _ = writeln!(out, "{at}");
    if let Some(quoted) = quoted.map(str::trim).filter(|quoted| !quoted.is_empty()) {
        let _ = writeln!(out, "{}", head(&format!("  > {}", safe(quoted)), WIDTH));
    }
    section("MEASURED", &wrap("  ", &safe(&said(finding))), &mut out);
    let here = (finding.path.clone().unwrap_or_default(), finding.line);
    let chains = trees(&audit.survey.blockers, |start| start.place == here);
    let cause =
        audit.survey.causes.iter().find(|cause| (&cause.path, cause.line) == (&here.0, here.1));
    section("WHY", &[paragraphs(&page.prose), chains].concat(), &mut out);
    section("HOLDS UP", &cause.map(held_up).unwrap_or_default(), &mut out);
    section("FIX", &paragraphs(&page.fix), &mut out);
    section("QUERY", &page.sql.lines().flat_map(query_line).collect::<Vec<_>>(), &mut out);
    let _ = writeln!(
        out,
        "\nAGAIN        parity check --select {}{} --as-of {}",
        finding.rule,
        revision(audit),
        audit.as_of
    );
    let _ = writeln!(out, "FINGERPRINT  {}", finding.fingerprint);
    out
}

/// A line of a query with its own indent, in several where it is too long.
pub(super) fn query_line(line: &str) -> Vec<String> {
    let code = line.trim_start();
    let indent = " ".repeat((2 + line.len() - code.len()).min(WIDTH / 2));
    wrap(&indent, &safe(code))
}

/// What a first cause holds up.
fn held_up(cause: &Cause) -> Vec<String> {
    let list = |names: &std::collections::BTreeSet<String>| {
        names.iter().cloned().collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![format!("  {} files, {} objects", cause.files.len(), cause.objects.len())];
    if !cause.features.is_empty() {
        lines.extend(wrap("  features ", &safe(&list(&cause.features))));
    }
    lines.extend(wrap("  objects ", &safe(&list(&cause.objects))).into_iter().take(6));
    lines
}

/// The migrations: which are in effect, the first causes of those that are not, and the files.
pub fn explain_migrations(audit: &Audit) -> String {
    let survey = &audit.survey;
    let mut out = apart("migrations  which are in effect, and why the others are not", "");
    let folders: Vec<String> = survey
        .folders
        .iter()
        .map(|folder| {
            format!(
                "  {:<44}{:>5} files{:>6} in effect{:>6} not{:>6} undecided",
                shorten(&safe(&folder.path), 43),
                number(folder.files),
                number(folder.applied),
                number(folder.failed),
                number(folder.undecided())
            )
        })
        .collect();
    section("FOLDERS", &folders, &mut out);
    if folders.is_empty() {
        out.push_str("\nthere are no migrations\n");
    }
    let causes: Vec<String> = survey.causes.iter().take(LISTED).flat_map(cause_lines).collect();
    section("FIRST CAUSES", &causes, &mut out);
    more(survey.causes.len(), &mut out);
    let failed: Vec<String> = survey
        .failed
        .iter()
        .take(LISTED)
        .map(|(path, error)| {
            head(&format!("  {:<52}{}", shorten(&safe(path), 50), safe(error)), WIDTH)
        })
        .collect();
    section("NOT IN EFFECT", &failed, &mut out);
    more(survey.failed.len(), &mut out);
    if !survey.causes.is_empty() {
        let rev = revision(audit);
        let _ = writeln!(
            out,
            "\nAGAIN     parity query{rev} \"select * from sql_blockers where first\""
        );
    }
    out
}

fn cause_lines(cause: &Cause) -> Vec<String> {
    let counts = [
        (cause.files.len(), "file", "files"),
        (cause.objects.len(), "object", "objects"),
        (cause.features.len(), "feature", "features"),
    ];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, one, many)| {
            format!("{} {}", number(*count), if *count == 1 { one } else { many })
        })
        .collect();
    let mut lines = vec![format!("  {}", place(&cause.path, cause.line, 96))];
    lines.push(head(&format!("      {}", safe(&cause.error)), WIDTH));
    let features = cause.features.iter().cloned().collect::<Vec<_>>().join(" ");
    lines.extend(wrap("      holds up ", &safe(&format!("{} {features}", counts.join(", ")))));
    lines
}

fn more(count: usize, out: &mut String) {
    if count > LISTED {
        let _ = writeln!(out, "  and {} more", number(count - LISTED));
    }
}

/// The flag that names the audited commit; none for what has none.
pub(super) fn revision(audit: &Audit) -> String {
    let commit = audit.revision.commit.as_deref().filter(|_| audit.revision.kind == "commit");
    commit.map_or(String::new(), |commit| format!(" --rev {}", &commit[..8.min(commit.len())]))
}

/// Prose in lines.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut fenced = false;
    for paragraph in text.split("\n\n") {
        if !out.is_empty() {
            out.push(String::new());
        }
        let is_code = fenced || paragraph.starts_with("```");
        fenced ^= paragraph.matches("```").count() % 2 == 1;
        match is_code || paragraph.starts_with(['-', '|', '1']) {
            true => {
                out.extend(paragraph.lines().map(|line| head(&format!("  {}", safe(line)), WIDTH)))
            }
            false => out.extend(wrap("  ", &safe(&paragraph.replace('\n', " ")))),
        }
    }
    out
}

/// Two texts at both ends of a line.
pub(super) fn apart(left: &str, right: &str) -> String {
    let room = WIDTH.saturating_sub(right.chars().count() + 1);
    let left = head(left, room);
    format!("{left:<room$} {right}").trim_end().to_owned() + "\n"
}

pub(super) fn section(title: &str, content: &[String], out: &mut String) {
    if content.iter().any(|line| !line.trim().is_empty()) {
        let _ = write!(out, "\n{title}\n{}", lines(content.to_vec()));
    }
}

pub(super) fn lines(lines: Vec<String>) -> String {
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

pub(super) fn place(path: &str, line: Option<u32>, width: usize) -> String {
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    shorten(&format!("{}{line}", safe(path)), width)
}
