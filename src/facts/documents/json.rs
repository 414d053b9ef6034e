//! JSON, with comments and trailing commas.

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Value;

use crate::base::Lines;

use super::node::{MAX_DEPTH, MAX_VALUES, Members, Node, Refusal, Shape};
use super::{Sink, scalar};

const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn read(text: &str, out: &mut Sink) -> Result<(), Refusal> {
    let root = root(text, &Lines::new(text), out)?;
    out.document(root);
    Ok(())
}

/// From byte offsets to lines.
pub(super) trait Place {
    fn line(&self, offset: usize) -> u32;
}

impl Place for Lines {
    fn line(&self, offset: usize) -> u32 {
        Lines::line(self, offset)
    }
}

/// The one value of a text.
pub(super) fn root(text: &str, lines: &dyn Place, out: &mut Sink) -> Result<Node, Refusal> {
    bound(text, lines)?;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &DIALECT).map_err(|error| {
        Refusal::unparsable(
            Some(lines.line(error.range().start)),
            lowercase(&error.kind().to_string()),
        )
    })?;
    let value = parsed.value.ok_or_else(|| Refusal::unparsable(None, "there is no value in it"))?;
    Ok(node(value, lines, out))
}

/// Refuses what nests too deep or is too much before a recursive parser sees it.
fn bound(text: &str, lines: &dyn Place) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let (mut depth, mut commas, mut at) = (0_usize, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += text[at..].find('\n').unwrap_or(bytes.len() - at);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at += text[at + 2..].find("*/").map_or(bytes.len() - at, |length| length + 3);
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => commas += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Refusal::too_deep(lines.line(at)));
        }
        if commas > MAX_VALUES {
            return Err(Refusal::too_many(Some(lines.line(at))));
        }
        at += 1;
    }
    Ok(())
}

/// The index of the quote that closes the string opened at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += 1 + usize::from(bytes[at] == b'\\');
    }
    at
}

fn node(value: Ast<'_>, lines: &dyn Place, out: &mut Sink) -> Node {
    let line = lines.line(value.start());
    let shape = match value {
        Ast::StringLit(text) => Shape::Scalar(Value::String(text.value.into_owned())),
        Ast::NumberLit(number) => Shape::Scalar(
            scalar::integer(number.value)
                .or_else(|| scalar::real(number.value))
                .unwrap_or_else(|| number.value.into()),
        ),
        Ast::BooleanLit(flag) => Shape::Scalar(Value::Bool(flag.value)),
        Ast::NullKeyword(_) => Shape::Scalar(Value::Null),
        Ast::Array(array) => {
            Shape::Array(array.elements.into_iter().map(|part| node(part, lines, out)).collect())
        }
        Ast::Object(object) => {
            let mut members = Members::default();
            for property in object.properties {
                let line = lines.line(property.range.start);
                let key = property.name.into_string();
                let member = Node { line, ..node(property.value, lines, out) };
                if members.set(key.clone(), member) {
                    out.repeated_key(line, &key);
                }
            }
            members.into_shape()
        }
    };
    Node { line, shape }
}

fn lowercase(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
