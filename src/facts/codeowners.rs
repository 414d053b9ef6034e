//! CODEOWNERS: who answers for which paths.

use serde_json::Value as Json;

use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value};

/// Lines read of one file; GitHub refuses files above 3 MB as a whole.
const MAX_LINES: usize = 20_000;

/// Reads CODEOWNERS where GitHub and GitLab look for it.
pub static CODEOWNERS: Analyzer = Analyzer {
    name: "codeowners",
    version: env!("PARITY_FACTS_CODEOWNERS"),
    applies: |path| PLACES.contains(&path),
    facts: &[Facts {
        name: "codeowners_line",
        columns: &[Column::LINE, PATTERN, OWNERS, POSITION, GLOB],
    }],
    tables: &[LINES],
    extract,
};

/// In the order in which they win; GitLab looks in its own folder last.
const PLACES: [&str; 4] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

const PATTERN: Column = Column::text("pattern", "The pattern as written.");
const OWNERS: Column = Column::json("owners", "The owners, a JSON array; empty: expressly nobody.");
const POSITION: Column = Column::int("position", "From 1; the last match decides.");
const GLOB: Column = Column::text("glob", "The paths it matches, for `glob_match`.");

const LINES: View = View {
    table: Table {
        name: "codeowners",
        doc: "Lines of CODEOWNERS, of the file that is in effect: of `.github/`, the root, `docs/` and `.gitlab/` the first.",
        columns: &[Column::PATH, Column::LINE, PATTERN, OWNERS, POSITION, GLOB],
        named: "pattern",
    },
    query: "select f.path, f.line, f.pattern, f.owners, f.position, f.glob from fact_codeowners_line f
            where f.path = (select t.path from tree t
                            where t.kind = 'file'
                              and t.path in ('.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS')
                            order by case t.path when '.github/CODEOWNERS' then 1 when 'CODEOWNERS' then 2
                                                 when 'docs/CODEOWNERS' then 3 else 4 end limit 1)",
};

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let mut position = 0_usize;
    // The owners of the section of GitLab's that a line is in; GitHub has none.
    let mut inherited: Vec<String> = Vec::new();
    for (number, line) in (1_u32..).zip(input.text().lines()) {
        if position == MAX_LINES {
            let message = format!("only the first {MAX_LINES} patterns are read");
            rows.unsure("codeowners", None, Some(number), &*message);
            rows.problem(Some(number), "too-many-lines", message);
            return;
        }
        let line = line.trim();
        if let Some(section) = line.strip_prefix(['[', '^']).filter(|_| is_section(line)) {
            let owners = section.rsplit(']').next().unwrap_or_default();
            inherited = owners.split_whitespace().map(str::to_owned).collect();
            continue;
        }
        let mut words = words(line).into_iter();
        let Some(pattern) = words.next() else { continue };
        let mut owners: Vec<String> = words.collect();
        if owners.is_empty() {
            owners.clone_from(&inherited);
        }
        position += 1;
        let glob = glob(&pattern);
        let owners = Value::Text(Json::from(owners).to_string());
        rows.add(0, [number.into(), pattern.into(), owners, position.into(), glob.into()]);
    }
}

/// `[Section]`, `^[Optional section][2] @owner`: GitLab's.
fn is_section(line: &str) -> bool {
    let line = line.strip_prefix('^').unwrap_or(line);
    line.starts_with('[') && line.contains(']')
}

/// The words of a line up to a comment; `\ ` is part of a word.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = words.last_mut().expect("there is always one");
        match letter {
            '\\' if letters.peek().is_some_and(|next| [' ', '#'].contains(next)) => {
                last.extend(letters.next());
            }
            '#' if last.is_empty() => break,
            _ if letter.is_whitespace() => {
                if !last.is_empty() {
                    words.push(String::new());
                }
            }
            _ => last.push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A pattern as one glob: from the root if a slash stands before its end, at any depth otherwise; a folder with all below.
fn glob(pattern: &str) -> String {
    let path = pattern.trim_start_matches('/').trim_end_matches('/');
    let path: String = path.chars().fold(String::new(), |mut glob, letter| {
        if "{}[]!".contains(letter) {
            glob.push('\\');
        }
        glob.push(letter);
        glob
    });
    if path.is_empty() || path == "*" || path == "**" {
        return "**".to_owned();
    }
    let rooted = pattern.trim_end_matches('/').contains('/');
    let path = if rooted || path.starts_with("**/") { path } else { format!("**/{path}") };
    if pattern.ends_with('/') {
        return format!("{path}/**");
    }
    // `docs/*` are the files in `docs` alone; a name without a star may be a folder's.
    let last = path.rsplit('/').next().unwrap_or(&path);
    if last.contains('*') { path } else { format!("{{{path},{path}/**}}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        let cell = |value: &Value| match value {
            Value::Int(number) => number.to_string(),
            other => other.as_text().unwrap_or_default().to_owned(),
        };
        rows.facts
            .iter()
            .map(|(_, row)| row.iter().map(cell).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn lines_have_a_pattern_and_owners() {
        assert_eq!(
            read("# all\n* @a @b # us\n\n/my\\ docs/ c@example.org\n/free\n"),
            [
                "2 * [\"@a\",\"@b\"] 1 **",
                "4 /my docs/ [\"c@example.org\"] 2 my docs/**",
                "5 /free [] 3 {free,free/**}"
            ]
        );
    }

    #[test]
    fn a_section_gives_its_owners() {
        assert_eq!(
            read("[Docs][2] @docs\n/docs/\n/api/ @api\n"),
            ["2 /docs/ [\"@docs\"] 1 docs/**", "3 /api/ [\"@api\"] 2 api/**"]
        );
    }

    #[test]
    fn patterns_match_as_githubs_do() {
        for (pattern, expected) in [
            ("*", "**"),
            ("*.js", "**/*.js"),
            ("/build/logs/", "build/logs/**"),
            ("docs/*", "docs/*"),
            ("apps/", "**/apps/**"),
            ("/docs/", "docs/**"),
            ("/apps/github", "{apps/github,apps/github/**}"),
            ("**/logs", "{**/logs,**/logs/**}"),
            ("a[b].md", "{**/a\\[b\\].md,**/a\\[b\\].md/**}"),
        ] {
            assert_eq!(glob(pattern), expected, "{pattern}");
        }
    }
}
