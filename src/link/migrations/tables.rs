//! Tables: made, changed, dropped.

use std::rc::Rc;

use super::apply::{Step, fails, is_provided, open};
use super::catalog::{Catalog, Constraint, Doubt, Doubted, Found, Held, Key, Shared, Table};
use super::types;
use super::typing::{Stop, Type, all, assigns};
use crate::facts::sql::{
    Action, Column as SaidColumn, Constraint as SaidConstraint, CreateIndex, CreateTable, Expr,
    Name, Survey,
};

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

/// A named key makes an index of its name.
fn own_index(catalog: &mut Catalog, key: &Key, constraint: &Constraint) {
    if let (Some(name), "primary key" | "unique" | "exclude") =
        (&constraint.name, constraint.kind.as_str())
    {
        catalog
            .relations
            .insert((key.0.clone(), name.clone()).into(), Held::certain(Some(key.clone().into())));
    }
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

fn add_column(step: &Step<'_>, table: &mut Table, said: &SaidColumn) -> Result<(), Stop> {
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

fn without_query(expr: &Expr) -> Result<(), Stop> {
    let found = format!("{expr:?}");
    if found.contains("Query(") || found.contains("Exists(") {
        open("a query where none may stand")
    } else {
        Ok(())
    }
}

fn add_constraint(
    step: &Step<'_>,
    table: &mut Table,
    key: &Key,
    said: &SaidConstraint,
) -> Result<(), Stop> {
    let mut checks: Vec<Result<(), Stop>> =
        said.columns.iter().map(|column| key_column(table, column, &said.kind)).collect();
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}`")));
    }
    if said.kind == "primary key" {
        let second = table
            .constraints
            .iter()
            .any(|held| held.value.kind == "primary key" && held.doubt.is_none());
        checks.push(if second {
            fails(format!("multiple primary keys for table \"{}\" are not allowed", key.1))
        } else {
            certain(&table.constraints_open)
        });
        let columns =
            table.columns.iter_mut().filter(|held| said.columns.contains(&held.value.0.name));
        columns.for_each(|held| held.value.0.not_null = true);
    }
    checks.push(constraint_name(step, table, key, said));
    if let Some(check) = &said.check {
        checks.push(
            step.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.condition(check)),
        );
        checks.push(without_query(check));
    }
    let target = said.target.as_ref().map(|(target, columns)| {
        checks.push(foreign_key(step, table, key, said, target, columns));
        step.key(target).unwrap_or_else(|_| (String::new(), target.name.clone()))
    });
    let made = Constraint {
        name: said.name.clone(),
        kind: said.kind.clone(),
        columns: said.columns.clone(),
        target,
        place: step.place.clone(),
    };
    table.constraints.push(Held::certain(made));
    all(checks).map(|_| ())
}

fn certain(open: &Doubted) -> Result<(), Stop> {
    open.as_ref().map_or(Ok(()), |doubt| super::apply::open(doubt.reason.to_string()))
}

fn key_column(table: &Table, column: &str, kind: &str) -> Result<(), Stop> {
    match table.column(column) {
        Found::Yes(_) if !matches!(kind, "primary key" | "unique") => Ok(()),
        Found::Yes(column) => match types::canonical(&column.ty) {
            Some(ty) if types::is_ordered(&types::base(&ty)) => Ok(()),
            _ => open(format!("whether type `{}` can be a key", column.ty)),
        },
        Found::No => fails(format!("column \"{column}\" named in key does not exist")),
        Found::Maybe(reason) => open(format!("column \"{column}\" is not certain ({reason})")),
    }
}

fn constraint_name(
    step: &Step<'_>,
    table: &Table,
    key: &Key,
    said: &SaidConstraint,
) -> Result<(), Stop> {
    let Some(name) = &said.name else { return Ok(()) };
    let same = table.constraints.iter().find(|held| {
        held.value.name.as_ref() == Some(name)
            && held.value.kind != "unique index"
            && held.value.kind != "index"
    });
    match same {
        Some(Held { doubt: None, .. }) if matches!(said.kind.as_str(), "check" | "foreign key") => {
            return fails(format!(
                "constraint \"{name}\" for relation \"{}\" already exists",
                key.1
            ));
        }
        Some(_) => return open(format!("whether constraint \"{name}\" is there")),
        None => certain(&table.constraints_open)?,
    }
    // A name PostgreSQL gave to another constraint may be this one.
    let given = table.constraints.iter().any(|held| held.value.name.is_none());
    if given && name.starts_with(&key.1) {
        return open(format!("whether constraint name \"{name}\" is taken"));
    }
    if matches!(said.kind.as_str(), "primary key" | "unique")
        && taken(step.catalog, &(key.0.clone(), name.clone()))?
    {
        return fails(format!("relation \"{name}\" already exists"));
    }
    Ok(())
}

fn foreign_key(
    step: &Step<'_>,
    own: &Table,
    key: &Key,
    said: &SaidConstraint,
    target: &Name,
    columns: &[String],
) -> Result<(), Stop> {
    let to = step.key(target)?;
    let table = if to == *key {
        own
    } else {
        &step.catalog.tables
            [&step.needs(target, false)?.expect("a table that must be there is there")]
            .value
    };
    let columns =
        if columns.is_empty() { primary_key(table, &target.name)? } else { columns.to_vec() };
    if columns.len() != said.columns.len() {
        return open("a foreign key whose columns do not pair");
    }
    let pairs = said
        .columns
        .iter()
        .zip(&columns)
        .map(|(from, to)| pair(own, from, table, to, &target.name));
    all(pairs.collect::<Vec<_>>())?;
    let sorted = |columns: &[String]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns
    };
    let is_key = |held: &&Held<Constraint>| {
        matches!(held.value.kind.as_str(), "primary key" | "unique" | "unique index")
            && sorted(&held.value.columns) == sorted(&columns)
    };
    match table.constraints.iter().find(is_key) {
        Some(Held { doubt: None, .. }) => Ok(()),
        Some(_) => open(format!("whether \"{}\" has the key", target.name)),
        None if table.constraints_open.is_some() || to == *key => {
            open(format!("whether \"{}\" has the key", target.name))
        }
        None => fails(format!(
            "there is no unique constraint matching given keys for referenced table \"{}\"",
            target.name
        )),
    }
}

fn primary_key(table: &Table, name: &str) -> Result<Vec<String>, Stop> {
    match table.constraints.iter().find(|held| held.value.kind == "primary key") {
        Some(Held { doubt: None, value }) => Ok(value.columns.clone()),
        Some(_) => open(format!("whether \"{name}\" has a primary key")),
        None => certain(&table.constraints_open).and_then(|()| {
            fails(format!("there is no primary key for referenced table \"{name}\""))
        }),
    }
}

fn pair(own: &Table, from: &str, table: &Table, to: &str, name: &str) -> Result<(), Stop> {
    let (from_type, to_type) = match (own.column(from), table.column(to)) {
        (_, Found::No) => {
            return fails(format!(
                "column \"{to}\" referenced in foreign key constraint does not exist"
            ));
        }
        (Found::Yes(from), Found::Yes(to)) => {
            (types::canonical(&from.ty), types::canonical(&to.ty))
        }
        _ => return open(format!("columns of the foreign key to \"{name}\" are not certain")),
    };
    let (Some(a), Some(b)) = (from_type, to_type) else { return open("types of a foreign key") };
    let (a, b) = (types::base(&a), types::base(&b));
    let numbers = |name: &str| types::number(name).is_some();
    match a == b || (numbers(&a) && numbers(&b)) || (types::is_text(&a) && types::is_text(&b)) {
        true => Ok(()),
        false
            if matches!(
                (a.as_str(), b.as_str()),
                ("uuid", "text" | "integer" | "bigint") | ("text" | "integer" | "bigint", "uuid")
            ) =>
        {
            fails(format!(
                "foreign key constraint to \"{name}\" cannot be implemented: {a} and {b}"
            ))
        }
        false => open("types of a foreign key"),
    }
}

/// Whether an index certainly takes an item.
pub fn indexable(item: &Expr, ty: &Type, method: &str) -> Result<(), Stop> {
    let Type::Known(base) = ty else { return open("what is indexed") };
    let plain = matches!(item, Expr::Column(_));
    let fits = match method {
        "btree" | "hash" => types::is_ordered(base),
        "gin" => base == "jsonb" || base == "tsvector" || base.ends_with("[]"),
        _ => false,
    };
    if plain && fits { Ok(()) } else { open("whether the index takes this") }
}

/// Adds an index and, if it is a key, what a foreign key may point to.
pub fn add_index(step: &mut Step<'_>, key: &Key, index: &CreateIndex, name: Option<Key>) {
    let columns = index.items.iter().filter_map(|item| {
        if let Expr::Column(parts) = item { parts.last().cloned() } else { None }
    });
    let columns: Vec<String> = columns.collect();
    let place = step.place.clone();
    let doubt = step.doubt("a name PostgreSQL chose");
    match name {
        Some(name) => {
            step.catalog.relations.insert(name.into(), Held::certain(Some(key.clone().into())))
        }
        None => {
            let name = (key.0.clone(), format!("{}_{}_idx", key.1, columns.join("_")));
            step.catalog
                .relations
                .insert(name.into(), Held { value: Some(key.clone().into()), doubt: Some(doubt) })
        }
    };
    let whole = index.predicate.is_none() && columns.len() == index.items.len();
    if index.unique && whole {
        let made = Constraint {
            name: index.name.clone(),
            kind: "unique index".to_owned(),
            columns,
            target: None,
            place,
        };
        step.catalog
            .tables
            .get_mut(key)
            .expect("the table was found")
            .value
            .constraints
            .push(Held::certain(made));
    }
}

/// `alter table`.
pub fn alter(
    step: &mut Step<'_>,
    name: &Name,
    if_exists: bool,
    actions: &[Action],
) -> Result<(), Stop> {
    let (mut key, unsure) = match step.needs(name, if_exists) {
        Ok(None) => return Ok(()),
        Ok(Some(key)) => (key, Ok(())),
        Err(Stop::Fails(error)) => return fails(error),
        Err(stop) => match step.key(name) {
            Ok(key) if step.catalog.tables.contains_key(&key) => (key, Err(stop)),
            _ => return Err(stop),
        },
    };
    // One action changes nothing unless it is taken; several are taken together.
    let before = (actions.len() > 1).then(|| step.catalog.clone());
    let mut checks = vec![unsure];
    for action in actions {
        let checked = act(step, &mut key, action);
        if let Err(Stop::Fails(error)) = checked {
            if let Some(before) = before {
                *step.catalog = before;
            }
            return if checks[0].is_ok() { fails(error) } else { open(error) };
        }
        checks.push(checked);
    }
    all(checks).map(|_| ())
}

fn act(step: &mut Step<'_>, key: &mut Key, action: &Action) -> Result<(), Stop> {
    let place = step.place.clone();
    let doubt = step.doubt("`alter table` that is not read");
    let inherited =
        step.catalog.tables.values().any(|held| held.value.parent.as_ref() == Some(key));
    let table = &mut step.catalog.tables.get_mut(key).expect("the table was found").value;
    if table.provided {
        return open("a table of the platform");
    }
    match action {
        Action::Rls(_) | Action::Force(_) if table.kind == "foreign" => {
            open("row level security of a foreign table")
        }
        Action::Rls(on) => {
            (table.rls, table.rls_place) = (Some(*on), Some(place));
            Ok(())
        }
        Action::Force(on) => {
            table.force = Some(*on);
            Ok(())
        }
        Action::AddColumn { .. } | Action::RenameColumn { .. } | Action::DropColumn { .. }
            if inherited =>
        {
            step.catalog
                .tables
                .values_mut()
                .filter(|held| held.value.parent.is_some())
                .for_each(|held| held.value.doubt_shape(&doubt));
            step.catalog
                .tables
                .get_mut(key)
                .expect("the table was found")
                .value
                .doubt_shape(&doubt);
            open("a table with children")
        }
        Action::AddColumn { column, constraints, if_not_exists } => {
            alter_add_column(step, key, column, constraints, *if_not_exists)
        }
        Action::AddConstraint(constraint) => {
            let rows = if constraint.not_valid { Ok(()) } else { certain(&step.catalog.rows_open) };
            let mut table = Table::clone(&step.catalog.tables[key].value);
            let checked = add_constraint(step, &mut table, key, constraint);
            if !matches!(checked, Err(Stop::Fails(_))) {
                if let Some(made) = table.constraints.last() {
                    own_index(step.catalog, key, &made.value);
                }
                put(step, key, table);
            }
            all([rows, checked]).map(|_| ())
        }
        Action::DropColumn { name, if_exists, cascade } => {
            drop_column(step, key, name, *if_exists, *cascade)
        }
        Action::RenameColumn { from, to } => rename_column(table, from, to, &key.1),
        Action::Rename(to) => rename(step, key, (key.0.clone(), to.clone())),
        Action::SetSchema(schema) => {
            let usable = step.usable_schema(schema);
            if let Err(Stop::Fails(_)) = usable {
                return usable;
            }
            let to = (schema.clone(), key.1.clone());
            all([usable, rename(step, key, to)]).map(|_| ())
        }
        Action::Unseen => Ok(()),
        Action::Other(words) => {
            if !words.starts_with("owner to") && !words.contains("trigger") {
                table.doubt_shape(&doubt);
            }
            open(format!(
                "`alter table ... {}`",
                words.split(' ').take(2).collect::<Vec<_>>().join(" ")
            ))
        }
    }
}

fn alter_add_column(
    step: &mut Step<'_>,
    key: &Key,
    column: &SaidColumn,
    constraints: &[SaidConstraint],
    if_not_exists: bool,
) -> Result<(), Stop> {
    let mut table = Table::clone(&step.catalog.tables[key].value);
    let there = match table.column(&column.name) {
        Found::Yes(_) if if_not_exists => return Ok(()),
        Found::Yes(_) => {
            return fails(format!(
                "column \"{}\" of relation \"{}\" already exists",
                column.name, key.1
            ));
        }
        Found::Maybe(reason) => {
            open(format!("column \"{}\" is not certain ({reason})", column.name))
        }
        Found::No => Ok(()),
    };
    let needs_rows = (column.not_null && column.default.is_none()) || !constraints.is_empty();
    let rows = if needs_rows { certain(&step.catalog.rows_open) } else { Ok(()) };
    let old = table
        .columns
        .iter()
        .position(|held| held.value.0.name == column.name)
        .map(|at| table.columns.remove(at));
    let mut checks = vec![there, rows, add_column(step, &mut table, column)];
    checks.extend(
        constraints
            .iter()
            .map(|constraint| add_constraint(step, &mut table, key, constraint))
            .collect::<Vec<_>>(),
    );
    if let (Some(held), Some(_)) = (table.columns.last_mut(), old) {
        held.doubt = Some(step.doubt("an older column of this name may stay"));
    }
    let result = all(checks).map(|_| ());
    if !matches!(result, Err(Stop::Fails(_))) {
        for made in &table.constraints {
            own_index(step.catalog, key, &made.value);
        }
        put(step, key, table);
    }
    result
}

fn put(step: &mut Step<'_>, key: &Key, table: Table) {
    step.catalog.tables.get_mut(key).expect("the table was found").value = Shared::new(table);
}

fn drop_column(
    step: &mut Step<'_>,
    key: &Key,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Stop> {
    let doubt = step.doubt(format!("column \"{name}\" is dropped"));
    let table = &mut step.catalog.tables.get_mut(key).expect("the table was found").value;
    let there = match table.column(name) {
        Found::No if if_exists => return Ok(()),
        Found::No => {
            return fails(format!("column \"{name}\" of relation \"{}\" does not exist", key.1));
        }
        Found::Maybe(reason) if !if_exists => {
            open(format!("column \"{name}\" is not certain ({reason})"))
        }
        _ => Ok(()),
    };
    table.columns.retain(|held| held.value.0.name != name);
    table.constraints.retain(|held| !held.value.columns.iter().any(|column| column == name));
    table
        .constraints
        .iter_mut()
        .filter(|held| held.value.kind == "check")
        .for_each(|held| held.doubt = Some(doubt.clone()));
    if cascade {
        for held in step.catalog.tables.values_mut() {
            held.value.doubt_policies(&doubt);
            held.value.doubt_shape(&doubt);
        }
    }
    all([there, open("what depends on a dropped column")]).map(|_: Vec<()>| ())
}

fn rename_column(table: &mut Table, from: &str, to: &str, name: &str) -> Result<(), Stop> {
    let there = match (table.column(from), table.column(to)) {
        (Found::No, _) => return fails(format!("column \"{from}\" does not exist")),
        (_, Found::Yes(_)) => {
            return fails(format!("column \"{to}\" of relation \"{name}\" already exists"));
        }
        (Found::Yes(_), Found::No) => Ok(()),
        _ => open(format!("columns \"{from}\" and \"{to}\" are not certain")),
    };
    let columns = table.columns.iter_mut().map(|held| &mut held.value.0.name);
    let keys = table.constraints.iter_mut().flat_map(|held| &mut held.value.columns);
    columns.chain(keys).filter(|column| *column == from).for_each(|column| *column = to.to_owned());
    there
}

fn rename(step: &mut Step<'_>, key: &mut Key, to: Key) -> Result<(), Stop> {
    let free = match taken(step.catalog, &to) {
        Ok(true) => return fails(format!("relation \"{}\" already exists", to.1)),
        Ok(false) => Ok(()),
        Err(stop) => Err(stop),
    };
    let held = step.catalog.tables.remove(key).expect("the table was found");
    step.catalog.tables.insert(to.clone().into(), held);
    for held in step.catalog.tables.values_mut() {
        let table: &mut Table = &mut held.value;
        let targets = table.constraints.iter_mut().filter_map(|held| held.value.target.as_mut());
        let named = targets.chain(table.parent.as_mut()).filter(|target| **target == *key);
        named.for_each(|target| *target = to.clone());
    }
    let owned: Vec<Key> = step
        .catalog
        .relations
        .iter()
        .filter(|(_, held)| held.value.as_deref() == Some(key))
        .map(|(name, _)| Key::clone(name))
        .collect();
    for name in owned {
        let mut held = step.catalog.relations.remove(&name).expect("it was listed");
        held.value = Some(to.clone().into());
        step.catalog.relations.insert((to.0.clone(), name.1).into(), held);
    }
    // What depends on the old name's words depends on the new one's.
    if step.catalog.is_depended_on(&key.1) {
        let survey = Survey { words: vec![to.1.clone()], ..Survey::default() };
        step.catalog.dependents.push(Rc::new(survey));
    }
    *key = to;
    free
}

/// `drop table`.
pub fn drop(
    step: &mut Step<'_>,
    names: &[Name],
    if_exists: bool,
    cascade: bool,
) -> Result<(), Stop> {
    let mut keys = Vec::new();
    let mut checks = Vec::new();
    for name in names {
        let key = step.key(name)?;
        match step.needs(name, if_exists) {
            Ok(None) => continue,
            Err(Stop::Fails(_)) => return fails(format!("table \"{}\" does not exist", name.name)),
            Err(stop)
                if !if_exists || !step.catalog.tables.contains_key(&key) || is_provided(&key.0) =>
            {
                checks.push(Err(stop))
            }
            _ => {}
        }
        keys.push(key);
    }
    if !cascade {
        checks.extend(
            keys.iter().map(|key| undepended(step.catalog, key, &keys)).collect::<Vec<_>>(),
        );
    }
    let result = all(checks).map(|_: Vec<()>| ());
    let doubt = step.doubt("a table it depends on is dropped");
    step.settle(result, |step| keys.iter().for_each(|key| remove(step.catalog, key, &doubt)))
}

fn undepended(catalog: &Catalog, key: &Key, dropped: &[Key]) -> Result<(), Stop> {
    let others = || catalog.tables.iter().filter(|(other, _)| !dropped.contains(other));
    let points = |held: &Held<Constraint>| held.value.target.as_ref() == Some(key);
    let certainly = |held: &Held<Shared<Table>>| {
        held.doubt.is_none()
            && held.value.constraints.iter().any(|it| points(it) && it.doubt.is_none())
    };
    if others().any(|(_, held)| certainly(held))
        && catalog.tables.get(key).is_some_and(|held| held.doubt.is_none())
    {
        return fails(format!("cannot drop table {} because other objects depend on it", key.1));
    }
    let may = others().any(|(_, held)| {
        held.value.constraints.iter().any(points)
            || held.value.parent.as_ref() == Some(key)
            || mentioned(&held.value, &key.1)
    });
    if may || catalog.is_depended_on(&key.1) || catalog.relations_open.is_some() {
        return open(format!("whether something depends on \"{}\"", key.1));
    }
    Ok(())
}

/// Whether a policy of the table may name another.
fn mentioned(table: &Table, name: &str) -> bool {
    let texts = table
        .policies
        .values()
        .flat_map(|held| held.value.says.using.iter().chain(&held.value.says.check));
    texts
        .into_iter()
        .any(|(text, _)| text.to_ascii_lowercase().contains(&name.to_ascii_lowercase()))
}

/// Takes a table out, with what hangs on it.
pub fn remove(catalog: &mut Catalog, key: &Key, doubt: &Doubt) {
    catalog.tables.remove(key);
    catalog.relations.retain(|_, held| held.value.as_deref() != Some(key));
    for held in catalog.tables.values_mut() {
        held.value.constraints.retain(|held| held.value.target.as_ref() != Some(key));
        if mentioned(&held.value, &key.1) {
            held.value.doubt_policies(doubt);
        }
        if held.value.parent.as_ref() == Some(key) {
            held.doubt = Some(doubt.clone());
        }
    }
    let views = catalog.relations.values_mut().filter(|held| held.value.is_none());
    views.for_each(|held| held.doubt = Some(doubt.clone()));
}
