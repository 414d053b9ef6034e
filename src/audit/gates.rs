//! Holds scores and claims against the gates of the configuration.

use super::{Audit, AuditError};
use crate::config::{Config, Gate};
use crate::matrix::{Agreement, MatrixClaim, MatrixResult, Score};

/// Says which gates are missed, each in a sentence.
pub(super) fn hold(config: &Config, audit: &mut Audit) -> Result<(), AuditError> {
    for (name, gate) in &config.gates {
        let found = audit.matrices.iter().find(|(result, _)| result.matrix.name == *name);
        let Some((result, scores)) = found else {
            return Err(AuditError::Setting(format!(
                "the gate of `{name}` names a matrix that was not judged"
            )));
        };
        if !result.applies {
            // A gate that examines nothing is not passed.
            audit
                .missed
                .push(format!("{name}: does not apply to this tree, so nothing was judged"));
        }
        audit.missed.extend(reached(name, gate, &scores[0]));
        if gate.claims.is_on() {
            audit.missed.extend(overstated(name, &result.claims, &scores[0]));
        }
        if gate.overdue && scores[0].overdue > 0 {
            audit.missed.push(overdue(name, result));
        }
    }
    Ok(())
}

/// Which features are overdue.
fn overdue(name: &str, result: &MatrixResult) -> String {
    let late = result.features.iter().filter(|judged| judged.overdue);
    let late: Vec<&str> = late.map(|judged| judged.feature.id.as_str()).collect();
    format!("{name}: overdue: {}", late.join(", "))
}

/// What documents state beyond what the tree can show at most.
fn overstated(name: &str, claims: &[MatrixClaim], score: &Score) -> Vec<String> {
    let is_over = |claim: &&MatrixClaim| claim.agreement(score) == Some(Agreement::Overstated);
    let said = |claim: &MatrixClaim| {
        let line = claim.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{name}: {}{line} {}", claim.path, claim.why(score))
    };
    claims.iter().filter(is_over).map(said).collect()
}

fn reached(name: &str, gate: &Gate, score: &Score) -> Option<String> {
    let min = gate.min.filter(|min| (score.low as f64) * 100.0 < min * score.total as f64)?;
    let percent = score.percent(score.low);
    Some(format!(
        "{name}: {} of {} verified ({percent} %), {min} % asked for",
        score.low, score.total
    ))
}
