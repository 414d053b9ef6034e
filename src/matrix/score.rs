//! Counts verdicts: for the whole of a matrix and by area, layer, phase and priority.

use std::collections::BTreeMap;

use super::agreement::Agreement;
use super::claim::{Claimed, FeatureClaim};
use super::evaluate::{FeatureResult, MatrixResult};
use crate::base::{Level, Verdict};

/// The verdicts over some features of a matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// all, area, layer, phase or priority.
    pub dimension: &'static str,
    /// Which one.
    pub name: String,
    /// All features but those that are not applicable.
    pub total: usize,
    /// Counts by verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Features that are verified whatever the unknowns turn out to be.
    pub low: usize,
    /// Features that may be verified.
    pub high: usize,
    /// Features that documents call covered.
    pub claimed: usize,
    /// Features of which more is said than the tree shows.
    pub overstated: usize,
    /// Features of which less is said than the tree shows.
    pub understated: usize,
}

impl Score {
    /// How many features have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// A count as a percentage of the total with one decimal, rounded half up in whole numbers; `-` of nothing.
    pub fn percent(&self, count: usize) -> String {
        match (count * 2000 + self.total).checked_div(self.total * 2) {
            Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
            None => "-".to_owned(),
        }
    }
}

/// Every score of a matrix: the whole first, then each dimension.
pub fn scores(result: &MatrixResult) -> Vec<Score> {
    let mut scores = vec![score("all", String::new(), result.features.iter())];
    // Areas in the order of their ids, the organisation's own words by name.
    let mut areas = Vec::new();
    by("area", &|feature| feature.feature.area.clone(), result, &mut areas);
    areas.iter_mut().for_each(|score| score.name = result.matrix.areas[&score.name].clone());
    scores.append(&mut areas);
    by("layer", &|feature| feature.feature.layer.clone(), result, &mut scores);
    by("phase", &|feature| feature.feature.phase.clone(), result, &mut scores);
    by("priority", &|feature| feature.feature.priority.clone(), result, &mut scores);
    scores
}

fn by(
    dimension: &'static str,
    name: &dyn Fn(&FeatureResult) -> String,
    result: &MatrixResult,
    into: &mut Vec<Score>,
) {
    let mut groups: BTreeMap<String, Vec<&FeatureResult>> = BTreeMap::new();
    for feature in &result.features {
        groups.entry(name(feature)).or_default().push(feature);
    }
    let named = groups.into_iter().filter(|(name, _)| !name.is_empty());
    into.extend(named.map(|(name, features)| score(dimension, name, features.into_iter())));
}

fn score<'a>(
    dimension: &'static str,
    name: String,
    features: impl Iterator<Item = &'a FeatureResult>,
) -> Score {
    let mut score = Score { dimension, name, ..Score::default() };
    for result in features {
        let covered = |claim: &FeatureClaim| claim.claimed == Claimed::Covered;
        score.claimed += usize::from(result.claim.as_ref().is_some_and(covered));
        score.overstated += usize::from(result.agreement == Some(Agreement::Overstated));
        score.understated += usize::from(result.agreement == Some(Agreement::Understated));
        *score.verdicts.entry(result.verdict).or_default() += 1;
        if result.verdict == Verdict::NotApplicable {
            continue;
        }
        score.total += 1;
        let decided = matches!(result.verdict, Verdict::Accepted | Verdict::Deferred);
        score.low += usize::from(!decided && result.level.low == Level::Verified);
        score.high += usize::from(!decided && result.level.high == Level::Verified);
    }
    score
}
