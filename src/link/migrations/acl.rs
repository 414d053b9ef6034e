//! Who of the API may do what with a relation or a routine: what it has when it is made, and what grants and revokes change.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::catalog::{Catalog, Key};
use super::objects::{RoutineKey, What};
use super::shared::Shared;
use crate::facts::sql::Grant;

/// Whose privileges are kept: the roles of the API, and everybody's.
const GRANTEES: [&str; 3] = ["anon", "authenticated", "public"];
/// The roles of the API.
pub const ROLES: [&str; 2] = ["anon", "authenticated"];

const SELECT: u8 = 1;
const WRITE: [(&str, u8); 3] = [("insert", 2), ("update", 4), ("delete", 8)];
const EXECUTE: u8 = 16;
/// Of columns: select, and insert or update.
const COLUMNS: [u8; 2] = [32, 64];
const READS: u8 = SELECT | COLUMNS[0];
const WRITES: u8 = 2 | 4 | 8 | COLUMNS[1];

/// What privileges are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Tables and views.
    Relations,
    /// Functions and procedures.
    Routines,
}

impl Class {
    /// The class a kind of grant is about; none: neither.
    pub fn of(kind: &str) -> Option<Class> {
        let kind = kind.trim_start_matches("all ").trim_start_matches("default ");
        match kind.strip_suffix('s').unwrap_or(kind) {
            "table" => Some(Class::Relations),
            "function" | "procedure" | "routine" => Some(Class::Routines),
            _ => None,
        }
    }
}

/// The privileges of one object: by grantee those held, and those that may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Acl {
    held: [u8; 3],
    open: [u8; 3],
}

impl Acl {
    /// What PostgreSQL gives by itself: everybody may call what is made.
    fn by_itself(class: Class) -> Acl {
        let everybody = if class == Class::Routines { EXECUTE } else { 0 };
        Acl { held: [0, 0, everybody], open: [0; 3] }
    }

    fn with(self, other: Acl) -> Acl {
        let both = |a: [u8; 3], b: [u8; 3]| [a[0] | b[0], a[1] | b[1], a[2] | b[2]];
        Acl { held: both(self.held, other.held), open: both(self.open, other.open) }
    }

    /// What is so if it is not known which of two is true.
    pub fn merge(self, other: Acl) -> Acl {
        let mut merged = self.with(other);
        for at in 0..GRANTEES.len() {
            let differs = self.held[at] ^ other.held[at];
            merged.open[at] |= differs;
            merged.held[at] &= !differs;
        }
        merged
    }

    /// Any of it may have been changed.
    pub fn opened(self) -> Acl {
        Acl { held: [0; 3], open: [u8::MAX; 3] }
    }

    fn may(self, role: usize, bits: u8) -> Option<bool> {
        let everybody = GRANTEES.len() - 1;
        if (self.held[role] | self.held[everybody]) & bits != 0 {
            return Some(true);
        }
        ((self.open[role] | self.open[everybody]) & bits == 0).then_some(false)
    }

    /// Whether a role of [`ROLES`] may read, write and call it.
    pub fn of(self, role: usize) -> [Option<bool>; 3] {
        [self.may(role, READS), self.may(role, WRITES), self.may(role, EXECUTE)]
    }

    /// What a grant or a revoke leaves of it.
    fn changed(mut self, change: Change) -> Acl {
        for at in (0..GRANTEES.len()).filter(|at| change.grantees[*at]) {
            if change.is_certain {
                self.open[at] &= !change.bits;
                self.held[at] &= !change.bits;
                self.held[at] |= if change.gives { change.bits } else { 0 };
            } else {
                let may_differ =
                    if change.gives { change.bits & !self.held[at] } else { change.bits };
                self.open[at] |= may_differ;
                self.held[at] &= !may_differ;
            }
        }
        self
    }
}

/// What a statement changes of the privileges of each object it is about.
#[derive(Clone, Copy)]
pub struct Change {
    grantees: [bool; 3],
    bits: u8,
    gives: bool,
    is_certain: bool,
}

impl Change {
    /// What a statement changes; none: nobody's that is kept.
    pub fn of(said: &Grant, class: Class) -> Option<Change> {
        let named = |grantee: &str| said.grantees.iter().any(|it| it == grantee);
        let grantees = GRANTEES.map(named);
        let mut bits = said.privileges.iter().fold(0, |bits, it| bits | bits_of(it, said, class));
        // A column's bit stands for both kinds of writing it: it is gone where both are.
        if said.revoke && bits & 6 == 6 {
            bits |= COLUMNS[1];
        }
        let is_certain = said.unread.is_none() && !(said.revoke && said.columns);
        (bits != 0 && grantees.contains(&true)).then_some(Change {
            grantees,
            bits,
            gives: !said.revoke,
            is_certain,
        })
    }

    /// What the platform gives the roles of its API.
    pub fn all_to_api(class: Class) -> Change {
        let bits = match class {
            Class::Relations => SELECT | 2 | 4 | 8,
            Class::Routines => EXECUTE,
        };
        Change { grantees: [true, true, false], bits, gives: true, is_certain: true }
    }

    /// The same, where it is not certain that it is about an object.
    pub fn perhaps(self) -> Change {
        Change { is_certain: false, ..self }
    }
}

fn bits_of(privilege: &str, said: &Grant, class: Class) -> u8 {
    if class == Class::Routines {
        return if matches!(privilege, "all" | "execute") { EXECUTE } else { 0 };
    }
    // A revoke of a table's privilege takes that of its columns, too.
    let columns = said.columns || said.revoke;
    let whole = !said.columns;
    let of = |whole_bit: u8, column: u8| {
        (if whole { whole_bit } else { 0 }) | (if columns { column } else { 0 })
    };
    match privilege {
        "all" => of(SELECT | 2 | 4 | 8, COLUMNS[0] | COLUMNS[1]),
        "select" => of(SELECT, COLUMNS[0]),
        other => {
            let bit = WRITE.iter().find(|it| it.0 == other).map_or(0, |it| it.1);
            // Which of the two kinds of writing a column's bit stands for is not kept.
            if said.revoke { bit } else { of(bit, if bit == 0 { 0 } else { COLUMNS[1] }) }
        }
    }
}

/// What default privileges give, by schema (empty: everywhere) and class; what is not in it is as PostgreSQL has it.
pub type Defaults = Shared<BTreeMap<(String, Class), Acl>>;

/// What is so of default privileges if it is not known which of two are true.
pub fn merge_defaults(old: &Defaults, new: &Defaults) -> Defaults {
    if old.is(new) {
        return new.clone();
    }
    let keys = old.keys().chain(new.keys());
    let merged = keys.map(|key| (key.clone(), given(old, key).merge(given(new, key))));
    Shared::new(merged.collect())
}

fn given(defaults: &Defaults, key: &(String, Class)) -> Acl {
    let by_itself = if key.0.is_empty() { Acl::by_itself(key.1) } else { Acl::default() };
    defaults.get(key).copied().unwrap_or(by_itself)
}

impl Catalog {
    /// The privileges of what is made now.
    pub fn fresh_acl(&self, class: Class, schema: &str) -> Acl {
        let everywhere = given(&self.defaults, &(String::new(), class));
        everywhere.with(given(&self.defaults, &(schema.to_owned(), class)))
    }

    /// Changes what is made later.
    pub fn change_defaults(&mut self, class: Class, schema: &str, change: Change) {
        let key = (schema.to_owned(), class);
        let changed = given(&self.defaults, &key).changed(change);
        self.defaults.insert(key, changed);
    }

    /// Changes the privileges of a table or a view.
    pub fn change_relation(&mut self, key: &Key, change: Change) {
        if let Some(held) = self.tables.get_mut(key) {
            held.value.acl = held.value.acl.changed(change);
        } else if let Some(held) = self.relations.get_mut(key) {
            held.value.acl = held.value.acl.changed(change);
        }
    }

    /// Changes the privileges of routines.
    pub fn change_routines(
        &mut self,
        change: Change,
        is_meant: impl Fn(&RoutineKey, bool) -> bool,
    ) {
        for (key, held) in self.routines.iter_mut() {
            if is_meant(key, held.value.says.procedure) {
                let changed = held.value.acl.changed(change);
                if changed != held.value.acl {
                    Rc::make_mut(&mut held.value).acl = changed;
                }
            }
        }
    }

    /// Any privilege may have been granted or revoked; `later`: of what is yet to be made, too.
    pub fn open_acls(&mut self, later: bool) {
        for held in self.tables.values_mut() {
            held.value.acl = held.value.acl.opened();
        }
        for held in self.relations.values_mut().filter(|it| matches!(it.value.what, What::View(..)))
        {
            held.value.acl = held.value.acl.opened();
        }
        for held in self.routines.values_mut() {
            Rc::make_mut(&mut held.value).acl = held.value.acl.opened();
        }
        if later {
            for class in [Class::Relations, Class::Routines] {
                self.defaults.insert((String::new(), class), Acl::default().opened());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(revoke: bool, privilege: &str, grantee: &str) -> Grant {
        Grant {
            revoke,
            privileges: vec![privilege.to_owned()],
            columns: false,
            kind: "table".to_owned(),
            objects: Vec::new(),
            owners: Vec::new(),
            grantees: vec![grantee.to_owned()],
            unread: None,
        }
    }

    fn after(said: &[Grant], class: Class) -> Acl {
        let changes = said.iter().filter_map(|said| Change::of(said, class));
        changes.fold(Acl::by_itself(class), Acl::changed)
    }

    #[test]
    fn what_is_revoked_from_a_role_is_still_everybodys() {
        let acl = after(&[grant(true, "all", "anon")], Class::Routines);
        assert_eq!(acl.of(0)[2], Some(true));
        let acl = after(&[grant(true, "execute", "public")], Class::Routines);
        assert_eq!(acl.of(0)[2], Some(false));
    }

    #[test]
    fn a_table_is_nobodys_until_it_is_granted() {
        let acl = after(&[grant(false, "select", "anon")], Class::Relations);
        assert_eq!(acl.of(0), [Some(true), Some(false), Some(false)]);
        assert_eq!(acl.of(1), [Some(false); 3]);
    }

    #[test]
    fn what_the_platform_gives_is_taken_back_by_each_privilege() {
        let given = Acl::default().changed(Change::all_to_api(Class::Relations));
        let mut revoked = grant(true, "insert", "anon");
        revoked.privileges = ["insert", "update", "delete"].map(str::to_owned).into();
        let acl = given.changed(Change::of(&revoked, Class::Relations).unwrap());
        assert_eq!(acl.of(0)[..2], [Some(true), Some(false)]);
        assert_eq!(acl.of(1)[..2], [Some(true), Some(true)]);
    }

    #[test]
    fn where_two_differ_it_is_open() {
        let granted = after(&[grant(false, "all", "anon")], Class::Relations);
        let merged = granted.merge(Acl::default());
        assert_eq!(merged.of(0), [None, None, Some(false)]);
        assert_eq!(merged.of(1), [Some(false); 3]);
    }
}
