//! What is dropped and altered, tables apart.

use super::routines::signature;
use crate::facts::sql::cursor::Cursor;
use crate::facts::sql::defined::{Alter, AlterAction, Drop, Routine};
use crate::facts::sql::ir::{Name, Statement};
use crate::facts::sql::parse;

const KINDS: [&str; 15] = [
    "function",
    "procedure",
    "routine",
    "aggregate",
    "materialized view",
    "view",
    "type",
    "domain",
    "trigger",
    "index",
    "sequence",
    "extension",
    "publication",
    "policy",
    "role",
];

pub(super) fn drop(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let kind = cursor.eat_any(&KINDS).filter(|kind| *kind != "policy")?;
    let concurrently = cursor.eat("concurrently");
    let if_exists = cursor.eat("if exists");
    let mut objects = vec![object(cursor, kind)?];
    while cursor.eat(",") {
        objects.push(object(cursor, kind)?);
    }
    let table = if cursor.eat("on") { Some(cursor.name()?) } else { None };
    let cascade = cursor.eat("cascade");
    cursor.eat("restrict");
    let kind = if concurrently { "index concurrently" } else { kind }.to_owned();
    Some(Statement::Drop(Box::new(Drop { kind, objects, table, if_exists, cascade })))
}

fn object(cursor: &mut Cursor<'_>, kind: &str) -> Option<Routine> {
    match kind {
        "function" | "procedure" | "routine" | "aggregate" => signature(cursor),
        _ => Some(Routine { name: cursor.name()?, args: None }),
    }
}

pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let kind = cursor.eat_any(&KINDS)?;
    let if_exists = cursor.eat("if exists");
    let object = object(cursor, kind)?;
    let table = if cursor.eat("on") { Some(cursor.name()?) } else { None };
    let action = if kind == "policy" && !cursor.eat("rename") {
        policy(cursor)?
    } else if kind == "policy" {
        cursor.eat("to").then_some(())?;
        AlterAction::Rename(cursor.part()?)
    } else {
        action(cursor)?
    };
    let kind = kind.to_owned();
    Some(Statement::Alter(Box::new(Alter { kind, object, table, if_exists, action })))
}

fn policy(cursor: &mut Cursor<'_>) -> Option<AlterAction> {
    let (mut roles, mut using, mut check) = (None, None, None);
    let clause = |cursor: &mut Cursor<'_>| {
        let text = cursor.group()?.trim().to_owned();
        let expr = parse::expression(&text);
        Some((text, expr))
    };
    while !cursor.is_done() {
        if cursor.eat("to") {
            let mut names = vec![cursor.part()?];
            while cursor.eat(",") {
                names.push(cursor.part()?);
            }
            roles = Some(names);
        } else if cursor.eat("using") {
            using = Some(clause(cursor)?);
        } else {
            cursor.eat("with check").then_some(())?;
            check = Some(clause(cursor)?);
        }
    }
    Some(AlterAction::Policy { roles, using, check })
}

fn action(cursor: &mut Cursor<'_>) -> Option<AlterAction> {
    if cursor.eat("rename to") {
        return Some(AlterAction::Rename(cursor.part()?));
    }
    if cursor.eat("owner to") {
        return Some(AlterAction::Owner(cursor.part()?));
    }
    if cursor.eat("owned by") {
        let mut parts = cursor.parts()?;
        let column = parts.pop()?;
        let table = match parts.as_slice() {
            [] if column == "none" => None,
            [table] => Some(Name { schema: None, name: table.clone() }),
            [schema, table] => Some(Name { schema: Some(schema.clone()), name: table.clone() }),
            _ => return None,
        };
        return Some(AlterAction::OwnedBy(table, column));
    }
    if cursor.eat("set schema") {
        return Some(AlterAction::Schema(cursor.part()?));
    }
    if cursor.eat("set search_path") {
        (cursor.eat("=") || cursor.eat("to")).then_some(())?;
        return Some(AlterAction::SearchPath(cursor.until(&[]).to_owned()));
    }
    if let Some(word) = cursor.eat_any(&["security definer", "security invoker"]) {
        return Some(AlterAction::SecurityDefiner(word == "security definer"));
    }
    if cursor.eat("add value") {
        let if_not_exists = cursor.eat("if not exists");
        let label = cursor.string()?;
        cursor.until(&[]);
        return Some(AlterAction::AddValue { label, if_not_exists });
    }
    if let Some(verb) = cursor.eat_any(&["add table", "set table", "drop table"]) {
        cursor.eat("only");
        return Some(AlterAction::Tables { verb: verb.to_owned(), tables: cursor.names()? });
    }
    let words = cursor.until(&[]).to_ascii_lowercase();
    let squeezed: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    Some(match squeezed.as_str() {
        "set(security_invoker=true)" | "set(security_invoker=on)" | "set(security_invoker)" => {
            AlterAction::SecurityInvoker(true)
        }
        "set(security_invoker=false)" | "set(security_invoker=off)" => {
            AlterAction::SecurityInvoker(false)
        }
        _ => AlterAction::Other(super::kept(&words)),
    })
}
