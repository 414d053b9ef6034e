//! What an organisation's own matrices say of features, whatever shape they have: a declared reading takes any of them.

mod csv;
mod rows;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

pub(super) use rows::Asked;

use rows::Row;

use super::claim::{Claimed, FeatureClaim, named};
use super::load::Matrix;
use crate::store::glob;

/// How files that say what of a matrix is there are read: one row for each feature, wherever it stands.
///
/// In YAML, JSON and TOML, `rows` says where the rows are, as a path over the data; what is told of a row is then `/a/b` within
/// it, `key`, the key it stands under, `parent`, the key above that, or `value`, the row itself. In tables of Markdown and in
/// CSV it is the name of a column.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reading {
    /// The files, a glob.
    pub files: String,
    /// Where the rows are: `/features/*`, `/areas/*/features/*`; none: in tables.
    #[serde(default)]
    pub rows: Option<String>,
    /// What tells the feature: its id in the catalogue, its title, or an id of `ids`.
    pub id: String,
    /// What tells how much of it is there.
    pub status: String,
    /// What words of `status` mean that are not usual.
    #[serde(default)]
    pub statuses: BTreeMap<String, Claimed>,
    /// Features by the ids the files have for them.
    #[serde(default)]
    pub ids: BTreeMap<String, String>,
}

/// What readings came to.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What is said of features, by id.
    pub claims: Vec<(String, FeatureClaim)>,
    /// What could not be read, a sentence for each file.
    pub notes: Vec<String>,
}

impl Reading {
    /// What is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        glob(&self.files)?;
        let words = ["key", "parent", "value"];
        for (name, told) in [("id", &self.id), ("status", &self.status)] {
            let is_place = told.starts_with('/') || words.contains(&told.as_str());
            if self.rows.is_some() && !is_place {
                return Err(format!("`{name}: {told}` is none of /path, key, parent, value"));
            }
        }
        match self.rows.as_deref().map(|rows| rows.starts_with('/')) {
            Some(false) => Err("`rows` begins with /".to_owned()),
            _ => Ok(()),
        }
    }

    /// What the rows say; of what is said in no known word, and of no feature, a sentence.
    fn read(&self, rows: &[Row], matrix: &Matrix) -> Read {
        let mut read = Read::default();
        let (mut strange, mut unnamed) =
            (BTreeMap::<&str, BTreeSet<String>>::new(), BTreeMap::<&str, BTreeSet<String>>::new());
        for row in rows {
            let (Some(id), Some(status)) = (row.tell(&self.id), row.tell(&self.status)) else {
                continue;
            };
            let Some(feature) = self.feature(matrix, &id) else {
                unnamed.entry(&row.path).or_default().insert(id);
                continue;
            };
            let Some(claimed) = self.claimed(&status) else {
                strange.entry(&row.path).or_default().insert(status);
                continue;
            };
            let text = format!("{id}: {status}");
            let claim = FeatureClaim { claimed, path: row.path.clone(), line: row.line, text };
            read.claims.push((feature.to_owned(), claim));
        }
        let told = |what: &str, found: BTreeMap<&str, BTreeSet<String>>| {
            found
                .into_iter()
                .map(|(path, words)| sentence(matrix, path, what, &words))
                .collect::<Vec<_>>()
        };
        read.notes = told("names no feature by", unnamed);
        read.notes.extend(told("has no known meaning for", strange));
        read
    }

    fn feature<'a>(&'a self, matrix: &'a Matrix, id: &str) -> Option<&'a str> {
        if let Some(own) = self.ids.get(id) {
            return matrix
                .features
                .iter()
                .find(|known| known.id == *own)
                .map(|known| known.id.as_str());
        }
        let last = id.strip_prefix(matrix.name.as_str()).and_then(|rest| rest.strip_prefix('/'));
        named(matrix, last.unwrap_or(id), id)
    }

    fn claimed(&self, status: &str) -> Option<Claimed> {
        let plain = words::plain(status);
        let own = self.statuses.iter().find(|(word, _)| words::plain(word) == plain);
        own.map(|(_, claimed)| *claimed).or_else(|| words::meaning(&plain))
    }
}

/// How many words are named in a note.
const NAMED: usize = 3;

fn sentence(matrix: &Matrix, path: &str, what: &str, words: &BTreeSet<String>) -> String {
    let quoted = words.iter().take(NAMED).map(|word| format!("`{word}`"));
    let quoted: Vec<String> = quoted.collect();
    let more = match words.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}: {path} {what} {}{more}", matrix.name, quoted.join(", "))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
