//! From how many rows hold to how much is there, with the undecided rows read both ways.

use super::page::Need;
use super::run::Outcome;
use crate::base::{Interval, Level, Truth};

impl Need {
    /// What the rows of one use of evidence amount to.
    ///
    /// Met: verified. Not met, but something was found: partial. Else, and always without rows: missing. Computed twice,
    /// with every undecided row failing and with every one holding.
    pub fn level(self, outcome: &Outcome) -> Interval {
        let total = outcome.examined();
        let surely_found =
            outcome.holds > 0 || outcome.rows.iter().any(|row| row.found == Truth::Holds);
        let maybe_found = surely_found
            || outcome
                .rows
                .iter()
                .any(|row| row.found == Truth::Unknown || row.ok == Truth::Unknown);
        Interval {
            low: self.reached(outcome.holds, total, surely_found),
            high: self.reached(outcome.holds + outcome.unknown, total, maybe_found),
        }
    }

    fn reached(self, holds: usize, total: usize, found: bool) -> Level {
        let met = match self {
            Need::Some(least) => holds as u64 >= least.max(1),
            Need::Every => total > 0 && holds == total,
            Need::Share(share) => holds > 0 && holds as f64 >= share * total as f64,
        };
        match (met, found) {
            (true, _) => Level::Verified,
            (false, true) => Level::Partial,
            (false, false) => Level::Missing,
        }
    }
}
