//! YAML, from the events of a parser that keeps no tree of its own, so depth and size are bounded while it runs.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::Value;

use super::node::{
    MAX_DEPTH, MAX_EXPANDED, MAX_VALUES, Members, Node, Refusal, Shape, Weight, is_template,
};
use super::{Sink, scalar};

pub(super) fn read(text: &str, out: &mut Sink) -> Result<(), Refusal> {
    let mut parser = Parser::new_from_str(text);
    let mut reader = Reader::new(out, is_template(text));
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            Refusal::of_parser(Some(number(error.marker().line())), error.info())
        })?;
        reader.take(event, span)?;
    }
    Ok(())
}

/// A collection that is not closed yet.
struct Open {
    line: u32,
    anchor: usize,
    content: Content,
}

enum Content {
    Array(Vec<Node>),
    Object { members: Members, key: Option<Key>, merged: Vec<Node> },
}

/// A key whose value has not come yet.
struct Key {
    text: String,
    line: u32,
    is_merge: bool,
}

struct Reader<'r> {
    out: &'r mut Sink,
    is_template: bool,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, Weight)>,
    values: usize,
    expanded: usize,
}

impl<'r> Reader<'r> {
    fn new(out: &'r mut Sink, is_template: bool) -> Self {
        Reader {
            out,
            is_template,
            open: Vec::new(),
            anchors: HashMap::new(),
            values: 0,
            expanded: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Refusal> {
        let line = number(span.start.line());
        match event {
            Event::DocumentStart(_) => {
                self.anchors.clear();
                self.values = 0;
            }
            Event::Alias(anchor) => {
                let node = self.expand(anchor, line)?;
                return self.place(node, 0, Written::Elsewhere);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, line)?;
                let written = if style == ScalarStyle::Plain && tag.is_none() {
                    Written::Plain(&text)
                } else {
                    Written::Quoted(&text)
                };
                let node = Node::scalar(line, value(&text, style, tag.as_deref()));
                return self.place(node, anchor, written);
            }
            Event::SequenceStart(anchor, _) => {
                self.enter(line, anchor, Content::Array(Vec::new()))?
            }
            Event::MappingStart(anchor, _) => {
                let content =
                    Content::Object { members: Members::default(), key: None, merged: Vec::new() };
                self.enter(line, anchor, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.open.pop().expect("the parser closes what it opened");
                let node = Node { line: open.line, shape: open.content.close() };
                return self.place(node, open.anchor, Written::Elsewhere);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn enter(&mut self, line: u32, anchor: usize, content: Content) -> Result<(), Refusal> {
        self.count(1, line)?;
        if self.open.len() == MAX_DEPTH {
            return Err(Refusal::too_deep(line));
        }
        self.open.push(Open { line, anchor, content });
        Ok(())
    }

    fn count(&mut self, values: usize, line: u32) -> Result<(), Refusal> {
        self.values += values;
        if self.values > MAX_VALUES { Err(Refusal::too_many(Some(line))) } else { Ok(()) }
    }

    /// A copy of what an anchor names, if there is room for it. Its values keep the lines they are written on.
    fn expand(&mut self, anchor: usize, line: u32) -> Result<Node, Refusal> {
        let Some((node, weight)) = self.anchors.get(&anchor) else {
            return Err(Refusal::unparsable(
                Some(line),
                "an alias names nothing that is complete before it",
            ));
        };
        self.values += weight.values;
        self.expanded += weight.bytes;
        if self.values > MAX_VALUES || self.expanded > MAX_EXPANDED {
            return Err(Refusal::too_large_when_expanded(line));
        }
        if self.open.len() + weight.depth > MAX_DEPTH {
            return Err(Refusal::too_deep(line));
        }
        Ok(Node { line, ..node.clone() })
    }

    /// Puts a finished value where it belongs: into what is open, or out as a document.
    fn place(&mut self, node: Node, anchor: usize, written: Written<'_>) -> Result<(), Refusal> {
        if anchor != 0 {
            let weight = node.weight();
            self.expanded += weight.bytes; // the copy kept for its aliases
            if self.expanded > MAX_EXPANDED {
                return Err(Refusal::too_large_when_expanded(node.line));
            }
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let Some(open) = self.open.last_mut() else {
            self.out.document(node);
            return Ok(());
        };
        match &mut open.content {
            Content::Array(elements) => elements.push(node),
            Content::Object { members, key, merged } => match key.take() {
                None => *key = Some(Key::of(node, &written, self.is_template)?),
                Some(Key { is_merge: true, .. }) if is_mergeable(&node.shape) => merged.push(node),
                Some(Key { text, line, .. }) => {
                    if members.set(text.clone(), Node { line, ..node }) {
                        self.out.repeated_key(line, &text);
                    }
                }
            },
        }
        Ok(())
    }
}

/// How a value that may become a key was written.
enum Written<'t> {
    Plain(&'t str),
    Quoted(&'t str),
    /// As a collection or an alias.
    Elsewhere,
}

impl Key {
    fn of(node: Node, written: &Written<'_>, is_template: bool) -> Result<Self, Refusal> {
        let line = node.line;
        let text = match (written, node.shape) {
            (Written::Plain(text) | Written::Quoted(text), _) => (*text).to_owned(),
            (Written::Elsewhere, Shape::Scalar(Value::String(text))) => text,
            (Written::Elsewhere, Shape::Scalar(value)) => value.to_string(),
            // `key: {{ name }}` is YAML, of a map whose key is a map; nobody meant that.
            (Written::Elsewhere, _) if is_template => {
                return Err(Refusal::unparsable(Some(line), "a map stands where a key should"));
            }
            (Written::Elsewhere, shape) => {
                Node { line, shape }.into_value(&mut Vec::new()).to_string()
            }
        };
        Ok(Key { is_merge: matches!(written, Written::Plain("<<")), text, line })
    }
}

impl Content {
    fn close(self) -> Shape {
        match self {
            Content::Array(elements) => Shape::Array(elements),
            Content::Object { mut members, merged, .. } => {
                for node in merged {
                    merge(node, &mut members);
                }
                members.into_shape()
            }
        }
    }
}

fn is_mergeable(shape: &Shape) -> bool {
    match shape {
        Shape::Object(_) => true,
        Shape::Array(elements) => {
            elements.iter().all(|element| matches!(element.shape, Shape::Object(_)))
        }
        Shape::Scalar(_) => false,
    }
}

/// Adds the members of a map, or of each map of a list, that are not there yet: what is written in the map itself wins,
/// then the earlier map.
fn merge(node: Node, into: &mut Members) {
    match node.shape {
        Shape::Object(members) => {
            members.into_iter().for_each(|(key, member)| into.set_new(key, member));
        }
        Shape::Array(maps) => maps.into_iter().for_each(|map| merge(map, into)),
        Shape::Scalar(_) => {}
    }
}

/// The value of a scalar. A tag of the core schema decides; one of somebody's own leaves text.
fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match tag {
        None if style == ScalarStyle::Plain => scalar::plain(text),
        Some(tag) if tag.is_yaml_core_schema() => match tag.suffix.as_str() {
            "null" | "bool" | "int" | "float" => scalar::plain(text),
            _ => text.into(),
        },
        _ => text.into(),
    }
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
