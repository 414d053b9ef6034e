//! F9: what a document says of the state of a whole: `**Status**: Production Ready`, `## Phase 1: COMPLETE`.

use std::sync::LazyLock;

use super::listed::MARKS;
use super::listed::marked;
use super::listed::unmarked;
use super::status::status;
use crate::facts::statements::phrases::Phrases;

/// The last words of labels of lines that say a state.
const LABELS: [&str; 5] = ["status", "state", "verdict", "result", "results"];
/// The most words of such a label: `Overall implementation status`.
const MAX_LABEL: usize = 3;
/// Phrases that say it anywhere.
static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "production ready",
        "production-ready",
        "ready for production",
        "fully implemented",
        "fully operational",
        "fully functional",
        "fully deployed",
        "feature complete",
        "feature-complete",
        "generally available",
        "enterprise ready",
    ])
});
/// Words before a phrase that take it back.
const DENIALS: [&str; 8] = ["not ", "n't ", "before ", "until ", "to be ", "once ", "when ", "if "];
/// The longest state behind a label, in characters.
const MAX_STATE: usize = 80;
/// The words of which all of a state at the end of a title must be: `Complete Guide` is none.
const STATES: [&str; 38] = [
    "100",
    "achieved",
    "active",
    "and",
    "blocked",
    "complete",
    "completed",
    "deferred",
    "delivered",
    "deployed",
    "done",
    "draft",
    "failed",
    "finished",
    "fixed",
    "fully",
    "future",
    "implemented",
    "in",
    "incomplete",
    "live",
    "mostly",
    "not",
    "partial",
    "partially",
    "passed",
    "pending",
    "planned",
    "production",
    "progress",
    "ready",
    "resolved",
    "shipped",
    "started",
    "successful",
    "tested",
    "todo",
    "verified",
];
/// The most words of such a state.
const MAX_WORDS: usize = 4;

/// What is said to be in what state.
#[derive(Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// The label, or what the words before the state name.
    pub subject: String,
    /// What the state means.
    pub status: &'static str,
}

/// The state that words outside tables say.
pub fn of_words(text: &str) -> Option<Lifecycle> {
    if let Some((label, state)) = text.split_once(':') {
        let label = label.trim_matches(|letter: char| !letter.is_alphanumeric());
        if is_label(label) && state.chars().count() <= MAX_STATE {
            return said(state).map(|status| Lifecycle { subject: label.to_owned(), status });
        }
    }
    let lower = text.to_lowercase();
    let at = PHRASES.find(&lower)?;
    let is_denied = DENIALS.iter().any(|denial| lower[..at].contains(denial))
        || lower[..at].trim_end().ends_with('?')
        || lower.trim_end().ends_with('?');
    (!is_denied).then(|| Lifecycle { subject: String::new(), status: "done" })
}

/// Whether a label is that of a state: `Build status`.
pub fn is_label(label: &str) -> bool {
    let lower = label.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let words = lower.split(' ').count();
    words <= MAX_LABEL && lower.split(' ').next_back().is_some_and(|last| LABELS.contains(&last))
}

/// What the words of a state mean, or those that end its first clause; of other words, and of none, its mark.
pub fn said(state: &str) -> Option<&'static str> {
    let words = state.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let clause = words.split([',', '(', '.', ';', '—', '–']).next().unwrap_or_default();
    let last = clause.split_whitespace().next_back().unwrap_or_default();
    let is_choice = words.contains('/');
    let last =
        Some(last).filter(|last| !is_choice && STATES.contains(&last.to_lowercase().as_str()));
    // A number behind the mark is what is said.
    let is_number = words.starts_with(|first: char| first.is_ascii_digit());
    let mark = if is_number { "" } else { &state[..state.len() - words.len()] };
    status(words).or_else(|| status(mark)).or_else(|| status(last?))
}

/// The state of what a title names: a mark before it, or what it ends with.
pub fn of_title(title: &str) -> Option<Lifecycle> {
    // A warning is no state of what it is about.
    let marked = marked(title).filter(|status| *status != "partial");
    let marked = marked.map(|status| Lifecycle { subject: unmarked(title).to_owned(), status });
    ending(title).or(marked)
}

/// The state that words end with: behind a dash, a colon or in brackets, or a mark. A last remark in brackets may
/// follow it.
pub fn ending(words: &str) -> Option<Lifecycle> {
    let words = words.trim();
    let remark = words.strip_suffix(')').and_then(|words| words.rfind('('));
    last(words).or_else(|| last(words[..remark?].trim_end()))
}

fn last(words: &str) -> Option<Lifecycle> {
    let is_mark = |letter: char| MARKS.contains(&letter);
    let parts = |letter: char| is_mark(letter) || matches!(letter, ':' | '—' | '–' | '(' | '[');
    let at = words.rfind(parts).or_else(|| words.rfind(" - "))?;
    let (subject, state) = words.split_at(at);
    let all = |text| str::split(text, |letter: char| !letter.is_alphanumeric());
    if all(state).filter(|word| !word.is_empty()).nth(MAX_WORDS).is_some() {
        return None;
    }
    let lower = state.to_lowercase();
    let words = || all(&lower).filter(|word| !word.is_empty());
    // A number behind a mark is what is said; a warning is no state of what stands before it.
    let is_number =
        words().next().is_some_and(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    let is_marked = state.starts_with(is_mark) && !state.starts_with('⚠') && !is_number;
    let is_said = is_marked || words().all(|word| STATES.contains(&word));
    let is_state = is_said && !words().eq(["production"]);
    let state = state.trim_matches([':', '—', '–', '(', ')', '[', ']', ' ', '-']);
    let subject = subject.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != ')');
    let status = status(state).filter(|_| is_state && subject.contains(char::is_alphabetic))?;
    Some(Lifecycle { subject: subject.to_owned(), status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_from_labels_phrases_and_titles() {
        let status = |found: Option<Lifecycle>| found.map(|found| found.status);
        assert_eq!(status(of_words("Status: ✅ Production Ready (Week 0)")), Some("done"));
        assert_eq!(status(of_words("Status: In Progress")), Some("partial"));
        assert_eq!(status(of_words("The module is production-ready.")), Some("done"));
        assert_eq!(status(of_title("Phase 1: Schema — COMPLETE")), Some("done"));
        assert_eq!(status(of_words("**Status**: ⚠️ WARN")), Some("partial"));
        assert_eq!(status(of_words("Test status: ✅ run by hand")), Some("done"));
        assert_eq!(status(of_words("Test status: ✅ 94% of them")), None);
        assert_eq!(status(of_words("Status: Schema complete (95%), rest open")), Some("done"));
        assert_eq!(status(of_title("Phase 2 ✅")), Some("done"));
        assert_eq!(status(of_title("✅ Phase 2: Builds")), Some("done"));
        assert_eq!(status(of_title("Sign-off: ✅ APPROVED")), Some("done"));
        assert_eq!(status(of_title("Phase 2 [DONE]")), Some("done"));
    }

    #[test]
    fn denials_and_other_labels_are_none() {
        for text in [
            "It is not production ready",
            "is it production ready?",
            "Port: 80",
            "Build status: kept / open / patch pending",
            "Note: complete this first",
            "what to do before it is production-ready",
        ] {
            assert_eq!(of_words(text), None, "{text}");
        }
        for title in [
            "Status codes",
            "Deploy: steps to take",
            "Appendix: Complete Module List",
            "Step 8: Open it",
            "Domain (Production)",
            "⚠️ Known limits",
            "3.2 ⚠️ Known limits",
            "❌ Don't",
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }
}
