//! What is on disk: its kind, and its bytes if they still are what was listed.

use std::fs::{File, FileType};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::git::{Git, Place};
use super::listing::Listing;
use super::stored::{self, below};
use super::{Entry, EntryKind, ReadError, Reader, SourceError};
use crate::base::Id;

/// What a file that is no folder is listed as; none for pipes, sockets and devices.
pub(super) fn kind(found: FileType) -> Option<EntryKind> {
    match found {
        found if found.is_symlink() => Some(EntryKind::Symlink),
        found if found.is_file() => Some(EntryKind::File),
        _ => None,
    }
}

/// Adds the problem of a pipe, socket or device, which is never opened.
pub(super) fn special(listing: &mut Listing, path: &[u8]) {
    listing.problem(Some(path), "special-file", "neither a file nor a link, not opened");
}

/// Adds an entry whose bytes could not be read, and the problem.
pub(super) fn unread(listing: &mut Listing, path: &[u8], kind: EntryKind, message: String) {
    listing.problem(Some(path), "unreadable", message);
    listing.add(Entry::at(path, kind, None));
}

/// Whether an error says that nothing is there.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Reads what is on disk if it still is what was listed, else what the object database has under the same id.
pub(super) struct WorkingTreeReader<'a> {
    root: &'a Path,
    git: Git,
}

impl<'a> WorkingTreeReader<'a> {
    /// A reader with a repository of its own.
    pub fn new(place: &'a Place) -> Result<Self, SourceError> {
        Ok(WorkingTreeReader {
            root: place.root.as_deref().expect("a working tree has a root"),
            git: Git::open(place)?,
        })
    }
}

impl Reader for WorkingTreeReader<'_> {
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let id = match (entry.kind, entry.id) {
            (EntryKind::Submodule, _) => return Err(ReadError::Missing),
            (_, None) => return Err(ReadError::Unreadable("it could not be listed".to_owned())),
            (_, Some(id)) => id,
        };
        let changed = match disk(&below(self.root, entry.raw_path()), entry.kind, limit) {
            Ok(bytes) => match matching(bytes, id) {
                Some(bytes) => return Ok(bytes),
                None => ReadError::Unreadable("it changed since it was listed".to_owned()),
            },
            Err(error) => error,
        };
        match self.git.object(id, "blob", limit) {
            Err(ReadError::Missing) if !entry.is_missing => Err(changed),
            read => read,
        }
    }
}

/// Reads from disk what still is what was listed.
pub(super) struct FolderReader {
    root: PathBuf,
}

impl FolderReader {
    /// A reader below a root.
    pub fn new(root: &Path) -> Self {
        FolderReader { root: root.to_owned() }
    }
}

impl Reader for FolderReader {
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = disk(&below(&self.root, entry.raw_path()), entry.kind, limit)?;
        match entry.id == Some(Id::of(&bytes)) {
            true => Ok(bytes),
            false => Err(ReadError::Unreadable("it changed since it was listed".to_owned())),
        }
    }
}

/// The bytes of a file or link on disk.
fn disk(path: &Path, kind: EntryKind, limit: u64) -> Result<Vec<u8>, ReadError> {
    let unreadable = |error: io::Error| ReadError::Unreadable(error.to_string());
    let metadata = path.symlink_metadata().map_err(unreadable)?;
    match (self::kind(metadata.file_type()), kind) {
        (Some(EntryKind::Symlink), EntryKind::Symlink) => {
            stored::link_target(path).map_err(unreadable)
        }
        (Some(EntryKind::File), EntryKind::File) if metadata.len() > limit => {
            Err(ReadError::TooLarge(metadata.len()))
        }
        (Some(EntryKind::File), EntryKind::File) => {
            let capacity = usize::try_from(metadata.len()).unwrap_or_default();
            let mut bytes = Vec::with_capacity(capacity);
            let file = File::open(path).map_err(unreadable)?;
            file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
            Ok(bytes)
        }
        _ => Err(ReadError::Unreadable("it changed since it was listed".to_owned())),
    }
}

/// The bytes that have the id: these, or these with their line ends converted.
fn matching(bytes: Vec<u8>, id: Id) -> Option<Vec<u8>> {
    if Id::of(&bytes) == id {
        return Some(bytes);
    }
    Some(stored::convert(&bytes)).filter(|converted| Id::of(converted) == id)
}
