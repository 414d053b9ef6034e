//! Comments, and jobs that are scheduled.

use super::kept;
use crate::facts::sql::cursor::Cursor;
use crate::facts::sql::defined::{Comment, Routine};
use crate::facts::sql::ir::{Name, Statement};

const KINDS: [&str; 18] = [
    "table",
    "column",
    "function",
    "procedure",
    "view",
    "materialized view",
    "schema",
    "policy",
    "trigger",
    "constraint",
    "type",
    "domain",
    "index",
    "sequence",
    "extension",
    "role",
    "publication",
    "foreign table",
];

pub(super) fn comment(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let kind = cursor.eat_any(&KINDS)?;
    let mut part = None;
    let object = match kind {
        "column" => {
            let mut parts = cursor.parts()?;
            part = parts.pop();
            let name = parts.pop()?;
            let schema = parts.pop();
            Routine { name: Name { schema, name }, args: None }
        }
        "policy" | "trigger" | "constraint" => {
            part = Some(cursor.part()?);
            (cursor.eat("on") && !cursor.eat("domain")).then_some(())?;
            Routine { name: cursor.name()?, args: None }
        }
        "function" | "procedure" => super::routines::signature(cursor)?,
        _ => Routine { name: cursor.name()?, args: None },
    };
    cursor.eat("is").then_some(())?;
    let text = if cursor.eat("null") { None } else { Some(kept(&cursor.string()?)) };
    let kind = kind.to_owned();
    Some(Statement::Comment(Box::new(Comment { kind, object, part, text })))
}

/// `select cron.schedule('name', 'schedule', 'command')`, and `select set_config('search_path', ...)`.
pub(super) fn select(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.eat("pg_catalog .");
    if !cursor.eat("set_config") {
        return schedule(cursor);
    }
    let [setting, value, local] = Cursor::split(cursor.group()?).try_into().ok()?;
    (Cursor::new(setting).string()? == "search_path").then_some(())?;
    let schemas = Cursor::new(value).string()?;
    let schemas = schemas.split(',').map(|it| it.trim().trim_matches('"').to_owned()).collect();
    Some(Statement::SearchPath { schemas, local: local.eq_ignore_ascii_case("true") })
}

fn schedule(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.eat("cron . schedule").then_some(())?;
    let mut texts = Vec::new();
    for argument in Cursor::split(cursor.group()?) {
        let mut argument = Cursor::new(argument);
        texts.push(argument.string().filter(|_| argument.is_done())?);
    }
    if cursor.eat("as") {
        cursor.part()?;
    }
    let body = kept(&texts.pop()?);
    let schedule = texts.pop()?;
    let name = texts.pop();
    texts.is_empty().then_some(Statement::Schedule { name, schedule, body })
}
