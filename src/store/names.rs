//! Which names a query may say, and which only our views may.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::tables::contract;

static TABLES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| contract().map(|described| described.table.name).collect());

/// What any query may read: the contract's tables, what they are made of for this revision, and JSON.
pub(super) fn is_open(table: &str) -> bool {
    const MORE: [&str; 5] = ["tree", "tree_folders", "json_each", "json_tree", "json_at"];
    is_view(table) || MORE.contains(&table)
}

/// Whether this is one of our views.
pub(super) fn is_view(name: &str) -> bool {
    let parts = ["fact_", "link_"].iter().any(|prefix| name.starts_with(prefix));
    parts || name == "tree" || TABLES.contains(name)
}

/// The first of our views whose name a query gives to a table expression of its own: what that reads would be taken for
/// the view's.
pub(super) fn shadowed(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    (0..tokens.len()).find_map(|at| match &tokens[at] {
        Token::Name(name) if is_view(name) && defines(&tokens[at + 1..]) => Some(name.clone()),
        _ => None,
    })
}

/// Whether what follows a name makes it the name of a table expression: `(a, b) as not materialized (`.
fn defines(rest: &[Token]) -> bool {
    let mut rest = rest;
    if rest.first() == Some(&Token::Mark('(')) {
        let close = rest.iter().position(|token| *token == Token::Mark(')'));
        rest = close.map_or(&[], |close| &rest[close + 1..]);
    }
    let word = |token: Option<&Token>, word: &str| matches!(token, Some(Token::Name(name)) if name == word);
    if !word(rest.first(), "as") {
        return false;
    }
    let skipped = rest[1..]
        .iter()
        .take_while(|token| word(Some(token), "not") || word(Some(token), "materialized"));
    rest.get(1 + skipped.count()) == Some(&Token::Mark('('))
}

#[derive(Debug, PartialEq)]
enum Token {
    Name(String),
    Mark(char),
}

/// Names in lower case, quoted or not, and marks; without texts and comments.
fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let until = |end: &str, from: usize| {
            rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
        };
        let length = match first {
            '-' if rest.starts_with("--") => until("\n", 2),
            '/' if rest.starts_with("/*") => until("*/", 2),
            '\'' => until("'", 1),
            '"' | '`' => until(&first.to_string(), 1),
            '[' => until("]", 1),
            _ if is_word(first) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let text = &rest[..length];
        match first {
            '"' | '`' | '[' => {
                tokens.push(Token::Name(text[1..].trim_end_matches(['"', '`', ']']).to_lowercase()))
            }
            _ if is_word(first) => tokens.push(Token::Name(text.to_lowercase())),
            '-' | '/' if length > 1 => {}
            '\'' => {}
            _ if first.is_whitespace() => {}
            _ => tokens.push(Token::Mark(first)),
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::shadowed;

    #[test]
    fn a_table_expression_may_not_bear_the_name_of_a_view() {
        for sql in [
            "with files as (select 1) select * from files",
            "with a as (select 1), \"Files\"(x)as materialized(select 1) select 1",
            "with [hits] /* as */ as -- (\n not materialized (select 1) select 1",
            "select * from (with fact_yaml as (select 1) select 1)",
        ] {
            assert!(shadowed(sql).is_some(), "{sql}");
        }
        for sql in [
            "select path from files as f",
            "select 'files as (' from files",
            "with a as (select * from files) select 1",
        ] {
            assert_eq!(shadowed(sql), None, "{sql}");
        }
    }
}
