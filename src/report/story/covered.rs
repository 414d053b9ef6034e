//! The grid of row level security, as templates see it.

use serde::Serialize;

use crate::audit::{Coverage, Covered};

/// One schema.
#[derive(Debug, Serialize)]
pub(super) struct CoverageStory {
    catalog: String,
    schema: String,
    /// bronze, silver, gold or platinum, where its name says so.
    layer: Option<&'static str>,
    /// `20 of 31`, or `20 to 22 of 31`.
    covered: String,
    /// `64.5 %`, or `64.5 % to 71.0 %`.
    share: String,
    is_exposed: bool,
    /// Whether there may be tables nobody knows of.
    is_open: bool,
    unseen: Vec<String>,
    tables: Vec<TableStory>,
}

#[derive(Debug, Serialize)]
struct TableStory {
    name: String,
    path: String,
    line: Option<u32>,
    rls: &'static str,
    forced: &'static str,
    /// The roles by command: select, insert, update, delete.
    cells: Vec<String>,
    policies: usize,
    is_open: bool,
}

pub(super) fn coverage(coverage: &Coverage) -> CoverageStory {
    let (low, high, of) = coverage.interval();
    let percent = |part: usize| format!("{:.1} %", 100.0 * part as f64 / of.max(1) as f64);
    let (covered, share) = match low == high {
        true => (format!("{low} of {of}"), percent(low)),
        false => {
            (format!("{low} to {high} of {of}"), format!("{} to {}", percent(low), percent(high)))
        }
    };
    CoverageStory {
        catalog: coverage.catalog.clone(),
        schema: coverage.schema.clone(),
        layer: coverage.layer(),
        covered,
        share,
        is_exposed: coverage.tables.iter().any(|table| table.exposed),
        is_open: coverage.is_open,
        unseen: coverage.unseen.clone(),
        tables: coverage.tables.iter().map(table).collect(),
    }
}

fn table(table: &Covered) -> TableStory {
    let word = |flag: Option<bool>| match flag {
        Some(true) => "on",
        Some(false) => "off",
        None => "undecided",
    };
    let roles =
        table.roles.iter().map(|roles| roles.iter().cloned().collect::<Vec<_>>().join(", "));
    TableStory {
        name: table.name.clone(),
        path: table.place.0.clone(),
        line: table.place.1,
        rls: word(table.rls),
        forced: word(table.forced),
        cells: roles.collect(),
        policies: table.policies,
        is_open: table.is_open,
    }
}
