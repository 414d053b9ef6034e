//! What a query of the audited repository may do: read the contract's tables with named functions, within limits.
//!
//! Bounds are in steps and bytes, never in seconds, so that a slow machine gives the same answer.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;

use super::functions::is_allowed;
use super::names;

/// Steps of SQLite's virtual machine between two looks at the budget.
const STRIDE: i32 = 10_000;
/// Steps one query may take.
const STEPS: u64 = 60_000_000;
/// The longest text a query may make, in bytes; no fact is longer than twice the longest file.
pub(super) const LENGTH: i32 = 16 * 1024 * 1024;
/// Memory all connections of the process may take, in bytes. Sorting and materialising stay in it.
const MEMORY: i64 = 256 * 1024 * 1024;

/// What a query was seen to read: (table, column, the view or CTE that reads it), and views without columns.
pub(super) type Seen = Arc<Mutex<BTreeSet<(String, String, String)>>>;

/// Steps one query has taken.
#[derive(Clone, Default)]
pub(super) struct Steps(Arc<std::sync::atomic::AtomicU64>);

impl Steps {
    /// Starts the count for the next query.
    pub(super) fn restart(&self) {
        self.0.store(0, std::sync::atomic::Ordering::Relaxed);
    }

    fn stride(&self) -> bool {
        let before =
            self.0.fetch_add(STRIDE.unsigned_abs().into(), std::sync::atomic::Ordering::Relaxed);
        before > STEPS
    }
}

/// Sets what holds for every statement of the connection, ours included.
pub(super) fn harden(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(&format!("pragma hard_heap_limit = {MEMORY}; pragma temp_store = memory;"))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, true)?;
    // A plan is not made again for other parameters: that cost more than what it found.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Closes the connection to everything but bounded reading; records into `seen` what is read.
pub(super) fn close(conn: &mut Connection, steps: &Steps, seen: &Seen) -> rusqlite::Result<()> {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, LENGTH),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
        // Counts what views of views come to, too.
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 500),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (Limit::SQLITE_LIMIT_VDBE_OP, 250_000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ] {
        conn.set_limit(limit, value)?;
    }
    bound(conn, steps)?;
    let seen = Arc::clone(seen);
    conn.authorizer(Some(move |context: AuthContext<'_>| authorize(&context, &seen)))
}

/// Bounds the steps of whatever runs from here on.
pub(super) fn bound(conn: &mut Connection, steps: &Steps) -> rusqlite::Result<()> {
    let steps = steps.clone();
    conn.progress_handler(STRIDE, Some(move || steps.stride()))
}

/// Opens the connection to ourselves again.
pub(super) fn open(conn: &mut Connection) -> rusqlite::Result<()> {
    conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    conn.progress_handler(0, None::<fn() -> bool>)
}

fn authorize(context: &AuthContext<'_>, seen: &Seen) -> Authorization {
    let accessor = context.accessor.unwrap_or_default();
    let note = |table: &str, column: &str, accessor: &str| {
        let read = (table.to_owned(), column.to_owned(), accessor.to_owned());
        seen.lock().expect("no panic while it is held").insert(read);
    };
    match context.action {
        AuthAction::Read { table_name, column_name } => {
            note(table_name, column_name, accessor);
            // The cache holds facts of other repositories: only our views may look into it.
            // Of a view flattened away only `count(*)` is left, which names no column and not the view: what is not of
            // the cache is of this revision.
            let counted = column_name.is_empty() && context.database_name != Some("main");
            if counted || names::is_open(table_name) || names::is_view(accessor) {
                Authorization::Allow
            } else {
                Authorization::Deny
            }
        }
        AuthAction::Select => {
            if !accessor.is_empty() {
                note(accessor, "", "");
            }
            Authorization::Allow
        }
        AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if is_allowed(function_name) => Authorization::Allow,
        _ => Authorization::Deny,
    }
}
