//! From the bytes of one XML file to its rows.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::tables::{FILE, RECORD, TWICE};
use crate::base::{Lines, Value};
use crate::facts::{Input, Rows};

/// The longest file that is read, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Elements, texts and attributes of one file.
const MAX_NODES: u32 = 400_000;
/// Records and fields kept of one file.
const MAX_ROWS: usize = 50_000;
/// Tables that a file which is not read leaves open.
const OPEN: [&str; 2] = ["odoo_records", "odoo_fields_twice"];

/// Reads one file.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if input.bytes.len() > MAX_BYTES {
        return unread(format!("more than {MAX_BYTES} bytes of XML are not read"), rows);
    }
    let text = input.text();
    let (header, header_line) = header(text);
    let options =
        ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(roxmltree::Error::NodesLimitReached) => {
            return unread(format!("more than {MAX_NODES} nodes of XML are not read"), rows);
        }
        Err(error) => {
            let nothing = || Value::Null;
            let cells = [nothing(), nothing(), header.into(), error.to_string().into()];
            let [line, root, header, error] = cells;
            return rows.add(FILE, [line, root, header, error, nothing(), nothing(), "".into()]);
        }
    };
    let lines = Lines::new(text);
    let at = |node: Node<'_, '_>| line(node, &lines);
    let root = document.root_element();
    let is_data = matches!(root.tag_name().name(), "odoo" | "openerp");
    let data_line = (is_data && root.children().filter(Node::is_element).count() < 2)
        .then(|| root.children().find(|child| child.has_tag_name("data")).map(at))
        .flatten();
    let cells = [
        header_line.into(),
        root.tag_name().name().into(),
        header.into(),
        Value::Null,
        at(root).into(),
        data_line.into(),
        disabled(&document).into(),
    ];
    rows.add(FILE, cells);
    if is_data {
        records(root, &lines, rows);
    }
}

fn unread(reason: String, rows: &mut Rows) {
    for table in OPEN {
        rows.unsure(table, None, None, reason.clone());
    }
    rows.unsure("odoo_xml", None, None, reason.clone());
    rows.problem(None, "limit", reason);
}

/// The XML declaration and its line. It is the first tag of the file, as lines go.
fn header(text: &str) -> (&str, Option<u32>) {
    let mut lines = (1..).zip(text.lines());
    let first = lines.find(|(_, line)| line.trim().starts_with('<'));
    let Some((number, line)) = first else { return ("", None) };
    let line = line.trim();
    match line.strip_prefix("<?xml ").and_then(|rest| rest.find("?>")) {
        Some(end) => (&line[..end + "<?xml ".len() + 2], Some(number)),
        None => ("", Some(number)),
    }
}

/// The checks that comments silence, between commas.
fn disabled(document: &Document<'_>) -> String {
    let mut checks = String::new();
    for comment in document.descendants().filter(Node::is_comment) {
        let said: String =
            comment.text().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        let named =
            ["oca-hooks:disable=", "pylint:disable="].iter().find_map(|mark| said.split_once(mark));
        if let Some((_, names)) = named {
            let end = names.find(|c: char| !c.is_ascii_alphanumeric() && !"-_,".contains(c));
            checks.push(',');
            checks.push_str(&names[..end.unwrap_or(names.len())]);
        }
    }
    if checks.is_empty() { checks } else { checks + "," }
}

/// The line an element's start tag ends on: what libxml2, and so Odoo and its checkers, call its line.
fn line(element: Node<'_, '_>, lines: &Lines) -> u32 {
    let range = element.range();
    let mut quote = None;
    let tag = element.document().input_text()[range.clone()].bytes();
    let end = tag.take_while(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
        quote.is_some() || *byte != b'>'
    });
    lines.line(range.start + end.count())
}

fn records(root: Node<'_, '_>, lines: &Lines, rows: &mut Rows) {
    let is_record = |node: &Node<'_, '_>| {
        node.is_element() && matches!(node.tag_name().name(), "record" | "menuitem" | "template")
    };
    for record in root.descendants().filter(is_record) {
        if rows.facts.len() >= MAX_ROWS {
            let reason = format!("only the first {MAX_ROWS} records are kept");
            OPEN.iter().for_each(|table| rows.unsure(table, None, None, reason.clone()));
            return rows.problem(None, "limit", reason);
        }
        let at = line(record, lines);
        let said = |name: &str| record.attribute(name).unwrap_or_default();
        let around = record.parent().and_then(|parent| parent.attribute("noupdate"));
        let fields = || record.children().filter(|child| child.has_tag_name("field"));
        let is_user = said("model") == "res.users"
            && fields().any(|field| field.attribute("name") == Some("name"))
            && !said("context").contains("no_reset_password");
        rows.add(
            RECORD,
            [
                at.into(),
                record.tag_name().name().into(),
                said("id").into(),
                around.unwrap_or("0").into(),
                said("model").into(),
                said("inherit_id").into(),
                is_user.into(),
            ],
        );
        let mut named: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
        for field in fields() {
            let Some(name) = field.attribute("name") else { continue };
            let first = line(field, lines);
            named.entry(name).or_insert((first, 0)).1 += 1;
        }
        for (name, (first, _)) in named.into_iter().filter(|(_, (_, count))| *count > 1) {
            rows.add(TWICE, [first.into(), name.into(), at.into()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Rows {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        rows
    }

    fn of(rows: &Rows, facts: usize) -> Vec<Vec<String>> {
        let cell = |cell: &Value| match cell {
            Value::Int(number) => number.to_string(),
            cell => cell.as_text().unwrap_or("-").to_owned(),
        };
        let rows = rows.facts.iter().filter(|row| row.0 == facts);
        rows.map(|row| row.1.iter().map(cell).collect()).collect()
    }

    #[test]
    fn records_have_their_line_and_what_stands_around_them() {
        let rows = read(
            "<?xml version=\"1.0\"?>\n<odoo>\n<data noupdate=\"1\">\n<record id=\"a\" model=\"m\">\n<field name=\"x\"/>\n<field name=\"x\"/></record>\n</data>\n</odoo>",
        );
        assert_eq!(of(&rows, FILE)[0], ["1", "odoo", "<?xml version=\"1.0\"?>", "-", "2", "3", ""]);
        assert_eq!(of(&rows, RECORD)[0], ["4", "record", "a", "1", "m", "", "0"]);
        assert_eq!(of(&rows, TWICE)[0], ["5", "x", "4"]);
    }

    #[test]
    fn an_element_is_where_its_start_tag_ends() {
        let rows = read("<odoo>\n<record id=\"a>\"\n  model='m'\n/>\n<menuitem\n id='b'/></odoo>");
        assert_eq!(of(&rows, RECORD)[0][..3], ["4", "record", "a>"]);
        assert_eq!(of(&rows, RECORD)[1][..3], ["6", "menuitem", "b"]);
    }

    #[test]
    fn what_is_no_xml_says_why() {
        let rows = read("<odoo><record></odoo>");
        assert!(of(&rows, FILE)[0][3].contains("expected"), "{:?}", of(&rows, FILE));
    }

    #[test]
    fn a_bomb_of_entities_does_not_go_off() {
        let mut bomb = String::from("<!DOCTYPE odoo [<!ENTITY a0 \"x\">");
        for level in 1..40 {
            let inner = format!("&a{};", level - 1).repeat(10);
            bomb += &format!("<!ENTITY a{level} \"{inner}\">");
        }
        let rows = read(&(bomb + "]><odoo>&a39;</odoo>"));
        assert_eq!(rows.facts.len(), 1);
        let deep = "<a>".repeat(100_000);
        assert!(!read(&deep).facts.is_empty());
    }
}
