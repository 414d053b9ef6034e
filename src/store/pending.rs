//! Tables of the contract that no analyzer fills yet: pages that read them are undecided, not clean.

use crate::base::Table;

/// The tables, in the order of `parity schema`.
pub static PENDING: &[Table] = &[];
