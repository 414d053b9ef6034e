//! Leaves out the rules that what is staged cannot change.

use super::{Audit, AuditError, Request};
use crate::pages::{Prepared, Use};
use crate::snapshot::Snapshot;
use crate::store::is_second_stage;

/// Keeps the rules that can find something else than at HEAD; the others are named in the second list.
pub(super) fn keep(
    snapshot: &Snapshot,
    request: &Request,
    rules: Vec<(Prepared, Use)>,
) -> Result<(Vec<(Prepared, Use)>, Vec<String>), AuditError> {
    let Some(staged) = &request.staged else { return Ok((rules, Vec::new())) };
    let mut kept = Vec::new();
    let mut left = Vec::new();
    for (rule, used) in rules {
        let touches = match asks_what_was_found(&rule) {
            // Which rules ran is no concern of those that ask about waivers only.
            Some(is_about_waivers) => is_about_waivers,
            None => snapshot.touches(&rule.query, used.search(), staged)?,
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
        audit.notes.push(format!("{rules} nothing that is staged: as at HEAD"));
    }
}
