//! How the levels of parts make the level of a whole.
//!
//! Every function here is monotone: a part at a higher level never lowers the whole. So the whole's interval, computed
//! from the low ends and from the high ends, is exactly what resolving the undecided parts can reach.

use crate::base::{Interval, Level, Strength};

/// What a piece of evidence, or a combination of pieces, amounts to.
///
/// Words alone reach at most partial, but beside a structural piece they count in full; so both readings are carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// Where something structural stands beside it.
    pub beside: Interval,
    /// Where it stands alone.
    pub alone: Interval,
}

impl Standing {
    /// A leaf's level under its strength.
    pub fn of(level: Interval, strength: Strength) -> Self {
        let capped = |cap: Level| level.map(|level| level.min(cap));
        match strength {
            Strength::Structural => Standing { beside: level, alone: level },
            Strength::Attested => {
                Standing { beside: capped(Level::Attested), alone: capped(Level::Attested) }
            }
            Strength::Textual | Strength::Bare => {
                Standing { beside: level, alone: capped(Level::Partial) }
            }
        }
    }

    /// Nothing was found.
    pub const MISSING: Standing = Standing {
        beside: Interval::exactly(Level::Missing),
        alone: Interval::exactly(Level::Missing),
    };

    fn ends(self, end: fn(Interval) -> Level) -> (Level, Level) {
        (end(self.beside), end(self.alone))
    }

    fn from_ends(low: (Level, Level), high: (Level, Level)) -> Self {
        Standing {
            beside: Interval { low: low.0, high: high.0 },
            alone: Interval { low: low.1, high: high.1 },
        }
    }
}

/// The best of the alternatives.
pub fn any(parts: &[Standing]) -> Standing {
    let best = |end: fn(Interval) -> Level| {
        let ends = parts.iter().map(|part| part.ends(end));
        ends.fold((Level::Missing, Level::Missing), |best, part| {
            (best.0.max(part.0), best.1.max(part.1))
        })
    };
    Standing::from_ends(best(|interval| interval.low), best(|interval| interval.high))
}

/// The least of the parts, but partial where one is verified and another missing; a guard that may not hold caps the
/// whole at partial and never raises it.
///
/// `guards` say whether the guard surely holds and whether it may hold.
pub fn all(parts: &[Standing], guards: &[(bool, bool)]) -> Standing {
    let whole = |end: fn(Interval) -> Level, holds: bool| {
        let ends: Vec<(Level, Level)> = parts.iter().map(|part| part.ends(end)).collect();
        let beside = least(ends.iter().map(|part| part.0));
        let supported = ends.iter().any(|part| part.1 >= Level::Attested);
        let alone = if supported { beside } else { beside.min(Level::Partial) };
        let cap = if holds { Level::Verified } else { Level::Partial };
        (beside.min(cap), alone.min(cap))
    };
    let low = whole(|interval| interval.low, guards.iter().all(|guard| guard.0));
    let high = whole(|interval| interval.high, guards.iter().all(|guard| guard.1));
    Standing::from_ends(low, high)
}

fn least(levels: impl Iterator<Item = Level> + Clone) -> Level {
    let least = levels.clone().min().unwrap_or(Level::Missing);
    let verified = levels.max() == Some(Level::Verified);
    if least == Level::Missing && verified { Level::Partial } else { least }
}
