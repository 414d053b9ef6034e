//! Rows: what is written, and whether it certainly goes in.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Constraint, Found, Held, Key, Table};
use super::drops::unpointed;
use super::effects;
use super::failure::Failure;
use super::indexes::is_indexed;
use super::kept_rows::keep;
use super::known::{computed, gives_numbers, known_after, made_along, selected};
use super::row_fits::{constraints, goes_in, quiet, unique};
use super::typing::{Stop, all, fails, open};
use super::values::Datum;
use crate::facts::sql::{Change, Column, Command, Expr, From, Insert, Query, Source, Survey};

/// Variables of a block: their types and values.
pub type Variables = BTreeMap<String, (String, Datum)>;

/// `select`, `insert`, `update`, `delete`.
pub fn run(step: &mut Step<'_>, said: &Command, survey: &Survey) -> Result<(), Stop> {
    run_among(step, said, survey, &Variables::new())
}

/// The relation that stands for variables of one value.
pub const VARIABLES: &str = "variables of a block";

/// Variables as relations: those of one value are columns of one, each of the others is one with any columns.
pub fn in_sight(variables: &Variables) -> Vec<(String, Table)> {
    let said = |(name, ty): (&str, &str)| (name.to_owned(), ty.to_owned());
    let always = [("found", "boolean"), ("sqlstate", "text"), ("sqlerrm", "text")];
    let mut scalars: Vec<(String, String)> = always.map(said).into();
    let mut tables = Vec::new();
    for (name, (ty, value)) in variables {
        if ty == "unknown" || matches!(value, Datum::Row(_)) {
            let mut table = super::queries::made(Vec::new());
            table.columns_open = Some(super::queries::unsure());
            tables.push((name.clone(), table));
        }
        scalars.push((name.clone(), ty.clone()));
    }
    tables.push((VARIABLES.to_owned(), super::queries::made(scalars)));
    tables
}

/// Whether a write certainly finds no rows to change.
pub fn changes_nothing(step: &Step<'_>, said: &Command) -> bool {
    match said {
        Command::Change(said) => step
            .key(&said.table)
            .is_ok_and(|key| step.empty(&key).is_ok() && step.catalog.tables.contains_key(&key)),
        Command::Insert(said) => {
            said.with.is_empty() && said.source.as_ref().is_some_and(|it| is_empty(step, it))
        }
        Command::Query(_) => false,
    }
}

/// The same, where names may be variables.
pub fn run_among(
    step: &mut Step<'_>,
    said: &Command,
    survey: &Survey,
    variables: &Variables,
) -> Result<(), Stop> {
    // A name that nothing in sight has may be a variable.
    let tables = if variables.is_empty() { Vec::new() } else { in_sight(variables) };
    let frames = vec![tables.iter().map(|(name, table)| (name.clone(), table)).collect()];
    let typed = step.with_scope(frames, |scope| scope.written(said)).map(|_| ());
    if let Err(Stop::Fails(failure)) = typed {
        return fails(failure);
    }
    let result = match said {
        // What a query computes is not kept, and that it fails is left out of account.
        Command::Query(_) => Ok(()),
        Command::Insert(insert) => self::insert(step, insert, survey, variables),
        Command::Change(change) => self::change(step, change, survey),
    };
    let called = effects::call(step, survey);
    all([typed, result, called]).map(|_| ())
}

fn insert(
    step: &mut Step<'_>,
    said: &Insert,
    survey: &Survey,
    variables: &Variables,
) -> Result<(), Stop> {
    let key = step.key(&said.table)?;
    let Some(held) = step.catalog.tables.get(&key) else {
        effects::may_write(step, Some(&key), survey);
        return open("rows of a relation that is not read");
    };
    let mut table = held.value.clone();
    if said.with.is_empty() && said.source.as_ref().is_some_and(|it| is_empty(step, it)) {
        return Ok(());
    }
    let values = said.source.as_ref().filter(|it| !it.values.is_empty() && it.sets.is_empty());
    let rows = match (values, &said.source) {
        (Some(query), _) => Some(computed(step, &query.values, variables)),
        (None, Some(query)) if said.with.is_empty() => selected(step, query, variables),
        _ => None,
    };
    if rows.as_ref().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    let targets = targets(&table, &said.columns, &key.1);
    table.numbered |= targets.as_ref().is_ok_and(|it| gives_numbers(it, rows.as_deref()));
    let numbered = table.numbered;
    let result = match (&rows, &targets) {
        (Some(rows), Ok(targets)) => check(step, &key, &table, said, rows, targets),
        (_, Err(stop)) => Err(stop.clone()),
        (None, _) if said.source.is_some() => open("rows of a query"),
        (None, _) => open("`default values`"),
    };
    let sure = result.is_ok();
    step.settle(result, |step| {
        effects::may_write(step, Some(&key), survey);
        if let Some(held) = step.catalog.tables.get_mut(&key).filter(|_| numbered) {
            held.value.numbered = true;
        }
        let Some(rows) = rows else { return };
        let names: Option<Vec<String>> =
            targets.as_ref().ok().map(|it| it.iter().map(|it| it.name.clone()).collect());
        if values.is_some() {
            keep(step, &key, &rows, names.as_deref());
        }
        let known = match (&targets, table.known.clone()) {
            (Ok(targets), Some(known)) if sure => {
                known_after(step, &table, said, &known, &rows, targets)
            }
            _ => None,
        };
        // What its triggers change is not known.
        let fires = |it: &Held<super::objects::Trigger>| {
            it.value.says.events.iter().any(|it| it == "insert")
        };
        let quiet = !table.triggers.values().any(fires) && table.triggers_open.is_none();
        if let Some(held) = step.catalog.tables.get_mut(&key) {
            held.value.known = known.filter(|_| quiet).map(Rc::new);
        }
    })
}

/// Rows of a table without rows are changed without effect.
fn change(step: &mut Step<'_>, said: &Change, survey: &Survey) -> Result<(), Stop> {
    let key = step.key(&said.table)?;
    let writes_before = said.with.iter().any(|it| !matches!(*it.body, Command::Query(_)));
    if step.empty(&key).is_ok() && step.catalog.tables.contains_key(&key) && !writes_before {
        return Ok(());
    }
    let Some(held) = step.catalog.tables.get(&key) else {
        effects::may_write(step, Some(&key), survey);
        return open("rows of a relation that is not read");
    };
    let event = if said.sets.is_some() { "update" } else { "delete" };
    let table = held.value.clone();
    let mut checks = vec![quiet(step, &table, event)];
    match &said.sets {
        Some(sets) => checks.extend(
            sets.iter().map(|(columns, value)| harmless(step, &key, &table, columns, value)),
        ),
        None => checks.push(unpointed(step, &key)),
    }
    let result = all(checks).map(|_| ());
    if result.is_err() {
        effects::may_write(step, Some(&key), survey);
    }
    result
}

/// Whether setting columns certainly breaks no constraint, whatever rows there are.
fn harmless(
    step: &Step<'_>,
    key: &Key,
    table: &Table,
    columns: &[String],
    value: &Expr,
) -> Result<(), Stop> {
    let constrained = |it: &Held<Constraint>| match (&it.value.check, it.value.kind.as_str()) {
        (Some(check), _) => {
            let named = |it: &Expr| matches!(it, Expr::Column(parts) if parts.last().is_some_and(|it| columns.contains(it)));
            check.any(&named)
        }
        // What excludes other rows is not read.
        (None, "exclude") => true,
        (None, _) => it.value.columns.iter().any(|it| columns.contains(it)),
    };
    // Keys of other tables hold the columns they name; without names, those of the primary key, which is a constraint.
    let keyed = table.constraints.iter().any(|it| it.value.kind == "primary key");
    let holds = |it: &Held<Constraint>| {
        let named = &it.value.target_columns;
        it.value.target.as_ref() == Some(key)
            && (named.is_empty() && !keyed || named.iter().any(|it| columns.contains(it)))
    };
    let mut others = step.catalog.tables.values().flat_map(|it| &it.value.constraints);
    let pointed = others.any(holds);
    let null = |name: &String| matches!(table.column(name), Found::Yes(column) if !column.not_null);
    let given = matches!(value, Expr::Text(_) | Expr::Number(_) | Expr::Bool(_))
        || matches!(value, Expr::Call(name, arguments) if name.name == "now" && arguments.is_empty());
    let limited = columns
        .iter()
        .any(|name| matches!(table.column(name), Found::Yes(column) if column.ty.contains('(')));
    let safe = is_total(value) && (given || columns.iter().all(null)) && !limited;
    match table.constraints.iter().any(constrained)
        || is_indexed(step, key, columns)
        || table.constraints_open.is_some()
        || pointed
        || !safe
    {
        true => open("whether rows may be changed so"),
        false => Ok(()),
    }
}

/// Whether an expression whose types are right gives a value whatever the rows are.
pub(super) fn is_total(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Binary(operator, a, b) => {
            [
                "=",
                "<>",
                "<",
                ">",
                "<=",
                ">=",
                "and",
                "or",
                "||",
                "->",
                "->>",
                "like",
                "ilike",
                "is distinct from",
                "is not distinct from",
            ]
            .contains(&operator.as_str())
                && is_total(a)
                && is_total(b)
        }
        Expr::Call(name, arguments) => {
            [
                "now",
                "coalesce",
                "lower",
                "upper",
                "btrim",
                "trim",
                "concat",
                "nullif",
                "length",
                "replace",
                "gen_random_uuid",
                "jsonb_build_object",
            ]
            .contains(&name.name.as_str())
                && arguments.iter().all(is_total)
        }
        Expr::Cast(inner, ty) => ty == "text" && is_total(inner),
        Expr::Case(a, b) => a.iter().chain(b).all(is_total),
        Expr::Is(inner, _) | Expr::Prefix(_, inner) => is_total(inner),
        Expr::Among(inner, more) => is_total(inner) && more.iter().all(is_total),
        _ => false,
    }
}

/// Whether a query certainly gives no rows: it reads from a table that has none.
pub fn is_empty(step: &Step<'_>, query: &Query) -> bool {
    let adds = query.groups.is_empty()
        && query
            .items
            .iter()
            .chain(query.sorts.iter().map(|it| &it.0))
            .any(super::aggregates::has_aggregate);
    let named: Vec<&String> = query.with.iter().map(|it| &it.name).collect();
    let lacks = |it: &Source| match &it.what {
        From::Relation(name) if name.schema.is_none() && named.contains(&&name.name) => {
            let body = query.with.iter().find(|it| it.name == name.name).map(|it| &*it.body);
            matches!(body, Some(Command::Query(inner)) if is_empty(step, inner))
        }
        From::Relation(name) => step.key(name).is_ok_and(|key| {
            step.catalog.tables.get(&key).is_some_and(|it| it.doubt.is_none())
                && step.empty(&key).is_ok()
        }),
        From::Query(inner) => inner.with.is_empty() && is_empty(step, inner),
        _ => false,
    };
    let inner = |at: usize, it: &Source| {
        let kept = matches!(it.join.as_str(), "" | "," | "cross" | "inner") || at == 0;
        let before =
            query.from[at + 1..].iter().all(|it| !matches!(it.join.as_str(), "right" | "full"));
        kept && before
    };
    let none = query.from.iter().enumerate().any(|(at, it)| inner(at, it) && lacks(it));
    let never = query.conditions.iter().any(|it| matches!(it, Expr::Bool(false)));
    let others = query
        .sets
        .iter()
        .all(|(operator, it)| operator.starts_with("except") || is_empty(step, it));
    (none || never) && !adds && others && query.values.is_empty()
}

/// The columns the values go to.
pub fn targets(table: &Table, columns: &[String], name: &str) -> Result<Vec<Column>, Stop> {
    if columns.is_empty() {
        let doubt =
            table.columns_open.is_some() || table.columns.iter().any(|it| it.doubt.is_some());
        return match doubt {
            true => open("the columns of the table"),
            false => Ok(table.columns.iter().map(|held| held.value.0.clone()).collect()),
        };
    }
    let found = columns.iter().map(|column| match table.column(column) {
        Found::Yes(column) => Ok(column.clone()),
        Found::No => {
            let error = format!("column \"{column}\" of relation \"{name}\" does not exist");
            let key = (String::new(), name.to_owned());
            let failure = Failure::new(error).lacking("column", column);
            fails(match table.place.0.is_empty() {
                true => failure,
                false => failure.of_table(&key, &table.place),
            })
        }
        Found::Maybe(reason) => open(reason),
    });
    all(found.collect::<Vec<_>>())
}

fn check(
    step: &Step<'_>,
    key: &Key,
    table: &Table,
    said: &Insert,
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> Result<(), Stop> {
    let mut checks = Vec::new();
    for row in rows {
        checks.extend(
            row.iter().zip(targets).map(|(value, to)| goes_in(step, value, to, said.overriding)),
        );
        checks.push(constraints(step, table, row, targets));
    }
    checks.push(unique(step, key, table, said, rows, targets));
    checks.push(quiet(step, table, "insert"));
    if table.kind != "table" || table.constraints_open.is_some() {
        checks.push(open("triggers and constraints of the table"));
    }
    let conflict = said.conflict.as_ref();
    if conflict.is_some_and(|it| it.sets.is_some()) && step.empty(key).is_err() {
        let sets = conflict.and_then(|it| it.sets.as_ref()).into_iter().flatten();
        let excluded = |it: &Expr| matches!(it, Expr::Column(parts) if parts[0] == "excluded");
        let safe = |(columns, value): &(Vec<String>, Expr)| {
            excluded(value) || harmless(step, key, table, columns, value).is_ok()
        };
        if !sets.into_iter().all(safe) {
            checks.push(open("`on conflict do update` of rows"));
        }
    }
    let given = |name: &String| targets.iter().any(|it| it.name == *name);
    let lacking = table.columns.iter().find(|held| {
        let column = &held.value.0;
        let usual = column.default.is_none() && !made_along(column);
        column.not_null && usual && !given(&column.name)
    });
    if let (Some(column), true) = (lacking, rows.iter().any(|it| !it.is_empty())) {
        let name = &column.value.0.name;
        let error = format!(
            "null value in column \"{name}\" of relation \"{}\" violates not-null constraint",
            key.1
        );
        let triggered = table.triggers.is_empty() && table.triggers_open.is_none();
        checks.push(if column.doubt.is_none() && column.value.0.unread.is_none() && triggered {
            fails(error)
        } else {
            open("a column that must be given")
        });
    }
    if table.columns_open.is_some() && !table.provided {
        checks.push(open("a column that must be given"));
    }
    // What a query computes may be null.
    let computed = |row: &Vec<Expr>| {
        row.iter().zip(targets).any(|(it, to)| {
            to.not_null && matches!(it, Expr::Other(text) if text == "a value that is computed")
        })
    };
    if rows.iter().any(computed) {
        checks.push(open("a value that may be null"));
    }
    all(checks).map(|_| ())
}
