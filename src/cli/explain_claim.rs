//! `parity explain CLAIM-ID`: what a claim says, what is measured, and how it would stand if others ran the migrations.

use super::args::Args;
use super::error::CliError;
use super::prepare::ready;
use crate::audit::{Audit, CLAIM_FAMILY, JudgedClaim, Request};
use crate::pages::Library;
use crate::report;

/// What else may run the migrations of a repository.
const SETTINGS: [&str; 3] =
    ["sql.runner=supabase-cli", "sql.runner=psql", "sql.failure-policy=statement"];

/// The claim whose id begins so; none if there is none.
///
/// # Errors
/// The repository cannot be audited, or several ids begin so.
pub(super) fn explain_claim(args: &Args, id: &str) -> Result<Option<String>, CliError> {
    let digits = id.strip_prefix("c-").unwrap_or_default();
    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let (audit, library) = judged(args, id)?;
    let named: Vec<&JudgedClaim> =
        audit.claims.iter().filter(|claim| claim.id.starts_with(id)).collect();
    let claim = match named[..] {
        [] => return Ok(None),
        [claim] => claim,
        _ => {
            let ids: Vec<&str> = named.iter().map(|claim| claim.id.as_str()).collect();
            let ids = ids.join(", ");
            return Err(CliError::Usage(format!("`{id}` is the start of several ids: {ids}")));
        }
    };
    let mut under = Vec::new();
    if claim.deciding().is_some_and(|ruling| ruling.asks_migrations) {
        for setting in SETTINGS {
            under.push((setting.to_owned(), stands(args, &claim.id, setting)?));
        }
    }
    Ok(Some(report::explain_claim(&audit, claim, &library, &under)))
}

/// How a claim stands under a setting, in a few words.
fn stands(args: &Args, id: &str, setting: &str) -> Result<String, CliError> {
    let mut args = args.clone();
    args.common.set.push(setting.to_owned());
    let (audit, _) = judged(&args, id)?;
    let claim = audit.claims.iter().find(|claim| claim.id == id);
    let said = claim.and_then(|claim| Some((claim.standing(), claim.deciding()?)));
    Ok(said.map_or_else(
        || "no rule judges it".to_owned(),
        |(standing, ruling)| format!("{}; {}", standing.word(), ruling.row.message),
    ))
}

fn judged(args: &Args, id: &str) -> Result<(Audit, Library), CliError> {
    let mut ready = ready(args, false)?;
    let rules = ready.library.rules().map(|page| page.id.clone());
    let request = Request {
        rules: rules.filter(|id| id.starts_with(CLAIM_FAMILY)).collect(),
        claims: Some(id.to_owned()),
        skips_gates: true,
        ..Request::default()
    };
    Ok((ready.audit(request)?, ready.library))
}
