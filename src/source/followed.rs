//! Single paths followed through history: only the folders on the way to them are opened.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::collections::HashSet;

use super::SourceError;
use super::changes::Walk;
use super::history::Before;
use super::history::Change;
use super::history::Deed;
use super::history::Lives;

/// The longest chain of moves that is followed.
const MAX_MOVES: usize = 12;

/// The files and folders that are looked for, none inside another, in the order of [`in_order`]: what lies in one comes
/// right behind it.
pub(super) struct Followed(Vec<Vec<u8>>);

impl Followed {
    fn new(paths: impl IntoIterator<Item = Vec<u8>>) -> Followed {
        let mut all: Vec<Vec<u8>> = paths.into_iter().collect();
        all.sort_by(|one, other| in_order(one, other));
        let mut outer: Vec<Vec<u8>> = Vec::with_capacity(all.len());
        for path in all {
            if !outer.last().is_some_and(|last| is_in(&path, last)) {
                outer.push(path);
            }
        }
        Followed(outer)
    }

    /// Whether a path is one of them or lies in one.
    pub fn has(&self, path: &[u8]) -> bool {
        let after = self.after(path);
        after.checked_sub(1).is_some_and(|at| is_in(path, &self.0[at]))
    }

    /// Whether one of them lies in a folder.
    pub fn is_above(&self, folder: &[u8]) -> bool {
        self.0.get(self.after(folder)).is_some_and(|path| is_in(path, folder))
    }

    /// Where the first of them stands that comes after a path.
    fn after(&self, path: &[u8]) -> usize {
        self.0.partition_point(|one| in_order(one, path).is_le())
    }

    /// Which of them a path was before.
    pub fn from<'c>(&self, change: &'c Change) -> Option<&'c str> {
        match &change.deed {
            Deed::Added(_, Before::Path(from)) if self.has(from.as_bytes()) => Some(from),
            _ => None,
        }
    }
}

/// Whether a path is another one or lies in it.
fn is_in(path: &[u8], other: &[u8]) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

/// Paths by their bytes, a slash before all others.
fn in_order(one: &[u8], other: &[u8]) -> Ordering {
    let rank = |byte: Option<&u8>| match byte {
        Some(b'/') => Some(0),
        byte => byte.map(|byte| u16::from(*byte) + 1),
    };
    let at = one.iter().zip(other).position(|(one, other)| one != other);
    let at = at.unwrap_or(one.len().min(other.len()));
    rank(one.get(at)).cmp(&rank(other.get(at)))
}

/// Follows paths to where they are or end: each round looks for what the last one saw others moved to, from the oldest of
/// those moves on.
pub(super) fn follow(
    walk: &mut Walk<'_>,
    paths: &BTreeSet<String>,
    lives: &mut Lives<'_>,
) -> Result<(), SourceError> {
    let mut open: BTreeSet<Vec<u8>> = paths.iter().map(|path| path.clone().into_bytes()).collect();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut newest = walk.log.len();
    for _ in 0..MAX_MOVES {
        if open.is_empty() {
            break;
        }
        seen.extend(open.iter().cloned());
        let followed = Followed::new(std::mem::take(&mut open));
        let mut oldest = 0;
        walk.each(newest, Some(&followed), |at, changes| {
            for change in changes.iter().filter(|change| followed.from(change).is_some()) {
                if !lives.is_there(&change.path) && !seen.contains(&change.path) {
                    open.insert(change.path.clone());
                    oldest = oldest.max(at);
                }
            }
            lives.take(at, changes);
        })?;
        newest = newest.min(oldest + 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_if_it_or_a_folder_above_it_is() {
        let paths = ["a", "a-b/c", "a/d", "docs/x.md", "docs/x"];
        let followed = Followed::new(paths.map(|path| path.as_bytes().to_vec()));
        for path in ["a", "a/d", "a/d/e", "a-b/c", "a-b/c/d", "docs/x.md", "docs/x/y"] {
            assert!(followed.has(path.as_bytes()), "{path}");
        }
        for path in ["a-b", "a-c", "ab", "docs", "docs/x.m", "docs/x.md5", "b", ""] {
            assert!(!followed.has(path.as_bytes()), "{path}");
        }
        let above = ["a-b", "docs"].map(|folder| followed.is_above(folder.as_bytes()));
        assert_eq!(above, [true, true]);
        let aside = ["a-", "doc", "docs/x.md", "b"].map(|it| followed.is_above(it.as_bytes()));
        assert_eq!(aside, [false; 4]);
    }
}
