//! `comment on`: what it is on must be there.

use super::apply::Step;
use super::catalog::{Found, Key};
use super::failure::{Failure, dotted, missing_relation};
use super::objects::{Extra, ExtraKind, What};
use super::provided::is_provided;
use super::typing::{Stop, fails, open};
use crate::base::Value;
use crate::facts::sql::Comment;

/// `comment on`.
pub fn comment(step: &mut Step<'_>, said: &Comment) -> Result<(), Stop> {
    let name = &said.object.name;
    let key = match said.kind.as_str() {
        "schema" | "extension" | "role" | "publication" => (String::new(), name.name.clone()),
        _ => step.key(name)?,
    };
    let result = exists(step, said, &key);
    step.settle(result, |step| {
        let part = said.part.clone().unwrap_or_default();
        let extra =
            Extra { cells: vec![Value::from(said.text.clone())], place: Some(step.place.clone()) };
        let named = [said.kind.as_str(), &key.0, &key.1, &part];
        if !is_provided(&key.0) && said.text.is_some() {
            step.catalog.put_extra(ExtraKind::Comment, &named, extra, None);
        }
    })
}

fn exists(step: &Step<'_>, said: &Comment, key: &Key) -> Result<(), Stop> {
    let name = &said.object.name;
    match said.kind.as_str() {
        "table" | "column" | "policy" | "trigger" | "constraint" => on_table(step, said, key),
        "schema" => match step.catalog.schema(&name.name) {
            Found::Yes(_) => Ok(()),
            Found::No if is_provided(&name.name) => open("a schema of the platform"),
            Found::No => fails(
                Failure::new(format!("schema \"{}\" does not exist", name.name))
                    .lacking("schema", &name.name),
            ),
            Found::Maybe(reason) => open(reason),
        },
        "view" | "materialized view" | "index" | "sequence" => relation(step, said, key),
        "function" | "procedure" => step.routine(&said.object).map(|_| ()),
        "type" | "domain" => step.type_named(&name.to_string()).map(|_| ()),
        "extension" => match step.catalog.extra(ExtraKind::Extension, &[&name.name]) {
            Found::Yes(_) => Ok(()),
            _ => open(format!("extension \"{}\" is not known", name.name)),
        },
        kind => open(format!("a comment on a {kind}")),
    }
}

fn relation(step: &Step<'_>, said: &Comment, key: &Key) -> Result<(), Stop> {
    if is_provided(&key.0) {
        return open("a relation of the platform");
    }
    match (step.catalog.relation(key), step.catalog.table(key)) {
        (Found::Yes(relation), _) => match (&relation.what, said.kind.as_str()) {
            (What::View(view, _), "view") if !view.materialized => Ok(()),
            (What::View(view, _), "materialized view") if view.materialized => Ok(()),
            (What::Index(_), "index") | (What::Sequence, "sequence") => Ok(()),
            (What::Unread, _) => open(format!("what kind of relation \"{}\" is", key.1)),
            _ => fails(format!("\"{}\" is not a {}", key.1, said.kind)),
        },
        (Found::Maybe(reason), _) | (_, Found::Maybe(reason)) => open(reason),
        (Found::No, Found::Yes(_)) => fails(format!("\"{}\" is not a {}", key.1, said.kind)),
        (Found::No, Found::No) if said.kind == "index" => open("a name PostgreSQL chose"),
        (Found::No, Found::No) => fails(missing_relation(&said.object.name, key)),
    }
}

fn on_table(step: &Step<'_>, said: &Comment, key: &Key) -> Result<(), Stop> {
    if let Found::Yes(relation) = step.catalog.relation(key)
        && let (What::View(_, columns), "column") = (&relation.what, said.kind.as_str())
    {
        let column = said.part.as_deref().unwrap_or("");
        let known = columns.as_ref().map(|table| table.column(column));
        return match known {
            Some(Found::Yes(_)) => Ok(()),
            _ => open("a column of a view"),
        };
    }
    let Some(key) = step.needs(&said.object.name, false)? else { return Ok(()) };
    let table = &step.catalog.tables[&key].value;
    let part = said.part.as_deref().unwrap_or("");
    let missing = |what: &str, of: &str| {
        Failure::new(format!("{what} \"{part}\" {of} \"{}\" does not exist", key.1))
    };
    let found = match said.kind.as_str() {
        "column" => match table.column(part) {
            Found::Yes(_) => return Ok(()),
            Found::No => {
                let failure = missing("column", "of relation").lacking("column", part);
                return fails(failure.of_table(&key, &table.place));
            }
            Found::Maybe(reason) => reason,
        },
        "policy" => match table.policy(part) {
            Found::Yes(_) => return Ok(()),
            Found::No => {
                let needs = format!("{}: {part}", dotted(&key));
                return fails(missing("policy", "for table").lacking("policy", needs));
            }
            Found::Maybe(reason) => reason,
        },
        "trigger" => match table.trigger(part) {
            Found::Yes(_) => return Ok(()),
            Found::No => return fails(missing("trigger", "for table")),
            Found::Maybe(reason) => reason,
        },
        "table" => return Ok(()),
        _ => {
            let named = |name: &Option<String>| name.as_deref() == Some(part);
            let mut certain = table.constraints.iter().filter(|held| held.doubt.is_none());
            let there =
                certain.any(|held| named(&held.value.name) && !held.value.kind.contains("index"));
            if there {
                return Ok(());
            }
            "a constraint whose name is not certain".to_owned()
        }
    };
    open(format!("{} \"{part}\" is not certain ({found})", said.kind))
}
