//! The SQL function that finds the path a document means, and the tree it looks in.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::RwLock;

use globset::GlobBuilder;
use globset::GlobSet;
use globset::GlobSetBuilder;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::cache::Store;
use super::error::StoreError;
use super::functions::text;
use crate::base::Meaning;
use crate::base::Named;
use crate::base::path_join;

/// The tables that say what documents mean by the paths they name.
pub const NAMING: [&str; 3] = ["md_paths", "md_path_history", "task_paths"];

/// What git is told to ignore, as one question reads it.
const IGNORED: &str = "select dirname(path), glob, negated from fact_ignore_pattern order by length(path), path, line";

/// The paths of the revision, and what git ignores in it; nothing until a query reads one of [`NAMING`].
pub(super) type Tree = Arc<RwLock<Option<Known>>>;

/// See [`Tree`].
pub(super) struct Known {
    named: Named,
    /// The patterns of `.gitignore` files, those of outer folders first: folder, pattern, whether it takes back.
    patterns: Vec<(String, String, bool)>,
    /// Those, made ready when they are first asked for.
    ignored: OnceLock<(GlobSet, Vec<bool>)>,
}

impl Known {
    /// Whether git ignores a path: the last pattern that matches decides.
    fn is_ignored(&self, path: &str) -> bool {
        let (globs, takes_back) = self.ignored.get_or_init(|| ignored(&self.patterns));
        globs.matches(path).last().is_some_and(|at| !takes_back[*at])
    }
}

/// Registers `named_path(document, target)`, `named_before(document, target)` and `git_ignored(path)`.
pub(super) fn register(conn: &Connection, tree: &Tree) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    let before = Arc::clone(tree);
    conn.create_scalar_function("named_before", 2, flags, move |call| {
        let (Some(document), Some(target)) = (text(call, 0)?, text(call, 1)?) else {
            return Ok(None);
        };
        let tree = before.read().expect("no panic while it is held");
        let readings = tree.as_ref().map(|tree| tree.named.readings(document, target));
        Ok(Some(serde_json::json!(readings.unwrap_or_default()).to_string()))
    })?;
    let ignoring = Arc::clone(tree);
    conn.create_scalar_function("git_ignored", 1, flags, move |call| {
        let Some(path) = text(call, 0)? else { return Ok(None) };
        let tree = ignoring.read().expect("no panic while it is held");
        Ok(tree.as_ref().map(|tree| tree.is_ignored(path)))
    })?;
    let tree = Arc::clone(tree);
    conn.create_scalar_function("named_path", 2, flags, move |call| {
        let (Some(document), Some(target)) = (text(call, 0)?, text(call, 1)?) else {
            return Ok(None);
        };
        let tree = tree.read().expect("no panic while it is held");
        Ok(match tree.as_ref().map(|tree| tree.named.meaning(document, target)) {
            Some(Meaning::Path(path)) => Some(path),
            Some(Meaning::Nothing) => Some(String::new()),
            Some(Meaning::Open) | None => None,
        })
    })
}

impl Store {
    /// Lays out the revision's paths for looking names up. `own`: what the repository is called.
    ///
    /// # Errors
    /// The database failed.
    pub fn know_paths(&mut self, own: &[&str]) -> Result<(), StoreError> {
        let read = || -> rusqlite::Result<Named> {
            let mut select =
                self.conn.prepare("select path, kind = 'file' from rev.tree_rows order by path")?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(Named::new(rows.collect::<rusqlite::Result<Vec<_>>>()?, own))
        };
        let known = read().and_then(|named| {
            Ok(Known { named, patterns: self.patterns()?, ignored: OnceLock::new() })
        });
        let known = known.map_err(StoreError::Cache)?;
        *self.tree.write().expect("no panic while it is held") = Some(known);
        Ok(())
    }

    fn patterns(&self) -> rusqlite::Result<Vec<(String, String, bool)>> {
        let mut select = self.conn.prepare(IGNORED)?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect()
    }
}

fn ignored(patterns: &[(String, String, bool)]) -> (GlobSet, Vec<bool>) {
    let (mut globs, mut takes_back) = (GlobSetBuilder::new(), Vec::new());
    for (folder, glob, negated) in patterns {
        let whole = path_join(&globset::escape(folder), glob).unwrap_or_else(|| glob.clone());
        // What is no pattern to us ignores nothing.
        if let Ok(glob) = GlobBuilder::new(&whole).literal_separator(true).build() {
            globs.add(glob);
            takes_back.push(*negated);
        }
    }
    (globs.build().unwrap_or_default(), takes_back)
}
