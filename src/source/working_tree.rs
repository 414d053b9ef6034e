//! A working tree: what git tracks as it is on disk, and what it would track if all were added.

use std::collections::{HashMap, HashSet};
use std::fs::{self, FileType, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSlice as _;

use super::git::{Git, Head, Place, Tracked};
use super::listing::{Bytes, Listing, Tree};
use super::stat::Stat;
use super::stored::{self, below};
use super::untracked::{self, Found};
use super::{Entry, EntryKind, ReadError, Reader, SourceError, index, revision};
use crate::base::Id;

/// Lists a working tree.
pub(super) fn list(place: Place) -> Result<Tree, SourceError> {
    let (disk, committed) = rayon::join(|| look(&place), || committed(&place));
    let (mut listing, (head, committed)) = (disk?, committed?);
    let mut revision = revision::describe(&place, "working tree", "HEAD", head.as_ref());
    if head.is_none() {
        listing.problem(None, "no-commits", "HEAD names no commit yet");
    }
    revision.is_dirty = index::differs(&listing, &committed);
    Ok(Tree::new(revision, listing, Bytes::WorkingTree(place)))
}

/// What HEAD holds. A tree that cannot be read there makes the working tree differ from it, no more.
fn committed(place: &Place) -> Result<(Option<super::git::Commit>, Vec<Entry>), SourceError> {
    let git = Git::open(place)?;
    match git.head()? {
        Head::Commit(commit) => {
            let entries = revision::entries(&git, &commit).unwrap_or_default();
            Ok((Some(commit), entries))
        }
        Head::NoCommits | Head::Dangling(_) => Ok((None, Vec::new())),
    }
}

/// A file whose id the index does not know.
struct Changed<'a> {
    path: &'a [u8],
    kind: EntryKind,
    /// The id the index has at this path.
    known: Option<Id>,
}

/// What a tracked path is on disk.
enum Seen {
    Unchanged(EntryKind, u64),
    Changed(EntryKind),
    Skipped,
    Gone,
    Special,
    Unreadable(String),
}

fn look(place: &Place) -> Result<Listing, SourceError> {
    let root = place.root.as_deref().expect("a working tree has a root");
    let git = Git::open(place)?;
    let written = fs::metadata(git.index_file()).map_or((0, 0), |index| Stat::of(&index).modified);
    let mut listing = Listing::default();
    let tracked = admitted(git.tracked()?, &mut listing)?;
    let known: HashSet<&[u8]> = tracked.iter().map(|tracked| tracked.path.as_slice()).collect();
    let (seen, untracked) = rayon::join(
        || {
            let folders = real_folders(root, &tracked);
            let see = |tracked| see(root, tracked, &folders, written);
            tracked.par_iter().map(see).collect::<Vec<_>>()
        },
        || untracked::find(root, &known),
    );
    let mut changed = Vec::new();
    let sizes_are_stored = !git.may_convert(&tracked);
    let has = git.has()?;
    for (tracked, seen) in tracked.iter().zip(seen) {
        let path = tracked.path.as_slice();
        match seen {
            Seen::Unchanged(kind, size) => {
                let size = (sizes_are_stored && kind != EntryKind::Submodule).then_some(size);
                listing.add(Entry { size, ..Entry::at(path, kind, Some(tracked.id)) });
            }
            Seen::Changed(kind) => changed.push(Changed { path, kind, known: Some(tracked.id) }),
            Seen::Skipped => {
                let kind = tracked.kind.unwrap_or(EntryKind::File);
                let is_missing = kind != EntryKind::Submodule && !has(tracked.id);
                listing.add(Entry { is_missing, ..Entry::at(path, kind, Some(tracked.id)) });
            }
            Seen::Gone => {}
            Seen::Special => special(&mut listing, path),
            Seen::Unreadable(message) => unread(&mut listing, path, EntryKind::File, message),
        }
    }
    for found in &untracked {
        listing.count(&found.path)?;
        changed.extend(admit(found, &mut listing));
    }
    name_changed(place, &changed, &mut listing)?;
    Ok(listing)
}

/// The index entries to look for, each path once; a conflict is a problem and its file one that changed.
fn admitted(tracked: Vec<Tracked>, listing: &mut Listing) -> Result<Vec<Tracked>, SourceError> {
    let mut admitted: Vec<Tracked> = Vec::with_capacity(tracked.len());
    for tracked in tracked {
        let is_again = admitted.last().is_some_and(|last| last.path == tracked.path);
        if is_again {
            continue;
        }
        listing.count(&tracked.path)?;
        if !listing.admits(&tracked.path) {
            continue;
        }
        if tracked.stage > 0 {
            listing.problem(Some(&tracked.path), "unmerged", "the index holds sides of a conflict");
        }
        admitted.push(tracked);
    }
    Ok(admitted)
}

/// Which folders of tracked files are folders all the way, so that no link leads out of the tree.
fn real_folders<'a>(root: &Path, tracked: &'a [Tracked]) -> HashMap<&'a [u8], bool> {
    let mut folders = HashMap::from([(&b""[..], true)]);
    for tracked in tracked {
        let ends = tracked.path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut above = true;
        for (end, _) in ends {
            above = *folders.entry(&tracked.path[..end]).or_insert_with_key(|folder| {
                above && below(root, folder).symlink_metadata().is_ok_and(|folder| folder.is_dir())
            });
        }
    }
    folders
}

fn folder_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(b"", |end| &path[..end])
}

fn see(
    root: &Path,
    tracked: &Tracked,
    folders: &HashMap<&[u8], bool>,
    written: (i64, u32),
) -> Seen {
    let absent = if tracked.is_skipped { Seen::Skipped } else { Seen::Gone };
    if !folders.get(folder_of(&tracked.path)).copied().unwrap_or(false) {
        return absent;
    }
    match below(root, &tracked.path).symlink_metadata() {
        Ok(metadata) => see_file(tracked, &metadata, written),
        Err(error) if is_absence(&error) => absent,
        Err(error) => Seen::Unreadable(error.to_string()),
    }
}

fn see_file(tracked: &Tracked, metadata: &Metadata, written: (i64, u32)) -> Seen {
    if metadata.is_dir() {
        return match tracked.kind {
            Some(EntryKind::Submodule) => Seen::Unchanged(EntryKind::Submodule, 0),
            _ => Seen::Gone,
        };
    }
    let Some(kind) = kind(metadata.file_type()) else {
        return Seen::Special;
    };
    let is_settled = tracked.stage == 0 && !tracked.is_intended && tracked.kind == Some(kind);
    match is_settled && Stat::of(metadata).is_unchanged(tracked, written) {
        true => Seen::Unchanged(kind, metadata.len()),
        false => Seen::Changed(kind),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What a file that is no folder is listed as; none for pipes, sockets and devices.
pub(super) fn kind(found: FileType) -> Option<EntryKind> {
    debug_assert!(!found.is_fifo() || !found.is_file());
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

fn admit<'a>(found: &'a Found, listing: &mut Listing) -> Option<Changed<'a>> {
    match &found.kind {
        Ok(file) => match kind(*file) {
            Some(kind) => return Some(Changed { path: &found.path, kind, known: None }),
            None => special(listing, &found.path),
        },
        Err(message) => {
            let path = (!found.path.is_empty()).then_some(found.path.as_slice());
            listing.problem(path, "unreadable", message);
        }
    }
    None
}

/// What came of computing one id: id and size, and what was not applied.
type Named = (io::Result<(Id, u64)>, Option<String>);

/// Computes the ids of files that changed, as git would store them, and lists them.
fn name_changed(
    place: &Place,
    changed: &[Changed<'_>],
    listing: &mut Listing,
) -> Result<(), SourceError> {
    let share = changed.len().div_ceil(rayon::current_num_threads() * 4).max(16);
    let named = changed
        .par_chunks(share)
        .map(|share| {
            let git = Git::open(place)?;
            Ok(share.iter().map(|changed| name(&git, place, changed)).collect::<Vec<Named>>())
        })
        .collect::<Result<Vec<_>, SourceError>>()?;
    for (changed, (id, unapplied)) in changed.iter().zip(named.into_iter().flatten()) {
        match id {
            Ok((id, size)) => {
                let entry = Entry::at(changed.path, changed.kind, Some(id));
                listing.add(Entry { size: Some(size), ..entry });
            }
            Err(error) if is_absence(&error) => {}
            Err(error) => unread(listing, changed.path, changed.kind, error.to_string()),
        }
        if let Some(message) = unapplied {
            listing.problem(Some(changed.path), "filter-not-run", message);
        }
    }
    Ok(())
}

fn name(git: &Git, place: &Place, changed: &Changed<'_>) -> Named {
    let path = below(place.root.as_deref().expect("a working tree has a root"), changed.path);
    if changed.kind == EntryKind::Symlink {
        let target = stored::link_target(&path);
        return (target.map(|target| (Id::of(&target), target.len() as u64)), None);
    }
    let ends = stored::line_ends(git, changed.path);
    let committed = || changed.known.is_some_and(|id| has_crlf(git, id));
    (stored::converted_id(&path, ends, committed), stored::unapplied(git, changed.path))
}

/// Whether a blob is a text with CRLF, as far as it can be had.
fn has_crlf(git: &Git, id: Id) -> bool {
    git.object(id, "blob", u64::from(u32::MAX)).is_ok_and(|bytes| stored::is_crlf_text(&bytes))
}

/// Reads what is on disk if it still is what was listed, else what the object database has under the same id.
pub(super) struct WorkingTreeReader<'a> {
    root: &'a Path,
    git: Git,
}

impl<'a> WorkingTreeReader<'a> {
    /// A reader with a repository of its own.
    pub fn new(place: &'a Place) -> Result<Self, SourceError> {
        let root = place.root.as_deref().expect("a working tree has a root");
        Ok(WorkingTreeReader { root, git: Git::open(place)? })
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

/// The bytes of a file or link on disk.
pub(super) fn disk(path: &Path, kind: EntryKind, limit: u64) -> Result<Vec<u8>, ReadError> {
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
            let file = fs::File::open(path).map_err(unreadable)?;
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
