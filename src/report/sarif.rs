//! An audit as SARIF 2.1.0.
//!
//! Code scanning of GitHub takes every result for an alert, whatever its `kind`, and refuses a file in which one result has
//! no place. So a check writes findings only, each with a place; a report writes all verdicts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::escape::{terminal as safe, uri};
use super::sarif_verdicts::{feature_rules, verdicts};
use super::terminal::said;
use crate::audit::{Audit, Problem};
use crate::base::Severity;
use crate::pages::{Library, Page};
use crate::settle::{Finding, Status};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The root all places are relative to.
pub(super) const ROOT: &str = "%SRCROOT%";
/// Results that code scanning takes of one run.
const MOST: usize = 25_000;

/// What is written beside the audit.
pub struct Sarif<'a> {
    /// The pages of its rules.
    pub library: &'a Library,
    /// The exit status of the command.
    pub exit: u8,
    /// Whether everything is written that was judged, or only what is wrong.
    pub is_whole: bool,
}

/// The audit as SARIF, pretty-printed.
pub fn sarif(audit: &Audit, how: &Sarif<'_>) -> String {
    let files = Files::of(audit);
    let mut rules: Vec<Value> =
        audit.rules.iter().filter_map(|rule| how.library.get(&rule.rule)).map(descriptor).collect();
    let indexes: BTreeMap<&str, usize> =
        audit.rules.iter().enumerate().map(|(at, rule)| (rule.rule.as_str(), at)).collect();
    let mut results: Vec<Value> = audit
        .findings
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(at, finding)| result(audit, (at, finding), indexes[finding.rule.as_str()], &files))
        .collect();
    if how.is_whole {
        results.extend(verdicts(audit, rules.len(), &indexes));
        rules.extend(feature_rules(audit));
    }
    let mut run = json!({
        "tool": {"driver": {
            "name": "parity",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }},
        "automationDetails": {"id": "parity/"},
        "invocations": [invocation(audit, how)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the audited repository."}}},
        "artifacts": files.artifacts,
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"asOf": audit.as_of, "against": audit.against, "product": audit.product},
    });
    let revision = &audit.revision;
    if let (Some(remote), Some(commit)) = (&revision.remote, &revision.commit) {
        run["versionControlProvenance"] = json!([{"repositoryUri": remote, "revisionId": commit, "mappedTo": {"uriBaseId": ROOT}}]);
    }
    let log = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]});
    serde_json::to_string_pretty(&log).expect("plain data is JSON") + "\n"
}

/// The files with findings, each once.
struct Files<'a> {
    artifacts: Vec<Value>,
    indexes: BTreeMap<&'a str, usize>,
}

impl<'a> Files<'a> {
    fn of(audit: &'a Audit) -> Self {
        let mut files = Files { artifacts: Vec::new(), indexes: BTreeMap::new() };
        let found = audit
            .findings
            .iter()
            .take(MOST)
            .filter_map(|finding| Some((finding.path.as_deref()?, finding)));
        let sorted: BTreeMap<&str, &Finding> = found.collect();
        for (path, finding) in sorted {
            let place = (path.to_owned(), finding.line, finding.end_line);
            let blob = audit.quotes.get(&place).and_then(|quote| quote.blob.clone());
            files.indexes.insert(path, files.artifacts.len());
            files.artifacts.push(json!({
                "location": {"uri": uri(path), "uriBaseId": ROOT},
                "properties": {"gitBlob": blob},
            }));
        }
        files
    }
}

/// A rule as SARIF describes one.
fn descriptor(page: &Page) -> Value {
    let severity = page.severity().unwrap_or(Severity::Note);
    let first = page.prose.split("\n\n").next().unwrap_or(&page.title);
    let mut help = page.prose.clone();
    if !page.fix.is_empty() {
        help.push_str(&format!("\n\n## Fix\n\n{}", page.fix));
    }
    json!({
        "id": page.id,
        "deprecatedIds": page.aliases,
        "shortDescription": {"text": text(&page.title)},
        "fullDescription": {"text": text(&first.replace('\n', " "))},
        "help": {"text": text(&help), "markdown": help},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {
            "tags": page.tags.iter().take(20).collect::<Vec<_>>(),
            "precision": "high",
            "problem.severity": problem(severity),
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The word of code scanning.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "recommendation",
        severity => level(severity),
    }
}

/// A text as a plain text message: braces and brackets would be placeholders and links (SARIF 3.11.5, 3.11.6).
pub(super) fn text(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(safe).collect();
    lines.join("\n").replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

fn result(
    audit: &Audit,
    (at, finding): (usize, &Finding),
    rule: usize,
    files: &Files<'_>,
) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "kind": "fail",
        "level": level(finding.severity),
        "message": {"text": text(&said(finding))},
        "locations": [location(finding, files)],
        "partialFingerprints": {"parity/v1": finding.fingerprint},
        "properties": {"id": finding.id, "subject": finding.subject},
    });
    if audit.against.is_some() {
        result["baselineState"] =
            json!(if finding.status == Status::Known { "unchanged" } else { "new" });
    }
    if finding.status == Status::Waived {
        let waivers = audit.waivers.iter().filter(|used| used.covered.contains(&at));
        let suppressions: Vec<Value> = waivers
            .map(|used| {
                let waiver = &used.waiver;
                let kind = if waiver.is_inline() { "inSource" } else { "external" };
                json!({
                    "kind": kind,
                    "status": "accepted",
                    "justification": safe(&waiver.reason),
                    "properties": {"owner": waiver.owner, "expires": waiver.expires},
                })
            })
            .collect();
        result["suppressions"] = json!(suppressions);
    }
    result
}

/// Where a finding is. Of a file as a whole it is the first line; where nothing is there, the root.
fn location(finding: &Finding, files: &Files<'_>) -> Value {
    let first = finding.line.unwrap_or(1).max(1);
    let mut region = json!({"startLine": first});
    if let Some(last) = finding.end_line.filter(|last| *last >= first) {
        region["endLine"] = json!(last);
    }
    let artifact = match finding.path.as_deref() {
        Some(path) => json!({"uri": uri(path), "uriBaseId": ROOT, "index": files.indexes[path]}),
        None => json!({"uri": ".", "uriBaseId": ROOT}),
    };
    json!({
        "physicalLocation": {"artifactLocation": artifact, "region": region},
        "logicalLocations": [{"fullyQualifiedName": safe(&finding.subject)}],
    })
}

fn invocation(audit: &Audit, how: &Sarif<'_>) -> Value {
    let left = audit.findings.len().saturating_sub(MOST);
    let too_many = (left > 0).then(|| {
        said_aloud("warning", "too-many", &format!("{left} more findings are not written"))
    });
    let missed = audit.missed.iter().map(|missed| said_aloud("error", "gate-missed", missed));
    let notes = audit.notes.iter().map(|note| said_aloud("note", "note", note));
    let problems = audit.problems.iter().map(notification);
    json!({
        "executionSuccessful": true,
        "exitCode": how.exit,
        "toolExecutionNotifications": missed.chain(too_many).chain(notes).chain(problems).collect::<Vec<_>>(),
    })
}

fn said_aloud(level: &str, id: &str, message: &str) -> Value {
    json!({"level": level, "descriptor": {"id": id}, "message": {"text": text(message)}})
}

/// What could not be read or decided.
fn notification(problem: &Problem) -> Value {
    let id = format!("{}/{}", problem.analyzer, problem.code);
    let mut notification = said_aloud("warning", &id, &problem.message);
    if let Some(path) = &problem.path {
        let mut place = json!({"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}});
        if let Some(line) = problem.line.filter(|line| *line > 0) {
            place["region"] = json!({"startLine": line});
        }
        notification["locations"] = json!([{"physicalLocation": place}]);
    }
    notification
}
