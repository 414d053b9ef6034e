//! Databricks asset bundles: `databricks.yml` and the files it includes from `resources/`.

use super::setting::{Declaration, Setting, unreadable};
use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::documents::{Spot, yaml_parts};

pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if !input.text().contains("resources:") {
        return;
    }
    let parts = match yaml_parts(input.text()) {
        Ok(parts) => parts,
        Err((line, message)) => return unreadable(rows, line, &message),
    };
    for (value, lines) in &parts {
        let root = Spot::new(value, lines);
        let targets = root.get("targets").into_iter().flat_map(|targets| targets.members());
        let levels = std::iter::once(root).chain(targets.map(|(_, target)| target));
        for resources in levels.filter_map(|level| level.get("resources")) {
            for (of, named) in resources.members() {
                named.members().for_each(|(name, spot)| declare(of, name, spot, rows));
            }
        }
    }
}

fn declare(of: &str, name: &str, spot: Spot<'_>, rows: &mut Rows) {
    Declaration {
        line: spot.line(),
        kind: "resource",
        of: of.to_owned(),
        name: name.to_owned(),
        disabled: Some(false),
        settings: Setting::of_json(spot),
    }
    .write(rows);
}
