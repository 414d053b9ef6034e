//! What each commit changed, read from tree objects alone: equal subtrees are never entered.

use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

use super::compared::{Compared, Differing, compare};
use super::followed::{Followed, follow};
use super::git::{Git, LogEntry, Place};
use super::history::{Before, Change, Deed, Depth, History, Lives, pair_equal};
use super::revision::{MAX_TREE_BYTES, join};
use super::similar::pair_similar;
use super::{Entry, SourceError};
use crate::base::Id;

/// Commits one worker reads before it starts afresh.
const CHUNK: usize = 256;
/// Tree objects a worker keeps.
const KEPT: usize = 8_192;
/// Changes read of one commit, deep trees included; one that changes more is a gap.
const MAX_CHANGES: usize = 400_000;

/// The history behind a commit; what is found of trees is added to `compared`.
pub(super) fn history(
    place: &Place,
    tip: Id,
    entries: &[Entry],
    depth: Depth<'_>,
    compared: &mut Compared,
) -> Result<History, SourceError> {
    let git = Git::open(place)?;
    let (log, mut gaps) = git.log(tip)?;
    let mut history = History { tags: git.tags()?, ..History::default() };
    let paths = entries.iter().map(|entry| entry.path.as_str());
    let mut lives = Lives::new(paths).along(mainline(&log));
    match depth {
        Depth::Commits => {}
        Depth::Files => {
            let mut walk = Walk { place, log: &log, compared, gaps: &mut gaps };
            walk.each(log.len(), None, |at, changes| lives.take(at, changes))?;
        }
        Depth::Paths(paths) => {
            let mut walk = Walk { place, log: &log, compared, gaps: &mut gaps };
            follow(&mut walk, paths, &mut lives)?;
        }
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

/// A way through the commits of a log.
pub(super) struct Walk<'w> {
    place: &'w Place,
    /// The commits, newest first.
    pub log: &'w [LogEntry],
    compared: &'w mut Compared,
    gaps: &'w mut Vec<String>,
}

impl Walk<'_> {
    /// Gives what each of the `newest` commits changed, from the last to the first; only of the followed paths, if there
    /// are some.
    pub fn each(
        &mut self,
        newest: usize,
        followed: Option<&Followed>,
        mut take: impl FnMut(usize, Vec<Change>),
    ) -> Result<(), SourceError> {
        let trees: HashMap<Id, Id> = self.log.iter().map(|entry| (entry.id, entry.tree)).collect();
        // Batches keep what is held at a time small; inside one, chunks are read side by side.
        for (batch, commits) in self.log[..newest].chunks(CHUNK * 16).enumerate() {
            let chunks = commits
                .par_chunks(CHUNK)
                .map(|chunk| changes(self.place, chunk, &trees, followed, self.compared));
            let chunks: Vec<_> = chunks.collect::<Result<_, SourceError>>()?;
            let mut at = batch * CHUNK * 16;
            for (read, learned) in chunks {
                for (changes, unread) in read {
                    take(at, changes);
                    self.gaps.extend(unread);
                    at += 1;
                }
                self.compared.extend(learned);
            }
        }
        Ok(())
    }
}

type Read = (Vec<Change>, Option<String>);

fn changes(
    place: &Place,
    chunk: &[LogEntry],
    trees: &HashMap<Id, Id>,
    followed: Option<&Followed>,
    compared: &Compared,
) -> Result<(Vec<Read>, Compared), SourceError> {
    let git = Git::open(place)?;
    let mut reader = Trees {
        git: &git,
        kept: HashMap::new(),
        compared,
        learned: Compared::default(),
        changes: Vec::new(),
        followed,
        is_whole: false,
    };
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
    Ok((all, reader.learned))
}

struct Trees<'g> {
    git: &'g Git,
    kept: HashMap<Id, Rc<Vec<u8>>>,
    /// What was known before.
    compared: &'g Compared,
    /// What was found out.
    learned: Compared,
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
        let compared = self.compared;
        if let Some(known) = compared.of(tree, parents) {
            known.iter().for_each(|it| self.differs(folder, it, open));
            return Ok(());
        }
        let found = self.find(tree, parents)?;
        found.iter().for_each(|it| self.differs(folder, it, open));
        // What is read in search of moves, or where no path is followed, is hardly asked for again.
        if self.followed.is_some() && !self.is_whole {
            self.learned.learn(tree, parents, &found);
        }
        Ok(())
    }

    /// Compares the trees themselves.
    fn find(&mut self, tree: Option<Id>, parents: &[Id]) -> Result<Vec<Differing>, String> {
        let new = tree.map(|tree| self.read(tree)).transpose()?;
        let old: Vec<Rc<Vec<u8>>> =
            parents.iter().map(|parent| self.read(*parent)).collect::<Result<_, _>>()?;
        let old: Vec<&[u8]> = old.iter().map(|tree| tree.as_slice()).collect();
        Ok(compare(new.as_deref().map_or(&[], Vec::as_slice), &old))
    }

    /// Notes one name that has other contents, or opens it if it is a folder.
    fn differs(&mut self, folder: &[u8], found: &Differing, open: &mut Open) {
        let Differing { name, is_folder, after, before } = found;
        let path = join(folder, name);
        if !self.is_followed(&path, *is_folder) {
            return;
        }
        let deed = match (after, before.first()) {
            _ if *is_folder => return open.push((path, *after, before.clone())),
            (Some(_), Some(_)) => return self.changed(path),
            (Some(id), None) => Deed::Added(*id, Before::Nothing),
            (None, Some(id)) => Deed::Deleted(*id),
            (None, None) => return,
        };
        self.changes.push(Change { path, deed });
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

/// Folders still to be compared: the tree, none where it was deleted, and that of each parent.
type Open = Vec<(Vec<u8>, Option<Id>, Vec<Id>)>;
