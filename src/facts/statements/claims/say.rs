//! The claims of one statement: a sentence, an item, a title, a cell, a line that something printed.

use std::sync::LazyLock;

use super::claim::Claim;
use super::clause::label;
use super::clause::until;
use super::context::context;
use super::count::counts;
use super::count::may_count;
use super::lifecycle;
use super::listed::MARKS;
use super::listed::listed;
use super::number::Number;
use super::number::numbers;
use super::pair::Pair;
use super::pair::pairs;
use super::percent::percents;
use super::points::points;
use super::section::Section;
use super::section::is_grouped;
use super::universal::universal;
use crate::facts::statements::phrases::Phrases;
use crate::facts::statements::plain::Plain;

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// In a paragraph.
    Prose,
    /// In an item of a list.
    Item,
    /// In a title.
    Heading,
    /// In a cell of the table row that is called so.
    Cell(&'a str),
    /// In what something printed.
    Output,
}

/// Words with what is needed to understand them.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The first line.
    pub line: u32,
    /// The words, with their markup.
    pub words: &'a str,
    /// Where they stand.
    pub place: Place<'a>,
    /// The section they stand in.
    pub section: &'a Section,
}

impl Statement<'_> {
    /// Its claims.
    pub fn claims(&self) -> Vec<Claim> {
        let has_number = has_number(self.words);
        if !has_number && !has_words(self.words, self.place) {
            return Vec::new();
        }
        let plain = Plain::new(self.words);
        let mut claims = if has_number { self.numbered(&plain) } else { Vec::new() };
        if !matches!(self.place, Place::Cell(_) | Place::Heading) {
            claims.extend(self.spoken(&plain));
        }
        for claim in &mut claims {
            claim.section.clone_from(&self.section.title);
            claim.text = plain.text.trim().to_owned();
            if self.place == Place::Output {
                claim.form = "F12";
                claim.measured = None;
            }
        }
        claims
    }

    /// Claims in numbers: no number is in two.
    fn numbered(&self, plain: &Plain) -> Vec<Claim> {
        let numbers = numbers(plain);
        let pairs = pairs(plain, &numbers);
        let mut claims: Vec<Claim> = pairs.iter().map(|pair| self.paired(plain, pair)).collect();
        let is_free = |taken: &[(usize, usize)], number: &Number| {
            taken.iter().all(|(start, end)| !(*start..*end).contains(&number.range.start))
        };
        let mut taken: Vec<(usize, usize)> =
            pairs.iter().map(|pair| (pair.range.start, pair.range.end)).collect();
        let rest: Vec<Number> =
            numbers.iter().filter(|number| is_free(&taken, number)).cloned().collect();
        for points in points(plain, &rest) {
            taken.push(points.at);
            claims.push(Claim {
                form: "F14",
                subject: self.subject(plain, points.at.0, points.unit.as_deref()),
                numerator: Some(points.numerator),
                denominator: Some(points.denominator),
                unit: points.unit,
                ..self.at(plain, points.at)
            });
        }
        let rest: Vec<Number> = rest.into_iter().filter(|number| is_free(&taken, number)).collect();
        // What a heading counts waits for what is listed under it.
        let counted = if self.place == Place::Heading { Vec::new() } else { counts(plain, &rest) };
        for count in counted {
            let sense = self.sense_of_count(&plain.text, count.start);
            claims.push(Claim {
                form: "F7",
                subject: self.row().unwrap_or(&count.unit).to_owned(),
                count: Some(count.value),
                unit: Some(count.unit),
                is_approximate: count.is_approximate,
                context: if count.is_aim && sense == "stated" { "target" } else { sense },
                ..self.at(plain, (count.start, count.start))
            });
        }
        if !matches!(self.place, Place::Cell(_)) {
            claims.extend(percents(plain, &rest).into_iter().map(|percent| Claim {
                form: "F6",
                subject: self.subject(plain, percent.at.0, None),
                percent: Some(percent.text),
                is_approximate: percent.is_approximate,
                ..self.at(plain, percent.at)
            }));
        }
        claims
    }

    /// The sense of a count: what stands before it, and whether what follows plans it. `78 jobs enforce the gates` is stated.
    fn sense_of_count(&self, text: &str, start: usize) -> &'static str {
        let before = context(&text[..start], &self.section.title);
        match context(&until(text, start)[start..], "") {
            after @ ("planned" | "target") if before == "stated" => after,
            _ => before,
        }
    }

    /// Claims in words: a state, a mark, something said of all.
    fn spoken(&self, plain: &Plain) -> Vec<Claim> {
        let mut claims = Vec::new();
        let text = plain.text.trim();
        let state = lifecycle::of_words(text);
        let is_labelled = state.as_ref().is_some_and(|state| !state.subject.is_empty());
        if let Some(found) = listed(self.words, text).filter(|_| !is_labelled && self.may_list()) {
            let at = self.at(plain, (0, 0));
            // What is ticked is done, be it in a list of what shall be.
            let context = if text.starts_with('[') { "stated" } else { at.context };
            let status = Some(found.status);
            claims.push(Claim { form: "F8", subject: found.subject, status, context, ..at });
        }
        if let Some(found) = state {
            let title = &self.section.title;
            let subject = if found.subject.is_empty() { title.clone() } else { found.subject };
            claims.push(Claim {
                form: "F9",
                subject,
                status: Some(found.status),
                ..self.at(plain, (0, 0))
            });
        }
        if let Some(found) = universal(&plain.text).filter(|_| self.place != Place::Output) {
            let end = found.start + found.unit.len();
            claims.push(Claim {
                form: "F11",
                subject: found.clause,
                unit: Some(found.unit),
                context: context(&plain.text, &self.section.title),
                ..self.at(plain, (found.start, end))
            });
        }
        claims
    }

    /// Whether these words may be one entry of a list: a paragraph is, if it begins with a label or a mark.
    fn may_list(&self) -> bool {
        self.place != Place::Prose
            || self.words.starts_with(|first: char| first == '*' || !first.is_ascii())
    }

    /// A claim on its line, in the sense that the words up to its end give it.
    fn at(&self, plain: &Plain, (start, end): (usize, usize)) -> Claim {
        let is_open = plain.text.trim_start().starts_with("[ ]");
        let sense = context(&plain.text[..end], &self.section.title);
        Claim {
            line: self.line + plain.lines_before(start),
            context: if is_open { "planned" } else { sense },
            ..Claim::default()
        }
    }

    fn row(&self) -> Option<&str> {
        match self.place {
            Place::Cell(row) => Some(row),
            _ => None,
        }
    }

    /// What a number at a byte is about: its row, its label, what it counts, or the section.
    fn subject(&self, plain: &Plain, start: usize, unit: Option<&str>) -> String {
        let label = label(plain.text[..start].trim_end_matches([' ', '(']));
        match (self.row(), label.as_str()) {
            (Some(row), _) => row.to_owned(),
            (None, "") => unit.unwrap_or(&self.section.title).to_owned(),
            (None, label) => label.to_owned(),
        }
    }

    fn paired(&self, plain: &Plain, pair: &Pair) -> Claim {
        let (text, start) = (&plain.text, pair.range.start);
        let label = label(&text[..start]);
        let is_roll_up = pair.form == "F1"
            && self.row().is_none()
            && self.words.starts_with("**")
            && text[..start]
                .trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != ':')
                .ends_with(':');
        let subject = match (self.row(), label.as_str()) {
            (Some(row), _) => row.to_owned(),
            (None, "") if !pair.between.is_empty() => pair.between.clone(),
            (None, "") => pair.unit.clone().unwrap_or_else(|| self.section.title.clone()),
            (None, label) => format!("{label} {}", pair.between).trim().to_owned(),
        };
        let is_summed_up = is_roll_up && self.section.is_summed_up_by(&label);
        let is_of_many = pair.unit.as_deref().is_some_and(is_grouped);
        Claim {
            form: if is_roll_up { "F5" } else { pair.form },
            subject,
            numerator: Some(pair.numerator),
            denominator: Some(pair.denominator),
            percent: Some(pair.percent.clone()),
            unit: pair.unit.clone(),
            is_approximate: pair.is_approximate,
            measured: self.section.table_rows.filter(|_| is_summed_up && !is_of_many),
            ..self.at(plain, (start, pair.range.end))
        }
    }
}

/// Whether words can hold a claim in numbers: most cannot, and are not looked at any closer.
fn has_number(words: &str) -> bool {
    let has_digit = words.bytes().any(|byte| byte.is_ascii_digit());
    has_digit
        && (words.contains('%')
            || words.contains(" of ")
            || has_fraction(words)
            || may_count(words))
}

/// Whether a digit stands before a slash.
fn has_fraction(words: &str) -> bool {
    let bytes = words.as_bytes();
    bytes.windows(2).any(|two| two[1] == b'/' && (two[0].is_ascii_digit() || two[0] == b' '))
}

/// What a claim without a number and a mark has in it.
static SPOKEN: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "stat",
        "verdict",
        "result",
        "ready",
        "fully",
        "complete",
        "available",
        "all ",
        "every ",
        "each ",
        "done",
        "active",
        "block",
        "defer",
        "deliver",
        "deploy",
        "draft",
        "fail",
        "finish",
        "fixed",
        "implement",
        "live",
        "pass",
        "pending",
        "plan",
        "progress",
        "resolved",
        "shipped",
        "tested",
        "todo",
        "verified",
    ])
});

/// Whether words can hold a claim without a number.
fn has_words(words: &str, place: Place<'_>) -> bool {
    match place {
        Place::Cell(_) | Place::Heading => false,
        Place::Output => !words.is_ascii() && words.contains(MARKS),
        Place::Prose | Place::Item => {
            words.starts_with('[')
                || !words.is_ascii() && words.contains(MARKS)
                || SPOKEN.find(&words.to_ascii_lowercase()).is_some()
        }
    }
}
