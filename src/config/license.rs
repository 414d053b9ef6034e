//! The sections `[[license]]` of `parity.toml`: which licences parts of the tree may have, and how their files begin.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is asked of one part of the tree. Of several sections for a path the last counts. What is vendored, generated or
/// archived is not judged.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LicensePolicy {
    /// Globs of the paths it is about.
    pub paths: Vec<String>,
    /// Globs of paths among these it is not about.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Ids of which an expression must be made; a GNU id without `-only` or `-or-later` stands for both. None: any.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Ids nothing may need.
    #[serde(default)]
    pub denied: Vec<String>,
    /// The lines a source file must begin with, without the marks of a comment: of copyright, with `{years}` where years
    /// are to be, and the first of the notice.
    #[serde(default)]
    pub header: Vec<String>,
}

/// The parameter of rules that has the sections: each as JSON, in their order.
pub(super) fn options(policy: &[LicensePolicy]) -> BTreeMap<String, Value> {
    let sections: Vec<Value> = policy
        .iter()
        .filter_map(|section| serde_json::to_string(section).ok())
        .map(Value::String)
        .collect();
    let parameter = (!sections.is_empty()).then(|| ("license_policy".to_owned(), sections.into()));
    parameter.into_iter().collect()
}
