//! What conditions seek by name in the only source of a query, so that other rows need not be looked at.

use super::select::alias;
use super::values::{Datum, compared};
use crate::facts::sql::{Expr, Source};

/// Columns, by place, and the texts they must equal.
pub struct Sought(Vec<(usize, Datum)>);

impl Sought {
    /// Nothing in particular.
    pub fn nothing() -> Self {
        Sought(Vec::new())
    }

    /// What conditions, all of which must hold, seek in a source with these columns.
    pub fn of(conditions: &[Expr], source: &Source, names: &[String]) -> Self {
        let mut sought = Vec::new();
        let mut open: Vec<&Expr> = conditions.iter().collect();
        while let Some(condition) = open.pop() {
            let Expr::Binary(operator, left, right) = condition else { continue };
            match (operator.as_str(), left.as_ref(), right.as_ref()) {
                ("and", left, right) => open.extend([left, right]),
                ("=", Expr::Column(parts), Expr::Text(text)) => {
                    let name = match parts.as_slice() {
                        [name] => Some(name),
                        [own, name] if *own == alias(source) => Some(name),
                        _ => None,
                    };
                    let at = name.and_then(|name| names.iter().position(|it| it == name));
                    sought.extend(at.map(|at| (at, Datum::text(text.as_str()))));
                }
                _ => {}
            }
        }
        Sought(sought)
    }

    /// Whether a row surely is none of those.
    pub fn excludes(&self, row: &[Datum]) -> bool {
        self.0.iter().any(|(at, text)| compared("=", &row[*at], text) == Datum::Bool(false))
    }
}
