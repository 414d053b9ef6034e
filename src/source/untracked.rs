//! Files of a working tree that git does not track and does not ignore.

use std::collections::HashSet;
use std::fs::FileType;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::mpsc::{self, Sender};

use ignore::{DirEntry, WalkBuilder, WalkState};

/// Something found on disk.
pub(super) struct Found {
    /// Its path from the root.
    pub path: Vec<u8>,
    /// What it is; or why it could not be looked at.
    pub kind: Result<FileType, String>,
}

/// Finds what is on disk but not in `tracked`. Only what the repository itself ignores is ignored: not `.ignore` files,
/// not what the user's own settings say. Other repositories inside are not entered; a folder of tracked files is none.
pub(super) fn find(root: &Path, tracked: &HashSet<&[u8]>, folders: &HashSet<&[u8]>) -> Vec<Found> {
    let (sender, receiver) = mpsc::channel();
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(true)
        .git_exclude(true)
        .build_parallel();
    walk.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Ok(entry) = &entry
                && is_git(entry, folders.contains(relative(root, entry.path())))
            {
                return WalkState::Skip;
            }
            report(root, tracked, entry, &sender);
            WalkState::Continue
        })
    });
    drop(sender);
    receiver.into_iter().collect()
}

/// Whether this is a git directory or the root of another repository.
fn is_git(entry: &DirEntry, is_tracked: bool) -> bool {
    entry.file_name() == ".git"
        || entry.depth() > 0
            && !is_tracked
            && entry.file_type().is_some_and(|kind| kind.is_dir())
            && entry.path().join(".git").symlink_metadata().is_ok()
}

fn report(
    root: &Path,
    tracked: &HashSet<&[u8]>,
    entry: Result<DirEntry, ignore::Error>,
    sender: &Sender<Found>,
) {
    let found = match entry {
        Ok(entry) => match (relative(root, entry.path()), entry.file_type()) {
            (path, Some(kind)) if !kind.is_dir() && !tracked.contains(path) => {
                Found { path: path.to_vec(), kind: Ok(kind) }
            }
            _ => return,
        },
        Err(error) => Found { path: place(&error, root), kind: Err(error.to_string()) },
    };
    // The receiver outlives the walk.
    let _ = sender.send(found);
}

/// The path from the root. On bytes, because comparing component by component is slow.
fn relative<'a>(root: &Path, path: &'a Path) -> &'a [u8] {
    let path = path.as_os_str().as_bytes();
    let below = path.strip_prefix(root.as_os_str().as_bytes()).unwrap_or(path);
    below.strip_prefix(b"/").unwrap_or(below)
}

/// The path an error of the walk is about, as far as it says.
fn place(error: &ignore::Error, root: &Path) -> Vec<u8> {
    match error {
        ignore::Error::WithPath { path, .. } => relative(root, path).to_vec(),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err, root)
        }
        _ => Vec::new(),
    }
}
