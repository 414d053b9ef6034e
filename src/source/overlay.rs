//! A tree as it would be if some files were changed.

use std::collections::BTreeMap;

use super::{
    Compared, Depth, Entry, EntryKind, History, Problem, ReadError, Reader, Revision, Source,
    SourceError,
};
use crate::base::Id;

/// Changed files by path: their new bytes, or none where the file is gone.
pub type Changes = BTreeMap<String, Option<Vec<u8>>>;

/// Lays changed files over a source.
pub fn overlay(base: Box<dyn Source>, changes: Changes) -> Box<dyn Source> {
    let kept = base.entries().iter().filter(|entry| !changes.contains_key(&entry.path));
    let written = changes.iter().filter_map(|(path, bytes)| {
        let bytes = bytes.as_ref()?;
        let entry = Entry::at(path.as_bytes(), EntryKind::File, Some(Id::of(bytes)));
        Some(Entry { path: path.clone(), raw: None, size: Some(bytes.len() as u64), ..entry })
    });
    let mut entries: Vec<Entry> = kept.cloned().chain(written).collect();
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    let revision = Revision { is_dirty: true, staged: None, ..base.revision().clone() };
    Box::new(Overlay { base, revision, entries, changes })
}

struct Overlay {
    base: Box<dyn Source>,
    revision: Revision,
    entries: Vec<Entry>,
    changes: Changes,
}

impl Source for Overlay {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn problems(&self) -> &[Problem] {
        self.base.problems()
    }

    fn is_on_branch(&self) -> Option<bool> {
        self.base.is_on_branch()
    }

    fn history(
        &self,
        depth: Depth<'_>,
        compared: &mut Compared,
    ) -> Result<Option<History>, SourceError> {
        self.base.history(depth, compared)
    }

    fn reader(&self) -> Result<Box<dyn Reader + '_>, SourceError> {
        Ok(Box::new(OverlayReader { base: self.base.reader()?, changes: &self.changes }))
    }
}

struct OverlayReader<'a> {
    base: Box<dyn Reader + 'a>,
    changes: &'a Changes,
}

impl Reader for OverlayReader<'_> {
    fn read(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let Some(changed) = self.changes.get(&entry.path) else {
            return self.base.read(entry, limit);
        };
        let bytes = changed.as_ref().ok_or(ReadError::Missing)?;
        match bytes.len() as u64 {
            size if size > limit => Err(ReadError::TooLarge(size)),
            _ => Ok(bytes.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory;
    use super::*;

    #[test]
    fn what_is_laid_over_is_read_and_the_rest_as_before() {
        let files = [("a", "1"), ("b", "2"), ("c", "3")];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let changes = [("b", None), ("c", Some("4")), ("d", Some("5"))];
        let changes = changes
            .map(|(path, text)| (path.to_owned(), text.map(|text| text.as_bytes().to_vec())));
        let source = overlay(memory(files.into()), changes.into());
        let mut reader = source.reader().expect("a reader");
        let mut read = |entry: &Entry| reader.read(entry, 9).expect("bytes");
        let seen: Vec<(&str, Vec<u8>)> =
            source.entries().iter().map(|entry| (entry.path.as_str(), read(entry))).collect();
        assert_eq!(seen, [("a", b"1".to_vec()), ("c", b"4".to_vec()), ("d", b"5".to_vec())]);
        assert_eq!(source.entries()[1].id, Some(Id::of(b"4")));
    }
}
