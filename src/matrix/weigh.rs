//! Weighs a combination of evidence: from what each piece came to, to where the whole stands and why not higher.

use std::collections::{BTreeMap, BTreeSet};

use super::algebra::{Guard, Standing, all, any};
use super::node::Node;
use crate::base::{Interval, Level, Reason, Strength, Truth};
use crate::pages::{Need, Outcome};

/// What one piece of evidence came to.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Its number among the pieces of its feature.
    pub at: usize,
    /// Whether its page shows that something does not occur.
    pub guard: bool,
    /// What kind of proof it is.
    pub strength: Strength,
    /// What it amounts to.
    pub level: Interval,
    /// Why not more.
    pub reason: Option<Reason>,
    /// What it amounts to within each mechanism.
    within: BTreeMap<String, Interval>,
    /// What it may amount to within a mechanism that is not known.
    elsewhere: Interval,
}

/// Where a piece counts.
#[derive(Clone, Copy)]
enum Place<'a> {
    Anywhere,
    In(&'a str),
    Elsewhere,
}

/// Why something does not stand higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Why {
    /// The reason.
    pub reason: Reason,
    /// The number of the piece it is the reason of.
    pub at: usize,
}

/// Where a part stands, and why not higher.
pub(super) struct Weighed {
    /// Where it stands; of a guard, what it would have absent.
    pub standing: Standing,
    /// Why not higher.
    pub why: Option<Why>,
    /// Whether it holds, if it is a guard.
    guard: Option<Guard>,
}

impl Piece {
    /// What the rows of one use of a page came to.
    pub fn of(outcome: &Outcome, need: Need, strength: Strength, guard: bool) -> Self {
        let level = need.level(outcome);
        let named = outcome.by_mechanism.keys().flatten();
        Piece {
            at: 0,
            guard,
            strength,
            level,
            reason: (level.decided() != Some(Level::Verified))
                .then(|| reason(outcome, level, need, guard)),
            within: named
                .map(|name| (name.clone(), need.level(&outcome.within(Some(name)))))
                .collect(),
            elsewhere: need.level(&outcome.within(None)),
        }
    }

    /// A guard looks through the whole tree wherever it stands.
    fn level_in(&self, place: Place<'_>) -> Interval {
        match place {
            Place::In(name) if !self.guard => {
                self.within.get(name).copied().unwrap_or(self.elsewhere)
            }
            Place::Elsewhere if !self.guard => self.elsewhere,
            _ => self.level,
        }
    }
}

/// Where a combination stands. `pieces` are those of its leaves, in the order they are written.
pub(super) fn weigh(node: &Node, pieces: &[Piece]) -> Weighed {
    weigh_in(node, pieces, Place::Anywhere)
}

fn weigh_in(node: &Node, pieces: &[Piece], place: Place<'_>) -> Weighed {
    match node {
        Node::Leaf(_) => leaf(&pieces[0], pieces[0].level_in(place)),
        Node::Not(inner) => not(&weigh(inner, pieces), pieces[0].at),
        Node::Any(parts) => best(&each(parts, pieces, place)),
        Node::All { parts, same: None } => whole(&each(parts, pieces, place)),
        Node::All { parts, same: Some(_) } => in_one_mechanism(parts, pieces),
    }
}

fn each(parts: &[Node], mut pieces: &[Piece], place: Place<'_>) -> Vec<Weighed> {
    let weigh_next = |part: &Node| {
        let (own, others) = pieces.split_at(part.leaves().len());
        pieces = others;
        weigh_in(part, own, place)
    };
    parts.iter().map(weigh_next).collect()
}

fn leaf(piece: &Piece, level: Interval) -> Weighed {
    let holds =
        Guard { surely: level.low == Level::Verified, maybe: level.high == Level::Verified };
    let words = matches!(piece.strength, Strength::Textual | Strength::Bare);
    Weighed {
        standing: Standing::of(level, piece.strength),
        // Words that hold are not more than words.
        why: piece
            .reason
            .or(words.then_some(Reason::WrongShape))
            .map(|reason| Why { reason, at: piece.at }),
        guard: piece.guard.then_some(holds),
    }
}

fn not(inner: &Weighed, at: usize) -> Weighed {
    let there = inner.standing.beside;
    let holds = Guard { surely: there.high == Level::Missing, maybe: there.low == Level::Missing };
    let why = if holds.maybe { inner.why } else { Some(Why { reason: Reason::Forbidden, at }) };
    Weighed { standing: inner.standing, why, guard: Some(holds) }
}

/// The best alternative; its reason is that of the nearest miss.
fn best(parts: &[Weighed]) -> Weighed {
    let standing = any(&parts.iter().map(|part| part.standing).collect::<Vec<_>>());
    let open = standing.alone.decided().is_none();
    let nearest = parts.iter().rev().max_by_key(|part| {
        let alone = part.standing.alone;
        (open && alone.decided().is_none(), alone.low, alone.high)
    });
    // What is attested has no reason, but beside something structural it may leave the whole undecided.
    let open = || {
        parts.iter().find(|part| part.standing.beside.decided().is_none()).and_then(|part| part.why)
    };
    Weighed { standing, why: nearest.and_then(|part| part.why).or_else(open), guard: None }
}

/// All parts together; the reason is that of the part that holds the whole down.
fn whole(parts: &[Weighed]) -> Weighed {
    let standings: Vec<Standing> =
        parts.iter().filter(|part| part.guard.is_none()).map(|part| part.standing).collect();
    let guards: Vec<Guard> = parts.iter().filter_map(|part| part.guard).collect();
    let standing = all(&standings, &guards);
    let open = standing.alone.decided().is_none();
    let least = parts
        .iter()
        .map(|part| (part.guard.map_or(part.standing.beside, Guard::cap), part.why))
        .filter(|(level, _)| level.low < Level::Verified)
        .min_by_key(|(level, _)| (open && level.decided().is_some(), level.low, level.high));
    let words = || parts.iter().find_map(|part| part.why.filter(|_| part.guard.is_none()));
    let why = least.map_or_else(words, |(_, why)| why);
    Weighed { standing, why, guard: None }
}

/// The best that one mechanism has of all the parts.
fn in_one_mechanism(parts: &[Node], pieces: &[Piece]) -> Weighed {
    let names: BTreeSet<&String> = pieces.iter().flat_map(|piece| piece.within.keys()).collect();
    let known = names.into_iter().map(|name| Place::In(name));
    let within =
        known.chain([Place::Elsewhere]).map(|place| whole(&each(parts, pieces, place)).standing);
    let standing = any(&within.collect::<Vec<_>>());
    let apart = whole(&each(parts, pieces, Place::Anywhere));
    let at = apart.why.map_or(pieces[0].at, |why| why.at);
    let why = match standing.alone.decided() {
        _ if standing == apart.standing => apart.why,
        Some(_) => Some(Why { reason: Reason::WrongShape, at }),
        None => Some(Why { reason: Reason::NotDecidable, at }),
    };
    Weighed { standing, why, guard: None }
}

/// Why a piece of evidence does not amount to more.
fn reason(outcome: &Outcome, level: Interval, need: Need, guard: bool) -> Reason {
    let said =
        |ok: Truth| outcome.rows.iter().filter(move |row| row.ok == ok).find_map(|row| row.reason);
    if level.decided().is_none() {
        return said(Truth::Unknown).unwrap_or(Reason::NotDecidable);
    }
    let counted = matches!(need, Need::Some(2..) | Need::Share(_));
    match said(Truth::Fails) {
        _ if counted && outcome.holds > 0 => Reason::TooFew,
        Some(reason) => reason,
        None if guard && outcome.fails > 0 => Reason::Forbidden,
        None if outcome.examined() == 0 && outcome.archived > 0 => Reason::Archived,
        None if level.low == Level::Missing => Reason::Absent,
        None if need == Need::Every => Reason::TooFew,
        None => Reason::WrongShape,
    }
}

#[cfg(test)]
#[path = "weigh_tests.rs"]
mod tests;
