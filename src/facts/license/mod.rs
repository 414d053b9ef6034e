//! Licences: notices at the head of source files, licence texts, and what packages declare.

mod badge;
mod bag;
mod compat;
mod copyright;
mod corpus;
mod declared;
mod exceptions;
mod expression;
mod gnu;
mod granted_texts;
mod grants;
mod head;
mod names;
mod notice;
mod pointers;
mod reuse;
mod reuse_tables;
mod styles;
mod tables;
mod tags;
mod text;
mod words;

use crate::base::basename;
use crate::facts::Analyzer;
use styles::Style;

pub use compat::compat;
pub use expression::{canonical, is_allowed, status};
pub use notice::stated;

/// The version of all: none is large enough to be worth its own.
const VERSION: &str = env!("PARITY_FACTS_LICENSE");
/// That of those that read a document: its reader may change, too.
const VERSION_OF_DOCUMENTS: &str =
    concat!(env!("PARITY_FACTS_LICENSE"), env!("PARITY_FACTS_DOCUMENTS"));

/// Whether the comments of the file at a path are of a style.
fn is_of(path: &str, wanted: &'static Style) -> bool {
    styles::style(path).is_some_and(|style| std::ptr::eq(style, wanted)) && !is_text(path)
}

/// Reads the heads of files with comments of one style, since what reads a file sees no name.
macro_rules! headers {
    ($doc:literal, $name:ident, $analyzer:literal, $style:ident, $facts:ident, $tables:expr) => {
        #[doc = $doc]
        pub static $name: Analyzer = Analyzer {
            name: $analyzer,
            version: VERSION,
            applies: |path| is_of(path, &styles::$style),
            facts: tables::$facts,
            tables: $tables,
            extract: |input, rows| notice::extract(&styles::$style, input, rows),
        };
    };
}

headers!(
    "Heads of Python, shells, YAML.",
    HASH_HEADERS,
    "license-header-hash",
    HASH,
    HASH_HEADS,
    &[]
);
headers!("Heads of C and its kin.", SLASH_HEADERS, "license-header-slash", SLASH, SLASH_HEADS, &[]);
headers!(
    "Heads of SQL, Lua, Haskell.",
    HYPHEN_HEADERS,
    "license-header-hyphen",
    HYPHENS,
    HYPHEN_HEADS,
    &[]
);
headers!(
    "Heads of XML, HTML, Markdown.",
    MARKUP_HEADERS,
    "license-header-markup",
    MARKUP,
    MARKUP_HEADS,
    &[]
);
headers!(
    "Heads of reStructuredText, AsciiDoc.",
    PROSE_HEADERS,
    "license-header-prose",
    PROSE_MARKUP,
    PROSE_HEADS,
    &[]
);
headers!(
    "Heads of other languages, and the tables of all.",
    OTHER_HEADERS,
    "license-header",
    OTHERS,
    OTHER_HEADS,
    tables::HEAD_TABLES
);

/// Reads licence texts.
pub static TEXTS: Analyzer = Analyzer {
    name: "license-text",
    version: VERSION,
    applies: is_text,
    facts: tables::TEXTS,
    tables: tables::TEXT_TABLES,
    extract: text::extract,
};

/// Reads what `package.json` and `composer.json` declare.
pub static JSON: Analyzer = Analyzer {
    name: "license-json",
    version: VERSION_OF_DOCUMENTS,
    applies: |path| matches!(basename(path), "package.json" | "composer.json"),
    facts: tables::JSON,
    tables: &[],
    extract: declared::json,
};

/// Reads what `Cargo.toml` and `pyproject.toml` declare.
pub static TOML: Analyzer = Analyzer {
    name: "license-toml",
    version: VERSION_OF_DOCUMENTS,
    applies: |path| matches!(basename(path), "Cargo.toml" | "pyproject.toml"),
    facts: tables::TOML,
    tables: &[],
    extract: declared::toml,
};

/// Reads what `setup.cfg` and `setup.py` declare, and has the tables of declarations and of compatibility.
pub static SETUP: Analyzer = Analyzer {
    name: "license-setup",
    version: VERSION,
    applies: |path| matches!(basename(path), "setup.cfg" | "setup.py"),
    facts: tables::SETUP,
    tables: tables::DECLARED_TABLES,
    extract: declared::setup,
};

/// Reads badges of READMEs.
pub static BADGES: Analyzer = Analyzer {
    name: "license-badge",
    version: VERSION,
    applies: |path| matches!(basename(path), "README.rst" | "README.md" | "readme.md"),
    facts: tables::BADGES,
    tables: tables::BADGE_TABLES,
    extract: badge::extract,
};

/// Reads what REUSE reads in any file, wherever it stands.
pub static REUSE_TAGS: Analyzer = Analyzer {
    name: "reuse-tags",
    version: VERSION,
    applies: |_| true,
    facts: tables::REUSE_TAGS,
    tables: &[],
    extract: reuse::tags,
};

/// Reads `REUSE.toml`.
pub static REUSE_TOML: Analyzer = Analyzer {
    name: "reuse-toml",
    version: VERSION_OF_DOCUMENTS,
    applies: |path| basename(path) == "REUSE.toml",
    facts: tables::REUSE_TOML,
    tables: &[],
    extract: reuse::toml,
};

/// Reads `.reuse/dep5`, and has the tables of REUSE.
pub static REUSE_DEP5: Analyzer = Analyzer {
    name: "reuse-dep5",
    version: VERSION,
    applies: |path| path == ".reuse/dep5",
    facts: tables::REUSE_DEP5,
    tables: reuse_tables::TABLES,
    extract: reuse::dep5,
};

/// Whether a file holds a licence by its name: `LICENSE`, `LICENSE-MIT.txt`, `COPYING.LESSER`, `LICENSES/MIT.txt`, but not
/// `license.py` or `LicenseView.tsx`.
fn is_text(path: &str) -> bool {
    const PROSE: [&str; 11] =
        ["txt", "md", "rst", "html", "adoc", "lesser", "lgpl", "gpl", "agpl", "mit", "apache"];
    let name = basename(path);
    let lower = name.to_ascii_lowercase();
    let (stem, is_prose) = match lower.rsplit_once('.') {
        Some((stem, end)) if PROSE.contains(&end) => (stem, true),
        _ => (&*lower, false),
    };
    // `LICENSE.BULLETS` is one, `license.py` is none; `LICENSE-2.0` has no extension.
    let goes_on = |rest: &str| {
        let is_shouted = || {
            name[..stem.len()].chars().all(|c| !c.is_ascii_lowercase()) && !rest.contains("spdx")
        };
        rest.is_empty()
            || rest.starts_with(['-', '_'])
                && rest.rsplit_once('.').is_none_or(|(_, end)| end.len() < 2)
            || rest.starts_with('.') && (is_shouted() || is_prose && name.starts_with("LICEN"))
    };
    let is_named = ["license", "licence", "copying", "unlicense"]
        .iter()
        .any(|word| stem.strip_prefix(word).is_some_and(goes_on))
        || stem == "copyright" && name.starts_with("COPYRIGHT");
    let is_suffixed = ["-license", "_license", "-licence"].iter().any(|word| stem.ends_with(word))
        && !stem.contains('.')
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    let is_reuse = path.starts_with("LICENSES/") || path.contains("/LICENSES/");
    is_named || is_suffixed || is_reuse && lower.ends_with(".txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_known_by_its_name() {
        for path in [
            "LICENSE",
            "a/LICENSE.md",
            "COPYING.LESSER",
            "LICENSE-MIT",
            "LICENCE.txt",
            "LICENSES/MIT.txt",
            "license",
            "MIT-LICENSE.txt",
            "LICENSE-2.0.txt",
            "LICENSE.BULLETS",
            "LICENSE.bouncycastle.txt",
            "COPYRIGHT",
        ] {
            assert!((TEXTS.applies)(path), "{path}");
        }
        for path in [
            "license.py",
            "LicenseView.tsx",
            "licenses.md",
            "LICENSE.spdx.json",
            "docs/LICENSING.md",
            "NOTICE",
            "license.component.html",
            "copyright.md",
        ] {
            assert!(!(TEXTS.applies)(path), "{path}");
        }
    }

    #[test]
    fn hostile_files_are_read_in_bounded_time_and_rows() {
        let started = std::time::Instant::now();
        let sources = [
            format!("# {}", "license gpl ".repeat(500_000)),
            "# SPDX-License-Identifier: (((((\n".repeat(100_000),
            "/* gnu general public license version ".repeat(100_000),
            "copyright 2020 a ".repeat(15_000),
            "\"\"\"\u{feff}©\u{301}".repeat(1_000),
            format!("{{\"licenses\": [{}1]}}", "\"MIT\", ".repeat(100_000)),
            "license = x\n".repeat(500_000),
            "[".repeat(100_000),
            // One line of 10 MB, as bundlers write them, and bytes that are no text.
            format!("/*! licensed under the {} */", "MIT or ".repeat(1_500_000)),
            "\0\u{1}license".repeat(1_000_000),
        ];
        for source in &sources {
            for analyzer in [
                &HASH_HEADERS,
                &SLASH_HEADERS,
                &MARKUP_HEADERS,
                &OTHER_HEADERS,
                &TEXTS,
                &JSON,
                &TOML,
                &SETUP,
            ] {
                let mut rows = crate::facts::Rows::default();
                (analyzer.extract)(&crate::facts::Input::new(source.as_bytes()), &mut rows);
                assert!(rows.facts.len() <= 40, "{}: {} rows", analyzer.name, rows.facts.len());
            }
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600),
                                            text in "(# |/\\*|<!--|\"\"\"|©|[Cc]opyright |license |gpl-|gnu general public |\\PC|\n){0,60}") {
            for source in [bytes.as_slice(), text.as_bytes()] {
                for analyzer in [&HASH_HEADERS, &MARKUP_HEADERS, &JSON, &TOML, &SETUP] {
                    let mut rows = crate::facts::Rows::default();
                    (analyzer.extract)(&crate::facts::Input::new(source), &mut rows);
                }
            }
        }
    }
}
