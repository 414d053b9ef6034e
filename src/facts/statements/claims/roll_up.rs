//! Tables that sum up the rows of other tables by one of their columns: a layer and how many features it has.

use std::collections::BTreeMap;

use super::claim::Claim;
use super::context::context;
use super::grid::Grid;
use super::number::numbers;
use crate::facts::statements::plain::Plain;

/// How often each value of a column occurs in the tables of a document, by the column's name.
pub type Tally = BTreeMap<String, BTreeMap<String, u64>>;

/// A table that may sum up others: what its first column is called, its labels and its numbers.
#[derive(Debug)]
pub struct Summary {
    key: String,
    rows: Vec<(Claim, String)>,
}

/// Counts the values of each column but the first two of a table of entries.
pub fn tally(grid: &Grid<'_>, tally: &mut Tally) {
    for (column, header) in grid.headers.iter().enumerate().skip(2) {
        let key = stem(header);
        if key.is_empty() {
            continue;
        }
        let values = tally.entry(key).or_default();
        for value in grid.entries().filter_map(|(_, row)| row.get(column)) {
            *values.entry(stem(value)).or_default() += 1;
        }
    }
}

/// The summaries a table may be: one for each of its columns of whole numbers.
pub fn summaries(grid: &Grid<'_>, section: &str) -> Vec<Summary> {
    let Some(first) = grid.headers.first() else { return Vec::new() };
    let columns = 1..grid.headers.len();
    columns.filter_map(|column| summary(grid, section, stem(first), column)).collect()
}

fn summary(grid: &Grid<'_>, section: &str, key: String, column: usize) -> Option<Summary> {
    let header = Plain::new(grid.headers[column]).text.trim().to_owned();
    let rows: Option<Vec<(Claim, String)>> = grid
        .entries()
        .map(|(line, row)| {
            let label = Plain::new(row.first()?).text.trim().to_owned();
            let cell = Plain::new(row.get(column)?);
            let [number] = <[_; 1]>::try_from(numbers(&cell)).ok()?;
            let is_all = cell.text.trim() == number.text && number.is_whole();
            let claim = Claim {
                line: *line,
                form: "F5",
                count: Some(number.value),
                unit: Some(header.to_lowercase()),
                context: context(&header, section),
                text: Plain::new(&row.join(" | ")).text,
                section: section.to_owned(),
                subject: label,
                ..Claim::default()
            };
            let stem = stem(&claim.subject);
            is_all.then_some((claim, stem))
        })
        .collect();
    rows.filter(|rows| rows.len() >= 2 && !key.is_empty()).map(|rows| Summary { key, rows })
}

impl Summary {
    /// Its rows as claims, if it sums up the tally: both have the same total, and every value belongs to one label.
    pub fn claims(self, tally: &Tally) -> Vec<Claim> {
        let Some(values) = tally.get(&self.key) else { return Vec::new() };
        let mut measured = vec![0_u64; self.rows.len()];
        for (value, number) in values {
            let mut labels = (0..self.rows.len()).filter(|at| alike(&self.rows[*at].1, value));
            let (Some(at), None) = (labels.next(), labels.next()) else { return Vec::new() };
            measured[at] += number;
        }
        let claimed: u64 =
            self.rows.iter().filter_map(|(claim, _)| claim.count).fold(0, u64::saturating_add);
        if claimed != measured.iter().sum::<u64>() {
            return Vec::new();
        }
        let with = |((claim, _), measured): ((Claim, String), u64)| Claim {
            measured: Some(measured),
            ..claim
        };
        self.rows.into_iter().zip(measured).map(with).collect()
    }
}

/// Lower case, without markup and a plural `s`.
fn stem(words: &str) -> String {
    let words = Plain::new(words).text.trim().to_lowercase();
    words.strip_suffix('s').unwrap_or(&words).to_owned()
}

/// Whether one of two values begins with the other: `infra` and `infrastructure`.
fn alike(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && (one.starts_with(other) || other.starts_with(one))
}
