//! What a page says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Severity, Strength};
use crate::snapshot::Scope;
use crate::source::{EntryKind, Told};

/// A page, read and checked for form; its query is checked when it is prepared.
#[derive(Debug, Clone)]
pub struct Page {
    /// `family/complaint` of a rule, the word of a kind of evidence.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Ids it had before.
    pub aliases: Vec<String>,
    /// Free words; `splinter-0013` names the same check elsewhere.
    pub tags: Vec<String>,
    /// The version of the tool that brought it.
    pub since: String,
    /// Whether its findings were not yet read on two real repositories and found right: then it runs only when asked for.
    pub preview: bool,
    /// What it tells if there is nothing to examine, e.g. `no file says its licence by an SPDX tag`.
    pub nothing: Option<String>,
    /// What mends its findings, by the name it has in `fix`; none: a person does.
    pub fixer: Option<String>,
    /// What a configuration or matrix may set.
    pub parameters: BTreeMap<String, Parameter>,
    /// The content search its query reads as `:search`.
    pub search: Option<SearchTemplate>,
    /// The first heading: the complaint, or what the evidence shows.
    pub title: String,
    /// Why it matters, what is assumed.
    pub prose: String,
    /// The query.
    pub sql: String,
    /// What to do.
    pub fix: String,
    /// Its tests.
    pub examples: Vec<Example>,
    /// The file it was read from.
    pub file: String,
}

/// What a page is for.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Rows that fail are findings.
    Rule {
        /// How bad a finding is.
        severity: Severity,
    },
    /// Rows that hold are evidence.
    Evidence {
        /// How many rows must hold, where a matrix does not say.
        need: Need,
        /// What kind of proof it is.
        strength: Strength,
        /// Whether it shows that something does not occur: it can cap a feature, not raise it.
        guard: bool,
        /// What two pieces of evidence must share to be one mechanism.
        mechanism: Option<Mechanism>,
        /// Its one-line form, e.g. `table name(columns)`.
        line: String,
    },
}

/// How many rows must hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// At least so many.
    Some(u64),
    /// All, and at least one.
    Every,
    /// At least this part of all, and at least one; between 0 and 1.
    Share(f64),
}

/// What pieces of one mechanism share.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// One workflow file.
    Workflow,
    /// One addon.
    Module,
    /// One service.
    Service,
    /// One folder.
    Directory,
}

/// Something a configuration or matrix may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Whether it looks for words: given, it makes the evidence textual.
    #[serde(default)]
    pub textual: bool,
    /// What it is otherwise; null where there is no default.
    #[serde(default)]
    pub default: serde_json::Value,
    /// One sentence.
    #[serde(default)]
    pub doc: String,
}

/// What a parameter holds; how queries see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// true or false, seen as 1 or 0.
    Flag,
    /// A list of texts, seen as a JSON array.
    List,
}

impl ParameterType {
    /// As a sentence names it.
    pub fn article(self) -> &'static str {
        match self {
            ParameterType::Text => "a text",
            ParameterType::Integer => "a whole number",
            ParameterType::Flag => "true or false",
            ParameterType::List => "a list of texts",
        }
    }
}

/// A content search with `:name` where a parameter goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchTemplate {
    /// Which files: a glob, several, or a parameter.
    pub glob: OneOrMore,
    /// What is looked for.
    pub regex: String,
    /// Where it counts.
    #[serde(default)]
    pub scope: ScopeTemplate,
}

/// One text or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

/// A scope, or the parameter that holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ScopeTemplate {
    /// Said here.
    Fixed(Scope),
    /// `:name`.
    Parameter(String),
}

impl Default for ScopeTemplate {
    fn default() -> Self {
        ScopeTemplate::Fixed(Scope::All)
    }
}

/// A test on a page: a small tree and what must come of it.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its heading.
    pub title: String,
    /// What must come of it.
    pub expectation: Expectation,
    /// The files.
    pub files: BTreeMap<String, String>,
    /// Which of them are symbolic links, and paths of submodules.
    pub kinds: BTreeMap<String, EntryKind>,
    /// The history, if the example has one.
    pub history: Vec<Told>,
    /// Parameters, for evidence.
    pub parameters: BTreeMap<String, serde_json::Value>,
}

/// What must come of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// At least one row fails; evidence is not met.
    Fails,
    /// At least one row, none fails; evidence is met.
    Passes,
    /// At least one row is undecided; evidence is neither met nor not.
    Unknown,
}

impl Page {
    /// The family of a rule: the part of its id before `/`.
    pub fn family(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The severity of a rule; evidence has none.
    pub fn severity(&self) -> Option<Severity> {
        match self.kind {
            Kind::Rule { severity } => Some(severity),
            Kind::Evidence { .. } => None,
        }
    }

    /// What kind of proof one use is: a parameter that looks for words makes a parsed thing textual.
    pub fn strength(&self, given: &BTreeMap<String, serde_json::Value>) -> Option<Strength> {
        let Kind::Evidence { strength, .. } = self.kind else { return None };
        let is_textual = |(name, value): (&String, &serde_json::Value)| {
            !value.is_null() && self.parameters.get(name).is_some_and(|parameter| parameter.textual)
        };
        let words = strength == Strength::Structural && given.iter().any(is_textual);
        Some(if words { Strength::Textual } else { strength })
    }

    /// The need of a kind of evidence where nobody says another.
    pub fn need(&self) -> Option<Need> {
        match self.kind {
            Kind::Rule { .. } => None,
            Kind::Evidence { need, .. } => Some(need),
        }
    }
}
