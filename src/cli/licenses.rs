//! `parity licenses`: the inventory of licences, and the bill of materials made of it.

use super::Done;
use super::args::{Args, Format};
use super::error::CliError;
use super::prepare::{Ready, ready};
use crate::audit::{Audit, Request};
use crate::base::sha1_hex;
use crate::report::{self, Contents};

/// The largest file that is read for its digest, in bytes.
const MAX_FILE: u64 = 1 << 30;
/// The longest text of a licence that goes into a document, in bytes.
const MAX_TEXT: u64 = 1 << 20;

pub(super) fn licenses(args: &Args) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let audit = ready.audit(Request { licenses: true, skips_gates: true, ..Request::default() })?;
    ready.say_timings(args);
    Ok(Done::with(match args.common.format.unwrap_or_else(|| by_name(args)) {
        Format::Terminal => report::licenses_terminal(&audit),
        Format::Json => report::licenses_json(&audit),
        Format::Csv => report::licenses_csv(&audit),
        Format::Spdx => report::spdx2(&audit, &contents(&ready, &audit, true)),
        Format::Spdx3 => report::spdx3(&audit, &contents(&ready, &audit, false)),
        Format::Cyclonedx => report::cyclonedx(&audit, &contents(&ready, &audit, false)),
        _ => {
            let formats =
                "`licenses` is written as terminal, json, csv, spdx, spdx3 or cyclonedx".to_owned();
            return Err(CliError::Usage(formats));
        }
    }))
}

/// The format that the name of the output ends in, as its makers want it to.
fn by_name(args: &Args) -> Format {
    let name = args.common.output.as_deref().and_then(|path| path.to_str()).unwrap_or_default();
    let endings = [
        (".spdx.json", Format::Spdx),
        (".spdx3.json", Format::Spdx3),
        (".cdx.json", Format::Cyclonedx),
        ("bom.json", Format::Cyclonedx),
        (".json", Format::Json),
        (".csv", Format::Csv),
    ];
    let found = endings.into_iter().find(|(ending, _)| name.ends_with(ending));
    found.map_or(Format::Terminal, |(_, format)| format)
}

/// What documents hold of the contents themselves; digests only where they are wanted, since all is read for them.
fn contents(ready: &Ready, audit: &Audit, digests: bool) -> Contents {
    let mut contents = Contents::default();
    for file in &audit.licenses.files {
        let own =
            file.path.strip_prefix("LICENSES/").filter(|name| name.starts_with("LicenseRef-"));
        if let Some(id) = own.and_then(|name| name.rsplit_once('.')).map(|(id, _)| id) {
            let bytes = ready.snapshot.read(&file.path, MAX_TEXT).unwrap_or_default();
            contents.texts.insert(id.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
        }
        if digests && let Some(bytes) = ready.snapshot.read(&file.path, MAX_FILE) {
            contents.sha1.insert(file.path.clone(), sha1_hex(&bytes));
        }
    }
    contents
}
