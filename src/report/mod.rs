//! What an audit found, written for a terminal, a machine or a reader.

mod addons;
mod aside;
mod chain;
mod escape;
mod explain;
mod explain_claim;
mod first_look;
mod github;
mod junit;
mod licenses;
mod map;
mod matrix_wire;
mod moved;
mod rows;
mod sarif;
mod sarif_verdicts;
mod score;
mod story;
mod summary;
mod templates;
mod terminal;
mod wire;

pub use addons::{addons_csv, addons_json, addons_terminal, graph};
pub use aside::{explain_aside, in_the_way};
pub use escape::{cell, command_property, command_text, csv, terminal as plain};
pub use explain::{explain_feature, explain_finding, explain_migrations, is_asked};
pub use explain_claim::{explain_claim, measured};
pub use first_look::{Look, first_look, most_telling};
pub use github::github;
pub use junit::junit;
pub use licenses::{
    Contents, cyclonedx, licenses_csv, licenses_json, licenses_terminal, spdx2, spdx3,
};
pub use map::{Offer, offer, offers, offers_json};
pub use moved::Steps;
pub use rows::{findings_csv, findings_jsonl};
pub use sarif::{Sarif, sarif};
pub use score::{open_evidence, score};
pub use story::Told;
pub use summary::summary;
pub use templates::{Templates, html, markdown};
pub use terminal::{check, table};
pub use wire::{AuditWire, SCHEMA, json, schema};
