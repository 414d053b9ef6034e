//! Text that a template left for somebody to write.

use crate::facts::statements::plain::Plain;

/// Words that stand for text to come.
const WORDS: [&str; 5] = ["TODO", "TBD", "FIXME", "PLACEHOLDER", "XXX"];
/// What a bracket of a template begins with.
const BRACKETS: [&str; 2] = ["[INSERT", "[NEEDS CLARIFICATION"];
/// What a bracketed name of a template ends with: `[FEATURE NAME]`, `[DATE]`.
const NAMES: [&str; 7] = ["NAME", "DATE", "TITLE", "LINK", "DESCRIPTION", "HERE", "VERSION"];

/// The placeholder in a line, if there is one. A word counts where text should stand (alone, behind a colon, before one),
/// not where a sentence speaks of it, and not in code or quotations.
pub fn placeholder(words: &str) -> Option<String> {
    let plain = Plain::new(words);
    let text = plain.text.trim();
    if text.to_lowercase().contains("lorem ipsum") {
        return Some("lorem ipsum".to_owned());
    }
    bracket(&plain).or_else(|| {
        let mut found = WORDS.iter().filter(|word| has(&plain, word));
        let word = found.next()?;
        let is_list = found.next().is_some();
        (!is_list).then(|| (*word).to_owned())
    })
}

fn bracket(plain: &Plain) -> Option<String> {
    let starts = plain.text.match_indices('[').filter(|(at, _)| plain.is_own(*at));
    for (at, _) in starts {
        let rest = &plain.text[at..];
        if let Some(start) = BRACKETS.iter().find(|start| rest.starts_with(**start)) {
            return Some(start.trim_start_matches('[').to_owned());
        }
        let Some(end) = rest.find(']') else { continue };
        let name = &rest[1..end];
        let is_name = name.len() < 40
            && name
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == ' ' || letter == '_')
            && NAMES.iter().any(|last| name.ends_with(last));
        if is_name {
            return Some(name.to_owned());
        }
    }
    None
}

/// Whether the word stands where text should.
fn has(plain: &Plain, word: &str) -> bool {
    plain.text.match_indices(word).any(|(at, _)| {
        let before = &plain.text[..at];
        let after = &plain.text[at + word.len()..];
        let is_word = !before
            .ends_with(|letter: char| letter.is_alphanumeric() || "_-/".contains(letter))
            && !after
                .starts_with(|letter: char| letter.is_alphanumeric() || "_-/".contains(letter));
        let opens = before.trim_end();
        let is_instead = opens.is_empty() || opens.ends_with([':', '(', '|', '—', '–', '=', ']']);
        let is_status =
            word == "TODO" && (opens.ends_with('|') || opens.to_lowercase().contains("status"));
        let closes = after.trim_start();
        let is_all = closes.is_empty()
            || closes.starts_with([')', '|', '.', '(', ':'])
            || closes.starts_with("- ");
        plain.is_own(at) && is_word && is_instead && is_all && !is_status
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_open_is_found() {
        for (words, expected) in [
            ("**Owner**: TBD", "TBD"),
            ("TODO: write this", "TODO"),
            ("| Region | TBD |", "TBD"),
            ("Cost (TBD)", "TBD"),
            ("[INSERT diagram]", "INSERT"),
            ("FR-006: sign in via [NEEDS CLARIFICATION: which?]", "NEEDS CLARIFICATION"),
            ("# Plan: [FEATURE NAME]", "FEATURE NAME"),
            ("Lorem ipsum dolor", "lorem ipsum"),
        ] {
            assert_eq!(placeholder(words).as_deref(), Some(expected), "{words}");
        }
    }

    #[test]
    fn speaking_of_them_is_not_leaving_one() {
        for words in [
            "No TODO may stay in a release",
            "fails on TODO, TBD or FIXME",
            "checks: TODO, TBD, PLACEHOLDER",
            "run `grep TODO`",
            "the word \"TBD\" is refused",
            "mastodon TODOs",
            "Status: TODO",
            "| **Status** | TODO |",
            "[IN PROGRESS] the port",
            "[P] [US1] do it",
            "see [the DATE](x)",
        ] {
            assert_eq!(placeholder(words), None, "{words}");
        }
    }
}
