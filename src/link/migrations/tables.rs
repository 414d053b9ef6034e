//! Tables: made.

use super::acl::Class;
use super::apply::{Kept, Step};
use super::catalog::{Catalog, Doubted, Found, Held, Key, Shared, Table};
use super::constraints::{add_constraint, chosen, own_index, shortened, without_query};
use super::failure::{Failure, dotted, taken_relation};
use super::generated::generates;
use super::objects::{Relation, What};
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Column as SaidColumn, CreateTable, Expr, Name};

/// The schema of temporary tables: it is gone when the session ends.
pub const TEMPORARY: &str = "pg_temp";

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

/// A table and a view bring a type of their name along.
pub fn type_taken(catalog: &Catalog, key: &Key) -> Result<(), Stop> {
    match catalog.types.get(key) {
        Some(Held { doubt: None, value }) => {
            let failure = Failure::new(format!("type \"{}\" already exists", key.1));
            fails(failure.lacking("there", dotted(key)).behind(&value.place))
        }
        Some(_) => open(format!("whether type \"{}\" is there", key.1)),
        None => Ok(()),
    }
}

/// `create table`.
pub fn create(step: &mut Step<'_>, said: &CreateTable) -> Result<(), Stop> {
    let key = match step.key(&said.name) {
        _ if said.temporary => (TEMPORARY.to_owned(), said.name.name.clone()),
        // A temporary table is found before it, and does not stand in its way.
        Ok(key) if key.0 == TEMPORARY && said.name.schema.is_none() => ("public".to_owned(), key.1),
        Ok(key) => key,
        Err(stop) => {
            step.catalog.tables_open = Some(step.doubt("a table whose schema is not certain"));
            return Err(stop);
        }
    };
    if let Err(Stop::Fails(error)) = step.usable_schema(&key.0) {
        return fails(error);
    }
    let mut taken = taken(step.catalog, &key);
    if taken == Ok(true) && gives_way(step, said, &key) {
        taken = Ok(false);
        put_aside(step, &key);
    }
    match taken {
        Ok(true) if said.if_not_exists => {
            step.kept = kept(step.catalog, said, &key);
            return Ok(());
        }
        Ok(true) => return fails(taken_relation(&key, step.place_of(&key).as_ref())),
        _ => {}
    }
    let mut table = Table::new(&said.kind, step.place.clone());
    table.provided = said.temporary;
    table.fleeting = said.fleeting;
    let shape = shape(step, said, &key, &mut table);
    if taken.is_err() && said.if_not_exists && matches!(shape, Err(Stop::Fails(_))) {
        return old_or_nothing(step, said, &key);
    }
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
    let named = type_taken(step.catalog, &key);
    let result = all([step.usable_schema(&key.0), existence, named, shape]).map(|_| ());
    let doubt = (said.if_not_exists && !alone).then(|| step.doubt("a view of this name may stay"));
    step.settle(result, |step| place(step, key, said, table, doubt))
}

/// A table that can only be the older one: the new one would be refused. Whether the older one is there is not certain,
/// but whatever comes after the statement finds it there.
fn old_or_nothing(step: &mut Step<'_>, said: &CreateTable, key: &Key) -> Result<(), Stop> {
    step.kept = kept(step.catalog, said, key);
    if let Some(held) = step.catalog.tables.get_mut(key) {
        held.doubt = None;
    }
    open("a table that is older or refused")
}

/// Whether what is older is to be set aside for a newer table that is another.
fn gives_way(step: &Step<'_>, said: &CreateTable, key: &Key) -> bool {
    let aside = step.catalog.aside.get(&dotted(key)) == Some(&step.place);
    let table = kept(step.catalog, said, key);
    said.if_not_exists && aside && table.is_none_or(|it| !it.lacks.is_empty())
}

/// What is older goes on under another name.
fn put_aside(step: &mut Step<'_>, key: &Key) {
    let other = (key.0.clone(), format!("{}_set_aside", key.1));
    if step.catalog.tables.contains_key(key) {
        let _ = super::alter::rename(step, &mut key.clone(), other);
    } else if let Some(held) = step.catalog.relations.remove(key) {
        step.catalog.relations.insert(other.into(), held);
    }
}

/// The older table that stays, and the columns it has not.
fn kept(catalog: &Catalog, said: &CreateTable, key: &Key) -> Option<Kept> {
    let table = &catalog.tables.get(key)?.value;
    let lacks = said.columns.iter().map(|column| &column.name);
    let lacks = lacks.filter(|name| matches!(table.column(name), Found::No)).cloned().collect();
    Some(Kept { place: table.place.clone(), lacks })
}

/// Puts a new table into the catalog; where an old one may stand, only what both share is certain.
fn place(step: &mut Step<'_>, key: Key, said: &CreateTable, mut table: Table, unsure: Doubted) {
    let mut older = None;
    if said.if_not_exists
        && let Some(old) = step.catalog.tables.remove(&key)
    {
        older = Some(old.value.acl);
        let doubt = step.doubt("an older table of this name may stay");
        table.doubt_rls();
        table.policies.extend(old.value.policies.clone());
        table.doubt_policies(&doubt);
        table.doubt_shape(&doubt);
        table.rows = Some(doubt);
        table.known = None;
    }
    let doubt = step.doubt("a name PostgreSQL chose");
    for (name, what) in implied_names(&key, &table) {
        let free = matches!(taken(step.catalog, &name), Ok(false));
        let made = Relation::plain(what, Some(key.clone().into()), step.place.clone());
        let held = Held { value: made, doubt: (!free).then(|| doubt.clone()) };
        step.catalog.relations.entry(name.into()).or_insert(held);
    }
    for constraint in &table.constraints {
        own_index(step.catalog, &key, &constraint.value);
    }
    let fresh = step.catalog.fresh_acl(Class::Relations, &key.0);
    table.acl = older.map_or(fresh, |older| fresh.merge(older));
    table.born = step.catalog.rows_epoch;
    let held = Held { value: Shared::new(table), doubt: unsure };
    step.catalog.tables.insert(key.into(), held);
}

/// Names of sequences and indexes that are made along; PostgreSQL chooses others if these are taken.
fn implied_names(key: &Key, table: &Table) -> Vec<(Key, What)> {
    let made = |column: &&SaidColumn| column.identity || column.ty.contains("serial");
    let columns = table.columns.iter().map(|held| &held.value.0);
    let sequences = columns.filter(made).map(|it| shortened(&key.1, &it.name, "seq"));
    let unnamed = table.constraints.iter().filter(|held| held.value.name.is_none());
    let keys = unnamed.filter_map(|held| match held.value.kind.as_str() {
        "primary key" | "unique" => chosen(&held.value, key),
        "unique index" | "index" => Some(shortened(&key.1, &held.value.columns.join("_"), "idx")),
        _ => None,
    });
    let keys = keys.map(|it| (it, What::Unread));
    let all = sequences.map(|it| (it, What::Sequence)).chain(keys);
    all.map(|(name, what)| ((key.0.clone(), name), what)).collect()
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
    for column in &said.columns {
        checks.push(generates(step, table, key, column));
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
    match (step.type_named(&said.ty), &said.default) {
        (Err(stop), _) => checks.push(Err(stop)),
        (Ok(_), Some(_)) if serial => checks.push(open("a serial column with a default")),
        (Ok(ty), Some(Expr::Text(text))) if step.is_label(&ty, text).is_some() => {
            if step.is_label(&ty, text) == Some(false) {
                checks.push(fails(format!("invalid input value for enum {}: \"{text}\"", said.ty)));
            }
        }
        (Ok(ty), Some(Expr::Cast(inner, to)))
            if step.type_named(to).as_ref() == Ok(&ty)
                && matches!(&**inner, Expr::Text(text) if step.is_label(&ty, text) == Some(true)) =>
            {}
        (Ok(ty), Some(default)) => checks.push(
            step.with_scope(Vec::new(), |scope| scope.type_of(default))
                .and_then(|from| step.with_scope(Vec::new(), |scope| scope.assigns(&ty, &from)))
                .and_then(|()| without_query(default)),
        ),
        (Ok(_), None) => {}
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of a column")));
    }
    let mut column = said.clone();
    column.not_null |= serial;
    table.columns.push(Held::certain((column, step.place.clone())));
    all(checks).map(|_| ())
}
