//! A document while it is read: values with their lines, and what bounds them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::shortened;

/// The deepest that arrays and maps may be nested; serde_json reads no deeper either.
pub(super) const MAX_DEPTH: usize = 127;
/// The most values one document may have, what aliases stand for included.
pub(super) const MAX_VALUES: usize = 500_000;
/// The most bytes of text that aliases of one file may add.
pub(super) const MAX_EXPANDED: usize = 8 * 1024 * 1024;

/// One value and its line.
#[derive(Debug, Clone)]
pub(in crate::facts) struct Node {
    pub line: u32,
    pub(super) shape: Shape,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Neither of the others.
    Scalar(Value),
    /// An array.
    Array(Vec<Node>),
    /// An object, each key once.
    Object(Vec<(String, Node)>),
}

impl Node {
    pub fn scalar(line: u32, value: Value) -> Self {
        Node { line, shape: Shape::Scalar(value) }
    }

    /// The value as JSON; its line and those of all it holds are appended in pre-order.
    pub fn into_value(self, lines: &mut Vec<u32>) -> Value {
        lines.push(self.line);
        match self.shape {
            Shape::Scalar(value) => value,
            Shape::Array(elements) => {
                elements.into_iter().map(|element| element.into_value(lines)).collect()
            }
            Shape::Object(members) => {
                let member = |(key, node): (String, Node)| (key, node.into_value(lines));
                Value::Object(members.into_iter().map(member).collect::<Map<_, _>>())
            }
        }
    }

    /// The number of values, the bytes of text and the depth.
    pub(super) fn weight(&self) -> Weight {
        match &self.shape {
            Shape::Scalar(Value::String(text)) => Weight { values: 1, bytes: text.len(), depth: 0 },
            Shape::Scalar(_) => Weight { values: 1, bytes: 8, depth: 0 },
            Shape::Array(elements) => Weight::around(elements.iter().map(Node::weight)),
            Shape::Object(members) => Weight::around(members.iter().map(|(key, node)| {
                let own = node.weight();
                Weight { bytes: own.bytes + key.len(), ..own }
            })),
        }
    }
}

/// How much a value is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weight {
    pub values: usize,
    pub bytes: usize,
    pub depth: usize,
}

impl Weight {
    fn around(parts: impl Iterator<Item = Weight>) -> Self {
        parts.fold(Weight { values: 1, bytes: 8, depth: 1 }, |sum, part| Weight {
            values: sum.values + part.values,
            bytes: sum.bytes + part.bytes,
            depth: sum.depth.max(part.depth + 1),
        })
    }
}

/// The members of an object while it is read.
#[derive(Debug, Default)]
pub(super) struct Members {
    list: Vec<(String, Node)>,
    places: HashMap<String, usize>,
}

impl Members {
    /// Adds a member; an earlier one of that key is replaced. Says whether there was one.
    pub fn set(&mut self, key: String, node: Node) -> bool {
        if let Some(place) = self.places.get(&key) {
            self.list[*place].1 = node;
            return true;
        }
        self.places.insert(key.clone(), self.list.len());
        self.list.push((key, node));
        false
    }

    /// Adds a member unless there is one of that key.
    pub fn set_new(&mut self, key: String, node: Node) {
        if !self.places.contains_key(&key) {
            self.set(key, node);
        }
    }

    pub fn into_shape(self) -> Shape {
        Shape::Object(self.list)
    }
}

/// Why the rest of a file is not read.
#[derive(Debug)]
pub(in crate::facts) struct Refusal {
    pub line: Option<u32>,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn unparsable(line: Option<u32>, message: impl Into<String>) -> Self {
        Refusal { line, code: "unparsable", message: message.into() }
    }

    /// What a parser says; each has a bound on depth of its own, which some texts meet before ours.
    pub fn of_parser(line: Option<u32>, message: &str) -> Self {
        match message.contains("recurs") {
            true => Refusal { line, ..Refusal::too_deep(0) },
            false => Refusal::unparsable(line, shortened(message)),
        }
    }

    /// Whether the text is none of its format, for any reader; else it is a template, or more than is read here.
    pub fn is_syntax(&self) -> bool {
        self.code == "unparsable"
    }

    pub fn too_deep(line: u32) -> Self {
        let message = format!("nested deeper than {MAX_DEPTH}");
        Refusal { line: Some(line), code: "too-deep", message }
    }

    pub fn too_many(line: Option<u32>) -> Self {
        let message = format!("more than {MAX_VALUES} values");
        Refusal { line, code: "too-many-values", message }
    }

    pub fn too_large_when_expanded(line: u32) -> Self {
        let message = "its aliases stand for more than is read".to_owned();
        Refusal { line: Some(line), code: "too-large-when-expanded", message }
    }

    /// The same, but of a file with template tags, which is no document before it is filled in, that is said instead.
    pub fn or_template(self, text: &str) -> Self {
        if self.code != "unparsable" || !is_template(text) {
            return self;
        }
        let message = format!("a template, not a document yet: {}", self.message);
        Refusal { code: "template", message, ..self }
    }
}

/// Whether a text has Jinja or Helm tags; the `${{ }}` of workflows is not one.
pub(super) fn is_template(text: &str) -> bool {
    let tag = |open: &str, close: &str| {
        text.match_indices(open).any(|(at, _)| {
            let rest = text[at..].lines().next().unwrap_or_default();
            !text[..at].ends_with('$') && rest.contains(close)
        })
    };
    tag("{{", "}}") || tag("{%", "%}")
}
