//! Analyzers: from the bytes of one file to rows of facts.
//!
//! Extraction is a pure function of bytes: no path, no configuration, no date, so a row is true wherever the same blob
//! stands. Which analyzers apply is a function of the path. Whatever depends on both (a module's name is its folder's)
//! is said in a table's view.

mod bytes;
mod codeowners;
mod compose;
mod dbt;
mod documents;
mod edge_functions;
mod gitignore;
mod gitmodules;
mod input;
mod markdown;
mod mcp;
mod mend;
mod n8n;
mod odoo_xml;
mod resources;
mod statements;
mod waivers;
mod workflows;

/// Licences: notices, texts, declarations, compatibility.
pub mod license;

/// Odoo manifests, and what is known of Odoo's own addons.
pub mod odoo;

/// What READMEs of addons are made of.
pub mod readmes;

/// SQL scripts.
pub mod sql;

use crate::base::{Column, Table, Value};

pub use bytes::BYTES;
pub use documents::{JSON, placed};
use documents::{JSON_SYNTAX, TOML, TOML_SYNTAX, YAML, YAML_SYNTAX};
pub use input::{Input, MAX_BYTES};

/// Every analyzer, in the order of `parity schema`.
pub static ANALYZERS: &[&Analyzer] = &[
    &BYTES,
    &YAML,
    &YAML_SYNTAX,
    &JSON,
    &JSON_SYNTAX,
    &TOML,
    &TOML_SYNTAX,
    &markdown::ANALYZER,
    &markdown::CELLS,
    &statements::CLAIMS,
    &statements::DATA_CLAIMS,
    &statements::SPECS,
    &odoo::ANALYZER,
    &odoo_xml::XML,
    &odoo_xml::CSV,
    &readmes::DIGESTS,
    &readmes::SOURCES,
    &sql::SQL,
    &resources::TERRAFORM,
    &resources::BICEP,
    &resources::BUNDLE,
    &resources::APP,
    &codeowners::CODEOWNERS,
    &gitignore::GITIGNORE,
    &gitmodules::GITMODULES,
    &dbt::DBT,
    &dbt::DBT_MODELS,
    &license::HASH_HEADERS,
    &license::SLASH_HEADERS,
    &license::HYPHEN_HEADERS,
    &license::MARKUP_HEADERS,
    &license::PROSE_HEADERS,
    &license::OTHER_HEADERS,
    &license::TEXTS,
    &license::JSON,
    &license::TOML,
    &license::SETUP,
    &license::BADGES,
    &license::REUSE_TAGS,
    &license::REUSE_TOML,
    &license::REUSE_DEP5,
    &workflows::ANALYZER,
    &compose::ANALYZER,
    &edge_functions::ANALYZER,
    &n8n::ANALYZER,
    &mcp::ANALYZER,
    &waivers::WAIVERS,
];

/// Something that reads one kind of file.
pub struct Analyzer {
    /// Its name, as in `problems.analyzer`.
    pub name: &'static str,
    /// A digest of its sources, taken by the build script: other code, other facts.
    pub version: &'static str,
    /// Whether it reads the file at this path.
    pub applies: fn(path: &str) -> bool,
    /// The facts it writes.
    pub facts: &'static [Facts],
    /// The tables of the contract that come of its facts.
    pub tables: &'static [View],
    /// Reads one file. Never panics; what it cannot read becomes a problem, and an unsure row where it matters.
    pub extract: fn(&Input<'_>, &mut Rows),
}

/// The analyzers that read the file at a path, each the bit of its place in [`ANALYZERS`].
pub fn readers(path: &str) -> u64 {
    let reading = ANALYZERS.iter().enumerate().filter(|(_, analyzer)| (analyzer.applies)(path));
    reading.fold(0, |bits, (at, _)| bits | 1 << at)
}

/// The rows one analyzer writes for one blob, stored under the blob's id.
pub struct Facts {
    /// The name of the stored facts; views read them as `fact_<name>` with `path` and `blob` added.
    pub name: &'static str,
    /// The columns, without path.
    pub columns: &'static [Column],
}

/// A table of the contract and the query that makes it.
pub struct View {
    /// How pages see it.
    pub table: Table,
    /// A query over `fact_<name>`, `tree` and views declared before, giving the table's columns by name.
    pub query: &'static str,
}

/// Where an analyzer puts what it found in one blob.
#[derive(Debug, Default)]
pub struct Rows {
    /// (index into [`Analyzer::facts`], cells), in the order of the file.
    pub facts: Vec<(usize, Vec<Value>)>,
    /// What could not be read: line, code, message.
    pub problems: Vec<(Option<u32>, &'static str, String)>,
    /// What may be there unseen: table, name (none: any), line, reason.
    pub unsure: Vec<(&'static str, Option<String>, Option<u32>, String)>,
}

impl Rows {
    /// Adds a row to the `facts`-th facts of the analyzer.
    pub fn add<const N: usize>(&mut self, facts: usize, cells: [Value; N]) {
        self.facts.push((facts, cells.into()));
    }

    /// Says that something could not be read or decided. `code` is kebab-case and stable.
    pub fn problem(&mut self, line: Option<u32>, code: &'static str, message: impl Into<String>) {
        self.problems.push((line, code, message.into()));
    }

    /// Says that rows of `table` (those named `name`, or any) may exist here unseen.
    pub fn unsure(
        &mut self,
        table: &'static str,
        name: Option<String>,
        line: Option<u32>,
        reason: impl Into<String>,
    ) {
        self.unsure.push((table, name, line, reason.into()));
    }
}
