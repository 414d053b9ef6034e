//! The inventory of licences for a terminal, as JSON and as comma-separated values.

use std::fmt::Write as _;

use super::{Count, Inventory};
use crate::audit::Audit;
use crate::report::escape::{csv, terminal as safe};
use crate::report::terminal::{heading, table, wrap};

/// The columns of comma-separated values.
const COLUMNS: &str = "path,standing,licence,copyright,part,declared\r\n";

/// One line for each file.
pub fn licenses_csv(audit: &Audit) -> String {
    let mut out = COLUMNS.to_owned();
    for file in &audit.licenses.files {
        let part = audit.licenses.parts.get(file.part);
        let cells = [
            file.path.clone(),
            file.standing.clone(),
            file.text.as_ref().map_or_else(|| file.stated.join("; "), |id| format!("text of {id}")),
            file.copyrights.join("; "),
            part.map(|part| part.dir.clone()).unwrap_or_default(),
            part.and_then(|part| part.license()).unwrap_or_default().to_owned(),
        ];
        out += &(cells.map(|cell| csv(&safe(&cell))).join(",") + "\r\n");
    }
    out
}

/// The inventory as JSON.
pub fn licenses_json(audit: &Audit) -> String {
    let text = serde_json::to_string_pretty(&Inventory::of(audit));
    text.expect("texts and numbers") + "\n"
}

/// The inventory in a terminal.
pub fn licenses_terminal(audit: &Audit) -> String {
    let inventory = Inventory::of(audit);
    let mut out = heading(audit) + "\n\n";
    let columns = ["part", "declares", "files", "which state"].map(str::to_owned);
    let rows: Vec<Vec<String>> = inventory
        .parts
        .iter()
        .map(|part| {
            let dir = if part.dir.is_empty() { "(the root)" } else { &part.dir };
            let cells = [
                dir.to_owned(),
                part.declared.clone(),
                part.files.to_string(),
                counted(&part.stated),
            ];
            cells.map(|cell| safe(&cell)).to_vec()
        })
        .collect();
    if !rows.is_empty() {
        out += &(table(&columns, &rows) + "\n");
    }
    let texts: Vec<String> =
        inventory.texts.iter().map(|[path, license]| format!("{path} {license}")).collect();
    let (files, stated, held) = (inventory.files, inventory.stated, inventory.held);
    let mut lists = vec![
        ("files", format!("{files}; {stated} state a licence, {held} a copyright")),
        ("licences", counted(&inventory.licenses)),
        ("texts", texts.join(", ")),
    ];
    for part in &inventory.parts {
        lists.extend(part.odd.iter().map(|[path, license]| {
            ("odd", format!("{path}: {license}, where {} is declared", part.declared))
        }));
        if part.more > 0 {
            lists.push(("odd", format!("{} more in {}", part.more, part.dir)));
        }
    }
    for (name, words) in lists.iter().filter(|(_, words)| !words.is_empty()) {
        for line in wrap(&format!("{name:<10}"), &safe(words)) {
            // A string takes any text.
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

fn counted(counts: &[Count]) -> String {
    let counts: Vec<String> =
        counts.iter().map(|count| format!("{} {}", count.name, count.count)).collect();
    counts.join(", ")
}
