//! Writes what was found: facts and hits by blob, links by key.

use rusqlite::{OptionalExtension as _, Statement, params};

use super::cache::Store;
use super::error::StoreError;
use crate::base::{Id, Value};
use crate::facts::{ANALYZERS, Rows};
use crate::link::{LINKERS, Linked};

impl Store {
    /// The number the cache gives a blob, made if it has none.
    ///
    /// # Errors
    /// The database failed.
    pub fn number(&self, id: Id) -> Result<i64, StoreError> {
        let found = self.find(id).map_err(StoreError::Cache)?;
        if let Some((number, _)) = found {
            return Ok(number);
        }
        let mut insert = self
            .conn
            .prepare_cached("insert into blobs (oid, used) values (?, ?)")
            .map_err(StoreError::Cache)?;
        insert.insert(params![id.0, self.today]).map_err(StoreError::Cache)
    }

    /// Stores what analyzers found in a blob, and that they read it.
    ///
    /// # Errors
    /// The database failed.
    pub fn put(&self, blob: i64, found: &[(usize, Rows)]) -> Result<(), StoreError> {
        let put = || -> rusqlite::Result<()> {
            found.iter().try_for_each(|(analyzer, rows)| self.put_rows(blob, *analyzer, rows))?;
            let is_odd =
                |(_, rows): &(usize, Rows)| !rows.problems.is_empty() || !rows.unsure.is_empty();
            let readers = found.iter().map(|(analyzer, _)| self.analyzers[*analyzer].id);
            let readers: String = readers.map(|id| format!("{id},")).collect();
            let mut read = self.conn.prepare_cached(
                "update blobs set read_by = read_by || ?, is_odd = max(is_odd, ?) where id = ?",
            )?;
            read.execute(params![readers, found.iter().any(is_odd), blob]).map(drop)
        };
        put().map_err(StoreError::Cache)
    }

    fn put_rows(&self, blob: i64, analyzer: usize, rows: &Rows) -> rusqlite::Result<()> {
        let slot = &self.analyzers[analyzer];
        for (index, facts) in ANALYZERS[analyzer].facts.iter().enumerate() {
            let own = rows.facts.iter().filter(|row| row.0 == index).map(|row| &row.1);
            let table = slot.stored(facts.name);
            self.insert_all(&table, facts.columns.len(), blob, own)?;
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
        Ok(())
    }

    /// Inserts rows under one key, numbered from 0; the statement is looked up once.
    fn insert_all<'a>(
        &self,
        table: &str,
        columns: usize,
        key: i64,
        rows: impl Iterator<Item = &'a Vec<Value>>,
    ) -> rusqlite::Result<()> {
        let mut rows = (0..).zip(rows).peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        let sql = format!("insert into {table} values (?, ?{})", ", ?".repeat(columns));
        let mut statement = self.conn.prepare_cached(&sql)?;
        rows.try_for_each(|(seq, cells)| insert(&mut statement, key, seq, cells))
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
        let sql = "insert or replace into rev.current values (?, ?)";
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
        for (index, facts) in LINKERS[linker].facts.iter().enumerate() {
            let own = linked.facts.iter().filter(|row| row.0 == index).map(|row| &row.1);
            let table = slot.stored(facts.name);
            self.insert_all(&table, facts.columns.len(), link, own)?;
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

fn insert(
    statement: &mut Statement<'_>,
    key: i64,
    seq: i64,
    cells: &[Value],
) -> rusqlite::Result<()> {
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
