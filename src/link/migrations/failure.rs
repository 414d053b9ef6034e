//! Why a statement certainly fails: the server's words, and what it lacks.

use super::catalog::{Key, Place};
use crate::facts::sql::Name;

/// A certain failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the server says.
    pub error: String,
    /// What is not there, or there already: `relation`, `column`, `schema`, `function`, `type`, `role`, `there`, `syntax`,
    /// `psql`; else `rejected`.
    pub kind: &'static str,
    /// Its name, with its schema; of a column, its table before it where that is known.
    pub needs: Option<String>,
    /// Where the older thing is written that is in the way.
    pub older: Option<Place>,
}

impl Failure {
    /// A failure that lacks nothing in particular.
    pub fn new(error: impl Into<String>) -> Self {
        Failure { error: error.into(), kind: "rejected", needs: None, older: None }
    }

    /// Says what is not there.
    pub fn lacking(mut self, kind: &'static str, needs: impl Into<String>) -> Self {
        (self.kind, self.needs) = (kind, Some(needs.into()));
        self
    }

    /// Says where the older thing is.
    pub fn behind(mut self, place: &Place) -> Self {
        self.older = Some(place.clone());
        self
    }

    /// A column that is missing from a table: names the table.
    pub fn of_table(mut self, key: &Key, place: &Place) -> Self {
        if self.kind == "column" && self.older.is_none() {
            let column = self.needs.take().unwrap_or_default();
            self.needs = Some(format!("{}.{}.{column}", key.0, key.1));
            self.older = Some(place.clone());
        }
        self
    }
}

impl<T: Into<String>> From<T> for Failure {
    fn from(error: T) -> Self {
        Failure::new(error)
    }
}

/// Schema and name, joined.
pub fn dotted(key: &Key) -> String {
    format!("{}.{}", key.0, key.1)
}

/// A relation that is not there.
pub fn missing_relation(name: &Name, key: &Key) -> Failure {
    Failure::new(format!("relation \"{name}\" does not exist")).lacking("relation", dotted(key))
}

/// A name that is taken.
pub fn taken_relation(key: &Key, place: Option<&Place>) -> Failure {
    let failure = Failure::new(format!("relation \"{}\" already exists", key.1));
    let failure = failure.lacking("there", dotted(key));
    match place {
        Some(place) => failure.behind(place),
        None => failure,
    }
}
