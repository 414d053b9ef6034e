//! Changes to Odoo manifests. Each is read again: it must say what was meant, and nothing else.

use std::ops::Range;

use serde_json::{Map, Value};

use super::python::{Entry, entries};
use super::{Ask, Change};
use crate::facts::{license, odoo};

/// Keys behind which a licence is put: the first that is there.
const BEFORE_LICENSE: [&str; 5] = ["maintainers", "author", "website", "version", "name"];

/// A manifest that can be changed.
struct Manifest<'a> {
    text: &'a str,
    entries: Vec<Entry>,
    says: Map<String, Value>,
}

impl<'a> Manifest<'a> {
    /// None: it cannot be read, has lines that end otherwise, or a key that stands there twice.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\r'))?;
        let (entries, says) = (entries(text)?, odoo::content(bytes)?);
        (entries.len() == says.len()).then_some(Manifest { text, entries, says })
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| &self.text[entry.key.clone()] == key)
    }

    /// The key a finding is about: the last word of its subject, on its line.
    fn found(&self, ask: &Ask<'_>) -> Option<usize> {
        let (_, key) = ask.finding.subject.rsplit_once(": ")?;
        let at = self.position(key)?;
        let line = 1 + self.text[..self.entries[at].start()].matches('\n').count();
        (ask.finding.line == u32::try_from(line).ok()).then_some(at)
    }

    /// The change, if the manifest then says `wanted`.
    fn with(&self, range: Range<usize>, new: &str, wanted: &Map<String, Value>) -> Option<Change> {
        let mut text = self.text.to_owned();
        text.replace_range(range, new);
        let says = odoo::content(text.as_bytes())?;
        (says == *wanted).then_some(Change::Write(text.into_bytes()))
    }

    /// Whether nothing but space stands between a line's begin and `at`.
    fn line_start(&self, at: usize) -> Option<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.text[start..at].trim().is_empty().then_some(start)
    }
}

/// Writes a misspelt key as Odoo does.
pub fn rename_key(ask: &Ask<'_>) -> Option<Change> {
    let manifest = Manifest::read(ask.bytes)?;
    let entry = &manifest.entries[manifest.found(ask)?];
    let key = &manifest.text[entry.key.clone()];
    let meant = odoo::meant_key(key)?;
    let mut wanted = manifest.says.clone();
    let value = wanted.remove(key)?;
    if wanted.insert(meant.to_owned(), value).is_some() {
        return None;
    }
    manifest.with(entry.key.clone(), meant, &wanted)
}

/// Takes out a key that says what holds anyway.
pub fn remove_key(ask: &Ask<'_>) -> Option<Change> {
    let manifest = Manifest::read(ask.bytes)?;
    let at = manifest.found(ask)?;
    let entry = &manifest.entries[at];
    let mut wanted = manifest.says.clone();
    wanted.shift_remove(&manifest.text[entry.key.clone()])?;
    let rest = &manifest.text[entry.end()..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let range = match (manifest.line_start(entry.start()), rest[spaces..].starts_with('\n')) {
        (Some(start), true) => start..entry.end() + spaces + 1,
        // A comment beside it may be about something else, too.
        _ if rest[spaces..].starts_with('#') => return None,
        _ if entry.comma.is_some() => entry.start()..entry.end() + spaces,
        _ => manifest.entries[at.checked_sub(1)?].value.end..entry.end(),
    };
    manifest.with(range, "", &wanted)
}

/// Puts `https://` before an address without a scheme.
pub fn add_scheme(ask: &Ask<'_>) -> Option<Change> {
    let manifest = Manifest::read(ask.bytes)?;
    let entry = &manifest.entries[manifest.position("website")?];
    let website = manifest.says.get("website")?.as_str()?;
    let written = &manifest.text[entry.value.clone()];
    let quoted = written.len() == website.len() + 2 && &written[1..=website.len()] == website;
    let mended = format!("https://{website}");
    if website.contains("://") || !quoted || !odoo::is_website(&mended) {
        return None;
    }
    let mut wanted = manifest.says.clone();
    wanted.insert("website".to_owned(), mended.into());
    let start = entry.value.start + 1;
    manifest.with(start..start, "https://", &wanted)
}

/// Adds the licence that the manifest's own header states, or that the configuration names.
pub fn add_license(ask: &Ask<'_>) -> Option<Change> {
    let (_, key) = ask.finding.subject.rsplit_once(": ")?;
    let manifest = Manifest::read(ask.bytes)?;
    if key != "license" || manifest.says.contains_key(key) {
        return None;
    }
    let license = match license::stated(ask.finding.path.as_deref()?, manifest.text).as_slice() {
        [] => ask.parameters.get("license")?.as_str()?.to_owned(),
        [one] => odoo::license_word(one)?.to_owned(),
        _ => return None,
    };
    let mut wanted = manifest.says.clone();
    wanted.insert(key.to_owned(), license.as_str().into());
    let before = BEFORE_LICENSE.iter().find_map(|key| manifest.position(key));
    let entry = manifest.entries.get(before.unwrap_or(manifest.entries.len().checked_sub(1)?))?;
    let quote = &manifest.text[entry.start()..entry.key.start];
    let new = format!("{quote}license{quote}: {quote}{license}{quote}");
    match manifest.line_start(entry.start()) {
        Some(start) => {
            let indent = &manifest.text[start..entry.start()];
            let (new, at) = match entry.comma {
                Some(end) => {
                    let length = manifest.text[end..].find('\n').unwrap_or_default();
                    (format!("\n{indent}{new},"), end + length)
                }
                None => (format!(",\n{indent}{new}"), entry.value.end),
            };
            manifest.with(at..at, &new, &wanted)
        }
        None => {
            let at = entry.value.end;
            manifest.with(at..at, &format!(", {new}"), &wanted)
        }
    }
}
