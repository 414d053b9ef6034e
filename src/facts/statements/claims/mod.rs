//! Claims: what documents say about the work in numbers and status words, so that it can be held against the tree.

mod claim;
mod context;
mod count;
mod document;
mod grid;
mod number;
mod pair;
mod rated;
mod roll_up;
mod section;
mod share;
mod status;
mod tables;
mod total;

pub use document::extract;
pub use tables::FACTS;
pub use tables::TABLES;

#[cfg(test)]
mod tests;
