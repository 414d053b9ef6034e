//! The SQL function that finds the path a document means, and the tree it looks in.

use std::sync::Arc;
use std::sync::RwLock;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::cache::Store;
use super::error::StoreError;
use super::functions::text;
use crate::base::Meaning;
use crate::base::Named;

/// The tables that say what documents mean by the paths they name.
pub const NAMING: [&str; 3] = ["md_paths", "md_path_history", "task_paths"];

/// The paths of the revision; none until a query reads one of [`NAMING`].
pub(super) type Tree = Arc<RwLock<Option<Named>>>;

/// Registers `named_path(document, target)`.
pub(super) fn register(conn: &Connection, tree: &Tree) -> rusqlite::Result<()> {
    let tree = Arc::clone(tree);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("named_path", 2, flags, move |call| {
        let (Some(document), Some(target)) = (text(call, 0)?, text(call, 1)?) else {
            return Ok(None);
        };
        let tree = tree.read().expect("no panic while it is held");
        Ok(match tree.as_ref().map(|tree| tree.meaning(document, target)) {
            Some(Meaning::Path(path)) => Some(path),
            Some(Meaning::Nothing) => Some(String::new()),
            Some(Meaning::Open) | None => None,
        })
    })
}

impl Store {
    /// Lays out the revision's paths for looking names up. `own`: what the repository is called.
    ///
    /// # Errors
    /// The database failed.
    pub fn know_paths(&mut self, own: &[&str]) -> Result<(), StoreError> {
        let read = || -> rusqlite::Result<Named> {
            let mut select = self
                .conn
                .prepare("select path, kind = 'file' from temp.tree_rows order by path")?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(Named::new(rows.collect::<rusqlite::Result<Vec<_>>>()?, own))
        };
        let named = read().map_err(StoreError::Cache)?;
        *self.tree.write().expect("no panic while it is held") = Some(named);
        Ok(())
    }
}
