//! `parity test`: runs the examples on pages and in matrices.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::Done;
use super::args::Test;
use super::error::CliError;
use super::prepare::read_named;
use super::test_matrices::matrices;
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
            collect(folder, "md", &mut files)?;
            files.sort();
            let read = |path: &PathBuf| {
                let text = read_named(path)?;
                Page::parse(&path.display().to_string(), &text)
                    .map_err(|error| CliError::Page(error.to_string()))
            };
            files.iter().map(read).collect::<Result<_, CliError>>()?
        }
    };
    let matrices = matrices(test.folder.as_deref())?;
    if pages.is_empty() && matrices.is_empty() {
        return Err(CliError::Usage("there is no page and no matrix to test".to_owned()));
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
    for (name, examples, wrong) in &matrices {
        let sign = if wrong.is_empty() { "ok  " } else { "FAIL" };
        let _ = writeln!(output, "{sign} {name:<36}{examples:>3} examples");
        wrong.iter().for_each(|fault| output.push_str(&format!("     {fault}\n")));
        faults += usize::from(!wrong.is_empty());
    }
    let all = pages.len() + matrices.len();
    let what = if matrices.is_empty() { "pages" } else { "pages and matrices" };
    let failure = || format!("{faults} of {all} {what} do not do what they say");
    Ok(Done { output, failure: (faults > 0).then(failure) })
}

/// The files of a folder with an ending.
pub(super) fn collect(
    folder: &Path,
    wanted: &str,
    into: &mut Vec<PathBuf>,
) -> Result<(), CliError> {
    let wrong = |error| CliError::Usage(format!("`{}` cannot be read: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, wanted, into)?;
        } else if path.extension().is_some_and(|ending| ending == wanted)
            && path.file_name().is_some_and(|name| name != "README.md")
        {
            into.push(path);
        }
    }
    Ok(())
}
