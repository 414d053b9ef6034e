//! From the bytes of one file of a bundle to its rows.

use std::collections::BTreeMap;

use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::statements::lines::Line;
use crate::facts::statements::lines::lines;
use crate::facts::statements::plain::Plain;

use super::grid::Grid;
use super::item::Id;
use super::item::leading;
use super::item::mentions;
use super::placeholder::placeholder;
use super::tables::DOCUMENT;
use super::tables::ITEM;
use super::tables::MENTION;
use super::tables::OPEN;
use super::tables::PLACEHOLDER;

/// The longest file that is read, in bytes.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The longest line that is read, in bytes.
const MAX_LINE: usize = 8 * 1024;
/// The most rows of one file that are kept.
const MAX_ROWS: usize = 10_000;
/// The most characters of an item's words that are kept.
const MAX_TEXT: usize = 300;

/// Reads one file.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.prose();
    if text.len() > MAX_BYTES || text.contains('\0') {
        return cut(
            rows,
            "spec-unreadable",
            "it is binary, or has more bytes than are read of a specification",
        );
    }
    let is_word = |word: &&str| word.contains(char::is_alphanumeric);
    let words = text.split_whitespace().filter(is_word).count();
    rows.add(DOCUMENT, [1_u32.into(), words.into()]);
    let mut named = BTreeMap::new();
    let mut grid = Grid::default();
    let own = lines(text).filter(|(_, line)| !matches!(line, Line::Output(_)));
    for (number, line) in own {
        let words = line.words();
        if words.len() > MAX_LINE || rows.facts.len() + named.len() > MAX_ROWS {
            cut(
                rows,
                "spec-too-large",
                "it has more, or longer lines, than is kept of a specification",
            );
            break;
        }
        read(number, words, rows, &mut named);
        match line {
            Line::Row(row) => grid.row(number, row),
            _ => rows.facts.extend(std::mem::take(&mut grid).finish()),
        }
    }
    rows.facts.extend(grid.finish());
    for (id, line) in named {
        rows.add(MENTION, [line.into(), id.into()]);
    }
}

fn cut(rows: &mut Rows, code: &'static str, message: &str) {
    rows.problem(None, code, message);
    for table in OPEN {
        rows.unsure(table, None, None, message);
    }
}

/// One line: the item it begins, the ids it names, the placeholder it holds.
fn read(number: u32, words: &str, rows: &mut Rows, named: &mut BTreeMap<String, u32>) {
    let words = words.trim_start_matches('|').trim_start();
    let plain = Plain::new(unticked(words));
    if let Some((Id { id, kind }, length)) = leading(plain.text.trim_start_matches(['[', '(', ' ']))
    {
        let rest = plain.text.trim_start_matches(['[', '(', ' '])[length..]
            .trim_start_matches([']', ')', ':', '.', ' ', '-', '–', '—', '|']);
        let text: String = rest.trim().chars().take(MAX_TEXT).collect();
        rows.add(ITEM, [number.into(), id.into(), kind.into(), text.into()]);
    }
    for id in mentions(&plain.text) {
        named.entry(id).or_insert(number);
    }
    if let Some(word) = placeholder(words) {
        let text: String = plain.text.trim().chars().take(MAX_TEXT).collect();
        rows.add(PLACEHOLDER, [number.into(), word.into(), text.into()]);
    }
}

/// The words behind a task's box.
fn unticked(words: &str) -> &str {
    let boxes = ["[ ] ", "[x] ", "[X] "];
    boxes.iter().find_map(|mark| words.strip_prefix(mark)).unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn of(text: &str, facts: usize) -> Vec<String> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        let shown = |cell: &Value| {
            cell.as_int().map_or_else(|| cell.as_text().unwrap().to_owned(), |n| n.to_string())
        };
        let wanted = rows.facts.iter().filter(|(index, _)| *index == facts);
        wanted.map(|(_, cells)| cells.iter().map(shown).collect::<Vec<_>>().join(" · ")).collect()
    }

    #[test]
    fn items_stand_in_lists_tasks_headings_and_tables() {
        assert_eq!(
            of(
                "- **FR-001**: System MUST\n- [x] T001 [P] Write\n### User Story 1 - Talk\n| NFR-1 | fast |\nsee FR-001\n",
                ITEM
            ),
            [
                "1 · FR-001 · requirement · System MUST",
                "2 · T001 · task · [P] Write",
                "3 · US1 · user-story · Talk",
                "4 · NFR-1 · quality · fast |",
            ]
        );
    }

    #[test]
    fn every_id_is_named_once() {
        assert_eq!(
            of("T001 [US1] FR-001\nT002 [US1]\n", MENTION),
            ["1 · FR-001", "1 · T001", "2 · T002", "1 · US1"]
        );
    }

    #[test]
    fn words_and_placeholders_are_seen() {
        assert_eq!(of("# Plan\n\nOwner: TBD\n```\nTODO: x\n```\n", DOCUMENT), ["1 · 5"]);
        assert_eq!(
            of("# Plan\n\nOwner: TBD\n```\nTODO: x\n```\n", PLACEHOLDER),
            ["3 · TBD · Owner: TBD"]
        );
    }

    #[test]
    fn too_much_is_a_problem_and_open() {
        for text in
            ["FR-001 x\n".repeat(20_000), format!("FR-001 {}", "x".repeat(10_000)), "\0".to_owned()]
        {
            let mut rows = Rows::default();
            extract(&Input::new(text.as_bytes()), &mut rows);
            assert_eq!((rows.problems.len(), rows.unsure.len()), (1, OPEN.len()));
        }
    }
}
