//! What a reader asks first of a revision: which migrations apply, what is protected, what holds up the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Reason, Value};
use crate::matrix::{MatrixResult, Score};
use crate::snapshot::Snapshot;
use crate::store::{Query, StoreError};

/// Rows of blockers that are kept.
const MAX_BLOCKERS: usize = 20_000;

/// What a reader asks first.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Folders of migrations, the largest first.
    pub folders: Vec<Folder>,
    /// Schemas of the database that migrations add up to.
    pub schemas: Vec<Schema>,
    /// What is written but not in effect.
    pub blockers: Vec<Blocker>,
    /// The first causes of that, what holds up most first.
    pub causes: Vec<Cause>,
    /// Whether a branch contains the commit; none: it cannot be told.
    pub on_branch: Option<bool>,
}

/// A folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: String,
    /// Its files.
    pub files: usize,
    /// Those that apply.
    pub applied: usize,
    /// Those that do not.
    pub failed: usize,
}

impl Folder {
    /// Files of which it cannot be told.
    pub fn undecided(&self) -> usize {
        self.files - self.applied - self.failed
    }
}

/// The tables of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The folder of migrations.
    pub catalog: String,
    /// Its name.
    pub name: String,
    /// Its tables.
    pub tables: usize,
    /// Those with row level security.
    pub on: usize,
    /// Those without.
    pub off: usize,
}

/// Something that is written but not in effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocker {
    /// Where it is written.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// What it is.
    pub object: String,
    /// What it lacks.
    pub needs: String,
    /// What the server says.
    pub error: String,
    /// Where that comes from; none: from itself.
    pub cause: Option<(String, Option<u32>)>,
}

impl Blocker {
    /// The line somebody can edit.
    pub fn first_cause(&self) -> (String, Option<u32>) {
        self.cause.clone().unwrap_or_else(|| (self.path.clone(), self.line))
    }
}

/// A line somebody can edit, and what it holds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The file.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// What the server says there.
    pub error: String,
    /// Files that are not in effect because of it.
    pub files: BTreeSet<String>,
    /// Objects that are not.
    pub objects: BTreeSet<String>,
    /// Features whose evidence rests on them, as `matrix/id`.
    pub features: BTreeSet<String>,
}

/// What reads the survey, prepared.
pub(super) struct Queries {
    folders: Query,
    schemas: Query,
    blockers: Query,
}

impl Queries {
    /// What must be read before the survey is counted.
    pub(super) fn all(&self) -> impl Iterator<Item = &Query> {
        [&self.folders, &self.schemas, &self.blockers].into_iter()
    }
}

pub(super) fn prepare(snapshot: &mut Snapshot) -> Result<Queries, StoreError> {
    Ok(Queries {
        folders: snapshot.prepare(
            "select m.catalog, count(*), sum(m.applies is 1), sum(m.applies is 0) from migrations m
             join files f on f.path = m.path and f.standing = 'live' group by 1 order by 2 desc, 1",
        )?,
        schemas: snapshot.prepare(
            "select t.catalog, t.schema, count(*), sum(t.rls is 1), sum(t.rls is 0) from sql_tables t
             join files f on f.path = t.path and f.standing = 'live'
             where t.kind in ('table', 'partitioned') group by 1, 2 order by 1, 2",
        )?,
        blockers: snapshot.prepare(
            "select b.path, b.line, b.object, b.needs, b.error, b.cause_path, b.cause_line from sql_blockers b
             join files f on f.path = b.path and f.standing = 'live' order by b.path, b.line, b.object",
        )?,
    })
}

pub(super) fn count(
    snapshot: &Snapshot,
    queries: &Queries,
    matrices: &[(MatrixResult, Vec<Score>)],
) -> Result<Survey, StoreError> {
    let mut survey = Survey { on_branch: snapshot.source().is_on_branch(), ..Survey::default() };
    each(snapshot, &queries.folders, |cells| {
        let [files, applied, failed] = [1, 2, 3].map(|at| number(&cells[at]));
        survey.folders.push(Folder { path: text(&cells[0]), files, applied, failed });
    })?;
    each(snapshot, &queries.schemas, |cells| {
        let [tables, on, off] = [2, 3, 4].map(|at| number(&cells[at]));
        let (catalog, name) = (text(&cells[0]), text(&cells[1]));
        survey.schemas.push(Schema { catalog, name, tables, on, off });
    })?;
    each(snapshot, &queries.blockers, |cells| {
        let line = |at: usize| cells[at].as_int().and_then(|line| u32::try_from(line).ok());
        let cause = cells[5].as_text().map(|path| (path.to_owned(), line(6)));
        let [object, needs, error] = [2, 3, 4].map(|at| text(&cells[at]));
        let path = text(&cells[0]);
        if survey.blockers.len() < MAX_BLOCKERS {
            survey.blockers.push(Blocker { path, line: line(1), object, needs, error, cause });
        }
    })?;
    survey.causes = causes(&survey.blockers, &held_up(matrices));
    Ok(survey)
}

fn each(
    snapshot: &Snapshot,
    query: &Query,
    mut take: impl FnMut(&[Value]),
) -> Result<(), StoreError> {
    snapshot.run(query, &BTreeMap::new(), &mut |cells| {
        take(&cells);
        true
    })
}

fn text(value: &Value) -> String {
    crate::base::redact(value.as_text().unwrap_or_default())
}

fn number(value: &Value) -> usize {
    value.as_int().and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
}

/// Where evidence is written that is not in effect, with the features it is asked for.
fn held_up(
    matrices: &[(MatrixResult, Vec<Score>)],
) -> BTreeMap<(&str, Option<u32>), BTreeSet<String>> {
    let mut held: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (result, _) in matrices {
        for judged in &result.features {
            let rows = judged.evidence.iter().flat_map(|piece| &piece.rows);
            for row in rows.filter(|row| row.reason == Some(Reason::NotInEffect)) {
                let Some(path) = row.path.as_deref() else { continue };
                let feature = format!("{}/{}", result.matrix.name, judged.feature.id);
                held.entry((path, row.line)).or_default().insert(feature);
            }
        }
    }
    held
}

/// Gathers blockers by their first cause.
fn causes(
    blockers: &[Blocker],
    held: &BTreeMap<(&str, Option<u32>), BTreeSet<String>>,
) -> Vec<Cause> {
    let mut causes: BTreeMap<(String, Option<u32>), Cause> = BTreeMap::new();
    for blocker in blockers {
        let (path, line) = blocker.first_cause();
        let cause = causes.entry((path.clone(), line)).or_insert_with(|| Cause {
            path: path.clone(),
            line,
            error: String::new(),
            files: BTreeSet::new(),
            objects: BTreeSet::new(),
            features: BTreeSet::new(),
        });
        // What is said at the cause itself is the error; what is said further up is a consequence.
        if cause.error.is_empty() || (blocker.path == path && blocker.line == line) {
            cause.error.clone_from(&blocker.error);
        }
        cause.files.insert(blocker.path.clone());
        cause.objects.insert(blocker.object.clone());
        let here = held.get(&(blocker.path.as_str(), blocker.line));
        cause.features.extend(here.into_iter().flatten().cloned());
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    let weight = |cause: &Cause| (cause.features.len(), cause.files.len(), cause.objects.len());
    causes.sort_by_key(|cause| std::cmp::Reverse(weight(cause)));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocker(path: &str, line: u32, object: &str, cause: Option<(&str, u32)>) -> Blocker {
        Blocker {
            path: path.to_owned(),
            line: Some(line),
            object: object.to_owned(),
            needs: String::new(),
            error: format!("error of {object}"),
            cause: cause.map(|(path, line)| (path.to_owned(), Some(line))),
        }
    }

    #[test]
    fn a_cause_is_counted_by_what_it_holds_up_and_says_its_own_error() {
        let blockers = [
            blocker("a.sql", 1, "x", Some(("b.sql", 7))),
            blocker("b.sql", 7, "y", None),
            blocker("c.sql", 3, "z", None),
        ];
        let held = BTreeMap::from([(("a.sql", Some(1)), BTreeSet::from(["m/1".to_owned()]))]);
        let causes = causes(&blockers, &held);
        assert_eq!(causes.len(), 2);
        let first = &causes[0];
        assert_eq!((first.path.as_str(), first.line), ("b.sql", Some(7)));
        assert_eq!(first.error, "error of y");
        assert_eq!((first.files.len(), first.objects.len(), first.features.len()), (2, 2, 1));
    }
}
