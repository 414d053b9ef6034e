//! Comment styles: which marks make a comment, by the name of the file.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::basename;

/// The marks of comments in one group of languages.
pub(super) struct Style {
    /// What begins a comment that ends with its line.
    pub lines: &'static [&'static str],
    /// What begins and ends a comment of several lines, the longer mark first.
    pub blocks: &'static [(&'static str, &'static str)],
    /// What a line that may stand before the first comment begins with.
    pub preamble: &'static [&'static str],
    /// Whether tags that open an element may stand before it.
    pub elements: bool,
}

/// Python, shells, YAML, TOML, make, Docker: a number sign.
pub(super) static HASH: Style = Style {
    lines: &["#", "%%", ";", "//", "-- "],
    blocks: &[
        ("\"\"\"", "\"\"\""),
        ("'''", "'''"),
        ("r\"\"\"", "\"\"\""),
        ("u\"\"\"", "\"\"\""),
        ("<#", "#>"),
        ("=begin", "=end"),
        ("=pod", "=cut"),
        ("#[[", "]]"),
        ("--[[", "]]"),
        ("{#", "#}"),
        ("{{/*", "*/}}"),
        ("{{- /*", "*/"),
        ("/*", "*/"),
        ("<!--", "-->"),
        ("{%- comment", "endcomment"),
        ("{% comment", "endcomment"),
    ],
    preamble: &[
        "---",
        "%YAML",
        "<?",
        "from ",
        "import ",
        "set -",
        "cmake_minimum_required",
        "timestamp=",
        "scriptversion=",
    ],
    elements: false,
};

/// C and what is written like it.
pub(super) static SLASH: Style = Style {
    lines: &["//"],
    blocks: &[("/*", "*/"), ("<!--", "-->"), ("<%--", "--%>"), ("{#", "#}"), ("@*", "*@")],
    preamble: &[
        "#!",
        "#ifndef",
        "#ifdef",
        "#endif",
        "#define",
        "#pragma",
        "#if ",
        "#include",
        "#import",
        "#![",
        "import ",
        "package ",
        "namespace ",
        "use ",
        "pragma ",
        "declare(",
        "@file:",
        "using ",
        "<?",
        "'use ",
        "\"use ",
        "@charset",
        "@import",
        "<script",
        "<style",
        "<template",
        "<%@",
        "@echo",
        "@ ",
    ],
    elements: true,
};

/// SQL, Lua, Haskell, Ada: two hyphens.
pub(super) static HYPHENS: Style = Style {
    lines: &["--", "#", "\\echo"],
    blocks: &[
        ("--[==[", "]==]"),
        ("--[[", "]]"),
        ("/*", "*/"),
        ("{-", "-}"),
        ("{#", "#}"),
        ("{{ config", "}}"),
    ],
    preamble: &["{{", "\\set", "\\c"],
    elements: false,
};

/// Markup: XML, HTML, Markdown, templates.
pub(super) static MARKUP: Style = Style {
    lines: &["[//]: #", "[comment]: #", "[//]:#"],
    blocks: &[
        ("<!--", "-->"),
        ("<%--", "--%>"),
        ("<#--", "-->"),
        ("{{!--", "--}}"),
        ("{{!", "}}"),
        ("{#", "#}"),
        ("<%#", "%>"),
        ("<?php /*", "*/"),
        ("{%- comment", "endcomment"),
        ("{% comment", "endcomment"),
        ("{{/*", "*/}}"),
        ("@*", "*@"),
        ("{*", "*}"),
        ("/*", "*/"),
    ],
    preamble: &["<?", "<!DOCTYPE", "<!doctype", "{%", "{{", "<%@"],
    elements: true,
};

/// reStructuredText and AsciiDoc, in which most else that begins a line is prose.
pub(super) static PROSE_MARKUP: Style =
    Style { lines: &[".. ", "// "], blocks: &[("////", "////")], preamble: &[], elements: false };

/// TeX, lisps, assemblers, batch files, Visual Basic, Vim and others with a mark of their own.
pub(super) static OTHERS: Style = Style {
    lines: &[
        "%",
        ";",
        "REM ",
        "rem ",
        "Rem ",
        "@REM ",
        "@rem ",
        "::",
        "@comment ",
        "@c ",
        "dnl ",
        ".\\\"",
        "'\\\"",
        "'",
        "\"",
        "!",
        "#",
        "C ",
        "\\#",
        "*",
    ],
    blocks: &[
        ("(*", "*)"),
        ("{-", "-}"),
        ("/*", "*/"),
        ("#|", "|#"),
        ("%{", "%}"),
        ("<!--", "-->"),
        ("[/", "]"),
        ("{", "}"),
    ],
    preamble: &["@echo", "@ECHO", "\\input texinfo", "setlocal"],
    elements: false,
};

/// Names without an extension that people write prose in.
const PROSE: &[&str] = &[
    "authors",
    "changelog",
    "changes",
    "contributors",
    "copying",
    "copyright",
    "credits",
    "install",
    "licence",
    "license",
    "maintainers",
    "news",
    "notice",
    "patents",
    "readme",
    "thanks",
    "todo",
    "unlicense",
    "version",
];

/// Styles by the extension of a name, from a list of each style's extensions; most that are not in it have comments of [`HASH`].
static ENDS: LazyLock<HashMap<&str, Option<&'static Style>>> = LazyLock::new(|| {
    let rows = include_str!("styles.tsv").lines().filter_map(|line| line.split_once('\t'));
    rows.flat_map(|(style, ends)| ends.split(' ').map(move |end| (end, called(style)))).collect()
});

/// The style of a name in the list; none for data and for prose.
fn called(style: &str) -> Option<&'static Style> {
    match style {
        "slash" => Some(&SLASH),
        "hyphens" => Some(&HYPHENS),
        "markup" => Some(&MARKUP),
        "prose" => Some(&PROSE_MARKUP),
        "others" => Some(&OTHERS),
        _ => None,
    }
}

/// The style of the file at a path; none where comments are not read.
pub(super) fn style(path: &str) -> Option<&'static Style> {
    let name = basename(path);
    let Some((stem, end)) = name.rsplit_once('.') else {
        if name.ends_with("-sh") {
            return Some(&HASH);
        }
        let is_prose = PROSE.iter().any(|word| {
            name.len() >= word.len()
                && name.is_char_boundary(word.len())
                && name[..word.len()].eq_ignore_ascii_case(word)
        });
        return (!is_prose).then_some(&HASH);
    };
    let mut lower = [0_u8; 16];
    let Some(end) = lowered(end, &mut lower) else { return Some(&HASH) };
    match end {
        "txt" => (stem.starts_with("requirements") || stem == "CMakeLists").then_some(&HASH),
        // What is to be filled in is of the style of what is made of it.
        "in" | "default" | "dist" | "example" | "sample" | "tmpl" | "template" | "tpl" | "j2"
        | "jinja" | "jinja2"
            if stem.contains('.') =>
        {
            style(stem)
        }
        _ => match ENDS.get(end) {
            Some(known) => *known,
            // A page of a section of the manual: `3pcap`, `1ssl`.
            None if is_section(end) => Some(&OTHERS),
            None => Some(&HASH),
        },
    }
}

fn is_section(end: &str) -> bool {
    let (number, name) = end.split_at_checked(1).unwrap_or_default();
    matches!(number, "1" | "3" | "5" | "7" | "8")
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphabetic())
}

fn lowered<'a>(text: &str, room: &'a mut [u8; 16]) -> Option<&'a str> {
    let room = room.get_mut(..text.len())?;
    room.copy_from_slice(text.as_bytes());
    room.make_ascii_lowercase();
    std::str::from_utf8(room).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(path: &str, wanted: &'static Style) -> bool {
        style(path).is_some_and(|found| std::ptr::eq(found, wanted))
    }

    #[test]
    fn a_style_follows_from_the_name() {
        assert!(
            is("a/b.py", &HASH)
                && is("Dockerfile", &HASH)
                && is("Dockerfile.dev", &HASH)
                && is("a/.gitignore", &HASH)
        );
        assert!(
            is("x.TS", &SLASH)
                && is("x.sql", &HYPHENS)
                && is("pcap.3pcap.in", &OTHERS)
                && is("install-sh", &HASH)
                && is("README.md", &MARKUP)
                && is("x.rst", &PROSE_MARKUP)
        );
        assert!(is("requirements-dev.txt", &HASH) && is("bin/run", &HASH));
    }

    #[test]
    fn prose_and_data_have_no_comments() {
        for path in [
            "LICENSE",
            "README",
            "COPYING-GPL",
            "notes.txt",
            "data.json",
            "table.csv",
            "logo.png",
            "LICENSES/MIT.txt",
        ] {
            assert!(style(path).is_none(), "{path}");
        }
    }
}
