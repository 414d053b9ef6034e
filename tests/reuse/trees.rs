//! Trees made at random from a compliant one: each seed changes up to six things that REUSE looks at.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

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

const PATHS: [&str; 18] = [
    "src/a.py",
    "src/b.c",
    "data/a.csv",
    "doc/one.md",
    "new/file.txt",
    "new/deep/file.js",
    "new/deep/er/x y.h",
    "LICENSE",
    "LICENSE-old",
    "COPYING.md",
    "Licence.txt",
    "x.spdx",
    "x.spdx.json",
    "sub/LICENSES/no.txt",
    "subprojects/dep/main.c",
    "subprojects/dep.wrap",
    "build/out.o",
    "new/.reuse/x",
];

const LICENSES: [&str; 14] = [
    "MIT",
    "Apache-2.0",
    "GPL-3.0-or-later",
    "LicenseRef-Own",
    "MIT+",
    "GPL-2.0",
    "nonsense",
    "two words",
    "MIT AND",
    "(MIT OR ISC) AND CC0-1.0",
    "mit",
    "MIT/X11",
    "",
    "GPL-2.0-only WITH Classpath-exception-2.0",
];

const COPYRIGHTS: [&str; 10] = [
    "SPDX-FileCopyrightText: 2021 Acme",
    "SPDX-SnippetCopyrightText: 2021 Acme",
    "SPDX-FileCopyrightText:",
    "Copyright 2021 Acme",
    "Copyright (c) Acme",
    "Copyright(C)Acme",
    "\u{a9} 2021 Acme",
    "copyright 2021",
    "Copyrights 2021",
    "No Copyright",
];

const GLOBS: [&str; 16] = [
    "**",
    "*",
    "*.txt",
    "src/**",
    "**/*.js",
    "file.txt",
    "deep/*",
    "**/*/x*",
    "*/**",
    r"\*.md",
    "new/***",
    "a.py",
    r"new\\file.txt",
    "**/er/*",
    "data/a.?sv",
    "x y.h",
];

/// Makes the tree of a seed.
pub fn tree(root: &Path, seed: u64) {
    let mut draw = Draw(seed * 7_919 + 17);
    let draw = &mut draw;
    for (path, text) in SOUND {
        put(root, path, text.as_bytes());
    }
    if draw.below(3) == 0 {
        git(root, &["init", "--quiet"]);
    }
    for _ in 0..draw.below(7) {
        mutate(root, draw);
    }
}

fn git(root: &Path, args: &[&str]) {
    let output = Command::new("git").arg("-C").arg(root).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes a file, unless something that is none stands in its place.
fn put(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    if file.is_symlink() || file.is_dir() || fs::create_dir_all(file.parent().unwrap()).is_err() {
        return;
    }
    fs::write(file, bytes).unwrap();
}

fn mutate(root: &Path, draw: &mut Draw) {
    let tag = format!("SPDX-License-Identifier: {}", draw.of(&LICENSES));
    let copyright = draw.of(&COPYRIGHTS);
    let path = draw.of(&PATHS);
    match draw.below(16) {
        0 => drop(fs::remove_file(root.join(SOUND[draw.below(SOUND.len())].0))),
        1 => put(root, path, b""),
        2 => put(root, &format!("{path}.license"), format!("{copyright}\n{tag}\n").as_bytes()),
        3 => text_of_a_license(root, draw),
        4..=6 => reuse_toml(root, draw),
        7 => dep5(root, draw),
        8 => bytes(root, path, copyright, &tag, draw),
        9 => beside_git(root, draw),
        _ => put(root, path, in_a_comment(copyright, &tag, draw).as_bytes()),
    }
}

fn in_a_comment(copyright: &str, tag: &str, draw: &mut Draw) -> String {
    match draw.below(13) {
        0 => format!("// {copyright}\n// {tag}\n"),
        1 => format!("// {tag}\r\n"),
        2 => format!("# {copyright}\r\n# {tag}\r\nx\r\n"),
        3 => format!("REUSE-IgnoreStart\n{tag}\nREUSE-IgnoreEnd\n{copyright}\n"),
        4 => format!("{copyright} REUSE-IgnoreStart {tag}\n"),
        5 => format!("REUSE-IgnoreEnd {tag}\nREUSE-IgnoreStart\n{copyright}\nREUSE-IgnoreEnd\n"),
        6 => format!("<p title=\"{copyright}\">\n<p title='{tag}'>\n"),
        7 => format!("x = \"a\"\n\n\n-- text {copyright} --\n/* {tag} */\n"),
        8 => format!("## {copyright} ##\n## {tag} ##\n"),
        9 => format!(
            "SPDX-SnippetBegin\nSPDX-SnippetCopyrightText: 2022 Beta\n{tag}\nSPDX-SnippetEnd\n{copyright}\n"
        ),
        10 => format!("(* {copyright} *)\n{{- {tag} -}}\n[{tag}] ::\n"),
        11 => format!("{copyright} {tag}\n"),
        _ => format!("{}\n{copyright}\r{tag}", "filler ".repeat(draw.below(900))),
    }
}

fn text_of_a_license(root: &Path, draw: &mut Draw) {
    let name = draw.of(&[
        "GPL-3.0-or-later.txt",
        "GPL-2.0.txt",
        "LicenseRef-Own.txt",
        "LicenseRef-Unknown.txt",
        "LicenseRef-a_b.txt",
        "nonsense.txt",
        "ISC",
        "deep/ISC.txt",
        "Classpath-exception-2.0.txt",
        "MIT.txt.license",
        "MIT.md",
        ".hidden.txt",
        "GPL-2.0-only.tar.txt",
        "README",
    ]);
    put(root, &format!("LICENSES/{name}"), b"text\n");
}

fn reuse_toml(root: &Path, draw: &mut Draw) {
    let folder = draw.of(&["", "", "src/", "new/", "new/deep/", "LICENSES/"]);
    let mut text = draw.of(&["version = 1\n"; 12]).to_owned();
    match draw.below(24) {
        0 => text = "# no version\n".to_owned(),
        1 => text = String::new(),
        2 => text = "version = \"1\"\n".to_owned(),
        _ => {}
    }
    for _ in 0..=draw.below(3) {
        let order = draw.of(&["closest", "aggregate", "override"]);
        let (one, two) = (draw.of(&GLOBS), draw.of(&GLOBS));
        text.push_str(&match draw.below(2) {
            0 => format!("[[annotations]]\npath = '{one}'\n"),
            _ => format!("[[annotations]]\npath = ['{one}', '{two}']\n"),
        });
        if draw.below(4) > 0 {
            text.push_str(&format!("precedence = \"{order}\"\n"));
        }
        let said = draw.below(4);
        if said != 0 {
            text.push_str(&format!("SPDX-License-Identifier = \"{}\"\n", draw.of(&LICENSES)));
        }
        if said != 1 {
            text.push_str("SPDX-FileCopyrightText = [\"2021 Acme\", \"Copyright Beta\"]\n");
        }
    }
    put(root, &format!("{folder}REUSE.toml"), text.as_bytes());
}

fn dep5(root: &Path, draw: &mut Draw) {
    let format = match draw.below(8) {
        0 => "",
        _ => "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n",
    };
    let (files, other) = (draw.of(&["*", "src/*", "new/* data/a.?sv", "*.txt"]), draw.of(&GLOBS));
    let (license, second) =
        (draw.of(&["MIT", "ISC", "MIT OR"]), draw.of(&["CC0-1.0", "Apache-2.0"]));
    let text = format!(
        "{format}Upstream-Name: x\n\nFiles: {files}\nCopyright: 2020 Acme\n  2021 Beta\nLicense: {license}\n\nFiles: {other}\n\
         Copyright: Gamma\nLicense: {second}\n text of it\n .\n more\n"
    );
    put(root, ".reuse/dep5", text.as_bytes());
    let is_alone = draw.below(6) > 0;
    if is_alone {
        for folder in ["", "src", "new", "new/deep"] {
            drop(fs::remove_file(root.join(folder).join("REUSE.toml")));
        }
    }
}

/// Bytes that are no plain UTF-8.
fn bytes(root: &Path, path: &str, copyright: &str, tag: &str, draw: &mut Draw) {
    let text =
        format!("# {copyright}\n# {tag}\n# Stra\u{df}e, fa\u{e7}ade, na\u{ef}ve, caf\u{e9}\n");
    let utf16 = || text.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = match draw.below(4) {
        0 => [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect(),
        1 => [0xFF, 0xFE].into_iter().chain(utf16()).collect(),
        2 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
        _ => [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', 0, 0, 0, 0x0D]
            .into_iter()
            .chain((0..=255).rev().cycle().step_by(7).take(3_000))
            .collect(),
    };
    put(root, path, &bytes);
}

/// What a walk over the tree leaves out: links, what git ignores, submodules.
fn beside_git(root: &Path, draw: &mut Draw) {
    let is_git = root.join(".git").is_dir();
    match draw.below(4) {
        0 => {
            let _ = fs::create_dir_all(root.join("new"));
            drop(symlink(draw.of(&["../src/a.py", "nowhere"]), root.join("new/link")));
        }
        1 if is_git => {
            put(
                root,
                ".gitignore",
                b"# Copyright Acme\n# SPDX-License-Identifier: MIT\nbuild/\n*.o\n",
            );
            put(root, "build/made.c", b"x\n");
        }
        2 if is_git => {
            let module = "[submodule \"m\"]\n\tpath = sub/m\n\turl = https://example.org/m\n";
            let said = format!("# Copyright Acme\n# SPDX-License-Identifier: MIT\n{module}");
            put(root, ".gitmodules", said.as_bytes());
            put(root, "sub/m/main.c", b"x\n");
            git(&root.join("sub/m"), &["init", "--quiet"]);
            let entry = "160000,0123456789012345678901234567890123456789,sub/m";
            git(root, &["update-index", "--add", "--cacheinfo", entry]);
        }
        _ => drop(fs::rename(root.join("doc"), root.join("subprojects"))),
    }
}
