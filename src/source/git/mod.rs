//! The one user of libgit2: objects by id, revisions by name, the index, attributes.

mod log;
mod patch;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Once;

use git2::{AttrCheckFlags, AttrValue, ConfigLevel, ErrorCode, OdbLookupFlags, Oid, Repository};

pub(super) use log::LogEntry;
pub use patch::patch;

use super::{Entry, EntryKind, ReadError, Reader, SourceError};
use crate::base::Id;

/// Extensions of the repository format that change nothing about reading objects, refs and the index.
const HARMLESS_EXTENSIONS: [&str; 2] = ["partialclone", "relativeworktrees"];

/// Where a repository is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The git directory: of a linked working tree, its own.
    pub git: PathBuf,
    /// The working tree, unless it is bare.
    pub root: Option<PathBuf>,
    /// Its short name.
    pub name: String,
}

/// An open repository, for one worker.
pub(super) struct Git {
    repository: Repository,
    place: Place,
}

/// A commit a name resolved to.
pub(super) struct Commit {
    /// Its id.
    pub id: Id,
    /// The id of its tree.
    pub tree: Id,
    /// Seconds since 1970 in its committer's time zone.
    pub local_time: i64,
}

/// What HEAD is.
pub(super) enum Head {
    /// A commit.
    Commit(Commit),
    /// There is no commit at all.
    NoCommits,
    /// It names nothing that is there, but these refs are.
    Dangling(Vec<String>),
}

/// One entry of the index.
pub(super) struct Tracked {
    /// Its path.
    pub path: Vec<u8>,
    /// What it is; none for a mode git does not write.
    pub kind: Option<EntryKind>,
    /// The id of its blob or commit.
    pub id: Id,
    /// 0, or the side of a conflict.
    pub stage: u16,
    /// Its size on disk when it was last looked at, modulo 2^32.
    pub size: u32,
    /// Seconds and nanoseconds of its last change on disk.
    pub modified: (i32, u32),
    /// Seconds and nanoseconds of its last change of status on disk.
    pub changed: (i32, u32),
    /// Its inode, modulo 2^32.
    pub inode: u32,
    /// Whether a sparse checkout leaves it out.
    pub is_skipped: bool,
    /// Whether it is only intended to be added (`git add -N`), so that its id is not yet its own.
    pub is_intended: bool,
}

/// Turns a mode of a tree object or an index entry into a kind.
pub(super) fn kind_of(mode: u32) -> Option<EntryKind> {
    match mode & 0o170_000 {
        0o100_000 => Some(EntryKind::File),
        0o120_000 => Some(EntryKind::Symlink),
        0o160_000 => Some(EntryKind::Submodule),
        _ => None,
    }
}

impl Git {
    /// Opens a repository. Only its own configuration is read, so that the result is the same for everybody.
    pub fn open(place: &Place) -> Result<Self, SourceError> {
        prepare();
        let repository =
            Repository::open_bare(&place.git).map_err(|error| refusal(&place.git, &error))?;
        if let Some(root) = &place.root {
            repository.set_workdir(root, false).map_err(|error| broken(&error))?;
        }
        Ok(Git { repository, place: place.clone() })
    }

    /// The commit a revision names, by git's own grammar; tags are peeled.
    pub fn commit(&self, name: &str) -> Result<Commit, SourceError> {
        let found = self.repository.revparse_single(name);
        let found = found.and_then(|object| object.peel_to_commit()).map_err(|error| {
            let hint = match error.code() {
                ErrorCode::Ambiguous => "; it is the start of several ids".to_owned(),
                _ => String::new(),
            };
            let repository = self.place.name.clone();
            SourceError::NoRevision { name: name.to_owned(), repository, hint }
        })?;
        let (id, time) = (id(found.id()), found.time());
        self.object(id, "commit", u64::MAX)
            .map_err(|error| SourceError::Broken(format!("commit {id}: {error}")))?;
        let local_time = time.seconds() + i64::from(time.offset_minutes()) * 60;
        Ok(Commit { id, tree: self::id(found.tree_id()), local_time })
    }

    /// The branch HEAD is on.
    pub fn branch(&self) -> Option<String> {
        let head = self.repository.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// What HEAD is.
    pub fn head(&self) -> Result<Head, SourceError> {
        let refs = self.repository.references().map_err(|error| broken(&error))?;
        match self.commit("HEAD") {
            Ok(commit) => Ok(Head::Commit(commit)),
            Err(SourceError::NoRevision { .. }) => {
                let names: Vec<_> = refs
                    .filter_map(|found| Some(found.ok()?.shorthand().ok()?.to_owned()))
                    .take(5)
                    .collect();
                Ok(if names.is_empty() { Head::NoCommits } else { Head::Dangling(names) })
            }
            Err(error) => Err(error),
        }
    }

    /// Reads an object of at most `limit` bytes and checks that its bytes have its id.
    pub fn object(&self, id: Id, kind: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let objects = self.repository.odb().map_err(|error| unreadable(&error))?;
        let oid = Oid::from_bytes(&id.0).map_err(|error| unreadable(&error))?;
        let (size, _) = objects.read_header(oid).map_err(|error| unreadable(&error))?;
        if size as u64 > limit {
            return Err(ReadError::TooLarge(size as u64));
        }
        let object = objects.read(oid).map_err(|error| unreadable(&error))?;
        match Id::of_object(kind, object.data()) == id {
            true => Ok(object.data().to_vec()),
            false => Err(ReadError::Forged),
        }
    }

    /// A quick check for which of `ids` are in the object database; nothing is fetched.
    pub fn has(&self) -> Result<impl Fn(Id) -> bool + '_, SourceError> {
        let objects = self.repository.odb().map_err(|error| broken(&error))?;
        Ok(move |id: Id| {
            Oid::from_bytes(&id.0)
                .is_ok_and(|oid| objects.exists_ext(oid, OdbLookupFlags::NO_REFRESH))
        })
    }

    /// The file the index is in.
    pub fn index_file(&self) -> PathBuf {
        self.place.git.join("index")
    }

    /// The entries of the index, sorted by path.
    pub fn tracked(&self) -> Result<Vec<Tracked>, SourceError> {
        let index = git2::Index::open(&self.index_file())
            .map_err(|error| SourceError::Broken(format!("its index: {}", error.message())))?;
        Ok(index.iter().map(tracked).collect())
    }

    /// The value of an attribute (`set`, `unset` or a text) of a path.
    pub fn attribute(&self, path: &[u8], name: &str) -> Option<String> {
        let path = Path::new(OsStr::from_bytes(path));
        let flags = AttrCheckFlags::FILE_THEN_INDEX | AttrCheckFlags::NO_SYSTEM;
        let value = self.repository.get_attr_bytes(path, name, flags).ok()?;
        match AttrValue::from_bytes(value) {
            AttrValue::True => Some("set".to_owned()),
            AttrValue::False => Some("unset".to_owned()),
            AttrValue::String(text) => Some(text.to_owned()),
            AttrValue::Bytes(_) | AttrValue::Unspecified => None,
        }
    }

    /// Whether files on disk may differ from what is stored: there are attributes or a setting for that.
    pub fn may_convert<'p>(&self, mut paths: impl Iterator<Item = &'p [u8]>) -> bool {
        self.setting("core.autocrlf").is_some()
            || self.setting("core.attributesfile").is_some()
            || paths.any(|path| path.ends_with(b".gitattributes"))
            || self.repository.commondir().join("info/attributes").exists()
    }

    /// Whether the clone has only the newest part of its history.
    pub fn is_shallow(&self) -> bool {
        self.repository.is_shallow()
    }

    /// Where the repository is cloned from, as a URI without a name or password; none where that is no URI.
    pub fn remote(&self) -> Option<String> {
        let url = self.setting("remote.origin.url")?;
        let is_plain = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
        };
        if let Some((scheme, rest)) = url.split_once("://") {
            let (host, path) = rest.split_once('/')?;
            let host = host.rsplit('@').next().unwrap_or(host);
            let is_known = ["https", "http", "ssh", "git"].contains(&scheme);
            return (is_known && is_plain(rest)).then(|| format!("{scheme}://{host}/{path}"));
        }
        // git's short form of ssh: user@host:path.
        let (host, path) = url.split_once(':')?;
        let (_, host) = host.split_once('@')?;
        is_plain(&url).then(|| format!("ssh://{host}/{}", path.trim_start_matches('/')))
    }

    /// A setting of the repository's own configuration.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.repository.config().ok()?.get_string(name).ok()
    }
}

impl Reader for Git {
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        match (entry.kind, entry.id) {
            (EntryKind::Submodule, _) | (_, None) => Err(ReadError::Missing),
            (_, Some(id)) => self.object(id, "blob", limit),
        }
    }
}

/// Sets libgit2's options, which are global, before its first use.
///
/// Owners are not compared, because nothing of a repository is executed; no configuration outside the repository is
/// read; ids are computed here (see [`Git::object`]), so libgit2 need not compute them too.
#[allow(unsafe_code, reason = "libgit2 keeps options in globals")]
fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_hash_verification(false);
        let levels =
            [ConfigLevel::ProgramData, ConfigLevel::System, ConfigLevel::XDG, ConfigLevel::Global];
        // SAFETY: the options are globals without a lock. Every use of libgit2 in this crate is in this file and comes
        // after `Git::open`, which waits here for the one thread that sets them.
        let set = unsafe {
            levels
                .into_iter()
                .try_for_each(|level| git2::opts::set_search_path(level, ""))
                .and_then(|()| git2::opts::set_extensions(&HARMLESS_EXTENSIONS))
                .and_then(|()| git2::opts::set_verify_owner_validation(false))
        };
        set.expect("libgit2 knows these options");
    });
}

fn tracked(entry: git2::IndexEntry) -> Tracked {
    const SKIPPED: u16 = 1 << 14;
    const INTENDED: u16 = 1 << 13;
    Tracked {
        kind: kind_of(entry.mode),
        id: id(entry.id),
        stage: (entry.flags >> 12) & 3,
        size: entry.file_size,
        modified: (entry.mtime.seconds(), entry.mtime.nanoseconds()),
        changed: (entry.ctime.seconds(), entry.ctime.nanoseconds()),
        inode: entry.ino,
        is_skipped: entry.flags_extended & SKIPPED != 0,
        is_intended: entry.flags_extended & INTENDED != 0,
        path: entry.path,
    }
}

fn id(oid: Oid) -> Id {
    Id(oid.as_bytes().try_into().expect("this build of libgit2 knows only ids of 20 bytes"))
}

fn unreadable(error: &git2::Error) -> ReadError {
    match error.code() {
        ErrorCode::NotFound => ReadError::Missing,
        _ => ReadError::Unreadable(error.message().to_owned()),
    }
}

fn broken(error: &git2::Error) -> SourceError {
    SourceError::Broken(error.message().to_owned())
}

/// Says in our words why libgit2 would not open a repository.
fn refusal(git: &Path, error: &git2::Error) -> SourceError {
    let message = error.message();
    SourceError::Broken(if message.contains("object format") {
        "its objects are named by SHA-256; only SHA-1 repositories are read".to_owned()
    } else if message.contains("refstorage") {
        "its refs are kept as a reftable; only loose and packed refs are read".to_owned()
    } else {
        format!("`{}`: {message}", git.display())
    })
}
