//! Rows that give a total, a part of it and a percentage in columns of their own: `| Modules | 14 | 11 | 79% |`.

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::number::numbers;
use crate::facts::statements::plain::Plain;

/// What the column of the whole is called.
const WHOLE: [&str; 8] =
    ["total", "features", "items", "count", "requirements", "checks", "capabilities", "tests"];
/// What the column of the part is called.
const PART: [&str; 9] = [
    "covered",
    "done",
    "complete",
    "completed",
    "implemented",
    "passed",
    "passing",
    "verified",
    "met",
];
/// What the column of the percentage is called.
const SHARE: [&str; 7] = ["share", "coverage", "percent", "percentage", "%", "parity", "progress"];

/// F1 for each row of a table with exactly one column of each.
pub fn shares(grid: &Grid<'_>, section: &str) -> Vec<Claim> {
    let columns = (column(grid, &WHOLE), column(grid, &PART), column(grid, &SHARE));
    let (Some(whole), Some(part), Some(share)) = columns else { return Vec::new() };
    let claims = grid.rows.iter().filter_map(|row| {
        let cell = |column: usize| row.cells.get(column).copied().unwrap_or_default();
        let denominator: u64 = cell(whole).trim_matches(['*', ' ']).parse().ok()?;
        let numerator = cell(part).trim_matches(['*', ' ']).parse().ok()?;
        let [percent] = <[_; 1]>::try_from(numbers(&Plain::new(cell(share)))).ok()?;
        (percent.is_percent && denominator > 0 && numerator <= denominator).then(|| Claim {
            line: row.line,
            form: "F1",
            subject: row.label().1,
            reference: row.label().0,
            numerator: Some(numerator),
            denominator: Some(denominator),
            percent: Some(percent.text),
            is_approximate: percent.is_approximate,
            context: context(grid.headers[share], section),
            section: section.to_owned(),
            text: row.text(),
            ..Claim::default()
        })
    });
    claims.collect()
}

/// The one column whose header is one of the words.
fn column(grid: &Grid<'_>, words: &[&str]) -> Option<usize> {
    let is_called = |column: &usize| {
        let header = Plain::new(grid.headers[*column]).text.trim().to_lowercase();
        words.contains(&header.as_str())
    };
    let mut columns = (1..grid.headers.len()).filter(is_called);
    columns.next().filter(|_| columns.next().is_none())
}
