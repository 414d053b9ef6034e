//! F3: rows that a table gives a status.

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::grid::Row;
use super::listed::MARKS;
use super::number::numbers;
use super::status::is_status_header;
use super::status::status;
use crate::facts::statements::plain::Plain;

/// The most columns of statuses of one table that are read.
const MAX_COLUMNS: usize = 8;

/// The status of each row that has a name, in each column of statuses.
pub fn rated(grid: &Grid<'_>, section: &str) -> Vec<Claim> {
    let is_status =
        |column: &usize| is_status_header(grid.headers[*column]) || is_marked(grid, *column);
    let columns: Vec<usize> = (0..grid.headers.len()).filter(is_status).take(MAX_COLUMNS).collect();
    if columns.is_empty() || columns[0] == 0 {
        return Vec::new(); // the second: a legend of statuses
    }
    grid.entries().flat_map(|row| row_claims(grid, row, &columns, section)).collect()
}

/// Whether all cells of a column that say something begin with a mark, and more than one does.
fn is_marked(grid: &Grid<'_>, column: usize) -> bool {
    let cells = || grid.entries().filter_map(|row| row.cells.get(column)).filter(|cell| says(cell));
    cells().nth(1).is_some() && cells().all(|cell| cell.trim_start_matches('*').starts_with(MARKS))
}

/// Whether a cell is neither empty nor a dash.
fn says(cell: &str) -> bool {
    !matches!(cell, "" | "-" | "–" | "—")
}

fn row_claims(grid: &Grid<'_>, row: &Row<'_>, columns: &[usize], section: &str) -> Vec<Claim> {
    let (reference, subject) = row.label();
    let named = row.cells.iter().position(|cell| !cell.is_empty());
    if subject.is_empty() || named >= columns.first().copied() {
        return Vec::new();
    }
    let claim = |column: &usize| {
        let said = said(row.cells.get(*column)?)?;
        Some(Claim {
            line: row.line,
            form: "F3",
            subject: subject.clone(),
            reference: reference.clone(),
            context: context(grid.headers[*column], section),
            section: section.to_owned(),
            ..said
        })
    };
    columns.iter().filter_map(claim).collect()
}

/// What a cell says by its mark, its word or its one percentage.
fn said(cell: &str) -> Option<Claim> {
    let plain = Plain::new(cell);
    let status = status(&plain.text);
    let mut percents = numbers(&plain).into_iter().filter(|number| number.is_percent);
    let percent = percents.next().filter(|_| percents.next().is_none());
    let says = status.is_some() || percent.is_some();
    says.then(|| Claim {
        is_approximate: percent.as_ref().is_some_and(|percent| percent.is_approximate),
        percent: percent.map(|percent| percent.text),
        status,
        text: plain.text.trim().to_owned(),
        ..Claim::default()
    })
}
