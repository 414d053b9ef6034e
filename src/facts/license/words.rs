//! The words of a head: lower case, without the punctuation around them, each with where it stands.

use super::head::Line;

/// One word.
#[derive(Debug)]
pub(super) struct Word {
    /// The word; an address is one.
    pub text: String,
    /// The index of its line.
    pub line: usize,
    /// Whether it is the first of its line.
    pub is_first: bool,
    /// Whether a sentence or a part of one begins with it: after a full stop, a colon, a bracket, a bar.
    pub begins: bool,
    /// Whether a sentence ends with it.
    pub ends: bool,
    /// Whether it is quoted, alone or as the first of several.
    pub quoted: bool,
    /// Whether it stands in brackets or begins them.
    pub in_brackets: bool,
}

/// All words of a head, in order.
pub(super) fn words(lines: &[Line<'_>]) -> Vec<Word> {
    let mut all: Vec<Word> = Vec::new();
    let mut depth = 0_usize;
    let mut begins = true;
    let mut goes_on = false;
    for (line, text) in lines.iter().enumerate() {
        let mut is_first = true;
        // An address in angles may touch the word after it.
        for raw in
            text.text.split_whitespace().flat_map(|raw| raw.split_inclusive('>')).flat_map(parts)
        {
            let opens = raw.starts_with(['(', '[', '<']);
            depth += usize::from(opens);
            let bare = bare(raw);
            if bare.is_empty() {
                // A dash or a bar between words.
                begins |= !matches!(raw, "&" | "+");
                if let Some(last) = all.last_mut().filter(|_| matches!(raw, "." | "|" | ";")) {
                    last.ends = true;
                }
            } else {
                // `(a) one; or (b) another` is one sentence.
                if let Some(last) =
                    all.last_mut().filter(|_| goes_on && matches!(&*bare, "or" | "and"))
                {
                    last.ends = false;
                }
                goes_on = raw.ends_with(';');
                all.push(Word {
                    line,
                    is_first,
                    begins: begins || opens || is_first && is_apart(lines, line),
                    ends: raw.ends_with(['.', ';'])
                        || raw.ends_with(").")
                        || raw.ends_with(['!', '?']),
                    quoted: raw.starts_with(['"', '\'', '`', '“', '‘']),
                    in_brackets: depth > 0,
                    text: bare,
                });
                is_first = false;
                begins = raw.ends_with(['.', ';', ':', ',', '|', ')', '–', '—']);
            }
            if raw.trim_end_matches(['.', ',', ';', ':']).ends_with([')', ']', '>']) {
                depth = depth.saturating_sub(1);
            }
        }
    }
    all
}

/// Whether a line does not go on with the one before: there is an empty one between.
fn is_apart(lines: &[Line<'_>], line: usize) -> bool {
    line == 0 || lines[line - 1].number + 1 < lines[line].number
}

/// A word apart at its slashes and before a bracket, as in `MIT/X11` and `License("CDDL")`; an address is not.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let is_address = word.contains("://")
        || word.contains("www.")
        || word.matches('/').count() > 2
        || word.contains(".org/");
    let bracket = word.find("(\"").filter(|at| *at > 0 && !is_address).unwrap_or(word.len());
    let (before, after) = word.split_at(bracket);
    [before, after]
        .into_iter()
        .flat_map(move |part| part.split(move |c| c == '/' && !is_address))
        .filter(|part| !part.is_empty())
}

fn bare(word: &str) -> String {
    let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '_'));
    trimmed.replace("icence", "icense").replace("ICENCE", "ICENSE").to_lowercase()
}
