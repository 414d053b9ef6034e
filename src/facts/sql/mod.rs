//! SQL scripts: their statements, what each says, and where PostgreSQL would not read on.

mod body;
mod body_words;
mod changes;
mod cursor;
mod defined;
mod expr;
mod head;
mod ir;
mod named;
mod objects;
mod parse;
mod program;
mod scan;
mod settings;
mod survey;
mod tools;
mod tree;

#[cfg(test)]
mod tests;

use crate::base::{Column as Described, Lines, Value};
use crate::facts::{Analyzer, Facts, Input, Rows};

pub use defined::{
    Alter, AlterAction, Body, Comment, CreateFunction, CreateTrigger, CreateType, CreateView, Drop,
    Grant, Parameter, Routine,
};
pub use expr::{Change, Command, Conflict, Cte, Expr, From, Insert, Query, Source};
use head::Head;
pub use ir::{
    Action, Column, ColumnChange, Constraint, CreateIndex, CreatePolicy, CreateTable, Name,
    Statement, Survey, Verb, Write,
};
pub use program::{Action as BlockAction, Over, Program, Variable};
use scan::{Foreign, Token};
pub use scan::{Piece, PieceKind, cut};
pub use settings::is_settings;
pub use tools::{TOOLS, is_plan, up};

/// Reads the scripts of migrations folders.
pub static SQL: Analyzer = Analyzer {
    name: "sql",
    version: env!("PARITY_FACTS_SQL"),
    applies: |path| catalog(path).is_some() || is_plan(path) || is_settings(path),
    facts: &[Facts {
        name: "sql_read",
        columns: &[
            Described::LINE,
            Described::int("end_line", "Its last line."),
            Described::text(
                "kind",
                "Its leading words, or psql, template, dialect, too-deep; plan: a script that a plan names; served: a schema that the API serves; or the tool whose marks the script has.",
            ),
            Described::text("object", "What it is about, with its schema if that is said."),
            Described::text("error", "What PostgreSQL says of its syntax."),
            Described::json("data", "What it says, where that is read."),
        ],
    }],
    tables: changes::TABLES,
    extract,
};

/// What a file that is not read may hold.
const TABLES: [&str; 18] = [
    "sql_statements",
    "sql_schemas",
    "sql_tables",
    "sql_columns",
    "sql_policies",
    "sql_constraints",
    "sql_functions",
    "sql_views",
    "sql_indexes",
    "sql_triggers",
    "sql_grants",
    "sql_extensions",
    "sql_publications",
    "sql_jobs",
    "sql_roles",
    "sql_comments",
    "sql_rows",
    "sql_blockers",
];

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    if let Some(scripts) = tools::plan(text) {
        return named(&scripts, "plan", rows);
    }
    if let Some(schemas) = settings::served(text) {
        return named(&schemas, "served", rows);
    }
    let lines = Lines::new(text);
    let (text, marks) = tools::up(text);
    let text = text.as_ref();
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
    if let Some(marks) = marks {
        let line = Value::from(lines.line(marks.at));
        let alone = Value::from(marks.alone.then_some("alone"));
        rows.add(0, [line.clone(), line, marks.tool.into(), alone, Value::Null, Value::Null]);
    }
    for piece in &script.pieces {
        rows.add(0, row(text, &lines, piece));
    }
}

/// What a plan or a command's settings name: nothing of it is SQL.
fn named(names: &[String], kind: &str, rows: &mut Rows) {
    for name in names {
        let line = Value::from(1usize);
        let name = Value::from(name.as_str());
        rows.add(0, [line.clone(), line, kind.into(), name, Value::Null, Value::Null]);
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
    let plain =
        || objects::read(source).or_else(|| rows_of(source)).filter(|_| parsed.error.is_none());
    let statement = parsed.statement.or_else(plain).unwrap_or_else(|| head.statement(source));
    let data = serde_json::to_string(&statement).expect("the statement has only string keys");
    let object = object(&statement).or_else(|| head.name.clone()).map(|name| name.to_string());
    [line, end_line, head.kind(&statement).into(), object.into(), error.into(), data.into()]
}

/// What one statement says, if its syntax is right: its kind, what it is about, and the rest.
pub fn statement(source: &str) -> Option<(String, Option<String>, Statement)> {
    let head = Head::of(source);
    let parsed = tree::parse(source);
    let plain = || objects::read(source).or_else(|| rows_of(source));
    let said = parsed.statement.filter(|_| parsed.error.is_none()).or_else(plain);
    let said = said.unwrap_or_else(|| head.statement(source));
    let object = object(&said).or_else(|| head.name.clone()).map(|name| name.to_string());
    parsed.error.is_none().then(|| (head.kind(&said).to_owned(), object, said))
}

/// The statements of a text that is run as a whole.
pub fn statements(text: &str) -> Option<Vec<(String, Option<String>, Statement)>> {
    let script = scan::cut(text);
    let whole = script.foreign.is_none() && script.too_deep.is_none() && script.pieces.len() < 50;
    let pieces = script.pieces.iter().map(|it| statement(&text[it.start..it.end]));
    pieces.collect::<Option<Vec<_>>>().filter(|_| whole)
}

/// The longest statement about rows that is read.
const MAX_COMMAND: usize = 400_000;

/// A statement about rows.
fn rows_of(source: &str) -> Option<Statement> {
    let read = (source.len() <= MAX_COMMAND).then(|| parse::command(source)).flatten();
    read.map(|it| Statement::Rows { command: Box::new(it), survey: survey::survey(source) })
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
        Statement::AlterTable { table, .. } => Some(table.clone()),
        Statement::CreatePolicy(policy) => schema(&policy.name),
        Statement::DropPolicy { name, .. } => schema(name),
        Statement::DropTables { tables, .. } | Statement::Truncate { tables, .. } => {
            tables.first().cloned()
        }
        Statement::DropSchemas { schemas, .. } => schemas.first().and_then(schema),
        Statement::CreateIndex(index) => index.name.as_ref().and_then(schema),
        Statement::Relation { name, .. }
        | Statement::Function { name, .. }
        | Statement::CreateSequence { name, .. } => Some(name.clone()),
        Statement::CreateFunction(it) => Some(it.name.clone()),
        Statement::CreateView(it) => Some(it.name.clone()),
        Statement::CreateType(it) => Some(it.name.clone()),
        Statement::CreateTrigger(it) => schema(&it.name),
        Statement::CreateExtension { name, .. }
        | Statement::CreateRole { name, .. }
        | Statement::CreatePublication { name, .. } => schema(name),
        Statement::Comment(it) => Some(it.object.name.clone()),
        Statement::Grant(it) => it.objects.first().map(|it| it.name.clone()),
        Statement::Rows { command, .. } => match &**command {
            Command::Insert(it) => Some(it.table.clone()),
            Command::Change(it) => Some(it.table.clone()),
            Command::Query(_) => None,
        },
        Statement::Schedule { name, .. } => name.as_ref().and_then(schema),
        Statement::Drop(it) => it.objects.first().map(|it| it.name.clone()),
        Statement::Alter(it) => Some(it.object.name.clone()),
        Statement::SearchPath { .. } | Statement::Do { .. } | Statement::Opaque(_) => None,
    }
}

/// Folders whose scripts are migrations.
const FOLDERS: [&str; 4] = ["migrations", "migrate", "migration", "drizzle"];
/// Scripts that are a migration with the name of their folder.
const OWN: [&str; 2] = ["migration.sql", "up.sql"];

/// The catalog a path belongs to and whether it is a folder of its own (`migrations/<name>/migration.sql`). What a tool runs
/// only to go back belongs to none.
pub fn catalog(path: &str) -> Option<(&str, bool)> {
    let (folder, file) = path.rsplit_once('/')?;
    let stem = file.strip_suffix(".sql").filter(|stem| !stem.ends_with(".down"))?;
    let last = |folder: &str| folder.rsplit('/').next().is_some_and(|name| FOLDERS.contains(&name));
    let declared = folder == "supabase/schemas" || folder.ends_with("/supabase/schemas");
    if last(folder) || declared || is_versioned(stem) {
        return Some((folder, false));
    }
    if let Some(deployed) = deployed(path) {
        return Some((deployed, false));
    }
    let (parent, own) = folder.rsplit_once('/')?;
    let numbered = |name: &str| name.starts_with(|first: char| first.is_ascii_digit());
    match last(parent) {
        true if OWN.contains(&file) => Some((parent, true)),
        // `migrations/tenants/0001-users.sql`: a folder for each database.
        true if numbered(stem) && !numbered(own) && stem.contains(['_', '-']) => {
            Some((folder, false))
        }
        _ => None,
    }
}

/// `V1__name`, `R__name`, or fourteen digits and a name: no other script is called so.
fn is_versioned(stem: &str) -> bool {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let flyway = stem.strip_prefix('V').is_some_and(|rest| {
        rest.contains("__") && rest.starts_with(|first: char| first.is_ascii_digit())
    });
    flyway || stem.starts_with("R__") || (digits == 14 && stem[digits..].starts_with('_'))
}

/// `deploy/<change>.sql`, which a plan beside the folder names.
fn deployed(path: &str) -> Option<&str> {
    let end = match path.strip_prefix("deploy/") {
        Some(_) => "deploy".len(),
        None => path.find("/deploy/")? + "/deploy".len(),
    };
    path.get(..end)
}
