//! Plain data that every layer above speaks in: places, levels, values, table descriptions.

mod digest;
mod level;
mod lines;
mod paths;
mod table;
mod value;

pub use digest::{Id, Sha256, sha256_hex};
pub use level::{Interval, Level, Reason, Severity, Strength, Truth, Verdict};
pub use lines::Lines;
pub use paths::{basename, dirname, path_join, path_stem};
pub use table::{Column, Kind, Table};
pub use value::Value;
