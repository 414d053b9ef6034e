//! The database: a cache of facts by blob, one revision laid over it as views, and a sandbox for queries.
//!
//! Facts belong to blobs, so the cache (`main`) knows no paths; a revision (`rev`, in memory) is a list of (path, blob), and
//! the tables of the contract are TEMP views over both, made by every connection that looks at it. Nothing is materialised but by [`Store::keep`] and [`Store::export`]; what
//! queries gave is kept under a digest of all it follows from ([`Store::recall`]).

mod alike;
mod answers;
mod beside;
mod built_in;
mod cache;
mod error;
mod export;
mod fates;
mod functions;
mod history;
mod json_at;
mod keep;
mod live;
mod named;
mod names;
mod put;
mod run;
mod sandbox;
mod second;
mod slots;
mod tables;
mod tree;
mod views;

pub use beside::{Asking, Parameters, Take};
pub use cache::{Begun, Store, Work, discard};
pub use error::StoreError;
pub use fates::FATES;
pub use functions::{FUNCTIONS, glob, regex};
pub use history::{LIVES, LOGS};
pub use named::NAMING;
pub use run::{Cells, Plain, Query};
pub use second::is_second_stage;
pub use tables::contract;
pub use tree::{TreeRow, Unread};
