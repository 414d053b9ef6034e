//! Heads that grant nothing themselves, but say where it stands.

use super::head::Line;
use super::words::Word;

/// Files in which it stands, as words.
const PLACES: [&str; 22] = [
    "license",
    "license.txt",
    "license.md",
    "license.rst",
    "license.html",
    "license-mit",
    "licenses.txt",
    "licenses",
    "copying",
    "copying.txt",
    "copying.lesser",
    "copyright",
    "copyright.txt",
    "__manifest__.py",
    "__openerp__.py",
    "notice",
    "notice.txt",
    "readme",
    "readme.md",
    "readme.rst",
    "mit-license.txt",
    "license.adoc",
];
/// Words that send the reader there.
const SENDS: [&str; 12] = [
    "see",
    "refer",
    "found",
    "described",
    "consult",
    "read",
    "included",
    "file",
    "check",
    "specified",
    "stated",
    "root",
];

/// The line that says where the licence stands.
pub(super) fn pointer<'a>(lines: &'a [Line<'a>], words: &[Word]) -> Option<&'a Line<'a>> {
    let at = words
        .iter()
        .enumerate()
        .position(|(at, word)| sends(words, at, word) || is_shared(words, at))?;
    Some(&lines[words[at].line])
}

/// `see LICENSE`, `the LICENSE file`, `found in the LICENSE`, of a sentence that speaks of a licence.
fn sends(words: &[Word], at: usize, word: &Word) -> bool {
    let name = word.text.rsplit('/').next().unwrap_or_default();
    // What a bundler took out of a file stands beside it.
    let is_beside = name.ends_with(".license.txt") || name.ends_with(".license");
    if !is_beside && !PLACES.contains(&name) || word.quoted && word.text == "license" {
        return false;
    }
    let before = &words[at.saturating_sub(8)..at];
    let near = before.iter().rev().take(6).any(|word| SENDS.contains(&&*word.text))
        || words.get(at + 1).is_some_and(|next| next.text == "file");
    let is_file = name.contains('.')
        || matches!(name, "copying" | "copyright")
        || words.get(at + 1).is_some_and(|next| next.text == "file")
        || at > 0 && words[at - 1].text == "see"
        || before.iter().rev().take(3).any(|word| word.text == "file");
    let of_licence = &words[at.saturating_sub(14)..words.len().min(at + 8)];
    let speaks = is_beside
        || name.starts_with("license")
        || of_licence.iter().any(|word| {
            word.text.starts_with("licens") || word.text == "copyright" || word.text == "copying"
        });
    near && is_file && speaks
}

/// `under the same license as the package`.
fn is_shared(words: &[Word], at: usize) -> bool {
    let text = |offset: usize| words.get(at + offset).map_or("", |word| &*word.text);
    text(0) == "under" && text(1) == "the" && text(2) == "same" && text(3).starts_with("license")
        || text(0) == "same" && text(1) == "terms" && text(2) == "as"
}
