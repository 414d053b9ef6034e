//! The leaves of evidence with where they stand, and what the outcome of one amounts to.

use super::load::Feature;
use super::near::Near;
use super::node::{Leaf, Node};
use super::result::Evidence;
use super::weigh::Piece;
use crate::base::{Interval, Level, Reason, Strength};
use crate::pages::{Kind, Mechanism, Outcome, Page};

/// Rows shown of one piece of evidence.
const SHOWN: usize = 5;

/// A leaf with where it stands.
pub(super) struct Asked<'a> {
    pub leaf: &'a Leaf,
    alternative: String,
    /// What its rows must have in common with those beside it.
    pub same: Option<Mechanism>,
    /// Inside `not`.
    negated: bool,
}

/// The leaves of a feature's evidence, in the order they are written.
pub(super) fn asked(feature: &Feature) -> Vec<Asked<'_>> {
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
    /// How much an outcome is.
    pub fn piece(&self, outcome: &Outcome, page: &Page) -> Piece {
        let Kind::Evidence { need, strength, guard, .. } = page.kind else {
            unreachable!("loading checks kinds")
        };
        let said = page.strength(&self.leaf.parameters).unwrap_or(strength);
        let strength = if self.leaf.decisive.is_some() { Strength::Structural } else { said };
        Piece::of(outcome, self.leaf.need.unwrap_or(need), strength, guard)
    }

    /// What is told of an outcome.
    pub fn evidence(&self, piece: &Piece, outcome: Outcome, near: Option<Near>) -> Evidence {
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
            near,
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
