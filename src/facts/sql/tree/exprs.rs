//! Expressions in squawk's tree, by their text.

use squawk_syntax::ast::{self, AstNode as _};

use crate::facts::sql::expr::Expr;
use crate::facts::sql::parse;

pub(super) fn expr(it: &ast::Expr) -> Expr {
    parse::expression(&it.syntax().text().to_string())
}
