//! A tree in memory, for the examples of a page and for tests.

use std::collections::BTreeMap;

use super::listing::{Bytes, Listing, Tree};
use super::{Entry, EntryKind, ReadError, Reader, Revision, Source, Told};
use crate::base::Id;

/// A tree that is told instead of read: that of a page's example.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// Files and symbolic links by path; the bytes of a link are its target.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Which of them are links, and paths of submodules.
    pub kinds: BTreeMap<String, EntryKind>,
    /// Its history, the oldest commit first; empty: there is no git.
    pub history: Vec<Told>,
}

/// A source of these files, by path.
pub fn memory(files: BTreeMap<String, Vec<u8>>) -> Box<dyn Source> {
    sketched(Sketch { files, ..Sketch::default() })
}

/// A source of a sketch.
pub fn sketched(sketch: Sketch) -> Box<dyn Source> {
    let mut listing = Listing::default();
    let submodules = sketch.kinds.iter().filter(|(_, kind)| **kind == EntryKind::Submodule);
    for (path, kind) in submodules {
        listing.add(Entry::at(path.as_bytes(), *kind, Some(Id::of_object("commit", b""))));
    }
    for (path, bytes) in &sketch.files {
        let kind = sketch.kinds.get(path).copied().unwrap_or(EntryKind::File);
        let entry = Entry::at(path.as_bytes(), kind, Some(Id::of(bytes)));
        // The path is text already, so it is not escaped a second time.
        let size = Some(bytes.len() as u64);
        listing.add(Entry { path: path.clone(), raw: None, size, ..entry });
    }
    let revision = Revision { kind: "memory", ..Revision::default() };
    Box::new(Tree::new(revision, listing, Bytes::Memory(sketch)))
}

/// Reads from the map.
pub(super) struct MemoryReader<'a> {
    files: &'a BTreeMap<String, Vec<u8>>,
}

impl<'a> MemoryReader<'a> {
    /// A reader of these files.
    pub fn new(files: &'a BTreeMap<String, Vec<u8>>) -> Self {
        MemoryReader { files }
    }
}

impl Reader for MemoryReader<'_> {
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.files.get(&entry.path).ok_or(ReadError::Missing)?;
        match bytes.len() as u64 {
            size if size > limit => Err(ReadError::TooLarge(size)),
            _ => Ok(bytes.clone()),
        }
    }
}
