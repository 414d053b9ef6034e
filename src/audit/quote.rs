//! The bytes behind what is quoted.

use std::collections::BTreeMap;

use crate::base::sha256_hex;
use crate::snapshot::Snapshot;
use crate::source::Reader;

/// Bytes read of a file to find the text of a line.
const MAX_TEXT: u64 = 8 << 20;

/// The bytes behind a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The id of the whole contents.
    pub blob: Option<String>,
    /// SHA-256 of the bytes of the lines, without the last line break; none for a whole file.
    pub sha256: Option<String>,
}

/// Contents of files that are quoted, each read once, by one reader.
pub(super) struct Texts<'a> {
    snapshot: &'a Snapshot,
    reader: Option<Box<dyn Reader + 'a>>,
    files: BTreeMap<String, Vec<u8>>,
}

impl<'a> Texts<'a> {
    /// Nothing is read yet.
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        Texts { snapshot, reader: snapshot.source().reader().ok(), files: BTreeMap::new() }
    }

    /// The bytes of some lines, from 1, without the last line break.
    pub(super) fn lines(&mut self, path: &str, first: u32, last: u32) -> Option<&[u8]> {
        let (snapshot, reader) = (self.snapshot, &mut self.reader);
        let bytes = self.files.entry(path.to_owned()).or_insert_with(|| {
            let entry = snapshot.entry(path);
            let read =
                entry.zip(reader.as_mut()).map(|(entry, reader)| reader.read(entry, MAX_TEXT));
            read.and_then(Result::ok).unwrap_or_default()
        });
        let mut starts = std::iter::once(0)
            .chain((1..).zip(bytes.iter()).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at));
        let start = starts.nth((first as usize).checked_sub(1)?)?;
        let end = match starts.nth((last - first) as usize) {
            Some(next) => next - 1,
            None => bytes.len(),
        };
        bytes.get(start..end)
    }

    pub(super) fn quote(
        &mut self,
        (path, line, end_line): &(String, Option<u32>, Option<u32>),
    ) -> Quote {
        let blob = self.snapshot.entry(path).and_then(|entry| entry.id).map(|id| id.to_string());
        let lines =
            line.and_then(|line| self.lines(path, line, end_line.unwrap_or(line).max(line)));
        Quote { blob, sha256: lines.map(sha256_hex) }
    }
}
