//! One revision laid over the cache: a list of (path, blob), and what is still to be read for it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, params};

use super::cache::{Store, Work};
use super::error::StoreError;
use crate::base::{Id, Value};

/// One path of the revision.
#[derive(Debug, Clone)]
pub struct TreeRow<'a> {
    /// Its path.
    pub path: &'a str,
    /// The id of its contents (of a submodule: its commit).
    pub id: Option<Id>,
    /// Its size, where listing told it.
    pub size: Option<u64>,
    /// file, symlink or submodule.
    pub kind: &'static str,
    /// What the name says it is written in.
    pub language: Option<&'static str>,
    /// live, archived, vendored or generated.
    pub standing: &'static str,
    /// The product it belongs to.
    pub product: Option<&'a str>,
    /// Whether the contents are not to be had.
    pub is_missing: bool,
    /// Bits of the analyzers that read it.
    pub analyzers: u64,
}

/// What the cache knows of one blob.
pub(super) struct Known {
    /// Its number.
    pub blob: Option<i64>,
    /// Bits of the analyzers that read it and have not.
    pub lacking: u64,
    /// Whether some analyzer found a problem in it, or something it could not see.
    is_odd: bool,
}

/// A file whose contents an analyzer should have read and could not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Its path.
    pub path: String,
    /// Which analyzer.
    pub analyzer: &'static str,
    /// A stable code.
    pub code: &'static str,
    /// Why.
    pub message: String,
}

/// Makes the tables of one revision.
pub(super) fn create(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(super::history::ROWS)?;
    conn.execute_batch(super::fates::ROWS)?;
    conn.execute_batch(
        "create table rev.tree_rows (path text primary key, blob integer, oid text, size integer, kind text, language text,
             standing text, product text, is_missing integer, analyzers integer, lacking integer, is_odd integer) strict, without rowid;
         create table rev.tree_folders (path text primary key) strict, without rowid;
         create table rev.active (analyzer integer primary key, name text, bit integer) strict;
         create table rev.fills (analyzer text, table_name text) strict;
         create table rev.current (linker text primary key, link integer) strict, without rowid;
         create table rev.unread (path text, analyzer text, code text, message text, primary key (path, analyzer)) strict;
         create table rev.listing_problems (path text, code text, message text) strict;
         create table rev.unsure_rows (table_name text, name text, path text, line integer, reason text) strict;
         create index rev.unsure_by_table on unsure_rows (table_name, path);
         create table rev.live_databases (catalog text, basis text, server text, unsure integer) strict;
         create table rev.attestation_rows (topic text, owner text, date text, expires text, artefact text, line integer,
             age integer, is_expired integer, artefact_resolves integer) strict;
         create table rev.today_rows (date text) strict;
         create table rev.revision_rows (repository text) strict;
         create table rev.findings_rows (id text, rule text, severity text, path text, line integer, subject text, message text,
             status text, fingerprint text) strict;
         create table rev.rule_results_rows (rule text, examined integer, holds integer, fails integer, unknown integer) strict;
         create table rev.features_rows (matrix text, id text, title text, area text, layer text, phase text, priority text,
             claimed text, verdict text, low text, high text, reason text, disputed text,
             why text, claim_path text, claim_line integer, claim_text text, agreement text) strict;
         create table rev.feature_evidence_rows (matrix text, feature text, evidence text, verdict text, reason text,
             strength text, alternative text, path text, line integer, blob text, subject text, message text) strict;
         create table rev.scores_rows (matrix text, dimension text, name text, total integer, verified integer, partial integer,
             missing integer, unknown integer, attested integer, accepted integer, deferred integer, not_applicable integer,
             low integer, high integer, claimed integer, overstated integer, understated integer) strict;
         create table rev.matrix_claims_rows (matrix text, path text, line integer, text text, numerator integer,
             denominator integer, percent text, context text, agreement text, why text) strict;
         create table rev.waivers_rows (rule text, scope text, owner text, reason text, created text, expires text, used integer,
             path text, line integer) strict;
         create table rev.wanted_of_some (search text, path text, blob integer, pattern integer, primary key (search, path))
             strict, without rowid;
         create table rev.wanted_of_all (search text primary key, pattern integer) strict, without rowid;",
    )
}

impl Store {
    /// Lays a revision over the cache. Rows come sorted by path, each path once.
    ///
    /// # Errors
    /// The database failed.
    pub fn lay<'a>(&mut self, rows: impl Iterator<Item = TreeRow<'a>>) -> Result<(), StoreError> {
        self.shape().map_err(StoreError::Cache)?;
        self.together(|| {
            self.conn.execute_batch("delete from rev.tree_rows; delete from rev.tree_folders")?;
            let mut insert = self
                .conn
                .prepare("insert into rev.tree_rows values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
            let mut folder =
                self.conn.prepare("insert or ignore into rev.tree_folders values (?)")?;
            let mut last = String::new();
            for row in rows {
                let is_content = row.kind == "file" && !row.is_missing;
                let id = row.id.filter(|_| is_content);
                let Known { blob, lacking, is_odd } = self.known(id, row.analyzers)?;
                insert.execute(params![
                    row.path,
                    blob,
                    row.id.map(|id| id.to_string()),
                    row.size.map(u64::cast_signed),
                    row.kind,
                    row.language,
                    row.standing,
                    row.product,
                    row.is_missing,
                    row.analyzers.cast_signed(),
                    lacking.cast_signed(),
                    is_odd,
                ])?;
                let parent = row.path.rfind('/').map_or("", |at| &row.path[..at]);
                if parent != last {
                    for (at, _) in parent.match_indices('/').chain([(parent.len(), "")]) {
                        folder.execute([&parent[..at]])?;
                    }
                    parent.clone_into(&mut last);
                }
            }
            Ok(())
        })
    }

    /// Makes the laid paths quick to go through for `analyzers`.
    ///
    /// # Errors
    /// The database failed.
    pub fn index(&self, analyzers: u64) -> Result<(), StoreError> {
        super::views::index(&self.conn, &self.analyzers, analyzers).map_err(StoreError::Cache)
    }

    /// Lists, by path, what of `analyzers` and of the wanted searches the cache does not have yet. Of several paths with
    /// one blob only the first is named.
    ///
    /// # Errors
    /// The database failed.
    pub fn missing(&self, analyzers: u64) -> Result<BTreeMap<String, Work>, StoreError> {
        let mut missing = Missing::default();
        let collect = |missing: &mut Missing| -> rusqlite::Result<()> {
            self.lacking(analyzers, missing)?;
            let sql = "select distinct w.path, w.blob, t.oid, w.pattern from rev.wanted_of_some w join rev.tree_rows t on t.path = w.path
                       where t.oid is not null and not t.is_missing and (w.blob is null
                         or not exists (select 1 from main.searched_blobs s where s.pattern = w.pattern and s.blob = w.blob))";
            let mut select = self.conn.prepare(sql)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                missing.of(row)?.search(row.get(3)?);
            }
            Ok(())
        };
        collect(&mut missing).map_err(StoreError::Cache)?;
        Ok(missing.0.into_values().collect())
    }

    /// What is lacking of `analyzers`, and of the searches that go through all files.
    fn lacking(&self, analyzers: u64, missing: &mut Missing) -> rusqlite::Result<()> {
        let searched = self.searched()?;
        let sql = "select path, blob, oid, lacking & ? from rev.tree_rows
                   where kind = 'file' and oid is not null and not is_missing";
        let mut select = self.conn.prepare(sql)?;
        let mut rows = select.query([analyzers.cast_signed()])?;
        while let Some(row) = rows.next()? {
            let blob: Option<i64> = row.get(1)?;
            let bits = row.get::<_, i64>(3)?.cast_unsigned();
            if bits != 0 {
                missing.of(row)?.analyzers |= bits;
            }
            for (pattern, done) in &searched {
                if blob.is_none_or(|blob| !done.contains(&blob)) {
                    missing.of(row)?.search(*pattern);
                }
            }
        }
        Ok(())
    }

    /// By pattern that is looked for in all files, the blobs that were searched for it.
    fn searched(&self) -> rusqlite::Result<Vec<(i64, HashSet<i64>)>> {
        let mut select = self.conn.prepare("select distinct pattern from rev.wanted_of_all")?;
        let patterns = select.query_map([], |row| row.get(0))?;
        let mut select =
            self.conn.prepare("select blob from main.searched_blobs where pattern = ?")?;
        let mut searched = Vec::new();
        for pattern in patterns {
            let pattern = pattern?;
            let blobs = select.query_map([pattern], |row| row.get(0))?;
            searched.push((pattern, blobs.collect::<rusqlite::Result<_>>()?));
        }
        Ok(searched)
    }

    /// Whether the cache has the facts of all `analyzers` for the file at `path`.
    ///
    /// # Errors
    /// The database failed.
    pub fn is_extracted(&self, path: &str, analyzers: u64) -> Result<bool, StoreError> {
        let sql = "select not lacking & ? from rev.tree_rows where path = ?";
        let mut select = self.conn.prepare_cached(sql).map_err(StoreError::Cache)?;
        select
            .query_row(params![analyzers.cast_signed(), path], |row| row.get(0))
            .map_err(StoreError::Cache)
    }

    /// The bits of the analyzers of this program among those that read a blob.
    fn readers(&self, read_by: &str) -> u64 {
        let ids = read_by.split(',').filter_map(|id| id.parse::<i64>().ok());
        let slots = ids.filter_map(|id| self.analyzers.iter().find(|slot| slot.id == id));
        slots.fold(0, |bits, slot| bits | slot.bit)
    }

    /// What the cache knows of a blob that these analyzers read.
    pub(super) fn known(&self, id: Option<Id>, analyzers: u64) -> rusqlite::Result<Known> {
        let mut known = Known { blob: None, lacking: analyzers, is_odd: false };
        let Some(id) = id else { return Ok(known) };
        let sql = "select id, is_odd, read_by from main.blobs where oid = ?";
        let mut select = self.conn.prepare_cached(sql)?;
        let mut rows = select.query([id.0])?;
        if let Some(row) = rows.next()? {
            (known.blob, known.is_odd) = (row.get(0)?, row.get(1)?);
            known.lacking &= !self.readers(row.get_ref(2)?.as_str()?);
        }
        Ok(known)
    }

    /// Looks up again what the cache knows of these contents, after facts of them were written.
    ///
    /// # Errors
    /// The database failed.
    pub fn renumber(&self, written: &HashSet<Id>) -> Result<(), StoreError> {
        self.number_where(|id| written.contains(id)).map_err(StoreError::Cache)
    }

    /// The same for every path, after other processes may have added and forgotten blobs.
    pub(super) fn number_again(&self) -> Result<(), StoreError> {
        self.number_where(|_| true).map_err(StoreError::Cache)
    }

    fn number_where(&self, is_meant: impl Fn(&Id) -> bool) -> rusqlite::Result<()> {
        let mut open = self.conn.prepare(
            "select path, unhex(oid), analyzers from rev.tree_rows
             where kind = 'file' and not is_missing and oid is not null",
        )?;
        let mut found = open.query([])?;
        let mut rows: Vec<(String, Id, i64)> = Vec::new();
        while let Some(row) = found.next()? {
            let id = Id(row.get(1)?);
            if is_meant(&id) {
                rows.push((row.get(0)?, id, row.get(2)?));
            }
        }
        self.conn.execute_batch("savepoint together")?;
        let mut update = self
            .conn
            .prepare("update rev.tree_rows set blob = ?, lacking = ?, is_odd = ? where path = ?")?;
        for (path, id, analyzers) in rows {
            let Known { blob, lacking, is_odd } =
                self.known(Some(id), analyzers.cast_unsigned())?;
            update.execute(params![blob, lacking.cast_signed(), is_odd, path])?;
        }
        self.conn.execute_batch(
            "update rev.wanted_of_some set blob = (select t.blob from rev.tree_rows t where t.path = wanted_of_some.path);
             release together",
        )
    }

    /// Says which files could not be read, and what went wrong while listing (path, code, message).
    ///
    /// # Errors
    /// The database failed.
    pub fn note(
        &self,
        unread: &[Unread],
        listing: &[(Option<String>, &'static str, String)],
    ) -> Result<(), StoreError> {
        self.together(|| {
            let mut insert =
                self.conn.prepare("insert or replace into rev.unread values (?, ?, ?, ?)")?;
            for file in unread {
                insert.execute(params![file.path, file.analyzer, file.code, file.message])?;
            }
            let mut insert =
                self.conn.prepare("insert into rev.listing_problems values (?, ?, ?)")?;
            for (path, code, message) in listing {
                insert.execute(params![path, code, message])?;
            }
            Ok(())
        })
    }

    /// Adds rows to the tables of the revision: the table, the cells.
    ///
    /// # Errors
    /// The database failed.
    pub fn fill(&self, rows: &[(&str, Vec<Value>)]) -> Result<(), StoreError> {
        self.shape().map_err(StoreError::Cache)?;
        self.together(|| {
            rows.iter().try_for_each(|(table, cells)| {
                let sql =
                    format!("insert into rev.{table} values (?{})", ", ?".repeat(cells.len() - 1));
                let mut insert = self.conn.prepare_cached(&sql)?;
                insert.execute(rusqlite::params_from_iter(cells)).map(drop)
            })
        })
    }

    /// Says which searches look for which patterns in which files: search, path, pattern.
    ///
    /// # Errors
    /// The database failed.
    pub fn want(&self, wanted: &[(&str, &str, i64)]) -> Result<(), StoreError> {
        let sql = "insert or ignore into rev.wanted_of_some values (?1, ?2, (select blob from rev.tree_rows where path = ?2), ?3)";
        self.together(|| {
            let mut insert = self.conn.prepare(sql)?;
            wanted.iter().try_for_each(|wanted| insert.execute(*wanted).map(drop))
        })
    }

    /// Says that a search looks for a pattern in all files.
    ///
    /// # Errors
    /// The database failed.
    pub fn want_all(&self, search: &str, pattern: i64) -> Result<(), StoreError> {
        let sql = "insert or ignore into rev.wanted_of_all values (?, ?)";
        let mut insert = self.conn.prepare_cached(sql).map_err(StoreError::Cache)?;
        insert.execute(params![search, pattern]).map(drop).map_err(StoreError::Cache)
    }

    /// Runs changes of the revision's tables as one: alone, each would be a transaction of its own.
    pub(super) fn together<T>(
        &self,
        changes: impl FnOnce() -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let work = || {
            self.conn.execute_batch("savepoint together")?;
            let made = changes()?;
            self.conn.execute_batch("release together")?;
            Ok(made)
        };
        work().map_err(StoreError::Cache)
    }
}

/// By blob, or id where it has no number yet, the first path that has it and what is to be done with it.
#[derive(Default)]
struct Missing(BTreeMap<Result<i64, String>, (String, Work)>);

impl Missing {
    /// The work on the blob of a row that begins with path, blob and id.
    fn of(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<&mut Work> {
        let key = match row.get::<_, Option<i64>>(1)? {
            Some(blob) => Ok(blob),
            None => Err(row.get(2)?),
        };
        Ok(match self.0.entry(key) {
            Entry::Occupied(known) => &mut known.into_mut().1,
            Entry::Vacant(new) => &mut new.insert((row.get(0)?, Work::default())).1,
        })
    }
}
