//! What each commit changed, read from tree objects alone: equal subtrees are never entered.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::HashSet;
use std::iter::Peekable;
use std::rc::Rc;

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

use super::followed::{Followed, follow};
use super::git::{Git, LogEntry, Place};
use super::history::{Before, Change, Deed, Depth, History, Lives, pair_equal};
use super::revision::{FOLDER, MAX_TREE_BYTES, join, split};
use super::similar::pair_similar;
use super::{Entry, SourceError};
use crate::base::Id;

/// Commits one worker reads before it starts afresh.
const CHUNK: usize = 256;
/// Tree objects a worker keeps.
const KEPT: usize = 8_192;
/// Changes read of one commit, deep trees included; one that changes more is a gap.
const MAX_CHANGES: usize = 400_000;

/// The history behind a commit.
pub(super) fn history(
    place: &Place,
    tip: Id,
    entries: &[Entry],
    depth: Depth<'_>,
) -> Result<History, SourceError> {
    let git = Git::open(place)?;
    let (log, mut gaps) = git.log(tip)?;
    let mut history = History { tags: git.tags()?, ..History::default() };
    let paths = entries.iter().map(|entry| entry.path.as_str());
    let mut lives = Lives::new(paths).along(mainline(&log));
    match depth {
        Depth::Commits => {}
        Depth::Files => {
            each(place, &log, log.len(), None, &mut gaps, |at, changes| lives.take(at, changes))?;
        }
        Depth::Paths(paths) => follow(place, &log, paths, &mut lives, &mut gaps)?,
    }
    history.files = lives.finish();
    history.commits = log.into_iter().map(|entry| entry.logged).collect();
    gaps.sort();
    gaps.dedup();
    history.gaps = gaps;
    Ok(history)
}

/// The positions of the commits that first parents lead to.
fn mainline(log: &[LogEntry]) -> HashSet<usize> {
    let mut next = log.first().map(|tip| tip.id);
    let on = |(at, entry): (usize, &LogEntry)| {
        let is_on = next == Some(entry.id);
        if is_on {
            next = entry.parents.first().copied();
        }
        is_on.then_some(at)
    };
    log.iter().enumerate().filter_map(on).collect()
}

/// Gives what each of the `newest` commits changed, from the last to the first; only of the followed paths, if there are
/// some.
pub(super) fn each(
    place: &Place,
    log: &[LogEntry],
    newest: usize,
    followed: Option<&Followed>,
    gaps: &mut Vec<String>,
    mut take: impl FnMut(usize, Vec<Change>),
) -> Result<(), SourceError> {
    let trees: HashMap<Id, Id> = log.iter().map(|entry| (entry.id, entry.tree)).collect();
    // Batches keep what is held at a time small; inside one, chunks are read side by side.
    for (batch, commits) in log[..newest].chunks(CHUNK * 16).enumerate() {
        let chunks = commits.par_chunks(CHUNK).map(|chunk| changes(place, chunk, &trees, followed));
        let chunks: Vec<_> = chunks.collect::<Result<_, SourceError>>()?;
        for (at, (changes, unread)) in chunks.into_iter().flatten().enumerate() {
            take(batch * CHUNK * 16 + at, changes);
            gaps.extend(unread);
        }
    }
    Ok(())
}

type Read = (Vec<Change>, Option<String>);

fn changes(
    place: &Place,
    chunk: &[LogEntry],
    trees: &HashMap<Id, Id>,
    followed: Option<&Followed>,
) -> Result<Vec<Read>, SourceError> {
    let git = Git::open(place)?;
    let mut reader =
        Trees { git: &git, kept: HashMap::new(), changes: Vec::new(), followed, is_whole: false };
    let mut all = Vec::with_capacity(chunk.len());
    for entry in chunk {
        let parents: Vec<Id> =
            entry.parents.iter().filter_map(|parent| trees.get(parent).copied()).collect();
        let is_cut = entry.is_cut || parents.len() < entry.parents.len();
        let unread = match is_cut {
            // What came before is not to be had, so nothing can be said of what this commit did.
            true => Some(format!("what commit {} changed is not in the clone", entry.logged.id)),
            false => reader.read_changes(entry.tree, &parents).err(),
        };
        all.push((std::mem::take(&mut reader.changes), unread));
    }
    Ok(all)
}

struct Trees<'g> {
    git: &'g Git,
    kept: HashMap<Id, Rc<Vec<u8>>>,
    changes: Vec<Change>,
    followed: Option<&'g Followed>,
    /// Whether all of a commit is read for what was moved, though paths are followed.
    is_whole: bool,
}

impl Trees<'_> {
    /// Notes what a commit changed, and which of it was moved. Where paths are followed, all of a commit is read only if
    /// it deletes one of them: that shows where it went.
    fn read_changes(&mut self, tree: Id, parents: &[Id]) -> Result<(), String> {
        self.compare(tree, parents)?;
        let Some(followed) = self.followed else {
            pair_similar(self.git, &mut self.changes, |_| true);
            pair_equal(&mut self.changes);
            return Ok(());
        };
        if self.changes.iter().any(|change| matches!(change.deed, Deed::Deleted(_))) {
            self.changes.clear();
            self.is_whole = true;
            let read = self.compare(tree, parents);
            self.is_whole = false;
            read?;
            pair_similar(self.git, &mut self.changes, |path| followed.has(path));
            pair_equal(&mut self.changes);
            self.changes
                .retain(|change| followed.has(&change.path) || followed.from(change).is_some());
        }
        Ok(())
    }

    fn is_followed(&self, path: &[u8], is_folder: bool) -> bool {
        self.is_whole
            || self
                .followed
                .is_none_or(|followed| followed.has(path) || (is_folder && followed.is_above(path)))
    }

    /// Notes that contents were changed. Nothing is moved by that.
    fn changed(&mut self, path: Vec<u8>) {
        if !self.is_whole || self.followed.is_none_or(|followed| followed.has(&path)) {
            self.changes.push(Change { path, deed: Deed::Changed });
        }
    }

    /// Notes what a tree has that none of its parents has. A stack of our own, because a hostile tree may be deep.
    fn compare(&mut self, tree: Id, parents: &[Id]) -> Result<(), String> {
        let mut open = vec![(Vec::new(), Some(tree), parents.to_vec())];
        while let Some((folder, tree, parents)) = open.pop() {
            self.level(&folder, tree, &parents, &mut open)?;
            if self.changes.len() > MAX_CHANGES {
                return Err(format!("a commit changes more than {MAX_CHANGES} paths"));
            }
        }
        Ok(())
    }

    /// One folder: `tree` is none where it was deleted.
    fn level(
        &mut self,
        folder: &[u8],
        tree: Option<Id>,
        parents: &[Id],
        open: &mut Open,
    ) -> Result<(), String> {
        let new = tree.map(|tree| self.read(tree)).transpose()?;
        let new = new.as_deref().map_or(&[][..], Vec::as_slice);
        match parents {
            [] => entries(new).for_each(|entry| self.differs(folder, Some(entry), None, open)),
            [parent] => {
                let old = self.read(*parent)?;
                self.side_by_side(folder, new, &old, open);
            }
            _ => {
                let old: Vec<Rc<Vec<u8>>> =
                    parents.iter().map(|parent| self.read(*parent)).collect::<Result<_, _>>()?;
                self.merged(folder, new, &old, open);
            }
        }
        Ok(())
    }

    /// Goes through two trees in their common order: by name, folders as if theirs ended with a slash.
    fn side_by_side(&mut self, folder: &[u8], new: &[u8], old: &[u8], open: &mut Open) {
        // Most of two versions of a folder is the same from its start on.
        let same = common_entries(new, old);
        let (mut new, mut old) =
            (entries(&new[same..]).peekable(), entries(&old[same..]).peekable());
        loop {
            let order = match (new.peek(), old.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(new), Some(old)) => in_tree(new).cmp(in_tree(old)),
            };
            let after = if order.is_le() { new.next() } else { None };
            let before = if order.is_ge() { old.next() } else { None };
            if after != before {
                self.differs(folder, after, before, open);
            }
        }
    }

    /// Notes one name that has other contents, or opens it if it is a folder.
    fn differs(
        &mut self,
        folder: &[u8],
        after: Option<TreeEntry<'_>>,
        before: Option<TreeEntry<'_>>,
        open: &mut Open,
    ) {
        let Some((name, is_folder, _)) = after.or(before) else { return };
        let path = join(folder, name);
        if !self.is_followed(&path, is_folder) {
            return;
        }
        let (after, before) = (after.map(|(.., id)| id), before.map(|(.., id)| id));
        let deed = match (after, before) {
            _ if is_folder => return open.push((path, after, before.into_iter().collect())),
            (Some(_), Some(_)) => return self.changed(path),
            (Some(id), None) => Deed::Added(id, Before::Nothing),
            (None, Some(id)) => Deed::Deleted(id),
            (None, None) => return,
        };
        self.changes.push(Change { path, deed });
    }

    /// What a merge has that no side has. It does not delete: what one side lacks, a commit of that side deleted.
    fn merged(&mut self, folder: &[u8], new: &[u8], old: &[Rc<Vec<u8>>], open: &mut Open) {
        let mut sides: Vec<_> = old.iter().map(|tree| entries(tree).peekable()).collect();
        for entry in entries(new) {
            let (name, is_folder, id) = entry;
            let before: Vec<Id> = sides.iter_mut().filter_map(|side| found(side, &entry)).collect();
            if before.contains(&id) {
                continue;
            }
            let path = join(folder, name);
            if !self.is_followed(&path, is_folder) {
                continue;
            }
            if is_folder && before.len() > 1 {
                open.push((path, Some(id), before));
            } else if is_folder {
                // With one side only it is like any other change, but for what is gone.
                open.push((path, Some(id), [before.clone(), before].concat()));
            } else if before.is_empty() {
                self.changes.push(Change { path, deed: Deed::Added(id, Before::Nothing) });
            } else {
                self.changed(path);
            }
        }
    }

    fn read(&mut self, id: Id) -> Result<Rc<Vec<u8>>, String> {
        if let Some(tree) = self.kept.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let bytes = self.git.object(id, "tree", MAX_TREE_BYTES);
        let tree = Rc::new(bytes.map_err(|error| format!("tree {id} of a commit: {error}"))?);
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(id, Rc::clone(&tree));
        Ok(tree)
    }
}

/// Name, whether it is a folder, id.
type TreeEntry<'t> = (&'t [u8], bool, Id);

/// Folders still to be compared: the tree, none where it was deleted, and that of each parent.
type Open = Vec<(Vec<u8>, Option<Id>, Vec<Id>)>;

fn entries(tree: &[u8]) -> impl Iterator<Item = TreeEntry<'_>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        let (mode, name, id, after) = split(rest)?;
        rest = after;
        Some((name, mode == FOLDER, id))
    })
}

/// The id that a tree has under the name of an entry of another one, which comes after all that were asked for before.
fn found<'t>(
    tree: &mut Peekable<impl Iterator<Item = TreeEntry<'t>>>,
    entry: &TreeEntry<'_>,
) -> Option<Id> {
    while tree.next_if(|other| in_tree(other).lt(in_tree(entry))).is_some() {}
    tree.next_if(|other| (other.0, other.1) == (entry.0, entry.1)).map(|other| other.2)
}

/// The bytes of the entries that two trees both begin with.
fn common_entries(new: &[u8], old: &[u8]) -> usize {
    let mut rest = new;
    while let Some((.., after)) = split(rest) {
        let start = new.len() - rest.len();
        let end = new.len() - after.len();
        if old.get(start..end) != Some(&new[start..end]) {
            break;
        }
        rest = after;
    }
    new.len() - rest.len()
}

/// A name as trees are sorted by it.
fn in_tree<'t>((name, is_folder, _): &TreeEntry<'t>) -> impl Iterator<Item = &'t u8> + use<'t> {
    name.iter().chain(if *is_folder { &b"/"[..] } else { &[] })
}
