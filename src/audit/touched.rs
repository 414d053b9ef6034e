//! Leaves out the rules that what is staged cannot change.

use super::{Audit, AuditError, Request};
use crate::pages::{Prepared, Use};
use crate::snapshot::{Rows, Snapshot, Touched};
use crate::store::is_second_stage;

/// Rules that run, and the ids of those that do not.
type Kept = (Vec<(Prepared, Use)>, Vec<String>);

/// Keeps the rules that can find something else than at HEAD, as far as paths tell; the others are named in the second list.
pub(super) fn keep(
    snapshot: &Snapshot,
    request: &Request,
    rules: Vec<(Prepared, Use)>,
) -> Result<Kept, AuditError> {
    let Some(staged) = &request.staged else { return Ok((rules, Vec::new())) };
    keep_touched(snapshot, &snapshot.touched(staged), rules)
}

/// The same once the snapshot has read what they need: a rule that reads the same of the changed files finds the same. `waivers` in them
/// must be the same too.
pub(super) fn keep_compared(
    snapshot: &Snapshot,
    request: &Request,
    waivers: Option<&Rows>,
    rules: Vec<(Prepared, Use)>,
) -> Result<Kept, AuditError> {
    let Some(staged) = &request.staged else { return Ok((rules, Vec::new())) };
    let touched = snapshot.compared(staged)?;
    let asked = waivers.and_then(|asked| asked.needs.query.as_ref());
    if asked.map_or(Ok(false), |query| snapshot.touches(query, None, &touched))? {
        return Ok((rules, Vec::new()));
    }
    keep_touched(snapshot, &touched, rules)
}

fn keep_touched(
    snapshot: &Snapshot,
    touched: &Touched,
    rules: Vec<(Prepared, Use)>,
) -> Result<Kept, AuditError> {
    let mut kept = Vec::new();
    let mut left = Vec::new();
    for (rule, used) in rules {
        let touches = match asks_what_was_found(&rule) {
            // Which rules ran is no concern of those that ask about waivers only.
            Some(is_about_waivers) => is_about_waivers,
            None => snapshot.touches(&rule.query, used.search(), touched)?,
        };
        match touches {
            true => kept.push((rule, used)),
            false => left.push(rule.page.id),
        }
    }
    Ok((kept, left))
}

/// Of a page of the second stage, whether waivers are all it asks about.
fn asks_what_was_found(rule: &Prepared) -> Option<bool> {
    let mut second = rule.query.reads.keys().filter(|table| is_second_stage(table)).peekable();
    second.peek()?;
    Some(second.all(|table| table == "waivers"))
}

/// Says how many rules were left out.
pub(super) fn say(audit: &mut Audit) {
    let count = audit.untouched.len();
    if count > 0 {
        let rules = if count == 1 { "1 rule reads" } else { &format!("{count} rules read") };
        audit.notes.push(format!("{rules} nothing new in what is staged: as at HEAD"));
    }
}
