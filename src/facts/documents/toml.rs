//! TOML.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::Lines;

use super::node::{MAX_DEPTH, MAX_VALUES, Members, Node, Refusal, Shape};
use super::{Sink, scalar};

pub(super) fn read(text: &str, out: &mut Sink) -> Result<(), Refusal> {
    // No value goes without one of these; the parser itself bounds depth, not number.
    if text.bytes().filter(|byte| matches!(byte, b',' | b'=' | b'[' | b'.')).count() > MAX_VALUES {
        return Err(Refusal::too_many(None));
    }
    let lines = Lines::new(text);
    let parsed = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| lines.line(span.start));
        Refusal::of_parser(line, error.message())
    })?;
    let shape = table(parsed.into_inner(), &lines, 1)?;
    out.document(Node { line: 1, shape });
    Ok(())
}

fn table(table: DeTable<'_>, lines: &Lines, depth: usize) -> Result<Shape, Refusal> {
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut members = Members::default();
    for (key, value) in entries {
        let line = lines.line(key.span().start);
        let shape = value_of(value.into_inner(), lines, line, depth)?;
        members.set(key.into_inner().into_owned(), Node { line, shape });
    }
    Ok(members.into_shape())
}

fn value_of(value: DeValue<'_>, lines: &Lines, line: u32, depth: usize) -> Result<Shape, Refusal> {
    if depth > MAX_DEPTH {
        return Err(Refusal::too_deep(line));
    }
    Ok(match value {
        DeValue::String(text) => Shape::Scalar(Value::String(text.into_owned())),
        DeValue::Integer(number) => Shape::Scalar(
            i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| number.to_string().into(), Value::from),
        ),
        DeValue::Float(number) => Shape::Scalar(
            scalar::real(number.as_str()).unwrap_or_else(|| number.to_string().into()),
        ),
        DeValue::Boolean(flag) => Shape::Scalar(Value::Bool(flag)),
        DeValue::Datetime(date) => Shape::Scalar(date.to_string().into()),
        DeValue::Array(elements) => {
            let elements = elements.into_iter().map(|element: Spanned<DeValue<'_>>| {
                let line = lines.line(element.span().start);
                let shape = value_of(element.into_inner(), lines, line, depth + 1)?;
                Ok(Node { line, shape })
            });
            Shape::Array(elements.collect::<Result<_, Refusal>>()?)
        }
        DeValue::Table(inner) => table(inner, lines, depth + 1)?,
    })
}
