//! `do`.

use crate::facts::sql::cursor::Cursor;
use crate::facts::sql::ir::Statement;
use crate::facts::sql::parse;
use crate::facts::sql::survey::survey;

/// The longest block that is read.
const MAX_BLOCK: usize = 200_000;

/// `do $$ ... $$`, if everything in it is read.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.eat("language plpgsql");
    let body = cursor.string()?;
    cursor.eat("language plpgsql");
    let program = (body.len() <= MAX_BLOCK).then(|| parse::program(&body)).flatten()?;
    let survey = survey(&format!("do $parity_body${body}$parity_body$"));
    Some(Statement::Do { program: Box::new(program), survey })
}
