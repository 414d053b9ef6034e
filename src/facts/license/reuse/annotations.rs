//! `REUSE.toml`: which paths have which licence and copyright.

use serde_json::Value as Json;

use crate::base::Value;
use crate::facts::documents::{TOML, placed};
use crate::facts::{Input, Rows};

use super::glob::of_toml;
use super::ids;

/// The most items of one file that are read.
const MAX_ITEMS: usize = 10_000;

/// What one item says of the paths that fit its patterns.
pub(super) struct Annotation {
    /// A pattern for each glob.
    pub patterns: Vec<String>,
    /// closest, aggregate or override.
    pub precedence: String,
    /// Who has the copyright, as written.
    pub copyrights: Vec<String>,
    /// SPDX expressions, as written.
    pub expressions: Vec<String>,
}

/// Reads `REUSE.toml`: a row for each table of annotations, in the order of the file. An empty file counts for none.
pub(in super::super) fn toml(input: &Input<'_>, rows: &mut Rows) {
    if input.bytes.is_empty() {
        return;
    }
    match items(input) {
        Ok(items) => add(rows, &items),
        Err(reason) => refuse(rows, "reuse-toml", reason),
    }
}

/// Says that the file cannot be read, and why.
pub(super) fn refuse(rows: &mut Rows, code: &'static str, reason: &'static str) {
    rows.problem(None, code, reason);
    let nothing: [Value; 7] = [
        0_u32.into(),
        Value::Null,
        "invalid".into(),
        "[]".into(),
        "[]".into(),
        "[]".into(),
        1_u32.into(),
    ];
    rows.add(0, nothing);
}

/// Adds what items say, in their order.
pub(super) fn add(rows: &mut Rows, items: &[Annotation]) {
    for (item, number) in items.iter().zip(1_u32..).take(MAX_ITEMS) {
        let named: Vec<Option<Vec<String>>> =
            item.expressions.iter().map(|text| ids(text)).collect();
        let is_valid = u32::from(named.iter().all(Option::is_some));
        let mut all: Vec<String> = named.into_iter().flatten().flatten().collect();
        all.sort();
        all.dedup();
        let list = |texts: &[String]| Value::from(Json::from(texts.to_vec()).to_string());
        rows.add(
            0,
            [
                number.into(),
                format!("^(?:{})$", item.patterns.join("|")).into(),
                item.precedence.as_str().into(),
                list(&item.copyrights),
                list(&item.expressions),
                list(&all),
                is_valid.into(),
            ],
        );
    }
}

fn items(input: &Input<'_>) -> Result<Vec<Annotation>, &'static str> {
    let mut parsed = Rows::default();
    (TOML.extract)(input, &mut parsed);
    let data = parsed.facts.first().and_then(|(_, cells)| cells.get(2)).and_then(Value::as_text);
    let data = data.and_then(placed).filter(|_| parsed.problems.is_empty());
    let (data, _) = data.ok_or("it is no TOML")?;
    if !data.get("version").is_some_and(|version| version.is_i64() || version.is_boolean()) {
        return Err("it says no `version`");
    }
    match data.get("annotations") {
        None => Ok(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(item).collect(),
        Some(_) => Err("`annotations` is no list of tables"),
    }
}

fn item(item: &Json) -> Result<Annotation, &'static str> {
    let said = |key: &str| texts(item.get(key));
    let patterns = said("path")?.iter().map(|path| of_toml(path)).collect::<Vec<_>>();
    if patterns.is_empty() {
        return Err("an annotation is about no `path`");
    }
    let precedence = match item.get("precedence") {
        None => "closest",
        Some(Json::String(word))
            if ["closest", "aggregate", "override"].contains(&word.as_str()) =>
        {
            word
        }
        Some(_) => return Err("`precedence` is neither closest, aggregate nor override"),
    };
    let copyrights = said("SPDX-FileCopyrightText")?;
    if copyrights.iter().any(|text| text.contains('\n')) {
        return Err("a statement of copyright has several lines");
    }
    let expressions = said("SPDX-License-Identifier")?;
    Ok(Annotation { patterns, precedence: precedence.to_owned(), copyrights, expressions })
}

/// A text, or a list of texts.
fn texts(value: Option<&Json>) -> Result<Vec<String>, &'static str> {
    let wrong = "what should be a text is none";
    match value {
        None => Ok(Vec::new()),
        Some(Json::String(text)) => Ok(vec![text.clone()]),
        Some(Json::Array(all)) => {
            all.iter().map(|text| text.as_str().map(str::to_owned).ok_or(wrong)).collect()
        }
        Some(_) => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (usize, usize) {
        let mut rows = Rows::default();
        toml(&Input::new(text.as_bytes()), &mut rows);
        (rows.facts.len(), rows.problems.len())
    }

    #[test]
    fn annotations_are_rows() {
        let two = "version = 1\n[[annotations]]\npath = \"a\"\n[[annotations]]\npath = [\"b\"]\n";
        assert_eq!(read(two), (2, 0));
        assert_eq!(read("version = 1"), (0, 0));
    }

    #[test]
    fn a_file_that_is_none_is_one_row_that_says_so() {
        let with = |line: &str| format!("version = 1\n[[annotations]]\npath = 'a'\n{line}\n");
        for text in [
            "version = ",
            "[[annotations]]\npath = 'a'",
            "version = 1\n[[annotations]]\n",
            "version = 1\nannotations = 1",
            &with("precedence = 'nearest'"),
            &with("SPDX-License-Identifier = 1"),
            &with("SPDX-FileCopyrightText = [1]"),
            &with("SPDX-FileCopyrightText = '''a\nb'''"),
        ] {
            assert_eq!(read(text), (1, 1), "{text}");
        }
    }
}
