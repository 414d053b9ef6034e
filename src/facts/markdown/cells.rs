//! The cells of a document's tables.

use pulldown_cmark::Event;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

use crate::base::Lines;
use crate::facts::Input;
use crate::facts::Rows;

use super::document::MAX_ROWS;
use super::document::TOO_MANY_ROWS;
use super::document::events;
use super::document::readable;
use super::document::unreadable;

/// The most characters of a column's header that each of its cells repeats.
const MAX_HEADER: usize = 200;
/// The table that a document which cannot be read leaves open.
const OPEN: [&str; 1] = ["md_cells"];

/// Where in which table the reading is.
#[derive(Default)]
struct Place {
    table: usize,
    row: usize,
    column: usize,
    headers: Vec<String>,
}

/// Reads the cells of one document.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let Some(text) = readable(input, rows, &OPEN) else { return };
    if !text.split(['\n', '\r']).any(may_delimit) {
        return;
    }
    let lines = Lines::new(text);
    let mut place = Place::default();
    let mut cell: Option<(u32, String)> = None;
    for (event, range) in events(text) {
        match event {
            Event::Start(Tag::Table(_)) => {
                place = Place { table: place.table + 1, ..Place::default() }
            }
            Event::Start(Tag::TableCell) => {
                place.column += 1;
                cell = Some((lines.line(range.start), String::new()));
            }
            Event::Text(text) | Event::Code(text) => write(&mut cell, &text),
            Event::SoftBreak | Event::HardBreak => write(&mut cell, " "),
            Event::InlineHtml(html) if html.starts_with("<br") => write(&mut cell, " "),
            Event::End(TagEnd::TableCell) => close(&mut place, cell.take(), rows),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                place.row += 1;
                place.column = 0;
            }
            _ => {}
        }
        if rows.facts.len() > MAX_ROWS {
            return unreadable(rows, &OPEN, "document-too-large", TOO_MANY_ROWS);
        }
    }
}

/// Whether a line may be the one under the header of a table, be it in a list or a quotation.
fn may_delimit(line: &str) -> bool {
    line.bytes().all(|byte| byte.is_ascii_digit() || b"|-: \t\x0b\x0c>*+.)".contains(&byte))
        && line.contains('-')
        && line.contains(['|', ':'])
}

fn write(cell: &mut Option<(u32, String)>, words: &str) {
    if let Some((_, text)) = cell {
        text.push_str(words);
    }
}

fn close(place: &mut Place, cell: Option<(u32, String)>, rows: &mut Rows) {
    let Some((line, text)) = cell else { return };
    let text = text.trim();
    if place.row == 0 {
        place.headers.push(text.chars().take(MAX_HEADER).collect());
    }
    let header = place.headers.get(place.column - 1).map(String::as_str);
    let numbers = [line.into(), place.table.into(), place.row.into(), place.column.into()];
    let [line, table_no, row_no, column_no] = numbers;
    rows.add(0, [line, table_no, row_no, column_no, header.into(), text.into()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    #[test]
    fn cells_know_their_place_and_header() {
        let mut rows = Rows::default();
        let source = "| a | b |\n|---|---|\n| 1 | `x` **y** |\n\n|c|\n|-|\n|d<br>e|\n";
        extract(&Input::new(source.as_bytes()), &mut rows);
        let word = |cell: &Value| {
            cell.as_int().map_or_else(|| cell.as_text().unwrap().to_owned(), |n| n.to_string())
        };
        let cells: Vec<String> = rows
            .facts
            .iter()
            .map(|(_, cells)| cells.iter().map(word).collect::<Vec<_>>().join("|"))
            .collect();
        assert_eq!(
            cells,
            [
                "1|1|0|1|a|a",
                "1|1|0|2|b|b",
                "3|1|1|1|a|1",
                "3|1|1|2|b|x y",
                "5|2|0|1|c|c",
                "7|2|1|1|c|d e"
            ]
        );
    }

    #[test]
    fn tables_in_lists_quotations_and_odd_lines_are_seen_before_they_are_parsed() {
        for (source, count) in [
            ("> | a |\n> |---|\n", 1),
            ("1. x\n\n   a | b\n   :-- | --:\n", 2),
            ("a|b\r-|-\r1|2\r", 4),
            ("a | b\nno table\n", 0),
        ] {
            let mut rows = Rows::default();
            extract(&Input::new(source.as_bytes()), &mut rows);
            assert_eq!(rows.facts.len(), count, "{source:?}");
        }
    }
}
