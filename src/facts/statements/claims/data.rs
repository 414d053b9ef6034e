//! F10: what data files say of the work in numbers: `parity_percent: 95`.
//!
//! YAML and JSON are read line by line: a claim is a key with a number, and both stand on one line wherever people write
//! them. A percentage takes its fraction from the lines beside it, if one of them says the whole and one the part.

use super::claim::Claim;
use super::context::context;
use super::count::is_thing;
use super::document::{cut, write};
use super::say::{Place, Statement};
use super::section::Section;
use crate::facts::Input;
use crate::facts::Rows;

/// The longest file that is read, in bytes.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The longest line that is read, in bytes.
const MAX_LINE: usize = 1_000;
/// The deepest nesting whose keys are kept.
const MAX_DEPTH: usize = 64;
/// The most claims of one file that are kept.
const MAX_CLAIMS: usize = 2_000;
/// How the names of percentages end.
const SHARES: [&str; 8] = [
    "percent",
    "pct",
    "percentage",
    "coverage",
    "parity",
    "completion",
    "completeness",
    "progress",
];
/// The parts of a whole.
const PARTS: [&str; 11] = [
    "complete",
    "completed",
    "covered",
    "done",
    "implemented",
    "met",
    "ok",
    "passed",
    "ready",
    "supported",
    "verified",
];
/// What says that a percentage is not of the things beside it.
const MEANS: [&str; 6] = ["average", "avg", "mean", "median", "weighted", "target"];

/// Reads the claims of one data file.
pub fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    if text.len() > MAX_BYTES || text.contains('\0') {
        return cut(
            rows,
            "data-unreadable",
            "it is binary, or has more bytes than are read of a data file",
        );
    }
    let mut reading = Reading::default();
    let mut is_cut = false;
    for (number, line) in (1..).zip(text.lines()) {
        match line.len() > MAX_LINE || reading.claims.len() > MAX_CLAIMS {
            true => is_cut |= line.bytes().any(|byte| byte.is_ascii_digit()),
            false => reading.line(number, line),
        }
    }
    reading.close(0);
    write(reading.claims, rows);
    if is_cut {
        cut(
            rows,
            "data-too-large",
            "it has more claims, or longer lines, than are read of a data file",
        );
    }
}

/// Keys of one object that stand below each other.
#[derive(Default)]
struct Block {
    indent: usize,
    /// The key of what is nested below, last.
    key: String,
    /// Where the claim of a percentage is.
    share: Option<usize>,
    parts: Vec<u64>,
    wholes: Vec<u64>,
}

/// What is open while lines are read.
#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    claims: Vec<Claim>,
}

impl Reading {
    fn line(&mut self, number: u32, line: &str) {
        let words = line.trim_start();
        let begins = words.starts_with("- ") || words.starts_with(['{', '[']);
        let indent = line.len() - words.trim_start_matches(['-', ' ']).len();
        if words.is_empty() || words.starts_with('#') {
            return;
        }
        if begins || words.starts_with('}') {
            self.close(indent);
        }
        let Some((key, value)) = member(words.trim_start_matches(['-', ' '])) else { return };
        self.open(indent);
        if value.is_empty() || value.starts_with(['{', '[']) {
            if let Some(block) = self.blocks.last_mut() {
                key.clone_into(&mut block.key);
            }
        } else if value.contains('%') && !is_number(value.trim_end_matches('%')) {
            self.say(number, key, value);
        } else {
            self.number(number, key, value);
        }
    }

    /// Ends the objects that are at least so deep.
    fn close(&mut self, indent: usize) {
        while self.blocks.last().is_some_and(|block| block.indent >= indent) {
            let Some(block) = self.blocks.pop() else { return };
            if let (Some(share), [part], [whole]) =
                (block.share, &block.parts[..], &block.wholes[..])
                && part <= whole
                && *whole > 0
            {
                let claim = &mut self.claims[share];
                (claim.numerator, claim.denominator) = (Some(*part), Some(*whole));
            }
        }
    }

    /// Begins or goes on with the object whose keys stand at an indent.
    fn open(&mut self, indent: usize) {
        self.close(indent + 1);
        let is_open = self.blocks.last().is_some_and(|block| block.indent == indent);
        if !is_open && self.blocks.len() < MAX_DEPTH {
            self.blocks.push(Block { indent, ..Block::default() });
        }
    }

    fn number(&mut self, line: u32, key: &str, value: &str) {
        let digits = value.trim_end_matches('%');
        let (Some(block), true) = (self.blocks.last_mut(), is_number(digits)) else { return };
        let lower = key.to_ascii_lowercase();
        let words = || lower.split(['_', '-', '.']);
        let whole = digits.parse::<u64>().ok();
        let is_share = value.ends_with('%') || words().any(|word| SHARES.contains(&word));
        let mut claim = Claim { line, form: "F10", ..Claim::default() };
        // `0.95` may be a share of one.
        let is_percent = |percent: f64| percent <= 100.0 && (percent > 1.0 || whole.is_some());
        if is_share && digits.parse().is_ok_and(is_percent) {
            claim.percent = Some(digits.to_owned());
            // Two percentages beside one fraction: nobody knows which is meant.
            let is_mean = words().any(|word| MEANS.contains(&word));
            let is_first = block.share.is_none() && block.parts.len() < 2 && !is_mean;
            block.share = is_first.then_some(self.claims.len());
        } else if let Some(number) = whole {
            if words().any(|word| PARTS.contains(&word)) {
                block.parts.push(number);
            } else if words().any(|word| word == "total") {
                block.wholes.push(number);
            }
            claim.count = Some(number);
            claim.unit = unit(&lower);
        }
        if claim.percent.is_none() && claim.unit.is_none() {
            return;
        }
        self.keep(claim, key, value);
    }

    /// Claims of a text, such as `scope: "88.2% parity (stale)"`.
    fn say(&mut self, line: u32, key: &str, value: &str) {
        let section = Section { title: self.path(key), ..Section::default() };
        let words = value.trim_matches(['"', '\'']);
        let statement = Statement { line, words, place: Place::Prose, section: &section };
        let claims = statement.claims().into_iter();
        self.claims.extend(claims.map(|claim| Claim { form: "F10", ..claim }));
    }

    fn keep(&mut self, claim: Claim, key: &str, value: &str) {
        let subject = self.path(key);
        let context = context(&key.replace(['.', '_', '-'], " "), "");
        let section = self.path("");
        self.claims.push(Claim {
            subject,
            context,
            section,
            text: format!("{key}: {value}"),
            ..claim
        });
    }

    /// The names of the objects that are open, and a key.
    fn path(&self, key: &str) -> String {
        let open = self.blocks.iter().rev().skip(1).rev().map(|block| block.key.as_str());
        let names: Vec<&str> = open.chain([key]).filter(|name| !name.is_empty()).collect();
        names.join(".")
    }
}

/// The key and the value of a line, without quotes, comma and comment.
fn member(words: &str) -> Option<(&str, &str)> {
    let (key, value) = words.split_once(':')?;
    let key = key.trim().trim_matches(['"', '\'']);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if key.is_empty() || !key.bytes().all(is_name) || !(value.is_empty() || value.starts_with(' '))
    {
        return None;
    }
    let value =
        value.split(" #").next().unwrap_or_default().trim().trim_end_matches(',').trim_end();
    let bare = value.trim_matches(['"', '\'']);
    Some((key, if is_number(bare.trim_end_matches('%')) { bare } else { value }))
}

fn is_number(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.len() <= 12
        && text.bytes().all(is_digit)
        && text.matches('.').count() <= 1
}

/// What a key counts: `module_count`, `total_modules`, `modules_total`.
fn unit(key: &str) -> Option<String> {
    let bare = ["total_", "num_", "number_of_"].iter().find_map(|start| key.strip_prefix(start));
    let bare =
        bare.or_else(|| ["_count", "_total"].iter().find_map(|end| key.strip_suffix(end)))?;
    let unit = bare.replace('_', " ");
    let last = unit.rsplit(' ').next().unwrap_or_default();
    match (is_thing(last), is_thing(&format!("{last}s"))) {
        (true, _) => Some(unit),
        (false, true) => Some(format!("{unit}s")),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        let shown = |cell: &crate::base::Value| match (cell.as_int(), cell.as_text()) {
            (Some(number), _) => number.to_string(),
            (_, text) => text.unwrap_or("-").to_owned(),
        };
        rows.facts
            .iter()
            .map(|(_, cells)| [0, 3, 5, 6, 7, 8, 9, 11].map(|at| shown(&cells[at])).join(" "))
            .collect()
    }

    #[test]
    fn percentages_and_counts_are_claims_under_the_names_above_them() {
        assert_eq!(
            of(
                "version: 2\nareas:\n  sales:\n    parity_percent: 95 # so far\n    target_percent: 99\nmodule_count: 43\n"
            ),
            [
                "4 areas.sales.parity_percent - - 95 - - stated",
                "5 areas.sales.target_percent - - 99 - - target",
                "6 module_count - - - 43 modules stated",
            ]
        );
    }

    #[test]
    fn a_percentage_takes_the_fraction_beside_it() {
        let json = "{\n  \"summary\": {\n    \"total\": 60,\n    \"passed\": 57,\n    \"coverage_pct\": 96.0\n  }\n}\n";
        assert_eq!(of(json), ["5 summary.coverage_pct 57 60 96.0 - - stated"]);
        assert_eq!(
            of("- total: 3\n  done: 1\n- coverage: 50%\n  total: 4\n  done: 2\n"),
            ["3 coverage 2 4 50 - - stated"]
        );
    }

    #[test]
    fn what_may_mean_another_whole_is_no_fraction() {
        let text = "total_all: 9\ntotal_in_scope: 8\ncovered: 8\ncoverage: 100\n";
        assert_eq!(of(text), ["4 coverage - - 100 - - stated"]);
    }

    #[test]
    fn texts_are_read_like_sentences() {
        assert_eq!(of("scope: \"88.2% parity score (stale)\"\n"), ["1 scope - - 88.2 - - stated"]);
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "port: 8080\n",
            "timeout: 30\n",
            "version: 1.2.3\n",
            "cpu_percent: 250\n",
            "coverage: 0.95\n",
            "url: http://a/b%20c\n",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
