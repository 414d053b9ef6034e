//! What documents say of a matrix and of its features. No matrix file holds a claim: a mapping only names the documents.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load::Matrix;
use crate::base::Value;
use crate::snapshot::{Rows, Snapshot};
use crate::store::StoreError;

/// The claims of the documents whose names match one of the globs, in order.
const QUERY: &str = "
    select c.path, c.line, c.form, c.ref, c.subject, c.numerator, c.denominator,
           cast(c.percent as text), c.status, c.context, c.text
    from claims c where exists (select 1 from json_each(:documents) d where glob_match(d.value, c.path))
    order by c.path, c.line, c.id";

/// What a number is about that states nothing of today.
pub(super) const NOT_STATED: [&str; 3] = ["target", "planned", "threshold"];

/// How much of a feature a document says is there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Claimed {
    /// Nothing, or not yet.
    None,
    /// Some of it.
    Partial,
    /// All of it.
    Covered,
}

/// What a document says of one feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureClaim {
    /// How much is there.
    pub claimed: Claimed,
    /// The document.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// The words.
    pub text: String,
}

/// What a document says of a matrix as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixClaim {
    /// The document.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// The words.
    pub text: String,
    /// How many features.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// The percentage as written.
    pub percent: Option<String>,
    /// stated, target, planned or threshold.
    pub context: String,
}

/// What documents say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Of the matrix as a whole, by place.
    pub whole: Vec<MatrixClaim>,
    /// Of features, by id.
    pub features: BTreeMap<String, FeatureClaim>,
}

impl Claimed {
    /// The word for readers.
    pub fn word(self) -> &'static str {
        match self {
            Claimed::None => "none",
            Claimed::Partial => "partial",
            Claimed::Covered => "covered",
        }
    }

    /// What a row of a table says: its percentage, else its status. None: it says nothing that can be read.
    fn of(percent: Option<&str>, status: &str) -> Option<Claimed> {
        let percent =
            percent.and_then(|text| text.trim_end_matches('%').trim().parse::<f64>().ok());
        if let Some(percent) = percent {
            return Some(match percent {
                full if full >= 100.0 => Claimed::Covered,
                some if some > 0.0 => Claimed::Partial,
                _ => Claimed::None,
            });
        }
        match status {
            "done" => Some(Claimed::Covered),
            "partial" => Some(Claimed::Partial),
            "missing" | "planned" | "deferred" => Some(Claimed::None),
            _ => None,
        }
    }
}

impl Claims {
    /// Takes one row of [`QUERY`], if it speaks of the matrix or of a feature.
    fn take(&mut self, matrix: &Matrix, cells: &[Value]) {
        let text = |at: usize| cells[at].as_text().unwrap_or_default().to_owned();
        let count = |at: usize| cells[at].as_int().and_then(|count| u64::try_from(count).ok());
        let line = cells[1].as_int().and_then(|line| u32::try_from(line).ok());
        let (path, form, context, words) = (text(0), text(2), text(9), text(10));
        let percent = cells[7].as_text().map(str::to_owned);
        if let (Some(numerator), Some(denominator)) = (count(5), count(6))
            && denominator == matrix.features.len() as u64
        {
            let whole =
                MatrixClaim { path, line, text: words, numerator, denominator, percent, context };
            return self.whole.push(whole);
        }
        if form != "F3" || NOT_STATED.contains(&context.as_str()) {
            return;
        }
        let Some(id) = named(matrix, &text(3), &text(4)) else { return };
        let Some(claimed) = Claimed::of(percent.as_deref(), &text(8)) else { return };
        self.say(id, FeatureClaim { claimed, path, line, text: words });
    }

    /// Of several documents the one that says most counts; of equal ones the first.
    pub(super) fn say(&mut self, id: &str, claim: FeatureClaim) {
        match self.features.get(id) {
            Some(known) if known.claimed >= claim.claimed => {}
            _ => drop(self.features.insert(id.to_owned(), claim)),
        }
    }

    /// Puts the question what the documents of a matrix say.
    ///
    /// # Errors
    /// The database failed.
    pub(super) fn ask(matrix: &Matrix, snapshot: &mut Snapshot) -> Result<Rows, StoreError> {
        let globs = serde_json::Value::from(matrix.documents.clone()).to_string();
        snapshot.ask_rows(QUERY, BTreeMap::from([("documents".to_owned(), Value::Text(globs))]))
    }

    /// What they say.
    ///
    /// # Errors
    /// The database failed.
    pub(super) fn read(
        asked: &Rows,
        matrix: &Matrix,
        snapshot: &Snapshot,
    ) -> Result<Claims, StoreError> {
        let mut claims = Claims::default();
        snapshot.rows(asked)?.iter().for_each(|cells| claims.take(matrix, cells));
        Ok(claims)
    }
}

/// The feature a row is about: its first cell is the feature's id, or it bears the feature's title.
pub(super) fn named<'a>(matrix: &'a Matrix, id: &str, subject: &str) -> Option<&'a str> {
    let subject = subject.trim().to_lowercase();
    let is_it = |feature: &&super::Feature| {
        feature.id == id.trim() || feature.title.to_lowercase() == subject
    };
    matrix.features.iter().find(is_it).map(|feature| feature.id.as_str())
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
