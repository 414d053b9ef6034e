//! Reads catalogues and mappings and refuses what could not be judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value as Yaml;
use thiserror::Error;

use super::node::Node;
use crate::base::Verdict;
use crate::config::{day, nearest};
use crate::pages::Library;
use crate::store::glob;

/// A matrix file that cannot be used. The message begins with its file and feature.
#[derive(Debug, Error)]
#[error("{place}: {message}")]
pub struct MatrixError {
    place: String,
    message: String,
}

impl MatrixError {
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        MatrixError { place: place.into(), message: message.into() }
    }
}

/// What upstream offers: no path, table or claim of any one organisation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its name, e.g. `odoo-sh`.
    pub catalogue: String,
    /// Its version; mappings name it.
    pub version: u32,
    /// The product.
    pub title: String,
    /// Where the list comes from.
    pub source: String,
    /// Whether its features are proposed and not yet read; a draft is judged only where it is named.
    #[serde(default)]
    pub draft: bool,
    /// Names of areas by their ids, in order.
    pub areas: BTreeMap<String, String>,
    /// The features by id.
    pub features: BTreeMap<String, CatalogueFeature>,
}

/// One thing upstream offers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFeature {
    /// What it is.
    pub title: String,
    /// The id of its area.
    pub area: String,
    /// What upstream says of it.
    pub source: String,
    /// Evidence any organisation could have; none where only a mapping can say.
    #[serde(default)]
    pub evidence: Option<Yaml>,
}

/// Where one organisation has it.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// Where evidence of some kinds counts if a feature does not say otherwise: kinds by glob of files.
    #[serde(default)]
    pub within: BTreeMap<String, Vec<String>>,
    /// What is said of features, by id.
    #[serde(default)]
    pub features: BTreeMap<String, MappedFeature>,
}

/// What a mapping says of one feature.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MappedFeature {
    /// Its evidence here.
    evidence: Option<Yaml>,
    /// The organisation's own layer.
    layer: Option<String>,
    /// The organisation's own phase.
    phase: Option<String>,
    /// The organisation's own priority.
    priority: Option<String>,
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
    disputed: Option<Disputed>,
}

impl MappedFeature {
    /// Whether it says where the feature is, or what was decided about it.
    pub fn is_settled(&self) -> bool {
        let decided = [&self.not_applicable, &self.accepted, &self.deferred];
        self.evidence.is_some() || decided.iter().any(|decided| decided.is_some())
    }
}

/// A recorded disagreement with a verdict.
#[derive(Debug, Clone, Deserialize)]
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

/// A catalogue with a mapping laid over it.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The catalogue's name.
    pub name: String,
    /// The catalogue's version.
    pub version: u32,
    /// The product.
    pub title: String,
    /// Names of areas by id.
    pub areas: BTreeMap<String, String>,
    /// The features in the order of their ids (numbers as numbers).
    pub features: Vec<Feature>,
    /// Whether the features are proposed and not yet read.
    pub draft: bool,
    /// Whether somebody said where its features are here.
    pub mapped: bool,
    /// Globs of the documents that speak of it.
    pub documents: Vec<String>,
    /// Where evidence of some kinds counts if a feature does not say otherwise: kinds by glob of files.
    pub within: BTreeMap<String, Vec<String>>,
}

/// A feature and what would show that it is here.
#[derive(Debug, Clone, Default)]
pub struct Feature {
    /// Its id in the catalogue.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What upstream says of it.
    pub source: String,
    /// The id of its area.
    pub area: String,
    /// The organisation's own layer.
    pub layer: String,
    /// The organisation's own phase.
    pub phase: String,
    /// The organisation's own priority.
    pub priority: String,
    /// What would show it; none: nothing is asked for, so it is unknown.
    pub evidence: Option<Node>,
    /// A recorded decision.
    pub decision: Option<Decision>,
    /// A recorded disagreement, as printed.
    pub disputed: Option<String>,
}

impl Matrix {
    /// Lays a mapping over a catalogue.
    ///
    /// # Errors
    /// The mapping extends another catalogue or version, names unknown features or kinds, or evidence that could not
    /// be judged.
    pub fn new(
        catalogue: &Catalogue,
        mapping: Option<(&str, &Mapping)>,
        library: &Library,
    ) -> Result<Matrix, MatrixError> {
        let expected = format!("{}@{}", catalogue.catalogue, catalogue.version);
        if let Some((file, mapping)) = mapping {
            if mapping.extends != expected {
                return Err(MatrixError::new(
                    file,
                    format!("extends `{}`, but the catalogue is `{expected}`", mapping.extends),
                ));
            }
            for (within, kinds) in &mapping.within {
                let unknown = kinds.iter().find(|kind| library.get(kind).is_none());
                let unknown = unknown.map(|kind| format!("there is no kind of evidence `{kind}`"));
                if let Some(message) = glob(within).err().or(unknown) {
                    return Err(MatrixError::new(format!("{file}: within"), message));
                }
            }
            if let Some(unknown) =
                mapping.features.keys().find(|id| !catalogue.features.contains_key(*id))
            {
                let near = nearest(unknown, catalogue.features.keys().cloned());
                let hint = near.map_or(String::new(), |id| format!("; did you mean `{id}`?"));
                let message = format!("`{expected}` has no such feature{hint}");
                return Err(MatrixError::new(format!("{file}: features.{unknown}"), message));
            }
        }
        let none = BTreeMap::new();
        let within = mapping.map_or(&none, |(_, mapping)| &mapping.within);
        let mut features = Vec::new();
        for (id, offered) in &catalogue.features {
            let (file, mapped) =
                match mapping.and_then(|(file, mapping)| Some((file, mapping.features.get(id)?))) {
                    Some((file, mapped)) => (file, mapped.clone()),
                    None => (catalogue.catalogue.as_str(), MappedFeature::default()),
                };
            features.push(
                feature(id, offered, mapped, catalogue, within, library)
                    .map_err(|error| MatrixError::new(format!("{file}: features.{id}"), error))?,
            );
        }
        features.sort_by_key(|feature| natural(&feature.id));
        Ok(Matrix {
            name: catalogue.catalogue.clone(),
            version: catalogue.version,
            title: catalogue.title.clone(),
            areas: catalogue.areas.clone(),
            features,
            draft: catalogue.draft,
            mapped: mapping.is_some(),
            documents: mapping.map(|(_, mapping)| mapping.documents.clone()).unwrap_or_default(),
            within: within.clone(),
        })
    }
}

/// Reads a YAML file into one of our types.
pub(super) fn read<T: for<'de> Deserialize<'de>>(file: &str, text: &str) -> Result<T, MatrixError> {
    serde_yaml::from_str(text).map_err(|error| MatrixError::new(file, error.to_string()))
}

impl Catalogue {
    /// Reads a catalogue; `file` is how messages call it.
    ///
    /// # Errors
    /// It is not YAML of this shape.
    pub fn parse(file: &str, text: &str) -> Result<Catalogue, MatrixError> {
        read(file, text)
    }
}

impl Mapping {
    /// Reads a mapping; `file` is how messages call it.
    ///
    /// # Errors
    /// It is not YAML of this shape.
    pub fn parse(file: &str, text: &str) -> Result<Mapping, MatrixError> {
        read(file, text)
    }
}

/// `1.10` behind `1.9`.
pub(super) fn natural(id: &str) -> Vec<(u64, String)> {
    id.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

fn feature(
    id: &str,
    offered: &CatalogueFeature,
    mapped: MappedFeature,
    catalogue: &Catalogue,
    within: &BTreeMap<String, Vec<String>>,
    library: &Library,
) -> Result<Feature, String> {
    if !catalogue.areas.contains_key(&offered.area) {
        return Err(format!("there is no area `{}`", offered.area));
    }
    let evidence = mapped.evidence.as_ref().or(offered.evidence.as_ref());
    let evidence = evidence.map(|yaml| Node::read(yaml, within, library)).transpose()?;
    Ok(Feature {
        id: id.to_owned(),
        title: offered.title.clone(),
        source: offered.source.clone(),
        area: offered.area.clone(),
        layer: mapped.layer.clone().unwrap_or_default(),
        phase: mapped.phase.clone().unwrap_or_default(),
        priority: mapped.priority.clone().unwrap_or_default(),
        evidence,
        decision: decision(&mapped)?,
        disputed: mapped.disputed.map(disputed).transpose()?,
    })
}

fn decision(mapped: &MappedFeature) -> Result<Option<Decision>, String> {
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

fn disputed(said: Disputed) -> Result<String, String> {
    let date = dated("disputed.date", said.date)?;
    Ok(format!("{} ({}, {date})", said.reason, said.by))
}

fn dated(name: &str, date: String) -> Result<String, String> {
    let is_date = day(&date).is_some();
    is_date.then_some(()).ok_or_else(|| format!("`{name}: {date}` is not a date YYYY-MM-DD"))?;
    Ok(date)
}
