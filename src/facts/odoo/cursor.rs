//! A place in a text, and why reading stopped there.

use std::fmt;

use super::literal::Place;

/// A text and a place in it.
pub struct Cursor<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Cursor<'a> {
    /// Stands at the start of a text.
    pub fn new(text: &'a str) -> Self {
        Cursor { rest: text, place: Place { line: 1, column: 1 } }
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes the next character.
    pub fn bump(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        if letter == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(letter)
    }

    /// Takes `count` characters.
    pub fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    /// Takes `text` if it comes next.
    pub fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.skip(text.chars().count());
        }
        found
    }

    /// Takes the next character if it is `letter`.
    pub fn eat(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        if found {
            self.bump();
        }
        found
    }

    /// Takes characters while they are wanted; how many bytes those were.
    pub fn skip_while(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        let start = self.rest.len();
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
        start - self.rest.len()
    }

    /// The identifier that comes next; empty if none does.
    pub fn word(&self) -> &'a str {
        let starts = self.peek().is_some_and(|letter| letter == '_' || letter.is_alphabetic());
        let inside = |letter: char| letter == '_' || letter.is_alphanumeric();
        let end = self.rest.find(|letter| !inside(letter)).unwrap_or(self.rest.len());
        if starts { &self.rest[..end] } else { "" }
    }
}

/// Why a text is no literal, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    kind: &'static str,
    /// Where.
    pub at: Place,
    what: String,
}

impl Refusal {
    /// The text is not Python.
    pub fn syntax(at: Place, what: impl Into<String>) -> Self {
        Refusal { kind: "syntax", at, what: what.into() }
    }

    /// It is Python, but would have to be run.
    pub fn not_literal(at: Place, what: impl Into<String>) -> Self {
        Refusal { kind: "not-literal", at, what: what.into() }
    }

    /// It is more than this parser reads.
    pub fn limit(at: Place, what: impl Into<String>) -> Self {
        Refusal { kind: "limit", at, what: what.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} at {}:{}", self.kind, self.what, self.at.line, self.at.column)
    }
}
