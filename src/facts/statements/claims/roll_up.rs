//! Tables that sum up the rows of other tables by one of their columns: a layer and how many features it has.

use std::collections::BTreeMap;

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::grid::Row;
use super::number::numbers as percents;
use super::status::is_status_header;
use super::status::status;
use crate::facts::statements::plain::Plain;

/// The most rows of a table that sums up others, and the most values of the column it sums up.
const MAX_LABELS: usize = 64;

/// How many rows have a value, and how many of them are said to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tallied {
    rows: u64,
    done: u64,
}

/// How often each value of a column occurs in the tables of a document, by what the column is called.
type Tally = BTreeMap<String, BTreeMap<String, Tallied>>;

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
    let Some(tallied) = tally.get(&key(grid)).and_then(|values| measured(grid, values)) else {
        return Vec::new();
    };
    let counted: Vec<u64> = tallied.iter().map(|tallied| tallied.rows).collect();
    let mut found = Vec::new();
    for column in 1..grid.headers.len() {
        let is_same = |numbers: &Vec<u64>| total(numbers) == total(&counted);
        let numbers = numbers(grid, column).filter(is_same).unwrap_or_default();
        let rows = grid.entries().zip(numbers).zip(&counted);
        found.extend(rows.map(|((row, number), counted)| Claim {
            count: Some(number),
            measured: Some(*counted),
            ..claim(row, grid.headers[column], section)
        }));
    }
    // Only a table that counts the same rows gives shares of them.
    let is_rated = !found.is_empty() && tallied.iter().any(|tallied| tallied.done > 0);
    for column in (1..grid.headers.len()).filter(|_| is_rated) {
        let rows = grid.entries().zip(&tallied).filter(|(_, tallied)| tallied.rows > 0);
        found.extend(rows.filter_map(|(row, tallied)| share(row, column, *tallied, grid, section)));
    }
    found
}

/// What a cell says in percent of the rows with its label, and the percentage of them that is done.
fn share(
    row: &Row<'_>,
    column: usize,
    tallied: Tallied,
    grid: &Grid<'_>,
    section: &str,
) -> Option<Claim> {
    let [percent] = <[_; 1]>::try_from(percents(&Plain::new(row.cells.get(column)?))).ok()?;
    let unit = Some(format!("{} of {} rows", tallied.done, tallied.rows));
    Some(Claim {
        is_approximate: percent.is_approximate,
        percent: percent.is_percent.then_some(percent.text),
        measured: Some((100 * tallied.done + tallied.rows / 2) / tallied.rows),
        unit,
        ..claim(row, grid.headers[column], section)
    })
    .filter(|claim| claim.percent.is_some())
}

/// What a table that sums up others calls what it sums up by.
fn key(grid: &Grid<'_>) -> String {
    grid.headers.first().map(|header| stem(header)).unwrap_or_default()
}

fn claim(row: &Row<'_>, header: &str, section: &str) -> Claim {
    Claim {
        line: row.line,
        form: "F5",
        subject: row.label().1,
        unit: Some(Plain::new(header).text.trim().to_lowercase()),
        context: context(header, section),
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
fn measured(grid: &Grid<'_>, values: &BTreeMap<String, Tallied>) -> Option<Vec<Tallied>> {
    if values.is_empty() || values.len() > MAX_LABELS {
        return None;
    }
    let labels: Vec<String> = grid
        .entries()
        .map(|row| row.cells.first().map(|cell| stem(cell)))
        .collect::<Option<_>>()?;
    let mut measured = vec![Tallied::default(); labels.len()];
    for (value, number) in values {
        let mut alike = (0..labels.len()).filter(|at| is_alike(&labels[*at], value));
        let (Some(at), None) = (alike.next(), alike.next()) else { return None };
        measured[at].rows += number.rows;
        measured[at].done += number.done;
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
            let rated = (0..grid.headers.len())
                .find(|at| *at != column && is_status_header(grid.headers[*at]));
            for row in grid.entries() {
                let Some(value) = row.cells.get(column) else { continue };
                let tallied = values.entry(stem(value)).or_default();
                tallied.rows += 1;
                let said = rated.and_then(|at| row.cells.get(at)).and_then(|cell| status(cell));
                tallied.done += u64::from(said == Some("done"));
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
