//! The shape of `parity.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LicensePolicy, Odoo};

/// `parity.toml`. Every key is optional; unknown keys are refused.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The rules' edition this repository agreed to; rules newer than it are notes.
    pub edition: Option<String>,
    /// The profile of mappings to use, e.g. `ipai`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// How migrations are read.
    pub sql: Sql,
    /// What is known of the Odoo addons.
    pub odoo: Odoo,
    /// Which licences parts of the tree may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub license: Vec<LicensePolicy>,
    /// Parts of the tree.
    pub paths: Paths,
    /// Parameters of rules, by rule and name.
    pub rule: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// The products of a monorepo, by name.
    pub product: BTreeMap<String, Product>,
    /// What a matrix must reach, by matrix.
    pub gates: BTreeMap<String, Gate>,
    /// Findings that are accepted for a while.
    pub waiver: Vec<Waiver>,
    /// What persons vouch for.
    pub attestation: Vec<Attestation>,
}

/// How migrations are read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Sql {
    /// Who runs the files.
    pub runner: Runner,
    /// What a failure undoes.
    pub failure_policy: FailurePolicy,
    /// Schemas the API serves; assumed to be `public` where nothing says it.
    pub exposed_schemas: Option<Vec<String>>,
    /// Tables, with their schema, of which the older one is set aside where a newer `create table if not exists` says
    /// other columns: what would be if it did not stand in the way.
    pub set_aside: Vec<String>,
}

/// Who runs migration files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Runner {
    /// A file is sent to the server as it is.
    #[default]
    SupabaseCli,
    /// `psql` runs its own meta-commands.
    Psql,
}

impl Runner {
    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Runner::SupabaseCli => "supabase-cli",
            Runner::Psql => "psql",
        }
    }
}

/// What a failing statement undoes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailurePolicy {
    /// The whole file.
    #[default]
    FileTransaction,
    /// Itself.
    Statement,
}

impl FailurePolicy {
    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            FailurePolicy::FileTransaction => "file-transaction",
            FailurePolicy::Statement => "statement",
        }
    }
}

/// Parts of the tree.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Paths {
    /// Globs of what is kept but no longer lived in: facts are read, findings and evidence are not drawn from it.
    pub archived: Vec<String>,
    /// Folders with further rules and kinds of evidence.
    pub rules: Vec<String>,
    /// A folder with templates of reports, each in the place of the built-in one of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates: Option<String>,
}

/// One of several products that share a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Product {
    /// Globs of the files that are its own, or that it shares.
    pub paths: Vec<String>,
    /// The matrices it is judged by; none: all.
    pub matrices: Vec<String>,
    /// Globs of its migrations, which are its own too.
    pub migrations: Vec<String>,
}

/// What a matrix must reach.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gate {
    /// The lowest low score in percent that passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Whether documents may claim no more than the evidence can reach at most.
    #[serde(default)]
    pub claims: ClaimsGate,
    /// Whether no feature may be past its day without what it is to reach.
    #[serde(default)]
    pub overdue: bool,
}

/// How documents are held to the evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ClaimsGate {
    /// `evidence`: they may claim no more than the evidence can reach at most.
    To(Evidence),
    /// true: the same.
    Flag(bool),
    /// Not at all.
    #[default]
    #[serde(skip)]
    Off,
}

/// What claims are held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The high end of what the evidence shows.
    Evidence,
}

impl ClaimsGate {
    /// Whether they are.
    pub fn is_on(self) -> bool {
        matches!(self, ClaimsGate::To(_) | ClaimsGate::Flag(true))
    }
}

impl Gate {
    /// What is wrong with it: a gate at `nan` could never be missed, one above 100 never be met.
    pub fn check(&self) -> Result<(), String> {
        match self.min {
            Some(min) if !(0.0..=100.0).contains(&min) => {
                Err(format!("`{min}` is no percentage between 0 and 100"))
            }
            None if !self.claims.is_on() && !self.overdue => {
                Err("asks for nothing: `min`, `claims` or `overdue`".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// A finding that is accepted for a while.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The rule's id.
    pub rule: String,
    /// A glob of paths; none: everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub expires: String,
}

/// A dated statement a person vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attestation {
    /// What is stated; evidence asks for it by these words.
    pub topic: String,
    /// Who states it.
    pub owner: String,
    /// When it was stated, `YYYY-MM-DD`.
    pub date: String,
    /// The last day it holds; none: as long as the evidence that asks for it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// A path in the tree that supports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artefact: Option<String>,
}
