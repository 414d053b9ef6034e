//! Tables as rows of cells, and what their total rows and status columns claim.

use super::claim::Claim;
use super::context::context;
use super::number::numbers;
use super::status::is_status_header;
use super::status::status;
use crate::facts::statements::plain::Plain;

/// The most cells of a row that are read.
const MAX_COLUMNS: usize = 64;

/// A table.
#[derive(Debug, Default)]
pub struct Grid<'a> {
    /// The cells of the header row.
    pub headers: Vec<&'a str>,
    /// The other rows, each with its line.
    pub rows: Vec<(u32, Vec<&'a str>)>,
}

impl<'a> Grid<'a> {
    /// Reads adjacent lines that begin with a bar; the second must be the rule under the header.
    pub fn read(block: &[(u32, &'a str)]) -> Option<Grid<'a>> {
        let [(_, header), (_, rule), rows @ ..] = block else { return None };
        let is_rule = rule.contains('-') && rule.bytes().all(|byte| b"|-: ".contains(&byte));
        is_rule.then(|| Grid {
            headers: cells(header),
            rows: rows.iter().map(|(line, row)| (*line, cells(row))).collect(),
        })
    }

    /// The rows that are neither empty nor totals.
    pub fn entries(&self) -> impl Iterator<Item = &(u32, Vec<&'a str>)> {
        self.rows
            .iter()
            .filter(|(_, row)| !is_total(row) && row.iter().any(|cell| !cell.is_empty()))
    }

    /// What a row is about: the id it begins with, if it does, and its name.
    pub fn label(row: &[&str]) -> (Option<String>, String) {
        let mut words = row.iter().map(|cell| Plain::new(cell).text.trim().to_owned());
        let first = words.next().unwrap_or_default();
        if is_id(&first) {
            let name = words.next().unwrap_or_default();
            let label = format!("{first} {name}");
            return (Some(first), label.trim().to_owned());
        }
        let id =
            first.split([' ', ':']).next().filter(|word| is_id(word) && word.contains(['.', '-']));
        (id.map(str::to_owned), first)
    }

    /// F4: each number of a total row, with the sum of its column where every entry of it is a plain number.
    pub fn totals(&self, section: &str) -> Vec<Claim> {
        let totals: Vec<&(u32, Vec<&str>)> =
            self.rows.iter().filter(|(_, row)| is_total(row)).collect();
        let [(line, row)] = totals.as_slice() else { return Vec::new() };
        let name = row.first().copied().unwrap_or_default().to_lowercase();
        let is_sum = self.rows.last().is_some_and(|(last, _)| last == line)
            && !name.contains('(')
            && (name.contains("total") || name.contains("sum"));
        let claim = |(column, cell): (usize, &&str)| {
            let (count, unit) = quantity(cell)?;
            Some(Claim {
                line: *line,
                form: "F4",
                subject: Plain::new(self.headers.get(column)?).text.trim().to_owned(),
                count: Some(count),
                unit: (!unit.is_empty()).then(|| unit.clone()),
                context: context(self.headers[column], section),
                measured: self.sum(column, &unit).filter(|_| is_sum),
                text: Plain::new(&row.join(" | ")).text,
                section: section.to_owned(),
                ..Claim::default()
            })
        };
        row.iter().enumerate().skip(1).filter_map(claim).collect()
    }

    /// The sum of a column over at least two entries; dashes and empty cells are nothing.
    fn sum(&self, column: usize, unit: &str) -> Option<u64> {
        let mut sum: u64 = 0;
        let mut number = 0;
        for (_, row) in self.entries() {
            let cell = row.get(column)?.trim_matches(['*', ' ']);
            if matches!(cell, "" | "-" | "–" | "—") {
                continue;
            }
            let (value, own) = quantity(cell)?;
            if !own.is_empty() && own != unit {
                return None;
            }
            sum = sum.checked_add(value)?;
            number += 1;
        }
        (number >= 2).then_some(sum)
    }

    /// F3: the status of each row that has a name, in each column of statuses.
    pub fn statuses(&self, section: &str) -> Vec<Claim> {
        let columns: Vec<usize> = (1..self.headers.len())
            .filter(|column| is_status_header(self.headers[*column]))
            .collect();
        if columns.is_empty() || is_status_header(self.headers[0]) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (line, row) in self.entries() {
            let (reference, subject) = Grid::label(row);
            for cell in
                columns.iter().filter_map(|column| row.get(*column).map(|cell| (*column, *cell)))
            {
                found.extend(self.said(*line, cell, &reference, &subject, section));
            }
        }
        found
    }

    fn said(
        &self,
        line: u32,
        (column, cell): (usize, &str),
        reference: &Option<String>,
        subject: &str,
        section: &str,
    ) -> Option<Claim> {
        let plain = Plain::new(cell);
        let status = status(&plain.text);
        let mut percents = numbers(&plain).into_iter().filter(|number| number.is_percent);
        let percent = percents.next().filter(|_| percents.next().is_none());
        if subject.is_empty() || (status.is_none() && percent.is_none()) {
            return None;
        }
        Some(Claim {
            line,
            form: "F3",
            subject: subject.to_owned(),
            reference: reference.clone(),
            is_approximate: percent.as_ref().is_some_and(|percent| percent.is_approximate),
            percent: percent.map(|percent| percent.text),
            status,
            context: context(self.headers[column], section),
            text: plain.text.trim().to_owned(),
            section: section.to_owned(),
            ..Claim::default()
        })
    }
}

/// The cells of a row, trimmed; a bar after a backslash or in a code span parts nothing.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').unwrap_or(row);
    let mut found = Vec::new();
    let (mut start, mut is_code, mut is_escaped) = (0, false, false);
    for (at, byte) in row.bytes().enumerate() {
        match byte {
            b'`' => is_code = !is_code,
            b'|' if !is_code && !is_escaped => {
                found.push(row[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        is_escaped = byte == b'\\';
        if found.len() == MAX_COLUMNS {
            return found;
        }
    }
    found.push(row[start..].trim());
    found
}

/// Whether a row sums up the others: its first words say so.
fn is_total(row: &[&str]) -> bool {
    let first = row.iter().find(|cell| !cell.is_empty()).copied().unwrap_or_default();
    let words = Plain::new(first).text.trim().trim_end_matches(':').to_lowercase();
    words == "sum"
        || ["total", "totals", "grand total", "subtotal", "overall"].iter().any(|total| {
            words
                .strip_prefix(total)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',', '(']))
        })
}

/// A whole number that is all of a cell, but for its unit.
fn quantity(cell: &str) -> Option<(u64, String)> {
    let plain = Plain::new(cell);
    let text = plain.text.trim();
    let trimmed = Plain::new(text);
    let numbers = numbers(&trimmed);
    let [number] = numbers.as_slice() else { return None };
    let unit = trimmed.text[number.range.end..].trim().to_lowercase();
    let is_quantity = number.is_whole()
        && !number.is_approximate
        && number.range.start == 0
        && unit.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
    is_quantity.then_some((number.value, unit))
}

/// Ids of rows: `3.1`, `12`, `FR-001`, `G1`.
fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    word.len() <= 16
        && digits > 0
        && letters <= 6
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b".-".contains(&byte))
        && word.ends_with(|letter: char| letter.is_ascii_alphanumeric())
}
