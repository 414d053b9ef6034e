//! What is dropped and altered, tables apart.

use super::apply::Step;
use super::catalog::{Found, Key};
use super::effects;
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, What};
use super::provided::is_provided;
use super::typing::{Stop, all, fails, open};
use super::views;
use crate::facts::sql::{Drop, Name, Routine as Named};

/// `drop`.
pub fn drop(step: &mut Step<'_>, said: &Drop) -> Result<(), Stop> {
    let results: Vec<Result<(), Stop>> =
        said.objects.iter().map(|object| drop_one(step, said, object)).collect();
    all(results).map(|_| ())
}

fn drop_one(step: &mut Step<'_>, said: &Drop, object: &Named) -> Result<(), Stop> {
    match said.kind.as_str() {
        "function" | "procedure" | "routine" => drop_function(step, said, object),
        "trigger" => drop_trigger(step, said, &object.name.name),
        "view" | "materialized view" | "sequence" | "index" => drop_relation(step, said, object),
        "type" | "domain" => drop_type(step, said, object),
        "extension" => drop_extension(step, said, &object.name.name),
        kind => {
            let doubt = step.doubt(format!("`drop {kind}`"));
            step.catalog.doubt_everything(&doubt);
            open(format!("`drop {kind}`"))
        }
    }
}

/// Of an extension only that it is there is known, not what hangs on it.
fn drop_extension(step: &mut Step<'_>, said: &Drop, name: &str) -> Result<(), Stop> {
    if let Found::No = step.catalog.extra(ExtraKind::Extension, &[name]) {
        return missing(
            said,
            &Name { schema: None, name: name.to_owned() },
            "extension",
            &(String::new(), name.to_owned()),
        );
    }
    let key = [name.to_owned()];
    step.catalog.extras[ExtraKind::Extension as usize].remove(key.as_slice());
    if said.cascade {
        effects::cascade(step);
    }
    open("what hangs on an extension")
}

fn missing(said: &Drop, name: &Name, class: &'static str, key: &Key) -> Result<(), Stop> {
    if said.if_exists {
        return Ok(());
    }
    let error = format!("{} \"{}\" does not exist", said.kind, name.name);
    fails(Failure::new(error).lacking(class, dotted(key)))
}

fn drop_function(step: &mut Step<'_>, said: &Drop, object: &Named) -> Result<(), Stop> {
    let key = step.key(&object.name)?;
    let routine = match step.routine(object) {
        Ok(Some(routine)) => routine,
        Err(Stop::Fails(_)) if said.if_exists => return Ok(()),
        Err(Stop::Fails(failure)) => return fails(failure),
        other => {
            let doubt = step.doubt("`drop function`");
            for held in step.catalog.routines.values_mut() {
                if held.value.says.name.name == object.name.name {
                    held.doubt = Some(doubt.clone());
                }
            }
            if said.cascade {
                effects::cascade(step);
            }
            return other.map(|_| ());
        }
    };
    let used = step.catalog.tables.values().any(|held| {
        held.value.triggers.values().any(|it| it.value.function == key && it.doubt.is_none())
            && held.doubt.is_none()
    });
    if used && !said.cascade && routine.inputs.is_empty() {
        let error = format!("cannot drop function {} because other objects depend on it", key.1);
        return fails(error);
    }
    let depended = used || is_used(step, &key);
    let result = if depended { open("what depends on a function") } else { Ok(()) };
    step.settle(result, |step| {
        let named = (key.0.clone(), key.1.clone(), routine.inputs.join(", "));
        step.catalog.routines.remove(&named);
        if depended && said.cascade {
            effects::cascade(step);
            let doubt = step.doubt("a function is dropped");
            step.catalog.tables.values_mut().for_each(|held| held.value.doubt_triggers(&doubt));
        }
    })
}

/// Whether a policy, a default, a check, a view or something unread may name a function or a type.
fn is_used(step: &Step<'_>, key: &Key) -> bool {
    let name = &key.1;
    let in_table = step.catalog.tables.values().any(|held| {
        let table = &held.value;
        let policies = table.policies.values().any(|held| {
            let says = &held.value.says;
            says.using
                .iter()
                .chain(&says.check)
                .any(|(text, _)| text.to_ascii_lowercase().contains(&name.to_ascii_lowercase()))
        });
        let columns = table.columns.iter().any(|held| {
            let column = &held.value.0;
            column.ty.contains(name.as_str())
                || column
                    .default
                    .as_ref()
                    .is_some_and(|it| format!("{it:?}").contains(name.as_str()))
        });
        let checks = table.constraints.iter().any(|held| {
            held.value.check.as_ref().is_some_and(|it| format!("{it:?}").contains(name.as_str()))
        });
        let triggers = table.triggers.values().any(|held| held.value.function.1 == *name);
        policies || columns || checks || triggers || table.constraints_open.is_some()
    });
    let in_index = step.catalog.relations.values().any(|held| match &held.value.what {
        What::Index(index) => {
            format!("{:?}{:?}", index.items, index.predicate).contains(name.as_str())
        }
        _ => false,
    });
    let signatures = step.catalog.routines.iter().any(|(routine, held)| {
        (routine.0 != key.0 || routine.1 != key.1)
            && (routine.2.contains(name.as_str()) || held.value.returns.contains(name.as_str()))
    });
    in_table
        || in_index
        || signatures
        || step.catalog.is_depended_on(name)
        || views::names(step.catalog, name, &(String::new(), String::new()))
}

fn drop_trigger(step: &mut Step<'_>, said: &Drop, name: &str) -> Result<(), Stop> {
    let Some(table) = &said.table else { return open("a trigger without a table") };
    if let Ok(key) = step.key(table)
        && matches!(step.catalog.relation(&key), Found::Yes(_))
    {
        return open("a trigger of a view");
    }
    let key = match step.needs(table, said.if_exists) {
        Ok(Some(key)) => key,
        Ok(None) => return Ok(()),
        Err(Stop::Open(reason)) => {
            let doubt = step.doubt("`drop trigger`");
            if let Ok(key) = step.key(table)
                && let Some(held) = step.catalog.tables.get_mut(&key)
            {
                held.value.doubt_triggers(&doubt);
            }
            return open(reason);
        }
        Err(stop) => return Err(stop),
    };
    let result = match step.catalog.tables[&key].value.trigger(name) {
        Found::Yes(_) => Ok(()),
        Found::No if said.if_exists => return Ok(()),
        Found::No => fails(format!("trigger \"{name}\" for table \"{}\" does not exist", key.1)),
        Found::Maybe(_) if said.if_exists => Ok(()),
        Found::Maybe(reason) => open(reason),
    };
    step.settle(result, |step| {
        let table = &mut step.catalog.tables.get_mut(&key).expect("the table was found").value;
        table.triggers.remove(name);
    })
}

fn drop_relation(step: &mut Step<'_>, said: &Drop, object: &Named) -> Result<(), Stop> {
    let key = step.key(&object.name)?;
    if is_provided(&key.0) {
        return open("a relation of the platform");
    }
    let fits = match (step.catalog.relation(&key), step.catalog.table(&key)) {
        (Found::No, Found::No) => return missing(said, &object.name, "relation", &key),
        (Found::No, _) => open("a table of that name"),
        (Found::Maybe(reason), _) => open(reason),
        (Found::Yes(relation), _) => match (&relation.what, said.kind.as_str()) {
            (What::View(view, _), kind) if view.materialized == (kind != "view") => Ok(()),
            (What::Index(index), "index") if !index.unique => Ok(()),
            (What::Sequence, "sequence") if !is_used(step, &key) => Ok(()),
            _ => open(format!("`drop {}`", said.kind)),
        },
    };
    let used = said.kind != "index"
        && (views::names(step.catalog, &key.1, &key)
            || step.catalog.is_depended_on(&key.1)
            || in_policies(step, &key));
    let result = if used { open("what depends on a view") } else { fits };
    step.settle(result.clone(), |step| {
        let doubt = step.doubt(format!("`drop {}`", said.kind));
        match result {
            Ok(()) => {
                step.catalog.relations.remove(&key);
            }
            Err(_) => {
                if let Some(held) = step.catalog.relations.get_mut(&key) {
                    held.doubt = Some(doubt.clone());
                }
                if said.cascade && used {
                    effects::cascade(step);
                }
                let others = step.catalog.relations.values_mut().filter(|_| used && said.cascade);
                others.for_each(|held| held.doubt = Some(doubt.clone()));
            }
        }
    })
}

fn in_policies(step: &Step<'_>, key: &Key) -> bool {
    step.catalog.tables.values().any(|held| {
        held.value.policies.values().any(|held| {
            let says = &held.value.says;
            says.using
                .iter()
                .chain(&says.check)
                .any(|(text, _)| text.to_ascii_lowercase().contains(&key.1.to_ascii_lowercase()))
        })
    })
}

fn drop_type(step: &mut Step<'_>, said: &Drop, object: &Named) -> Result<(), Stop> {
    let key = step.key(&object.name)?;
    let there = match step.catalog.type_of_tree(&key) {
        Found::Yes(_) => Ok(()),
        Found::No if is_provided(&key.0) => open("a type of the platform"),
        Found::No if matches!(step.catalog.relation(&key), Found::No) => {
            return missing(said, &object.name, "type", &key);
        }
        Found::No => open("a relation of that name"),
        Found::Maybe(_) if said.if_exists => Ok(()),
        Found::Maybe(reason) => open(reason),
    };
    let used = is_used(step, &key);
    let result = if used { open("what depends on a type") } else { there };
    step.settle(result, |step| {
        step.catalog.types.remove(&key);
        if used && said.cascade {
            effects::cascade(step);
            let doubt = step.doubt("a type is dropped");
            step.catalog.doubt_routines(&doubt);
        }
    })
}
