//! A history that is told instead of read: that of a page's example.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::history::{Before, Change, Deed, History, Lives, Logged, Tagged, pair_equal};
use crate::base::Id;
use crate::config::day;

/// A commit as an example tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its date, YYYY-MM-DD.
    pub date: String,
    /// Its author's name.
    #[serde(default)]
    pub author: String,
    /// The first line of its message.
    #[serde(default)]
    pub subject: String,
    /// Tags that name it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Paths it adds or changes.
    #[serde(default)]
    pub changes: Vec<String>,
    /// Paths it moves, and where to.
    #[serde(default)]
    pub moves: BTreeMap<String, String>,
    /// Paths it deletes.
    #[serde(default)]
    pub deletes: Vec<String>,
}

/// The history that commits, told from the oldest to the newest, make.
pub(super) fn history<'a>(told: &[Told], is_there: impl Iterator<Item = &'a str>) -> History {
    let mut history = History::default();
    let mut known = BTreeSet::new();
    let mut changes = Vec::new();
    for (number, commit) in told.iter().enumerate() {
        let (id, day) = (Id::of(format!("{number}").as_bytes()).to_string(), day(&commit.date));
        let day = day.unwrap_or_default();
        let tagged = |name: &String| Tagged { name: name.clone(), id: id.clone(), day };
        history.tags.extend(commit.tags.iter().map(tagged));
        let (author, subject) = (commit.author.clone(), commit.subject.clone());
        let parents = usize::from(number > 0);
        history.commits.push(Logged { id, day, author, subject, parents });
        changes.push(changes_of(commit, &mut known));
    }
    history.commits.reverse();
    history.tags.sort();
    let mut lives = Lives::new(is_there);
    changes.into_iter().rev().enumerate().for_each(|(at, changes)| lives.take(at, changes));
    history.files = lives.finish();
    history
}

fn changes_of(commit: &Told, known: &mut BTreeSet<String>) -> Vec<Change> {
    let change = |path: &String, deed| Change { path: path.as_bytes().to_vec(), deed };
    // Contents do not matter here, only that what is moved has its own.
    let contents = |path: &String| Id::of(path.as_bytes());
    let mut changes = Vec::new();
    for path in &commit.changes {
        let deed = match known.insert(path.clone()) {
            true => Deed::Added(contents(path), Before::Nothing),
            false => Deed::Changed,
        };
        changes.push(change(path, deed));
    }
    for (from, to) in &commit.moves {
        known.insert(to.clone());
        changes.push(change(from, Deed::Deleted(contents(from))));
        changes.push(change(to, Deed::Added(contents(from), Before::Nothing)));
    }
    for path in commit.deletes.iter().chain(commit.moves.keys()) {
        known.remove(path);
    }
    changes.extend(commit.deletes.iter().map(|path| change(path, Deed::Deleted(contents(path)))));
    pair_equal(&mut changes);
    changes
}
