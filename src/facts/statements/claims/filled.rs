//! F6, F9 and F14: cells that are nothing but a percentage, a state or a fraction.

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::grid::Row;
use super::lifecycle::is_label;
use super::lifecycle::said;
use super::number::numbers;
use super::pair::is_fraction;
use super::percent::are_of_work;
use super::percent::compares;
use super::status::is_status_header;
use crate::facts::statements::plain::Plain;

/// The claims of such cells, in columns that give no status.
pub fn filled(grid: &Grid<'_>, section: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    for column in 1..grid.headers.len() {
        if is_status_header(grid.headers[column]) {
            continue;
        }
        let is_tally = is_tally(grid, column);
        for row in &grid.rows {
            let name = row.label().1;
            let header = grid.headers[column];
            let is_of_work = || compares(header) || are_of_work(&name) || are_of_work(header);
            let Some(said) = value(row, column).filter(|_| is_tally || is_of_work()) else {
                continue;
            };
            claims
                .push(Claim { subject: name, ..placed(said, row, grid.headers[column], section) });
        }
    }
    claims.extend(keyed(grid, section));
    claims
}

fn placed(claim: Claim, row: &Row<'_>, header: &str, section: &str) -> Claim {
    Claim {
        line: row.line,
        reference: row.label().0,
        context: if claim.context.is_empty() { context(header, section) } else { claim.context },
        section: section.to_owned(),
        text: row.text(),
        ..claim
    }
}

/// A cell that is one percentage or one fraction.
fn value(row: &Row<'_>, column: usize) -> Option<Claim> {
    let plain = Plain::new(row.cells.get(column)?);
    let text = plain.text.trim();
    let numbers = numbers(&plain);
    let length = numbers.last()?.range.end - numbers.first()?.range.start;
    if length != text.trim_start_matches(['~', '≈', '≥', '>', '=', ' ']).len() {
        return None;
    }
    match numbers.as_slice() {
        [percent] if percent.is_percent => Some(Claim {
            form: "F6",
            percent: Some(percent.text.clone()),
            is_approximate: percent.is_approximate,
            context: if text.starts_with(['≥', '>']) { "threshold" } else { "" },
            ..Claim::default()
        }),
        [x, y] if is_fraction(&plain.text, x, y) => Some(Claim {
            form: "F14",
            numerator: Some(x.value),
            denominator: Some(y.value),
            ..Claim::default()
        }),
        _ => None,
    }
}

/// Whether every cell of a column that says something is a fraction: days of a month are not.
fn is_tally(grid: &Grid<'_>, column: usize) -> bool {
    let says = |row: &&Row<'_>| {
        row.cells.get(column).is_some_and(|cell| cell.contains(char::is_alphanumeric))
    };
    let mut rows = grid.entries().filter(says).peekable();
    rows.peek().is_some()
        && rows.all(|row| value(row, column).is_some_and(|claim| claim.numerator.is_some()))
}

/// Rows of two cells that say a state: `| Status | Done |`.
fn keyed(grid: &Grid<'_>, section: &str) -> Vec<Claim> {
    if grid.headers.len() != 2 || is_status_header(grid.headers[1]) {
        return Vec::new();
    }
    let claim = |row: &Row<'_>| {
        let name = row.label().1;
        let status = said(&Plain::new(row.cells.get(1)?).text).filter(|_| is_label(&name))?;
        let claim = Claim { form: "F9", subject: name, status: Some(status), ..Claim::default() };
        Some(placed(claim, row, grid.headers[1], section))
    };
    grid.entries().filter_map(claim).collect()
}
