//! The inventory of Odoo addons: each with what it is and needs, what is used of OCA, what stands in for Enterprise.

mod graph;
mod layers;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::terminal::active;
use crate::audit::{Addon, App, Audit, Dependency, Presence};
use crate::base::Severity;

pub use graph::graph;
pub use words::{addons_csv, addons_terminal};

/// The inventory, as templates see it and as JSON has it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Inventory {
    /// How many addons there are of each series; of one that says none, `none`.
    series: Vec<Count>,
    /// How many of each licence.
    licenses: Vec<Count>,
    /// How many addons are of each edition.
    editions: Vec<Count>,
    /// How many different names of each edition are depended on; `unknown`: nobody knows them.
    needs: Vec<Count>,
    /// Addons that cannot be installed.
    not_installable: usize,
    addons: Vec<AddonStory>,
    /// Names that are depended on, not in the tree, and not known.
    unresolved: Vec<Needed>,
    /// Addons that depend on Enterprise, with what OCA has in its place.
    on_enterprise: Vec<String>,
    /// Bridges between Enterprise and Community.
    bridges: Vec<String>,
    /// Own addons outside them; empty where no bridge is configured.
    outside: Vec<String>,
    /// What is used of OCA.
    oca: Vec<OcaStory>,
    /// Submodules that come from OCA.
    submodules: Vec<[String; 3]>,
    /// The series that applications are looked at in; empty: none.
    app_series: String,
    apps: Vec<AppStory>,
    /// Applications for which nobody knows an addon of OCA's that does.
    gaps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Count {
    name: String,
    count: usize,
}

#[derive(Debug, Serialize)]
struct AddonStory {
    name: String,
    dir: String,
    path: String,
    /// Like all that follow `undecided` where the manifest cannot be read, empty where it says nothing.
    series: String,
    license: String,
    edition: String,
    development_status: String,
    /// yes, no or undecided.
    installable: &'static str,
    is_bridge: bool,
    depends: Vec<DependencyStory>,
    /// The names it depends on by edition: `ce 3, own 1`.
    needs: String,
    errors: usize,
    warnings: usize,
}

#[derive(Debug, Serialize)]
struct DependencyStory {
    name: String,
    line: Option<u32>,
    /// own, oca, ce, ee or unknown.
    edition: String,
}

#[derive(Debug, Serialize)]
struct Needed {
    name: String,
    by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct OcaStory {
    name: String,
    /// In the tree, or needed from elsewhere.
    present: bool,
    by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct AppStory {
    title: String,
    enterprise: String,
    fit: String,
    instead: String,
    /// What of that is here: `in the tree`, `depended on`, or empty.
    here: String,
}

impl Inventory {
    pub(super) fn of(audit: &Audit) -> Inventory {
        let all = &audit.addons.addons;
        let health = health(audit);
        let of = |said: &Option<String>| match word(said) {
            nothing if nothing.is_empty() => "none".to_owned(),
            said => said,
        };
        let needs: BTreeSet<(String, &str)> = all
            .iter()
            .flat_map(|addon| &addon.depends)
            .map(|needed| (edition(needed), needed.name.as_str()))
            .collect();
        let has_bridge = all.iter().any(|addon| addon.is_bridge);
        let named = |wanted: &dyn Fn(&&Addon) -> bool| -> Vec<String> {
            all.iter().filter(wanted).map(|addon| addon.dir.clone()).collect()
        };
        let apps = &audit.addons.apps;
        Inventory {
            series: counts(all.iter().map(|addon| of(&addon.series))),
            licenses: counts(all.iter().map(|addon| of(&addon.license))),
            editions: counts(all.iter().map(|addon| of(&addon.edition))),
            needs: counts(needs.into_iter().map(|(edition, _)| edition)),
            not_installable: all.iter().filter(|addon| addon.installable == Some(false)).count(),
            addons: all.iter().map(|addon| addon_story(addon, &health)).collect(),
            unresolved: unresolved(all),
            on_enterprise: on_enterprise(audit),
            bridges: named(&|addon| addon.is_bridge),
            outside: named(&|addon| {
                has_bridge && !addon.is_bridge && addon.edition.as_deref() == Some("own")
            }),
            oca: oca(all),
            submodules: audit.addons.submodules.clone(),
            app_series: apps.first().map(|app| app.series.clone()).unwrap_or_default(),
            apps: apps.iter().map(app_story).collect(),
            gaps: apps.iter().filter(|app| is_gap(app)).map(|app| app.title.clone()).collect(),
        }
    }

    /// Whether there is anything to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.addons.is_empty()
    }
}

/// The inventory as JSON.
pub fn addons_json(audit: &Audit) -> String {
    serde_json::to_string_pretty(&Inventory::of(audit)).expect("plain data is JSON") + "\n"
}

fn word(said: &Option<String>) -> String {
    said.clone().unwrap_or_else(|| "undecided".to_owned())
}

fn flag(said: Option<bool>) -> &'static str {
    match said {
        Some(true) => "yes",
        Some(false) => "no",
        None => "undecided",
    }
}

fn edition(needed: &Dependency) -> String {
    needed.edition.clone().unwrap_or_else(|| "unknown".to_owned())
}

/// Most first, then by name.
fn counts(names: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counted.entry(name).or_default() += 1;
    }
    let mut counts: Vec<Count> =
        counted.into_iter().map(|(name, count)| Count { name, count }).collect();
    counts.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    counts
}

/// Errors and warnings of each addon, by its folder: a finding is of the innermost it lies in.
fn health(audit: &Audit) -> BTreeMap<&str, (usize, usize)> {
    let dirs: BTreeSet<&str> = audit.addons.addons.iter().map(|addon| addon.dir.as_str()).collect();
    let mut health: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for finding in active(audit) {
        let mut around = finding.path.as_deref().unwrap_or_default();
        let dir = loop {
            around = around.rsplit_once('/').map_or("", |(folder, _)| folder);
            match dirs.get(around) {
                Some(dir) => break Some(*dir),
                None if around.is_empty() => break None,
                None => {}
            }
        };
        let Some(dir) = dir else { continue };
        let counted = health.entry(dir).or_default();
        match finding.severity {
            Severity::Error => counted.0 += 1,
            Severity::Warning => counted.1 += 1,
            Severity::Note => {}
        }
    }
    health
}

fn addon_story(addon: &Addon, health: &BTreeMap<&str, (usize, usize)>) -> AddonStory {
    let (errors, warnings) = health.get(addon.dir.as_str()).copied().unwrap_or_default();
    let needs = counts(addon.depends.iter().map(edition));
    let needs: Vec<String> =
        needs.iter().map(|needed| format!("{} {}", needed.name, needed.count)).collect();
    let depends = addon.depends.iter().map(|needed| DependencyStory {
        name: needed.name.clone(),
        line: needed.line,
        edition: edition(needed),
    });
    AddonStory {
        name: addon.name.clone(),
        dir: addon.dir.clone(),
        path: addon.path.clone(),
        series: word(&addon.series),
        license: word(&addon.license),
        edition: word(&addon.edition),
        development_status: word(&addon.status),
        installable: flag(addon.installable),
        is_bridge: addon.is_bridge,
        depends: depends.collect(),
        needs: needs.join(", "),
        errors,
        warnings,
    }
}

fn unresolved(addons: &[Addon]) -> Vec<Needed> {
    let wanted = |needed: &&Dependency| needed.edition.is_none() && needed.present != Some(true);
    by_name(addons, wanted).into_iter().map(|(name, by)| Needed { name, by }).collect()
}

fn by_name(
    addons: &[Addon],
    wanted: impl Fn(&&Dependency) -> bool + Copy,
) -> BTreeMap<String, Vec<String>> {
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for addon in addons {
        for needed in addon.depends.iter().filter(wanted) {
            by.entry(needed.name.clone()).or_default().push(addon.dir.clone());
        }
    }
    by
}

/// What the rule says that follows chains: it ran with the rest.
fn on_enterprise(audit: &Audit) -> Vec<String> {
    let found = active(audit).filter(|finding| finding.rule == "odoo/depends-on-enterprise");
    found.map(|finding| format!("{}: {}", finding.subject, finding.message)).collect()
}

fn oca(addons: &[Addon]) -> Vec<OcaStory> {
    let needed = by_name(addons, |needed| needed.edition.as_deref() == Some("oca"));
    let mut used: BTreeMap<String, (bool, Vec<String>)> =
        needed.into_iter().map(|(name, by)| (name, (false, by))).collect();
    for addon in addons.iter().filter(|addon| addon.edition.as_deref() == Some("oca")) {
        used.entry(addon.name.clone()).or_default().0 = true;
    }
    used.into_iter().map(|(name, (present, by))| OcaStory { name, present, by }).collect()
}

/// An application that nothing of OCA's is known to do wholly, and nothing here stands in for.
fn is_gap(app: &App) -> bool {
    app.fit != "direct" && !app.is_covered()
}

fn app_story(app: &App) -> AppStory {
    let instead =
        app.instead.iter().map(|(repository, name, _)| format!("{name} (OCA/{repository})"));
    let here = app.instead.iter().filter_map(|(_, name, used)| match used {
        Some(Presence::Present) => Some(format!("{name} in the tree")),
        Some(Presence::DependedOn) => Some(format!("{name} depended on")),
        Some(Presence::Submodule) => Some(format!("{name} in a submodule, if its revision has it")),
        None => None,
    });
    AppStory {
        title: app.title.clone(),
        enterprise: app.enterprise.iter().cloned().collect::<Vec<_>>().join(", "),
        fit: app.fit.clone(),
        instead: instead.collect::<Vec<_>>().join(", "),
        here: here.collect::<Vec<_>>().join(", "),
    }
}
