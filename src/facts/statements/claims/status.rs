//! Status words and marks, and what they mean.

/// Marks, first match decides.
const MARKS: [(&[char], &str); 4] = [
    (&['❌', '✗', '✘', '🔴', '⛔', '🚫'], "missing"),
    (&['🟡', '🟠', '⚠', '🚧', '🔶', '◐', '🔄'], "partial"),
    (&['🔜', '🔮', '📅', '📦', '⏳', '📋', '⬜', '🔲', '⏸', '🔵'], "planned"),
    (&['✅', '✔', '☑', '✓', '🟢', '🎉'], "done"),
];

/// Words, compared with the beginning of what is said; first match decides.
const WORDS: [(&[&str], &str); 6] = [
    (&["n/a", "not applicable", "out of scope"], "not-applicable"),
    (
        &[
            "not ",
            "no",
            "none",
            "missing",
            "absent",
            "gap",
            "fail",
            "blocked",
            "unsupported",
            "broken",
        ],
        "missing",
    ),
    (&["defer", "postponed", "won't", "wontfix", "rejected", "dropped"], "deferred"),
    (
        &[
            "partial",
            "in progress",
            "in-progress",
            "wip",
            "ongoing",
            "draft",
            "mostly",
            "stub",
            "beta",
            "started",
        ],
        "partial",
    ),
    (
        &[
            "planned", "todo", "to do", "pending", "backlog", "roadmap", "proposed", "future",
            "tbd", "open", "queued",
        ],
        "planned",
    ),
    (
        &[
            "done",
            "complete",
            "implemented",
            "covered",
            "yes",
            "live",
            "verified",
            "met",
            "pass",
            "full",
            "supported",
            "available",
            "deployed",
            "shipped",
            "ready",
            "production",
            "active",
            "enabled",
            "works",
            "working",
            "ok",
            "ga",
            "delivered",
            "achieved",
            "finished",
            "closed",
            "merged",
        ],
        "done",
    ),
];

/// Letters of which it shows what words begin with.
const LONGEST: usize = 24;

/// What the status in a table cell means; none if it is no status. A mark outweighs the words beside it, a denial both.
pub fn status(cell: &str) -> Option<&'static str> {
    let marks = || MARKS.iter().find(|(marks, _)| cell.contains(*marks));
    let marked = if cell.is_ascii() { None } else { marks().map(|(_, status)| *status) };
    let words = cell.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let words = words.chars().take(LONGEST).flat_map(char::to_lowercase).collect::<String>();
    let spoken = WORDS
        .iter()
        .find(|(starts, _)| starts.iter().any(|start| begins(&words, start)))
        .map(|(_, status)| *status);
    match (marked, spoken) {
        (
            Some("done"),
            Some(denial @ ("missing" | "not-applicable" | "deferred" | "planned" | "partial")),
        ) => Some(denial),
        (marked, spoken) => marked.or(spoken),
    }
}

/// Whether `text` begins with the word; one of at most five letters must end there.
fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        word.len() > 4 || word.ends_with(' ') || !rest.starts_with(char::is_alphabetic)
    })
}

/// Whether a column headed so holds statuses.
pub fn is_status_header(header: &str) -> bool {
    let header = header.to_lowercase();
    header.split(|letter: char| !letter.is_alphabetic()).any(|word| {
        matches!(
            word,
            "status"
                | "coverage"
                | "parity"
                | "state"
                | "completion"
                | "progress"
                | "readiness"
                | "implemented"
                | "covered"
                | "done"
                | "compliance"
                | "complete"
                | "verdict"
                | "result"
                | "verified"
                | "maturity"
                | "health"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_from_words_and_marks() {
        for (cell, expected) in [
            ("✅ 100%", Some("done")),
            ("Done", Some("done")),
            ("⚠️ Partial", Some("partial")),
            ("❌ Future", Some("missing")),
            ("✅ Not needed", Some("missing")),
            ("Not started", Some("missing")),
            ("Node 20", None),
            ("planned (W3)", Some("planned")),
            ("N/A", Some("not-applicable")),
            ("Deferred to P2", Some("deferred")),
            ("OK", Some("done")),
            ("okra", None),
            ("42", None),
            ("", None),
        ] {
            assert_eq!(status(cell), expected, "{cell}");
        }
    }

    #[test]
    fn headers_of_status_columns_are_known() {
        for header in ["Status", "Coverage", "IPAI Parity", "Current state", "Done?"] {
            assert!(is_status_header(header), "{header}");
        }
        for header in ["Statute", "Feature", "Description", "#"] {
            assert!(!is_status_header(header), "{header}");
        }
    }
}
