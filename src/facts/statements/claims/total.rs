//! F4: total rows, and whether their columns add up.

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::grid::Row;
use super::number::numbers;
use crate::facts::statements::plain::Plain;

/// Each number of a table's total row, with the sum of its column where every entry of it is a plain number.
pub fn totals(grid: &Grid<'_>, section: &str) -> Vec<Claim> {
    let mut totals = grid.rows.iter().filter(|row| row.is_total);
    let (Some(total), None) = (totals.next(), totals.next()) else { return Vec::new() };
    let is_last = grid.rows.last().is_some_and(|last| last.is_total);
    let is_sum = is_last && says_sum(total);
    let claim = |(column, cell): (usize, &&str)| {
        let header = grid.headers.get(column)?;
        let (count, unit) = quantity(cell)?;
        Some(Claim {
            line: total.line,
            form: "F4",
            subject: Plain::new(header).text.trim().to_owned(),
            count: Some(count),
            unit: (!unit.is_empty()).then(|| unit.clone()),
            context: context(header, section),
            measured: sum(grid, column, &unit).filter(|_| is_sum),
            text: total.text(),
            section: section.to_owned(),
            ..Claim::default()
        })
    };
    total.cells.iter().enumerate().skip(1).filter_map(claim).collect()
}

/// Whether a total row means a sum: not an average (`Overall`), and without a remark (`Total (unique)`).
fn says_sum(total: &Row<'_>) -> bool {
    let name = total.cells.first().copied().unwrap_or_default().to_lowercase();
    !name.contains('(') && (name.contains("total") || name.contains("sum"))
}

/// The sum of a column over at least two entries; dashes and empty cells are nothing.
fn sum(grid: &Grid<'_>, column: usize, unit: &str) -> Option<u64> {
    let mut sum: u64 = 0;
    let mut entries = 0;
    for row in grid.entries() {
        let cell = row.cells.get(column)?.trim_matches(['*', ' ']);
        if matches!(cell, "" | "-" | "–" | "—") {
            continue;
        }
        let (value, own) = quantity(cell)?;
        if !own.is_empty() && own != unit {
            return None;
        }
        sum = sum.checked_add(value)?;
        entries += 1;
    }
    (entries >= 2).then_some(sum)
}

/// A whole number that is all of a cell, but for its unit.
fn quantity(cell: &str) -> Option<(u64, String)> {
    let plain = Plain::new(cell.trim_matches(['*', ' ']));
    let numbers = numbers(&plain);
    let [number] = numbers.as_slice() else { return None };
    let unit = plain.text[number.range.end..].trim().to_lowercase();
    let is_quantity = number.is_whole()
        && !number.is_approximate
        && number.range.start == 0
        && unit.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
    is_quantity.then_some((number.value, unit))
}
