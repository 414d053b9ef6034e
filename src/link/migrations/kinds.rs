//! Types, sequences, extensions, roles and jobs: made.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Held, Key};
use super::failure::{Failure, dotted, taken_relation};
use super::objects::{Extra, ExtraKind, Relation, TypeSays, What};
use super::provided::{OFFERED, is_provided};
use super::tables::taken;
use super::typing::{Stop, all, fails, open};
use crate::base::Value;
use crate::facts::sql::{CreateType, Name};

/// `create type` and `create domain`.
pub fn create_type(step: &mut Step<'_>, said: &CreateType) -> Result<(), Stop> {
    let key = match step.key(&said.name) {
        Ok(key) => key,
        Err(stop) => {
            step.catalog.relations_open = Some(step.doubt("a type whose schema is not certain"));
            return Err(stop);
        }
    };
    step.usable_schema(&key.0)?;
    let parts: Vec<Result<String, Stop>> =
        said.types.iter().map(|ty| step.type_named(ty)).collect();
    let types: Vec<String> =
        parts.iter().map(|it| it.clone().unwrap_or_else(|_| "unknown".to_owned())).collect();
    let mut checks: Vec<Result<(), Stop>> = parts.into_iter().map(|it| it.map(|_| ())).collect();
    let there = match step.catalog.type_of_tree(&key) {
        Found::Yes(old) => {
            let failure = Failure::new(format!("type \"{}\" already exists", key.1));
            fails(failure.lacking("there", dotted(&key)).behind(&old.place))
        }
        Found::Maybe(reason) => open(format!("type \"{}\" is not certain ({reason})", key.1)),
        Found::No => match taken(step.catalog, &key) {
            Ok(true) => open(format!("whether \"{}\" has a type of its own", key.1)),
            Ok(false) => Ok(()),
            Err(stop) => Err(stop),
        },
    };
    checks.push(there);
    let repeated = said.labels.iter().enumerate().any(|(at, it)| said.labels[..at].contains(it));
    if repeated {
        checks.push(open("an enum that repeats a label"));
    }
    if let Some(clause) = &said.unread {
        checks.push(open(clause.clone()));
    }
    step.settle(all(checks).map(|_| ()), |step| {
        let value = TypeSays {
            kind: said.kind.clone(),
            labels: said.labels.clone(),
            unused: Vec::new(),
            base: types.first().filter(|_| said.kind == "domain").cloned(),
            fields: said.fields.iter().cloned().zip(types).collect(),
            place: step.place.clone(),
        };
        step.catalog.types.insert(key.into(), Held::certain(Rc::new(value)));
    })
}

/// `create sequence`.
pub fn create_sequence(
    step: &mut Step<'_>,
    name: &Name,
    if_not_exists: bool,
    unread: Option<&str>,
) -> Result<(), Stop> {
    let key = match step.key(name) {
        Ok(key) => key,
        Err(stop) => {
            step.catalog.relations_open =
                Some(step.doubt("a sequence whose schema is not certain"));
            return Err(stop);
        }
    };
    step.usable_schema(&key.0)?;
    let there = match taken(step.catalog, &key) {
        Ok(true) if if_not_exists => return Ok(()),
        Ok(true) => return fails(taken_relation(&key, step.place_of(&key).as_ref())),
        Ok(false) => Ok(()),
        Err(stop) => Err(stop),
    };
    let clause = unread.map_or(Ok(()), |clause| open(format!("`{clause}` of a sequence")));
    step.settle(all([there, clause]).map(|_| ()), |step| {
        let made = Relation::plain(What::Sequence, None, step.place.clone());
        step.catalog.relations.entry(key.into()).or_insert(Held::certain(made));
    })
}

/// `create extension`.
pub fn create_extension(
    step: &mut Step<'_>,
    name: &str,
    schema: Option<&str>,
    if_not_exists: bool,
    exact: bool,
) -> Result<(), Stop> {
    if let Some(schema) = schema.filter(|schema| !is_provided(schema)) {
        let there = step.usable_schema(schema);
        if matches!(there, Err(Stop::Fails(_))) && !if_not_exists {
            return there;
        }
    }
    let there = match step.catalog.extra(ExtraKind::Extension, &[name]) {
        Found::Yes(_) if if_not_exists => return Ok(()),
        Found::Yes(old) => {
            let failure = Failure::new(format!("extension \"{name}\" already exists"));
            let failure = failure.lacking("there", name);
            return fails(match &old.place {
                Some(place) => failure.behind(place),
                None => failure,
            });
        }
        Found::Maybe(reason) if !if_not_exists => {
            open(format!("extension \"{name}\" is not certain ({reason})"))
        }
        _ => Ok(()),
    };
    let offered = step.supabase && OFFERED.contains(&name);
    let version = exact && name != "vector";
    let known = match offered && !version && (name != "pgmq") {
        true => Ok(()),
        false => open(format!("whether the server offers extension `{name}`")),
    };
    let usable = match schema {
        Some("extensions" | "vault" | "graphql") if step.supabase => Ok(()),
        Some("pg_catalog") if step.supabase && name == "pg_cron" => Ok(()),
        Some(schema) if is_provided(schema) => open(format!("schema \"{schema}\"")),
        Some(schema) => step.usable_schema(schema),
        None => Ok(()),
    };
    let provided = step.is_provided_extension(name);
    step.settle(all([there, known, usable]).map(|_| ()), |step| {
        let place = (!provided).then(|| step.place.clone());
        let extra = Extra { cells: vec![Value::from(schema.map(str::to_owned))], place };
        step.catalog.put_extra(ExtraKind::Extension, &[name], extra, None);
        super::platform::bring_extension(step.catalog, name);
    })
}

/// `create role`. Roles are the cluster's: elsewhere than on a project of the platform one may be there already.
pub fn create_role(step: &mut Step<'_>, name: &str, plain: bool) -> Result<(), Stop> {
    let result = match step.catalog.extra(ExtraKind::Role, &[name]) {
        Found::Yes(_) => return fails(format!("role \"{name}\" already exists")),
        _ if step.supabase && super::provided::ROLES.contains(&name) => {
            return fails(format!("role \"{name}\" already exists"));
        }
        Found::No if plain && step.supabase && !name.contains("supabase") => Ok(()),
        _ if !plain => open("options of a role"),
        _ => open("roles are the cluster's"),
    };
    let extra = Extra { cells: Vec::new(), place: Some(step.place.clone()) };
    step.settle(result, |step| step.catalog.put_extra(ExtraKind::Role, &[name], extra, None))
}

/// `select cron.schedule(...)`.
pub fn schedule(
    step: &mut Step<'_>,
    name: Option<&str>,
    schedule: &str,
    body: &str,
) -> Result<(), Stop> {
    let there = match step.catalog.extra(ExtraKind::Extension, &["pg_cron"]) {
        Found::Yes(_) => Ok(()),
        Found::No if step.supabase => {
            let failure = Failure::new("schema \"cron\" does not exist");
            return fails(failure.lacking("extension", "pg_cron"));
        }
        _ => open("whether extension `pg_cron` is there"),
    };
    let words = schedule.split_whitespace().count();
    let field = |it: &str| it.chars().all(|it| it.is_ascii_digit() || "*/,-".contains(it));
    let plain = words == 5 && schedule.split_whitespace().all(field);
    let fits = if plain { Ok(()) } else { open(format!("the schedule `{schedule}`")) };
    let name = name.unwrap_or("").to_owned();
    let cells = vec![Value::from(schedule), Value::from(body)];
    let extra = Extra { cells, place: Some(step.place.clone()) };
    step.settle(all([there, fits]).map(|_| ()), |step| {
        step.catalog.put_extra(ExtraKind::Job, &[&name], extra, None)
    })
}

impl Step<'_> {
    /// Where a table or a relation is written, if it is there.
    pub fn place_of(&self, key: &Key) -> Option<super::catalog::Place> {
        let table = self.catalog.tables.get(key).map(|held| held.value.place.clone());
        table.or_else(|| self.catalog.relations.get(key).map(|held| held.value.place.clone()))
    }

    fn is_provided_extension(&self, name: &str) -> bool {
        let held = &self.catalog.extras[ExtraKind::Extension as usize];
        let key = [name.to_owned()];
        held.get(key.as_slice()).is_some_and(|held| held.value.place.is_none())
    }

    /// Whether a role is there.
    pub fn role(&self, role: &str) -> Result<(), Stop> {
        let always = ["public", "current_user", "session_user", "current_role"];
        if always.contains(&role) || (self.supabase && super::provided::ROLES.contains(&role)) {
            return Ok(());
        }
        match self.catalog.extra(ExtraKind::Role, &[role]) {
            Found::Yes(_) => Ok(()),
            _ => open(format!("role \"{role}\" is not known")),
        }
    }
}
