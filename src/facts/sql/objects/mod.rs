//! Reads statements about functions, types, triggers, privileges and the like from their words. What is not plain is left
//! to the survey, which says what it could do.

mod alters;
mod blocks;
mod kinds;
mod notes;
mod privileges;
mod routines;

use super::cursor::Cursor;
use super::ir::Statement;

/// The most that is kept of a body, a comment or a row.
pub const MAX_KEPT: usize = 8_000;

/// Reads a statement whose syntax is right.
pub fn read(text: &str) -> Option<Statement> {
    let mut cursor = Cursor::new(text);
    let cursor = &mut cursor;
    let statement = if cursor.eat("create") {
        let or_replace = cursor.eat("or replace");
        match cursor.peek().to_ascii_lowercase().as_str() {
            "function" | "procedure" => routines::create(cursor, or_replace),
            "trigger" | "constraint" => routines::trigger(cursor, or_replace),
            _ => kinds::create(cursor),
        }
    } else if cursor.eat("drop") {
        alters::drop(cursor)
    } else if cursor.eat("alter default privileges") {
        privileges::default(cursor)
    } else if cursor.eat("alter") {
        alters::alter(cursor)
    } else if cursor.eat("grant") {
        privileges::grant(cursor, false)
    } else if cursor.eat("revoke") {
        privileges::grant(cursor, true)
    } else if cursor.eat("comment on") {
        notes::comment(cursor)
    } else if cursor.eat("select") {
        notes::select(cursor)
    } else if cursor.eat("truncate") {
        truncate(cursor)
    } else if cursor.eat("do") {
        blocks::block(cursor)
    } else {
        None
    };
    statement.filter(|_| cursor.is_done())
}

fn truncate(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.eat("table");
    cursor.eat("only");
    let mut tables = vec![cursor.name()?];
    while cursor.eat(",") {
        tables.push(cursor.name()?);
    }
    let _ = cursor.eat("restart identity") || cursor.eat("continue identity");
    let cascade = cursor.eat("cascade");
    let _ = cursor.eat("restrict");
    Some(Statement::Truncate { tables, cascade })
}

/// A text cut to what is kept of it.
pub fn kept(text: &str) -> String {
    let mut end = text.len().min(MAX_KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
