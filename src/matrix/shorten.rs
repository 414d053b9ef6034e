//! Evidence as short as it can be written: the reverse of reading a line, kept only where reading it again gives the same.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_yaml::Value as Yaml;

use super::line::{Token, read_line, tokens};
use crate::pages::{Kind, Library, Page};

/// Words of a map of evidence that are no kind.
const BESIDE: &[&str] = &["need", "decisive", "same", "within"];

/// The same evidence with every piece that a line can say written as a line.
pub(super) fn shorten(yaml: &Yaml, library: &Library) -> Yaml {
    match yaml {
        Yaml::Sequence(parts) => {
            let parts: Vec<Yaml> = parts.iter().map(|part| shorten(part, library)).collect();
            Yaml::Sequence(parts)
        }
        Yaml::Mapping(map) => {
            let short = map.iter().map(|(key, value)| {
                let word = key.as_str().unwrap_or_default();
                let value = match word {
                    word if BESIDE.contains(&word) => value.clone(),
                    "all" | "any" | "not" => shorten(value, library),
                    kind => of_kind(kind, value, library).map_or_else(|| value.clone(), Yaml::from),
                };
                (key.clone(), value)
            });
            alone(short.collect())
        }
        other => other.clone(),
    }
}

/// A map that says nothing but a kind, an `all` or a guard is its line or its list.
fn alone(map: serde_yaml::Mapping) -> Yaml {
    let mut entries = map.iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Yaml::Mapping(map);
    };
    match (key.as_str(), value) {
        (Some("all"), Yaml::Sequence(parts)) => Yaml::Sequence(parts.clone()),
        (Some("not"), Yaml::String(line)) => Yaml::from(format!("not {line}")),
        (Some("any" | "all" | "not"), _) => Yaml::Mapping(map),
        (Some(kind), Yaml::String(line)) => Yaml::from(format!("{kind} {line}").trim().to_owned()),
        _ => Yaml::Mapping(map),
    }
}

/// What follows the kind in its line; none where a line cannot say it.
fn of_kind(kind: &str, value: &Yaml, library: &Library) -> Option<String> {
    if let Yaml::String(line) = value {
        return Some(line.clone());
    }
    let page = library.get(kind)?;
    let parameters: BTreeMap<String, Value> = serde_yaml::from_value(value.clone()).ok()?;
    let line = write_line(page, &parameters)?;
    let again = read_line(page, &line).ok()?;
    let bound = |given| page.bind(given).ok().map(|bound| bound.parameters);
    let same = bound(&again).is_some_and(|again| Some(again) == bound(&parameters));
    same.then_some(line)
}

/// Parameters in the form of their page; what the form does not have behind it.
fn write_line(page: &Page, parameters: &BTreeMap<String, Value>) -> Option<String> {
    let Kind::Evidence { line: form, .. } = &page.kind else { return None };
    let mut left = parameters.clone();
    let mut words = Vec::new();
    let mut literal = None;
    for token in tokens(form.strip_prefix(page.id.as_str()).unwrap_or(form), page) {
        match token {
            Token::Literal(word) => literal = Some(word),
            Token::Slot { name, list, at } => {
                let literal = literal.take();
                let Some(value) = left.remove(&name) else { continue };
                words.extend(literal);
                let mut hung = String::new();
                if let Some(items) = list.and_then(|list| left.remove(&list)) {
                    hung = format!("({})", items_of(&items, ", ")?);
                }
                if let Some(at) = at.and_then(|at| left.remove(&at)) {
                    hung = format!("{hung}@{}", items_of(&at, ",")?);
                }
                words.push(quoted(&items_of(&value, ",")?, !hung.is_empty())? + &hung);
            }
        }
    }
    for (name, value) in left {
        words.push(format!("{name}:{}", quoted(&items_of(&value, ",")?, true)?));
    }
    Some(words.join(" "))
}

/// A value as one word; none where its items would fall apart.
fn items_of(value: &Value, between: &str) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(items) if !items.is_empty() => {
            let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(items?.join(between))
        }
        _ => None,
    }
}

/// A word of a line. What hangs on a word cannot hang on a quoted one, but a part of a word may be quoted.
fn quoted(text: &str, hangs: bool) -> Option<String> {
    let plain = !text.is_empty()
        && !text.contains(|letter: char| letter.is_whitespace() || "\"()".contains(letter))
        && (hangs || !text.contains([':', '@']));
    match plain {
        true => Some(text.to_owned()),
        false if text.contains("\\\"") || text.ends_with('\\') => None,
        false => Some(format!("\"{}\"", text.replace('"', "\\\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(written: &str) -> String {
        let library = Library::built_in().expect("the built-in pages are sound");
        let yaml: Yaml = serde_yaml::from_str(written).expect("YAML");
        serde_json::to_string(&shorten(&yaml, &library)).expect("JSON")
    }

    #[test]
    fn what_a_line_can_say_is_a_line() {
        for (written, expected) in [
            (
                "{table: {name: ops.roles, columns: [id, permissions]}}",
                r#""table ops.roles(id, permissions)""#,
            ),
            ("{module: {name: [a, b], series: '18.0'}}", r#""module a,b@18.0""#),
            ("{all: [{service: {name: redis}}, module a]}", r#"["service redis","module a"]"#),
            ("{workflow: {on: [push], run: 'a b'}}", r#""workflow on:push run:\"a b\"""#),
            ("{attested: {topic: a drill, max_age: 95}}", r#""attested \"a drill\" within 95""#),
            ("{not: {module: {name: a}}}", r#""not module a""#),
        ] {
            assert_eq!(short(written), expected, "{written}");
        }
    }

    #[test]
    fn what_it_cannot_say_stays() {
        for written in [
            r#"{"module":{"name":["a,b"]}}"#,
            r#"{"any":["module a","module b"]}"#,
            r#"{"all":["workflow on:push"],"same":"workflow"}"#,
        ] {
            assert_eq!(short(written), written);
        }
        let beside = short("{module: {name: a}, need: every}");
        assert_eq!(beside, r#"{"module":"a","need":"every"}"#);
    }
}
