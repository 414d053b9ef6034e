//! Conditions of blocks: questions to the server's catalog, answered from the one the migrations add up to.

use std::collections::BTreeMap;

use super::apply::Step;
use super::catalog::{Found, Held, Key, Table};
use super::objects::{ExtraKind, What};
use super::provided::{ROLES, is_provided};
use super::types;
use super::typing::{Stop, open};
use crate::facts::sql::{Expr, Query};

/// Names of tables and types that the server and the platform have in schemas of their own.
const ELSEWHERE: [&str; 34] = [
    "users",
    "identities",
    "sessions",
    "instances",
    "refresh_tokens",
    "audit_log_entries",
    "flow_state",
    "mfa",
    "one_time",
    "saml",
    "sso",
    "oauth",
    "buckets",
    "objects",
    "s3",
    "prefixes",
    "messages",
    "subscription",
    "schema_migrations",
    "migrations",
    "tenants",
    "extensions",
    "secrets",
    "decrypted",
    "job",
    "http",
    "key",
    "factor",
    "aal",
    "action",
    "equality",
    "user_defined",
    "wal",
    "sql_",
];

/// Whether a condition holds; none: not certain, but it can be asked.
pub fn holds(step: &Step<'_>, condition: &Expr) -> Result<Option<bool>, Stop> {
    match condition {
        Expr::Prefix(operator, inner) if operator == "not" => {
            holds(step, inner).map(|it| it.map(|it| !it))
        }
        Expr::Binary(operator, left, right) if operator == "and" => {
            Ok(match (holds(step, left)?, holds(step, right)?) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            })
        }
        Expr::Exists(query) => exists(step, query),
        _ => open("a condition of a block"),
    }
}

/// What a query asks for: the columns and the texts they must have.
type Asked = BTreeMap<String, String>;

fn exists(step: &Step<'_>, query: &Query) -> Result<Option<bool>, Stop> {
    let [(name, _)] = query.from.as_slice() else { return open("a condition of a block") };
    let plain = query.unread.is_none()
        && query.derived.is_empty()
        && query.groups.is_empty()
        && query.sorts.is_empty()
        && query.distinct_on.is_empty()
        && matches!(query.items.as_slice(), [Expr::Number(_)]);
    let mut asked = Asked::new();
    let read = query.conditions.iter().all(|it| gather(it, &mut asked).is_some());
    let asks = |needed: &[&str], may: &[&str]| {
        needed.iter().all(|it| asked.contains_key(*it))
            && asked.keys().all(|it| needed.contains(&it.as_str()) || may.contains(&it.as_str()))
    };
    let of = |column: &str| asked.get(column).map(String::as_str);
    let named = |column: &str| of(column).unwrap_or("");
    let relation = match name.schema.as_deref() {
        None | Some("pg_catalog") => name.name.clone(),
        Some(schema) => format!("{schema}.{}", name.name),
    };
    let answer = match relation.as_str() {
        _ if !plain || !read => None,
        "pg_type" if asks(&["typname"], &[]) => Some(a_type(step, named("typname"))),
        "pg_roles" if asks(&["rolname"], &[]) => Some(a_role(step, named("rolname"))),
        "pg_extension" if asks(&["extname"], &[]) => Some(an_extension(step, named("extname"))),
        "pg_policies" if asks(&["policyname", "tablename"], &["schemaname"]) => {
            Some(each(step, of("schemaname"), Some(named("tablename")), |table| {
                answer(table.policy(named("policyname")))
            }))
        }
        "pg_trigger" if asks(&["tgname"], &[]) => Some(a_trigger(step, named("tgname"))),
        "pg_constraint" if asks(&["conname"], &[]) => Some(a_constraint(step, named("conname"))),
        "pg_indexes" if asks(&["indexname", "schemaname"], &[]) => {
            let key = (named("schemaname").to_owned(), named("indexname").to_owned());
            Some(an_index(step, &key))
        }
        "information_schema.columns" if asks(&["table_name", "column_name"], &["table_schema"]) => {
            Some(a_column(step, of("table_schema"), named("table_name"), named("column_name")))
        }
        "information_schema.tables" if asks(&["table_name", "table_schema"], &[]) => {
            let key = (named("table_schema").to_owned(), named("table_name").to_owned());
            Some(a_table(step, &key))
        }
        "pg_tables" if asks(&["tablename", "schemaname"], &[]) => {
            let key = (named("schemaname").to_owned(), named("tablename").to_owned());
            Some(a_table(step, &key))
        }
        _ => None,
    };
    answer.map_or_else(|| open("a condition of a block"), Ok)
}

/// Takes `column = 'text' and ...` apart.
fn gather(condition: &Expr, asked: &mut Asked) -> Option<()> {
    let Expr::Binary(operator, left, right) = condition else { return None };
    match (operator.as_str(), &**left, &**right) {
        ("and", left, right) => gather(left, asked).and_then(|()| gather(right, asked)),
        ("=", Expr::Column(parts), Expr::Text(text)) => {
            asked.insert(parts.last()?.clone(), text.clone()).is_none().then_some(())
        }
        _ => None,
    }
}

fn answer<T>(found: Found<'_, T>) -> Option<bool> {
    match found {
        Found::Yes(_) => Some(true),
        Found::No => Some(false),
        Found::Maybe(_) => None,
    }
}

/// Whether one of several answers is yes.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut any = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => any = None,
        }
    }
    any
}

/// Whether something elsewhere than in the tree may have a name.
fn is_elsewhere(name: &str) -> bool {
    name.starts_with("pg_")
        || name.starts_with('_')
        || ELSEWHERE.iter().any(|known| name.starts_with(known))
}

/// Asks each table of a name; any, if none is said.
fn each(
    step: &Step<'_>,
    schema: Option<&str>,
    name: Option<&str>,
    ask: impl Fn(&Table) -> Option<bool>,
) -> Option<bool> {
    let meant =
        |key: &Key| schema.is_none_or(|it| it == key.0) && name.is_none_or(|name| name == key.1);
    let tables = step.catalog.tables.iter().filter(|(key, _)| meant(key));
    let answers = tables.map(|(_, held)| match ask(&held.value) {
        Some(true) if held.doubt.is_some() => None,
        answer => answer,
    });
    let unseen = step.catalog.tables_open.is_some()
        || schema.is_some_and(is_provided)
        || (schema.is_none() && name.is_some_and(is_elsewhere));
    any(answers.chain(unseen.then_some(None)))
}

fn a_column(step: &Step<'_>, schema: Option<&str>, table: &str, column: &str) -> Option<bool> {
    let in_tables = each(step, schema, Some(table), |table| answer(table.column(column)));
    let meant = |key: &Key| schema.is_none_or(|it| it == key.0) && key.1 == table;
    let others = step.catalog.relations.iter().filter(|(key, _)| meant(key));
    let in_others = others.map(|(_, held)| match &held.value.what {
        What::View(_, Some(view)) if held.doubt.is_none() => answer(view.column(column)),
        _ => None,
    });
    let unseen = step.catalog.relations_open.is_some().then_some(None);
    any(std::iter::once(in_tables).chain(in_others).chain(unseen))
}

fn a_table(step: &Step<'_>, key: &Key) -> Option<bool> {
    match (step.catalog.table(key), step.catalog.relation(key)) {
        (Found::Yes(_), _) => Some(true),
        (Found::No, Found::No) if !is_provided(&key.0) => Some(false),
        _ => None,
    }
}

fn an_index(step: &Step<'_>, key: &Key) -> Option<bool> {
    match (step.catalog.table(key), step.catalog.relation(key)) {
        (Found::No, Found::Yes(made)) if matches!(made.what, What::Index(_)) => Some(true),
        (Found::No, Found::No) if !is_provided(&key.0) => Some(false),
        _ => None,
    }
}

/// Tables and views have types of their names, and every type one of arrays.
fn a_type(step: &Step<'_>, name: &str) -> Option<bool> {
    let catalog = &*step.catalog;
    let types = catalog.types.iter().filter(|(key, _)| key.1 == name);
    let types = types.map(|(_, held)| held.doubt.is_none().then_some(true));
    let rows = catalog.tables.keys().chain(catalog.relations.keys()).filter(|key| key.1 == name);
    let unseen = catalog.relations_open.is_some()
        || catalog.tables_open.is_some()
        || is_elsewhere(name)
        || types::canonical(name).is_some()
        || catalog.extras_open[ExtraKind::Extension as usize].is_some()
        || ["vector", "halfvec", "sparsevec", "citext", "ltree", "hstore", "geo", "box", "lquery"]
            .iter()
            .any(|known| name.starts_with(known));
    any(types.chain(rows.map(|_| None)).chain(unseen.then_some(None)))
}

/// Roles are the cluster's: elsewhere than on a project of the platform one may be there already.
fn a_role(step: &Step<'_>, name: &str) -> Option<bool> {
    match step.catalog.extra(ExtraKind::Role, &[name]) {
        Found::Yes(_) => Some(true),
        _ if !step.supabase => None,
        _ if ROLES.contains(&name) => Some(true),
        Found::No if !name.contains("supabase") && !name.starts_with("pg") => Some(false),
        _ => None,
    }
}

fn an_extension(step: &Step<'_>, name: &str) -> Option<bool> {
    match step.catalog.extra(ExtraKind::Extension, &[name]) {
        Found::Yes(_) => Some(true),
        Found::No if step.supabase && name == "pg_cron" => Some(false),
        _ => None,
    }
}

fn a_trigger(step: &Step<'_>, name: &str) -> Option<bool> {
    let ask = |table: &Table| {
        any([super::catalog::found(table.triggers.get(name), |it| it, &table.triggers_open)]
            .into_iter()
            .map(answer))
    };
    let unseen = (step.catalog.is_depended_on(name) || is_elsewhere(name)).then_some(None);
    any(std::iter::once(each(step, None, None, ask)).chain(unseen))
}

fn a_constraint(step: &Step<'_>, name: &str) -> Option<bool> {
    let ask = |table: &Table, key: &str| {
        let held = table.constraints.iter().map(|held| is_named(held, name, key));
        any(held.chain(table.constraints_open.is_some().then_some(None)))
    };
    let tables = step.catalog.tables.iter().map(|(key, held)| match ask(&held.value, &key.1) {
        Some(true) if held.doubt.is_some() => None,
        answer => answer,
    });
    let domains = step.catalog.types.keys().filter(|key| name.starts_with(&key.1));
    let unseen = step.catalog.tables_open.is_some()
        || step.catalog.relations_open.is_some()
        || is_elsewhere(name)
        || name.ends_with("not_null")
        || step.catalog.is_depended_on(name);
    any(tables.chain(domains.map(|_| None)).chain(unseen.then_some(None)))
}

/// Whether a constraint has a name; PostgreSQL may have given it to one that says none.
fn is_named(held: &Held<super::catalog::Constraint>, name: &str, table: &str) -> Option<bool> {
    let kinds = ["primary key", "unique", "foreign key", "check", "exclude"];
    match &held.value.name {
        Some(it) if it == name => {
            (held.doubt.is_none() && kinds.contains(&held.value.kind.as_str())).then_some(true)
        }
        Some(_) => Some(false),
        None if table.len() > 20 || name.starts_with(table) => None,
        None => Some(false),
    }
}
