//! The products of a monorepo: whose file a path is.

use globset::GlobSet;

use super::SnapshotError;
use super::names::glob_set;

/// The declared products, and the one that is looked at.
pub(super) struct Products {
    sets: Vec<(String, GlobSet)>,
    chosen: Option<usize>,
}

impl Products {
    /// Compiles the globs of each product; `chosen` is one of them by name.
    pub fn new(
        declared: &[(String, Vec<String>)],
        chosen: Option<&str>,
    ) -> Result<Self, SnapshotError> {
        let sets = declared
            .iter()
            .map(|(name, globs)| Ok((name.clone(), glob_set(globs)?)))
            .collect::<Result<Vec<_>, SnapshotError>>()?;
        let chosen = chosen.and_then(|chosen| sets.iter().position(|(name, _)| name == chosen));
        Ok(Products { sets, chosen })
    }

    /// The first product a path belongs to; the chosen one, where it belongs to that too.
    pub fn of(&self, path: &str) -> Option<&str> {
        let chosen = self.chosen.map(|at| &self.sets[at]);
        let found = chosen.into_iter().chain(&self.sets).find(|(_, set)| set.is_match(path));
        found.map(|(name, _)| name.as_str())
    }

    /// Whether one product is looked at and a path is none of its files.
    pub fn leaves_out(&self, path: &str) -> bool {
        self.chosen.is_some_and(|at| !self.sets[at].1.is_match(path))
    }
}
