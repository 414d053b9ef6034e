//! A working tree: what git tracks as it is on disk, and what it would track if all were added.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSlice as _;

use super::disk::{is_absence, kind, special, unread};
use super::git::{Git, Place, Tracked};
use super::listing::{Bytes, Listing, Tree};
use super::stat::Stat;
use super::stored::{self, below};
use super::untracked::{self, Found};
use super::{Entry, EntryKind, SourceError, index, revision};
use crate::base::Id;

/// Lists a working tree.
pub(super) fn list(place: Place) -> Result<Tree, SourceError> {
    let (disk, committed) = rayon::join(|| look(&place), || revision::committed(&place));
    let (mut listing, (head, committed)) = (disk?, committed?);
    let mut revision = revision::describe(&place, "working tree", "HEAD", head.as_ref());
    if head.is_none() {
        listing.problem(None, "no-commits", "HEAD names no commit yet");
    }
    revision.is_dirty = index::differs(&listing, &committed);
    Ok(Tree::new(revision, listing, Bytes::WorkingTree(place)))
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
    let root = root(place);
    let git = Git::open(place)?;
    let written = fs::metadata(git.index_file()).map_or((0, 0), |index| Stat::of(&index).modified);
    let mut listing = Listing::default();
    let tracked = admitted(git.tracked()?, &mut listing)?;
    let known: HashSet<&[u8]> = tracked.iter().map(|tracked| tracked.path.as_slice()).collect();
    let folders: HashSet<&[u8]> =
        tracked.iter().flat_map(|tracked| folders_of(&tracked.path)).collect();
    let (seen, untracked) = rayon::join(
        || see_all(root, &tracked, &folders, written),
        || untracked::find(root, &known, &folders),
    );
    // An attribute that is not committed yet counts, too.
    let paths = tracked.iter().map(|tracked| tracked.path.as_slice());
    let converts =
        git.may_convert(paths.chain(untracked.iter().map(|found| found.path.as_slice())));
    let mut changed = list_tracked(&git, &tracked, seen, converts, &mut listing)?;
    for found in &untracked {
        listing.count(&found.path)?;
        changed.extend(admit(found, &mut listing));
    }
    name_changed(place, &changed, converts, &mut listing)?;
    Ok(listing)
}

fn root(place: &Place) -> &Path {
    place.root.as_deref().expect("a working tree has a root")
}

/// Lists what is told by the index; returns what is not.
fn list_tracked<'a>(
    git: &Git,
    tracked: &'a [Tracked],
    seen: Vec<Seen>,
    converts: bool,
    listing: &mut Listing,
) -> Result<Vec<Changed<'a>>, SourceError> {
    let mut changed = Vec::new();
    let has = git.has()?;
    for (tracked, seen) in tracked.iter().zip(seen) {
        let path = tracked.path.as_slice();
        match seen {
            Seen::Unchanged(kind, size) => {
                let size = (!converts && kind != EntryKind::Submodule).then_some(size);
                listing.add(Entry { size, ..Entry::at(path, kind, Some(tracked.id)) });
            }
            Seen::Changed(kind) => changed.push(Changed { path, kind, known: Some(tracked.id) }),
            Seen::Skipped => {
                let kind = tracked.kind.unwrap_or(EntryKind::File);
                let is_missing = kind != EntryKind::Submodule && !has(tracked.id);
                listing.add(Entry { is_missing, ..Entry::at(path, kind, Some(tracked.id)) });
            }
            Seen::Gone => {}
            Seen::Special => special(listing, path),
            Seen::Unreadable(message) => unread(listing, path, EntryKind::File, message),
        }
    }
    Ok(changed)
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

/// The folders a path is in, outermost first.
fn folders_of(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    ends.map(|(end, _)| &path[..end])
}

/// What each tracked path is on disk. A path through a link, which might lead out of the tree, is not there.
fn see_all(
    root: &Path,
    tracked: &[Tracked],
    folders: &HashSet<&[u8]>,
    written: (i64, u32),
) -> Vec<Seen> {
    let is_real = |folder: &[u8]| {
        below(root, folder).symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
    };
    let unreal: HashSet<&[u8]> =
        folders.par_iter().copied().filter(|folder| !is_real(folder)).collect();
    let is_there =
        |path: &[u8]| unreal.is_empty() || !folders_of(path).any(|folder| unreal.contains(folder));
    tracked.par_iter().map(|tracked| see(root, tracked, is_there(&tracked.path), written)).collect()
}

fn see(root: &Path, tracked: &Tracked, is_there: bool, written: (i64, u32)) -> Seen {
    let absent = if tracked.is_skipped { Seen::Skipped } else { Seen::Gone };
    if !is_there {
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
    converts: bool,
    listing: &mut Listing,
) -> Result<(), SourceError> {
    let share = changed.len().div_ceil(rayon::current_num_threads() * 4).max(16);
    let named = changed
        .par_chunks(share)
        .map(|share| {
            let git = Git::open(place)?;
            Ok(share
                .iter()
                .map(|changed| name(&git, place, changed, converts))
                .collect::<Vec<Named>>())
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

fn name(git: &Git, place: &Place, changed: &Changed<'_>, converts: bool) -> Named {
    let path = below(root(place), changed.path);
    if changed.kind == EntryKind::Symlink {
        let target = stored::link_target(&path);
        return (target.map(|target| (Id::of(&target), target.len() as u64)), None);
    }
    // To ask git for attributes costs more than to read most files.
    if !converts {
        return (stored::file_id(&path), None);
    }
    let ends = stored::line_ends(git, changed.path);
    let committed = || changed.known.is_some_and(|id| has_crlf(git, id));
    (stored::converted_id(&path, ends, committed), stored::unapplied(git, changed.path))
}

/// Whether a blob is a text with CRLF, as far as it can be had.
fn has_crlf(git: &Git, id: Id) -> bool {
    git.object(id, "blob", u64::from(u32::MAX)).is_ok_and(|bytes| stored::is_crlf_text(&bytes))
}
