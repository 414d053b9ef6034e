//! What an audit found, written for a terminal, a machine or a reader.

mod escape;
mod github;
mod junit;
mod markdown;
mod rows;
mod sarif;
mod sarif_verdicts;
mod summary;
mod terminal;
mod wire;

pub use escape::{cell, command_property, command_text, csv, terminal as plain};
pub use github::github;
pub use junit::junit;
pub use markdown::markdown;
pub use rows::{findings_csv, findings_jsonl};
pub use sarif::{Sarif, sarif};
pub use summary::summary;
pub use terminal::{Look, check, look, score, table};
pub use wire::{AuditWire, SCHEMA, json, schema};
