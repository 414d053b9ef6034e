//! The id git would store a file on disk under: line ends as its attributes say, a link by its target.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::Path;

use super::git::Git;
use crate::base::{Id, IdHash};

/// How many bytes of a file are held at a time.
const CHUNK: usize = 256 << 10;

/// What git does to a file's line ends when it stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// Nothing.
    Kept,
    /// CRLF becomes LF.
    Converted,
    /// CRLF becomes LF, unless the file looks binary.
    Guessed,
}

/// What git's attributes say of storing a path, as in git's `convert.c`.
pub(super) fn line_ends(git: &Git, path: &[u8]) -> LineEnds {
    let text = git.attribute(path, "text").or_else(|| git.attribute(path, "crlf"));
    let has_eol = || git.attribute(path, "eol").is_some_and(|eol| eol == "lf" || eol == "crlf");
    match text.as_deref() {
        Some("set" | "input") => LineEnds::Converted,
        Some("unset") => LineEnds::Kept,
        Some("auto") => LineEnds::Guessed,
        _ if has_eol() => LineEnds::Converted,
        _ => {
            match git.setting("core.autocrlf").as_deref().map(str::to_ascii_lowercase).as_deref() {
                Some("true" | "yes" | "on" | "1" | "input") => LineEnds::Guessed,
                _ => LineEnds::Kept,
            }
        }
    }
}

/// What would change the file on storing it, but is not done here: drivers are programs, and never run.
pub(super) fn unapplied(git: &Git, path: &[u8]) -> Option<String> {
    ["filter", "ident", "working-tree-encoding"].into_iter().find_map(|name| {
        let value = git.attribute(path, name)?;
        (value != "unset").then(|| format!("the attribute `{name}={value}` is not applied"))
    })
}

/// The id of a file as it is, and its size, without holding it in memory.
pub(super) fn file_id(path: &Path) -> io::Result<(Id, u64)> {
    let size = File::open(path)?.metadata()?.len();
    let mut hash = IdHash::new("blob", size);
    let read = pieces(path, |piece, _| hash.update(piece))?;
    match read == size {
        true => Ok((hash.id(), size)),
        false => Err(io::Error::other("it changed while it was read")),
    }
}

/// The id of a file with its line ends converted, and its size then. `committed` says whether the blob that the index
/// has at this path holds CRLF: then git leaves the ends of a guessed file alone.
pub(super) fn converted_id(
    path: &Path,
    ends: LineEnds,
    committed: impl FnOnce() -> bool,
) -> io::Result<(Id, u64)> {
    let mut look = Look::default();
    let size = match ends {
        LineEnds::Kept => return file_id(path),
        LineEnds::Converted | LineEnds::Guessed => {
            pieces(path, |piece, next| look.add(piece, next))?
        }
    };
    if look.crlf == 0 || ends == LineEnds::Guessed && (look.is_binary() || committed()) {
        return file_id(path);
    }
    let stored = size - look.crlf;
    let mut hash = IdHash::new("blob", stored);
    let mut written = 0;
    pieces(path, |piece, next| {
        let piece = without_cr(piece, next);
        written += piece.len() as u64;
        hash.update(&piece);
    })?;
    match written == stored {
        true => Ok((hash.id(), stored)),
        false => Err(io::Error::other("it changed while it was read")),
    }
}

/// The bytes with each CRLF as LF.
pub(super) fn convert(bytes: &[u8]) -> Vec<u8> {
    without_cr(bytes, None)
}

/// The target of a symbolic link.
pub(super) fn link_target(path: &Path) -> io::Result<Vec<u8>> {
    Ok(fs::read_link(path)?.into_os_string().into_vec())
}

/// A path below a root, from raw bytes.
pub(super) fn below(root: &Path, path: &[u8]) -> std::path::PathBuf {
    root.join(std::ffi::OsStr::from_bytes(path))
}

/// Calls `each` with every piece of a file and the byte after it; returns how many bytes there were.
fn pieces(path: &Path, mut each: impl FnMut(&[u8], Option<u8>)) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut piece = Vec::with_capacity(CHUNK + 1);
    let mut total = 0;
    loop {
        let wanted = (CHUNK + 1 - piece.len()) as u64;
        let read = file.by_ref().take(wanted).read_to_end(&mut piece)?;
        total += read as u64;
        if piece.len() <= CHUNK {
            each(&piece, None);
            return Ok(total);
        }
        let next = piece[CHUNK];
        each(&piece[..CHUNK], Some(next));
        piece.clear();
        piece.push(next);
    }
}

fn without_cr(piece: &[u8], next: Option<u8>) -> Vec<u8> {
    let after = piece.iter().copied().skip(1).map(Some).chain([next]);
    let kept =
        piece.iter().zip(after).filter(|(byte, after)| **byte != b'\r' || *after != Some(b'\n'));
    kept.map(|(byte, _)| *byte).collect()
}

/// What git counts to guess whether a file is text (`gather_stats`).
#[derive(Default)]
struct Look {
    crlf: u64,
    lone_cr: u64,
    nul: u64,
    printable: u64,
    other: u64,
}

impl Look {
    fn add(&mut self, piece: &[u8], next: Option<u8>) {
        let after = piece.iter().copied().skip(1).map(Some).chain([next]);
        for (byte, after) in piece.iter().zip(after) {
            match byte {
                b'\r' if after == Some(b'\n') => self.crlf += 1,
                b'\r' => self.lone_cr += 1,
                b'\n' => {}
                0x1a if after.is_none() => {}
                0 => self.nul += 1,
                0x08 | b'\t' | 0x1b | 0x0c => self.printable += 1,
                0x01..=0x1f | 0x7f => self.other += 1,
                _ => self.printable += 1,
            }
        }
    }

    fn is_binary(&self) -> bool {
        self.lone_cr > 0 || self.nul > 0 || self.printable >> 7 < self.other
    }
}

/// Whether a blob is text with CRLF, as git asks of the index before it converts a guessed file.
pub(super) fn is_crlf_text(bytes: &[u8]) -> bool {
    let mut look = Look::default();
    look.add(bytes, None);
    look.crlf > 0 && !look.is_binary()
}
