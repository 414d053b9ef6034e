//! What notices are read as.

use super::super::styles::{HASH, HYPHENS, MARKUP, SLASH};
use super::*;

fn rows(style: &Style, source: &str) -> Rows {
    let mut rows = Rows::default();
    extract(style, &Input::new(source.as_bytes()), &mut rows);
    rows
}

fn headers(style: &Style, source: &str) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_text().unwrap_or("-").to_owned();
    rows(style, source)
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
    for (style, source) in [
        (&HASH, "# SPDX-License-Identifier: MIT\n"),
        (&SLASH, "// SPDX-License-Identifier: MIT\n"),
        (&SLASH, "/* SPDX-License-Identifier: MIT */\n"),
        (&MARKUP, "<!-- SPDX-License-Identifier: MIT -->\n"),
        (&HYPHENS, "-- SPDX-License-Identifier: mit\n"),
    ] {
        assert_eq!(headers(style, source), one(1, "MIT", "spdx"), "{source}");
    }
    assert_eq!(headers(&HASH, "# SPDX-License-Identifier: GPLv3\n"), one(1, "-", "spdx"));
}

#[test]
fn the_line_of_oca_is_read_with_its_place() {
    let source = "# Copyright 2020 Acme\n# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\nimport os\n";
    assert_eq!(headers(&HASH, source), one(2, "AGPL-3.0-or-later", "line"));
    assert_eq!(rows(&HASH, source).facts.len(), 2);
}

#[test]
fn notices_are_known_by_their_words() {
    let asf = "# Licensed to the Foundation under one or more agreements. It licenses this file\n# to you under the Apache License, Version 2.0 (the\n# \"License\");\n";
    assert_eq!(headers(&HASH, asf), one(2, "Apache-2.0", "apache"));
    let mit = "/*\n * Permission is hereby granted, free of charge, to any person obtaining\n * a copy of this software\n */\n";
    assert_eq!(headers(&SLASH, mit), one(2, "MIT", "mit"));
    let odoo = "// Part of Acme. See LICENSE file for full copyright and licensing details.\n";
    assert_eq!(headers(&SLASH, odoo), one(1, "-", "pointer"));
}

#[test]
fn an_exception_belongs_to_the_licence() {
    let llvm = "// Part of the Project, under the Apache License v2.0 with LLVM Exceptions.\n";
    assert_eq!(headers(&SLASH, llvm), one(1, "Apache-2.0 WITH LLVM-exception", "apache"));
}

#[test]
fn code_and_prose_are_no_notices() {
    assert_eq!(headers(&HASH, "x = 'SPDX-License-Identifier: MIT'\n"), []);
    assert_eq!(headers(&HASH, "# Checks that addons are AGPL-3 or LGPL-3.\n"), []);
    assert_eq!(headers(&HASH, "# Adds `SPDX-License-Identifier: MIT` to files.\n"), []);
    assert_eq!(
        headers(&HASH, "# REUSE-IgnoreStart\n# SPDX-License-Identifier: MIT\n# REUSE-IgnoreEnd\n"),
        []
    );
    assert_eq!(headers(&HASH, "\u{0}# SPDX-License-Identifier: MIT\n"), []);
    assert_eq!(headers(&MARKUP, "# Licence\n\nLicensed under the MIT license.\n"), []);
}

/// Heads written for the purpose, each under its name and what it grants; parts of a work with a bar between.
const HEADS: &str = include_str!("heads.txt");

#[test]
fn each_head_of_the_list_is_read_as_labelled() {
    let mut wrong = Vec::new();
    let heads = HEADS.split("=== ").skip(1);
    for head in heads.clone() {
        let (title, text) = head.split_once('\n').expect("a title");
        let (path, wanted) = title.split_once(" =>").expect("what it grants");
        let mut wanted: Vec<&str> =
            wanted.split('|').map(str::trim).filter(|spdx| !spdx.is_empty()).collect();
        wanted.sort_unstable();
        let found = stated(path, text);
        if found != wanted {
            wrong.push(format!("{path}: {found:?}, not {wanted:?}"));
        }
    }
    let all = heads.count();
    println!("heads read as labelled: {} of {all}", all - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
