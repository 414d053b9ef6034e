//! Reads catalogues and mappings and refuses what could not be judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::catalogue::{Catalogue, CatalogueFeature};
use super::mapping::{Decision, MappedFeature, Mapping, Target, dated, decision, disputed};
use super::node::Node;
use super::reading::Reading;
use crate::config::{nearest, suggest};
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
    /// How the organisation's own matrices are read.
    pub readings: Vec<Reading>,
    /// Where evidence of some kinds counts if a feature does not say otherwise: kinds by glob of files.
    pub within: BTreeMap<String, Vec<String>>,
    /// Evidence without which it does not apply; none: it applies.
    pub applies: Option<Node>,
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
    /// The organisation's product it is part of.
    pub product: String,
    /// How it is had.
    pub delivery: String,
    /// What it counts in weighted scores.
    pub weight: u32,
    /// What it is to reach.
    pub target: Target,
    /// The last day until which it is to reach that, `YYYY-MM-DD`.
    pub due: Option<String>,
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
        if let Some((file, mapping)) = mapping {
            check(catalogue, file, mapping, library)?;
        }
        let none = Mapping::default();
        let (file, said) = mapping.unwrap_or((&catalogue.catalogue, &none));
        let mut features = Vec::new();
        for (id, offered) in &catalogue.features {
            let mapped = said.features.get(id).cloned().unwrap_or_default();
            let own = said.features.contains_key(id);
            let (file, lines) = if own {
                (file, &said.lines)
            } else {
                (catalogue.catalogue.as_str(), &catalogue.lines)
            };
            let place = |error| MatrixError::new(placed(file, lines, id), error);
            features.push(feature(id, offered, mapped, catalogue, said, library).map_err(place)?);
        }
        features.sort_by_key(|feature| natural(&feature.id));
        // Who says where features are says that there are some.
        let applies = catalogue.applies.as_ref().filter(|_| mapping.is_none());
        let applies = applies.map(|yaml| Node::read(yaml, &said.within, library)).transpose();
        let wrong = |error| MatrixError::new(format!("{}: applies", catalogue.catalogue), error);
        Ok(Matrix {
            name: catalogue.catalogue.clone(),
            version: catalogue.version,
            title: catalogue.title.clone(),
            areas: catalogue.areas.clone(),
            features,
            draft: catalogue.draft,
            mapped: mapping.is_some(),
            documents: said.documents.clone(),
            readings: said.readings.clone(),
            within: said.within.clone(),
            applies: applies.map_err(wrong)?,
        })
    }
}

/// Where a feature is written: the file, its line where it is known, and the way to it.
fn placed(file: &str, lines: &BTreeMap<String, u32>, id: &str) -> String {
    let line = lines.get(id).map_or(String::new(), |line| format!(":{line}"));
    format!("{file}{line}: features.{id}")
}

/// Refuses a mapping of another catalogue, of kinds and of features there are not.
fn check(
    catalogue: &Catalogue,
    file: &str,
    mapping: &Mapping,
    library: &Library,
) -> Result<(), MatrixError> {
    let expected = catalogue.called();
    if mapping.extends != expected {
        let message = format!("extends `{}`, but the catalogue is `{expected}`", mapping.extends);
        return Err(MatrixError::new(file, message));
    }
    for (within, kinds) in &mapping.within {
        let unknown = kinds.iter().find(|kind| library.get(kind).is_none());
        let unknown = unknown.map(|kind| format!("there is no kind of evidence `{kind}`"));
        if let Some(message) = glob(within).err().or(unknown) {
            return Err(MatrixError::new(format!("{file}: within"), message));
        }
    }
    for reading in &mapping.readings {
        let place = || format!("{file}: readings of `{}`", reading.files);
        reading.check().map_err(|message| MatrixError::new(place(), message))?;
    }
    for (phase, date) in &mapping.phases {
        dated(phase, date.clone())
            .map_err(|message| MatrixError::new(format!("{file}: phases"), message))?;
    }
    let mut named = mapping.features.keys();
    let Some(unknown) = named.find(|id| !catalogue.features.contains_key(*id)) else {
        return Ok(());
    };
    let near = nearest(unknown, catalogue.features.keys().cloned());
    let hint = near.map_or(String::new(), |id| format!("; did you mean `{id}`?"));
    let message = format!("`{expected}` has no such feature{hint}");
    Err(MatrixError::new(placed(file, &mapping.lines, unknown), message))
}

/// Reads a YAML file into one of our types. What is wrong is said at its line and column.
pub(super) fn read<T: for<'de> Deserialize<'de>>(file: &str, text: &str) -> Result<T, MatrixError> {
    serde_yaml::from_str(text).map_err(|error| {
        let message = error.to_string();
        let Some(at) = error.location() else { return MatrixError::new(file, message) };
        let (line, column) = (at.line(), at.column());
        let message = message.replace(&format!(" at line {line} column {column}"), "");
        MatrixError::new(format!("{file}:{line}:{column}"), suggest(&message))
    })
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
    mapping: &Mapping,
    library: &Library,
) -> Result<Feature, String> {
    if !catalogue.areas.contains_key(&offered.area) {
        return Err(format!("there is no area `{}`", offered.area));
    }
    let evidence = mapped.evidence.as_ref().or(offered.evidence.as_ref());
    let evidence = evidence.map(|yaml| Node::read(yaml, &mapping.within, library)).transpose()?;
    let decision = decision(&mapped)?;
    let phase = mapped.phase.unwrap_or_default();
    let due = mapped.due.or_else(|| mapping.phases.get(&phase).cloned());
    Ok(Feature {
        id: id.to_owned(),
        title: offered.title.clone(),
        source: offered.source.clone(),
        area: offered.area.clone(),
        layer: mapped.layer.unwrap_or_default(),
        phase,
        priority: mapped.priority.unwrap_or_default(),
        product: mapped.product.unwrap_or_default(),
        delivery: mapped.delivery.or_else(|| offered.delivery.clone()).unwrap_or_default(),
        weight: mapped.weight.or(offered.weight).unwrap_or(1),
        target: mapped.target.unwrap_or_default(),
        due: due.map(|due| dated("due", due)).transpose()?,
        evidence,
        decision,
        disputed: mapped.disputed.map(disputed).transpose()?,
    })
}
