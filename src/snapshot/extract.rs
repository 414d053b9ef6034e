//! Reads each blob once, in parallel, for all analyzers and searches that still want it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use rayon::prelude::*;

use super::search::Needle;
use super::{Snapshot, SnapshotError, Stage};
use crate::base::Id;
use crate::facts::{ANALYZERS, Input, MAX_BYTES, Rows, readers};
use crate::source::{Entry, EntryKind, ReadError, Reader, SourceError};
use crate::store::{Begun, Unread, Work};

/// Finished files that may wait for the writer; each holds at most the rows of one file.
const WAITING: usize = 32;

/// What was found in one blob.
struct Found {
    id: Id,
    rows: Vec<(usize, Rows)>,
    hits: Vec<(i64, Vec<(u32, u32, String)>)>,
}

/// Nanoseconds spent by all workers.
#[derive(Default)]
struct Spent {
    read: AtomicU64,
    extract: AtomicU64,
    search: AtomicU64,
}

impl Snapshot {
    /// Extracts what `analyzers` and the declared searches lack. False: another writer has the cache.
    pub(super) fn extract(&mut self, analyzers: u64) -> Result<bool, SnapshotError> {
        let needles = self.want_searches()?;
        let started = Instant::now();
        let mut work = self.store.missing(analyzers)?;
        if !work.is_empty() && !self.store.is_writing() {
            match self.store.begin()? {
                Begun::Not => return Ok(false),
                Begun::AsSeen => {}
                // Another process may have done it while this one waited for the lock.
                Begun::Newer => work = self.store.missing(analyzers)?,
            }
        }
        self.stages.add(Stage::List, started.elapsed());
        let mut unread = self.unavailable(analyzers);
        let written = work.keys().filter_map(|path| self.entry(path)?.id).collect();
        self.carry_out(&work, &needles, &mut unread)?;
        unread.sort();
        if !work.is_empty() {
            let Snapshot { store, stages, .. } = self;
            stages.time(Stage::Write, || store.renumber(&written))?;
        }
        Ok(self.store.note(&unread, &[])?).map(|()| true)
    }

    /// The files whose contents are known not to be had.
    fn unavailable(&self, analyzers: u64) -> Vec<Unread> {
        let mut unread = Vec::new();
        let files = self.source.entries().iter().filter(|entry| entry.kind == EntryKind::File);
        for entry in files.filter(|entry| entry.is_missing || entry.id.is_none()) {
            let bits = readers(&entry.path) & analyzers;
            self.unread(entry, bits, "missing", &ReadError::Missing.to_string(), &mut unread);
        }
        unread
    }

    fn carry_out(
        &mut self,
        work: &BTreeMap<String, Work>,
        needles: &BTreeMap<i64, Needle>,
        unread: &mut Vec<Unread>,
    ) -> Result<(), SnapshotError> {
        let spent = Spent::default();
        let (send, receive) = sync_channel(WAITING);
        let jobs: Vec<(&Entry, &Work)> =
            work.iter().filter_map(|(path, work)| Some((self.entry(path)?, work))).collect();
        let total = jobs.len();
        let source = self.source.as_ref();
        let store = &self.store;
        let mut writing = std::time::Duration::ZERO;
        let mut failed: Vec<(&Entry, &Work, ReadError)> = Vec::new();
        let outcome = std::thread::scope(|scope| -> Result<(), SnapshotError> {
            scope.spawn(|| {
                jobs.into_par_iter().for_each_init(
                    || (send.clone(), source.reader()),
                    |(send, reader), (entry, work)| {
                        let found = read_one(reader, entry, work, needles, &spent);
                        // The receiver is gone only when the database failed, which ends the audit.
                        let _ = send.send((entry, work, found));
                    },
                );
                drop(send);
            });
            for (done, (entry, work, found)) in (1..).zip(receive) {
                self.options.progress.inspect(|tell| tell(done, total));
                let started = Instant::now();
                match found {
                    Ok(found) => {
                        let blob = store.number(found.id)?;
                        store.put(blob, &found.rows)?;
                        for (pattern, hits) in &found.hits {
                            store.put_hits(blob, *pattern, hits)?;
                        }
                    }
                    Err(error) => failed.push((entry, work, error)),
                }
                writing += started.elapsed();
            }
            Ok(())
        });
        outcome?;
        let is_lasting = |error: &ReadError| matches!(error, ReadError::TooLarge(_));
        let is_short = failed.iter().any(|(.., error)| !is_lasting(error));
        for (entry, work, error) in failed {
            self.all_paths_unread(entry, work.analyzers, &error, unread);
        }
        self.is_short |= is_short;
        self.stages.add(Stage::Write, writing);
        for (stage, nanos) in [
            (Stage::Read, spent.read),
            (Stage::Extract, spent.extract),
            (Stage::Search, spent.search),
        ] {
            self.stages.add(stage, std::time::Duration::from_nanos(nanos.into_inner()));
        }
        Ok(())
    }

    /// Notes every path that has the blob which could not be read.
    fn all_paths_unread(
        &self,
        read: &Entry,
        analyzers: u64,
        error: &ReadError,
        unread: &mut Vec<Unread>,
    ) {
        let code = match error {
            ReadError::Missing => "missing",
            ReadError::TooLarge(_) => "too-large",
            ReadError::Forged => "forged",
            ReadError::Unreadable(_) => "unreadable",
        };
        for entry in self
            .source
            .entries()
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && entry.id == read.id)
        {
            let bits = readers(&entry.path) & analyzers;
            self.unread(entry, bits, code, &error.to_string(), unread);
        }
    }
}

fn read_one(
    reader: &mut Result<Box<dyn Reader + '_>, SourceError>,
    entry: &Entry,
    work: &Work,
    needles: &BTreeMap<i64, Needle>,
    spent: &Spent,
) -> Result<Found, ReadError> {
    let started = Instant::now();
    let reader = reader.as_mut().map_err(|error| ReadError::Unreadable(error.to_string()))?;
    let bytes = reader.read(entry, MAX_BYTES);
    add(&spent.read, started);
    let bytes = bytes?;
    let started = Instant::now();
    let input = Input::new(&bytes);
    let mut rows = Vec::new();
    for (at, analyzer) in
        ANALYZERS.iter().enumerate().filter(|(at, _)| work.analyzers & (1 << at) != 0)
    {
        let mut out = Rows::default();
        (analyzer.extract)(&input, &mut out);
        rows.push((at, out));
    }
    add(&spent.extract, started);
    let started = Instant::now();
    let hits =
        work.patterns.iter().map(|pattern| (*pattern, needles[pattern].find(&input))).collect();
    add(&spent.search, started);
    let id = entry.id.ok_or(ReadError::Missing)?;
    Ok(Found { id, rows, hits })
}

fn add(account: &AtomicU64, started: Instant) {
    account.fetch_add(
        u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX),
        Ordering::Relaxed,
    );
}
