//! Reads catalogues and mappings and refuses what could not be judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value as Yaml;
use thiserror::Error;

use super::line::read_line;
use crate::base::Verdict;
use crate::config::{day, nearest};
use crate::pages::{Kind, Library, Mechanism, Need};

/// Parts of one feature's evidence that may nest.
const MAX_DEPTH: usize = 8;

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
}

/// A feature and what would show that it is here.
#[derive(Debug, Clone)]
pub struct Feature {
    /// Its id in the catalogue.
    pub id: String,
    /// What it is.
    pub title: String,
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

/// A combination of evidence.
#[derive(Debug, Clone)]
pub enum Node {
    /// One piece.
    Leaf(Box<Leaf>),
    /// All of these; `same`: found in one mechanism.
    All {
        /// The parts.
        parts: Vec<Node>,
        /// What they share.
        same: Option<Mechanism>,
    },
    /// One of these.
    Any(Vec<Node>),
    /// Only inside `all`, beside something that is asked for: it must not be there.
    Not(Box<Node>),
}

/// One piece of evidence as asked for.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The kind: a page's id.
    pub kind: String,
    /// Its parameters as written.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// How many rows must hold; none: what the page says.
    pub need: Option<Need>,
    /// Why a match of words can mean nothing else.
    pub decisive: Option<String>,
    /// As printed.
    pub text: String,
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
            if let Some(unknown) =
                mapping.features.keys().find(|id| !catalogue.features.contains_key(*id))
            {
                return Err(MatrixError::new(
                    file,
                    format!("`{expected}` has no feature `{unknown}`"),
                ));
            }
        }
        let mut features = Vec::new();
        for (id, offered) in &catalogue.features {
            let (file, mapped) =
                match mapping.and_then(|(file, mapping)| Some((file, mapping.features.get(id)?))) {
                    Some((file, mapped)) => (file, mapped.clone()),
                    None => (catalogue.catalogue.as_str(), MappedFeature::default()),
                };
            features.push(
                feature(id, offered, mapped, catalogue, library)
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
        })
    }
}

/// Reads a YAML file into one of our types.
pub(super) fn read<T: for<'de> Deserialize<'de>>(file: &str, text: &str) -> Result<T, MatrixError> {
    serde_yaml::from_str(text).map_err(|error| MatrixError::new(file, error.to_string()))
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
fn natural(id: &str) -> Vec<(u64, String)> {
    id.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

fn feature(
    id: &str,
    offered: &CatalogueFeature,
    mapped: MappedFeature,
    catalogue: &Catalogue,
    library: &Library,
) -> Result<Feature, String> {
    if !catalogue.areas.contains_key(&offered.area) {
        return Err(format!("there is no area `{}`", offered.area));
    }
    let evidence = mapped.evidence.as_ref().or(offered.evidence.as_ref());
    let evidence = evidence.map(|yaml| node(yaml, library, 0)).transpose()?;
    if let Some(node) = &evidence {
        judge(node, library, false)?;
    }
    Ok(Feature {
        id: id.to_owned(),
        title: offered.title.clone(),
        area: offered.area.clone(),
        layer: mapped.layer.clone().unwrap_or_default(),
        phase: mapped.phase.clone().unwrap_or_default(),
        priority: mapped.priority.clone().unwrap_or_default(),
        evidence,
        decision: decision(&mapped)?,
        disputed: mapped
            .disputed
            .map(|disputed| format!("{} ({}, {})", disputed.reason, disputed.by, disputed.date)),
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
        [] => Ok(None),
        [(verdict, reason)] => {
            let by =
                mapped.by.clone().ok_or(format!("a feature that is {verdict} says `by` whom"))?;
            let on = mapped
                .on
                .clone()
                .ok_or(format!("a feature that is {verdict} says since when: `on`"))?;
            day(&on).ok_or(format!("`on: {on}` is not a date YYYY-MM-DD"))?;
            Ok(Some(Decision { verdict: *verdict, reason: (*reason).clone(), by, on }))
        }
        _ => Err("it is only one of not-applicable, accepted and deferred".to_owned()),
    }
}

/// Reads a node: a line, a list (all of it), or a map.
fn node(yaml: &Yaml, library: &Library, depth: usize) -> Result<Node, String> {
    if depth > MAX_DEPTH {
        return Err(format!("evidence nests deeper than {MAX_DEPTH}"));
    }
    match yaml {
        Yaml::String(line) => leaf_of_line(line, library),
        Yaml::Sequence(parts) => Ok(Node::All { parts: nodes(parts, library, depth)?, same: None }),
        Yaml::Mapping(map) => {
            let text = |key: &str| map.get(key).map(|value| serde_yaml::from_value(value.clone()));
            let keys: Vec<&str> = map.keys().filter_map(Yaml::as_str).collect();
            let what: Vec<&&str> =
                keys.iter().filter(|key| !["need", "decisive", "same"].contains(*key)).collect();
            let [what] = what.as_slice() else {
                return Err(format!("evidence has one kind, not {what:?}"));
            };
            let inner = map.get(**what).ok_or("evidence is empty")?;
            let parts = |inner: &Yaml| match inner {
                Yaml::Sequence(parts) if !parts.is_empty() => nodes(parts, library, depth),
                _ => Err(format!("`{what}` takes a list")),
            };
            match **what {
                "all" => {
                    let same =
                        text("same").transpose().map_err(|error| format!("same: {error}"))?;
                    let same: Option<Mechanism> = same
                        .map(|value: Yaml| serde_yaml::from_value(value))
                        .transpose()
                        .map_err(|error| format!("same: {error}"))?;
                    Ok(Node::All { parts: parts(inner)?, same })
                }
                "any" => Ok(Node::Any(parts(inner)?)),
                "not" => Ok(Node::Not(Box::new(node(inner, library, depth + 1)?))),
                kind => leaf_of_map(kind, inner, map, library),
            }
        }
        _ => Err("evidence is a line, a list or a map".to_owned()),
    }
}

fn nodes(parts: &[Yaml], library: &Library, depth: usize) -> Result<Vec<Node>, String> {
    parts.iter().map(|part| node(part, library, depth + 1)).collect()
}

fn leaf_of_line(line: &str, library: &Library) -> Result<Node, String> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("not ") {
        return Ok(Node::Not(Box::new(leaf_of_line(rest, library)?)));
    }
    let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
    let page = known(kind, library)?;
    let parameters = read_line(page, rest)?;
    Ok(Node::Leaf(Box::new(Leaf {
        kind: kind.to_owned(),
        parameters,
        need: None,
        decisive: None,
        text: line.to_owned(),
    })))
}

fn leaf_of_map(
    kind: &str,
    inner: &Yaml,
    map: &serde_yaml::Mapping,
    library: &Library,
) -> Result<Node, String> {
    let page = known(kind, library)?;
    let (parameters, text) = match inner {
        Yaml::String(line) => (read_line(page, line)?, format!("{kind} {line}")),
        _ => {
            let parameters: BTreeMap<String, serde_json::Value> =
                serde_yaml::from_value(inner.clone())
                    .map_err(|error| format!("{kind}: {error}"))?;
            let shown: Vec<String> =
                parameters.iter().map(|(name, value)| format!("{name}:{}", plain(value))).collect();
            (parameters, format!("{kind} {}", shown.join(" ")))
        }
    };
    let need =
        map.get("need").map(|need| serde_yaml::from_value::<crate::pages::RawNeed>(need.clone()));
    let need = need
        .transpose()
        .map_err(|error| format!("need: {error}"))?
        .map(|need| need.read())
        .transpose()?;
    let decisive = map.get("decisive").and_then(Yaml::as_str).map(str::to_owned);
    Ok(Node::Leaf(Box::new(Leaf { kind: kind.to_owned(), parameters, need, decisive, text })))
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn known<'a>(kind: &str, library: &'a Library) -> Result<&'a crate::pages::Page, String> {
    let found = library.get(kind).filter(|page| matches!(page.kind, Kind::Evidence { .. }));
    found.ok_or_else(|| {
        let names = library.evidence().map(|page| page.id.clone());
        let hint =
            nearest(kind, names).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        format!("there is no kind of evidence `{kind}`{hint}")
    })
}

/// Whether a node only guards.
pub(super) fn is_guard(node: &Node, library: &Library) -> bool {
    match node {
        Node::Not(_) => true,
        Node::Leaf(leaf) => library
            .get(&leaf.kind)
            .is_some_and(|page| matches!(page.kind, Kind::Evidence { guard: true, .. })),
        Node::All { .. } | Node::Any(_) => false,
    }
}

/// Refuses what an empty tree could satisfy and mechanisms that cannot be told.
fn judge(node: &Node, library: &Library, beside: bool) -> Result<(), String> {
    if is_guard(node, library) && !beside {
        return Err("what must not be there counts only inside `all`, beside something that must"
            .to_owned());
    }
    match node {
        Node::Leaf(_) => Ok(()),
        Node::Not(inner) => match inner.as_ref() {
            Node::Not(_) => Err("`not` of `not`".to_owned()),
            inner if is_guard(inner, library) => Err("`not` of what must not be there".to_owned()),
            inner => judge(inner, library, false),
        },
        Node::Any(parts) => parts.iter().try_for_each(|part| judge(part, library, false)),
        Node::All { parts, same } => {
            let asked = parts.iter().any(|part| !is_guard(part, library));
            parts.iter().try_for_each(|part| judge(part, library, asked))?;
            same.map_or(Ok(()), |same| {
                parts.iter().try_for_each(|part| shares(part, same, library))
            })
        }
    }
}

fn shares(node: &Node, same: Mechanism, library: &Library) -> Result<(), String> {
    match node {
        Node::Leaf(leaf) => {
            let page = known(&leaf.kind, library)?;
            let own =
                matches!(&page.kind, Kind::Evidence { mechanism, .. } if *mechanism == Some(same));
            let told = same == Mechanism::Directory || own;
            if told {
                Ok(())
            } else {
                Err(format!("`{}` does not say which {same:?} its rows are of", leaf.kind)
                    .to_lowercase())
            }
        }
        Node::All { parts, .. } | Node::Any(parts) => {
            parts.iter().try_for_each(|part| shares(part, same, library))
        }
        Node::Not(inner) => shares(inner, same, library),
    }
}
