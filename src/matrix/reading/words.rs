//! Words by which documents say how much of a feature is there.

use crate::matrix::claim::Claimed;

const COVERED: &[&str] = &[
    "done",
    "complete",
    "completed",
    "implemented",
    "covered",
    "yes",
    "y",
    "true",
    "live",
    "verified",
    "available",
    "pass",
    "passed",
    "supported",
    "ok",
    "full",
    "fully",
    "shipped",
    "achieved",
    "enabled",
    "active",
    "deployed",
    "production",
    "present",
    "x",
    "✅",
    "✔",
    "✓",
    "🟢",
    "☑",
];
const PARTIAL: &[&str] = &[
    "partial",
    "partially",
    "in progress",
    "wip",
    "ongoing",
    "started",
    "some",
    "beta",
    "alpha",
    "draft",
    "in review",
    "limited",
    "🟡",
    "⚠",
    "🟠",
    "🚧",
    "◐",
];
const NONE: &[&str] = &[
    "no",
    "n",
    "false",
    "missing",
    "todo",
    "to do",
    "planned",
    "deferred",
    "not started",
    "none",
    "gap",
    "absent",
    "backlog",
    "open",
    "blocked",
    "proposed",
    "pending",
    "later",
    "not implemented",
    "unsupported",
    "❌",
    "✗",
    "✘",
    "🔴",
    "⬜",
    "☐",
    "⛔",
];

/// A status in small letters, with single spaces and without what only colours it.
pub(super) fn plain(status: &str) -> String {
    let small = status.to_lowercase().replace(['_', '-', '\u{fe0f}'], " ");
    let small = small.replace("  ", " ");
    small
        .trim_matches(|letter: char| letter.is_whitespace() || "*`.:()".contains(letter))
        .to_owned()
}

/// What a plain status usually means; none: nothing that is usual.
pub(super) fn meaning(plain: &str) -> Option<Claimed> {
    let lists = [(COVERED, Claimed::Covered), (PARTIAL, Claimed::Partial), (NONE, Claimed::None)];
    let known = |word: &str| {
        lists.iter().find(|(words, _)| words.contains(&word)).map(|(_, claimed)| *claimed)
    };
    let share = plain.strip_suffix('%').unwrap_or(plain).trim();
    let by_number = || match share.parse::<f64>().ok()? {
        full if full >= 100.0 || full == 1.0 && !plain.ends_with('%') => Some(Claimed::Covered),
        some if some > 0.0 => Some(Claimed::Partial),
        _ => Some(Claimed::None),
    };
    let first = || plain.split(' ').next().and_then(known);
    known(plain).or_else(by_number).or_else(first)
}
