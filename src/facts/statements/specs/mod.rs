//! Files of specification bundles: how long they are, their numbered items, what they name, what they leave open.

mod document;
mod grid;
mod item;
mod placeholder;
mod tables;

use crate::base::basename;

pub use document::extract;
pub use tables::FACTS;
pub use tables::TABLES;

/// Whether a file may belong to a bundle; the view decides by its folder.
pub fn applies(path: &str) -> bool {
    matches!(basename(path), "constitution.md" | "prd.md" | "spec.md" | "plan.md" | "tasks.md")
}
