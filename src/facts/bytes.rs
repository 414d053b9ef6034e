//! What can be said of any file: how long it is and whether it is text.

use super::{Analyzer, Facts, Input, Rows};
use crate::base::Column;

/// Reads every file.
pub static BYTES: Analyzer = Analyzer {
    name: "bytes",
    version: env!("PARITY_FACTS_BYTES"),
    applies: |_| true,
    facts: &[Facts {
        name: "content",
        columns: &[
            Column::int("size", "Bytes."),
            Column::flag("is_binary", "Whether a NUL is among the first 8,000 bytes."),
            Column::int("lines", "Line breaks, plus one for a last line without."),
        ],
    }],
    tables: &[],
    extract,
};

fn extract(input: &Input<'_>, out: &mut Rows) {
    let breaks = input.bytes.iter().filter(|byte| **byte == b'\n').count();
    let open_end = input.bytes.last().is_some_and(|byte| *byte != b'\n');
    out.add(0, [input.bytes.len().into(), input.is_binary().into(), (breaks + usize::from(open_end)).into()]);
}
