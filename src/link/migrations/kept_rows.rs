//! Literal rows as they are told.

use super::apply::Step;
use super::catalog::Key;
use super::objects::{Extra, ExtraKind};
use crate::base::Value;
use crate::facts::sql::Expr;

/// The most that is kept of one row, and of all rows of a table.
const MAX_TEXT: usize = 1_000;
const MAX_ROWS: usize = 500;

pub(super) fn keep(step: &mut Step<'_>, key: &Key, rows: &[Vec<Expr>], columns: Option<&[String]>) {
    let first = step.place.1;
    let there = step.catalog.extras[ExtraKind::Row as usize].len();
    for (at, row) in rows.iter().enumerate().take(MAX_ROWS.saturating_sub(there / 20)) {
        let cells: Vec<String> = row.iter().map(text).collect();
        let named = cells.iter().enumerate().map(|(at, cell)| {
            match columns.and_then(|columns| columns.get(at)) {
                Some(column) => format!("{column}={cell}"),
                None => cell.clone(),
            }
        });
        let mut whole = named.collect::<Vec<_>>().join(", ");
        whole.truncate(whole.floor_char_boundary(MAX_TEXT));
        let number = format!("{}:{first:08}:{at:05}", step.place.0);
        let cells = vec![Value::from(cells.first().cloned()), Value::from(whole)];
        let extra = Extra { cells, place: Some(step.place.clone()) };
        step.catalog.put_extra(ExtraKind::Row, &[&key.0, &key.1, &number], extra, None);
    }
}

pub(super) fn text(value: &Expr) -> String {
    match value {
        Expr::Text(text) | Expr::Number(text) | Expr::Other(text) => text.clone(),
        Expr::Bool(value) => value.to_string(),
        Expr::Null => "null".to_owned(),
        Expr::Cast(inner, _) => text(inner),
        Expr::Call(name, _) => format!("{name}()"),
        Expr::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        _ => "...".to_owned(),
    }
}
