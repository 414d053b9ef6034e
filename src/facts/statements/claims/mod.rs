//! Claims: what documents say about the work in numbers and status words, so that it can be held against the tree.

mod breakdown;
mod claim;
mod clause;
mod context;
mod count;
mod data;
mod document;
mod filled;
mod flow;
mod grid;
mod lifecycle;
mod listed;
mod number;
mod pair;
mod percent;
mod points;
mod rated;
mod roll_up;
mod say;
mod section;
mod share;
mod status;
mod tables;
mod total;
mod universal;

pub use data::extract as extract_data;
pub use document::extract;
pub use tables::DATA_FACTS;
pub use tables::FACTS;
pub use tables::TABLES;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod variants;
