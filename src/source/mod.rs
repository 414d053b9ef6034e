//! Where bytes come from: a working tree, the git index, any revision of a clone, a plain folder, memory.

mod changes;
mod compared;
mod disk;
mod folder;
mod followed;
mod git;
mod history;
mod index;
mod listing;
mod memory;
mod open;
mod overlay;
mod revision;
mod similar;
mod stat;
mod stat_cache;
mod stored;
mod told;
mod untracked;
mod working_tree;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::base::Id;

pub use compared::Compared;
pub use git::{added, patch};
pub use history::{Before, Depth, History, Life, Logged, Tagged};
pub use listing::{digest, printable};
pub use memory::{Sketch, memory, sketched};
pub use open::{Request, discover, open};
pub use overlay::{Changes, overlay};
pub use told::Told;

/// The most entries a tree may have; a larger one is refused, because every entry is held in memory.
pub const MAX_ENTRIES: usize = 400_000;

/// What a path of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link; its bytes are its target. It is never followed.
    Symlink,
    /// A submodule: a commit of another repository. It is never entered.
    Submodule,
}

/// One path of the audited tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the root, with `/`. Bytes that are not UTF-8 are written `\xNN` (see [`printable`]).
    pub path: String,
    /// The path's own bytes, where they differ from `path`.
    pub raw: Option<Vec<u8>>,
    /// What it is.
    pub kind: EntryKind,
    /// The id of its blob; for a submodule, of the commit. None: it could not be read, so its bytes have no name.
    pub id: Option<Id>,
    /// Its size in bytes as stored, where listing told it: it is never a reason to read more.
    pub size: Option<u64>,
    /// Whether the bytes are not to be had (a partial clone, a sparse checkout without the object).
    pub is_missing: bool,
}

/// What is said of the audited revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    /// The commit's full id, for a working tree and an index that of HEAD; none for a plain folder, memory or a
    /// repository without commits.
    pub commit: Option<String>,
    /// The commit's date, `YYYY-MM-DD` in its committer's time zone.
    pub date: Option<String>,
    /// What is audited: `commit`, `working tree`, `index`, `folder`, `memory`.
    pub kind: &'static str,
    /// The name asked for (`main`, `HEAD~3`, a sha); where none was, `HEAD`; empty where there is no git.
    pub name: String,
    /// The branch HEAD is on, where HEAD is what is audited; else the name asked for.
    pub branch: Option<String>,
    /// Short name of the repository: its folder's, without `.git`. A linked working tree has its repository's.
    pub repository: String,
    /// Whether the entries differ from those of the commit: something is changed, staged, untracked or deleted.
    pub is_dirty: bool,
    /// Where it is cloned from, as a URI without a name or password; none where that is no URI.
    pub remote: Option<String>,
    /// Whether the clone has only the newest part of its history.
    pub is_shallow: bool,
    /// What the index changes; none for anything else.
    pub staged: Option<Staged>,
}

impl Revision {
    /// The repository's name where it is cloned from, without `.git`; empty where that is not known.
    pub fn cloned_as(&self) -> &str {
        let remote = self.remote.as_deref().unwrap_or_default().trim_end_matches('/');
        crate::base::basename(remote).trim_end_matches(".git")
    }
}

/// What the index changes against HEAD.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staged {
    /// A digest of what HEAD lists (see [`digest`]).
    pub before: String,
    /// The paths that were added, changed or deleted, each with the id of what HEAD has there.
    pub paths: BTreeMap<String, Option<Id>>,
    /// Whether paths were added or deleted.
    pub is_moved: bool,
}

/// What went wrong with one entry, or with the listing: its path, a stable code, a message.
pub type Problem = (Option<String>, &'static str, String);

/// A tree whose entries are listed once and whose bytes are read by many workers.
pub trait Source: Send + Sync {
    /// What is audited.
    fn revision(&self) -> &Revision;
    /// Its entries, sorted by path bytes, each path once.
    fn entries(&self) -> &[Entry];
    /// What went wrong with single entries while listing, sorted.
    fn problems(&self) -> &[Problem];
    /// Whether a branch contains the audited commit; none: there is no commit or no branch, or it cannot be told.
    fn is_on_branch(&self) -> Option<bool>;
    /// The history behind the revision. None where there is no git. What is found of trees is added to `compared`.
    fn history(
        &self,
        depth: Depth<'_>,
        compared: &mut Compared,
    ) -> Result<Option<History>, SourceError>;
    /// A reader for one worker.
    fn reader(&self) -> Result<Box<dyn Reader + '_>, SourceError>;
}

/// Reads bytes of one source in one worker.
pub trait Reader {
    /// Reads the whole of an entry whose size is at most `limit`; the bytes are exactly those the entry's id names,
    /// which is checked.
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError>;
}

/// Why one entry could not be read. Each is a row in `problems`; none ends an audit.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReadError {
    /// The object is not in the clone.
    #[error("the object is not in the clone")]
    Missing,
    /// Longer than the limit.
    #[error("{0} bytes is more than is read of one file")]
    TooLarge(u64),
    /// The bytes do not have the id they are stored under.
    #[error("the bytes do not have the id they are stored under")]
    Forged,
    /// The file system or the object database refused, or the file changed since it was listed.
    #[error("{0}")]
    Unreadable(String),
}

/// Why no tree could be listed at all. The message fits after "cannot read the repository: ".
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no such folder.
    #[error("`{0}` is not a folder that exists")]
    NoFolder(String),
    /// The revision is not in the clone.
    #[error("`{name}` names no commit of `{repository}`{hint}")]
    NoRevision {
        /// The revision asked for.
        name: String,
        /// The repository it was looked for in.
        repository: String,
        /// What is there instead, if that helps; starts with its own punctuation.
        hint: String,
    },
    /// A revision or the index was asked of something that is not a git repository.
    #[error("`{0}` is not a git repository, so it has no revisions and no index")]
    NotGit(String),
    /// The index was asked of a bare clone.
    #[error("`{0}` is a bare clone, so it has no index")]
    NoIndex(String),
    /// More entries than [`MAX_ENTRIES`], or paths longer together than fits in memory.
    #[error("it has more than {MAX_ENTRIES} entries, or paths too long to hold")]
    TooLarge,
    /// git or the file system refused.
    #[error("{0}")]
    Broken(String),
}
