//! Licences that stand in a head in full, known by the sentence that grants.

use super::head::Line;

/// A sentence (lower case, without punctuation), whose licence it begins, and the form of the notice.
const SENTENCES: &[(&str, Licence, &str)] = &[
    (
        "permission is hereby granted free of charge to any person or organization obtaining a copy of the software and accompanying documentation",
        |_| "BSL-1.0",
        "text",
    ),
    ("permission is hereby granted free of charge to any person obtaining a copy", mit, "mit"),
    ("permission is hereby granted free of charge to any person obtaining a", mit, "mit"),
    (
        "redistribution and use in source and binary forms with or without modification are permitted",
        bsd,
        "bsd",
    ),
    (
        "redistribution and use in source and binary forms with or without modification is permitted",
        bsd,
        "bsd",
    ),
    (
        "redistributions and use in source and binary forms with or without modification are permitted",
        bsd,
        "bsd",
    ),
    (
        "redistribution and use of this software in source and binary forms with or without modification are permitted",
        bsd,
        "bsd",
    ),
    (
        "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted",
        isc,
        "text",
    ),
    (
        "permission to use copy modify and distribute this software for any purpose with or without fee is hereby granted",
        isc,
        "text",
    ),
    (
        "permission to use copy modify and distribute this software and its documentation for any purpose",
        hpnd,
        "text",
    ),
    (
        "permission to use copy modify distribute and sell this software and its documentation for any purpose",
        |_| "HPND-sell-variant",
        "text",
    ),
    (
        "permission is granted to anyone to use this software for any purpose including commercial applications",
        |_| "Zlib",
        "text",
    ),
    (
        "as far as i am concerned the code i have written for this software can be used freely for any purpose",
        |_| "SSH-short",
        "text",
    ),
    (
        "this is free and unencumbered software released into the public domain",
        |_| "Unlicense",
        "text",
    ),
    (
        "copying and distribution of this file with or without modification are permitted in any medium without royalty",
        |_| "FSFAP",
        "text",
    ),
    (
        "the free software foundation gives unlimited permission to copy and or distribute it with or without modifications",
        |_| "FSFULLR",
        "text",
    ),
    (
        "everyone is permitted to copy and distribute verbatim or modified copies of this license document",
        |_| "WTFPL",
        "text",
    ),
    ("dedicated all copyright and related and neighboring rights to", |_| "CC0-1.0", "text"),
    ("waived all copyright and related or neighboring rights to", |_| "CC0-1.0", "text"),
    ("do what the fuck you want to public license", |_| "WTFPL", "text"),
    ("use of this source code is governed by a bsd-style license", |_| "BSD-3-Clause", "pointer"),
    ("use of this source code is governed by the bsd-style license", |_| "BSD-3-Clause", "pointer"),
    ("use of this source code is governed by a bsd style license", |_| "BSD-3-Clause", "pointer"),
    ("use of this source code is governed by an mit-style license", |_| "MIT", "pointer"),
    ("use of this source code is governed by an apache license", |_| "Apache-2.0", "pointer"),
    ("use of this source code is governed by an apache-style license", |_| "Apache-2.0", "pointer"),
];
/// Sentences that put a work into the public domain, for which SPDX has no id.
const PUBLIC_DOMAIN: &[&str] = &[
    "this file is in the public domain",
    "this code is in the public domain",
    "this software is in the public domain",
    "placed in the public domain",
    "has been placed in the public domain",
    "released to the public domain",
    "released into the public domain",
    "is hereby placed in the public domain",
    "dedicated to the public domain",
    "this file has been put into the public domain",
    "in the public domain",
];

/// Which licence it is, by the rest of the head.
type Licence = fn(&str) -> &'static str;

/// The licences that stand in a head in full: where, which (none: the public domain), and their form.
pub(super) fn granted_texts(head: &str) -> Vec<(usize, Option<&'static str>, &'static str)> {
    let mut found: Vec<(usize, Option<&'static str>, &'static str)> = Vec::new();
    for (sentence, which, form) in SENTENCES {
        let places: Vec<usize> = positions(head, sentence).collect();
        // A sentence that stands twice begins two notices.
        for (number, at) in places.iter().enumerate() {
            let until = places.get(number + 1).copied().unwrap_or(head.len());
            let id = which(&head[*at..until]);
            let is_mit = |other: &str| id == "MIT" && other.starts_with("X11");
            if !found.iter().any(|(_, other, _)| *other == Some(id) || other.is_some_and(is_mit)) {
                found.push((*at, Some(id), form));
            }
        }
    }
    if found.is_empty() {
        let at = PUBLIC_DOMAIN[..10].iter().find_map(|sentence| position(head, sentence));
        // Some say by an address what it means where nobody can give up copyright.
        let id = head.contains("creativecommons.org/publicdomain/zero/1.0").then_some("CC0-1.0");
        found.extend(at.map(|at| (at, id, "public-domain")));
    }
    found
}

fn mit(rest: &str) -> &'static str {
    let is_whole = rest.contains("is provided");
    if rest.contains("except as contained in this notice") {
        let is_changed = rest.contains("distribute with modifications");
        if is_changed { "X11-distribute-modifications-variant" } else { "X11" }
    } else if is_whole
        && !rest.contains("following condition")
        && !rest.contains("permission notice")
    {
        "MIT-0"
    } else {
        "MIT"
    }
}

fn bsd(rest: &str) -> &'static str {
    let has = |part: &str| rest.contains(part);
    let endorses = has("neither the name")
        || has("endorse or promote")
        || has("may not be used to endorse")
        || has("nor the names");
    match (has("advertising materials"), endorses) {
        (true, _) if has("this paragraph in its entirety") => "BSD-4-Clause-Shortened",
        (true, _) => "BSD-4-Clause",
        (_, true) => "BSD-3-Clause",
        _ if has("binary form must") || has("in binary form") || !has("is provided") => {
            "BSD-2-Clause"
        }
        _ => "BSD-1-Clause",
    }
}

fn isc(rest: &str) -> &'static str {
    let head: String = rest.chars().take(300).collect();
    if head.contains("provided that") { "ISC" } else { "0BSD" }
}

fn hpnd(rest: &str) -> &'static str {
    let head: String = rest.chars().take(500).collect();
    if head.contains("without a written agreement") { "PostgreSQL" } else { "HPND" }
}

/// The line `Public domain, 2008, Jane Doe`: one that begins a paragraph and says no more of it.
pub(super) fn public_domain<'a>(lines: &'a [Line<'a>]) -> Option<&'a Line<'a>> {
    let begins = |at: usize| at == 0 || lines[at - 1].number + 1 < lines[at].number;
    let is_title = |text: &str| {
        let name = "public domain";
        let begin = text.get(..name.len()).unwrap_or_default();
        let rest = text.get(name.len()..).unwrap_or_default();
        begin.eq_ignore_ascii_case(name) && (rest.is_empty() || rest.starts_with([',', '.', ';']))
    };
    (0..lines.len()).find(|at| begins(*at) && is_title(lines[*at].text)).map(|at| &lines[at])
}

/// Where a phrase first stands among whole words.
fn position(text: &str, phrase: &str) -> Option<usize> {
    positions(text, phrase).next()
}

/// Where a phrase stands among whole words.
fn positions<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(phrase).map(|(at, _)| at).filter(move |at| {
        let after = text.as_bytes().get(at + phrase.len());
        (*at == 0 || text.as_bytes()[at - 1] == b' ') && after.is_none_or(|byte| *byte == b' ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_the_licence_and_the_rest_which_of_them() {
        let only =
            |head: &str| granted_texts(head).into_iter().map(|(_, id, _)| id).collect::<Vec<_>>();
        let mit = "permission is hereby granted free of charge to any person obtaining a copy of this software";
        assert_eq!(only(mit), [Some("MIT")]);
        assert_eq!(only(&format!("{mit} except as contained in this notice")), [Some("X11")]);
        let bsd = "redistribution and use in source and binary forms with or without modification are permitted";
        assert_eq!(only(bsd), [Some("BSD-2-Clause")]);
        assert_eq!(only(&format!("{bsd} neither the name of")), [Some("BSD-3-Clause")]);
        assert_eq!(only(&format!("{bsd} all advertising materials")), [Some("BSD-4-Clause")]);
        assert_eq!(only("this file is in the public domain"), [None]);
        assert_eq!(only("a public domain poem"), []);
    }
}
