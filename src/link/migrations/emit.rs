//! Writes a replay down as rows.

use super::catalog::{Catalog, Doubt, Held, Key, Place, Policy, Table};
use super::files::Migration;
use super::replay::Replay;
use super::types;
use crate::base::Value;
use crate::link::{Linked, Settings};

/// Indexes into the linker's facts.
const MIGRATIONS: usize = 0;
const STATEMENTS: usize = 1;
const CATALOGS: usize = 2;
const SCHEMAS: usize = 3;
const TABLES: usize = 4;
const COLUMNS: usize = 5;
const POLICIES: usize = 6;
const CONSTRAINTS: usize = 7;

/// Tables that may have rows for a table nobody saw.
const PER_TABLE: [&str; 6] =
    ["sql_tables", "sql_columns", "sql_policies", "sql_constraints", "sql_triggers", "sql_indexes"];

/// Writes one catalog: its files, its database, and what is not certain of both. With the settings goes whether the tree says
/// which schemas are served.
pub fn emit(
    files: &[Migration],
    replay: &Replay,
    other: [i64; 3],
    (settings, is_served): (&Settings, bool),
    out: &mut Linked,
) {
    let name = &files[0].catalog;
    for (at, (file, result)) in files.iter().zip(&replay.files).enumerate() {
        emit_file(name, at, file, result, out);
    }
    let supabase = files.iter().any(|file| file.tool == "supabase");
    let mut writer = Writer { name, settings, supabase, out };
    writer.summary(&replay.catalog, other, is_served);
    writer.database(&replay.catalog);
    writer.unsure(&replay.catalog);
    writer.objects(&replay.catalog);
    writer.blockers(files, replay);
}

fn emit_file(
    catalog: &str,
    at: usize,
    file: &Migration,
    result: &super::replay::FileResult,
    out: &mut Linked,
) {
    let cells = vec![
        catalog.into(),
        file.path.as_str().into(),
        file.version.clone().into(),
        file.name.as_str().into(),
        Value::from(at + 1),
        file.tool.into(),
        result.applies.into(),
        result.error.clone().into(),
    ];
    out.facts.push((MIGRATIONS, cells));
    for (line, outcome) in file.lines.iter().zip(&result.statements) {
        let cells = vec![
            catalog.into(),
            file.path.as_str().into(),
            line.line.into(),
            line.end_line.into(),
            line.kind.as_str().into(),
            line.object.clone().into(),
            outcome.applies.into(),
            outcome.failure.as_ref().map(|failure| failure.error.clone()).into(),
        ];
        out.facts.push((STATEMENTS, cells));
    }
    if let (None, Some((line, reason))) = (result.applies, &result.open) {
        let message = format!("whether the migration applies is not decided: {reason}");
        out.problems.push((file.path.clone(), Some(*line), "undecided", message));
    }
}

/// Writes the rows of one catalog.
pub struct Writer<'a> {
    /// The catalog.
    pub name: &'a str,
    settings: &'a Settings,
    /// Whether the platform's roles are there.
    pub supabase: bool,
    /// Where rows go.
    pub out: &'a mut Linked,
}

/// Tables of the tree that are certainly there.
pub fn certain(catalog: &Catalog) -> impl Iterator<Item = (&Key, &Table)> {
    let held =
        catalog.tables.iter().filter(|(_, held)| held.doubt.is_none() && !held.value.provided);
    held.map(|(key, held)| (&**key, &*held.value))
}

/// Tables, those of them with row level security, and policies that certainly are there.
pub fn count(catalog: &Catalog) -> [i64; 3] {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let policies =
        |table: &Table| table.policies.values().filter(|held| held.doubt.is_none()).count();
    [
        number(certain(catalog).count()),
        number(certain(catalog).filter(|(_, table)| table.rls == Some(true)).count()),
        number(certain(catalog).map(|(_, table)| policies(table)).sum()),
    ]
}

impl Writer<'_> {
    /// Writes a row: its catalog, its name, the rest.
    pub fn add(&mut self, facts: usize, key: &[&str], rest: Vec<Value>) {
        let mut cells: Vec<Value> = vec![self.name.into()];
        cells.extend(key.iter().map(|part| Value::from(*part)));
        cells.extend(rest);
        self.out.facts.push((facts, cells));
    }

    fn summary(&mut self, catalog: &Catalog, other: [i64; 3], is_served: bool) {
        let counts = count(catalog);
        let differs = counts != other;
        let mut cells: Vec<Value> = counts.into_iter().map(Value::from).collect();
        cells.extend([differs.into(), is_served.into()]);
        let (runner, policy) =
            (self.settings.sql_runner.clone(), self.settings.sql_failure_policy.clone());
        self.add(CATALOGS, &[&runner, &policy], cells);
    }

    fn exposed(&self, schema: &str) -> Value {
        self.settings.sql_exposed_schemas.iter().any(|exposed| exposed == schema).into()
    }

    fn database(&mut self, catalog: &Catalog) {
        for (name, held) in catalog.schemas.iter() {
            if let Held { value: Some(place), doubt: None } = held {
                let mut cells = vec![self.exposed(name)];
                cells.extend(at(place));
                self.add(SCHEMAS, &[name], cells);
            }
        }
        for (key, table) in certain(catalog) {
            self.table(key, table);
        }
        // Of the platform's tables only what migrations put on them is told.
        let provided = catalog.tables.iter().filter(|(_, held)| held.value.provided);
        for (key, held) in provided.filter(|(_, held)| held.doubt.is_none()) {
            for policy in held.value.policies.values().filter(|held| held.doubt.is_none()) {
                self.policy(key, &policy.value);
            }
        }
    }

    fn table(&mut self, key: &Key, table: &Table) {
        let parent = table.parent.as_ref().map(|(schema, name)| format!("{schema}.{name}"));
        let mut cells = vec![
            table.kind.as_str().into(),
            table.rls.into(),
            table.force.into(),
            self.exposed(&key.0),
            parent.into(),
        ];
        cells.extend(at(&table.place));
        cells.extend(table.rls_place.as_ref().map_or([Value::Null, Value::Null], at));
        self.add(TABLES, &[&key.0, &key.1], cells);
        for held in table.columns.iter().filter(|held| held.doubt.is_none()) {
            let (column, place) = &held.value;
            let ty = types::canonical(&column.ty).unwrap_or_else(|| column.ty.clone());
            // As it is printed where `public` is in sight.
            let ty = ty.strip_prefix("public.").map_or(ty.clone(), str::to_owned);
            let mut cells = vec![column.name.as_str().into(), ty.into(), column.not_null.into()];
            cells.extend(at(place));
            self.add(COLUMNS, &[&key.0, &key.1], cells);
        }
        for held in table.policies.values().filter(|held| held.doubt.is_none()) {
            self.policy(key, &held.value);
        }
        for held in table
            .constraints
            .iter()
            .filter(|held| held.doubt.is_none() && held.value.kind != "unique index")
        {
            let made = &held.value;
            let columns = serde_json::to_string(&made.columns).expect("a list of texts");
            let there = Some(&made.target_columns).filter(|columns| !columns.is_empty());
            let there =
                there.map(|columns| serde_json::to_string(columns).expect("a list of texts"));
            let mut cells = vec![
                made.name.clone().into(),
                made.kind.as_str().into(),
                columns.into(),
                made.target.as_ref().map(super::failure::dotted).into(),
                there.into(),
            ];
            cells.extend(at(&made.place));
            self.add(CONSTRAINTS, &[&key.0, &key.1], cells);
        }
    }

    fn policy(&mut self, key: &Key, policy: &Policy) {
        let said = &policy.says;
        let roles = serde_json::to_string(&said.roles).expect("a list of texts");
        let text = |clause: &Option<(String, crate::facts::sql::Expr)>| {
            Value::from(clause.as_ref().map(|(text, _)| text.clone()))
        };
        let mut cells = vec![
            said.name.as_str().into(),
            said.command.as_str().into(),
            said.permissive.into(),
            roles.into(),
            text(&said.using),
            text(&said.check),
        ];
        cells.extend(at(&policy.place));
        self.add(POLICIES, &[&key.0, &key.1], cells);
    }

    fn unsure(&mut self, catalog: &Catalog) {
        for (name, held) in catalog.schemas.iter() {
            self.say("sql_schemas", Some(name.clone()), held.doubt.as_ref());
        }
        self.say("sql_schemas", None, catalog.schemas_open.as_ref());
        for table in PER_TABLE {
            self.say(table, None, catalog.tables_open.as_ref());
        }
        for (key, held) in catalog.tables.iter() {
            let name = format!("{}.{}", key.0, key.1);
            if held.value.provided {
                self.policies(&name, &held.value);
                continue;
            }
            if let Some(doubt) = &held.doubt {
                for table in PER_TABLE {
                    self.say(table, Some(name.clone()), Some(doubt));
                }
                continue;
            }
            self.parts(&name, &held.value);
        }
    }

    /// What is not certain of a table that is there.
    fn parts(&mut self, name: &str, table: &Table) {
        let columns = table.columns.iter().find_map(|held| held.doubt.as_ref());
        self.say("sql_columns", Some(name.to_owned()), table.columns_open.as_ref().or(columns));
        self.policies(name, table);
        let constraints = table.constraints.iter().find_map(|held| held.doubt.as_ref());
        self.say(
            "sql_constraints",
            Some(name.to_owned()),
            table.constraints_open.as_ref().or(constraints),
        );
    }

    fn policies(&mut self, name: &str, table: &Table) {
        let policies = table.policies.values().find_map(|held| held.doubt.as_ref());
        self.say("sql_policies", Some(name.to_owned()), table.policies_open.as_ref().or(policies));
    }

    /// Says what may be there unseen.
    pub fn say(&mut self, table: &'static str, name: Option<String>, doubt: Option<&Doubt>) {
        if let Some(doubt) = doubt {
            let line = Some(doubt.line).filter(|line| *line > 0);
            self.out.unsure.push((
                table,
                name,
                doubt.path.to_string(),
                line,
                doubt.reason.to_string(),
            ));
        }
    }
}

/// The cells of a place.
pub fn at(place: &Place) -> [Value; 2] {
    [Value::from(&*place.0), place.1.into()]
}
