//! Lays git's history over the database, when a query reads it.

use std::collections::BTreeSet;

use super::{Snapshot, SnapshotError, Stage};
use crate::base::{Value, sha256_hex};
use crate::config::date;
use crate::source::{Before, Compared, Depth, History, Life, Revision};
use crate::store::{FATES, LIVES, LOGS, NAMING};

impl Snapshot {
    /// Lays out the paths for looking names up, if one of `tables` says what documents name.
    pub(super) fn know_paths(&mut self, tables: &BTreeSet<&str>) -> Result<(), SnapshotError> {
        if !NAMING.iter().any(|table| tables.contains(table)) {
            return Ok(());
        }
        let Snapshot { source, stages, store, .. } = self;
        let revision = source.revision();
        let names = [revision.repository.as_str(), revision.cloned_as()];
        Ok(stages.time(Stage::Link, || store.know_paths(&names))?)
    }

    /// Tells what commits there are, and what became of files if one of `tables` is about that: of those that task lists
    /// miss, or of all.
    pub(super) fn tell_history(&mut self, tables: &BTreeSet<&str>) -> Result<(), SnapshotError> {
        let asks = |about: &[&str]| about.iter().any(|table| tables.contains(table));
        let rank = match () {
            () if asks(&LIVES) => 3,
            () if asks(&FATES) => 2,
            () if asks(&LOGS) => 1,
            () => 0,
        };
        if rank > self.told {
            self.tell_changes(rank)?;
        }
        if asks(&FATES) {
            self.store.tell_fates()?;
        }
        Ok(())
    }

    fn tell_changes(&mut self, rank: u8) -> Result<(), SnapshotError> {
        self.told = rank;
        let Snapshot { source, stages, store, .. } = self;
        let lost = if rank == 2 { store.lost_paths()? } else { BTreeSet::new() };
        let depth = match rank {
            3 => Depth::Files,
            2 => Depth::Paths(&lost),
            _ => Depth::Commits,
        };
        store.forget_history()?;
        let all: Vec<&str> = LOGS.iter().chain(&LIVES).copied().collect();
        let Revision { repository, remote, .. } = source.revision();
        let key =
            sha256_hex(format!("compared\0{}\0{repository}\0{remote:?}", env!("PARITY_BUILD")));
        let told = stages.time(Stage::Link, || {
            let known = store.recall(&key);
            let mut compared = known.as_deref().map(Compared::parse).unwrap_or_default();
            let told = source.history(depth, &mut compared);
            if compared.has_more {
                store.learn(key, compared.text());
            }
            told
        });
        match told {
            Ok(Some(history)) => {
                store.fill(&rows(&history))?;
                for gap in &history.gaps {
                    store.unseen(&all, gap)?;
                }
            }
            Ok(None) => store.unseen(&all, "there is no git history here")?,
            Err(error) => store.unseen(&all, &error.to_string())?,
        }
        Ok(())
    }
}

fn rows(history: &History) -> Vec<(&'static str, Vec<Value>)> {
    let today = history.commits.first().map_or(0, |commit| commit.day);
    let mut rows = Vec::with_capacity(history.commits.len() + history.files.len());
    let mut ids = BTreeSet::new();
    for (position, commit) in (1_usize..).zip(&history.commits) {
        ids.insert(commit.id.as_str());
        rows.push((
            "commit_rows",
            vec![
                commit.id.as_str().into(),
                date(commit.day).into(),
                commit.author.as_str().into(),
                commit.subject.as_str().into(),
                position.into(),
                commit.parents.into(),
                (today - commit.day).into(),
            ],
        ));
    }
    for tag in &history.tags {
        let is_in = ids.contains(tag.id.as_str());
        let reachable = (is_in || history.gaps.is_empty()).then_some(is_in);
        let cells = vec![
            tag.name.as_str().into(),
            tag.id.as_str().into(),
            date(tag.day).into(),
            reachable.into(),
        ];
        rows.push(("tag_rows", cells));
    }
    for (path, life) in &history.files {
        rows.push(("life_rows", life_row(path, life, history, today)));
    }
    rows
}

fn life_row(path: &str, life: &Life, history: &History, today: i64) -> Vec<Value> {
    let id = |at: Option<usize>| Value::from(at.map(|at| history.commits[at].id.as_str()));
    let day = |at: Option<usize>| Value::from(at.map(|at| date(history.commits[at].day)));
    vec![
        path.into(),
        id(life.first),
        day(life.first),
        id(life.last),
        day(life.last),
        life.last.map(|at| today - history.commits[at].day).into(),
        match &life.before {
            Before::Nothing => "".into(),
            Before::Path(path) => path.as_str().into(),
            Before::Unknown => Value::Null,
        },
        if life.is_there { "".into() } else { id(life.deleted) },
    ]
}
