//! The git index: what the next commit would hold.

use std::collections::HashMap;

use super::git::{Git, Head, Place};
use super::listing::{Bytes, Listing, Tree};
use super::{Entry, SourceError, revision};
use crate::base::Id;

/// Lists the index.
pub(super) fn list(place: Place) -> Result<Tree, SourceError> {
    let git = Git::open(&place)?;
    let head = match git.head()? {
        Head::Commit(commit) => Some(commit),
        Head::NoCommits | Head::Dangling(_) => None,
    };
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
    let mut revision = revision::describe(&place, "index", "HEAD", head.as_ref());
    let committed = head.map(|head| revision::entries(&git, &head)).transpose()?;
    revision.is_dirty = differs(&listing, &committed.unwrap_or_default());
    Ok(Tree::new(revision, listing, Bytes::Objects(place)))
}

/// Whether what is listed is not what is committed.
pub(super) fn differs(listing: &Listing, committed: &[Entry]) -> bool {
    let ids: HashMap<&str, Option<Id>> =
        committed.iter().map(|entry| (entry.path.as_str(), entry.id)).collect();
    ids.len() != listing.entries().len()
        || listing.entries().iter().any(|entry| ids.get(entry.path.as_str()) != Some(&entry.id))
}
