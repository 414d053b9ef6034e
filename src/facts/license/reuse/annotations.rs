//! `REUSE.toml`: which paths have which licence and copyright.

use serde_json::Value as Json;

use crate::base::Value;
use crate::facts::documents::{TOML, placed};
use crate::facts::{Input, Rows};

use super::{ids, json};

/// Reads `REUSE.toml`: a row for each table of annotations, in the order of the file.
pub(in super::super) fn toml(input: &Input<'_>, rows: &mut Rows) {
    let mut parsed = Rows::default();
    (TOML.extract)(input, &mut parsed);
    let data = parsed.facts.first().and_then(|(_, cells)| cells.get(2)).and_then(Value::as_text);
    let data = data.and_then(placed).filter(|_| parsed.problems.is_empty());
    let Some((data, _)) = data.filter(|(data, _)| data.get("version").is_some_and(Json::is_i64))
    else {
        let reason = "REUSE.toml cannot be read, or says no version";
        rows.problem(None, "reuse-toml", reason);
        rows.add(
            0,
            [0_u32.into(), Value::Null, "invalid".into(), 0_u32.into(), "[]".into(), 1_u32.into()],
        );
        return;
    };
    let items = data.get("annotations").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    for (item, number) in items.iter().zip(1_u32..).take(1_000) {
        let patterns: Vec<String> =
            texts(item.get("path")).iter().map(|path| pattern(path)).collect();
        let precedence = item.get("precedence").and_then(Json::as_str).unwrap_or("closest");
        let copyright = u32::from(!texts(item.get("SPDX-FileCopyrightText")).is_empty());
        add(
            rows,
            number,
            &format!("^(?:{})$", patterns.join("|")),
            precedence,
            copyright,
            &texts(item.get("SPDX-License-Identifier")),
        );
    }
}

/// Adds what one item says of the paths that fit a pattern.
pub(super) fn add(
    rows: &mut Rows,
    number: u32,
    pattern: &str,
    precedence: &str,
    copyright: u32,
    expressions: &[String],
) {
    let named: Vec<Option<Vec<String>>> = expressions.iter().map(|text| ids(text)).collect();
    let is_valid = u32::from(named.iter().all(Option::is_some));
    let mut all: Vec<String> = named.into_iter().flatten().flatten().collect();
    all.sort();
    all.dedup();
    rows.add(
        0,
        [
            number.into(),
            pattern.into(),
            precedence.into(),
            copyright.into(),
            json(Some(all)).into(),
            is_valid.into(),
        ],
    );
}

/// A text, or a list of texts.
fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A glob of REUSE as a pattern: one asterisk stops at a slash, two do not, a backslash takes what follows as it is.
fn pattern(glob: &str) -> String {
    let mut pattern = String::new();
    let mut chars = glob.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => pattern
                .push_str(&chars.next().map(|c| regex::escape(&c.to_string())).unwrap_or_default()),
            '*' if chars.peek() == Some(&'*') => {
                while chars.peek() == Some(&'*') {
                    chars.next();
                }
                // `a/**/b` is `a/b`, too.
                pattern.push_str(".*");
                if chars.peek() == Some(&'/') {
                    chars.next();
                }
            }
            '*' => pattern.push_str("[^/]*"),
            other => pattern.push_str(&regex::escape(&other.to_string())),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_patterns() {
        assert_eq!(pattern("src/*.py"), r"src/[^/]*\.py");
        assert_eq!(pattern("**/a"), ".*a");
        assert_eq!(pattern(r"\*"), r"\*");
    }

    #[test]
    fn annotations_are_rows_and_a_broken_file_is_one_that_says_so() {
        let read = |text: &str| {
            let mut rows = Rows::default();
            toml(&Input::new(text.as_bytes()), &mut rows);
            rows.facts.len()
        };
        assert_eq!(
            read("version = 1\n[[annotations]]\npath = \"a\"\n[[annotations]]\npath = [\"b\"]\n"),
            2
        );
        assert_eq!(read("version = "), 1);
    }
}
