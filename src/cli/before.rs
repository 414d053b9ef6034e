//! What a check is compared with: a baseline, another revision, or what HEAD was when it was staged.

use std::collections::BTreeSet;

use super::adopt::kept;
use super::args::{Args, Check};
use super::error::CliError;
use super::matrices::Which;
use super::prepare::Ready;
use super::remembered::{Found, Remembered};
use crate::audit::{Audit, Known, Request};
use crate::settle::{Baseline, Status};

/// What was there before.
#[derive(Default)]
pub(super) struct Before {
    /// What says so.
    names: Vec<String>,
    fingerprints: BTreeSet<String>,
    /// The audit of the other revision, where one was made.
    pub audit: Option<Audit>,
    /// What was found at HEAD, where something is staged.
    pub head: Option<Found>,
    /// The baseline of the tree.
    pub baseline: Option<Baseline>,
    /// What must be said aloud.
    pub notes: Vec<String>,
}

impl Before {
    /// Gathers what `check` is to be compared with; `wanted` is what is asked of both sides.
    pub(super) fn of(
        args: &Args,
        check: &Check,
        ready: &Ready,
        wanted: &Request,
    ) -> Result<Before, CliError> {
        let mut before = Before::default();
        if !check.no_baseline {
            before.read_baseline(ready)?;
        }
        let since = if check.changed { Some("HEAD") } else { check.since.as_deref() };
        if let Some(rev) = since {
            let audit = judge(args, ready, rev, wanted)?;
            before.names.push(rev.to_owned());
            before.fingerprints.extend(fingerprints(&audit));
            before.audit = Some(audit);
        } else if check.staged {
            before.look_at_head(args, ready, wanted)?;
        }
        Ok(before)
    }

    /// What an audit needs to know of it.
    pub(super) fn known(&self) -> Option<Known> {
        let fingerprints = self.fingerprints.clone();
        (!self.names.is_empty()).then(|| Known { by: self.names.join(" and "), fingerprints })
    }

    fn read_baseline(&mut self, ready: &Ready) -> Result<(), CliError> {
        let file = Baseline::FILE;
        let Some(baseline) = kept(ready)? else { return Ok(()) };
        for rule in baseline.rules.keys() {
            match ready.library.get(rule) {
                None => self.notes.push(format!("{file} knows `{rule}`, which is no rule")),
                Some(page) if page.id != *rule => {
                    self.notes.push(format!("{file} knows `{rule}`, which is now `{}`", page.id));
                }
                Some(_) => {}
            }
        }
        self.names.push(file.to_owned());
        self.fingerprints.extend(baseline.fingerprints());
        self.baseline = Some(baseline);
        Ok(())
    }

    /// Compares with HEAD, if something is staged. An audit of the same tree and rules that an earlier run made is taken.
    fn look_at_head(
        &mut self,
        args: &Args,
        ready: &Ready,
        wanted: &Request,
    ) -> Result<(), CliError> {
        let revision = ready.snapshot.source().revision();
        let Some(staged) = revision.staged.as_ref().filter(|_| revision.commit.is_some()) else {
            return Ok(());
        };
        if staged.paths.is_empty() {
            self.notes.push("nothing is staged: the whole index is judged".to_owned());
            return Ok(());
        }
        let remembered = Remembered::of(args, ready, wanted);
        let found = match remembered.find(&staged.before) {
            Some(found) => found,
            None => {
                let found = Found::of(&judge(args, ready, "HEAD", wanted)?);
                remembered.keep(&staged.before, &found);
                found
            }
        };
        self.names.push("HEAD".to_owned());
        self.fingerprints.extend(found.fingerprints());
        self.head = Some(found);
        Ok(())
    }

    /// Says how much of the baseline an audit did not find any more.
    pub(super) fn say_gone(&self, audit: &mut Audit) {
        let Some(baseline) = &self.baseline else { return };
        let ran = audit.rules.iter().map(|rule| rule.rule.as_str()).collect();
        let gone = baseline.gone(&audit.findings, &ran);
        if gone > 0 {
            let file = Baseline::FILE;
            let are = if gone == 1 { "finding is" } else { "findings are" };
            audit.notes.push(format!(
                "{gone} {are} in {file} and not found any more: parity baseline --prune"
            ));
        }
    }
}

fn judge(args: &Args, ready: &Ready, rev: &str, wanted: &Request) -> Result<Audit, CliError> {
    let mut other = ready.at(args, rev)?;
    let is_judged = !wanted.matrices.is_empty();
    let matrices = if is_judged { other.matrices(&Which::Usual)? } else { Vec::new() };
    other.audit(Request { matrices, skips_gates: true, ..wanted.clone() })
}

/// What counted then: what was waived and is not any more is new.
fn fingerprints(audit: &Audit) -> impl Iterator<Item = String> {
    let counted = audit.findings.iter().filter(|finding| finding.status != Status::Waived);
    counted.map(|finding| finding.fingerprint.clone())
}
