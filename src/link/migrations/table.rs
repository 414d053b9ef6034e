//! A table, and what hangs on it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::acl::Acl;
use super::catalog::{Doubt, Doubted, Found, Held, Key, Place, differing, found};
use super::merge::{merge_list, merge_maps};
use super::objects::Trigger;
use super::typing::Used;
use crate::facts::sql::{Column, Expr};

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// `table`, `partitioned`, `foreign`.
    pub kind: String,
    /// Made by the platform: known, but no row of any table.
    pub provided: bool,
    /// Gone when the transaction ends.
    pub fleeting: bool,
    /// The statement that made it.
    pub place: Place,
    /// The columns in order, each with its place.
    pub columns: Vec<Held<(Column, Place)>>,
    /// Why there may be other columns.
    pub columns_open: Doubted,
    /// Whether row level security is on; none: undecided.
    pub rls: Option<bool>,
    /// Whether it holds for the owner too.
    pub force: Option<bool>,
    /// The statement that last set it.
    pub rls_place: Option<Place>,
    /// Who of the API may do what with it.
    pub acl: Acl,
    /// The policies by name.
    pub policies: BTreeMap<String, Held<Policy>>,
    /// Why there may be other policies.
    pub policies_open: Doubted,
    /// The constraints, in order.
    pub constraints: Vec<Held<Constraint>>,
    /// Why there may be other constraints.
    pub constraints_open: Doubted,
    /// The table it is a part or a child of.
    pub parent: Option<Key>,
    /// The triggers by name.
    pub triggers: BTreeMap<String, Held<Trigger>>,
    /// Why there may be other triggers.
    pub triggers_open: Doubted,
    /// Why there may be rows.
    pub rows: Doubted,
    /// Its rows, if they are all known: columns and what they were given.
    pub known: Option<Rc<Vec<KnownRow>>>,
    /// Whether a number its sequence may give has been written otherwise.
    pub numbered: bool,
    /// The epoch of rows it was made in.
    pub born: u32,
}

/// A row whose values are known.
pub type KnownRow = BTreeMap<String, Expr>;

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// What the statement says.
    pub says: crate::facts::sql::CreatePolicy,
    /// What it depends on.
    pub used: Rc<BTreeSet<Used>>,
    /// The statement.
    pub place: Place,
}

/// A constraint or a unique index.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Its name, if given.
    pub name: Option<String>,
    /// `primary key`, `unique`, `foreign key`, `check`, `unique index`.
    pub kind: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// What a foreign key points to.
    pub target: Option<Key>,
    /// The columns there, where they are said.
    pub target_columns: Vec<String>,
    /// The condition of a check.
    pub check: Option<Rc<crate::facts::sql::Expr>>,
    /// Whether it may wait for the end of the transaction: no foreign key can lean on it then.
    pub deferrable: bool,
    /// The statement.
    pub place: Place,
}

impl Table {
    /// A table without anything.
    pub fn new(kind: &str, place: Place) -> Self {
        Table {
            kind: kind.to_owned(),
            provided: false,
            fleeting: false,
            place,
            columns: Vec::new(),
            columns_open: None,
            rls: Some(false),
            force: Some(false),
            rls_place: None,
            acl: Acl::default(),
            policies: BTreeMap::new(),
            policies_open: None,
            constraints: Vec::new(),
            constraints_open: None,
            parent: None,
            triggers: BTreeMap::new(),
            triggers_open: None,
            rows: None,
            known: Some(Rc::default()),
            numbered: false,
            born: 0,
        }
    }

    /// Whether it has the column.
    pub fn column(&self, name: &str) -> Found<'_, Column> {
        let held = self.columns.iter().find(|held| held.value.0.name == name);
        found(held, |value| &value.0, &self.columns_open)
    }

    /// Whether it has the policy.
    pub fn policy(&self, name: &str) -> Found<'_, Policy> {
        found(self.policies.get(name), |value| value, &self.policies_open)
    }

    /// Nothing of its shape is certain any more.
    pub fn doubt_shape(&mut self, doubt: &Doubt) {
        self.columns_open = Some(doubt.clone());
        self.constraints_open = Some(doubt.clone());
        self.columns.iter_mut().for_each(|held| held.doubt = Some(doubt.clone()));
        self.constraints.iter_mut().for_each(|held| held.doubt = Some(doubt.clone()));
    }

    /// No policy is certain any more.
    pub fn doubt_policies(&mut self, doubt: &Doubt) {
        self.policies_open = Some(doubt.clone());
        self.policies.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
    }

    /// Whether row level security is on is not certain any more.
    pub fn doubt_rls(&mut self) {
        (self.rls, self.force) = (None, None);
    }

    /// Nothing of it is certain any more.
    pub fn doubt(&mut self, doubt: &Doubt) {
        self.doubt_shape(doubt);
        self.doubt_policies(doubt);
        self.doubt_rls();
        self.acl = self.acl.opened();
        self.doubt_triggers(doubt);
        self.rows = Some(doubt.clone());
        self.known = None;
    }

    /// No trigger is certain any more.
    pub fn doubt_triggers(&mut self, doubt: &Doubt) {
        self.triggers_open = Some(doubt.clone());
        self.triggers.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
    }

    /// What is so if it is not known which of two is true.
    pub fn merge(self, other: Table, doubt: &Doubt) -> Table {
        if self == other {
            return self;
        }
        Table {
            acl: self.acl.merge(other.acl),
            rls: self.rls.filter(|rls| Some(*rls) == other.rls),
            force: self.force.filter(|force| Some(*force) == other.force),
            columns: merge_list(self.columns, other.columns, doubt, |a, b| a.0.name == b.0.name),
            columns_open: self.columns_open.or(other.columns_open),
            policies: merge_maps(self.policies, other.policies, doubt, differing),
            policies_open: self.policies_open.or(other.policies_open),
            constraints: merge_list(self.constraints, other.constraints, doubt, |a, b| a == b),
            constraints_open: self.constraints_open.or(other.constraints_open),
            triggers: merge_maps(self.triggers, other.triggers, doubt, differing),
            triggers_open: self.triggers_open.or(other.triggers_open),
            rows: self.rows.or(other.rows),
            numbered: self.numbered || other.numbered,
            known: self.known.filter(|it| Some(it) == other.known.as_ref()),
            ..other
        }
    }
}
