//! In which sense a number is said: as a fact, a target, a plan or a threshold.

use std::sync::LazyLock;

use crate::facts::statements::phrases::Phrases;

/// Words that make a threshold of the numbers beside them.
static THRESHOLD: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        ">=",
        "<=",
        "≥",
        "≤",
        " > ",
        " < ",
        "at least",
        "at most",
        "no less",
        "must",
        "minimum",
        "maximum",
        "min ",
        "max ",
        "threshold",
        "required to",
        "gate:",
        "quality gate",
        "passing score",
        "passing grade",
        "passing mark",
        "criteria",
        "criterion",
        "fail if",
        "fails if",
        "or more",
        "below",
        "above",
        "exceed",
        "ensure",
        "make sure",
    ])
});
/// Words that make a target.
static TARGET: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "target",
        "goal",
        "aim",
        "objective",
        "kpi",
        "should",
        "increase to",
        "increases to",
        "reach",
        "improve to",
    ])
});
/// Words that make a plan.
static PLANNED: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "planned",
        "plan to",
        "will ",
        "future",
        "roadmap",
        "upcoming",
        "backlog",
        "projected",
        "estimated",
        "estimate",
        "expected",
        "expect",
        "tbd",
        "todo",
        "proposed",
        "next step",
        "to be ",
        "if ",
        "would",
        "could",
    ])
});
/// Words of a title that make a target of the numbers under it.
static TARGET_TITLES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&["target", "goal", "objective", "success metric", "kpi", "desired"])
});
/// Words of a title that make a threshold of the numbers under it.
static THRESHOLD_TITLES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "criteria",
        "threshold",
        "gate",
        "requirement",
        "slo",
        "sla",
        "definition of done",
    ])
});
/// Words of a title that make a plan of the numbers under it.
static PLANNED_TITLES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "plan",
        "plans",
        "planned",
        "roadmap",
        "future",
        "next step",
        "backlog",
        "todo",
        "upcoming",
        "proposed",
        "estimate",
        "timeline",
    ])
});

/// The sense of a claim that ends `words`, under a heading titled `section`.
pub fn context(words: &str, section: &str) -> &'static str {
    let line = words.to_lowercase();
    if THRESHOLD.are_in(&line) {
        "threshold"
    } else if TARGET.are_in(&line) {
        "target"
    } else if PLANNED.are_in(&line) || line.trim_start().starts_with("[ ]") {
        "planned"
    } else {
        of_section(&section.to_lowercase())
    }
}

/// The sense a section's title gives to what it says.
fn of_section(title: &str) -> &'static str {
    let is_week = |word: &str| {
        title.split_once(word).is_some_and(|(before, rest)| {
            !before.ends_with(char::is_alphanumeric)
                && rest
                    .trim_start_matches(['s', ' '])
                    .starts_with(|next: char| next.is_ascii_digit())
        })
    };
    if TARGET_TITLES.are_in(title) {
        "target"
    } else if THRESHOLD_TITLES.are_in(title) {
        "threshold"
    } else if PLANNED_TITLES.are_in(title) || is_week("week") || is_week("sprint") {
        "planned"
    } else {
        "stated"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_a_number_say_its_sense() {
        for (line, expected) in [
            ("Coverage: 57/60 (95%)", "stated"),
            ("from 8 of 37 features to our target of 80%", "target"),
            ("Phase 1 Target: 29/36 (80%)", "target"),
            ("raised 57/60 -> (95%)", "stated"),
            ("Parity coverage increases to ~35% (21/60 features)", "target"),
            ("coverage must be 57/60 (95%)", "threshold"),
            ("Passing Score: 20/25 (80%)", "threshold"),
            ("pass rate >= 95% (19/20)", "threshold"),
            ("we will have 10/10 (100%)", "planned"),
            ("[ ] 10/10 (100%)", "planned"),
            ("Goodwill: 3/3 (100%)", "stated"),
            ("Gateways: 3/3 (100%)", "stated"),
            ("Tests passing: 45/45 (100%)", "stated"),
            ("All gates: 45/45 (100%)", "stated"),
        ] {
            assert_eq!(context(line, ""), expected, "{line}");
        }
    }

    #[test]
    fn a_section_gives_its_sense_to_what_it_says() {
        for (title, expected) in [
            ("Week 3: backups", "planned"),
            ("Roadmap", "planned"),
            ("Acceptance criteria", "threshold"),
            ("Goals", "target"),
            ("Coverage by layer", "stated"),
            ("Weekly report", "stated"),
        ] {
            assert_eq!(context("10/10 (100%)", title), expected, "{title}");
        }
    }
}
