//! The leading words of a statement: its kind, and what it is about where nothing more is read.

use super::ir::{Action, Name, Statement};
use super::scan::{Token, token};
use super::survey;

/// The leading words of a statement.
pub struct Head {
    words: Vec<String>,
    /// The name after them.
    pub name: Option<Name>,
}

impl Head {
    /// Reads them.
    pub fn of(source: &str) -> Self {
        let (mut words, mut at) = (Vec::new(), 0);
        while at < source.len() && words.len() < 12 {
            let (kind, end) = token(source, at);
            let part = &source[at..end];
            match kind {
                Token::Word => words.push(part.to_ascii_lowercase()),
                Token::Quoted if part.starts_with('"') => {
                    words.push(part.trim_matches('"').to_owned())
                }
                Token::Symbol(b'.') => words.push(".".to_owned()),
                Token::Blank => {}
                _ => break,
            }
            at = end;
        }
        let name = name_after(&words);
        Head { words, name }
    }

    fn significant(&self) -> Vec<&str> {
        let noise = [
            "or",
            "replace",
            "unique",
            "temp",
            "temporary",
            "unlogged",
            "recursive",
            "concurrently",
        ];
        let words = self.words.iter().map(String::as_str);
        words.filter(|word| !noise.contains(word)).take(2).collect()
    }

    /// The statement's kind: one word or two, and what an `alter table` is about.
    pub fn kind(&self, statement: &Statement) -> String {
        if let Statement::AlterTable { actions, .. } = statement
            && let [action] = actions.as_slice()
        {
            return action_kind(action).to_owned();
        }
        let words = self.significant();
        let two =
            matches!(words.first(), Some(&("create" | "alter" | "drop" | "comment" | "refresh")));
        let kind = words[..words.len().min(if two { 2 } else { 1 })].join(" ");
        if kind.is_empty() { "other".to_owned() } else { kind }
    }

    /// What is known of a statement that nothing else reads.
    pub fn statement(&self, source: &str) -> Statement {
        let survey = survey::survey(source);
        let words = self.significant();
        match (words.as_slice(), &self.name) {
            (["create", "function" | "procedure"], Some(name)) => {
                Statement::Function { name: name.clone(), survey }
            }
            (["create", "view" | "materialized" | "sequence" | "type" | "domain"], Some(name)) => {
                Statement::Relation { name: name.clone(), survey }
            }
            (["set", ..], _) if self.words.iter().any(|word| word == "search_path") => {
                self.search_path(source)
            }
            _ => Statement::Opaque(survey),
        }
    }

    fn search_path(&self, source: &str) -> Statement {
        let after = source.find("search_path").map_or("", |at| &source[at + "search_path".len()..]);
        let after = after.trim_start().trim_start_matches(['=']).trim_start();
        let after =
            after.strip_prefix("TO ").or_else(|| after.strip_prefix("to ")).unwrap_or(after);
        let schemas = after.split(',').map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
        Statement::SearchPath {
            schemas: schemas.collect(),
            local: self.words.get(1).is_some_and(|word| word == "local"),
        }
    }
}

fn action_kind(action: &Action) -> &'static str {
    match action {
        Action::Rls(true) => "enable row level security",
        Action::Rls(false) => "disable row level security",
        Action::Force(true) => "force row level security",
        Action::Force(false) => "no force row level security",
        Action::AddColumn { .. } => "add column",
        Action::AddConstraint(_) => "add constraint",
        Action::DropColumn { .. } => "drop column",
        Action::RenameColumn { .. } => "rename column",
        Action::Rename(_) => "rename table",
        Action::SetSchema(_) => "set schema",
        Action::AlterColumn { .. } => "alter column",
        Action::RenameConstraint { .. }
        | Action::Validate(_)
        | Action::Partition { .. }
        | Action::Unseen
        | Action::Other(_) => "alter table",
    }
}

/// The name that follows `create view`, `insert into` and the like.
fn name_after(words: &[String]) -> Option<Name> {
    let leading = [
        "create",
        "alter",
        "drop",
        "or",
        "replace",
        "temp",
        "temporary",
        "unique",
        "recursive",
        "materialized",
        "view",
        "function",
        "procedure",
        "trigger",
        "type",
        "sequence",
        "domain",
        "extension",
        "insert",
        "into",
        "update",
        "delete",
        "from",
        "if",
        "not",
        "exists",
        "refresh",
        "concurrently",
        "index",
        "table",
        "publication",
        "role",
        "truncate",
        "only",
        "policy",
        "schema",
    ];
    let verbs = ["create", "alter", "drop", "insert", "update", "delete", "refresh", "truncate"];
    if !verbs.contains(&words.first()?.as_str()) {
        return None;
    }
    let at = words.iter().position(|word| !leading.contains(&word.as_str()))?;
    let first = words[at].clone();
    match (words.get(at + 1).map(String::as_str), words.get(at + 2)) {
        (Some("."), Some(second)) => Some(Name { schema: Some(first), name: second.clone() }),
        _ => Some(Name { schema: None, name: first }),
    }
}
