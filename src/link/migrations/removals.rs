//! What is dropped and altered, tables apart.

use super::apply::Step;
use super::catalog::{Found, Key};
use super::depends;
use super::effects;
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, What};
use super::provided::is_provided;
use super::typing::{Stop, Used, all, fails, open};
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
        "index concurrently" => {
            step.outside("DROP INDEX CONCURRENTLY")?;
            drop_relation(step, &Drop { kind: "index".to_owned(), ..said.clone() }, object)
        }
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
    let sure = matches!(step.catalog.extra(ExtraKind::Extension, &[name]), Found::Yes(_));
    let used = hangs_on(step, name);
    let key = [name.to_owned()];
    if used && !said.cascade && sure {
        return open(format!("whether something depends on extension {name}"));
    }
    step.catalog.extras[ExtraKind::Extension as usize].remove(key.as_slice());
    if used {
        effects::cascade(step);
    }
    let listed = super::server::SERVER.types.values().any(|it| it.extension == name)
        || super::server::SERVER.brings(name).next().is_some()
        || matches!(name, "btree_gin" | "btree_gist" | "plpgsql_check" | "pg_stat_statements");
    match !used && listed && sure {
        true => Ok(()),
        false => open("what hangs on an extension"),
    }
}

/// Whether a column, a signature, a default or an index may be made of what an extension brings.
fn hangs_on(step: &Step<'_>, extension: &str) -> bool {
    let server = &super::server::SERVER;
    let brought = |ty: &str| {
        let base = super::types::base(ty);
        let base = base.trim_end_matches("[]");
        let base = base.rsplit('.').next().unwrap_or(base);
        server.types.get(base).is_some_and(|it| it.extension == extension)
    };
    let calls = |it: &crate::facts::sql::Expr| match it {
        crate::facts::sql::Expr::Call(name, _) => {
            server.functions(&name.name).iter().any(|it| it.extension == extension)
        }
        _ => false,
    };
    let in_tables = step.catalog.tables.values().any(|held| {
        held.value.columns.iter().any(|it| {
            let column = &it.value.0;
            brought(&column.ty)
                || column.default.iter().chain(&column.generated).any(|it| it.any(&calls))
        })
    });
    let in_routines = step
        .catalog
        .routines
        .values()
        .any(|it| it.value.inputs.iter().chain([&it.value.returns]).any(|ty| brought(ty)));
    let in_indexes = step.catalog.relations.values().any(|it| match &it.value.what {
        What::Index(index) => {
            index.items.iter().any(|it| it.any(&calls))
                || index.classes.iter().any(|it| {
                    super::provided::operator_class(it).is_some_and(|it| it.0 == extension)
                })
        }
        What::View(view, _) => {
            server.brings(extension).any(|name| view.survey.words.iter().any(|it| it == name))
        }
        _ => false,
    });
    in_tables || in_routines || in_indexes
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
    let named = (key.0.clone(), key.1.clone(), routine.inputs.join(", "));
    let gone = Used::Routine(named.clone());
    let result = match said.cascade {
        true => Ok(()),
        false => depends::free(step.catalog, &gone, &[], &format!("function {}", key.1)),
    };
    step.settle(result, |step| {
        step.catalog.routines.remove(&named);
        depends::cascade(step, &gone);
    })
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
            (What::Index(_), "index") | (What::Sequence, "sequence") => Ok(()),
            _ => open(format!("`drop {}`", said.kind)),
        },
    };
    let gone = Used::Relation(key.clone());
    let free = match said.cascade || said.kind == "index" {
        true => Ok(()),
        false => depends::free(step.catalog, &gone, &[], &format!("{} {}", said.kind, key.1)),
    };
    // An index that is a key may be pointed to.
    let index = match step.catalog.relation(&key) {
        Found::Yes(relation) => match (&relation.what, &relation.owner) {
            (What::Index(index), Some(owner)) if index.unique => {
                Some((owner.clone(), index.name.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    let result = all([fits, free]).map(|_| ());
    step.settle(result.clone(), |step| {
        let doubt = step.doubt(format!("`drop {}`", said.kind));
        if result.is_err() {
            step.catalog
                .relations
                .get_mut(&key)
                .into_iter()
                .for_each(|it| it.doubt = Some(doubt.clone()));
            return;
        }
        step.catalog.relations.remove(&key);
        step.catalog.forget(&key);
        if said.kind != "index" {
            depends::cascade(step, &gone);
        }
        if let Some((owner, name)) = index
            && let Some(held) = step.catalog.tables.get_mut(&*owner)
        {
            held.value
                .constraints
                .retain(|it| it.value.kind != "unique index" || it.value.name != name);
        }
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
    let gone = Used::Type(dotted(&key));
    let free = match said.cascade {
        true => Ok(()),
        false => depends::free(step.catalog, &gone, &[], &format!("type {}", key.1)),
    };
    let result = all([there, free]).map(|_| ());
    step.settle(result, |step| {
        step.catalog.types.remove(&key);
        depends::cascade(step, &gone);
    })
}
