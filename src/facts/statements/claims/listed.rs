//! F8: what a list ticks or marks off.

use super::lifecycle;
use super::lifecycle::Lifecycle;
use super::status::status;

/// The marks an item may begin with.
pub const MARKS: [char; 16] =
    ['✅', '✔', '☑', '✓', '🟢', '❌', '✗', '✘', '🔴', '🟡', '🟠', '⚠', '🚧', '⏳', '🔜', '⬜'];
/// Words behind a mark that make advice of it: `❌ Never commit secrets`.
const ADVICE: [&str; 13] = [
    "always",
    "avoid",
    "bad",
    "do",
    "don",
    "don't",
    "don’t",
    "ensure",
    "incorrect",
    "must",
    "never",
    "should",
    "use",
];
/// The longest label before a mark, in bytes.
const MAX_LABEL: usize = 60;

/// What words say is in what state, by a box or mark before them, behind their label or at their end; an empty box is a
/// plan, and no claim.
pub fn listed(words: &str, text: &str) -> Option<Lifecycle> {
    if words.trim_start().starts_with("[ ]") {
        return None;
    }
    let ending = lifecycle::ending(text);
    // A remark at the end takes back what the mark says: `✅ Search (in progress)`.
    let is_remark = ending.as_ref().is_some_and(|ending| ending.status != "done");
    let subject = |text: &str| unmarked(text).to_owned();
    match marked(words) {
        Some("done") if is_remark => ending,
        Some(status) => Some(Lifecycle { subject: subject(text), status }),
        None => labelled(text).or(ending),
    }
}

/// What the box or mark at the beginning of words means.
pub fn marked(words: &str) -> Option<&'static str> {
    let words = words.trim_start_matches([' ', '*', '_', '→', '│', '├', '└', '─']);
    if words.starts_with("[x]") || words.starts_with("[X]") {
        return Some("done");
    }
    let rest = words.trim_start_matches(MARKS);
    let says = rest.len() < words.len() && rest.contains(char::is_alphanumeric);
    // The words behind the mark may be about a lack, which is no lack of what they say.
    let mark = words.chars().next().map(String::from).unwrap_or_default();
    status(&mark)
        .filter(|status| says && !(matches!(*status, "done" | "missing") && is_advice(rest)))
}

/// The state and the label of `Label: ✅ words`.
fn labelled(text: &str) -> Option<Lifecycle> {
    let (label, rest) = text.split_once(':')?;
    let label = unmarked(label).trim_end();
    let is_label = !label.is_empty() && label.len() <= MAX_LABEL;
    let says = rest.trim_start().starts_with(MARKS)
        && !unmarked(rest).starts_with(|first: char| first.is_ascii_digit());
    let status = status(rest).filter(|_| is_label && says)?;
    Some(Lifecycle { subject: label.to_owned(), status })
}

/// Whether words tell the reader what to do.
fn is_advice(words: &str) -> bool {
    let words = words.trim_start_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let first = words.split([' ', ':', ',']).next().unwrap_or_default();
    ADVICE.contains(&first)
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
            ("**✅ Build**", Some("done")),
            ("❌ Backups", Some("missing")),
            ("[ ] build", None),
            ("✅", None),
            ("build ✅", None),
            ("❌ Never commit secrets", None),
            ("✅ Always sign", None),
        ] {
            assert_eq!(marked(words), expected, "{words}");
        }
    }

    #[test]
    fn states_behind_a_label_and_at_the_end_are_read() {
        for (words, expected) in [
            ("Builds: ✅ on every push", Some(("Builds", "done"))),
            ("Phase 11 access ✅", Some(("Phase 11 access", "done"))),
            ("guard.md — done (v1.0.0)", Some(("guard.md", "done"))),
            ("Restores (in progress)", Some(("Restores", "partial"))),
            ("├── index.ts ✅", Some(("index.ts", "done"))),
            ("[ ] build — done", None),
            ("Restores (by hand)", None),
            ("a plain sentence", None),
        ] {
            let found = listed(words, words);
            let found = found.as_ref().map(|found| (found.subject.as_str(), found.status));
            assert_eq!(found, expected, "{words}");
        }
    }
}
