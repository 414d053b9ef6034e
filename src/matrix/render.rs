//! YAML as people write it in a matrix: one line where it fits, else a block.

use serde_yaml::Value as Yaml;

/// Columns of a line.
const WIDTH: usize = 110;

/// `key: value` at an indent, in one line or several.
pub(super) fn entry(key: &str, value: &Yaml, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let line = format!("{pad}{key}: {}", flow(value));
    match value {
        Yaml::Mapping(map) if !map.is_empty() && line.chars().count() > WIDTH => {
            let inner = map.iter().map(|(key, value)| entry(&scalar(key), value, indent + 2));
            format!("{pad}{key}:\n{}", inner.collect::<String>())
        }
        Yaml::Sequence(items) if !items.is_empty() && line.chars().count() > WIDTH => {
            let inner = items.iter().map(|value| item(value, indent + 2));
            format!("{pad}{key}:\n{}", inner.collect::<String>())
        }
        _ => line + "\n",
    }
}

/// `- value` at an indent.
fn item(value: &Yaml, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let line = format!("{pad}- {}", flow(value));
    match value {
        Yaml::Mapping(map) if !map.is_empty() && line.chars().count() > WIDTH => {
            let inner: String =
                map.iter().map(|(key, value)| entry(&scalar(key), value, indent + 2)).collect();
            // The first key stands behind the dash.
            format!("{pad}- {}", &inner[indent + 2..])
        }
        _ => line + "\n",
    }
}

/// A value in one line.
fn flow(value: &Yaml) -> String {
    match value {
        Yaml::Sequence(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Yaml::Mapping(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => scalar(other),
    }
}

/// A value that holds no others, quoted where it must be.
fn scalar(value: &Yaml) -> String {
    match value {
        Yaml::String(text) if is_plain(text) => text.clone(),
        Yaml::String(text) if text.contains(|letter: char| letter.is_control()) => {
            // JSON strings are YAML strings.
            serde_json::Value::from(text.as_str()).to_string()
        }
        Yaml::String(text) => format!("'{}'", text.replace('\'', "''")),
        Yaml::Bool(flag) => flag.to_string(),
        Yaml::Number(number) => number.to_string(),
        _ => "null".to_owned(),
    }
}

/// Whether a text may stand as it is, in a list of one line too, and is read as the same text.
pub(super) fn is_plain(text: &str) -> bool {
    let starts = text.chars().next().is_some_and(|first| {
        first.is_alphanumeric() || matches!(first, '_' | '/' | '.' | '(') || !first.is_ascii()
    });
    starts
        && !text.ends_with([' ', ':'])
        && !text.contains(|letter: char| ",[]{}#\"'`".contains(letter) || letter.is_control())
        && !text.contains(": ")
        && serde_yaml::from_str::<Yaml>(text).is_ok_and(|read| read.as_str() == Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let long = "a line of evidence that is rather long, so that it cannot stand in one line: with others";
        for text in ["plain", "a: b", "[x", "'q'", "", "true", "1.10", "2026-01-01", "# c", long] {
            let value: Yaml = Yaml::Sequence(vec![text.into(), long.into(), text.into()]);
            let written = entry("key", &value, 2);
            let read: Yaml = serde_yaml::from_str(&written).expect("YAML");
            assert_eq!(read["key"], value, "{written}");
        }
    }

    #[test]
    fn what_fits_is_one_line() {
        let value: Yaml = serde_yaml::from_str("{evidence: [table a.b], phase: W1}").expect("YAML");
        assert_eq!(entry("\"1.1\"", &value, 2), "  \"1.1\": {evidence: [table a.b], phase: W1}\n");
    }
}
