//! `parity addons`: the inventory of Odoo addons.

use std::path::Path;

use super::Done;
use super::args::{Args, Format};
use super::choose::chosen;
use super::error::CliError;
use super::prepare::ready;
use crate::audit::Request;
use crate::report;

/// The families of rules whose findings make an addon's health.
const HEALTH: [&str; 2] = ["license", "odoo"];

pub(super) fn addons(args: &Args) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let select = HEALTH.map(str::to_owned);
    let chosen = chosen(&ready, &select, &[], args.common.all, false)?;
    let audit = ready.audit(Request { addons: true, ..chosen.request() })?;
    ready.say_timings(args);
    Ok(Done::with(match format(args) {
        Format::Terminal => report::addons_terminal(&audit),
        Format::Json => report::addons_json(&audit),
        Format::Csv => report::addons_csv(&audit),
        Format::Svg => report::graph(&audit).ok_or_else(|| {
            CliError::Usage(
                "there is no addon to draw, or there are more than a picture holds".to_owned(),
            )
        })?,
        _ => {
            let formats = "`addons` is written as terminal, json, csv or svg";
            return Err(CliError::Usage(formats.to_owned()));
        }
    }))
}

/// The format that is asked for, or that the name of the output ends in.
fn format(args: &Args) -> Format {
    let ending = args.common.output.as_deref().and_then(Path::extension);
    let by_name = match ending.and_then(|ending| ending.to_str()) {
        Some("svg") => Format::Svg,
        Some("json") => Format::Json,
        Some("csv") => Format::Csv,
        _ => Format::Terminal,
    };
    args.common.format.unwrap_or(by_name)
}
