//! Models, snapshots and tests: what their files say of themselves.

use serde_json::{Value as Json, json};

use super::config::Config;
use super::jinja;
use crate::base::Lines;
use crate::facts::Input;
use crate::facts::Rows;

/// One row for the file, and one for each snapshot in it.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    let said = jinja::read(text);
    let lines = Lines::new(text);
    let mut config = if text.contains("dbt.config(") { Config::open() } else { Config::default() };
    let mut written = json!({});
    for (_, settings) in &said.configs {
        if settings.get("*").is_some() {
            config = Config::open();
        }
        config.read(settings);
        merge(&mut written, settings);
    }
    let mut add = |line: u32, snapshot: &str| {
        let [materialized, unique_key, enforced, store_failures, enabled] = config.cells();
        let (line, snapshot) = (line.into(), snapshot.into());
        let config = written.to_string().into();
        rows.add(
            0,
            [line, snapshot, config, materialized, unique_key, enforced, store_failures, enabled],
        );
    };
    if said.snapshots.is_empty() {
        let first = said.configs.first().map_or(1, |(at, _)| lines.line(*at));
        add(first, "");
    }
    for (at, name) in &said.snapshots {
        add(lines.line(*at), name);
    }
}

fn merge(into: &mut Json, settings: &Json) {
    if let (Json::Object(into), Json::Object(settings)) = (into, settings) {
        into.extend(settings.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}
