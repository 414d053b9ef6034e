//! The head of a source file: the comments before its first line of code, without their marks.

/// How far a head is looked for: full notices end well before.
const MAX_LINES: usize = 60;
/// The same in bytes, so that one endless line costs no more.
const MAX_BYTES: usize = 8 * 1024;

/// Comments that end where something else begins, longest mark first.
const BLOCKS: [(&str, &str); 7] = [
    ("<!--", "-->"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("/*", "*/"),
    ("{#", "#}"),
    ("(*", "*)"),
    ("{-", "-}"),
];
/// Comments that end with their line.
const LINES: [&str; 6] = ["#", "//", "--", ";", "%", ".. "];
/// What may stand before the first comment and says nothing: the declarations of XML and PHP, a root element, a switch.
const PREAMBLE: [&str; 6] =
    ["<?", "<!DOCTYPE", "<!doctype", "'use strict'", "\"use strict\"", "@charset"];

/// One line of a comment.
#[derive(Debug, PartialEq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub number: u32,
    /// Its words.
    pub text: &'a str,
}

/// The comment lines at the head of a text, empty ones left out. The marks of all languages are known at once, since
/// what reads a file sees no name; what is no comment in a language begins no line of prose in it either.
pub(super) fn head(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut closing: Option<&str> = None;
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for (index, raw) in text[..end].lines().take(MAX_LINES).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mut rest = raw.trim();
        if closing.is_none() && is_preamble(rest) {
            continue;
        }
        if closing.is_none() {
            if let Some((open, close)) = BLOCKS.iter().find(|(open, _)| rest.starts_with(open)) {
                rest = &rest[open.len()..];
                closing = Some(close);
            } else if !LINES.iter().any(|mark| rest.starts_with(mark)) {
                break;
            }
        }
        if let Some(close) = closing
            && let Some(at) = rest.find(close)
        {
            rest = &rest[..at];
            closing = None;
        }
        let words = rest.trim_matches(|c: char| c.is_whitespace() || "#/*-;%=+|!~".contains(c));
        let words = words.strip_prefix(".. ").unwrap_or(words);
        if !words.is_empty() {
            lines.push(Line { number, text: words });
        }
    }
    lines
}

fn is_preamble(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("#!")
        || PREAMBLE.iter().any(|begin| line.starts_with(begin))
        || is_element(line)
}

/// Whether a line is one tag that opens an element, as the root of an XML file before its comments.
fn is_element(line: &str) -> bool {
    let name = line.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('<')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(u32, &str)> {
        head(text).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn a_head_ends_where_code_begins() {
        assert_eq!(words("#!/bin/sh\n# one\n\n# two\necho\n# three\n"), [(2, "one"), (4, "two")]);
        assert_eq!(words("import os\n# one\n"), []);
    }

    #[test]
    fn blocks_lose_their_marks() {
        assert_eq!(words("/**\n * one\n */\n// two\nx();"), [(2, "one"), (4, "two")]);
        assert_eq!(words("\"\"\"one\ntwo\"\"\"\nx = 1\n# three"), [(1, "one"), (2, "two")]);
    }

    #[test]
    fn in_xml_the_comment_may_follow_declaration_and_root() {
        let text = "<?xml version=\"1.0\"?>\n<!-- one -->\n<odoo>\n<!-- two -->\n<record id='a'>x</record>\n";
        assert_eq!(words(text), [(2, "one"), (4, "two")]);
    }

    #[test]
    fn a_head_is_bounded() {
        assert_eq!(head(&"# x\n".repeat(1_000)).len(), MAX_LINES);
        assert_eq!(head(&format!("# {}", "ä".repeat(MAX_BYTES))).len(), 1);
    }
}
