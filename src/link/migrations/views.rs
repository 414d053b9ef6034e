//! Views: what their queries name must be there.

use std::rc::Rc;

use super::acl::Class;
use super::apply::Step;
use super::catalog::{Found, Held, Key, Place, Table};
use super::failure::{Failure, dotted, taken_relation};
use super::objects::{Relation, What};
use super::tables::{taken, type_taken};
use super::types;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Command, CreateFunction, CreateView};

/// `create view` and `create materialized view`.
pub fn create(step: &mut Step<'_>, said: &CreateView) -> Result<(), Stop> {
    let key = match step.key(&said.name) {
        Ok(key) => key,
        Err(stop) => {
            step.catalog.relations_open = Some(step.doubt("a view whose schema is not certain"));
            return Err(stop);
        }
    };
    if let Err(Stop::Fails(failure)) = step.usable_schema(&key.0) {
        return fails(failure);
    }
    let (given, used) = step.with_scope(Vec::new(), |scope| {
        let given = scope.gives(&said.query);
        (given, std::mem::take(&mut scope.used))
    });
    let columns = given.clone().and_then(|given| named(said, given));
    let mut checks =
        vec![step.usable_schema(&key.0), given.map(|_| ()), columns.clone().map(|_| ())];
    match there(step, said, &key, columns.as_deref().ok()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(stop) => checks.push(Err(stop)),
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of a view")));
    }
    step.settle(all(checks).map(|_| ()), |step| {
        let table = columns.ok().map(|columns| Rc::new(as_table(step, columns)));
        let what = What::View(Rc::new(said.clone()), table);
        let mut made = Relation::plain(what, None, step.place.clone());
        made.used = Rc::new(used);
        let older = step.catalog.relations.get(&key).map(|it| it.value.acl);
        made.acl = older.unwrap_or_else(|| step.catalog.fresh_acl(Class::Relations, &key.0));
        step.catalog.relations.insert(key.into(), Held::certain(made));
    })
}

/// Whether `if not exists` finds one there already; what is in the way is a failure.
fn there(
    step: &Step<'_>,
    said: &CreateView,
    key: &Key,
    columns: Option<&[(String, String)]>,
) -> Result<bool, Stop> {
    if !said.or_replace {
        type_taken(step.catalog, key)?;
        return match taken(step.catalog, key) {
            Ok(true) if said.if_not_exists => Ok(true),
            Ok(true) => fails(taken_relation(key, step.place_of(key).as_ref())),
            Ok(false) => Ok(false),
            Err(stop) => Err(stop),
        };
    }
    match (step.catalog.relation(key), step.catalog.table(key)) {
        (Found::No, Found::No) => type_taken(step.catalog, key).map(|()| false),
        (_, Found::Yes(table)) => fails(
            Failure::new(format!("\"{}\" is not a view", key.1))
                .lacking("there", dotted(key))
                .behind(&table.place),
        ),
        (Found::Maybe(reason), _) | (_, Found::Maybe(reason)) => open(reason),
        (Found::Yes(relation), Found::No) => match (&relation.what, columns) {
            (What::View(_, Some(old)), Some(columns)) => {
                replaces(old, columns, &relation.place, key)
            }
            _ => open("whether a view has the columns of the one it replaces"),
        },
    }
}

/// A view may be replaced by one with the same columns, and more behind them.
fn replaces(
    old: &Table,
    columns: &[(String, String)],
    place: &Place,
    key: &Key,
) -> Result<bool, Stop> {
    let failure =
        |error: String| fails(Failure::new(error).lacking("there", dotted(key)).behind(place));
    if columns.len() < old.columns.len() {
        return failure("cannot drop columns from view".to_owned());
    }
    for (held, (name, ty)) in old.columns.iter().zip(columns) {
        let column = &held.value.0;
        if column.name != *name {
            return failure(format!(
                "cannot change name of view column \"{}\" to \"{name}\"",
                column.name
            ));
        }
        let texts = types::is_text(&types::base(&column.ty)) && types::is_text(&types::base(ty));
        if column.ty != *ty && (texts || types::base(&column.ty) == types::base(ty)) {
            return open(format!("the type of view column \"{name}\""));
        }
        if column.ty != *ty {
            return failure(format!("cannot change data type of view column \"{name}\""));
        }
    }
    Ok(false)
}

/// The columns by the names the view gives them.
fn named(
    said: &CreateView,
    mut given: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, Stop> {
    if said.columns.len() > given.len() {
        return fails("CREATE VIEW specifies more column names than columns");
    }
    for (column, name) in given.iter_mut().zip(&said.columns) {
        column.0.clone_from(name);
    }
    let twice =
        given.iter().enumerate().find(|(at, it)| given[..*at].iter().any(|other| other.0 == it.0));
    match twice {
        Some((_, (name, _))) => fails(format!("column \"{name}\" specified more than once")),
        None => Ok(given),
    }
}

fn as_table(step: &Step<'_>, columns: Vec<(String, String)>) -> Table {
    super::queries::made_at(&step.place, columns)
}

/// The body of a function in SQL: statements in which its parameters are columns of last resort.
pub fn sql_body(step: &Step<'_>, said: &CreateFunction, commands: &[Command]) -> Result<(), Stop> {
    let (mut columns, mut types) = (Vec::new(), Vec::new());
    for parameter in said.parameters.iter().filter(|it| it.is_input()) {
        let ty = step.type_named(&parameter.ty)?;
        types.push(ty.clone());
        columns.extend(parameter.name.clone().map(|name| (name, ty)));
    }
    let parameters = as_table(step, columns);
    let mut given = Vec::new();
    for command in commands {
        let frame = vec![(said.name.name.clone(), &parameters)];
        given = step.with_scope(vec![frame], |scope| {
            scope.parameters.clone_from(&types);
            scope.written(command)
        })?;
    }
    results(step, said, &given)
}

/// Whether what the last statement gives is what the function returns.
fn results(step: &Step<'_>, said: &CreateFunction, given: &[(String, String)]) -> Result<(), Stop> {
    let returns = said.returns.as_deref().unwrap_or("");
    let outs =
        said.parameters.iter().filter(|it| matches!(it.mode.as_str(), "table" | "out" | "inout"));
    let outs: Vec<String> = all(outs.map(|it| step.type_named(&it.ty)))?;
    let expected = match returns {
        "void" => return Ok(()),
        _ if !outs.is_empty() => outs,
        _ if returns.is_empty() => return Ok(()),
        ty => {
            let ty = ty.strip_prefix("setof ").unwrap_or(ty);
            let ty = step.type_named(ty)?;
            match super::coercion::key_of(&ty).map(|key| step.catalog.table(&key)) {
                Some(Found::Yes(table)) if given.len() != 1 => {
                    super::queries::every_column(table)?.into_iter().map(|it| it.1).collect()
                }
                Some(Found::Maybe(reason)) => return open(reason),
                _ => vec![ty],
            }
        }
    };
    if given.len() != expected.len() {
        return fails(format!("return type mismatch in function declared to return {returns}"));
    }
    for ((_, from), to) in given.iter().zip(&expected) {
        let (from, to) = (types::base(from), types::base(to));
        let known = super::typing::known(&from);
        let fits = super::coercion::coerces(
            step.catalog,
            &known,
            &to,
            super::coercion::Context::Assignment,
        );
        if !fits {
            return match from == "record" || to == "record" {
                true => open("the result of a function in SQL"),
                false => {
                    fails(format!("return type mismatch in function declared to return {returns}"))
                }
            };
        }
    }
    Ok(())
}
