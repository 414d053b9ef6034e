//! What a change of some files can change in an answer.

use super::names::glob_set;
use super::{Search, Snapshot, SnapshotError};
use crate::link::LINKERS;
use crate::source::Staged;
use crate::store::Query;

/// Columns of `files` that follow from the list of paths alone.
const LISTED: [&str; 5] = ["path", "kind", "language", "standing", "product"];
/// Tables no analyzer is behind whose dependence is known here.
const KNOWN: [&str; 5] = ["files", "hits", "searched", "attestations", "today"];

impl Snapshot {
    /// Whether a query can give other rows for what is staged than for HEAD. Where nobody knows, it can.
    ///
    /// # Errors
    /// A glob of the search is none.
    pub fn touches(
        &self,
        query: &Query,
        search: Option<&Search>,
        staged: &Staged,
    ) -> Result<bool, SnapshotError> {
        // Whether a path is there may be asked by any view.
        if staged.is_moved {
            return Ok(true);
        }
        // Beside other tables, `unsure` is asked about those.
        let is_aside = |table: &str| table == "unsure" && query.reads.len() > 1;
        for (table, columns) in query.reads.iter().filter(|(table, _)| !is_aside(table)) {
            let alone = [(table.clone(), columns.clone())].into_iter().collect();
            let (bits, linkers) = self.store.behind(&alone);
            let is_known = KNOWN.contains(&table.as_str());
            if bits == u64::MAX || (bits == 0 && linkers.is_empty() && !is_known) {
                return Ok(true);
            }
            if table == "files" && columns.iter().any(|column| !LISTED.contains(&column.as_str())) {
                return Ok(true);
            }
            let reads = |path: &String| {
                self.store.applying(path) & bits != 0
                    || linkers.iter().any(|linker| (LINKERS[*linker].selects)(path))
            };
            if !is_known && staged.paths.iter().any(reads) {
                return Ok(true);
            }
        }
        let Some(search) = search else { return Ok(false) };
        let globs = glob_set(&search.globs)?;
        Ok(staged.paths.iter().any(|path| globs.is_match(path)))
    }
}
