//! `parity test`: runs the examples on pages.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::Done;
use super::args::Test;
use super::error::CliError;
use super::prepare::read_named;
use crate::audit::prove;
use crate::pages::{Library, Page};

pub(super) fn test(test: &Test) -> Result<Done, CliError> {
    let pages: Vec<Page> = match &test.folder {
        None => {
            let library = Library::built_in()?;
            library.rules().chain(library.evidence()).cloned().collect()
        }
        Some(folder) => {
            let mut files = Vec::new();
            collect(folder, &mut files)?;
            files.sort();
            let read = |path: &PathBuf| {
                let text = read_named(path)?;
                Page::parse(&path.display().to_string(), &text)
                    .map_err(|error| CliError::Page(error.to_string()))
            };
            files.iter().map(read).collect::<Result<_, CliError>>()?
        }
    };
    if pages.is_empty() {
        return Err(CliError::Usage("there is no page to test".to_owned()));
    }
    let mut output = String::new();
    let mut faults = 0;
    for page in &pages {
        let proof = prove(page);
        let sign = if proof.faults.is_empty() { "ok  " } else { "FAIL" };
        // A string takes any text.
        let _ = writeln!(
            output,
            "{sign} {:<36}{:>3} examples {:>4} nulled {:>4} unseen",
            page.id, proof.examples, proof.nulled, proof.unseen
        );
        for fault in &proof.faults {
            let _ = writeln!(output, "     {fault}");
        }
        faults += usize::from(!proof.faults.is_empty());
    }
    Ok(Done {
        output,
        failure: (faults > 0)
            .then(|| format!("{faults} of {} pages do not do what they say", pages.len())),
    })
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let wrong = |error| CliError::Usage(format!("`{}` cannot be read: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "md")
            && path.file_name().is_some_and(|name| name != "README.md")
        {
            into.push(path);
        }
    }
    Ok(())
}
