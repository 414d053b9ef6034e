//! From the bytes of one document to its rows.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

use crate::base::Lines;
use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::link;
use super::link::Target;
use super::outline::Outline;
use super::outline::Section;
use super::reference::from_root;
use super::reference::references;
use super::tables::CELLS;
use super::tables::HEADINGS;
use super::tables::LINKS;
use super::tables::OPEN_TABLES;
use super::tables::PATHS;
use super::tables::TASKS;
use super::task;

/// The longest document that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most rows of one document; a table of a few bytes can have hundreds of thousands.
const MAX_ROWS: usize = 100_000;
/// The most characters of a column's header that each of its cells repeats, and of a section's title in its tasks.
const MAX_CONTEXT: usize = 200;

/// Reads one document.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    if input.is_binary() && text.contains('\0') {
        return unreadable(rows, "document-binary", "it is binary");
    }
    if text.len() > MAX_BYTES {
        return unreadable(
            rows,
            "document-too-large",
            "it has more bytes than are read of a document",
        );
    }
    let mut walk = Walk::new(text, rows);
    let body = front_matter(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        walk.event(event, range.start + body..range.end + body);
        if walk.is_full() {
            walk.finish();
            return unreadable(
                rows,
                "document-too-large",
                "it has more rows than are kept of a document",
            );
        }
    }
    walk.finish();
}

/// Keeps what was read so far, and says that more may be there.
fn unreadable(rows: &mut Rows, code: &'static str, message: &str) {
    rows.problem(None, code, message);
    for table in OPEN_TABLES {
        rows.unsure(table, None, None, message);
    }
}

/// The length of a YAML front matter: from a first line `---` to the next one, beginning with a key, so that a
/// document which merely begins with a rule keeps its text.
fn front_matter(text: &str) -> usize {
    let mut at = 0;
    let mut is_yaml = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        let line = line.trim_end();
        let is_fence = line == "---" || (number > 0 && line == "...");
        match (number, is_fence) {
            (0, false) => return 0,
            (0, true) => {}
            (_, true) => return if is_yaml { at } else { 0 },
            _ if is_yaml || line.is_empty() || line.starts_with('#') => {}
            _ if is_key(line) => is_yaml = true,
            _ => return 0,
        }
    }
    0
}

fn is_key(line: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && !name.contains([' ', '[', '(', '*', '`']);
    line.split_once(':').is_some_and(|(name, rest)| {
        is_name(name.trim_matches(['"', '\''])) && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// Adjacent text, put together again: the parser cuts it at every `_`, `[` or escape.
#[derive(Default)]
struct Run {
    text: String,
    range: Range<usize>,
}

/// A table being read.
#[derive(Default)]
struct Table {
    row: usize,
    column: usize,
    headers: Vec<String>,
}

/// A task being read.
struct Task {
    line: u32,
    end: usize,
    checked: bool,
    text: String,
}

/// The state of reading one document.
struct Walk<'a> {
    source: &'a str,
    lines: Lines,
    rows: &'a mut Rows,
    outline: Outline,
    run: Run,
    heading: Option<(u32, u32, String)>,
    tables: usize,
    table: Table,
    cell: Option<(u32, String)>,
    task: Option<Task>,
    links: usize,
    in_block: bool,
    anchor_links: Vec<(usize, Option<String>)>,
    html_anchors: HashSet<String>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a str, rows: &'a mut Rows) -> Self {
        Walk {
            source,
            lines: Lines::new(source),
            rows,
            outline: Outline::default(),
            run: Run::default(),
            heading: None,
            tables: 0,
            table: Table::default(),
            cell: None,
            task: None,
            links: 0,
            in_block: false,
            anchor_links: Vec::new(),
            html_anchors: HashSet::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if !matches!(event, Event::Text(_)) {
            self.flush();
        }
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => {
                self.write(&code, range.end);
                self.outline_words(&code);
                self.paths(&code, range.start, "code");
            }
            Event::SoftBreak | Event::HardBreak => self.write(" ", range.end),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, range.end),
            Event::TaskListMarker(checked) => {
                let line = self.lines.line(range.start);
                self.task = Some(Task { line, end: range.end, checked, text: String::new() });
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.heading = Some((self.lines.line(range.start), level as u32, String::new()));
            }
            Tag::Table(_) => {
                self.close_task();
                self.tables += 1;
                self.table = Table::default();
            }
            Tag::TableCell => {
                self.table.column += 1;
                self.cell = Some((self.lines.line(range.start), String::new()));
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links += 1;
                self.link(&dest_url, range.start);
            }
            Tag::CodeBlock(_) => {
                self.close_task();
                self.in_block = true;
            }
            Tag::List(_) | Tag::BlockQuote(_) | Tag::HtmlBlock => self.close_task(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                if let Some((line, level, title)) = self.heading.take() {
                    self.outline.open(line, level, &title);
                }
            }
            TagEnd::TableCell => self.close_cell(),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.table.row += 1;
                self.table.column = 0;
            }
            TagEnd::Link | TagEnd::Image => self.links -= 1,
            TagEnd::CodeBlock => self.in_block = false,
            TagEnd::Item | TagEnd::Paragraph => self.close_task(),
            _ => {}
        }
    }

    /// Adds text to the run, if it continues it but for a backslash; else begins the next run.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let gap = self.source.get(self.run.range.end..range.start);
        if !matches!(gap, Some("" | "\\")) {
            self.flush();
        }
        if self.run.text.is_empty() {
            self.run.range.start = range.start;
        }
        self.run.range.end = range.end;
        self.run.text.push_str(text);
    }

    fn flush(&mut self) {
        if self.run.text.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        self.outline_words(&run.text);
        self.write(&run.text, run.range.end);
        self.paths(&run.text, run.range.start, "prose");
    }

    /// Adds text to whatever is open.
    fn write(&mut self, text: &str, end: usize) {
        if let Some((_, _, title)) = &mut self.heading {
            title.push_str(text);
        } else if let Some((_, cell)) = &mut self.cell {
            cell.push_str(text);
        } else if let Some(task) = &mut self.task {
            task.text.push_str(text);
            task.end = end;
        }
    }

    fn outline_words(&mut self, text: &str) {
        if self.heading.is_none() {
            let is_word = |word: &&str| word.contains(char::is_alphanumeric);
            self.outline.count(text.split_whitespace().filter(is_word).count());
        }
    }

    /// Adds the paths that `text`, which starts at byte `start`, names. `plain` is their context if nothing is open.
    fn paths(&mut self, text: &str, start: usize, plain: &'static str) {
        let context = match self {
            Walk { in_block: true, .. } => "fence",
            Walk { links: 1.., .. } => "link",
            Walk { heading: Some(_), .. } => "heading",
            Walk { cell: Some(_), .. } => "cell",
            Walk { task: Some(_), .. } => "task",
            _ => plain,
        };
        let mut line = 0;
        let mut counted = 0;
        for (offset, target) in references(text) {
            if line == 0 {
                line = self.lines.line(start);
            }
            let breaks = text[counted..offset].bytes().filter(|byte| *byte == b'\n').count();
            line += u32::try_from(breaks).unwrap_or(0);
            counted = offset;
            let name = from_root(target);
            let top = name.as_deref().and_then(|name| name.split('/').next()).map(str::to_owned);
            let cells = [line.into(), target.into(), name.into(), top.into(), context.into()];
            self.rows.add(PATHS, cells);
        }
    }

    /// Line breaks separate words; ids and names are anchors.
    fn html(&mut self, html: &str, end: usize) {
        if html.starts_with("<br") {
            self.write(" ", end);
        }
        for attribute in ["id=", "name="] {
            for (at, _) in html.match_indices(attribute) {
                let value = &html[at + attribute.len()..];
                let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
                let value = quote.and_then(|quote| value[1..].split_once(quote));
                self.html_anchors.extend(value.map(|(value, _)| value.to_owned()));
            }
        }
    }

    fn link(&mut self, url: &str, start: usize) {
        let line = self.lines.line(start);
        let Target { kind, file, fragment } = link::target(url);
        if kind == "anchor" {
            self.anchor_links.push((self.rows.facts.len(), fragment.clone()));
        }
        let cells =
            [line.into(), url.into(), kind.into(), file.into(), fragment.into(), Value::Null];
        self.rows.add(LINKS, cells);
    }

    fn close_cell(&mut self) {
        let Some((line, text)) = self.cell.take() else { return };
        let text = text.trim();
        let Table { row, column, .. } = self.table;
        if row == 0 {
            self.table.headers.push(text.chars().take(MAX_CONTEXT).collect());
        }
        let header = self.table.headers.get(column - 1).map(String::as_str);
        let numbers = [line.into(), self.tables.into(), row.into(), column.into()];
        let [line, table_no, row_no, column_no] = numbers;
        self.rows.add(CELLS, [line, table_no, row_no, column_no, header.into(), text.into()]);
    }

    fn close_task(&mut self) {
        let Some(task) = self.task.take() else { return };
        let text = task.text.trim();
        let section: Option<String> =
            self.outline.title().map(|title| title.chars().take(MAX_CONTEXT).collect());
        let end_line = self.lines.line(task.end.saturating_sub(1)).max(task.line);
        let cells = [
            task.line.into(),
            end_line.into(),
            task.checked.into(),
            task::id(text).into(),
            text.into(),
            section.into(),
        ];
        self.rows.add(TASKS, cells);
    }

    fn is_full(&self) -> bool {
        self.rows.facts.len() + self.outline.len() > MAX_ROWS
    }

    fn finish(mut self) {
        let last = self.lines.line(self.source.trim_end_matches('\n').len());
        let sections = std::mem::take(&mut self.outline).finish(last);
        self.decide_anchors(&sections);
        for section in &sections {
            let cells = [
                section.line.into(),
                section.end_line.into(),
                section.level.into(),
                section.title.as_str().into(),
                section.anchor.as_str().into(),
                section.words.into(),
            ];
            self.rows.add(HEADINGS, cells);
        }
    }

    /// Whether a link within the document resolves is known once all headings are.
    fn decide_anchors(&mut self, sections: &[Section]) {
        let anchors: HashSet<&str> =
            sections.iter().map(|section| section.anchor.as_str()).collect();
        for (row, fragment) in &self.anchor_links {
            let resolves = fragment.as_deref().is_none_or(|fragment| {
                anchors.contains(fragment)
                    || self.html_anchors.contains(fragment)
                    || fragment == "top"
            });
            if let Some(cell) = self.rows.facts[*row].1.last_mut() {
                *cell = resolves.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::FACTS;
    use super::*;

    fn rows(source: &str) -> Rows {
        let mut rows = Rows::default();
        extract(&Input::new(source.as_bytes()), &mut rows);
        for (facts, cells) in &rows.facts {
            assert_eq!(cells.len(), FACTS[*facts].columns.len());
        }
        rows
    }

    /// The rows of one kind, their cells joined with `|`.
    fn of(source: &str, facts: usize) -> Vec<String> {
        let word = |cell: &Value| match cell {
            Value::Null => "-".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Real(text) | Value::Text(text) => text.clone(),
        };
        let rows = rows(source).facts.into_iter().filter(|row| row.0 == facts);
        rows.map(|row| row.1.iter().map(word).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn a_section_ends_before_the_next_heading_of_its_level_or_above() {
        let source = "# A\none two\n## B `x`\nthree\n### C\n## D\n\n```\nfour five\n```\n";
        assert_eq!(
            of(source, HEADINGS),
            ["1|10|1|A|a|2", "3|5|2|B x|b-x|1", "5|5|3|C|c|0", "6|10|2|D|d|2"]
        );
    }

    #[test]
    fn front_matter_is_no_heading() {
        let source = "---\ntitle: x\n# note\n---\n# A\n";
        assert_eq!(of(source, HEADINGS), ["5|5|1|A|a|0"]);
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        assert_eq!(of("---\n# A\n\nb\n\n---\n", HEADINGS), ["2|6|1|A|a|1"]);
        assert_eq!(of("---\n\nSome words here\n\n# A\n\n---\n", HEADINGS), ["5|7|1|A|a|0"]);
    }

    #[test]
    fn a_task_is_its_own_text_and_not_that_of_nested_ones() {
        let source =
            "# Plan\n- [x] **T001** make `a/b.py`\n  on two_lines\n  - [ ] inner\n- no task\n";
        assert_eq!(
            of(source, TASKS),
            ["2|3|1|T001|T001 make a/b.py on two_lines|Plan", "4|4|0|-|inner|Plan"]
        );
    }

    #[test]
    fn tasks_of_a_loose_list_are_tasks() {
        let source = "- [x] one\n\n  more\n\n- [ ] two\n";
        assert_eq!(of(source, TASKS), ["1|1|1|-|one|-", "5|5|0|-|two|-"]);
    }

    #[test]
    fn cells_know_their_place_and_header() {
        let source = "| a | b |\n|---|---|\n| 1 | `x` **y** |\n\n|c|\n|-|\n|d<br>e|\n";
        assert_eq!(
            of(source, CELLS),
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
    fn links_of_the_document_itself_are_decided() {
        let source = "[a](#b) [c](#no) <a name=\"no2\"></a>[d](#no2) [e](x.md#y) ![f](https://g/h.png)\n\n# B\n";
        assert_eq!(
            of(source, LINKS),
            [
                "1|#b|anchor|-|b|1",
                "1|#no|anchor|-|no|0",
                "1|#no2|anchor|-|no2|1",
                "1|x.md#y|relative|x.md|y|-",
                "1|https://g/h.png|external|-|-|-"
            ]
        );
    }

    #[test]
    fn paths_know_where_they_are_named() {
        let source = "# In a/h.md\nprose a/p_q_r.md and `a/c.md`\n- [ ] a/t.md\n\n|x|\n|-|\n|a/cell.md|\n\n\
                      [a/l.md](b.md)\n\n```\nx\nrun a/f.md\n```\n";
        assert_eq!(
            of(source, PATHS),
            [
                "1|a/h.md|a/h.md|a|heading",
                "2|a/p_q_r.md|a/p_q_r.md|a|prose",
                "2|a/c.md|a/c.md|a|code",
                "3|a/t.md|a/t.md|a|task",
                "7|a/cell.md|a/cell.md|a|cell",
                "9|a/l.md|a/l.md|a|link",
                "13|a/f.md|a/f.md|a|fence"
            ]
        );
    }

    #[test]
    fn an_escaped_path_is_the_path() {
        assert_eq!(of("docs/a\\_b.md", PATHS), ["1|docs/a_b.md|docs/a_b.md|docs|prose"]);
    }

    #[test]
    fn a_document_of_too_many_rows_is_said_to_be_cut() {
        let rows = rows(&format!("|a|\n|-|\n{}", "|b|\n".repeat(MAX_ROWS)));
        assert_eq!(rows.problems[0].1, "document-too-large");
        assert_eq!(rows.unsure.len(), OPEN_TABLES.len());
        assert!(rows.facts.len() <= MAX_ROWS + 2);
    }

    #[test]
    fn a_binary_document_leaves_its_tables_open() {
        let rows = rows("# a\0");
        assert_eq!(rows.problems[0].1, "document-binary");
        assert!(rows.facts.is_empty());
    }
}
