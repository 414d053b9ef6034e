//! What comes nearest to a thing that is not found: one of the same kind whose name is written much alike.

use std::collections::BTreeMap;

use super::node::Leaf;
use crate::base::{Table, Truth};
use crate::config::nearly;
use crate::pages::{Outcome, Prepared};
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::{Cells, StoreError, contract, glob};

/// Something that was found beside what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
}

/// The queries for the names of each kind, and the names that were already asked for.
#[derive(Default)]
pub(super) struct Names {
    asked: BTreeMap<String, Rows>,
}

/// The names that were read in one evaluation.
pub(super) type Known = BTreeMap<String, BTreeMap<String, Near>>;

impl Names {
    /// Prepares the query for the names of a kind, if its page asks for one thing by name.
    pub fn prepare(&mut self, page: &Prepared, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        if page.is_guard() || !page.page.parameters.contains_key("name") {
            return Ok(());
        }
        let read = contract().map(|described| described.table);
        let read =
            read.filter(|table| page.query.reads.contains_key(table.name) && is_named(table));
        let parts: Vec<String> = read
            .map(|table| format!("select {}, path, line from {}", table.named, table.name))
            .collect();
        if !parts.is_empty() {
            let question = snapshot.ask_rows(&parts.join(" union all "), BTreeMap::new())?;
            self.asked.insert(page.page.id.clone(), question);
        }
        Ok(())
    }

    /// What must be read before names can be compared.
    pub fn needs(&self) -> impl Iterator<Item = &Needs> {
        self.asked.values().map(|asked| &asked.needs)
    }

    /// What comes nearest to what a leaf asks for, if nothing of it is there.
    pub fn near(
        &self,
        leaf: &Leaf,
        outcome: &Outcome,
        snapshot: &Snapshot,
        known: &mut Known,
    ) -> Result<Option<Near>, StoreError> {
        let is_found =
            outcome.holds > 0 || outcome.rows.iter().any(|row| row.found == Truth::Holds);
        let asked = leaf.parameters.get("name").filter(|_| !is_found);
        let asked = asked.and_then(|names| names.as_str().or_else(|| names.get(0)?.as_str()));
        let asked = asked.filter(|name| !name.contains(['*', '{', '?', '[']));
        let (Some(asked), Some(question)) = (asked, self.asked.get(&leaf.kind)) else {
            return Ok(None);
        };
        if !known.contains_key(&leaf.kind) {
            known.insert(leaf.kind.clone(), names(&snapshot.rows(question)?));
        }
        let within = leaf.within.as_deref().and_then(|within| glob(within).ok());
        let counts =
            |near: &&Near| within.as_ref().is_none_or(|within| within.is_match(&near.path));
        let names = known[&leaf.kind].values().filter(counts).map(|near| near.name.clone());
        Ok(nearly(asked, names).and_then(|name| known[&leaf.kind].get(&name).cloned()))
    }
}

/// Whether rows of a table have a name of their own and a place.
fn is_named(table: &Table) -> bool {
    let has = |name: &str| table.columns.iter().any(|column| column.name == name);
    table.named != "path" && has("path") && has("line")
}

fn names(rows: &[Cells]) -> BTreeMap<String, Near> {
    let mut names = BTreeMap::new();
    for cells in rows {
        if let (Some(name), Some(path)) = (cells[0].as_text(), cells[1].as_text()) {
            let line = cells[2].as_int().and_then(|line| u32::try_from(line).ok());
            let near = Near { name: name.to_owned(), path: path.to_owned(), line };
            let first = names.entry(name.to_owned()).or_insert_with(|| near.clone());
            if (&near.path, near.line) < (&first.path, first.line) {
                *first = near;
            }
        }
    }
    names
}
