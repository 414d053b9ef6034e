//! Judges every feature of a matrix on one snapshot.

use std::collections::BTreeMap;

use super::agreement::{self, Agreement};
use super::claim::{Claims, FeatureClaim, MatrixClaim};
use super::duplicate;
use super::load::{Feature, Matrix};
use super::mapping::Decision;
use super::near::{Known, Names, Near};
use super::node::{Leaf, Node};
use super::reading;
use super::weigh::{Piece, Why, weigh};
use crate::base::{Interval, Level, Reason, Strength, Verdict};
use crate::config::day;
use crate::pages::{Kind, Library, Mechanism, Outcome, Page, Row, RowError, Use};
use crate::snapshot::{Needs, Population, Rows, Snapshot};

/// Rows shown of one piece of evidence.
const SHOWN: usize = 5;

/// The pages a matrix uses, prepared once, and each leaf bound.
pub struct Prepared {
    pages: BTreeMap<String, crate::pages::Prepared>,
    /// By feature, its leaves in the order they are written.
    used: BTreeMap<String, Vec<Use>>,
    /// What reads the claims; none where no document speaks of the matrix.
    claims: Option<Rows>,
    /// What reads the organisation's own matrices.
    readings: Vec<reading::Asked>,
    names: Names,
}

/// What came of one piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its kind: a page's id.
    pub kind: String,
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
    /// A digest of all rows that hold.
    pub digest: String,
    /// The first rows: those that hold, then the others.
    pub rows: Vec<Row>,
    /// What was looked through.
    pub searched: Vec<Population>,
    /// What comes nearest, where nothing of it is found.
    pub near: Option<Near>,
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
    /// Which piece of evidence keeps it from being more.
    pub held_by: Option<usize>,
    /// What a document says of it.
    pub claim: Option<FeatureClaim>,
    /// How that stands to the verdict.
    pub agreement: Option<Agreement>,
    /// Features that are verified by exactly the same rows.
    pub same_as: Vec<String>,
    /// Whether its day has passed and it has not reached what it is to reach.
    pub overdue: bool,
}

/// What came of a matrix.
#[derive(Debug, Clone)]
pub struct MatrixResult {
    /// The matrix.
    pub matrix: Matrix,
    /// Every feature, in order.
    pub features: Vec<FeatureResult>,
    /// What documents say of the whole, by place.
    pub claims: Vec<MatrixClaim>,
    /// Whether the tree has anything of what the matrix is about.
    pub applies: bool,
    /// What of the organisation's own matrices could not be read.
    pub notes: Vec<String>,
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
    let mut prepared = Prepared {
        pages: BTreeMap::new(),
        used: BTreeMap::new(),
        claims: None,
        readings: Vec::new(),
        names: Names::default(),
    };
    let failed = |error| RowError::Query { page: matrix.name.clone(), error };
    if !matrix.documents.is_empty() {
        prepared.claims = Some(Claims::ask(matrix, snapshot).map_err(failed)?);
    }
    for reading in &matrix.readings {
        prepared.readings.push(reading::Asked::new(reading, snapshot).map_err(failed)?);
    }
    for feature in matrix.features.iter().chain(&existence(matrix)) {
        let mut used = Vec::new();
        for asked in asked(feature) {
            let leaf = asked.leaf;
            if !prepared.pages.contains_key(&leaf.kind) {
                let page = library.get(&leaf.kind).expect("loading a matrix checks its kinds");
                let page = crate::pages::Prepared::new(page, snapshot)?;
                prepared.names.prepare(&page, snapshot).map_err(failed)?;
                prepared.pages.insert(leaf.kind.clone(), page);
            }
            let place = |error| match error {
                RowError::Shape { message, .. } => {
                    RowError::Shape { page: format!("{}/{}", matrix.name, feature.id), message }
                }
                other => other,
            };
            let page = &prepared.pages[&leaf.kind];
            let bound = page.bind(&leaf.parameters).map_err(place)?;
            used.push(page.put(bound, asked.same, leaf.within.as_deref(), snapshot));
        }
        prepared.used.insert(feature.id.clone(), used);
    }
    Ok(prepared)
}

impl Prepared {
    /// What must be read before the matrix can be judged.
    pub fn needs(&self) -> impl Iterator<Item = &Needs> {
        let claims = self.claims.iter().map(|asked| &asked.needs);
        let readings = self.readings.iter().map(reading::Asked::needs);
        let used = self.used.values().flatten().map(Use::needs);
        used.chain(self.names.needs()).chain(claims).chain(readings)
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
    let failed = |error| RowError::Query { page: matrix.name.clone(), error };
    let claims =
        prepared.claims.as_ref().map(|asked| Claims::read(asked, matrix, snapshot)).transpose();
    let mut claims = claims.map_err(failed)?.unwrap_or_default();
    let mut notes = Vec::new();
    for asked in &prepared.readings {
        let read = asked.read(matrix, snapshot).map_err(failed)?;
        read.claims.into_iter().for_each(|(id, claim)| claims.say(&id, claim));
        notes.extend(read.notes);
    }
    let (mut features, mut known) = (Vec::new(), Known::new());
    if let Some(feature) = existence(matrix) {
        let judged = judge(&feature, prepared, snapshot, &mut known)?;
        if judged.level.high == Level::Missing {
            return Ok(MatrixResult::inapplicable(matrix, &judged, claims.whole));
        }
    }
    for feature in &matrix.features {
        let mut judged = judge(feature, prepared, snapshot, &mut known)?;
        judged.claim = claims.features.remove(&feature.id);
        judged.agreement =
            judged.claim.as_ref().and_then(|claim| agreement::of_feature(claim, &judged));
        features.push(judged);
    }
    duplicate::flag(&mut features);
    Ok(MatrixResult {
        matrix: matrix.clone(),
        features,
        claims: claims.whole,
        applies: true,
        notes,
    })
}

fn judge(
    feature: &Feature,
    prepared: &Prepared,
    snapshot: &Snapshot,
    known: &mut Known,
) -> Result<FeatureResult, RowError> {
    let asked = asked(feature);
    let (mut pieces, mut evidence) = (Vec::new(), Vec::new());
    for (asked, used) in asked.iter().zip(&prepared.used[&feature.id]) {
        let page = &prepared.pages[&asked.leaf.kind];
        let outcome = page.run(snapshot, used)?;
        let mut piece = asked.piece(&outcome, &page.page);
        piece.at = pieces.len();
        let failed = |error| RowError::Query { page: page.page.file.clone(), error };
        let near = prepared.names.near(asked.leaf, &outcome, snapshot, known).map_err(failed)?;
        evidence.push(Evidence { near, ..asked.evidence(&piece, outcome) });
        pieces.push(piece);
    }
    let (level, why) = match &feature.evidence {
        Some(node) => {
            let weighed = weigh(node, &pieces);
            (weighed.standing.alone, weighed.why)
        }
        None => (
            Interval { low: Level::Missing, high: Level::Verified },
            Some(Why { reason: Reason::NotDecidable, at: usize::MAX }),
        ),
    };
    let decided = feature.decision.as_ref().map(|decision| decision.verdict);
    let verdict = decided.unwrap_or_else(|| Verdict::from(level));
    let why = why.filter(|_| level.decided().is_none_or(|level| level < Level::Attested));
    Ok(FeatureResult {
        feature: feature.clone(),
        verdict,
        level,
        reason: why.map(|why| why.reason),
        held_by: why.map(|why| why.at).filter(|at| *at < evidence.len()),
        evidence,
        claim: None,
        agreement: None,
        same_as: Vec::new(),
        overdue: false,
    })
}

/// What must be there for the matrix to apply, as a feature of no name.
fn existence(matrix: &Matrix) -> Option<Feature> {
    let evidence = matrix.applies.clone()?;
    Some(Feature { evidence: Some(evidence), ..Feature::default() })
}

impl MatrixResult {
    /// Of a tree to which the matrix does not apply, since it has nothing of what the matrix is about.
    fn inapplicable(matrix: &Matrix, lacking: &FeatureResult, claims: Vec<MatrixClaim>) -> Self {
        let verdict = Verdict::NotApplicable;
        let (by, on) = (matrix.name.clone(), String::new());
        let decision = Some(Decision { verdict, reason: lacking.why(), by, on });
        let judged = |feature: &Feature| FeatureResult {
            feature: Feature { decision: decision.clone(), ..feature.clone() },
            verdict,
            level: Interval::exactly(Level::Missing),
            reason: Some(Reason::Absent),
            evidence: Vec::new(),
            held_by: None,
            claim: None,
            agreement: None,
            same_as: Vec::new(),
            overdue: false,
        };
        let features = matrix.features.iter().map(judged).collect();
        MatrixResult { matrix: matrix.clone(), features, claims, applies: false, notes: Vec::new() }
    }

    /// Says which features are overdue on a day.
    pub fn date(&mut self, today: i64) {
        for judged in &mut self.features {
            let settled = [Verdict::NotApplicable, Verdict::Accepted].contains(&judged.verdict);
            let due = judged.feature.due.as_deref().and_then(day).filter(|_| !settled);
            let is_reached = judged.level.low >= judged.feature.target.level();
            judged.overdue = !is_reached && due.is_some_and(|due| due < today);
        }
    }
}

/// A leaf with where it stands.
struct Asked<'a> {
    leaf: &'a Leaf,
    alternative: String,
    same: Option<Mechanism>,
    /// Inside `not`.
    negated: bool,
}

/// The leaves of a feature's evidence, in the order they are written.
fn asked(feature: &Feature) -> Vec<Asked<'_>> {
    let mut asked = Vec::new();
    if let Some(node) = &feature.evidence {
        ask(node, String::new(), None, false, &mut asked);
    }
    asked
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

    fn evidence(&self, piece: &Piece, outcome: Outcome) -> Evidence {
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
            kind: self.leaf.kind.clone(),
            evidence: format!("{not}{}", self.leaf.text),
            alternative: self.alternative.clone(),
            guard: piece.guard || self.negated,
            level,
            reason,
            strength: piece.strength,
            decisive: self.leaf.decisive.clone(),
            counts: [outcome.holds, outcome.fails, outcome.unknown],
            rows: shown.take(SHOWN).cloned().collect(),
            digest: outcome.digest,
            searched: outcome.searched,
            near: None,
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
