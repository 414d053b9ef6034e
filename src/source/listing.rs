//! What every source keeps: its entries, its problems and how to read one entry.

use std::path::PathBuf;

use super::disk::{FolderReader, WorkingTreeReader};
use super::git::{Git, Place};
use super::memory::{MemoryReader, Sketch};
use super::{
    Compared, Depth, Entry, EntryKind, History, MAX_ENTRIES, Problem, Reader, Revision, Source,
    SourceError, changes, told,
};
use crate::base::{Id, Sha256};

/// The most bytes all paths of a tree may have together; a hostile tree could make each 4,096 long.
const MAX_PATH_BYTES: usize = 128 << 20;
/// The longest path, as in Linux' PATH_MAX; it also bounds the depth.
const MAX_PATH: usize = 4096;

/// Entries and problems while they are gathered.
#[derive(Default)]
pub(super) struct Listing {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    seen: usize,
    path_bytes: usize,
}

impl Listing {
    /// Counts a path of the tree, listed or not, against what a tree may have.
    pub fn count(&mut self, path: &[u8]) -> Result<(), SourceError> {
        self.seen += 1;
        self.path_bytes += path.len();
        match self.seen > MAX_ENTRIES || self.path_bytes > MAX_PATH_BYTES {
            true => Err(SourceError::TooLarge),
            false => Ok(()),
        }
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds a problem with the path, or with the whole tree.
    pub fn problem(&mut self, path: Option<&[u8]>, code: &'static str, message: impl Into<String>) {
        self.problems.push((path.map(printable), code, message.into()));
    }

    /// What was added until now.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Marks the entries whose blob is not there.
    pub fn mark_missing(&mut self, is_missing: impl Fn(Id) -> bool) {
        let blobs = self.entries.iter_mut().filter(|entry| entry.kind != EntryKind::Submodule);
        for entry in blobs {
            entry.is_missing = entry.id.is_some_and(&is_missing);
        }
    }

    /// Whether a path of an index is one that could be checked out; if not, that is a problem.
    pub fn admits(&mut self, path: &[u8]) -> bool {
        self.admits_names(path, path.split(|byte| *byte == b'/'))
    }

    /// Whether the last name of a path of a tree object is one that could be checked out; if not, that is a problem.
    pub fn admits_last(&mut self, path: &[u8], name: &[u8]) -> bool {
        self.admits_names(path, std::iter::once(name))
    }

    fn admits_names<'a>(&mut self, path: &[u8], mut names: impl Iterator<Item = &'a [u8]>) -> bool {
        if path.len() > MAX_PATH {
            let start = String::from_utf8_lossy(&path[..80]).into_owned();
            let message = format!("`{start}…` and more: {} bytes, skipped", path.len());
            self.problem(None, "long-path", message);
            return false;
        }
        let safe = names.all(is_safe_name);
        if !safe {
            self.problem(Some(path), "unsafe-path", "no checkout can have this path, skipped");
        }
        safe
    }

    /// Sorts the entries by path.
    pub fn sort(&mut self) {
        self.entries.sort_by(|left, right| left.path.cmp(&right.path));
    }

    /// Sorts, drops paths that occur again, and says so.
    pub fn finish(mut self) -> (Vec<Entry>, Vec<Problem>) {
        self.sort();
        let problems = &mut self.problems;
        self.entries.dedup_by(|again, first| {
            let twice = again.path == first.path;
            if twice {
                let message = "the path occurs twice, the first is kept".to_owned();
                problems.push((Some(again.path.clone()), "duplicate-path", message));
            }
            twice
        });
        self.problems.sort();
        (self.entries, self.problems)
    }
}

/// Whether a single name is one git would check out.
fn is_safe_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..")
        && !name.eq_ignore_ascii_case(b".git")
        && !name.contains(&b'/')
        && !name.contains(&0)
}

impl Entry {
    /// An entry at a path of raw bytes.
    pub(super) fn at(raw: &[u8], kind: EntryKind, id: Option<Id>) -> Self {
        let path = printable(raw);
        let raw = (path.as_bytes() != raw).then(|| raw.to_vec());
        Entry { path, raw, kind, id, size: None, is_missing: false }
    }

    /// The path's own bytes.
    pub(super) fn raw_path(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.path.as_bytes())
    }
}

/// Where the bytes of a listed tree are.
pub(super) enum Bytes {
    /// In the object database.
    Objects(Place),
    /// On disk, or in the object database.
    WorkingTree(Place),
    /// On disk, under this root.
    Folder(PathBuf),
    /// Here.
    Memory(Sketch),
}

/// A listed tree.
pub(super) struct Tree {
    revision: Revision,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    bytes: Bytes,
}

impl Tree {
    /// A tree of what was gathered.
    pub fn new(revision: Revision, listing: Listing, bytes: Bytes) -> Self {
        let (entries, problems) = listing.finish();
        Tree { revision, entries, problems, bytes }
    }
}

impl Source for Tree {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn is_on_branch(&self) -> Option<bool> {
        let commit = self.revision.commit.as_deref()?;
        match &self.bytes {
            Bytes::Objects(place) | Bytes::WorkingTree(place) => {
                Git::open(place).ok()?.is_on_branch(commit)
            }
            Bytes::Folder(_) | Bytes::Memory(..) => None,
        }
    }

    fn history(
        &self,
        depth: Depth<'_>,
        compared: &mut Compared,
    ) -> Result<Option<History>, SourceError> {
        let place = match &self.bytes {
            Bytes::Objects(place) | Bytes::WorkingTree(place) => place,
            Bytes::Memory(Sketch { history: told, .. }) if !told.is_empty() => {
                let paths = self.entries.iter().map(|entry| entry.path.as_str());
                return Ok(Some(told::history(told, paths)));
            }
            Bytes::Folder(_) | Bytes::Memory(_) => return Ok(None),
        };
        match self.revision.commit.as_deref().and_then(Id::parse) {
            Some(tip) => changes::history(place, tip, &self.entries, depth, compared).map(Some),
            None => Ok(None),
        }
    }

    fn reader(&self) -> Result<Box<dyn Reader + '_>, SourceError> {
        Ok(match &self.bytes {
            Bytes::Objects(place) => Box::new(Git::open(place)?),
            Bytes::WorkingTree(place) => Box::new(WorkingTreeReader::new(place)?),
            Bytes::Folder(root) => Box::new(FolderReader::new(root)),
            Bytes::Memory(sketch) => Box::new(MemoryReader::new(&sketch.files)),
        })
    }
}

/// A path as text: as it is where that is UTF-8 without `\x`; else every backslash doubled and every byte that is not
/// UTF-8 as `\xNN`. Different paths stay different.
pub fn printable(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(path) if !path.contains("\\x") => path.to_owned(),
        _ => raw.utf8_chunks().fold(String::new(), |mut path, chunk| {
            path.push_str(&chunk.valid().replace('\\', "\\\\"));
            path.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            path
        }),
    }
}

/// A digest of what is listed: path, kind and id of each entry. Sorted entries with one digest are the same tree.
pub fn digest(entries: &[Entry]) -> String {
    let mut hash = Sha256::default();
    for entry in entries {
        let id = entry.id.map(|id| id.0).unwrap_or_default();
        hash.update(entry.raw_path());
        hash.update([0, entry.kind as u8]);
        hash.update(id);
    }
    hash.hex()
}
