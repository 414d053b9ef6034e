//! GNU licences as notices name them: family, version, and whether later versions count.

use super::names::Name;
use super::words::Word;

/// Words after a name among which its version is looked for: a notice says it after who published the licence.
const REACH: usize = 40;

/// The GNU licence named at a place.
pub(super) fn gnu(words: &[Word], start: usize) -> Option<Name> {
    let after_gnu = start + usize::from(words[start].text == "gnu");
    let (family, end, said) =
        written_out(words, after_gnu).or_else(|| abbreviated(words, after_gnu))?;
    // Not within a name that began before.
    if start == after_gnu
        && start > 0
        && matches!(&*words[start - 1].text, "gnu" | "affero" | "lesser" | "library")
    {
        return None;
    }
    let is_long = said.is_empty();
    let before = version_before(words, start).filter(|_| is_long);
    let start = start - if before.is_some() { 4 } else { 0 };
    let is_before = before.is_some();
    let version = number(said)
        .map(|version| (version, end))
        .or_else(|| before.map(|version| (version, end)))
        .or_else(|| version_after(words, end, family, is_long));
    let Some((version, end)) = version else {
        return Some(Name { start, end, spdx: None, qualifier: None, is_long });
    };
    if let Some((others, end)) = other_versions(words, end, family) {
        let spdx = Some(format!("{family}-{version}-only OR {others}"));
        return Some(Name { start, end, spdx, qualifier: None, is_long });
    }
    let window = texts(words, start, end.max(start) + if is_long { REACH } else { 6 }, end);
    let is_later = said.ends_with("or-later")
        || words[start..end].iter().any(|word| word.text.ends_with('+'))
        || later(&window);
    let published = ["as", "published", "by"];
    let is_published = || words[end..].iter().map(|word| &*word.text).take(3).eq(published);
    let is_only = said.ends_with("-only") || only(&window) || is_before && is_published();
    let qualifier = if is_later { Some("or-later") } else { is_only.then_some("only") };
    let suffix = qualifier.map_or(String::new(), |word| format!("-{word}"));
    let spdx = Some(format!("{family}-{version}{suffix}"));
    Some(Name { start, end: end + qualified(words, end), spdx, qualifier, is_long })
}

/// `affero general public license`, `lesser gpl`, `public license` after `gnu`: the family, and where its name ends.
fn written_out(words: &[Word], start: usize) -> Option<(&'static str, usize, &'static str)> {
    let text = |at: usize| words.get(at).map_or("", |word| &*word.text);
    let (family, at) = match text(start) {
        "affero" => ("AGPL", start + 1),
        "lesser" | "library" => ("LGPL", start + 1),
        _ => ("GPL", start),
    };
    if at > start && matches!(text(at), "gpl" | "gplv3") {
        return Some((family, at + 1, ""));
    }
    let general = usize::from(text(at) == "general");
    let is_named = general > 0 || at > start || start > 0 && text(start - 1) == "gnu";
    let is_whole =
        is_named && text(at + general) == "public" && text(at + general + 1).starts_with("license");
    is_whole.then_some((family, at + general + 2, ""))
}

/// `agpl-3.0-or-later`, `lgplv3+`, `gpl`: the family, where it ends, and what the word says beside it.
fn abbreviated(words: &[Word], at: usize) -> Option<(&'static str, usize, &str)> {
    let word = &*words.get(at)?.text;
    let (family, rest) = [("AGPL", "agpl"), ("LGPL", "lgpl"), ("GPL", "gpl")]
        .into_iter()
        .find_map(|(family, name)| word.strip_prefix(name).map(|rest| (family, rest)))?;
    let is_ours = rest.is_empty() || rest.starts_with(['-', 'v', '+', '2', '3']);
    let rest = if rest.is_empty() { "-" } else { rest };
    is_ours.then_some((family, at + 1, rest))
}

/// The version of `version 2 of the GNU ...`.
fn version_before(words: &[Word], start: usize) -> Option<String> {
    let [version, digits, of, the] = words.get(start.checked_sub(4)?..start)? else { return None };
    let is_said = version.text.starts_with("version") && of.text == "of" && the.text == "the";
    is_said.then(|| number(&digits.text))?
}

/// The version after a name: at once, or, where the name is written out, before the next licence is named.
fn version_after(
    words: &[Word],
    end: usize,
    family: &str,
    is_long: bool,
) -> Option<(String, usize)> {
    let reach = if is_long { REACH } else { 4 };
    for at in end..words.len().min(end + reach) {
        let text = &*words[at].text;
        let is_other = matches!(text, "gnu" | "mozilla" | "apache" | "eclipse" | "portions")
            || abbreviated(words, at).is_some_and(|(other, ..)| other != family);
        if is_other || (!is_long && words[at - 1].ends) {
            return None;
        }
        // `the GNU ... License: https://www.gnu.org/licenses/lgpl-2.1.html`
        if at < end + 2
            && let Some((_, tail)) = text.split_once(&format!("/{}-", family.to_lowercase()))
            && let Some(version) = number(tail.trim_end_matches(".html").trim_end_matches(".txt"))
        {
            return Some((version, at + 1));
        }
        let said = abbreviated(words, at).map_or(text, |(_, _, rest)| rest);
        let is_told = at == end
            || at == end + 1
            || !is_long
            || matches!(&*words[at - 1].text, "version" | "v" | "versions" | "v." | "license");
        if let Some(version) = number(said).filter(|_| is_told || said.starts_with('v')) {
            return Some((version, at + 1));
        }
        let is_filler = matches!(text, "version" | "v" | "license" | "licenses" | "ver")
            || words[at].in_brackets;
        if !is_long && !is_filler {
            return None;
        }
    }
    None
}

/// The rest of `version 2 or version 3`, and where it ends; some name a proxy that decides about later ones.
fn other_versions(words: &[Word], end: usize, family: &str) -> Option<(String, usize)> {
    let text = |at: usize| words.get(at).map_or("", |word| &*word.text);
    let of = [text(end), text(end + 1), text(end + 2)] == ["of", "the", "license"];
    let or = end + if of { 3 } else { 0 };
    let at = (or + 1..or + 6).find(|at| !words.get(*at).is_some_and(|word| word.in_brackets))?;
    let version = number(text(at + 1))?;
    if text(or) != "or" || text(at) != "version" {
        return None;
    }
    let rest: Vec<&str> = (at + 2..at + 14).map(text).collect();
    let has = |wanted: &[&str]| rest.windows(wanted.len()).any(|part| part == wanted);
    let others = if has(&["membership", "of", "kde"]) {
        format!("{family}-{version}-only OR LicenseRef-KDE-Accepted-{family}")
    } else if later(&rest[..4]) {
        format!("{family}-{version}-or-later")
    } else {
        format!("{family}-{version}-only")
    };
    Some((others, at + 2))
}

/// The version in `-3.0-or-later`, `v3+`, `3`, `version3`; only those there are.
fn number(text: &str) -> Option<String> {
    let digits = text.trim_start_matches("version").trim_start_matches(['-', 'v', '.']);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let rest = &digits[end..];
    let digits = digits[..end].trim_end_matches('.');
    let is_whole = rest.is_empty() || rest.starts_with(['+', '-']);
    let known = matches!(digits, "1" | "1.0" | "2" | "2.0" | "2.1" | "3" | "3.0") && is_whole;
    known.then(|| if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") })
}

/// The words from a place on, up to the next licence or, after the version, the end of its sentence.
fn texts(words: &[Word], start: usize, until: usize, version: usize) -> Vec<&str> {
    let mut all = Vec::new();
    for (at, word) in words.iter().enumerate().take(until).skip(start) {
        if at >= version && (word.text == "gnu" || at > version && words[at - 1].ends) {
            break;
        }
        all.push(&*word.text);
    }
    all
}

fn later(words: &[&str]) -> bool {
    words.windows(2).any(|pair| {
        matches!(
            pair,
            ["or", "later" | "late" | "newer" | "above" | "higher" | "greater" | "superior"]
                | ["any", "later" | "newer" | "higher"]
                | ["and", "later" | "above"]
        )
    })
}

/// `version 2 only`, `version 2 of the license` with nothing said of later ones.
fn only(words: &[&str]) -> bool {
    let follows = |pair: &[&str]| number(pair[0]).is_some() && pair[1] == "only";
    words.windows(2).any(follows)
        || words
            .windows(4)
            .any(|four| number(four[0]).is_some() && four[1..] == ["of", "the", "license"])
        || words
            .windows(4)
            .any(|four| number(four[0]).is_some() && four[1..] == ["as", "published", "by"])
}

/// How many words after a version say which versions count.
fn qualified(words: &[Word], end: usize) -> usize {
    let text = |at: usize| words.get(at).map_or("", |word| &*word.text);
    match (text(end), text(end + 1), text(end + 2)) {
        ("only", ..) => 1,
        ("or" | "and", "later" | "late" | "newer" | "above" | "higher", "version" | "versions") => {
            3
        }
        ("or" | "and", "later" | "late" | "newer" | "above" | "higher", _) => 2,
        ("or", "any", "later") => 3 + usize::from(text(end + 3).starts_with("version")),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::Line;
    use super::super::words::words;
    use super::*;

    fn spdx(text: &str) -> Option<String> {
        let words = words(&[Line { number: 1, text }]);
        let name = (0..words.len()).find_map(|at| gnu(&words, at))?;
        Some(name.spdx.unwrap_or_else(|| "?".to_owned()))
    }

    #[test]
    fn names_are_read_in_all_their_forms() {
        for (text, wanted) in [
            ("AGPL-3.0 or later (http://www.gnu.org/licenses/agpl)", "AGPL-3.0-or-later"),
            ("LGPL-3.0-or-later", "LGPL-3.0-or-later"),
            ("LGPL-3", "LGPL-3.0"),
            ("GNU GPL version 2", "GPL-2.0"),
            ("GPLv3+", "GPL-3.0-or-later"),
            ("GPL (v2 or later)", "GPL-2.0-or-later"),
            ("GNU General Public License v3.0+ (see COPYING)", "GPL-3.0-or-later"),
            ("GNU LESSER GENERAL PUBLIC LICENSE (LGPL v3), Version 3.", "LGPL-3.0"),
            ("GNU Affero GPL", "?"),
            ("GNU Public License, version 2 only", "GPL-2.0-only"),
            ("GNU Library General Public License version 2", "LGPL-2.0"),
            ("version 2 of the GNU General Public License", "GPL-2.0"),
        ] {
            assert_eq!(spdx(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_notice_of_several_lines_is_read_as_one() {
        let notice = "the GNU Affero General Public License as published by the Free Software Foundation, either version 3 of the \
                      License, or (at your option) any later version. This program";
        assert_eq!(spdx(notice).as_deref(), Some("AGPL-3.0-or-later"));
        let this = "the GNU General Public License as published by the FSF; version 2 of the License. Any later day";
        assert_eq!(spdx(this).as_deref(), Some("GPL-2.0-only"));
    }

    #[test]
    fn other_words_are_none() {
        for text in ["gplus", "general public", "the public license", "gnu tools"] {
            assert_eq!(spdx(text), None, "{text}");
        }
    }
}
