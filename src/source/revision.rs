//! The tree of a commit, read from the object database alone.

use std::collections::HashSet;

use super::git::{Commit, Git, Head, Place, kind_of};
use super::listing::{Bytes, Listing, Tree};
use super::{Entry, ReadError, Revision, SourceError};
use crate::base::Id;

/// The longest tree object that is read.
pub(super) const MAX_TREE_BYTES: u64 = 64 << 20;
/// The mode of a folder in a tree object.
pub(super) const FOLDER: u32 = 0o040_000;

/// Lists a revision; none named: HEAD.
pub(super) fn list(place: Place, name: Option<&str>) -> Result<Tree, SourceError> {
    let git = Git::open(&place)?;
    let mut listing = Listing::default();
    let commit = match name {
        Some(name) => Some(git.commit(name).map_err(|error| hinted(error, &git))?),
        None => head(&git, &place, &mut listing)?,
    };
    if let Some(commit) = &commit {
        walk(&git, commit.tree, &mut listing)?;
        let has = git.has()?;
        listing.mark_missing(|id| !has(id));
    }
    let revision = describe(&place, "commit", name.unwrap_or("HEAD"), commit.as_ref());
    Ok(Tree::new(revision, listing, Bytes::Objects(place)))
}

/// The paths and ids of a commit's tree, without looking whether the blobs are there.
fn entries(git: &Git, commit: &Commit) -> Result<Vec<Entry>, SourceError> {
    let mut listing = Listing::default();
    walk(git, commit.tree, &mut listing)?;
    Ok(listing.finish().0)
}

/// What HEAD holds, sorted. A tree that cannot be read there makes what is changed differ from it, no more.
pub(super) fn committed(place: &Place) -> Result<(Option<Commit>, Vec<Entry>), SourceError> {
    let git = Git::open(place)?;
    match git.head()? {
        Head::Commit(commit) => {
            let entries = entries(&git, &commit).unwrap_or_default();
            Ok((Some(commit), entries))
        }
        Head::NoCommits | Head::Dangling(_) => Ok((None, Vec::new())),
    }
}

/// The commit of HEAD; none, and a problem, in a repository without commits.
pub(super) fn head(
    git: &Git,
    place: &Place,
    listing: &mut Listing,
) -> Result<Option<Commit>, SourceError> {
    match git.head()? {
        Head::Commit(commit) => Ok(Some(commit)),
        Head::NoCommits => {
            listing.problem(None, "no-commits", "the repository has no commits");
            Ok(None)
        }
        Head::Dangling(names) => Err(SourceError::NoRevision {
            name: "HEAD".to_owned(),
            repository: place.name.clone(),
            hint: format!("; there are `{}`", names.join("`, `")),
        }),
    }
}

/// What is said of a commit, or of what lies over it.
pub(super) fn describe(
    place: &Place,
    kind: &'static str,
    name: &str,
    commit: Option<&Commit>,
) -> Revision {
    Revision {
        commit: commit.map(|commit| commit.id.to_string()),
        date: commit.map(|commit| date(commit.local_time)),
        kind,
        name: name.to_owned(),
        branch: match name {
            "HEAD" => Git::open(place).ok().and_then(|git| git.branch()),
            name => Some(name.to_owned()),
        },
        repository: place.name.clone(),
        is_dirty: false,
        remote: Git::open(place).ok().and_then(|git| git.remote()),
        is_shallow: Git::open(place).is_ok_and(|git| git.is_shallow()),
        staged: None,
    }
}

/// Says that there are no commits at all, where that is why a name is not found.
fn hinted(error: SourceError, git: &Git) -> SourceError {
    match (error, git.head()) {
        (SourceError::NoRevision { name, repository, .. }, Ok(Head::NoCommits)) => {
            SourceError::NoRevision { name, repository, hint: ", which has no commits".to_owned() }
        }
        (error, _) => error,
    }
}

/// Lists a tree and all below it. A stack of our own, because a hostile tree may be deep.
fn walk(git: &Git, root: Id, listing: &mut Listing) -> Result<(), SourceError> {
    let mut open = vec![(Vec::new(), root)];
    while let Some((path, id)) = open.pop() {
        match git.object(id, "tree", MAX_TREE_BYTES) {
            Ok(bytes) => level(&bytes, &path, &mut open, listing)?,
            Err(ReadError::TooLarge(_)) => return Err(SourceError::TooLarge),
            Err(error) if path.is_empty() => {
                return Err(SourceError::Broken(format!("the commit's tree {id}: {error}")));
            }
            Err(error) => {
                let code = match error {
                    ReadError::Missing => "missing-tree",
                    ReadError::Forged => "forged-tree",
                    _ => "unreadable-tree",
                };
                listing.problem(Some(&path), code, format!("tree {id}: {error}"));
            }
        }
    }
    Ok(())
}

/// Lists one tree object, and puts the trees in it on the stack.
fn level(
    bytes: &[u8],
    folder: &[u8],
    open: &mut Vec<(Vec<u8>, Id)>,
    listing: &mut Listing,
) -> Result<(), SourceError> {
    let mut names = HashSet::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some((mode, name, id, after)) = split(rest) else {
            listing.problem(Some(folder), "malformed-tree", "the rest of the tree is skipped");
            break;
        };
        rest = after;
        let path = join(folder, name);
        listing.count(&path)?;
        if !listing.admits_last(&path, name) {
            continue;
        }
        if !names.insert(name) {
            let message = "the name occurs twice in its folder, the first is kept";
            listing.problem(Some(&path), "duplicate-path", message);
        } else if mode == FOLDER {
            open.push((path, id));
        } else if let Some(kind) = kind_of(mode) {
            listing.add(Entry::at(&path, kind, Some(id)));
        } else {
            listing.problem(Some(&path), "unknown-mode", format!("mode {mode:o}, skipped"));
        }
    }
    Ok(())
}

/// The first entry of a tree object (mode, name, id), and the bytes after it.
pub(super) fn split(bytes: &[u8]) -> Option<(u32, &[u8], Id, &[u8])> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ').filter(|at| *at > 0)?;
    let digits = bytes[..space].iter();
    let mode = digits.copied().try_fold(0, |mode, digit| {
        matches!(digit, b'0'..=b'7').then(|| mode * 8 + u32::from(digit - b'0'))
    })?;
    let named = &bytes[space + 1..];
    let end = named.iter().position(|byte| *byte == 0)?;
    let (id, rest) = named[end + 1..].split_first_chunk::<20>()?;
    Some((mode, &named[..end], Id(*id), rest))
}

/// A name in a folder, as a path from the root.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    match folder {
        b"" => name.to_vec(),
        _ => [folder, b"/", name].concat(),
    }
}

/// The day of a time in seconds since 1970, by Howard Hinnant's `civil_from_days`.
pub(super) fn date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1);
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn seconds_become_the_day_they_are_in() {
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_773_964_799), "2026-03-19");
    }
}
