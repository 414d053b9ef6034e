//! Which marks make a comment in a file, by its name; for most of what is written by people, and nothing else.

use crate::base::basename;

/// The marks of one comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// What each line begins with.
    Line(&'static str),
    /// What begins a comment of several lines, each of its lines, and ends it.
    Block(&'static str, &'static str, &'static str),
}

use Marks::{Block, Line};

/// Marks by the ends of names, or by whole names.
#[rustfmt::skip]
const MARKS: &[(Marks, &str)] = &[
    (Line("# "), "py pyi pyx sh bash zsh fish ksh rb rake gemspec pl pm yml yaml toml tf tfvars hcl r jl ex exs cmake mk nix ps1 \
        psm1 tcl awk feature graphql gql bzl star nim cr coffee conf cfg properties po pot gd Dockerfile Containerfile Makefile \
        GNUmakefile Rakefile Gemfile Vagrantfile CMakeLists.txt .gitignore .gitattributes .dockerignore .editorconfig .npmrc \
        requirements.txt Justfile justfile"),
    (Line("// "), "js jsx mjs cjs ts tsx mts cts go rs java kt kts scala groovy gradle swift cs fs fsx dart zig proto thrift sol \
        cc cpp cxx hpp hh hxx inl scss less jsonc bicep prisma php"),
    (Block("/*", " * ", " */"), "c h css m mm cu cuh glsl idl"),
    (Line("-- "), "sql psql pgsql lua hs elm ada adb ads vhd vhdl purs"),
    (Block("<!--", "", "-->"), "html htm xhtml xml xsl xslt xsd svg vue svelte md markdown rng csproj props targets resx xaml plist"),
    (Block("{{!--", "", "--}}"), "hbs handlebars"),
    (Block("{#", "", "#}"), "twig jinja jinja2 j2 njk"),
    (Block("<#--", "", "-->"), "ftl"),
    (Block("(*", "", "*)"), "ml mli"),
    (Line(".. "), "rst"),
    (Block("////", "", "////"), "adoc asciidoc"),
    (Line("% "), "tex sty cls erl hrl"),
    (Line(";; "), "lisp el clj cljs cljc scm edn"),
    (Line("REM "), "bat cmd"),
    (Line("' "), "vb bas"),
    (Line("\" "), "vim"),
    (Line("! "), "f90 f95 f03 f08"),
    (Line("dnl "), "m4 ac"),
];

/// The marks of a file; none where they are not certain.
pub(super) fn marks(path: &str) -> Option<Marks> {
    let name = basename(path);
    let end = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, end)| end);
    let found = MARKS.iter().find(|(_, names)| {
        names.split_whitespace().any(|known| known == name || Some(known) == end)
    });
    found.map(|(marks, _)| *marks)
}

/// A comment of these lines.
pub(super) fn comment(marks: Marks, lines: &[String], end: &str) -> String {
    let with = |mark: &str, line: &str| format!("{}{end}", format!("{mark}{line}").trim_end());
    // A word alone on its line begins no comment.
    let needs_text = matches!(marks, Line(".. " | "REM " | "dnl "));
    match (marks, lines) {
        (Line(mark), _) => {
            let lines = lines.iter().filter(|line| !needs_text || !line.is_empty());
            lines.map(|line| with(mark, line)).collect()
        }
        (Block(open, _, close), [line]) => format!("{open} {line} {}{end}", close.trim_start()),
        (Block(open, mark, close), _) => {
            let lines: String = lines.iter().map(|line| with(mark, line)).collect();
            format!("{open}{end}{lines}{close}{end}")
        }
    }
}

/// Every name that has marks, for tests.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    MARKS.iter().flat_map(|(_, names)| names.split_whitespace())
}
