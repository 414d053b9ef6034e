//! How much of something is there, how sure that is, and why not more.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a row of a page holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// It does not hold.
    Fails,
    /// It cannot be decided from the tree.
    Unknown,
    /// It holds.
    Holds,
}

/// How much of what was asked for is there, from least to most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Not found.
    Missing,
    /// Something of it is there, or only words speak for it.
    Partial,
    /// What the tree can show is there; a person vouches for the rest.
    Attested,
    /// Verified in the tree.
    Verified,
}

impl Level {
    /// All levels, ascending.
    pub const ALL: [Level; 4] = [Level::Missing, Level::Partial, Level::Attested, Level::Verified];
}

/// The lowest and the highest level that the undecided rows leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// If everything undecided fails.
    pub low: Level,
    /// If everything undecided holds.
    pub high: Level,
}

impl Interval {
    /// A decided level.
    pub const fn exactly(level: Level) -> Self {
        Interval { low: level, high: level }
    }

    /// The level, if both ends agree.
    pub fn decided(self) -> Option<Level> {
        (self.low == self.high).then_some(self.low)
    }

    /// The interval with `change` applied to both ends; `change` must not turn a higher level into a lower one.
    pub fn map(self, change: impl Fn(Level) -> Level) -> Self {
        Interval { low: change(self.low), high: change(self.high) }
    }
}

/// What is said of a feature.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Verified in the tree.
    Verified,
    /// Something of it is there.
    Partial,
    /// Not found.
    Missing,
    /// The tree leaves it open.
    Unknown,
    /// Vouched for by a person, dated and owned.
    Attested,
    /// A recorded decision to live without.
    Accepted,
    /// A recorded decision to do it later.
    Deferred,
    /// A recorded decision that it does not apply; outside the total.
    NotApplicable,
}

impl Verdict {
    /// All of them, in the order in which they are told.
    pub const ALL: [Verdict; 8] = [
        Verdict::Verified,
        Verdict::Partial,
        Verdict::Missing,
        Verdict::Unknown,
        Verdict::Attested,
        Verdict::Accepted,
        Verdict::Deferred,
        Verdict::NotApplicable,
    ];
}

impl From<Interval> for Verdict {
    fn from(interval: Interval) -> Self {
        match interval.decided() {
            Some(Level::Verified) => Verdict::Verified,
            Some(Level::Attested) => Verdict::Attested,
            Some(Level::Partial) => Verdict::Partial,
            Some(Level::Missing) => Verdict::Missing,
            None => Verdict::Unknown,
        }
    }
}

/// Why evidence does not hold. The list is closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Nothing of it was found in what was searched.
    Absent,
    /// It is written, but other statements keep it from being in effect.
    NotInEffect,
    /// It is switched off.
    Disabled,
    /// It is a placeholder.
    Stub,
    /// It is there, but not as asked for.
    WrongShape,
    /// There is less of it than asked for.
    TooFew,
    /// Something that must not occur does.
    Forbidden,
    /// Its date has passed.
    Expired,
    /// It could not be read.
    Unreadable,
    /// What was read does not decide it.
    NotDecidable,
    /// It lies in an archived part of the tree.
    Archived,
}

/// What kind of proof a piece of evidence is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// It reads only which files there are.
    Bare,
    /// It reads words.
    Textual,
    /// It is a person's dated statement.
    Attested,
    /// It reads a parsed thing in effect.
    Structural,
}

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be looked at.
    Warning,
    /// Must be looked at.
    Error,
}

/// Prints the word a level, verdict, reason, strength or severity has in every output format.
macro_rules! words {
    ($($type:ty),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(&serde_word(self))
            }
        }
    )*};
}

words!(Truth, Level, Verdict, Reason, Strength, Severity);

fn serde_word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => unreachable!("a unit variant serializes as its name"),
    }
}
