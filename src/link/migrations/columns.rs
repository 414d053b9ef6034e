//! `alter table ... alter column`.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Key, Shared, Table};
use super::coercion::{Context, coerces};
use super::failure::Failure;
use super::types;
use super::typing::{Stop, Type, all, fails, known, open};
use crate::facts::sql::{ColumnChange, Expr};

/// Changes a column.
pub fn change(
    step: &mut Step<'_>,
    key: &Key,
    name: &str,
    change: &ColumnChange,
) -> Result<(), Stop> {
    let table = &step.catalog.tables[key].value;
    let column = match table.column(name) {
        Found::Yes(column) => column.clone(),
        Found::No => {
            let error = format!("column \"{name}\" of relation \"{}\" does not exist", key.1);
            let failure = Failure::new(error).lacking("column", name);
            return fails(failure.of_table(key, &table.place));
        }
        Found::Maybe(reason) => {
            let doubt = step.doubt("`alter column`");
            let table: &mut Table =
                &mut step.catalog.tables.get_mut(key).expect("it is there").value;
            table
                .columns
                .iter_mut()
                .filter(|it| it.value.0.name == name)
                .for_each(|it| it.doubt = Some(doubt.clone()));
            return open(format!("column \"{name}\" is not certain ({reason})"));
        }
    };
    let mut changed = column.clone();
    let result = match change {
        ColumnChange::Default(default) => {
            changed.default.clone_from(default);
            match default {
                Some(default) => defaults(step, &column.ty, default),
                None => Ok(()),
            }
        }
        ColumnChange::NotNull(on) => {
            changed.not_null = *on;
            let key_column = table.constraints.iter().any(|it| {
                it.value.kind == "primary key" && it.value.columns.iter().any(|it| it == name)
            });
            match (*on, key_column) {
                (true, _) if column.not_null => Ok(()),
                (true, _) => step.empty(key),
                (false, true) => fails(format!("column \"{name}\" is in a primary key")),
                (false, false) => Ok(()),
            }
        }
        ColumnChange::Type(ty, using) => {
            let new = step.type_named(ty);
            changed.ty = new.clone().unwrap_or_else(|_| "unknown".to_owned());
            new.and_then(|new| retype(step, key, name, &column, &new, using.as_ref()))
        }
        ColumnChange::Identity(on) => {
            (changed.identity, changed.always) = (*on, None);
            match (*on, column.not_null) {
                (true, false) => fails(format!(
                    "column \"{name}\" of relation \"{}\" must be declared NOT NULL before identity can be added",
                    key.1
                )),
                _ => Ok(()),
            }
        }
        ColumnChange::Plain => {
            changed.generated = None;
            Ok(())
        }
        ColumnChange::Unseen => Ok(()),
    };
    step.settle(result, |step| {
        let held = &mut step.catalog.tables.get_mut(key).expect("it is there").value;
        let mut table = Table::clone(held);
        if let Some(it) = table.columns.iter_mut().find(|it| it.value.0.name == name) {
            it.value.0 = changed;
        }
        *held = Shared::new(table);
    })
}

fn defaults(step: &Step<'_>, ty: &str, default: &Expr) -> Result<(), Stop> {
    let to = step.type_named(ty)?;
    let from = step.with_scope(Vec::new(), |scope| scope.type_of(default))?;
    step.with_scope(Vec::new(), |scope| scope.assigns(&to, &from))?;
    super::constraints::without_query(default)
}

/// Whether a column certainly can be of another type: rows, default, and what names it.
fn retype(
    step: &Step<'_>,
    key: &Key,
    name: &str,
    column: &crate::facts::sql::Column,
    new: &str,
    using: Option<&Expr>,
) -> Result<(), Stop> {
    let table = &step.catalog.tables[key].value;
    let old = step.type_named(&column.ty)?;
    let base = types::base(new);
    let mut checks = Vec::new();
    checks.push(match using {
        Some(using) => {
            let frame = vec![(key.1.clone(), &**table)];
            let from = step.with_scope(vec![frame], |scope| scope.type_of(using));
            from.and_then(|from| step.with_scope(Vec::new(), |scope| scope.assigns(new, &from)))
        }
        None => match coerces(step.catalog, &known(&types::base(&old)), &base, Context::Assignment)
        {
            true => Ok(()),
            false => fails(format!("column \"{name}\" cannot be cast automatically to type {new}")),
        },
    });
    if let Some(default) = &column.default {
        let from = match step.with_scope(Vec::new(), |scope| scope.type_of(default))? {
            Type::Known(ty) => ty,
            _ => types::base(&old),
        };
        if !coerces(step.catalog, &known(&from), &base, Context::Assignment) {
            checks.push(fails(format!(
                "default for column \"{name}\" cannot be cast automatically to type {new}"
            )));
        }
    }
    if types::base(&old) != base {
        checks.push(
            super::depends::on_column(step.catalog, key, name).map_or(Ok(()), |what| {
                fails(format!("cannot alter type of a column used by {what}"))
            }),
        );
        checks.push(step.empty(key));
        let keyed = table.constraints.iter().any(|it| {
            matches!(it.value.kind.as_str(), "foreign key" | "check")
                && it.value.columns.iter().any(|it| it == name)
        });
        let pointed = step.catalog.tables.values().flat_map(|it| &it.value.constraints);
        let pointed = pointed.filter(|it| it.value.target.as_ref() == Some(key)).count() > 0;
        if keyed || pointed {
            checks.push(open("constraints of a column whose type changes"));
        }
    } else if step.empty(key).is_err() && new.contains('(') {
        checks.push(open("rows of a column that becomes narrower"));
    }
    all(checks).map(|_| ())
}

/// Gives a constraint another name.
pub fn rename_constraint(step: &mut Step<'_>, key: &Key, from: &str, to: &str) -> Result<(), Stop> {
    let doubt = step.doubt("`rename constraint`");
    let held = &mut step.catalog.tables.get_mut(key).expect("it is there").value;
    let mut table = Table::clone(held);
    let named = |it: &super::catalog::Held<super::catalog::Constraint>| {
        it.value.name.as_deref() == Some(from)
            || (it.value.name.is_none()
                && super::constraints::chosen(&it.value, key).as_deref() == Some(from))
    };
    let found = table.constraints.iter().position(named);
    let Some(at) = found else {
        if table.constraints_open.is_none()
            && table.constraints.iter().all(|it| it.value.name.is_some())
        {
            return fails(format!("constraint \"{from}\" for table \"{}\" does not exist", key.1));
        }
        table.doubt_shape(&doubt);
        *held = Shared::new(table);
        return open("whether a constraint is there");
    };
    table.constraints[at].value.name = Some(to.to_owned());
    *held = Shared::new(table);
    let old: Key = (key.0.clone(), from.to_owned());
    if let Some(it) = step.catalog.relations.remove(&old) {
        step.catalog.relations.insert(Rc::new((key.0.clone(), to.to_owned())), it);
    }
    Ok(())
}
