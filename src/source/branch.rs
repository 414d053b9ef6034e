//! Whether a commit is on a branch: what is on none can vanish from a clone.

use git2::Oid;
use git2::Repository;

/// Commits that are walked to find one.
const MAX_STEPS: usize = 200_000;

/// Whether a branch, local or of a remote, contains a commit. None: there is no branch, or its history is cut off or too
/// long to tell.
pub(super) fn contains(repository: &Repository, commit: &str) -> Option<bool> {
    let commit = repository.find_commit(Oid::from_str(commit).ok()?).ok()?;
    let mut tips = repository.branches(None).ok()?.peekable();
    if repository.is_shallow() || tips.peek().is_none() {
        return None;
    }
    let mut walk = repository.revwalk().ok()?;
    tips.filter_map(|tip| tip.ok()?.0.get().target()).try_for_each(|tip| walk.push(tip)).ok()?;
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
