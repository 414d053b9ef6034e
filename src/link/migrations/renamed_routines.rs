//! Functions and sequences that are altered.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Held, Key};
use super::failure::{Failure, dotted, missing_relation};
use super::objects::{Routine, RoutineKey, What};
use super::typing::{Stop, Used, fails, open};
use crate::facts::sql::{Alter, AlterAction, Name};

pub(super) fn alter_function(
    step: &mut Step<'_>,
    said: &Alter,
    action: &AlterAction,
) -> Result<(), Stop> {
    let found = step.routine(&said.object);
    let routine = match found {
        Ok(Some(routine)) => routine,
        Err(Stop::Fails(failure)) => return fails(failure),
        other => {
            let doubt = step.doubt("`alter function`");
            for (named, held) in step.catalog.routines.iter_mut() {
                if named.1 == said.object.name.name {
                    held.doubt = Some(doubt.clone());
                }
            }
            if let AlterAction::Rename(name) | AlterAction::Schema(name) = action {
                match (step.key(&said.object.name), action) {
                    (Ok(key), AlterAction::Schema(_)) => {
                        let key = (name.clone(), key.1);
                        step.catalog.routine_names_open.insert(key, doubt);
                    }
                    (Ok(key), _) => {
                        let key = (key.0, name.clone());
                        step.catalog.routine_names_open.insert(key, doubt);
                    }
                    (Err(_), _) => step.catalog.routines_open = Some(doubt),
                }
            }
            return other.and_then(|_| open("a function that is not read"));
        }
    };
    let key = step.key(&said.object.name)?;
    let mut changed: Routine = (*routine).clone();
    match action {
        AlterAction::Owner(role) => return step.role(role),
        AlterAction::SearchPath(path) => {
            changed.search_path = Some(path.trim_matches(['\'', '"']).to_owned());
        }
        AlterAction::SecurityDefiner(definer) => changed.security_definer = *definer,
        AlterAction::Rename(to) => {
            let to = (key.0.clone(), to.clone());
            return rename_routine(step, &key, &to, changed);
        }
        AlterAction::Schema(schema) => {
            step.usable_schema(schema)?;
            let to = (schema.clone(), key.1.clone());
            return rename_routine(step, &key, &to, changed);
        }
        _ => {
            let doubt = step.doubt("`alter function`");
            step.catalog.doubt_routines(&doubt);
            return open("`alter function`");
        }
    }
    let named = (key.0, key.1, changed.inputs.join(", "));
    step.catalog.routines.insert(named.into(), Held::certain(Rc::new(changed)));
    Ok(())
}

/// Gives a function another name or schema; what calls it keeps calling it.
fn rename_routine(step: &mut Step<'_>, from: &Key, to: &Key, routine: Routine) -> Result<(), Stop> {
    let arguments = routine.inputs.join(", ");
    let old: RoutineKey = (from.0.clone(), from.1.clone(), arguments.clone());
    let new: RoutineKey = (to.0.clone(), to.1.clone(), arguments);
    match super::catalog::found(
        step.catalog.routines.get(&new),
        |value| &**value,
        &step.catalog.routine_open(to),
    ) {
        Found::No => {}
        Found::Maybe(reason) => {
            let doubt = step.doubt("`alter function`");
            step.catalog.routine_names_open.insert(to.clone(), doubt.clone());
            if let Some(held) = step.catalog.routines.get_mut(&old) {
                held.doubt = Some(doubt);
            }
            return open(format!("function \"{}\" is not certain ({reason})", to.1));
        }
        Found::Yes(there) => {
            let error = format!("function {} already exists in schema \"{}\"", to.1, to.0);
            let failure = Failure::new(error).lacking("there", dotted(to));
            return fails(failure.behind(&there.place));
        }
    }
    step.catalog.routines.remove(&old);
    if let Some(bodies) = step.catalog.functions.get(&from.1).cloned() {
        step.catalog.functions.entry(to.1.clone()).or_default().extend(bodies);
    }
    step.catalog.routines.insert(new.clone().into(), Held::certain(Rc::new(routine)));
    step.catalog
        .renamed(&|used| (*used == Used::Routine(old.clone())).then(|| Used::Routine(new.clone())));
    Ok(())
}

/// `alter sequence ... owned by`.
pub(super) fn owned_sequence(
    step: &mut Step<'_>,
    said: &Alter,
    table: Option<&Name>,
    column: &str,
) -> Result<(), Stop> {
    let key = step.key(&said.object.name)?;
    match (step.catalog.relation(&key), step.catalog.table(&key)) {
        (Found::Yes(relation), _) if matches!(relation.what, What::Sequence) => {}
        (Found::No, Found::No) if said.if_exists => return Ok(()),
        (Found::No, Found::No) => return fails(missing_relation(&said.object.name, &key)),
        _ => return open(format!("whether sequence \"{}\" is there", key.1)),
    }
    let owner = match table {
        None => None,
        Some(table) => step.needs(table, false)?,
    };
    if let Some(owner) = &owner {
        match step.catalog.tables[owner].value.column(column) {
            Found::Yes(_) => {}
            Found::No => {
                let error =
                    format!("column \"{column}\" of relation \"{}\" does not exist", owner.1);
                return fails(Failure::new(error).lacking("column", column));
            }
            Found::Maybe(reason) => return open(reason),
        }
    }
    if let Some(held) = step.catalog.relations.get_mut(&key) {
        held.value.owner = owner.map(Rc::new);
    }
    Ok(())
}
