//! Whether two blobs gave the same rows: what reads only those rows cannot tell them apart.

use std::collections::BTreeSet;

use rusqlite::Row;

use super::cache::Store;
use super::error::StoreError;
use super::run::{Cells, value};
use crate::base::{Id, Value};
use crate::facts::ANALYZERS;

/// A table that has rows by blob, and what else they are of.
type Table<'t> = (String, Option<(&'t str, i64)>);

impl Store {
    /// The lines that an analyzer's rows of two blobs name, where the rows are the same. None: they are not, or one of the
    /// blobs was not read. Only before the connection is closed.
    ///
    /// # Errors
    /// The database failed.
    pub fn read_alike(
        &self,
        analyzer: usize,
        one: Id,
        other: Id,
    ) -> Result<Option<BTreeSet<i64>>, StoreError> {
        let slot = &self.analyzers[analyzer];
        let own = Some(("analyzer", slot.id));
        let facts = ANALYZERS[analyzer].facts.iter().map(|facts| (slot.stored(facts.name), None));
        let odd = ["problems_of_blobs", "unsure_of_blobs"].map(|table| (table.to_owned(), own));
        let tables: Vec<_> = facts.chain(odd).collect();
        let number = |id| -> rusqlite::Result<Option<i64>> {
            let known = self.known(Some(id), slot.bit)?;
            Ok(known.blob.filter(|_| known.lacking == 0))
        };
        let compare = || self.alike(&tables, [number(one)?, number(other)?]);
        compare().map_err(StoreError::Cache)
    }

    /// The same of the matches of a pattern.
    ///
    /// # Errors
    /// The database failed.
    pub fn match_alike(
        &self,
        pattern: i64,
        one: Id,
        other: Id,
    ) -> Result<Option<BTreeSet<i64>>, StoreError> {
        let table = |name: &str| (name.to_owned(), Some(("pattern", pattern)));
        let tables = ["searched_blobs", "hits_of_blobs"].map(table);
        let number = |id| -> rusqlite::Result<Option<i64>> {
            let Some((blob, _)) = self.find(id)? else { return Ok(None) };
            let is_searched = !self.rows_of(&tables[0], blob, &mut BTreeSet::new())?.is_empty();
            Ok(is_searched.then_some(blob))
        };
        let compare = || self.alike(&tables, [number(one)?, number(other)?]);
        compare().map_err(StoreError::Cache)
    }

    /// The same of tables; none where a blob has not been read for them.
    fn alike(
        &self,
        tables: &[Table<'_>],
        blobs: [Option<i64>; 2],
    ) -> rusqlite::Result<Option<BTreeSet<i64>>> {
        let [Some(one), Some(other)] = blobs else { return Ok(None) };
        let mut lines = BTreeSet::new();
        for table in tables {
            if self.rows_of(table, one, &mut lines)? != self.rows_of(table, other, &mut lines)? {
                return Ok(None);
            }
        }
        Ok(Some(lines))
    }

    /// The rows a table has of a blob, in their order and without its number; notes the lines they name.
    fn rows_of(
        &self,
        (table, own): &Table<'_>,
        blob: i64,
        lines: &mut BTreeSet<i64>,
    ) -> rusqlite::Result<Vec<Cells>> {
        let (column, own) = own.unwrap_or(("blob", blob));
        let sql = format!("select * from main.{table} where blob = ? and {column} = ?");
        let mut select = self.conn.prepare_cached(&sql)?;
        let names: Vec<String> = select.column_names().map(str::to_owned).collect();
        let mut read = |row: &Row<'_>| -> rusqlite::Result<Cells> {
            let mut cells = Cells::new();
            for (at, name) in names.iter().enumerate().filter(|(_, name)| *name != "blob") {
                let cell = value(row.get_ref(at)?);
                if let (Value::Int(line), true) = (&cell, name.ends_with("line")) {
                    lines.insert(*line);
                }
                cells.push(cell);
            }
            Ok(cells)
        };
        select.query_map([blob, own], &mut read)?.collect()
    }
}
