//! Reads expressions, queries and statements about rows from their text.

mod atoms;
mod blocks;
mod commands;
mod exprs;
mod queries;
mod tokens;
mod types;

#[cfg(test)]
mod tests;

pub use blocks::program;

use super::expr::{Command, Expr, Query};
use tokens::Reader;

/// The expression a text is.
pub fn expression(text: &str) -> Expr {
    let mut reader = Reader::new(text);
    let read = reader.expr(0).filter(|_| reader.is_done());
    read.unwrap_or_else(|| Expr::Other(text.trim().to_owned()))
}

/// The query a text is.
pub fn query(text: &str) -> Option<Query> {
    let mut reader = Reader::new(text);
    reader.query().filter(|_| reader.is_done())
}

/// The statement about rows a text is.
pub fn command(text: &str) -> Option<Command> {
    let mut reader = Reader::new(text);
    let read = reader.command();
    reader.eat(";");
    read.filter(|_| reader.is_done())
}
