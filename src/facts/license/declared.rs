//! Licences that packages declare: npm, Composer, Cargo, Python.

use serde_json::Value as Json;

use crate::base::{JsonPath, Value};
use crate::facts::documents::{Format, documents};
use crate::facts::{Input, Rows};

use super::expression::canonical;

/// Where `package.json` and `composer.json` declare a licence; `licenses` is npm's old form.
const IN_JSON: [&str; 2] = ["/license", "/licenses/*"];
/// Where `Cargo.toml` and `pyproject.toml` do.
const IN_TOML: [&str; 4] =
    ["/package/license", "/workspace/package/license", "/project/license", "/tool/poetry/license"];

/// The most licences one list of a manifest gives.
const MAX_DECLARED: usize = 20;

/// Reads `package.json` and `composer.json`.
pub(super) fn json(input: &Input<'_>, rows: &mut Rows) {
    document(input, rows, Format::Json, &IN_JSON);
}

/// Reads `Cargo.toml` and `pyproject.toml`.
pub(super) fn toml(input: &Input<'_>, rows: &mut Rows) {
    document(input, rows, Format::Toml, &IN_TOML);
}

fn document(input: &Input<'_>, rows: &mut Rows, format: Format, paths: &[&str]) {
    let (documents, refusal) = documents(input.text(), format);
    if let Some(refusal) = refusal {
        rows.unsure("license_declared", None, refusal.line, refusal.message.clone());
        rows.problem(refusal.line, refusal.code, refusal.message);
    }
    let Some(root) = documents.into_iter().next() else { return };
    let mut lines = Vec::new();
    let data = root.into_value(&mut lines);
    for path in paths {
        let hits = JsonPath::parse(path).expect("a valid path").find(&data, &lines);
        for hit in hits.into_iter().take(MAX_DECLARED) {
            declare(rows, hit.line, hit.value);
        }
    }
}

fn declare(rows: &mut Rows, line: Option<u32>, value: &Json) {
    let raw = match value {
        Json::String(text) => text.clone(),
        Json::Array(parts) => {
            parts.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" OR ")
        }
        Json::Object(members) => {
            let said = ["type", "text"].into_iter().find_map(|key| members.get(key)?.as_str());
            said.map_or_else(|| value.to_string(), str::to_owned)
        }
        other => other.to_string(),
    };
    add(rows, line, &raw, value.is_object());
}

/// `elsewhere`: the manifest may only name a file, or inherit, so that what is no expression says nothing.
fn add(rows: &mut Rows, line: Option<u32>, raw: &str, elsewhere: bool) {
    let spdx = match canonical(raw) {
        Some(spdx) => Value::Text(spdx),
        // What npm and Composer ask for where nothing is granted.
        None if matches!(raw, "UNLICENSED" | "proprietary") => "LicenseRef-Proprietary".into(),
        None if elsewhere || raw.starts_with("SEE LICENSE IN") => Value::Null,
        None => "".into(),
    };
    let raw = raw.chars().take(200).collect::<String>();
    rows.add(0, [line.into(), raw.into(), spdx]);
}

/// Reads the `license` of `setup.cfg` and the literal one of `setup.py`.
pub(super) fn setup(input: &Input<'_>, rows: &mut Rows) {
    for (index, line) in input.text().lines().enumerate() {
        let Some((key, value)) = line.trim().split_once('=') else { continue };
        let value = value.trim().trim_end_matches(',').trim();
        let raw = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value.trim_matches(quote),
            // In `setup.py` only a literal says something.
            Some(_) if !line.trim_end().ends_with([',', ')']) => value,
            _ => continue,
        };
        if key.trim() == "license" {
            add(rows, u32::try_from(index + 1).ok(), raw, true);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(read: fn(&Input<'_>, &mut Rows), source: &str) -> Vec<(Value, Value, Value)> {
        let mut rows = Rows::default();
        read(&Input::new(source.as_bytes()), &mut rows);
        rows.facts
            .iter()
            .map(|(_, cells)| (cells[0].clone(), cells[1].clone(), cells[2].clone()))
            .collect()
    }

    fn row(line: u32, raw: &str, spdx: &str) -> (Value, Value, Value) {
        (line.into(), raw.into(), spdx.into())
    }

    #[test]
    fn packages_say_it_at_their_place() {
        assert_eq!(said(json, "{\n \"license\": \"mit\"}"), [row(2, "mit", "MIT")]);
        assert_eq!(
            said(json, "{\"license\": [\"MIT\", \"ISC\"]}"),
            [row(1, "MIT OR ISC", "MIT OR ISC")]
        );
        assert_eq!(
            said(json, "{\"license\": \"UNLICENSED\"}"),
            [row(1, "UNLICENSED", "LicenseRef-Proprietary")]
        );
        assert_eq!(
            said(toml, "[package]\nlicense = \"MIT OR Apache-2.0\""),
            [row(2, "MIT OR Apache-2.0", "MIT OR Apache-2.0")]
        );
        assert_eq!(said(toml, "[project]\nlicense = {text = \"MIT\"}"), [row(2, "MIT", "MIT")]);
        assert_eq!(
            said(setup, "[metadata]\nlicense = LGPL-3.0\n"),
            [row(2, "LGPL-3.0", "LGPL-3.0")]
        );
        assert_eq!(said(setup, "setup(\n    license=\"MIT\",\n)"), [row(2, "MIT", "MIT")]);
    }

    #[test]
    fn what_names_no_licence_is_empty_and_what_points_elsewhere_is_open() {
        assert_eq!(said(json, "{\"license\": \"AGPL\"}"), [row(1, "AGPL", "")]);
        assert_eq!(said(toml, "[package]\nlicense.workspace = true")[0].2, Value::Null);
        assert_eq!(said(json, "{\"license\": \"SEE LICENSE IN LICENSE.md\"}")[0].2, Value::Null);
        assert_eq!(said(json, "{}"), []);
    }

    #[test]
    fn a_manifest_that_cannot_be_read_leaves_it_open() {
        let mut rows = Rows::default();
        json(&Input::new(b"{\"license\": "), &mut rows);
        assert_eq!(rows.unsure.len(), 1);
        assert!(rows.facts.is_empty());
    }
}
