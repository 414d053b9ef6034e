//! `.gitmodules`: where submodules come from.

use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value};

/// Sections read of one file.
const MAX_SECTIONS: usize = 10_000;

/// Reads `.gitmodules` of the root, the only one git reads.
pub static GITMODULES: Analyzer = Analyzer {
    name: "gitmodules",
    version: env!("PARITY_FACTS_GITMODULES"),
    applies: |path| path == ".gitmodules",
    facts: &[Facts { name: "gitmodule", columns: &[Column::LINE, DIR, URL, BRANCH] }],
    tables: &[View {
        table: Table {
            name: "submodules",
            doc: "Submodules that `.gitmodules` names, whether or not the tree has them.",
            columns: &[Column::PATH, Column::LINE, DIR, URL, BRANCH],
            named: "dir",
        },
        query: "select path, line, dir, url, branch from fact_gitmodule",
    }],
    extract,
};

const DIR: Column = Column::text("dir", "The folder it is at.");
const URL: Column = Column::text("url", "Where it comes from, as written; empty if not said.");
const BRANCH: Column = Column::text("branch", "The branch it follows; empty if not said.");

/// What one section says.
#[derive(Default)]
struct Section {
    line: u32,
    dir: String,
    url: String,
    branch: String,
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let mut section = Section::default();
    for (number, line) in (1_u32..).zip(input.text().lines()) {
        let line = line.trim();
        if line.starts_with('[') {
            add(std::mem::take(&mut section), rows);
            section.line = number;
            if rows.facts.len() == MAX_SECTIONS {
                let message = format!("only the first {MAX_SECTIONS} submodules are read");
                rows.unsure("submodules", None, Some(number), &*message);
                return rows.problem(Some(number), "too-many-lines", message);
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let value = value.trim().trim_matches('"').to_owned();
            match key.trim().to_ascii_lowercase().as_str() {
                "path" => section.dir = value,
                "url" => section.url = value,
                "branch" => section.branch = value,
                _ => {}
            }
        }
    }
    add(section, rows);
}

/// A section without a path is none of a submodule.
fn add(section: Section, rows: &mut Rows) {
    if !section.dir.is_empty() {
        let said = [section.dir, section.url, section.branch].map(Value::from);
        let [dir, url, branch] = said;
        rows.add(0, [section.line.into(), dir, url, branch]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_with_a_path_is_a_submodule() {
        let text = "# x\n[submodule \"web\"]\n\tpath = oca/web\n\turl = \"https://git.example/OCA/web.git\"\n\tbranch = 18.0\n[core]\n\tbare = true\n[submodule \"b\"]\npath=b";
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        let cells = |at: usize| {
            rows.facts[at]
                .1
                .iter()
                .skip(1)
                .map(|it| it.as_text().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(cells(0), ["oca/web", "https://git.example/OCA/web.git", "18.0"]);
        assert_eq!(cells(1), ["b", "", ""]);
        assert_eq!(rows.facts.len(), 2);
    }
}
