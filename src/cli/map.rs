//! `parity map`: what in the tree comes nearest to each feature, and the mapping that grows from what is accepted.

#![allow(clippy::disallowed_methods, reason = "this is the one place that asks at the terminal")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _, Write as _, stdin, stdout};

use super::Done;
use super::args::{Args, Format, Map};
use super::error::CliError;
use super::mapping::Own;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use crate::base::Verdict;
use crate::matrix::{
    FeatureResult, Matrix, Proposal, Things, evaluate, found, of_proposals, prepare, propose,
};
use crate::report::{self, Offer};

pub(super) fn map(args: &Args, map: &Map) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let mut offers = offers(args, map, &mut ready)?;
    if let Some(said) = said(args, map, &ready, &offers)? {
        return Ok(Done::with(said));
    }
    keep(map, &ready, &mut offers)?;
    let format = args.common.format;
    let at_terminal = stdin().is_terminal() && stdout().is_terminal();
    if map.ask || at_terminal && format.is_none() && args.common.output.is_none() {
        return ask(args, map, &ready, &offers).map(Done::with);
    }
    match format.unwrap_or(Format::Terminal) {
        Format::Terminal => Ok(Done::with(report::offers(&map.catalogue, &offers))),
        Format::Json => Ok(Done::with(report::offers_json(&offers))),
        other => {
            Err(CliError::Usage(format!("`map` cannot be written as {other:?}").to_lowercase()))
        }
    }
}

/// Every feature with what comes nearest to it, each proposal judged alone.
fn offers(args: &Args, map: &Map, ready: &mut Ready) -> Result<Vec<Offer>, CliError> {
    let matrix = ready.matrices(&Which::Named(&map.catalogue))?.remove(0);
    let snapshot = &mut ready.snapshot;
    let asked = prepare(&matrix, &ready.library, snapshot)?;
    let things = Things::ask(snapshot)?;
    snapshot.make_ready(asked.needs().chain(things.needs()))?;
    let judged = evaluate(&matrix, &asked, snapshot)?.features;
    let mut proposals = propose(&matrix, &things, snapshot, 2 * map.most)?;
    for feature in &judged {
        let near = proposals.entry(feature.feature.id.clone()).or_default();
        let mut there = found(feature, &ready.library, map.most.div_ceil(2));
        // What bears the name of the thing that stands there says more than a pattern.
        there.retain(|found| !near.iter().any(|near| is_at(near, found)));
        near.splice(..0, there);
    }
    let known = judge(args, &matrix, &proposals)?;
    let with = |judged: FeatureResult| {
        let near = proposals.remove(&judged.feature.id).unwrap_or_default();
        let near = near.into_iter().map(|found| {
            let state = known[&found.evidence].clone();
            (found, state)
        });
        let mut near: Vec<_> = near.collect();
        // What would show nothing comes last, however near its name is.
        near.sort_by_key(|(_, state)| state.verdict == Verdict::Missing);
        near.truncate(map.most);
        Offer { near, judged }
    };
    Ok(judged.into_iter().map(with).collect())
}

fn is_at(one: &Proposal, other: &Proposal) -> bool {
    (&one.path, one.line) == (&other.path, other.line)
}

/// What each proposal would come to alone, by its line.
fn judge(
    args: &Args,
    matrix: &Matrix,
    proposals: &BTreeMap<String, Vec<Proposal>>,
) -> Result<BTreeMap<String, FeatureResult>, CliError> {
    // What is proposed is known only once the tree was read, and a tree that was read is closed.
    let mut again = ready(args, false)?;
    let alone = of_proposals(matrix, proposals, &again.library).map_err(CliError::Page)?;
    let asked = prepare(&alone, &again.library, &mut again.snapshot)?;
    again.snapshot.make_ready(asked.needs())?;
    let judged = evaluate(&alone, &asked, &again.snapshot)?.features;
    Ok(judged.into_iter().map(|judged| (judged.feature.id.clone(), judged)).collect())
}

/// Keeps what was asked for: by default what is neither settled nor mapped.
fn keep(map: &Map, ready: &Ready, offers: &mut Vec<Offer>) -> Result<(), CliError> {
    let named = |word: &String| {
        let known = Verdict::ALL.into_iter().find(|verdict| verdict.to_string() == *word);
        known.ok_or_else(|| CliError::Usage(format!("--only `{word}` is no verdict")))
    };
    let only: Vec<Verdict> = map.only.iter().map(named).collect::<Result<_, _>>()?;
    if let Some(unknown) =
        map.feature.iter().find(|id| !offers.iter().any(|offer| offer.judged.feature.id == **id))
    {
        return Err(CliError::Usage(format!("`{}` has no feature `{unknown}`", map.catalogue)));
    }
    let mapped = ready.mapped(&map.catalogue)?;
    let usual = [Verdict::Missing, Verdict::Partial, Verdict::Unknown];
    offers.retain(|offer| {
        let (id, verdict) = (&offer.judged.feature.id, offer.judged.verdict);
        match (map.feature.is_empty(), only.is_empty()) {
            (false, _) => map.feature.contains(id),
            (true, false) => only.contains(&verdict),
            (true, true) => usual.contains(&verdict) && !mapped.contains(id),
        }
    });
    Ok(())
}

/// Writes what the command line says; none where it says nothing.
fn said(
    args: &Args,
    map: &Map,
    ready: &Ready,
    offers: &[Offer],
) -> Result<Option<String>, CliError> {
    if map.accept.is_empty() && map.decide.is_none() {
        return Ok(None);
    }
    let mut own = Own::open(args, ready, &map.catalogue)?;
    let mut told = Vec::new();
    for accepted in &map.accept {
        let usage = || CliError::Usage(format!("--accept `{accepted}` is not ID=WHAT"));
        let (id, what) = accepted.split_once('=').ok_or_else(usage)?;
        let lines = lines(offer(map, offers, id)?, what)?;
        own.accept(id, &lines)?;
        told.push(format!("{id}: {}", lines.join(", ")));
    }
    if let Some(decided) = &map.decide {
        let usage = || CliError::Usage(format!("--decide `{decided}` is not ID=DECISION"));
        let (id, decision) = decided.split_once('=').ok_or_else(usage)?;
        offer(map, offers, id)?;
        decide(map, ready, &mut own, id, decision, map.reason.as_deref().unwrap_or_default())?;
        told.push(format!("{id}: {decision}"));
    }
    own.write(ready)?;
    Ok(Some(format!("{}\nwritten to {}\n", told.join("\n"), own.name)))
}

fn offer<'a>(map: &Map, offers: &'a [Offer], id: &str) -> Result<&'a Offer, CliError> {
    let found = offers.iter().find(|offer| offer.judged.feature.id == id);
    found.ok_or_else(|| CliError::Usage(format!("`{}` has no feature `{id}`", map.catalogue)))
}

/// Numbers of proposals, or a line as it is.
fn lines(offer: &Offer, what: &str) -> Result<Vec<String>, CliError> {
    let numbers: Result<Vec<usize>, _> =
        what.split(',').map(|number| number.trim().parse::<usize>()).collect();
    let Ok(numbers) = numbers else { return Ok(vec![what.trim().to_owned()]) };
    let line = |number: usize| {
        let found = number.checked_sub(1).and_then(|at| offer.near.get(at));
        let id = &offer.judged.feature.id;
        found
            .map(|(found, _)| found.evidence.clone())
            .ok_or_else(|| CliError::Usage(format!("`{id}` has no proposal {number}")))
    };
    numbers.into_iter().map(line).collect()
}

fn decide(
    map: &Map,
    ready: &Ready,
    own: &mut Own,
    id: &str,
    decision: &str,
    reason: &str,
) -> Result<(), CliError> {
    let by = map.by.clone().map_or_else(|| own.owner(), |by| Ok(Some(by)))?;
    let by = by.ok_or_else(|| CliError::Usage("a decision needs --by".to_owned()))?;
    own.decide(id, [decision, reason], &by, &ready.as_of)
}

/// Goes through the features one by one; each answer is written before the next question.
fn ask(args: &Args, map: &Map, ready: &Ready, offers: &[Offer]) -> Result<String, CliError> {
    let mut own = Own::open(args, ready, &map.catalogue)?;
    let mut answers = stdin().lock().lines();
    let mut written = 0;
    for offer in offers {
        let question = "  accept [1,2], a line of evidence, n REASON (not applicable), l REASON (later), \
                        empty: skip, q: stop? ";
        let mut out = anstream::stdout().lock();
        // There is nobody left to ask.
        let _ = write!(out, "{}{question}", report::offer(offer)).and_then(|()| out.flush());
        let Some(Ok(answer)) = answers.next() else { break };
        let id = &offer.judged.feature.id;
        let before = own.sheet.clone();
        let done = match answer.trim().split_once(' ').unwrap_or((answer.trim(), "")) {
            ("q", "") => break,
            ("", _) => continue,
            ("n", reason) => decide(map, ready, &mut own, id, "not-applicable", reason.trim()),
            ("l", reason) => decide(map, ready, &mut own, id, "deferred", reason.trim()),
            _ => lines(offer, answer.trim()).and_then(|lines| own.accept(id, &lines)),
        };
        match done.and_then(|()| own.write(ready)) {
            Ok(()) => written += 1,
            Err(error) => {
                own.sheet = before;
                let _ = writeln!(out, "  not written: {error}");
            }
        }
    }
    Ok(format!("{written} features written to {}\n", own.name))
}
