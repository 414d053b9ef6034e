//! Makes the rows of costly views once, where several queries read them.

use std::collections::BTreeMap;

use rusqlite::{Connection, ErrorCode};

use super::cache::Store;
use super::error::StoreError;
use super::live::is_filled;
use super::sandbox;
use super::tables::contract;
use super::views;
use crate::facts::View;

/// Tables of few rows, each put together from paths or from many facts. What is looked up by path in a large tree is not
/// among them: its facts have an index already.
const KEPT: [&str; 12] = [
    "odoo_modules",
    "odoo_keys",
    "odoo_entries",
    "odoo_data",
    "odoo_depends",
    "odoo_files",
    "license_declared",
    "license_compat",
    "spec_files",
    "spec_bundles",
    "spec_placeholders",
    "migrations",
];

/// Tables that are joined or chosen from by other columns than those they are named by.
const JOINED: [(&str, &str); 6] = [
    ("claims", "form, path, line"),
    ("sql_tables", "catalog, schema, name"),
    ("sql_columns", "catalog, schema, table_name"),
    ("sql_policies", "catalog, schema, table_name"),
    ("sql_constraints", "catalog, schema, table_name"),
    ("sql_blockers", "catalog, path, line, object"),
];

impl Store {
    /// Keeps the rows of the tables that are costly and read by more than one query, before the connection is closed.
    /// `readers`: by table, how many queries read it. The tables stay views, so that nothing else sees a difference.
    ///
    /// # Errors
    /// The database failed.
    pub fn keep(&mut self, readers: &BTreeMap<&str, usize>) -> Result<(), StoreError> {
        sandbox::bound(&mut self.conn, &self.steps).map_err(StoreError::Cache)?;
        let kept = self.together(|| self.keep_all(readers));
        sandbox::open(&mut self.conn).map_err(StoreError::Cache)?;
        self.kept = kept?;
        Ok(())
    }

    /// The tables that were kept.
    fn keep_all(&self, readers: &BTreeMap<&str, usize>) -> rusqlite::Result<Vec<&'static str>> {
        let is_asked =
            |view: &&View| readers.get(view.table.name).is_some_and(|number| *number > 1);
        // What was kept of an earlier state is made anew, in the order in which views read each other.
        // What a real database fills is rows already.
        let live = self.is_live()?;
        let kept = || {
            contract().filter(|view| {
                let name = view.table.name;
                let is_kept = KEPT.contains(&name) || JOINED.iter().any(|it| it.0 == name);
                is_kept && !(live && is_filled(name))
            })
        };
        for view in kept() {
            self.conn.execute_batch(&views::renewed(&view.table, view.query))?;
        }
        let mut made = Vec::new();
        for view in kept().filter(is_asked) {
            self.steps.restart();
            match keep(&self.conn, view.table.name, view.table.named) {
                // What is more work than a query may do stays a view: each query that reads it answers for itself.
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {}
                outcome => {
                    outcome?;
                    made.push(view.table.name);
                }
            }
        }
        Ok(made)
    }
}

fn keep(conn: &Connection, table: &str, named: &str) -> rusqlite::Result<()> {
    let columns = JOINED.iter().find(|it| it.0 == table).map_or(named, |it| it.1);
    conn.execute_batch(&format!(
        "drop table if exists rev.kept_{table};
         create table rev.kept_{table} as select * from temp.{table};
         create index rev.kept_{table}_by_name on kept_{table} ({columns});
         {}",
        views::kept(table)
    ))
}
