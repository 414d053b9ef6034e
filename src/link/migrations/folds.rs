//! Aggregates of queries over the catalog.

use super::eval::Eval;
use super::select::Answer;
use super::tuples::Tuple;
use super::values::{Datum, compared, joined};
use crate::facts::sql::{Expr, Query};

impl Eval<'_, '_> {
    /// One row for all.
    pub(super) fn aggregated(&mut self, query: &Query, tuples: &[(bool, Tuple)]) -> Option<Answer> {
        let names = super::select::names(query);
        let row: Vec<Datum> = query.items.iter().map(|it| self.aggregate(it, tuples)).collect();
        Some(Answer { names, rows: vec![(query.having.is_empty(), row)] })
    }

    pub(super) fn aggregate(&mut self, item: &Expr, tuples: &[(bool, Tuple)]) -> Datum {
        let sure = tuples.iter().all(|it| it.0);
        match item {
            Expr::Sorted(inner, _) => self.aggregate(inner, tuples),
            Expr::Filter(inner, condition) => match self.filtered(tuples.to_vec(), condition) {
                Some(tuples) => self.aggregate(inner, &tuples),
                None => Datum::Unknown,
            },
            Expr::Cast(inner, ty)
                if matches!(ty.as_str(), "int" | "integer" | "bigint" | "text") =>
            {
                self.aggregate(inner, tuples)
            }
            Expr::Binary(operator, a, b) => {
                let (a, b) = (self.aggregate(a, tuples), self.aggregate(b, tuples));
                match operator.as_str() {
                    "+" | "-" | "*" => super::values::calculated(operator, &a, &b),
                    _ => compared(operator, &a, &b),
                }
            }
            Expr::Call(name, arguments) if name.name == "coalesce" => {
                let values = arguments.iter().map(|it| self.aggregate(it, tuples));
                let mut values = values.collect::<Vec<_>>().into_iter();
                values.find(|it| *it != Datum::Null).unwrap_or(Datum::Null)
            }
            Expr::Call(name, arguments) if super::aggregates::adds_up(name) => {
                let mut values = Vec::new();
                for (certain, tuple) in tuples {
                    self.rows.push(tuple.clone());
                    let value = arguments.first().map_or(Datum::Bool(true), |it| self.value(it));
                    self.rows.pop();
                    values.push((*certain, value));
                }
                folded(&name.name, arguments, values, sure, self)
            }
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => self.value(item),
            _ => Datum::Unknown,
        }
    }
}

/// What an aggregate makes of values.
pub(super) fn folded(
    name: &str,
    arguments: &[Expr],
    values: Vec<(bool, Datum)>,
    sure: bool,
    eval: &mut Eval<'_, '_>,
) -> Datum {
    let unknown = !sure || values.iter().any(|it| it.1.is_unknown() && !arguments.is_empty());
    let there: Vec<Datum> =
        values.into_iter().map(|it| it.1).filter(|it| *it != Datum::Null).collect();
    if unknown {
        return Datum::Unknown;
    }
    match name {
        "count" => Datum::Int(i64::try_from(there.len()).unwrap_or(i64::MAX)),
        "bool_and" | "every" if !there.is_empty() => {
            there.iter().fold(Datum::Bool(true), |a, b| joined(true, &a, b))
        }
        "bool_or" if !there.is_empty() => {
            there.iter().fold(Datum::Bool(false), |a, b| joined(false, &a, b))
        }
        "string_agg" if !there.is_empty() => match arguments.get(1).map(|it| eval.value(it)) {
            Some(Datum::Text(by)) => {
                let texts: Option<Vec<String>> = there.iter().map(Datum::printed).collect();
                texts.map_or(Datum::Unknown, |it| Datum::Text(it.join(&by)))
            }
            _ => Datum::Unknown,
        },
        "array_agg" if !there.is_empty() => Datum::Array(there),
        "max" | "min" | "sum" if there.len() == 1 => {
            there.into_iter().next().unwrap_or(Datum::Null)
        }
        _ if there.is_empty() => Datum::Null,
        _ => Datum::Unknown,
    }
}

pub(super) fn distinct(answer: &mut Answer) -> Option<()> {
    let mut seen: Vec<Vec<Datum>> = Vec::new();
    if answer.rows.iter().any(|it| it.1.iter().any(Datum::is_unknown)) {
        return None;
    }
    answer.rows.sort_by_key(|it| !it.0);
    answer.rows.retain(|(_, row)| {
        let new = !seen.contains(row);
        if new {
            seen.push(row.clone());
        }
        new
    });
    Some(())
}
