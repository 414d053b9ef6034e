//! What git is told to ignore: the patterns of `.gitignore` files.

use crate::base::Column;
use crate::base::Table;
use crate::base::basename;
use crate::facts::Analyzer;
use crate::facts::Facts;
use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::View;

/// The most patterns of one file that are kept.
const MAX_PATTERNS: usize = 5_000;

const PATTERN: Column = Column::text("pattern", "As written.");
const GLOB: Column = Column::text(
    "glob",
    "What it matches, as a glob below the file's folder: the named thing and all that is in it.",
);
const NEGATED: Column =
    Column::flag("negated", "Whether it takes back what an earlier one ignores.");

/// Reads `.gitignore` files.
pub static GITIGNORE: Analyzer = Analyzer {
    name: "gitignore",
    version: env!("PARITY_FACTS_GITIGNORE"),
    applies: |path| basename(path) == ".gitignore",
    facts: &[Facts { name: "ignore_pattern", columns: &[Column::LINE, PATTERN, GLOB, NEGATED] }],
    tables: &[View {
        table: Table {
            name: "ignore_patterns",
            doc: "Patterns of `.gitignore` files; the last that matches decides.",
            columns: &[Column::PATH, Column::LINE, PATTERN, GLOB, NEGATED],
            named: "pattern",
        },
        query: "select path, line, pattern, glob, negated from fact_ignore_pattern",
    }],
    extract,
};

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let mut kept = 0;
    for (number, line) in (1_u32..).zip(input.text().lines()) {
        let line = line.trim_end();
        let (negated, pattern) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line.strip_prefix('\\').unwrap_or(line)),
        };
        let Some(glob) = (!line.starts_with('#')).then(|| glob(pattern)).flatten() else {
            continue;
        };
        if kept == MAX_PATTERNS {
            let message = "it has more patterns than are kept";
            rows.problem(Some(number), "gitignore-too-long", message);
            return rows.unsure("ignore_patterns", None, Some(number), message);
        }
        kept += 1;
        rows.add(0, [number.into(), line.into(), glob.into(), negated.into()]);
    }
}

/// The glob of a pattern: one with a slash before its end is meant from the file's folder, another anywhere below.
fn glob(pattern: &str) -> Option<String> {
    let bare = pattern.trim_end_matches('/');
    let (anchored, bare) = match bare.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (bare.contains('/'), bare),
    };
    if bare.is_empty() {
        return None;
    }
    // Braces, and commas within ours, mean nothing to git.
    let bare = bare.replace('{', "[{]").replace('}', "[}]").replace(',', "[,]");
    let bare = bare.strip_suffix("/**").unwrap_or(&bare);
    Some(if anchored || bare.starts_with("**/") {
        format!("{{{bare},{bare}/**}}")
    } else {
        format!("{{{bare},{bare}/**,**/{bare},**/{bare}/**}}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    #[test]
    fn a_pattern_is_a_glob_below_its_folder() {
        assert_eq!(glob("/build/").as_deref(), Some("{build,build/**}"));
        assert_eq!(glob("a/b.txt").as_deref(), Some("{a/b.txt,a/b.txt/**}"));
        assert_eq!(glob("*.log").as_deref(), Some("{*.log,*.log/**,**/*.log,**/*.log/**}"));
        assert_eq!(glob("**/x").as_deref(), Some("{**/x,**/x/**}"));
        assert_eq!(glob("/*.py,cover").as_deref(), Some("{*.py[,]cover,*.py[,]cover/**}"));
        assert_eq!(glob("/"), None);
    }

    #[test]
    fn comments_are_none_and_a_bang_takes_back() {
        let mut rows = Rows::default();
        extract(&Input::new(b"# x\n\n.env\n!.env.example\n"), &mut rows);
        let negated: Vec<_> = rows.facts.iter().map(|(_, cells)| cells[3].clone()).collect();
        assert_eq!(negated, [Value::from(false), Value::from(true)]);
    }
}
