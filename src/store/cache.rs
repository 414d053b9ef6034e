//! The cache: facts by (blob, analyzer, version), written only from bytes whose id was computed from those bytes.
//!
//! Stored tables carry the version of their analyzer in their name, so other versions never meet. A writer that cannot
//! have the lock, and any damage, leads to a private database that ends with the process: the answer is the same.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};

use super::beside;
use super::error::StoreError;
use super::functions::{self, Unsure};
use super::named::{self, Tree};
use super::sandbox::{self, Seen, Steps};
use super::slots::{Slot, slots};
use super::views::{self, Made};
use crate::base::Id;
use crate::facts::ANALYZERS;

/// A larger cache file is thrown away when it is next opened.
const MAX_CACHE_BYTES: u64 = 4 << 30;
/// Days after which what no audit asked for is forgotten.
const KEEP_DAYS: i64 = 90;
/// Statements kept prepared: all that write facts, and pages that run more than once.
const STATEMENTS: usize = 128;
/// How long a writer waits for another one before it goes on in private.
const PATIENCE: Duration = Duration::from_millis(200);

/// The database of one audit.
pub struct Store {
    pub(super) conn: Connection,
    pub(super) analyzers: Vec<Slot>,
    pub(super) linkers: Vec<Slot>,
    pub(super) made: Made,
    pub(super) unsure: Unsure,
    pub(super) tree: Tree,
    pub(super) seen: Seen,
    pub(super) steps: Steps,
    /// Answers that were found and are not kept yet.
    pub(super) learned: Mutex<BTreeMap<String, String>>,
    pub(super) path: Option<PathBuf>,
    /// The name by which connections of this process find the revision's tables.
    pub(super) revision: String,
    /// The tables whose rows [`Store::keep`] made.
    pub(super) kept: Vec<&'static str>,
    pub(super) today: i64,
    held: Held,
    /// What SQLite counts other connections' changes by, when the hold began.
    version: i64,
    /// Whether other connections see all of the revision's tables.
    pub(super) is_published: bool,
    /// Whether the tables and views of a revision are made.
    is_shaped: Cell<bool>,
}

/// What is held of the cache against other processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Nothing.
    Nothing,
    /// A view of it as it was, whatever others write or forget meanwhile.
    View,
    /// The write lock.
    Lock,
}

/// What came of asking for the write lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Another writer has it.
    Not,
    /// It is held, and the cache is as it was.
    AsSeen,
    /// It is held, and others have written meanwhile: what is missing must be asked again.
    Newer,
}

/// What is to be done with one blob.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Bits of the analyzers to run.
    pub analyzers: u64,
    /// Patterns to search for.
    pub patterns: Vec<i64>,
}

impl Work {
    /// Adds a pattern.
    pub(super) fn search(&mut self, pattern: i64) {
        if !self.patterns.contains(&pattern) {
            self.patterns.push(pattern);
        }
    }
}

impl Store {
    /// Opens the cache at `path`, or a private database without one. `today` is a day number, for forgetting.
    ///
    /// # Errors
    /// Only when not even a private database can be made.
    pub fn open(path: Option<&Path>, today: i64) -> Result<Store, StoreError> {
        let Some(path) = path else {
            return Store::attempt(None, today).map_err(StoreError::Cache);
        };
        if fs::metadata(path).is_ok_and(|meta| meta.len() > MAX_CACHE_BYTES) {
            discard(path);
        }
        match Store::attempt(Some(path), today) {
            Err(error) if is_damage(&error) => {
                discard(path);
                Store::attempt(Some(path), today)
            }
            outcome => outcome,
        }
        .or_else(|_| Store::attempt(None, today))
        .map_err(StoreError::Cache)
    }

    fn attempt(path: Option<&Path>, today: i64) -> rusqlite::Result<Store> {
        // A folder that cannot be made shows as a file that cannot be opened.
        let _ = path.and_then(Path::parent).map(fs::create_dir_all);
        let revision = beside::name();
        let mut conn = connect(path, &revision)?;
        let mode: String = conn.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
        if path.is_some() && mode != "wal" {
            // Elsewhere a reader would keep writers waiting.
            return Err(rusqlite::Error::InvalidQuery);
        }
        conn.execute_batch("pragma main.synchronous = normal")?;
        let (analyzers, linkers) = slots(&mut conn)?;
        let unsure = Unsure::default();
        let tree = Tree::default();
        register(&conn, &unsure, &tree)?;
        let made = Made::of(&analyzers);
        let path = path.map(Path::to_owned);
        let mut store = Store {
            conn,
            analyzers,
            linkers,
            made,
            unsure,
            tree,
            seen: Seen::default(),
            steps: Steps::default(),
            learned: Mutex::default(),
            path,
            revision,
            kept: Vec::new(),
            today,
            held: Held::Nothing,
            version: 0,
            is_published: false,
            is_shaped: Cell::new(false),
        };
        store.hold()?;
        Ok(store)
    }

    /// Makes the tables and views of a revision, if they are not there: where every answer is known, nothing reads them.
    pub(super) fn shape(&self) -> rusqlite::Result<()> {
        if self.is_shaped.replace(true) {
            return Ok(());
        }
        super::tree::create(&self.conn)?;
        views::create(&self.conn, &self.analyzers, &self.linkers)?;
        self.describe_tables()
    }

    fn describe_tables(&self) -> rusqlite::Result<()> {
        let mut active = self.conn.prepare("insert into rev.active values (?, ?, ?)")?;
        for (analyzer, slot) in ANALYZERS.iter().zip(&self.analyzers) {
            active.execute(params![slot.id, analyzer.name, slot.bit.cast_signed()])?;
        }
        let mut fills = self.conn.prepare("insert into rev.fills values (?, ?)")?;
        for (table, bits) in &self.made.analyzers {
            for (analyzer, slot) in
                ANALYZERS.iter().zip(&self.analyzers).filter(|(_, slot)| bits & slot.bit != 0)
            {
                // That a file is there does not depend on its contents.
                if slot.bit != 0 && table != "files" && table != "problems" && table != "unsure" {
                    fills.execute(params![analyzer.name, table])?;
                }
            }
        }
        Ok(())
    }

    /// Whether the facts end with this process.
    pub fn is_private(&self) -> bool {
        self.path.is_none()
    }

    /// Holds on to the cache as it is now.
    fn hold(&mut self) -> rusqlite::Result<()> {
        self.conn.execute_batch("begin")?;
        self.held = Held::View;
        // The first read decides what is seen.
        self.version = self.conn.query_row("pragma data_version", [], |row| row.get(0))?;
        Ok(())
    }

    /// Takes the write lock. Where another writer has it, open a private store instead.
    ///
    /// # Errors
    /// The database failed otherwise.
    pub fn begin(&mut self) -> Result<Begun, StoreError> {
        if self.held == Held::Lock {
            return Ok(Begun::AsSeen);
        }
        if std::mem::replace(&mut self.held, Held::Nothing) == Held::View {
            // Not undone: the tables of the revision are part of it.
            self.conn.execute_batch("commit").map_err(StoreError::Cache)?;
        }
        match self.conn.execute_batch("begin immediate") {
            Ok(()) => self.held = Held::Lock,
            Err(rusqlite::Error::SqliteFailure(failure, _))
                if matches!(failure.code, ErrorCode::DatabaseBusy | ErrorCode::ReadOnly) =>
            {
                return Ok(Begun::Not);
            }
            Err(error) => return Err(StoreError::Cache(error)),
        }
        let version: i64 = self
            .conn
            .query_row("pragma data_version", [], |row| row.get(0))
            .map_err(StoreError::Cache)?;
        if version == self.version {
            return Ok(Begun::AsSeen);
        }
        if self.is_shaped.get() {
            self.number_again()?;
        }
        Ok(Begun::Newer)
    }

    /// Whether this process has the write lock.
    pub fn is_writing(&self) -> bool {
        self.held == Held::Lock
    }

    /// Ends the writing that [`Store::begin`] began; what was written is seen from here on, and nothing newer.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if self.held != Held::Lock {
            return Ok(());
        }
        self.touch()
            .and_then(|()| self.forget())
            .and_then(|()| self.conn.execute_batch("commit"))
            .map_err(StoreError::Cache)?;
        self.held = Held::Nothing;
        self.hold().map_err(StoreError::Cache)
    }

    /// Lets other connections of this process see the tables of the revision. False: what the cache had of it was
    /// forgotten meanwhile; open a private store instead.
    ///
    /// # Errors
    /// The database failed.
    pub fn publish(&mut self) -> Result<bool, StoreError> {
        let publish = |store: &mut Store| {
            let before = store.version;
            store.conn.execute_batch("commit")?;
            store.held = Held::Nothing;
            store.hold()?;
            store.is_published = true;
            Ok(store.version == before || beside::is_whole(&store.conn)?)
        };
        match self.held {
            Held::View if self.is_shaped.get() => publish(self).map_err(StoreError::Cache),
            _ => Ok(true),
        }
    }

    /// Says that the laid revision asked for its blobs today.
    fn touch(&self) -> rusqlite::Result<()> {
        if !self.is_shaped.get() {
            return Ok(());
        }
        let sql = "update main.blobs set used = ?1 where used < ?1 and id in (select blob from rev.tree_rows)";
        self.conn.execute(sql, [self.today]).map(drop)
    }

    /// Forgets what no audit asked for in a long time. Only called while writing.
    fn forget(&self) -> rusqlite::Result<()> {
        let old = self.today - KEEP_DAYS;
        let any: Option<i64> = self
            .conn
            .query_row("select 1 from blobs where used < ? limit 1", [old], |row| row.get(0))
            .optional()?;
        if any.is_none() {
            return Ok(());
        }
        let mut tables =
            vec!["problems_of_blobs", "unsure_of_blobs", "searched_blobs", "hits_of_blobs"]
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>();
        for (analyzer, slot) in ANALYZERS.iter().zip(&self.analyzers) {
            tables.extend(analyzer.facts.iter().map(|facts| slot.stored(facts.name)));
        }
        for table in tables {
            self.conn.execute(
                &format!("delete from {table} where blob in (select id from blobs where used < ?)"),
                [old],
            )?;
        }
        self.conn.execute("delete from blobs where used < ?", [old]).map(drop)
    }

    /// The number of a blob, and whether an analyzer found a problem in it or something it could not see.
    pub(super) fn find(&self, id: Id) -> rusqlite::Result<Option<(i64, bool)>> {
        let mut select =
            self.conn.prepare_cached("select id, is_odd from main.blobs where oid = ?")?;
        select.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }
}

/// A connection to the cache, to a private database without a path, and to the tables of a revision.
pub(super) fn connect(path: Option<&Path>, revision: &str) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path.unwrap_or(Path::new("")))?;
    conn.busy_timeout(PATIENCE)?;
    sandbox::harden(&conn)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute("attach ? as rev", [revision])?;
    conn.execute_batch(
        "pragma main.cache_size = -32000; pragma rev.cache_size = -8000; pragma rev.journal_mode = memory;",
    )?;
    Ok(conn)
}

/// Registers what queries may call.
pub(super) fn register(conn: &Connection, unsure: &Unsure, tree: &Tree) -> rusqlite::Result<()> {
    functions::register(conn, unsure)?;
    named::register(conn, tree)?;
    super::json_at::register(conn)
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.held != Held::Nothing {
            // The transaction ends with the connection anyway.
            let _ = self.conn.execute_batch("rollback");
        }
    }
}

/// Whether the file is not a sound database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || matches!(
            error,
            rusqlite::Error::SqlInputError { .. } | rusqlite::Error::InvalidColumnType(..)
        )
}

/// Throws the cache at `path` away.
pub fn discard(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What cannot be removed shows again when it is opened; a folder is nobody's cache and stays.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}
