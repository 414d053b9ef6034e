//! Odoo manifests: which addons there are, what they say of themselves, what they need and what they load.
//!
//! In every open text column null means "undecided" (the manifest cannot be read) and empty means "not said".

/// Holds for the manifest at `f.path` unless one whose name wins stands beside it.
macro_rules! in_effect {
    () => {
        "(basename(f.path) = '__manifest__.py' or not exists (
            select 1 from tree o
            where o.path in (path_join(dirname(f.path), '__manifest__.py'),
                             path_join(dirname(f.path), '__odoo__.py'),
                             path_join(dirname(f.path), '__openerp__.py'))
              and o.path < f.path and o.kind <> 'submodule'))"
    };
}

mod brackets;
mod cursor;
mod json;
mod known;
mod lint;
mod lint_tables;
mod literal;
mod manifest;
mod number;
mod parser;
mod reference;
mod scan;
mod silence;
mod tables;
mod text;
mod website;

use crate::base::basename;
use crate::facts::Analyzer;

pub use known::meant_key;
pub use manifest::{content, license_word};
pub use reference::{edition, instead, reference, series};
pub use scan::{blank, token};
pub use website::is_website;

/// Names of manifests, in the order in which they win in one folder: that of `odoo/modules/module.py`, with the names
/// pylint-odoo accepts besides. It is also the order of their bytes, which the views rely on.
const NAMES: [&str; 4] = ["__manifest__.py", "__odoo__.py", "__openerp__.py", "__terp__.py"];

/// Reads Odoo manifests.
pub static ANALYZER: Analyzer = Analyzer {
    name: "odoo",
    version: env!("PARITY_FACTS_ODOO"),
    applies: is_manifest,
    facts: tables::FACTS,
    tables: tables::TABLES,
    extract: manifest::extract,
};

/// Whether a file has the name of a manifest.
pub fn is_manifest(path: &str) -> bool {
    NAMES.contains(&basename(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_names_is_that_of_their_bytes() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn a_manifest_is_known_by_its_name() {
        assert!((ANALYZER.applies)("addons/sale/__manifest__.py"));
        assert!((ANALYZER.applies)("__openerp__.py"));
        assert!(!(ANALYZER.applies)("addons/sale/manifest.py"));
    }
}
