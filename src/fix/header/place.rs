//! Where a header may stand: below the lines that only mean something at the head of a file.

/// The mark of UTF-8.
pub(super) const BOM: &str = "\u{feff}";
/// Begins of lines that must come first.
const FIRST: [&str; 12] = [
    "#!",
    "<?php",
    "@charset",
    "%YAML",
    "#compdef",
    "#autoload",
    "# syntax=",
    "# escape=",
    "@echo off",
    "@ECHO OFF",
    "@echo",
    "<!-- vim",
];
/// What fences what a page says of itself before its text.
const FENCES: [&str; 2] = ["---", "+++"];
/// Ends of names of files that may begin with such a fence.
const FENCED: [&str; 5] = [".md", ".markdown", ".html", ".rst", ".adoc"];

/// Where a header may be put; none where that is not certain.
pub(super) fn below(path: &str, text: &str) -> Option<usize> {
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    if FENCED.iter().any(|end| path.ends_with(end)) {
        at += fenced(&text[at..]);
    }
    while let Some(length) = first(&text[at..], at) {
        at += length;
    }
    // Without its tag, what looks like PHP is text.
    let is_php = !path.ends_with(".php") || text[..at].contains("<?php");
    is_php.then_some(at)
}

/// The length of what must come first at the begin of `rest`: a line, a declaration, a document type.
fn first(rest: &str, at: usize) -> Option<usize> {
    for (open, close) in [("<?xml", "?>"), ("<!DOCTYPE", ">"), ("<!doctype", ">")] {
        if rest.starts_with(open) {
            let head = &rest[..rest.find(close)?];
            let close = if head.contains('[') { "]>" } else { close };
            let end = rest.find(close)? + close.len();
            let line = rest[end..].split_inclusive('\n').next().unwrap_or_default();
            return Some(end + if line.trim().is_empty() { line.len() } else { 0 });
        }
    }
    let line = rest.split_inclusive('\n').next()?;
    let is_coding = line.starts_with('#') && line.contains("coding") && line.contains([':', '=']);
    let is_first = FIRST.iter().any(|begin| line.starts_with(begin));
    (is_first || is_coding && at < 200).then_some(line.len())
}

/// The length of a fenced block at the begin of a text, with both fences.
fn fenced(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(fence) = lines.next().filter(|line| FENCES.contains(&line.trim_end())) else {
        return 0;
    };
    let mut length = fence.len();
    for line in lines {
        length += line.len();
        if line.trim_end() == fence.trim_end() {
            return length;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_header_stands_below_what_comes_first() {
        for (path, first) in [
            ("a.py", ""),
            ("a.py", "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"),
            ("a.xml", "\u{feff}<?xml version=\"1.0\"?>\n"),
            ("a.xml", "<?xml version=\"1.0\"?>"),
            ("a.xml", "<?xml version=\"1.0\"?>\n<!DOCTYPE a [\n<!ENTITY b \">\">\n]>\n"),
            ("a.html", "<!DOCTYPE html>\r\n"),
            ("a.php", "<?php\n"),
            ("a.md", "---\ntitle: a\n---\n"),
            ("a.yml", "%YAML 1.2\n"),
            ("Dockerfile", "# syntax=docker/dockerfile:1\n"),
            ("a.css", "@charset \"utf-8\";\n"),
        ] {
            assert_eq!(below(path, &format!("{first}rest\n")), Some(first.len()), "{first}");
        }
    }

    #[test]
    fn where_nothing_is_certain_nothing_is_put() {
        assert_eq!(below("a.php", "<html>\n"), None);
        assert_eq!(below("a.md", "---\nno end\n"), Some(0));
    }
}
