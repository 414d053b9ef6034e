use std::collections::BTreeMap;

use super::marks::names;
use super::{add_header, add_reuse};
use crate::base::Severity;
use crate::fix::{Ask, Change};
use crate::settle::{Finding, Status};

/// What a file may begin with, and how its lines end.
const BEGINS: [&str; 5] = ["", "\u{feff}", "\n\n", "x\n", "one\ntwo\nthree\n"];

fn asked(
    mend: fn(&Ask<'_>) -> Option<Change>,
    path: &str,
    text: &[u8],
    parameters: &[(&str, &str)],
) -> Option<Change> {
    let parameters: BTreeMap<String, serde_json::Value> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    mended(mend, path, text, &parameters)
}

fn mended(
    mend: fn(&Ask<'_>) -> Option<Change>,
    path: &str,
    text: impl AsRef<[u8]>,
    parameters: &BTreeMap<String, serde_json::Value>,
) -> Option<Change> {
    let finding = Finding {
        id: String::new(),
        rule: "license/header-missing".to_owned(),
        severity: Severity::Note,
        path: Some(path.to_owned()),
        line: Some(1),
        end_line: None,
        subject: path.to_owned(),
        message: String::new(),
        status: Status::Active,
        fingerprint: String::new(),
    };
    mend(&Ask { bytes: text.as_ref(), finding: &finding, parameters, year: Some("2019") })
}

fn written(change: Option<Change>) -> Option<String> {
    match change? {
        Change::Write(bytes) => String::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// A name with this end, or this name.
fn path(name: &str) -> String {
    let is_whole = name.starts_with(['.', 'D', 'C', 'M', 'G', 'R', 'V', 'J'])
        || name.contains('.')
        || name == "justfile";
    if is_whole { format!("a/{name}") } else { format!("a/b.{name}") }
}

/// Every comment style, begin and end of line: what is written is read as meant, all else is kept, and the second time
/// nothing is left to do.
#[test]
fn a_header_is_read_as_it_was_meant_in_every_comment_style() {
    let styles = [
        ("spdx", "MIT OR Apache-2.0", ""),
        ("spdx", "GPL-3.0-or-later", ""),
        ("oca", "AGPL-3.0-or-later", ""),
        ("asf", "Apache-2.0", ""),
        (
            "",
            "LGPL-3.0-or-later",
            "Copyright {year} {holder}\n\nSPDX-License-Identifier: {license}",
        ),
    ];
    let mut left = Vec::new();
    for name in names() {
        let path = path(name);
        for (style, license, template) in styles {
            for (begin, end) in BEGINS.iter().flat_map(|begin| [(begin, "\n"), (begin, "\r\n")]) {
                let open = if name == "php" { "<?php\n" } else { "" };
                let mark = if begin.starts_with('\u{feff}') { "\u{feff}" } else { "" };
                let text = format!("{mark}{open}{}y\n", begin.trim_start_matches('\u{feff}'))
                    .replace('\n', end);
                let parameters = [
                    ("license", license),
                    ("holder", "Acme"),
                    ("years", "first"),
                    ("style", style),
                    ("template", template),
                ];
                let Some(mended) = written(asked(add_header, &path, text.as_bytes(), &parameters))
                else {
                    left.push(format!("{path} {style} {license} {begin:?}"));
                    continue;
                };
                let kept = text
                    .trim_start_matches('\u{feff}')
                    .trim_start_matches(&open.replace('\n', end));
                assert!(mended.ends_with(kept) && mended.starts_with(mark), "{path}: {mended:?}");
                assert_eq!(mended.matches('\n').count(), mended.matches(end).count(), "{mended:?}");
                assert!(mended.contains("2019 Acme"), "{mended}");
                assert_eq!(
                    asked(add_header, &path, mended.as_bytes(), &parameters),
                    None,
                    "{mended}"
                );
            }
        }
    }
    left.dedup();
    assert!(left.is_empty(), "not written:\n{}", left.join("\n"));
}

#[test]
fn a_file_that_states_a_licence_is_left_alone() {
    let license = [("license", "MIT"), ("holder", "Acme")];
    for text in [
        "# SPDX-License-Identifier: ISC\n",
        "# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\n",
    ] {
        assert_eq!(asked(add_header, "a.py", text.as_bytes(), &license), None);
        assert_eq!(asked(add_reuse, "a.py", text.as_bytes(), &license), None);
    }
    assert_eq!(asked(add_header, "a.py", b"x\n", &[]), None, "no licence is named");
}

#[test]
fn years_are_said_only_where_they_are_asked_for() {
    let parameters = [("license", "MIT"), ("holder", "Acme")];
    let mended = written(asked(add_header, "a.py", b"x\n", &parameters));
    assert_eq!(
        mended.as_deref(),
        Some("# SPDX-FileCopyrightText: Acme\n# SPDX-License-Identifier: MIT\nx\n")
    );
}

#[test]
fn a_file_without_comments_has_its_tags_beside_it() {
    let parameters = [("license", "CC0-1.0"), ("holder", "Acme")];
    let tags = "SPDX-FileCopyrightText: Acme\nSPDX-License-Identifier: CC0-1.0\n";
    for (path, bytes) in [
        ("a.json", &b"{}\n"[..]),
        ("a.png", b"\x89PNG\0"),
        ("data", b"1\n"),
        ("a.py", b"\xff\xfe\0"),
    ] {
        let wanted = Change::Beside(format!("{path}.license"), tags.as_bytes().to_vec());
        assert_eq!(asked(add_reuse, path, bytes, &parameters), Some(wanted));
    }
}

/// A section of a policy, as rules are given it.
fn policy(correct: &str, head: &str) -> BTreeMap<String, serde_json::Value> {
    let section = format!("{{\"paths\": [\"**\"], \"header\": [{head}]}}");
    BTreeMap::from([
        ("license_policy".to_owned(), serde_json::json!([section])),
        ("correct".to_owned(), serde_json::json!([correct])),
    ])
}

#[test]
fn a_notice_that_may_be_replaced_becomes_the_required_one_and_no_other_does() {
    let head =
        "\"Copyright Acme\", \"License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\"";
    let parameters = policy("AGPL-3.0-or-later", head);
    let lgpl = "License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).";
    let agpl = "License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).";
    for (path, text) in [
        ("a.py", format!("# Copyright Acme\r\n# {agpl}\r\nimport os\r\n")),
        (
            "a.xml",
            format!("<?xml version=\"1.0\"?>\n<!-- Copyright Acme\n     {agpl} -->\n<odoo/>\n"),
        ),
        ("a.js", format!("/* Copyright Acme\n * {agpl}\n */\nf();\n")),
        ("a.bat", format!("REM Copyright Acme\nREM {agpl}\n")),
    ] {
        let mended = written(mended(super::as_required, path, &text, &parameters));
        assert_eq!(mended.as_deref(), Some(&*text.replace(agpl, lgpl)), "{path}");
        let again = mended.expect("a text");
        assert_eq!(self::mended(super::as_required, path, &again, &parameters), None);
        let other = policy("GPL-2.0-only", head);
        assert_eq!(self::mended(super::as_required, path, &text, &other), None);
    }
    let bare = written(mended(super::as_required, "b.py", "import os\n", &parameters));
    assert_eq!(bare, Some(format!("# Copyright Acme\n# {lgpl}\nimport os\n")));
}
