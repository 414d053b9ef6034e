//! What an audit found, written for a terminal, a machine or a reader.

mod chain;
mod escape;
mod explain;
mod first_look;
mod matrix_wire;
mod score;
mod story;
mod templates;
mod terminal;
mod wire;

pub use escape::{cell, csv, terminal as plain};
pub use explain::{explain_feature, explain_finding, explain_migrations};
pub use first_look::{Look, first_look, most_telling};
pub use score::{open_evidence, score};
pub use story::Told;
pub use templates::{Templates, html, markdown};
pub use terminal::{check, table};
pub use wire::{AuditWire, SCHEMA, json, schema};
