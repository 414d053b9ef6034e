//! Licence notices and copyright lines at the head of a source file.

use crate::facts::Input;
use crate::facts::Rows;

use super::copyright::copyright;
use super::expression::canonical;
use super::gnu::mentions;
use super::head::{Line, head};
use super::tables::{COPYRIGHTS, HEADERS};

/// The tag of SPDX and REUSE.
const TAG: &str = "SPDX-License-Identifier:";
/// The most rows of one kind that one head gives.
const MAX_ROWS: usize = 20;

/// Notices known by their words (lower case, one space between), what they grant, and their form.
const PHRASES: [(&str, &str, &str); 13] = [
    ("licensed under the apache license version 2.0", "Apache-2.0", "apache"),
    ("to you under the apache license version 2.0", "Apache-2.0", "apache"),
    ("under the terms of the apache license version 2.0", "Apache-2.0", "apache"),
    ("license apache-2.0", "Apache-2.0", "line"),
    ("license apache 2.0", "Apache-2.0", "line"),
    ("permission is hereby granted free of charge to any person obtaining a copy", "MIT", "mit"),
    ("licensed under the mit license", "MIT", "line"),
    ("released under the mit license", "MIT", "line"),
    ("license mit", "MIT", "line"),
    ("subject to the terms of the mozilla public license v 2.0", "MPL-2.0", "mpl"),
    ("subject to the terms of the mozilla public license version 2.0", "MPL-2.0", "mpl"),
    ("licensed under the bsd 3-clause license", "BSD-3-Clause", "line"),
    ("licensed under the bsd 2-clause license", "BSD-2-Clause", "line"),
];
/// A notice of a BSD licence; which one, its last clause tells.
const BSD: &str =
    "redistribution and use in source and binary forms with or without modification are permitted";
/// The clause that makes three of two.
const BSD_3: &str = "neither the name";
/// What points to a licence elsewhere, as Odoo's own files do.
const POINTER: &str = "license file for full copyright and licensing";

/// One notice.
struct Notice<'a> {
    line: u32,
    spdx: Option<String>,
    qualifier: Option<&'static str>,
    form: &'static str,
    text: &'a str,
}

/// Reads the head of one file.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if input.is_binary() {
        return;
    }
    let lines = head(input.text());
    for notice in notices(&lines).into_iter().take(MAX_ROWS) {
        let text = shortened(notice.text);
        rows.add(
            HEADERS,
            [
                notice.line.into(),
                notice.spdx.into(),
                notice.qualifier.into(),
                notice.form.into(),
                text.into(),
            ],
        );
    }
    let stated =
        lines.iter().filter_map(|line| copyright(line.text).map(|said| (line.number, said)));
    for (number, (years, holder)) in stated.take(MAX_ROWS) {
        rows.add(COPYRIGHTS, [number.into(), holder.into(), years.into()]);
    }
}

/// The SPDX ids that the head of a text states, each once.
pub fn stated(text: &str) -> Vec<String> {
    let mut stated: Vec<String> =
        notices(&head(text)).into_iter().filter_map(|notice| notice.spdx).collect();
    stated.sort();
    stated.dedup();
    stated
}

fn notices<'a>(lines: &[Line<'a>]) -> Vec<Notice<'a>> {
    let tags: Vec<Notice<'a>> = tags(lines);
    // A tag is made to say it once and exactly; words beside it repeat it.
    if !tags.is_empty() {
        return tags;
    }
    let head = Words::of(lines);
    let mut found: Vec<Notice<'a>> = Vec::new();
    for mention in mentions(&head.words.iter().map(String::as_str).collect::<Vec<_>>()) {
        let line = &lines[head.lines[mention.at]];
        let form = if mention.long { "gnu" } else { "line" };
        found.push(Notice {
            line: line.number,
            spdx: Some(mention.spdx),
            qualifier: mention.qualifier,
            form,
            text: line.text,
        });
    }
    let text = head.words.join(" ");
    let mut add = |at: usize, spdx: Option<&str>, form| {
        let line = &lines[head.lines[text[..at].matches(' ').count()]];
        if !found.iter().any(|other| other.spdx.as_deref() == spdx) {
            found.push(Notice {
                line: line.number,
                spdx: spdx.map(str::to_owned),
                qualifier: None,
                form,
                text: line.text,
            });
        }
    };
    for (phrase, spdx, form) in PHRASES {
        if let Some(at) = position(&text, phrase) {
            add(at, Some(spdx), form);
        }
    }
    if let Some(at) = position(&text, BSD) {
        add(at, Some(if text.contains(BSD_3) { "BSD-3-Clause" } else { "BSD-2-Clause" }), "bsd");
    }
    if let Some(at) = position(&text, POINTER).filter(|_| text.contains("part of ")) {
        add(at, None, "pointer");
    }
    found.sort_by_key(|notice| notice.line);
    found
}

fn tags<'a>(lines: &[Line<'a>]) -> Vec<Notice<'a>> {
    let tag = |line: &Line<'a>| {
        let at = line.text.find(TAG)?;
        let said = line.text[at + TAG.len()..].trim();
        let spdx = canonical(said);
        let qualifier = spdx.as_deref().and_then(|spdx| {
            let is_one = !spdx.contains(' ');
            [("-or-later", "or-later"), ("-only", "only")]
                .into_iter()
                .find(|(suffix, _)| is_one && spdx.ends_with(suffix))
                .map(|(_, word)| word)
        });
        Some(Notice { line: line.number, spdx, qualifier, form: "spdx", text: line.text })
    };
    lines.iter().filter_map(tag).collect()
}

/// Where a phrase stands among whole words.
fn position(text: &str, phrase: &str) -> Option<usize> {
    text.match_indices(phrase).map(|(at, _)| at).find(|at| {
        let after = text.as_bytes().get(at + phrase.len());
        (*at == 0 || text.as_bytes()[at - 1] == b' ') && after.is_none_or(|byte| *byte == b' ')
    })
}

/// The words of a head, lower case and without punctuation around them, each with the index of its line.
struct Words {
    words: Vec<String>,
    lines: Vec<usize>,
}

impl Words {
    fn of(lines: &[Line<'_>]) -> Self {
        let mut all = Words { words: Vec::new(), lines: Vec::new() };
        for (index, line) in lines.iter().enumerate() {
            let bare = |word: &str| {
                word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+')
                    .replace("licence", "license")
                    .to_lowercase()
            };
            for word in line.text.split_whitespace().map(bare).filter(|word| !word.is_empty()) {
                all.words.push(word);
                all.lines.push(index);
            }
        }
        all
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn rows(source: &str) -> Rows {
        let mut rows = Rows::default();
        extract(&Input::new(source.as_bytes()), &mut rows);
        rows
    }

    fn headers(source: &str) -> Vec<(i64, String, String)> {
        let text = |value: &Value| value.as_text().unwrap_or("-").to_owned();
        rows(source)
            .facts
            .iter()
            .filter(|row| row.0 == HEADERS)
            .map(|row| (row.1[0].as_int().expect("a line"), text(&row.1[1]), text(&row.1[3])))
            .collect()
    }

    fn one(line: i64, spdx: &str, form: &str) -> Vec<(i64, String, String)> {
        vec![(line, spdx.to_owned(), form.to_owned())]
    }

    #[test]
    fn a_tag_is_read_in_any_comment() {
        for source in [
            "# SPDX-License-Identifier: MIT\n",
            "// SPDX-License-Identifier: MIT\n",
            "/* SPDX-License-Identifier: MIT */\n",
            "<!-- SPDX-License-Identifier: MIT -->\n",
            "-- SPDX-License-Identifier: mit\n",
        ] {
            assert_eq!(headers(source), one(1, "MIT", "spdx"), "{source}");
        }
        assert_eq!(headers("# SPDX-License-Identifier: GPLv3\n"), one(1, "-", "spdx"));
    }

    #[test]
    fn the_line_of_oca_is_read_with_its_place() {
        let source = "# Copyright 2020 Acme\n# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\nimport os\n";
        assert_eq!(headers(source), one(2, "AGPL-3.0-or-later", "line"));
        assert_eq!(rows(source).facts.len(), 2);
    }

    #[test]
    fn notices_are_known_by_their_words() {
        let asf = "# Licensed to the Foundation under one or more agreements. It licenses this file\n# to you under the Apache License, Version 2.0 (the\n# \"License\");\n";
        assert_eq!(headers(asf), one(2, "Apache-2.0", "apache"));
        let mit = "/*\n * Permission is hereby granted, free of charge, to any person obtaining\n * a copy of this software\n */\n";
        assert_eq!(headers(mit), one(2, "MIT", "mit"));
        assert_eq!(
            headers(
                "// Part of Acme. See LICENSE file for full copyright and licensing details.\n"
            ),
            one(1, "-", "pointer")
        );
    }

    #[test]
    fn code_and_prose_are_no_notices() {
        assert_eq!(headers("x = 'SPDX-License-Identifier: MIT'\n"), []);
        assert_eq!(headers("# Checks that addons are AGPL-3 or LGPL-3.\n"), []);
        assert_eq!(headers("\u{0}# SPDX-License-Identifier: MIT\n"), []);
    }
}
