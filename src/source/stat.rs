//! What the file system says of a file without opening it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use super::git::Tracked;
use crate::base::Id;

/// Enough to see that a file is no longer what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    /// Its size in bytes.
    pub size: u64,
    /// Seconds and nanoseconds of its last change.
    pub modified: (i64, u32),
    /// Seconds and nanoseconds of its last change of status.
    pub changed: (i64, u32),
    /// Its inode.
    pub inode: u64,
}

impl Stat {
    /// Takes it from what `lstat` returned.
    pub fn of(metadata: &Metadata) -> Self {
        Stat {
            size: metadata.size(),
            modified: (metadata.mtime(), nanoseconds(metadata.mtime_nsec())),
            changed: (metadata.ctime(), nanoseconds(metadata.ctime_nsec())),
            inode: metadata.ino(),
        }
    }

    /// Whether git, which wrote its index at `written`, would take the file as unchanged.
    ///
    /// As git's `ie_match_stat`, but owners are left out (a change of owner changes `changed`). Fields that the writer
    /// of the index left zero are not compared; an entry as new as the index may have changed since (racy git).
    #[allow(clippy::cast_possible_truncation, reason = "the index keeps the low 32 bits")]
    pub fn is_unchanged(&self, tracked: &Tracked, written: (i64, u32)) -> bool {
        tracked.size == self.size as u32
            && (self.size > 0 || tracked.id == Id::EMPTY)
            && same(tracked.modified, self.modified)
            && (tracked.changed.0 == 0 || same(tracked.changed, self.changed))
            && (tracked.inode == 0 || tracked.inode == self.inode as u32)
            && self.modified < written
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the index keeps the low 32 bits")]
fn same(kept: (i32, u32), now: (i64, u32)) -> bool {
    kept.0 == now.0 as i32 && (kept.1 == 0 || kept.1 == now.1)
}

fn nanoseconds(field: i64) -> u32 {
    u32::try_from(field).unwrap_or_default()
}
