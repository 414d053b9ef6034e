//! `parity explain`: what a rule, kind of evidence, feature or finding is, and why.

use std::fmt::Write as _;

use super::Done;
use super::args::{Args, Explain};
use super::choose::usual;
use super::error::CliError;
use super::matrices::Which;
use super::prepare::{Ready, ready};
use crate::audit::{Audit, Request};
use crate::base::{Truth, Verdict};
use crate::config::nearest;
use crate::matrix::{Evidence, FeatureResult, built_in_catalogues};
use crate::pages::{Kind, Page, Row};
use crate::report::plain;

/// What is said of a rule in preview.
const PREVIEW: &str =
    "in preview: runs only with --all, or where it is selected, set or waived by its id\n";

pub(super) fn explain(args: &Args, explain: &Explain) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let Some(id) = &explain.id else { return Ok(Done::with(list(&ready)?)) };
    if let Some(found) = ready.library.get(id) {
        let renamed =
            if found.id == *id { String::new() } else { format!("`{id}` is now `{}`\n", found.id) };
        return Ok(Done::with(renamed + &page(found)));
    }
    if let Some((matrix, feature)) = id.split_once('/').filter(|(matrix, _)| is_matrix(matrix)) {
        let matrices = ready.matrices(&Which::Named(matrix))?;
        let audit = ready.audit(Request { matrices, waivers: true, ..Request::default() })?;
        let judged =
            audit.matrices[0].0.features.iter().find(|judged| judged.feature.id == feature);
        let judged = judged
            .ok_or_else(|| CliError::Usage(format!("`{matrix}` has no feature `{feature}`")))?;
        return Ok(Done::with(self::feature(judged, &audit)));
    }
    if id.contains('-') && !id.contains('/') {
        let audit = ready.audit(usual(&ready, true).request())?;
        if let Some(text) = finding(&ready, &audit, id) {
            return Ok(Done::with(text));
        }
    }
    let known = ready.library.rules().chain(ready.library.evidence()).map(|page| page.id.clone());
    let hint = nearest(id, known).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
    Err(CliError::Usage(format!("there is nothing called `{id}` to explain{hint}")))
}

fn is_matrix(name: &str) -> bool {
    built_in_catalogues()
        .is_ok_and(|catalogues| catalogues.iter().any(|catalogue| catalogue.catalogue == name))
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
    let preview = if page.preview { PREVIEW } else { "" };
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

fn feature(judged: &FeatureResult, audit: &Audit) -> String {
    let feature = &judged.feature;
    let (result, _) = &audit.matrices[0];
    let why = judged.reason.map_or(String::new(), |reason| format!("  ({reason})"));
    let verdict = if judged.verdict == Verdict::Missing {
        "not found".to_owned()
    } else {
        judged.verdict.to_string()
    };
    let mut out = format!(
        "{}/{}  {}  {}{why}\n",
        result.matrix.name,
        feature.id,
        feature.title,
        verdict.to_uppercase()
    );
    let own: Vec<String> =
        [("layer", &feature.layer), ("phase", &feature.phase), ("priority", &feature.priority)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
    let _ = writeln!(out, "area {} · {}", result.matrix.areas[&feature.area], own.join(" · "));
    if let Some(decision) = &feature.decision {
        let _ = writeln!(
            out,
            "decided: {} ({}, {})",
            plain(&decision.reason),
            plain(&decision.by),
            decision.on
        );
    }
    if let Some(disputed) = &feature.disputed {
        let _ = writeln!(out, "disputed: {}", plain(disputed));
    }
    out.push_str("\nNEEDED AND FOUND\n");
    for piece in &judged.evidence {
        evidence(piece, &mut out);
    }
    if judged.evidence.is_empty() {
        out.push_str("  no evidence is asked for, so nothing can be said\n");
    }
    out
}

fn evidence(piece: &Evidence, out: &mut String) {
    let sign = match piece.level.decided().map(|level| level == crate::base::Level::Verified) {
        Some(true) => '✓',
        Some(false) => '✗',
        None => '?',
    };
    let alternative = if piece.alternative.is_empty() {
        String::new()
    } else {
        format!("or {}: ", piece.alternative)
    };
    let guard = if piece.guard { " (must not be there)" } else { "" };
    let reason = piece.reason.map_or(String::new(), |reason| format!("  {reason}"));
    let [holds, fails, unknown] = piece.counts;
    let _ = writeln!(
        out,
        "  {sign} {alternative}{}{guard}{reason}  [{}]",
        plain(&piece.evidence),
        piece.strength
    );
    if let Some(decisive) = &piece.decisive {
        let _ = writeln!(out, "      decisive: {}", plain(decisive));
    }
    for row in &piece.rows {
        let _ = writeln!(out, "      {}", place(row));
    }
    if holds + fails + unknown > piece.rows.len() {
        let _ = writeln!(out, "      {holds} hold, {fails} fail, {unknown} are undecided");
    }
    for set in &piece.searched {
        let _ = writeln!(
            out,
            "      searched {}: {} files, sha256 {}",
            plain(&set.of),
            set.files,
            &set.sha256[..16]
        );
    }
}

fn place(row: &Row) -> String {
    let sign = match row.ok {
        Truth::Holds => "holds",
        Truth::Fails => "fails",
        Truth::Unknown => "undecided",
    };
    let line = row.line.map_or(String::new(), |line| format!(":{line}"));
    let place = row.path.as_deref().map_or(String::new(), |path| format!("{path}{line}: "));
    let subject = if row.path.as_ref() == Some(&row.subject) {
        String::new()
    } else {
        format!("{}: ", row.subject)
    };
    plain(&format!("{sign}: {place}{subject}{}", row.message))
}

fn finding(ready: &Ready, audit: &Audit, id: &str) -> Option<String> {
    let finding = audit.findings.iter().find(|finding| finding.id == id)?;
    let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
    let place =
        finding.path.as_deref().map_or("(nowhere)".to_owned(), |path| format!("{path}{line}"));
    let mut out = format!(
        "{}  {}  {} ({})\n{}\n  {}: {}\n  fingerprint {}\n\n",
        finding.id,
        finding.rule,
        finding.severity,
        finding.status.as_str(),
        plain(&place),
        plain(&finding.subject),
        plain(&finding.message),
        finding.fingerprint,
    );
    out.push_str(&page(ready.library.get(&finding.rule)?));
    Some(out)
}
