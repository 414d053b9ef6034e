//! A database catalog that knows what is certain, what is not, and where it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::acl::{Defaults, merge_defaults};
use super::merge::{merge_maps, merge_shared};
use super::objects::{Extra, ExtraKind, Relation, Routine, RoutineKey, TypeSays, What};
pub use super::shared::Shared;
pub use super::table::{Constraint, Policy, Table};
use super::typing::Used;
use crate::facts::sql::Survey;

/// Schema and name.
pub type Key = (String, String);

/// The table an index or a sequence belongs to.
pub type Owner = Option<Rc<Key>>;

/// Where something is written, and why it is not certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The file.
    pub path: Rc<str>,
    /// The line.
    pub line: u32,
    /// Why.
    pub reason: Rc<str>,
}

/// A file and a line.
pub type Place = (Rc<str>, u32);

/// What may or may not be so: `None` is certain.
pub type Doubted = Option<Doubt>;

/// A thing that is there, or may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<T> {
    /// The thing.
    pub value: T,
    /// Why it may not be there.
    pub doubt: Doubted,
}

impl<T> Held<T> {
    /// A thing that is there.
    pub fn certain(value: T) -> Self {
        Held { value, doubt: None }
    }
}

/// Whether something is there.
pub enum Found<'a, T> {
    /// It is.
    Yes(&'a T),
    /// It is not.
    No,
    /// It may be.
    Maybe(String),
}

/// Things of each kind by the parts of their names.
pub type Extras = [Shared<BTreeMap<Rc<[String]>, Held<Rc<Extra>>>>; ExtraKind::COUNT];

/// The catalog.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// Schemas and where they are made; none: there from the start.
    pub schemas: Shared<BTreeMap<String, Held<Option<Place>>>>,
    /// Tables.
    pub tables: Shared<BTreeMap<Rc<Key>, Held<Shared<Table>>>>,
    /// Views, indexes, sequences: they share names with tables.
    pub relations: Shared<BTreeMap<Rc<Key>, Held<Relation>>>,
    /// Types and domains.
    pub types: Shared<BTreeMap<Rc<Key>, Held<Rc<TypeSays>>>>,
    /// Functions and procedures.
    pub routines: Shared<BTreeMap<Rc<RoutineKey>, Held<Rc<Routine>>>>,
    /// The privileges of what is made.
    pub defaults: Defaults,
    /// Why there may be functions nobody saw.
    pub routines_open: Doubted,
    /// Names of functions that may be made unseen.
    pub routine_names_open: Shared<BTreeMap<Key, Doubt>>,
    /// Extensions, roles, grants, comments and the like.
    pub extras: Extras,
    /// Why there may be others nobody saw.
    pub extras_open: [Doubted; ExtraKind::COUNT],
    /// Functions and what their bodies could do.
    pub functions: Shared<BTreeMap<String, Vec<Rc<Survey>>>>,
    /// The words of views, functions and triggers: what may depend on a table.
    pub dependents: Shared<Vec<Rc<Survey>>>,
    /// Whether operators may have been made.
    pub operators_open: bool,
    /// Why there may be tables nobody saw.
    pub tables_open: Doubted,
    /// Why there may be schemas nobody saw.
    pub schemas_open: Doubted,
    /// Why there may be other relations and types nobody saw.
    pub relations_open: Doubted,
    /// Why unqualified names may mean another schema.
    pub path_open: Doubted,
    /// Whether bodies of functions are not looked at when they are made.
    pub bodies_unchecked: bool,
    /// Whether any row may have been written.
    pub rows_open: Doubted,
    /// How often that was said: tables that are younger have no rows of then.
    pub rows_epoch: u32,
    /// Whether something runs whenever a table is made.
    pub event: Doubted,
    /// Tables whose older one gives way, and the statement it gives way to.
    pub aside: Rc<BTreeMap<String, Place>>,
}

/// Whether a thing that is held, or not, is there.
pub fn found<'a, T, U>(
    held: Option<&'a Held<T>>,
    value: fn(&T) -> &U,
    open: &Doubted,
) -> Found<'a, U> {
    match (held, open) {
        (Some(Held { value: inner, doubt: None }), _) => Found::Yes(value(inner)),
        (Some(Held { doubt: Some(doubt), .. }), _) | (None, Some(doubt)) => {
            Found::Maybe(format!("{}:{}: {}", doubt.path, doubt.line, doubt.reason))
        }
        (None, None) => Found::No,
    }
}

/// The same for things that are shared: most are one.
fn shared_differing<T: PartialEq>(a: Rc<T>, b: Rc<T>, doubt: &Doubt) -> (Rc<T>, Doubted) {
    if Rc::ptr_eq(&a, &b) { (b, None) } else { differing(a, b, doubt) }
}

/// Of two things of one name, which it is is not certain if they differ.
pub fn differing<T: PartialEq>(a: T, b: T, doubt: &Doubt) -> (T, Doubted) {
    let same = a == b;
    (b, (!same).then(|| doubt.clone()))
}

/// Whichever it is, the name is taken.
fn merge_relations(a: Relation, b: Relation, _: &Doubt) -> (Relation, Doubted) {
    let what = if a.what.is(&b.what) { b.what } else { What::Unread };
    (Relation { what, acl: a.acl.merge(b.acl), ..b }, None)
}

/// Two that differ in privileges and settings alone are one.
fn merge_routines(a: Rc<Routine>, b: Rc<Routine>, doubt: &Doubt) -> (Rc<Routine>, Doubted) {
    if Rc::ptr_eq(&a, &b) || a == b {
        return (b, None);
    }
    let settings = |it: &Routine| (it.search_path.clone(), it.security_definer);
    let differs = settings(&a) != settings(&b);
    let altered = a.altered.clone().or(b.altered.clone()).or(differs.then(|| doubt.clone()));
    let (search_path, security_definer) = settings(&b);
    let acl = a.acl.merge(b.acl);
    let old = Routine { acl, altered, search_path, security_definer, ..Routine::clone(&a) };
    let new = Routine { acl, altered: old.altered.clone(), ..Routine::clone(&b) };
    differing(old.into(), new.into(), doubt)
}

fn merge_all(old: Extras, new: Extras, doubt: &Doubt) -> Extras {
    let mut old = old.into_iter();
    new.map(|new| {
        let old = old.next().expect("both are as long");
        merge_shared(old, new, |a, b| merge_maps(a, b, doubt, shared_differing))
    })
}

fn or_all(
    old: [Doubted; ExtraKind::COUNT],
    new: [Doubted; ExtraKind::COUNT],
) -> [Doubted; ExtraKind::COUNT] {
    let mut old = old.into_iter();
    new.map(|new| old.next().flatten().or(new))
}

impl Catalog {
    /// Whether the schema is there.
    pub fn schema(&self, name: &str) -> Found<'_, Option<Place>> {
        found(self.schemas.get(name), |value| value, &self.schemas_open)
    }

    /// Whether the table is there.
    pub fn table(&self, key: &Key) -> Found<'_, Table> {
        found(self.tables.get(key), |value| &**value, &self.tables_open)
    }

    /// Whether another relation or type has the name.
    pub fn relation(&self, key: &Key) -> Found<'_, Relation> {
        found(self.relations.get(key), |value| value, &self.relations_open)
    }

    /// Whether a view, a function or a trigger names it.
    pub fn is_depended_on(&self, name: &str) -> bool {
        let names = |survey: &Rc<Survey>| survey.words.iter().any(|word| word == name);
        self.dependents.iter().any(names)
    }

    /// What is so if it is not known which of two catalogs is true.
    pub fn merge(self, other: Catalog, doubt: &Doubt) -> Catalog {
        let same = |_: Option<Place>, b: Option<Place>, _: &Doubt| (b, None);
        let tables = |a: Shared<Table>, b: Shared<Table>, doubt: &Doubt| {
            let joined = if a == b { b } else { Shared::new(a.take().merge(b.take(), doubt)) };
            (joined, None)
        };
        Catalog {
            schemas: merge_shared(self.schemas, other.schemas, |a, b| {
                merge_maps(a, b, doubt, same)
            }),
            tables: merge_shared(self.tables, other.tables, |a, b| merge_maps(a, b, doubt, tables)),
            relations: merge_shared(self.relations, other.relations, |a, b| {
                merge_maps(a, b, doubt, merge_relations)
            }),
            types: merge_shared(self.types, other.types, |a, b| {
                merge_maps(a, b, doubt, shared_differing)
            }),
            routines: merge_shared(self.routines, other.routines, |a, b| {
                merge_maps(a, b, doubt, merge_routines)
            }),
            defaults: merge_defaults(&self.defaults, &other.defaults),
            routines_open: self.routines_open.or(other.routines_open),
            routine_names_open: merge_shared(
                self.routine_names_open,
                other.routine_names_open,
                |a, b| a.into_iter().chain(b).collect(),
            ),
            extras: merge_all(self.extras, other.extras, doubt),
            extras_open: or_all(self.extras_open, other.extras_open),
            // These only grow, so the later catalog has those of the earlier.
            functions: other.functions,
            dependents: other.dependents,
            operators_open: self.operators_open || other.operators_open,
            tables_open: self.tables_open.or(other.tables_open),
            schemas_open: self.schemas_open.or(other.schemas_open),
            relations_open: self.relations_open.or(other.relations_open),
            path_open: self.path_open.or(other.path_open),
            rows_open: self.rows_open.or(other.rows_open),
            rows_epoch: self.rows_epoch.max(other.rows_epoch),
            bodies_unchecked: other.bodies_unchecked,
            event: self.event.or(other.event),
            aside: other.aside,
        }
    }

    /// Anything may have happened.
    pub fn doubt_everything(&mut self, doubt: &Doubt) {
        self.doubt_tables(doubt);
        self.tables_open = Some(doubt.clone());
        self.schemas_open = Some(doubt.clone());
        self.relations_open = Some(doubt.clone());
        self.schemas.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        self.relations.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        self.types.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        self.doubt_routines(doubt);
        self.open_acls(true);
        for kind in ExtraKind::ALL {
            self.doubt_extras(kind, doubt);
        }
    }

    /// What views, indexes and policies depend on has another name.
    pub fn renamed(&mut self, name: &dyn Fn(&Used) -> Option<Used>) {
        let renamed = |used: &mut Rc<BTreeSet<Used>>| {
            if used.iter().any(|it| name(it).is_some()) {
                let new = used.iter().map(|it| name(it).unwrap_or_else(|| it.clone()));
                *used = Rc::new(new.collect());
            }
        };
        self.relations.values_mut().for_each(|held| renamed(&mut held.value.used));
        for held in self.tables.values_mut() {
            if held
                .value
                .policies
                .values()
                .any(|it| it.value.used.iter().any(|it| name(it).is_some()))
            {
                held.value.policies.values_mut().for_each(|it| renamed(&mut it.value.used));
            }
        }
    }

    /// Checks and formulas of a table name a column otherwise.
    pub fn reword(&mut self, key: &Key, from: &str, to: &str) {
        let Some(held) = self.tables.get_mut(key) else { return };
        let table = &mut *held.value;
        for it in &mut table.constraints {
            if let Some(check) = &it.value.check {
                it.value.check = Some(Rc::new(check.renamed(from, to)));
            }
        }
        for it in &mut table.columns {
            if let Some(formula) = &it.value.0.generated {
                it.value.0.generated = Some(formula.renamed(from, to));
            }
        }
        for other in self.tables.values_mut() {
            let points = |it: &&mut Held<Constraint>| it.value.target.as_ref() == Some(key);
            if other.value.constraints.iter().any(|it| it.value.target.as_ref() == Some(key)) {
                for it in other.value.constraints.iter_mut().filter(points) {
                    it.value
                        .target_columns
                        .iter_mut()
                        .filter(|it| *it == from)
                        .for_each(|it| *it = to.to_owned());
                }
            }
        }
    }

    /// Any row may have been written.
    pub fn open_rows(&mut self, doubt: Doubt) {
        self.rows_open = Some(doubt);
        self.rows_epoch += 1;
        for held in self.tables.values_mut().filter(|it| it.value.known.is_some()) {
            held.value.known = None;
        }
    }

    /// Some of one kind may have been made.
    pub fn open_extras(&mut self, kind: ExtraKind, doubt: &Doubt) {
        self.extras_open[kind as usize] = Some(doubt.clone());
    }

    /// Any function may have been made, changed or dropped.
    pub fn doubt_routines(&mut self, doubt: &Doubt) {
        self.routines_open = Some(doubt.clone());
        self.routines.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
    }

    /// Any of one kind may have been made, changed or dropped.
    pub fn doubt_extras(&mut self, kind: ExtraKind, doubt: &Doubt) {
        self.extras_open[kind as usize] = Some(doubt.clone());
        let extras = self.extras[kind as usize].values_mut();
        extras.for_each(|held| held.doubt = Some(doubt.clone()));
    }

    /// Any table may have been changed or dropped.
    pub fn doubt_tables(&mut self, doubt: &Doubt) {
        for held in self.tables.values_mut() {
            held.doubt = Some(doubt.clone());
            held.value.doubt(doubt);
        }
    }
}
