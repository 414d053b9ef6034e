//! Rows that are known one by one: what inserts add to them, and which keys they have.

use std::collections::HashSet;

use super::apply::Step;
use super::catalog::{Constraint, Table};
use super::eval::Eval;
use super::inserts::Variables;
use super::table::KnownRow;
use super::typing::{Stop, fails, open};
use super::values::Datum;
use crate::facts::sql::{Column, Expr, Insert, Query};

/// How many rows a query may look at.
const FUEL: usize = 50_000;
/// The most rows of a table that are known one by one.
pub(super) const MAX_KNOWN: usize = 2_000;

/// Whether a column is given a value with each row.
pub(super) fn made_along(column: &Column) -> bool {
    column.identity || column.ty.contains("serial") || column.generated.is_some()
}

/// Whether a column is given another value with each row.
pub(super) fn is_apart(table: &Table, column: &Column) -> bool {
    made_along(column) && column.generated.is_none() && !table.numbered
}

/// Values with what can be computed as literals.
pub(super) fn computed(
    step: &Step<'_>,
    rows: &[Vec<Expr>],
    variables: &Variables,
) -> Vec<Vec<Expr>> {
    let names = variables;
    let variables = |parts: &[String]| names.get(parts.first()?).map(|it| it.1.clone());
    let mut eval = Eval::new(step, &variables, FUEL);
    let plain = |it: &Expr| {
        let default = |parts: &Vec<String>| *parts == ["default"] || !names.contains_key(&parts[0]);
        matches!(it, Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null)
            || matches!(it, Expr::Column(parts) if default(parts))
    };
    let mut value = |it: &Expr| match it {
        it if plain(it) => it.clone(),
        it => match literal(eval.value(it)) {
            Expr::Other(_) => it.clone(),
            known => known,
        },
    };
    rows.iter().map(|row| row.iter().map(&mut value).collect()).collect()
}

/// A value as a literal; what is not known is none.
pub(super) fn literal(it: Datum) -> Expr {
    match it {
        Datum::Null => Expr::Null,
        Datum::Bool(it) => Expr::Bool(it),
        Datum::Int(it) => Expr::Number(it.to_string()),
        Datum::Number(it) => Expr::Number(it.to_string()),
        Datum::Text(it) => Expr::Text(it),
        _ => Expr::Other("a value that is computed".to_owned()),
    }
}

/// A value that is another each time it is made: nobody writes such a text.
pub(super) fn fresh(step: &Step<'_>, row: usize, column: &str) -> Expr {
    Expr::Text(format!("\u{1}{}:{}:{row}:{column}", step.place.0, step.place.1))
}

/// Begins what stands for a number of a sequence: unlike what is drawn, it may be written as well.
const NUMBER: &str = "\u{1}#";

/// Whether one of the columns holds a number that a sequence gave.
pub(super) fn has_number(row: &KnownRow, columns: &[String]) -> bool {
    let number = |it: &Expr| matches!(it, Expr::Text(text) if text.starts_with(NUMBER));
    columns.iter().any(|it| row.get(it).is_some_and(number))
}

/// The rows a query gives, as literals; what is not known of them is no literal.
pub(super) fn selected(
    step: &Step<'_>,
    query: &Query,
    variables: &Variables,
) -> Option<Vec<Vec<Expr>>> {
    let names = variables;
    let variables = |parts: &[String]| names.get(parts.first()?).map(|it| it.1.clone());
    let mut eval = Eval::new(step, &variables, FUEL);
    let answer = eval.select(query)?;
    let rows = answer
        .rows
        .into_iter()
        .map(|(sure, row)| sure.then(|| row.into_iter().map(literal).collect()));
    rows.collect()
}

/// The rows of a table after an insert that certainly succeeds; none where they are not all known.
pub(super) fn known_after(
    step: &Step<'_>,
    table: &Table,
    said: &Insert,
    known: &[KnownRow],
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> Option<Vec<KnownRow>> {
    let mut after = known.to_vec();
    let named = |it: &Expr| if let Expr::Column(parts) = it { parts.last().cloned() } else { None };
    let conflict = said.conflict.as_ref();
    let columns: Vec<Vec<String>> = match conflict.map(|it| it.columns.as_slice()) {
        None => Vec::new(),
        Some([]) => {
            let keys = table.constraints.iter().filter(|it| {
                matches!(it.value.kind.as_str(), "primary key" | "unique" | "unique index")
            });
            keys.map(|it| it.value.columns.clone()).collect()
        }
        Some(some) => vec![some.iter().filter_map(named).collect()],
    };
    let mut conflicts: Vec<(Vec<String>, Keys)> =
        columns.into_iter().map(|it| (it.clone(), Keys::of(known, &it))).collect();
    for (at, row) in rows.iter().enumerate() {
        let mut values = KnownRow::new();
        for held in &table.columns {
            let column = &held.value.0;
            let given =
                targets.iter().position(|it| it.name == column.name).and_then(|at| row.get(at));
            let value = given_or_usual(step, table, column, given, at);
            values.insert(column.name.clone(), value);
        }
        if !conflicts.is_empty() {
            let mut there = Some(false);
            for (columns, keys) in &conflicts {
                match keys.has(&values, columns) {
                    Some(true) => there = Some(true),
                    Some(false) => {}
                    None => there = there.filter(|it| *it),
                }
            }
            match there {
                Some(true) if said.conflict.as_ref().is_some_and(|it| it.sets.is_none()) => {
                    continue;
                }
                Some(false) => {}
                _ => return None,
            }
        }
        conflicts.iter_mut().for_each(|(columns, keys)| keys.add(&values, columns));
        after.push(values);
    }
    (after.len() <= MAX_KNOWN).then_some(after)
}

/// The key of a row as one text; `Some(None)`: a part of it is null; none: it is not known.
pub(super) fn key_text(row: &KnownRow, columns: &[String]) -> Option<Option<String>> {
    let mut text = String::new();
    for column in columns {
        match row.get(column)? {
            Expr::Null => return Some(None),
            Expr::Text(it) | Expr::Number(it) => text.push_str(it),
            Expr::Bool(it) => text.push_str(if *it { "true" } else { "false" }),
            _ => return None,
        }
        text.push('\u{2}');
    }
    Some(Some(text))
}

/// The keys of rows: what is known of them, and whether all are.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) known: HashSet<String>,
    pub(super) unsure: bool,
}

impl Keys {
    pub(super) fn of(rows: &[KnownRow], columns: &[String]) -> Self {
        let mut keys = Keys::default();
        rows.iter().for_each(|it| keys.add(it, columns));
        keys
    }

    pub(super) fn add(&mut self, row: &KnownRow, columns: &[String]) {
        match key_text(row, columns) {
            Some(Some(text)) => drop(self.known.insert(text)),
            Some(None) => {}
            None => self.unsure = true,
        }
    }

    /// Whether a row has the key of one of them; none: not known.
    pub(super) fn has(&self, row: &KnownRow, columns: &[String]) -> Option<bool> {
        match key_text(row, columns)? {
            None => Some(false),
            Some(text) if self.known.contains(&text) => Some(true),
            Some(_) => (!self.unsure).then_some(false),
        }
    }
}

/// What a column of a new row is: what is given, its default, or what is made along.
pub(super) fn given_or_usual(
    step: &Step<'_>,
    table: &Table,
    column: &Column,
    given: Option<&Expr>,
    row: usize,
) -> Expr {
    let value = match given {
        Some(Expr::Column(_)) | None if is_apart(table, column) => {
            let (path, line) = &step.place;
            return Expr::Text(format!("{NUMBER}{path}:{line}:{row}:{}", column.name));
        }
        Some(Expr::Column(_)) | None if made_along(column) => {
            return Expr::Other("a value that is computed".to_owned());
        }
        Some(Expr::Column(_)) | None => column.default.clone().unwrap_or(Expr::Null),
        Some(value) => value.clone(),
    };
    match value {
        value if is_random(&value) => fresh(step, row, &column.name),
        Expr::Cast(inner, _) if matches!(*inner, Expr::Text(_) | Expr::Null) => *inner,
        value => value,
    }
}

/// Whether rows bring a number that a sequence would have given, and may give yet.
pub(super) fn gives_numbers(targets: &[Column], rows: Option<&[Vec<Expr>]>) -> bool {
    let default = |it: &Expr| matches!(it, Expr::Column(parts) if *parts == ["default"]);
    let mut made = targets.iter().enumerate().filter(|it| made_along(it.1));
    made.any(|(at, _)| {
        rows.is_none_or(|rows| rows.iter().any(|row| row.get(at).is_some_and(|it| !default(it))))
    })
}

/// Whether a value is another each time it is made.
pub(super) fn is_random(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(name, _) if name.name.contains("uuid"))
}

/// Keys, where every row is known.
pub(super) fn unique_among(
    step: &Step<'_>,
    table: &Table,
    said: &Insert,
    keys: &[&Constraint],
    known: &[KnownRow],
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> Result<(), Stop> {
    let all: Vec<KnownRow> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| {
            let value = |column: &Column| {
                let given =
                    targets.iter().position(|it| it.name == column.name).and_then(|at| row.get(at));
                given_or_usual(step, table, column, given, number)
            };
            table.columns.iter().map(|it| (it.value.0.name.clone(), value(&it.value.0))).collect()
        })
        .collect();
    let conflict = said.conflict.as_ref();
    let own = |key: &Constraint| {
        conflict.is_some_and(|it| {
            let named = |it: &Expr| matches!(it, Expr::Column(parts) if parts.last().is_some_and(|it| key.columns.contains(it)));
            (it.columns.is_empty() && it.constraint.is_none())
                || (it.columns.len() == key.columns.len() && it.columns.iter().all(named))
        })
    };
    let mut sofar: Vec<Keys> = keys.iter().map(|it| Keys::of(known, &it.columns)).collect();
    let mut unsure = false;
    for row in all {
        let mut skipped = Some(false);
        for (key, sofar) in keys.iter().zip(&sofar).filter(|it| own(it.0)) {
            match sofar.has(&row, &key.columns) {
                Some(true) => skipped = Some(true),
                Some(false) => {}
                None => skipped = skipped.filter(|it| *it),
            }
        }
        if skipped == Some(true) {
            // A row that is there is left, or changed: of the latter the values are not followed.
            unsure |= conflict.is_some_and(|it| it.sets.is_some());
            continue;
        }
        unsure |= skipped.is_none() && keys.len() > 1;
        for (key, sofar) in keys.iter().zip(&sofar).filter(|it| !own(it.0)) {
            match sofar.has(&row, &key.columns) {
                Some(true) if skipped == Some(false) => {
                    return fails("duplicate key value violates unique constraint");
                }
                Some(false) => {}
                _ => unsure = true,
            }
        }
        keys.iter().zip(&mut sofar).for_each(|(key, it)| it.add(&row, &key.columns));
    }
    let changes = conflict.is_some_and(|it| it.sets.is_some());
    if unsure && !(changes && keys.iter().all(|it| own(it))) {
        open("whether rows are unique")
    } else {
        Ok(())
    }
}
