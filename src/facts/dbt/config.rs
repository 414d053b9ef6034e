//! The settings of a node that evidence asks about.

use serde_json::Value as Json;

use crate::base::Value;

/// Settings as they are stored: empty where nothing is said, `?` where Jinja decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub materialized: String,
    pub unique_key: String,
    pub enforced: String,
    pub store_failures: String,
    pub enabled: String,
}

impl Config {
    /// All of it undecided.
    pub fn open() -> Self {
        let open = || "?".to_owned();
        Config {
            materialized: open(),
            unique_key: open(),
            enforced: open(),
            store_failures: open(),
            enabled: open(),
        }
    }

    /// Takes over what a map of settings says; keys may begin with `+`.
    pub fn read(&mut self, settings: &Json) {
        for (key, value) in settings.as_object().into_iter().flatten() {
            let into = match key.trim_start_matches('+') {
                "materialized" => &mut self.materialized,
                "unique_key" => &mut self.unique_key,
                "store_failures" => &mut self.store_failures,
                "enabled" => &mut self.enabled,
                "contract" => {
                    self.enforced = said(value.get("enforced").unwrap_or(&Json::Null));
                    if is_open(value) {
                        self.enforced = "?".to_owned();
                    }
                    continue;
                }
                _ => continue,
            };
            *into = said(value);
        }
    }

    /// The cells of its columns.
    pub fn cells(&self) -> [Value; 5] {
        [&self.materialized, &self.unique_key, &self.enforced, &self.store_failures, &self.enabled]
            .map(|text| text.as_str().into())
    }
}

/// Whether Jinja decides a value.
pub(super) fn is_open(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains("{{") || text.contains("{%"),
        Json::Object(members) => members.contains_key("$expr"),
        Json::Array(elements) => elements.iter().any(is_open),
        _ => false,
    }
}

fn said(value: &Json) -> String {
    match value {
        _ if is_open(value) => "?".to_owned(),
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(elements) if elements.is_empty() => String::new(),
        other => other.to_string(),
    }
}
