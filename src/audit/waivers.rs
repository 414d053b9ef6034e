//! Gathers the waivers of the configuration and of comments, and says which of them name rules that are none.

use std::collections::BTreeMap;

use super::{Audit, AuditError, Request};
use crate::config;
use crate::pages::Library;
use crate::settle::{Scope, Waiver};
use crate::snapshot::{Rows, Snapshot};

const INLINE: &str = "select w.path, w.line, w.covers, w.rule, w.owner, w.expires, w.reason
    from inline_waivers w join files f on f.path = w.path where f.standing = 'live' order by w.path, w.line, w.rule";

/// The question for waivers in comments, where rules are to be judged: else there is nothing to waive.
pub(super) fn prepare(
    snapshot: &mut Snapshot,
    request: &Request,
) -> Result<Option<Rows>, AuditError> {
    let is_asked = request.waivers && !request.rules.is_empty();
    Ok(is_asked.then(|| snapshot.ask_rows(INLINE, BTreeMap::new())).transpose()?)
}

/// All waivers: those of the configuration first.
pub(super) fn gather(
    snapshot: &Snapshot,
    configured: &[(config::Waiver, u32)],
    inline: Option<&Rows>,
) -> Result<Vec<Waiver>, AuditError> {
    let file = snapshot.entry("parity.toml").map(|entry| entry.path.clone());
    let configured =
        configured.iter().map(|(waiver, line)| Waiver::configured(waiver, file.clone(), *line));
    let mut waivers: Vec<Waiver> = configured.collect();
    let Some(inline) = inline else { return Ok(waivers) };
    for cells in snapshot.rows(inline)? {
        let text = |at: usize| cells[at].as_text().unwrap_or_default().to_owned();
        let line =
            |at: usize| cells[at].as_int().and_then(|line| u32::try_from(line).ok()).unwrap_or(1);
        waivers.push(Waiver {
            rule: text(3),
            scope: Scope::Line(line(2)),
            owner: text(4),
            reason: text(6),
            expires: cells[5].as_text().map(str::to_owned),
            path: Some(text(0)),
            line: line(1),
        });
    }
    Ok(waivers)
}

/// Says aloud which waivers name a rule by a former id, or no rule at all.
///
/// # Errors
/// A waiver of the configuration names no rule: its owner can mend it. A comment of the tree stops no audit.
pub(super) fn check(
    library: &Library,
    waivers: &[Waiver],
    audit: &mut Audit,
) -> Result<(), AuditError> {
    for waiver in waivers {
        let rule = &waiver.rule;
        let place = match waiver.is_inline() {
            true => format!("{}:{}", waiver.path.as_deref().unwrap_or_default(), waiver.line),
            false => "parity.toml".to_owned(),
        };
        let note = match library.get(rule) {
            None if !waiver.is_inline() => {
                return Err(AuditError::Setting(format!(
                    "{place} waives `{rule}`, which is no rule"
                )));
            }
            None => format!("{place} waives `{rule}`, which is no rule"),
            Some(page) if page.id != *rule => {
                format!("{place} waives `{rule}`, which is now `{}`", page.id)
            }
            Some(_) => continue,
        };
        if !audit.notes.contains(&note) {
            audit.notes.push(note);
        }
    }
    Ok(())
}
