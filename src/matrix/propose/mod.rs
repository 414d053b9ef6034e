//! Finds for each feature what in the tree comes nearest to it, ready to be accepted as its evidence.

mod things;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value as Yaml;

pub use things::Things;

use things::Thing;
use words::words;

use super::load::{Feature, Matrix};
use super::node::{Leaf, Node};
use super::result::{Evidence, FeatureResult};
use super::shorten::shorten;
use crate::base::Truth;
use crate::pages::Library;
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// What a word of the feature's title, of its source, of a thing's name and of what else it says counts.
const WEIGHTS: [f64; 4] = [1.0, 0.3, 1.0, 0.4];
/// What a thing counts that is of a kind the catalogue asks for, and one of which only the name is known.
const LIKELY: f64 = 1.4;
const BARE: f64 = 0.6;
/// Things of one kind among those that are proposed for a feature.
const OF_ONE_KIND: usize = 2;

/// Something of the tree that may be evidence of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The line of evidence that asks for it.
    pub evidence: String,
    /// Where it is.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
}

/// The things of a tree by their words.
struct Index {
    things: Vec<Thing>,
    by_word: BTreeMap<String, Vec<(usize, f64)>>,
}

/// For each feature of the matrix, at most `most` things, the nearest first.
///
/// # Errors
/// The database failed.
pub fn propose(
    matrix: &Matrix,
    asked: &Things,
    snapshot: &Snapshot,
    most: usize,
) -> Result<BTreeMap<String, Vec<Proposal>>, StoreError> {
    let index = Index::new(asked.read(snapshot)?);
    let nearest = |feature: &Feature| (feature.id.clone(), index.nearest(feature, most));
    Ok(matrix.features.iter().map(nearest).collect())
}

/// What the catalogue asks for of a feature and is there: to accept it is to write down where it was found.
pub fn found(judged: &FeatureResult, library: &Library, most: usize) -> Vec<Proposal> {
    let proposal = |(piece, leaf): (&Evidence, &Leaf)| {
        let row = piece.rows.iter().find(|row| row.ok == Truth::Holds && row.path.is_some())?;
        let evidence = line(leaf, library)?;
        Some(Proposal { evidence, path: row.path.clone()?, line: row.line })
    };
    let leaves = judged.feature.evidence.as_ref().map(Node::leaves).unwrap_or_default();
    let pieces = judged.evidence.iter().zip(leaves).filter(|(piece, _)| !piece.guard);
    pieces.filter_map(proposal).take(most).collect()
}

/// A leaf as a line; none where a line cannot say it.
fn line(leaf: &Leaf, library: &Library) -> Option<String> {
    let parameters = serde_yaml::to_value(&leaf.parameters).ok()?;
    let long = Yaml::Mapping([(leaf.kind.clone().into(), parameters)].into_iter().collect());
    shorten(&long, library).as_str().map(str::to_owned)
}

/// A matrix in which each proposal is a feature of its own, so that it can be judged before anybody accepts it.
///
/// # Errors
/// A proposal is not evidence, which is a mistake of this module.
pub fn of_proposals(
    matrix: &Matrix,
    proposals: &BTreeMap<String, Vec<Proposal>>,
    library: &Library,
) -> Result<Matrix, String> {
    let lines: BTreeSet<&String> =
        proposals.values().flatten().map(|proposal| &proposal.evidence).collect();
    let feature = |line: &String| {
        let evidence = Node::read(&line.clone().into(), &matrix.within, library)?;
        let mut feature = matrix.features[0].clone();
        (feature.id, feature.evidence, feature.decision) = (line.clone(), Some(evidence), None);
        Ok(feature)
    };
    let features = lines.into_iter().map(feature).collect::<Result<_, String>>()?;
    Ok(Matrix { features, documents: Vec::new(), ..matrix.clone() })
}

impl Index {
    fn new(things: Vec<Thing>) -> Index {
        let mut by_word: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        for (at, thing) in things.iter().enumerate() {
            // Of a path the file's name is the name, and its folders are what else is said.
            let (folders, name) = thing.name.rsplit_once('/').unwrap_or(("", &thing.name));
            let named = words(name);
            let more = words(&format!("{folders} {}", thing.more));
            let more = more.into_iter().filter(|word| !named.contains(word));
            // The more words a name has, the less each tells.
            let share = 1.0 / (4.0 + named.len() as f64).sqrt();
            let more = more.map(|word| (word, WEIGHTS[3] * share)).collect::<Vec<_>>();
            let named = named.iter().map(|word| (word.clone(), WEIGHTS[2] * share));
            for (word, weight) in named.chain(more) {
                by_word.entry(word).or_default().push((at, weight));
            }
        }
        Index { things, by_word }
    }

    /// What is nearest to a feature; nothing that shares no word with its title.
    fn nearest(&self, feature: &Feature, most: usize) -> Vec<Proposal> {
        let title = words(&feature.title);
        let source = words(&feature.source).into_iter().filter(|word| !title.contains(word));
        let source: Vec<String> = source.collect();
        let asked = title.iter().map(|word| (word, WEIGHTS[0]));
        let asked = asked.chain(source.iter().map(|word| (word, WEIGHTS[1])));
        let mut scores = BTreeMap::<usize, f64>::new();
        // How many words of the title each thing has.
        let mut titled = BTreeMap::<usize, f64>::new();
        for (word, weight) in asked {
            let Some(found) = self.by_word.get(word) else { continue };
            let rare = (self.things.len() as f64 / found.len() as f64).ln() + 0.1;
            for (at, share) in found {
                *scores.entry(*at).or_default() += weight * share * rare;
                if weight == WEIGHTS[0] {
                    *titled.entry(*at).or_default() += 1.0;
                }
            }
        }
        let scored = titled.into_iter().map(|(at, count)| (at, scores[&at] * count));
        self.best(scored.collect(), feature, most)
    }

    /// The best of what was scored, not all of one kind.
    fn best(&self, scores: BTreeMap<usize, f64>, feature: &Feature, most: usize) -> Vec<Proposal> {
        let kinds = feature.evidence.as_ref().map(Node::leaves).unwrap_or_default();
        let kinds: BTreeSet<&str> = kinds.iter().map(|leaf| leaf.kind.as_str()).collect();
        let likely = |thing: &Thing| match thing.kind {
            "path" => BARE,
            kind if kinds.contains(kind) => LIKELY,
            _ => 1.0,
        };
        let mut ranked: Vec<(f64, &Thing)> = scores
            .into_iter()
            .map(|(at, score)| (score * likely(&self.things[at]), &self.things[at]))
            .collect();
        ranked.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| one.1.evidence.cmp(&other.1.evidence))
        });
        let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
        ranked.retain(|(_, thing)| {
            let seen = of_kind.entry(thing.kind).or_default();
            *seen += 1;
            *seen <= OF_ONE_KIND.max(most / 2)
        });
        ranked.truncate(most);
        let proposal = |(_, thing): (f64, &Thing)| Proposal {
            evidence: thing.evidence.clone(),
            path: thing.path.clone(),
            line: thing.line,
        };
        ranked.into_iter().map(proposal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::things::thing;
    use super::*;

    fn feature(title: &str) -> Feature {
        Feature { title: title.to_owned(), ..Feature::default() }
    }

    #[test]
    fn what_shares_rare_words_of_the_title_comes_first() {
        let index = Index::new(vec![
            thing("table ops.backups", "ops.backups", "table"),
            thing("table ops.roles", "ops.roles", "table"),
            thing("n8n * n8n/backup-scheduler.json", "n8n/backup-scheduler.json", "n8n"),
            thing("path scripts/run.sh", "scripts/run.sh", "path"),
        ]);
        let found = index.nearest(&feature("Scheduled automatic backups"), 3);
        let lines: Vec<&str> = found.iter().map(|found| found.evidence.as_str()).collect();
        assert_eq!(lines, ["n8n * n8n/backup-scheduler.json", "table ops.backups"]);
        assert!(index.nearest(&feature("Payroll"), 3).is_empty());
    }
}
