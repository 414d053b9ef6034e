//! The inventory for a terminal, and as comma-separated values.

use std::fmt::Write as _;

use super::{AddonStory, Count, Inventory, flag};
use crate::audit::Audit;
use crate::report::escape::{csv, terminal as safe};
use crate::report::terminal::{heading, table, wrap};

/// The columns of comma-separated values.
const COLUMNS: &str = "name,folder,edition,series,license,development_status,installable,bridge,depends,errors,warnings\r\n";

/// One line for each addon.
pub fn addons_csv(audit: &Audit) -> String {
    let mut out = COLUMNS.to_owned();
    for addon in &Inventory::of(audit).addons {
        let depends: Vec<String> = addon
            .depends
            .iter()
            .map(|needed| format!("{} ({})", needed.name, needed.edition))
            .collect();
        let cells = [
            addon.name.clone(),
            addon.dir.clone(),
            addon.edition.clone(),
            addon.series.clone(),
            addon.license.clone(),
            addon.development_status.clone(),
            addon.installable.to_owned(),
            flag(Some(addon.is_bridge)).to_owned(),
            depends.join("; "),
            addon.errors.to_string(),
            addon.warnings.to_string(),
        ];
        out += &(cells.map(|cell| csv(&safe(&cell))).join(",") + "\r\n");
    }
    out
}

/// The inventory in a terminal.
pub fn addons_terminal(audit: &Audit) -> String {
    let inventory = Inventory::of(audit);
    let mut out = heading(audit) + "\n\n";
    if inventory.is_empty() {
        return out + "no Odoo addon\n";
    }
    out += &table(
        &["addon", "edition", "series", "licence", "status", "needs", "errors", "warnings"]
            .map(str::to_owned),
        &inventory.addons.iter().map(row).collect::<Vec<_>>(),
    );
    out.push('\n');
    let lists = [
        (
            "addons",
            format!("{}, {} not installable", inventory.addons.len(), inventory.not_installable),
        ),
        ("series", counted(&inventory.series)),
        ("licences", counted(&inventory.licenses)),
        ("editions", counted(&inventory.editions)),
        ("needed", counted(&inventory.needs)),
        ("bridges", inventory.bridges.join(", ")),
        ("outside them", inventory.outside.join(", ")),
        (
            "submodules",
            inventory
                .submodules
                .iter()
                .map(|[dir, ..]| dir.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (
            "OCA's",
            inventory.oca.iter().map(|used| used.name.as_str()).collect::<Vec<_>>().join(", "),
        ),
        (
            "unresolved",
            inventory.unresolved.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
        ),
        ("gaps", inventory.gaps.join(", ")),
    ];
    for (name, words) in lists.iter().filter(|(_, words)| !words.is_empty()) {
        wrap(&format!("{name:<14}"), &safe(words)).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }
    for line in &inventory.on_enterprise {
        wrap("on Enterprise ", &safe(line)).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }
    out
}

fn row(addon: &AddonStory) -> Vec<String> {
    let name = if addon.dir.is_empty() { "(the root)" } else { &addon.dir };
    let installable = if addon.installable == "no" { " (not installable)" } else { "" };
    let cells = [
        format!("{name}{installable}"),
        addon.edition.clone(),
        addon.series.clone(),
        addon.license.clone(),
        addon.development_status.clone(),
        addon.needs.clone(),
        addon.errors.to_string(),
        addon.warnings.to_string(),
    ];
    cells.map(|cell| safe(&cell)).to_vec()
}

fn counted(counts: &[Count]) -> String {
    let counts: Vec<String> =
        counts.iter().map(|count| format!("{} {}", count.name, count.count)).collect();
    counts.join(", ")
}
