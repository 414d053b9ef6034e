//! Where bytes come from: a working tree, the git index, any revision of a clone, a plain folder, memory.

use thiserror::Error;

use crate::base::Id;

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
#[derive(Debug, Clone)]
pub struct Entry {
    /// Relative to the root, with `/`. Bytes that are not UTF-8 are written `\xNN` (see [`printable`]).
    pub path: String,
    /// The path's own bytes, where they differ from `path`.
    pub raw: Option<Vec<u8>>,
    /// What it is.
    pub kind: EntryKind,
    /// The id of its blob; for a submodule, of the commit. None: it could not be read, so its bytes have no name.
    pub id: Option<Id>,
    /// Its size in bytes, where listing told it.
    pub size: Option<u64>,
    /// Whether the bytes are not to be had (a partial clone, a sparse checkout without the object).
    pub is_missing: bool,
}

/// What is said of the audited revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    /// The commit's full id; none for a plain folder, memory or a repository without commits.
    pub commit: Option<String>,
    /// The commit's date, `YYYY-MM-DD` in its committer's time zone.
    pub date: Option<String>,
    /// What is audited: `commit`, `working tree`, `index`, `folder`, `memory`.
    pub kind: &'static str,
    /// Branches that contain... none is computed; this is the name asked for (`main`, `HEAD`, a sha).
    pub name: String,
    /// Short name of the repository: the last part of its folder's name.
    pub repository: String,
}

/// A tree whose entries are listed once and whose bytes are read by many workers.
pub trait Source: Send + Sync {
    /// What is audited.
    fn revision(&self) -> &Revision;
    /// Its entries, sorted by path bytes, each path once.
    fn entries(&self) -> &[Entry];
    /// What went wrong with single entries while listing: path, code, message.
    fn problems(&self) -> &[(Option<String>, &'static str, String)];
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
    /// The file system or the object database refused.
    #[error("{0}")]
    Unreadable(String),
}

/// Why no tree could be listed at all. The message fits after "cannot read the repository: ".
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no such folder.
    #[error("`{0}` does not exist")]
    NoFolder(String),
    /// The revision is not in the clone.
    #[error("`{name}` names no commit of `{repository}`")]
    NoRevision {
        /// The revision asked for.
        name: String,
        /// The repository it was looked for in.
        repository: String,
    },
    /// A revision was asked of something that is not a git repository.
    #[error("`{0}` is not a git repository, so it has no revisions")]
    NotGit(String),
    /// More entries than [`MAX_ENTRIES`].
    #[error("it has more than {MAX_ENTRIES} entries")]
    TooLarge,
    /// git or the file system refused.
    #[error("{0}")]
    Broken(String),
}

/// A path as text: as it is where that is UTF-8 without `\x`; else every backslash doubled and every byte that is not
/// UTF-8 as `\xNN`. Different paths stay different.
pub fn printable(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(path) if !path.contains("\\x") => path.to_owned(),
        _ => raw.utf8_chunks().fold(String::new(), |mut path, chunk| {
            path.push_str(&chunk.valid().replace('\\', "\\\\"));
            path.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            path
        }),
    }
}

/// x
pub fn memory(files: std::collections::BTreeMap<String, Vec<u8>>) -> Box<dyn Source> { let _ = files; todo!() }
