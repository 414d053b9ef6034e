//! Runs the migrations of one folder on a scratch server, and reads what they add up to.

use std::path::Path;

use super::conform::{self, Script};
use super::extensions::PLATFORM;
use super::read::{Answers, Origin, answers};
use super::scratch::{RUNNER, Scratch};
use super::wire::{Refusal, Session, WireError};
use super::{Live, Seen};

/// The database that migrations run in.
const DATABASE: &str = "migrations";
/// What PostgreSQL's own roles would let their members do to files, programs, other sessions and the network.
const FORBIDDEN: &str = "'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', \
                         'pg_create_subscription', 'pg_signal_backend', 'pg_maintain', 'pg_use_reserved_connections'";
/// The high-water mark of what was made so far.
const LAST: &str = "select greatest((select max(oid::bigint) from pg_class), (select max(oid::bigint) from pg_proc),
    (select max(oid::bigint) from pg_namespace), (select max(oid::bigint) from pg_constraint), (select max(oid::bigint) from pg_trigger),
    (select max(oid::bigint) from pg_policy), (select max(oid::bigint) from pg_extension), (select max(oid::bigint) from pg_type))";

/// One folder of migrations.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its path, which names the catalog.
    pub catalog: String,
    /// Whether the platform is to be there.
    pub is_supabase: bool,
    /// The files in the order they run.
    pub files: Vec<File>,
}

/// One migration.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its text; none: it could not be read, or its tool passes over it.
    pub text: Option<String>,
}

/// How migrations are run.
#[derive(Debug, Clone)]
pub struct Manner {
    /// Statement by statement instead of file by file.
    pub by_statement: bool,
    /// Whether `psql` runs them: its own lines are no statements.
    pub psql: bool,
    /// The schemas the API serves.
    pub exposed: Vec<String>,
}

/// Runs the migrations of a folder on a server of their own, made below `temp` of the programs in `path`.
///
/// # Errors
/// There is no server to be had.
pub fn replay(folder: &Folder, manner: &Manner, temp: &Path, path: &str) -> Result<Live, String> {
    let scratch = Scratch::start(temp, path)?;
    prepare(&scratch, folder.is_supabase)
        .map_err(|error| format!("cannot set up a scratch database: {error}"))?;
    let mut run = Run::new(&scratch, folder)?;
    for file in &folder.files {
        run.file(file, manner);
    }
    run.finish(folder, manner)
}

fn prepare(scratch: &Scratch, is_supabase: bool) -> Result<(), String> {
    let words = |error: WireError| error.to_string();
    let mut owner = scratch.owner("postgres")?;
    owner.ask(&format!("delete from pg_authid where rolname in ({FORBIDDEN})")).map_err(words)?;
    owner
        .ask(&format!(
            "create role {RUNNER} login nosuperuser createrole createdb bypassrls noreplication"
        ))
        .map_err(words)?;
    owner
        .ask(&format!("create database {DATABASE} owner {RUNNER} template template0"))
        .map_err(words)?;
    let mut owner = scratch.owner(DATABASE)?;
    owner.ask("revoke execute on function lo_import(text), lo_import(text, oid), lo_export(oid, text) from public").map_err(words)?;
    if is_supabase {
        owner.ask(PLATFORM).map_err(words)?;
    }
    Ok(())
}

/// What becomes of one migration.
struct Outcome {
    path: String,
    /// Whether it applies; none: the server could not be asked.
    applies: Option<bool>,
    error: Option<String>,
}

struct Run<'a> {
    scratch: &'a Scratch,
    session: Option<Session>,
    outcomes: Vec<Outcome>,
    /// What was made before the first migration, and after each.
    marks: Vec<(i64, Option<String>)>,
    /// The first migration that could not be decided, and why: what follows may lean on it.
    open: Option<(String, String)>,
    unsure: Vec<(String, String)>,
}

impl<'a> Run<'a> {
    fn new(scratch: &'a Scratch, folder: &Folder) -> Result<Run<'a>, String> {
        let session = Some(scratch.runner(DATABASE)?);
        let mut run = Run {
            scratch,
            session,
            outcomes: Vec::with_capacity(folder.files.len()),
            marks: Vec::new(),
            open: None,
            unsure: Vec::new(),
        };
        run.mark(None);
        Ok(run)
    }

    fn file(&mut self, file: &File, manner: &Manner) {
        let outcome = |applies, error| Outcome { path: file.path.clone(), applies, error };
        let Some(text) = &file.text else {
            self.open(&file.path, "its text could not be read or its tool passes over it");
            return self.outcomes.push(outcome(None, None));
        };
        let script = conform::script(text, manner.psql);
        let refused =
            if manner.by_statement { self.statements(&script) } else { self.whole(&script) };
        let judged = match refused {
            Ok(()) => outcome(Some(true), None),
            Err(WireError::Refused(refusal)) => {
                let decided = decides(&refusal) && (self.open.is_none() || !leans(&refusal));
                if !decided {
                    self.open(&file.path, &refusal.message);
                }
                outcome(decided.then_some(false), Some(refusal.message))
            }
            Err(WireError::Lost(message)) => {
                self.session = None;
                self.open(&file.path, &message);
                outcome(None, Some(message))
            }
        };
        self.outcomes.push(judged);
        self.mark(Some(&file.path));
    }

    fn open(&mut self, path: &str, why: &str) {
        self.unsure.push((path.to_owned(), format!("the scratch server could not tell: {why}")));
        self.open.get_or_insert((path.to_owned(), why.to_owned()));
    }

    fn ask(&mut self, sql: &str) -> Result<(), WireError> {
        if self.session.is_none() && !self.scratch.is_full() {
            self.session = self.scratch.runner(DATABASE).ok();
        }
        let over = if self.scratch.is_full() {
            "the disk limit is reached"
        } else {
            "the scratch server is gone"
        };
        let session = self.session.as_mut().ok_or_else(|| WireError::Lost(over.to_owned()))?;
        session.ask(sql).map(drop)
    }

    /// As a file is sent: one transaction, in a session of its own.
    fn whole(&mut self, script: &Script) -> Result<(), WireError> {
        let result = match script.is_alone {
            true => script.statements().try_for_each(|statement| self.ask(statement)),
            false => self.ask(&script.text),
        };
        // What the file began, set or took on ends with it.
        self.ask("rollback; reset all; reset role")?;
        result
    }

    /// Statement by statement; transactions of its own are passed over. The first refusal is told.
    fn statements(&mut self, script: &Script) -> Result<(), WireError> {
        let mut first = Ok(());
        for statement in script.statements() {
            match self.ask(statement) {
                Err(WireError::Refused(refusal)) if first.is_ok() => {
                    first = Err(WireError::Refused(refusal))
                }
                Err(WireError::Refused(_)) | Ok(()) => {}
                lost => return lost,
            }
        }
        self.ask("rollback; reset all; reset role")?;
        first
    }

    fn mark(&mut self, path: Option<&str>) {
        let Some(session) = &mut self.session else { return };
        let last = session.ask(LAST).ok().and_then(|rows| rows.first()?.first()?.as_int());
        if let Some(last) = last {
            self.marks.push((last, path.map(str::to_owned)));
        }
    }

    fn finish(mut self, folder: &Folder, manner: &Manner) -> Result<Live, String> {
        drop(self.session.take());
        let gone = |error: String| match self.scratch.is_full() {
            true => "the migrations fill more disk than --replay allows (2 GB)".to_owned(),
            false => format!("the scratch server is gone: {error}"),
        };
        let mut session = self.scratch.runner(DATABASE).map_err(gone)?;
        let origin = Origin::Marks(&self.marks);
        let Answers { mut rows } =
            answers(&mut session, &folder.catalog, &manner.exposed, &origin)?;
        for outcome in self.outcomes {
            let cells = vec![
                folder.catalog.as_str().into(),
                outcome.path.into(),
                outcome.applies.into(),
                outcome.error.into(),
            ];
            rows.push(("migrations", cells));
        }
        Ok(Live {
            catalog: folder.catalog.clone(),
            seen: Seen::Replay,
            server: format!("PostgreSQL {}", self.scratch.version),
            rows,
            unsure: self.unsure,
        })
    }
}

/// Whether a refusal is the migration's own fault: rights, limits and missing extensions are ours.
fn decides(refusal: &Refusal) -> bool {
    let class = refusal.code.get(..2).unwrap_or_default();
    let is_limit = matches!(class, "53" | "54" | "57" | "58" | "XX");
    !is_limit && !matches!(refusal.code.as_str(), "42501" | "0A000" | "55P03")
}

/// Whether it may be the fault of an earlier migration that could not be decided.
fn leans(refusal: &Refusal) -> bool {
    matches!(
        refusal.code.as_str(),
        "42P01"
            | "42703"
            | "42883"
            | "42704"
            | "3F000"
            | "42P07"
            | "42710"
            | "42723"
            | "P0001"
            | "23503"
    )
}
