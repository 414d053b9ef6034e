//! What documents state: claims in numbers and status words, and the numbered items of specifications.
//!
//! The text is read line by line, not as a Markdown tree: a statement never spans a block, and most lines are dropped for
//! having no digit and no mark. What stands in fences, comments and quotes is somebody else's word and is left out.

mod claims;
mod lines;
mod phrases;
mod plain;
mod specs;

use crate::base::basename;
use crate::facts::Analyzer;

/// Reads the claims of Markdown documents.
pub static CLAIMS: Analyzer = Analyzer {
    name: "claims",
    version: env!("PARITY_FACTS_STATEMENTS"),
    applies: |path| {
        basename(path).rsplit_once('.').is_some_and(|(_, extension)| {
            extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
        })
    },
    facts: claims::FACTS,
    tables: claims::TABLES,
    extract: claims::extract,
};

/// Reads the files of specification bundles.
pub static SPECS: Analyzer = Analyzer {
    name: "specs",
    version: env!("PARITY_FACTS_STATEMENTS"),
    applies: specs::applies,
    facts: specs::FACTS,
    tables: specs::TABLES,
    extract: specs::extract,
};
