//! What an audit found, written for a terminal, a machine or a reader.

mod escape;
mod markdown;
mod matrix_wire;
mod score;
mod terminal;
mod wire;

pub use escape::{cell, csv, terminal as plain};
pub use markdown::markdown;
pub use score::{open_evidence, score};
pub use terminal::{Look, check, look, table};
pub use wire::{AuditWire, SCHEMA, json, schema};
