//! Regular expressions of the server, as far as they mean the same everywhere.

use regex::RegexBuilder;

/// The largest program of a pattern, in bytes.
const MAX_SIZE: usize = 100_000;

/// Whether a text has what a pattern says; none: not decided here.
pub(super) fn found(text: &str, pattern: &str, any_case: bool) -> Option<bool> {
    if !text.is_ascii() || !is_common(pattern) {
        return None;
    }
    let mut builder = RegexBuilder::new(pattern);
    let built =
        builder.case_insensitive(any_case).dot_matches_new_line(true).size_limit(MAX_SIZE).build();
    built.ok().map(|it| it.is_match(text))
}

/// Whether a pattern has nothing that other engines read otherwise: no classes in brackets, no words behind `\\` but
/// digits and escaped signs, no `(?`, no `***`.
fn is_common(pattern: &str) -> bool {
    let mut characters = pattern.chars().peekable();
    let mut inside = false;
    while let Some(it) = characters.next() {
        let next = characters.peek().copied();
        match it {
            '\\' => match characters.next() {
                Some('d' | 's' | 'w') if !inside => {}
                Some(sign) if sign.is_ascii_punctuation() => {}
                _ => return false,
            },
            '[' if inside => return false,
            '[' => {
                inside = true;
                if next == Some('^') {
                    characters.next();
                }
                if characters.peek() == Some(&']') {
                    return false;
                }
            }
            ']' => inside = false,
            '&' | '~' if inside && next == Some(it) => return false,
            '-' if inside && next == Some('-') => return false,
            '(' if !inside && next == Some('?') => return false,
            '*' | '+' | '?' | '}' if !inside && matches!(next, Some('*' | '+' | '?')) => {
                return false;
            }
            _ if !it.is_ascii() => return false,
            _ => {}
        }
    }
    !inside && !pattern.starts_with('*')
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn patterns_hold_do_not_or_are_left_open() {
        for (text, pattern, expected) in [
            ("insightpulse", "^[a-z0-9-]+$", Some(true)),
            ("Insight Pulse", "^[a-z0-9-]+$", Some(false)),
            ("a@b.de", r"^[^@]+@[^@]+\.[^@]+$", Some(true)),
            ("2024-01", r"^\d{4}-\d{2}$", Some(true)),
            ("ä", "^[a-z]$", None),
            ("a", "(?i)A", None),
            ("a", "[[:alpha:]]", None),
            ("a", r"\ya\y", None),
            ("a", "a**", None),
            ("a", "(", None),
        ] {
            assert_eq!(found(text, pattern, false), expected, "{text} {pattern}");
        }
    }
}
