//! What upstream offers, as a catalogue lists it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Value as Yaml;

use super::load::{MatrixError, read};
use crate::base::Verdict;

/// What upstream offers: no path, table or claim of any one organisation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
    /// Another catalogue, as `name@version`, whose areas and features it takes over and adds to.
    #[serde(default)]
    pub extends: Option<String>,
    /// Evidence without which the matrix does not apply, unless a mapping says otherwise; none: it always applies.
    #[serde(default)]
    #[schemars(with = "Option<Asked>")]
    pub applies: Option<Yaml>,
    /// Trees and what must be said of features in them; `parity test` tries them.
    #[serde(default)]
    pub examples: Vec<MatrixExample>,
    /// Names of areas by their ids, in order.
    #[serde(default)]
    pub areas: BTreeMap<String, String>,
    /// The features by id.
    #[serde(default)]
    pub features: BTreeMap<String, CatalogueFeature>,
    /// The line on which each feature begins.
    #[serde(skip)]
    pub(super) lines: BTreeMap<String, u32>,
}

/// One thing upstream offers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
    #[schemars(with = "Option<Asked>")]
    pub evidence: Option<Yaml>,
    /// How it can be had: part of the community edition, an addon of a community, a bridge, a gap.
    #[serde(default)]
    pub delivery: Option<String>,
    /// What it counts in weighted scores; 1 if not said.
    #[serde(default)]
    pub weight: Option<u32>,
}

/// Evidence as it is written: a line, a list of which all is needed, or a kind or word with what it takes.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) enum Asked {
    /// A line.
    Line(String),
    /// All of these.
    All(Vec<Asked>),
    /// A kind with its parameters, or `all`, `any`, `not`; beside it `need`, `decisive`, `within`, `same`.
    Map(BTreeMap<String, serde_json::Value>),
}

/// A small tree and what must be said of features in it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixExample {
    /// What it shows.
    pub title: String,
    /// The files: texts by path.
    pub files: BTreeMap<String, String>,
    /// Verdicts by feature.
    pub verdicts: BTreeMap<String, Verdict>,
}

impl Catalogue {
    /// The JSON Schema of a catalogue, pretty-printed.
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Catalogue);
        serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
    }

    /// Reads a catalogue; `file` is how messages call it.
    ///
    /// # Errors
    /// It is not YAML of this shape.
    pub fn parse(file: &str, text: &str) -> Result<Catalogue, MatrixError> {
        let mut catalogue: Catalogue = read(file, text)?;
        catalogue.lines = lines(text, |id| catalogue.features.contains_key(id));
        Ok(catalogue)
    }

    /// The catalogue with what it extends below it; `known` are those that can be extended.
    ///
    /// # Errors
    /// There is no such catalogue, or only another version of it.
    pub fn extended(mut self, known: &[Catalogue]) -> Result<Catalogue, MatrixError> {
        let Some(wanted) = self.extends.take() else { return Ok(self) };
        let base = known.iter().find(|base| base.called() == wanted).ok_or_else(|| {
            let known: Vec<String> = known.iter().map(Catalogue::called).collect();
            let message = format!("extends `{wanted}`; there are: {}", known.join(", "));
            MatrixError::new(self.catalogue.clone(), message)
        })?;
        let mut areas = base.areas.clone();
        areas.append(&mut self.areas);
        let mut features = base.features.clone();
        features.append(&mut self.features);
        (self.areas, self.features) = (areas, features);
        self.applies = self.applies.or_else(|| base.applies.clone());
        Ok(self)
    }

    /// Its name and version.
    pub fn called(&self) -> String {
        format!("{}@{}", self.catalogue, self.version)
    }
}

/// The line on which each feature of a file begins; of several that begin so the first.
pub(super) fn lines(text: &str, is_feature: impl Fn(&str) -> bool) -> BTreeMap<String, u32> {
    let mut lines = BTreeMap::new();
    let below = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("features:"));
    for (number, line) in below {
        let line = line.trim_start();
        let quote = line.chars().next().filter(|quote| "\"'".contains(*quote));
        let id = match quote {
            Some(quote) => line[1..].split(quote).next(),
            None => line.split(':').next(),
        };
        if let Some(id) = id.filter(|id| is_feature(id)) {
            lines.entry(id.to_owned()).or_insert(number);
        }
    }
    lines
}
