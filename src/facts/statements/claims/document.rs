//! From the bytes of one document to its claims.

use std::collections::HashMap;

use crate::facts::Input;
use crate::facts::Rows;

use super::breakdown::breakdowns;
use super::claim::Claim;
use super::context::context;
use super::filled::filled;
use super::flow::Flow;
use super::grid::Grid;
use super::lifecycle::of_title;
use super::rated::rated;
use super::roll_up::roll_ups;
use super::say::Place;
use super::say::Statement;
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
    let text = input.prose();
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
pub fn cut(rows: &mut Rows, code: &'static str, message: &str) {
    rows.problem(None, code, message);
    rows.unsure(OPEN, None, None, message);
}

/// The claims in the order of their lines, equal ones numbered.
pub fn write(mut claims: Vec<Claim>, rows: &mut Rows) {
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
    flow: Flow,
    is_item: bool,
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
            self.close_flow();
            let is_kept = self.block.len() < MAX_TABLE;
            self.is_cut |= !is_kept;
            if is_kept {
                self.block.push((number, row));
            }
            return;
        }
        self.close_table();
        if let Line::Prose(words) = line
            && self.flow.takes(words)
        {
            return;
        }
        self.close_flow();
        match line {
            Line::Blank | Line::Row(_) => {}
            Line::Heading(_, title) => self.heading(number, title),
            Line::Item(indent, words) => {
                if let Some(listing) = &mut self.listing {
                    listing.item(indent, words);
                }
                self.is_item = true;
                self.flow = Flow::begin(number, words);
            }
            Line::Prose(words) => self.prose(number, words),
            Line::Output(words) => self.say(number, words, Place::Output),
        }
    }

    fn heading(&mut self, number: u32, title: &str) {
        self.close_listing();
        self.listing = Listing::of(number, title, &self.section.title);
        let text: String = Plain::new(title).text.trim().chars().take(MAX_TITLE).collect();
        self.claims.extend(of_title(&text).map(|state| Claim {
            line: number,
            form: "F9",
            subject: state.subject,
            status: Some(state.status),
            context: context("", &self.section.title),
            section: self.section.title.clone(),
            text: text.clone(),
            ..Claim::default()
        }));
        self.say(number, title, Place::Heading);
        self.section = Section { title: text, ..Section::default() };
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
        self.is_item = false;
        self.flow = Flow::begin(number, words);
    }

    fn close_flow(&mut self) {
        let Some((line, words)) = std::mem::take(&mut self.flow).finish() else { return };
        let place = if self.is_item { Place::Item } else { Place::Prose };
        self.say(line, &words, place);
    }

    fn say(&mut self, line: u32, words: &str, place: Place<'_>) {
        let statement = Statement { line, words, place, section: &self.section };
        self.claims.extend(statement.claims());
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
        self.claims.extend(filled(&grid, &section));
        for row in &grid.rows {
            let label = row.label().1;
            for cell in &row.cells {
                self.say(row.line, cell, Place::Cell(&label));
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
        self.close_flow();
        self.close_table();
        self.close_listing();
        self.claims.extend(roll_ups(&self.grids));
        self.claims.extend(breakdowns(&self.grids));
        self.claims
    }
}
