//! `.reuse/dep5`: the older file of REUSE, in the format of Debian.

use crate::facts::{Input, Rows};

use super::annotations::add;

/// Reads `.reuse/dep5`: a row for each paragraph about files. It adds to what files say.
pub(in super::super) fn dep5(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text().replace("\r\n", "\n");
    let paragraphs =
        text.split("\n\n").map(fields).filter(|fields| value(fields, "Files").is_some());
    for (fields, number) in paragraphs.zip(1_u32..).take(1_000) {
        let files = value(&fields, "Files").unwrap_or_default();
        let patterns: Vec<String> = files.split_whitespace().map(pattern).collect();
        let license = value(&fields, "License")
            .and_then(|text| text.lines().next().map(|line| line.trim().to_owned()));
        let copyright = value(&fields, "Copyright").is_some_and(|text| !text.trim().is_empty());
        let license: Vec<String> = license.into_iter().filter(|text| !text.is_empty()).collect();
        add(
            rows,
            number,
            &format!("^(?:{})$", patterns.join("|")),
            "aggregate",
            u32::from(copyright),
            &license,
        );
    }
}

/// The fields of a paragraph; lines that are indented go on with the one before.
fn fields(paragraph: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in paragraph.lines().filter(|line| !line.starts_with('#')) {
        match (line.starts_with([' ', '\t']), line.split_once(':')) {
            (true, _) => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push('\n');
                    value.push_str(line.trim());
                }
            }
            (false, Some((name, value))) => fields.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}

fn value(fields: &[(String, String)], name: &str) -> Option<String> {
    fields
        .iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.clone())
}

/// A glob of Debian: an asterisk stands for anything, slashes too.
fn pattern(glob: &str) -> String {
    regex::escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
}
