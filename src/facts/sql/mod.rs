//! SQL scripts: their statements, what each says, and where PostgreSQL would not read on.

mod ir;
mod scan;
mod survey;
mod tree;

#[cfg(test)]
mod tests;

use crate::base::{Column as Described, Lines, Value};
use crate::facts::{Analyzer, Facts, Input, Rows};

pub use ir::{
    Action, Column, Constraint, CreateIndex, CreatePolicy, CreateTable, Expr, Name, Query,
    Statement, Survey, Verb, Write,
};
use scan::{Foreign, Piece, PieceKind, Token};

/// Reads the scripts of migrations folders; no table tells of others yet.
pub static SQL: Analyzer = Analyzer {
    name: "sql",
    version: env!("PARITY_FACTS_SQL"),
    applies: |path| catalog(path).is_some(),
    facts: &[Facts {
        name: "sql_read",
        columns: &[
            Described::LINE,
            Described::int("end_line", "Its last line."),
            Described::text(
                "kind",
                "Its leading words, or psql, template, dialect, too-deep, goose.",
            ),
            Described::text("object", "What it is about, with its schema if that is said."),
            Described::text("error", "What PostgreSQL says of its syntax."),
            Described::json("data", "What it says, where that is read."),
        ],
    }],
    tables: &[],
    extract,
};

/// What a file that is not read may hold.
const TABLES: [&str; 8] = [
    "sql_statements",
    "sql_schemas",
    "sql_tables",
    "sql_columns",
    "sql_policies",
    "sql_constraints",
    "sql_functions",
    "sql_views",
];

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    let lines = Lines::new(text);
    let script = scan::cut(text);
    let whole = |rows: &mut Rows, at, kind: &str| {
        let line = Value::from(lines.line(at));
        rows.add(0, [line.clone(), line, kind.into(), Value::Null, Value::Null, Value::Null]);
    };
    if let Some((foreign, at)) = script.foreign {
        let kind = if foreign == Foreign::Template { "template" } else { "dialect" };
        return whole(rows, at, kind);
    }
    if let Some(at) = script.too_deep {
        return too_deep(lines.line(at), rows);
    }
    if let Some(at) = text.find("-- +goose Up") {
        whole(rows, at, "goose");
        text.find("-- +goose Down").into_iter().for_each(|at| whole(rows, at, "goose down"));
    }
    for piece in &script.pieces {
        rows.add(0, row(text, &lines, piece));
    }
}

fn too_deep(line: u32, rows: &mut Rows) {
    let reason = "the script nests too deep to be read";
    rows.problem(Some(line), "too-deep", reason);
    for table in TABLES {
        rows.unsure(table, None, Some(line), reason);
    }
    let at = Value::from(line);
    rows.add(0, [at.clone(), at, "too-deep".into(), Value::Null, Value::Null, Value::Null]);
}

fn row(text: &str, lines: &Lines, piece: &Piece) -> [Value; 6] {
    let source = &text[piece.start..piece.end];
    let place = [lines.line(piece.start), lines.line(piece.end.max(piece.start + 1) - 1)];
    let [line, end_line] = place.map(Value::from);
    if piece.kind == PieceKind::Psql {
        let error = "syntax error at or near \"\\\"";
        return [line, end_line, "psql".into(), source.into(), error.into(), Value::Null];
    }
    let head = Head::of(source);
    let parsed = tree::parse(source);
    let error = parsed.error.map(|at| syntax_error(source, at));
    let statement = parsed.statement.unwrap_or_else(|| head.statement(source));
    let data = serde_json::to_string(&statement).expect("the statement has only string keys");
    let object = object(&statement).or_else(|| head.name.clone()).map(|name| name.to_string());
    [line, end_line, head.kind(&statement).into(), object.into(), error.into(), data.into()]
}

/// PostgreSQL's words for an error: it names the first word it cannot use.
fn syntax_error(source: &str, mut at: usize) -> String {
    while at < source.len() {
        let (kind, end) = scan::token(source, at);
        if kind != Token::Blank {
            return format!("syntax error at or near \"{}\"", &source[at..end]);
        }
        at = end;
    }
    "syntax error at end of input".to_owned()
}

/// What a modelled statement is about.
fn object(statement: &Statement) -> Option<Name> {
    let schema = |name: &String| Some(Name { schema: None, name: name.clone() });
    match statement {
        Statement::CreateSchema { name, .. } => schema(name),
        Statement::CreateTable(table) => Some(table.name.clone()),
        Statement::AlterTable { table, .. } | Statement::Comment { table, .. } => {
            Some(table.clone())
        }
        Statement::CreatePolicy(policy) => schema(&policy.name),
        Statement::DropPolicy { name, .. } => schema(name),
        Statement::DropTables { tables, .. } => tables.first().cloned(),
        Statement::DropSchemas { schemas, .. } => schemas.first().and_then(schema),
        Statement::CreateIndex(index) => index.name.as_ref().and_then(schema),
        Statement::Relation { name, .. } | Statement::Function { name, .. } => Some(name.clone()),
        Statement::SearchPath { .. } | Statement::Opaque(_) => None,
    }
}

/// The leading words of a statement.
struct Head {
    words: Vec<String>,
    name: Option<Name>,
}

impl Head {
    fn of(source: &str) -> Self {
        let (mut words, mut at) = (Vec::new(), 0);
        while at < source.len() && words.len() < 12 {
            let (kind, end) = scan::token(source, at);
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
    fn kind(&self, statement: &Statement) -> String {
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

    /// What is known of a statement that the tree does not model.
    fn statement(&self, source: &str) -> Statement {
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
        Action::Unseen | Action::Other(_) => "alter table",
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

/// Folders whose scripts are migrations.
const FOLDERS: [&str; 2] = ["migrations", "migrate"];

/// The catalog a path belongs to and whether it is a folder of its own (`migrations/<name>/migration.sql`).
pub fn catalog(path: &str) -> Option<(&str, bool)> {
    let (folder, file) = path.rsplit_once('/')?;
    let last = |folder: &str| folder.rsplit('/').next().is_some_and(|name| FOLDERS.contains(&name));
    if !file.ends_with(".sql") {
        return None;
    }
    if last(folder) {
        return Some((folder, false));
    }
    let (parent, _) = folder.rsplit_once('/')?;
    (file == "migration.sql" && last(parent)).then_some((parent, true))
}
