//! Fractions with their percentage: `57/60 (95%)` and `95% (57 of 60)`.
//!
//! Only neighbours are paired: between the two stand at most a unit and the mark that ties them. A fraction or a
//! percentage alone is too often something else (a date, a score, a service hour) to be read as a claim.

use std::ops::Range;

use super::number::Number;
use crate::facts::statements::plain::Plain;

/// The most bytes of words between a fraction and its percentage.
const MAX_WORDS: usize = 48;

/// A fraction and its percentage.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// F1 or F2.
    pub form: &'static str,
    /// X of X/Y.
    pub numerator: u64,
    /// Y of X/Y.
    pub denominator: u64,
    /// The percentage as written.
    pub percent: String,
    /// Words that stand between the percentage and the fraction of F2.
    pub between: String,
    /// What is counted.
    pub unit: Option<String>,
    /// Whether one of the numbers says it is not exact.
    pub is_approximate: bool,
    /// The bytes of all of it.
    pub range: Range<usize>,
}

/// The pairs of a line, from left to right; no number is in two.
pub fn pairs(plain: &Plain, numbers: &[Number]) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 2 < numbers.len() {
        let three = &numbers[at..at + 3];
        let pair = fraction_first(&plain.text, three).or_else(|| percent_first(&plain.text, three));
        at += if pair.is_some() { 3 } else { 1 };
        found.extend(pair);
    }
    found
}

fn fraction_first(text: &str, three: &[Number]) -> Option<Pair> {
    let [x, y, percent] = three else { return None };
    let between = &text[y.range.end..percent.range.start];
    let words = tied(between, &['(', '=', '—', '–', '-', ':'])?;
    (is_fraction(text, x, y) && percent.is_percent)
        .then(|| pair("F1", x, y, percent, "", unit(words)))
}

fn percent_first(text: &str, three: &[Number]) -> Option<Pair> {
    let [percent, x, y] = three else { return None };
    let words = tied(&text[percent.range.end..x.range.start], &['(', '='])?;
    let unit = unit(&text[y.range.end..]);
    (is_fraction(text, x, y) && percent.is_percent)
        .then(|| pair("F2", x, y, percent, words.trim(), unit))
}

fn pair(
    form: &'static str,
    x: &Number,
    y: &Number,
    percent: &Number,
    between: &str,
    unit: Option<String>,
) -> Pair {
    let numbers = [x, y, percent];
    let start = numbers.iter().map(|number| number.range.start).min().unwrap_or(0);
    let end = numbers.iter().map(|number| number.range.end).max().unwrap_or(0);
    Pair {
        form,
        numerator: x.value,
        denominator: y.value,
        percent: percent.text.clone(),
        between: between.to_owned(),
        unit,
        is_approximate: numbers.iter().any(|number| number.is_approximate),
        range: start..end,
    }
}

/// The words of a gap that ends with a mark which ties what follows to what went before; none if it does not.
fn tied<'a>(gap: &'a str, marks: &[char]) -> Option<&'a str> {
    let gap = gap.trim_end_matches(['~', '≈', ' ']);
    let words = gap.strip_suffix(marks)?;
    let is_plain =
        |letter: char| letter.is_alphabetic() || " -&".contains(letter) || !letter.is_ascii();
    (words.len() <= MAX_WORDS && words.chars().all(is_plain)).then_some(words)
}

/// Whether two numbers are a fraction of at most one whole: `57/60`, `57 of 60`, `57 out of 60`.
pub fn is_fraction(text: &str, x: &Number, y: &Number) -> bool {
    let between = text[x.range.end..y.range.start].trim();
    let is_path = text[..x.range.start].ends_with('/') || text[y.range.end..].starts_with('/');
    matches!(between, "/" | "of" | "out of")
        && !is_path
        && x.is_whole()
        && y.is_whole()
        && x.value <= y.value
        && y.value > 0
}

/// The words right behind a fraction: what is counted.
fn unit(words: &str) -> Option<String> {
    let end =
        words.find(|letter: char| !(letter.is_alphabetic() || letter == ' ' || letter == '-'));
    let unit = words[..end.unwrap_or(words.len())].trim_matches([' ', '-']).to_lowercase();
    (!unit.is_empty()).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::statements::claims::number::numbers;

    fn of(text: &str) -> Vec<String> {
        let plain = Plain::new(text);
        let shown = |pair: &Pair| {
            format!("{} {}/{} {}%", pair.form, pair.numerator, pair.denominator, pair.percent)
        };
        pairs(&plain, &numbers(&plain)).iter().map(shown).collect()
    }

    #[test]
    fn fractions_are_paired_with_their_percentage() {
        for (text, expected) in [
            ("57/60 (95%)", "F1 57/60 95%"),
            ("17 of 56 tasks (30.4%)", "F1 17/56 30.4%"),
            ("✅ 10 / 10 = 100%", "F1 10/10 100%"),
            ("95% Coverage (57/60 features)", "F2 57/60 95%"),
            ("**84%** (21 out of 25 checks)", "F2 21/25 84%"),
            ("1,200/1,500 rows (80%)", "F1 1200/1500 80%"),
        ] {
            assert_eq!(of(text), [expected], "{text}");
        }
    }

    #[test]
    fn neighbours_are_paired_and_nothing_else() {
        assert_eq!(of("2/7 (28.6%), 0/7, 5/7 (71.4%)"), ["F1 2/7 28.6%", "F1 5/7 71.4%"]);
        assert_eq!(of("50% (1/2), 75% (3/4)"), ["F2 1/2 50%", "F2 3/4 75%"]);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "24/7 support, 99.99% uptime",
            "24/7 (99.9%)",
            "from 8 of 37 features to 80%",
            "on 1/2 (2026), 50%",
            "a/1/2 (50%)",
            "`1/2 (50%)`",
            "he said \"57/60 (95%)\"",
            "HTTP 200/201 and 5%",
            "0/0 (0%)",
            "10-12/15 (80%)",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
