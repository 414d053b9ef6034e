//! Tables with a column for each status: how many rows of the document have it.

use std::collections::BTreeMap;

use super::claim::Claim;
use super::grid::Grid;
use super::grid::Row;
use super::status::is_status_header;
use crate::facts::statements::plain::Plain;

/// The fewest columns of statuses that make such a table.
const MIN_COLUMNS: usize = 2;

/// The total of each status column of a table that counts the rows of the others, with the rows there are. `grids` come with
/// the titles of their sections.
pub fn breakdowns(grids: &[(Grid<'_>, String)]) -> Vec<Claim> {
    let tally = tally(grids);
    let counted = grids.iter().filter(|_| tally.len() >= MIN_COLUMNS);
    counted.flat_map(|(grid, section)| of_grid(grid, section, &tally)).collect()
}

fn of_grid(grid: &Grid<'_>, section: &str, tally: &BTreeMap<String, u64>) -> Vec<Claim> {
    let columns: Vec<(usize, u64)> = grid
        .headers
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(at, header)| Some((at, *tally.get(&plain(header))?)))
        .collect();
    let mut totals = grid.rows.iter().filter(|row| row.is_total);
    let (Some(total), None) = (totals.next(), totals.next()) else { return Vec::new() };
    let said: Option<Vec<u64>> = columns.iter().map(|(at, _)| number(total, *at)).collect();
    let Some(said) = said.filter(|said| said.len() >= MIN_COLUMNS) else { return Vec::new() };
    // Only a table of the same whole counts the same rows.
    let is_whole = said.iter().sum::<u64>() == tally.values().sum::<u64>();
    let claims =
        columns.into_iter().zip(said).filter(|_| is_whole).map(|((at, rows), said)| Claim {
            line: total.line,
            form: "F5",
            subject: format!("{} rows", plain(grid.headers[at])),
            count: Some(said),
            context: "stated",
            measured: Some(rows),
            text: total.text(),
            section: section.to_owned(),
            ..Claim::default()
        });
    claims.collect()
}

/// How many rows of the document have each status, as written, in tables with one column of statuses.
fn tally(grids: &[(Grid<'_>, String)]) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for (grid, _) in grids {
        let mut columns = (1..grid.headers.len()).filter(|at| is_status_header(grid.headers[*at]));
        let (Some(column), None) = (columns.next(), columns.next()) else { continue };
        for row in grid.entries() {
            let status = row.cells.get(column).map(|cell| plain(cell)).unwrap_or_default();
            if status.contains(char::is_alphabetic) {
                *found.entry(status).or_insert(0) += 1;
            }
        }
    }
    found
}

fn number(row: &Row<'_>, at: usize) -> Option<u64> {
    row.cells.get(at)?.trim_matches(['*', ' ']).parse().ok()
}

/// Lower case, without markup and marks.
fn plain(words: &str) -> String {
    let words = Plain::new(words).text.to_lowercase();
    words.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned()
}
