//! Python literals as JSON.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::literal::Literal;
use super::literal::Node;

/// The value as JSON. Tuples and sets become arrays; what JSON has no word for is tagged: `{"$bytes": "a"}` (each byte
/// the character of that number), `{"$complex": [1.0, 2.0]}`, `{"$ellipsis": true}`. A key that is no `str` is written
/// as the text of its JSON. Of a repeated key the last value stands, in the place of the first.
pub fn json(value: &Literal) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Literal, out: &mut String) {
    match value {
        Literal::None => out.push_str("null"),
        Literal::Ellipsis => out.push_str(r#"{"$ellipsis":true}"#),
        Literal::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Literal::Int(digits) => out.push_str(digits),
        Literal::Float(number) => write_float(*number, out),
        Literal::Complex(real, imaginary) => {
            out.push_str(r#"{"$complex":["#);
            write_float(*real, out);
            out.push(',');
            write_float(*imaginary, out);
            out.push_str("]}");
        }
        Literal::Text(text) => write_text(text, out),
        Literal::Bytes(bytes) => {
            out.push_str(r#"{"$bytes":"#);
            write_text(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>(), out);
            out.push('}');
        }
        Literal::Tuple(items) | Literal::List(items) => write_items(items.iter(), out),
        Literal::Set(items) => write_items(distinct(items), out),
        Literal::Dict(entries) => write_dict(entries, out),
    }
}

/// JSON has no infinity, but every reader takes a number beyond its range for one.
fn write_float(number: f64, out: &mut String) {
    let written = match number {
        f64::INFINITY => write!(out, "9e999"),
        f64::NEG_INFINITY => write!(out, "-9e999"),
        _ => write!(out, "{number:?}"),
    };
    written.expect("a string takes text");
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' => {
                write!(out, "\\u{:04x}", u32::from(letter)).expect("a string takes text")
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

fn write_items<'a>(items: impl Iterator<Item = &'a Node>, out: &mut String) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(&item.value, out);
    }
    out.push(']');
}

fn distinct(items: &[Node]) -> impl Iterator<Item = &Node> {
    let mut seen = std::collections::HashSet::new();
    items.iter().filter(move |item| seen.insert(item.value.identity()))
}

fn write_dict(entries: &[(Node, Node)], out: &mut String) {
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    let mut kept: Vec<(&Literal, &Literal)> = Vec::new();
    for (key, value) in entries {
        let place = *places.entry(key.value.identity()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(entry) => entry.1 = &value.value,
            None => kept.push((&key.value, &value.value)),
        }
    }
    out.push('{');
    for (index, (key, value)) in kept.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(&key_text(key), out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

fn key_text(key: &Literal) -> String {
    key.as_text().map_or_else(|| json(key), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    fn of(source: &str) -> String {
        json(&parse(source).expect("a literal").value)
    }

    #[test]
    fn the_last_of_a_repeated_key_stands_in_the_place_of_the_first() {
        assert_eq!(of("{'a': 1, 'b': 2, 'a': 3}"), r#"{"a":3,"b":2}"#);
        assert_eq!(of("{1: 'x', True: 'y'}"), r#"{"1":"y"}"#);
    }

    #[test]
    fn what_json_has_no_word_for_is_tagged() {
        assert_eq!(of(r"b'\xe9'"), r#"{"$bytes":"é"}"#);
        assert_eq!(of("1-2j"), r#"{"$complex":[1.0,-2.0]}"#);
        assert_eq!(of("[..., None, (1e999,)]"), r#"[{"$ellipsis":true},null,[9e999]]"#);
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(of(r"'\0\n\x1f'"), r#""\u0000\n\u001f""#);
    }
}
