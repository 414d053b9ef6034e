//! `parity report`: the evidence report, as a document.

use std::path::Path;

use super::Done;
use super::args::{Args, Format, Report};
use super::choose::usual;
use super::error::CliError;
use super::first::assumed;
use super::matrices::Which;
use super::prepare::{read_named, ready};
use crate::audit::Request;
use crate::report::{self, Sarif, Told};
use crate::snapshot::Stage;

pub(super) fn report(args: &Args, report: &Report) -> Result<Done, CliError> {
    let format = format(args)?;
    let template = report.template.as_deref().map(read_named).transpose()?;
    let mut ready = ready(args, false)?;
    let matrices = ready.matrices(&Which::of(args.common.all))?;
    let chosen = usual(&ready, args.common.all);
    let audit = ready.audit(Request {
        matrices,
        survey: true,
        addons: true,
        licenses: true,
        claims: Some(String::new()),
        ..chosen.request()
    })?;
    let mut templates = ready.templates()?;
    let name = if format == Format::Html { "report.html" } else { "report.md" };
    templates.extend(template.map(|text| (name.to_owned(), text)));
    let assumed = assumed(&ready, &audit);
    let told = Told { assumed, attestations: ready.config.attestation.clone() };
    let output = ready.snapshot.stages().time(Stage::Report, || match format {
        Format::Html => report::html(&audit, &told, &templates).map_err(CliError::Page),
        Format::Json => Ok(report::json(&audit)),
        Format::Sarif => {
            Ok(report::sarif(&audit, &Sarif { library: &ready.library, exit: 0, is_whole: true }))
        }
        _ => report::markdown(&audit, &told, &templates).map_err(CliError::Page),
    })?;
    ready.say_timings(args);
    Ok(Done::with(output))
}

/// The format that is asked for, or that the name of the output ends in.
fn format(args: &Args) -> Result<Format, CliError> {
    let ending = args.common.output.as_deref().and_then(Path::extension);
    let by_name = match ending.and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => Format::Html,
        Some("json") => Format::Json,
        Some("sarif") => Format::Sarif,
        _ => Format::Markdown,
    };
    match args.common.format.unwrap_or(by_name) {
        known @ (Format::Html | Format::Json | Format::Markdown | Format::Sarif) => Ok(known),
        other => {
            Err(CliError::Usage(format!("a report cannot be written as {other:?}").to_lowercase()))
        }
    }
}
