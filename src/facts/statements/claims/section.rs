//! The part of a document under one heading, and what its heading or a bold line counts: `Verified (14)`.

use super::claim::Claim;
use super::number::numbers;
use crate::facts::statements::plain::Plain;

/// Units of headings that count something other than entries.
const OTHER_UNITS: [&str; 16] = [
    "day", "week", "month", "year", "hour", "hr", "minute", "min", "second", "sec", "point",
    "sprint", "line", "word", "page", "step",
];

/// Units of which one entry names many: `Parser (12 tests)` heads what is tested.
const GROUPED: [&str; 4] = ["test", "case", "assertion", "request"];

/// Whether an entry or a row names many of a unit.
pub fn is_grouped(unit: &str) -> bool {
    GROUPED.iter().any(|grouped| unit.starts_with(grouped))
}

/// What stands under a heading so far.
#[derive(Debug, Default)]
pub struct Section {
    /// Its title without markup.
    pub title: String,
    /// The last table: rows without header and totals. Reset by the next heading.
    pub table_rows: Option<u64>,
    /// How many tables.
    pub tables: usize,
}

impl Section {
    /// Whether a roll-up called so is of the one table here: the section's title begins alike, its number aside.
    pub fn is_summed_up_by(&self, label: &str) -> bool {
        let title =
            self.title.trim_start_matches(|letter: char| !letter.is_alphabetic()).to_lowercase();
        let label = label.to_lowercase();
        let first = label.split(' ').next().filter(|word| word.len() > 2);
        self.tables == 1 && first.is_some_and(|word| title.starts_with(word))
    }
}

/// A count in a heading that waits for what is listed under it.
#[derive(Debug)]
pub struct Listing {
    claim: Claim,
    indent: Option<usize>,
    items: u64,
    all_items: u64,
    lists: usize,
    tables: usize,
    rows: u64,
    is_item_last: bool,
    is_open_ended: bool,
}

impl Listing {
    /// The count at the end of a title, as in `Verified components (14)` or `Tables (21 tables)`.
    pub fn of(line: u32, title: &str, section: &str) -> Option<Listing> {
        let plain = Plain::new(title);
        let words = plain.text.trim_end_matches([':', ' ']).strip_suffix(')')?;
        let open = words.rfind('(')?;
        let inside = Plain::new(&words[open + 1..]);
        let numbers = numbers(&inside);
        let [number] = numbers.as_slice() else { return None };
        let unit = inside.text[number.range.end..].trim().to_lowercase();
        let is_entry = number.is_whole()
            && number.range.start == 0
            && !(number.text.len() == 4 && unit.is_empty())
            && unit.split(' ').count() <= 2
            && !OTHER_UNITS.iter().any(|other| unit.starts_with(other));
        let is_open_ended = is_grouped(&unit);
        let claim = Claim {
            line,
            form: "F13",
            subject: words[..open].trim().to_owned(),
            count: Some(number.value),
            unit: (!unit.is_empty()).then_some(unit),
            is_approximate: number.is_approximate,
            section: section.to_owned(),
            text: plain.text.trim().to_owned(),
            ..Claim::default()
        };
        is_entry.then_some(Listing {
            claim,
            indent: None,
            items: 0,
            all_items: 0,
            lists: 0,
            tables: 0,
            rows: 0,
            is_item_last: false,
            is_open_ended,
        })
    }

    /// An item stands under it; one that says "and more" or names several leaves open how many there are.
    pub fn item(&mut self, indent: usize, words: &str) {
        self.is_open_ended |= is_several(words);
        let first = *self.indent.get_or_insert(indent);
        self.all_items += 1;
        if indent <= first {
            self.lists += usize::from(!self.is_item_last);
            self.items += 1;
        }
        self.is_item_last = true;
    }

    /// Words stand under it: they part one list from the next.
    pub fn prose(&mut self) {
        self.is_item_last = false;
    }

    /// A table stands under it; with a row such as `9-10` it does not have one row an entry.
    pub fn table(&mut self, rows: u64, has_ranges: bool) {
        self.is_open_ended |= has_ranges;
        self.tables += 1;
        self.rows += rows;
        self.is_item_last = false;
    }

    /// The claim, measured where exactly one list or one table stands under it. Entries that are nested may be the
    /// ones that were counted.
    pub fn finish(mut self) -> Claim {
        let count = self.claim.count.unwrap_or(0);
        self.claim.measured = match (self.lists, self.tables) {
            (1.., _) | (_, 1..) if [self.items, self.all_items, self.rows].contains(&count) => {
                Some(count)
            }
            _ if self.is_open_ended => None,
            (1, 0) => Some(self.items),
            (0, 1) => Some(self.rows),
            _ => None,
        };
        self.claim
    }
}

/// Whether an item is more than one entry: it goes on, names several files or codes, or is nothing but names.
fn is_several(words: &str) -> bool {
    let mut named = words.split(' ').filter_map(|word| word.strip_suffix(','));
    let mut parts = words.split(", ");
    let are_names = words.contains(", ") && parts.all(|part| !part.trim().contains(' '));
    are_names
        || words.starts_with(['…', '+'])
        || words.contains("...")
        || words.contains(" more")
        || named.any(|word| word.ends_with('`') || word.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(title: &str) -> Option<(u64, Option<String>)> {
        Listing::of(1, title, "").map(|listing| (listing.claim.count.unwrap(), listing.claim.unit))
    }

    #[test]
    fn a_title_can_count_what_it_heads() {
        assert_eq!(counted("**Verified Components (14)**:"), Some((14, None)));
        assert_eq!(
            counted("1. Git & Deployment (10 features)"),
            Some((10, Some("features".into())))
        );
    }

    #[test]
    fn years_times_and_remarks_count_nothing() {
        for title in [
            "Schedule (2026)",
            "Deploy (5 min)",
            "Phase 2 (8 weeks)",
            "Quick start (3 steps)",
            "A (v2)",
            "B (1/2)",
            "C",
        ] {
            assert_eq!(counted(title), None, "{title}");
        }
    }

    #[test]
    fn only_one_list_or_one_table_measures_it() {
        let mut listing = Listing::of(1, "Done (3)", "").unwrap();
        listing.item(0, "x");
        listing.item(2, "x");
        listing.item(0, "x");
        assert_eq!(listing.finish().measured, Some(3), "nested entries may be meant");
        let mut listing = Listing::of(1, "Done (5)", "").unwrap();
        listing.item(0, "x");
        listing.item(0, "x");
        assert_eq!(listing.finish().measured, Some(2));
        let mut listing = Listing::of(1, "Done (5)", "").unwrap();
        listing.item(0, "x");
        listing.prose();
        listing.item(0, "x");
        assert_eq!(listing.finish().measured, None);
    }

    #[test]
    fn tests_are_not_listed_one_by_one() {
        let mut listing = Listing::of(1, "Queue (5 tests)", "").unwrap();
        listing.item(0, "order");
        listing.item(0, "limits");
        assert_eq!(listing.finish().measured, None);
    }

    #[test]
    fn an_item_that_names_several_leaves_it_open() {
        for words in ["`a`, `b`", "lib/a.ts, lib/b.ts", "a_x, b_x", "... and 7 more", "+ others"] {
            let mut listing = Listing::of(1, "Done (5)", "").unwrap();
            listing.item(0, words);
            listing.item(0, "x");
            assert_eq!(listing.finish().measured, None, "{words}");
        }
    }
}
