//! F6: percentages on their own: `~35% coverage`, `Parity: 85-90%`.

use super::clause::around;
use super::number::Number;
use crate::facts::statements::plain::Plain;

/// How words begin that make a statement about the work of a percentage.
const OF_WORK: [&str; 30] = [
    "accura",
    "achiev",
    "adopt",
    "align",
    "automat",
    "complet",
    "complian",
    "cover",
    "deliver",
    "deploy",
    "document",
    "done",
    "finish",
    "function",
    "implement",
    "matur",
    "migrat",
    "operational",
    "overall",
    "parity",
    "pass",
    "progress",
    "readi",
    "ready",
    "reliab",
    "score",
    "status",
    "success",
    "test",
    "verif",
];

/// Words that make a change of a percentage.
const CHANGES: [&str; 10] =
    ["faster", "fewer", "from", "growth", "less", "more", "savings", "slower", "than", "up"];

/// A percentage without a fraction.
#[derive(Debug, PartialEq, Eq)]
pub struct Percent {
    /// As written; of a range its lower end.
    pub text: String,
    /// Whether it says so, or is a range.
    pub is_approximate: bool,
    /// The byte where it starts, and the byte behind it.
    pub at: (usize, usize),
}

/// The percentages of a line that say how far the work is. `free` are the numbers that are in no fraction.
pub fn percents(plain: &Plain, free: &[Number]) -> Vec<Percent> {
    let alone = free.iter().filter(|number| number.is_percent).map(|number| Percent {
        text: number.text.clone(),
        is_approximate: number.is_approximate,
        at: (number.range.start, number.range.end),
    });
    let mut found: Vec<Percent> = alone.chain(ranges(plain)).collect();
    found
        .retain(|percent| is_of_work(&plain.text, percent.at) || is_value(&plain.text, percent.at));
    found
}

/// Percentages from one to another: `85-90%`.
fn ranges(plain: &Plain) -> impl Iterator<Item = Percent> {
    let signs = plain.text.match_indices('%').map(|(at, _)| at);
    signs.filter_map(|sign| {
        let digits = |end: usize| {
            let text = &plain.text[..end];
            text.len() - text.trim_end_matches(|letter: char| letter.is_ascii_digit()).len()
        };
        let upper = sign - digits(sign);
        let gap = plain.text[..upper].strip_suffix(['-', '–'])?.trim_end_matches('%').len();
        let lower = gap - digits(gap);
        let text = plain.text[lower..gap].to_owned();
        let is_range = !text.is_empty()
            && upper < sign
            && plain.is_own(sign)
            && !plain.text[..lower].ends_with(|letter: char| {
                letter.is_alphanumeric() || matches!(letter, '.' | '-' | '–' | '/')
            });
        is_range.then_some(Percent { text, is_approximate: true, at: (lower, sign + 1) })
    })
}

/// Whether a percentage is all there is behind a label that compares a plan with what is: `Actual: 95%`.
fn is_value(text: &str, (start, end): (usize, usize)) -> bool {
    let label =
        text[..start].trim().trim_end_matches(['~', '≈', '≥', '>']).trim_end().strip_suffix(':');
    label.is_some_and(compares) && !text[end..].trim_start().starts_with(char::is_alphanumeric)
}

/// Whether a label or a column sets a plan against what is.
pub fn compares(label: &str) -> bool {
    let label = label.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    ["actual", "achieved", "current", "goal", "now", "target", "today"].contains(&label.as_str())
}

/// Whether a word of the clause around a percentage is about work.
fn is_of_work(text: &str, (start, end): (usize, usize)) -> bool {
    are_of_work(around(text, start, end))
}

/// Whether a word of a clause, a row or a column is about work.
pub fn are_of_work(clause: &str) -> bool {
    let clause = clause.to_lowercase();
    let words = || clause.split(|letter: char| !letter.is_alphabetic());
    let says =
        |begins: &[&str]| words().any(|word| begins.iter().any(|begin| word.starts_with(begin)));
    says(&OF_WORK)
        && !words().any(|word| CHANGES.contains(&word))
        && !says(&["reduc", "improv", "increas", "decreas"])
        && !clause.contains(['→', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::statements::claims::number::numbers;

    fn of(text: &str) -> Vec<String> {
        let plain = Plain::new(text);
        let about = |percent: &Percent| if percent.is_approximate { "~" } else { "" };
        percents(&plain, &numbers(&plain)).iter().map(|p| about(p).to_owned() + &p.text).collect()
    }

    #[test]
    fn percentages_of_work_are_claims() {
        assert_eq!(of("**Coverage**: 95%"), ["95"]);
        assert_eq!(of("about ~35% complete"), ["~35"]);
        assert_eq!(of("**Current**: 90%"), ["90"]);
        assert_eq!(of("Parity is 85-90%, tests pass at 99.5%"), ["99.5", "~85"]);
    }

    #[test]
    fn other_percentages_are_none() {
        for text in [
            "24/7 support, 99.99% uptime",
            "12% VAT",
            "a discount of 5%",
            "width: 100%",
            "95% reduction in failed tests",
            "(up from 70% coverage)",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
