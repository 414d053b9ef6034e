//! The git index: what the next commit would hold.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::git::{Git, Place};
use super::listing::{Bytes, Listing, Tree, digest};
use super::{Entry, SourceError, Staged, revision};
use crate::base::Id;

/// Lists the index.
pub(super) fn list(place: Place) -> Result<Tree, SourceError> {
    let (listing, committed) = rayon::join(|| look(&place), || revision::committed(&place));
    let (mut listing, (head, committed)) = (listing?, committed?);
    listing.sort();
    let staged = staged(listing.entries(), &committed);
    let mut revision = revision::describe(&place, "index", "HEAD", head.as_ref());
    revision.is_dirty = !staged.paths.is_empty();
    revision.staged = Some(staged);
    Ok(Tree::new(revision, listing, Bytes::Objects(place)))
}

fn look(place: &Place) -> Result<Listing, SourceError> {
    let git = Git::open(place)?;
    let mut listing = Listing::default();
    for tracked in git.tracked()?.into_iter().filter(|tracked| !tracked.is_intended) {
        listing.count(&tracked.path)?;
        if tracked.stage > 0 {
            listing.problem(Some(&tracked.path), "unmerged", "the index holds sides of a conflict");
        } else if listing.admits(&tracked.path) {
            match tracked.kind {
                Some(kind) => listing.add(Entry::at(&tracked.path, kind, Some(tracked.id))),
                None => listing.problem(Some(&tracked.path), "unknown-mode", "skipped"),
            }
        }
    }
    let has = git.has()?;
    listing.mark_missing(|id| !has(id));
    Ok(listing)
}

/// What is listed and not committed, or the other way round. Both come sorted.
fn staged(listed: &[Entry], committed: &[Entry]) -> Staged {
    let mut staged = Staged { before: digest(committed), ..Staged::default() };
    let (mut listed, mut committed) = (listed.iter().peekable(), committed.iter().peekable());
    loop {
        let order = match (listed.peek(), committed.peek()) {
            (None, None) => return staged,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.path.cmp(&other.path),
        };
        let here = if order.is_le() { listed.next() } else { None };
        let there = if order.is_ge() { committed.next() } else { None };
        let is_same = here
            .zip(there)
            .is_some_and(|(one, other)| one.id == other.id && one.kind == other.kind);
        if !is_same {
            staged.is_moved |=
                order.is_ne() || here.zip(there).is_some_and(|(one, other)| one.kind != other.kind);
            let before = there.and_then(|entry| entry.id);
            staged.paths.extend(here.or(there).map(|entry| (entry.path.clone(), before)));
        }
    }
}

/// Whether what is listed is not what is committed.
pub(super) fn differs(listing: &Listing, committed: &[Entry]) -> bool {
    let ids: HashMap<&str, Option<Id>> =
        committed.iter().map(|entry| (entry.path.as_str(), entry.id)).collect();
    ids.len() != listing.entries().len()
        || listing.entries().iter().any(|entry| ids.get(entry.path.as_str()) != Some(&entry.id))
}
