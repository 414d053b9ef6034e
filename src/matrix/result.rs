//! What came of a matrix, feature by feature and piece by piece.

use super::agreement::Agreement;
use super::claim::{FeatureClaim, MatrixClaim};
use super::load::{Feature, Matrix};
use super::mapping::Decision;
use super::near::Near;
use crate::base::{Interval, Level, Reason, Strength, Verdict};
use crate::config::day;
use crate::pages::Row;
use crate::snapshot::Population;

/// What came of one piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its kind: a page's id.
    pub kind: String,
    /// As asked for.
    pub evidence: String,
    /// Which alternative of an `any` it is part of, e.g. `2`, `2.1`; empty: it is needed in any case.
    pub alternative: String,
    /// Whether it must not be there.
    pub guard: bool,
    /// What it amounts to; of a guard, verified where the thing is not there.
    pub level: Interval,
    /// Why not more; none where it is verified.
    pub reason: Option<Reason>,
    /// What kind of proof it is.
    pub strength: Strength,
    /// Why words can mean nothing else here.
    pub decisive: Option<String>,
    /// How many rows hold, fail and are undecided.
    pub counts: [usize; 3],
    /// A digest of all rows that hold.
    pub digest: String,
    /// The first rows: those that hold, then the others.
    pub rows: Vec<Row>,
    /// What was looked through.
    pub searched: Vec<Population>,
    /// What comes nearest, where nothing of it is found.
    pub near: Option<Near>,
}

/// What came of one feature.
#[derive(Debug, Clone)]
pub struct FeatureResult {
    /// The feature.
    pub feature: Feature,
    /// What is said of it.
    pub verdict: Verdict,
    /// What the evidence amounts to.
    pub level: Interval,
    /// Why not more.
    pub reason: Option<Reason>,
    /// Each piece of its evidence.
    pub evidence: Vec<Evidence>,
    /// Which piece of evidence keeps it from being more.
    pub held_by: Option<usize>,
    /// What a document says of it.
    pub claim: Option<FeatureClaim>,
    /// How that stands to the verdict.
    pub agreement: Option<Agreement>,
    /// Features that are verified by exactly the same rows.
    pub same_as: Vec<String>,
    /// Whether its day has passed and it has not reached what it is to reach.
    pub overdue: bool,
}

/// What came of a matrix.
#[derive(Debug, Clone)]
pub struct MatrixResult {
    /// The matrix.
    pub matrix: Matrix,
    /// Every feature, in order.
    pub features: Vec<FeatureResult>,
    /// What documents say of the whole, by place.
    pub claims: Vec<MatrixClaim>,
    /// Whether the tree has anything of what the matrix is about.
    pub applies: bool,
    /// What of the organisation's own matrices could not be read.
    pub notes: Vec<String>,
}

impl MatrixResult {
    /// Of a tree to which the matrix does not apply, since it has nothing of what the matrix is about.
    pub(super) fn inapplicable(
        matrix: &Matrix,
        lacking: &FeatureResult,
        claims: Vec<MatrixClaim>,
    ) -> Self {
        let verdict = Verdict::NotApplicable;
        let (by, on) = (matrix.name.clone(), String::new());
        let decision = Some(Decision { verdict, reason: lacking.why(), by, on });
        let judged = |feature: &Feature| FeatureResult {
            feature: Feature { decision: decision.clone(), ..feature.clone() },
            verdict,
            level: Interval::exactly(Level::Missing),
            reason: Some(Reason::Absent),
            evidence: Vec::new(),
            held_by: None,
            claim: None,
            agreement: None,
            same_as: Vec::new(),
            overdue: false,
        };
        let features = matrix.features.iter().map(judged).collect();
        MatrixResult { matrix: matrix.clone(), features, claims, applies: false, notes: Vec::new() }
    }

    /// Says which features are overdue on a day.
    pub fn date(&mut self, today: i64) {
        for judged in &mut self.features {
            let settled = [Verdict::NotApplicable, Verdict::Accepted].contains(&judged.verdict);
            let due = judged.feature.due.as_deref().and_then(day).filter(|_| !settled);
            let is_reached = judged.level.low >= judged.feature.target.level();
            judged.overdue = !is_reached && due.is_some_and(|due| due < today);
        }
    }
}
