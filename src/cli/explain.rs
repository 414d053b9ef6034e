//! `parity explain`: what a rule, kind of evidence, feature, claim or finding is, and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Done;
use super::args::{Args, Explain};
use super::choose::usual;
use super::error::CliError;
use super::explain_claim::explain_claim;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use crate::audit::{Audit, Request};
use crate::base::redact;
use crate::config::nearest;
use crate::pages::{Kind, Page};
use crate::report;
use crate::settle::Finding;

/// What stands for all migrations.
const MIGRATIONS: &str = "migrations";
/// Bytes read of a file to quote a line.
const MAX_QUOTED: u64 = 8 << 20;
/// What is said of a rule in preview.
const PREVIEW: &str =
    "in preview: runs only with --all, or where it is selected, set or waived by its id\n";

/// What is said of a rule about changes.
const OF_CHANGES: &str = "runs where a change is judged, with --since, --changed or --staged, or where it is selected by its id\n";

pub(super) fn explain(args: &Args, explain: &Explain) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let Some(id) = &explain.id else { return Ok(Done::with(list(&ready)?)) };
    if id == MIGRATIONS {
        return migrations(args, &mut ready).map(Done::with);
    }
    if let Some(text) = object(args, &mut ready, id)? {
        return Ok(Done::with(text));
    }
    if let Some(found) = ready.library.get(id) {
        let renamed =
            if found.id == *id { String::new() } else { format!("`{id}` is now `{}`\n", found.id) };
        return Ok(Done::with(renamed + &page(found)));
    }
    if let Some((matrix, feature)) = id.split_once('/')
        && ready.catalogues()?.iter().any(|known| known.catalogue == matrix)
    {
        return self::feature(args, &mut ready, matrix, feature).map(Done::with);
    }
    if let Some(text) = explain_claim(args, id)? {
        return Ok(Done::with(text));
    }
    if let Some((family, digits)) = id.split_once('-').filter(|_| !id.contains('/'))
        && let Some(text) = finding(&mut ready, family, digits)?
    {
        return Ok(Done::with(text));
    }
    let known = ready.library.rules().chain(ready.library.evidence()).map(|page| page.id.clone());
    let known = known.chain([MIGRATIONS.to_owned()]);
    let hint = nearest(id, known).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
    Err(CliError::Usage(format!("there is nothing called `{id}` to explain{hint}")))
}

/// All migrations, and the kind of evidence of that name.
fn migrations(args: &Args, ready: &mut Ready) -> Result<String, CliError> {
    let audit = ready.audit(surveyed(ready.matrices(&Which::Usual)?))?;
    let explained = report::explain_migrations(&audit);
    let objects = report::in_the_way(&audit, |_| true);
    let brought = aside(args, &Which::Usual, &objects, &audit)?;
    let kind = ready.library.get(MIGRATIONS).map(page);
    let kind = kind.map_or(String::new(), |kind| format!("\nAS EVIDENCE\n{kind}"));
    Ok(explained + &brought + &kind)
}

/// A table that an older one of its name stands in the way of: what setting that aside would bring.
fn object(args: &Args, ready: &mut Ready, id: &str) -> Result<Option<String>, CliError> {
    if !id.contains('.') || id.contains('/') {
        return Ok(None);
    }
    let audit = ready.audit(surveyed(ready.matrices(&Which::Usual)?))?;
    let mut objects = report::in_the_way(&audit, |_| true);
    objects.retain(|it| it == id);
    if objects.is_empty() {
        return Ok(None);
    }
    aside(args, &Which::Usual, &objects, &audit).map(Some)
}

/// The audit once more, with older tables set aside.
fn aside(
    args: &Args,
    which: &Which<'_>,
    objects: &BTreeSet<String>,
    now: &Audit,
) -> Result<String, CliError> {
    if objects.is_empty() {
        return Ok(String::new());
    }
    let mut other = args.clone();
    let names: Vec<String> = objects.iter().map(|it| format!("{it:?}")).collect();
    other.common.set.push(format!("sql.set-aside=[{}]", names.join(", ")));
    let mut ready = ready(&other, false)?;
    let then = ready.audit(surveyed(ready.matrices(which)?))?;
    Ok(report::explain_aside(objects, now, &then))
}

fn surveyed(matrices: Vec<crate::matrix::Matrix>) -> Request {
    Request { matrices, waivers: true, survey: true, ..Request::default() }
}

fn feature(
    args: &Args,
    ready: &mut Ready,
    matrix: &str,
    feature: &str,
) -> Result<String, CliError> {
    let which = Which::Named(matrix);
    let audit = ready.audit(surveyed(ready.matrices(&which)?))?;
    let (result, _) = &audit.matrices[0];
    match result.features.iter().find(|judged| judged.feature.id == feature) {
        Some(judged) => {
            let objects = report::in_the_way(&audit, |it| report::is_asked(it, judged));
            let brought = aside(args, &which, &objects, &audit)?;
            Ok(report::explain_feature(&audit, result, judged, &brought))
        }
        None => Err(CliError::Usage(format!("`{matrix}` has no feature `{feature}`"))),
    }
}

/// The finding with a short id. More or fewer digits than are printed today name it too, as long as it is the only one.
fn finding(ready: &mut Ready, family: &str, digits: &str) -> Result<Option<String>, CliError> {
    if family.len() != 1 || digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return Ok(None);
    }
    let matrices = ready.matrices(&Which::Usual)?;
    let request = Request { matrices, survey: true, ..usual(ready, true).request() };
    let audit = ready.audit(request)?;
    let is_named = |finding: &&Finding| {
        finding.rule.starts_with(family) && finding.fingerprint.starts_with(digits)
    };
    let named: Vec<&Finding> = audit.findings.iter().filter(is_named).collect();
    let [finding] = named[..] else {
        let ids: Vec<&str> = named.iter().map(|finding| finding.id.as_str()).collect();
        return match ids.is_empty() {
            true => Ok(None),
            false => Err(CliError::Usage(format!(
                "`{family}-{digits}` is the start of several ids: {}",
                ids.join(", ")
            ))),
        };
    };
    let page = ready.library.get(&finding.rule).expect("a finding comes from a page");
    let quoted = finding.path.as_deref().zip(finding.line).and_then(|(path, line)| {
        let bytes = ready.snapshot.read(path, MAX_QUOTED)?;
        let text = String::from_utf8_lossy(&bytes);
        text.lines().nth(line.checked_sub(1)? as usize).map(redact)
    });
    Ok(Some(report::explain_finding(&audit, finding, page, quoted.as_deref())))
}

fn list(ready: &Ready) -> Result<String, CliError> {
    let mut out = String::from("RULES\n");
    for rule in ready.library.rules() {
        // A string takes any text, here and below.
        let preview = if rule.preview { "(preview) " } else { "" };
        let _ = writeln!(out, "  {:<36}{preview}{}", rule.id, rule.title);
    }
    out.push_str("\nKINDS OF EVIDENCE\n");
    for kind in ready.library.evidence() {
        let _ = writeln!(out, "  {:<36}{}", kind.id, kind.title);
    }
    let _ = writeln!(
        out,
        "\nMIGRATIONS\n  {MIGRATIONS:<36}Which are in effect, and why the others are not"
    );
    out.push_str("\nFEATURES\n");
    for matrix in ready.matrices(&Which::Usual)? {
        for feature in &matrix.features {
            let _ = writeln!(
                out,
                "  {:<36}{}",
                format!("{}/{}", matrix.name, feature.id),
                feature.title
            );
        }
    }
    Ok(out)
}

fn page(page: &Page) -> String {
    let what = match &page.kind {
        Kind::Rule { severity } => severity.to_string(),
        Kind::Evidence { need, strength, line, .. } => {
            format!("{strength} evidence, need {need:?}; written `{line}`")
        }
    };
    let preview = match (page.preview, page.of_changes) {
        (true, _) => PREVIEW,
        (false, true) => OF_CHANGES,
        _ => "",
    };
    let mut out = format!("{}  {what}\n{}\n{preview}\n{}\n", page.id, page.title, page.prose);
    if !page.parameters.is_empty() {
        out.push_str("\nPARAMETERS\n");
        for (name, parameter) in &page.parameters {
            let value = if parameter.required {
                "required".to_owned()
            } else {
                format!("default {}", parameter.default)
            };
            let _ = writeln!(out, "  {name:<20}{value:<24}{}", parameter.doc);
        }
    }
    let _ = write!(out, "\nQUERY\n{}\n", page.sql);
    if !page.fix.is_empty() {
        let _ = write!(out, "\nFIX\n{}\n", page.fix);
    }
    if !page.tags.is_empty() {
        let _ = writeln!(out, "\nTAGS {}", page.tags.join(", "));
    }
    out
}
