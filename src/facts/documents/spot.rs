//! One value of a document that was read, with its line: for analyzers that know what a file means.

use serde_json::Value;

/// A value and the lines of it and of all it holds.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The value.
    pub value: &'a Value,
    /// In pre-order, as the document's text carries them.
    lines: &'a [u32],
}

impl<'a> Spot<'a> {
    /// The root of a document.
    pub fn new(value: &'a Value, lines: &'a [u32]) -> Self {
        Spot { value, lines }
    }

    /// The line it is written on.
    pub fn line(&self) -> u32 {
        self.lines.first().copied().unwrap_or(1)
    }

    /// Its text, if it is one.
    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<Spot<'a>> {
        self.members().find(|(key, _)| *key == name).map(|(_, member)| member)
    }

    /// The members of an object; of anything else none.
    pub fn members(&self) -> impl Iterator<Item = (&'a str, Spot<'a>)> + use<'a> {
        let mut lines = self.lines.get(1..).unwrap_or_default();
        self.value.as_object().into_iter().flatten().map(move |(key, value)| {
            (key.as_str(), Spot { value, lines: split(value, &mut lines) })
        })
    }

    /// The elements of an array; of anything else none.
    pub fn elements(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let mut lines = self.lines.get(1..).unwrap_or_default();
        let elements = self.value.as_array().into_iter().flatten();
        elements.map(move |value| Spot { value, lines: split(value, &mut lines) })
    }
}

/// Takes the lines of one value off the front.
fn split<'a>(value: &Value, lines: &mut &'a [u32]) -> &'a [u32] {
    let (own, rest) = lines.split_at(size(value).min(lines.len()));
    *lines = rest;
    own
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}
