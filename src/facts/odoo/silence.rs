//! Comments that silence pylint (`# pylint: disable=license-allowed`), and the lines on which they do, as pylint counts them.

use std::collections::BTreeMap;

use super::literal::{Literal, Node};
use super::scan::comments;

/// The checks of pylint-odoo on manifests: number and name.
const CHECKS: [(&str, &str); 22] = [
    ("C8101", "manifest-required-author"),
    ("C8102", "manifest-required-key"),
    ("C8103", "manifest-deprecated-key"),
    ("C8105", "license-allowed"),
    ("C8106", "manifest-version-format"),
    ("C8111", "development-status-allowed"),
    ("C8112", "missing-readme"),
    ("C8114", "category-allowed"),
    ("C8115", "missing-odoo-file"),
    ("C8116", "manifest-superfluous-key"),
    ("C8117", "category-allowed-app"),
    ("C8118", "missing-odoo-file-app"),
    ("C8119", "manifest-required-key-app"),
    ("C8120", "manifest-summary-multiline"),
    ("E8101", "manifest-author-string"),
    ("E8104", "manifest-maintainers-list"),
    ("E8145", "manifest-behind-migrations"),
    ("F8101", "resource-not-exist"),
    ("R8181", "invalid-email"),
    ("W8114", "website-manifest-key-not-valid-uri"),
    ("W8125", "manifest-data-duplicated"),
    ("W8162", "manifest-external-assets"),
];

/// A run of lines on which a check says nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Silence {
    /// The check.
    pub symbol: &'static str,
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

/// What one comment asks for.
struct Pragma<'a> {
    action: &'a str,
    names: Vec<&'a str>,
}

/// Where which checks are silenced in a manifest whose dict is `root`.
pub fn silences(text: &str, root: &Node) -> Vec<Silence> {
    if !text.contains("pylint:") {
        return Vec::new();
    }
    let mut states: BTreeMap<&'static str, BTreeMap<u32, bool>> = BTreeMap::new();
    for (line, comment) in comments(text) {
        for pragma in pragmas(comment) {
            let is_all = pragma.action == "disable" && pragma.names.contains(&"all");
            if is_all || matches!(pragma.action, "skip-file" | "disable-all") {
                let all = |(_, symbol)| Silence { symbol, first: 0, last: u32::MAX };
                return CHECKS.into_iter().map(all).collect();
            }
            let named =
                |check: &&(&str, &str)| pragma.names.iter().any(|name| names(name, **check));
            for (_, symbol) in CHECKS.iter().filter(named) {
                let state = states.entry(symbol).or_default();
                match pragma.action {
                    "disable-next" => drop(state.insert(line + 1, false)),
                    action => set(state, root, line, action.starts_with("enable")),
                }
            }
        }
    }
    states.into_iter().flat_map(|(symbol, state)| runs(symbol, &state)).collect()
}

/// Whether a word of a comment means a check: its name, its number, its category, the checker.
fn names(word: &str, (number, symbol): (&str, &str)) -> bool {
    word == symbol
        || word.eq_ignore_ascii_case(number)
        || word.eq_ignore_ascii_case(&number[..1])
        || word == "odoolint"
}

fn pragmas(comment: &str) -> Vec<Pragma<'_>> {
    let Some((_, said)) = comment.rsplit_once("pylint:") else { return Vec::new() };
    let said = said.split([';', '#']).next().unwrap_or_default();
    let mut pragmas: Vec<Pragma<'_>> = Vec::new();
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    for word in said.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()) {
        let action = match word {
            "disable-msg" => "disable",
            "enable-msg" => "enable",
            "disable" | "enable" | "disable-next" | "skip-file" | "disable-all" => word,
            name => {
                pragmas.last_mut().into_iter().for_each(|pragma| pragma.names.push(name));
                continue;
            }
        };
        pragmas.push(Pragma { action, names: Vec::new() });
    }
    pragmas
}

/// Sets a state from a line to the end of the innermost value there; before the dict, everywhere.
fn set(state: &mut BTreeMap<u32, bool>, root: &Node, line: u32, is_enabled: bool) {
    match innermost(root, line) {
        Some(last) => state.extend((line..=last).map(|line| (line, is_enabled))),
        None if line > root.last => {}
        None => (0..=root.last).for_each(|other| {
            if other < line {
                state.entry(other).or_insert(is_enabled);
            } else {
                state.insert(other, is_enabled);
            }
        }),
    }
}

/// The last line of the first value, inner ones before outer ones, that a line is in.
fn innermost(node: &Node, line: u32) -> Option<u32> {
    let inner = match &node.value {
        Literal::Dict(entries) => entries
            .iter()
            .find_map(|(key, value)| innermost(key, line).or_else(|| innermost(value, line))),
        other => other.items().into_iter().flatten().find_map(|item| innermost(item, line)),
    };
    inner.or_else(|| (node.at.line <= line && line <= node.last).then_some(node.last))
}

fn runs(symbol: &'static str, state: &BTreeMap<u32, bool>) -> Vec<Silence> {
    let mut runs: Vec<Silence> = Vec::new();
    for line in state.iter().filter(|(_, is_enabled)| !**is_enabled).map(|(line, _)| *line) {
        match runs.last_mut() {
            Some(run) if run.last + 1 == line => run.last = line,
            _ => runs.push(Silence { symbol, first: line, last: line }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    fn read(text: &str) -> Vec<(&'static str, u32, u32)> {
        let node = parse(text).expect("a literal");
        silences(text, &node).iter().map(|run| (run.symbol, run.first, run.last)).collect()
    }

    #[test]
    fn a_comment_beside_a_value_is_about_its_lines() {
        let text = "{\n'license': 'X',  # pylint: disable=license-allowed\n'author': 'a'\n}\n";
        assert_eq!(read(text), [("license-allowed", 2, 2)]);
    }

    #[test]
    fn a_comment_on_a_line_of_its_own_holds_to_the_end_of_what_it_stands_in() {
        let text = "{\n'data': [\n# pylint: disable=resource-not-exist\n'a.xml',\n],\n'demo': ['b.xml'],\n}\n";
        assert_eq!(read(text), [("resource-not-exist", 3, 5)]);
        let text = "{\n'name': 'a',\n# pylint: disable=C8105\n'license': 'X',\n}\n";
        assert_eq!(read(text), [("license-allowed", 3, 5)]);
    }

    #[test]
    fn before_the_dict_it_holds_everywhere_and_behind_it_nowhere() {
        let text =
            "# pylint: disable=missing-readme, C0114\n{}\n# pylint: disable=license-allowed\n";
        assert_eq!(read(text), [("missing-readme", 0, 2)]);
    }

    #[test]
    fn it_can_be_taken_back_and_be_about_the_next_line_or_all() {
        let text =
            "# pylint: disable=missing-readme\n{\n# pylint: enable=missing-readme\n'a': 1}\n";
        assert_eq!(read(text), [("missing-readme", 0, 2)]);
        let next = "{\n# pylint: disable-next=license-allowed\n'license': 'X'}";
        assert_eq!(read(next), [("license-allowed", 3, 3)]);
        assert_eq!(read("# pylint: skip-file\n{}").len(), CHECKS.len());
        assert_eq!(read("# pylint: disable=odoolint\n{}").len(), CHECKS.len());
        assert_eq!(read("{'a': '# pylint: disable=odoolint'}"), []);
    }
}
