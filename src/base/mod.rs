//! Plain data that every layer above speaks in: places, levels, values, table descriptions.

mod digest;
mod level;
mod lines;
mod table;
mod value;

pub use digest::{Id, IdHash, Sha256, sha256_hex};
pub use level::{Interval, Level, Reason, Severity, Strength, Truth, Verdict};
pub use lines::Lines;
pub use table::{Column, Kind, Table};
pub use value::Value;
