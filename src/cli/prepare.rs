//! From the command line to a snapshot, pages and matrices.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment and the clock"
)]

use std::env;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::args::{Args, Common};
use super::error::CliError;
use super::matrices::recognised;
use super::real::see_real;
use crate::audit::{Audit, Request, audit};
use crate::config::{Config, ConfigError, Waiver, day, series_of};
use crate::facts::odoo::is_manifest;
use crate::matrix::{self, profiles};
use crate::pages::{Library, Page};
use crate::report::Templates;
use crate::snapshot::{Options, Snapshot, SnapshotError, Stage, Stages};
use crate::source;
use crate::store;

/// The longest configuration, mapping or page that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Everything an audit needs.
pub(super) struct Ready {
    pub snapshot: Snapshot,
    pub config: Config,
    pub library: Library,
    pub waivers: Vec<(Waiver, u32)>,
    pub as_of: String,
    pub day: i64,
    /// What is assumed since nothing says otherwise.
    pub assumed: Vec<String>,
    /// Whether there is a configuration.
    pub is_configured: bool,
    /// The built-in mappings that are used.
    pub profile: Option<String>,
    /// The rules that the profile selects; none: the usual ones.
    pub select: Vec<String>,
    pub options: Options,
}

/// Opens the repository and reads its configuration and pages.
pub(super) fn ready(args: &Args, staged: bool) -> Result<Ready, CliError> {
    let common = &args.common;
    let mut stages = Stages::default();
    // The built-in pages are parsed while the tree is listed.
    let (source, built_in) =
        rayon::join(|| stages.time(Stage::List, || open(common, staged)), Library::built_in);
    let source = source?;
    let (as_of, day) = as_of(common)?;
    let (text, name) = config_text(common, source.as_ref())?;
    let mut config =
        text.as_deref().map_or(Ok(Config::default()), |text| Config::parse(&name, text))?;
    for setting in &common.set {
        config.set(setting)?;
    }
    let mut assumed = Vec::new();
    let mut options = Options::of(&config, text.as_deref().unwrap_or_default(), day);
    options.cache = if common.no_cache { None } else { cache_file() };
    options.today = today();
    options.progress = std::io::stderr().is_terminal().then_some(say_progress);
    options.product = product(common, &config)?;
    let profile = match common.profile.clone().or_else(|| config.profile.clone()) {
        Some(none) if none == "none" => None,
        None if text.is_none() => recognised(source.as_ref(), &mut assumed)?,
        said => said,
    };
    if let Some(unknown) = profile.as_ref().filter(|name| !profiles().contains(name)) {
        let known = [profiles(), vec!["none".to_owned()]].concat().join(", ");
        return Err(CliError::Usage(format!(
            "there is no profile `{unknown}`; there are: {known}"
        )));
    }
    let said = profile.as_deref().map(matrix::profile).transpose()?.flatten().unwrap_or_default();
    config.odoo = config.odoo.over(&said.odoo);
    assume_series(&mut config, source.as_ref(), &mut assumed);
    let is_configured = text.is_some();
    let waivers = waivers(&config, text.as_deref().unwrap_or_default());
    let snapshot = Snapshot::new(source, options.clone(), stages).map_err(|error| match error {
        SnapshotError::Pattern { .. } => {
            ConfigError::plain(&name, &format!("[paths] archived or [product]: {error}")).into()
        }
        error => CliError::from(error),
    })?;
    let library = library(built_in?, &config, &snapshot)?;
    let mut snapshot = snapshot;
    see_real(args, staged, &mut snapshot, &options)?;
    Ok(Ready {
        snapshot,
        config,
        library,
        waivers,
        as_of,
        day,
        assumed,
        is_configured,
        profile,
        select: said.select,
        options,
    })
}

/// Takes the series that addons without one are for from the branch, where nothing else says it.
fn assume_series(config: &mut Config, source: &dyn source::Source, assumed: &mut Vec<String>) {
    let branch = source.revision().branch.as_deref().filter(|_| config.odoo.series.is_none());
    let has_addons = || source.entries().iter().any(|entry| is_manifest(&entry.path));
    if let Some(series) = branch.and_then(series_of).filter(|_| has_addons()) {
        assumed.push(format!("addons that name no series are for {series}, as the branch is"));
        config.odoo.series = Some(series);
    }
}

/// The product that is asked for, which must be one.
fn product(common: &Common, config: &Config) -> Result<Option<String>, CliError> {
    let Some(name) = &common.product else { return Ok(None) };
    if config.product.contains_key(name) {
        return Ok(Some(name.clone()));
    }
    let known: Vec<&str> = config.product.keys().map(String::as_str).collect();
    let known = if known.is_empty() {
        "none is declared".to_owned()
    } else {
        format!("there are: {}", known.join(", "))
    };
    Err(CliError::Usage(format!("parity.toml has no product `{name}`; {known}")))
}

/// The root of what is audited.
pub(super) fn root(common: &Common) -> Result<PathBuf, CliError> {
    match &common.repo {
        Some(path) => Ok(path.clone()),
        None => {
            let here = env::current_dir()
                .map_err(|error| CliError::Machine(format!("cannot find this folder: {error}")))?;
            Ok(source::discover(&here))
        }
    }
}

fn open(common: &Common, staged: bool) -> Result<Box<dyn source::Source>, CliError> {
    let path = root(common)?;
    let stat_cache = if common.no_cache { None } else { cache_folder() };
    let request = source::Request { path, rev: common.rev.clone(), staged, stat_cache };
    Ok(source::open(&request)?)
}

/// Overwrites one line of the terminal; the last number clears it.
fn say_progress(done: usize, of: usize) {
    let text = match (done == of, done % 200) {
        (true, _) => "\r\x1b[K".to_owned(),
        (false, 0) => format!("\rreading {done} of {of} files"),
        _ => return,
    };
    // There is nobody left to tell.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The folder for what is kept between runs.
pub(super) fn cache_folder() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("PARITY_CACHE_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("parity")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache/parity")))
}

fn cache_file() -> Option<PathBuf> {
    cache_folder().map(|folder| folder.join("facts.db"))
}

/// Throws the cache away.
pub(super) fn discard_cache() {
    cache_file().iter().for_each(|file| store::discard(file));
}

pub(super) fn as_of(common: &Common) -> Result<(String, i64), CliError> {
    match &common.as_of {
        Some(date) => {
            let day = day(date).ok_or_else(|| {
                CliError::Usage(format!("--as-of `{date}` is not a date YYYY-MM-DD"))
            })?;
            Ok((date.clone(), day))
        }
        None => Ok((crate::config::date(today()), today())),
    }
}

/// Today in UTC as a day number.
fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs() / 86_400).unwrap_or_default()
}

fn config_text(
    common: &Common,
    source: &dyn source::Source,
) -> Result<(Option<String>, String), CliError> {
    if let Some(path) = &common.config {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| ConfigError::plain(&name, &format!("cannot be read: {error}")))?;
        return Ok((Some(text), name));
    }
    let name = "parity.toml".to_owned();
    match read(source, &name) {
        None => Ok((None, name)),
        Some(Ok(text)) => Ok((Some(text), name)),
        Some(Err(message)) => Err(ConfigError::plain(&name, &message).into()),
    }
}

/// The text of a file of the audited tree. Symbolic links are not followed.
pub(super) fn read(source: &dyn source::Source, path: &str) -> Option<Result<String, String>> {
    read_within(source, path, MAX_FILE)
}

/// The same, of a file of at most `limit` bytes.
pub(super) fn read_within(
    source: &dyn source::Source,
    path: &str,
    limit: u64,
) -> Option<Result<String, String>> {
    let entry = source
        .entries()
        .iter()
        .find(|entry| entry.path == path && entry.kind == source::EntryKind::File)?;
    let bytes = source.reader().map_err(|error| error.to_string());
    let bytes = bytes.and_then(|mut reader| {
        reader.read(entry, limit).map_err(|error| format!("cannot be read: {error}"))
    });
    Some(bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())))
}

fn waivers(config: &Config, text: &str) -> Vec<(Waiver, u32)> {
    let lines =
        text.lines().zip(1..).filter(|(line, _)| line.trim_start().starts_with("[[waiver]]"));
    let lines: Vec<u32> = lines.map(|(_, number)| number).collect();
    config
        .waiver
        .iter()
        .enumerate()
        .map(|(at, waiver)| (waiver.clone(), lines.get(at).copied().unwrap_or(1)))
        .collect()
}

/// The built-in pages and those of the folders that `[paths] rules` names, read from the audited tree.
fn library(
    mut library: Library,
    config: &Config,
    snapshot: &Snapshot,
) -> Result<Library, CliError> {
    for folder in &config.paths.rules {
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let entries =
            snapshot.source().entries().iter().filter(|entry| entry.path.starts_with(&folder));
        for entry in entries
            .filter(|entry| entry.path.ends_with(".md") && !entry.path.ends_with("README.md"))
        {
            let text = read(snapshot.source(), &entry.path)
                .unwrap_or_else(|| Err("is no file".to_owned()));
            let text =
                text.map_err(|message| CliError::Page(format!("{}: {message}", entry.path)))?;
            let page = Page::parse(&entry.path, &text)
                .map_err(|error| CliError::Page(error.to_string()))?;
            library.add(page)?;
        }
    }
    Ok(library)
}

impl Ready {
    /// Another revision of the same repository, judged by the same rules and configuration.
    pub(super) fn at(&self, args: &Args, rev: &str) -> Result<Ready, CliError> {
        let common = &args.common;
        let request = source::Request {
            path: root(common)?,
            rev: Some(rev.to_owned()),
            ..source::Request::default()
        };
        let mut stages = Stages::default();
        let source = stages.time(Stage::List, || source::open(&request))?;
        let mut ready = self.of(source, stages)?;
        see_real(args, false, &mut ready.snapshot, &self.options)?;
        Ok(ready)
    }

    /// The same repository with some files changed, judged by the same rules and configuration.
    pub(super) fn changed(&self, args: &Args, changes: source::Changes) -> Result<Ready, CliError> {
        let source = source::overlay(open(&args.common, false)?, changes);
        self.of(source, Stages::default())
    }

    fn of(&self, source: Box<dyn source::Source>, stages: Stages) -> Result<Ready, CliError> {
        Ok(Ready {
            snapshot: Snapshot::new(source, self.options.clone(), stages)?,
            config: self.config.clone(),
            library: self.library.clone(),
            waivers: self.waivers.clone(),
            as_of: self.as_of.clone(),
            day: self.day,
            assumed: Vec::new(),
            is_configured: self.is_configured,
            profile: self.profile.clone(),
            select: self.select.clone(),
            options: self.options.clone(),
        })
    }

    /// The templates of the folder that `[paths] templates` names, read from the audited tree.
    pub(super) fn templates(&self) -> Result<Templates, CliError> {
        let Some(folder) = &self.config.paths.templates else { return Ok(Templates::new()) };
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let source = self.snapshot.source();
        let inside = source.entries().iter().filter_map(|entry| {
            Some((entry.path.strip_prefix(&folder)?.to_owned(), read(source, &entry.path)?))
        });
        let templates: Templates = inside
            .map(|(name, text)| match text {
                Ok(text) => Ok((name, text)),
                Err(message) => Err(CliError::Page(format!("{folder}{name}: {message}"))),
            })
            .collect::<Result<_, _>>()?;
        match templates.is_empty() {
            true => {
                Err(CliError::Page(format!("[paths] templates: there is no file in `{folder}`")))
            }
            false => Ok(templates),
        }
    }

    /// Carries out an audit.
    pub(super) fn audit(&mut self, mut request: Request) -> Result<Audit, CliError> {
        request.as_of.clone_from(&self.as_of);
        request.day = self.day;
        Ok(audit(&mut self.snapshot, &self.library, &self.config, &self.waivers, &request)?)
    }

    /// How long each stage and page took, where it was asked for.
    pub(super) fn say_timings(&mut self, args: &Args) {
        if !args.common.timings {
            return;
        }
        let stages = self.snapshot.stages();
        let mut text = String::new();
        for (stage, name) in Stage::ALL {
            text.push_str(&format!(
                "{name} {:.1} ms\n",
                stages.spent(stage).as_secs_f64() * 1000.0
            ));
        }
        for (page, spent) in &stages.pages {
            text.push_str(&format!("page {page} {:.2} ms\n", spent.as_secs_f64() * 1000.0));
        }
        // There is nobody left to tell.
        let _ = anstream::stderr().write_all(text.as_bytes());
    }
}

/// Reads a file of the machine that runs us, named on the command line.
pub(super) fn read_named(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path)
        .map_err(|error| CliError::Usage(format!("`{}` cannot be read: {error}", path.display())))
}
