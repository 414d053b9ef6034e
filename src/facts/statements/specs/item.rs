//! The ids of specification items: `FR-001`, `SC-002`, `T012`, `US3`.

/// What the letters of an id say the item is.
const KINDS: [(&str, &str); 12] = [
    ("FR", "requirement"),
    ("REQ", "requirement"),
    ("R", "requirement"),
    ("NFR", "quality"),
    ("SC", "success-criterion"),
    ("AC", "acceptance-criterion"),
    ("US", "user-story"),
    ("UC", "user-story"),
    ("G", "goal"),
    ("M", "milestone"),
    ("T", "task"),
    ("TASK", "task"),
];
/// The most bytes of an id.
const MAX_ID: usize = 24;
/// The most items a range such as `FR-001 to FR-010` stands for.
const MAX_RANGE: u32 = 200;

/// An id and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// As written, but `User Story 3` and `US-3` as `US3`.
    pub id: String,
    /// requirement, quality, success-criterion, acceptance-criterion, user-story, goal, milestone or task.
    pub kind: &'static str,
}

/// The id that words begin with, and the bytes it takes.
pub fn leading(words: &str) -> Option<(Id, usize)> {
    if let Some(rest) = words.strip_prefix("User Story ") {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let id = Id { id: format!("US{}", &rest[..digits]), kind: "user-story" };
        return (1..=4).contains(&digits).then_some((id, "User Story ".len() + digits));
    }
    let end = words
        .find(|letter: char| {
            !(letter.is_ascii_uppercase()
                || letter.is_ascii_digit()
                || letter == '-'
                || letter == '.')
        })
        .unwrap_or(words.len());
    let written = words[..end].trim_end_matches(['-', '.']);
    let is_word =
        words[written.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let letters = written.bytes().take_while(u8::is_ascii_uppercase).count();
    let numbers = written[letters..].strip_prefix('-').unwrap_or(&written[letters..]);
    let kind = KINDS.iter().find(|(prefix, _)| *prefix == &written[..letters])?.1;
    let is_id = !is_word
        && written.len() <= MAX_ID
        && written.ends_with(|last: char| last.is_ascii_digit())
        && numbers.split(['-', '.']).all(|part| !part.is_empty());
    let id = if kind == "user-story" { written.replacen('-', "", 1) } else { written.to_owned() };
    is_id.then_some((Id { id, kind }, written.len()))
}

/// Every id a line names; a range names all between its ends.
pub fn mentions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    let mut last: Option<(String, usize)> = None;
    while let Some(start) =
        text[at..].find(|letter: char| letter.is_ascii_uppercase()).map(|n| at + n)
    {
        let is_start =
            !text[..start].ends_with(|before: char| before.is_alphanumeric() || before == '-');
        let Some((id, length)) = leading(&text[start..]).filter(|_| is_start) else {
            at = start + 1;
            continue;
        };
        if let Some((first, end)) = last.take()
            && is_range(&text[end..start])
        {
            found.extend(between(&first, &id.id));
        }
        last = Some((id.id.clone(), start + length));
        found.push(id.id);
        at = start + length;
    }
    found
}

fn is_range(gap: &str) -> bool {
    matches!(gap.trim(), "-" | "–" | "—" | ".." | "..." | "…" | "to" | "through" | "bis")
}

/// The ids strictly between two of one kind.
fn between(first: &str, last: &str) -> Vec<String> {
    let split = |id: &str| {
        let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (prefix, number) = id.split_at(id.len() - digits);
        Some((prefix.to_owned(), number.parse::<u32>().ok()?, digits))
    };
    let (Some((prefix, from, width)), Some((other, to, _))) = (split(first), split(last)) else {
        return Vec::new();
    };
    if prefix != other || to.saturating_sub(from) > MAX_RANGE {
        return Vec::new();
    }
    (from.saturating_add(1)..to).map(|number| format!("{prefix}{number:0width$}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_begin_with_their_id() {
        for (words, id, kind) in [
            ("FR-001: System MUST", "FR-001", "requirement"),
            ("NFR-2.1 fast", "NFR-2.1", "quality"),
            ("T012 [P] write", "T012", "task"),
            ("User Story 3 - Talk (P1)", "US3", "user-story"),
            ("US-3: talk", "US3", "user-story"),
            ("R6.1 bundle", "R6.1", "requirement"),
        ] {
            assert_eq!(
                leading(words).map(|(id, _)| (id.id, id.kind)),
                Some((id.to_owned(), kind)),
                "{words}"
            );
        }
    }

    #[test]
    fn other_words_are_no_ids() {
        for words in [
            "S3 bucket",
            "P0: now",
            "ISO-27001",
            "FR: x",
            "FRANCE-1",
            "T12a",
            "User Story",
            "R",
            "fr-001",
            "",
        ] {
            assert_eq!(leading(words), None, "{words}");
        }
    }

    #[test]
    fn a_range_names_all_between() {
        assert_eq!(
            mentions("see FR-008 – FR-011, [US1]"),
            ["FR-008", "FR-009", "FR-010", "FR-011", "US1"]
        );
        assert_eq!(mentions("FR-001, FR-003"), ["FR-001", "FR-003"]);
        assert_eq!(mentions("FR-1 to SC-3; XFR-1"), ["FR-1", "SC-3"]);
    }
}
