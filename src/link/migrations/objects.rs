//! What a catalog holds besides schemas and tables.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::acl::Acl;
use super::catalog::{Catalog, Doubted, Found, Held, Key, Owner, Place, Table, found};
use super::typing::Used;
use crate::base::Value;
use crate::facts::sql::{CreateFunction, CreateIndex, CreateTrigger, CreateView};

/// A view, an index or a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// What it is.
    pub what: What,
    /// The table it belongs to.
    pub owner: Owner,
    /// What it depends on.
    pub used: Rc<BTreeSet<Used>>,
    /// Who of the API may do what with it.
    pub acl: Acl,
    /// The statement.
    pub place: Place,
}

/// What a relation is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A view, and its columns as those of a table where they are known.
    View(Rc<CreateView>, Option<Rc<Table>>),
    /// An index.
    Index(Rc<CreateIndex>),
    /// A sequence.
    Sequence,
    /// It is not known.
    Unread,
}

impl What {
    /// Whether two are one, as far as that is seen at once.
    pub fn is(&self, other: &What) -> bool {
        match (self, other) {
            (What::View(a, b), What::View(c, d)) => {
                let columns = match (b, d) {
                    (Some(b), Some(d)) => Rc::ptr_eq(b, d),
                    (None, None) => true,
                    _ => false,
                };
                Rc::ptr_eq(a, c) && columns
            }
            (What::Index(a), What::Index(b)) => Rc::ptr_eq(a, b),
            (What::Sequence, What::Sequence) | (What::Unread, What::Unread) => true,
            _ => false,
        }
    }
}

impl Relation {
    /// A relation.
    pub fn plain(what: What, owner: Owner, place: Place) -> Self {
        Relation { what, owner, used: Rc::default(), acl: Acl::default(), place }
    }
}

/// A type or a domain.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeSays {
    /// `enum`, `composite`, `domain`.
    pub kind: String,
    /// The values of an enum.
    pub labels: Vec<String>,
    /// Those that cannot be used before the transaction ends that added them.
    pub unused: Vec<String>,
    /// What a domain stands for.
    pub base: Option<String>,
    /// The names and types of the fields of a composite.
    pub fields: Vec<(String, String)>,
    /// The statement.
    pub place: Place,
}

/// Schema, name and argument types.
pub type RoutineKey = (String, String, String);

/// A function or a procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct Routine {
    /// What the statement says.
    pub says: Rc<CreateFunction>,
    /// The types of what a caller gives.
    pub inputs: Vec<String>,
    /// What it returns.
    pub returns: String,
    /// Whether it runs with its owner's rights.
    pub security_definer: bool,
    /// Its own search path.
    pub search_path: Option<String>,
    /// Why it may have been altered: its search path, with whose rights it runs.
    pub altered: Doubted,
    /// Who of the API may call it.
    pub acl: Acl,
    /// The statement.
    pub place: Place,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// What the statement says.
    pub says: Rc<CreateTrigger>,
    /// The function it calls.
    pub function: Key,
    /// The statement.
    pub place: Place,
}

/// Things that are a name and a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtraKind {
    /// Name; schema.
    Extension,
    /// Name.
    Role,
    /// Name, schema, table; whether for all tables.
    Publication,
    /// Name; schedule, body.
    Job,
    /// Kind, schema, name, part; text.
    Comment,
    /// Schema, table, number; key, text.
    Row,
    /// Kind, schema, name, grantee, privilege.
    Grant,
}

impl ExtraKind {
    /// How many there are.
    pub const COUNT: usize = 7;
    /// All of them.
    pub const ALL: [ExtraKind; Self::COUNT] = [
        ExtraKind::Extension,
        ExtraKind::Role,
        ExtraKind::Publication,
        ExtraKind::Job,
        ExtraKind::Comment,
        ExtraKind::Row,
        ExtraKind::Grant,
    ];
}

/// One of them: what it says besides its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra {
    /// What it says.
    pub cells: Vec<Value>,
    /// The statement; none: the platform's.
    pub place: Option<Place>,
}

impl Catalog {
    /// Whether a thing of a kind is there.
    pub fn extra(&self, kind: ExtraKind, key: &[&str]) -> Found<'_, Extra> {
        let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
        let held = self.extras[kind as usize].get(key.as_slice());
        found(held, |value| &**value, &self.extras_open[kind as usize])
    }

    /// Puts a thing of a kind in.
    pub fn put_extra(&mut self, kind: ExtraKind, key: &[&str], extra: Extra, doubt: Doubted) {
        let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
        self.extras[kind as usize].insert(key.into(), Held { value: Rc::new(extra), doubt });
    }

    /// Whether a type of the tree is there.
    pub fn type_of_tree(&self, key: &Key) -> Found<'_, TypeSays> {
        found(self.types.get(key), |value| &**value, &self.relations_open)
    }

    /// The functions of a name, certain or not.
    pub fn routines_named(
        &self,
        key: &Key,
    ) -> impl Iterator<Item = (&Rc<RoutineKey>, &Held<Rc<Routine>>)> {
        let first: RoutineKey = (key.0.clone(), key.1.clone(), String::new());
        let (schema, name) = (key.0.clone(), key.1.clone());
        self.routines
            .range::<RoutineKey, _>(first..)
            .take_while(move |(it, _)| it.0 == schema && it.1 == name)
    }

    /// Why a function of the name may be there unseen.
    pub fn routine_open(&self, key: &Key) -> Doubted {
        self.routines_open.clone().or_else(|| self.routine_names_open.get(key).cloned())
    }

    /// Takes out what is said of a table or a view that is gone.
    pub fn forget(&mut self, key: &Key) {
        let of = |kind: ExtraKind, it: &[String]| match kind {
            ExtraKind::Publication | ExtraKind::Comment | ExtraKind::Grant => {
                it[1] == key.0 && it[2] == key.1
            }
            ExtraKind::Row => it[0] == key.0 && it[1] == key.1,
            _ => false,
        };
        for kind in ExtraKind::ALL {
            let extras = &mut self.extras[kind as usize];
            if extras.keys().any(|it| of(kind, it)) {
                extras.retain(|it, _| !of(kind, it));
            }
        }
    }
}
