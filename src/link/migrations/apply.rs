//! What one statement does to a catalog, and whether a server certainly takes it.

use std::rc::Rc;

use super::alter;
use super::alterations;
use super::blocks;
use super::catalog::{Catalog, Doubt, Found, Held, Key, Place, Table};
use super::comments;
use super::drops;
use super::effects;
use super::failure::{Failure, missing_relation};
use super::inserts;
use super::kinds;
use super::objects::{Relation, What};
use super::privileges;
use super::provided::is_provided;
use super::publications;
use super::removals;
use super::replay::LOCAL_PATH;
use super::routines;
use super::tables;
use super::triggers;
use super::typing::{Frame, InSight, Scope, Source, Stop, all, fails, open};
use super::views;
use crate::facts::sql::{Name, Statement, Survey};

/// Where a statement runs.
pub struct Step<'a> {
    /// What it changes.
    pub catalog: &'a mut Catalog,
    /// Where it stands.
    pub place: Place,
    /// Its kind, as in `sql_statements`.
    pub kind: &'a str,
    /// What it is about, if the head of the statement says so.
    pub object: Option<&'a str>,
    /// Whether the platform's schemas, functions and roles are there.
    pub supabase: bool,
    /// Whether it runs outside a transaction; none: its tool decides.
    pub is_alone: Option<bool>,
    /// The older thing that `if not exists` kept, and what it lacks.
    pub kept: Option<Kept>,
}

/// An older thing that `if not exists` kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Where it is written.
    pub place: Place,
    /// The columns the newer statement says and the older thing has not.
    pub lacks: Vec<String>,
}

impl Step<'_> {
    /// Runs a statement. Its effects are those of success, unless it certainly fails.
    pub fn run(&mut self, statement: &Statement) -> Result<(), Stop> {
        match statement {
            Statement::CreateSchema { name, if_not_exists, plain } => {
                self.create_schema(name, *if_not_exists, *plain)
            }
            Statement::CreateTable(table) => tables::create(self, table),
            Statement::AlterTable { table, if_exists, actions } => {
                alter::alter(self, table, *if_exists, actions)
            }
            Statement::CreatePolicy(policy) => self.create_policy(policy),
            Statement::DropPolicy { name, table, if_exists } => {
                self.drop_policy(name, table, *if_exists)
            }
            Statement::DropTables { tables, if_exists, cascade } => {
                drops::drop(self, tables, *if_exists, *cascade)
            }
            Statement::Truncate { tables, cascade } => drops::truncate(self, tables, *cascade),
            Statement::DropSchemas { schemas, if_exists, cascade } => all(schemas
                .iter()
                .map(|schema| self.drop_schema(schema, *if_exists, *cascade))
                .collect::<Vec<_>>())
            .map(|_| ()),
            Statement::CreateIndex(index) => self.create_index(index),
            Statement::Comment(comment) => comments::comment(self, comment),
            Statement::CreateFunction(function) => routines::create(self, function),
            Statement::CreateView(view) => views::create(self, view),
            Statement::CreateType(made) => kinds::create_type(self, made),
            Statement::CreateTrigger(trigger) => triggers::create(self, trigger),
            Statement::CreateSequence { name, if_not_exists, unread } => {
                kinds::create_sequence(self, name, *if_not_exists, unread.as_deref())
            }
            Statement::CreateExtension { name, schema, if_not_exists, exact } => {
                kinds::create_extension(self, name, schema.as_deref(), *if_not_exists, *exact)
            }
            Statement::CreateRole { name, plain } => kinds::create_role(self, name, *plain),
            Statement::CreatePublication { name, tables, all_tables } => {
                publications::create(self, name, tables, *all_tables)
            }
            Statement::Grant(grant) => privileges::grant(self, grant),
            Statement::Rows { command, survey } => inserts::run(self, command, survey),
            Statement::Schedule { name, schedule, body } => {
                kinds::schedule(self, name.as_deref(), schedule, body)
            }
            Statement::Drop(drop) => removals::drop(self, drop),
            Statement::Alter(alter) => alterations::alter(self, alter),
            Statement::Relation { name, survey } => self.create_relation(name, survey),
            Statement::Function { name, survey } => self.create_function(name, survey),
            Statement::SearchPath { schemas, local } => self.set_search_path(schemas, *local),
            Statement::Do { program, survey } => blocks::run(self, program, survey),
            Statement::Opaque(survey) => effects::opaque(self, survey),
        }
    }

    /// What is not certain because of this statement.
    pub fn doubt(&self, reason: impl Into<String>) -> Doubt {
        Doubt { path: self.place.0.clone(), line: self.place.1, reason: reason.into().into() }
    }

    /// The table or relation a name means.
    pub fn key(&self, name: &Name) -> Result<Key, Stop> {
        resolve(self.catalog, name)
    }

    /// A scope in which expressions are typed.
    pub fn with_scope<T>(
        &self,
        frames: Vec<Vec<(String, &Table)>>,
        then: impl FnOnce(&mut Scope<'_>) -> T,
    ) -> T {
        let resolve = |name: &Name| resolve(self.catalog, name);
        let types = |written: &str| self.type_named(written);
        let held = frames.into_iter().map(|frame| Frame {
            sources: frame
                .into_iter()
                .map(|(alias, table)| in_sight(self.catalog, alias, table))
                .collect(),
            merged: Vec::new(),
        });
        then(&mut Scope {
            catalog: self.catalog,
            resolve: &resolve,
            types: &types,
            supabase: self.supabase,
            frames: held.collect(),
            named: Vec::new(),
            parameters: Vec::new(),
            aggregates: false,
            used: std::collections::BTreeSet::new(),
        })
    }

    /// What does not run inside a transaction.
    pub fn outside(&self, what: &str) -> Result<(), Stop> {
        match self.is_alone {
            Some(true) => Ok(()),
            Some(false) => fails(format!("{what} cannot run inside a transaction block")),
            None => open(format!("whether {what} runs inside a transaction")),
        }
    }

    /// Whether a schema can be made in: it is there and ours.
    pub fn usable_schema(&self, schema: &str) -> Result<(), Stop> {
        if schema == tables::TEMPORARY {
            return Ok(());
        }
        if is_provided(schema) {
            return open(format!("schema \"{schema}\" is the platform's"));
        }
        match self.catalog.schema(schema) {
            Found::Yes(_) => Ok(()),
            Found::No => fails(
                Failure::new(format!("schema \"{schema}\" does not exist"))
                    .lacking("schema", schema),
            ),
            Found::Maybe(reason) => open(format!("schema \"{schema}\" is not certain ({reason})")),
        }
    }

    /// The table a statement needs; `None`: it is certainly not there and the statement tolerates that.
    pub fn needs(&self, name: &Name, if_exists: bool) -> Result<Option<Key>, Stop> {
        let key = self.key(name)?;
        match self.catalog.table(&key) {
            Found::Yes(_) => Ok(Some(key)),
            Found::Maybe(reason) => open(format!("relation \"{name}\" is not certain ({reason})")),
            Found::No if is_provided(&key.0) => {
                open(format!("relation \"{name}\" is the platform's"))
            }
            Found::No => match self.catalog.relation(&key) {
                Found::No if if_exists => Ok(None),
                Found::No => fails(missing_relation(name, &key)),
                _ => open(format!("relation \"{name}\" is not a table")),
            },
        }
    }

    fn create_schema(&mut self, name: &str, if_not_exists: bool, plain: bool) -> Result<(), Stop> {
        if is_provided(name) {
            return if if_not_exists && plain && !name.starts_with("pg_") {
                Ok(())
            } else {
                open(format!("schema \"{name}\" is the platform's"))
            };
        }
        let result = match self.catalog.schema(name) {
            Found::Yes(_) if if_not_exists => return Ok(()),
            Found::Yes(place) => {
                let failure = Failure::new(format!("schema \"{name}\" already exists"));
                let failure = failure.lacking("there", name);
                return fails(match place {
                    Some(place) => failure.behind(place),
                    None => failure,
                });
            }
            Found::Maybe(reason) if !if_not_exists => {
                open(format!("schema \"{name}\" is not certain ({reason})"))
            }
            _ => Ok(()),
        };
        self.catalog.schemas.insert(name.to_owned(), Held::certain(Some(self.place.clone())));
        if plain {
            result
        } else {
            result.and_then(|()| open("a schema with an owner or with elements"))
        }
    }

    /// Applies effects unless the statement certainly fails.
    pub fn settle(
        &mut self,
        result: Result<(), Stop>,
        effect: impl FnOnce(&mut Self),
    ) -> Result<(), Stop> {
        if !matches!(result, Err(Stop::Fails(_))) {
            effect(self);
        }
        result
    }

    fn create_relation(&mut self, name: &Name, survey: &Survey) -> Result<(), Stop> {
        self.catalog.dependents.push(Rc::new(survey.clone()));
        let Ok(key) = self.key(name) else {
            self.catalog.relations_open = Some(self.doubt(format!("`{}`", self.kind)));
            return open(format!("`{}`", self.kind));
        };
        if let Err(Stop::Fails(error)) = self.usable_schema(&key.0) {
            return fails(error);
        }
        let relation = Relation::plain(What::Unread, None, self.place.clone());
        self.catalog.relations.insert(key.into(), Held::certain(relation));
        open(format!("`{}` is not modelled yet", self.kind))
    }

    fn create_function(&mut self, name: &Name, survey: &Survey) -> Result<(), Stop> {
        if let Some(schema) = &name.schema
            && let Err(Stop::Fails(error)) = self.usable_schema(schema)
        {
            return fails(error);
        }
        let survey = Rc::new(survey.clone());
        self.catalog.dependents.push(Rc::clone(&survey));
        self.catalog.functions.entry(name.name.clone()).or_default().push(survey);
        let doubt = self.doubt("a function that is not read");
        match self.key(name) {
            Ok(key) => {
                self.catalog.routine_names_open.insert(key, doubt);
            }
            Err(_) => self.catalog.routines_open = Some(doubt),
        }
        open("a function that is not read")
    }

    fn set_search_path(&mut self, schemas: &[String], local: bool) -> Result<(), Stop> {
        let first = schemas.iter().find(|schema| *schema != "$user").map(String::as_str);
        let usual =
            first.is_none_or(|first| first == "public" || first.eq_ignore_ascii_case("default"));
        self.catalog.path_open =
            (!usual).then(|| self.doubt(if local { LOCAL_PATH } else { "search_path is set" }));
        Ok(())
    }
}

fn in_sight<'t>(catalog: &Catalog, alias: String, table: &'t Table) -> InSight<'t> {
    let key = catalog.tables.iter().find(|(_, it)| std::ptr::eq(&raw const *it.value, table));
    InSight { alias, key: key.map(|(key, _)| Key::clone(key)), table: Source::Held(table) }
}

fn resolve(catalog: &Catalog, name: &Name) -> Result<Key, Stop> {
    if let Some(schema) = &name.schema {
        return Ok((schema.clone(), name.name.clone()));
    }
    if catalog.path_open.is_some() {
        return open(format!("`{name}` depends on search_path"));
    }
    let temporary = (tables::TEMPORARY.to_owned(), name.name.clone());
    if catalog.tables.contains_key(&temporary) {
        return Ok(temporary);
    }
    if name.name.starts_with("pg_") {
        return open(format!("`{name}` may be a catalog's"));
    }
    Ok(("public".to_owned(), name.name.clone()))
}
