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
use super::reference::written;
use super::tables::DAMAGE;
use super::tables::HEADINGS;
use super::tables::LINKS;
use super::tables::OPEN_TABLES;
use super::tables::PATHS;
use super::tables::TASKS;
use super::task;

/// The longest document that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most rows of one document; a few bytes can have hundreds of thousands.
pub const MAX_ROWS: usize = 100_000;
/// The most characters of a section's title that each of its tasks repeats.
const MAX_CONTEXT: usize = 200;

/// Reads one document.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let Some(text) = readable(input, rows, &OPEN_TABLES) else { return };
    if let Some(line) = input.damaged() {
        rows.add(DAMAGE, [line.into()]);
    }
    let mut walk = Walk::new(text, rows);
    for (event, range) in events(text) {
        walk.event(event, range);
        if walk.is_full() {
            walk.finish();
            return unreadable(rows, &OPEN_TABLES, "document-too-large", TOO_MANY_ROWS);
        }
    }
    walk.finish();
}

/// Why a document is cut.
pub const TOO_MANY_ROWS: &str = "it has more rows than are kept of a document";

/// The text of a document that can be read; else `tables` are left open.
pub fn readable<'a>(
    input: &'a Input<'_>,
    rows: &mut Rows,
    tables: &[&'static str],
) -> Option<&'a str> {
    let text = input.prose();
    if input.is_binary() && text.contains('\0') {
        unreadable(rows, tables, "document-binary", "it is binary");
        None
    } else if text.len() > MAX_BYTES {
        unreadable(
            rows,
            tables,
            "document-too-large",
            "it has more bytes than are read of a document",
        );
        None
    } else {
        Some(text)
    }
}

/// What the parser sees behind the front matter, each with its bytes in the whole text.
pub fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let body = front_matter(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    let parser = Parser::new_ext(&text[body..], options).into_offset_iter();
    parser.map(move |(event, range)| (event, range.start + body..range.end + body))
}

/// Keeps what was read so far, and says that more may be there.
pub fn unreadable(rows: &mut Rows, tables: &[&'static str], code: &'static str, message: &str) {
    rows.problem(None, code, message);
    for table in tables {
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
    in_cell: bool,
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
            in_cell: false,
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
            Tag::TableCell => self.in_cell = true,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links += 1;
                self.link(&dest_url, range.start);
            }
            Tag::CodeBlock(_) => {
                self.close_task();
                self.in_block = true;
            }
            Tag::List(_) | Tag::BlockQuote(_) | Tag::HtmlBlock | Tag::Table(_) => self.close_task(),
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
            TagEnd::TableCell => self.in_cell = false,
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
            Walk { in_cell: true, .. } => "cell",
            Walk { task: Some(_), .. } => "task",
            _ => plain,
        };
        for (offset, target) in references(text) {
            let Some(found) = written(self.source, start + offset, target) else { continue };
            let line = self.lines.line(found.at);
            let said = match plain == "code" && text.trim().contains(' ') {
                true => "command",
                false => found.said(self.source, self.lines.start(line)),
            };
            let name = from_root(found.target);
            let top = name.as_deref().and_then(|name| name.split('/').next()).map(str::to_owned);
            let cells = [
                line.into(),
                found.target.into(),
                name.into(),
                top.into(),
                context.into(),
                said.into(),
            ];
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
#[path = "document_tests.rs"]
mod tests;
