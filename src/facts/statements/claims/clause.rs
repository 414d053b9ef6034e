//! The words around a number that belong to it.

/// What parts clauses.
const ENDS: [char; 6] = ['.', ';', ',', '|', '!', '?'];

/// The clause around the bytes from `start` to `end`: from the last full stop, comma or semicolon to the next.
pub fn around(text: &str, start: usize, end: usize) -> &str {
    let from = text[..start]
        .char_indices()
        .rev()
        .find(|(at, letter)| is_end(text, *at, *letter))
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    let to = text[end..]
        .char_indices()
        .find(|(at, letter)| is_end(text, end + at, *letter))
        .map_or(text.len(), |(at, _)| end + at);
    &text[from..to]
}

/// The text up to the end of the clause that holds the byte `at`.
pub fn until(text: &str, at: usize) -> &str {
    text[at..].find(['.', ';', ',', '(', '|']).map_or(text, |end| &text[..at + end])
}

/// What the words before a number call it: up to their colon, within the sentence.
pub fn label(before: &str) -> String {
    let start = [". ", "; ", "| ", "! "]
        .iter()
        .filter_map(|end| before.rfind(end).map(|at| at + end.len()))
        .max();
    let clause = &before[start.unwrap_or(0)..];
    let words = clause.rfind(':').map_or(clause, |colon| &clause[..colon]);
    words
        .trim_matches(|letter: char| !letter.is_alphanumeric() && !"()".contains(letter))
        .to_owned()
}

/// Whether a letter ends a clause: a full stop or comma within a number or name does not.
fn is_end(text: &str, at: usize, letter: char) -> bool {
    let next = text[at + letter.len_utf8()..].chars().next();
    ENDS.contains(&letter) && next.is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_ends_at_its_marks() {
        let text = "one 1.5 two, three 4 five. six";
        assert_eq!(
            around(text, text.find('4').unwrap(), text.find('4').unwrap() + 1),
            " three 4 five"
        );
        assert_eq!(around(text, 4, 7), "one 1.5 two");
    }

    #[test]
    fn a_label_ends_at_its_colon() {
        assert_eq!(label("Done. **Checks**: at "), "Checks");
        assert_eq!(label("we have"), "we have");
    }
}
