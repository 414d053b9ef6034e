//! F9: what a document says of the state of a whole: `**Status**: Production Ready`, `## Phase 1: COMPLETE`.

use std::sync::LazyLock;

use super::status::status;
use crate::facts::statements::phrases::Phrases;

/// Labels of lines that say a state.
const LABELS: [&str; 10] = [
    "status",
    "state",
    "document status",
    "overall status",
    "current status",
    "implementation status",
    "deployment status",
    "project status",
    "verdict",
    "result",
];
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
        let lower = label.to_lowercase();
        let is_label = LABELS.contains(&lower.as_str());
        if is_label && state.chars().count() <= MAX_STATE {
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

/// What the words of a state mean; of a state without words its mark.
fn said(state: &str) -> Option<&'static str> {
    let words = state.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    status(if words.is_empty() { state } else { words })
}

/// The state at the end of a title: behind a dash, a colon or in brackets, or a mark.
pub fn of_title(title: &str) -> Option<Lifecycle> {
    let title = title.trim();
    let at = title
        .rfind([':', '—', '–', '(', '✅', '❌', '🟡', '🚧', '⏳'])
        .or_else(|| title.rfind(" - "))?;
    let (subject, state) = title.split_at(at);
    let state = state.trim_matches([':', '—', '–', '(', ')', ' ', '-']);
    let lower = state.to_lowercase();
    let words =
        || lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_state = words().count() <= MAX_WORDS && words().all(|word| STATES.contains(&word));
    let is_lonely = words().eq(["production"]) || subject.trim().is_empty();
    let status = status(state).filter(|_| is_state && !is_lonely)?;
    let subject = subject.trim_matches([':', '—', '–', '(', ' ', '-', '✅']);
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
        assert_eq!(status(of_title("Phase 2 ✅")), Some("done"));
    }

    #[test]
    fn denials_and_other_labels_are_none() {
        for text in [
            "It is not production ready",
            "is it production ready?",
            "Port: 80",
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
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }
}
