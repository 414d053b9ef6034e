//! F8: what a list ticks or marks off.

use super::status::status;

/// The marks an item may begin with.
const MARKS: [char; 16] =
    ['✅', '✔', '☑', '✓', '🟢', '❌', '✗', '✘', '🔴', '🟡', '🟠', '⚠', '🚧', '⏳', '🔜', '⬜'];

/// What the box or mark at the beginning of words means; an empty box is a plan.
pub fn marked(words: &str) -> Option<&'static str> {
    let words = words.trim_start();
    if words.starts_with("[x]") || words.starts_with("[X]") {
        return Some("done");
    }
    let rest = words.trim_start_matches(MARKS);
    let says = rest.len() < words.len() && rest.contains(char::is_alphanumeric);
    // The words behind the mark may be about a lack, which is no lack of what they say.
    let mark = words.chars().next().map(String::from).unwrap_or_default();
    status(&mark).filter(|_| says)
}

/// The words behind the box or mark.
pub fn unmarked(words: &str) -> &str {
    let words = words.trim_start();
    let words = ["[x]", "[X]"].iter().find_map(|tick| words.strip_prefix(tick)).unwrap_or(words);
    words.trim_start_matches(|letter: char| !letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_marks_are_read() {
        for (words, expected) in [
            ("[x] build", Some("done")),
            ("✅ No errors", Some("done")),
            ("❌ Backups", Some("missing")),
            ("[ ] build", None),
            ("✅", None),
            ("build ✅", None),
        ] {
            assert_eq!(marked(words), expected, "{words}");
        }
    }
}
