//! A tree in memory, for the examples of a page and for tests.

use std::collections::BTreeMap;

use super::listing::{Bytes, Listing, Tree};
use super::{Entry, EntryKind, ReadError, Reader, Revision, Source, Told};
use crate::base::Id;

/// A source of these files, by path, and with `told` of the history that is told.
pub fn memory(files: BTreeMap<String, Vec<u8>>, told: Vec<Told>) -> Box<dyn Source> {
    let mut listing = Listing::default();
    for (path, bytes) in &files {
        let entry = Entry::at(path.as_bytes(), EntryKind::File, Some(Id::of(bytes)));
        // The path is text already, so it is not escaped a second time.
        let size = Some(bytes.len() as u64);
        listing.add(Entry { path: path.clone(), raw: None, size, ..entry });
    }
    let revision = Revision { kind: "memory", ..Revision::default() };
    Box::new(Tree::new(revision, listing, Bytes::Memory(files, told)))
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
