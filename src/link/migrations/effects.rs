//! Statements that are not modelled: what they could do, as far as their words tell.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Doubt, Found, Held, Key, Shared, Table};
use super::objects::{ExtraKind, Relation, What};
use super::provided::is_provided;
use super::typing::{Stop, fails, open};
use crate::facts::sql::{Name, Survey, Verb, Write};

/// Settings that change nothing we read.
const HARMLESS: [&str; 11] = [
    "statement_timeout",
    "lock_timeout",
    "client_min_messages",
    "idle_in_transaction_session_timeout",
    "client_encoding",
    "standard_conforming_strings",
    "row_security",
    "xmloption",
    "default_tablespace",
    "default_table_access_method",
    "transaction_timeout",
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
    let reason = format!("`{}` is not modelled yet", step.kind);
    unfollowed(step, survey, reason)
}

/// The same, and why no more is known.
pub fn unfollowed(step: &mut Step<'_>, survey: &Survey, reason: String) -> Result<(), Stop> {
    let says = |word: &str| survey.words.binary_search_by(|it| it.as_str().cmp(word)).is_ok();
    match step.kind {
        "set" if says("check_function_bodies") => {
            step.catalog.bodies_unchecked = says("off") || says("false");
            return Ok(());
        }
        "set" if HARMLESS.iter().any(|setting| says(setting)) => return Ok(()),
        "notify" | "analyze" | "vacuum" | "lock" | "listen" | "discard" => return Ok(()),
        "reset" => {
            if says("all") || says("search_path") {
                step.catalog.path_open = None;
            }
            return Ok(());
        }
        "insert" | "update" | "delete" | "truncate" => missing_target(step)?,
        "create event" => step.catalog.event = Some(step.doubt("an event trigger")),
        "create trigger" => step.catalog.dependents.push(Rc::new(survey.clone())),
        "drop view" | "drop index" | "drop sequence" | "drop materialized" => {
            let doubt = step.doubt(format!("`{}`", step.kind));
            step.catalog.relations.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
            step.catalog.relations_open = Some(doubt);
        }
        "create rule" => step.catalog.relations_open = Some(step.doubt("`create rule`")),
        _ => {}
    }
    if step.kind == "insert" || step.kind == "update" || step.kind == "delete" {
        let key = target(step).and_then(|name| step.key(&name).ok());
        may_write(step, key.as_ref(), survey);
    } else if !step.kind.starts_with("create")
        && !matches!(step.kind, "grant" | "revoke" | "comment on" | "set")
    {
        let doubt = step.doubt(format!("`{}` may write rows", step.kind));
        step.catalog.open_rows(doubt);
    }
    if step.kind.starts_with("drop") && says("cascade") {
        cascade(step);
    }
    let doubt = step.doubt(reason.clone());
    if says("search_path") && !step.kind.starts_with("create") && !step.kind.starts_with("alter") {
        step.catalog.path_open = Some(doubt.clone());
    }
    let runs = !PLAIN.contains(&step.kind);
    may_touch(step, &says, &doubt);
    perform(step, survey, runs, &doubt, &mut BTreeSet::new());
    open(reason)
}

/// Functions of the tree that a statement about rows calls may do anything they say.
pub fn call(step: &mut Step<'_>, survey: &Survey) -> Result<(), Stop> {
    let bodies = |name: &Name| step.catalog.functions.get(&name.name);
    let called: Vec<&Rc<Survey>> = survey.calls.iter().filter_map(bodies).flatten().collect();
    if called.is_empty() {
        return Ok(());
    }
    let writes = ["insert", "update", "delete", "truncate", "execute", "perform", "call"];
    let pure = |it: &&Rc<Survey>| {
        it.writes.is_empty() && !writes.iter().any(|word| it.words.iter().any(|it| it == word))
    };
    if called.iter().all(pure) {
        return open("whether a function raises");
    }
    let doubt = step.doubt("a function is called");
    step.catalog.open_rows(doubt.clone());
    perform(step, survey, false, &doubt, &mut BTreeSet::new());
    open("a function is called")
}

/// Rows may have been written to a table; what it calls, and what its triggers do, may write anywhere.
pub fn may_write(step: &mut Step<'_>, key: Option<&Key>, survey: &Survey) {
    let doubt = step.doubt("rows are written");
    let called = |name: &Name| step.catalog.functions.contains_key(&name.name);
    let calls = survey.calls.iter().any(called);
    let quiet = key
        .and_then(|key| step.catalog.tables.get(key))
        .is_some_and(|held| held.value.triggers.is_empty() && held.value.triggers_open.is_none());
    match key.and_then(|key| step.catalog.tables.get_mut(key)) {
        Some(held) if quiet && !calls => {
            held.value.rows = Some(doubt);
            held.value.known = None;
        }
        _ => step.catalog.open_rows(doubt),
    }
}

/// What else than tables and policies a text may make, by its words.
fn may_touch(step: &mut Step<'_>, says: &dyn Fn(&str) -> bool, doubt: &Doubt) {
    let destructive =
        ["drop", "revoke", "delete", "update", "truncate", "alter", "unschedule", "rename"];
    let destroys = destructive.iter().any(|word| says(word));
    let kinds: [(ExtraKind, &[&str]); ExtraKind::COUNT] = [
        (ExtraKind::Extension, &["extension"]),
        (ExtraKind::Role, &["role", "user"]),
        (ExtraKind::Publication, &["publication"]),
        (ExtraKind::Job, &["schedule", "unschedule"]),
        (ExtraKind::Comment, &["comment"]),
        (ExtraKind::Row, &["insert", "update", "delete", "truncate", "copy"]),
        (ExtraKind::Grant, &["grant", "revoke"]),
    ];
    if says("grant") || says("revoke") {
        step.catalog.open_acls(says("default") && says("privileges"));
    }
    for (kind, words) in kinds {
        if words.iter().any(|word| says(word)) && destroys {
            step.catalog.doubt_extras(kind, doubt);
        } else if words.iter().any(|word| says(word)) {
            step.catalog.open_extras(kind, doubt);
        }
    }
}

/// Whether a text makes, drops and renames nothing: its functions stay what they are called.
fn only_alters(survey: &Survey) -> bool {
    let says = |word: &&str| survey.words.iter().any(|it| it == word);
    !["create", "drop", "rename", "schema", "depends"].iter().any(says)
}

/// A function of the name may be made, changed or dropped.
fn may_be_routine(step: &mut Step<'_>, key: Option<Key>, doubt: &Doubt) {
    let Some(key) = key else { return step.catalog.doubt_routines(doubt) };
    for (named, held) in step.catalog.routines.iter_mut() {
        if named.0 == key.0 && named.1 == key.1 {
            held.doubt = Some(doubt.clone());
        }
    }
    step.catalog.routine_names_open.insert(key, doubt.clone());
}

/// A relation or a type may be changed or dropped.
fn may_be_relation(step: &mut Step<'_>, key: Option<Key>, doubt: &Doubt) {
    let meant = |it: &Key| key.as_ref().is_none_or(|key| key == it);
    let relations = step.catalog.relations.iter_mut().filter(|(it, _)| meant(it));
    relations.for_each(|(_, held)| held.doubt = Some(doubt.clone()));
    let types = step.catalog.types.iter_mut().filter(|(it, _)| meant(it));
    types.for_each(|(_, held)| held.doubt = Some(doubt.clone()));
}

/// A trigger of a table may be made, changed or dropped.
fn may_be_trigger(step: &mut Step<'_>, write: &Write, doubt: &Doubt) {
    let table = write.table.as_ref().and_then(|name| step.key(name).ok());
    each(step, table, |table| table.doubt_triggers(doubt));
}

/// The table a write of rows names.
fn target(step: &Step<'_>) -> Option<Name> {
    Some(match step.object?.split_once('.') {
        Some((schema, name)) => Name { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => Name { schema: None, name: step.object?.to_owned() },
    })
}

/// A write of rows needs its table.
fn missing_target(step: &Step<'_>) -> Result<(), Stop> {
    let Some(name) = target(step) else { return Ok(()) };
    match step.needs(&name, false) {
        Err(Stop::Fails(error)) => fails(error),
        _ => Ok(()),
    }
}

/// What is dropped with a function, a type or a view may be a column, a constraint or a policy anywhere.
pub fn cascade(step: &mut Step<'_>) {
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
                let unread = Relation::plain(What::Unread, None, step.place.clone());
                step.catalog
                    .relations
                    .entry(key.into())
                    .or_insert(Held { value: unread, doubt: Some(doubt.clone()) });
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
        Verb::Routine if only_alters(survey) => {
            for (named, held) in step.catalog.routines.iter_mut() {
                if key.as_ref().is_none_or(|it| named.0 == it.0 && named.1 == it.1) {
                    Rc::make_mut(&mut held.value).altered = Some(doubt.clone());
                }
            }
        }
        Verb::Routine => may_be_routine(step, key, doubt),
        Verb::Relation => may_be_relation(step, key, doubt),
        Verb::Trigger => may_be_trigger(step, write, doubt),
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
        table.acl = table.acl.opened();
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
