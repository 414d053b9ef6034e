//! Finds values in a document by a path, each with the line it is written on.
//!
//! # The path language
//!
//! A path is `/` and segments parted by `/`; `/` alone is the whole document.
//!
//! | segment | keeps |
//! |---|---|
//! | `name` | the member of that name; of an array, the element at that position, from 0 |
//! | `*` | every member and every element |
//! | `**` | the value itself and everything below it, at any depth |
//! | `{a,b}` | the members of either name |
//! | `[k='v']` | the members and elements that have a member `k` with the text `v` |
//! | `[k~='v']` | the same, where the regular expression `v` is found in `k` |
//! | `name[k='v']` | what `name` keeps, if it has such a `k`; likewise after `*`, `**` and `{a,b}` |
//!
//! Numbers, booleans and null are compared as JSON writes them. In a name, `~1` stands for `/` and `~0` for `~`, as in
//! RFC 6901; a name with any of `/ * { } [ ] , '` may be put in single quotes, a quote inside doubled. Values come in the
//! order of the document, each once. The work is at most the values of the document times the segments of the path.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use serde_json::Value;
use thiserror::Error;

/// The most segments a path may have.
const MAX_SEGMENTS: usize = 32;
/// The most memory a compiled pattern may take, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// Why a path cannot be read, and where: fits after "cannot read the path".
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{path}` at {column}: {what}")]
pub struct PathError {
    /// The path as given.
    pub path: String,
    /// The place in it, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

/// One value that a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit<'a> {
    /// Where it is in the document: a JSON pointer (RFC 6901); empty for the document itself.
    pub pointer: String,
    /// Its name in the object or its position in the array it is in; none for the document itself.
    pub key: Option<String>,
    /// The value.
    pub value: &'a Value,
    /// The line it is written on, from 1; that of its key, where it has one. None if `lines` does not say.
    pub line: Option<u32>,
}

impl Hit<'_> {
    /// What the value is, in SQLite's words: `object`, `array`, `text`, `integer`, `real`, `true`, `false`, `null`.
    pub fn type_word(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number(number) if number.is_f64() => "real",
            Value::Number(_) => "integer",
            Value::String(_) => "text",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }
}

/// A path, ready to be used on many documents.
#[derive(Debug, Clone)]
pub struct JsonPath {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
struct Segment {
    step: Step,
    filters: Vec<Filter>,
}

#[derive(Debug, Clone)]
enum Step {
    Names(Vec<String>),
    Children,
    Descendants,
}

#[derive(Debug, Clone)]
struct Filter {
    key: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Equals(String),
    Finds(Regex),
}

/// Finds the values at `at`. `lines` holds the line of every value of `data`, in pre-order.
pub fn json_at<'a>(data: &'a Value, lines: &[u32], at: &str) -> Result<Vec<Hit<'a>>, PathError> {
    Ok(JsonPath::parse(at)?.find(data, lines))
}

impl JsonPath {
    /// Reads a path.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        Reader { path, rest: path }.path()
    }

    /// Finds the values it leads to, in the order of the document.
    pub fn find<'a>(&self, data: &'a Value, lines: &[u32]) -> Vec<Hit<'a>> {
        let tree = Tree::of(data);
        let mut kept = vec![0];
        for segment in &self.segments {
            kept = tree.step(&kept, segment);
        }
        kept.into_iter().map(|at| tree.hit(at, lines)).collect()
    }
}

/// A document as a list of its values in pre-order.
struct Tree<'a>(Vec<Item<'a>>);

struct Item<'a> {
    value: &'a Value,
    parent: usize,
    key: Key<'a>,
    /// One past its last descendant.
    end: usize,
}

#[derive(Clone, Copy)]
enum Key<'a> {
    Name(&'a str),
    Position(usize),
    Root,
}

impl<'a> Tree<'a> {
    fn of(data: &'a Value) -> Self {
        let mut tree = Tree(Vec::new());
        tree.add(data, 0, Key::Root);
        tree
    }

    fn add(&mut self, value: &'a Value, parent: usize, key: Key<'a>) {
        let own = self.0.len();
        self.0.push(Item { value, parent, key, end: 0 });
        match value {
            Value::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.add(element, own, Key::Position(position));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.add(member, own, Key::Name(name));
                }
            }
            _ => {}
        }
        self.0[own].end = self.0.len();
    }

    /// What one segment keeps, sorted and each once. `from` is sorted.
    fn step(&self, from: &[usize], segment: &Segment) -> Vec<usize> {
        let mut kept = Vec::new();
        let mut done = 0;
        for &at in from {
            match &segment.step {
                Step::Descendants => {
                    kept.extend(at.max(done)..self.0[at].end);
                    done = done.max(self.0[at].end);
                }
                Step::Children => kept.extend(self.children(at)),
                Step::Names(names) => {
                    kept.extend(self.children(at).filter(|child| self.is_named(*child, names)));
                }
            }
        }
        kept.retain(|at| segment.filters.iter().all(|filter| filter.keeps(self.0[*at].value)));
        kept.sort_unstable();
        kept
    }

    fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        let end = self.0[of].end;
        let first = Some(of + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| {
            Some(self.0[*child].end).filter(|next| *next < end)
        })
    }

    fn is_named(&self, at: usize, names: &[String]) -> bool {
        match self.0[at].key {
            Key::Name(own) => names.iter().any(|name| name == own),
            Key::Position(own) => names.iter().any(|name| name.parse() == Ok(own)),
            Key::Root => false,
        }
    }

    fn hit(&self, at: usize, lines: &[u32]) -> Hit<'a> {
        let item = &self.0[at];
        let key = match item.key {
            Key::Name(name) => Some(name.to_owned()),
            Key::Position(position) => Some(position.to_string()),
            Key::Root => None,
        };
        Hit { pointer: self.pointer(at), key, value: item.value, line: lines.get(at).copied() }
    }

    fn pointer(&self, mut at: usize) -> String {
        let mut parts = Vec::new();
        while at != 0 {
            parts.push(match self.0[at].key {
                Key::Name(name) => name.replace('~', "~0").replace('/', "~1"),
                Key::Position(position) => position.to_string(),
                Key::Root => break,
            });
            at = self.0[at].parent;
        }
        parts.iter().rev().fold(String::new(), |pointer, part| pointer + "/" + part)
    }
}

impl Filter {
    fn keeps(&self, value: &Value) -> bool {
        let Some(member) = value.get(&self.key) else { return false };
        let text = match member {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            Value::Array(_) | Value::Object(_) => return false,
            other => Cow::Owned(other.to_string()),
        };
        match &self.test {
            Test::Equals(wanted) => *wanted == text,
            Test::Finds(pattern) => pattern.is_match(&text),
        }
    }
}

/// Reads a path from left to right.
struct Reader<'p> {
    path: &'p str,
    rest: &'p str,
}

impl Reader<'_> {
    fn path(mut self) -> Result<JsonPath, PathError> {
        let mut segments = Vec::new();
        if self.path == "/" || self.path.is_empty() {
            return Ok(JsonPath { segments });
        }
        while !self.rest.is_empty() {
            self.expect('/')?;
            segments.push(self.segment()?);
            if segments.len() > MAX_SEGMENTS {
                return self.fail(format!("more than {MAX_SEGMENTS} segments"));
            }
        }
        Ok(JsonPath { segments })
    }

    fn segment(&mut self) -> Result<Segment, PathError> {
        let step = if self.eat("**") {
            Step::Descendants
        } else if self.eat("*") || self.rest.starts_with('[') {
            Step::Children
        } else if self.eat("{") {
            self.alternatives()?
        } else {
            Step::Names(vec![self.name()?])
        };
        let mut filters = Vec::new();
        while self.eat("[") {
            filters.push(self.filter()?);
        }
        if !self.rest.is_empty() && !self.rest.starts_with('/') {
            return self.fail("the segment should end here; put odd names in single quotes");
        }
        Ok(Segment { step, filters })
    }

    fn alternatives(&mut self) -> Result<Step, PathError> {
        let mut names = vec![self.name()?];
        while self.eat(",") {
            names.push(self.name()?);
        }
        self.expect('}')?;
        Ok(Step::Names(names))
    }

    fn filter(&mut self) -> Result<Filter, PathError> {
        let key = self.name()?;
        let is_pattern = self.eat("~");
        self.expect('=')?;
        let text = self.quoted()?;
        let test = if is_pattern {
            match RegexBuilder::new(&text).size_limit(MAX_PATTERN).build() {
                Ok(pattern) => Test::Finds(pattern),
                Err(error) => return self.fail(format!("not a regular expression: {error}")),
            }
        } else {
            Test::Equals(text)
        };
        self.expect(']')?;
        Ok(Filter { key, test })
    }

    fn name(&mut self) -> Result<String, PathError> {
        if self.rest.starts_with('\'') {
            return self.quoted();
        }
        // In a filter the name ends at `=` or `~=`; elsewhere `=` may be part of it.
        let odd = |c: char| "/*{}[],'".contains(c);
        let end = self.rest.find(odd).unwrap_or(self.rest.len());
        let end = match self.rest[..end].find('=') {
            Some(equals) if self.rest[equals + 1..].starts_with('\'') => {
                equals - usize::from(self.rest[..equals].ends_with('~'))
            }
            _ => end,
        };
        if end == 0 {
            return self.fail("a name is missing; `/` alone is the whole document");
        }
        let name = self.rest[..end].replace("~1", "/").replace("~0", "~");
        self.rest = &self.rest[end..];
        Ok(name.trim().to_owned())
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        self.expect('\'')?;
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find('\'') else {
                return self.fail("the quote is not closed");
            };
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            if !self.eat("'") {
                return Ok(text);
            }
            text.push('\'');
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: char) -> Result<(), PathError> {
        if self.eat(token.encode_utf8(&mut [0; 4])) {
            return Ok(());
        }
        self.fail(format!("`{token}` is missing"))
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T, PathError> {
        let read = &self.path[..self.path.len() - self.rest.len()];
        let column = read.chars().count() + 1;
        Err(PathError { path: self.path.to_owned(), column, what: what.into() })
    }
}

#[cfg(test)]
#[path = "json_at_tests.rs"]
mod tests;
