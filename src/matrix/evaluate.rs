//! Judges every feature of a matrix on one snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::algebra::{Standing, all, any};
use super::load::{Feature, Leaf, Matrix, Node, is_guard};
use crate::base::{Interval, Level, Reason, Strength, Truth, Verdict};
use crate::pages::{Bound, Kind, Library, Mechanism, Need, Outcome, Row, RowError};
use crate::snapshot::{Population, Snapshot};
use crate::store::Query;

/// Rows shown of one piece of evidence.
const SHOWN: usize = 5;

/// The pages a matrix uses, prepared once, and each leaf bound.
pub struct Prepared<'a> {
    library: &'a Library,
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
    /// What it amounts to.
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
    /// By mechanism, what it amounts to.
    by_mechanism: BTreeMap<String, Interval>,
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
pub fn prepare<'a>(
    matrix: &Matrix,
    library: &'a Library,
    snapshot: &mut Snapshot,
) -> Result<Prepared<'a>, RowError> {
    let mut prepared = Prepared { library, pages: BTreeMap::new(), bound: BTreeMap::new() };
    for feature in &matrix.features {
        let mut bound = Vec::new();
        for leaf in feature.evidence.iter().flat_map(leaves) {
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

impl Prepared<'_> {
    /// What must be read before the matrix can be judged.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.pages.values().flat_map(|page| page.queries())
    }
}

/// The leaves of a node in the order they are written.
fn leaves(node: &Node) -> Vec<&Leaf> {
    match node {
        Node::Leaf(leaf) => vec![leaf],
        Node::All { parts, .. } | Node::Any(parts) => parts.iter().flat_map(leaves).collect(),
        Node::Not(inner) => leaves(inner),
    }
}

/// Judges every feature.
///
/// # Errors
/// A page failed: there is no verdict.
pub fn evaluate(
    matrix: &Matrix,
    prepared: &Prepared<'_>,
    snapshot: &Snapshot,
) -> Result<MatrixResult, RowError> {
    let features = matrix.features.iter().map(|feature| judge(feature, prepared, snapshot));
    Ok(MatrixResult { matrix: matrix.clone(), features: features.collect::<Result<_, _>>()? })
}

fn judge(
    feature: &Feature,
    prepared: &Prepared<'_>,
    snapshot: &Snapshot,
) -> Result<FeatureResult, RowError> {
    let mut judging = Judging {
        prepared,
        snapshot,
        bound: prepared.bound[&feature.id].iter(),
        evidence: Vec::new(),
    };
    let (level, reason) = match &feature.evidence {
        Some(node) => {
            let weighed = judging.weigh(node, "", None, false)?;
            (weighed.standing.alone, weighed.reason)
        }
        None => {
            (Interval { low: Level::Missing, high: Level::Verified }, Some(Reason::NotDecidable))
        }
    };
    let evidence = judging.evidence;
    let verdict =
        feature.decision.as_ref().map_or_else(|| Verdict::from(level), |decision| decision.verdict);
    let reason = reason.filter(|_| level.decided() != Some(Level::Verified));
    Ok(FeatureResult { feature: feature.clone(), verdict, level, reason, evidence })
}

/// What a node amounts to, and why not more.
struct Weighed {
    standing: Standing,
    reason: Option<Reason>,
}

struct Judging<'a> {
    prepared: &'a Prepared<'a>,
    snapshot: &'a Snapshot,
    bound: std::slice::Iter<'a, Bound>,
    evidence: Vec<Evidence>,
}

impl Judging<'_> {
    fn weigh(
        &mut self,
        node: &Node,
        alternative: &str,
        same: Option<Mechanism>,
        negated: bool,
    ) -> Result<Weighed, RowError> {
        let start = self.evidence.len();
        let (standing, reason) = match node {
            Node::Leaf(leaf) => self.leaf(leaf, alternative, same, negated)?,
            Node::Not(inner) => {
                let weighed = self.weigh(inner, alternative, None, true)?;
                (weighed.standing, Some(Reason::Forbidden))
            }
            Node::Any(parts) => {
                let mut weighed = Vec::new();
                for (number, part) in (1..).zip(parts) {
                    let name = if alternative.is_empty() {
                        format!("{number}")
                    } else {
                        format!("{alternative}.{number}")
                    };
                    weighed.push(self.weigh(part, &name, same, negated)?);
                }
                let standings: Vec<Standing> = weighed.iter().map(|part| part.standing).collect();
                // The nearest miss is what there is to say.
                let nearest = weighed
                    .iter()
                    .rev()
                    .max_by_key(|part| (part.standing.alone.low, part.standing.alone.high));
                (any(&standings), nearest.and_then(|part| part.reason))
            }
            Node::All { parts, same: own } => {
                self.all(parts, alternative, own.or(same), negated)?
            }
        };
        match node {
            Node::All { same: Some(_), parts } => {
                let standing = self.in_one_mechanism(parts, start).unwrap_or(standing);
                Ok(Weighed { standing, reason: reason.or(Some(Reason::WrongShape)) })
            }
            _ => Ok(Weighed { standing, reason }),
        }
    }

    fn all(
        &mut self,
        parts: &[Node],
        alternative: &str,
        same: Option<Mechanism>,
        negated: bool,
    ) -> Result<(Standing, Option<Reason>), RowError> {
        let (mut standings, mut guards) = (Vec::new(), Vec::new());
        let mut least: Option<(Level, Level, Option<Reason>)> = None;
        for part in parts {
            let weighed = self.weigh(part, alternative, same, negated)?;
            let level = weighed.standing.beside;
            if is_guard(part, self.prepared.library) {
                let holds = guard_holds(part, level);
                if !holds.0 && least.is_none() {
                    let reason = if holds.1 { Reason::NotDecidable } else { Reason::Forbidden };
                    least = Some((Level::Partial, Level::Partial, Some(reason)));
                }
                guards.push(holds);
                continue;
            }
            if level.low < Level::Verified
                && least.as_ref().is_none_or(|least| (level.low, level.high) < (least.0, least.1))
            {
                least = Some((level.low, level.high, weighed.reason));
            }
            standings.push(weighed.standing);
        }
        Ok((all(&standings, &guards), least.and_then(|least| least.2)))
    }

    fn leaf(
        &mut self,
        leaf: &Leaf,
        alternative: &str,
        same: Option<Mechanism>,
        negated: bool,
    ) -> Result<(Standing, Option<Reason>), RowError> {
        let page = &self.prepared.pages[&leaf.kind];
        let bound = self.bound.next().expect("preparing binds every leaf");
        let outcome = page.run(self.snapshot, bound, same)?;
        let Kind::Evidence { need, strength, guard, .. } = page.page.kind else {
            unreachable!("loading checks kinds")
        };
        let need = leaf.need.unwrap_or(need);
        let level = need.level(&outcome);
        let strength = if leaf.decisive.is_some() { Strength::Structural } else { strength };
        let reason = (level.decided() != Some(Level::Verified))
            .then(|| reason(&outcome, level, need, guard));
        let by_mechanism = outcome
            .by_mechanism
            .iter()
            .map(|(name, part)| (name.clone(), need.level(part)))
            .collect();
        let rows = outcome.kept.iter().chain(&outcome.rows).take(SHOWN).cloned().collect();
        self.evidence.push(Evidence {
            evidence: leaf.text.clone(),
            alternative: alternative.to_owned(),
            guard: guard || negated,
            level,
            reason,
            strength,
            decisive: leaf.decisive.clone(),
            counts: [outcome.holds, outcome.fails, outcome.unknown],
            rows,
            searched: self.snapshot.searched(&page.query, bound.search.as_ref()),
            by_mechanism,
        });
        Ok((Standing::of(level, strength), reason.or_else(|| words_only(strength))))
    }

    /// The best that one mechanism has of all the parts, whose evidence begins at `start`.
    fn in_one_mechanism(&self, parts: &[Node], start: usize) -> Option<Standing> {
        let evidence = &self.evidence[start..];
        let names: BTreeSet<&String> = evidence
            .iter()
            .flat_map(|piece| piece.by_mechanism.keys())
            .filter(|name| !name.is_empty())
            .collect();
        let whole: Vec<Standing> = names
            .into_iter()
            .map(|name| {
                let mut pieces = evidence.iter();
                let parts: Vec<(Standing, Option<(bool, bool)>)> =
                    parts.iter().map(|part| self.within(part, name, &mut pieces)).collect();
                let standings: Vec<Standing> =
                    parts.iter().filter(|part| part.1.is_none()).map(|part| part.0).collect();
                let guards: Vec<(bool, bool)> = parts.iter().filter_map(|part| part.1).collect();
                all(&standings, &guards)
            })
            .collect();
        (!whole.is_empty()).then(|| any(&whole))
    }

    /// What one mechanism has of one part; with whether it holds, if the part is a guard.
    fn within<'e>(
        &self,
        node: &Node,
        name: &str,
        pieces: &mut impl Iterator<Item = &'e Evidence>,
    ) -> (Standing, Option<(bool, bool)>) {
        let guard = is_guard(node, self.prepared.library);
        let standing = match node {
            Node::Leaf(_) => {
                let piece = pieces.next().expect("every leaf gave a piece");
                let missing = Interval::exactly(Level::Missing);
                let here = piece.by_mechanism.get(name).copied().unwrap_or(missing);
                // A row that belongs to no mechanism may belong to any.
                let anywhere = piece.by_mechanism.get("").copied().unwrap_or(missing);
                let level = Interval { low: here.low, high: here.high.max(anywhere.high) };
                Standing::of(if piece.guard { piece.level } else { level }, piece.strength)
            }
            Node::Not(inner) => self.within(inner, name, pieces).0,
            Node::Any(parts) => {
                any(&parts.iter().map(|part| self.within(part, name, pieces).0).collect::<Vec<_>>())
            }
            Node::All { parts, .. } => {
                let parts: Vec<_> =
                    parts.iter().map(|part| self.within(part, name, pieces)).collect();
                let standings: Vec<Standing> =
                    parts.iter().filter(|part| part.1.is_none()).map(|part| part.0).collect();
                let guards: Vec<(bool, bool)> = parts.iter().filter_map(|part| part.1).collect();
                all(&standings, &guards)
            }
        };
        (standing, guard.then(|| guard_holds(node, standing.beside)))
    }
}

/// Whether a guard surely holds, and whether it may.
fn guard_holds(node: &Node, level: Interval) -> (bool, bool) {
    match node {
        Node::Not(_) => (level.high == Level::Missing, level.low == Level::Missing),
        _ => (level.low == Level::Verified, level.high == Level::Verified),
    }
}

/// Words that hold are not more than words.
fn words_only(strength: Strength) -> Option<Reason> {
    matches!(strength, Strength::Textual | Strength::Bare).then_some(Reason::WrongShape)
}

/// Why a piece of evidence does not amount to more.
fn reason(outcome: &Outcome, level: Interval, need: Need, guard: bool) -> Reason {
    let said = outcome.rows.iter().find(|row| row.ok == Truth::Fails).and_then(|row| row.reason);
    if level.decided().is_none() {
        return outcome
            .rows
            .iter()
            .find(|row| row.ok == Truth::Unknown)
            .and_then(|row| row.reason)
            .unwrap_or(Reason::NotDecidable);
    }
    match said {
        Some(reason) => reason,
        None if guard && outcome.fails > 0 => Reason::Forbidden,
        None if outcome.examined() == 0 && outcome.archived > 0 => Reason::Archived,
        None if level.low == Level::Missing => Reason::Absent,
        None if matches!(need, Need::Some(1)) => Reason::WrongShape,
        None => Reason::TooFew,
    }
}
