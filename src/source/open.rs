//! From what was asked for to a listed tree: which kind of place a folder is, and where its git directory is.

use std::fs;
use std::path::{Path, PathBuf};

use super::git::Place;
use super::{Source, SourceError, folder, index, revision, working_tree};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The root: a working tree, a bare clone or a plain folder. A subfolder of a working tree is a plain folder.
    pub path: PathBuf,
    /// A revision, by git's grammar; none: what is on disk, or HEAD of a bare clone.
    pub rev: Option<String>,
    /// Whether the index is meant instead of the files on disk.
    pub staged: bool,
    /// A folder to keep the ids of files in that git has no index of; none: they are computed each time.
    pub stat_cache: Option<PathBuf>,
}

/// Lists what is asked for.
pub fn open(request: &Request) -> Result<Box<dyn Source>, SourceError> {
    let shown = request.path.display().to_string();
    let root = request.path.canonicalize().map_err(|_| SourceError::NoFolder(shown.clone()))?;
    if !root.is_dir() {
        return Err(SourceError::NoFolder(shown));
    }
    let tree = match (place(&root), &request.rev) {
        (Some(place), Some(rev)) => revision::list(place, Some(rev))?,
        (Some(Place { root: None, .. }), None) if request.staged => {
            return Err(SourceError::NoIndex(shown));
        }
        (Some(place), None) if request.staged => index::list(place)?,
        (Some(place @ Place { root: None, .. }), None) => revision::list(place, None)?,
        (Some(place), None) => working_tree::list(place)?,
        (None, rev) if rev.is_some() || request.staged => return Err(SourceError::NotGit(shown)),
        (None, _) => folder::list(&root, request.stat_cache.as_deref())?,
    };
    Ok(Box::new(tree))
}

/// The working tree or bare clone that `from` is in, looking upward; `from` itself if it is in none.
pub fn discover(from: &Path) -> PathBuf {
    let start = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    let found = start.ancestors().find(|folder| place(folder).is_some());
    found.map_or_else(|| from.to_owned(), Path::to_owned)
}

/// Where the repository of a root is; none for a plain folder, also one whose `.git` leads nowhere.
fn place(root: &Path) -> Option<Place> {
    let (git, root) = match root.join(".git") {
        folder if is_git(&folder) => (folder, Some(root.to_owned())),
        file if file.is_file() => (linked(root, &file)?, Some(root.to_owned())),
        _ if is_git(root) => (root.to_owned(), None),
        _ => return None,
    };
    let name = name(&common(&git));
    Some(Place { git, root, name })
}

/// The git directory that a `.git` file names, as linked working trees and submodules have one.
fn linked(root: &Path, file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok()?;
    let git = root.join(text.strip_prefix("gitdir:")?.trim());
    is_git(&git).then(|| git.canonicalize().ok()).flatten()
}

fn is_git(folder: &Path) -> bool {
    let common = common(folder);
    folder.join("HEAD").symlink_metadata().is_ok()
        && common.join("objects").is_dir()
        && common.join("refs").is_dir()
}

/// The git directory that all working trees of a repository share.
fn common(git: &Path) -> PathBuf {
    let named = fs::read_to_string(git.join("commondir")).map(|text| git.join(text.trim_end()));
    named.and_then(|common| common.canonicalize()).unwrap_or_else(|_| git.to_owned())
}

/// The short name of a repository or folder: its last part without `.git`.
pub(super) fn name(folder: &Path) -> String {
    let folder = match folder.ends_with(".git") {
        true => folder.parent().unwrap_or(folder),
        false => folder,
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}
