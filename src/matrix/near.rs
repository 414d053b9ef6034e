//! What comes nearest to a thing that is not found: one of the same kind whose name is written much alike.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::node::Leaf;
use crate::base::{Table, Truth};
use crate::config::nearly;
use crate::pages::{Outcome, Prepared};
use crate::snapshot::{Needs, Question, Snapshot};
use crate::store::{Cells, Query, StoreError, contract, glob};

/// Something that was found beside what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
}

/// What is asked for by name, by kind of evidence, and the questions what comes nearest to it.
#[derive(Default)]
pub(super) struct Names {
    asked: BTreeMap<String, Asked>,
    questions: BTreeMap<String, Question<Found>>,
}

/// What is asked for of one kind.
struct Asked {
    /// The query for the names of what there is; none: its rows have no names.
    query: Option<Query>,
    wanted: BTreeSet<Wanted>,
}

/// A name, and the glob of the files in which things of that name count.
type Wanted = (String, Option<String>);

/// What comes nearest to each name that is nearly one of those there are.
pub(super) type Found = Vec<(Wanted, Near)>;

/// What was found in one evaluation, by kind.
pub(super) type Known = BTreeMap<String, BTreeMap<Wanted, Near>>;

impl Names {
    /// Notes what a leaf asks for by name.
    pub fn want(
        &mut self,
        page: &Prepared,
        leaf: &Leaf,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        let Some(wanted) = wanted(leaf).filter(|_| !page.is_guard()) else { return Ok(()) };
        if !self.asked.contains_key(&leaf.kind) {
            let sql = names_sql(page);
            let query = sql.map(|sql| snapshot.prepare(&sql)).transpose()?;
            self.asked.insert(leaf.kind.clone(), Asked { query, wanted: BTreeSet::new() });
        }
        let asked = self.asked.get_mut(&leaf.kind).expect("inserted above");
        asked.wanted.insert(wanted);
        Ok(())
    }

    /// Puts the questions, once everything is noted: one for each kind.
    pub fn put(&mut self, snapshot: &Snapshot) {
        for (kind, asked) in &self.asked {
            let Some(query) = &asked.query else { continue };
            let question = snapshot.ask(query.into(), &format!("near {:?}", asked.wanted));
            self.questions.insert(kind.clone(), question);
        }
    }

    /// What must be read before names can be compared.
    pub fn needs(&self) -> impl Iterator<Item = &Needs> {
        self.questions.values().map(|question| &question.needs)
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
        let wanted = wanted(leaf).filter(|_| !is_found);
        let (Some(wanted), Some(question)) = (wanted, self.questions.get(&leaf.kind)) else {
            return Ok(None);
        };
        if !known.contains_key(&leaf.kind) {
            let wanted = &self.asked[&leaf.kind].wanted;
            let found = snapshot.answer(question, || compare(wanted, question, snapshot))?;
            known.insert(leaf.kind.clone(), found.into_iter().collect());
        }
        Ok(known[&leaf.kind].get(&wanted).cloned())
    }
}

/// The name a leaf asks for, if it is one and no pattern.
fn wanted(leaf: &Leaf) -> Option<Wanted> {
    let names = leaf.parameters.get("name")?;
    let name = names.as_str().or_else(|| names.get(0)?.as_str())?;
    let is_name = !name.contains(['*', '{', '?', '[']);
    is_name.then(|| (name.to_owned(), leaf.within.clone()))
}

/// The query for the names of what a page is about.
fn names_sql(page: &Prepared) -> Option<String> {
    let is_read = |table: &Table| page.query.reads.contains_key(table.name) && is_named(table);
    let read = contract().map(|described| described.table).filter(is_read);
    let parts: Vec<String> = read
        .map(|table| format!("select {}, path, line from {}", table.named, table.name))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" union all "))
}

/// Compares every name that is wanted with all there are.
fn compare(
    wanted: &BTreeSet<Wanted>,
    question: &Question<Found>,
    snapshot: &Snapshot,
) -> Result<Found, StoreError> {
    let mut rows = Vec::new();
    let mut take = |cells| {
        rows.push(cells);
        true
    };
    let Needs { query, parameters, .. } = &question.needs;
    query.iter().try_for_each(|query| snapshot.run(query, parameters, &mut take))?;
    let names = names(&rows);
    let nearest = |wanted: &Wanted| {
        let within = wanted.1.as_deref().and_then(|within| glob(within).ok());
        let counts =
            |near: &&Near| within.as_ref().is_none_or(|within| within.is_match(&near.path));
        let names_within = names.values().filter(counts).map(|near| near.name.clone());
        let name = nearly(&wanted.0, names_within)?;
        Some((wanted.clone(), names[&name].clone()))
    };
    Ok(wanted.iter().filter_map(nearest).collect())
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
