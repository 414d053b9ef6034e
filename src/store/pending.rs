//! Tables of the contract that no analyzer fills yet: pages that read them are undecided, not clean.

use crate::base::{Column, Table};

/// Shorthand for the tables below.
pub(super) const fn pending(
    name: &'static str,
    doc: &'static str,
    named: &'static str,
    columns: &'static [Column],
) -> Table {
    Table { name, doc, columns, named }
}

pub(super) const NAME: Column = Column::text("name", "Its name.");

/// The tables, in the order of `parity schema`.
pub static PENDING: &[Table] = &[];
