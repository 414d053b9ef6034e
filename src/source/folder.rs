//! A plain folder: every file below it, but for git's own.

use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use walkdir::{DirEntry, WalkDir};

use super::disk::{kind, special, unread};
use super::listing::{Bytes, Listing, Tree};
use super::stat::Stat;
use super::stat_cache::StatCache;
use super::stored::{self, below};
use super::{Entry, EntryKind, Revision, SourceError};
use crate::base::Id;

/// Lists a folder. Ids of files that did not change since are taken from a file in `cache`.
pub(super) fn list(root: &Path, cache: Option<&Path>) -> Result<Tree, SourceError> {
    let mut listing = Listing::default();
    let files = walk(root, &mut listing)?;
    let cache = cache.map(|folder| StatCache::open(folder, root));
    let named: Vec<_> = files
        .par_iter()
        .map(|file| match cache.as_ref().and_then(|cache| cache.id(&file.path, &file.stat)) {
            Some(id) => Ok((id, file.stat.size)),
            None => file.name(root),
        })
        .collect();
    if let Some(cache) = cache {
        let ids = files.iter().zip(&named).filter_map(|(file, named)| {
            let (id, _) = named.as_ref().ok()?;
            Some((file.path.as_slice(), file.stat, *id))
        });
        cache.keep(ids);
    }
    for (file, named) in files.iter().zip(named) {
        match named {
            Ok((id, size)) => {
                let entry = Entry::at(&file.path, file.kind, Some(id));
                listing.add(Entry { size: Some(size), ..entry });
            }
            Err(error) => unread(&mut listing, &file.path, file.kind, error.to_string()),
        }
    }
    if root.join(".git").symlink_metadata().is_ok() {
        let message = "it leads to no repository, so the folder is read as a plain one";
        listing.problem(Some(b".git"), "no-repository", message);
    }
    let repository = super::open::name(root);
    let revision = Revision { kind: "folder", repository, ..Revision::default() };
    Ok(Tree::new(revision, listing, Bytes::Folder(root.to_owned())))
}

/// A file or link below the root.
struct OnDisk {
    path: Vec<u8>,
    kind: EntryKind,
    stat: Stat,
}

impl OnDisk {
    fn name(&self, root: &Path) -> std::io::Result<(Id, u64)> {
        let path = below(root, &self.path);
        match self.kind {
            EntryKind::Symlink => {
                stored::link_target(&path).map(|target| (Id::of(&target), target.len() as u64))
            }
            _ => stored::file_id(&path),
        }
    }
}

fn walk(root: &Path, listing: &mut Listing) -> Result<Vec<OnDisk>, SourceError> {
    let mut files = Vec::new();
    let entries = WalkDir::new(root).min_depth(1).follow_links(false).into_iter();
    for entry in entries.filter_entry(|entry| entry.file_name() != ".git") {
        let found = entry.and_then(|entry| Ok((entry.metadata()?, entry)));
        match found {
            Ok((metadata, _)) if metadata.is_dir() => {}
            Ok((metadata, entry)) => {
                let path = relative(&entry, root);
                listing.count(&path)?;
                files.extend(on_disk(path, &metadata, listing));
            }
            Err(error) => {
                let path = error.path().and_then(|path| path.strip_prefix(root).ok());
                let path = path.map(|path| path.as_os_str().as_bytes());
                listing.problem(path, "unreadable", error.to_string());
            }
        }
    }
    Ok(files)
}

fn relative(entry: &DirEntry, root: &Path) -> Vec<u8> {
    let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
    path.as_os_str().as_bytes().to_vec()
}

fn on_disk(path: Vec<u8>, metadata: &Metadata, listing: &mut Listing) -> Option<OnDisk> {
    let Some(kind) = kind(metadata.file_type()) else {
        special(listing, &path);
        return None;
    };
    Some(OnDisk { path, kind, stat: Stat::of(metadata) })
}
