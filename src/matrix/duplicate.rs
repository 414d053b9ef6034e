//! Features that rest on one and the same thing: each counts, but a reader must know.

use std::collections::{BTreeMap, BTreeSet};

use super::result::{FeatureResult, MatrixResult};
use crate::base::Verdict;

/// Marks features that are verified by exactly the same rows.
pub(super) fn flag(features: &mut [FeatureResult]) {
    let mut by_rows: BTreeMap<BTreeSet<&str>, Vec<String>> = BTreeMap::new();
    let verified = |judged: &&FeatureResult| judged.verdict == Verdict::Verified;
    for judged in features.iter().filter(verified) {
        let found = judged.evidence.iter().filter(|piece| !piece.guard && piece.counts[0] > 0);
        let found = found.map(|piece| piece.digest.as_str()).collect();
        by_rows.entry(found).or_default().push(judged.feature.id.clone());
    }
    let groups: Vec<Vec<String>> = by_rows.into_values().filter(|ids| ids.len() > 1).collect();
    for judged in features {
        let id = &judged.feature.id;
        let others = groups.iter().filter(|ids| ids.contains(id)).flatten();
        judged.same_as = others.filter(|other| *other != id).cloned().collect();
    }
}

impl MatrixResult {
    /// What must be said of features that are verified by the same rows, once for each group.
    pub fn duplicates(&self) -> Vec<String> {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut notes = Vec::new();
        for judged in self.features.iter().filter(|judged| !judged.same_as.is_empty()) {
            let (name, id) = (&self.matrix.name, judged.feature.id.as_str());
            if told.insert(id) {
                told.extend(judged.same_as.iter().map(String::as_str));
                let others = judged.same_as.join(", ");
                notes.push(format!("{name}: {id} and {others} are verified by the same evidence"));
            }
        }
        notes
    }
}
