//! Runs queries over the catalog: as far as its rows are certain, so is the answer.

use super::aggregates::has_aggregate;
use super::eval::Eval;
use super::folds::distinct;
use super::tuples::Tuple;
use super::values::{Datum, compared, joined};
use crate::facts::sql::{Command, Expr, Query};

/// What a query gives: rows, and of each whether it certainly is there.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The names of the columns.
    pub names: Vec<String>,
    /// The rows.
    pub rows: Vec<(bool, Vec<Datum>)>,
}
impl Answer {
    /// Whether there are any.
    pub fn exists(&self) -> Datum {
        match (self.rows.iter().any(|it| it.0), self.rows.is_empty()) {
            (true, _) => Datum::Bool(true),
            (_, true) => Datum::Bool(false),
            _ => Datum::Unknown,
        }
    }

    /// The value of a query of one row and one column; null if there is none.
    pub fn single(&self) -> Datum {
        match self.rows.as_slice() {
            [] => Datum::Null,
            [(true, row)] if row.len() == 1 => row[0].clone(),
            _ => Datum::Unknown,
        }
    }

    /// The values of the one column, if all rows are certain.
    pub fn column(&self) -> Option<Vec<Datum>> {
        self.rows.iter().map(|(sure, row)| row.first().filter(|_| *sure).cloned()).collect()
    }

    /// Whether a row is among them.
    pub fn contains(&self, items: &[Datum]) -> Datum {
        let mut any = Datum::Bool(false);
        for (sure, row) in &self.rows {
            let mut same = Datum::Bool(true);
            for (a, b) in items.iter().zip(row) {
                same = joined(true, &same, &compared("=", a, b));
            }
            if !sure && same != Datum::Bool(false) {
                same = Datum::Unknown;
            }
            any = joined(false, &any, &same);
        }
        any
    }
}
impl Eval<'_, '_> {
    /// What a query gives; none: not known.
    pub fn select(&mut self, query: &Query) -> Option<Answer> {
        let before = self.named.len();
        for cte in &query.with {
            let Command::Query(inner) = &*cte.body else { return None };
            if cte.recursive && !inner.sets.is_empty() {
                return None;
            }
            let mut answer = self.select(inner)?;
            for (name, new) in answer.names.iter_mut().zip(&cte.columns) {
                name.clone_from(new);
            }
            self.named.push((cte.name.clone(), answer));
        }
        let answer = self.with_sets(query);
        self.named.truncate(before);
        answer
    }

    pub(super) fn with_sets(&mut self, query: &Query) -> Option<Answer> {
        let mut answer = self.simple(query)?;
        for (operator, other) in &query.sets {
            if operator != "union all" && operator != "union" {
                return None;
            }
            answer.rows.extend(self.simple(other)?.rows);
            if operator == "union" {
                distinct(&mut answer)?;
            }
        }
        Some(answer)
    }

    pub(super) fn simple(&mut self, query: &Query) -> Option<Answer> {
        if query.unread.is_some() {
            return None;
        }
        if !query.values.is_empty() {
            let rows = query
                .values
                .iter()
                .map(|row| (true, row.iter().map(|it| self.value(it)).collect()));
            let rows: Vec<(bool, Vec<Datum>)> = rows.collect();
            let width = rows.first().map_or(0, |it| it.1.len());
            return Some(Answer {
                names: (1..=width).map(|at| format!("column{at}")).collect(),
                rows,
            });
        }
        let mut tuples = self.from(&query.from, &query.conditions)?;
        for condition in &query.conditions {
            tuples = self.filtered(tuples, condition)?;
        }
        let aggregates = query.items.iter().chain(&query.having).any(has_aggregate);
        let mut answer = match (aggregates, query.groups.is_empty()) {
            (true, true) => self.aggregated(query, &tuples)?,
            (_, false) => return tuples.is_empty().then(Answer::default),
            (false, true) => self.projected(query, tuples)?,
        };
        // Of two rows the order would say which is kept.
        if !query.distinct_on.is_empty() && answer.rows.len() > 1 {
            return None;
        }
        if query.distinct {
            distinct(&mut answer)?;
        }
        for (word, count) in &query.limits {
            let Datum::Int(count) = self.value(count) else { return None };
            let count = usize::try_from(count).ok()?;
            if answer.rows.len() > count && answer.rows.iter().any(|it| !it.0) {
                return None;
            }
            match word.as_str() {
                "limit" => answer.rows.truncate(count),
                _ => drop(answer.rows.drain(..count.min(answer.rows.len()))),
            }
        }
        Some(answer)
    }

    pub(super) fn filtered(
        &mut self,
        tuples: Vec<(bool, Tuple)>,
        condition: &Expr,
    ) -> Option<Vec<(bool, Tuple)>> {
        let mut kept = Vec::new();
        for (sure, tuple) in tuples {
            self.fuel = self.fuel.checked_sub(1)?;
            self.rows.push(tuple);
            let holds = self.value(condition).holds();
            let tuple = self.rows.pop()?;
            match holds {
                Some(true) => kept.push((sure, tuple)),
                Some(false) => {}
                None => kept.push((false, tuple)),
            }
        }
        Some(kept)
    }

    pub(super) fn projected(
        &mut self,
        query: &Query,
        tuples: Vec<(bool, Tuple)>,
    ) -> Option<Answer> {
        let mut answer = Answer::default();
        let mut keyed = Vec::new();
        for (sure, tuple) in tuples {
            self.rows.push(tuple);
            let (mut names, mut row) = (Vec::new(), Vec::new());
            for (at, item) in query.items.iter().enumerate() {
                if let Expr::Column(parts) = item
                    && parts.last().is_some_and(|it| it == "*")
                {
                    let tuple = self.rows.last()?;
                    let wanted = parts.len().checked_sub(2).map(|at| &parts[at]);
                    for (_, columns) in
                        tuple.iter().filter(|it| wanted.is_none_or(|alias| **alias == *it.0))
                    {
                        names.extend_from_slice(&columns.names);
                        row.extend_from_slice(&columns.values);
                    }
                    continue;
                }
                let given = query.names.get(at).cloned().flatten();
                names.push(given.unwrap_or_else(|| super::queries::usual_name(item)));
                row.push(self.value(item));
            }
            let mut keys = Vec::new();
            for (sort, down) in &query.sorts {
                let given = match sort {
                    Expr::Column(parts) => names.iter().position(|it| parts.last() == Some(it)),
                    Expr::Number(text) => {
                        text.parse::<usize>().ok().and_then(|it| it.checked_sub(1))
                    }
                    _ => None,
                };
                let key =
                    given.and_then(|at| row.get(at).cloned()).unwrap_or_else(|| self.value(sort));
                keys.push((key.printed().unwrap_or_default(), *down));
            }
            let spread = match query.items.iter().position(gives_rows) {
                Some(at) if row.len() == query.items.len() => {
                    Some((at, self.set_of(&query.items[at])?))
                }
                Some(_) => return None,
                None => None,
            };
            self.rows.pop();
            answer.names = names;
            match spread {
                None => keyed.push((keys, (sure, row))),
                Some((at, values)) => keyed.extend(values.into_iter().map(|value| {
                    let mut row = row.clone();
                    row[at] = value;
                    (keys.clone(), (sure, row))
                })),
            }
        }
        // Texts are sorted byte by byte; the order of the server may be another, and changes nothing that is told.
        keyed.sort_by(|a, b| {
            let pairs = a.0.iter().zip(&b.0);
            let mut orders = pairs.map(|(a, b)| if a.1 { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
            orders.find(|it| it.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        answer.rows = keyed.into_iter().map(|it| it.1).collect();
        if answer.rows.is_empty() {
            answer.names = names(query);
        }
        Some(answer)
    }
}

/// Whether an item of a query gives several rows.
fn gives_rows(item: &Expr) -> bool {
    let sets = ["unnest", "generate_series", "regexp_split_to_table", "string_to_table"];
    matches!(item, Expr::Call(name, _) if sets.contains(&name.name.as_str()))
}

/// What the columns of a query are called.
pub(super) fn names(query: &Query) -> Vec<String> {
    let said = |at: usize| query.names.get(at).cloned().flatten();
    let names = query.items.iter().enumerate();
    names.map(|(at, item)| said(at).unwrap_or_else(|| super::queries::usual_name(item))).collect()
}
