//! Waivers people write beside what they waive: `parity: allow rule/id reason` in a comment of any style.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, basename};

/// Finds waivers in files that can hold a comment.
pub static WAIVERS: Analyzer = Analyzer {
    name: "waivers",
    version: env!("PARITY_FACTS_WAIVERS"),
    applies,
    facts: &[Facts {
        name: "inline_waiver",
        columns: &[Column::LINE, COVERS, RULE, OWNER, EXPIRES, REASON, MARKER],
    }],
    tables: &[View {
        table: Table {
            name: "inline_waivers",
            doc: "Waivers written in comments: `parity: allow rule/id [owner=WHO] [until=DATE] reason`.",
            columns: &[Column::PATH, Column::LINE, COVERS, RULE, OWNER, EXPIRES, REASON],
            named: "path",
        },
        // In Markdown, other comments are examples of code.
        query: "select path, line, covers, rule, owner, expires, reason from fact_inline_waiver
                where marker = '<!--' or not (path like '%.md' or path like '%.markdown' or path like '%.mdx')",
    }],
    extract,
};

const COVERS: Column = Column::int("covers", "The line whose findings are waived.");
const RULE: Column = Column::text("rule", "The rule's id, as written.");
const OWNER: Column = Column::text("owner", "Who answers for it; empty: not said.");
const EXPIRES: Column =
    Column::text("expires", "The last day it holds; null: as long as it stands.");
const REASON: Column = Column::text("reason", "Why; empty: not said, so nothing is waived.");
const MARKER: Column = Column::text("marker", "What begins the comment.");

/// Endings of files that can hold a comment, sorted.
const ENDINGS: [&str; 58] = [
    "bash",
    "bicep",
    "bicepparam",
    "c",
    "cc",
    "cfg",
    "cjs",
    "conf",
    "cpp",
    "css",
    "cts",
    "env",
    "gitattributes",
    "gitignore",
    "go",
    "h",
    "hcl",
    "hpp",
    "htm",
    "html",
    "ini",
    "java",
    "js",
    "jsonc",
    "jsx",
    "kt",
    "kts",
    "less",
    "markdown",
    "md",
    "mdx",
    "mjs",
    "mk",
    "mts",
    "php",
    "properties",
    "py",
    "pyi",
    "rb",
    "rs",
    "rst",
    "sass",
    "scss",
    "sh",
    "sql",
    "svg",
    "swift",
    "tf",
    "tfvars",
    "toml",
    "ts",
    "tsx",
    "vue",
    "xml",
    "xsl",
    "yaml",
    "yml",
    "zsh",
];
/// Names of files that can hold a comment.
const NAMES: [&str; 5] = ["CODEOWNERS", "Containerfile", "Dockerfile", "Justfile", "Makefile"];

/// What a waiver begins with, behind the comment's own beginning.
const WORDS: &str = "parity: allow";
/// Beginnings of comments, longer ones before their ends.
const MARKERS: [&str; 9] = ["<!--", "{#", "/*", "//", "--", "..", "#", ";", "*"];
/// Ends of comments.
const ENDS: [&str; 3] = ["-->", "*/", "#}"];
/// Waivers read of one file.
const MOST: usize = 1_000;

static SEEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(WORDS).expect("a valid pattern"));

fn applies(path: &str) -> bool {
    let name = basename(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.binary_search(&ending).is_ok() || NAMES.contains(&name)
}

/// A waiver as it is written on one line.
#[derive(Debug, PartialEq, Eq)]
struct Written<'a> {
    marker: &'static str,
    /// Whether code stands before it: then it is about its own line.
    is_beside_code: bool,
    text: &'a str,
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    if !SEEN.is_match(input.bytes) || input.is_binary() {
        return;
    }
    let lines: Vec<Option<Written<'_>>> = input.text().lines().map(written).collect();
    let found = (1..).zip(&lines).filter_map(|(line, written)| Some((line, written.as_ref()?)));
    for (count, (line, written)) in found.enumerate() {
        if count == MOST {
            rows.problem(Some(line), "too-many", format!("only the first {MOST} waivers are read"));
            rows.unsure("inline_waivers", None, Some(line), "there are more waivers than are read");
            break;
        }
        let covers = if written.is_beside_code { line } else { line + below(&lines, line) };
        add(written, line, covers, rows);
    }
}

/// How far below a waiver on a line of its own the line is that it is about: past other such waivers.
fn below(lines: &[Option<Written<'_>>], line: u32) -> u32 {
    let after = lines.iter().skip(line as usize);
    let waivers = after.take_while(|line| line.as_ref().is_some_and(|other| !other.is_beside_code));
    1 + u32::try_from(waivers.count()).unwrap_or(0)
}

/// The waiver on a line, if its words stand right behind the beginning of a comment.
fn written(line: &str) -> Option<Written<'_>> {
    let (before, text) = line.split_once(WORDS)?;
    let before = before.trim_end();
    let marker = MARKERS.into_iter().find(|marker| before.ends_with(marker))?;
    let code = before[..before.len() - marker.len()].trim();
    // Within a string it is no comment.
    let is_quoted = ['"', '`'].iter().any(|quote| code.matches(*quote).count() % 2 == 1);
    (text.starts_with([' ', '\t']) && !is_quoted).then(|| {
        let text = text.trim_end();
        let end = ENDS.into_iter().find(|end| text.ends_with(end)).unwrap_or_default();
        let text = text[..text.len() - end.len()].trim();
        Written { marker, is_beside_code: !code.is_empty(), text }
    })
}

fn add(written: &Written<'_>, line: u32, covers: u32, rows: &mut Rows) {
    let (named, mut rest) =
        written.text.split_once(char::is_whitespace).unwrap_or((written.text, ""));
    let rules: BTreeSet<&str> = named.split(',').collect();
    if !rules.iter().all(|rule| is_id(rule)) {
        let message = format!("a waiver names a rule as `family/complaint`, not `{named}`");
        return rows.problem(Some(line), "malformed-waiver", message);
    }
    let (mut owner, mut expires) = ("", None);
    loop {
        rest = rest.trim_start();
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        match word.split_once('=') {
            Some(("owner", who)) => owner = who,
            Some(("until", date)) => expires = Some(date.to_owned()),
            _ => break,
        }
        rest = after;
    }
    for rule in rules {
        rows.add(
            0,
            [
                line.into(),
                covers.into(),
                rule.into(),
                owner.into(),
                expires.clone().into(),
                rest.into(),
                written.marker.into(),
            ],
        );
    }
}

fn is_id(rule: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    rule.split_once('/').is_some_and(|(family, complaint)| is_word(family) && is_word(complaint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    /// Each waiver as `line>covers rule|owner|expires|reason`.
    fn read(text: &str) -> Vec<String> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        let cell = |cell: &Value| match cell {
            Value::Int(number) => number.to_string(),
            cell => cell.as_text().unwrap_or("-").to_owned(),
        };
        let row = |cells: &[Value]| {
            let cells: Vec<String> = cells.iter().map(cell).collect();
            format!("{}>{} {}", cells[0], cells[1], cells[2..6].join("|"))
        };
        let problems = rows.problems.iter().map(|(line, code, _)| format!("{line:?} {code}"));
        rows.facts.iter().map(|(_, cells)| row(cells)).chain(problems).collect()
    }

    #[test]
    fn a_file_is_known_by_its_ending_or_its_name() {
        assert!(ENDINGS.is_sorted());
        assert!(applies("a/b.py") && applies("a/Dockerfile") && applies("x.yaml"));
        assert!(!applies("a/b.png") && !applies("a/b.json") && !applies("py"));
    }

    #[test]
    fn a_waiver_stands_in_a_comment_of_any_style() {
        for (open, close) in [
            ("# ", ""),
            ("// ", ""),
            ("-- ", ""),
            ("/* ", " */"),
            ("<!-- ", " -->"),
            ("{# ", " #}"),
            ("; ", ""),
            (".. ", ""),
        ] {
            let text = format!("{open}{WORDS} rls/a-b by design{close}\nx\n");
            assert_eq!(read(&text), ["1>2 rls/a-b||-|by design"], "{text}");
        }
    }

    #[test]
    fn it_is_about_its_own_line_or_the_next_that_is_none() {
        let text = format!(
            "a\nx = 1  # {WORDS} odoo/a known\n# {WORDS} odoo/b one\n# {WORDS} odoo/c,odoo/d two\ny = 2\n"
        );
        assert_eq!(
            read(&text),
            ["2>2 odoo/a||-|known", "3>5 odoo/b||-|one", "4>5 odoo/c||-|two", "4>5 odoo/d||-|two"]
        );
    }

    #[test]
    fn an_owner_and_an_end_may_be_said_and_a_reason_must() {
        let text =
            format!("# {WORDS} odoo/a owner=ops until=2026-12-31 old data\n# {WORDS} odoo/b\nx\n");
        assert_eq!(read(&text), ["1>3 odoo/a|ops|2026-12-31|old data", "2>3 odoo/b||-|"]);
    }

    #[test]
    fn words_in_strings_and_prose_are_no_waivers() {
        for text in [
            format!("print(\"# {WORDS} odoo/a x\")\n"),
            format!("see {WORDS} odoo/a x\n"),
            format!("`<!-- {WORDS} odoo/a x -->`\n"),
            format!("# {WORDS}ed odoo/a\n"),
        ] {
            assert_eq!(read(&text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(read(&format!("# {WORDS} everything\n")), ["Some(1) malformed-waiver"]);
    }

    #[test]
    fn hostile_texts_are_bounded() {
        let many = format!("# {WORDS} a/b c\n").repeat(MOST * 3);
        let read = read(&many);
        assert_eq!(read.len(), MOST + 1);
        assert!(read.last().unwrap().contains("too-many"));
    }
}
