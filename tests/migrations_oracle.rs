//! Holds the replay of migrations against real servers: a scratch PostgreSQL, and recorded replays of real repositories.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod migrations {
    pub mod equality;
    pub mod server;
    pub mod sets;
    pub mod truth;
}

use std::collections::BTreeMap;

use parity::base::Value;
use parity::facts::{Input, Rows, sql::SQL};
use parity::link::migrations::MIGRATIONS_LINKER;
use parity::link::{Linked, LinkedFile, Settings};

/// Extracts and links files given as (path, text).
pub fn replay(files: &[(String, Vec<u8>)], policy: &str) -> Database {
    let mut linked: Vec<LinkedFile> = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| (MIGRATIONS_LINKER.selects)(path)) {
        let rows = read(bytes).facts.into_iter().map(|(_, cells)| cells).collect();
        linked.push(LinkedFile { path: path.clone(), rows, unread: None });
    }
    linked.sort_by(|a, b| a.path.cmp(&b.path));
    let settings = Settings { sql_failure_policy: policy.to_owned(), ..Settings::default() };
    let mut out = Linked::default();
    (MIGRATIONS_LINKER.link)(&linked, &settings, &mut out);
    Database(out)
}

/// Extracts one file.
pub fn read(bytes: &[u8]) -> Rows {
    let mut rows = Rows::default();
    (SQL.extract)(&Input::new(bytes), &mut rows);
    rows
}

/// What the linker says.
pub struct Database(Linked);

/// schema, name, row level security, forced.
pub type TableKey = (String, String);

impl Database {
    fn rows(&self, name: &str) -> Vec<BTreeMap<&'static str, &Value>> {
        let index = MIGRATIONS_LINKER.facts.iter().position(|facts| facts.name == name).unwrap();
        let columns = MIGRATIONS_LINKER.facts[index].columns;
        let rows = self.0.facts.iter().filter(|(facts, _)| *facts == index);
        rows.map(|(_, cells)| {
            assert_eq!(cells.len(), columns.len(), "{name}");
            columns.iter().map(|column| column.name).zip(cells).collect()
        })
        .collect()
    }

    /// What becomes of each file.
    pub fn files(&self) -> BTreeMap<String, Option<bool>> {
        let rows = self.rows("migrations").into_iter();
        rows.map(|row| (text(row["path"]), flag(row["applies"]))).collect()
    }

    /// What becomes of each statement: file, line, whether it applies, the error.
    pub fn statements(&self) -> Vec<(String, i64, Option<bool>, Option<String>)> {
        let rows = self.rows("sql_statements").into_iter();
        rows.map(|row| {
            let error = row["error"].as_text().map(str::to_owned);
            (text(row["path"]), row["line"].as_int().unwrap(), flag(row["applies"]), error)
        })
        .collect()
    }

    /// The error of a file.
    pub fn errors(&self) -> BTreeMap<String, Option<String>> {
        let rows = self.rows("migrations").into_iter();
        rows.map(|row| (text(row["path"]), row["error"].as_text().map(str::to_owned))).collect()
    }

    /// The tables that certainly exist, with both kinds of row level security.
    pub fn tables(&self) -> BTreeMap<TableKey, (Option<bool>, Option<bool>)> {
        let rows = self.rows("sql_tables").into_iter();
        rows.map(|row| {
            ((text(row["schema"]), text(row["name"])), (flag(row["rls"]), flag(row["force_rls"])))
        })
        .collect()
    }

    /// The policies that certainly exist: table and name to command, permissive, roles.
    pub fn policies(&self) -> BTreeMap<(TableKey, String), (String, bool, Vec<String>)> {
        let rows = self.rows("sql_policies").into_iter();
        rows.map(|row| {
            let mut roles: Vec<String> =
                serde_json::from_str(row["roles"].as_text().unwrap()).unwrap();
            roles.sort();
            let key = ((text(row["schema"]), text(row["table_name"])), text(row["name"]));
            (key, (text(row["command"]), flag(row["permissive"]).unwrap(), roles))
        })
        .collect()
    }

    /// The columns that certainly exist.
    pub fn columns(&self) -> BTreeMap<(TableKey, String), (String, Option<bool>)> {
        let rows = self.rows("sql_columns").into_iter();
        rows.map(|row| {
            let key = ((text(row["schema"]), text(row["table_name"])), text(row["name"]));
            (key, (text(row["type"]), flag(row["not_null"])))
        })
        .collect()
    }

    /// The functions that run as their owner: name, argument types, whether they set their search path.
    pub fn definers(&self) -> Vec<(String, String, bool)> {
        let rows = self.rows("sql_functions").into_iter();
        let rows = rows.filter(|row| flag(row["security_definer"]) == Some(true));
        rows.map(|row| {
            let name = format!("{}.{}", text(row["schema"]), text(row["name"]));
            (name, text(row["args"]), row["search_path"].as_text().is_some())
        })
        .collect()
    }

    /// The views that certainly exist: name, kind, whether they run as their reader.
    pub fn views(&self) -> Vec<(String, String, Option<bool>)> {
        let rows = self.rows("sql_views").into_iter();
        rows.map(|row| {
            let name = format!("{}.{}", text(row["schema"]), text(row["name"]));
            (name, text(row["kind"]), flag(row["security_invoker"]))
        })
        .collect()
    }

    /// Whether a row of `table` named `name` may exist unseen.
    pub fn maybe(&self, table: &str, name: &str) -> bool {
        self.0
            .unsure
            .iter()
            .any(|unsure| unsure.0 == table && unsure.1.as_deref().is_none_or(|it| it == name))
    }

    /// Why files are undecided: the reasons, counted.
    pub fn reasons(&self) -> BTreeMap<String, usize> {
        let mut reasons = BTreeMap::new();
        for (table, name, path, line, reason) in &self.0.unsure {
            if name.is_none() {
                *reasons
                    .entry(format!("any of {table}: {path}:{line:?}: {reason}"))
                    .or_default() += 1;
            }
        }
        for (path, line, _, message) in &self.0.problems {
            *reasons.entry(format!("{path}:{line:?}: {message}")).or_default() += 1;
        }
        reasons
    }
}

fn text(value: &Value) -> String {
    value.as_text().unwrap().to_owned()
}

fn flag(value: &Value) -> Option<bool> {
    value.as_int().map(|number| number == 1)
}

/// What comparing comes to.
#[derive(Debug, Default)]
pub struct Score {
    /// Claims that are the server's too.
    pub definite: usize,
    /// What is left open.
    pub unknown: usize,
    /// Claims the server contradicts.
    pub wrong: Vec<String>,
}

impl Score {
    /// Compares a claim with the truth.
    pub fn claim<T: PartialEq + std::fmt::Debug>(
        &mut self,
        what: &str,
        claimed: Option<T>,
        truth: T,
    ) {
        match claimed {
            None => self.unknown += 1,
            Some(claimed) if claimed == truth => self.definite += 1,
            Some(claimed) => self.wrong.push(format!("{what}: claimed {claimed:?}, is {truth:?}")),
        }
    }

    /// Compares what exists: `known` are certain names, `may` says what is left open.
    pub fn existence<'a, K: Ord + std::fmt::Debug + 'a>(
        &mut self,
        what: &str,
        known: impl Iterator<Item = &'a K>,
        truth: &std::collections::BTreeSet<K>,
        may: impl Fn(&K) -> bool,
    ) {
        let known: std::collections::BTreeSet<&K> = known.collect();
        for key in &known {
            match truth.contains(key) {
                true => self.definite += 1,
                false => self.wrong.push(format!("{what} {key:?} is not there")),
            }
        }
        for key in truth.iter().filter(|key| !known.contains(key)) {
            match may(key) {
                true => self.unknown += 1,
                false => self.wrong.push(format!("{what} {key:?} is there and not left open")),
            }
        }
    }
}
