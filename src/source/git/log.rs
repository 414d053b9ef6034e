//! Commits, tags and branches.

use std::collections::{BinaryHeap, HashMap};

use git2::Oid;

use super::super::history::{Logged, Tagged};
use super::super::{SourceError, printable};
use super::{Git, broken, id};
use crate::base::Id;

/// Commits that are walked to find one.
const MAX_STEPS: usize = 200_000;
/// Commits read of one history.
const MAX_COMMITS: usize = 500_000;

/// A commit of the log.
pub(in crate::source) struct LogEntry {
    /// Its id.
    pub id: Id,
    /// The id of its tree.
    pub tree: Id,
    /// The ids of its parents.
    pub parents: Vec<Id>,
    /// Whether its parents were cut off: that is where a shallow clone ends.
    pub is_cut: bool,
    /// What is said of it.
    pub logged: Logged,
    /// Seconds since 1970.
    time: i64,
}

impl Git {
    /// Whether a branch, local or of a remote, contains a commit. None: there is no branch, or its history is cut off or
    /// too long to tell.
    pub fn is_on_branch(&self, commit: &str) -> Option<bool> {
        let commit = self.repository.find_commit(Oid::from_str(commit).ok()?).ok()?;
        let mut tips = self.repository.branches(None).ok()?.peekable();
        if self.repository.is_shallow() || tips.peek().is_none() {
            return None;
        }
        let mut walk = self.repository.revwalk().ok()?;
        tips.filter_map(|tip| tip.ok()?.0.get().target())
            .try_for_each(|tip| walk.push(tip))
            .ok()?;
        // What lies before it need not be walked.
        commit.parent_ids().try_for_each(|parent| walk.hide(parent)).ok()?;
        for (steps, found) in walk.enumerate() {
            match found.ok()? {
                found if found == commit.id() => return Some(true),
                _ if steps >= MAX_STEPS => return None,
                _ => {}
            }
        }
        Some(false)
    }

    /// The commits reachable from one, none before one of its children, and why some may not be seen.
    pub fn log(&self, tip: Id) -> Result<(Vec<LogEntry>, Vec<String>), SourceError> {
        let mut gaps = Vec::new();
        let is_shallow = self.repository.is_shallow();
        if is_shallow {
            gaps.push("the clone is shallow".to_owned());
        }
        let (mut found, mut open): (HashMap<Id, LogEntry>, Vec<Id>) = (HashMap::new(), vec![tip]);
        while let Some(id) = open.pop() {
            if found.contains_key(&id) {
                continue;
            }
            let oid = Oid::from_bytes(&id.0).map_err(|error| broken(&error))?;
            match self.repository.find_commit(oid) {
                Ok(_) if found.len() == MAX_COMMITS => {
                    gaps.push(format!("only {MAX_COMMITS} commits are read"));
                    break;
                }
                Ok(commit) => {
                    let entry = log_entry(&commit, is_shallow);
                    open.extend(&entry.parents);
                    found.insert(id, entry);
                }
                Err(_) => gaps.push(format!("commit {id} is not in the clone")),
            }
        }
        Ok((in_order(found), gaps))
    }

    /// The tags that name commits, by name.
    pub fn tags(&self) -> Result<Vec<Tagged>, SourceError> {
        let refs =
            self.repository.references_glob("refs/tags/*").map_err(|error| broken(&error))?;
        let tag = |found: git2::Reference<'_>| {
            let commit = found.peel_to_commit().ok()?;
            let name = printable(found.name_bytes().strip_prefix(b"refs/tags/")?);
            Some(Tagged { name, id: commit.id().to_string(), day: day(commit.time()) })
        };
        let mut tags: Vec<Tagged> = refs.filter_map(|found| tag(found.ok()?)).collect();
        tags.sort();
        Ok(tags)
    }
}

fn log_entry(commit: &git2::Commit<'_>, is_shallow: bool) -> LogEntry {
    let parents: Vec<Id> = commit.parent_ids().map(id).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    LogEntry {
        id: id(commit.id()),
        tree: id(commit.tree_id()),
        is_cut: is_shallow && parents.is_empty(),
        time: commit.time().seconds(),
        logged: Logged {
            id: commit.id().to_string(),
            day: day(commit.time()),
            author: text(commit.author().name_bytes()),
            subject: text(commit.summary_bytes().unwrap_or_default()),
            parents: parents.len(),
        },
        parents,
    }
}

/// Newest first, but none before one of its children.
fn in_order(mut found: HashMap<Id, LogEntry>) -> Vec<LogEntry> {
    let mut children: HashMap<Id, usize> = found.keys().map(|id| (*id, 0)).collect();
    for parent in found.values().flat_map(|entry| &entry.parents) {
        if let Some(number) = children.get_mut(parent) {
            *number += 1;
        }
    }
    let free = children.iter().filter(|(_, number)| **number == 0).map(|(id, _)| *id);
    let mut ready: BinaryHeap<(i64, Id)> = free.map(|id| (found[&id].time, id)).collect();
    let mut log = Vec::with_capacity(found.len());
    while let Some((_, id)) = ready.pop() {
        let Some(entry) = found.remove(&id) else { continue };
        for parent in &entry.parents {
            let Some(number) = children.get_mut(parent) else { continue };
            *number = number.saturating_sub(1);
            if *number == 0 {
                ready.extend(found.get(parent).map(|entry| (entry.time, *parent)));
            }
        }
        log.push(entry);
    }
    log
}

/// The day of a time, in its own zone, counted from 1970-01-01.
fn day(time: git2::Time) -> i64 {
    (time.seconds() + i64::from(time.offset_minutes()) * 60).div_euclid(86_400)
}
