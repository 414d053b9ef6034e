//! What became of files: from the changes of each commit to one line per path that ever was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::printable;
use crate::base::Id;

/// A commit that can be reached from the revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its full id.
    pub id: String,
    /// Its day in its committer's time zone, counted from 1970-01-01.
    pub day: i64,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// How many parents it has.
    pub parents: usize,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tagged {
    /// Its name.
    pub name: String,
    /// The commit it names, peeled.
    pub id: String,
    /// That commit's day.
    pub day: i64,
}

/// What is known of one path. Commits are positions in [`History::commits`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Life {
    /// The commit that added it first; none: it was there before what is seen.
    pub first: Option<usize>,
    /// The commit that added or changed it last.
    pub last: Option<usize>,
    /// Whether it is in the revision's tree.
    pub is_there: bool,
    /// The commit that deleted it; none of one that is gone: not seen.
    pub deleted: Option<usize>,
    /// What it was before.
    pub before: Before,
}

/// What a path was before it was added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    #[default]
    Nothing,
    /// Another path.
    Path(String),
    /// Something that cannot be compared: contents are not in the clone.
    Unknown,
}

/// The history behind a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Commits, newest first: none before one of its children.
    pub commits: Vec<Logged>,
    /// Tags by name.
    pub tags: Vec<Tagged>,
    /// Every path that was ever there; empty unless asked for.
    pub files: BTreeMap<String, Life>,
    /// Why there may be more than is seen.
    pub gaps: Vec<String>,
}

/// How much of a history is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Depth<'a> {
    /// Commits and tags alone.
    Commits,
    /// What became of these files and folders too, and of what they were moved to.
    Paths(&'a BTreeSet<String>),
    /// What became of every path.
    Files,
}

/// What one commit did to one path, against its parent; a merge, against all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The path's own bytes.
    pub path: Vec<u8>,
    /// What was done to it.
    pub deed: Deed,
}

/// What was done to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// It was not there before.
    Added(Id, Before),
    /// Its contents are others.
    Changed,
    /// It is not there any more.
    Deleted(Id),
}

/// Folds changes, given from the newest commit to the oldest, into lives.
pub(super) struct Lives<'a> {
    is_there: HashSet<&'a str>,
    /// Commits that first parents lead to: where two branches did the same, theirs is what was done.
    mainline: HashSet<usize>,
    lives: HashMap<Vec<u8>, Life>,
}

impl<'a> Lives<'a> {
    /// `is_there`: the paths of the revision.
    pub fn new(is_there: impl Iterator<Item = &'a str>) -> Self {
        Lives { is_there: is_there.collect(), mainline: HashSet::new(), lives: HashMap::new() }
    }

    /// With the commits that first parents lead to.
    pub fn along(mut self, mainline: HashSet<usize>) -> Self {
        self.mainline = mainline;
        self
    }

    /// Takes in what the commit at a position did, moves being known.
    pub fn take(&mut self, commit: usize, changes: Vec<Change>) {
        for Change { path, deed } in changes {
            let life = self.lives.entry(path).or_default();
            match deed {
                Deed::Added(_, before) => {
                    life.last.get_or_insert(commit);
                    life.first = Some(commit);
                    if before != Before::Nothing && life.before == Before::Nothing {
                        life.before = before;
                    }
                }
                Deed::Changed => drop(life.last.get_or_insert(commit)),
                Deed::Deleted(_) => {
                    let is_main = |at: &usize| self.mainline.contains(at);
                    if life.deleted.is_none_or(|at| !is_main(&at) && is_main(&commit)) {
                        life.deleted = Some(commit);
                    }
                }
            }
        }
    }

    /// Whether a path is in the revision's tree.
    pub fn is_there(&self, path: &[u8]) -> bool {
        self.is_there.contains(printable(path).as_str())
    }

    /// All paths, sorted.
    pub fn finish(self) -> BTreeMap<String, Life> {
        let named = self.lives.into_iter().map(|(path, mut life)| {
            let path = printable(&path);
            life.is_there = self.is_there.contains(path.as_str());
            if life.is_there {
                life.deleted = None;
            }
            (path, life)
        });
        named.collect()
    }
}

/// Says of each added path which deleted one had the same contents; one of the same name is preferred.
pub(super) fn pair_equal(changes: &mut [Change]) {
    let mut deleted: HashMap<Id, Vec<Vec<u8>>> = HashMap::new();
    let empty = Id::of(b"");
    for change in changes.iter() {
        if let Deed::Deleted(id) = &change.deed
            && *id != empty
        {
            deleted.entry(*id).or_default().push(change.path.clone());
        }
    }
    for change in changes.iter_mut() {
        let Deed::Added(id, before @ Before::Nothing) = &mut change.deed else { continue };
        let Some(paths) = deleted.get_mut(id).filter(|paths| !paths.is_empty()) else { continue };
        let alike = paths.iter().position(|path| name(path) == name(&change.path)).unwrap_or(0);
        *before = Before::Path(printable(&paths.remove(alike)));
    }
}

/// The last part of a path.
pub(super) fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, deed: Deed) -> Change {
        Change { path: path.as_bytes().to_vec(), deed }
    }

    fn added(text: &str) -> Deed {
        Deed::Added(Id::of(text.as_bytes()), Before::Nothing)
    }

    #[test]
    fn a_move_is_known_by_its_contents_and_the_same_name_is_preferred() {
        let mut lives = Lives::new(["b/x.md", "b/y.md"].into_iter());
        let gone = |text: &str| Deed::Deleted(Id::of(text.as_bytes()));
        let mut changes = vec![
            change("a/x.md", gone("same")),
            change("a/y.md", gone("same")),
            change("b/x.md", added("same")),
            change("b/y.md", added("same")),
        ];
        pair_equal(&mut changes);
        lives.take(0, changes);
        lives.take(1, vec![change("a/x.md", added("same")), change("a/y.md", added("same"))]);
        let files = lives.finish();
        assert_eq!(files["b/y.md"].before, Before::Path("a/y.md".to_owned()));
        assert_eq!((files["a/y.md"].first, files["a/y.md"].deleted), (Some(1), Some(0)));
        assert_eq!((files["b/x.md"].first, files["b/x.md"].last), (Some(0), Some(0)));
    }

    #[test]
    fn what_is_there_was_not_deleted_though_a_branch_did() {
        let mut lives = Lives::new(["a"].into_iter());
        lives.take(0, vec![change("a", Deed::Deleted(Id::of(b"x")))]);
        lives.take(1, vec![change("a", Deed::Changed)]);
        lives.take(2, vec![change("a", added("x"))]);
        let life = &lives.finish()["a"];
        assert_eq!((life.first, life.last, life.deleted), (Some(2), Some(1), None));
    }

    #[test]
    fn of_two_branches_that_deleted_the_main_one_is_told() {
        let mut lives = Lives::new([].into_iter()).along([1, 3].into_iter().collect());
        for commit in 0..4 {
            lives.take(commit, vec![change("a", Deed::Deleted(Id::of(b"x")))]);
        }
        assert_eq!(lives.finish()["a"].deleted, Some(1));
    }

    #[test]
    fn empty_files_are_all_alike_so_none_was_moved() {
        let mut lives = Lives::new(["b"].into_iter());
        let mut changes = vec![change("a", Deed::Deleted(Id::of(b""))), change("b", added(""))];
        pair_equal(&mut changes);
        lives.take(0, changes);
        assert_eq!(lives.finish()["b"].before, Before::Nothing);
    }
}
