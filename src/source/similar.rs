//! Moves with a change: an added and a deleted file of one commit that have most lines in common.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

use super::ReadError;
use super::git::Git;
use super::history::{Before, Change, Deed, name};
use super::printable;
use crate::base::Id;

/// The longest file that is compared.
const MAX_BYTES: u64 = 128 << 10;
/// Pairs compared in one commit; in one with more, only files of one name, or of equal contents, show a move.
const MAX_PAIRS: usize = 64;
/// Deleted files of the same name that an added one is compared with.
const MAX_SAME: usize = 16;

/// Says of each added path whose contents are new which deleted one of the same name or ending had most of its lines;
/// of the deleted, only those that `matters` are looked at. Where contents that would have to be compared are not in the
/// clone, that is unknown.
pub(super) fn pair_similar(git: &Git, changes: &mut [Change], matters: impl Fn(&[u8]) -> bool) {
    let ids = |added: bool| {
        let listed = changes.iter().filter_map(move |change| match &change.deed {
            Deed::Added(id, _) if added => Some(*id),
            Deed::Deleted(id) if !added => Some(*id),
            _ => None,
        });
        listed.collect::<std::collections::HashSet<Id>>()
    };
    let (added, deleted) = (ids(true), ids(false));
    // By their endings: a commit that moves a tree adds and deletes thousands.
    let mut gone: HashMap<Vec<u8>, Vec<(Vec<u8>, Id)>> = HashMap::new();
    for change in changes.iter() {
        if let Deed::Deleted(id) = change.deed
            && !added.contains(&id)
            && matters(&change.path)
        {
            let alike = gone.entry(ending(&change.path).to_vec()).or_default();
            alike.push((change.path.clone(), id));
        }
    }
    if gone.is_empty() {
        return;
    }
    let mut contents = Contents { git, lines: HashMap::new() };
    let mut pairs = 0;
    for change in changes.iter_mut() {
        let Deed::Added(id, before) = &mut change.deed else { continue };
        let Some(alike) = gone.get_mut(ending(&change.path)).filter(|_| !deleted.contains(id))
        else {
            continue;
        };
        *before = if pairs + alike.len() > MAX_PAIRS {
            let same = alike.iter().filter(|(path, _)| name(path) == name(&change.path));
            contents.best(*id, same.take(MAX_SAME))
        } else {
            pairs += alike.len();
            contents.best(*id, alike.iter())
        };
        if let Before::Path(path) = before {
            alike.retain(|(gone, _)| printable(gone) != *path);
        }
    }
}

/// What a file is called after its last dot, or all of its name.
fn ending(path: &[u8]) -> &[u8] {
    name(path).rsplit(|byte| *byte == b'.').next().unwrap_or_default()
}

/// The digest and the length of each line, sorted, and the bytes of all.
type Counted = (Vec<(u64, usize)>, usize);

struct Contents<'g> {
    git: &'g Git,
    lines: HashMap<Id, Result<Option<Counted>, ()>>,
}

impl Contents<'_> {
    fn best<'c>(
        &mut self,
        added: Id,
        candidates: impl Iterator<Item = &'c (Vec<u8>, Id)>,
    ) -> Before {
        let mut best: Option<(usize, &[u8])> = None;
        for (path, id) in candidates {
            self.load(added);
            self.load(*id);
            match (&self.lines[&added], &self.lines[id]) {
                (Err(()), _) | (_, Err(())) => return Before::Unknown,
                (Ok(Some(new)), Ok(Some(old))) => {
                    let (least, most) = (new.1.min(old.1), new.1.max(old.1).max(1));
                    // What is less than half as long has not half of it in common.
                    let shared = if 2 * least < most { 0 } else { common(new, old) };
                    let share = shared * 100 / most;
                    if share >= 50 && best.is_none_or(|(best, _)| share > best) {
                        best = Some((share, path));
                    }
                }
                _ => {}
            }
        }
        best.map_or(Before::Nothing, |(_, path)| Before::Path(printable(path)))
    }

    fn load(&mut self, id: Id) {
        let git = self.git;
        self.lines.entry(id).or_insert_with(|| match git.object(id, "blob", MAX_BYTES) {
            Ok(bytes) => Ok(Some(count(&bytes))),
            Err(ReadError::Missing | ReadError::Forged) => Err(()),
            Err(_) => Ok(None),
        });
    }
}

fn count(bytes: &[u8]) -> Counted {
    let digest = |line: &[u8]| {
        let mut hasher = DefaultHasher::new();
        hasher.write(line);
        (hasher.finish(), line.len())
    };
    let mut lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').map(digest).collect();
    lines.sort_unstable();
    (lines, bytes.len())
}

/// The bytes of the lines both have.
fn common(left: &Counted, right: &Counted) -> usize {
    let mut others = right.0.iter().peekable();
    let mut shared = 0;
    for line in &left.0 {
        while others.next_if(|other| *other < line).is_some() {}
        if others.next_if(|other| *other == line).is_some() {
            shared += line.1;
        }
    }
    shared
}
