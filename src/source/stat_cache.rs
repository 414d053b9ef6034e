//! The ids of files in a plain folder, kept from one audit to the next as git keeps its index.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::stat::Stat;
use crate::base::{Id, sha256_hex};

/// The first line of the file; its last word is the version of the format.
const HEADER: &str = "parity stat cache 1";
/// One record: id, size, times, inode.
const RECORD: usize = 20 + 8 + 12 + 12 + 8;

/// What is known of one folder, and where it is kept. Nothing here fails: without a cache, files are read.
pub(super) struct StatCache {
    file: PathBuf,
    known: HashMap<Vec<u8>, (Stat, Id)>,
    /// An empty file made before any file was read. Its time is that of the file system's clock.
    started: Option<(PathBuf, Stat)>,
}

impl StatCache {
    /// Opens the cache of a folder; several folders share `caches`. A damaged one is empty.
    pub fn open(caches: &Path, folder: &Path) -> Self {
        let name = sha256_hex(folder.as_os_str().as_bytes());
        let file = caches.join(format!("{}.stat", &name[..32]));
        let known = fs::read(&file).ok().and_then(|bytes| decode(&bytes)).unwrap_or_default();
        let started = start(caches, &file);
        StatCache { file, known, started }
    }

    /// The id of a file that is still what it was.
    pub fn id(&self, path: &[u8], stat: &Stat) -> Option<Id> {
        self.known.get(path).filter(|(known, _)| known == stat).map(|(_, id)| *id)
    }

    /// Replaces what is known. A file that changed in the very moment it was read is left out.
    pub fn keep<'a>(mut self, ids: impl Iterator<Item = (&'a [u8], Stat, Id)>) {
        let Some((draft, started)) = self.started.take() else {
            return;
        };
        let settled =
            |stat: &Stat| stat.modified < started.modified && stat.changed < started.changed;
        let ids: HashMap<Vec<u8>, (Stat, Id)> = ids
            .filter(|(_, stat, _)| settled(stat))
            .map(|(path, stat, id)| (path.to_vec(), (stat, id)))
            .collect();
        let is_kept = ids != self.known
            && fs::write(&draft, encode(&ids)).is_ok()
            && fs::rename(&draft, &self.file).is_ok();
        if !is_kept {
            // A draft that cannot be removed either is replaced by the next audit of this process id.
            let _ = fs::remove_file(&draft);
        }
    }
}

fn start(caches: &Path, file: &Path) -> Option<(PathBuf, Stat)> {
    fs::create_dir_all(caches).ok()?;
    let draft = file.with_extension(format!("{}.draft", std::process::id()));
    let mut created = File::create(&draft).ok()?;
    created.write_all(b"\n").ok()?;
    let stat = Stat::of(&created.metadata().ok()?);
    Some((draft, stat))
}

fn encode(ids: &HashMap<Vec<u8>, (Stat, Id)>) -> Vec<u8> {
    let mut body = Vec::with_capacity(ids.len() * (RECORD + 64));
    for (path, (stat, id)) in ids {
        body.extend(id.0);
        body.extend(stat.size.to_le_bytes());
        for (seconds, nanoseconds) in [stat.modified, stat.changed] {
            body.extend(seconds.to_le_bytes());
            body.extend(nanoseconds.to_le_bytes());
        }
        body.extend(stat.inode.to_le_bytes());
        body.extend(path);
        body.push(0);
    }
    let mut bytes = format!("{HEADER}\n{}\n", sha256_hex(&body)).into_bytes();
    bytes.append(&mut body);
    bytes
}

/// What a file holds; none if its digest is not that of its records.
fn decode(bytes: &[u8]) -> Option<HashMap<Vec<u8>, (Stat, Id)>> {
    let bytes = bytes.strip_prefix(HEADER.as_bytes())?.strip_prefix(b"\n")?;
    let (digest, body) = bytes.split_at_checked(64)?;
    let mut rest = body.strip_prefix(b"\n")?;
    if sha256_hex(rest).as_bytes() != digest {
        return None;
    }
    let mut ids = HashMap::new();
    while !rest.is_empty() {
        let id = Id(take(&mut rest)?);
        let size = u64::from_le_bytes(take(&mut rest)?);
        let modified = time(&mut rest)?;
        let changed = time(&mut rest)?;
        let inode = u64::from_le_bytes(take(&mut rest)?);
        let end = rest.iter().position(|byte| *byte == 0)?;
        ids.insert(rest[..end].to_vec(), (Stat { size, modified, changed, inode }, id));
        rest = &rest[end + 1..];
    }
    Some(ids)
}

fn time(rest: &mut &[u8]) -> Option<(i64, u32)> {
    Some((i64::from_le_bytes(take(rest)?), u32::from_le_bytes(take(rest)?)))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}
