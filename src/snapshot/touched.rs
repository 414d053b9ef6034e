//! What a change of some files can change in an answer.

use std::collections::{BTreeMap, BTreeSet};

use super::comments;
use super::names::glob_set;
use super::{Search, Snapshot, SnapshotError};
use crate::base::{Id, Kind};
use crate::facts::{ANALYZERS, MAX_BYTES, readers};
use crate::link::LINKERS;
use crate::source::{Entry, EntryKind, Staged};
use crate::store::Query;

/// Columns of `files` that say which contents are there.
const OF_CONTENTS: [&str; 2] = ["blob", "is_missing"];
/// Tables no analyzer is behind whose dependence is known here.
const KNOWN: [&str; 7] =
    ["files", "hits", "searched", "attestations", "today", "revision", "license_compat"];
/// Files that are compared with what they were; of more, each counts as changed.
const COMPARED: usize = 64;

/// What of the staged files is another than at HEAD.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// By path, the bits of the analyzers that may give other rows.
    bits: BTreeMap<String, u64>,
    /// By path, the patterns that match the same as at HEAD.
    same: BTreeSet<(String, i64)>,
    /// Whether paths were added or deleted.
    is_moved: bool,
    /// Whether a file has lost all it had, or was empty.
    is_emptied: bool,
}

/// The contents of one path, at HEAD and now.
struct Changed {
    ids: [Id; 2],
    texts: [Vec<u8>; 2],
}

impl Changed {
    /// Whether rows are the same, and the lines they name read the same: what is found there is told apart by their text. A
    /// finding without a line of its own stands on the first.
    fn is_same(&self, lines: Option<BTreeSet<i64>>) -> bool {
        let Some(lines) = lines else { return false };
        let [before, now] = self.lines();
        lines.into_iter().chain([1]).all(|line| {
            let at = usize::try_from(line).unwrap_or(0).saturating_sub(1);
            before.get(at) == now.get(at)
        })
    }

    /// Whether lines were added or taken away at the end only: what names lines inside a document names the same text.
    fn is_same_but_for_the_end(&self) -> bool {
        let [before, now] = self.lines();
        before
            .iter()
            .zip(&now)
            .rev()
            .skip_while(|(one, _)| one.is_empty())
            .all(|(one, other)| one == other)
    }

    fn lines(&self) -> [Vec<&[u8]>; 2] {
        [0, 1].map(|at| self.texts[at].split(|byte| *byte == b'\n').collect())
    }
}

/// Whether what an analyzer writes may name lines inside a cell.
fn names_inside(analyzer: usize) -> bool {
    let mut columns = ANALYZERS[analyzer].facts.iter().flat_map(|facts| facts.columns);
    columns.any(|column| column.kind == Kind::Json)
}

impl Snapshot {
    /// What is staged, before any of it is read.
    pub fn touched(&self, staged: &Staged) -> Touched {
        let bits = staged.paths.keys().map(|path| (path.clone(), readers(path)));
        let is_empty = |(path, before): (&String, &Option<Id>)| {
            let now = self.entry(path).and_then(|entry| entry.id);
            [*before, now].contains(&Some(Id::EMPTY))
        };
        Touched {
            bits: bits.collect(),
            same: BTreeSet::new(),
            is_moved: staged.is_moved,
            is_emptied: staged.paths.iter().any(is_empty),
        }
    }

    /// What is staged, once it is read and before tables are set out: files of which an analyzer reads the same as at HEAD do not count for it.
    ///
    /// # Errors
    /// The database failed.
    pub fn compared(&self, staged: &Staged) -> Result<Touched, SnapshotError> {
        let mut touched = self.touched(staged);
        if staged.is_moved || staged.paths.len() > COMPARED {
            return Ok(touched);
        }
        for (path, before) in &staged.paths {
            let Some(changed) = before.and_then(|before| self.changed(path, before)) else {
                continue;
            };
            let bits = touched.bits.entry(path.clone()).or_default();
            let [one, other] = changed.ids;
            let is_longer = changed.is_same_but_for_the_end();
            for at in 0..ANALYZERS.len() {
                let reads = *bits & (1 << at) != 0 && (!names_inside(at) || is_longer);
                if reads && changed.is_same(self.store.read_alike(at, one, other)?) {
                    *bits &= !(1 << at);
                }
            }
            for search in self.searches.values() {
                let pattern = search.pattern(comments::style(path));
                if changed.is_same(self.store.match_alike(pattern, one, other)?) {
                    touched.same.insert((path.clone(), pattern));
                }
            }
        }
        Ok(touched)
    }

    fn changed(&self, path: &str, before: Id) -> Option<Changed> {
        let entry = self.entry(path).filter(|entry| entry.kind == EntryKind::File)?;
        let mut reader = self.source.reader().ok()?;
        let mut read =
            |id| reader.read(&Entry { id: Some(id), size: None, ..entry.clone() }, MAX_BYTES);
        let ids = [before, entry.id?];
        let texts = [read(ids[0]).ok()?, read(ids[1]).ok()?];
        Some(Changed { ids, texts })
    }

    /// Whether a query can give other rows for what is staged than for HEAD. Where nobody knows, it can.
    ///
    /// # Errors
    /// A glob of the search is none, or the database failed.
    pub fn touches(
        &self,
        query: &Query,
        search: Option<&Search>,
        touched: &Touched,
    ) -> Result<bool, SnapshotError> {
        // Whether a path is there may be asked by any view.
        if touched.is_moved {
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
            let names = |names: &[&str]| columns.iter().any(|column| names.contains(&&**column));
            if table == "files"
                && (names(&OF_CONTENTS) || touched.is_emptied && names(&["is_empty"]))
            {
                return Ok(true);
            }
            // What linkers read is among the bits.
            let is_linked = |path: &str| linkers.iter().any(|at| (LINKERS[*at].selects)(path));
            let reads = |(path, other): (&String, &u64)| {
                other & bits != 0 || (readers(path) & bits == 0 && is_linked(path))
            };
            if touched.bits.iter().any(reads) {
                return Ok(true);
            }
        }
        let Some(search) = search else { return Ok(false) };
        let globs = glob_set(&search.globs)?;
        let finds = |path: &&String| {
            globs.is_match(path.as_str()) && {
                let pattern = search.pattern(comments::style(path));
                !touched.same.contains(&((*path).clone(), pattern))
            }
        };
        Ok(touched.bits.keys().any(|path| finds(&path)))
    }
}
