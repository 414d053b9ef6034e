//! The Odoo addons of a tree: what each is and needs, what is used of OCA, and what stands in for Enterprise.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Value;
use crate::config::{Config, List};
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::{Cells, StoreError};

/// What is known of the addons of a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addons {
    /// Live addons, by folder.
    pub addons: Vec<Addon>,
    /// Applications of Enterprise in the series most addons are for, by name.
    pub apps: Vec<App>,
    /// Submodules that come from OCA: folder, repository, branch.
    pub submodules: Vec<[String; 3]>,
}

/// One addon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addon {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub dir: String,
    /// Its manifest.
    pub path: String,
    /// The series of its version; empty: it says none.
    pub series: Option<String>,
    /// Its licence as written; empty: it says none.
    pub license: Option<String>,
    /// own, oca, ce or ee.
    pub edition: Option<String>,
    /// Its development status; empty: it says none.
    pub status: Option<String>,
    /// Whether it can be installed.
    pub installable: Option<bool>,
    /// Whether the configuration says that it bridges Enterprise and Community.
    pub is_bridge: bool,
    /// What it says it depends on, in its order.
    pub depends: Vec<Dependency>,
}

/// What an addon says it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name.
    pub name: String,
    /// The line that says so.
    pub line: Option<u32>,
    /// own, oca, ce or ee; none: nobody knows the name.
    pub edition: Option<String>,
    /// Whether it is in the tree.
    pub present: Option<bool>,
}

/// An application of Enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// What it is called.
    pub title: String,
    /// The Enterprise addons that make it.
    pub enterprise: BTreeSet<String>,
    /// The series it is looked at in.
    pub series: String,
    /// How far OCA's addons do: direct, partial, none.
    pub fit: String,
    /// OCA's addons for it: repository, name, and whether the tree has it or depends on it.
    pub instead: BTreeSet<(String, String, Option<Presence>)>,
}

/// How a tree uses an addon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// A submodule of its repository is there.
    Submodule,
    /// Some addon depends on it.
    DependedOn,
    /// It is in the tree.
    Present,
}

impl App {
    /// Whether an addon of OCA's is used in its place.
    pub fn is_covered(&self) -> bool {
        self.instead.iter().any(|(_, _, used)| used.is_some())
    }
}

/// What is asked for it.
pub(super) struct Asked {
    addons: Rows,
    depends: Rows,
    apps: Rows,
    submodules: Rows,
}

impl Asked {
    pub(super) fn needs(&self) -> impl Iterator<Item = &Needs> {
        let all = [&self.addons, &self.depends, &self.apps, &self.submodules];
        all.into_iter().map(|asked| &asked.needs)
    }
}

pub(super) fn prepare(snapshot: &mut Snapshot, config: &Config) -> Result<Asked, StoreError> {
    let bridge = config.odoo.bridge.as_ref().map_or_else(Vec::new, List::items);
    let bridge = serde_json::Value::from(bridge).to_string();
    let bridge = BTreeMap::from([("bridge".to_owned(), Value::from(bridge))]);
    let mut ask = |sql, parameters| snapshot.ask_rows(sql, parameters);
    Ok(Asked {
        addons: ask(
            "select m.name, m.dir, m.path, m.series, m.license, m.edition, m.development_status, m.installable,
                    exists (select 1 from json_each(:bridge) b where glob_match(b.value, m.name) or glob_match(b.value, m.dir))
             from odoo_modules m join files f on f.path = m.path and f.standing = 'live' order by m.dir",
            bridge,
        )?,
        depends: ask(
            "select d.dir, d.depends, d.line, d.edition, d.present from odoo_depends d
             join files f on f.path = d.path and f.standing = 'live' group by d.dir, d.line, d.depends order by d.dir, d.line, d.depends",
            BTreeMap::new(),
        )?,
        apps: ask(
            "with usual as (select series from odoo_modules where series <> '' group by series order by count(*) desc, series desc limit 1),
                here as materialized (select name, 2 as used from odoo_modules union select depends, 1 from odoo_depends)
             select r.app, r.name, r.series, coalesce(r.fit, ''), r.oca_repo, r.oca_module,
                    (select max(h.used) from here h where h.name = r.oca_module)
             from usual u join odoo_reference r on r.series = u.series where r.app is not null and r.edition = 'ee'
             order by r.app, r.name, r.oca_repo, r.oca_module",
            BTreeMap::new(),
        )?,
        submodules: ask(
            "select s.dir, s.url, s.branch from submodules s join files f on f.path = s.dir and f.kind = 'submodule'
             where regexp_like(s.url, '(?i)[/:]OCA/') order by s.dir",
            BTreeMap::new(),
        )?,
    })
}

pub(super) fn count(snapshot: &Snapshot, asked: &Asked) -> Result<Addons, StoreError> {
    let mut depends: BTreeMap<String, Vec<Dependency>> = BTreeMap::new();
    for cells in snapshot.rows(&asked.depends)? {
        let dependency = Dependency {
            name: text(&cells[1]),
            line: cells[2].as_int().and_then(|line| u32::try_from(line).ok()),
            edition: said(&cells[3]),
            present: flag(&cells[4]),
        };
        depends.entry(text(&cells[0])).or_default().push(dependency);
    }
    let addons = snapshot.rows(&asked.addons)?;
    let addons = addons.iter().map(|cells| addon(cells, &mut depends)).collect();
    let submodules = snapshot.rows(&asked.submodules)?;
    let submodules: Vec<_> =
        submodules.iter().map(|cells| [0, 1, 2].map(|at| text(&cells[at]))).collect();
    let apps = apps(&snapshot.rows(&asked.apps)?, &submodules);
    Ok(Addons { addons, apps, submodules })
}

fn addon(cells: &Cells, depends: &mut BTreeMap<String, Vec<Dependency>>) -> Addon {
    let dir = text(&cells[1]);
    Addon {
        name: text(&cells[0]),
        path: text(&cells[2]),
        series: said(&cells[3]),
        license: said(&cells[4]),
        edition: said(&cells[5]),
        status: said(&cells[6]),
        installable: flag(&cells[7]),
        is_bridge: flag(&cells[8]) == Some(true),
        depends: depends.remove(&dir).unwrap_or_default(),
        dir,
    }
}

fn apps(rows: &[Cells], submodules: &[[String; 3]]) -> Vec<App> {
    let repositories: BTreeSet<&str> = submodules
        .iter()
        .filter_map(|[_, url, _]| url.trim_end_matches('/').rsplit('/').next())
        .map(|name| name.trim_end_matches(".git"))
        .collect();
    let mut apps: BTreeMap<String, App> = BTreeMap::new();
    for cells in rows {
        let title = text(&cells[0]);
        let app = apps.entry(title.clone()).or_insert_with(|| App { title, ..App::default() });
        app.enterprise.insert(text(&cells[1]));
        app.series = text(&cells[2]);
        app.fit = text(&cells[3]);
        let used = match cells[6].as_int() {
            Some(2) => Some(Presence::Present),
            Some(_) => Some(Presence::DependedOn),
            None => None,
        };
        if let (Some(repository), Some(name)) = (said(&cells[4]), said(&cells[5])) {
            let beside = repositories.contains(repository.as_str());
            let used = used.or(beside.then_some(Presence::Submodule));
            app.instead.insert((repository, name, used));
        }
    }
    apps.into_values().collect()
}

fn text(value: &Value) -> String {
    said(value).unwrap_or_default()
}

fn said(value: &Value) -> Option<String> {
    value.as_text().map(crate::base::redact)
}

fn flag(value: &Value) -> Option<bool> {
    value.as_int().map(|number| number == 1)
}
