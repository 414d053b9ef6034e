//! What a reader asks first of a revision: which migrations apply, what is protected, what holds up the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{self, Coverage};
use crate::base::{Level, Reason, Value};
use crate::matrix::{Evidence, MatrixResult, Score};
use crate::pages::Row;
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::StoreError;

/// Rows of blockers that are kept.
const MAX_BLOCKERS: usize = 20_000;

/// What a reader asks first.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Folders of migrations, the largest first.
    pub folders: Vec<Folder>,
    /// Files that are not in effect, with what the server says.
    pub failed: Vec<(String, String)>,
    /// Schemas of the database that migrations add up to.
    pub schemas: Vec<Schema>,
    /// Row level security, schema by schema and table by table.
    pub coverage: Vec<Coverage>,
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

/// A link of the chain from something that is written but not in effect to its first cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocker {
    /// Where it is written.
    pub place: Place,
    /// What it is, with its schema.
    pub object: String,
    /// table, view, function, policy, ...
    pub object_kind: String,
    /// The link's place in the chain, from 1.
    pub step: usize,
    /// rolled-back, kept-older, missing-relation, syntax, ...
    pub kind: String,
    /// The statement of this link.
    pub at: Place,
    /// What that statement lacks.
    pub needs: String,
    /// What the server says.
    pub error: String,
    /// Where the link leads.
    pub cause: Place,
    /// Whether that is the first cause.
    pub first: bool,
    /// The older table it leads to, with its schema; empty: none.
    pub older: String,
}

/// A path and a line.
pub type Place = (String, Option<u32>);

impl Blocker {
    /// What is to be said of the place it leads to.
    fn says_of_cause(&self) -> String {
        let older = if self.older.is_empty() { "it" } else { &self.older };
        match (self.kind.as_str(), self.needs.as_str()) {
            ("kept-older", "") => format!("{older} is older"),
            ("kept-older", needs) => format!("{older} is older and lacks {needs}"),
            _ => self.error.clone(),
        }
    }

    /// What is wrong at this link, in words.
    pub fn says(&self) -> String {
        match (self.kind.as_str(), self.needs.as_str()) {
            ("kept-older", "") => "an older one was kept".to_owned(),
            ("kept-older", needs) => format!("an older one was kept, which lacks {needs}"),
            _ => self.error.clone(),
        }
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

/// What the survey asks.
pub(super) struct Asked {
    folders: Rows,
    failed: Rows,
    schemas: Rows,
    blockers: Rows,
    coverage: coverage::Asked,
}

impl Asked {
    /// What must be read before the survey is counted.
    pub(super) fn needs(&self) -> impl Iterator<Item = &Needs> {
        let all = [&self.folders, &self.failed, &self.schemas, &self.blockers];
        all.into_iter().map(|asked| &asked.needs).chain(self.coverage.needs())
    }
}

pub(super) fn prepare(snapshot: &mut Snapshot) -> Result<Asked, StoreError> {
    let coverage = coverage::prepare(snapshot)?;
    let mut ask = |sql| snapshot.ask_rows(sql, BTreeMap::new());
    Ok(Asked {
        coverage,
        folders: ask(
            "select m.catalog, count(*), sum(m.applies is 1), sum(m.applies is 0) from migrations m
             join files f on f.path = m.path and f.standing = 'live' group by 1 order by 2 desc, 1",
        )?,
        failed: ask(
            "select m.path, m.error from migrations m
             join files f on f.path = m.path and f.standing = 'live' where m.applies is 0 order by m.path",
        )?,
        schemas: ask(
            "select t.catalog, t.schema, count(*), sum(t.rls is 1), sum(t.rls is 0) from sql_tables t
             join files f on f.path = t.path and f.standing = 'live'
             where t.kind in ('table', 'partitioned') group by 1, 2 order by 1, 2",
        )?,
        blockers: ask(
            "select b.path, b.line, b.at_path, b.at_line, b.cause_path, b.cause_line, b.object, b.object_kind, b.kind, b.needs,
                    b.error, b.step, b.first,
                    case when b.kind = 'kept-older' then (select min(s.object) from sql_statements s
                        where s.catalog = b.catalog and s.path = b.cause_path and s.line = b.cause_line) end
             from sql_blockers b join files f on f.path = b.path and f.standing = 'live'
             order by b.catalog, b.path, b.line, b.object, b.object_kind, b.step",
        )?,
    })
}

pub(super) fn count(
    snapshot: &Snapshot,
    asked: &Asked,
    matrices: &[(MatrixResult, Vec<Score>)],
) -> Result<Survey, StoreError> {
    let mut survey = Survey { on_branch: snapshot.source().is_on_branch(), ..Survey::default() };
    for cells in snapshot.rows(&asked.folders)? {
        let [files, applied, failed] = [1, 2, 3].map(|at| number(&cells[at]));
        survey.folders.push(Folder { path: text(&cells[0]), files, applied, failed });
    }
    for cells in snapshot.rows(&asked.failed)? {
        survey.failed.push((text(&cells[0]), text(&cells[1])));
    }
    for cells in snapshot.rows(&asked.schemas)? {
        let [tables, on, off] = [2, 3, 4].map(|at| number(&cells[at]));
        let (catalog, name) = (text(&cells[0]), text(&cells[1]));
        survey.schemas.push(Schema { catalog, name, tables, on, off });
    }
    survey.coverage = coverage::count(snapshot, &asked.coverage)?;
    let blockers = snapshot.rows(&asked.blockers)?;
    survey.blockers = blockers.iter().take(MAX_BLOCKERS).map(|cells| blocker(cells)).collect();
    survey.causes = causes(&survey.blockers, &held_up(matrices));
    Ok(survey)
}

fn blocker(cells: &[Value]) -> Blocker {
    let place = |at: usize| {
        let line = cells[at + 1].as_int().and_then(|line| u32::try_from(line).ok());
        (cells[at].as_text().unwrap_or_default().to_owned(), line)
    };
    let [object, object_kind, kind, needs, error] = [6, 7, 8, 9, 10].map(|at| text(&cells[at]));
    let (place, at, cause) = (place(0), place(2), place(4));
    let (step, first) = (number(&cells[11]), number(&cells[12]) == 1);
    let older = text(&cells[13]);
    Blocker { place, object, object_kind, step, kind, at, needs, error, cause, first, older }
}

fn text(value: &Value) -> String {
    crate::base::redact(value.as_text().unwrap_or_default())
}

fn number(value: &Value) -> usize {
    value.as_int().and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
}

/// What features ask for and is not in effect: where it is written, or the name of the object.
#[derive(Default)]
struct Held<'a> {
    places: BTreeMap<(&'a str, Option<u32>), BTreeSet<String>>,
    objects: BTreeMap<&'a str, BTreeSet<String>>,
}

impl Held<'_> {
    fn by<'b>(&'b self, blocker: &'b Blocker) -> impl Iterator<Item = &'b String> {
        let place = self.places.get(&(blocker.place.0.as_str(), blocker.place.1));
        let is_made = MADE.contains(&blocker.object_kind.as_str());
        let object = self.objects.get(blocker.object.as_str()).filter(|_| is_made);
        place.into_iter().chain(object).flatten()
    }
}

/// Kinds of objects that evidence asks for by name.
const MADE: [&str; 3] = ["function", "table", "view"];

/// The one object of a database that a piece of evidence asks for by name.
pub fn asked_object(piece: &Evidence) -> Option<&str> {
    let is_sql = ["function", "policy", "rls", "table", "trigger", "view"].contains(&&*piece.kind);
    let (_, rest) = piece.evidence.split_once(' ').filter(|_| is_sql && !piece.guard)?;
    let name = rest.split(['(', ' ']).next()?;
    (name.contains('.') && !name.contains(['*', '?'])).then_some(name)
}

fn held_up(matrices: &[(MatrixResult, Vec<Score>)]) -> Held<'_> {
    let mut held = Held::default();
    for (result, _) in matrices {
        for judged in &result.features {
            let feature = format!("{}/{}", result.matrix.name, judged.feature.id);
            let open = |piece: &&Evidence| piece.level.decided() != Some(Level::Verified);
            for piece in judged.evidence.iter().filter(open) {
                let written = |row: &&Row| row.reason == Some(Reason::NotInEffect);
                for row in piece.rows.iter().filter(written) {
                    let place = (row.path.as_deref().unwrap_or_default(), row.line);
                    held.places.entry(place).or_default().insert(feature.clone());
                }
                if let Some(object) = asked_object(piece) {
                    held.objects.entry(object).or_default().insert(feature.clone());
                }
            }
        }
    }
    held
}

/// Kinds of objects that come with others and are not counted beside them.
const BESIDE: [&str; 4] = ["comment", "grant", "index", "row"];

/// Gathers what is not in effect by its first cause.
fn causes(blockers: &[Blocker], held: &Held<'_>) -> Vec<Cause> {
    let mut causes: BTreeMap<&Place, Cause> = BTreeMap::new();
    for blocker in blockers.iter().filter(|blocker| blocker.first) {
        let (path, line) = &blocker.cause;
        let cause = causes.entry(&blocker.cause).or_insert_with(|| Cause {
            path: path.clone(),
            line: *line,
            error: blocker.says_of_cause(),
            files: BTreeSet::new(),
            objects: BTreeSet::new(),
            features: BTreeSet::new(),
        });
        cause.files.insert(blocker.place.0.clone());
        if !BESIDE.contains(&blocker.object_kind.as_str()) {
            cause.objects.insert(blocker.object.clone());
        }
        cause.features.extend(held.by(blocker).cloned());
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    let weight = |cause: &Cause| (cause.features.len(), cause.files.len(), cause.objects.len());
    causes.sort_by_key(|cause| std::cmp::Reverse(weight(cause)));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(path: &str, line: u32, object: &str, cause: (&str, u32)) -> Blocker {
        Blocker {
            place: (path.to_owned(), Some(line)),
            object: object.to_owned(),
            error: format!("error of {}", cause.0),
            cause: (cause.0.to_owned(), Some(cause.1)),
            first: true,
            ..Blocker::default()
        }
    }

    #[test]
    fn a_cause_is_counted_by_what_it_holds_up() {
        let step = Blocker { first: false, ..first("a.sql", 1, "x", ("c.sql", 3)) };
        let index =
            Blocker { object_kind: "index".to_owned(), ..first("a.sql", 9, "i", ("b.sql", 7)) };
        let blockers = [
            step,
            first("a.sql", 1, "x", ("b.sql", 7)),
            first("b.sql", 7, "y", ("b.sql", 7)),
            first("c.sql", 3, "z", ("c.sql", 3)),
            index,
        ];
        let places = BTreeMap::from([(("a.sql", Some(1)), BTreeSet::from(["m/1".to_owned()]))]);
        let held = Held { places, ..Held::default() };
        let causes = causes(&blockers, &held);
        assert_eq!(causes.len(), 2);
        let first = &causes[0];
        assert_eq!((first.path.as_str(), first.line), ("b.sql", Some(7)));
        assert_eq!(first.error, "error of b.sql");
        assert_eq!((first.files.len(), first.objects.len(), first.features.len()), (2, 2, 1));
    }

    #[test]
    fn an_older_table_is_said_to_be_one() {
        let kept = Blocker {
            kind: "kept-older".to_owned(),
            needs: "run_id".to_owned(),
            ..Blocker::default()
        };
        assert_eq!(kept.says(), "an older one was kept, which lacks run_id");
    }
}
