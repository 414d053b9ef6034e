//! What a question looked through: how many files, and a digest by which anybody can tell the same set again.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Search, Snapshot};
use crate::base::Sha256;
use crate::facts::{ANALYZERS, readers};
use crate::source::{Entry, EntryKind};
use crate::store::Query;

/// A set of files that was looked through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Population {
    /// The analyzer that read them, or the globs that chose them.
    pub of: String,
    /// How many.
    pub files: usize,
    /// SHA-256 over `path NUL blob LF` of each, sorted by path.
    pub sha256: String,
}

/// Sets that were digested already: a matrix asks for the same few again and again.
#[derive(Default)]
pub(super) struct Populations {
    known: Mutex<BTreeMap<String, Population>>,
    readers: OnceLock<Vec<u64>>,
    /// By search, where in the tree the files are that it goes through.
    pub(super) chosen: BTreeMap<String, Vec<usize>>,
}

impl Snapshot {
    /// What a query looked through: by analyzer; `search`: what its search went through.
    pub fn searched(&self, query: &Query, search: Option<Population>) -> Vec<Population> {
        let (bits, _) = self.store.behind(&query.reads);
        let files = || self.source.entries().iter().filter(|entry| entry.kind == EntryKind::File);
        let mut populations = Vec::new();
        for at in (0..ANALYZERS.len()).filter(|at| bits & (1 << at) != 0) {
            populations.push(self.read_by(at));
        }
        populations.extend(search);
        if populations.is_empty() {
            populations.push(self.populations.of("all".to_owned(), "all paths", files));
        }
        populations
    }

    /// What a search went through, once the snapshot is ready for it.
    pub fn gone_through(&self, search: &Search) -> Population {
        let chosen = self.populations.chosen.get(&search.name());
        let chosen = || chosen.into_iter().flatten().map(|at| &self.source.entries()[*at]);
        let globs = search.globs.join(" ");
        self.populations.of(format!("globs {globs}"), &globs, chosen)
    }

    /// The files that an analyzer reads.
    pub(super) fn read_by(&self, analyzer: usize) -> Population {
        let entries = self.source.entries();
        let readers = self.populations.readers(entries);
        let read = entries.iter().zip(readers).filter(|(_, bits)| **bits & (1 << analyzer) != 0);
        let name = ANALYZERS[analyzer].name;
        self.populations.of(format!("analyzer {name}"), name, || read.map(|(entry, _)| entry))
    }
}

impl Populations {
    /// Of each entry, the bits of the analyzers that read it.
    pub(super) fn readers(&self, entries: &[Entry]) -> &[u64] {
        self.readers.get_or_init(|| {
            let bits = |entry: &Entry| match entry.kind {
                EntryKind::File => readers(&entry.path),
                _ => 0,
            };
            entries.par_iter().map(bits).collect()
        })
    }

    fn of<'a, E: Iterator<Item = &'a Entry>>(
        &self,
        key: String,
        of: &str,
        entries: impl FnOnce() -> E,
    ) -> Population {
        let mut known = self.known.lock().expect("no panic while it is held");
        known.entry(key).or_insert_with(|| digest(of, entries())).clone()
    }
}

fn digest<'a>(of: &str, entries: impl Iterator<Item = &'a Entry>) -> Population {
    let mut hash = Sha256::default();
    let mut files = 0;
    for entry in entries {
        let id = entry.id.map(|id| id.to_string()).unwrap_or_default();
        for part in [entry.path.as_str(), "\0", &id, "\n"] {
            hash.update(part);
        }
        files += 1;
    }
    Population { of: of.to_owned(), files, sha256: hash.hex() }
}
