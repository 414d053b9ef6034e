//! From the bytes of one manifest to its rows.

use std::collections::HashMap;

use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::json::json;
use super::known::meant_key;
use super::lint::{external_assets, resources};
use super::lint_tables::{ASSETS, RESOURCES, SILENCES};
use super::literal::Literal;
use super::literal::Node;
use super::literal::Place;
use super::parser::parse;
use super::silence::{Silence, silences};
use super::tables::DATA;
use super::tables::DEPENDS;
use super::tables::KEYS;
use super::tables::MANIFEST;

/// The longest manifest that is read, in bytes; the longest known has 30,000.
const MAX_BYTES: usize = 1024 * 1024;

/// Keys whose entries are files of the addon: those pylint-odoo's `resource-not-exist` reads.
const DATA_KEYS: [&str; 6] = ["data", "demo", "demo_xml", "init_xml", "test", "update_xml"];

/// The tables that a manifest which cannot be read leaves open.
const OPEN_TABLES: [&str; 7] = [
    "odoo_keys",
    "odoo_entries",
    "odoo_depends",
    "odoo_data",
    "odoo_resources",
    "odoo_assets",
    "license_declared",
];

type Entry = (Node, Node);

/// Reads one manifest.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    match read(input.bytes) {
        Ok((text, root)) => {
            let Literal::Dict(entries) = &root.value else { return };
            summary(root.at, entries, rows);
            keys(entries, rows);
            depends(entries, rows);
            data(entries, rows);
            linted(entries, rows);
            for silence in silences(text, &root) {
                let Silence { symbol, first, last } = silence;
                rows.add(SILENCES, [symbol.into(), first.into(), last.into()]);
            }
        }
        Err((line, reason)) => unreadable(line, &reason, rows),
    }
}

/// The text of a manifest and its dict.
fn read(bytes: &[u8]) -> Result<(&str, Node), (Option<u32>, String)> {
    if bytes.len() > MAX_BYTES {
        return Err((None, format!("limit: more than {MAX_BYTES} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|wrong| {
        let before = &bytes[..wrong.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        // Odoo opens manifests as UTF-8, whatever their coding line says.
        (u32::try_from(line).ok(), "encoding: not UTF-8, as which Odoo reads manifests".to_owned())
    })?;
    let root = parse(text).map_err(|refusal| (Some(refusal.at.line), refusal.to_string()))?;
    match root.value {
        Literal::Dict(_) => Ok((text, root)),
        _ => Err((Some(root.at.line), "wrong-type: the expression is not a dict".to_owned())),
    }
}

fn unreadable(line: Option<u32>, reason: &str, rows: &mut Rows) {
    let nothing: [Value; 13] = std::array::from_fn(|_| Value::Null);
    rows.add(MANIFEST, nothing);
    rows.problem(line, "manifest-unreadable", reason);
    for table in OPEN_TABLES {
        rows.unsure(table, None, line, reason);
    }
}

/// The value of a key; of a repeated key the last one, as in Python.
fn value<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Literal> {
    entries
        .iter()
        .rev()
        .find(|(node, _)| node.value.as_text() == Some(key))
        .map(|entry| &entry.1.value)
}

/// What a key says as text: empty if it is absent or `None`, JSON if it is no `str`.
fn said(entries: &[Entry], key: &str) -> String {
    match value(entries, key) {
        None | Some(Literal::None) => String::new(),
        Some(Literal::Text(text)) => text.clone(),
        Some(other) => json(other),
    }
}

fn summary(at: Place, entries: &[Entry], rows: &mut Rows) {
    let version = said(entries, "version");
    let license = said(entries, "license");
    let is_set = |key, default| value(entries, key).map_or(default, Literal::is_truthy);
    rows.add(
        MANIFEST,
        [
            at.line.into(),
            series(&version).into(),
            version.into(),
            spdx(&license).into(),
            license.into(),
            said(entries, "author").into(),
            said(entries, "website").into(),
            said(entries, "category").into(),
            said(entries, "development_status").into(),
            is_set("installable", true).into(),
            value(entries, "auto_install").is_some_and(installs_itself).into(),
            is_set("application", false).into(),
            json_of(entries).into(),
        ],
    );
}

/// The series of a version of five numbers (`18.0.1.2.3` is of `18.0`), the form OCA asks for; else empty.
fn series(version: &str) -> &str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() == 5 && parts.iter().all(|part| is_number(part)) {
        &version[..parts[0].len() + 1 + parts[1].len()]
    } else {
        ""
    }
}

/// The word Odoo has for an SPDX id, as a header states it; none: it has none.
pub fn license_word(spdx: &str) -> Option<&'static str> {
    Some(match spdx {
        "AGPL-3.0" | "AGPL-3.0-only" | "AGPL-3.0-or-later" => "AGPL-3",
        "LGPL-3.0" | "LGPL-3.0-only" | "LGPL-3.0-or-later" => "LGPL-3",
        "GPL-3.0" | "GPL-3.0-only" => "GPL-3",
        "GPL-3.0-or-later" => "GPL-3 or any later version",
        "GPL-2.0" | "GPL-2.0-only" => "GPL-2",
        "GPL-2.0-or-later" => "GPL-2 or any later version",
        _ => return None,
    })
}

/// What a manifest says, as JSON; none: it cannot be read.
pub fn content(bytes: &[u8]) -> Option<serde_json::Map<String, serde_json::Value>> {
    let (_, root) = read(bytes).ok()?;
    serde_json::from_str(&json(&root.value)).ok()
}

/// The SPDX expression of one of the ten values Odoo accepts (`ir.module.module`, field `license`); empty for any
/// other, none for the value that names no licence in particular.
fn spdx(license: &str) -> Option<&'static str> {
    Some(match license {
        "GPL-2" => "GPL-2.0-only",
        "GPL-2 or any later version" => "GPL-2.0-or-later",
        "GPL-3" => "GPL-3.0-only",
        "GPL-3 or any later version" => "GPL-3.0-or-later",
        "AGPL-3" => "AGPL-3.0-only",
        "LGPL-3" => "LGPL-3.0-only",
        "OEEL-1" => "LicenseRef-OEEL-1",
        "OPL-1" => "LicenseRef-OPL-1",
        "Other proprietary" => "LicenseRef-Proprietary",
        "Other OSI approved licence" => return None,
        _ => "",
    })
}

/// Odoo takes a list for the dependencies that trigger the installation; an empty one triggers always.
fn installs_itself(value: &Literal) -> bool {
    value.items().is_some() || value.is_truthy()
}

fn json_of(entries: &[Entry]) -> String {
    json(&Literal::Dict(entries.to_vec()))
}

fn keys(entries: &[Entry], rows: &mut Rows) {
    let mut last: HashMap<Option<String>, usize> = HashMap::new();
    for (at, (key, _)) in entries.iter().enumerate() {
        last.insert(key.value.identity(), at);
    }
    for (at, (key, value)) in entries.iter().enumerate() {
        let name = key.value.as_text().map_or_else(|| json(&key.value), str::to_owned);
        let meant = key.value.as_text().and_then(meant_key);
        rows.add(
            KEYS,
            [
                key.at.line.into(),
                key.at.column.into(),
                name.into(),
                json(&value.value).into(),
                meant.map(str::to_owned).into(),
                value.value.type_name().into(),
                value.value.is_truthy().into(),
                (last.get(&key.value.identity()) == Some(&at)).into(),
            ],
        );
    }
}

/// What pylint-odoo sees beside the keys.
fn linted(entries: &[Entry], rows: &mut Rows) {
    let named = |key: &'static str| {
        entries.iter().filter(move |(node, _)| node.value.as_text() == Some(key))
    };
    for key in DATA_KEYS {
        let Some(first) = named(key).next() else { continue };
        let last = named(key).next_back().map_or(&first.1, |(_, value)| value);
        for file in resources(&first.1.value, &last.value) {
            let cells = [file.line.into(), key.into(), file.target.into(), file.times.into()];
            rows.add(RESOURCES, cells);
        }
    }
    let assets = named("assets").next_back();
    for (line, url) in assets.map(|(_, value)| external_assets(&value.value)).unwrap_or_default() {
        rows.add(ASSETS, [line.into(), url.into()]);
    }
}

fn depends(entries: &[Entry], rows: &mut Rows) {
    for (line, name) in texts(entries, "depends", "odoo_depends", rows) {
        rows.add(DEPENDS, [line.into(), name.into()]);
    }
}

fn data(entries: &[Entry], rows: &mut Rows) {
    for key in DATA_KEYS {
        for (line, target) in texts(entries, key, "odoo_data", rows) {
            rows.add(DATA, [line.into(), key.into(), target.into()]);
        }
    }
}

/// The texts a key lists, with their lines. Whatever else stands there is a problem and leaves `table` open.
fn texts<'a>(
    entries: &'a [Entry],
    key: &str,
    table: &'static str,
    rows: &mut Rows,
) -> Vec<(u32, &'a str)> {
    let mut wrong = |line: u32| {
        let reason = format!("`{key}` holds something other than texts");
        rows.problem(Some(line), "manifest-value", reason.as_str());
        rows.unsure(table, None, Some(line), reason);
    };
    let last = entries.iter().rev().find(|(node, _)| node.value.as_text() == Some(key));
    let Some((node, value)) = last.map(|(node, value)| (node, &value.value)) else {
        return Vec::new();
    };
    let Some(items) = value.items() else {
        if value.is_truthy() {
            wrong(node.at.line);
        }
        return Vec::new();
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match item.value.as_text() {
            Some(text) => texts.push((item.at.line, text)),
            None => wrong(item.at.line),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(source: &[u8]) -> Rows {
        let mut rows = Rows::default();
        extract(&Input::new(source), &mut rows);
        rows
    }

    fn of(rows: &Rows, facts: usize) -> Vec<Vec<Value>> {
        rows.facts.iter().filter(|row| row.0 == facts).map(|row| row.1.clone()).collect()
    }

    fn summary_of(source: &str, column: &str) -> Value {
        let index =
            super::super::tables::FACTS[MANIFEST].columns.iter().position(|c| c.name == column);
        of(&rows(source.as_bytes()), MANIFEST)[0][index.expect("a column")].clone()
    }

    #[test]
    fn a_manifest_that_cannot_be_read_is_a_row_without_values() {
        let rows = rows(b"{\n 'name': _('x')}");
        assert!(of(&rows, MANIFEST)[0].iter().all(|value| *value == Value::Null));
        assert_eq!(rows.facts.len(), 1);
        let problem =
            (Some(2), "manifest-unreadable", "not-literal: a call of `_` at 2:10".to_owned());
        assert_eq!(rows.problems, [problem]);
        let open: Vec<&str> = rows.unsure.iter().map(|row| row.0).collect();
        assert_eq!(open, OPEN_TABLES);
        assert!(rows.unsure.iter().all(|row| row.1.is_none()));
    }

    #[test]
    fn every_row_has_the_columns_its_facts_declare() {
        let whole = rows(b"{'depends': ['a'], 'data': ['b.xml']}");
        for (facts, cells) in whole.facts.iter().chain(&rows(b"nothing").facts) {
            assert_eq!(cells.len(), super::super::tables::FACTS[*facts].columns.len());
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_a_problem_at_their_line() {
        let rows = rows(b"# -*- coding: latin-1 -*-\n{'author': '\xe9'}");
        assert_eq!(rows.problems[0].0, Some(2));
        assert_eq!(rows.problems[0].1, "manifest-unreadable");
    }

    #[test]
    fn an_expression_that_is_no_dict_is_unreadable() {
        assert!(rows(b"[]").problems[0].2.starts_with("wrong-type"));
        assert!(rows(b"{},").problems[0].2.starts_with("wrong-type"));
    }

    #[test]
    fn what_is_not_said_is_empty_and_not_undecided() {
        for column in ["version", "series", "license", "spdx", "author", "website", "category"] {
            assert_eq!(summary_of("{}", column), Value::from(""), "{column}");
        }
        assert_eq!(summary_of("{'license': None}", "license"), Value::from(""));
    }

    #[test]
    fn switches_have_odoos_defaults() {
        assert_eq!(summary_of("{}", "installable"), Value::Int(1));
        assert_eq!(summary_of("{'installable': 0}", "installable"), Value::Int(0));
        assert_eq!(summary_of("{}", "auto_install"), Value::Int(0));
        assert_eq!(summary_of("{'auto_install': []}", "auto_install"), Value::Int(1));
        assert_eq!(summary_of("{}", "application"), Value::Int(0));
    }

    #[test]
    fn only_a_version_of_five_numbers_has_a_series() {
        assert_eq!(series("18.0.1.2.3"), "18.0");
        for other in
            ["1.0", "18.0", "18.0.1.2", "18.0.1.2.x", "18.0.1.2.3.4", "saas~18.1.1.0.0", ""]
        {
            assert_eq!(series(other), "", "{other}");
        }
    }

    #[test]
    fn a_licence_that_names_none_is_undecided() {
        assert_eq!(spdx("LGPL-3"), Some("LGPL-3.0-only"));
        assert_eq!(spdx("Other OSI approved licence"), None);
        assert_eq!(spdx("LGPL"), Some(""));
    }

    #[test]
    fn of_a_repeated_key_each_is_a_key_and_the_last_is_in_effect() {
        let rows = rows(b"{'depends': ['a'],\n 'depends': ['b',\n 'c']}");
        assert_eq!(of(&rows, KEYS).len(), 2);
        let depends = of(&rows, DEPENDS);
        assert_eq!(depends, [[Value::Int(2), "b".into()], [Value::Int(3), "c".into()]]);
    }

    #[test]
    fn a_list_with_something_else_is_read_as_far_as_it_goes() {
        let rows = rows(b"{'data': ['a.xml', 1], 'depends': 'base'}");
        assert_eq!(of(&rows, DATA).len(), 1);
        assert_eq!(of(&rows, DEPENDS).len(), 0);
        let open: Vec<&str> = rows.unsure.iter().map(|row| row.0).collect();
        assert_eq!(open, ["odoo_depends", "odoo_data"]);
        assert_eq!(rows.problems.len(), 2);
    }
}
