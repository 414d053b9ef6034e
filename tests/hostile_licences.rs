//! Files about licences may be hostile: whatever they hold, there is an answer, in bounded memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]
#![allow(clippy::print_stderr, reason = "what was read is told")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Case, git};

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 700;
/// Repositories whose tests are licences in all forms, in the folder `PARITY_CORPORA`.
const PEERS: [&str; 4] =
    ["licensee.git", "licenseclassifier.git", "fsfe+reuse-tool.git", "fsfe+reuse-example.git"];

/// An annotation of `REUSE.toml` for a path.
fn annotation(path: &str) -> String {
    format!(
        "[[annotations]]\npath = {path:?}\nSPDX-FileCopyrightText = \"Acme\"\nSPDX-License-Identifier = \"MIT\"\n"
    )
}

#[test]
fn files_of_reuse_of_any_depth_and_size_end_in_findings_and_bounded_memory() {
    let many = |text: &str, times: usize| text.repeat(times);
    let wide = format!("version = 1\n{}", many(&annotation("src/**"), 20_000));
    let backtracking = many("**/*a*/", 300) + "b";
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("REUSE.toml", wide.into_bytes()),
        ("a/REUSE.toml", format!("version = 1\nx = {}", many("[", 200_000)).into_bytes()),
        ("b/REUSE.toml", b"version = 1\n\xff\xfe\xfd[[annotations]]\n".to_vec()),
        ("c/REUSE.toml", format!("version = 1\n{}", annotation(&backtracking)).into_bytes()),
        ("c/REUSE.toml.license", many("SPDX-License-Identifier: (", 50_000).into_bytes()),
        (
            ".reuse/dep5",
            format!(
                "Format: x\n\n{}",
                many("Files: * ? \\* [\nCopyright: a\nLicense: MIT\n\n", 5_000)
            )
            .into_bytes(),
        ),
        (
            "c/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.py",
            b"x\n".to_vec(),
        ),
        ("src/a.py", b"SPDX-License-Identifier: ".repeat(100_000)),
        ("src/a.py.license", b"\xff\xfe".repeat(100_000)),
        (
            "src/b.py",
            format!("# SPDX-License-Identifier: {}MIT{}\n", many("(", 90_000), many(")", 90_000))
                .into_bytes(),
        ),
        ("src/c.c", many("REUSE-IgnoreStart ", 100_000).into_bytes()),
        ("LICENSES/MIT.txt", many("Permission is hereby granted ", 100_000).into_bytes()),
        ("LICENSES/\u{202e}.txt", vec![0, 1, 2]),
    ];
    let case = Case::folder(&[]);
    files.iter().for_each(|(path, bytes)| case.write(path, bytes));
    let (run, peak) = case.measured(&["check", "--profile", "reuse"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(peak < MEMORY, "{peak} MB");
    assert!(
        run.out.contains("cannot be read") || run.out.contains("toml-unreadable"),
        "{}",
        run.out
    );
}

#[test]
fn one_line_of_ten_megabytes_is_read_in_bounded_memory() {
    let line = |text: &str| text.repeat((10 << 20) / text.len());
    let case = Case::folder(&[]);
    for (path, text) in [
        ("a.js", line("/*! licensed under the MIT license */var a=1;")),
        ("b.py", line("# Copyright 2020 Acme, SPDX-License-Identifier: MIT ")),
        ("c.css", line("x{y:z}")),
        ("LICENSE", line("Permission is hereby granted, free of charge, to any person ")),
        ("package.json", line("{\"license\": ")),
    ] {
        case.write(path, text.as_bytes());
    }
    for args in [&["check", "--select", "license"][..], &["check", "--profile", "reuse"]] {
        let (run, peak) = case.measured(args);
        assert!(run.code < 2, "{}", run.err);
        assert!(peak < MEMORY, "{args:?} had {peak} MB");
    }
}

/// A run that panics fails by itself: each is checked for it.
#[test]
fn corpora_of_peers_are_read_without_a_panic() {
    let Some(corpora) = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()) else {
        return eprintln!("skipped: PARITY_CORPORA is not set");
    };
    let mut trees: Vec<_> = PEERS.iter().map(|name| Path::new(&corpora).join(name)).collect();
    trees.retain(|tree| tree.is_dir());
    for tree in trees {
        let case = Case::folder(&[]);
        let archive = case.beside("tree.tar");
        git(&tree, &["archive", "-o", archive.to_str().unwrap(), "HEAD"]);
        let tar = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&case.root).status();
        assert!(tar.unwrap().success());
        let counts = case.cells(
            "select (select count(*) from files), (select count(*) from license_headers), (select count(*) from license_texts),
             (select count(*) from license_declared), (select count(*) from reuse_files)",
        );
        let judged = case.run(&["check", "--profile", "reuse"]);
        assert!(judged.code < 2, "{}", judged.err);
        eprintln!(
            "{}: files, notices, texts, declarations, files of REUSE: {counts}",
            tree.file_name().unwrap().display()
        );
    }
}
