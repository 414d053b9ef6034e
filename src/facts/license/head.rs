//! The head of a source file: the comments before its first line of code, without their marks.

use super::styles::Style;

/// How far a head is looked for: full notices end well before.
const MAX_LINES: usize = 160;
/// The same in bytes, so that one endless line costs no more.
pub(super) const MAX_BYTES: usize = 12 * 1024;

/// One line of a comment.
#[derive(Debug, PartialEq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub number: u32,
    /// Its words.
    pub text: &'a str,
}

/// What of a text a head can be in.
pub(super) fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The comment lines at the head of a text, empty ones left out.
pub(super) fn head<'a>(text: &'a str, style: &Style) -> Vec<Line<'a>> {
    let mut reader = Reader {
        style,
        closing: None,
        in_tag: false,
        is_indented: false,
        is_matter: false,
        lines: Vec::new(),
    };
    for (index, raw) in beginning(text).lines().take(MAX_LINES).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if !reader.begins(number, raw) {
            break;
        }
    }
    reader.lines
}

/// What is known while a head is read.
struct Reader<'a, 'b> {
    style: &'b Style,
    /// The mark that ends the comment one is in.
    closing: Option<&'b str>,
    /// Whether a tag or declaration of markup is not closed yet.
    in_tag: bool,
    /// Whether indented lines go on with a comment, as they do after two dots.
    is_indented: bool,
    /// Whether one is in the metadata before a document's text.
    is_matter: bool,
    lines: Vec<Line<'a>>,
}

impl<'a> Reader<'a, '_> {
    /// Reads one line as it stands; false where code begins.
    fn begins(&mut self, number: u32, raw: &'a str) -> bool {
        let rest = raw.trim();
        if number == 1 && rest.starts_with("#!") {
            return true;
        }
        if self.is_indented && (rest.is_empty() || raw.starts_with([' ', '\t'])) {
            self.keep(number, rest);
            return true;
        }
        self.is_indented = false;
        if self.style.elements && rest == "---" && (self.is_matter || number == 1) {
            self.is_matter = !self.is_matter;
            return true;
        }
        if self.is_matter {
            if rest.starts_with(['#']) || rest.starts_with("SPDX-") {
                self.keep(number, rest);
            }
            return true;
        }
        self.line(number, rest)
    }

    /// Reads one line without what surrounds it; false where code begins.
    fn line(&mut self, number: u32, mut rest: &'a str) -> bool {
        loop {
            if let Some(close) = self.closing {
                let Some(at) = rest.find(close) else {
                    self.keep(number, rest);
                    return true;
                };
                self.keep(number, &rest[..at]);
                self.closing = None;
                rest = rest[at + close.len()..].trim_start();
                continue;
            }
            if self.in_tag {
                let Some(at) = rest.find('>') else { return true };
                self.in_tag = false;
                rest = rest[at + 1..].trim_start();
                continue;
            }
            if rest.is_empty() {
                return true;
            }
            if let Some((open, close)) =
                self.style.blocks.iter().find(|(open, _)| rest.starts_with(open))
            {
                rest = &rest[open.len()..];
                self.closing = Some(close);
            } else if let Some(mark) = self.style.lines.iter().find(|mark| rest.starts_with(**mark))
            {
                let said = &rest[mark.len()..];
                self.is_indented = *mark == ".. ";
                if self.is_indented && is_directive(said) {
                    return false;
                }
                self.keep(number, said);
                return true;
            } else if let Some(after) = self.opened(rest) {
                rest = after;
            } else {
                // The mark of a comment alone on its line, as `REM` or `..`.
                let is_mark = self.style.lines.iter().any(|mark| mark.trim_end() == rest);
                self.is_indented = rest == "..";
                return is_mark || self.is_preamble(rest);
            }
        }
    }

    /// What follows a tag or declaration that may stand before the first comment; none where there is none.
    fn opened(&mut self, rest: &'a str) -> Option<&'a str> {
        let is_php = rest.starts_with("<?php");
        if is_php {
            return Some(rest["<?php".len()..].trim_start());
        }
        let second = rest.strip_prefix('<')?.chars().next()?;
        if !self.style.elements || !(second.is_ascii_alphabetic() || matches!(second, '?' | '!')) {
            return None;
        }
        self.in_tag = true;
        Some(&rest[1..])
    }

    fn is_preamble(&self, line: &str) -> bool {
        self.style.preamble.iter().any(|begin| line.starts_with(begin))
    }

    fn keep(&mut self, number: u32, text: &'a str) {
        let is_mark = |c: char| c.is_whitespace() || "#/*-;%=|!~".contains(c);
        let mut words =
            text.trim_start_matches(|c| is_mark(c) || c == '+').trim_end_matches(is_mark);
        // The plus of `GPL-2.0+` is no corner of a frame.
        if words.strip_suffix('+').is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)) {
            words = words.trim_end_matches(|c| is_mark(c) || c == '+');
        }
        let words =
            words.strip_prefix(".. ").or_else(|| words.strip_prefix("dnl ")).unwrap_or(words);
        if !words.is_empty() {
            self.lines.push(Line { number, text: words });
        }
    }
}

/// Whether what follows the two dots of reStructuredText is a directive, a target or a substitution: no comment.
fn is_directive(said: &str) -> bool {
    said.starts_with(['_', '|', '['])
        || said.split_once("::").is_some_and(|(name, _)| !name.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::super::styles::{HASH, MARKUP, PROSE_MARKUP, SLASH};
    use super::*;

    fn words<'a>(text: &'a str, style: &Style) -> Vec<(u32, &'a str)> {
        head(text, style).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn a_head_ends_where_code_begins() {
        assert_eq!(
            words("#!/bin/sh\n# one\n\n# two\necho\n# three\n", &HASH),
            [(2, "one"), (4, "two")]
        );
        assert_eq!(words("x = 1\n# one\n", &HASH), []);
        assert_eq!(words("import os\n# one\n", &HASH), [(2, "one")], "imports are no code yet");
        assert_eq!(words("/* one */ x();\n/* two */", &SLASH), [(1, "one")]);
    }

    #[test]
    fn blocks_lose_their_marks() {
        assert_eq!(words("/**\n * one\n */\n// two\nx();", &SLASH), [(2, "one"), (4, "two")]);
        assert_eq!(words("\"\"\"one\ntwo\"\"\"\nx = 1\n# three", &HASH), [(1, "one"), (2, "two")]);
        assert_eq!(words("<?php\n/* one */\n?>", &SLASH), [(2, "one")]);
    }

    #[test]
    fn in_markup_the_comment_may_follow_declaration_and_root() {
        let text = "<?xml version=\"1.0\"?><!-- one -->\n<odoo\n  noupdate=\"1\">\n<!-- two -->\n<record id='a'>x</record>\n<!-- three -->";
        assert_eq!(words(text, &MARKUP), [(1, "one"), (4, "two")]);
        assert_eq!(words("# Title\n\n<!-- one -->", &MARKUP), []);
    }

    #[test]
    fn directives_are_no_comments() {
        assert_eq!(words(".. image:: a.png\n   :alt: License: AGPL-3\n", &PROSE_MARKUP), []);
        assert_eq!(words(".. |badge| image:: a.png\n", &PROSE_MARKUP), []);
        assert_eq!(words("..\n   one\n   two\n\nTitle\n", &PROSE_MARKUP), [(2, "one"), (3, "two")]);
    }

    #[test]
    fn a_head_is_bounded() {
        assert_eq!(head(&"# x\n".repeat(1_000), &HASH).len(), MAX_LINES);
        assert_eq!(head(&format!("# {}", "ä".repeat(MAX_BYTES)), &HASH).len(), 1);
    }
}
