//! Writes the tables of one revision as plain tables that any SQLite can read.

use std::path::Path;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ErrorCode};

use super::cache::Store;
use super::error::StoreError;
use super::tables::contract;
use crate::base::Table;

impl Store {
    /// Writes every filled table of the contract to a new file at `path`.
    ///
    /// # Errors
    /// The file exists already or cannot be written.
    pub fn export(&self, path: &Path) -> Result<(), StoreError> {
        if path.exists() {
            return Err(StoreError::Query {
                message: format!("`{}` exists already", path.display()),
            });
        }
        let flags = rusqlite::OpenFlags::default();
        let target = Connection::open_with_flags(path, flags).map_err(StoreError::Cache)?;
        target
            .execute_batch("pragma journal_mode = off; pragma synchronous = off")
            .map_err(StoreError::Cache)?;
        copy(&self.conn, &target, |_| true).inspect_err(|_| {
            // Half an export is none; what cannot be removed is seen by whoever tries again.
            let _ = std::fs::remove_file(path);
        })
    }
}

/// Copies the tables that `wanted` names, rows in the order of all their columns.
pub(super) fn copy(
    from: &Connection,
    to: &Connection,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let work = || -> rusqlite::Result<()> {
        to.execute_batch("begin")?;
        for described in contract().filter(|described| wanted(described.table.name)) {
            copy_table(from, to, &described.table)?;
        }
        to.execute_batch("commit")
    };
    work().map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            unreachable!("our own statements are allowed")
        }
        _ => StoreError::Cache(error),
    })
}

fn copy_table(from: &Connection, to: &Connection, table: &Table) -> rusqlite::Result<()> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\" {}", column.name, column.kind.sql()))
        .collect();
    to.execute_batch(&format!("create table {} ({})", table.name, columns.join(", ")))?;
    let names: Vec<String> =
        table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let order: Vec<String> = (1..=names.len()).map(|at| at.to_string()).collect();
    let mut select = from.prepare(&format!(
        "select {} from {} order by {}",
        names.join(", "),
        table.name,
        order.join(", ")
    ))?;
    let marks = vec!["?"; names.len()].join(", ");
    let mut insert = to.prepare(&format!("insert into {} values ({marks})", table.name))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        for at in 0..names.len() {
            insert.raw_bind_parameter(at + 1, ToSqlOutput::Borrowed(row.get_ref(at)?))?;
        }
        insert.raw_execute()?;
    }
    Ok(())
}
