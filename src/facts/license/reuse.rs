//! What REUSE 3.3 reads: tags anywhere in a file, `REUSE.toml`, `.reuse/dep5`.

mod annotations;
mod dep5;
mod glob;
mod spdx_text;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use crate::facts::Input;
use crate::facts::Rows;

pub(super) use annotations::toml;
pub(super) use dep5::dep5;
pub(super) use spdx_text::ids;

/// The most rows of one kind that a file gives.
const MAX_ROWS: usize = 100;
/// The longest rest of a line, from its first tag on, in which more than a prefix is read.
const MAX_REST: usize = 4_096;
/// Bytes at a file's begin by which its encoding is told.
const BEGIN: usize = 2_048;
/// What begins and ends a block in which tags count for nothing.
const IGNORED: [&str; 2] = ["REUSE-IgnoreStart", "REUSE-IgnoreEnd"];

/// What closes a comment behind a value: the marks of all comment styles, and of markup, a list or a call around it.
const END: &str = r#"\s*(?:\*\)|--%>|\}|--\}\}|\*/|-->|#\}|=#|-/|'/|\*#|:\)|"\s*/*>|'\s*/*>|\]\s*::|"\s*\))*\s*$"#;

/// What may begin something worth reading.
static HINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"SPDX-(?:License|File|Snippet)|Copyright|©").expect("a valid pattern")
});
/// A statement of copyright, as REUSE asks for.
static COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"Copyright(?:\s*(?:©|\([Cc]\))|\s)";
    let stated = format!(
        r"(?:SPDX-(?:File|Snippet)CopyrightText:(?:\s*(?:©|\([Cc]\)|{word}))?|{word}|©)\s*(.*?){END}"
    );
    Regex::new(&stated).expect("a valid pattern")
});
/// The tag of a licence.
static LICENSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"SPDX-License-Identifier:\s*(.*?){END}")).expect("a valid pattern")
});

/// Reads the tags of one file, wherever they stand, but not between the marks that say to ignore them.
pub(super) fn tags(input: &Input<'_>, rows: &mut Rows) {
    let text = text(input);
    if !HINT.is_match(&text) {
        return;
    }
    let text = if text.contains(IGNORED[0]) { Cow::Owned(heeded(&text)) } else { text };
    let (mut at, mut copyrights, mut licenses) = (0, 0, 0);
    while let Some(hint) = HINT.find_at(&text, at) {
        let start = text[..hint.start()].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let rest = &text[hint.start()..];
        let rest = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        at = hint.start() + rest.len();
        match said(&text[start..hint.start()], rest) {
            Some(Said::Copyright(value)) if copyrights < MAX_ROWS => {
                copyrights += 1;
                rows.add(0, ["copyright".into(), value.into(), "[]".into(), 1_u32.into()]);
            }
            Some(Said::License(value)) if licenses < MAX_ROWS => {
                licenses += 1;
                let named = ids(value);
                let is_valid = u32::from(named.is_some());
                let named = Json::from(named.unwrap_or_default()).to_string();
                rows.add(0, ["license".into(), value.into(), named.into(), is_valid.into()]);
            }
            _ => {}
        }
    }
}

/// What one line says.
enum Said<'a> {
    Copyright(&'a str),
    License(&'a str),
}

/// What a line says from its first hint on; `before` stands before that.
fn said<'a>(before: &str, rest: &'a str) -> Option<Said<'a>> {
    // A frame of marks may be closed as it was opened: `## text ##`.
    let frame: String = before.trim().chars().rev().collect();
    let rest = if frame.is_empty() { rest } else { rest.strip_suffix(&*frame).unwrap_or(rest) };
    let end = rest.len().min(MAX_REST);
    let rest = &rest[..(0..=end).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(0)];
    let value = |pattern: &Regex| {
        let found = pattern.captures(rest)?;
        found.get(1).map(|value| value.as_str())
    };
    value(&COPYRIGHT).map(Said::Copyright).or_else(|| value(&LICENSE).map(Said::License))
}

/// The text as REUSE decodes it: a file that does not begin as UTF-8 is taken for the one-byte encoding of the West.
fn text<'a>(input: &'a Input<'_>) -> Cow<'a, str> {
    let begin = &input.bytes[..input.bytes.len().min(BEGIN)];
    let is_utf16 = begin.starts_with(&[0xFF, 0xFE]) || begin.starts_with(&[0xFE, 0xFF]);
    if is_utf16 {
        return input.text().into();
    }
    if input.is_binary() {
        return "".into();
    }
    match std::str::from_utf8(begin) {
        Err(error) if error.error_len().is_some() => {
            input.bytes.iter().copied().map(char::from).collect::<String>().into()
        }
        _ => input.text().into(),
    }
}

/// The text without what is to be ignored; what stands around it is joined.
fn heeded(text: &str) -> String {
    let mut heeded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(IGNORED[0]) {
        heeded.push_str(before);
        rest = after.split_once(IGNORED[1]).map_or("", |(_, after)| after);
    }
    heeded + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn read(bytes: &[u8]) -> Vec<(String, String)> {
        let mut rows = Rows::default();
        tags(&Input::new(bytes), &mut rows);
        let text = |value: &Value| value.as_text().unwrap_or("-").to_owned();
        rows.facts.iter().map(|(_, cells)| (text(&cells[0]), text(&cells[1]))).collect()
    }

    #[track_caller]
    fn says(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(kind, value)| ((*kind).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(read(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn tags_are_read_wherever_they_stand() {
        let text = "x = 1\n/* SPDX-License-Identifier: MIT */ \n# Copyright (C) 2020 Acme\n<!-- SPDX-FileCopyrightText: 2020 Acme -->";
        says(text, &[("license", "MIT"), ("copyright", "2020 Acme"), ("copyright", "2020 Acme")]);
        says(r#"<meta content="SPDX-License-Identifier: MIT" />"#, &[("license", "MIT")]);
    }

    #[test]
    fn a_frame_is_no_part_of_a_value() {
        says("### SPDX-License-Identifier: MIT ###", &[("license", "MIT")]);
        says("\"\"\"SPDX-License-Identifier: MIT\"\"\"", &[("license", "MIT")]);
    }

    #[test]
    fn what_is_to_be_ignored_is() {
        let ignored = "REUSE-IgnoreStart\nSPDX-License-Identifier: MIT\nREUSE-IgnoreEnd";
        says(&format!("{ignored}\ncopyrights"), &[]);
        says(
            &format!("{ignored} © Acme\n{ignored}\n© Beta"),
            &[("copyright", "Acme"), ("copyright", "Beta")],
        );
        says("© Acme REUSE-IgnoreStart\n© Beta", &[("copyright", "Acme")]);
    }

    #[test]
    fn a_tag_is_found_behind_many_statements_and_in_a_long_line() {
        let many = format!("{}SPDX-License-Identifier: MIT", "© Acme\n".repeat(500));
        assert_eq!(read(many.as_bytes()).last().map(|(kind, _)| kind.as_str()), Some("license"));
        let long = format!("{}/*! Copyright 2020 Acme */{}", "x".repeat(9_000), "y".repeat(9_000));
        assert_eq!(read(long.as_bytes()).len(), 1);
    }

    #[test]
    fn other_encodings_are_read_and_binary_files_are_not() {
        assert_eq!(read(b"\xa9 2020 M\xfcller").len(), 1);
        let utf16: Vec<u8> =
            "\u{feff}Copyright Acme".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16).len(), 1);
        assert_eq!(read(b"\0\x01Copyright Acme").len(), 0);
    }
}
