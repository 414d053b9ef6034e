//! What came of one use of a page: its rows, put in order and counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::page::Mechanism;
use crate::base::{Reason, Sha256, Truth, dirname, redact};
use crate::snapshot::Population;

/// Rows that hold which are kept of one use.
const KEPT: usize = 5;

/// One thing a page examined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// The file; none: nothing is there.
    pub path: Option<String>,
    /// The first line.
    pub line: Option<u32>,
    /// What was examined.
    pub subject: String,
    /// The last line.
    pub end_line: Option<u32>,
    /// Whether it holds.
    pub ok: Truth,
    /// Whether the thing is there, though it may not hold.
    pub found: Truth,
    /// What is said of it.
    pub message: String,
    /// Why it does not hold, where the page says.
    pub reason: Option<Reason>,
    /// What it is part of.
    pub mechanism: Option<String>,
}

/// What came of one use of a page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Rows that fail or are undecided, all of them, in order.
    pub rows: Vec<Row>,
    /// The first rows that hold, in order.
    pub kept: Vec<Row>,
    /// Rows that hold.
    pub holds: usize,
    /// Rows that fail.
    pub fails: usize,
    /// Rows that are undecided.
    pub unknown: usize,
    /// SHA-256 over path, line and subject of the rows that hold, in order.
    pub digest: String,
    /// Rows in archived parts of the tree, which count for nothing.
    pub archived: usize,
    /// For each mechanism its rows (kept only where asked for); under none those that belong to no known one.
    #[serde(with = "pairs")]
    pub by_mechanism: BTreeMap<Option<String>, Outcome>,
    /// What was looked through; of evidence only.
    pub searched: Vec<Population>,
}

impl Outcome {
    /// Puts rows in order and counts them. `same`: the rows of each such mechanism apart, too.
    ///
    /// # Errors
    /// Two rows are about the same thing at the same place.
    pub fn of(
        mut rows: Vec<Row>,
        is_archived: impl Fn(&str) -> bool,
        same: Option<Mechanism>,
    ) -> Result<Outcome, String> {
        rows.sort();
        if let Some([row, _]) = rows.array_windows().find(|[one, other]| one.key() == other.key()) {
            let place = format!("{}:{}", row.path.as_deref().unwrap_or("-"), row.line.unwrap_or(0));
            return Err(format!("two rows for `{}` at {place}", row.subject));
        }
        let mut outcome = Outcome::default();
        let mut digest = Sha256::default();
        for row in rows {
            if row.path.as_deref().is_some_and(&is_archived) {
                outcome.archived += 1;
                continue;
            }
            if row.ok == Truth::Holds {
                let (path, line, subject) = row.key();
                let line = line.unwrap_or(0).to_string();
                for part in [path.unwrap_or(""), "\0", &line, "\0", subject, "\n"] {
                    digest.update(part);
                }
            }
            if let Some(same) = same {
                outcome.by_mechanism.entry(row.part_of(same)).or_default().count(row.clone());
            }
            outcome.count(row);
        }
        outcome.digest = digest.hex();
        Ok(outcome)
    }

    /// How many things were examined.
    pub fn examined(&self) -> usize {
        self.holds + self.fails + self.unknown
    }

    /// What a mechanism has, if it may also have what is undecided and belongs to no known one.
    ///
    /// `None`: a mechanism that only such rows may reveal. Rows that are decided and belong to none count for nothing.
    pub fn within(&self, mechanism: Option<&str>) -> Outcome {
        let named = mechanism.and_then(|name| self.by_mechanism.get(&Some(name.to_owned())));
        let mut within = named.cloned().unwrap_or_default();
        let unplaced = self.by_mechanism.get(&None).into_iter().flat_map(|outcome| &outcome.rows);
        for row in unplaced.filter(|row| row.ok == Truth::Unknown) {
            within.count(Row { found: Truth::Unknown, ..row.clone() });
        }
        within
    }

    fn count(&mut self, row: Row) {
        match row.ok {
            Truth::Holds => {
                self.holds += 1;
                if self.kept.len() < KEPT {
                    self.kept.push(Row { message: redact(&row.message), ..row });
                }
            }
            Truth::Fails => {
                self.fails += 1;
                self.rows.push(row);
            }
            Truth::Unknown => {
                self.unknown += 1;
                self.rows.push(row);
            }
        }
    }
}

impl Row {
    /// What no two rows of one use share.
    fn key(&self) -> (Option<&str>, Option<u32>, &str) {
        (self.path.as_deref(), self.line, &self.subject)
    }

    fn part_of(&self, same: Mechanism) -> Option<String> {
        match same {
            Mechanism::Directory => self.path.as_deref().map(|path| dirname(path).to_owned()),
            _ => self.mechanism.clone(),
        }
    }
}

/// A map whose keys are no texts, as a list of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Outcome;

    type Map = BTreeMap<Option<String>, Outcome>;

    pub(super) fn serialize<S: Serializer>(map: &Map, to: S) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Map, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}
