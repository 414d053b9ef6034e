//! Counts verdicts: for the whole of a matrix and by area, layer, phase, priority, delivery and product.

use std::collections::BTreeMap;

use super::agreement::Agreement;
use super::claim::{Claimed, FeatureClaim};
use super::load::Feature;
use super::result::{FeatureResult, MatrixResult};
use crate::base::{Level, Verdict};

/// The verdicts over some features of a matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// all, or one of [`DIMENSIONS`].
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
    /// Features whose claim the tree leaves open.
    pub unverifiable: usize,
    /// Features whose day has passed.
    pub overdue: usize,
    /// The weights of all features, of those that are verified, and of those that may be.
    pub weights: [u64; 3],
}

/// What features are told apart by, in the order in which it is told.
pub const DIMENSIONS: [&str; 6] = ["area", "layer", "phase", "priority", "delivery", "product"];

/// A count as a percentage of a total with one decimal, rounded half up in whole numbers; `-` of nothing.
fn percent(count: u64, total: u64) -> String {
    match (count * 2000 + total).checked_div(total * 2) {
        Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        None => "-".to_owned(),
    }
}

impl Score {
    /// How many features have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// A count as a percentage of the total with one decimal, rounded half up in whole numbers; `-` of nothing.
    pub fn percent(&self, count: usize) -> String {
        percent(count as u64, self.total as u64)
    }

    /// The low and high score by weight in percent; none where every feature counts alike.
    pub fn weighted(&self) -> Option<[String; 2]> {
        let [total, low, high] = self.weights;
        let alike = total == self.total as u64;
        (!alike).then(|| [low, high].map(|part| percent(part, total)))
    }
}

/// Every score of a matrix: the whole first, then each dimension.
pub fn scores(result: &MatrixResult) -> Vec<Score> {
    let mut scores = vec![score("all", String::new(), result.features.iter())];
    // Areas in the order of their ids, the organisation's own words by name.
    DIMENSIONS.iter().for_each(|dimension| by(dimension, result, &mut scores));
    scores
}

/// What a feature is counted under in a dimension.
fn group<'a>(dimension: &str, feature: &'a Feature) -> &'a str {
    match dimension {
        "area" => &feature.area,
        "layer" => &feature.layer,
        "phase" => &feature.phase,
        "priority" => &feature.priority,
        "delivery" => &feature.delivery,
        _ => &feature.product,
    }
}

fn by(dimension: &'static str, result: &MatrixResult, into: &mut Vec<Score>) {
    let mut groups: BTreeMap<&str, Vec<&FeatureResult>> = BTreeMap::new();
    for judged in &result.features {
        groups.entry(group(dimension, &judged.feature)).or_default().push(judged);
    }
    groups.remove("");
    for (name, features) in groups {
        let area = result.matrix.areas.get(name).filter(|_| dimension == "area");
        let name = area.map_or_else(|| name.to_owned(), String::clone);
        into.push(score(dimension, name, features.into_iter()));
    }
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
        score.unverifiable += usize::from(result.agreement == Some(Agreement::Unverifiable));
        score.overdue += usize::from(result.overdue);
        *score.verdicts.entry(result.verdict).or_default() += 1;
        if result.verdict == Verdict::NotApplicable {
            continue;
        }
        score.total += 1;
        let decided = matches!(result.verdict, Verdict::Accepted | Verdict::Deferred);
        let is_low = !decided && result.level.low == Level::Verified;
        let is_high = !decided && result.level.high == Level::Verified;
        score.low += usize::from(is_low);
        score.high += usize::from(is_high);
        let weight = u64::from(result.feature.weight);
        score.weights[0] += weight;
        score.weights[1] += if is_low { weight } else { 0 };
        score.weights[2] += if is_high { weight } else { 0 };
    }
    score
}
