//! F14: fractions without a percentage: `Score: 18/36`, `21/21 tests passing`, `14 of 60 features`.

use super::count::is_named;
use super::count::is_thing;
use super::number::Number;
use super::pair::is_fraction;
use crate::facts::statements::plain::Plain;

/// How the words begin that name or follow a score.
const SCORED: [&str; 27] = [
    "achiev",
    "answered",
    "check",
    "complet",
    "cover",
    "creat",
    "deploy",
    "done",
    "enabled",
    "green",
    "implement",
    "install",
    "item",
    "met",
    "migrat",
    "overall",
    "parity",
    "pass",
    "point",
    "progress",
    "rating",
    "result",
    "score",
    "succe",
    "task",
    "total",
    "verif",
];

/// Words of labels whose values are other fractions: days, shares of a design, versions.
const OTHERS: [&str; 12] = [
    "aspect", "date", "day", "due", "month", "page", "part", "port", "ratio", "step", "version",
    "week",
];

/// A fraction.
#[derive(Debug, PartialEq, Eq)]
pub struct Points {
    /// X of X/Y.
    pub numerator: u64,
    /// Y of X/Y.
    pub denominator: u64,
    /// What is counted.
    pub unit: Option<String>,
    /// Where it starts and ends.
    pub at: (usize, usize),
}

/// The fractions of a line that say how far the work is. `free` are the numbers that are in no pair.
pub fn points(plain: &Plain, free: &[Number]) -> Vec<Points> {
    let of_two = |two: &[Number]| {
        let [x, y] = two else { return None };
        let is_one = is_fraction(&plain.text, x, y) && y.value > 1 && !is_time(x, y);
        let before = plain.text[..x.range.start].to_lowercase();
        let behind = plain.text[y.range.end..].to_lowercase();
        (is_one && says_score(&before, &behind)).then(|| Points {
            numerator: x.value,
            denominator: y.value,
            unit: unit(&behind),
            at: (x.range.start, y.range.end),
        })
    };
    free.windows(2).filter_map(of_two).collect()
}

/// Whether the words before or behind a fraction make a score of it.
fn says_score(before: &str, behind: &str) -> bool {
    if before.trim_end().ends_with("from") || is_named(before) {
        return false; // where something starts, or a version of something
    }
    let start = before.rfind(['.', ';', ',', '|', '(']).map_or(0, |at| at + 1);
    let label = before[start..].trim_end().strip_suffix([':', '=', '–', '—']);
    let named = label.is_some_and(|label| words(label).any(is_scored));
    let end = behind.find(['.', ';', ',', '|', ':', '(']).unwrap_or(behind.len());
    let follows = words(&behind[..end]).take(3).any(|word| is_scored(word) || is_thing(word));
    let is_marked = behind.trim_start().starts_with(['✅', '✓', '✔']);
    named || follows || is_marked || is_value(before, behind)
}

/// Whether a fraction is all that stands behind a label or in brackets: `Current value: 3/10`, `Not found (1/5)`.
fn is_value(before: &str, behind: &str) -> bool {
    let label = before.trim_end().strip_suffix(':').map(|label| label.rsplit('|').next());
    let is_label =
        label.flatten().is_some_and(|label| !words(label).any(|word| OTHERS.contains(&word)));
    let is_bracketed = before.ends_with('(') && behind.starts_with(')');
    let ends = behind.trim_start().is_empty() || behind.trim_start().starts_with(['|', '(']);
    is_bracketed || is_label && ends
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty())
}

fn is_scored(word: &str) -> bool {
    SCORED.iter().any(|begin| word.starts_with(begin))
}

/// `24/7` is round the clock.
fn is_time(x: &Number, y: &Number) -> bool {
    (x.value, y.value) == (24, 7)
}

/// The words right behind a fraction.
fn unit(behind: &str) -> Option<String> {
    let end =
        behind.find(|letter: char| !(letter.is_alphabetic() || letter == ' ' || letter == '-'));
    let unit = behind[..end.unwrap_or(behind.len())].trim_matches([' ', '-']);
    (!unit.is_empty() && behind.starts_with(' ')).then(|| unit.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::statements::claims::number::numbers;

    fn of(text: &str) -> Vec<String> {
        let plain = Plain::new(text);
        let shown = |p: &Points| format!("{}/{} {:?}", p.numerator, p.denominator, p.unit);
        points(&plain, &numbers(&plain)).iter().map(shown).collect()
    }

    #[test]
    fn scores_are_read() {
        for (text, expected) in [
            ("**Score**: 18/36", "18/36 None"),
            ("21/21 tests passing", "21/21 Some(\"tests passing\")"),
            ("14 of 60 features verified", "14/60 Some(\"features verified\")"),
            ("Current value: 3/10 | high", "3/10 None"),
            ("Not found (1/5)", "1/5 None"),
        ] {
            assert_eq!(of(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_fractions_are_none() {
        for text in [
            "24/7 support",
            "on 2/15",
            "Date: 2/15",
            "Odoo 18/19 includes tests",
            "Week 2 of 6 tasks",
            "half is 1/2",
            "a/1/2 tests",
            "1 of 1 tests",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
