//! What grants, and what only mentions.

use super::super::head::Line;
use super::super::words::words;
use super::*;

fn said(text: &str) -> Vec<String> {
    let lines: Vec<Line<'_>> =
        text.lines().zip(1..).map(|(text, number)| Line { number, text }).collect();
    grants(&words(&lines))
        .into_iter()
        .map(|grant| grant.spdx.unwrap_or_else(|| "?".to_owned()))
        .collect()
}

#[test]
fn what_grants_is_read() {
    for (text, wanted) in [
        ("License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).", "AGPL-3.0-or-later"),
        (
            "Copyright 2020 Acme\nLicense LGPL-3 - See http://www.gnu.org/licenses/lgpl-3.0.html",
            "LGPL-3.0",
        ),
        ("License: GNU General Public License v3. See license.txt", "GPL-3.0"),
        ("Copyright 2020 Acme, MIT License", "MIT"),
        ("Released under the MIT license", "MIT"),
        ("@license MIT", "MIT"),
        (
            "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)",
            "GPL-3.0-or-later",
        ),
        ("The MIT License (MIT)\n\nCopyright 2020 Acme", "MIT"),
        ("normalize.css v3.0.2 (c) Acme | MIT License | example.org/normalize", "MIT"),
        (
            "Licensed under your choice of the Redis Source Available License 2.0\n(RSALv2) or the Server Side Public License v1 (SSPLv1).",
            "LicenseRef-RSALv2 OR SSPL-1.0",
        ),
        ("Dual licensed under the MIT and GPL-2.0 licenses.", "MIT OR GPL-2.0"),
        (
            "Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or\nhttp://www.apache.org/licenses/LICENSE-2.0> or the MIT license\n<LICENSE-MIT or http://opensource.org/licenses/MIT>, at your option.",
            "Apache-2.0 OR MIT",
        ),
        (
            "The ASF licenses this file\nto you under the Apache License, Version 2.0 (the \"License\")",
            "Apache-2.0",
        ),
        (
            "This Source Code Form is subject to the terms of the Mozilla Public\nLicense, v. 2.0. If a copy",
            "MPL-2.0",
        ),
        ("Copyright: Acme\nLicensed under BSD 3-Clause", "BSD-3-Clause"),
        ("Licensed under the BSD license", "?"),
        (
            "License OPL-1 (https://www.odoo.com/documentation/user/13.0/legal/licenses/licenses.html).",
            "LicenseRef-OPL-1",
        ),
    ] {
        assert_eq!(said(text), [wanted], "{text}");
    }
}

#[test]
fn parts_of_a_work_may_differ() {
    let parts = "License - https://example.org/license/free (Icons: CC BY 4.0, Fonts: SIL OFL 1.1, Code: MIT License)";
    assert_eq!(said(parts), ["CC-BY-4.0", "OFL-1.1", "MIT"]);
}

#[test]
fn what_mentions_is_not() {
    for text in [
        "Checks that addons are AGPL-3 or LGPL-3.",
        "This parser knows agpl-3.0 and gpl-2 texts",
        "See the GNU General Public License version 3 for more details.",
        "You should have received a copy of the GNU General Public License",
        "Addons of license other than agpl-3",
        "The default license is `MIT` unless told",
        "Fails if a file is licensed under the GPL-3.0",
        "Must be licensed under the MIT license",
        "an MIT course about the Apache web server",
    ] {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}
