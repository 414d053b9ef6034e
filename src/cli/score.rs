//! `parity score`: what is there, feature by feature.

use super::Done;
use super::args::{Args, Format, Score};
use super::error::CliError;
use super::matrices::Which;
use super::prepare::ready;
use crate::audit::Request;
use crate::config::{ClaimsGate, Gate};
use crate::report;

pub(super) fn score(args: &Args, score: &Score) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let which = match &score.matrix {
        Some(matrix) => Which::Named(matrix),
        None => Which::of(args.common.all),
    };
    let matrices = ready.matrices(&which)?;
    ready.config.gates.clear();
    for gate in &score.min {
        let usage = || CliError::Usage(format!("--min `{gate}` is not MATRIX=PCT"));
        let (name, min) = gate.split_once('=').ok_or_else(usage)?;
        let min = Some(min.parse().map_err(|_| usage())?);
        let asked = Gate { min, claims: ClaimsGate::Off, overdue: false };
        asked.check().map_err(|message| CliError::Usage(format!("--min `{gate}`: {message}")))?;
        ready.config.gates.insert(name.to_owned(), asked);
    }
    let audit = ready.audit(Request { matrices, waivers: true, ..Request::default() })?;
    ready.say_timings(args);
    let output = match args.common.format.unwrap_or(Format::Terminal) {
        Format::Terminal if score.unknown => report::open_evidence(&audit),
        Format::Terminal => report::score(&audit, score.why),
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
