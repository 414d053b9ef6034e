//! DigitalOcean app specs: `.do/app.yaml` and files of that shape.

use super::setting::{Declaration, Setting, unreadable};
use crate::facts::Input;
use crate::facts::Rows;
use crate::facts::documents::{Spot, yaml_parts};

/// Lists of components and what one of each is called.
const COMPONENTS: [(&str, &str); 7] = [
    ("services", "service"),
    ("workers", "worker"),
    ("jobs", "job"),
    ("static_sites", "static_site"),
    ("functions", "function"),
    ("databases", "database"),
    ("domains", "domain"),
];

pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if !COMPONENTS.iter().any(|(list, _)| input.text().contains(list)) {
        return;
    }
    let parts = match yaml_parts(input.text()) {
        Ok(parts) => parts,
        Err((line, message)) => return unreadable(rows, line, &message),
    };
    for (value, lines) in &parts {
        let root = Spot::new(value, lines);
        let spec = root.get("spec").unwrap_or(root);
        if is_app(spec) {
            declare_all(spec, rows);
        }
    }
}

/// Whether it has an app's shape: a name, and a list of components that have names.
fn is_app(spec: Spot<'_>) -> bool {
    let named = |list: &str| {
        let list = spec.get(list).filter(|list| list.value.is_array());
        list.is_some_and(|list| list.elements().any(|component| component.get("name").is_some()))
    };
    spec.get("name").is_some_and(|name| name.value.is_string())
        && ["kind", "apiVersion", "runtime"].iter().all(|other| spec.get(other).is_none())
        && COMPONENTS.iter().any(|(list, _)| named(list))
}

fn declare_all(spec: Spot<'_>, rows: &mut Rows) {
    let Setting::Map(mut settings) = Setting::of_json(spec) else { return };
    settings.retain(|(name, ..)| COMPONENTS.iter().all(|(list, _)| list != name));
    declare("app", spec, Setting::Map(settings), rows);
    for (list, of) in COMPONENTS {
        let components = spec.get(list).into_iter().flat_map(|list| list.elements());
        components.for_each(|component| declare(of, component, Setting::of_json(component), rows));
    }
}

fn declare(of: &str, spot: Spot<'_>, settings: Setting, rows: &mut Rows) {
    let name = ["name", "domain"].iter().find_map(|key| spot.get(key)?.text()).unwrap_or_default();
    Declaration {
        line: spot.line(),
        kind: "resource",
        of: of.to_owned(),
        name: name.to_owned(),
        disabled: Some(false),
        settings,
    }
    .write(rows);
}
