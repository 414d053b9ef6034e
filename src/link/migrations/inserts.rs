//! Literal rows: whether they certainly go in.

use super::apply::Step;
use super::catalog::{Constraint, Found, Key, Table};
use super::effects;
use super::failure::Failure;
use super::objects::{Extra, ExtraKind};
use super::operators::assigns;
use super::typing::{Stop, Type, all, fails, open};
use crate::base::Value;
use crate::facts::sql::{Column, Expr, Insert};

/// The most that is kept of one row, and of all rows of a table.
const MAX_TEXT: usize = 1_000;
const MAX_ROWS: usize = 500;

/// `insert into ... values`.
pub fn insert(step: &mut Step<'_>, said: &Insert) -> Result<(), Stop> {
    let needed = step.needs(&said.table, false);
    let key = match needed {
        Ok(key) => key.expect("a table that must be there is there"),
        Err(Stop::Fails(failure)) => return fails(failure),
        Err(stop) => {
            let keyed = step.key(&said.table);
            effects::may_write(step, keyed.ok().as_ref(), &said.survey);
            if let Ok(key) = step.key(&said.table) {
                keep(step, &key, said, None);
            }
            return Err(stop);
        }
    };
    let table = &step.catalog.tables[&key].value;
    let targets = targets(table, said, &key);
    let columns: Vec<String> = match &targets {
        Ok(columns) => columns.iter().map(|it| it.name.clone()).collect(),
        Err(_) => said.columns.clone(),
    };
    let result = targets.and_then(|targets| check(step, table, said, &targets));
    step.settle(result, |step| {
        effects::may_write(step, Some(&key), &said.survey);
        keep(step, &key, said, Some(&columns));
    })
}

/// The columns the values go to.
fn targets(table: &Table, said: &Insert, key: &Key) -> Result<Vec<Column>, Stop> {
    if said.columns.is_empty() {
        let doubt =
            table.columns_open.is_some() || table.columns.iter().any(|it| it.doubt.is_some());
        return match doubt {
            true => open("the columns of the table"),
            false => Ok(table.columns.iter().map(|held| held.value.0.clone()).collect()),
        };
    }
    let found = said.columns.iter().map(|column| match table.column(column) {
        Found::Yes(column) => Ok(column.clone()),
        Found::No => {
            let error = format!("column \"{column}\" of relation \"{}\" does not exist", key.1);
            fails(Failure::new(error).lacking("column", column).of_table(key, &table.place))
        }
        Found::Maybe(reason) => open(reason),
    });
    all(found.collect::<Vec<_>>())
}

fn check(step: &Step<'_>, table: &Table, said: &Insert, targets: &[Column]) -> Result<(), Stop> {
    let mut checks = Vec::new();
    for row in &said.rows {
        if row.len() > targets.len() {
            checks.push(fails("INSERT has more expressions than target columns"));
            continue;
        }
        let short = row.len() < targets.len() && !said.columns.is_empty();
        if short {
            checks.push(fails("INSERT has more target columns than expressions"));
        }
        checks.extend(row.iter().zip(targets).map(|(value, to)| goes_in(step, value, to)));
        checks.push(constraints(table, row, targets));
    }
    checks.push(unique(step, table, said, targets));
    let inserts = |it: &super::catalog::Held<super::objects::Trigger>| {
        it.value.says.events.iter().any(|event| event == "insert")
    };
    let triggered = table.triggers.values().any(inserts) || table.triggers_open.is_some();
    let quiet = !triggered && table.kind == "table";
    if table.columns.iter().any(|held| held.value.0.generated.is_some()) {
        checks.push(open("a generated column"));
    }
    if !quiet || table.provided || table.constraints_open.is_some() {
        checks.push(open("triggers and constraints of the table"));
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of an insert")));
    }
    if said.count > said.rows.len() {
        checks.push(open("more rows than are read"));
    }
    let given = |name: &String| targets.iter().any(|it| it.name == *name);
    let lacking = table.columns.iter().any(|held| {
        let column = &held.value.0;
        column.not_null && column.default.is_none() && !made_along(column) && !given(&column.name)
    });
    if lacking || table.columns_open.is_some() {
        checks.push(open("a column that must be given"));
    }
    all(checks).map(|_| ())
}

fn made_along(column: &Column) -> bool {
    column.identity || column.ty.contains("serial")
}

/// Whether a value certainly goes into a column.
fn goes_in(step: &Step<'_>, value: &Expr, to: &Column) -> Result<(), Stop> {
    if to.unread.is_some() || to.identity {
        return open("a generated column");
    }
    if *value == Expr::Null {
        return if to.not_null { open("a null where none may be") } else { Ok(()) };
    }
    if matches!(value, Expr::Column(_)) {
        return open("`default`");
    }
    let from = step.with_scope(Vec::new(), |scope| scope.type_of(value))?;
    let ty = step.type_named(&to.ty)?;
    match &from {
        Type::Literal(text) if ty.starts_with("character") => {
            let limit = ty.split(['(', ')']).nth(1).and_then(|it| it.parse::<usize>().ok());
            let fits = limit.is_none_or(|limit| text.chars().count() <= limit);
            if fits { Ok(()) } else { open("a text that is too long") }
        }
        Type::Literal(text) => match step.is_label(&ty, text) {
            Some(true) => Ok(()),
            Some(false) => fails(format!("invalid input value for enum {}: \"{text}\"", to.ty)),
            None if ty.starts_with("timestamp") || ty == "date" => open("a point in time"),
            None => assigns(&ty, &from),
        },
        Type::Known(name) if name.starts_with("int") || name == "numeric" => {
            let Expr::Number(text) = value else { return open("a number") };
            let wide = matches!(ty.as_str(), "text" | "numeric" | "double precision");
            let small = text.len() < 10 && matches!(ty.as_str(), "integer" | "bigint");
            if wide || small || fits_numeric(&ty, text) { Ok(()) } else { open("a number") }
        }
        _ if ty.contains('(') => open("a type with a limit"),
        _ => assigns(&ty, &from),
    }
}

/// Whether a number has no more digits before its point than `numeric(p,s)` takes.
fn fits_numeric(ty: &str, text: &str) -> bool {
    let Some((precision, scale)) = ty
        .strip_prefix("numeric(")
        .and_then(|it| it.strip_suffix(')'))
        .and_then(|it| it.split_once(','))
    else {
        return false;
    };
    let (Ok(precision), Ok(scale)) = (precision.parse::<usize>(), scale.parse::<usize>()) else {
        return false;
    };
    let whole = text.split('.').next().unwrap_or("").trim_start_matches('0').len();
    // One digit less than it takes, so that rounding up changes nothing.
    whole < precision.saturating_sub(scale) || (!text.contains('.') && whole + scale <= precision)
}

/// Checks and foreign keys.
fn constraints(table: &Table, row: &[Expr], targets: &[Column]) -> Result<(), Stop> {
    // A column that no row gives and that has no default is null.
    let value = |name: &str| {
        let given = targets.iter().position(|it| it.name == name);
        let column = table.columns.iter().map(|held| &held.value.0).find(|it| it.name == name);
        match given {
            Some(at) => row.get(at),
            None => column.filter(|it| it.default.is_none()).map(|_| &Expr::Null),
        }
    };
    let checks = table.constraints.iter().map(|held| match held.value.kind.as_str() {
        _ if held.doubt.is_some() => open("a constraint that is not certain"),
        "check" => match held.value.check.as_deref().map(|check| holds(check, &value)) {
            Some(Some(true)) => Ok(()),
            _ => open("a check"),
        },
        "foreign key" => {
            let free = |column: &String| match value(column) {
                Some(Expr::Null) => true,
                Some(_) => false,
                None => table
                    .columns
                    .iter()
                    .any(|held| held.value.0.name == *column && held.value.0.default.is_none()),
            };
            let any_null = held.value.columns.iter().any(free);
            if any_null { Ok(()) } else { open("rows of another table") }
        }
        "exclude" => open("an exclusion"),
        _ => Ok(()),
    });
    all(checks.collect::<Vec<_>>()).map(|_| ())
}

/// Whether a check certainly holds or not for literal values.
fn holds<'a>(check: &Expr, value: &impl Fn(&str) -> Option<&'a Expr>) -> Option<bool> {
    let of = |it: &Expr| match it {
        Expr::Column(parts) => value(parts.last()?).cloned(),
        other => Some(other.clone()),
    };
    match check {
        Expr::Among(operand, others) => {
            let text = match of(operand)? {
                Expr::Text(text) => text,
                // What is null breaks no check.
                Expr::Null => return Some(true),
                _ => return None,
            };
            let all_texts = others.iter().all(|it| matches!(it, Expr::Text(_)));
            all_texts.then(|| others.iter().any(|it| *it == Expr::Text(text.clone())))
        }
        Expr::Binary(operator, left, right) if operator == "and" => {
            Some(holds(left, value)? && holds(right, value)?)
        }
        Expr::Binary(operator, left, right) => {
            let number = |it: &Expr| match of(it)? {
                Expr::Number(text) => text.parse::<f64>().ok(),
                _ => None,
            };
            let (left, right) = (number(left)?, number(right)?);
            match operator.as_str() {
                ">" => Some(left > right),
                ">=" => Some(left >= right),
                "<" => Some(left < right),
                "<=" => Some(left <= right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Keys: rows of an empty table that differ, or conflicts that are tolerated.
fn unique(step: &Step<'_>, table: &Table, said: &Insert, targets: &[Column]) -> Result<(), Stop> {
    let keys = table.constraints.iter().filter(|held| {
        matches!(held.value.kind.as_str(), "primary key" | "unique" | "unique index")
    });
    let keys: Vec<&Constraint> = keys.map(|held| &held.value).collect();
    let partial = step.catalog.relations.values().any(|held| {
        matches!(&held.value.what, super::objects::What::Index(index)
            if index.unique && index.table.name == said.table.name)
    });
    if said.tolerant || (keys.is_empty() && !partial) {
        return Ok(());
    }
    let key = step.key(&said.table)?;
    if step.empty(&key).is_err() || partial {
        return open("whether rows are unique");
    }
    for key in keys {
        let at: Option<Vec<usize>> = key
            .columns
            .iter()
            .map(|column| targets.iter().position(|it| it.name == *column))
            .collect();
        // A key that no row gives is made by its default, each time another.
        let Some(at) = at else {
            let made = key.columns.iter().all(|column| {
                table.columns.iter().any(|held| {
                    let it = &held.value.0;
                    let random = matches!(&it.default, Some(Expr::Call(name, _)) if name.name.contains("uuid"));
                    it.name == *column && (made_along(it) || random)
                })
            });
            if made || said.rows.len() == 1 {
                continue;
            }
            return open("whether rows are unique");
        };
        let rows: Vec<Vec<&Expr>> =
            said.rows.iter().map(|row| at.iter().filter_map(|at| row.get(*at)).collect()).collect();
        let plain = rows.iter().flatten().all(|it| matches!(it, Expr::Text(_) | Expr::Number(_)));
        let mut sorted: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        sorted.sort();
        let distinct = sorted.windows(2).all(|pair| pair[0] != pair[1]);
        if rows.len() > 1 && !(plain && distinct) {
            return open("whether rows are unique");
        }
    }
    Ok(())
}

fn keep(step: &mut Step<'_>, key: &Key, said: &Insert, columns: Option<&[String]>) {
    let first = step.place.1;
    let there = step.catalog.extras[ExtraKind::Row as usize].len();
    for (at, row) in said.rows.iter().enumerate().take(MAX_ROWS.saturating_sub(there / 20)) {
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

fn text(value: &Expr) -> String {
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
