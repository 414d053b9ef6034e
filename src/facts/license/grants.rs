//! Where a head grants a licence by its name, and where it only mentions one.

mod joined;

use std::collections::HashSet;
use std::sync::LazyLock;

use joined::{CHOICE, coordinated};

use super::names::{Name, name};
use super::words::Word;

/// A licence that is granted by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    /// The index of its first word.
    pub at: usize,
    /// The expression; none: something is granted, and it is not said what exactly.
    pub spdx: Option<String>,
    /// `only` or `or-later`.
    pub qualifier: Option<&'static str>,
    /// Whether it is the notice of several lines, not a line that names the licence.
    pub long: bool,
}

/// Words between what grants and what is granted.
static FILLER: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the terms term of and conditions a an this under either both following by to in accordance with at your \
     choice option it you file is are same license licenses version one provisions or them these files any via \
     as software's per two three dual its code source work open permissive free standard - our liberal \
     according between"
        .split(' ').collect()
});
/// Words that grant what follows `under`, `by` or `to`.
static VERBS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "licensed license licenses licensing released distributed redistributed distribute redistribute available \
     governed modify modified copied copy published provided covered subject use used offered shared permitted \
     protected dual-licensed double-licensed dual-license multi-licensed tri-licensed relicensed sublicensed \
     contributed open-sourced opensourced is placed choose dually granted made reproduced adapted"
        .split(' ').collect()
});
static UNDER: LazyLock<HashSet<&str>> =
    LazyLock::new(|| "under by to with accordance per via between according".split(' ').collect());
/// Words that turn a grant into talk about one.
static DOUBT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "not no if whether unless must should cannot never e.g eg check checks ensure ensures detect detects like \
     compatible assume requires require when example instance without previously originally formerly was were \
     would could might than isn't aren't don't neither why how which addons repositories repos dependencies \
     packages"
        .split(' ').collect()
});
/// What a line begins with that says which licence, as `License: MIT`.
static NOUNS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "license licensed licenses licensing lisence licencia licença lizenz licensetype"
        .split(' ')
        .collect()
});
/// Words after which `license` goes on with a sentence.
static DETERMINERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the this a an of your its that which public under any by to in with or and other each see same following \
     from for bsd mit apache their new"
        .split(' ').collect()
});
/// What is granted by name in a head, each licence once.
pub(super) fn grants(words: &[Word]) -> Vec<Grant> {
    let has_copyright = words.iter().any(is_sign);
    let mut found: Vec<Grant> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(name) = name(words, at) else {
            at += 1;
            continue;
        };
        let Some(long) = context(words, &name, has_copyright) else {
            at = name.end.max(at + 1);
            continue;
        };
        let (grant, end) = coordinated(words, &name, long);
        keep(&mut found, grant);
        at = end.max(at + 1);
    }
    if found.iter().any(|grant| grant.spdx.is_some()) {
        found.retain(|grant| grant.spdx.is_some());
    }
    joined(words, found)
}

/// Adds a grant, unless it is known; what says which versions count is worth more than what does not.
fn keep(found: &mut Vec<Grant>, grant: Grant) {
    let bare = |spdx: &Option<String>| {
        let id = spdx.clone().unwrap_or_default();
        id.replace("-or-later", "").replace("-only", "")
    };
    match found.iter_mut().find(|other| bare(&other.spdx) == bare(&grant.spdx)) {
        Some(other) if other.qualifier.is_none() && grant.qualifier.is_some() => {
            *other = Grant { at: other.at, ..grant };
        }
        Some(_) => {}
        None => found.push(grant),
    }
}

/// Several grants as one expression where the head gives a choice.
fn joined(words: &[Word], found: Vec<Grant>) -> Vec<Grant> {
    let is_choice = words.iter().any(|word| CHOICE[..6].contains(&&*word.text));
    if found.len() < 2 || !is_choice || found.iter().any(|grant| grant.spdx.is_none()) {
        return found;
    }
    let ids: Vec<String> = found.iter().filter_map(|grant| grant.spdx.clone()).collect();
    vec![Grant {
        at: found[0].at,
        spdx: Some(ids.join(" OR ")),
        qualifier: None,
        long: found[0].long,
    }]
}

/// Whether the name is granted: some, and whether by a sentence of its own.
fn context(words: &[Word], name: &Name, has_copyright: bool) -> Option<bool> {
    if under(words, name) {
        return Some(name.is_long);
    }
    (after_noun(words, name) || is_of_part(words, name) || is_title(words, name, has_copyright))
        .then_some(false)
}

/// `licensed under the terms of the ...`.
fn under(words: &[Word], name: &Name) -> bool {
    let filler = |word: &Word| FILLER.contains(&&*word.text) || word.text == "file";
    let mut first = name.start;
    while first > 0
        && name.start - first < 14
        && filler(&words[first - 1])
        && !words[first - 1].ends
    {
        first -= 1;
    }
    let between = &words[first..name.start];
    let Some(preposition) = between.iter().rposition(|word| UNDER.contains(&&*word.text)) else {
        return false;
    };
    let verbs_within = between[..preposition].iter().any(|word| VERBS.contains(&&*word.text));
    let before = first.checked_sub(1).map(|at| &words[at]).filter(|word| !word.ends);
    let opens = before.is_none() || words[first].begins;
    let is_granted = verbs_within
        || before.is_some_and(|word| VERBS.contains(&*word.text))
        || opens && between[preposition].text == "under"
        || is_told_to_use(words, first) && between.iter().any(|word| word.text == "terms");
    is_granted && !is_doubted(words, first)
}

/// `you may use, distribute and copy the toolkit`: whether the sentence before a place lets the reader do so.
fn is_told_to_use(words: &[Word], at: usize) -> bool {
    let before = words[at.saturating_sub(10)..at].iter().rev().take_while(|word| !word.ends);
    let verbs = before.filter(|word| {
        matches!(
            &*word.text,
            "use" | "copy" | "distribute" | "redistribute" | "modify" | "licensed" | "may"
        )
    });
    verbs.count() > 1
}

/// Whether the sentence before a place asks, denies or speaks of others.
fn is_doubted(words: &[Word], at: usize) -> bool {
    let mut from = at;
    while from > 0 && at - from < 9 && !words[from - 1].ends {
        // Who has the copyright is no part of the sentence after it.
        let before = words[from - 1].line;
        if before != words[from].line && is_banner(words, before) {
            break;
        }
        from -= 1;
    }
    words[from..at]
        .iter()
        .any(|word| DOUBT.contains(&&*word.text) || word.quoted && word.text != "software")
}

/// `License AGPL-3.0 or later`, `License: MIT`, `Software License Agreement (BSD)`.
fn after_noun(words: &[Word], name: &Name) -> bool {
    let mut at = name.start;
    while at > 0
        && name.start - at < 4
        && (words[at - 1].text.contains("://")
            || matches!(
                &*words[at - 1].text,
                "is" | "the" | "under" | "a" | "type" | "name" | "agreement" | "version" | "see"
            ))
        && !words[at - 1].ends
    {
        at -= 1;
    }
    let Some(noun) =
        at.checked_sub(1).map(|at| &words[at]).filter(|word| NOUNS.contains(&&*word.text))
    else {
        return false;
    };
    let before = at.checked_sub(2).map(|at| &words[at]);
    let is_apart = before.is_none_or(|word| {
        word.line != noun.line && !DETERMINERS.contains(&&*word.text)
            || noun.begins
            || is_banner(words, noun.line)
            || word.line == noun.line
                && matches!(
                    &*word.text,
                    "software"
                        | "code"
                        | "project"
                        | "module"
                        | "source"
                        | "program"
                        | "package"
                        | "file"
                        | "main"
                        | "spdx"
                        | "library"
                )
    });
    let is_about_that = noun.text != "licensed" || name.start - at < 3;
    is_apart
        && is_about_that
        && !noun.quoted
        && !words[name.start].quoted
        && !is_doubted(words, at.saturating_sub(1))
}

/// `License - https://... (Icons: CC BY 4.0, Code: MIT License)`: one of several parts in brackets.
fn is_of_part(words: &[Word], name: &Name) -> bool {
    let first = &words[name.start];
    let line = words.iter().find(|word| word.line == first.line && !word.quoted);
    first.in_brackets
        && first.begins
        && !first.quoted
        && name.spdx.is_some()
        && line.is_some_and(|word| NOUNS.contains(&*word.text))
        && !first.text.contains("://")
}

/// A name that fills its line, or a part of a line that says who has the copyright.
fn is_title(words: &[Word], name: &Name, has_copyright: bool) -> bool {
    let first = &words[name.start];
    let is_address = first.text.contains(".org/") || first.text.contains("://");
    if is_address || first.quoted || name.spdx.is_none() && !name.is_long {
        return false;
    }
    let mut end = name.end;
    while words.get(end).is_some_and(|word| {
        word.line == first.line
            && (word.in_brackets
                || word.text.contains("://")
                || matches!(&*word.text, "see" | "license" | "license.txt" | "copying"))
    }) {
        end += 1;
    }
    let fills = words.get(end).is_none_or(|word| word.line != first.line);
    let article = name
        .start
        .checked_sub(1)
        .map(|at| &words[at])
        .filter(|word| word.line == first.line && word.text == "the");
    let numbered = article.unwrap_or(first).begins
        && words[..name.start]
            .iter()
            .rev()
            .take(2)
            .any(|word| word.is_first && word.text.len() == 1);
    if (article.unwrap_or(first).is_first || numbered) && fills {
        // A sentence may break before a name. A name alone may be an item of a list; beside a copyright it is meant.
        let before = name
            .start
            .checked_sub(1)
            .map(|at| &words[at])
            .filter(|_| article.is_none() && !first.begins);
        let goes_on = before
            .is_some_and(|word| DETERMINERS.contains(&*word.text) || FILLER.contains(&*word.text));
        return (name.is_long || has_copyright) && !goes_on;
    }
    let is_part = fills || words.get(end).is_some_and(|word| word.begins) || words[end - 1].ends;
    (first.begins || article.is_some_and(|word| word.begins))
        && is_part
        && is_banner(words, first.line)
}

/// Whether a line says who has the copyright, or is of parts with bars between.
fn is_banner(words: &[Word], line: usize) -> bool {
    words.iter().any(|word| word.line == line && is_sign(word))
}

fn is_sign(word: &Word) -> bool {
    matches!(&*word.text, "copyright" | "copr" | "copyrights")
        || word.text == "c" && word.in_brackets
        || word.text == "©"
}

#[cfg(test)]
mod tests;
