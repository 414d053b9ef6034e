//! The database before the first migration: what the platform brings, known to be there and evidence of nothing.

use std::rc::Rc;

use super::acl::{Acl, Change, Class};
use super::catalog::{Catalog, Constraint, Doubt, Held, Key, Shared, Table};
use super::objects::{Extra, ExtraKind, Routine, RoutineKey};
use super::provided::{OFFERED, PRESENT};
use super::types;
use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::sql::{CreateFunction, CreateTable, Name, SQL, Statement};

/// The catalog of an empty database; of an empty project of the platform.
pub fn start(supabase: bool) -> Catalog {
    let mut catalog = Catalog::default();
    catalog.schemas.insert("public".to_owned(), Held::certain(None));
    if !supabase {
        return catalog;
    }
    for name in &OFFERED[..PRESENT] {
        let schema = if *name == "supabase_vault" { "vault" } else { "extensions" };
        let extra = Extra { cells: vec![schema.into()], place: None };
        catalog.put_extra(ExtraKind::Extension, &[name], extra, None);
    }
    let publication = Extra { cells: vec![false.into()], place: None };
    catalog.put_extra(ExtraKind::Publication, &["supabase_realtime", "", ""], publication, None);
    bring(&mut catalog, include_str!("platform.sql"));
    for class in [Class::Relations, Class::Routines] {
        catalog.change_defaults(class, "public", Change::all_to_api(class));
    }
    bring_extension(&mut catalog, "supabase_vault");
    catalog
}

/// Puts what an extension makes into a catalog, as far as migrations name it.
pub fn bring_extension(catalog: &mut Catalog, name: &str) {
    let sections = include_str!("extensions.sql").split("--- ").skip(1);
    let said = sections.filter_map(|it| it.split_once('\n')).find(|it| it.0 == name);
    if let Some((_, text)) = said {
        bring(catalog, text);
    }
}

fn bring(catalog: &mut Catalog, text: &str) {
    let mut rows = Rows::default();
    (SQL.extract)(&Input::new(text.as_bytes()), &mut rows);
    for (_, cells) in &rows.facts {
        let said = cells.last().and_then(|it| it.as_text());
        match said.and_then(|it| serde_json::from_str(it).ok()) {
            Some(Statement::CreateSchema { name, .. }) => {
                catalog.schemas.entry(name).or_insert(Held::certain(None));
            }
            Some(Statement::CreateTable(said)) => add_table(catalog, &said),
            Some(Statement::CreateFunction(said)) => add_function(catalog, *said),
            _ => unreachable!("the platform is made of schemas, tables and functions"),
        }
    }
}

/// Schemas whose tables are empty in a new project.
const PRESENT_SCHEMAS: [&str; 4] = ["auth", "storage", "realtime", "supabase_migrations"];

fn key_of(name: &Name) -> Key {
    (name.schema.clone().unwrap_or_else(|| "public".to_owned()), name.name.clone())
}

fn add_table(catalog: &mut Catalog, said: &CreateTable) {
    let place = (Rc::from(""), 0);
    let key = key_of(&said.name);
    let mut table = Table::new("table", place.clone());
    table.provided = true;
    table.rls = Some(key.0 != "supabase_migrations");
    table.columns =
        said.columns.iter().map(|it| Held::certain((it.clone(), place.clone()))).collect();
    table.constraints = said
        .constraints
        .iter()
        .map(|it| {
            Held::certain(Constraint {
                name: it.name.clone(),
                kind: it.kind.clone(),
                columns: it.columns.clone(),
                target: it.target.as_ref().map(|it| key_of(&it.0)),
                target_columns: Vec::new(),
                check: None,
                deferrable: false,
                place: place.clone(),
            })
        })
        .collect();
    // The platform may give it more columns, and policies of its own under other names.
    let reason = "it is the platform's".into();
    let doubt = Doubt { path: format!("{}.{}", key.0, key.1).into(), line: 0, reason };
    if !PRESENT_SCHEMAS.contains(&key.0.as_str()) {
        table.rows = Some(doubt.clone());
        table.known = None;
    }
    table.columns_open = Some(doubt);
    catalog.tables.insert(key.into(), Held::certain(Shared::new(table)));
}

fn add_function(catalog: &mut Catalog, said: CreateFunction) {
    let key = key_of(&said.name);
    let canonical = |ty: &str| types::canonical(ty).unwrap_or_else(|| ty.to_owned());
    let inputs: Vec<String> =
        said.parameters.iter().filter(|it| it.is_input()).map(|it| canonical(&it.ty)).collect();
    let named: RoutineKey = (key.0, key.1, inputs.join(", "));
    let routine = Routine {
        returns: canonical(said.returns.as_deref().unwrap_or("void")),
        security_definer: false,
        altered: None,
        search_path: None,
        acl: Acl::default(),
        place: (Rc::from(""), 0),
        says: Rc::new(said),
        inputs,
    };
    catalog.routines.insert(named.into(), Held::certain(Rc::new(routine)));
}
