//! The section `[odoo]` of `parity.toml`: what is known of the addons, and the options of pylint-odoo by its own names.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is known of the Odoo addons. An option is the parameter of that name of every rule that has one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Odoo {
    /// The series the addons are for, e.g. `18.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Which manifests are judged, and how: `auto` by the practice of the repository, `all` as pylint-odoo does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<String>,
    /// Which licence may build on which: `default`, or `manifestoo` as that tool decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compat: Option<String>,
    /// Globs of addons that bridge Enterprise and Community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<List>,
    /// Categories a manifest may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_allowed: Option<List>,
    /// Categories a manifest with a price may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_allowed_app: Option<List>,
    /// Development statuses a manifest may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub development_status_allowed: Option<List>,
    /// Licences a manifest may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_allowed: Option<List>,
    /// Keys no manifest should have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_deprecated_keys: Option<List>,
    /// Keys that are True where they are not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_keys_values_true: Option<List>,
    /// Authors of which one must be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_required_authors: Option<List>,
    /// Keys every manifest must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_required_keys: Option<List>,
    /// Keys a manifest with a price must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_required_keys_app: Option<List>,
    /// A pattern the version begins with; `{valid_odoo_versions}` stands for the series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_version_format: Option<String>,
    /// Files every addon must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odoo_required_files: Option<List>,
    /// Files every addon with a price must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odoo_required_files_app: Option<List>,
    /// The series there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_odoo_versions: Option<List>,
}

/// A list of texts, or one text with commas, as pylint takes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum List {
    /// `a,b`.
    Commas(String),
    /// `["a", "b"]`.
    Items(Vec<String>),
}

impl List {
    /// Its items.
    pub fn items(&self) -> Vec<String> {
        match self {
            List::Commas(text) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                items.map(str::to_owned).collect()
            }
            List::Items(items) => items.clone(),
        }
    }
}

/// The series a branch is named after: `18.0`, `18.0-fix`, `origin/18.0`.
pub fn series_of(branch: &str) -> Option<String> {
    let name = branch.rsplit('/').next().unwrap_or(branch);
    let series = name.split('-').next().unwrap_or(name);
    let number = series.strip_suffix(".0").and_then(|number| number.parse::<u32>().ok());
    number.filter(|number| (6..100).contains(number)).map(|number| format!("{number}.0"))
}

impl Odoo {
    /// The options that are set, by the names of parameters: a list is an array.
    pub fn options(&self) -> BTreeMap<String, Value> {
        let Ok(Value::Object(said)) = serde_json::to_value(self) else { return BTreeMap::new() };
        let is_list =
            |name: &str| !matches!(name, "series" | "judge" | "compat" | "manifest-version-format");
        let options = said.into_iter().map(|(name, value)| {
            let value = match value {
                Value::String(text) if is_list(&name) => {
                    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                    items.map(str::to_owned).collect()
                }
                value => value,
            };
            (name.replace('-', "_"), value)
        });
        options.collect()
    }

    /// These settings, and below them those of a profile.
    ///
    /// # Panics
    /// Never: both are JSON objects.
    pub fn over(&self, below: &Odoo) -> Odoo {
        let json = |odoo: &Odoo| serde_json::to_value(odoo).unwrap_or_default();
        let (mut under, over) = (json(below), json(self));
        if let (Some(under), Value::Object(over)) = (under.as_object_mut(), over) {
            under.extend(over);
        }
        serde_json::from_value(under).unwrap_or_else(|_| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_named_after_a_series_says_it() {
        for (branch, series) in [
            ("18.0", "18.0"),
            ("origin/17.0", "17.0"),
            ("16.0-fix", "16.0"),
            ("refs/heads/9.0", "9.0"),
        ] {
            assert_eq!(series_of(branch).as_deref(), Some(series), "{branch}");
        }
        for branch in ["main", "1.0", "v18.0", "18.1", "18", "release/2.0", "HEAD", ""] {
            assert_eq!(series_of(branch), None, "{branch}");
        }
    }
}
