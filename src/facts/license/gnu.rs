//! GNU licences as notices name them: family, version, and whether later versions count.

/// One licence a notice names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Where it stands among the words.
    pub at: usize,
    /// The SPDX id; without `-only` or `-or-later` where neither is said.
    pub spdx: String,
    /// `only` or `or-later`.
    pub qualifier: Option<&'static str>,
    /// Whether it is the notice of several lines, not a line that names the licence.
    pub long: bool,
}

/// Words after a mention among which its version is looked for.
const REACH: usize = 32;
/// Words before a long name among which there must be a word that grants.
const BEFORE: usize = 24;

/// The GNU licences granted in the words of a head: lower case, without punctuation around them. Each family once.
pub(super) fn mentions(words: &[&str]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for at in 0..words.len() {
        let Some(mention) = short(words, at).or_else(|| long(words, at)) else { continue };
        let family = |spdx: &str| spdx.split('-').next().unwrap_or_default().to_owned();
        if !found.iter().any(|other| family(&other.spdx) == family(&mention.spdx)) {
            found.push(mention);
        }
    }
    found
}

/// `license agpl-3.0 or later`, `licensed under the lgplv3+`: a line that names the licence.
fn short(words: &[&str], at: usize) -> Option<Mention> {
    let (family, rest) = family_of(words[at])?;
    let before = &words[at.saturating_sub(4)..at];
    let grants = before.iter().rposition(|word| {
        matches!(*word, "license" | "licence" | "licensed" | "licenced" | "license:" | "licenses")
    })?;
    let only_filler = before[grants + 1..]
        .iter()
        .all(|word| matches!(*word, "under" | "the" | "gnu" | "terms" | "of" | "version" | "is"));
    if !only_filler {
        return None;
    }
    let after = &words[at + 1..words.len().min(at + 1 + 6)];
    let version = number(rest).or_else(|| version_in(&after[..after.len().min(2)]))?;
    let plus = rest.ends_with('+') || rest.ends_with("or-later") || later(after);
    let only = rest.ends_with("-only") || after.first() == Some(&"only");
    Some(mention(at, family, &version, plus, only, false))
}

/// `gnu affero general public license as published by ... version 3 of the license or at your option any later version`.
fn long(words: &[&str], at: usize) -> Option<Mention> {
    if words[at] != "gnu" {
        return None;
    }
    let (family, name) = match words.get(at + 1)? {
        &"affero" => ("AGPL", 2),
        &"lesser" | &"library" => ("LGPL", 2),
        &"general" => ("GPL", 1),
        _ => return None,
    };
    let named = words.get(at + name..at + name + 3)?;
    let is_name = named[0] == "general" && named[1] == "public" && named[2].starts_with("licen");
    let before = &words[at.saturating_sub(BEFORE)..at];
    let grants = before.iter().any(|word| {
        matches!(*word, "redistribute" | "licensed" | "licenced" | "terms" | "license" | "released")
    });
    // "See the GNU ... for more details" and "a copy of the GNU ..." end a notice; they grant nothing themselves.
    let refers = before.iter().rev().take(4).any(|word| matches!(*word, "see" | "copy"));
    if !is_name || !grants || refers {
        return None;
    }
    let start = at + name + 3;
    let window = &words[start.min(words.len())..words.len().min(start + REACH)];
    let next = window.iter().position(|word| *word == "gnu").unwrap_or(window.len());
    let window = &window[..next];
    let version = version_in(window)?;
    let only = window.windows(2).any(|pair| pair[1] == "only" && number(pair[0]).is_some())
        || (!later(window) && window.windows(3).any(|three| three == ["of", "the", "license"]));
    Some(mention(at, family, &version, later(window), only, true))
}

fn mention(at: usize, family: &str, version: &str, later: bool, only: bool, long: bool) -> Mention {
    let version = match (family, version) {
        // There is no LGPL-2.0 but the Library licence, and no AGPL-1.0 of the FSF in use.
        (_, short) if short.len() == 1 => format!("{short}.0"),
        (_, whole) => whole.to_owned(),
    };
    let qualifier = if later { Some("or-later") } else { only.then_some("only") };
    let suffix = qualifier.map_or(String::new(), |word| format!("-{word}"));
    Mention { at, spdx: format!("{family}-{version}{suffix}"), qualifier, long }
}

/// The family a word begins with, and what follows: `lgpl-3.0-or-later` gives `-3.0-or-later`.
fn family_of(word: &str) -> Option<(&'static str, &str)> {
    let (family, rest) = [("AGPL", "agpl"), ("LGPL", "lgpl"), ("GPL", "gpl")]
        .into_iter()
        .find_map(|(family, name)| word.strip_prefix(name).map(|rest| (family, rest)))?;
    let rest_is_ours = rest.is_empty() || rest.starts_with(['-', 'v', '+', '2', '3']);
    rest_is_ours.then_some((family, rest))
}

/// The version in `-3.0-or-later`, `v3+`, `3`; only those there are.
fn number(text: &str) -> Option<String> {
    let digits = text.trim_start_matches(['-', 'v']);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let digits = digits[..end].trim_end_matches('.');
    matches!(digits, "2" | "2.0" | "2.1" | "3" | "3.0").then(|| digits.to_owned())
}

fn version_in(words: &[&str]) -> Option<String> {
    let at = words.iter().position(|word| number(word).is_some())?;
    number(words[at])
}

fn later(words: &[&str]) -> bool {
    words.windows(2).any(|pair| {
        matches!(pair, ["or", "later"] | ["any", "later"] | ["or", "newer"] | ["or", "above"])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spdx(text: &str) -> Vec<String> {
        let words: Vec<&str> = text.split(' ').collect();
        mentions(&words).into_iter().map(|mention| mention.spdx).collect()
    }

    #[test]
    fn a_line_names_the_licence() {
        assert_eq!(
            spdx("license agpl-3.0 or later http://www.gnu.org/licenses/agpl"),
            ["AGPL-3.0-or-later"]
        );
        assert_eq!(spdx("license lgpl-3.0-or-later"), ["LGPL-3.0-or-later"]);
        assert_eq!(spdx("license lgpl-3"), ["LGPL-3.0"]);
        assert_eq!(spdx("licensed under the gnu gpl version 2"), ["GPL-2.0"]);
        assert_eq!(spdx("license gplv3+"), ["GPL-3.0-or-later"]);
    }

    #[test]
    fn a_notice_of_several_lines_is_read_as_one() {
        let notice = "you can redistribute it and/or modify it under the terms of the gnu affero general public license \
                      as published by the free software foundation either version 3 of the license or at your option any \
                      later version this program is distributed see the gnu affero general public license for more details";
        assert_eq!(spdx(notice), ["AGPL-3.0-or-later"]);
        let only =
            "under the terms of the gnu general public license version 2 as published by the fsf";
        assert_eq!(spdx(only), ["GPL-2.0"]);
        let this = "under the terms of the gnu general public license as published by the fsf version 2 of the license";
        assert_eq!(spdx(this), ["GPL-2.0-only"]);
    }

    #[test]
    fn prose_grants_nothing() {
        assert_eq!(spdx("this parser knows agpl-3.0 and gpl-2 texts"), Vec::<String>::new());
        assert_eq!(spdx("see the gnu general public license version 3"), Vec::<String>::new());
        assert_eq!(spdx("addons of license other than agpl-3"), Vec::<String>::new());
    }
}
