//! Blocks of PL/pgSQL that do nothing but ask the catalog and run plain statements.

use crate::facts::sql::cursor::Cursor;
use crate::facts::sql::ir::{Block, Expr, Statement};
use crate::facts::sql::tree;

/// The most conditions inside conditions, and statements one after another.
const MAX_DEPTH: usize = 8;
const MAX_STEPS: usize = 200;

/// Conditions of the server that a handler may name here.
const CONDITIONS: [&str; 5] =
    ["others", "duplicate_object", "duplicate_table", "duplicate_column", "undefined_table"];

/// `do $$ begin ... end $$`, if every statement in it is read.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.eat("language plpgsql");
    let body = cursor.string()?;
    cursor.eat("language plpgsql");
    let mut inner = Cursor::new(&body);
    inner.eat("begin").then_some(())?;
    let steps = steps(&mut inner, 0)?;
    let forgives = handler(&mut inner)?;
    inner.eat("end").then_some(())?;
    inner.eat(";");
    let block = Block { condition: None, steps, forgives };
    inner.is_done().then(|| Statement::Block(Box::new(block)))
}

fn steps(cursor: &mut Cursor<'_>, depth: usize) -> Option<Vec<Statement>> {
    let mut steps = Vec::new();
    let ends = |cursor: &Cursor<'_>| {
        let word = cursor.peek();
        word.eq_ignore_ascii_case("end") || word.eq_ignore_ascii_case("exception")
    };
    while !ends(cursor) {
        if cursor.is_done() || steps.len() > MAX_STEPS {
            return None;
        }
        if !is_silent(cursor)? {
            steps.push(step(cursor, depth)?);
        }
    }
    Some(steps)
}

/// Takes `null;` and a notice, which do nothing.
fn is_silent(cursor: &mut Cursor<'_>) -> Option<bool> {
    if cursor.eat("raise notice") {
        let plain = cursor.string().is_some_and(|text| !text.contains('%'));
        return (plain && cursor.eat(";")).then_some(true);
    }
    Some(cursor.eat("null ;"))
}

fn step(cursor: &mut Cursor<'_>, depth: usize) -> Option<Statement> {
    if cursor.eat("if") {
        let condition = tree::expression(cursor.until(&["then"]));
        let read = depth < MAX_DEPTH && !matches!(condition, Expr::Other(_)) && cursor.eat("then");
        read.then_some(())?;
        let steps = steps(cursor, depth + 1)?;
        cursor.eat("end if ;").then_some(())?;
        let condition = Some(condition);
        return Some(Statement::Block(Box::new(Block { condition, steps, forgives: Vec::new() })));
    }
    if cursor.eat("execute") {
        let text = cursor.string()?;
        return statement(text.trim().trim_end_matches(';')).filter(|_| cursor.eat(";"));
    }
    let text = cursor.until(&[";"]);
    statement(text).filter(|_| cursor.eat(";"))
}

fn statement(text: &str) -> Option<Statement> {
    let mut whole = Cursor::new(text);
    whole.until(&[";"]);
    let parsed = tree::parse(text);
    let single = whole.is_done() && parsed.error.is_none();
    let read = parsed.statement.filter(|_| single).or_else(|| super::read(text));
    read.filter(|it| single && is_plain(it))
}

/// Whether a statement does nothing but change the catalog.
fn is_plain(statement: &Statement) -> bool {
    match statement {
        Statement::CreateTable(table) => !table.temporary,
        Statement::Alter(alter) => alter.kind == "publication",
        Statement::Drop(drop) => !drop.cascade && drop.kind == "trigger",
        Statement::CreateSchema { .. }
        | Statement::AlterTable { .. }
        | Statement::CreatePolicy(_)
        | Statement::DropPolicy { .. }
        | Statement::CreateIndex(_)
        | Statement::CreateType(_)
        | Statement::CreateTrigger(_)
        | Statement::CreateRole { .. }
        | Statement::Comment(_) => true,
        _ => false,
    }
}

/// The conditions after which a block goes on as if nothing had happened.
fn handler(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    let mut forgives = Vec::new();
    if !cursor.eat("exception") {
        return Some(forgives);
    }
    while cursor.eat("when") {
        forgives.push(cursor.part()?);
        while cursor.eat("or") {
            forgives.push(cursor.part()?);
        }
        cursor.eat("then").then_some(())?;
        while is_silent(cursor)? {}
    }
    let known = forgives.iter().all(|it| CONDITIONS.contains(&it.as_str()));
    (known && !forgives.is_empty()).then_some(forgives)
}
