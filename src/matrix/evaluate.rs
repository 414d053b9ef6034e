//! Judges every feature of a matrix on one snapshot.

use std::collections::BTreeMap;

use super::load::{Feature, Matrix};
use super::node::{Leaf, Node};
use super::weigh::{Piece, weigh};
use crate::base::{Interval, Level, Reason, Strength, Verdict};
use crate::pages::{Bound, Kind, Library, Mechanism, Outcome, Page, Row, RowError};
use crate::snapshot::{Population, Snapshot};
use crate::store::Query;

/// Rows shown of one piece of evidence.
const SHOWN: usize = 5;

/// The pages a matrix uses, prepared once, and each leaf bound.
pub struct Prepared {
    pages: BTreeMap<String, crate::pages::Prepared>,
    /// By feature, its leaves in the order they are written.
    bound: BTreeMap<String, Vec<Bound>>,
}

/// What came of one piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
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
    /// The first rows: those that hold, then the others.
    pub rows: Vec<Row>,
    /// What was looked through.
    pub searched: Vec<Population>,
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
}

/// What came of a matrix.
#[derive(Debug, Clone)]
pub struct MatrixResult {
    /// The matrix.
    pub matrix: Matrix,
    /// Every feature, in order.
    pub features: Vec<FeatureResult>,
}

/// Prepares the pages a matrix uses and binds each leaf.
///
/// # Errors
/// A page is unsound, or a leaf gives it what it does not take.
pub fn prepare(
    matrix: &Matrix,
    library: &Library,
    snapshot: &mut Snapshot,
) -> Result<Prepared, RowError> {
    let mut prepared = Prepared { pages: BTreeMap::new(), bound: BTreeMap::new() };
    for feature in &matrix.features {
        let mut bound = Vec::new();
        for leaf in feature.evidence.iter().flat_map(Node::leaves) {
            if !prepared.pages.contains_key(&leaf.kind) {
                let page = library.get(&leaf.kind).expect("loading a matrix checks its kinds");
                prepared
                    .pages
                    .insert(leaf.kind.clone(), crate::pages::Prepared::new(page, snapshot)?);
            }
            let place = |error| match error {
                RowError::Shape { message, .. } => {
                    RowError::Shape { page: format!("{}/{}", matrix.name, feature.id), message }
                }
                other => other,
            };
            bound.push(prepared.pages[&leaf.kind].bind(&leaf.parameters, snapshot).map_err(place)?);
        }
        prepared.bound.insert(feature.id.clone(), bound);
    }
    Ok(prepared)
}

impl Prepared {
    /// What must be read before the matrix can be judged.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.pages.values().flat_map(|page| page.queries())
    }
}

/// Judges every feature.
///
/// # Errors
/// A page failed: there is no verdict.
pub fn evaluate(
    matrix: &Matrix,
    prepared: &Prepared,
    snapshot: &Snapshot,
) -> Result<MatrixResult, RowError> {
    let features = matrix.features.iter().map(|feature| judge(feature, prepared, snapshot));
    Ok(MatrixResult { matrix: matrix.clone(), features: features.collect::<Result<_, _>>()? })
}

fn judge(
    feature: &Feature,
    prepared: &Prepared,
    snapshot: &Snapshot,
) -> Result<FeatureResult, RowError> {
    let mut asked = Vec::new();
    if let Some(node) = &feature.evidence {
        ask(node, String::new(), None, false, &mut asked);
    }
    let (mut pieces, mut evidence) = (Vec::new(), Vec::new());
    for (asked, bound) in asked.iter().zip(&prepared.bound[&feature.id]) {
        let page = &prepared.pages[&asked.leaf.kind];
        let outcome = page.run(snapshot, bound, asked.same)?;
        let piece = asked.piece(&outcome, &page.page);
        let searched = snapshot.searched(&page.query, bound.search.as_ref());
        evidence.push(asked.evidence(&piece, &outcome, searched));
        pieces.push(piece);
    }
    let (level, reason) = match &feature.evidence {
        Some(node) => {
            let weighed = weigh(node, &pieces);
            (weighed.standing.alone, weighed.reason)
        }
        None => {
            (Interval { low: Level::Missing, high: Level::Verified }, Some(Reason::NotDecidable))
        }
    };
    let decided = feature.decision.as_ref().map(|decision| decision.verdict);
    let verdict = decided.unwrap_or_else(|| Verdict::from(level));
    let reason = reason.filter(|_| level.decided().is_none_or(|level| level < Level::Attested));
    Ok(FeatureResult { feature: feature.clone(), verdict, level, reason, evidence })
}

/// A leaf with where it stands.
struct Asked<'a> {
    leaf: &'a Leaf,
    alternative: String,
    same: Option<Mechanism>,
    /// Inside `not`.
    negated: bool,
}

fn ask<'a>(
    node: &'a Node,
    alternative: String,
    same: Option<Mechanism>,
    negated: bool,
    into: &mut Vec<Asked<'a>>,
) {
    match node {
        Node::Leaf(leaf) => into.push(Asked { leaf, alternative, same, negated }),
        Node::Not(inner) => ask(inner, alternative, None, true, into),
        Node::All { parts, same: own } => {
            parts
                .iter()
                .for_each(|part| ask(part, alternative.clone(), own.or(same), negated, into));
        }
        Node::Any(parts) => {
            for (number, part) in (1..).zip(parts) {
                let dot = if alternative.is_empty() { "" } else { "." };
                ask(part, format!("{alternative}{dot}{number}"), same, negated, into);
            }
        }
    }
}

impl Asked<'_> {
    fn piece(&self, outcome: &Outcome, page: &Page) -> Piece {
        let Kind::Evidence { need, strength, guard, .. } = page.kind else {
            unreachable!("loading checks kinds")
        };
        let said = page.strength(&self.leaf.parameters).unwrap_or(strength);
        let strength = if self.leaf.decisive.is_some() { Strength::Structural } else { said };
        Piece::of(outcome, self.leaf.need.unwrap_or(need), strength, guard)
    }

    fn evidence(&self, piece: &Piece, outcome: &Outcome, searched: Vec<Population>) -> Evidence {
        let (level, reason, not) = match self.negated {
            true => (absence(piece.level), absence_reason(piece), "not "),
            false => (piece.level, piece.reason, ""),
        };
        // Of a guard the first thing to see is what breaks it; elsewhere what is there.
        let (first, then) = if piece.guard {
            (&outcome.rows, &outcome.kept)
        } else {
            (&outcome.kept, &outcome.rows)
        };
        let shown = first.iter().chain(then);
        Evidence {
            evidence: format!("{not}{}", self.leaf.text),
            alternative: self.alternative.clone(),
            guard: piece.guard || self.negated,
            level,
            reason,
            strength: piece.strength,
            decisive: self.leaf.decisive.clone(),
            counts: [outcome.holds, outcome.fails, outcome.unknown],
            rows: shown.take(SHOWN).cloned().collect(),
            searched,
        }
    }
}

/// How far something is from being there: verified where nothing of it is found.
fn absence(there: Interval) -> Interval {
    let of = |level| if level == Level::Missing { Level::Verified } else { Level::Missing };
    Interval { low: of(there.high), high: of(there.low) }
}

fn absence_reason(piece: &Piece) -> Option<Reason> {
    match absence(piece.level).decided() {
        Some(Level::Verified) => None,
        Some(_) => Some(Reason::Forbidden),
        None => piece.reason,
    }
}
