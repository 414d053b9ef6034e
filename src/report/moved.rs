//! What moved a score, told apart: the rules, the mapping, the repository.

use super::escape::cell;
use crate::audit::Audit;
use crate::base::Verdict;
use crate::matrix::MatrixResult;

/// Features that are named of each mover; the others are counted.
const MOST: usize = 6;

/// The revision that is compared with, judged otherwise; none: that makes no difference.
#[derive(Debug, Default)]
pub struct Steps {
    /// By its own configuration and pages.
    pub own_rules: Option<Audit>,
    /// By the mappings of now.
    pub mapped: Option<Audit>,
}

/// Which features have another verdict, and what it is that gave it to them.
pub(super) fn moved(before: &MatrixResult, now: &MatrixResult, steps: &Steps) -> String {
    let of = |audit: &'_ Option<Audit>| {
        let judged = audit.iter().flat_map(|audit| &audit.matrices);
        judged
            .map(|(result, _)| result)
            .find(|result| result.matrix.name == now.matrix.name)
            .cloned()
    };
    let own = of(&steps.own_rules).unwrap_or_else(|| before.clone());
    let mapped = of(&steps.mapped).unwrap_or_else(|| before.clone());
    let parts =
        [("rules", &own, before), ("mapping", before, &mapped), ("repository", &mapped, now)];
    let parts = parts.map(|(mover, from, to)| (mover, moves(from, to)));
    let parts = parts.iter().filter(|(_, moves)| !moves.is_empty());
    let parts: Vec<String> =
        parts.map(|(mover, moves)| format!("{mover}: {}", some(moves))).collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
}

/// Features whose verdicts differ.
fn moves(from: &MatrixResult, to: &MatrixResult) -> Vec<String> {
    let was = |id: &str| -> Option<Verdict> {
        from.features.iter().find(|judged| judged.feature.id == id).map(|judged| judged.verdict)
    };
    let moved = to.features.iter().filter_map(|judged| {
        let was = was(&judged.feature.id)?;
        let id = cell(&judged.feature.id);
        (was != judged.verdict).then(|| format!("{id} {was} → {}", judged.verdict))
    });
    moved.collect()
}

fn some(moves: &[String]) -> String {
    match moves.len().saturating_sub(MOST) {
        0 => moves.join(", "),
        more => format!("{} and {more} more", moves[..MOST].join(", ")),
    }
}
