//! `parity` turns a repository, at any git revision, into a relational database and asks it questions.
//!
//! The layers, bottom up. A module uses only what stands above it in this list; `tests/layers.rs` enforces it.

/// Plain data: places, levels, values, table descriptions.
pub mod base;

/// `parity.toml`, parsed and typed, no effect.
pub mod config;

/// Where bytes come from: a working tree, the git index, any revision, memory.
pub mod source;

/// Analyzers: bytes to rows; each declares its tables as data.
pub mod facts;

/// Linkers: rows of many files to rows about all of them.
pub mod link;

/// SQLite: tables from declarations, cache, views, functions, sandbox.
pub mod store;

/// One revision made ready: source, facts, links and searches behind a read-only connection.
pub mod snapshot;

/// Rules and kinds of evidence: parse, prepare, run, prove.
pub mod pages;

/// Catalogues, mappings, verdicts and scores.
pub mod matrix;

/// Waivers and fingerprints.
pub mod settle;

/// One audit: snapshot, pages and matrices, settled; then second-stage pages.
pub mod audit;

/// What can be mended by itself, and the proof that it was.
pub mod fix;

/// What was found, written for a terminal, a machine or a reader.
pub mod report;

/// The command line.
pub mod cli;
