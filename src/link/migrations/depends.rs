//! What depends on what: views, policies, defaults, checks, keys, indexes and triggers, by what their texts mean.

use std::collections::BTreeSet;

use super::apply::Step;
use super::catalog::{Catalog, Doubt, Held, Key, Policy, Table};
use super::objects::{RoutineKey, What};
use super::typing::Used;

/// Something that hangs on something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dependent {
    /// A view.
    View(Key),
    /// A policy of a table.
    Policy(Key, String),
    /// A default or a formula of a column.
    Default(Key, String),
    /// A column, because of its type.
    Column(Key, String),
    /// A constraint of a table, by its place.
    Constraint(Key, usize),
    /// An index.
    Index(Key),
    /// A trigger of a table.
    Trigger(Key, String),
    /// A function, because of its signature.
    Routine(RoutineKey),
}

impl std::fmt::Display for Dependent {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Dependent::View(key) => write!(out, "view {}", key.1),
            Dependent::Policy(key, name) => write!(out, "policy {name} on table {}", key.1),
            Dependent::Default(key, name) => {
                write!(out, "default value for column {name} of table {}", key.1)
            }
            Dependent::Column(key, name) => write!(out, "column {name} of table {}", key.1),
            Dependent::Constraint(key, _) => write!(out, "constraint on table {}", key.1),
            Dependent::Index(key) => write!(out, "index {}", key.1),
            Dependent::Trigger(key, name) => write!(out, "trigger {name} on table {}", key.1),
            Dependent::Routine(key) => write!(out, "function {}", key.1),
        }
    }
}

/// Whether what is used is what goes away.
fn hits(used: &BTreeSet<Used>, gone: &Used) -> bool {
    match gone {
        Used::Relation(key) => used.iter().any(|it| match it {
            Used::Relation(it) | Used::Column(it, _) => it == key,
            _ => false,
        }),
        other => used.contains(other),
    }
}

/// Everything that hangs directly on something.
pub fn on(catalog: &Catalog, gone: &Used) -> Vec<(Dependent, bool)> {
    let mut found = Vec::new();
    for (key, held) in catalog.relations.iter() {
        let sure = held.doubt.is_none();
        match &held.value.what {
            What::View(..) if hits(&held.value.used, gone) => {
                found.push((Dependent::View(Key::clone(key)), sure));
            }
            What::Index(_) if hits(&held.value.used, gone) => {
                found.push((Dependent::Index(Key::clone(key)), sure));
            }
            _ => {}
        }
    }
    for (key, held) in catalog.tables.iter() {
        let sure = held.doubt.is_none();
        of_table(key, &held.value, gone, &mut |what, certain| found.push((what, certain && sure)));
    }
    if let Used::Type(name) = gone {
        let says = |ty: &str| named(ty, name);
        for (key, held) in catalog.routines.iter() {
            if held.value.inputs.iter().any(|it| says(it))
                || held.value.returns.split([' ', '(', ',', ')']).any(says)
            {
                found.push((Dependent::Routine(RoutineKey::clone(key)), held.doubt.is_none()));
            }
        }
    }
    found
}

/// Whether a type as held is one of the tree, or an array of it.
pub fn named(ty: &str, name: &str) -> bool {
    let ty = ty.split('(').next().unwrap_or(ty).trim_end_matches("[]");
    let ty = ty.strip_prefix("setof ").unwrap_or(ty);
    ty == name || name.strip_prefix("public.").is_some_and(|it| it == ty)
}

fn of_table(key: &Key, table: &Table, gone: &Used, add: &mut dyn FnMut(Dependent, bool)) {
    for (name, held) in &table.policies {
        if policy_hits(&held.value, key, gone) {
            add(Dependent::Policy(key.clone(), name.clone()), held.doubt.is_none());
        }
    }
    for held in &table.columns {
        let column = &held.value.0;
        let ty = matches!(gone, Used::Type(name) if named(&column.ty, name));
        if ty {
            add(Dependent::Column(key.clone(), column.name.clone()), held.doubt.is_none());
        }
        let texts = column.default.iter().chain(&column.generated);
        let own = |name: &String| matches!(gone, Used::Column(of, it) if of == key && it == name);
        let names = |it: &crate::facts::sql::Expr| {
            mentions(it, gone)
                || matches!(it, crate::facts::sql::Expr::Column(parts) if parts.last().is_some_and(own))
        };
        if !own(&column.name) && texts.into_iter().any(|it| it.any(&names)) {
            add(Dependent::Default(key.clone(), column.name.clone()), held.doubt.is_none());
        }
    }
    for (at, held) in table.constraints.iter().enumerate() {
        let made = &held.value;
        let hit = match gone {
            Used::Relation(of) => of != key && made.target.as_ref() == Some(of),
            Used::Column(of, name) => {
                of != key
                    && made.target.as_ref() == Some(of)
                    && (made.target_columns.is_empty() || made.target_columns.contains(name))
            }
            other => made.check.as_ref().is_some_and(|it| it.any(&|it| mentions(it, other))),
        };
        if hit {
            add(Dependent::Constraint(key.clone(), at), held.doubt.is_none());
        }
    }
    for (name, held) in &table.triggers {
        let hit = match gone {
            Used::Routine(routine) => {
                routine.2.is_empty()
                    && held.value.function == (routine.0.clone(), routine.1.clone())
            }
            Used::Column(of, column) => of == key && held.value.says.columns.contains(column),
            _ => false,
        };
        if hit {
            add(Dependent::Trigger(key.clone(), name.clone()), held.doubt.is_none());
        }
    }
}

fn policy_hits(policy: &Policy, own: &Key, gone: &Used) -> bool {
    match gone {
        Used::Relation(key) if key == own => false,
        gone => hits(&policy.used, gone),
    }
}

/// Whether an expression names a function, a sequence or a type of the tree, as far as its words tell.
fn mentions(expr: &crate::facts::sql::Expr, gone: &Used) -> bool {
    use crate::facts::sql::Expr;
    match (expr, gone) {
        (Expr::Call(name, _), Used::Routine(key)) => {
            name.name == key.1 && name.schema.as_ref().is_none_or(|it| *it == key.0)
        }
        (Expr::Cast(_, ty), Used::Type(name)) => named(ty, name),
        (Expr::Text(text), Used::Relation(key)) => {
            text == &key.1
                || *text == format!("{}.{}", key.0, key.1)
                || *text == format!("\"{}\".\"{}\"", key.0, key.1)
        }
        _ => false,
    }
}

/// A view or a policy that keeps a column from being retyped.
pub fn on_column(catalog: &Catalog, key: &Key, name: &str) -> Option<String> {
    let gone = Used::Column(key.clone(), name.to_owned());
    let found = on(catalog, &gone)
        .into_iter()
        .find(|(it, sure)| *sure && matches!(it, Dependent::View(_) | Dependent::Policy(..)));
    found.map(|it| it.0.to_string())
}

/// Takes away everything that hangs on something, and what hangs on that.
pub fn cascade(step: &mut Step<'_>, gone: &Used) {
    let mut open = vec![gone.clone()];
    let mut rounds = 0;
    while let Some(gone) = open.pop() {
        rounds += 1;
        if rounds > 500 {
            let doubt = step.doubt("what is dropped along");
            step.catalog.doubt_everything(&doubt);
            return;
        }
        let doubt = step.doubt("what is dropped along");
        let mut found = on(step.catalog, &gone);
        // Constraints are named by their place, so the last goes first.
        found.sort_by(|a, b| b.0.cmp(&a.0));
        for (it, sure) in found {
            if sure {
                take(step.catalog, &it, &mut open)
            } else {
                may_take(step.catalog, &it, &doubt)
            }
        }
    }
}

fn table_mut<'c>(catalog: &'c mut Catalog, key: &Key) -> Option<&'c mut Table> {
    catalog.tables.get_mut(key).map(|held| &mut *held.value)
}

fn take(catalog: &mut Catalog, it: &Dependent, open: &mut Vec<Used>) {
    match it {
        Dependent::View(key) => {
            catalog.relations.remove(key);
            catalog.forget(key);
            open.push(Used::Relation(key.clone()));
        }
        Dependent::Index(key) => {
            catalog.relations.remove(key);
        }
        Dependent::Policy(key, name) => {
            table_mut(catalog, key).map(|it| it.policies.remove(name));
        }
        Dependent::Default(key, name) => {
            let column = table_mut(catalog, key)
                .and_then(|it| it.columns.iter_mut().find(|it| it.value.0.name == *name));
            if let Some(held) = column {
                match held.value.0.generated.is_some() {
                    true => open.push(Used::Column(key.clone(), name.clone())),
                    false => held.value.0.default = None,
                }
            }
            let generated =
                matches!(open.last(), Some(Used::Column(of, it)) if of == key && it == name);
            if generated && let Some(table) = table_mut(catalog, key) {
                drop_column(table, name);
            }
        }
        Dependent::Column(key, name) => {
            table_mut(catalog, key).into_iter().for_each(|it| drop_column(it, name));
            open.push(Used::Column(key.clone(), name.clone()));
        }
        Dependent::Constraint(key, at) => {
            if let Some(table) = table_mut(catalog, key)
                && *at < table.constraints.len()
            {
                table.constraints.remove(*at);
            }
        }
        Dependent::Trigger(key, name) => {
            table_mut(catalog, key).map(|it| it.triggers.remove(name));
        }
        Dependent::Routine(key) => {
            catalog.routines.remove(key);
            open.push(Used::Routine(key.clone()));
        }
    }
}

fn may_take(catalog: &mut Catalog, it: &Dependent, doubt: &Doubt) {
    let mark = |held: &mut Held<_>| held.doubt = Some(doubt.clone());
    match it {
        Dependent::View(key) | Dependent::Index(key) => {
            catalog.relations.get_mut(key).into_iter().for_each(mark);
        }
        Dependent::Policy(key, _) => {
            table_mut(catalog, key).into_iter().for_each(|it| it.doubt_policies(doubt));
        }
        Dependent::Default(key, _) | Dependent::Column(key, _) | Dependent::Constraint(key, _) => {
            table_mut(catalog, key).into_iter().for_each(|it| it.doubt_shape(doubt));
        }
        Dependent::Trigger(key, _) => {
            table_mut(catalog, key).into_iter().for_each(|it| it.doubt_triggers(doubt));
        }
        Dependent::Routine(_) => catalog.doubt_routines(doubt),
    }
}

/// Takes a column out of a table, with what stands on it alone.
pub fn drop_column(table: &mut Table, name: &str) {
    table.columns.retain(|held| held.value.0.name != name);
    let named = |expr: &crate::facts::sql::Expr| matches!(expr, crate::facts::sql::Expr::Column(parts) if parts.last().is_some_and(|it| it == name));
    table.constraints.retain(|held| {
        let checked = held.value.check.as_ref().is_some_and(|it| it.any(&named));
        !checked && !held.value.columns.iter().any(|column| column == name)
    });
}

/// Whether nothing certainly hangs on it; a failure where something does, an open end where something may.
pub fn free(
    catalog: &Catalog,
    gone: &Used,
    but: &[Key],
    what: &str,
) -> Result<(), super::typing::Stop> {
    let other = |it: &Dependent| match it {
        Dependent::View(key)
        | Dependent::Policy(key, _)
        | Dependent::Default(key, _)
        | Dependent::Column(key, _)
        | Dependent::Constraint(key, _)
        | Dependent::Trigger(key, _) => !but.contains(key),
        Dependent::Index(_) => false,
        Dependent::Routine(_) => true,
    };
    let found: Vec<(Dependent, bool)> =
        on(catalog, gone).into_iter().filter(|it| other(&it.0)).collect();
    match found.iter().find(|it| it.1).or(found.first()) {
        None => Ok(()),
        Some((it, true)) => super::typing::fails(format!(
            "cannot drop {what} because other objects depend on it: {it}"
        )),
        Some((_, false)) => super::typing::open(format!("whether something depends on {what}")),
    }
}
