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

/// Reads the claims of data files that are about the state of the work.
pub static DATA_CLAIMS: Analyzer = Analyzer {
    name: "data-claims",
    version: env!("PARITY_FACTS_STATEMENTS"),
    applies: |path| {
        let is_data = [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end));
        is_data && {
            let path = path.to_ascii_lowercase();
            ABOUT_WORK.iter().any(|word| path.contains(word))
        }
    },
    facts: claims::DATA_FACTS,
    tables: &[],
    extract: claims::extract_data,
};

/// What the paths of data files say that are about the state of the work.
const ABOUT_WORK: [&str; 16] = [
    "audit",
    "compliance",
    "coverage",
    "gap",
    "inventory",
    "kpi",
    "matrix",
    "maturity",
    "metrics",
    "parity",
    "progress",
    "proof",
    "readiness",
    "scorecard",
    "status",
    "verification",
];

/// Reads the files of specification bundles.
pub static SPECS: Analyzer = Analyzer {
    name: "specs",
    version: env!("PARITY_FACTS_STATEMENTS"),
    applies: specs::applies,
    facts: specs::FACTS,
    tables: specs::TABLES,
    extract: specs::extract,
};
