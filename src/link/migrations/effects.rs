//! Statements that are not modelled: what they could do, as far as their words tell.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::apply::{Step, fails, is_provided, open};
use super::catalog::{Doubt, Found, Held, Key, Shared, Table};
use super::typing::Stop;
use crate::facts::sql::{Name, Survey, Verb, Write};

/// Settings that change nothing we read.
const HARMLESS: [&str; 6] = [
    "statement_timeout",
    "lock_timeout",
    "client_min_messages",
    "idle_in_transaction_session_timeout",
    "client_encoding",
    "standard_conforming_strings",
];

/// Statements whose texts are data: only the functions they call can change the catalog.
const PLAIN: [&str; 12] = [
    "insert",
    "update",
    "delete",
    "select",
    "with",
    "copy",
    "comment on",
    "grant",
    "revoke",
    "refresh",
    "truncate",
    "values",
];

/// Runs a statement of which only the words are known.
pub fn opaque(step: &mut Step<'_>, survey: &Survey) -> Result<(), Stop> {
    let says = |word: &str| survey.words.binary_search_by(|it| it.as_str().cmp(word)).is_ok();
    match step.kind {
        "set" if HARMLESS.iter().any(|setting| says(setting)) => return Ok(()),
        "notify" => return Ok(()),
        "create extension" if step.supabase && is_offered(survey) => return Ok(()),

        "insert" | "update" | "delete" | "truncate" => missing_target(step)?,
        "create event" => step.catalog.event = Some(step.doubt("an event trigger")),
        "create trigger" => step.catalog.dependents.push(Rc::new(survey.clone())),
        "drop view" | "drop index" | "drop sequence" | "drop materialized" => {
            let doubt = step.doubt(format!("`{}`", step.kind));
            step.catalog.relations.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        }
        "create rule" => step.catalog.relations_open = Some(step.doubt("`create rule`")),
        _ => {}
    }
    if !step.kind.starts_with("create")
        && !matches!(step.kind, "grant" | "revoke" | "comment on" | "set")
    {
        step.catalog.rows_open = Some(step.doubt(format!("`{}` may write rows", step.kind)));
    }
    if step.kind.starts_with("drop") && says("cascade") {
        cascade(step);
    }
    let reason = format!("`{}` is not modelled yet", step.kind);
    let doubt = step.doubt(reason.clone());
    if says("search_path") && !step.kind.starts_with("create") && !step.kind.starts_with("alter") {
        step.catalog.path_open = Some(doubt.clone());
    }
    let runs = !PLAIN.contains(&step.kind);
    perform(step, survey, runs, &doubt, &mut BTreeSet::new());
    open(reason)
}

/// Extensions every project of the platform can switch on.
fn is_offered(survey: &Survey) -> bool {
    let says = |word: &str| survey.words.iter().any(|it| it == word);
    let offered = [
        "pgcrypto",
        "uuid-ossp",
        "pg_trgm",
        "vector",
        "btree_gin",
        "btree_gist",
        "citext",
        "ltree",
        "unaccent",
        "hstore",
    ];
    let placed = !says("schema") || says("extensions") || says("public");
    says("if") && placed && offered.iter().any(|extension| says(extension))
}

/// A write of rows needs its table.
fn missing_target(step: &Step<'_>) -> Result<(), Stop> {
    let Some(object) = step.object else { return Ok(()) };
    let name = match object.split_once('.') {
        Some((schema, name)) => Name { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => Name { schema: None, name: object.to_owned() },
    };
    match step.needs(&name, false) {
        Err(Stop::Fails(error)) => fails(error),
        _ => Ok(()),
    }
}

/// What is dropped with a function, a type or a view may be a column, a constraint or a policy anywhere.
fn cascade(step: &mut Step<'_>) {
    let doubt = step.doubt(format!("`{} ... cascade`", step.kind));
    for held in step.catalog.tables.values_mut() {
        held.value.doubt_policies(&doubt);
        if !matches!(step.kind, "drop view" | "drop materialized") {
            held.value.doubt_shape(&doubt);
        }
    }
}

/// Does what a text could do, functions it calls included.
fn perform(
    step: &mut Step<'_>,
    survey: &Survey,
    runs: bool,
    doubt: &Doubt,
    seen: &mut BTreeSet<String>,
) {
    for write in survey.writes.iter().filter(|_| runs) {
        self::write(step, survey, write, doubt);
    }
    for call in &survey.calls {
        let bodies = step.catalog.functions.get(&call.name).cloned();
        if let Some(bodies) = bodies.filter(|_| seen.insert(call.name.clone())) {
            bodies.iter().for_each(|body| perform(step, body, true, doubt, seen));
        } else if call
            .schema
            .as_deref()
            .is_some_and(|schema| !is_provided(schema) && schema == "partman")
        {
            step.catalog.tables_open = Some(doubt.clone());
        }
    }
}

fn write(step: &mut Step<'_>, survey: &Survey, write: &Write, doubt: &Doubt) {
    let object = write.object.as_ref().map(|name| step.key(name));
    let key = match object {
        Some(Ok(key)) => Some(key),
        // A name that depends on the search path could be any.
        Some(Err(_)) | None => None,
    };
    match write.verb {
        Verb::CreateTable => may_create(step, key, doubt),
        Verb::CreateSchema => match &write.object {
            Some(name) if name.schema.is_none() => {
                let held = Held { value: Some(step.place.clone()), doubt: Some(doubt.clone()) };
                step.catalog.schemas.entry(name.name.clone()).or_insert(held);
            }
            _ => step.catalog.schemas_open = Some(doubt.clone()),
        },
        Verb::CreateRelation => match key {
            Some(key) => {
                step.catalog
                    .relations
                    .entry(key.into())
                    .or_insert(Held { value: None, doubt: Some(doubt.clone()) });
            }
            None => step.catalog.relations_open = Some(doubt.clone()),
        },
        Verb::Policy => {
            let table = write.table.as_ref().and_then(|name| step.key(name).ok());
            each(step, table, |table| table.doubt_policies(doubt));
        }
        Verb::Rls => each(step, key, Table::doubt_rls),
        Verb::AlterTable => may_alter(step, survey, key, doubt),
        Verb::DropTable => may_drop(step, key, doubt),
        Verb::DropSchema | Verb::Anything => step.catalog.doubt_everything(doubt),
    }
}

fn each(step: &mut Step<'_>, key: Option<Key>, change: impl Fn(&mut Table)) {
    match key {
        Some(key) => {
            if let Some(held) = step.catalog.tables.get_mut(&key) {
                change(&mut held.value);
            }
        }
        None => step.catalog.tables.values_mut().for_each(|held| change(&mut held.value)),
    }
}

fn may_create(step: &mut Step<'_>, key: Option<Key>, doubt: &Doubt) {
    let Some(key) = key else {
        step.catalog.tables_open = Some(doubt.clone());
        return;
    };
    if matches!(step.catalog.table(&key), Found::No | Found::Maybe(_))
        && !step.catalog.tables.contains_key(&key)
    {
        let mut table = Table::new("table", step.place.clone());
        table.doubt_shape(doubt);
        table.doubt_policies(doubt);
        table.doubt_rls();
        step.catalog
            .tables
            .insert(key.into(), Held { value: Shared::new(table), doubt: Some(doubt.clone()) });
    }
}

fn may_alter(step: &mut Step<'_>, survey: &Survey, key: Option<Key>, doubt: &Doubt) {
    each(step, key.clone(), |table| {
        table.doubt_shape(doubt);
        table.doubt_rls();
    });
    let says = |word: &str| survey.words.iter().any(|it| it == word);
    if says("rename") || says("schema") {
        step.catalog.tables_open = Some(doubt.clone());
        for (other, held) in step.catalog.tables.iter_mut() {
            if key.as_ref().is_none_or(|key| *key == **other) {
                held.doubt = Some(doubt.clone());
            }
        }
    }
}

fn may_drop(step: &mut Step<'_>, key: Option<Key>, doubt: &Doubt) {
    match key {
        Some(key) => {
            if let Some(held) = step.catalog.tables.get_mut(&key) {
                held.doubt = Some(doubt.clone());
            }
        }
        None => step.catalog.doubt_tables(doubt),
    }
    // What depends on a dropped table goes with it.
    for held in step.catalog.tables.values_mut() {
        held.value.doubt_policies(doubt);
        held.value.constraints.iter_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        held.value.constraints_open = Some(doubt.clone());
    }
}
