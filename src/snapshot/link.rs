//! Brings the rows of linkers up to date.

use std::time::Instant;

use super::{Snapshot, SnapshotError, Stage};
use crate::base::Sha256;
use crate::facts::ANALYZERS;
use crate::link::{LINKERS, Linked, LinkedFile};
use crate::source::{Entry, EntryKind};

impl Snapshot {
    /// Brings the rows of one linker up to date: shows the link there is, or makes one.
    pub(super) fn link(
        &mut self,
        index: usize,
        link: Option<i64>,
        key: &str,
    ) -> Result<(), SnapshotError> {
        let started = Instant::now();
        let link = match link {
            Some(link) => link,
            None => {
                let mut linked = Linked::default();
                (LINKERS[index].link)(
                    &self.linked_files(index)?,
                    &self.options.settings,
                    &mut linked,
                );
                self.store.put_link(index, key, &linked)?
            }
        };
        self.store.show_link(index, link)?;
        self.stages.add(Stage::Link, started.elapsed());
        Ok(())
    }

    /// The digest of what a linker reads: the (path, blob) pairs it selects, its settings, and who wrote its facts. A blob
    /// that could not be read counts as none: elsewhere the same id may be readable.
    pub(super) fn key(&self, index: usize) -> Result<String, SnapshotError> {
        let linker = LINKERS[index];
        let mut hash = Sha256::default();
        let writer = ANALYZERS
            .iter()
            .find(|analyzer| analyzer.facts.iter().any(|facts| facts.name == linker.reads));
        hash.update(format!(
            "{}\0{:?}\0",
            writer.map_or("", |writer| writer.version),
            self.options.settings
        ));
        for entry in self.selected(index) {
            let read = self.store.is_extracted(&entry.path, self.store.linker_reads(index))?;
            let id = entry.id.filter(|_| read).map(|id| id.to_string()).unwrap_or_default();
            hash.update(format!("{}\0{id}\0", entry.path));
        }
        Ok(hash.hex())
    }

    fn selected(&self, index: usize) -> impl Iterator<Item = &Entry> {
        let files = self.source.entries().iter().filter(|entry| entry.kind == EntryKind::File);
        files.filter(move |entry| (LINKERS[index].selects)(&entry.path))
    }

    fn linked_files(&self, index: usize) -> Result<Vec<LinkedFile>, SnapshotError> {
        let mut files = Vec::new();
        for entry in self.selected(index) {
            let rows = self.store.facts_of(LINKERS[index].reads, &entry.path)?;
            let read = self.store.is_extracted(&entry.path, self.store.linker_reads(index))?;
            let unread = (!read).then(|| "its contents could not be read".to_owned());
            files.push(LinkedFile { path: entry.path.clone(), rows, unread });
        }
        Ok(files)
    }
}
