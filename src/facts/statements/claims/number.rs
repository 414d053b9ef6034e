//! The numbers of a line that can be part of a claim: no dates, versions, ranges, amounts or parts of names.

use std::ops::Range;

use crate::facts::statements::plain::Plain;

/// The most digits a number may have.
const MAX_DIGITS: usize = 12;

/// A number in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its whole part.
    pub value: u64,
    /// As written, without thousands separators.
    pub text: String,
    /// Its bytes; of a percentage with the sign.
    pub range: Range<usize>,
    /// Whether a percent sign follows.
    pub is_percent: bool,
    /// Whether `~`, `≈` or `+` stands beside it.
    pub is_approximate: bool,
}

impl Number {
    /// Whether it can count things.
    pub fn is_whole(&self) -> bool {
        !self.is_percent && !self.text.contains('.')
    }
}

/// The document's own numbers in a line, in order.
pub fn numbers(plain: &Plain) -> Vec<Number> {
    let text = plain.text.as_str();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|letter: char| letter.is_ascii_digit()) {
        let start = at + start;
        let end = start + span(&text[start..]);
        found.extend(number(text, start..end).filter(|_| plain.is_own(start)));
        at = end;
    }
    found
}

/// How many bytes of `text`, which begins with a digit, are one number: `1,234.5`.
fn span(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 1;
    loop {
        let separated = match bytes.get(end) {
            Some(b',') => (1..=3).all(|ahead| is_digit(end + ahead)) && !is_digit(end + 4),
            Some(b'.') => is_digit(end + 1),
            _ => false,
        };
        if !separated && !is_digit(end) {
            return end;
        }
        end += 1;
    }
}

fn number(text: &str, range: Range<usize>) -> Option<Number> {
    let written = text[range.clone()].replace(',', "");
    let before = text[..range.start].chars().next_back();
    let after = &text[range.end..];
    let is_percent = after.starts_with('%');
    let end = range.end + usize::from(is_percent);
    let behind = &text[end..];
    let next = behind.chars().next();
    let is_name = |letter: char| letter.is_alphanumeric() || "_-–$€£#@:=&\\^".contains(letter);
    let stands_alone = !before.is_some_and(|letter| is_name(letter) || letter == '.')
        && !next.is_some_and(|letter| letter.is_alphanumeric() || "_%:°".contains(letter))
        && (!behind.starts_with(['-', '–', '.']) || ends_a_clause(behind));
    if !stands_alone || written.len() > MAX_DIGITS || written.matches('.').count() > 1 {
        return None;
    }
    let value = written.split('.').next()?.parse().ok()?;
    let is_approximate =
        matches!(before, Some('~' | '≈' | '±' | '>' | '<' | '≥' | '≤')) || next == Some('+');
    Some(Number { value, text: written, range: range.start..end, is_percent, is_approximate })
}

/// Whether a full stop or dash ends a clause here, rather than going on with a version, a range or a compound.
fn ends_a_clause(behind: &str) -> bool {
    let mut letters = behind.chars();
    letters.next();
    letters.next().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let sign = |number: &Number| if number.is_percent { "%" } else { "" };
        numbers(&Plain::new(text)).iter().map(|n| format!("{}{}", n.text, sign(n))).collect()
    }

    #[test]
    fn numbers_and_percentages_are_found() {
        assert_eq!(of("57/60 (95.0%), 1,234 files."), ["57", "60", "95.0%", "1234"]);
        assert_eq!(of("~35% and 80+ modules"), ["35%", "80"]);
        assert_eq!(of("10 of 12 - 83%."), ["10", "12", "83%"]);
    }

    #[test]
    fn what_is_part_of_something_else_is_none() {
        for text in [
            "v18",
            "18.0.1.2",
            "2026-02-15",
            "10:30",
            "$40",
            "#12",
            "3x",
            "W2",
            "10-12",
            "5–7%",
            "a_1",
            "12h",
            "`7`",
            "2nd",
            "1_000",
            "-5",
            "99999999999999",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}
