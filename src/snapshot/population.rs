//! What a question looked through: how many files, and a digest by which anybody can tell the same set again.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Search, Snapshot};
use crate::base::Sha256;
use crate::facts::ANALYZERS;
use crate::source::{Entry, EntryKind};
use crate::store::Query;

/// A set of files that was looked through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    /// By search, where in the tree the files are that it goes through.
    pub(super) chosen: BTreeMap<String, Vec<usize>>,
}

impl Snapshot {
    /// What a query or search looked through: by analyzer or glob.
    pub fn searched(&self, query: &Query, search: Option<&Search>) -> Vec<Population> {
        let (bits, _) = self.store.behind(&query.reads);
        let files = || self.source.entries().iter().filter(|entry| entry.kind == EntryKind::File);
        let mut populations = Vec::new();
        for (at, analyzer) in ANALYZERS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0) {
            let key = format!("analyzer {at}");
            populations.push(self.populations.of(key, analyzer.name, || {
                files().filter(|entry| (analyzer.applies)(&entry.path))
            }));
        }
        if let Some(search) = search {
            let chosen = self.populations.chosen.get(&search.name());
            let chosen = || chosen.into_iter().flatten().map(|at| &self.source.entries()[*at]);
            let globs = search.globs.join(" ");
            populations.push(self.populations.of(format!("globs {globs}"), &globs, chosen));
        }
        if populations.is_empty() {
            populations.push(self.populations.of("all".to_owned(), "all paths", files));
        }
        populations
    }
}

impl Populations {
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
