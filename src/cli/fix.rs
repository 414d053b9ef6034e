//! `parity fix`: what can be mended by itself, mended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Done;
use super::adopt::writable;
use super::args::{Args, Fix};
use super::choose::{chosen, usual};
use super::error::CliError;
use super::prepare::{Ready, ready};
use crate::audit::Request;
use crate::base::Value;
use crate::fix::{Fixer, Plan, Told, fixer};
use crate::settle::Finding;
use crate::source::Changes;

/// Bytes of a file that is mended.
const MAX_FILE: u64 = 8 << 20;
/// The tag of rules that say a file was made by a program from others, as they were before.
const GENERATED: &str = "generated";
/// Audits after which what is still not borne out is given up.
const ROUNDS: usize = 4;

pub(super) fn fix(args: &Args, asked: &Fix) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let root = if asked.diff { None } else { Some(writable(args, "what is mended")?) };
    let wanted = chosen(&ready, &asked.select, &asked.ignore, args.common.all, false)?;
    // A change is proven by all that usually runs, whatever it was that was to be mended.
    let mut rules = usual(&ready, args.common.all).rules;
    rules.extend(wanted.rules.iter().cloned());
    let request = Request { rules, waivers: true, skips_gates: true, ..Request::default() };
    let audit = ready.audit(request.clone())?;
    let fixers = fixers(&ready)?;
    let found: Vec<Finding> =
        audit.findings.iter().filter(|found| wanted.rules.contains(&found.rule)).cloned().collect();
    let parameters = |rule: &str| ready.config.parameters(rule, |name| knows(&ready, rule, name));
    let wants_years = found.iter().any(|found| parameters(&found.rule).contains_key("years"));
    let (strange, years) = known(&ready, args, wants_years)?;
    let (found, aside): (Vec<Finding>, Vec<Finding>) = found
        .into_iter()
        .partition(|found| !found.path.as_ref().is_some_and(|path| strange.contains(path)));
    let mut plan = Plan::propose(
        &found,
        &Told {
            fixer: &|rule| fixers.get(rule).copied(),
            parameters: &parameters,
            read: &|path| ready.snapshot.read(path, MAX_FILE),
            years,
        },
    );
    plan.left.extend(aside.into_iter().filter(|found| fixers.contains_key(&found.rule)));
    let mut stale = Vec::new();
    for _ in 0..ROUNDS {
        stale.clear();
        if plan.files.is_empty() {
            break;
        }
        let after = ready.changed(args, plan.changes())?.audit(request.clone())?;
        // What is made of a file that was mended is made anew by its program: that is no harm the change did.
        let (made, after): (Vec<Finding>, Vec<Finding>) =
            after.findings.into_iter().partition(|found| is_generated(&ready, found));
        stale = made;
        if !plan.prune(&audit.findings, &after) {
            break;
        }
    }
    stale.retain(|made| audit.findings.iter().all(|found| found.fingerprint != made.fingerprint));
    let Some(root) = root else { return Ok(Done::with(plan.diff())) };
    write(&root, &plan)?;
    Ok(Done::with(said(&plan, &stale)))
}

/// Whether a finding is about a file that a program makes from others.
fn is_generated(ready: &Ready, finding: &Finding) -> bool {
    let page = ready.library.get(&finding.rule);
    page.is_some_and(|page| page.tags.iter().any(|tag| tag == GENERATED))
}

/// Files that are somebody else's or made by a program, and the year in which each other came, if that matters.
fn known(
    ready: &Ready,
    args: &Args,
    wants_years: bool,
) -> Result<(BTreeSet<String>, BTreeMap<String, String>), CliError> {
    let mut other = ready.changed(args, Changes::default())?;
    let snapshot = &mut other.snapshot;
    let strange = "select path from files where standing in ('vendored', 'generated')";
    let years =
        "select path, substr(first_date, 1, 4) from file_history where first_date is not null";
    let strange = snapshot.ask_rows(strange, BTreeMap::new())?;
    let years = wants_years.then(|| snapshot.ask_rows(years, BTreeMap::new())).transpose()?;
    snapshot.make_ready([&strange].into_iter().chain(&years).map(|rows| &rows.needs))?;
    let text = |cell: &Value| cell.as_text().unwrap_or_default().to_owned();
    let strange = snapshot.rows(&strange)?.iter().map(|cells| text(&cells[0])).collect();
    let years = years.map(|years| snapshot.rows(&years)).transpose()?.unwrap_or_default();
    let years = years.iter().map(|cells| (text(&cells[0]), text(&cells[1]))).collect();
    Ok((strange, years))
}

/// Whether a rule has a parameter of this name.
fn knows(ready: &Ready, rule: &str, name: &str) -> bool {
    ready.library.get(rule).is_some_and(|page| page.parameters.contains_key(name))
}

/// The fixer each rule names.
fn fixers(ready: &Ready) -> Result<BTreeMap<String, &'static Fixer>, CliError> {
    let mut fixers = BTreeMap::new();
    for page in ready.library.rules() {
        let Some(name) = &page.fixer else { continue };
        let known = fixer(name)
            .ok_or_else(|| CliError::Page(format!("{}: there is no fixer `{name}`", page.file)))?;
        fixers.insert(page.id.clone(), known);
    }
    Ok(fixers)
}

/// Writes every changed file over itself. A symbolic link on the way to one is not followed: nothing outside is written.
fn write(root: &Path, plan: &Plan) -> Result<(), CliError> {
    for (path, proposed) in &plan.files {
        let failed =
            |message: String| CliError::Machine(format!("cannot write `{path}`: {message}"));
        let (from, to) = (root.join(path), root.join(&proposed.path));
        let is_ours = |file: &Path| {
            let mut folders = file.ancestors().take_while(|folder| *folder != root);
            !folders.any(|folder| folder.symlink_metadata().is_ok_and(|found| found.is_symlink()))
        };
        if !is_ours(&from) || !is_ours(&to) {
            return Err(failed("a symbolic link leads there".to_owned()));
        }
        if proposed.after != proposed.before {
            fs::write(&from, &proposed.after).map_err(|error| failed(error.to_string()))?;
        }
        for (path, bytes) in &proposed.beside {
            let made = root.join(path);
            if made.symlink_metadata().is_ok() || !is_ours(&made) {
                return Err(failed(format!("`{path}` is in the way")));
            }
            fs::write(&made, bytes).map_err(|error| failed(error.to_string()))?;
        }
        if from != to {
            fs::rename(&from, &to).map_err(|error| failed(error.to_string()))?;
        }
    }
    Ok(())
}

/// What was done, by rule, and what is left for a person and for programs.
fn said(plan: &Plan, stale: &[Finding]) -> String {
    let mut out = String::new();
    let count = |findings: &mut dyn Iterator<Item = &Finding>| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        findings.for_each(|finding| *counts.entry(finding.rule.clone()).or_default() += 1);
        counts
    };
    let mended = count(&mut plan.files.values().flat_map(|proposed| &proposed.mends));
    for (rule, count) in mended {
        // A string takes any text.
        let _ = writeln!(out, "{count:>6}  {rule}");
    }
    let (findings, files) = (plan.mended(), plan.files.len());
    let _ =
        writeln!(out, "mended {findings} findings in {files} files, each proven by a second audit");
    for (rule, count) in count(&mut plan.left.iter()) {
        let _ = writeln!(out, "{count:>6}  {rule}: left for a person");
    }
    for (rule, count) in count(&mut stale.iter()) {
        let _ = writeln!(out, "{count:>6}  {rule}: made of what was mended, to be made anew");
    }
    out
}
