//! F11: what is said of all things of a kind: `all tables have RLS`.

use super::clause::around;
use super::count::is_thing;

/// What begins a statement about all.
const QUANTIFIERS: [&str; 4] = ["all ", "every ", "each ", "100% of "];
/// Words of which one must say what holds of them.
const PREDICATES: [&str; 30] = [
    "has",
    "have",
    "are",
    "is",
    "use",
    "uses",
    "pass",
    "passes",
    "passed",
    "passing",
    "protected",
    "enabled",
    "enforced",
    "implemented",
    "documented",
    "tested",
    "verified",
    "deployed",
    "secured",
    "covered",
    "rls",
    "include",
    "includes",
    "follow",
    "follows",
    "live",
    "working",
    "exist",
    "migrated",
    "contain",
];
/// How many words may stand between the quantifier and the thing.
const MAX_QUALITIES: usize = 3;

/// A statement about all things of a kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Universal {
    /// The clause.
    pub clause: String,
    /// The things, with their qualities.
    pub unit: String,
    /// Where it starts.
    pub start: usize,
}

/// The first such statement of a line.
pub fn universal(text: &str) -> Option<Universal> {
    let lower = text.to_ascii_lowercase();
    QUANTIFIERS.iter().find_map(|quantifier| {
        let at = lower.find(quantifier)?;
        let is_word = !lower[..at]
            .ends_with(|letter: char| letter.is_alphanumeric() || "-'".contains(letter));
        let is_one = matches!(*quantifier, "every " | "each ");
        let unit = unit(&lower[at + quantifier.len()..], is_one).filter(|_| is_word)?;
        let clause = around(text, at, at + quantifier.len() + unit.len());
        let says = clause
            .to_ascii_lowercase()
            .replacen(&unit, "", 1)
            .split(|letter: char| !letter.is_alphabetic())
            .any(|word| PREDICATES.contains(&word));
        says.then(|| Universal { clause: clause.trim().to_owned(), unit, start: at })
    })
}

/// The thing right behind a quantifier, with its qualities: in the plural, but behind `every` and `each`.
fn unit(text: &str, is_one: bool) -> Option<String> {
    let end = text.find(['.', ',', ';', ':', '(', '|']).unwrap_or(text.len());
    let mut unit = String::new();
    for word in text[..end].split(' ').take(MAX_QUALITIES + 1) {
        if PREDICATES.contains(&word) || matches!(word, "of" | "the" | "these" | "their" | "your") {
            return None;
        }
        unit.push_str(word);
        if if is_one { is_thing(&format!("{word}s")) } else { is_thing(word) } {
            return Some(unit);
        }
        unit.push(' ');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_all_is_read() {
        let found = universal("✅ RLS enabled on all AFC tables").unwrap();
        assert_eq!(
            (found.unit.as_str(), found.clause.as_str()),
            ("afc tables", "✅ RLS enabled on all AFC tables")
        );
        assert!(universal("Every table has row level security.").is_some());
    }

    #[test]
    fn what_is_asked_of_all_is_none() {
        for text in [
            "see all tables below",
            "overall tables",
            "install all modules",
            "Each person has their role assigned",
        ] {
            assert_eq!(universal(text), None, "{text}");
        }
    }
}
