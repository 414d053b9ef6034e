//! Names of licences that are joined to one expression: by `or`, by `and`, by a slash, in a list.

use super::super::names::{Name, name};
use super::super::words::Word;
use super::{FILLER, Grant};

/// Words that say a choice is given.
pub(super) const CHOICE: [&str; 9] = [
    "alternatively",
    "dual",
    "dually",
    "dual-licensed",
    "dual-license",
    "tri-licensed",
    "choice",
    "election",
    "either",
];

/// The name with those joined to it, and where the last ends.
pub(super) fn coordinated(words: &[Word], first: &Name, long: bool) -> (Grant, usize) {
    let mut ids: Vec<(String, &'static str)> = Vec::new();
    let mut last = first.clone();
    while let Some((operator, next)) = following(words, &last) {
        let (Some(id), Some(_)) = (last.spdx.clone(), &next.spdx) else { break };
        ids.push((id, operator));
        last = next;
    }
    let end = last.end;
    if ids.is_empty() {
        return (
            Grant { at: first.start, spdx: first.spdx.clone(), qualifier: first.qualifier, long },
            end,
        );
    }
    // Mixed operators would need brackets nobody wrote; a choice anywhere is one.
    let has = |wanted: &str| ids.iter().any(|(_, operator)| *operator == wanted);
    let operator = if has("OR") || !has("AND") { "OR" } else { "AND" };
    let mut all: Vec<String> = ids.into_iter().map(|(id, _)| id).chain(last.spdx).collect();
    all.dedup();
    let qualifier = if all.len() == 1 { first.qualifier } else { None };
    (
        Grant { at: first.start, spdx: Some(all.join(&format!(" {operator} "))), qualifier, long },
        end,
    )
}

/// The name that is joined to one before it by `or`, `and` or a slash.
fn following(words: &[Word], before: &Name) -> Option<(&'static str, Name)> {
    let mut at = before.end;
    let skipped = |word: &Word| {
        word.in_brackets
            || word.text.contains("://")
            || matches!(&*word.text, "license" | "licenses" | "version" | "either")
    };
    while at < before.end + 8
        && words.get(at).is_some_and(|word| skipped(word) && !words[at - 1].ends)
    {
        if let Some(next) = name(words, at).filter(|next| {
            next.spdx != before.spdx
                && next.spdx.is_some()
                && !words[at].in_brackets
                && !words[at].text.contains('.')
        }) {
            return Some(("OR", next));
        }
        at += 1;
    }
    let word = words.get(at).filter(|_| !words[at - 1].ends)?;
    let operator = match &*word.text {
        "or" => "OR",
        "and" if is_choice(words, before.start) => "OR",
        "and" => "AND",
        _ => "",
    };
    if operator.is_empty() && is_listed(words, before, at) {
        let start = at + usize::from(word.text == "the");
        return name(words, start).map(|next| (",", next));
    }
    if operator.is_empty() {
        // Apart by a slash only: short names, the one right after the other.
        let next = name(words, at).filter(|next| {
            at == before.end && !next.is_long && !before.is_long && !word.is_first
        })?;
        return (next.spdx.is_some() && next.spdx != before.spdx && !word.text.contains('.')
            || next.qualifier.is_some())
        .then_some(("OR", next));
    }
    let start = (at + 1..words.len().min(at + 8))
        .find(|at| !FILLER.contains(&&*words[*at].text) && !is_item(&words[*at]))?;
    let next = name(words, start)?;
    Some((operator, next))
}

/// `A, the B, or the C`: whether what follows a comma is one of a list that ends in `or` or `and`.
fn is_listed(words: &[Word], before: &Name, at: usize) -> bool {
    let starts = at + usize::from(words[at].text == "the");
    let next = (at == before.end && words[at].begins && !words[at].in_brackets)
        .then(|| words.get(starts).and_then(|_| name(words, starts)))
        .flatten()
        .filter(|next| next.spdx.is_some() && next.spdx != before.spdx);
    next.is_some_and(|next| {
        let after = words[next.end..].iter().take(3).find(|word| !word.in_brackets);
        after.is_some_and(|word| matches!(&*word.text, "or" | "and"))
    })
}

/// The `(b)` of a list.
fn is_item(word: &Word) -> bool {
    word.in_brackets && word.text.len() == 1
}

fn is_choice(words: &[Word], at: usize) -> bool {
    let from = at.saturating_sub(12);
    words[from..words.len().min(at + 16)]
        .iter()
        .any(|word| CHOICE.contains(&&*word.text) || word.text == "option")
}
