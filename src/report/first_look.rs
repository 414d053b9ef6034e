//! The first look: what is said, what is there, what holds up most and what to mend first, on one page of a terminal.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::escape::terminal as safe;
use super::terminal::{
    active, counts, head, heading, left_out, number, shorten, shorten_path, wrap,
};
use crate::audit::{Audit, Cause, Folder, RuleResult};
use crate::base::Severity;
use crate::matrix::{Agreement, MatrixClaim, MatrixResult, Score};
use crate::settle::Finding;

/// Lines of the whole.
const LINES: usize = 40;
/// Rules that are ranked at most.
const RULES: usize = 10;
/// First causes that are shown.
const CAUSES: usize = 3;
/// Columns of a rule and of what tells most of its findings, together.
const TOLD: usize = 67;
/// Columns of a rule at least.
const RULE: usize = 37;
/// The rule that sets what documents say of row level security beside what the migrations do.
const CONTRADICTED: &str = "claims/contradicted";
/// Claims about one matrix that differ and are shown.
const CLAIMS: usize = 3;
/// Columns of the place of a claim.
const ROOM: usize = 45;

/// What the first look needs beside the audit.
pub struct Look {
    /// What is assumed since nothing says otherwise.
    pub assumed: Vec<String>,
    /// Commands to go on with, each with what it is for.
    pub next: Vec<(String, String)>,
}

/// The first look: quiet, ranked, at most 40 lines of at most 100 columns. What is not there is not mentioned.
pub fn first_look(audit: &Audit, look: &Look) -> String {
    let mut top = vec![head(&standing(audit), 100)];
    top.extend(look.assumed.iter().flat_map(|line| wrap("", &safe(line))));
    let mut sections = vec![top, said_and_there(audit), causes(audit)];
    let next: Vec<String> =
        look.next.iter().map(|(command, what)| format!("  {command:<33} {what}")).collect();
    let rest = [nothing(audit), next];
    let taken: usize = sections
        .iter()
        .chain(&rest)
        .filter(|part| !part.is_empty())
        .map(|part| part.len() + 1)
        .sum();
    sections.push(fix_first(audit, LINES.saturating_sub(taken)));
    sections.extend(rest);
    sections.retain(|section| !section.is_empty());
    let mut lines = sections.join(&String::new());
    lines.truncate(LINES);
    lines.join("\n") + "\n"
}

/// The first line, with where the commit stands.
fn standing(audit: &Audit) -> String {
    let branch = if audit.survey.on_branch == Some(false) { " · on no branch" } else { "" };
    heading(audit) + branch
}

fn said_and_there(audit: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_said = false;
    for (result, scores) in audit.matrices.iter().filter(|(result, scores)| speaks(result, scores))
    {
        is_said |= !result.claims.is_empty();
        lines.extend(matrix(result, &scores[0]));
    }
    let contradicted = contradicted(audit);
    is_said |= !contradicted.is_empty();
    lines.extend(contradicted);
    lines.extend(
        audit.missed.iter().map(|missed| head(&format!("  gate missed: {}", safe(missed)), 100)),
    );
    let title = if is_said { "WHAT IS SAID AND WHAT IS THERE" } else { "WHAT IS THERE" };
    titled(title.to_owned(), lines)
}

/// What documents say of row level security and the migrations do not do, or cannot be decided to; each number once.
fn contradicted(audit: &Audit) -> Vec<String> {
    let found = active(audit).filter(|finding| finding.rule == CONTRADICTED).map(|finding| {
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        let path = finding.path.as_deref().unwrap_or_default();
        (format!("{path}{line}"), finding.message.clone())
    });
    let rules = audit.rules.iter().filter(|rule| rule.rule == CONTRADICTED);
    let open = rules.flat_map(|rule| &rule.undecided).filter_map(|said| {
        let (place, message) = said.split_once(": ")?;
        Some((place.to_owned(), message.to_owned()))
    });
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    for (place, message) in found.chain(open) {
        let Some((_, said)) = message.split_once(" is said to be on for ") else { continue };
        let Some((said, there)) = said.split_once(", the migrations turn it on for ") else {
            continue;
        };
        let schema = said.rsplit_once("schema ").map_or("", |(_, schema)| schema.trim_matches('`'));
        if told.insert(said.to_owned()) && told.len() <= CLAIMS {
            let label = if lines.is_empty() { "rls" } else { "" };
            let place = shorten_path(&safe(&place), None, ROOM);
            lines.push(row(label, "documents", &share(said), &place));
            lines.push(row("", "replay", &share(there), &format!("schema {}", safe(schema))));
        }
    }
    lines
}

/// `N of M ...` with its percentage; where it says something else, that it is not known.
fn share(text: &str) -> String {
    let mut words = text.split(' ');
    let mut number = || words.find_map(|word| word.parse::<u64>().ok());
    match (number(), number()) {
        (Some(count), Some(of)) => format!("{count:>3} of {of:<3} {:>5} %", percent(count, of)),
        _ => "not known".to_owned(),
    }
}

/// A share in percent with one decimal.
fn percent(count: u64, of: u64) -> String {
    let tenths = count.saturating_mul(2000).saturating_add(of).checked_div(of.saturating_mul(2));
    tenths.map_or("-".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}

/// One line of what is said or there: about what, who says so, how much, and where or what else.
fn row(label: &str, who: &str, amount: &str, rest: &str) -> String {
    let line = format!("  {label:<11}{who:<10}{amount:<29} {rest}");
    head(line.trim_end(), 100)
}

/// Whether anything of a matrix is here: a mapping, a claim, or something that is verified.
pub(super) fn speaks(result: &MatrixResult, scores: &[Score]) -> bool {
    result.applies && (result.matrix.mapped || !result.claims.is_empty() || scores[0].low > 0)
}

fn matrix(result: &MatrixResult, whole: &Score) -> Vec<String> {
    let mut label = safe(&result.matrix.name);
    let mut line = |who: &str, count: u64, of: u64, percent: &str, rest: &str| {
        row(&std::mem::take(&mut label), who, &format!("{count:>3} of {of:<3} {percent}"), rest)
    };
    let mut lines = Vec::new();
    for (claim, places) in stated(result).into_iter().take(CLAIMS) {
        let percent = format!("{:>5} %", claimed_percent(claim));
        let more = if places > 1 { format!(" and {} more", places - 1) } else { String::new() };
        let room = ROOM - more.chars().count();
        let place = shorten_path(&safe(&claim.path), claim.line, room) + &more;
        lines.push(line("documents", claim.numerator, claim.denominator, &percent, &place));
    }
    let (low, high) = (whole.percent(whole.low), whole.percent(whole.high));
    let range = if whole.high > whole.low { format!(" to {high} %") } else { String::new() };
    let (least, of) = (whole.low as u64, whole.total as u64);
    lines.push(line("evidence", least, of, &format!("{low:>5} %{range}"), &counts(whole)));
    lines
}

/// The percentage a claim makes with one decimal; what the document states instead, where that is another.
pub(super) fn claimed_percent(claim: &MatrixClaim) -> String {
    let (count, of) = (claim.numerator, claim.denominator);
    let exact = percent(count, of);
    let Some(stated) = claim.percent.as_deref() else { return exact };
    let stated = stated.trim_end_matches('%').trim();
    let decimals = stated.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let rounded = format!("{:.decimals$}", 100.0 * count as f64 / of as f64);
    if rounded == stated { exact } else { stated.to_owned() }
}

/// What documents state of the whole, each number once with its first place and how many places say so, most first.
pub(super) fn stated(result: &MatrixResult) -> Vec<(&MatrixClaim, usize)> {
    let mut by_number: BTreeMap<Reverse<u64>, (&MatrixClaim, usize)> = BTreeMap::new();
    for claim in result.claims.iter().filter(|claim| claim.context == "stated") {
        by_number.entry(Reverse(claim.numerator)).or_insert((claim, 0)).1 += 1;
    }
    by_number.into_values().collect()
}

fn causes(audit: &Audit) -> Vec<String> {
    let survey = &audit.survey;
    let cause = |cause: &Cause| {
        let what = head(&safe(&cause.error), 36);
        let place = shorten_path(&safe(&cause.path), cause.line, 36);
        let [files, objects, features] =
            [&cause.files, &cause.objects, &cause.features].map(|set| number(set.len()));
        format!("  {what:<36} {place:<36}{files:>6}{objects:>9}{features:>10}")
    };
    let mut lines: Vec<String> = survey.causes.iter().take(CAUSES).map(cause).collect();
    lines.extend(migrations(audit));
    let title = match survey.causes.is_empty() {
        true => "MIGRATIONS".to_owned(),
        false => format!(
            "{:<66}{:<9}{:>6}{:>9}{:>10}",
            "FIRST CAUSES", "hold up", "files", "objects", "features"
        ),
    };
    titled(title, lines)
}

/// How many migrations are not in effect.
fn migrations(audit: &Audit) -> Option<String> {
    let folders = &audit.survey.folders;
    let sum = |count: fn(&Folder) -> usize| folders.iter().map(count).sum::<usize>();
    let (failed, undecided) = (sum(|folder| folder.failed), sum(Folder::undecided));
    let some = |count: usize, word: &str| (count > 0).then(|| format!("{}{word}", number(count)));
    let first = folders.iter().max_by_key(|folder| (folder.failed, Reverse(&folder.path)))?;
    let (all, path) = (number(first.files), shorten_path(&safe(&first.path), None, 30));
    let here = some(first.undecided(), " undecided").map_or(String::new(), |it| format!(", {it}"));
    let more = undecided - first.undecided();
    let more = [some(failed - first.failed, " not"), some(more, " undecided")];
    let beside = match more.into_iter().flatten().collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => none,
        more => format!(" (elsewhere {more})"),
    };
    let failed_here = number(first.failed);
    let said = format!("  {failed_here} of {all} in {path} are not in effect{here}{beside}");
    let gap = if said.chars().count() > 75 { "\n  " } else { "" };
    (failed > 0).then(|| format!("{said:<75}{gap}{:>25}", "parity explain migrations"))
}

fn fix_first(audit: &Audit, room: usize) -> Vec<String> {
    let ranked = ranked(audit);
    let mut rules = ranked.len().min(RULES).min(room.saturating_sub(2));
    if ranked.len() > rules || !audit.left_out.is_empty() {
        rules = rules.min(room.saturating_sub(3));
    }
    let shown = &ranked[..rules];
    let widest = shown.iter().map(|(rule, _)| rule.rule.chars().count()).max();
    let width = widest.unwrap_or_default().clamp(RULE, TOLD / 3 * 2);
    let mut lines: Vec<String> =
        shown.iter().map(|(rule, active)| rule_line(rule, active, width)).collect();
    let mut more = Vec::new();
    if ranked.len() > rules {
        more.push(format!("{} more rules that fail: parity check", ranked.len() - rules));
    }
    if !audit.left_out.is_empty() {
        more.push(left_out(audit));
    }
    if !more.is_empty() {
        lines.push(format!("  {}", more.join(" · ")));
    }
    let title = match ranked.is_empty() {
        true => {
            let examined: usize = audit.rules.iter().map(RuleResult::examined).sum();
            format!(
                "NOTHING TO FIX  {} rules examined {} things",
                audit.rules.len(),
                number(examined)
            )
        }
        false => format!("{:<77}{:>6}{:>8}{:>9}", "FIX FIRST", "fails", "judged", "open"),
    };
    lines.insert(0, title);
    lines
}

/// Rules with active findings, worst and most first.
fn ranked(audit: &Audit) -> Vec<(&RuleResult, Vec<&Finding>)> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in active(audit) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut ranked: Vec<_> = audit
        .rules
        .iter()
        .filter_map(|rule| Some((rule, by_rule.remove(rule.rule.as_str())?)))
        .collect();
    ranked.sort_by_key(|(rule, findings)| (Reverse(rule.severity), Reverse(findings.len())));
    ranked
}

/// A rule, what tells most of its findings, and how many fail, are judged, and are open: not decided either way.
fn rule_line(rule: &RuleResult, findings: &[&Finding], width: usize) -> String {
    let severity = match rule.severity {
        Severity::Warning => "warn".to_owned(),
        other => other.to_string(),
    };
    let [holds, fails, unknown] = rule.counts;
    let open = if unknown > 0 { number(unknown) } else { String::new() };
    let told = TOLD - width;
    format!(
        "  {severity:<6} {:<width$} {:<told$}{:>6}{:>8}{open:>9}",
        shorten(&rule.rule, width),
        telling(findings, told),
        number(findings.len()),
        number(holds + fails),
    )
    .trim_end()
    .to_owned()
}

/// The one thing that tells most of a rule's findings: what fails again and again, else where most fail, else the first.
fn telling(findings: &[&Finding], width: usize) -> String {
    let subject = most(findings.iter().map(|finding| finding.subject.as_str()));
    if let Some((subject, times)) = subject.filter(|(_, times)| *times > 1) {
        let times = format!(", {times} times");
        return shorten(&safe(subject), width.saturating_sub(times.chars().count())) + &times;
    }
    let file = most(findings.iter().filter_map(|finding| finding.path.as_deref()));
    if let Some((path, count)) = file.filter(|(_, count)| *count > 1 && *count < findings.len()) {
        let count = format!(": {count}");
        return shorten_path(&safe(path), None, width.saturating_sub(count.chars().count()))
            + &count;
    }
    match findings {
        [first, ..] => first.path.as_deref().map_or_else(
            || head(&safe(&first.subject), width),
            |path| shorten_path(&safe(path), first.line, width),
        ),
        [] => String::new(),
    }
}

/// What occurs most, and how often; of equal ones the first by name.
fn most<'a>(names: impl Iterator<Item = &'a str>) -> Option<(&'a str, usize)> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    names.for_each(|name| *counted.entry(name).or_default() += 1);
    counted.into_iter().min_by_key(|(name, count)| (Reverse(*count), *name))
}

/// Rules that examined nothing though that tells something, and what could not be read.
fn nothing(audit: &Audit) -> Vec<String> {
    let told: BTreeSet<&str> = audit
        .rules
        .iter()
        .filter(|rule| rule.examined() == 0)
        .filter_map(|rule| rule.nothing.as_deref())
        .collect();
    let told: Vec<&str> = told.into_iter().collect();
    let mut lines = Vec::new();
    if !told.is_empty() {
        lines.extend(wrap("NOTHING TO JUDGE  ", &safe(&told.join("; "))));
    }
    if !audit.problems.is_empty() {
        let count = match audit.problems.len() {
            1 => "1 place".to_owned(),
            many => format!("{} places", number(many)),
        };
        lines.push(format!(
            "NOT READ OR NOT DECIDED  {count}: parity query \"select * from problems\""
        ));
    }
    lines.extend(audit.notes.iter().flat_map(|note| wrap("note: ", &safe(note))));
    lines
}

/// The feature whose explanation tells most: written but not in effect before overstated before anything else.
pub fn most_telling(audit: &Audit) -> Option<String> {
    let judged = audit
        .matrices
        .iter()
        .filter(|(result, scores)| speaks(result, scores))
        .flat_map(|(result, _)| result.features.iter().map(move |judged| (result, judged)));
    let is_held = |id: &str| audit.survey.causes.iter().any(|cause| cause.features.contains(id));
    let rank = |result: &MatrixResult, judged: &crate::matrix::FeatureResult| {
        let is_held = is_held(&format!("{}/{}", result.matrix.name, judged.feature.id));
        let is_blocked = judged.reason == Some(crate::base::Reason::NotInEffect);
        let is_overstated = judged.agreement == Some(Agreement::Overstated);
        (is_held, is_blocked && is_overstated, is_blocked, is_overstated, judged.reason.is_some())
    };
    let (result, judged) = judged
        .enumerate()
        .max_by_key(|(at, (result, judged))| (rank(result, judged), Reverse(*at)))?
        .1;
    Some(format!("{}/{}", result.matrix.name, judged.feature.id))
}

fn titled(title: String, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() { lines } else { [vec![title], lines].concat() }
}
