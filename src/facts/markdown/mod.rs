//! Documents: their headings, tasks, table cells, links, and the repository paths they name.

mod anchor;
mod cells;
mod document;
mod link;
mod outline;
mod reference;
mod said;
mod tables;
mod task;

use crate::base::basename;
use crate::facts::Analyzer;

/// Reads Markdown as GitHub renders it.
pub static ANALYZER: Analyzer = Analyzer {
    name: "markdown",
    version: env!("PARITY_FACTS_MARKDOWN"),
    applies,
    facts: tables::FACTS,
    tables: tables::TABLES,
    extract: document::extract,
};

/// Reads the tables of Markdown: there are more cells than all else together, and few pages ask for them.
pub static CELLS: Analyzer = Analyzer {
    name: "markdown-tables",
    version: env!("PARITY_FACTS_MARKDOWN"),
    applies,
    facts: tables::CELL_FACTS,
    tables: tables::CELL_TABLES,
    extract: cells::extract,
};

fn applies(path: &str) -> bool {
    basename(path).rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_extension() {
        assert!(applies("docs/README.md"));
        assert!(applies("A.MARKDOWN"));
        assert!(!applies("docs.md/readme.txt"));
        assert!(!applies("md"));
    }
}
