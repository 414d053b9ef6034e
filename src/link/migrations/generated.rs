//! Generated columns: what they are computed from must be of their type and immutable.

use super::apply::Step;
use super::catalog::{Found, Key, Table};
use super::constraints::blame;
use super::indexes::is_immutable;
use super::types;
use super::typing::{Stop, open};
use crate::facts::sql::{Column, Expr};

/// Whether a server certainly takes a column as generated; a plain one it does.
pub fn generates(step: &Step<'_>, table: &Table, key: &Key, column: &Column) -> Result<(), Stop> {
    let Some(formula) = &column.generated else { return Ok(()) };
    let frame = vec![(key.1.clone(), table)];
    let from = step.with_scope(vec![frame], |scope| scope.type_of(formula));
    let from = blame(from, key, table)?;
    let ty = step.type_named(&column.ty)?;
    step.with_scope(Vec::new(), |scope| scope.assigns(&ty, &from))?;
    match column.default.is_none() && is_immutable(formula) && reads_plain(formula, table) {
        true => Ok(()),
        false => open("`generated` of a column"),
    }
}

/// Whether all columns it reads are plain, and of types whose operators do not depend on settings.
fn reads_plain(formula: &Expr, table: &Table) -> bool {
    let all = |of: &[Expr]| of.iter().all(|it| reads_plain(it, table));
    match formula {
        Expr::Column(parts) => match parts.last().map(|name| table.column(name)) {
            Some(Found::Yes(column)) => {
                let ty = types::canonical(&column.ty).map(|ty| types::base(&ty));
                let known = ty.is_some_and(|ty| {
                    types::is_text(&ty) || types::number(&ty).is_some() || ty == "boolean"
                });
                known && column.generated.is_none()
            }
            _ => false,
        },
        Expr::Prefix(_, inner) | Expr::Is(inner, _) => reads_plain(inner, table),
        Expr::Binary(_, left, right) => reads_plain(left, table) && reads_plain(right, table),
        Expr::Call(_, arguments) => all(arguments),
        Expr::Among(inner, others) => reads_plain(inner, table) && all(others),
        _ => true,
    }
}
