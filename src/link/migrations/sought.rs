//! What conditions seek by name in a source of a query, so that other rows need not be looked at.

use super::eval::Eval;
use super::tuples::alias;
use super::values::{Datum, compared};
use crate::facts::sql::{Expr, From, Source};

/// Columns and the texts they must equal.
#[derive(Debug, Default)]
pub struct Sought(Vec<(String, Datum)>);

/// The same by the places of the columns.
pub struct Places<'s>(Vec<(usize, &'s Datum)>);

impl Sought {
    /// What conditions, all of which must hold, seek in a source; alone: it is the only one.
    pub fn of<'e>(
        eval: &Eval<'_, '_>,
        conditions: impl Iterator<Item = &'e Expr>,
        source: &Source,
        alone: bool,
    ) -> Self {
        let mut sought = Vec::new();
        if !source.columns.is_empty() {
            return Sought(sought);
        }
        let own = alias(source);
        let mut open: Vec<&Expr> = conditions.collect();
        while let Some(condition) = open.pop() {
            let Expr::Binary(operator, left, right) = condition else { continue };
            match (operator.as_str(), left.as_ref()) {
                ("and", left) => open.extend([left, right]),
                ("=", Expr::Column(parts)) => {
                    let name = match parts.as_slice() {
                        [name] if alone => name,
                        [alias, name] if *alias == own => name,
                        _ => continue,
                    };
                    let text = given(eval, right, source, alone);
                    sought.extend(text.map(|it| (name.clone(), it)));
                }
                _ => {}
            }
        }
        Sought(sought)
    }

    /// Where the columns are among these.
    pub fn places(&self, names: &[String]) -> Places<'_> {
        let place = |name: &str| names.iter().position(|it| it == name);
        Places(self.0.iter().filter_map(|(name, text)| Some((place(name)?, text))).collect())
    }

    /// Whether rows whose columns hold these texts are surely none of those.
    pub fn excludes(&self, cells: &[(&str, &str)]) -> bool {
        self.0.iter().any(|(name, text)| {
            let Datum::Text(text) = text else { return false };
            cells.iter().any(|it| it.0 == name && it.1 != text)
        })
    }
}

impl Places<'_> {
    /// Whether a row surely is none of those.
    pub fn exclude(&self, row: &[Datum]) -> bool {
        self.0.iter().any(|(at, text)| compared("=", &row[*at], text) == Datum::Bool(false))
    }
}

/// The text a column is compared with, if it is the same for all rows: a literal, or a variable of the block.
fn given(eval: &Eval<'_, '_>, expr: &Expr, source: &Source, alone: bool) -> Option<Datum> {
    let value = match (expr, &source.what) {
        (Expr::Text(text), _) => Datum::text(text.as_str()),
        (Expr::Column(parts), From::Relation(relation)) if alone => {
            let [name] = parts.as_slice() else { return None };
            let columns = super::system::columns(relation)?;
            if columns.iter().any(|it| it.0 == *name) {
                return None;
            }
            eval.column(parts)
        }
        _ => return None,
    };
    matches!(value, Datum::Text(_)).then_some(value)
}
