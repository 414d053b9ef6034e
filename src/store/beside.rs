//! Other connections to the same revision, on which queries run side by side.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{iter, num, process, thread};

use rusqlite::Connection;

use super::cache::{Store, connect, register};
use super::error::{MEMORY, StoreError};
use super::functions::Unsure;
use super::named::Tree;
use super::run::{Cells, Query, run};
use super::sandbox::{self, Seen, Steps};
use super::slots::Slot;
use super::views;
use crate::base::Value;

/// The most connections that are opened: each has pages of its own in memory.
const MOST: usize = 4;

/// Jobs for which another connection is worth opening.
const WORTH: usize = 8;

/// What is bound to a query's parameters.
pub type Parameters = BTreeMap<String, Value>;
/// What gets the rows of a query until it returns false.
pub type Take<'a> = dyn FnMut(Cells) -> bool + 'a;
/// Runs one query on some connection.
pub type Asking<'a> = dyn Fn(&Query, &Parameters, &mut Take<'_>) -> Result<(), StoreError> + 'a;

/// All that another connection is made of.
struct Recipe<'s> {
    path: &'s Path,
    revision: &'s str,
    unsure: &'s Unsure,
    tree: &'s Tree,
    analyzers: &'s [Slot],
    linkers: &'s [Slot],
    kept: &'s [&'static str],
}

/// A new name for the tables of a revision: connections of this process that attach it share them.
pub(super) fn name() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("file:/revision-{}-{number}?vfs=memdb", process::id())
}

/// Whether the cache still has every blob of the revision.
pub(super) fn is_whole(conn: &Connection) -> rusqlite::Result<bool> {
    let sql = "select not exists (select 1 from rev.tree_rows t where t.blob is not null
                 and not exists (select 1 from main.blobs b where b.id = t.blob))";
    conn.query_row(sql, [], |row| row.get(0))
}

impl Store {
    /// Does each job once, several at a time where the revision was published; `work` gets what runs queries. The results
    /// are in the order of the jobs.
    pub fn side_by_side<J: Sync, T: Send>(
        &self,
        jobs: &[J],
        work: impl Fn(&J, &Asking<'_>) -> T + Sync,
    ) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let turns = |asking: &Asking<'_>| {
            let turn = || {
                let at = next.fetch_add(1, Ordering::Relaxed);
                Some((at, work_among(jobs.get(at)?, asking, &work)))
            };
            iter::from_fn(turn).collect::<Vec<_>>()
        };
        let alone = |query: &Query, parameters: &Parameters, take: &mut Take<'_>| {
            self.run(query, parameters, take)
        };
        let (turns, recipe) = (&turns, &self.recipe());
        let others = recipe.as_ref().map_or(0, |_| workers().min(jobs.len() / WORTH));
        let mut done = thread::scope(|scope| {
            // One that cannot be opened leaves its jobs to the rest.
            let other = || recipe.as_ref().and_then(|recipe| recipe.make().ok()?);
            let other = move || other().map(|beside| turns(&beside.asking()));
            let others: Vec<_> = (1..others).map(|_| scope.spawn(other)).collect();
            let mut done = turns(&alone);
            for other in others {
                done.extend(other.join().expect("no query panics").into_iter().flatten());
            }
            done
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter()
            .map(|(at, result)| result.unwrap_or_else(|| work(&jobs[at], &alone)))
            .collect()
    }

    /// What another connection is made of. None: only this one sees the revision.
    fn recipe(&self) -> Option<Recipe<'_>> {
        let is_seen = self.is_published && !self.is_live().unwrap_or(true);
        let path = self.path.as_deref().filter(|_| is_seen)?;
        Some(Recipe {
            path,
            revision: &self.revision,
            unsure: &self.unsure,
            tree: &self.tree,
            analyzers: &self.analyzers,
            linkers: &self.linkers,
            kept: &self.kept,
        })
    }
}

/// Does a job while others are done. None: there was not memory enough for all, so it must be done again alone, where it
/// has what it would have on any machine.
fn work_among<J, T>(
    job: &J,
    asking: &Asking<'_>,
    work: impl Fn(&J, &Asking<'_>) -> T,
) -> Option<T> {
    let is_crowded = Cell::new(false);
    let result = work(job, &|query, parameters, take| {
        let outcome = asking(query, parameters, take);
        let lacks = matches!(outcome, Err(StoreError::Budget(MEMORY)));
        is_crowded.set(is_crowded.get() || lacks);
        outcome
    });
    (!is_crowded.get()).then_some(result)
}

impl Recipe<'_> {
    /// Opens the connection. None: what the cache had of the revision was forgotten meanwhile.
    fn make(&self) -> rusqlite::Result<Option<Beside>> {
        let mut conn = connect(Some(self.path), self.revision)?;
        conn.execute_batch("begin")?;
        if !is_whole(&conn)? {
            return Ok(None);
        }
        register(&conn, self.unsure, self.tree)?;
        views::create(&conn, self.analyzers, self.linkers)?;
        for table in self.kept {
            conn.execute_batch(&views::kept(table))?;
        }
        let steps = Steps::default();
        sandbox::close(&mut conn, &steps, &Seen::default())?;
        Ok(Some(Beside { conn, steps }))
    }
}

/// Another connection, closed to all but bounded reading.
struct Beside {
    conn: Connection,
    steps: Steps,
}

impl Beside {
    fn asking(&self) -> impl Fn(&Query, &Parameters, &mut Take<'_>) -> Result<(), StoreError> {
        |query, parameters, take| run(&self.conn, &self.steps, query, parameters, take)
    }
}

/// How many connections run queries at a time.
fn workers() -> usize {
    thread::available_parallelism().map_or(1, num::NonZero::get).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::store::{Begun, TreeRow};

    fn row(path: &str, id: Id) -> TreeRow<'_> {
        TreeRow {
            path,
            id: Some(id),
            size: Some(1),
            kind: "file",
            language: None,
            standing: "live",
            product: None,
            is_missing: false,
            analyzers: 0,
        }
    }

    /// A published revision of twenty paths, and its cache.
    fn published() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(Some(&folder.path().join("cache")), 7).expect("a store");
        let names: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
        assert_eq!(store.begin().expect("the lock"), Begun::AsSeen);
        let ids = names.iter().map(|name| Id::of(name.as_bytes()));
        ids.for_each(|id| assert!(store.number(id).is_ok()));
        let rows = names.iter().map(|name| row(name, Id::of(name.as_bytes())));
        store.lay(rows).expect("laid");
        store.commit().expect("written");
        (folder, store)
    }

    fn paths(asking: &Asking<'_>, query: &Query, least: &str) -> Vec<Cells> {
        let parameters = BTreeMap::from([("least".to_owned(), least.into())]);
        let mut rows = Vec::new();
        let mut take = |cells| {
            rows.push(cells);
            true
        };
        asking(query, &parameters, &mut take).expect("rows");
        rows
    }

    #[test]
    fn every_connection_sees_the_revision_and_results_keep_the_order_of_their_jobs() {
        let (_folder, mut store) = published();
        let query = store.prepare("select path from files where path >= :least").expect("sound");
        assert!(store.publish().expect("published"));
        store.close().expect("closed");
        let recipe = store.recipe().expect("a recipe");
        let beside = recipe.make().expect("a connection").expect("nothing was forgotten");
        assert_eq!(paths(&beside.asking(), &query, "18").len(), 2);
        let jobs: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
        let counts = store.side_by_side(&jobs, |job, asking| paths(asking, &query, job).len());
        assert_eq!(counts, (1..=20).rev().collect::<Vec<_>>());
    }

    #[test]
    fn what_lacked_memory_beside_others_is_done_again_alone() {
        let (_folder, mut store) = published();
        assert!(store.publish().expect("published"));
        let query = store.prepare("select path from files").expect("sound");
        store.close().expect("closed");
        let lacking: &Asking<'_> = &|_, _, _| Err(StoreError::Budget(MEMORY));
        let work =
            |_: &(), asking: &Asking<'_>| asking(&query, &BTreeMap::new(), &mut |_| true).is_ok();
        assert_eq!(work_among(&(), lacking, work), None);
        let enough: &Asking<'_> = &|query, with, take| store.run(query, with, take);
        assert_eq!(work_among(&(), enough, work), Some(true));
    }

    #[test]
    fn what_was_forgotten_meanwhile_is_noticed() {
        let (folder, mut store) = published();
        let other = Connection::open(folder.path().join("cache")).expect("a connection");
        other.execute("delete from blobs where id = 3", []).expect("forgotten");
        assert!(!store.publish().expect("published"));
        assert!(store.recipe().expect("a recipe").make().expect("a connection").is_none());
    }

    #[test]
    fn what_is_not_published_is_asked_on_one_connection() {
        let (_folder, store) = published();
        assert!(store.recipe().is_none());
    }
}
