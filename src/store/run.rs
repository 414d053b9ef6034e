//! Prepares and runs queries inside the sandbox.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql};
use serde::{Deserialize, Serialize};

use super::cache::Store;
use super::error::StoreError;
use super::functions::Unsure;
use super::names;
use super::sandbox::{self, Seen, Steps};
use super::tables::{UNSURE, contract};
use crate::base::{Value, sha256_hex};

/// The cells of one row.
pub type Cells = Vec<Value>;

/// A query that was prepared once: what it gives and what it reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Query {
    /// Its text.
    pub sql: String,
    /// The names of its result columns.
    pub columns: Vec<String>,
    /// Its named parameters, without the colon.
    pub parameters: BTreeSet<String>,
    /// The contract's tables it reads, each with the columns it names itself.
    pub reads: BTreeMap<String, BTreeSet<String>>,
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Value::Real(text) => ToSqlOutput::Owned(text.parse::<f64>().unwrap_or(f64::NAN).into()),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

impl Store {
    /// Gathers what may exist unseen of what was read, for `unsure` and `maybe`.
    ///
    /// # Errors
    /// The database failed.
    pub fn gather_unsure(&self) -> Result<(), StoreError> {
        let load = || -> rusqlite::Result<()> {
            self.conn.execute_batch(&format!(
                "delete from rev.unsure_rows; insert into rev.unsure_rows {UNSURE}"
            ))?;
            self.unsure_of_live()?;
            let mut unsure = self.unsure.write().expect("no panic while it is held");
            unsure.clear();
            let mut select = self
                .conn
                .prepare("select distinct table_name, coalesce(name, '') from rev.unsure_rows")?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                unsure.entry(row.get(0)?).or_default().insert(row.get(1)?);
            }
            Ok(())
        };
        load().map_err(StoreError::Cache)
    }

    /// Closes the connection to all but bounded reading.
    ///
    /// # Errors
    /// The database failed.
    pub fn close(&mut self) -> Result<(), StoreError> {
        sandbox::close(&mut self.conn, &self.steps, &self.seen).map_err(StoreError::Cache)
    }

    /// Opens the connection to ourselves again, after [`Store::close`].
    ///
    /// # Errors
    /// The database failed.
    pub fn open_again(&mut self) -> Result<(), StoreError> {
        self.is_published = false;
        sandbox::open(&mut self.conn).map_err(StoreError::Cache)
    }

    /// Prepares a query without running it; one that was found sound before is known.
    ///
    /// # Errors
    /// The query's author must act: the message says where and why.
    pub fn prepare(&mut self, sql: &str) -> Result<Query, StoreError> {
        let key = sha256_hex(format!("query\0{}\0{sql}", env!("PARITY_BUILD")));
        if let Some(known) = self.recall(&key).and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(known);
        }
        self.shape().map_err(StoreError::Cache)?;
        sandbox::close(&mut self.conn, &self.steps, &self.seen).map_err(StoreError::Cache)?;
        let prepared = prepare(&self.conn, &self.seen, sql);
        sandbox::open(&mut self.conn).map_err(StoreError::Cache)?;
        let prepared = prepared?;
        self.learn(key, serde_json::to_string(&prepared).expect("plain data is JSON"));
        Ok(prepared)
    }

    /// Runs a prepared query on the closed connection and hands each row to `take` until that returns false.
    ///
    /// # Errors
    /// The query failed or did too much; rows handed out before that are no result.
    pub fn run(
        &self,
        query: &Query,
        parameters: &BTreeMap<String, Value>,
        take: &mut dyn FnMut(Cells) -> bool,
    ) -> Result<(), StoreError> {
        run(&self.conn, &self.steps, query, parameters, take)
    }

    /// What an analyzer or linker must have read before `query` runs: bits of analyzers, indexes of linkers.
    pub fn behind(&self, reads: &BTreeMap<String, BTreeSet<String>>) -> (u64, BTreeSet<usize>) {
        let (analyzers, linkers) = self.made.behind(reads);
        let inputs = linkers.iter().fold(0, |bits, linker| bits | self.linker_reads(*linker));
        (analyzers | inputs, linkers)
    }

    /// The bits of the analyzers whose facts a linker reads.
    pub fn linker_reads(&self, linker: usize) -> u64 {
        let reads = crate::link::LINKERS[linker].reads;
        let slots = crate::facts::ANALYZERS.iter().zip(&self.analyzers);
        let behind =
            slots.filter(|(analyzer, _)| analyzer.facts.iter().any(|facts| facts.name == reads));
        behind.fold(0, |bits, (_, slot)| bits | slot.bit)
    }

    /// The rows of stored facts for the files at `paths`, in the order of each file, before the connection is closed.
    ///
    /// # Errors
    /// The database failed.
    pub fn facts_of(&self, facts: &str, path: &str) -> Result<Vec<Cells>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Cells>> {
            let mut select = self.conn.prepare_cached(&format!(
                "select * from fact_{facts} where path = ? order by seq"
            ))?;
            let width = select.column_count();
            let mut rows = select.query([path])?;
            let mut cells = Vec::new();
            while let Some(row) = rows.next()? {
                // path, blob and seq come first.
                cells.push(
                    (3..width)
                        .map(|at| row.get_ref(at).map(value))
                        .collect::<rusqlite::Result<_>>()?,
                );
            }
            Ok(cells)
        };
        read().map_err(StoreError::Cache)
    }
}

/// Prepares on a closed connection.
pub(super) fn prepare(conn: &Connection, seen: &Seen, sql: &str) -> Result<Query, StoreError> {
    if let Some(name) = names::shadowed(sql) {
        let message = format!("`{name}` is a table; a table expression needs another name");
        return Err(StoreError::Query { message });
    }
    seen.lock().expect("no panic while it is held").clear();
    let statement = conn.prepare(sql).map_err(|error| StoreError::of_query(sql, error))?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(StoreError::Query { message: "only a query is allowed".to_owned() });
    }
    let columns = statement.column_names().map(str::to_owned).collect();
    let parameters = (1..=statement.parameter_count())
        .map(|at| {
            statement.parameter_name(at).and_then(|name| name.strip_prefix(':')).map(str::to_owned)
        })
        .collect::<Option<BTreeSet<String>>>()
        .ok_or_else(|| StoreError::Query {
            message: "parameters are written `:name`".to_owned(),
        })?;
    let seen = seen.lock().expect("no panic while it is held");
    Ok(Query { sql: sql.to_owned(), columns, parameters, reads: own_reads(&seen) })
}

/// Of all that was read while preparing, what the query itself names: reads inside a view are the view's.
fn own_reads(seen: &BTreeSet<(String, String, String)>) -> BTreeMap<String, BTreeSet<String>> {
    let tables: BTreeSet<&str> = contract().map(|described| described.table.name).collect();
    let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column, accessor) in
        seen.iter().filter(|(table, ..)| tables.contains(table.as_str()))
    {
        let columns = reads.entry(table.clone()).or_default();
        if !column.is_empty() && !tables.contains(accessor.as_str()) {
            columns.insert(column.clone());
        }
    }
    reads
}

/// Runs on a closed connection.
pub(super) fn run(
    conn: &Connection,
    steps: &Steps,
    query: &Query,
    parameters: &BTreeMap<String, Value>,
    take: &mut dyn FnMut(Cells) -> bool,
) -> Result<(), StoreError> {
    let failed = |error| StoreError::of_query(&query.sql, error);
    let mut statement = conn.prepare_cached(&query.sql).map_err(failed)?;
    bind(&mut statement, query, parameters).map_err(failed)?;
    steps.restart();
    let width = query.columns.len();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        let cells =
            (0..width).map(|at| row.get_ref(at).map(value)).collect::<rusqlite::Result<Cells>>();
        if !take(cells.map_err(failed)?) {
            break;
        }
    }
    Ok(())
}

fn bind(
    statement: &mut Statement<'_>,
    query: &Query,
    parameters: &BTreeMap<String, Value>,
) -> rusqlite::Result<()> {
    for name in &query.parameters {
        let at = statement.parameter_index(&format!(":{name}"))?.unwrap_or(0);
        statement.raw_bind_parameter(at, parameters.get(name).unwrap_or(&Value::Null))?;
    }
    Ok(())
}

pub(super) fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => {
            Value::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
    }
}

/// A copy of some tables as plain tables in memory, for asking "what if this were not seen".
pub struct Plain {
    conn: Connection,
    seen: Seen,
    steps: Steps,
    unsure: Unsure,
}

impl Plain {
    /// Copies `tables` of a store whose revision is ready, the `unsure` rows always.
    ///
    /// # Errors
    /// The database failed.
    pub fn copy(store: &Store, tables: &BTreeSet<String>) -> Result<Plain, StoreError> {
        let conn = Connection::open_in_memory().map_err(StoreError::Cache)?;
        sandbox::harden(&conn).map_err(StoreError::Cache)?;
        store.shape().map_err(StoreError::Cache)?;
        super::export::copy(&store.conn, &conn, |table| {
            tables.contains(table) || table == "unsure"
        })?;
        let unsure = Unsure::default();
        super::functions::register(&conn, &unsure).map_err(StoreError::Cache)?;
        super::named::register(&conn, &Default::default()).map_err(StoreError::Cache)?;
        super::json_at::register(&conn).map_err(StoreError::Cache)?;
        Ok(Plain { conn, seen: Seen::default(), steps: Steps::default(), unsure })
    }

    /// Changes the copy; `sql` is ours.
    ///
    /// # Errors
    /// The database failed.
    pub fn change(&self, sql: &str, parameters: &[Value]) -> Result<usize, StoreError> {
        self.conn.execute(sql, rusqlite::params_from_iter(parameters)).map_err(StoreError::Cache)
    }

    /// The texts a query of ours gives in its first column.
    ///
    /// # Errors
    /// The database failed.
    pub fn column(&self, sql: &str) -> Result<Vec<Value>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Value>> {
            let mut select = self.conn.prepare(sql)?;
            let mut rows = select.query([])?;
            let mut values = Vec::new();
            while let Some(row) = rows.next()? {
                values.push(value(row.get_ref(0)?));
            }
            Ok(values)
        };
        read().map_err(StoreError::Cache)
    }

    /// Runs a page's query on the copy as it stands.
    ///
    /// # Errors
    /// The query failed or did too much.
    pub fn run(
        &mut self,
        query: &Query,
        parameters: &BTreeMap<String, Value>,
        take: &mut dyn FnMut(Cells) -> bool,
    ) -> Result<(), StoreError> {
        let mut names: std::collections::HashMap<String, std::collections::HashSet<String>> =
            Default::default();
        for row in self.column("select json_array(table_name, coalesce(name, '')) from unsure")? {
            let pair: (String, String) =
                serde_json::from_str(row.as_text().unwrap_or_default()).unwrap_or_default();
            names.entry(pair.0).or_default().insert(pair.1);
        }
        *self.unsure.write().expect("no panic while it is held") = names;
        sandbox::close(&mut self.conn, &self.steps, &self.seen).map_err(StoreError::Cache)?;
        let outcome = run(&self.conn, &self.steps, query, parameters, take);
        sandbox::open(&mut self.conn).map_err(StoreError::Cache)?;
        outcome
    }
}
