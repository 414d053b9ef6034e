//! Writes functions, views, indexes, triggers and the like down as rows.

use super::acl::{self, Acl};
use super::catalog::{Catalog, Doubt, Found, Held, Key, Place, Table};
use super::emit::{Writer, at, certain};
use super::failure::dotted;
use super::objects::{ExtraKind, Relation, Routine, What};
use super::provided::{extension_of_type, is_provided};
use crate::base::Value;
use crate::facts::sql::{CreateIndex, Expr};

/// Indexes into the linker's facts.
const FUNCTIONS: usize = 8;
const VIEWS: usize = 9;
const INDEXES: usize = 10;
const TRIGGERS: usize = 11;
const GRANTS: usize = 12;
const EXTENSIONS: usize = 13;
const PUBLICATIONS: usize = 14;
const JOBS: usize = 15;
const ROLES: usize = 16;
const COMMENTS: usize = 17;
const ROWS: usize = 18;
const ACCESS: usize = 20;

impl ExtraKind {
    /// The table it is a row of, by index and by name.
    fn table(self) -> (usize, &'static str) {
        match self {
            ExtraKind::Extension => (EXTENSIONS, "sql_extensions"),
            ExtraKind::Role => (ROLES, "sql_roles"),
            ExtraKind::Publication => (PUBLICATIONS, "sql_publications"),
            ExtraKind::Job => (JOBS, "sql_jobs"),
            ExtraKind::Comment => (COMMENTS, "sql_comments"),
            ExtraKind::Row => (ROWS, "sql_rows"),
            ExtraKind::Grant => (GRANTS, "sql_grants"),
        }
    }

    /// The cells of its name, in the order of the table; empty ones are none where the table says so.
    fn cells(self, key: &[String]) -> Vec<Value> {
        let text = |at: usize| Value::from(key[at].as_str());
        let some = |at: usize| Value::from(Some(key[at].clone()).filter(|it| !it.is_empty()));
        match self {
            ExtraKind::Extension | ExtraKind::Role | ExtraKind::Job => vec![text(0)],
            ExtraKind::Publication => vec![text(0), some(1), some(2)],
            ExtraKind::Comment => vec![text(0), text(1), text(2), some(3)],
            ExtraKind::Row => vec![text(0), text(1)],
            ExtraKind::Grant => vec![text(1), text(2), text(0), text(3), text(4)],
        }
    }

    /// What `unsure` calls it.
    fn named(self, key: &[String]) -> String {
        match self {
            ExtraKind::Extension | ExtraKind::Role | ExtraKind::Job | ExtraKind::Publication => {
                key[0].clone()
            }
            ExtraKind::Comment | ExtraKind::Grant => format!("{}.{}", key[1], key[2]),
            ExtraKind::Row => format!("{}.{}", key[0], key[1]),
        }
    }
}

impl Writer<'_> {
    /// Everything besides schemas and tables, and what is not certain of it.
    pub fn objects(&mut self, catalog: &Catalog) {
        self.routines(catalog);
        self.relations(catalog);
        for (key, table) in certain(catalog) {
            self.triggers(key, table);
        }
        for kind in ExtraKind::ALL {
            self.extras(catalog, kind);
        }
        self.access(catalog);
    }

    /// What the roles of the API may do with what certainly is there, where there are such roles.
    fn access(&mut self, catalog: &Catalog) {
        for (at, role) in acl::ROLES.into_iter().enumerate() {
            if !self.supabase && !matches!(catalog.extra(ExtraKind::Role, &[role]), Found::Yes(_)) {
                continue;
            }
            let may = |acl: Acl| acl.of(at).map(Value::from);
            for (key, table) in certain(catalog) {
                let [read, write, _] = may(table.acl);
                let kind = table.kind.as_str();
                self.add(ACCESS, &[&key.0, &key.1, "", kind, role], vec![read, write, Value::Null]);
            }
            let views = catalog.relations.iter().filter(|(_, it)| it.doubt.is_none());
            for (key, held) in views {
                let What::View(says, _) = &held.value.what else { continue };
                let kind = if says.materialized { "matview" } else { "view" };
                let [read, write, _] = may(held.value.acl);
                self.add(ACCESS, &[&key.0, &key.1, "", kind, role], vec![read, write, Value::Null]);
            }
            let routines = catalog.routines.iter().filter(|(_, it)| it.doubt.is_none());
            for (key, held) in routines.filter(|(_, it)| is_written(&it.value.place)) {
                let [_, _, execute] = may(held.value.acl);
                let args = signature(catalog, &held.value);
                let name = [&key.0, &key.1, args.as_str(), "function", role];
                self.add(ACCESS, &name, vec![Value::Null, Value::Null, execute]);
            }
        }
    }

    fn routines(&mut self, catalog: &Catalog) {
        self.say("sql_functions", None, catalog.routines_open.as_ref());
        for (key, doubt) in catalog.routine_names_open.iter() {
            self.say("sql_functions", Some(dotted(key)), Some(doubt));
        }
        for (key, held) in catalog.routines.iter().filter(|(_, it)| is_written(&it.value.place)) {
            let named = (key.0.clone(), key.1.clone());
            match held.doubt.as_ref().or(held.value.altered.as_ref()) {
                Some(doubt) => self.say("sql_functions", Some(dotted(&named)), Some(doubt)),
                None => self.routine(catalog, &named, &held.value),
            }
        }
    }

    fn routine(&mut self, catalog: &Catalog, key: &Key, routine: &Routine) {
        let says = &routine.says;
        let (in_effect, lacks) = in_effect(catalog, routine);
        let mut cells: Vec<Value> = vec![
            signature(catalog, routine).into(),
            if says.procedure { "procedure" } else { "function" }.into(),
            routine.returns.as_str().into(),
            says.language.as_str().into(),
            routine.security_definer.into(),
            routine.search_path.clone().into(),
            says.body.as_str().into(),
            in_effect.into(),
            lacks.into(),
        ];
        cells.extend(at(&routine.place));
        self.add(FUNCTIONS, &[&key.0, &key.1], cells);
    }

    fn relations(&mut self, catalog: &Catalog) {
        for table in ["sql_views", "sql_indexes"] {
            self.say(table, None, catalog.relations_open.as_ref());
        }
        for (key, held) in catalog.relations.iter().filter(|(_, it)| is_written(&it.value.place)) {
            match (&held.value.what, &held.value.owner) {
                (What::View(..), _) => self.view(key, held),
                (What::Index(index), Some(owner)) => self.index(key, owner, index, held),
                (What::Unread, None) => {
                    let doubt = held.doubt.clone().unwrap_or_else(|| unread(&held.value.place));
                    self.say("sql_views", Some(dotted(key)), Some(&doubt));
                }
                (What::Unread, Some(owner)) if !is_chosen(held) => {
                    self.say("sql_indexes", Some(dotted(owner)), held.doubt.as_ref());
                }
                _ => {}
            }
        }
    }

    fn view(&mut self, key: &Key, held: &Held<Relation>) {
        let What::View(says, _) = &held.value.what else { return };
        if held.doubt.is_some() {
            return self.say("sql_views", Some(dotted(key)), held.doubt.as_ref());
        }
        let kind = if says.materialized { "matview" } else { "view" };
        let mut cells: Vec<Value> =
            vec![kind.into(), says.security_invoker.into(), says.body.as_str().into()];
        cells.extend(at(&held.value.place));
        self.add(VIEWS, &[&key.0, &key.1], cells);
    }

    fn index(&mut self, key: &Key, owner: &Key, index: &CreateIndex, held: &Held<Relation>) {
        // Of an index without a name only the name is in doubt.
        let chosen = index.name.is_none();
        if held.doubt.is_some() && !chosen {
            return self.say("sql_indexes", Some(dotted(owner)), held.doubt.as_ref());
        }
        let columns = index.items.iter().map(|item| match item {
            Expr::Column(parts) => parts.last().cloned(),
            _ => None,
        });
        let columns = serde_json::to_string(&columns.collect::<Vec<_>>()).expect("a list of texts");
        let name = (!chosen).then(|| key.1.clone());
        let mut cells: Vec<Value> = vec![
            name.into(),
            index.method.as_str().into(),
            columns.into(),
            index.unique.into(),
            definition(index).into(),
        ];
        cells.extend(at(&held.value.place));
        self.add(INDEXES, &[&owner.0, &owner.1], cells);
    }

    fn triggers(&mut self, key: &Key, table: &Table) {
        let doubt = table.triggers.values().find_map(|held| held.doubt.as_ref());
        self.say("sql_triggers", Some(dotted(key)), table.triggers_open.as_ref().or(doubt));
        for (name, held) in table.triggers.iter().filter(|(_, held)| held.doubt.is_none()) {
            let says = &held.value.says;
            let mut cells: Vec<Value> = vec![
                name.as_str().into(),
                says.events.join(" or ").into(),
                says.timing.as_str().into(),
                dotted(&held.value.function).into(),
            ];
            cells.extend(at(&held.value.place));
            self.add(TRIGGERS, &[&key.0, &key.1], cells);
        }
    }

    fn extras(&mut self, catalog: &Catalog, kind: ExtraKind) {
        let (index, table) = kind.table();
        self.say(table, None, catalog.extras_open[kind as usize].as_ref());
        for (key, held) in catalog.extras[kind as usize].iter() {
            let Some(place) = &held.value.place else { continue };
            if held.doubt.is_some() {
                self.say(table, Some(kind.named(key)), held.doubt.as_ref());
                continue;
            }
            let mut cells = kind.cells(key);
            cells.extend(held.value.cells.iter().cloned());
            cells.extend(at(place));
            self.add(index, &[], cells);
        }
    }
}

/// Whether it is the index of a key, or one that is only in doubt because PostgreSQL chose its name.
fn is_chosen(held: &Held<Relation>) -> bool {
    held.doubt.as_ref().is_none_or(|doubt| &*doubt.reason == "a name PostgreSQL chose")
}

/// The types of what a caller gives, those of extensions with their schemas.
fn signature(catalog: &Catalog, routine: &Routine) -> String {
    let placed = |ty: &String| {
        let extension = extension_of_type(ty.trim_end_matches("[]"))?;
        match catalog.extra(ExtraKind::Extension, &[extension]) {
            Found::Yes(extra) => {
                let schema = extra.cells.first().and_then(Value::as_text).unwrap_or("public");
                Some(format!("{schema}.{ty}"))
            }
            _ => None,
        }
    };
    let types: Vec<String> =
        routine.inputs.iter().map(|ty| placed(ty).unwrap_or_else(|| ty.clone())).collect();
    types.join(", ")
}

fn unread(place: &Place) -> Doubt {
    Doubt { path: place.0.clone(), line: place.1, reason: "it is not read".into() }
}

/// Whether every relation exists that a body names with a schema of the tree, and the first that does not.
/// Whether a migration made it: what the platform provides is no row of any table.
fn is_written(place: &Place) -> bool {
    !place.0.is_empty()
}

fn in_effect(catalog: &Catalog, routine: &Routine) -> (Option<bool>, Option<String>) {
    let mut decided = Some(true);
    for name in &routine.says.relations {
        let key = (name.schema.clone().unwrap_or_default(), name.name.clone());
        let own = catalog.schemas.contains_key(&key.0) || catalog.schemas_open.is_none();
        if is_provided(&key.0) || !own {
            continue;
        }
        match (catalog.table(&key), catalog.relation(&key), catalog.schema(&key.0)) {
            (Found::Yes(_), _, _) | (_, Found::Yes(_), _) => {}
            // Without its schema the word before the dot may be an alias.
            (Found::No, Found::No, Found::Yes(_)) => return (Some(false), Some(dotted(&key))),
            (Found::No, Found::No, Found::No) => {}
            _ => decided = None,
        }
    }
    (decided, None)
}

/// What an index is but its name: as PostgreSQL prints it where it stands on plain columns, else as it is read.
fn definition(index: &CreateIndex) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let names: Option<Vec<&str>> = index
        .items
        .iter()
        .map(|item| match item {
            Expr::Column(parts) => parts.last().map(String::as_str),
            _ => None,
        })
        .collect();
    let is_plain = index.include.is_empty()
        && index.predicate.is_none()
        && index.classes.is_empty()
        && index.unread.is_none();
    match names.filter(|_| is_plain) {
        Some(names) => format!("{unique}{} ({})", index.method, names.join(", ")),
        None => {
            let parts =
                (&index.items, &index.include, &index.predicate, &index.classes, &index.unread);
            let parts = serde_json::to_string(&parts).expect("an expression has only string keys");
            format!("{unique}{} {parts}", index.method)
        }
    }
}
