//! The cache: facts by (blob, analyzer, version), written only from bytes whose id was computed from those bytes.
//!
//! Stored tables carry the version of their analyzer in their name, so other versions never meet. A writer that cannot
//! have the lock, and any damage, leads to a private database that ends with the process: the answer is the same.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};

use super::error::StoreError;
use super::functions::{self, Unsure};
use super::sandbox::{self, Seen, Steps};
use super::views::{self, Made};
use crate::base::{Column, Id, Value};
use crate::facts::{ANALYZERS, Rows};
use crate::link::{LINKERS, Linked};

/// A larger cache file is thrown away when it is next opened.
const MAX_CACHE_BYTES: u64 = 4 << 30;
/// Days after which what no audit asked for is forgotten.
const KEEP_DAYS: i64 = 90;
/// How long a writer waits for another one before it goes on in private.
const PATIENCE: Duration = Duration::from_millis(200);

/// The tables every cache has.
const SHAPE: &str = "
    create table if not exists blobs (id integer primary key autoincrement, oid blob not null unique, used integer not null) strict;
    create table if not exists analyzers (id integer primary key, name text not null, version text not null,
        unique (name, version)) strict;
    create table if not exists extracted (analyzer integer, blob integer, primary key (analyzer, blob)) strict, without rowid;
    create table if not exists problems_of_blobs (blob integer, analyzer integer, seq integer, line integer, code text,
        message text, primary key (blob, analyzer, seq)) strict, without rowid;
    create table if not exists unsure_of_blobs (blob integer, analyzer integer, seq integer, table_name text, name text,
        line integer, reason text, primary key (blob, analyzer, seq)) strict, without rowid;
    create table if not exists links (id integer primary key, linker integer, key text, unique (linker, key)) strict;
    create table if not exists problems_of_links (link integer, seq integer, path text, line integer, linker text, code text,
        message text, primary key (link, seq)) strict, without rowid;
    create table if not exists unsure_of_links (link integer, seq integer, table_name text, name text, path text,
        line integer, reason text, primary key (link, seq)) strict, without rowid;
    create table if not exists searched_blobs (pattern integer, blob integer, primary key (pattern, blob)) strict, without rowid;
    create table if not exists hits_of_blobs (pattern integer, blob integer, seq integer, line integer, end_line integer,
        text text, primary key (pattern, blob, seq)) strict, without rowid;
    pragma user_version = 1;";

/// One analyzer or linker as this cache knows it.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub id: i64,
    pub bit: u64,
    version: &'static str,
}

impl Slot {
    /// The name of a stored table.
    pub(super) fn stored(&self, facts: &str) -> String {
        format!("{facts}_{}", self.version)
    }
}

/// The database of one audit.
pub struct Store {
    pub(super) conn: Connection,
    pub(super) analyzers: Vec<Slot>,
    pub(super) linkers: Vec<Slot>,
    pub(super) made: Made,
    pub(super) unsure: Unsure,
    pub(super) seen: Seen,
    pub(super) steps: Steps,
    path: Option<PathBuf>,
    today: i64,
    held: Held,
    /// What SQLite counts other connections' changes by, when the hold began.
    version: i64,
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

/// What is to be done with one blob.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Bits of the analyzers to run.
    pub analyzers: u64,
    /// Patterns to search for.
    pub patterns: Vec<i64>,
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
        let mut conn = match path {
            Some(path) => {
                // A folder that cannot be made shows as a file that cannot be opened.
                let _ = path.parent().map(fs::create_dir_all);
                Connection::open(path)?
            }
            None => Connection::open("")?,
        };
        conn.busy_timeout(PATIENCE)?;
        sandbox::harden(&conn)?;
        let mode: String = conn.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
        if path.is_some() && mode != "wal" {
            // Elsewhere a reader would keep writers waiting.
            return Err(rusqlite::Error::InvalidQuery);
        }
        conn.execute_batch(
            "pragma synchronous = normal; pragma cache_size = -32000; pragma temp_store = file;",
        )?;
        let (analyzers, linkers) = slots(&mut conn)?;
        let unsure = Unsure::default();
        functions::register(&conn, &unsure)?;
        super::json_at::register(&conn)?;
        super::tree::create(&conn)?;
        views::create(&conn, &analyzers, &linkers)?;
        let made = Made::of(&analyzers);
        let path = path.map(Path::to_owned);
        let mut store = Store {
            conn,
            analyzers,
            linkers,
            made,
            unsure,
            seen: Seen::default(),
            steps: Steps::default(),
            path,
            today,
            held: Held::Nothing,
            version: 0,
        };
        store.describe_tables()?;
        store.hold()?;
        Ok(store)
    }

    fn describe_tables(&mut self) -> rusqlite::Result<()> {
        let mut active = self.conn.prepare("insert into temp.active values (?, ?, ?)")?;
        for (analyzer, slot) in ANALYZERS.iter().zip(&self.analyzers) {
            active.execute(params![slot.id, analyzer.name, slot.bit.cast_signed()])?;
        }
        let mut fills = self.conn.prepare("insert into temp.fills values (?, ?)")?;
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

    /// Takes the write lock; what is missing must be asked again then, since others may have written meanwhile. False:
    /// another writer has it; open a private store instead.
    ///
    /// # Errors
    /// The database failed otherwise.
    pub fn begin(&mut self) -> Result<bool, StoreError> {
        if self.held == Held::Lock {
            return Ok(true);
        }
        if std::mem::replace(&mut self.held, Held::Nothing) == Held::View {
            // Not undone: our TEMP tables are part of it.
            self.conn.execute_batch("commit").map_err(StoreError::Cache)?;
        }
        match self.conn.execute_batch("begin immediate") {
            Ok(()) => self.held = Held::Lock,
            Err(rusqlite::Error::SqliteFailure(failure, _))
                if failure.code == ErrorCode::DatabaseBusy =>
            {
                return Ok(false);
            }
            Err(rusqlite::Error::SqliteFailure(failure, _))
                if failure.code == ErrorCode::ReadOnly =>
            {
                return Ok(false);
            }
            Err(error) => return Err(StoreError::Cache(error)),
        }
        let version: i64 = self
            .conn
            .query_row("pragma data_version", [], |row| row.get(0))
            .map_err(StoreError::Cache)?;
        if version != self.version {
            self.number_again()?;
        }
        Ok(true)
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

    /// Says that the laid revision asked for its blobs today.
    fn touch(&self) -> rusqlite::Result<()> {
        let sql = "update main.blobs set used = ?1 where used < ?1 and id in (select blob from temp.tree_rows)";
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
        let mut tables = vec![
            "extracted",
            "problems_of_blobs",
            "unsure_of_blobs",
            "searched_blobs",
            "hits_of_blobs",
        ]
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

    /// The number the cache gives a blob, made if it has none.
    ///
    /// # Errors
    /// The database failed.
    pub fn number(&self, id: Id) -> Result<i64, StoreError> {
        let found = self.find(id).map_err(StoreError::Cache)?;
        if let Some(number) = found {
            return Ok(number);
        }
        let mut insert = self
            .conn
            .prepare_cached("insert into blobs (oid, used) values (?, ?)")
            .map_err(StoreError::Cache)?;
        insert.insert(params![id.0, self.today]).map_err(StoreError::Cache)
    }

    pub(super) fn find(&self, id: Id) -> rusqlite::Result<Option<i64>> {
        let mut select = self.conn.prepare_cached("select id from main.blobs where oid = ?")?;
        select.query_row([id.0], |row| row.get(0)).optional()
    }

    /// Stores what an analyzer found in a blob.
    ///
    /// # Errors
    /// The database failed.
    pub fn put(&self, blob: i64, analyzer: usize, rows: &Rows) -> Result<(), StoreError> {
        self.put_rows(blob, analyzer, rows).map_err(StoreError::Cache)
    }

    fn put_rows(&self, blob: i64, analyzer: usize, rows: &Rows) -> rusqlite::Result<()> {
        let slot = &self.analyzers[analyzer];
        let mut seqs = HashMap::new();
        for (facts, cells) in &rows.facts {
            let seq: &mut i64 = seqs.entry(*facts).or_default();
            let facts = &ANALYZERS[analyzer].facts[*facts];
            let sql = insertion(&slot.stored(facts.name), facts.columns.len());
            insert(&self.conn, &sql, blob, *seq, cells)?;
            *seq += 1;
        }
        let mut problem =
            self.conn.prepare_cached("insert into problems_of_blobs values (?, ?, ?, ?, ?, ?)")?;
        for (seq, (line, code, message)) in (0_i64..).zip(&rows.problems) {
            problem.execute(params![blob, slot.id, seq, line, code, message])?;
        }
        let mut unsure =
            self.conn.prepare_cached("insert into unsure_of_blobs values (?, ?, ?, ?, ?, ?, ?)")?;
        for (seq, (table, name, line, reason)) in (0_i64..).zip(&rows.unsure) {
            unsure.execute(params![blob, slot.id, seq, table, name, line, reason])?;
        }
        let mut done = self.conn.prepare_cached("insert into extracted values (?, ?)")?;
        done.execute(params![slot.id, blob]).map(drop)
    }

    /// Stores where a pattern matched in a blob: line, last line, text.
    ///
    /// # Errors
    /// The database failed.
    pub fn put_hits(
        &self,
        blob: i64,
        pattern: i64,
        hits: &[(u32, u32, String)],
    ) -> Result<(), StoreError> {
        let store = || -> rusqlite::Result<()> {
            let mut hit =
                self.conn.prepare_cached("insert into hits_of_blobs values (?, ?, ?, ?, ?, ?)")?;
            for (seq, (line, end_line, text)) in (0_i64..).zip(hits) {
                hit.execute(params![pattern, blob, seq, line, end_line, text])?;
            }
            let mut done = self.conn.prepare_cached("insert into searched_blobs values (?, ?)")?;
            done.execute(params![pattern, blob]).map(drop)
        };
        store().map_err(StoreError::Cache)
    }

    /// The link a linker already has under `key`.
    ///
    /// # Errors
    /// The database failed.
    pub fn link(&self, linker: usize, key: &str) -> Result<Option<i64>, StoreError> {
        let sql = "select id from links where linker = ? and key = ?";
        let found =
            self.conn.query_row(sql, params![self.linkers[linker].id, key], |row| row.get(0));
        found.optional().map_err(StoreError::Cache)
    }

    /// Makes `link` the one the views show.
    ///
    /// # Errors
    /// The database failed.
    pub fn show_link(&self, linker: usize, link: i64) -> Result<(), StoreError> {
        let sql = "insert or replace into temp.current values (?, ?)";
        self.conn
            .execute(sql, params![LINKERS[linker].name, link])
            .map(drop)
            .map_err(StoreError::Cache)
    }

    /// Stores what a linker derived and gives it a number.
    ///
    /// # Errors
    /// The database failed.
    pub fn put_link(&self, linker: usize, key: &str, linked: &Linked) -> Result<i64, StoreError> {
        self.put_link_rows(linker, key, linked).map_err(StoreError::Cache)
    }

    fn put_link_rows(&self, linker: usize, key: &str, linked: &Linked) -> rusqlite::Result<i64> {
        let slot = &self.linkers[linker];
        let link = self
            .conn
            .prepare_cached("insert into links (linker, key) values (?, ?)")?
            .insert(params![slot.id, key])?;
        for (seq, (facts, cells)) in (0..).zip(&linked.facts) {
            let facts = &LINKERS[linker].facts[*facts];
            let sql = insertion(&slot.stored(facts.name), facts.columns.len());
            insert(&self.conn, &sql, link, seq, cells)?;
        }
        let mut problem = self
            .conn
            .prepare_cached("insert into problems_of_links values (?, ?, ?, ?, ?, ?, ?)")?;
        for (seq, (path, line, code, message)) in (0_i64..).zip(&linked.problems) {
            problem.execute(params![link, seq, path, line, LINKERS[linker].name, code, message])?;
        }
        let mut unsure =
            self.conn.prepare_cached("insert into unsure_of_links values (?, ?, ?, ?, ?, ?, ?)")?;
        for (seq, (table, name, path, line, reason)) in (0_i64..).zip(&linked.unsure) {
            unsure.execute(params![link, seq, table, name, path, line, reason])?;
        }
        Ok(link)
    }
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

/// Finds or makes the slots and their stored tables.
fn slots(conn: &mut Connection) -> rusqlite::Result<(Vec<Slot>, Vec<Slot>)> {
    if let Some(found) = known_slots(conn)? {
        return Ok(found);
    }
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute_batch(SHAPE)?;
    let mut add =
        transaction.prepare("insert or ignore into analyzers (name, version) values (?, ?)")?;
    for (name, version, key, facts) in declared() {
        add.execute([name, version])?;
        for (stored, columns) in facts {
            let columns: String = columns
                .iter()
                .map(|column| format!(", \"{}\" {}", column.name, column.kind.sql()))
                .collect();
            transaction.execute_batch(&format!(
                "create table if not exists {stored}_{version} ({key} integer, seq integer{columns}, primary key ({key}, seq))
                 strict, without rowid"
            ))?;
        }
    }
    drop(add);
    transaction.commit()?;
    known_slots(conn)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

type Declared = (&'static str, &'static str, &'static str, Vec<(&'static str, &'static [Column])>);

fn declared() -> impl Iterator<Item = Declared> {
    let analyzers = ANALYZERS.iter().map(|analyzer| {
        let facts = analyzer.facts.iter().map(|facts| (facts.name, facts.columns)).collect();
        (analyzer.name, analyzer.version, "blob", facts)
    });
    let linkers = LINKERS.iter().map(|linker| {
        let facts = linker.facts.iter().map(|facts| (facts.name, facts.columns)).collect();
        (linker.name, linker.version, "link", facts)
    });
    analyzers.chain(linkers)
}

fn known_slots(conn: &Connection) -> rusqlite::Result<Option<(Vec<Slot>, Vec<Slot>)>> {
    let version: i64 = conn.query_row("pragma user_version", [], |row| row.get(0))?;
    if version == 0 {
        return Ok(None);
    }
    let mut select = conn.prepare("select id from analyzers where name = ? and version = ?")?;
    let mut slots = Vec::new();
    for (index, (name, version, _, _)) in declared().enumerate() {
        let Some(id) = select.query_row([name, version], |row| row.get(0)).optional()? else {
            return Ok(None);
        };
        slots.push(Slot { id, bit: if index < ANALYZERS.len() { 1 << index } else { 0 }, version });
    }
    // A cache that says it has a table and has not is damaged.
    for (_, version, _, facts) in declared() {
        facts.iter().try_for_each(|(name, _)| {
            conn.prepare(&format!("select 1 from main.{name}_{version}")).map(drop)
        })?;
    }
    for table in [
        "extracted",
        "problems_of_blobs",
        "unsure_of_blobs",
        "problems_of_links",
        "unsure_of_links",
        "hits_of_blobs",
    ] {
        conn.prepare(&format!("select 1 from main.{table}"))?;
    }
    let linkers = slots.split_off(ANALYZERS.len());
    Ok(Some((slots, linkers)))
}

fn insertion(table: &str, columns: usize) -> String {
    format!("insert into {table} values (?, ?{})", ", ?".repeat(columns))
}

fn insert(
    conn: &Connection,
    sql: &str,
    key: i64,
    seq: i64,
    cells: &[Value],
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(sql)?;
    statement.raw_bind_parameter(1, key)?;
    statement.raw_bind_parameter(2, seq)?;
    for (at, cell) in (3..).zip(cells) {
        match cell {
            Value::Null => statement.raw_bind_parameter(at, rusqlite::types::Null)?,
            Value::Int(number) => statement.raw_bind_parameter(at, number)?,
            Value::Real(text) | Value::Text(text) => statement.raw_bind_parameter(at, text)?,
        }
    }
    statement.raw_execute().map(drop)
}
