//! The JSON of an audit: versioned, described by a schema, apart from the types inside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Audit;
use crate::base::{Level, Reason, Severity, Strength, Truth, Verdict};
use crate::facts::ANALYZERS;
use crate::link::LINKERS;
use crate::matrix::{Evidence, FeatureResult, Score};
use crate::pages::Row;
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
struct PlaceWire {
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
struct MatrixWire {
    name: String,
    version: u32,
    title: String,
    features: Vec<FeatureWire>,
    scores: Vec<ScoreWire>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FeatureWire {
    id: String,
    title: String,
    area: String,
    layer: String,
    phase: String,
    priority: String,
    verdict: Verdict,
    low: Level,
    high: Level,
    reason: Option<Reason>,
    decision: Option<String>,
    disputed: Option<String>,
    evidence: Vec<EvidenceWire>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EvidenceWire {
    evidence: String,
    alternative: String,
    guard: bool,
    low: Level,
    high: Level,
    reason: Option<Reason>,
    strength: Strength,
    decisive: Option<String>,
    holds: usize,
    fails: usize,
    unknown: usize,
    rows: Vec<RowWire>,
    searched: Vec<SearchedWire>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RowWire {
    ok: Truth,
    #[serde(flatten)]
    place: PlaceWire,
    subject: String,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SearchedWire {
    of: String,
    files: usize,
    sha256: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ScoreWire {
    dimension: &'static str,
    name: String,
    total: usize,
    verified: usize,
    partial: usize,
    missing: usize,
    unknown: usize,
    attested: usize,
    accepted: usize,
    deferred: usize,
    not_applicable: usize,
    low: usize,
    high: usize,
    low_percent: String,
    high_percent: String,
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
            matrices: audit
                .matrices
                .iter()
                .map(|(result, scores)| MatrixWire {
                    name: result.matrix.name.clone(),
                    version: result.matrix.version,
                    title: result.matrix.title.clone(),
                    features: result
                        .features
                        .iter()
                        .map(|judged| feature_wire(judged, audit))
                        .collect(),
                    scores: scores.iter().map(score_wire).collect(),
                })
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

fn place(audit: &Audit, path: Option<&str>, line: Option<u32>, end_line: Option<u32>) -> PlaceWire {
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

fn feature_wire(judged: &FeatureResult, audit: &Audit) -> FeatureWire {
    let feature = &judged.feature;
    FeatureWire {
        id: feature.id.clone(),
        title: feature.title.clone(),
        area: feature.area.clone(),
        layer: feature.layer.clone(),
        phase: feature.phase.clone(),
        priority: feature.priority.clone(),
        verdict: judged.verdict,
        low: judged.level.low,
        high: judged.level.high,
        reason: judged.reason,
        decision: feature
            .decision
            .as_ref()
            .map(|said| format!("{} ({}, {})", said.reason, said.by, said.on)),
        disputed: feature.disputed.clone(),
        evidence: judged.evidence.iter().map(|piece| evidence_wire(piece, audit)).collect(),
    }
}

fn evidence_wire(piece: &Evidence, audit: &Audit) -> EvidenceWire {
    let [holds, fails, unknown] = piece.counts;
    let row = |row: &Row| RowWire {
        ok: row.ok,
        place: place(audit, row.path.as_deref(), row.line, row.end_line),
        subject: row.subject.clone(),
        message: row.message.clone(),
    };
    let searched = piece.searched.iter().map(|population| SearchedWire {
        of: population.of.clone(),
        files: population.files,
        sha256: population.sha256.clone(),
    });
    EvidenceWire {
        evidence: piece.evidence.clone(),
        alternative: piece.alternative.clone(),
        guard: piece.guard,
        low: piece.level.low,
        high: piece.level.high,
        reason: piece.reason,
        strength: piece.strength,
        decisive: piece.decisive.clone(),
        holds,
        fails,
        unknown,
        rows: piece.rows.iter().map(row).collect(),
        searched: searched.collect(),
    }
}

fn score_wire(score: &Score) -> ScoreWire {
    ScoreWire {
        dimension: score.dimension,
        name: score.name.clone(),
        total: score.total,
        verified: score.count(Verdict::Verified),
        partial: score.count(Verdict::Partial),
        missing: score.count(Verdict::Missing),
        unknown: score.count(Verdict::Unknown),
        attested: score.count(Verdict::Attested),
        accepted: score.count(Verdict::Accepted),
        deferred: score.count(Verdict::Deferred),
        not_applicable: score.count(Verdict::NotApplicable),
        low: score.low,
        high: score.high,
        low_percent: score.percent(score.low),
        high_percent: score.percent(score.high),
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
