//! The house rules that no compiler checks: which layer may use which, where each library is used, how long a file is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The most lines a source file may have.
const MAX_LINES: usize = 400;

/// Libraries that are used from one place, and that place: files or folders below `src`.
const ONE_PLACE: &[(&str, &[&str])] = &[
    ("aho_corasick", &["facts/statements"]),
    ("fallible_iterator", &["server/wire"]),
    ("git2", &["source"]),
    ("hcl_edit", &["facts/resources"]),
    ("jsonc_parser", &["facts/documents"]),
    ("mimalloc", &["main"]),
    ("postgres_protocol", &["server"]),
    ("pulldown_cmark", &["facts/markdown", "pages", "base/markdown"]),
    ("roxmltree", &["facts/odoo_xml"]),
    ("rusqlite", &["store"]),
    ("rustls", &["server/tls"]),
    ("rustls_native_certs", &["server/tls"]),
    ("saphyr_parser", &["facts/documents"]),
    ("serde_yaml", &["base/yaml", "config", "matrix", "pages"]),
    ("spdx", &["facts/license"]),
    ("squawk_syntax", &["facts/sql"]),
    ("tempfile", &["server/scratch", "store/beside"]),
    ("tera", &["report"]),
    ("toml", &["config", "facts/documents", "facts/sql/settings"]),
];

/// The layers, bottom up: the `pub mod` lines of `lib.rs` in their order.
fn layers(lib: &str) -> Vec<&str> {
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.split([';', ' ', '{']).next())
        .collect()
}

/// The layer a file belongs to: the first part of its path below `src`.
fn layer_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// The code with comments blanked, and with the contents of strings blanked, so that words in them are not references.
fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => at + source[at..].find('\n').unwrap_or(source.len() - at),
            [b'/', b'*', ..] => at + source[at..].find("*/").map_or(source.len() - at, |n| n + 2),
            [b'"', ..] => string_end(bytes, at),
            [b'r', b'"' | b'#', ..] if !is_word(bytes.get(at.wrapping_sub(1))) => {
                raw_end(source, at)
            }
            [b'\'', b'"' | b'\\', ..] => at + 2 + source[at + 2..].find('\'').unwrap_or(0) + 1,
            _ => at,
        };
        if end > at {
            out.extend(source[at..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            let letter = source[at..].chars().next().expect("not at the end");
            out.push(letter);
            at += letter.len_utf8();
        }
    }
    out
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += 1 + usize::from(bytes[at] == b'\\');
    }
    (at + 1).min(bytes.len())
}

fn raw_end(source: &str, start: usize) -> usize {
    let hashes = source[start + 1..].bytes().take_while(|byte| *byte == b'#').count();
    if source.as_bytes().get(start + 1 + hashes) != Some(&b'"') {
        return start; // a raw identifier
    }
    let body = start + hashes + 2;
    let close = format!("\"{}", "#".repeat(hashes));
    source[body..].find(&close).map_or(source.len(), |n| body + n + close.len())
}

/// Every module named right after the crate's root, group imports included, with its line. The root is `crate`,
/// `parity` (as the binary says), or as many `super` as the file lies deep.
fn references(path: &str, source: &str) -> Vec<(usize, String)> {
    let code = code_only(source);
    let mut found = Vec::new();
    for (at, rest) in roots(&code, depth(path)) {
        let line = code[..at].matches('\n').count() + 1;
        found.extend(heads(rest).into_iter().map(|head| (line, head)));
    }
    found
}

/// How many `super` lead from a file to the root.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    if path.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// Where a path starts at the root, and what follows the root's `::`.
fn roots(code: &str, depth: usize) -> Vec<(usize, &str)> {
    let starts = ["crate", "parity", "super"].into_iter().flat_map(|root| code.match_indices(root));
    starts
        .filter(|(at, _)| {
            !is_word(code.as_bytes().get(at.wrapping_sub(1)))
                && !code[..*at].trim_end().ends_with("::")
        })
        .filter_map(|(at, root)| {
            let mut rest = separator(&code[at + root.len()..])?;
            let mut supers = usize::from(root == "super");
            while let Some(next) = rest.trim_start().strip_prefix("super").and_then(separator) {
                supers += 1;
                rest = next;
            }
            (root != "super" || supers >= depth).then_some((at, rest))
        })
        .collect()
}

fn separator(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix("::")
}

/// The first segments of a path, or of every path of a `{...}` group.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || "_*".contains(*c)).collect()
    };
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![word(rest)] };
    let mut depth = 0;
    let mut found = vec![word(group)];
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    found.retain(|head| !head.is_empty());
    found
}

/// The references of one file that point upward, or into a layer from outside the list.
fn upward(layers: &[&str], path: &str, source: &str) -> Vec<String> {
    let rank = |name: &str| layers.iter().position(|layer| *layer == name);
    let own = rank(layer_of(path));
    references(path, source)
        .into_iter()
        .filter(|(_, target)| match (own, rank(target)) {
            (Some(own), Some(target)) => target > own,
            (Some(_), None) if target == "*" => true, // hides which layers are meant
            (_, None) => false,                       // an item of the crate's root
            (None, Some(_)) => false,                 // lib.rs and main.rs stand above all layers
        })
        .map(|(line, target)| {
            format!("src/{path}:{line}: `{}` uses `{target}`, which is above it", layer_of(path))
        })
        .collect()
}

/// The libraries used outside their place by one file.
fn misplaced(path: &str, source: &str) -> Vec<String> {
    let code = code_only(source);
    let uses = |library: &str| {
        code.match_indices(library).any(|(at, _)| {
            let before = code[..at].trim_end();
            let free = !is_word(code.as_bytes().get(at.wrapping_sub(1))) && !before.ends_with("::");
            let after = code[at + library.len()..].trim_start();
            let is_use =
                before.ends_with("use") && after.starts_with([';', ':']) || after.starts_with("::");
            free && is_use
        })
    };
    let inside = |place: &&str| {
        path.strip_prefix(*place).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    };
    ONE_PLACE
        .iter()
        .filter(|(library, places)| uses(library) && !places.iter().any(inside))
        .map(|(library, places)| format!("src/{path}: uses {library}, which belongs to {places:?}"))
        .collect()
}

/// Every Rust file below `src`: its path there and its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WalkDir::new(&root).sort_by_file_name().into_iter();
    files
        .map(|entry| entry.expect("src can be walked").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("a source is UTF-8"))
        })
        .collect()
}

fn library() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs")
}

#[test]
fn a_layer_uses_only_what_stands_above_it_in_the_list() {
    let lib = library();
    let layers = layers(&lib);
    assert_eq!(layers.first(), Some(&"base"), "the list of layers was not found in src/lib.rs");
    let found: Vec<String> =
        sources().iter().flat_map(|(path, source)| upward(&layers, path, source)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_of_the_sources_is_a_layer() {
    let lib = library();
    let layers: BTreeSet<&str> = layers(&lib).into_iter().collect();
    let sources = sources();
    let folders: BTreeSet<&str> = sources
        .iter()
        .map(|(path, _)| layer_of(path))
        .filter(|name| !matches!(*name, "lib" | "main"))
        .collect();
    assert_eq!(folders, layers);
}

#[test]
fn each_library_is_used_from_its_one_place() {
    let found: Vec<String> =
        sources().iter().flat_map(|(path, source)| misplaced(path, source)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_source_is_longer_than_can_be_read_at_once() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, source)| (path, source.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("src/{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "more than {MAX_LINES} lines:\n{}", long.join("\n"));
}

mod the_gate_fails_when_it_should {
    use super::*;

    const LAYERS: &[&str] = &["base", "source", "facts", "store"];

    fn lines(path: &str, source: &str) -> usize {
        upward(LAYERS, path, source).len()
    }

    #[test]
    fn the_list_is_read_in_its_order() {
        let lib = "/// Plain data.\npub mod base;\n\npub mod store;\nmod hidden;\npub mod facts;\n";
        assert_eq!(layers(lib), ["base", "store", "facts"]);
    }

    #[test]
    fn an_upward_import_is_caught() {
        assert_eq!(lines("facts/sql.rs", "use crate::base::Value;\nuse crate::store::Store;\n"), 1);
        assert_eq!(lines("source.rs", "pub(crate) use crate::facts;\n"), 1);
    }

    #[test]
    fn a_downward_import_is_not() {
        assert_eq!(
            lines("store/mod.rs", "use crate::base::Value;\nuse crate::facts::ANALYZERS;\n"),
            0
        );
        assert_eq!(lines("facts/mod.rs", "use crate::facts::Rows;\n"), 0);
    }

    #[test]
    fn a_grouped_import_hides_nothing() {
        assert_eq!(lines("facts/mod.rs", "use crate::{base::Value, store::Store};\n"), 1);
        assert_eq!(
            lines(
                "source/mod.rs",
                "use crate::{\n    base::{Value, Kind},\n    facts,\n    store,\n};\n"
            ),
            2
        );
    }

    #[test]
    fn a_path_inside_code_is_caught() {
        assert_eq!(
            lines("base/value.rs", "fn f() -> usize { crate::facts::ANALYZERS.len() }\n"),
            1
        );
        assert_eq!(lines("base/value.rs", "fn f(x: &crate :: store::S) {}\n"), 1);
    }

    #[test]
    fn no_detour_hides_an_upward_import() {
        assert_eq!(lines("facts/mod.rs", "use super::store::Store;\n"), 1);
        assert_eq!(lines("facts/sql/parse.rs", "use super::super::super::store::Store;\n"), 1);
        assert_eq!(lines("facts/sql/parse.rs", "use super::store::Kept;\n"), 0);
        assert_eq!(lines("facts/sql.rs", "use crate::*;\n"), 1);
    }

    #[test]
    fn words_in_comments_and_strings_are_no_references() {
        let source = "//! See [`crate::store`].\n/* crate::facts::X */\nconst A: &str = \"crate::store::x\";\nconst B: &str = r#\"crate::store::\"x\"#;\nconst C: char = '\"'; // \"\n";
        assert_eq!(lines("base/value.rs", source), 0);
        assert_eq!(lines("base/value.rs", &format!("{source}use crate::store;\n")), 1);
    }

    #[test]
    fn a_library_outside_its_place_is_caught() {
        assert_eq!(misplaced("facts/mod.rs", "use rusqlite::Connection;\n").len(), 1);
        assert_eq!(misplaced("storefront/mod.rs", "fn f(c: &rusqlite::Connection) {}\n").len(), 1);
        assert_eq!(misplaced("base/mod.rs", "use git2;\n").len(), 1);
        assert_eq!(misplaced("store/mod.rs", "use rusqlite::Connection;\n").len(), 0);
        assert_eq!(misplaced("store.rs", "use rusqlite::Connection;\n").len(), 0);
        assert_eq!(
            misplaced("base/mod.rs", "let toml = \"x\"; config::toml::read(toml);\n").len(),
            0
        );
        assert_eq!(misplaced("base/mod.rs", "mod git2ish {} // git2::Repository\n").len(), 0);
    }
}
