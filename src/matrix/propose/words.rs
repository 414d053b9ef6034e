//! Words of titles and names, so that `Scheduled automatic backups` finds `backup-scheduler.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words of this field that stand for one another, a line each; the first is taken for all.
static SAME: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| Some((line.split(' ').next()?, line)))
        .flat_map(|(first, line)| line.split(' ').map(move |word| (stem(word), stem(first))))
        .collect()
});

/// Words that tell nothing of what they stand beside.
const IDLE: &[&str] = &[
    "a",
    "an",
    "and",
    "automatic",
    "based",
    "between",
    "built",
    "custom",
    "daily",
    "data",
    "fresh",
    "full",
    "kept",
    "several",
    "any",
    "are",
    "as",
    "at",
    "be",
    "by",
    "can",
    "docs",
    "each",
    "every",
    "for",
    "from",
    "has",
    "have",
    "in",
    "into",
    "is",
    "it",
    "its",
    "main",
    "many",
    "md",
    "multi",
    "new",
    "no",
    "not",
    "of",
    "off",
    "on",
    "one",
    "only",
    "or",
    "other",
    "out",
    "over",
    "own",
    "per",
    "set",
    "so",
    "such",
    "that",
    "than",
    "the",
    "their",
    "this",
    "to",
    "up",
    "use",
    "used",
    "with",
    "yaml",
    "yml",
    "json",
    "sql",
    "sh",
    "py",
    "ts",
    "src",
    "index",
    "readme",
];

/// Endings that are taken off, the longest first, where at least so many letters remain.
const ENDINGS: &[(&str, &str, usize)] = &[
    ("ations", "", 4),
    ("ation", "", 4),
    ("ments", "", 4),
    ("ment", "", 4),
    ("ings", "", 4),
    ("ing", "", 4),
    ("ies", "y", 3),
    ("ers", "", 4),
    ("ate", "", 4),
    ("er", "", 4),
    ("ed", "", 4),
    ("es", "", 4),
    ("s", "", 3),
];

/// The words of a text or a name, each once, without endings, in a form that equal things share.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = split(text)
        .filter(|word| word.len() > 1 && !IDLE.contains(&word.as_str()))
        .map(|word| stem(&word))
        .map(|word| SAME.get(&word).cloned().unwrap_or(word))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Cuts at everything but letters and digits, and where a small letter meets a capital one.
fn split(text: &str) -> impl Iterator<Item = String> {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut small = false;
    for letter in text.chars() {
        if small && letter.is_uppercase() {
            apart.push(' ');
        }
        small = letter.is_lowercase();
        apart.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    let words: Vec<String> = apart.split_whitespace().map(str::to_lowercase).collect();
    words.into_iter()
}

/// A word without its ending.
fn stem(word: &str) -> String {
    let cut = ENDINGS.iter().find_map(|(ending, instead, least)| {
        let rest = word.strip_suffix(ending).filter(|rest| rest.len() >= *least)?;
        Some(format!("{rest}{instead}"))
    });
    let cut = cut.unwrap_or_else(|| word.to_owned());
    match cut.strip_suffix('e') {
        Some(rest) if rest.len() >= 3 => rest.to_owned(),
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(one: &str, other: &str) -> bool {
        words(one).iter().any(|word| words(other).contains(word))
    }

    #[test]
    fn forms_of_a_word_are_one() {
        for (one, other) in [
            ("Scheduled automatic backups", "backup-scheduler.json"),
            ("Role-based access control", "ops.roles"),
            ("Monitoring", "MonitorService"),
            ("Deployment", "deploy_prod"),
            ("Backups", "pg_dump"),
            ("Policies", "policy"),
        ] {
            assert!(share(one, other), "{one} / {other}: {:?} {:?}", words(one), words(other));
        }
    }

    #[test]
    fn words_that_tell_nothing_join_nothing() {
        assert!(!share("A branch of its own", "the.set_of_one"));
        assert!(words("of the and a").is_empty());
    }
}
