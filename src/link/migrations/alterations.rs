//! What is altered, tables apart.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Held};
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, What};
use super::provided::is_provided;
use super::publications;
use super::renamed_routines::{alter_function, owned_sequence};
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
        ("publication" | "sequence" | "materialized view" | "index", AlterAction::Owner(role)) => {
            there(step, said)?;
            step.role(role)
        }
        ("sequence", AlterAction::OwnedBy(table, column)) => {
            owned_sequence(step, said, table.as_ref(), column)
        }
        ("type", AlterAction::Rename(to)) => rename_type(step, said, to),
        ("policy", action) => policy(step, said, action),
        _ => other(step, said),
    }
}

/// Whether what has another owner is there.
fn there(step: &Step<'_>, said: &Alter) -> Result<(), Stop> {
    if said.kind == "publication" {
        let name = &said.object.name.name;
        return match step.catalog.extra(ExtraKind::Publication, &[name, "", ""]) {
            Found::Yes(_) => Ok(()),
            Found::No => fails(format!("publication \"{name}\" does not exist")),
            Found::Maybe(reason) => open(reason),
        };
    }
    let key = step.key(&said.object.name)?;
    match (step.catalog.relation(&key), step.catalog.table(&key)) {
        (Found::Yes(_), _) | (_, Found::Yes(_)) => Ok(()),
        (Found::No, Found::No) if said.if_exists => Ok(()),
        (Found::No, Found::No) if said.kind == "materialized view" => {
            fails(super::failure::missing_relation(&said.object.name, &key))
        }
        _ => open(format!("whether {} \"{}\" is there", said.kind, key.1)),
    }
}

/// Gives a type another name; what is of it keeps being so.
fn rename_type(step: &mut Step<'_>, said: &Alter, to: &str) -> Result<(), Stop> {
    let key = step.key(&said.object.name)?;
    let new = (key.0.clone(), to.to_owned());
    match step.catalog.type_of_tree(&key) {
        Found::Yes(_) => {}
        Found::No
            if !is_provided(&key.0)
                && matches!(step.catalog.relation(&key), Found::No)
                && matches!(step.catalog.table(&key), Found::No) =>
        {
            let failure = Failure::new(format!("type \"{}\" does not exist", said.object.name));
            return fails(failure.lacking("type", dotted(&key)));
        }
        _ => return other(step, said),
    }
    super::tables::type_taken(step.catalog, &new)?;
    if super::tables::taken(step.catalog, &new)? {
        return fails(format!("type \"{to}\" already exists"));
    }
    if let Some(held) = step.catalog.types.remove(&key) {
        step.catalog.types.insert(new.clone().into(), held);
    }
    let (old, new) = (dotted(&key), dotted(&new));
    for held in step.catalog.tables.values_mut() {
        if held.value.columns.iter().any(|it| super::depends::named(&it.value.0.ty, &old)) {
            for it in &mut held.value.columns {
                if super::depends::named(&it.value.0.ty, &old) {
                    let array = if it.value.0.ty.ends_with("[]") { "[]" } else { "" };
                    it.value.0.ty = format!("{new}{array}");
                }
            }
        }
    }
    let renamed = |it: &super::typing::Used| match it {
        super::typing::Used::Type(name) if *name == old => {
            Some(super::typing::Used::Type(new.clone()))
        }
        _ => None,
    };
    step.catalog.renamed(&renamed);
    let signed = step.catalog.routines.values().any(|it| {
        it.value.inputs.iter().chain([&it.value.returns]).any(|ty| super::depends::named(ty, &old))
    });
    if signed {
        let doubt = step.doubt("a type of a signature has another name");
        step.catalog.doubt_routines(&doubt);
    }
    Ok(())
}

/// `alter policy`: its name, its roles, its conditions.
fn policy(step: &mut Step<'_>, said: &Alter, action: &AlterAction) -> Result<(), Stop> {
    let Some(table) = &said.table else { return open("a policy without a table") };
    let key = match step.needs(table, false) {
        Ok(key) => key.expect("a table that must be there is there"),
        Err(Stop::Fails(failure)) => return fails(failure),
        Err(_) => return other(step, said),
    };
    let name = &said.object.name.name;
    let held = &step.catalog.tables[&key].value;
    let mut changed = match held.policy(name) {
        Found::Yes(policy) => policy.clone(),
        Found::No => {
            return fails(format!("policy \"{name}\" for table \"{}\" does not exist", key.1));
        }
        Found::Maybe(_) => return other(step, said),
    };
    let mut result = Ok(());
    match action {
        AlterAction::Rename(to) => match held.policy(to) {
            Found::No => changed.says.name.clone_from(to),
            Found::Yes(_) => {
                return fails(format!("policy \"{to}\" for table \"{}\" already exists", key.1));
            }
            Found::Maybe(_) => return other(step, said),
        },
        AlterAction::Policy { roles, using, check } => {
            let frame = || vec![vec![(key.1.clone(), &**held)]];
            let checks = using
                .iter()
                .chain(check)
                .map(|(_, expr)| step.with_scope(frame(), |it| it.condition(expr)));
            let roles_known = roles.iter().flatten().map(|it| step.role(it));
            result = all(checks.chain(roles_known).collect::<Vec<_>>()).map(|_| ());
            if let Some(roles) = roles {
                changed.says.roles.clone_from(roles);
            }
            changed.says.using = using.clone().or(changed.says.using);
            changed.says.check = check.clone().or(changed.says.check);
        }
        _ => return other(step, said),
    }
    changed.place = step.place.clone();
    let name = name.clone();
    step.settle(result, |step| {
        let table = &mut step.catalog.tables.get_mut(&key).expect("the table was found").value;
        table.policies.remove(&name);
        table.policies.insert(changed.says.name.clone(), Held::certain(changed));
    })
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
                let says = Rc::make_mut(&mut held.value);
                says.labels.push(label.to_owned());
                // Of a type that is as new as its label it can be used at once.
                if step.is_alone != Some(true) && says.place.0 != step.place.0 {
                    says.unused.push(label.to_owned());
                }
            }
            other.map(|_| ())
        }
    }
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
