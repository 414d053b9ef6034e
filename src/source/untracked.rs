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
/// not what the user's own settings say. Other repositories inside are not entered.
pub(super) fn find(root: &Path, tracked: &HashSet<&[u8]>) -> Vec<Found> {
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).git_ignore(true).git_exclude(true);
    builder.filter_entry(|entry| entry.depth() == 0 || !is_git(entry));
    let (sender, receiver) = mpsc::channel();
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            report(root, tracked, entry, &sender);
            WalkState::Continue
        })
    });
    drop(sender);
    receiver.into_iter().collect()
}

/// Whether this is a git directory or the root of another repository.
fn is_git(entry: &DirEntry) -> bool {
    entry.file_name() == ".git"
        || entry.file_type().is_some_and(|kind| kind.is_dir())
            && entry.path().join(".git").symlink_metadata().is_ok()
}

fn report(
    root: &Path,
    tracked: &HashSet<&[u8]>,
    entry: Result<DirEntry, ignore::Error>,
    sender: &Sender<Found>,
) {
    let found = match entry {
        Ok(entry) => {
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let path = path.as_os_str().as_bytes();
            match entry.file_type() {
                Some(kind) if !kind.is_dir() && !tracked.contains(path) => {
                    Found { path: path.to_vec(), kind: Ok(kind) }
                }
                _ => return,
            }
        }
        Err(error) => Found { path: place(&error, root), kind: Err(error.to_string()) },
    };
    // The receiver outlives the walk.
    let _ = sender.send(found);
}

/// The path an error of the walk is about, as far as it says.
fn place(error: &ignore::Error, root: &Path) -> Vec<u8> {
    match error {
        ignore::Error::WithPath { path, .. } => {
            path.strip_prefix(root).unwrap_or(path).as_os_str().as_bytes().to_vec()
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err, root)
        }
        _ => Vec::new(),
    }
}
