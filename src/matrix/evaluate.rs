//! Judges every feature of a matrix on one snapshot.

use super::agreement;
use super::asked::asked;
use super::claim::Claims;
use super::duplicate;
use super::load::{Feature, Matrix};
use super::near::Known;
use super::prepared::{Prepared, existence};
use super::result::{FeatureResult, MatrixResult};
use super::weigh::{Why, weigh};
use crate::base::{Interval, Level, Reason, Verdict};
use crate::pages::RowError;
use crate::snapshot::Snapshot;

/// Judges every feature.
///
/// # Errors
/// A page failed: there is no verdict.
pub fn evaluate(
    matrix: &Matrix,
    prepared: &Prepared,
    snapshot: &Snapshot,
) -> Result<MatrixResult, RowError> {
    let failed = |error| RowError::Query { page: matrix.name.clone(), error };
    let claims =
        prepared.claims.as_ref().map(|asked| Claims::read(asked, matrix, snapshot)).transpose();
    let mut claims = claims.map_err(failed)?.unwrap_or_default();
    let mut notes = Vec::new();
    for asked in &prepared.readings {
        let read = asked.read(matrix, snapshot).map_err(failed)?;
        read.claims.into_iter().for_each(|(id, claim)| claims.say(&id, claim));
        notes.extend(read.notes);
    }
    let (mut features, mut known) = (Vec::new(), Known::new());
    if let Some(feature) = existence(matrix) {
        let judged = judge(&feature, prepared, snapshot, &mut known)?;
        if judged.level.high == Level::Missing {
            return Ok(MatrixResult::inapplicable(matrix, &judged, claims.whole));
        }
    }
    for feature in &matrix.features {
        let mut judged = judge(feature, prepared, snapshot, &mut known)?;
        judged.claim = claims.features.remove(&feature.id);
        judged.agreement =
            judged.claim.as_ref().and_then(|claim| agreement::of_feature(claim, &judged));
        features.push(judged);
    }
    duplicate::flag(&mut features);
    Ok(MatrixResult {
        matrix: matrix.clone(),
        features,
        claims: claims.whole,
        applies: true,
        notes,
    })
}

fn judge(
    feature: &Feature,
    prepared: &Prepared,
    snapshot: &Snapshot,
    known: &mut Known,
) -> Result<FeatureResult, RowError> {
    let asked = asked(feature);
    let (mut pieces, mut evidence) = (Vec::new(), Vec::new());
    for (asked, used) in asked.iter().zip(&prepared.used[&feature.id]) {
        let page = &prepared.pages[&asked.leaf.kind];
        let outcome = page.run(snapshot, used)?;
        let mut piece = asked.piece(&outcome, &page.page);
        piece.at = pieces.len();
        let failed = |error| RowError::Query { page: page.page.file.clone(), error };
        let near = prepared.names.near(asked.leaf, &outcome, snapshot, known).map_err(failed)?;
        evidence.push(asked.evidence(&piece, outcome, near));
        pieces.push(piece);
    }
    let (level, why) = match &feature.evidence {
        Some(node) => {
            let weighed = weigh(node, &pieces);
            (weighed.standing.alone, weighed.why)
        }
        None => (
            Interval { low: Level::Missing, high: Level::Verified },
            Some(Why { reason: Reason::NotDecidable, at: usize::MAX }),
        ),
    };
    let decided = feature.decision.as_ref().map(|decision| decision.verdict);
    let verdict = decided.unwrap_or_else(|| Verdict::from(level));
    let why = why.filter(|_| level.decided().is_none_or(|level| level < Level::Attested));
    Ok(FeatureResult {
        feature: feature.clone(),
        verdict,
        level,
        reason: why.map(|why| why.reason),
        held_by: why.map(|why| why.at).filter(|at| *at < evidence.len()),
        evidence,
        claim: None,
        agreement: None,
        same_as: Vec::new(),
        overdue: false,
    })
}
