//! Tables: made.

use super::apply::{Step, fails, open};
use super::catalog::{Catalog, Doubted, Found, Held, Key, Shared, Table};
use super::constraints::{add_constraint, own_index, without_query};
use super::operators::assigns;
use super::types;
use super::typing::{Stop, all};
use crate::facts::sql::{Column as SaidColumn, CreateTable, Name};

/// Whether a name in a schema is taken.
pub fn taken(catalog: &Catalog, key: &Key) -> Result<bool, Stop> {
    let maybe =
        |reason: String| open(format!("whether \"{}\" is taken is not certain ({reason})", key.1));
    match (catalog.table(key), catalog.relation(key)) {
        (Found::Yes(_), _) | (_, Found::Yes(_)) => Ok(true),
        (Found::Maybe(reason), _) | (_, Found::Maybe(reason)) => maybe(reason),
        (Found::No, Found::No) => Ok(false),
    }
}

/// `create table`.
pub fn create(step: &mut Step<'_>, said: &CreateTable) -> Result<(), Stop> {
    if said.temporary {
        let key = ("pg_temp".to_owned(), said.name.name.clone());
        step.catalog.relations.insert(key.into(), Held::certain(None));
        return open("a temporary table");
    }
    let key = match step.key(&said.name) {
        Ok(key) => key,
        Err(stop) => {
            step.catalog.tables_open = Some(step.doubt("a table whose schema is not certain"));
            return Err(stop);
        }
    };
    if let Err(Stop::Fails(error)) = step.usable_schema(&key.0) {
        return fails(error);
    }
    let taken = taken(step.catalog, &key);
    match taken {
        Ok(true) if said.if_not_exists => return Ok(()),
        Ok(true) => return fails(format!("relation \"{}\" already exists", key.1)),
        _ => {}
    }
    let mut table = Table::new(&said.kind, step.place.clone());
    let shape = shape(step, said, &key, &mut table);
    let alone = matches!(step.catalog.relation(&key), Found::No);
    let existence = match taken {
        // Either the old one stays or this one is made: there is one afterwards.
        Err(_) if said.if_not_exists && alone => Ok(()),
        Err(stop) => Err(stop),
        Ok(_) => Ok(()),
    };
    if step.catalog.event.is_some() {
        table.doubt_rls();
    }
    let result = all([step.usable_schema(&key.0), existence, shape]).map(|_| ());
    let doubt = (said.if_not_exists && !alone).then(|| step.doubt("a view of this name may stay"));
    step.settle(result, |step| place(step, key, said, table, doubt))
}

/// Puts a new table into the catalog; where an old one may stand, only what both share is certain.
fn place(step: &mut Step<'_>, key: Key, said: &CreateTable, mut table: Table, unsure: Doubted) {
    if said.if_not_exists
        && let Some(old) = step.catalog.tables.remove(&key)
    {
        let doubt = step.doubt("an older table of this name may stay");
        table.doubt_rls();
        table.policies.extend(old.value.policies.clone());
        table.doubt_policies(&doubt);
        table.doubt_shape(&doubt);
    }
    let implied = implied_names(&key, &table);
    let doubt = step.doubt("a name PostgreSQL chose");
    for name in implied {
        let held = Held { value: Some(key.clone().into()), doubt: Some(doubt.clone()) };
        step.catalog.relations.entry(name.into()).or_insert(held);
    }
    for constraint in &table.constraints {
        own_index(step.catalog, &key, &constraint.value);
    }
    let held = Held { value: Shared::new(table), doubt: unsure };
    step.catalog.tables.insert(key.into(), held);
}

/// Names of indexes and sequences that are made along; PostgreSQL chooses others if these are taken.
fn implied_names(key: &Key, table: &Table) -> Vec<Key> {
    let of = |suffix: String| (key.0.clone(), format!("{}_{suffix}", key.1));
    let keys =
        table.constraints.iter().filter(|held| held.value.name.is_none()).filter_map(|held| {
            match held.value.kind.as_str() {
                "primary key" => Some(of("pkey".to_owned())),
                "unique" => Some(of(format!("{}_key", held.value.columns.join("_")))),
                "unique index" | "index" => {
                    Some(of(format!("{}_idx", held.value.columns.join("_"))))
                }
                _ => None,
            }
        });
    let made = |column: &SaidColumn| column.identity || column.ty.contains("serial");
    let columns = table.columns.iter().map(|held| &held.value.0);
    let sequences =
        columns.filter(|column| made(column)).map(|column| of(format!("{}_seq", column.name)));
    keys.chain(sequences).collect()
}

/// Fills in columns and constraints, and says whether a server certainly takes them.
fn shape(step: &Step<'_>, said: &CreateTable, key: &Key, table: &mut Table) -> Result<(), Stop> {
    let mut checks = Vec::new();
    let doubt = |reason: &str| Some(step.doubt(reason));
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`create table ... {clause}`")));
        table.columns_open = doubt("a clause that is not read");
        table.constraints_open.clone_from(&table.columns_open);
    }
    if said.kind == "partitioned" {
        checks.push(open("`partition by`"));
    }
    for parent in said.partition_of.iter().chain(&said.inherits) {
        checks.push(inherit(step, parent, table));
    }
    if said.partition_of.is_some() {
        checks.push(open("`partition of`"));
    }
    for column in &said.columns {
        checks.push(add_column(step, table, column));
    }
    for constraint in &said.constraints {
        checks.push(add_constraint(step, table, key, constraint));
    }
    all(checks).map(|_| ())
}

fn inherit(step: &Step<'_>, parent: &Name, table: &mut Table) -> Result<(), Stop> {
    let needed = step.needs(parent, false);
    let Ok(Some(key)) = &needed else {
        table.columns_open = Some(step.doubt("the parent is not certain"));
        return needed.map(|_| ());
    };
    let from = &step.catalog.tables[key].value;
    table.parent = Some(key.clone());
    table.columns.extend(from.columns.iter().cloned());
    table.columns_open.clone_from(&from.columns_open);
    table.constraints_open = Some(step.doubt("constraints come from the parent"));
    open("inheritance")
}

/// Adds a column, and says whether a server certainly takes it.
pub fn add_column(step: &Step<'_>, table: &mut Table, said: &SaidColumn) -> Result<(), Stop> {
    let mut checks = Vec::new();
    if let Found::Yes(_) = table.column(&said.name) {
        checks.push(if table.parent.is_some() {
            open("a column the parent has too")
        } else {
            fails(format!("column \"{}\" specified more than once", said.name))
        });
    }
    let serial = said.ty.contains("serial");
    match (types::canonical(&said.ty), &said.default) {
        (None, _) => checks.push(open(format!("type `{}` is not built in", said.ty))),
        (Some(_), Some(_)) if serial => checks.push(open("a serial column with a default")),
        (Some(ty), Some(default)) => checks.push(
            step.with_scope(Vec::new(), |scope| scope.type_of(default))
                .and_then(|from| assigns(&ty, &from))
                .and_then(|()| without_query(default)),
        ),
        (Some(_), None) => {}
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of a column")));
    }
    let mut column = said.clone();
    column.not_null |= serial;
    table.columns.push(Held::certain((column, step.place.clone())));
    all(checks).map(|_| ())
}
