//! What a declaration sets: literals, which are decided, and expressions, which are not.

use serde_json::{Map, Value as Json, json};

use crate::facts::Rows;
use crate::facts::documents::Spot;

/// Rows kept of the attributes of one declaration.
const MAX_ATTRIBUTES: usize = 500;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Setting {
    /// A text, a number, a flag or null.
    Literal(Json),
    /// Decided only when it is run: its text.
    Expression(String),
    /// Members in order; a name may come again, as blocks do.
    Map(Vec<(String, u32, Setting)>),
    /// Elements.
    List(Vec<(u32, Setting)>),
}

/// A declaration of any tool.
#[derive(Debug, Clone)]
pub(super) struct Declaration {
    /// The line it starts on.
    pub line: u32,
    /// resource, data, module, ...
    pub kind: &'static str,
    /// What is declared.
    pub of: String,
    /// What it is called.
    pub name: String,
    /// Whether it is switched off; none: that is computed.
    pub disabled: Option<bool>,
    /// What it sets.
    pub settings: Setting,
}

impl Setting {
    /// A YAML value, in which `${...}` is an expression.
    pub fn of_json(spot: Spot<'_>) -> Setting {
        match spot.value {
            Json::String(text) if text.contains("${") => Setting::Expression(text.clone()),
            Json::Object(_) => Setting::Map(
                spot.members()
                    .map(|(key, member)| (key.to_owned(), member.line(), Setting::of_json(member)))
                    .collect(),
            ),
            Json::Array(_) => Setting::List(
                spot.elements()
                    .map(|element| (element.line(), Setting::of_json(element)))
                    .collect(),
            ),
            literal => Setting::Literal(literal.clone()),
        }
    }

    /// As JSON: an expression is `{"$expr": text}`, a name that comes again an array.
    fn to_json(&self) -> Json {
        match self {
            Setting::Literal(value) => value.clone(),
            Setting::Expression(text) => json!({ "$expr": text }),
            Setting::List(elements) => {
                elements.iter().map(|(_, element)| element.to_json()).collect()
            }
            Setting::Map(members) => {
                let mut map: Map<String, Json> = Map::new();
                for (name, _, member) in members {
                    let value = member.to_json();
                    match map.get_mut(name) {
                        None => drop(map.insert(name.clone(), value)),
                        Some(Json::Array(all)) => all.push(value),
                        Some(first) => *first = json!([first.take(), value]),
                    }
                }
                Json::Object(map)
            }
        }
    }

    /// Each literal and expression with its name, such as `inbound_rule.port_range`; elements of lists bear the list's.
    fn leaves(&self, name: &str, line: u32, into: &mut Vec<(String, u32, Option<String>)>) {
        match self {
            _ if into.len() > MAX_ATTRIBUTES => {}
            Setting::Literal(Json::Null) => {}
            Setting::Literal(Json::String(text)) => {
                into.push((name.into(), line, Some(text.clone())))
            }
            Setting::Literal(value) => into.push((name.into(), line, Some(value.to_string()))),
            Setting::Expression(_) => into.push((name.into(), line, None)),
            Setting::List(elements) => {
                elements.iter().for_each(|(line, element)| element.leaves(name, *line, into));
            }
            Setting::Map(members) => {
                for (key, line, member) in members {
                    let dot = if name.is_empty() { "" } else { "." };
                    member.leaves(&format!("{name}{dot}{key}"), *line, into);
                }
            }
        }
    }
}

impl Declaration {
    /// Writes it: its row as the first facts of the analyzer, those of its attributes as the second.
    pub fn write(&self, rows: &mut Rows) {
        rows.add(
            0,
            [
                self.line.into(),
                self.kind.into(),
                self.of.as_str().into(),
                self.name.as_str().into(),
                self.settings.to_json().to_string().into(),
                self.disabled.into(),
            ],
        );
        let mut leaves = Vec::new();
        self.settings.leaves("", self.line, &mut leaves);
        if leaves.len() > MAX_ATTRIBUTES {
            let message = format!("`{}` sets more than {MAX_ATTRIBUTES} attributes", self.name);
            rows.unsure("resource_attributes", Some(self.of.clone()), Some(self.line), &*message);
            rows.problem(Some(self.line), "too-many-attributes", message);
        }
        for (name, line, value) in leaves.into_iter().take(MAX_ATTRIBUTES) {
            let (of, named) = (self.of.as_str().into(), self.name.as_str().into());
            rows.add(1, [line.into(), self.line.into(), of, named, name.into(), value.into()]);
        }
    }
}

/// Says that nothing of a file could be read.
pub(super) fn unreadable(rows: &mut Rows, line: Option<u32>, message: &str) {
    for table in ["resources", "resource_attributes"] {
        rows.unsure(table, None, line, message);
    }
    rows.problem(line, "unparsable", message);
}
