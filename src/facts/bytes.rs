//! What can be said of any file: its size, its lines, whether it is text.

use super::{Analyzer, Facts, Input, Rows};
use crate::base::{Column, Value};

/// Looks at every file. The table `files` is made of its facts and of the list of paths.
pub static BYTES: Analyzer = Analyzer {
    name: "bytes",
    version: env!("PARITY_FACTS_BYTES"),
    applies: |_| true,
    facts: &[Facts { name: "content", columns: COLUMNS }],
    tables: &[],
    extract,
};

const COLUMNS: &[Column] = &[
    Column::int("size", "Bytes, as git stores them."),
    Column::flag("is_binary", "Whether a NUL is among the first 8,000 bytes, as git decides."),
    Column::int("lines", "Lines, a last one without an end included; null: it is binary."),
];

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let is_binary = input.is_binary();
    let lines = if is_binary { Value::Null } else { count_lines(input.bytes).into() };
    rows.add(0, [input.bytes.len().into(), is_binary.into(), lines]);
}

fn count_lines(bytes: &[u8]) -> usize {
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    ends + usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(bytes: &[u8]) -> Vec<Value> {
        let mut rows = Rows::default();
        extract(&Input::new(bytes), &mut rows);
        rows.facts.remove(0).1
    }

    #[test]
    fn a_last_line_counts_with_and_without_an_end() {
        assert_eq!(facts(b"a\nb\n"), [4.into(), 0.into(), 2.into()].map(i));
        assert_eq!(facts(b"a\r\nb"), [4.into(), 0.into(), 2.into()].map(i));
        assert_eq!(facts(b""), [0.into(), 0.into(), 0.into()].map(i));
    }

    #[test]
    fn a_binary_file_has_no_lines() {
        assert_eq!(facts(b"\0\n"), [Value::Int(2), Value::Int(1), Value::Null]);
    }

    fn i(number: i64) -> Value {
        Value::Int(number)
    }
}
