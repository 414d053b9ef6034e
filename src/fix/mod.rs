//! What can be mended by itself: from the bytes of a file and a finding in it to other bytes, and the proof that it helped.
//!
//! A rule names its fixer (`fix: manifest-license` in its front matter). A fixer is a pure function; it keeps every byte
//! it is not about, and gives nothing where it is not sure. What it proposes counts only after the tree with it was
//! audited again: see [`Plan`].

mod header;
mod manifest;
mod plan;
mod python;
mod readme;

use std::collections::BTreeMap;

use crate::settle::Finding;

pub use plan::{Plan, Proposed, Told};

/// What one rule's findings are mended by.
pub struct Fixer {
    /// As pages name it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// Mends one finding; none: a person has to.
    pub mend: fn(&Ask<'_>) -> Option<Change>,
}

/// Every fixer, by name.
pub static FIXERS: &[Fixer] = &[
    Fixer {
        name: "license-header",
        doc: "adds the header that the parameters `license`, `holder`, `years`, `style` and `template` of the rule name",
        mend: header::add_header,
    },
    Fixer {
        name: "license-policy",
        doc: "gives a file the head that `[[license]]` asks for; a notice of a licence in the parameter `correct` is replaced",
        mend: header::as_required,
    },
    Fixer {
        name: "manifest-key",
        doc: "writes a misspelt key as Odoo does",
        mend: manifest::rename_key,
    },
    Fixer {
        name: "manifest-license",
        doc: "adds the licence that the manifest's own header states, or that the parameter `license` of the rule names",
        mend: manifest::add_license,
    },
    Fixer {
        name: "manifest-superfluous",
        doc: "takes out a key that says what holds anyway",
        mend: manifest::remove_key,
    },
    Fixer {
        name: "manifest-website",
        doc: "puts `https://` before an address without a scheme",
        mend: manifest::add_scheme,
    },
    Fixer {
        name: "readme-rst",
        doc: "renames a README to `README.rst` where its text reads alike in both languages",
        mend: readme::rename,
    },
    Fixer {
        name: "reuse-tags",
        doc: "adds the tags that the parameters `license`, `holder` and `years` of the rule name, in a file beside one without comments",
        mend: header::add_reuse,
    },
];

/// The fixer of this name.
pub fn fixer(name: &str) -> Option<&'static Fixer> {
    FIXERS.iter().find(|fixer| fixer.name == name)
}

/// One finding that is to be mended.
pub struct Ask<'a> {
    /// The bytes of the file it is in, with what was mended below it already.
    pub bytes: &'a [u8],
    /// What was found, and where.
    pub finding: &'a Finding,
    /// The rule's parameters, as `parity.toml` sets them.
    pub parameters: &'a BTreeMap<String, serde_json::Value>,
    /// The year in which the file came, by git's history; none: it is not known, or nobody asked.
    pub year: Option<&'a str>,
}

/// What mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Other bytes in the same file.
    Write(Vec<u8>),
    /// The same bytes under another path.
    Rename(String),
    /// A new file at this path, with these bytes.
    Beside(String, Vec<u8>),
}

#[cfg(test)]
mod tests {
    use super::FIXERS;
    use crate::pages::Library;

    #[test]
    fn every_fixer_is_named_by_a_page_and_every_name_is_one() {
        let library = Library::built_in().expect("sound pages");
        let mut named: Vec<&str> =
            library.rules().filter_map(|page| page.fixer.as_deref()).collect();
        named.sort_unstable();
        named.dedup();
        let names: Vec<&str> = FIXERS.iter().map(|fixer| fixer.name).collect();
        assert!(names.is_sorted());
        assert_eq!(named, names);
    }
}
