//! The part of the JSON of an audit that is about matrices.

use schemars::JsonSchema;
use serde::Serialize;

use super::wire::PlaceWire;
use super::wire::place;
use crate::audit::Audit;
use crate::base::{Level, Reason, Strength, Truth, Verdict};
use crate::matrix::Agreement;
use crate::matrix::Claimed;
use crate::matrix::Decision;
use crate::matrix::Evidence;
use crate::matrix::FeatureResult;
use crate::matrix::MatrixClaim;
use crate::matrix::MatrixResult;
use crate::matrix::Score;
use crate::pages::Row;

/// A matrix, its features and what is said of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MatrixWire {
    name: String,
    version: u32,
    title: String,
    /// Whether its features are proposed and not yet read.
    draft: bool,
    /// What documents say of the whole.
    claims: Vec<MatrixClaimWire>,
    features: Vec<FeatureWire>,
    scores: Vec<ScoreWire>,
    /// Whether the tree has anything of what the matrix is about; if not, no feature is applicable.
    applies: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MatrixClaimWire {
    #[serde(flatten)]
    place: PlaceWire,
    text: String,
    numerator: u64,
    denominator: u64,
    /// As written.
    percent: Option<String>,
    /// stated, target, planned or threshold.
    context: String,
    /// How it stands to the score; null: it states nothing of today.
    agreement: Option<Agreement>,
    why: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FeatureClaimWire {
    claimed: Claimed,
    #[serde(flatten)]
    place: PlaceWire,
    text: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FeatureWire {
    id: String,
    title: String,
    area: String,
    layer: String,
    phase: String,
    priority: String,
    delivery: String,
    product: String,
    weight: u32,
    /// The last day until which it is to reach its target; null: not said.
    due: Option<String>,
    /// Whether that day has passed and it has not.
    overdue: bool,
    verdict: Verdict,
    low: Level,
    high: Level,
    reason: Option<Reason>,
    /// The verdict in one sentence.
    why: String,
    decision: Option<String>,
    disputed: Option<String>,
    /// What a document says of it; null: nothing.
    claim: Option<FeatureClaimWire>,
    /// How that stands to the verdict.
    agreement: Option<Agreement>,
    /// Features that are verified by exactly the same rows.
    same_as: Vec<String>,
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
    /// What comes nearest, where nothing of it is found.
    near: Option<NearWire>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NearWire {
    name: String,
    path: String,
    line: Option<u32>,
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
    /// Features that documents call covered.
    claimed: usize,
    overstated: usize,
    understated: usize,
    unverifiable: usize,
    overdue: usize,
    /// The weights of all features, of those that are verified, and of those that may be.
    weights: [u64; 3],
}

/// A matrix as it is written.
pub(super) fn matrix_wire(result: &MatrixResult, scores: &[Score], audit: &Audit) -> MatrixWire {
    MatrixWire {
        name: result.matrix.name.clone(),
        version: result.matrix.version,
        title: result.matrix.title.clone(),
        draft: result.matrix.draft,
        claims: result.claims.iter().map(|claim| claim_wire(claim, &scores[0], audit)).collect(),
        features: result.features.iter().map(|judged| feature_wire(judged, audit)).collect(),
        scores: scores.iter().map(score_wire).collect(),
        applies: result.applies,
    }
}

fn claim_wire(claim: &MatrixClaim, whole: &Score, audit: &Audit) -> MatrixClaimWire {
    MatrixClaimWire {
        place: place(audit, Some(&claim.path), claim.line, None),
        text: claim.text.clone(),
        numerator: claim.numerator,
        denominator: claim.denominator,
        percent: claim.percent.clone(),
        context: claim.context.clone(),
        agreement: claim.agreement(whole),
        why: claim.why(whole),
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
        delivery: feature.delivery.clone(),
        product: feature.product.clone(),
        weight: feature.weight,
        due: feature.due.clone(),
        overdue: judged.overdue,
        verdict: judged.verdict,
        low: judged.level.low,
        high: judged.level.high,
        reason: judged.reason,
        decision: feature.decision.as_ref().map(Decision::said),
        disputed: feature.disputed.clone(),
        why: judged.why(),
        claim: judged.claim.as_ref().map(|claim| FeatureClaimWire {
            claimed: claim.claimed,
            place: place(audit, Some(&claim.path), claim.line, None),
            text: claim.text.clone(),
        }),
        agreement: judged.agreement,
        same_as: judged.same_as.clone(),
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
        near: piece.near.as_ref().map(|near| NearWire {
            name: near.name.clone(),
            path: near.path.clone(),
            line: near.line,
        }),
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
        claimed: score.claimed,
        overstated: score.overstated,
        understated: score.understated,
        unverifiable: score.unverifiable,
        overdue: score.overdue,
        weights: score.weights,
    }
}
