//! The few words of Jinja that a model's settings are written in. Nothing is run.

use serde_json::{Map, Value as Json, json};

/// Lists and maps nested deeper are expressions.
const MAX_DEPTH: usize = 16;

/// What a file of SQL says in Jinja.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    /// The arguments of each `config(...)`: where it starts, and its literals; an expression is `{"$expr": text}`.
    pub configs: Vec<(usize, Json)>,
    /// The name of each `{% snapshot name %}` and where it starts.
    pub snapshots: Vec<(usize, String)>,
}

/// Looks through a text for tags. Comments in Jinja and SQL do not count, though Jinja runs in the latter.
pub(super) fn read(text: &str) -> Said {
    let mut said = Said::default();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let rest = &text[start..];
        let end = |close: &str| rest.find(close).map_or(text.len(), |end| start + end + 2);
        at = match rest.as_bytes().get(1) {
            Some(b'#') => end("#}"),
            Some(b'{') => {
                let close = end("}}").max(start + 2);
                expression(&text[start + 2..close], start, &mut said);
                close
            }
            Some(b'%') => {
                let close = end("%}");
                block(&text[start + 2..close], start, &mut said);
                close
            }
            _ => start + 1,
        };
    }
    said
}

fn expression(inside: &str, start: usize, into: &mut Said) {
    let call = inside.trim_start_matches(['-', ' ', '\t', '\r', '\n']);
    let Some(arguments) = call.strip_prefix("config").map(str::trim_start) else { return };
    if let Some(arguments) = arguments.strip_prefix('(') {
        into.configs.push((start, Json::Object(keywords(arguments))));
    }
}

fn block(inside: &str, start: usize, into: &mut Said) {
    let mut words = inside.trim_start_matches(['-', ' ', '\t', '\r', '\n']).split_whitespace();
    if let (Some("snapshot"), Some(name)) = (words.next(), words.next()) {
        into.snapshots.push((start, name.trim_end_matches(['-', '%', '}']).to_owned()));
    }
}

/// The arguments of a call; `"*"` is there where some are not written as `name = value`.
fn keywords(arguments: &str) -> Map<String, Json> {
    let mut found = Map::new();
    for argument in parts(arguments, ')') {
        let value = argument.split_once('=').filter(|(name, value)| {
            name.trim().chars().all(|c| c.is_alphanumeric() || c == '_') && !value.starts_with('=')
        });
        match value {
            Some((name, value)) => found.insert(name.trim().to_owned(), literal(value, 0)),
            None if argument.trim().is_empty() => None,
            None => found.insert("*".to_owned(), json!({ "$expr": shortened(argument.trim()) })),
        };
    }
    found
}

/// The value of a literal, or its text as an expression.
fn literal(text: &str, depth: usize) -> Json {
    let text = text.trim();
    let expression = || json!({ "$expr": shortened(text) });
    let inner = |close: char| text.get(1..).and_then(|text| text.strip_suffix(close));
    match text.chars().next() {
        _ if depth > MAX_DEPTH => expression(),
        Some(quote @ ('\'' | '"')) => match inner(quote) {
            Some(inner) if !inner.contains([quote, '\\']) => inner.into(),
            _ => expression(),
        },
        Some('[') => inner(']').map_or_else(expression, |inner| {
            parts(inner, '\0')
                .filter(|part| !part.trim().is_empty())
                .map(|part| literal(part, depth + 1))
                .collect()
        }),
        Some('{') => inner('}').map_or_else(expression, |inner| {
            let pairs = parts(inner, '\0').filter_map(|part| part.split_once(':'));
            let pair = |(key, value): (&str, &str)| {
                (key.trim().trim_matches(['\'', '"']).to_owned(), literal(value, depth + 1))
            };
            Json::Object(pairs.map(pair).collect())
        }),
        _ => match text {
            "true" | "True" => true.into(),
            "false" | "False" => false.into(),
            "none" | "None" => Json::Null,
            _ => text.parse::<i64>().map_or_else(|_| expression(), Json::from),
        },
    }
}

/// As much of an expression as is kept.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Splits at commas outside strings and brackets, up to a closing bracket that opens nowhere inside.
fn parts(text: &str, close: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut letters = text.char_indices();
        let mut depth = 0_usize;
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\'' | '"' => skip_string(&mut letters, letter),
                ',' if depth == 0 => {
                    rest = Some(&text[at + 1..]);
                    return Some(&text[..at]);
                }
                _ if depth == 0 && letter == close => {
                    rest = None;
                    return Some(&text[..at]);
                }
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        rest = None;
        Some(text)
    })
}

fn skip_string(letters: &mut std::str::CharIndices<'_>, quote: char) {
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            _ if letter == quote => return,
            _ => {}
        }
    }
}
