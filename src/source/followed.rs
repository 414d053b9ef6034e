//! Single paths followed through history: only the folders on the way to them are opened.

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

/// The files and folders that are looked for.
pub(super) struct Followed(BTreeSet<Vec<u8>>);

impl Followed {
    /// Whether a path is one of them or lies in one.
    pub fn has(&self, path: &[u8]) -> bool {
        let above = (0..path.len()).filter(|at| path[*at] == b'/').map(|at| &path[..at]);
        std::iter::once(path).chain(above).any(|path| self.0.contains(path))
    }

    /// Whether one of them lies in a folder.
    pub fn is_above(&self, folder: &[u8]) -> bool {
        let start = [folder, b"/"].concat();
        self.0.range(start.clone()..).next().is_some_and(|path| path.starts_with(&start))
    }

    /// Which of them a path was before.
    pub fn from<'c>(&self, change: &'c Change) -> Option<&'c str> {
        match &change.deed {
            Deed::Added(_, Before::Path(from)) if self.has(from.as_bytes()) => Some(from),
            _ => None,
        }
    }
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
        let followed = Followed(std::mem::take(&mut open));
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
