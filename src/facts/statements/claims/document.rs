//! From the bytes of one document to its claims.

use std::collections::HashMap;

use crate::facts::Input;
use crate::facts::Rows;

use super::claim::Claim;
use super::context::context;
use super::count::counts;
use super::count::may_count;
use super::grid::Grid;
use super::number::Number;
use super::number::numbers;
use super::pair::Pair;
use super::pair::pairs;
use super::rated::rated;
use super::roll_up::roll_ups;
use super::section::Listing;
use super::section::Section;
use super::share::shares;
use super::tables::OPEN;
use super::total::totals;
use crate::facts::statements::lines::Line;
use crate::facts::statements::lines::lines;
use crate::facts::statements::plain::Plain;

/// The longest document that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The longest line that is read, in bytes.
const MAX_LINE: usize = 4 * 1024;
/// The most rows of one table that are read.
const MAX_TABLE: usize = 2_000;
/// The most tables of one document that are held against each other.
const MAX_TABLES: usize = 500;
/// The most characters of a section's title.
const MAX_TITLE: usize = 300;
/// The most claims of one document that are kept.
const MAX_CLAIMS: usize = 5_000;

/// Reads the claims of one document.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    if text.contains('\0') {
        return cut(rows, "document-binary", "it is binary");
    }
    if text.len() > MAX_BYTES {
        return cut(rows, "document-too-large", "it has more bytes than are read of a document");
    }
    let mut walk = Walk::default();
    for (number, line) in lines(text) {
        walk.line(number, line);
        if walk.claims.len() > MAX_CLAIMS {
            cut(rows, "document-too-large", "it has more claims than are kept of a document");
            break;
        }
    }
    let is_cut = walk.is_cut;
    write(walk.finish(), rows);
    if is_cut {
        cut(rows, "document-too-large", "a line or table of it is longer than is read");
    }
}

/// Says that claims may be there unseen.
fn cut(rows: &mut Rows, code: &'static str, message: &str) {
    rows.problem(None, code, message);
    rows.unsure(OPEN, None, None, message);
}

/// The claims in the order of their lines, equal ones numbered.
fn write(mut claims: Vec<Claim>, rows: &mut Rows) {
    claims.sort_by_key(|claim| claim.line);
    let mut seen: HashMap<(&'static str, String, String), usize> = HashMap::new();
    for claim in claims.into_iter().take(MAX_CLAIMS) {
        let number = seen.entry(claim.same()).or_insert(0);
        *number += 1;
        rows.add(0, claim.cells(*number));
    }
}

/// The state of reading one document.
#[derive(Default)]
struct Walk<'a> {
    section: Section,
    listing: Option<Listing>,
    block: Vec<(u32, &'a str)>,
    grids: Vec<(Grid<'a>, String)>,
    claims: Vec<Claim>,
    is_cut: bool,
}

impl<'a> Walk<'a> {
    fn line(&mut self, number: u32, line: Line<'a>) {
        if line.words().len() > MAX_LINE {
            self.is_cut = true;
            return;
        }
        if let Line::Row(row) = line {
            let is_kept = self.block.len() < MAX_TABLE;
            self.is_cut |= !is_kept;
            if is_kept {
                self.block.push((number, row));
            }
            return;
        }
        self.close_table();
        match line {
            Line::Blank | Line::Row(_) => {}
            Line::Heading(_, title) => self.heading(number, title),
            Line::Item(indent, words) => {
                if let Some(listing) = &mut self.listing {
                    listing.item(indent, words);
                }
                self.words(number, words);
            }
            Line::Prose(words) => self.prose(number, words),
        }
    }

    fn heading(&mut self, number: u32, title: &str) {
        self.close_listing();
        self.listing = Listing::of(number, title, &self.section.title);
        self.section = Section {
            title: Plain::new(title).text.trim().chars().take(MAX_TITLE).collect(),
            ..Section::default()
        };
    }

    /// A bold line that ends in a colon heads the list under it.
    fn prose(&mut self, number: u32, words: &str) {
        if words.starts_with("**") && words.contains(")**") {
            self.close_listing();
            let end = words.find(")**").map_or(words.len(), |at| at + 3);
            self.listing = Listing::of(number, &words[..end], &self.section.title);
        } else if words.starts_with("**") {
            self.close_listing();
        } else if let Some(listing) = &mut self.listing {
            listing.prose();
        }
        self.words(number, words);
    }

    /// The claims of words outside tables.
    fn words(&mut self, number: u32, words: &str) {
        if is_promising(words) {
            self.say(number, words, None);
        }
    }

    /// The claims of one line or cell; those of a cell are about the cell's row.
    fn say(&mut self, number: u32, words: &str, row: Option<&str>) {
        let plain = Plain::new(words);
        let numbers = numbers(&plain);
        let pairs = pairs(&plain, &numbers);
        for pair in &pairs {
            let claim = self.paired(number, words, &plain.text, pair, row);
            self.claims.push(claim);
        }
        let is_free =
            |number: &&Number| pairs.iter().all(|pair| !pair.range.contains(&number.range.start));
        let free: Vec<Number> = numbers.iter().filter(is_free).cloned().collect();
        for count in counts(&plain, &free) {
            let sense = context(clause(&plain.text, count.start), &self.section.title);
            self.claims.push(Claim {
                line: number,
                form: "F7",
                subject: row.map_or_else(|| count.unit.clone(), str::to_owned),
                count: Some(count.value),
                unit: Some(count.unit),
                context: if count.is_aim && sense == "stated" { "target" } else { sense },
                is_approximate: count.is_approximate,
                section: self.section.title.clone(),
                text: plain.text.trim().to_owned(),
                ..Claim::default()
            });
        }
    }

    fn paired(
        &self,
        number: u32,
        words: &str,
        text: &str,
        pair: &Pair,
        row: Option<&str>,
    ) -> Claim {
        let label = label(&text[..pair.range.start]);
        let is_roll_up = pair.form == "F1"
            && row.is_none()
            && words.starts_with("**")
            && text[..pair.range.start]
                .trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != ':')
                .ends_with(':');
        let subject = match (row, label.as_str()) {
            (Some(row), _) => row.to_owned(),
            (None, "") if !pair.between.is_empty() => pair.between.clone(),
            (None, "") => pair.unit.clone().unwrap_or_else(|| self.section.title.clone()),
            (None, label) => format!("{label} {}", pair.between).trim().to_owned(),
        };
        Claim {
            line: number,
            form: if is_roll_up { "F5" } else { pair.form },
            subject,
            numerator: Some(pair.numerator),
            denominator: Some(pair.denominator),
            percent: Some(pair.percent.clone()),
            unit: pair.unit.clone(),
            context: context(&text[..pair.range.end], &self.section.title),
            is_approximate: pair.is_approximate,
            measured: self
                .section
                .table_rows
                .filter(|_| is_roll_up && self.section.is_summed_up_by(&label)),
            section: self.section.title.clone(),
            text: text.trim().to_owned(),
            ..Claim::default()
        }
    }

    fn close_table(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let block = std::mem::take(&mut self.block);
        let Some(grid) = Grid::read(&block) else { return };
        let rows = u64::try_from(grid.entries().count()).unwrap_or(u64::MAX);
        self.section.tables += 1;
        self.section.table_rows = Some(rows);
        if let Some(listing) = &mut self.listing {
            listing.table(rows, grid.has_ranges());
        }
        let section = self.section.title.clone();
        self.claims.extend(totals(&grid, &section));
        self.claims.extend(rated(&grid, &section));
        self.claims.extend(shares(&grid, &section));
        for row in &grid.rows {
            for cell in row.cells.iter().filter(|cell| is_promising(cell)) {
                self.say(row.line, cell, Some(&row.label().1));
            }
        }
        if self.grids.len() < MAX_TABLES {
            self.grids.push((grid, section));
        } else {
            self.is_cut = true;
        }
    }

    fn close_listing(&mut self) {
        if let Some(listing) = self.listing.take() {
            let claim = listing.finish();
            let context = context(&claim.text, &claim.section);
            self.claims.push(Claim { context, ..claim });
        }
    }

    fn finish(mut self) -> Vec<Claim> {
        self.close_table();
        self.close_listing();
        self.claims.extend(roll_ups(&self.grids));
        self.claims
    }
}

/// Whether words can hold a pair or a count: most lines cannot, and are not looked at any closer.
fn is_promising(words: &str) -> bool {
    words.bytes().any(|byte| byte.is_ascii_digit()) && (words.contains('%') || may_count(words))
}

/// The text up to the end of the clause that holds the byte `at`.
fn clause(text: &str, at: usize) -> &str {
    text[at..].find(['.', ';', ',', '(', '|']).map_or(text, |end| &text[..at + end])
}

/// What the words before a number call it: up to their colon, within the sentence.
fn label(before: &str) -> String {
    let start = [". ", "; ", "| ", "! "]
        .iter()
        .filter_map(|end| before.rfind(end).map(|at| at + end.len()))
        .max();
    let clause = &before[start.unwrap_or(0)..];
    let words = clause.rfind(':').map_or(clause, |colon| &clause[..colon]);
    words
        .trim_matches(|letter: char| !letter.is_alphanumeric() && !"()".contains(letter))
        .to_owned()
}
