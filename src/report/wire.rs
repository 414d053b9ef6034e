//! The JSON of an audit: versioned, described by a schema, apart from the types inside.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::matrix_wire::MatrixWire;
use super::matrix_wire::matrix_wire;
use crate::audit::Audit;
use crate::base::Severity;
use crate::facts::ANALYZERS;
use crate::link::LINKERS;
use crate::settle::Finding;

/// The name and version of the format. A change that could break a reader changes the number.
pub const SCHEMA: &str = "parity/audit@1";

/// One audit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditWire {
    /// `parity/audit@1`.
    pub schema: &'static str,
    /// The tool's version.
    pub tool: &'static str,
    /// What was audited.
    revision: RevisionWire,
    /// What findings were compared with; those that were there before are `known`.
    against: Option<String>,
    /// The product that was looked at; none: all.
    product: Option<String>,
    /// The day of the audit, `YYYY-MM-DD`: ages and ends are judged by it.
    as_of: String,
    /// Paths by kind: file, symlink, submodule.
    paths: BTreeMap<String, usize>,
    /// Versions of what read the tree, by name.
    analyzers: BTreeMap<&'static str, &'static str>,
    /// What is wrong.
    findings: Vec<FindingWire>,
    /// What each rule examined.
    rules: Vec<RuleWire>,
    /// Rules in preview that were not run.
    left_out: BTreeSet<String>,
    /// Matrices and their features.
    matrices: Vec<MatrixWire>,
    /// What could not be read or decided.
    problems: Vec<ProblemWire>,
    /// Waivers and what they cover.
    waivers: Vec<WaiverWire>,
    /// Gates that were missed.
    missed: Vec<String>,
    /// What must be said aloud.
    notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RevisionWire {
    repository: String,
    kind: &'static str,
    name: String,
    commit: Option<String>,
    date: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlaceWire {
    path: Option<String>,
    blob: Option<String>,
    line: Option<u32>,
    end_line: Option<u32>,
    /// SHA-256 of the bytes of the lines, without the last line break.
    sha256: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FindingWire {
    id: String,
    rule: String,
    severity: Severity,
    #[serde(flatten)]
    place: PlaceWire,
    subject: String,
    message: String,
    status: &'static str,
    fingerprint: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RuleWire {
    rule: String,
    severity: Severity,
    title: String,
    examined: usize,
    holds: usize,
    fails: usize,
    unknown: usize,
    /// SHA-256 over path, line and subject of what holds, in order.
    digest: String,
    /// The first of what is undecided.
    undecided: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ProblemWire {
    path: Option<String>,
    line: Option<u32>,
    analyzer: String,
    code: String,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct WaiverWire {
    rule: String,
    scope: Option<String>,
    owner: String,
    reason: String,
    /// None: as long as the comment stands.
    expires: Option<String>,
    expired: bool,
    findings: usize,
}

impl AuditWire {
    /// The audit as it is written.
    pub fn of(audit: &Audit) -> AuditWire {
        let revision = &audit.revision;
        let versions = ANALYZERS.iter().map(|analyzer| (analyzer.name, analyzer.version));
        AuditWire {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_VERSION"),
            revision: RevisionWire {
                repository: revision.repository.clone(),
                kind: revision.kind,
                name: revision.name.clone(),
                commit: revision.commit.clone(),
                date: revision.date.clone(),
            },
            against: audit.against.clone(),
            product: audit.product.clone(),
            as_of: audit.as_of.clone(),
            paths: audit.paths.clone(),
            analyzers: versions
                .chain(LINKERS.iter().map(|linker| (linker.name, linker.version)))
                .collect(),
            findings: audit.findings.iter().map(|finding| finding_wire(finding, audit)).collect(),
            rules: audit.rules.iter().map(rule_wire).collect(),
            left_out: audit.left_out.clone(),
            matrices: audit
                .matrices
                .iter()
                .map(|(result, scores)| matrix_wire(result, scores, audit))
                .collect(),
            problems: audit
                .problems
                .iter()
                .map(|problem| ProblemWire {
                    path: problem.path.clone(),
                    line: problem.line,
                    analyzer: problem.analyzer.clone(),
                    code: problem.code.clone(),
                    message: problem.message.clone(),
                })
                .collect(),
            waivers: audit
                .waivers
                .iter()
                .map(|used| WaiverWire {
                    rule: used.waiver.rule.clone(),
                    scope: used.waiver.scope_text(),
                    owner: used.waiver.owner.clone(),
                    reason: used.waiver.reason.clone(),
                    expires: used.waiver.expires.clone(),
                    expired: used.is_expired,
                    findings: used.covered.len(),
                })
                .collect(),
            missed: audit.missed.clone(),
            notes: audit.notes.clone(),
        }
    }
}

/// The place with what can be computed again from git alone.
pub(super) fn place(
    audit: &Audit,
    path: Option<&str>,
    line: Option<u32>,
    end_line: Option<u32>,
) -> PlaceWire {
    let quote = path.and_then(|path| audit.quotes.get(&(path.to_owned(), line, end_line)));
    PlaceWire {
        path: path.map(str::to_owned),
        blob: quote.and_then(|quote| quote.blob.clone()),
        line,
        end_line,
        sha256: quote.and_then(|quote| quote.sha256.clone()),
    }
}

pub(super) fn finding_wire(finding: &Finding, audit: &Audit) -> FindingWire {
    FindingWire {
        id: finding.id.clone(),
        rule: finding.rule.clone(),
        severity: finding.severity,
        place: place(audit, finding.path.as_deref(), finding.line, finding.end_line),
        subject: finding.subject.clone(),
        message: finding.message.clone(),
        status: finding.status.as_str(),
        fingerprint: finding.fingerprint.clone(),
    }
}

fn rule_wire(rule: &crate::audit::RuleResult) -> RuleWire {
    let [holds, fails, unknown] = rule.counts;
    RuleWire {
        rule: rule.rule.clone(),
        severity: rule.severity,
        title: rule.title.clone(),
        examined: holds + fails + unknown,
        holds,
        fails,
        unknown,
        digest: rule.digest.clone(),
        undecided: rule.undecided.clone(),
    }
}

/// The audit as JSON, pretty-printed, with a line break at the end.
pub fn json(audit: &Audit) -> String {
    serde_json::to_string_pretty(&AuditWire::of(audit)).expect("plain data is JSON") + "\n"
}

/// The JSON Schema of [`AuditWire`], pretty-printed.
pub fn schema() -> String {
    let schema = schemars::schema_for!(AuditWire);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
