//! What moved the scores since another revision, told apart: the rules, the mapping, the repository.

use std::collections::BTreeSet;

use super::args::Args;
use super::error::CliError;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use crate::audit::{Audit, Request};
use crate::report::Steps;
use crate::source::Source;

/// The other revision judged as it was then, and by the mappings of now; each only where that can differ.
pub(super) fn steps(
    args: &Args,
    now: &Ready,
    rev: &str,
    wanted: &Request,
) -> Result<Steps, CliError> {
    let mut then = args.clone();
    then.common.rev = Some(rev.to_owned());
    let mut before = ready(&then, false)?;
    let mut steps = Steps::default();
    if before.config != now.config || pages(&before) != pages(now) {
        let matrices = before.matrices(&Which::Usual)?;
        steps.own_rules = Some(judge(&mut before, Request { matrices, ..only(wanted) })?);
    }
    let mappings = |ready: &Ready| listed(ready.snapshot.source(), "parity/");
    if mappings(&before) != mappings(now) {
        let mut other = now.at(args, rev)?;
        let matrices = wanted.matrices.clone();
        steps.mapped = Some(judge(&mut other, Request { matrices, ..only(wanted) })?);
    }
    Ok(steps)
}

/// A request for matrices and nothing else.
fn only(wanted: &Request) -> Request {
    Request {
        rules: BTreeSet::new(),
        left_out: BTreeSet::new(),
        skips_gates: true,
        ..wanted.clone()
    }
}

fn judge(ready: &mut Ready, request: Request) -> Result<Audit, CliError> {
    ready.audit(request)
}

/// The pages of the repository's own.
fn pages(ready: &Ready) -> Vec<(String, String)> {
    let folders = ready.config.paths.rules.iter();
    folders.flat_map(|folder| listed(ready.snapshot.source(), folder)).collect()
}

/// The files of a folder with their contents' ids.
fn listed(source: &dyn Source, folder: &str) -> Vec<(String, String)> {
    let inside = source.entries().iter().filter(|entry| entry.path.starts_with(folder));
    inside
        .map(|entry| (entry.path.clone(), entry.id.map_or(String::new(), |id| id.to_string())))
        .collect()
}
