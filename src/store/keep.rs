//! Makes the rows of costly views once, where several queries read them.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::cache::Store;
use super::error::StoreError;
use super::live::is_filled;
use super::tables::contract;
use super::views;

/// Tables of few rows, each put together from paths or from many facts. What is looked up by path in a large tree is not
/// among them: its facts have an index already.
const KEPT: [&str; 13] = [
    "odoo_modules",
    "odoo_keys",
    "odoo_depends",
    "odoo_files",
    "license_declared",
    "license_compat",
    "spec_files",
    "spec_bundles",
    "spec_placeholders",
    "claims",
    "migrations",
    "static_sql_access",
    "sql_access",
];

impl Store {
    /// Keeps the rows of the tables that are costly and read by more than one query, before the connection is closed.
    /// `readers`: by table, how many queries read it. The tables stay views, so that nothing else sees a difference.
    ///
    /// # Errors
    /// The database failed.
    pub fn keep(&self, readers: &BTreeMap<&str, usize>) -> Result<(), StoreError> {
        let is_asked = |table: &str| readers.get(table).is_some_and(|number| *number > 1);
        self.together(|| {
            // What was kept of an earlier state is made anew, in the order in which views read each other.
            // What a real database fills is rows already.
            let live = self.is_live()?;
            let kept = || {
                contract().filter(|view| {
                    KEPT.contains(&view.table.name) && !(live && is_filled(view.table.name))
                })
            };
            for view in kept() {
                self.conn.execute_batch(&views::renewed(&view.table, view.query))?;
            }
            kept()
                .filter(|view| is_asked(view.table.name))
                .try_for_each(|view| keep(&self.conn, view.table.name, view.table.named))
        })
    }
}

fn keep(conn: &Connection, table: &str, named: &str) -> rusqlite::Result<()> {
    conn.execute_batch(&format!(
        "drop table if exists temp.kept_{table};
         create temp table kept_{table} as select * from temp.{table};
         create index temp.kept_{table}_by_name on kept_{table} ({named});
         drop view temp.{table};
         create temp view {table} as select * from temp.kept_{table};"
    ))
}
