//! `parity fmt`: matrices as short as they can be written, comments kept.

use std::fs;
use std::path::PathBuf;

use super::Done;
use super::adopt::{writable, write};
use super::args::{Args, Fmt};
use super::error::CliError;
use super::prepare::{read_named, ready};
use crate::matrix::Sheet;

pub(super) fn fmt(args: &Args, fmt: &Fmt) -> Result<Done, CliError> {
    let library = ready(args, false)?.library;
    let files = if fmt.files.is_empty() { own(args)? } else { fmt.files.clone() };
    let (mut told, mut changed) = (String::new(), 0);
    for file in &files {
        let name = file.display();
        let text = read_named(file)?;
        let sheet = Sheet::parse(&text)
            .map_err(|message| CliError::Page(format!("{name}: cannot be formatted: {message}")))?;
        let (made, left) = sheet.formatted(&library);
        if !left.is_empty() {
            told += &format!("{name}: left as they are, for their comments: {}\n", left.join(", "));
        }
        let made = made.text();
        if made == text {
            continue;
        }
        changed += 1;
        if !fmt.check {
            write(file, &made)?;
        }
        told += &format!("{}: {name}\n", if fmt.check { "would be written" } else { "written" });
    }
    let failure =
        (fmt.check && changed > 0).then(|| format!("{changed} matrices are not formatted"));
    Ok(Done { output: told, failure })
}

/// The mappings and catalogues of the repository.
fn own(args: &Args) -> Result<Vec<PathBuf>, CliError> {
    let root = writable(args, "a matrix")?;
    let mut files = Vec::new();
    for folder in [root.join("parity"), root.join("parity/catalogues")] {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let yaml = entries.map(|entry| entry.path()).filter(|path| {
            path.extension().is_some_and(|ending| ending == "yaml") && path.is_file()
        });
        files.extend(yaml);
    }
    files.sort();
    Ok(files)
}
