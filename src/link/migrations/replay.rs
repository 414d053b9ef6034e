//! Runs the migrations of one catalog, as far as what they do is certain.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::apply::{Kept, Step};
use super::catalog::{Catalog, Doubt, Place};
use super::failure::Failure;
use super::files::{Line, Migration};
use super::platform;
use super::typing::Stop;
use crate::facts::sql::Statement;
use crate::link::Settings;

/// What becomes of a file.
pub struct FileResult {
    /// Whether it applies; none: undecided.
    pub applies: Option<bool>,
    /// What the server says.
    pub error: Option<String>,
    /// The first statement that is not decided, and why.
    pub open: Option<(u32, String)>,
    /// What becomes of each statement.
    pub statements: Vec<Outcome>,
}

/// What becomes of a statement.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Whether it applies; none: undecided.
    pub applies: Option<bool>,
    /// Why the server refuses it.
    pub failure: Option<Failure>,
    /// The older thing it kept.
    pub kept: Option<Kept>,
}

impl Outcome {
    fn of(applies: Option<bool>) -> Self {
        Outcome { applies, ..Outcome::default() }
    }
}

/// What a replay comes to.
pub struct Replay {
    /// The database.
    pub catalog: Catalog,
    /// What becomes of each file.
    pub files: Vec<FileResult>,
}

/// Replays the files of one catalog in order.
pub fn replay(files: &[Migration], settings: &Settings, by_statement: bool) -> Replay {
    let supabase = files.iter().any(|file| file.tool == "supabase");
    let mut runner = Runner {
        catalog: platform::start(supabase),
        kept: None,
        is_alone: Some(by_statement),
        supabase,
        psql: settings.sql_runner == "psql",
    };
    runner.catalog.aside = Rc::new(set_aside(files, &settings.sql_set_aside));
    let run = if by_statement { Runner::by_statement } else { Runner::by_file };
    let results = files.iter().map(|file| match &file.unread {
        Some(reason) => runner.unread(file, reason),
        None => run(&mut runner, file),
    });
    let files = results.collect();
    Replay { catalog: runner.catalog, files }
}

struct Runner {
    catalog: Catalog,
    /// What the last statement kept.
    kept: Option<Kept>,
    /// Whether what runs now runs outside a transaction; none: its tool decides.
    is_alone: Option<bool>,
    supabase: bool,
    psql: bool,
}

impl Runner {
    fn unread(&mut self, file: &Migration, reason: &str) -> FileResult {
        let doubt = Doubt { path: file.path.as_str().into(), line: 1, reason: reason.into() };
        self.catalog.doubt_everything(&doubt);
        let statements = file.lines.iter().map(|_| Outcome::of(None)).collect();
        FileResult { applies: None, error: None, open: Some((1, reason.to_owned())), statements }
    }

    /// What the text alone says: a statement that is not SQL fails the file before anything of it runs.
    fn unreadable(&self, line: &Line) -> Option<Result<(), Stop>> {
        let error = line.error.as_ref()?;
        if self.psql && line.kind == "psql" {
            return Some(meta_command(line.object.as_deref().unwrap_or("")));
        }
        // psql puts its variables in before the server reads the text.
        let kind = if line.kind == "psql" { "psql" } else { "syntax" };
        let survey = match &line.says {
            Some(
                Statement::Opaque(survey)
                | Statement::Relation { survey, .. }
                | Statement::Function { survey, .. },
            ) => Some(survey),
            _ => None,
        };
        // A quoted variable is no word: where a colon stands before a quote the text is another, too.
        let variables = survey.is_none_or(|survey| survey.variables);
        Some(Err(if self.psql && variables {
            Stop::Open(error.clone())
        } else {
            let words = line.object.as_deref().filter(|_| kind == "psql");
            let needs = words.map(|words| words.chars().take(60).collect());
            Stop::Fails(Failure { error: error.clone(), kind, needs, older: None })
        }))
    }

    fn step(&mut self, file: &Rc<str>, line: &Line) -> Result<(), Stop> {
        if let Some(result) = self.unreadable(line) {
            if matches!(&result, Err(Stop::Open(_))) {
                let doubt =
                    Doubt { path: file.clone(), line: line.line, reason: "it is not read".into() };
                self.catalog.doubt_everything(&doubt);
            }
            return result;
        }
        let Some(says) = &line.says else {
            return Err(Stop::Open(format!("`{}` is not read", line.kind)));
        };
        let mut step = Step {
            catalog: &mut self.catalog,
            place: (file.clone(), line.line),
            kind: &line.kind,
            object: line.object.as_deref(),
            supabase: self.supabase,
            is_alone: self.is_alone,
            kept: None,
        };
        let result = step.run(says);
        self.kept = step.kept;
        result
    }

    fn by_statement(&mut self, file: &Migration) -> FileResult {
        let path: Rc<str> = file.path.as_str().into();
        let mut result =
            FileResult { applies: Some(true), error: None, open: None, statements: Vec::new() };
        // What was so before the last statement that is not certain, and those since: to copy the catalog for each would
        // cost more than to run these again.
        let (mut snapshot, mut applied): (Catalog, Vec<&Line>) = (self.catalog.clone(), Vec::new());
        for (at, line) in file.lines.iter().enumerate() {
            if is_boundary(line) {
                result.statements.push(Outcome::of(Some(true)));
                continue;
            }
            // A line for psql and the statement after it reach the server as one text.
            let before_it = at.checked_sub(1).map(|at| &file.lines[at]);
            let tainted = before_it.filter(|line| line.kind == "psql" && !self.psql);
            if let Some(error) = tainted.and_then(|line| line.error.clone()) {
                let failure = Failure { kind: "psql", ..Failure::new(error) };
                result.error.get_or_insert_with(|| failure.error.clone());
                let outcome = Outcome { failure: Some(failure), ..Outcome::of(Some(false)) };
                result.statements.push(outcome);
                continue;
            }
            self.kept = None;
            let outcome = self.step(&path, line);
            self.end_of_transaction();
            if outcome.is_ok() {
                applied.push(line);
            } else {
                let after = std::mem::replace(&mut self.catalog, snapshot);
                for line in applied.drain(..) {
                    // It succeeded before.
                    let _ = self.step(&path, line);
                    self.end_of_transaction();
                }
                snapshot = after;
            }
            let status = match outcome {
                Ok(()) => Outcome { kept: self.kept.take(), ..Outcome::of(Some(true)) },
                Err(Stop::Fails(failure)) => {
                    snapshot = self.catalog.clone();
                    result.error.get_or_insert_with(|| failure.error.clone());
                    Outcome { failure: Some(failure), ..Outcome::of(Some(false)) }
                }
                Err(Stop::Open(reason)) => {
                    let doubt = Doubt {
                        path: path.clone(),
                        line: line.line,
                        reason: reason.as_str().into(),
                    };
                    let before = std::mem::take(&mut self.catalog);
                    self.catalog = before.merge(snapshot, &doubt);
                    snapshot = self.catalog.clone();
                    result.open.get_or_insert((line.line, reason));
                    Outcome::of(None)
                }
            };
            result.statements.push(status);
        }
        self.end_of_file();
        result.applies = if result.error.is_some() {
            Some(false)
        } else {
            result.open.is_none().then_some(true)
        };
        result
    }

    fn by_file(&mut self, file: &Migration) -> FileResult {
        let path: Rc<str> = file.path.as_str().into();
        let syntax = file
            .lines
            .iter()
            .position(|line| matches!(self.unreadable(line), Some(Err(Stop::Fails(_)))));
        if let Some(at) = syntax {
            let failure = match self.unreadable(&file.lines[at]) {
                Some(Err(Stop::Fails(failure))) => failure,
                _ => unreachable!("it was found by its failure"),
            };
            return failed(file, at, failure, 0, None, Vec::new());
        }
        // The catalog up to the last commit, from which line on it is open, and where the transaction starts.
        let (mut kept, mut open, mut start) = (self.catalog.clone(), None::<(u32, String)>, 0);
        self.is_alone = match file.tool {
            "flyway" | "sqitch" => None,
            _ => Some(file.is_alone || file.lines.len() == 1),
        };
        let mut older = vec![None; file.lines.len()];
        for (at, line) in file.lines.iter().enumerate() {
            if is_boundary(line) {
                if matches!(line.kind.as_str(), "commit" | "end") {
                    self.end_of_transaction();
                    kept = self.joined(kept, &path, &open);
                    start = at + 1;
                } else if line.kind == "rollback" {
                    self.catalog = kept.clone();
                    start = at + 1;
                }
                continue;
            }
            self.kept = None;
            match self.step(&path, line) {
                Ok(()) => {
                    older[at] = self.kept.take();
                    if file.is_alone && open.is_none() {
                        (kept, start) = (self.catalog.clone(), at + 1);
                    }
                }
                Err(Stop::Open(reason)) => {
                    older[at] = self.kept.take();
                    open.get_or_insert((line.line, reason));
                }
                Err(Stop::Fails(error)) => {
                    self.catalog = kept;
                    self.end_of_file();
                    return failed(file, at, error, start, open, older);
                }
            }
        }
        self.catalog = self.joined(kept, &path, &open);
        self.end_of_file();
        let applies = open.is_none().then_some(true);
        let outcomes = older.into_iter().map(|kept| Outcome { kept, ..Outcome::of(applies) });
        let statements = outcomes.collect();
        FileResult { applies, error: None, open, statements }
    }

    /// A search path set in a transaction that is local to it ends with the file; the platform's command resets all
    /// settings before each file.
    fn end_of_transaction(&mut self) {
        if self.catalog.tables.values().any(|it| it.value.fleeting) {
            self.catalog.tables.retain(|_, it| !it.value.fleeting);
        }
        if self.catalog.types.values().any(|it| !it.value.unused.is_empty()) {
            let types = self.catalog.types.values_mut();
            types.for_each(|it| Rc::make_mut(&mut it.value).unused.clear());
        }
    }

    fn end_of_file(&mut self) {
        self.end_of_transaction();
        let temporary = |it: &Rc<super::catalog::Key>| it.0 == super::tables::TEMPORARY;
        if self.catalog.tables.keys().any(temporary) {
            for (key, held) in self.catalog.tables.iter_mut().filter(|it| temporary(it.0)) {
                let path = Rc::clone(&held.value.place.0);
                let reason = format!("`{}` may be gone with its session", key.1);
                let doubt = Doubt { path, line: held.value.place.1, reason: reason.into() };
                held.doubt = Some(doubt);
            }
        }
        if self.supabase {
            self.catalog.path_open = None;
            self.catalog.bodies_unchecked = false;
        }
        if self.catalog.path_open.as_ref().is_some_and(|doubt| &*doubt.reason == LOCAL_PATH) {
            self.catalog.path_open = None;
        }
    }

    /// What is so after a transaction that is not certain to succeed.
    fn joined(&self, before: Catalog, path: &Rc<str>, open: &Option<(u32, String)>) -> Catalog {
        match open {
            None => self.catalog.clone(),
            Some((line, reason)) => {
                let doubt =
                    Doubt { path: path.clone(), line: *line, reason: reason.as_str().into() };
                before.merge(self.catalog.clone(), &doubt)
            }
        }
    }
}

/// The last statement that makes each of these tables if it does not exist: what its author wants by now.
fn set_aside(files: &[Migration], names: &[String]) -> BTreeMap<String, Place> {
    let mut aside = BTreeMap::new();
    if names.is_empty() {
        return aside;
    }
    for (file, line) in files.iter().flat_map(|file| file.lines.iter().map(move |it| (file, it))) {
        if let Some(Statement::CreateTable(it)) = &line.says
            && it.if_not_exists
        {
            let name = match it.name.schema {
                Some(_) => it.name.to_string(),
                None => format!("public.{}", it.name),
            };
            if names.contains(&name) {
                aside.insert(name, (Rc::from(file.path.as_str()), line.line));
            }
        }
    }
    aside
}

/// The reason a `set local search_path` leaves.
pub const LOCAL_PATH: &str = "search_path is set for the transaction";

/// A file that certainly fails at a statement; what stands before `start` is committed.
fn failed(
    file: &Migration,
    at: usize,
    failure: Failure,
    start: usize,
    open: Option<(u32, String)>,
    mut older: Vec<Option<Kept>>,
) -> FileResult {
    older.resize(file.lines.len(), None);
    let before = open.is_none().then_some(true);
    let statements = older.into_iter().enumerate().map(|(index, kept)| {
        let applies = if index < start { before } else { Some(false) };
        Outcome { applies, kept, failure: (index == at).then(|| failure.clone()) }
    });
    let statements = statements.collect();
    FileResult { applies: Some(false), statements, error: Some(failure.error), open: None }
}

/// `begin`, `commit` and their kin.
fn is_boundary(line: &Line) -> bool {
    matches!(line.kind.as_str(), "begin" | "start" | "commit" | "end" | "rollback")
        && !matches!(&line.says, Some(Statement::CreateTable(_)))
}

/// psql's own commands: some only print, some run anything.
fn meta_command(command: &str) -> Result<(), Stop> {
    let name = command.trim_start_matches('\\').split_whitespace().next().unwrap_or("");
    let harmless = [
        "pset",
        "set",
        "unset",
        "echo",
        "qecho",
        "warn",
        "timing",
        "x",
        "encoding",
        "restrict",
        "unrestrict",
        "t",
        "a",
    ];
    if harmless.contains(&name) { Ok(()) } else { Err(Stop::Open(format!("`\\{name}` of psql"))) }
}
