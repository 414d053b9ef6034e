//! Questions put to a revision. What a question was answered before is not asked again, as long as nothing it follows from
//! has changed: the files its tables are read from, the paths of the tree, the settings, and this program.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Search, Snapshot};
use crate::base::{Sha256, Value};
use crate::facts::ANALYZERS;
use crate::link::LINKERS;
use crate::source::Entry;
use crate::store::{Cells, FATES, LIVES, NAMING, Query, StoreError, is_second_stage};

/// A query with its parameters and search, and what was made of its rows before.
#[derive(Debug, Clone)]
pub struct Question<T> {
    /// What must be read before it can be answered.
    pub needs: Needs,
    key: Option<String>,
    known: Option<T>,
}

/// A question whose answer is rows.
pub type Rows = Question<Vec<Cells>>;

/// What must be read before a question can be answered.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// The query that will run; none: nothing yet.
    pub query: Option<Query>,
    /// What is bound to its parameters.
    pub parameters: BTreeMap<String, Value>,
    /// The content search they read.
    pub search: Option<Search>,
    /// The analyzers, as bits, and linkers that must have run, where those are not the ones behind the tables it reads.
    pub run: Option<(u64, BTreeSet<usize>)>,
    /// Whether the answer is known, so that nothing need be read.
    pub is_known: bool,
}

impl Needs {
    /// Whether the tree must be laid out for it: what an audit found is laid out by the audit.
    pub(super) fn is_of_tree(&self) -> bool {
        let query = self.query.iter().flat_map(|query| query.reads.keys());
        !self.is_known && !query.map(String::as_str).all(is_second_stage)
    }
}

impl From<&Query> for Needs {
    fn from(query: &Query) -> Self {
        Needs { query: Some(query.clone()), ..Needs::default() }
    }
}

impl Snapshot {
    /// Puts a question. `about` tells what is made of the rows.
    pub fn ask<T: DeserializeOwned>(&self, mut needs: Needs, about: &str) -> Question<T> {
        let key = self.given(&needs, about);
        let known = key.as_deref().and_then(|key| self.store.recall(key));
        let known = known.and_then(|text| serde_json::from_str(&text).ok());
        needs.is_known = known.is_some();
        Question { needs, key, known }
    }

    /// The answer: the one that is known, or what `find` finds now.
    ///
    /// # Errors
    /// Those of `find`.
    pub fn answer<T: Serialize + Clone, E>(
        &self,
        question: &Question<T>,
        find: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(known) = &question.known {
            return Ok(known.clone());
        }
        let found = find()?;
        // What could not be read today may be readable tomorrow.
        if let Some(key) = question.key.clone().filter(|_| !self.is_short) {
            let text = serde_json::to_string(&found).expect("plain data is JSON");
            self.store.learn(key, text);
        }
        Ok(found)
    }

    /// Puts a query whose rows are the answer.
    ///
    /// # Errors
    /// The query's author must act.
    pub fn ask_rows(
        &mut self,
        sql: &str,
        parameters: BTreeMap<String, Value>,
    ) -> Result<Rows, StoreError> {
        let query = Some(self.prepare(sql)?);
        Ok(self.ask(Needs { query, parameters, ..Needs::default() }, "rows"))
    }

    /// Asks what could not be read or decided of what others need: path, line, analyzer, code and message. Nothing is read
    /// for that alone.
    ///
    /// # Errors
    /// The query could not be prepared.
    pub fn ask_problems<'n>(
        &mut self,
        others: impl Iterator<Item = &'n Needs>,
    ) -> Result<Rows, StoreError> {
        let (mut bits, mut linkers) = (0, BTreeSet::new());
        for (analyzers, others) in others.filter_map(|needs| self.behind(needs)) {
            bits |= analyzers;
            linkers.extend(others);
        }
        let analyzers = ANALYZERS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
        let analyzers = analyzers.map(|(_, analyzer)| analyzer.name);
        let names = analyzers.chain(linkers.iter().map(|linker| LINKERS[*linker].name));
        let names: Vec<String> = names.chain(["listing"]).map(|name| format!("'{name}'")).collect();
        let sql = format!(
            "select path, line, analyzer, code, message from problems where analyzer in ({})",
            names.join(", ")
        );
        let query = Some(self.prepare(&sql)?);
        let run = Some((bits, linkers));
        Ok(self.ask(Needs { query, run, ..Needs::default() }, "rows"))
    }

    /// The analyzers and linkers that must have run for a question.
    pub(super) fn behind(&self, needs: &Needs) -> Option<(u64, BTreeSet<usize>)> {
        let query = needs.query.as_ref()?;
        Some(needs.run.clone().unwrap_or_else(|| self.store.behind(&query.reads)))
    }

    /// The rows that answer such a question.
    ///
    /// # Errors
    /// The query failed or did too much.
    pub fn rows(&self, question: &Rows) -> Result<Vec<Cells>, StoreError> {
        self.answer(question, || {
            let mut rows = Vec::new();
            let mut take = |cells| {
                rows.push(cells);
                true
            };
            let Needs { query, parameters, .. } = &question.needs;
            query.iter().try_for_each(|query| self.run(query, parameters, &mut take))?;
            Ok(rows)
        })
    }

    /// Keeps the answers that were found for the next audit.
    ///
    /// # Errors
    /// The database failed.
    pub fn remember(&mut self) -> Result<(), StoreError> {
        self.store.remember()
    }

    /// A digest of all an answer follows from; none where that cannot be told.
    fn given(&self, needs: &Needs, about: &str) -> Option<String> {
        // What a real database says is not of the tree.
        if self.store.is_private() || !self.live.is_empty() {
            return None;
        }
        let mut hash = Sha256::default();
        let mut add = |text: &str| {
            hash.update(text);
            hash.update([0]);
        };
        add(env!("PARITY_BUILD"));
        add(about);
        add(&self.listed());
        let query = needs.query.as_ref()?;
        if query.reads.keys().any(|table| is_fleeting(table)) {
            return None;
        }
        add(&query.sql);
        add(&format!("{:?} {:?}", needs.parameters, needs.search));
        let names_contents =
            query.reads.get("files").is_some_and(|columns| columns.contains("blob"));
        if names_contents || needs.search.is_some() {
            add(&self.contents());
        }
        let reads = |tables: &[&str]| tables.iter().any(|table| query.reads.contains_key(*table));
        let revision = self.source.revision();
        if reads(&["today"]) {
            add(&self.options.as_of);
        }
        if reads(&NAMING) || reads(&["revision"]) {
            add(&format!("{} {:?}", revision.repository, revision.remote));
        }
        if reads(&FATES) || reads(&LIVES) || reads(&["commits"]) {
            // Of a shallow clone nobody knows how much of the history it has.
            if revision.is_shallow {
                return None;
            }
            add(&format!("{:?}", revision.commit));
            // What git is told to ignore stands in files of the tree.
            add(&self.contents());
        }
        let (bits, linkers) = self.behind(needs)?;
        for (at, analyzer) in ANALYZERS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0) {
            add(analyzer.name);
            add(&self.read_by(at).sha256);
        }
        linkers.iter().for_each(|linker| add(LINKERS[*linker].name));
        Some(hash.hex())
    }

    /// A digest of the paths, and of the settings that say what becomes of them.
    fn listed(&self) -> String {
        let said = || {
            let options = &self.options;
            let paths = (&options.archived, &options.products, &options.product);
            let problems = self.source.problems();
            format!("{paths:?} {:?} {:?} {problems:?}", options.settings, options.attestations)
        };
        self.digests.of("listed", said, self.source.entries(), |entry| {
            // What is lacking today may be there tomorrow under the same id.
            let is_lacking = entry.is_missing || entry.id.is_none();
            format!("{:?}{}", entry.kind, u8::from(is_lacking))
        })
    }

    /// A digest of all paths and what is in them.
    fn contents(&self) -> String {
        self.digests.of("contents", String::new, self.source.entries(), |entry| {
            entry.id.map(|id| id.to_string()).unwrap_or_default()
        })
    }
}

/// Whether a table holds what follows from more than the tree and its commit: names others may give to commits, or what an
/// audit found.
fn is_fleeting(table: &str) -> bool {
    is_second_stage(table) || table == "tags"
}

/// Digests of the whole listing, each made once.
#[derive(Default)]
pub(super) struct Digests(std::sync::Mutex<BTreeMap<&'static str, String>>);

impl Digests {
    fn of(
        &self,
        name: &'static str,
        begin: impl FnOnce() -> String,
        entries: &[Entry],
        tell: impl Fn(&Entry) -> String,
    ) -> String {
        let mut known = self.0.lock().expect("no panic while it is held");
        let digest = known.entry(name).or_insert_with(|| {
            let mut hash = Sha256::default();
            hash.update(begin());
            for entry in entries {
                for part in [&entry.path, "\0", &tell(entry), "\n"] {
                    hash.update(part);
                }
            }
            hash.hex()
        });
        digest.clone()
    }
}
