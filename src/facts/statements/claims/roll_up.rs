//! Tables that sum up the rows of other tables by one of their columns: a layer and how many features it has.

use std::collections::BTreeMap;

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::grid::Row;
use crate::facts::statements::plain::Plain;

/// The most rows of a table that sums up others, and the most values of the column it sums up.
const MAX_LABELS: usize = 64;

/// How often each value of a column occurs in the tables of a document, by what the column is called.
type Tally = BTreeMap<String, BTreeMap<String, u64>>;

/// Each row of each table of a document that sums up others, with the rows it has there. `grids` come with the titles of
/// their sections.
pub fn roll_ups(grids: &[(Grid<'_>, String)]) -> Vec<Claim> {
    let has_numbers =
        |grid: &Grid<'_>| (1..grid.headers.len()).any(|at| numbers(grid, at).is_some());
    let candidates: Vec<&(Grid<'_>, String)> =
        grids.iter().filter(|(grid, _)| has_numbers(grid)).collect();
    let keys = candidates.iter().map(|(grid, _)| (key(grid), BTreeMap::new())).collect();
    let tally = tally(grids, keys);
    candidates.into_iter().flat_map(|(grid, section)| of_grid(grid, section, &tally)).collect()
}

fn of_grid(grid: &Grid<'_>, section: &str, tally: &Tally) -> Vec<Claim> {
    let Some(counted) = tally.get(&key(grid)).and_then(|values| measured(grid, values)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for column in 1..grid.headers.len() {
        let is_same = |numbers: &Vec<u64>| total(numbers) == total(&counted);
        let numbers = numbers(grid, column).filter(is_same).unwrap_or_default();
        let rows = grid.entries().zip(numbers).zip(&counted);
        found.extend(rows.map(|((row, number), counted)| {
            claim(row, number, *counted, grid.headers[column], section)
        }));
    }
    found
}

/// What a table that sums up others calls what it sums up by.
fn key(grid: &Grid<'_>) -> String {
    grid.headers.first().map(|header| stem(header)).unwrap_or_default()
}

fn claim(row: &Row<'_>, number: u64, measured: u64, header: &str, section: &str) -> Claim {
    Claim {
        line: row.line,
        form: "F5",
        subject: row.label().1,
        count: Some(number),
        unit: Some(Plain::new(header).text.trim().to_lowercase()),
        context: context(header, section),
        measured: Some(measured),
        text: row.text(),
        section: section.to_owned(),
        ..Claim::default()
    }
}

/// The entries of a column, if there are a few and each is a whole number.
fn numbers(grid: &Grid<'_>, column: usize) -> Option<Vec<u64>> {
    let number = |row: &Row<'_>| row.cells.get(column)?.trim_matches(['*', ' ']).parse().ok();
    let numbers: Option<Vec<u64>> = grid.entries().map(number).collect();
    numbers.filter(|numbers| (2..=MAX_LABELS).contains(&numbers.len()))
}

fn total(numbers: &[u64]) -> u64 {
    numbers.iter().copied().fold(0, u64::saturating_add)
}

/// For each entry of a table, how many rows bear its label; none if a value belongs to no label, or to several.
fn measured(grid: &Grid<'_>, values: &BTreeMap<String, u64>) -> Option<Vec<u64>> {
    if values.is_empty() || values.len() > MAX_LABELS {
        return None;
    }
    let labels: Vec<String> = grid
        .entries()
        .map(|row| row.cells.first().map(|cell| stem(cell)))
        .collect::<Option<_>>()?;
    let mut measured = vec![0; labels.len()];
    for (value, number) in values {
        let mut alike = (0..labels.len()).filter(|at| is_alike(&labels[*at], value));
        let (Some(at), None) = (alike.next(), alike.next()) else { return None };
        measured[at] += number;
    }
    Some(measured)
}

/// Counts the values of the columns called as one of the keys, but for the first two of each table.
fn tally(grids: &[(Grid<'_>, String)], mut keys: Tally) -> Tally {
    keys.remove("");
    if keys.is_empty() {
        return keys;
    }
    for (grid, _) in grids {
        for (column, header) in grid.headers.iter().enumerate().skip(2) {
            let Some(values) = keys.get_mut(&stem(header)) else { continue };
            for value in grid.entries().filter_map(|row| row.cells.get(column)) {
                *values.entry(stem(value)).or_insert(0) += 1;
            }
        }
    }
    keys
}

/// Lower case, without markup and a plural `s`.
fn stem(words: &str) -> String {
    let words = Plain::new(words).text.trim().to_lowercase();
    words.strip_suffix('s').unwrap_or(&words).to_owned()
}

/// Whether one of two values begins with the other: `infra` and `infrastructure`.
fn is_alike(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && (one.starts_with(other) || other.starts_with(one))
}
