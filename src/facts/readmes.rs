//! What generated READMEs of addons are made of, and the digest they state of it: the scheme of OCA's maintainer-tools.

use super::odoo::is_manifest;
use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value, basename};

/// The longest source that is kept, in bytes.
const MAX_SOURCE: usize = 64 << 10;
/// What stands before the digest in a README.
const MARK: &str = "!! source digest: sha256:";
/// Digits of such a digest.
const DIGITS: usize = 64;

/// Reads the digest a README states.
pub static DIGESTS: Analyzer = Analyzer {
    name: "readme-digests",
    version: env!("PARITY_FACTS_READMES"),
    applies: |path| basename(path) == "README.rst",
    facts: &[Facts { name: "readme_digest", columns: &[Column::LINE, DIGEST] }],
    tables: &[View {
        table: Table {
            name: "odoo_readme_digests",
            doc: "Digests that generated READMEs state of what they are made of.",
            columns: &[Column::PATH, Column::LINE, DIGEST],
            named: "path",
        },
        query: "select path, line, digest from fact_readme_digest",
    }],
    extract: digest,
};

/// Keeps the text of what READMEs are made of, for the linker that takes its digest.
pub static SOURCES: Analyzer = Analyzer {
    name: "readme-sources",
    version: env!("PARITY_FACTS_READMES"),
    applies: is_source,
    facts: &[Facts {
        name: "readme_source",
        columns: &[
            Column::LINE,
            Column::text("text", "The contents; undecided: they are too long, or no text.").open(),
        ],
    }],
    tables: &[],
    extract: source,
};

const DIGEST: Column = Column::text("digest", "The SHA-256 it states, in hex.");

/// Whether a README may be made of the file at this path: a manifest, or anything in a folder `readme`.
pub fn is_source(path: &str) -> bool {
    is_manifest(path) || path.contains("/readme/")
}

fn digest(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    let Some(at) = text.find(MARK) else { return };
    let said = text[at + MARK.len()..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    if said == DIGITS {
        let start = at + MARK.len();
        let line = u32::try_from(1 + text[..at].matches('\n').count()).ok();
        rows.add(0, [line.into(), text[start..start + said].into()]);
    }
}

fn source(input: &Input<'_>, rows: &mut Rows) {
    let text = std::str::from_utf8(input.bytes).ok();
    let text = text.filter(|text| text.len() <= MAX_SOURCE && !text.contains('\0'));
    rows.add(0, [Value::Null, text.map(str::to_owned).into()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_its_line_and_is_whole() {
        let found = |text: &str| {
            let mut rows = Rows::default();
            digest(&Input::new(text.as_bytes()), &mut rows);
            rows.facts.first().map(|row| row.1[0].as_int().unwrap_or_default())
        };
        assert_eq!(found(&format!("T\n.. \n   {MARK}{}\n", "a".repeat(64))), Some(3));
        assert_eq!(found(&format!("{MARK}{}", "a".repeat(63))), None);
        assert_eq!(found("nothing"), None);
    }

    #[test]
    fn what_is_no_text_is_undecided() {
        for bytes in [&b"\xff"[..], b"a\0b", &[b'a'; MAX_SOURCE + 1]] {
            let mut rows = Rows::default();
            source(&Input::new(bytes), &mut rows);
            assert_eq!(rows.facts[0].1[1], Value::Null);
        }
    }
}
