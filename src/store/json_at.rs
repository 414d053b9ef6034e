//! `json_at(data, at)` as a table.
use rusqlite::Connection;
pub(super) fn register(_: &Connection) -> rusqlite::Result<()> { Ok(()) }
