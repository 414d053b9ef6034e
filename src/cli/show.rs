//! `parity`, `parity score` and `parity report`: what is there, in a glance, in a table, as a document.

use super::Done;
use super::args::{Args, Format, Report, Score};
use super::error::CliError;
use super::prepare::{read_named, ready};
use crate::audit::{Audit, Request};
use crate::report::{self, Look, Sarif};
use crate::snapshot::Stage;

pub(super) fn look(args: &Args) -> Result<Done, CliError> {
    let (audit, assumed) = whole(args)?;
    match args.common.format {
        None | Some(Format::Terminal) => Ok(Done::with(report::look(&audit, &Look { assumed }))),
        Some(Format::Json) => Ok(Done::with(report::json(&audit))),
        Some(other) => Err(CliError::Usage(
            format!("the first look cannot be written as {other:?}").to_lowercase(),
        )),
    }
}

/// Every rule and every matrix.
fn whole(args: &Args) -> Result<(Audit, Vec<String>), CliError> {
    let mut ready = ready(args, false)?;
    let matrices = ready.matrices(None)?;
    let request =
        Request { rules: ready.all_rules(), matrices, waivers: true, ..Request::default() };
    let audit = ready.audit(request)?;
    ready.say_timings(args);
    Ok((audit, ready.assumed))
}

pub(super) fn score(args: &Args, score: &Score) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let matrices = ready.matrices(score.matrix.as_deref())?;
    ready.config.gates.clear();
    for gate in &score.min {
        let usage = || CliError::Usage(format!("--min `{gate}` is not MATRIX=PCT"));
        let (name, min) = gate.split_once('=').ok_or_else(usage)?;
        let asked =
            crate::config::Gate { min: Some(min.parse().map_err(|_| usage())?), claims: false };
        asked.check().map_err(|message| CliError::Usage(format!("--min `{gate}`: {message}")))?;
        ready.config.gates.insert(name.to_owned(), asked);
    }
    let audit = ready.audit(Request { matrices, waivers: true, ..Request::default() })?;
    ready.say_timings(args);
    let output = match args.common.format.unwrap_or(Format::Terminal) {
        Format::Terminal => report::score(&audit),
        Format::Json => report::json(&audit),
        other => {
            return Err(CliError::Usage(
                format!("`score` cannot be written as {other:?}").to_lowercase(),
            ));
        }
    };
    let failure = (!audit.missed.is_empty()).then(|| audit.missed.join("; "));
    Ok(Done { output, failure })
}

pub(super) fn report(args: &Args, report: &Report) -> Result<Done, CliError> {
    let template = report.template.as_deref().map(read_named).transpose()?;
    let mut ready = ready(args, false)?;
    let matrices = ready.matrices(None)?;
    let request =
        Request { rules: ready.all_rules(), matrices, waivers: true, ..Request::default() };
    let audit = ready.audit(request)?;
    let json = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "json");
    let by_name = args.common.output.as_deref().is_some_and(json).then_some(Format::Json);
    let output = ready.snapshot.stages().time(Stage::Report, || {
        match args.common.format.or(by_name).unwrap_or(Format::Markdown) {
            Format::Markdown => {
                report::markdown(&audit, template.as_deref()).map_err(CliError::Page)
            }
            Format::Json => Ok(report::json(&audit)),
            Format::Sarif => Ok(report::sarif(
                &audit,
                &Sarif { library: &ready.library, exit: 0, is_whole: true },
            )),
            other => Err(CliError::Usage(
                format!("a report cannot be written as {other:?}").to_lowercase(),
            )),
        }
    })?;
    ready.say_timings(args);
    Ok(Done::with(output))
}
