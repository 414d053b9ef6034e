//! One revision made ready for questions: source, facts, links and searches behind a read-only connection.
//!
//! Nothing is read that no question asks for: the queries are prepared first, and what they read decides which analyzers,
//! linkers and searches run.

mod comments;
mod extract;
mod history;
mod link;
mod names;
mod options;
mod population;
mod products;
mod questions;
mod search;
mod stages;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;
use thiserror::Error;

pub use options::{AttestationRow, Options};
pub use population::Population;
pub use questions::{Needs, Question, Rows};
pub use search::{Scope, Search};
pub use stages::{Stage, Stages};
pub use touched::Touched;

use population::Populations;
use products::Products;
use questions::Digests;

use crate::base::Value;
use crate::facts::ANALYZERS;
use crate::server::Live;
use crate::source::{Entry, EntryKind, Source, SourceError};
use crate::store::{Asking, Begun, Cells, Plain, Query, Store, StoreError, TreeRow, Unread};

/// Bytes read of a symbolic link's target.
const MAX_LINK: u64 = 65_536;

/// Why a snapshot could not be made. The message fits after "cannot audit: ".
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The tree could not be listed or read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A query or the database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A pattern of a page, matrix or configuration is wrong.
    #[error("`{pattern}`: {message}")]
    Pattern {
        /// The glob or regular expression.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
}

/// One revision, laid out as tables.
pub struct Snapshot {
    source: Box<dyn Source>,
    store: Store,
    options: Options,
    archived: GlobSet,
    products: Products,
    searches: BTreeMap<String, Search>,
    populations: Populations,
    digests: Digests,
    /// Whether the paths are laid over the cache.
    is_laid: bool,
    /// Whether bytes that are listed could not be had this time.
    is_short: bool,
    stages: Stages,
    /// How much of the history was told.
    told: u8,
    live: Vec<Live>,
}

impl Snapshot {
    /// Lays the listed tree over the cache.
    ///
    /// # Errors
    /// A wrong `archived` glob, or a database that cannot be used at all.
    pub fn new(
        source: Box<dyn Source>,
        options: Options,
        mut stages: Stages,
    ) -> Result<Snapshot, SnapshotError> {
        let archived = names::glob_set(&options.archived)?;
        let products = Products::new(&options.products, options.product.as_deref())?;
        let store =
            stages.time(Stage::List, || Store::open(options.cache.as_deref(), options.today))?;
        Ok(Snapshot {
            source,
            store,
            options,
            archived,
            products,
            searches: BTreeMap::new(),
            populations: Populations::default(),
            digests: Digests::default(),
            is_laid: false,
            is_short: false,
            stages,
            told: 0,
            live: Vec::new(),
        })
    }

    fn lay(&mut self) -> Result<(), SnapshotError> {
        let Snapshot { source, store, archived, products, populations, stages, .. } = self;
        let readers = populations.readers(source.entries());
        let rows = source.entries().iter().zip(readers).map(|(entry, readers)| TreeRow {
            path: &entry.path,
            id: entry.id,
            size: entry.size.or_else(|| link_length(source.as_ref(), entry)),
            kind: match entry.kind {
                EntryKind::File => "file",
                EntryKind::Symlink => "symlink",
                EntryKind::Submodule => "submodule",
            },
            language: names::language(&entry.path),
            // Of another product, facts are read, but neither findings nor evidence are drawn.
            standing: match products.leaves_out(&entry.path) {
                true => "archived",
                false => names::standing(&entry.path, archived),
            },
            product: products.of(&entry.path),
            is_missing: entry.is_missing || entry.id.is_none(),
            analyzers: *readers,
        });
        stages.time(Stage::List, || store.lay(rows))?;
        let in_tree = |path: &String| source.entries().iter().any(|entry| entry.path == *path);
        let attested =
            self.options.attestations.iter().map(|row| ("attestation_rows", row.cells(in_tree)));
        let today = ("today_rows", vec![self.options.as_of.as_str().into()]);
        let revision = ("revision_rows", vec![source.revision().cloned_as().into()]);
        store.fill(&attested.chain([today, revision]).collect::<Vec<_>>())?;
        self.live.iter().try_for_each(|live| store.see(live))?;
        store.note(&[], source.problems())?;
        self.is_laid = true;
        Ok(())
    }

    /// Shows real databases in the tables they fill. What was made ready before must be made ready again.
    ///
    /// # Errors
    /// The database failed.
    pub fn see(&mut self, live: Vec<Live>) -> Result<(), SnapshotError> {
        self.store.open_again()?;
        self.live = live;
        match self.is_laid {
            true => Ok(self.live.iter().try_for_each(|live| self.store.see(live))?),
            false => self.lay(),
        }
    }

    /// What is audited.
    pub fn source(&self) -> &dyn Source {
        self.source.as_ref()
    }

    /// The product that is looked at; none: all.
    pub fn product(&self) -> Option<&str> {
        self.options.product.as_deref()
    }

    /// How long each stage took so far.
    pub fn stages(&mut self) -> &mut Stages {
        &mut self.stages
    }

    /// The entry at a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let entries = self.source.entries();
        entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok().map(|at| &entries[at])
    }

    /// Whether a path lies in an archived part of the tree, or is not of the product that is looked at.
    pub fn is_archived(&self, path: &str) -> bool {
        self.archived.is_match(path) || self.products.leaves_out(path)
    }

    /// Prepares a query; nothing is read for it yet.
    ///
    /// # Errors
    /// The query's author must act.
    pub fn prepare(&mut self, sql: &str) -> Result<Query, StoreError> {
        self.store.prepare(sql)
    }

    /// Reads, extracts, links and searches what is needed; then only queries run.
    ///
    /// # Errors
    /// A wrong pattern, or the database failed.
    pub fn make_ready<'a>(
        &mut self,
        needs: impl Iterator<Item = &'a Needs>,
    ) -> Result<(), SnapshotError> {
        let needs: Vec<&Needs> = needs.collect();
        self.read_for(needs.iter().copied())?;
        self.set_out(needs.into_iter())
    }

    /// The first half of it: reads, extracts, links and searches.
    ///
    /// # Errors
    /// A wrong pattern, or the database failed.
    pub fn read_for<'a>(
        &mut self,
        needs: impl Iterator<Item = &'a Needs>,
    ) -> Result<(), SnapshotError> {
        let needs: Vec<&Needs> = needs.filter(|needs| needs.is_of_tree()).collect();
        if needs.is_empty() {
            return Ok(());
        }
        if !self.is_laid {
            self.lay()?;
        }
        let searches = needs.iter().filter_map(|needs| needs.search.clone());
        self.searches = searches.map(|search| (search.name(), search)).collect();
        let mut analyzers = 0;
        let mut linkers = BTreeSet::new();
        for (bits, indexes) in needs.iter().filter_map(|needs| self.behind(needs)) {
            analyzers |= bits;
            linkers.extend(indexes);
        }
        if !self.bring_up_to_date(analyzers, &linkers)? {
            self.start_in_private()?;
            self.bring_up_to_date(analyzers, &linkers)?;
        }
        let Snapshot { store, stages, .. } = self;
        Ok(stages.time(Stage::Write, || store.commit())?)
    }

    /// Where the cache cannot be used: what is done from here on needs none.
    fn start_in_private(&mut self) -> Result<(), SnapshotError> {
        self.store = Store::open(None, self.options.today)?;
        self.told = 0;
        self.lay()
    }

    /// The second half: lays out what the queries will read, and closes the database to all but them.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_out<'a>(
        &mut self,
        needs: impl Iterator<Item = &'a Needs>,
    ) -> Result<(), SnapshotError> {
        let needs: Vec<&Needs> = needs.filter(|needs| needs.is_of_tree()).collect();
        if needs.is_empty() {
            return Ok(self.store.close()?);
        }
        let mut walked = 0;
        let mut readers: BTreeMap<&str, usize> = BTreeMap::new();
        for needs in &needs {
            let (Some(query), Some((bits, _))) = (&needs.query, self.behind(needs)) else {
                continue;
            };
            query.reads.keys().for_each(|table| *readers.entry(table).or_default() += 1);
            // What could not be read of anything is asked of all files anyway.
            walked |= if query.reads.contains_key("problems") { 0 } else { bits };
        }
        let Snapshot { store, stages, .. } = self;
        stages.time(Stage::List, || store.index(walked))?;
        let tables = readers.keys().copied().collect();
        self.know_paths(&tables)?;
        self.tell_history(&tables)?;
        let Snapshot { store, stages, .. } = self;
        store.gather_unsure()?;
        stages.time(Stage::Pages, || store.keep(&readers))?;
        if !stages.time(Stage::Pages, || store.publish())? {
            self.start_in_private()?;
            self.read_for(needs.iter().copied())?;
            return self.set_out(needs.into_iter());
        }
        Ok(self.store.close()?)
    }

    /// Extracts and links what is lacking. False: another writer has the cache.
    fn bring_up_to_date(
        &mut self,
        analyzers: u64,
        linkers: &BTreeSet<usize>,
    ) -> Result<bool, SnapshotError> {
        if !self.extract(analyzers)? {
            return Ok(false);
        }
        let mut links = Vec::new();
        for linker in linkers {
            let key = self.key(*linker)?;
            links.push((*linker, self.store.link(*linker, &key)?, key));
        }
        if links.iter().any(|(_, link, _)| link.is_none()) && !self.store.is_writing() {
            // With the lock, what was read above holds until it is written.
            return Ok(
                self.store.begin()? != Begun::Not && self.bring_up_to_date(analyzers, linkers)?
            );
        }
        for (linker, link, key) in links {
            self.link(linker, link, &key)?;
        }
        Ok(true)
    }

    /// Runs a query.
    ///
    /// # Errors
    /// The query failed or did too much.
    pub fn run(
        &self,
        query: &Query,
        parameters: &BTreeMap<String, Value>,
        take: &mut dyn FnMut(Cells) -> bool,
    ) -> Result<(), StoreError> {
        self.store.run(query, parameters, take)
    }

    /// Does each job once, several at a time; `work` gets what runs queries. The results are in the order of the jobs.
    pub fn side_by_side<J: Sync, T: Send>(
        &self,
        jobs: &[J],
        work: impl Fn(&J, &Asking<'_>) -> T + Sync,
    ) -> Vec<T> {
        self.store.side_by_side(jobs, work)
    }

    /// Shows what an audit found as tables.
    ///
    /// # Errors
    /// The database failed.
    pub fn show(&mut self, rows: &[(&str, Vec<Value>)]) -> Result<(), StoreError> {
        self.store.open_again()?;
        self.store.fill(rows)?;
        self.store.close()
    }

    /// A copy of some tables that can be changed.
    ///
    /// # Errors
    /// The database failed.
    pub fn plain(&self, tables: &BTreeSet<String>) -> Result<Plain, StoreError> {
        Plain::copy(&self.store, tables)
    }

    /// Writes all tables to a new SQLite file.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn export(&self, path: &std::path::Path) -> Result<(), StoreError> {
        self.store.export(path)
    }

    /// Reads the bytes of one path, at most `limit`.
    pub fn read(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        let entry = self.entry(path)?;
        self.source.reader().ok()?.read(entry, limit).ok()
    }

    fn unread(
        &self,
        entry: &Entry,
        bits: u64,
        code: &'static str,
        message: &str,
        into: &mut Vec<Unread>,
    ) {
        for (at, analyzer) in ANALYZERS.iter().enumerate() {
            if bits & (1 << at) != 0 {
                let message = message.to_owned();
                into.push(Unread {
                    path: entry.path.clone(),
                    analyzer: analyzer.name,
                    code,
                    message,
                });
            }
        }
    }
}

/// The length of a symbolic link's target: links have no facts that would tell it.
fn link_length(source: &dyn Source, entry: &Entry) -> Option<u64> {
    if entry.kind != EntryKind::Symlink || entry.is_missing {
        return None;
    }
    let bytes = source.reader().ok()?.read(entry, MAX_LINK).ok()?;
    u64::try_from(bytes.len()).ok()
}
