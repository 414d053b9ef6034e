//! Plain data that every layer above speaks in: places, levels, values, table descriptions.

mod digest;
mod json_at;
mod level;
mod lines;
mod named;
mod paths;
mod redact;
mod table;
mod value;
mod version;

pub use digest::{Id, IdHash, Sha256, sha1_hex, sha256_hex};
pub use json_at::{Hit, JsonPath, PathError, json_at};
pub use level::{Interval, Level, Reason, Severity, Strength, Truth, Verdict};
pub use lines::Lines;
pub use named::{Meaning, Named, is_retired};
pub use paths::{basename, dirname, path_join, path_stem};
pub use redact::redact;
pub use table::{Column, Kind, Table};
pub use value::Value;
pub use version::numbers;
