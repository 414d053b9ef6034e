//! What a snapshot is told, most of it by the configuration.

use std::path::PathBuf;

use crate::base::Value;
use crate::config::{Attestation, Config, date, day};
use crate::link::Settings;

/// How a snapshot is made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The cache file; none: facts end with the process.
    pub cache: Option<PathBuf>,
    /// Today as a day number, for forgetting old rows only.
    pub today: i64,
    /// The day of the audit, YYYY-MM-DD: what `today` shows.
    pub as_of: String,
    /// What linkers read of the configuration.
    pub settings: Settings,
    /// Globs of archived paths.
    pub archived: Vec<String>,
    /// Products and the globs of their files.
    pub products: Vec<(String, Vec<String>)>,
    /// The product that is looked at; none: all.
    pub product: Option<String>,
    /// What persons vouch for.
    pub attestations: Vec<AttestationRow>,
    /// Told how many of how many files were read.
    pub progress: Option<fn(usize, usize)>,
}

/// A person's statement, as `attestations` shows it.
#[derive(Debug, Clone)]
pub struct AttestationRow {
    /// The statement.
    pub said: Attestation,
    /// Its line in the configuration.
    pub line: u32,
    /// Its age in days on the day of the audit.
    pub age: i64,
    /// Whether its last day has passed.
    pub is_expired: bool,
}

impl AttestationRow {
    pub(super) fn cells(&self, in_tree: impl Fn(&String) -> bool) -> Vec<Value> {
        let said = &self.said;
        vec![
            said.topic.as_str().into(),
            said.owner.as_str().into(),
            said.date.as_str().into(),
            said.expires.clone().into(),
            said.artefact.clone().into(),
            self.line.into(),
            Value::Int(self.age),
            self.is_expired.into(),
            said.artefact.as_ref().map(in_tree).into(),
        ]
    }
}

impl Options {
    /// What a configuration says, as of a day. `text` is the configuration's own, for places.
    pub fn of(config: &Config, text: &str, as_of: i64) -> Options {
        let lines = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.trim_start().starts_with("[[attestation]]"));
        let lines: Vec<u32> = lines.map(|(_, number)| number).collect();
        let attestations = config.attestation.iter().enumerate().map(|(at, said)| AttestationRow {
            said: said.clone(),
            line: lines.get(at).copied().unwrap_or(1),
            age: as_of - day(&said.date).unwrap_or(as_of),
            is_expired: said.expires.as_deref().and_then(day).is_some_and(|last| last < as_of),
        });
        Options {
            cache: None,
            today: as_of,
            as_of: date(as_of),
            settings: Settings {
                sql_runner: config.sql.runner.as_str().to_owned(),
                sql_failure_policy: config.sql.failure_policy.as_str().to_owned(),
                sql_exposed_schemas: config
                    .sql
                    .exposed_schemas
                    .clone()
                    .unwrap_or_else(|| vec!["public".to_owned()]),
                sql_set_aside: config.sql.set_aside.clone(),
            },
            archived: config.paths.archived.clone(),
            products: config
                .product
                .iter()
                .map(|(name, product)| {
                    (name.clone(), [product.paths.as_slice(), &product.migrations].concat())
                })
                .collect(),
            product: None,
            attestations: attestations.collect(),
            progress: None,
        }
    }
}
