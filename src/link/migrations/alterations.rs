//! What is altered, tables apart.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Held};
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, Routine, What};
use super::provided::is_provided;
use super::publications;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Alter, AlterAction, CreateView};

/// `alter`.
pub fn alter(step: &mut Step<'_>, said: &Alter) -> Result<(), Stop> {
    match (said.kind.as_str(), &said.action) {
        ("publication", AlterAction::Tables { verb, tables }) => {
            publications::alter(step, &said.object.name.name, verb, tables)
        }
        ("type", AlterAction::AddValue { label, if_not_exists }) => {
            add_value(step, said, label, *if_not_exists)
        }
        ("function" | "procedure", action) => alter_function(step, said, action),
        ("view", action) => alter_view(step, said, action),
        ("type" | "domain", AlterAction::Owner(role)) => {
            step.type_named(&said.object.name.to_string())?;
            step.role(role)
        }
        ("index", AlterAction::Rename(to)) => rename_index(step, said, to),
        _ => other(step, said),
    }
}

/// What is not followed leaves its kind open.
fn other(step: &mut Step<'_>, said: &Alter) -> Result<(), Stop> {
    let doubt = step.doubt(format!("`alter {}`", said.kind));
    match said.kind.as_str() {
        "policy" => {
            let key = said.table.as_ref().and_then(|table| step.key(table).ok());
            if let (Some(table), Err(Stop::Fails(failure))) =
                (&said.table, said.table.as_ref().map_or(Ok(None), |it| step.needs(it, false)))
            {
                let _ = table;
                return fails(failure);
            }
            for (other, held) in step.catalog.tables.iter_mut() {
                if key.as_ref().is_none_or(|key| *key == **other) {
                    held.value.doubt_policies(&doubt);
                }
            }
        }
        "trigger" => {
            step.catalog.tables.values_mut().for_each(|held| held.value.doubt_triggers(&doubt))
        }
        "sequence" if matches!(said.action, AlterAction::Owner(_)) => {}
        "extension" => step.catalog.doubt_extras(ExtraKind::Extension, &doubt),
        "publication" => step.catalog.doubt_extras(ExtraKind::Publication, &doubt),
        "role" => step.catalog.doubt_extras(ExtraKind::Role, &doubt),
        _ => {
            step.catalog.relations_open = Some(doubt.clone());
            step.catalog.relations.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
            step.catalog.types.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        }
    }
    open(format!("`alter {}`", said.kind))
}

fn rename_index(step: &mut Step<'_>, said: &Alter, to: &str) -> Result<(), Stop> {
    let key = step.key(&said.object.name)?;
    let new = (key.0.clone(), to.to_owned());
    let there = match (step.catalog.relation(&key), step.catalog.table(&key)) {
        (Found::Yes(relation), _) if matches!(relation.what, What::Index(_)) => Ok(()),
        (Found::No, Found::No) if said.if_exists => return Ok(()),
        _ => open(format!("whether index \"{}\" is there", key.1)),
    };
    let free = match super::tables::taken(step.catalog, &new) {
        Ok(false) => Ok(()),
        Ok(true) => {
            return fails(super::failure::taken_relation(&new, step.place_of(&new).as_ref()));
        }
        Err(stop) => Err(stop),
    };
    let result = all([there, free]).map(|_| ());
    let sure = result.is_ok();
    let doubt = step.doubt("`alter index`");
    step.settle(result, |step| {
        let held = step.catalog.relations.remove(&key);
        let relation = held.map_or_else(
            || super::objects::Relation::plain(What::Unread, None, step.place.clone()),
            |held| held.value,
        );
        let held = Held { value: relation, doubt: (!sure).then_some(doubt) };
        step.catalog.relations.insert(new.into(), held);
    })
}

fn add_value(
    step: &mut Step<'_>,
    said: &Alter,
    label: &str,
    if_not_exists: bool,
) -> Result<(), Stop> {
    let key = step.key(&said.object.name)?;
    let there = match step.catalog.type_of_tree(&key) {
        Found::Yes(says) if says.kind == "enum" => Ok(says.labels.iter().any(|it| it == label)),
        Found::No if !is_provided(&key.0) && matches!(step.catalog.relation(&key), Found::No) => {
            let failure = Failure::new(format!("type \"{}\" does not exist", said.object.name));
            return fails(failure.lacking("type", dotted(&key)));
        }
        _ => open("an enum that is not certain"),
    };
    match there {
        Ok(true) if if_not_exists => Ok(()),
        Ok(true) => fails(format!("enum label \"{label}\" already exists")),
        other => {
            if let Some(held) = step.catalog.types.get_mut(&key) {
                Rc::make_mut(&mut held.value).labels.push(label.to_owned());
            }
            // A new value cannot be used before its transaction ends.
            other.map(|_| ())
        }
    }
}

fn alter_function(step: &mut Step<'_>, said: &Alter, action: &AlterAction) -> Result<(), Stop> {
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

fn alter_view(step: &mut Step<'_>, said: &Alter, action: &AlterAction) -> Result<(), Stop> {
    let key = step.key(&said.object.name)?;
    let view = match step.catalog.relation(&key) {
        Found::Yes(relation) => match &relation.what {
            What::View(says, table) => Ok((CreateView::clone(says), table.clone())),
            _ => open("a relation that is no view"),
        },
        Found::No if matches!(step.catalog.table(&key), Found::No) && !is_provided(&key.0) => {
            if said.if_exists {
                return Ok(());
            }
            let name = &said.object.name;
            return fails(super::failure::missing_relation(name, &key));
        }
        _ => open("a view that is not certain"),
    };
    match (view, action) {
        (Ok((mut says, table)), AlterAction::SecurityInvoker(invoker)) => {
            says.security_invoker = *invoker;
            let held = step.catalog.relations.get_mut(&key).expect("the view was found");
            held.value.what = What::View(Rc::new(says), table);
            Ok(())
        }
        (Ok(_), AlterAction::Owner(role)) => step.role(role),
        (Err(stop), AlterAction::SecurityInvoker(_) | AlterAction::Owner(_)) => Err(stop),
        _ => other(step, said),
    }
}
