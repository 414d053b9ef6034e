//! A mapping or catalogue as its author wrote it: entries of features that can be replaced one by one, comments kept.

use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use super::load::natural;
use super::render::{entry, is_plain};
use super::shorten::shorten;
use crate::pages::Library;

/// The text of a matrix file, cut at its features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What stands before the first feature, the line `features:` included.
    head: String,
    entries: Vec<Entry>,
    /// What stands behind the last.
    tail: String,
}

/// One feature as written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: String,
    /// Comments and empty lines before it.
    before: String,
    text: String,
}

impl Sheet {
    /// Cuts a file at its features.
    ///
    /// # Errors
    /// Its features are not one below the other.
    pub fn parse(text: &str) -> Result<Sheet, String> {
        let mut sheet = Sheet { head: String::new(), entries: Vec::new(), tail: String::new() };
        let (mut pending, mut depth, mut inside) = (String::new(), None, false);
        for line in text.split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            let idle = line.trim().is_empty() || line.trim_start().starts_with('#');
            let deep = depth.is_some_and(|depth| indent > depth);
            match () {
                () if !inside => {
                    sheet.head.push_str(line);
                    let said = line.strip_prefix("features:").map(str::trim);
                    inside = said.is_some_and(|said| said.is_empty() || said.starts_with('#'));
                }
                () if !sheet.tail.is_empty() => sheet.tail.push_str(line),
                () if idle && !deep => pending.push_str(line),
                () if deep && let Some(entry) = sheet.entries.last_mut() => {
                    entry.text.push_str(&std::mem::take(&mut pending));
                    entry.text.push_str(line);
                }
                () if indent == 0 => sheet.tail = std::mem::take(&mut pending) + line,
                () => {
                    depth = depth.or(Some(indent));
                    let id = id_of(line).filter(|_| depth == Some(indent));
                    let id = id.ok_or_else(|| format!("`{}` is no feature", line.trim()))?;
                    let before = std::mem::take(&mut pending);
                    sheet.entries.push(Entry { id, before, text: line.to_owned() });
                }
            }
        }
        sheet.tail = pending + &sheet.tail;
        match inside {
            true => Ok(sheet),
            false => Err("has no `features:` with a feature on each line below it".to_owned()),
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        let entries = self.entries.iter().flat_map(|entry| [&entry.before, &entry.text]);
        let parts = std::iter::once(&self.head).chain(entries).chain([&self.tail]);
        parts.map(String::as_str).collect()
    }

    /// What is said of a feature.
    pub fn said(&self, id: &str) -> Option<Json> {
        let value = self.entries.iter().find(|entry| entry.id == id)?.value()?;
        serde_json::to_value(value).ok()
    }

    /// Says something of a feature, in the place of what was said.
    ///
    /// # Errors
    /// There are comments within what is said, which would be lost.
    pub fn say(&mut self, id: &str, value: &Json) -> Result<(), String> {
        let value = serde_yaml::to_value(value).map_err(|error| error.to_string())?;
        let text = entry(&key(id), &value, 2);
        if let Some(known) = self.entries.iter_mut().find(|entry| entry.id == id) {
            if known.has_comments() {
                return Err(format!("there are comments within `{id}`: edit it by hand"));
            }
            known.text = text;
            return Ok(());
        }
        let order = natural(id);
        let at = self.entries.iter().position(|entry| natural(&entry.id) > order);
        let at = at.unwrap_or(self.entries.len());
        if let Some(last) = at.checked_sub(1).map_or(Some(&mut self.head), |at| {
            self.entries.get_mut(at).map(|entry| &mut entry.text)
        }) && !last.ends_with('\n')
        {
            last.push('\n');
        }
        self.entries.insert(at, Entry { id: id.to_owned(), before: String::new(), text });
        Ok(())
    }

    /// The same with every feature as short as it can be written; and the ids of those that were left alone since there are
    /// comments within them.
    pub fn formatted(&self, library: &Library) -> (Sheet, Vec<String>) {
        let (mut sheet, mut left) = (self.clone(), Vec::new());
        for known in &mut sheet.entries {
            let Some(mut value) = known.value().filter(|_| !known.has_comments()) else {
                left.push(known.id.clone());
                continue;
            };
            if let Some(evidence) = value.get_mut("evidence") {
                *evidence = shorten(evidence, library);
            }
            let text = entry(&key(&known.id), &value, 2);
            let again: Option<Yaml> = serde_yaml::from_str(&text).ok();
            match again.is_some_and(|again| again.get(known.id.as_str()) == Some(&value)) {
                true => known.text = text,
                false => left.push(known.id.clone()),
            }
        }
        (sheet, left)
    }
}

impl Entry {
    fn value(&self) -> Option<Yaml> {
        let map: Yaml = serde_yaml::from_str(&self.text).ok()?;
        map.get(self.id.as_str()).cloned()
    }

    /// Whether something in it is a comment; what stands in quotes may look like one, which is no harm.
    fn has_comments(&self) -> bool {
        let is_comment = |line: &str| line.trim_start().starts_with('#') || line.contains(" #");
        self.text.lines().any(is_comment)
    }
}

/// The id that begins an entry.
fn id_of(line: &str) -> Option<String> {
    let line = line.trim();
    let quote = line.chars().next().filter(|quote| "\"'".contains(*quote));
    let (id, rest) = match quote {
        Some(quote) => line[1..].split_once(quote)?,
        None => (&line[..line.find(':')?], &line[line.find(':')?..]),
    };
    rest.starts_with(':').then(|| id.to_owned())
}

/// An id as a key: in quotes, as numbers would be read otherwise.
fn key(id: &str) -> String {
    match is_plain(id) && id.starts_with(char::is_alphabetic) {
        true => id.to_owned(),
        false => format!("\"{id}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Where it is here.\nextends: shop@1\nfeatures:\n  # First\n  \"1.2\": {evidence: [table a.b]}\n\n  # Second\n  \"1.10\":\n    # why\n    evidence: [table a.c]\n";

    fn sheet() -> Sheet {
        Sheet::parse(TEXT).expect("a sound sheet")
    }

    #[test]
    fn what_is_not_changed_stays_as_it_was() {
        assert_eq!(sheet().text(), TEXT);
    }

    #[test]
    fn a_feature_comes_where_its_number_belongs() {
        let mut sheet = sheet();
        let value = serde_json::json!({"evidence": ["table x.y"]});
        sheet.say("1.3", &value).expect("a free place");
        sheet.say("1.1", &value).expect("a free place");
        let ids: Vec<&str> = sheet.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["1.1", "1.2", "1.3", "1.10"]);
        assert!(sheet.text().contains("  \"1.3\": {evidence: [table x.y]}\n"));
        assert_eq!(sheet.said("1.3"), Some(value));
    }

    #[test]
    fn comments_are_never_lost() {
        let mut sheet = sheet();
        let value = serde_json::json!({"evidence": ["table x.y"]});
        assert!(sheet.say("1.10", &value).is_err());
        sheet.say("1.2", &value).expect("no comment within it");
        for comment in ["# Where", "# First", "# Second", "# why"] {
            assert!(sheet.text().contains(comment), "{comment}");
        }
    }

    #[test]
    fn formatting_twice_is_formatting_once() {
        let library = Library::built_in().expect("the built-in pages are sound");
        let text = "features:\n    '1.1':\n        evidence:\n            all:\n                - table: {name: a.b, columns: [c]}\n";
        let (once, left) = Sheet::parse(text).expect("a sheet").formatted(&library);
        assert_eq!(once.text(), "features:\n  \"1.1\": {evidence: [table a.b(c)]}\n");
        assert!(left.is_empty());
        assert_eq!(once.formatted(&library).0, once);
    }

    #[test]
    fn features_in_one_line_are_refused() {
        assert!(Sheet::parse("features: {a: {}}\n").is_err());
    }
}
