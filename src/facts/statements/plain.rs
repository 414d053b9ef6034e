//! A line without its markup, and where others speak in it.

use std::ops::Range;

/// What markup begins with.
const MARKUP: [u8; 8] = *b"*_~`]<\\\n";

/// Words of a line. Numbers inside `foreign` ranges (inline code, quotations) are no claims of the document.
#[derive(Debug, Default)]
pub struct Plain {
    /// The text without emphasis, link targets and tags; of several lines, with a space between them.
    pub text: String,
    foreign: Vec<Range<usize>>,
    breaks: Vec<usize>,
}

impl Plain {
    /// Takes the markup off the lines of one paragraph.
    pub fn new(source: &str) -> Plain {
        let text = String::with_capacity(source.len());
        let mut plain = Plain { text, foreign: Vec::new(), breaks: Vec::new() };
        let mut rest = source;
        // Most of a text is words, which are taken together.
        while let Some(at) = rest.bytes().position(|byte| MARKUP.contains(&byte)) {
            plain.text.push_str(&rest[..at]);
            rest = plain.take(rest.as_bytes()[at], &rest[at..]);
        }
        plain.text.push_str(rest);
        plain.quotations();
        plain
    }

    /// Whether the document itself says what stands at a byte of `text`.
    pub fn is_own(&self, at: usize) -> bool {
        !self.foreign.iter().any(|range| range.contains(&at))
    }

    /// How many lines stand before the line of a byte of `text`.
    pub fn lines_before(&self, at: usize) -> u32 {
        self.breaks.iter().take_while(|end| **end < at).count() as u32
    }

    /// Reads what begins with one of [`MARKUP`]; gives what follows it.
    fn take<'a>(&mut self, mark: u8, rest: &'a str) -> &'a str {
        let after = &rest[1..];
        match mark {
            b'*' => after,
            b'_' if rest.starts_with("__") => &rest[2..],
            b'~' if rest.starts_with("~~") => {
                rest[2..].find("~~").map_or(&rest[2..], |end| &rest[end + 4..])
            }
            b'`' => self.code(rest),
            b']' if after.starts_with('(') => {
                after.find(')').map_or(after, |end| &after[end + 1..])
            }
            b'<' if after.starts_with(|next: char| next.is_ascii_alphabetic() || next == '/') => {
                self.text.push(' ');
                after.find('>').map_or(after, |end| &after[end + 1..])
            }
            b'\\' if after.starts_with(|next: char| next.is_ascii_punctuation()) => {
                self.text.extend(after.chars().next());
                &after[1..]
            }
            b'\n' => {
                self.breaks.push(self.text.len());
                self.text.push(' ');
                after
            }
            _ => {
                self.text.push(mark.into());
                after
            }
        }
    }

    /// A code span: its text is kept, its numbers are not the document's.
    fn code<'a>(&mut self, rest: &'a str) -> &'a str {
        let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
        let (fence, body) = rest.split_at(ticks);
        let Some(end) = body.find(fence) else { return body };
        let start = self.text.len();
        for line in body[..end].split_inclusive('\n') {
            let (line, is_broken) =
                line.strip_suffix('\n').map_or((line, false), |line| (line, true));
            self.text.push_str(line);
            if is_broken {
                self.breaks.push(self.text.len());
                self.text.push(' ');
            }
        }
        self.foreign.push(start..self.text.len());
        &body[end + ticks..]
    }

    /// What stands between quotation marks is quoted.
    fn quotations(&mut self) {
        for (open, close) in [('"', '"'), ('“', '”'), ('«', '»')] {
            let mut from = 0;
            while let Some(start) = self.text[from..].find(open).map(|at| at + from) {
                let inside = start + open.len_utf8();
                let Some(length) = self.text[inside..].find(close) else { break };
                self.foreign.push(inside..inside + length);
                from = inside + length + close.len_utf8();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_off() {
        for (source, expected) in [
            ("**Status**: _x_ y", "Status: _x_ y"),
            ("see [the list](a/b.md#1) now", "see [the list now"),
            ("a<br>b ~~gone~~ c", "a b  c"),
            ("1\\. `x*y` **z", "1. x*y z"),
        ] {
            assert_eq!(Plain::new(source).text, expected);
        }
    }

    #[test]
    fn code_and_quotations_are_foreign() {
        let plain = Plain::new("a `1/2` said \"3/4\" and 5/6");
        let own: Vec<bool> =
            ["1", "3", "5"].map(|digit| plain.is_own(plain.text.find(digit).unwrap())).into();
        assert_eq!(own, [false, false, true]);
    }

    #[test]
    fn a_paragraph_knows_its_lines() {
        let plain = Plain::new("one\n`a\nb` two **three\n** four");
        assert_eq!(plain.text, "one a b two three  four");
        let lines: Vec<u32> = ["one", "b", "two", "three", "four"]
            .map(|word| plain.lines_before(plain.text.find(word).unwrap()))
            .into();
        assert_eq!(lines, [0, 2, 2, 2, 3]);
    }

    #[test]
    fn unclosed_markup_harms_nothing() {
        for source in ["`", "``a`", "[a](", "<b", "\\", "\"", "~~", "*_"] {
            Plain::new(source);
        }
    }
}
