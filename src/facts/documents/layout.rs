//! Documents as JSON text in which every value stands on the line it has in its file.
//!
//! JSON does not care for white space, so the text can carry the lines: a line feed goes one line down, and where the order
//! of the document is not that of the file (TOML's tables may be split), a carriage return goes one up.

use std::fmt::Write as _;

use serde_json::Value;

use super::Sink;
use super::json::{self, Place};
use super::node::{Node, Shape};

/// Lines a text may go up in all; behind that, what stands above is said to stand where it is written.
const MAX_RETURNS: u32 = 100_000;

/// The document as such a text. With `aliases`, a value whose own line is above is one that an alias repeats, and stands
/// where it is repeated.
pub(super) fn written(root: &Node, aliases: bool) -> String {
    let mut text =
        Text { json: String::new(), line: 1, returns: if aliases { 0 } else { MAX_RETURNS } };
    text.value(root);
    text.json
}

/// Reads such a text again: the value, and the line of every value in pre-order. None if it is not JSON.
pub fn placed(text: &str) -> Option<(Value, Vec<u32>)> {
    let root = json::root(text, &Placed::new(text), &mut Sink::default()).ok()?;
    let mut lines = Vec::new();
    Some((root.into_value(&mut lines), lines))
}

/// The lines such a text carries.
struct Placed(Vec<(usize, u32)>);

impl Placed {
    fn new(text: &str) -> Self {
        let mut line = 1_u32;
        let breaks = text.bytes().enumerate().filter_map(|(at, byte)| {
            line = match byte {
                b'\n' => line.saturating_add(1),
                b'\r' => line.saturating_sub(1),
                _ => return None,
            };
            Some((at, line))
        });
        Placed(breaks.collect())
    }
}

impl Place for Placed {
    fn line(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|(at, _)| *at < offset);
        before.checked_sub(1).map_or(1, |last| self.0[last].1)
    }
}

struct Text {
    json: String,
    line: u32,
    returns: u32,
}

impl Text {
    fn go_to(&mut self, line: u32) {
        let up = self.line.saturating_sub(line).min(self.returns);
        let down = line.saturating_sub(self.line);
        self.returns -= up;
        self.json.extend((0..up).map(|_| '\r').chain((0..down).map(|_| '\n')));
        self.line = self.line - up + down;
    }

    fn value(&mut self, node: &Node) {
        self.go_to(node.line);
        match &node.shape {
            Shape::Scalar(value) => write!(self.json, "{value}").expect("a string takes text"),
            Shape::Array(elements) => {
                self.json.push('[');
                for (at, element) in elements.iter().enumerate() {
                    self.json.push_str(if at > 0 { "," } else { "" });
                    self.value(element);
                }
                self.json.push(']');
            }
            Shape::Object(members) => {
                self.json.push('{');
                for (at, (key, node)) in members.iter().enumerate() {
                    self.json.push_str(if at > 0 { "," } else { "" });
                    self.go_to(node.line);
                    write!(self.json, "{}:", Value::from(key.as_str()))
                        .expect("a string takes text");
                    self.value(node);
                }
                self.json.push('}');
            }
        }
    }
}
