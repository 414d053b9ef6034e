//! Linkers: from rows of many files to rows about all of them.
//!
//! A linker reads facts through the store, never a file. Its result is kept under a digest of the (path, blob) pairs it
//! selects and of the settings it reads, so no row is read to find it fresh.

/// The graph of Odoo addons.
pub mod addons;

/// What READMEs of addons are made of.
pub mod readmes;

/// The database that migrations add up to.
pub mod migrations;

use crate::base::{Column, Value};
use crate::facts::View;

/// Every linker, in the order of `parity schema`.
pub static LINKERS: &[&Linker] =
    &[&migrations::MIGRATIONS_LINKER, &addons::ADDONS_LINKER, &readmes::READMES_LINKER];

/// Something that derives rows from the facts of many files.
pub struct Linker {
    /// Its name, as in `problems.analyzer`.
    pub name: &'static str,
    /// A digest of its sources, taken by the build script.
    pub version: &'static str,
    /// The stored facts it reads: a name of [`crate::facts::Facts`].
    pub reads: &'static str,
    /// Whether the file at this path is an input.
    pub selects: fn(path: &str) -> bool,
    /// The rows it writes.
    pub facts: &'static [LinkedFacts],
    /// The tables of the contract that come of them.
    pub tables: &'static [View],
    /// Derives the rows. Never panics; pure: the same files and settings give the same rows.
    pub link: fn(files: &[LinkedFile], settings: &Settings, out: &mut Linked),
}

/// Rows a linker writes; views read them as `link_<name>`.
pub struct LinkedFacts {
    /// The name of the stored rows.
    pub name: &'static str,
    /// All columns, `path` included where there is one.
    pub columns: &'static [Column],
}

/// The settings of `parity.toml` that linkers read. They are part of a result's key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Who runs migrations: `supabase-cli` sends a file as it is, `psql` runs its meta-commands.
    pub sql_runner: String,
    /// What a failure undoes: `file-transaction` or `statement`.
    pub sql_failure_policy: String,
    /// Schemas the API exposes, where the tree does not say.
    pub sql_exposed_schemas: Vec<String>,
    /// Tables of which the older one gives way to a newer `create table if not exists` with other columns.
    pub sql_set_aside: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            sql_runner: "supabase-cli".to_owned(),
            sql_failure_policy: "file-transaction".to_owned(),
            sql_exposed_schemas: vec!["public".to_owned()],
            sql_set_aside: Vec::new(),
        }
    }
}

/// One input of a linker.
#[derive(Debug, Clone)]
pub struct LinkedFile {
    /// Its path; inputs come sorted by path.
    pub path: String,
    /// Its rows in the facts the linker reads, in the order of the file.
    pub rows: Vec<Vec<Value>>,
    /// Why it could not be read; then it has no rows.
    pub unread: Option<String>,
}

/// Where a linker puts what it derived.
#[derive(Debug, Default)]
pub struct Linked {
    /// (index into [`Linker::facts`], cells).
    pub facts: Vec<(usize, Vec<Value>)>,
    /// What could not be decided: path, line, code, message.
    pub problems: Vec<(String, Option<u32>, &'static str, String)>,
    /// What may be there unseen: table, name (none: any), path, line, reason.
    pub unsure: Vec<(&'static str, Option<String>, String, Option<u32>, String)>,
}
