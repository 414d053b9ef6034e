//! `parity fix` on trees whose every byte is known.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::fs;

use common::Case;

const LICENSE: &str = "# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    'name': 'Stock',  # of parts
    'licens': 'AGPL-3',
    'website': 'www.acme.example',
    'version': '18.0.1.0.0',
    'author': 'Acme, Odoo Community Association (OCA)',
    'depends': ['base'],
    'application': False,
    'installable': True
}
";

#[test]
fn what_is_mended_is_mended_and_every_other_byte_is_as_it_was() {
    let case = Case::folder(&[("acme_stock/__manifest__.py", LICENSE)]);
    let said = case.run(&["fix"]).ends(0);
    assert!(said.contains("mended 4 findings in 1 files"), "{said}");
    let wanted = LICENSE
        .replace("'licens'", "'license'")
        .replace("'www.", "'https://www.")
        .replace("    'application': False,\n    'installable': True\n", "");
    assert_eq!(fs::read_to_string(case.root.join("acme_stock/__manifest__.py")).unwrap(), wanted);
}

#[test]
fn a_readme_that_is_made_of_the_manifest_is_to_be_made_anew_and_stops_nothing() {
    let readme = "Stock\n=====\n\n.. !! source digest: sha256:889eb494bb12416f676710fe1dfdd6ff5aca70a586afb58fea1d321434f246ea\n";
    let case = Case::folder(&[
        ("acme_stock/__manifest__.py", LICENSE),
        ("acme_stock/readme/DESCRIPTION.rst", "Counts parts.\n"),
        ("acme_stock/README.rst", readme),
    ]);
    assert!(!case.run(&["check", "--fail-on", "never"]).ends(0).contains("odoo/readme-stale"));
    let said = case.run(&["fix"]).ends(0);
    assert!(said.contains("mended 4 findings in 1 files"), "{said}");
    assert!(said.contains("1  odoo/readme-stale: made of what was mended"), "{said}");
    assert_eq!(fs::read_to_string(case.root.join("acme_stock/README.rst")).unwrap(), readme);
}

#[test]
fn a_patch_is_printed_and_nothing_written() {
    let case = Case::git(&[("acme_stock/__manifest__.py", LICENSE)]);
    let patch = case.run(&["fix", "--diff", "--select", "odoo/manifest-misspelt-key"]).ends(0);
    assert!(patch.contains("-    'licens': 'AGPL-3',\n+    'license': 'AGPL-3',\n"), "{patch}");
    assert_eq!(fs::read_to_string(case.root.join("acme_stock/__manifest__.py")).unwrap(), LICENSE);
    assert_eq!(
        case.run(&["fix", "--diff", "--rev", "HEAD"]).ends(0).lines().next(),
        patch.lines().next()
    );
}

#[test]
fn a_licence_is_added_where_the_header_states_one_or_the_configuration_names_it() {
    let header = "# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\n";
    let bare = "{\n    \"name\": \"A\",\n    \"version\": \"18.0.1.0.0\"\n}\n";
    let case = Case::folder(&[
        ("a/__manifest__.py", &format!("{header}{bare}")),
        ("b/__manifest__.py", bare),
        ("c/__manifest__.py", "{'name': 'C'}\n"),
    ]);
    let said = case.run(&["fix"]).ends(0);
    assert!(said.contains("2  odoo/manifest-required-key: left for a person"), "{said}");
    let read = |path: &str| fs::read_to_string(case.root.join(path)).unwrap();
    let with = |word: &str| {
        bare.replace("\"18.0.1.0.0\"", &format!("\"18.0.1.0.0\",\n    \"license\": \"{word}\""))
    };
    assert_eq!(read("a/__manifest__.py"), format!("{header}{}", with("LGPL-3")));
    assert_eq!(read("b/__manifest__.py"), bare);
    let config = "[rule.\"odoo/manifest-required-key\"]\nlicense = \"OPL-1\"\n";
    case.write("parity.toml", config.as_bytes());
    case.run(&["fix"]).ends(0);
    assert_eq!(read("b/__manifest__.py"), with("OPL-1"));
    assert_eq!(read("c/__manifest__.py"), "{'name': 'C', 'license': 'OPL-1'}\n");
}

#[test]
fn a_change_that_makes_something_worse_is_not_made() {
    // The licence that the header states is none this repository allows.
    let case = Case::folder(&[
        ("a/__manifest__.py", "# License GPL-3.0 or later.\n{'name': 'A'}\n"),
        ("parity.toml", "[rule.\"odoo/license-allowed\"]\nlicense-allowed = [\"LGPL-3\"]\n"),
    ]);
    let said = case.run(&["fix"]).ends(0);
    assert!(said.starts_with("mended 0 findings"), "{said}");
    assert!(said.contains("odoo/manifest-required-key: left for a person"), "{said}");
}

#[test]
fn a_tree_that_cannot_be_written_is_refused() {
    let case = Case::git(&[("a/__manifest__.py", "{'name': 'A'}\n")]);
    case.run(&["fix", "--rev", "HEAD"]).refused(&["without --rev"]);
}

/// A file of each kind, in a tree in which REUSE finds nothing else wrong.
const UNTAGGED: [(&str, &str); 7] = [
    ("a.py", "#!/usr/bin/env python\r\nx = 1\r\n"),
    ("b.json", "{}\n"),
    ("c.xml", "<?xml version=\"1.0\"?>\n<a/>\n"),
    ("d.png", "\u{1}\0\u{2}"),
    ("doc/e.md", "---\ntitle: e\n---\n# E\n"),
    ("LICENSES/MIT.txt", "MIT License\n"),
    (
        "parity.toml",
        "# SPDX-FileCopyrightText: Acme\n# SPDX-License-Identifier: MIT\n[rule.\"license/reuse-file-incomplete\"]\nlicense = \"MIT\"\nholder = \"Acme\"\nyears = \"first\"\n",
    ),
];

#[test]
fn a_tree_is_made_compliant_with_reuse_and_then_nothing_is_left_to_do() {
    let case = Case::git(&UNTAGGED);
    let diff = case.run(&["fix", "--profile", "reuse", "--diff"]).ends(0);
    assert!(
        diff.contains("+++ b/b.json.license\n@@ -0,0 +1,2 @@\n+SPDX-FileCopyrightText: "),
        "{diff}"
    );
    assert!(!case.root.join("b.json.license").exists());
    case.run(&["fix", "--profile", "reuse"]).ends(0);
    case.run(&["check", "--profile", "reuse"]).ends(0);
    let read = |path: &str| fs::read_to_string(case.root.join(path)).unwrap();
    let python = read("a.py");
    let year = python.split("Text: ").nth(1).unwrap().split(' ').next().unwrap();
    assert_eq!(
        python,
        format!(
            "#!/usr/bin/env python\r\n# SPDX-FileCopyrightText: {year} Acme\r\n# SPDX-License-Identifier: MIT\r\nx = 1\r\n"
        )
    );
    assert_eq!(read("d.png"), "\u{1}\0\u{2}");
    assert_eq!(read("d.png.license"), read("b.json.license"));
    assert!(read("c.xml").starts_with("<?xml version=\"1.0\"?>\n<!--\n"));
    assert!(read("doc/e.md").starts_with("---\ntitle: e\n---\n<!--\n"));
    assert_eq!(case.run(&["fix", "--profile", "reuse", "--diff"]).ends(0), "");
}

#[test]
fn what_is_vendored_or_generated_is_left_alone() {
    let mut files = UNTAGGED.to_vec();
    files.push(("vendor/lib/a.py", "x = 1\n"));
    files.push(("src/made.py", "# Generated by a program. DO NOT EDIT.\nx = 1\n"));
    let case = Case::git(&files);
    let said = case.run(&["fix", "--profile", "reuse"]).ends(0);
    assert!(said.contains("license/reuse-file-incomplete: left for a person"), "{said}");
    assert_eq!(fs::read_to_string(case.root.join("vendor/lib/a.py")).unwrap(), "x = 1\n");
    assert!(!case.root.join("vendor/lib/a.py.license").exists());
}

#[test]
fn a_notice_that_the_policy_says_otherwise_is_corrected_where_its_authors_agreed() {
    let head = "header = [\"Copyright {years} Acme SA\", \"License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\"]";
    let policy = format!("[[license]]\npaths = [\"addons/**\"]\n{head}\n");
    let agpl = "# Copyright 2020 Acme SA\n# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\nimport os\n";
    let gpl = agpl.replace("AGPL-3.0 or later (https://www.gnu.org/licenses/agpl)", "GPL-2.0 only");
    let case = Case::git(&[
        ("addons/a.py", agpl),
        ("addons/b.py", &gpl),
        ("addons/c.py", "import os\n"),
        ("d.py", agpl),
        ("parity.toml", &policy),
    ]);
    let args = ["fix", "--select", "license/header-not-as-required"];
    let corrects = "[rule.\"license/header-not-as-required\"]\ncorrect = [\"AGPL-3.0-or-later\"]\nyears = \"first\"\n";
    case.run(&args).ends(0);
    let read = |path: &str| fs::read_to_string(case.root.join(path)).unwrap();
    assert_eq!(read("addons/a.py"), agpl, "nobody agreed");
    case.write("parity.toml", format!("{policy}\n{corrects}").as_bytes());
    let diff = case.run(&[&args[..], &["--diff"]].concat()).ends(0);
    assert!(
        diff.contains("-# License AGPL-3.0 or later") && diff.contains("+# License LGPL-3.0"),
        "{diff}"
    );
    case.run(&args).ends(0);
    assert_eq!(read("addons/a.py"), agpl.replace("AGPL", "LGPL").replace("agpl", "lgpl"));
    assert_eq!((read("addons/b.py"), read("d.py")), (gpl, agpl.to_owned()));
    assert!(read("addons/c.py").starts_with("# Copyright 20"), "{}", read("addons/c.py"));
    assert!(read("addons/c.py").ends_with(
        " Acme SA\n# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\nimport os\n"
    ));
    assert_eq!(
        case.run(&[&args[..], &["--diff"]].concat()).ends(0),
        "",
        "the second time nothing is left to do"
    );
}
