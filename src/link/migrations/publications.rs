//! Publications: made, and their tables added and taken away.

use super::apply::Step;
use super::catalog::{Found, Key};
use super::failure::{Failure, dotted};
use super::objects::{Extra, ExtraKind};
use super::provided::is_provided;
use super::typing::{Stop, all, fails, open};
use crate::base::Value;
use crate::facts::sql::Name;

/// The publication every project of the platform has.
const PROVIDED: &str = "supabase_realtime";

/// `create publication`.
pub fn create(
    step: &mut Step<'_>,
    name: &str,
    tables: &[Name],
    all_tables: bool,
) -> Result<(), Stop> {
    match known(step, name) {
        Found::Yes(()) => return fails(format!("publication \"{name}\" already exists")),
        Found::Maybe(reason) => return open(reason),
        Found::No => {}
    }
    let keys: Vec<Result<Key, Stop>> = tables.iter().map(|table| needed(step, table)).collect();
    let result = all(keys.clone()).map(|_| ());
    step.settle(result, |step| {
        put(step, name, None, all_tables);
        keys.into_iter().flatten().for_each(|key| put(step, name, Some(&key), false));
    })
}

/// `alter publication ... add table`.
pub fn alter(step: &mut Step<'_>, name: &str, verb: &str, tables: &[Name]) -> Result<(), Stop> {
    let there = match known(step, name) {
        Found::Yes(()) => Ok(()),
        Found::No if step.catalog.extras_open[ExtraKind::Publication as usize].is_none() => {
            let failure = Failure::new(format!("publication \"{name}\" does not exist"));
            fails(failure.lacking("publication", name))
        }
        _ => open(format!("publication \"{name}\" is not certain")),
    };
    let mut checks = vec![there];
    let mut keys = Vec::new();
    for table in tables {
        match needed(step, table) {
            Ok(key) => {
                checks.push(member(step, name, verb, &key));
                keys.push(key);
            }
            Err(stop) => checks.push(Err(stop)),
        }
    }
    step.settle(all(checks).map(|_| ()), |step| {
        if verb == "set table" {
            let doubt = step.doubt("tables of a publication are set");
            step.catalog.doubt_extras(ExtraKind::Publication, &doubt);
        }
        if verb == "drop table" {
            for key in &keys {
                let named = [name.to_owned(), key.0.clone(), key.1.clone()];
                step.catalog.extras[ExtraKind::Publication as usize].remove(named.as_slice());
            }
        } else {
            keys.iter().for_each(|key| put(step, name, Some(key), false));
        }
    })
}

fn known(step: &Step<'_>, name: &str) -> Found<'static, ()> {
    if step.supabase && name == PROVIDED {
        return Found::Yes(&());
    }
    match step.catalog.extra(ExtraKind::Publication, &[name, "", ""]) {
        Found::Yes(_) => Found::Yes(&()),
        Found::No => Found::No,
        Found::Maybe(reason) => Found::Maybe(reason),
    }
}

fn needed(step: &Step<'_>, table: &Name) -> Result<Key, Stop> {
    let key = step.key(table)?;
    if is_provided(&key.0) && !step.catalog.tables.contains_key(&key) {
        return open("a table of the platform");
    }
    step.needs(table, false).map(|key| key.expect("a table that must be there is there"))
}

fn member(step: &Step<'_>, name: &str, verb: &str, key: &Key) -> Result<(), Stop> {
    match (verb, step.catalog.extra(ExtraKind::Publication, &[name, &key.0, &key.1])) {
        ("add table", Found::Yes(old)) => {
            let failure = Failure::new(format!(
                "relation \"{}\" is already member of publication \"{name}\"",
                key.1
            ));
            let failure = failure.lacking("there", dotted(key));
            fails(match &old.place {
                Some(place) => failure.behind(place),
                None => failure,
            })
        }
        ("add table", Found::No) | ("drop table", Found::Yes(_)) => Ok(()),
        ("drop table", Found::No) => {
            fails(format!("relation \"{}\" is not part of the publication", key.1))
        }
        _ => open(format!("tables of publication \"{name}\"")),
    }
}

fn put(step: &mut Step<'_>, name: &str, key: Option<&Key>, all_tables: bool) {
    let (schema, table) = key.map_or(("", ""), |key| (key.0.as_str(), key.1.as_str()));
    let extra = Extra { cells: vec![Value::from(all_tables)], place: Some(step.place.clone()) };
    step.catalog.put_extra(ExtraKind::Publication, &[name, schema, table], extra, None);
}
