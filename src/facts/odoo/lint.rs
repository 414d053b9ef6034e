//! What pylint-odoo sees in a manifest that its keys alone do not tell: files it loads, as counted there, and addresses.

use std::collections::HashMap;

use super::literal::{Literal, Node};

/// A file that a key lists.
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// The file, as the manifest names it.
    pub target: String,
    /// How often.
    pub times: usize,
    /// Where first; none: nowhere of its own.
    pub line: Option<u32>,
}

/// The distinct files of a key in order. `first` is the value of the key's first occurrence, where places are looked up;
/// `last` the value in effect. A text counts as its letters, as iterating over it gives them.
pub fn resources(first: &Literal, last: &Literal) -> Vec<Resource> {
    let names: Vec<String> = match last {
        Literal::Text(text) => text.chars().map(String::from).collect(),
        other => texts(other).map(|(text, _)| text.to_owned()).collect(),
    };
    let mut lines = HashMap::new();
    for (text, node) in texts(first) {
        lines.entry(text).or_insert(node.at.line);
    }
    let mut resources: Vec<Resource> = Vec::new();
    let mut places = HashMap::new();
    for name in names {
        let at = *places.entry(name.clone()).or_insert(resources.len());
        match resources.get_mut(at) {
            Some(resource) => resource.times += 1,
            None => {
                let line = lines.get(name.as_str()).copied();
                resources.push(Resource { target: name, times: 1, line });
            }
        }
    }
    resources
}

fn texts(value: &Literal) -> impl Iterator<Item = (&str, &Node)> {
    let items = value.items().unwrap_or_default();
    items.iter().filter_map(|node| Some((node.value.as_text()?, node)))
}

/// Entries of `assets` that are addresses elsewhere: line and address.
pub fn external_assets(assets: &Literal) -> Vec<(u32, &str)> {
    let Literal::Dict(bundles) = assets else { return Vec::new() };
    let mut found = Vec::new();
    for element in bundles.iter().filter_map(|(_, bundle)| bundle.value.items()).flatten() {
        let line = element.at.line;
        match &element.value {
            Literal::Text(url) if has_scheme(url) => found.push((line, url.as_str())),
            Literal::List(_) | Literal::Tuple(_) => found.extend(
                texts(&element.value)
                    .filter(|(url, _)| has_scheme(url))
                    .map(|(url, _)| (line, url)),
            ),
            _ => {}
        }
    }
    found
}

/// Whether a text begins with a letter and letters, digits, `+`, `-` and `.` up to a colon, as Python's `urlparse` asks.
fn has_scheme(url: &str) -> bool {
    let url = url.trim_start_matches(|letter: char| letter <= ' ').replace(['\t', '\r', '\n'], "");
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    fn literal(text: &str) -> Literal {
        parse(text).expect("a literal").value
    }

    #[test]
    fn files_are_counted_and_stand_where_they_are_first() {
        let value = literal("['a.xml',\n'b.xml',\n'a.xml']");
        let found = resources(&value, &value);
        let seen: Vec<_> =
            found.iter().map(|file| (file.target.as_str(), file.times, file.line)).collect();
        assert_eq!(seen, [("a.xml", 2, Some(1)), ("b.xml", 1, Some(2))]);
        let text = literal("'aba'");
        assert_eq!(resources(&text, &text).len(), 2);
        assert_eq!(resources(&literal("[]"), &value)[0].line, None);
    }

    #[test]
    fn assets_of_others_are_known_by_their_scheme() {
        let assets = literal(
            "{'web.assets': ['https://a.example/x.js', 'web/x.js', ('prepend', 'http://b/y.js'), '//c/z.js'], 'b': ['a:b']}",
        );
        let urls: Vec<&str> = external_assets(&assets).into_iter().map(|found| found.1).collect();
        assert_eq!(urls, ["https://a.example/x.js", "http://b/y.js", "a:b"]);
    }
}
