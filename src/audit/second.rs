//! Shows what an audit found as tables, for the pages that ask about it.

use super::{Audit, AuditError};
use crate::base::{Value, Verdict};
use crate::matrix::{MatrixClaim, Score};
use crate::settle::Used;
use crate::snapshot::Snapshot;

/// Fills the second-stage tables.
pub(super) fn show(snapshot: &mut Snapshot, audit: &Audit) -> Result<(), AuditError> {
    let mut rows: Vec<(&str, Vec<Value>)> = Vec::new();
    for finding in &audit.findings {
        rows.push((
            "findings_rows",
            vec![
                finding.id.as_str().into(),
                finding.rule.as_str().into(),
                finding.severity.to_string().into(),
                finding.path.clone().into(),
                finding.line.into(),
                finding.subject.as_str().into(),
                finding.message.as_str().into(),
                finding.status.as_str().into(),
                finding.fingerprint.as_str().into(),
            ],
        ));
    }
    for rule in &audit.rules {
        let [holds, fails, unknown] = rule.counts;
        let examined = holds + fails + unknown;
        rows.push((
            "rule_results_rows",
            vec![
                rule.rule.as_str().into(),
                examined.into(),
                holds.into(),
                fails.into(),
                unknown.into(),
            ],
        ));
    }
    // Of a rule that did not run, nobody knows whether its waivers are needed.
    let ran = |used: &&Used| audit.rules.iter().any(|rule| rule.rule == used.waiver.rule);
    let judged = audit.waivers.iter().filter(ran);
    for Used { waiver, covered, .. } in judged {
        rows.push((
            "waivers_rows",
            vec![
                waiver.rule.as_str().into(),
                waiver.scope_text().into(),
                waiver.owner.as_str().into(),
                waiver.reason.as_str().into(),
                Value::Null,
                waiver.expires.clone().into(),
                covered.len().into(),
                waiver.path.clone().into(),
                waiver.line.into(),
            ],
        ));
    }
    matrices(snapshot, audit, &mut rows);
    Ok(snapshot.show(&rows)?)
}

fn matrices(snapshot: &Snapshot, audit: &Audit, rows: &mut Vec<(&'static str, Vec<Value>)>) {
    for (result, scores) in &audit.matrices {
        let matrix = result.matrix.name.as_str();
        for judged in &result.features {
            let feature = &judged.feature;
            rows.push((
                "features_rows",
                vec![
                    matrix.into(),
                    feature.id.as_str().into(),
                    feature.title.as_str().into(),
                    result.matrix.areas[&feature.area].as_str().into(),
                    feature.layer.as_str().into(),
                    feature.phase.as_str().into(),
                    feature.priority.as_str().into(),
                    judged.claim.as_ref().map(|claim| claim.claimed.word().to_owned()).into(),
                    judged.verdict.to_string().into(),
                    judged.level.low.to_string().into(),
                    judged.level.high.to_string().into(),
                    judged.reason.map(|reason| reason.to_string()).into(),
                    feature.disputed.clone().into(),
                    judged.why().into(),
                    judged.claim.as_ref().map(|claim| claim.path.clone()).into(),
                    judged.claim.as_ref().and_then(|claim| claim.line).into(),
                    judged.claim.as_ref().map(|claim| claim.text.clone()).into(),
                    judged.agreement.map(|agreement| agreement.word().to_owned()).into(),
                ],
            ));
            for piece in &judged.evidence {
                let places =
                    piece.rows.iter().map(Some).chain(piece.rows.is_empty().then_some(None));
                for row in places {
                    let path = row.and_then(|row| row.path.clone());
                    let blob = path
                        .as_deref()
                        .and_then(|path| snapshot.entry(path)?.id)
                        .map(|id| id.to_string());
                    rows.push((
                        "feature_evidence_rows",
                        vec![
                            matrix.into(),
                            feature.id.as_str().into(),
                            piece.evidence.as_str().into(),
                            Verdict::from(piece.level).to_string().into(),
                            piece.reason.map(|reason| reason.to_string()).into(),
                            piece.strength.to_string().into(),
                            piece.alternative.as_str().into(),
                            path.into(),
                            row.and_then(|row| row.line).into(),
                            blob.into(),
                            row.map(|row| row.subject.clone()).into(),
                            row.map(|row| row.message.clone()).into(),
                        ],
                    ));
                }
            }
        }
        for score in scores {
            let count = |verdict| Value::from(score.count(verdict));
            rows.push((
                "scores_rows",
                vec![
                    matrix.into(),
                    score.dimension.into(),
                    score.name.as_str().into(),
                    score.total.into(),
                    count(Verdict::Verified),
                    count(Verdict::Partial),
                    count(Verdict::Missing),
                    count(Verdict::Unknown),
                    count(Verdict::Attested),
                    count(Verdict::Accepted),
                    count(Verdict::Deferred),
                    count(Verdict::NotApplicable),
                    score.low.into(),
                    score.high.into(),
                    score.claimed.into(),
                    score.overstated.into(),
                    score.understated.into(),
                ],
            ));
        }
        rows.extend(result.claims.iter().map(|claim| claim_row(matrix, claim, &scores[0])));
    }
}

fn claim_row(matrix: &str, claim: &MatrixClaim, whole: &Score) -> (&'static str, Vec<Value>) {
    let count = |count: u64| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let cells = vec![
        matrix.into(),
        claim.path.as_str().into(),
        claim.line.into(),
        claim.text.as_str().into(),
        count(claim.numerator),
        count(claim.denominator),
        claim.percent.clone().into(),
        claim.context.as_str().into(),
        claim.agreement(whole).map(|agreement| agreement.word().to_owned()).into(),
        claim.why(whole).into(),
    ];
    ("matrix_claims_rows", cells)
}
