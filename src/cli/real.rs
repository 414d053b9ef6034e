//! `--replay` and `--database`: a real PostgreSQL instead of the static replay. Only ever because the command line says so.

#![allow(
    clippy::disallowed_methods,
    reason = "what the environment says of programs, folders and the password is read here"
)]

use std::collections::BTreeMap;
use std::env;

use super::args::{Args, Command};
use super::error::CliError;
use crate::server::{self, File, Folder, Live, Manner};
use crate::snapshot::{Needs, Options, Snapshot};
use crate::store::Cells;

/// The longest migration that is run, in bytes.
const MAX_FILE: u64 = 8 << 20;
const MIGRATIONS: &str =
    "select catalog, path, tool from static_migrations order by catalog, sequence, path";

/// Shows the real databases that the command line asks for, if it does.
pub(super) fn see_real(
    args: &Args,
    staged: bool,
    snapshot: &mut Snapshot,
    options: &Options,
) -> Result<(), CliError> {
    let common = &args.common;
    if !common.replay && common.database.is_none() {
        return Ok(());
    }
    if staged
        || matches!(
            args.command,
            Some(Command::Report(_) | Command::Baseline(_) | Command::Waive(_))
        )
    {
        return Err(CliError::Usage(
            "a report, a baseline and a hook judge the tree alone: --replay and --database are for `parity check`, \
             `query`, `score` and `explain`"
                .to_owned(),
        ));
    }
    let folders = folders(snapshot, common.catalog.as_deref())?;
    let live = match &common.database {
        Some(url) => vec![running(url, &folders, options)?],
        None => replayed(&folders, options)?,
    };
    Ok(snapshot.see(live)?)
}

/// The folders of migrations, or the one that is asked for.
fn folders(snapshot: &mut Snapshot, wanted: Option<&str>) -> Result<Vec<Folder>, CliError> {
    let asked = snapshot.prepare(MIGRATIONS)?;
    snapshot.make_ready([Needs::from(&asked)].iter())?;
    let mut rows: Vec<Cells> = Vec::new();
    snapshot.run(&asked, &BTreeMap::new(), &mut |cells| {
        rows.push(cells);
        true
    })?;
    let mut folders: Vec<Folder> = Vec::new();
    for row in &rows {
        let [catalog, path, tool] = row.as_slice() else { continue };
        let (Some(catalog), Some(path)) = (catalog.as_text(), path.as_text()) else { continue };
        let is_supabase = tool.as_text() == Some("supabase");
        if folders.last().is_none_or(|folder| folder.catalog != catalog) {
            folders.push(Folder {
                catalog: catalog.to_owned(),
                is_supabase: false,
                files: Vec::new(),
            });
        }
        let folder = folders.last_mut().expect("one was pushed");
        folder.is_supabase |= is_supabase;
        let text = snapshot.read(path, MAX_FILE).and_then(|bytes| String::from_utf8(bytes).ok());
        folder.files.push(File { path: path.to_owned(), text });
    }
    if let Some(wanted) = wanted.map(|folder| folder.trim_end_matches('/')) {
        folders.retain(|folder| folder.catalog == wanted);
    }
    match folders.is_empty() {
        true => Err(CliError::Usage(match wanted {
            Some(wanted) => format!("there are no migrations in `{wanted}`"),
            None => "there are no migrations to set a database beside".to_owned(),
        })),
        false => Ok(folders),
    }
}

fn replayed(folders: &[Folder], options: &Options) -> Result<Vec<Live>, CliError> {
    let settings = &options.settings;
    let manner = Manner {
        by_statement: settings.sql_failure_policy == "statement",
        psql: settings.sql_runner == "psql",
        exposed: settings.sql_exposed_schemas.clone(),
    };
    let path = env::var("PATH").unwrap_or_default();
    let replayed = folders.iter().map(|folder| {
        super::complain(&format!(
            "--replay runs {} migrations of `{}` on a scratch PostgreSQL",
            folder.files.len(),
            folder.catalog
        ));
        server::replay(folder, &manner, &env::temp_dir(), &path).map_err(CliError::Real)
    });
    replayed.collect()
}

/// A running database stands for one folder: the largest, unless the command line names another.
fn running(url: &str, folders: &[Folder], options: &Options) -> Result<Live, CliError> {
    let largest = folders.iter().max_by_key(|folder| (folder.is_supabase, folder.files.len()));
    let catalog = largest.map_or("", |folder| &folder.catalog);
    let password = env::var("PGPASSWORD").ok().filter(|word| !word.is_empty());
    server::read(url, password.as_deref(), catalog, &options.settings.sql_exposed_schemas)
        .map_err(CliError::Real)
}
