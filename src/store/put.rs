//! Writes what was found: facts and hits by blob, links by key.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

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
        if let Some(number) = found {
            return Ok(number);
        }
        let mut insert = self
            .conn
            .prepare_cached("insert into blobs (oid, used) values (?, ?)")
            .map_err(StoreError::Cache)?;
        insert.insert(params![id.0, self.today]).map_err(StoreError::Cache)
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
