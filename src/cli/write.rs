//! One audit in any number of formats.

use std::fs;
use std::path::PathBuf;

use clap::ValueEnum as _;

use super::args::{FailOn, Format};
use super::error::CliError;
use crate::audit::Audit;
use crate::pages::Library;
use crate::report::{self, Sarif, Steps, Templates, Told};

/// An audit that was judged, and what its formats need beside it.
pub(super) struct Judged<'a> {
    pub audit: &'a Audit,
    pub library: &'a Library,
    /// The audit it was compared with, and how that would have come out otherwise.
    pub before: Option<(&'a Audit, &'a Steps)>,
    pub fail_on: FailOn,
    /// What decides the exit status, if it is not 0.
    pub failure: Option<&'a str>,
}

impl Judged<'_> {
    /// The result of `check` in a format.
    pub(super) fn written(&self, format: Format) -> Result<String, CliError> {
        let audit = self.audit;
        Ok(match format {
            Format::Terminal => report::check(audit),
            Format::Json => report::json(audit),
            Format::Jsonl => report::findings_jsonl(audit),
            Format::Csv => report::findings_csv(audit),
            Format::Markdown => report::markdown(audit, &Told::default(), &Templates::default())
                .map_err(CliError::Page)?,
            Format::Html => report::html(audit, &Told::default(), &Templates::default())
                .map_err(CliError::Page)?,
            Format::Sarif => {
                let exit = u8::from(self.failure.is_some());
                report::sarif(audit, &Sarif { library: self.library, exit, is_whole: false })
            }
            Format::Github => report::github(audit),
            Format::Junit => report::junit(audit, |severity| self.fail_on.fails(severity)),
            Format::Summary => report::summary(audit, self.before, self.failure),
            Format::Svg => return Err(CliError::Usage("only `addons` is drawn".to_owned())),
            Format::Spdx | Format::Spdx3 | Format::Cyclonedx => {
                let only = "only `licenses` is written as a bill of materials";
                return Err(CliError::Usage(only.to_owned()));
            }
        })
    }
}

/// Another output: its format and its file.
pub(super) struct Also {
    pub format: Format,
    pub file: PathBuf,
}

impl Also {
    /// Reads `FORMAT=FILE`.
    pub(super) fn parse(text: &str) -> Result<Also, CliError> {
        let usage = |why: &str| CliError::Usage(format!("--also `{text}` {why}"));
        let (name, file) = text.split_once('=').ok_or_else(|| usage("is not FORMAT=FILE"))?;
        let format = Format::from_str(name, false).map_err(|_| {
            let known: Vec<_> = Format::value_variants()
                .iter()
                .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                .collect();
            usage(&format!("names no format; there are: {}", known.join(", ")))
        })?;
        match file {
            "" => Err(usage("names no file")),
            file => Ok(Also { format, file: file.into() }),
        }
    }

    /// Writes the audit there.
    pub(super) fn write(&self, judged: &Judged<'_>) -> Result<(), CliError> {
        fs::write(&self.file, judged.written(self.format)?).map_err(|error| {
            CliError::Usage(format!("cannot write `{}`: {error}", self.file.display()))
        })
    }
}
