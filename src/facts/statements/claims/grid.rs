//! Tables as rows of cells.

use crate::facts::statements::plain::Plain;

/// The most cells of a row that are read.
const MAX_COLUMNS: usize = 64;
/// The longest first cell of a total row, in bytes.
const MAX_TOTAL: usize = 80;
/// The most characters of a row's label.
const MAX_LABEL: usize = 300;
/// What a total row begins with.
const TOTALS: [&str; 5] = ["total", "totals", "grand total", "subtotal", "overall"];

/// A table.
#[derive(Debug, Default)]
pub struct Grid<'a> {
    /// The cells of the header row.
    pub headers: Vec<&'a str>,
    /// The other rows that are not empty.
    pub rows: Vec<Row<'a>>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its line.
    pub line: u32,
    /// Its cells, trimmed.
    pub cells: Vec<&'a str>,
    /// Whether it sums up the others.
    pub is_total: bool,
}

impl<'a> Grid<'a> {
    /// Reads adjacent lines that begin with a bar; the second must be the rule under the header.
    pub fn read(block: &[(u32, &'a str)]) -> Option<Grid<'a>> {
        let [(_, header), (_, rule), rows @ ..] = block else { return None };
        let is_rule = rule.contains('-') && rule.bytes().all(|byte| b"|-: ".contains(&byte));
        is_rule.then(|| Grid {
            headers: cells(header),
            rows: rows.iter().filter_map(|(line, row)| Row::read(*line, row)).collect(),
        })
    }

    /// The rows that are no totals.
    pub fn entries(&self) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(|row| !row.is_total)
    }

    /// Whether a row stands for several: `9-10`.
    pub fn has_ranges(&self) -> bool {
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        self.entries().filter_map(|row| row.cells.first()).any(|first| {
            let ends = first.split_once(['-', '–']);
            ends.is_some_and(|(from, to)| is_number(from.trim()) && is_number(to.trim()))
        })
    }
}

impl<'a> Row<'a> {
    fn read(line: u32, row: &'a str) -> Option<Row<'a>> {
        let cells = cells(row);
        let first = cells.iter().find(|cell| !cell.is_empty())?;
        let is_total = first.len() <= MAX_TOTAL && is_total(first);
        Some(Row { line, cells, is_total })
    }

    /// What it is about: the id it begins with, if it does, and its name.
    pub fn label(&self) -> (Option<String>, String) {
        let short = |cell: &&str| Plain::new(cell).text.trim().chars().take(MAX_LABEL).collect();
        // A cell left empty stands for the one above it.
        let mut words = self.cells.iter().skip_while(|cell| cell.is_empty()).map(short);
        let first: String = words.next().unwrap_or_default();
        if is_id(&first) {
            let name = words.next().unwrap_or_default();
            let label = format!("{first} {name}");
            return (Some(first), label.trim().to_owned());
        }
        let id =
            first.split([' ', ':']).next().filter(|word| is_id(word) && word.contains(['.', '-']));
        (id.map(str::to_owned), first)
    }

    /// All of it as one line.
    pub fn text(&self) -> String {
        Plain::new(&self.cells.join(" | ")).text
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

/// Whether the first words of a row say that it sums up the others.
fn is_total(first: &str) -> bool {
    let words = first.trim_matches(['*', '_', ' ', ':']).to_lowercase();
    let is_alone = |rest: &str| rest.is_empty() || rest.starts_with([' ', ',', '(', '*', ':']);
    words == "sum" || TOTALS.iter().any(|total| words.strip_prefix(total).is_some_and(is_alone))
}

/// Ids of rows: `3.1`, `12`, `FR-001`, `G1`.
fn is_id(word: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b".-".contains(&byte);
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    word.len() <= 16
        && letters <= 6
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(is_part)
        && word.ends_with(|letter: char| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_code_and_behind_a_backslash_part_nothing() {
        assert_eq!(cells("| a | `b|c` | d \\| e |"), ["a", "`b|c`", "d \\| e"]);
        assert_eq!(cells("|"), [""]);
    }

    #[test]
    fn rows_are_labelled_by_id_and_name() {
        let label = |row| Row::read(1, row).unwrap().label();
        assert_eq!(label("| 3.1 | **Access** | x |"), (Some("3.1".into()), "3.1 Access".into()));
        assert_eq!(label("| FR-2: sign in | x |"), (Some("FR-2".into()), "FR-2: sign in".into()));
        assert_eq!(label("| Access | 3.1 |"), (None, "Access".into()));
        assert_eq!(label("| | Data lineage | x |"), (None, "Data lineage".into()));
    }

    #[test]
    fn total_rows_are_known() {
        for first in ["**Total**", "Total:", "Grand total", "Total (unique)", "sum", "Overall"] {
            assert!(is_total(first), "{first}");
        }
        for first in ["Totalled", "Summary", "Subject", "2"] {
            assert!(!is_total(first), "{first}");
        }
    }
}
