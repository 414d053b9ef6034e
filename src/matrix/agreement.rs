//! Lays what documents say beside what the tree shows, and says in one sentence where they part.

use schemars::JsonSchema;
use serde::Serialize;

use super::claim::{Claimed, FeatureClaim, MatrixClaim, NOT_STATED};
use super::result::{Evidence, FeatureResult};
use super::score::Score;
use crate::base::{Level, Reason, Strength, Truth, Verdict};
use crate::pages::Row;

/// How a claim stands to the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// The tree shows what is said.
    Agreed,
    /// More is said than the tree shows.
    Overstated,
    /// The tree shows more than is said.
    Understated,
    /// The tree leaves it open.
    Unverifiable,
}

impl Agreement {
    /// The word for readers.
    pub fn word(self) -> &'static str {
        match self {
            Agreement::Agreed => "agreed",
            Agreement::Overstated => "overstated",
            Agreement::Understated => "understated",
            Agreement::Unverifiable => "unverifiable",
        }
    }

    /// What is said, between the least and the most that may be there.
    fn between<T: Ord>(said: T, least: T, most: T) -> Agreement {
        match () {
            () if most < said => Agreement::Overstated,
            () if least > said => Agreement::Understated,
            () if least == most => Agreement::Agreed,
            () => Agreement::Unverifiable,
        }
    }
}

/// How a claim about one feature stands; none where the feature does not apply.
pub(super) fn of_feature(claim: &FeatureClaim, judged: &FeatureResult) -> Option<Agreement> {
    let reached = |level: Level| match level {
        Level::Missing => Claimed::None,
        Level::Partial => Claimed::Partial,
        // That a person vouches for it is not what a document claims, but it is no overstatement.
        Level::Attested | Level::Verified => Claimed::Covered,
    };
    let (least, most) = match judged.verdict {
        Verdict::NotApplicable => return None,
        Verdict::Accepted | Verdict::Deferred => (Claimed::None, Claimed::None),
        _ => (reached(judged.level.low), reached(judged.level.high)),
    };
    Some(Agreement::between(claim.claimed, least, most))
}

impl MatrixClaim {
    /// How it stands to the score of the whole matrix; none where it speaks of a target, a plan or a threshold.
    pub fn agreement(&self, whole: &Score) -> Option<Agreement> {
        let is_stated = !NOT_STATED.contains(&self.context.as_str());
        let agreement = || Agreement::between(self.numerator, whole.low as u64, whole.high as u64);
        is_stated.then(agreement)
    }

    /// The same in a sentence.
    pub fn why(&self, whole: &Score) -> String {
        let most = if whole.high > whole.low {
            format!(", at most {}", whole.high)
        } else {
            String::new()
        };
        format!(
            "says {} of {}; the tree shows {} of {}{most}",
            self.numerator, self.denominator, whole.low, whole.total
        )
    }
}

impl FeatureResult {
    /// Why it is what it is, in one sentence; of what is verified, what shows it.
    pub fn why(&self) -> String {
        if let Some(decision) = &self.feature.decision {
            let late = if self.overdue { ", and its day has passed" } else { "" };
            return format!("{}: {}{late}", decision.verdict, decision.reason);
        }
        match self.held_by.and_then(|at| self.evidence.get(at)) {
            Some(piece) => lacks(piece, self.reason),
            None if self.evidence.is_empty() => "no evidence is asked for".to_owned(),
            None => self.shown(),
        }
    }
}

impl FeatureResult {
    /// Where what holds is found: one place for each piece of evidence.
    fn shown(&self) -> String {
        let holds = |row: &&Row| row.ok == Truth::Holds && row.path.is_some();
        // The fewer folders a path has, the more it tells of the whole.
        let depth = |row: &&Row| row.path.as_deref().unwrap_or_default().matches('/').count();
        let first = |piece: &Evidence| piece.rows.iter().filter(holds).min_by_key(depth).map(place);
        let positive = self.evidence.iter().filter(|piece| !piece.guard);
        let mut places: Vec<String> = positive.filter_map(first).collect();
        places.dedup();
        places.join(", ")
    }
}

/// What a piece of evidence lacks, where, and what comes nearest.
fn lacks(piece: &Evidence, reason: Option<Reason>) -> String {
    let words = matches!(piece.strength, Strength::Textual | Strength::Bare);
    let said = match reason {
        Some(_) if words && piece.level.low == Level::Verified => {
            "is all that is found, and words alone show little"
        }
        reason => reason.map_or("is not found", phrase),
    };
    // Where nothing is found, that it is not in one of many files is no news.
    let is_news = |row: &&Row| {
        row.ok != Truth::Holds && row.reason != Some(Reason::Absent) && row.path.is_some()
    };
    let is_open = piece.level.decided().is_none();
    let is_later = |row: &&Row| (row.ok == Truth::Unknown) != is_open;
    let row = piece.rows.iter().filter(is_news).min_by_key(is_later);
    let place = row.map_or(String::new(), |row| format!(": {}, {}", place(row), row.message));
    let near = piece.near.as_ref().map_or(String::new(), |near| {
        let line = near.line.map_or(String::new(), |line| format!(":{line}"));
        format!("; nearest is `{}` ({}{line})", near.name, near.path)
    });
    format!("`{}` {said}{place}{near}", piece.evidence)
}

/// `path:line`.
fn place(row: &Row) -> String {
    let line = row.line.map_or(String::new(), |line| format!(":{line}"));
    format!("{}{line}", row.path.as_deref().unwrap_or_default())
}

/// A reason as the end of a sentence.
fn phrase(reason: Reason) -> &'static str {
    match reason {
        Reason::Absent => "is not found",
        Reason::NotInEffect => "is written but not in effect",
        Reason::Disabled => "is switched off",
        Reason::Stub => "is only a stub",
        Reason::WrongShape => "is not there as asked for",
        Reason::TooFew => "is there, but too little of it",
        Reason::Forbidden => "is broken by what must not be there",
        Reason::Expired => "has expired",
        Reason::Unreadable => "cannot be read",
        Reason::NotDecidable => "cannot be decided from the tree",
        Reason::Archived => "is only in an archived part of the tree",
    }
}
