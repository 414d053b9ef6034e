//! Where one organisation has the features of a catalogue, and what it decided about them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Value as Yaml;

use super::catalogue::{Asked, MatrixExample, lines};
use super::load::{MatrixError, read};
use super::reading::Reading;
use crate::base::{Level, Verdict};
use crate::config::day;

/// Where one organisation has it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// `catalogue@version`.
    pub extends: String,
    /// Who keeps it.
    #[serde(default)]
    pub owner: String,
    /// Globs of the documents that speak of the matrix: a pointer, never a number.
    #[serde(default)]
    pub documents: Vec<String>,
    /// How the organisation's own matrices are read, which say what of it is there.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// Where evidence of some kinds counts if a feature does not say otherwise: kinds by glob of files.
    #[serde(default)]
    pub within: BTreeMap<String, Vec<String>>,
    /// The last day until which features of a phase are due, `YYYY-MM-DD`, by phase, where they do not say it themselves.
    #[serde(default)]
    pub phases: BTreeMap<String, String>,
    /// Trees and what must be said of features in them; `parity test` tries them.
    #[serde(default)]
    pub examples: Vec<MatrixExample>,
    /// What is said of features, by id.
    #[serde(default)]
    pub features: BTreeMap<String, MappedFeature>,
    /// The line on which each feature begins.
    #[serde(skip)]
    pub(super) lines: BTreeMap<String, u32>,
}

/// What a mapping says of one feature.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MappedFeature {
    /// Its evidence here.
    #[schemars(with = "Option<Asked>")]
    pub(super) evidence: Option<Yaml>,
    /// The organisation's own layer.
    pub(super) layer: Option<String>,
    /// The organisation's own phase.
    pub(super) phase: Option<String>,
    /// The organisation's own priority.
    pub(super) priority: Option<String>,
    /// The organisation's product it is part of.
    pub(super) product: Option<String>,
    /// How it is had: an addon of a community, own work, a gap.
    pub(super) delivery: Option<String>,
    /// What it counts in weighted scores; 1 if not said.
    pub(super) weight: Option<u32>,
    /// What it is to reach; verified if not said.
    pub(super) target: Option<Target>,
    /// The last day until which it is to reach that, `YYYY-MM-DD`.
    pub(super) due: Option<String>,
    /// Why it does not apply.
    not_applicable: Option<String>,
    /// Why it is lived without.
    accepted: Option<String>,
    /// Why it comes later.
    deferred: Option<String>,
    /// Who decided.
    by: Option<String>,
    /// When, `YYYY-MM-DD`.
    on: Option<String>,
    /// Why the verdict is disputed, by whom, since when.
    pub(super) disputed: Option<Disputed>,
}

/// What a feature is to reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Something of it.
    Partial,
    /// A person vouches for it.
    Attested,
    /// All of it.
    #[default]
    Verified,
}

impl Target {
    /// The level that reaches it.
    pub fn level(self) -> Level {
        match self {
            Target::Partial => Level::Partial,
            Target::Attested => Level::Attested,
            Target::Verified => Level::Verified,
        }
    }
}

/// A recorded disagreement with a verdict.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disputed {
    /// Who.
    pub by: String,
    /// Since when.
    pub date: String,
    /// Why.
    pub reason: String,
}

/// A recorded decision about a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// accepted, deferred or not-applicable.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub on: String,
}

impl Decision {
    /// Why, by whom and since when, as printed; of what no person decided, why.
    pub fn said(&self) -> String {
        let Decision { reason, by, on, .. } = self;
        if on.is_empty() { reason.clone() } else { format!("{reason} ({by}, {on})") }
    }
}

impl Mapping {
    /// The JSON Schema of a mapping, pretty-printed.
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Mapping);
        serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
    }

    /// Reads a mapping; `file` is how messages call it.
    ///
    /// # Errors
    /// It is not YAML of this shape.
    pub fn parse(file: &str, text: &str) -> Result<Mapping, MatrixError> {
        let mut mapping: Mapping = read(file, text)?;
        mapping.lines = lines(text, |id| mapping.features.contains_key(id));
        Ok(mapping)
    }
}

impl MappedFeature {
    /// Whether it says where the feature is, or what was decided about it.
    pub fn is_settled(&self) -> bool {
        let decided = [&self.not_applicable, &self.accepted, &self.deferred];
        self.evidence.is_some() || decided.iter().any(|decided| decided.is_some())
    }
}

pub(super) fn decision(mapped: &MappedFeature) -> Result<Option<Decision>, String> {
    let said: Vec<(Verdict, &String)> = [
        (Verdict::NotApplicable, &mapped.not_applicable),
        (Verdict::Accepted, &mapped.accepted),
        (Verdict::Deferred, &mapped.deferred),
    ]
    .into_iter()
    .filter_map(|(verdict, reason)| Some((verdict, reason.as_ref()?)))
    .collect();
    match said.as_slice() {
        [] if mapped.by.is_some() || mapped.on.is_some() => {
            Err("`by` and `on` belong to one of not-applicable, accepted and deferred".to_owned())
        }
        [] => Ok(None),
        [(verdict, reason)] => {
            let lacking = |name: &str, what: &str| {
                format!("a feature that is {verdict} says {what}: `{name}`")
            };
            let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
            let reason = Some((*reason).clone()).filter(|reason| !reason.trim().is_empty());
            let reason = reason.ok_or_else(|| lacking(&verdict.to_string(), "why"))?;
            let by = said(&mapped.by).ok_or_else(|| lacking("by", "who decided"))?;
            let on = said(&mapped.on).ok_or_else(|| lacking("on", "since when"))?;
            Ok(Some(Decision { verdict: *verdict, reason, by, on: dated("on", on)? }))
        }
        _ => Err("it is only one of not-applicable, accepted and deferred".to_owned()),
    }
}

pub(super) fn disputed(said: Disputed) -> Result<String, String> {
    let date = dated("disputed.date", said.date)?;
    Ok(format!("{} ({}, {date})", said.reason, said.by))
}

pub(super) fn dated(name: &str, date: String) -> Result<String, String> {
    let is_date = day(&date).is_some();
    is_date.then_some(()).ok_or_else(|| format!("`{name}: {date}` is not a date YYYY-MM-DD"))?;
    Ok(date)
}
