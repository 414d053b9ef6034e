//! Holds scores and claims against the gates of the configuration.

use super::{Audit, AuditError};
use crate::config::{Config, Gate};
use crate::matrix::Score;

/// Says which gates are missed, each in a sentence.
pub(super) fn hold(config: &Config, audit: &mut Audit) -> Result<(), AuditError> {
    for (name, gate) in &config.gates {
        let found = audit.matrices.iter().find(|(result, _)| result.matrix.name == *name);
        let Some((_, scores)) = found else {
            return Err(AuditError::Setting(format!(
                "the gate of `{name}` names a matrix that was not judged"
            )));
        };
        if gate.claims {
            // A gate nobody can judge must not pass.
            return Err(AuditError::Setting(format!(
                "the gate of `{name}` asks for claims, which are not read yet"
            )));
        }
        let missed = reached(name, gate, &scores[0]);
        audit.missed.extend(missed);
    }
    Ok(())
}

fn reached(name: &str, gate: &Gate, score: &Score) -> Option<String> {
    let min = gate.min.filter(|min| (score.low as f64) * 100.0 < min * score.total as f64)?;
    let percent = score.percent(score.low);
    Some(format!(
        "{name}: {} of {} verified ({percent} %), {min} % asked for",
        score.low, score.total
    ))
}
