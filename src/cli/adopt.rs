//! `parity baseline` and `parity waive`: what an organisation accepts, written into its repository.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::Done;
use super::args::{Args, Baseline as Asked, Waive};
use super::choose::usual;
use super::error::CliError;
use super::prepare::{Ready, read, read_within, ready, root};
use crate::audit::{Audit, Request};
use crate::config::Config;
use crate::settle::{Baseline, Finding};

/// Findings of one rule from which on it may be wiser to turn the rule off.
const MANY: usize = 100;

/// The repository as it is, judged by rules and nothing else: all, or those that usually run.
fn judge(args: &Args, all: bool) -> Result<(Ready, Audit), CliError> {
    let mut ready = ready(args, false)?;
    let chosen = usual(&ready, all);
    let audit = ready.audit(Request { skips_gates: true, ..chosen.request() })?;
    Ok((ready, audit))
}

pub(super) fn baseline(args: &Args, asked: &Asked) -> Result<Done, CliError> {
    let file = writable(args, Baseline::FILE)?.join(Baseline::FILE);
    let (ready, audit) = judge(args, args.common.all)?;
    let findings = audit.findings.iter();
    if !asked.prune {
        let made = Baseline::of(findings, |_| true);
        write(&file, &made.text())?;
        return Ok(Done::with(said(&made)));
    }
    let Some(kept) = kept(&ready)? else {
        return Err(CliError::Usage(format!("there is no {} to prune", Baseline::FILE)));
    };
    let known = kept.fingerprints();
    let made = Baseline::of(findings, |finding| known.contains(&finding.fingerprint));
    write(&file, &made.text())?;
    let (left, before) = (made.len(), kept.len());
    let name = Baseline::FILE;
    Ok(Done::with(format!(
        "{left} of {before} findings are still there; the others are taken out of {name}\n"
    )))
}

/// The baseline of the tree.
pub(super) fn kept(ready: &Ready) -> Result<Option<Baseline>, CliError> {
    let text = read_within(ready.snapshot.source(), Baseline::FILE, Baseline::MAX_BYTES);
    let baseline = text.map(|text| text.and_then(|text| Baseline::parse(&text))).transpose();
    baseline.map_err(|message| CliError::Page(format!("{}: {message}", Baseline::FILE)))
}

/// What was accepted, in a few lines.
fn said(made: &Baseline) -> String {
    let mut out = format!(
        "{} findings of {} rules written to {}\n",
        made.len(),
        made.rules.len(),
        Baseline::FILE
    );
    let mut many: Vec<(usize, &str)> = made
        .rules
        .iter()
        .map(|(rule, known)| (known.count, rule.as_str()))
        .filter(|(count, _)| *count >= MANY)
        .collect();
    many.sort_by(|one, other| other.cmp(one));
    for (count, rule) in many.iter().take(5) {
        // A string takes any text.
        let _ = writeln!(out, "  {count:>6}  {rule}: --ignore may serve better than carrying them");
    }
    out + "from now on `parity check` fails on what is new; `parity baseline --prune` after mending\n"
}

pub(super) fn waive(args: &Args, asked: &Waive) -> Result<Done, CliError> {
    let file = writable(args, "parity.toml")?.join("parity.toml");
    let (ready, audit) = judge(args, true)?;
    let mut meant = audit.findings.iter().filter(|finding| finding.answers_to(&asked.id));
    let finding = match (meant.next(), meant.next()) {
        (Some(finding), None) => finding,
        (None, _) => {
            let hint = "`parity check` prints the ids";
            return Err(CliError::Usage(format!("no finding is called `{}`; {hint}", asked.id)));
        }
        (Some(one), Some(other)) => {
            let both = format!("`{}` and `{}`", one.id, other.id);
            return Err(CliError::Usage(format!("`{}` could be {both}", asked.id)));
        }
    };
    let text = read(ready.snapshot.source(), "parity.toml").transpose().map_err(CliError::Page)?;
    let text = with_waiver(text.unwrap_or_default(), finding, asked, &ready)?;
    write(&file, &text)?;
    Ok(Done::with(format!("waived {} until {} in parity.toml\n", finding.rule, asked.until)))
}

/// The configuration with a waiver behind what it says already, read again before it is written.
fn with_waiver(
    mut text: String,
    finding: &Finding,
    asked: &Waive,
    ready: &Ready,
) -> Result<String, CliError> {
    if asked.reason.trim().is_empty() || asked.owner.trim().is_empty() {
        return Err(CliError::Usage("a waiver needs a reason and an owner".to_owned()));
    }
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str("[[waiver]]\n");
    let path = finding.path.as_deref().map(globset_escape);
    let keys = [
        ("rule", Some(finding.rule.clone())),
        ("path", path),
        ("owner", Some(asked.owner.clone())),
        ("reason", Some(asked.reason.clone())),
        ("expires", Some(asked.until.clone())),
    ];
    for (key, value) in keys {
        // JSON strings are TOML strings, but for DEL, which no such text has.
        let _ = value.map(|value| writeln!(text, "{key} = {}", quoted(&value)));
    }
    let config = Config::parse("parity.toml", &text)?;
    let added = config.waiver.len().checked_sub(1) == Some(ready.config.waiver.len());
    match added {
        true => Ok(text),
        false => Err(CliError::Usage(
            "parity.toml cannot be added to; write the waiver by hand".to_owned(),
        )),
    }
}

/// A path as a glob that matches nothing else.
fn globset_escape(path: &str) -> String {
    let mut glob = String::new();
    for letter in path.chars() {
        match letter {
            '*' | '?' | '[' | ']' | '{' | '}' => glob.extend(['[', letter, ']']),
            letter => glob.push(letter),
        }
    }
    glob
}

/// The root below which `name` is written: only a working tree or folder as it is can be added to.
pub(super) fn writable(args: &Args, name: &str) -> Result<PathBuf, CliError> {
    let common = &args.common;
    if common.rev.is_some() || common.config.is_some() {
        return Err(CliError::Usage(format!(
            "{name} is written to the tree as it is, without --rev and --config"
        )));
    }
    let root = root(common)?;
    let is_bare = root.join("HEAD").is_file() && root.join("objects").is_dir();
    match is_bare {
        true => Err(CliError::Usage(format!(
            "`{}` is a bare clone: {name} has no place there",
            root.display()
        ))),
        false => Ok(root),
    }
}

/// Writes a file that is no symbolic link.
pub(super) fn write(file: &PathBuf, text: &str) -> Result<(), CliError> {
    let is_link = file.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let written = if is_link {
        Err("it is a symbolic link".to_owned())
    } else {
        fs::write(file, text).map_err(|error| error.to_string())
    };
    written.map_err(|error| CliError::Usage(format!("cannot write `{}`: {error}", file.display())))
}
