//! REUSE by us and by the reference tool, on trees made at random from a compliant one.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment how much to try")]

mod common;
mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::run;
use serde_json::Value;
use tempfile::TempDir;

/// Trees that are judged; `PARITY_REUSE_TREES` asks for more, at two seconds each.
const TREES: u64 = 24;

/// Numbers that look drawn and are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// A compliant tree.
const SOUND: [(&str, &str); 9] = [
    ("src/a.py", "# SPDX-FileCopyrightText: 2020 Acme\n# SPDX-License-Identifier: MIT\n\nx = 1\n"),
    (
        "src/b.c",
        "/* SPDX-FileCopyrightText: 2020 Acme */\n/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n",
    ),
    ("data/a.csv", "1,2\n"),
    ("data/a.csv.license", "SPDX-FileCopyrightText: 2020 Acme\nSPDX-License-Identifier: CC0-1.0\n"),
    (
        "doc/one.md",
        "<!-- Copyright (C) 2020 Acme -->\n<!-- SPDX-License-Identifier: MIT -->\n# One\n",
    ),
    ("LICENSES/MIT.txt", "MIT\n"),
    ("LICENSES/Apache-2.0.txt", "Apache\n"),
    ("LICENSES/CC0-1.0.txt", "CC0\n"),
    ("README.md", "<!-- SPDX-FileCopyrightText: 2020 Acme\nSPDX-License-Identifier: MIT -->\n"),
];

fn tree(root: &Path, draw: &mut Draw) {
    for (path, text) in SOUND {
        put(root, path, text);
    }
    for _ in 0..draw.below(5) {
        mutate(root, draw);
    }
}

fn put(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn mutate(root: &Path, draw: &mut Draw) {
    let licence = draw.of(&[
        "MIT",
        "Apache-2.0",
        "GPL-3.0-or-later",
        "LicenseRef-Own",
        "MIT+",
        "GPL-2.0",
        "nonsense",
        "two words",
        "MIT AND",
        "GPL-2.0-only WITH Classpath-exception-2.0",
    ]);
    let tag = format!("SPDX-License-Identifier: {licence}");
    let copyright = draw.of(&[
        "SPDX-FileCopyrightText: 2021 Acme",
        "Copyright 2021 Acme",
        "Copyright (c) Acme",
        "\u{a9} 2021 Acme",
        "copyright 2021",
        "Copyrights 2021",
    ]);
    let path = draw.of(&[
        "src/a.py",
        "src/b.c",
        "data/a.csv",
        "doc/one.md",
        "new/file.txt",
        "new/deep/file.js",
        "LICENSE",
        "COPYING.md",
        "x.spdx",
        "sub/LICENSES/no.txt",
    ]);
    match draw.below(12) {
        0 => drop(fs::remove_file(root.join(SOUND[draw.below(SOUND.len())].0))),
        1 => put(root, path, &format!("// {copyright}\n// {tag}\n")),
        2 => put(root, path, &format!("// {tag}\n")),
        3 => put(root, path, &format!("# {copyright}\n")),
        4 => put(root, path, ""),
        5 => put(root, &format!("{path}.license"), &format!("{copyright}\n{tag}\n")),
        6 => {
            let name = draw.of(&[
                "GPL-3.0-or-later.txt",
                "GPL-2.0.txt",
                "LicenseRef-Own.txt",
                "nonsense.txt",
                "ISC",
                "deep/ISC.txt",
                "Classpath-exception-2.0.txt",
                "MIT.txt.license",
            ]);
            put(root, &format!("LICENSES/{name}"), "text\n");
        }
        7 => put(root, path, &format!("REUSE-IgnoreStart\n{tag}\nREUSE-IgnoreEnd\n{copyright}\n")),
        8 | 9 => {
            let folder = draw.of(&["", "src/", "new/"]);
            let glob = draw.of(&["**", "*", "*.txt", "src/**", "**/*.js", "file.txt", "deep/*"]);
            let order = draw.of(&["closest", "aggregate", "override"]);
            let said = draw.of(&["both", "licence", "copyright"]);
            let mut text = format!(
                "version = 1\n[[annotations]]\npath = \"{glob}\"\nprecedence = \"{order}\"\n"
            );
            if said != "copyright" {
                text.push_str(&format!("SPDX-License-Identifier = \"{licence}\"\n"));
            }
            if said != "licence" {
                text.push_str("SPDX-FileCopyrightText = \"2021 Acme\"\n");
            }
            put(root, &format!("{folder}REUSE.toml"), &text);
        }
        10 => put(root, path, &format!("<p title=\"{copyright}\">\n<p title='{tag}'>\n")),
        _ => put(root, path, &format!("x = \"a\"\n\n\n-- text {copyright} --\n/* {tag} */\n")),
    }
}

/// What is wrong, as `kind: thing`.
type Wrong = BTreeSet<String>;

fn ours(cache: &Path, root: &Path) -> Wrong {
    let args =
        ["check", "--profile", "reuse", "--format", "json", "--repo", root.to_str().unwrap()];
    let said = run(cache, &args);
    let json: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err));
    let wrong: Wrong = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let rule = found["rule"].as_str().unwrap().trim_start_matches("license/reuse-");
            format!("{rule}: {}", found["subject"].as_str().unwrap())
        })
        .collect();
    assert_eq!(said.code == 0, wrong.is_empty(), "{}", said.out);
    wrong
}

fn theirs(reuse: &Path, root: &Path) -> Option<Wrong> {
    let output = Command::new(reuse)
        .args(["--root", root.to_str().unwrap(), "lint", "--json"])
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).ok()?;
    let wrong = &json["non_compliant"];
    let mut all = Wrong::new();
    let mut add = |rule: &str, key: &str, after: &str| {
        let named: Vec<String> = match &wrong[key] {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        let prefix = format!("{}/", root.display());
        all.extend(
            named.iter().map(|name| format!("{rule}: {}{after}", name.trim_start_matches(&prefix))),
        );
    };
    add("file-incomplete", "missing_copyright_info", ": copyright");
    add("file-incomplete", "missing_licensing_info", ": licence");
    add("text-missing", "missing_licenses", "");
    add("text-unused", "unused_licenses", "");
    add("text-name", "bad_licenses", "");
    add("text-name", "deprecated_licenses", "");
    add("text-name", "licenses_without_extension", "");
    add("unread", "read_errors", "");
    let is_invalid = |said: &Value| said["is_valid"] == false;
    for file in json["files"].as_array().into_iter().flatten() {
        if file["spdx_expressions"].as_array().into_iter().flatten().any(is_invalid) {
            all.insert(format!("expression-invalid: {}", file["path"].as_str().unwrap()));
        }
    }
    assert_eq!(json["summary"]["compliant"].as_bool(), Some(all.is_empty()), "{json}");
    Some(all)
}

#[test]
#[allow(clippy::print_stderr, reason = "the figure is what the test is run for")]
fn generated_trees_are_judged_as_by_the_reference_tool() {
    let asked = std::env::var("PARITY_REUSE_TREES").ok().and_then(|number| number.parse().ok());
    let trees: u64 = asked.unwrap_or(TREES);
    let Some(bin) = tools::python(&["reuse==6.2.0", "charset-normalizer==3.4.4"]) else { return };
    let cache = TempDir::new().unwrap();
    let (mut same, mut refused, mut differ) = (0, 0, Vec::new());
    for seed in 0..trees {
        let temp = TempDir::new().unwrap();
        let root = temp.path().canonicalize().unwrap();
        tree(&root, &mut Draw(seed * 7_919 + 17));
        let Some(wanted) = theirs(&bin.join("reuse"), &root) else {
            refused += 1;
            continue;
        };
        // It fails on an annotation that is no expression, and then says nothing else of the files it is about.
        let unread: Vec<&str> =
            wanted.iter().filter_map(|wrong| wrong.strip_prefix("unread: ")).collect();
        let is_read = |wrong: &String| !unread.iter().any(|path| wrong.contains(path));
        let said: Wrong = ours(cache.path(), &root).into_iter().filter(is_read).collect();
        let wanted: Wrong = wanted.iter().filter(|wrong| is_read(wrong)).cloned().collect();
        if said == wanted {
            same += 1;
        } else {
            let only =
                |one: &Wrong, other: &Wrong| one.difference(other).cloned().collect::<Vec<_>>();
            differ.push(format!(
                "tree {seed}: only here {:?}, only there {:?}",
                only(&said, &wanted),
                only(&wanted, &said)
            ));
        }
    }
    eprintln!(
        "{same} of {trees} trees are judged alike; {refused} the reference tool does not judge\n{}",
        differ.join("\n")
    );
    let judged = trees - refused;
    assert!(10 * same >= 9 * judged, "{same} of {judged}");
}
