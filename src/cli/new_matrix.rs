//! `parity new matrix`: a mapping of a known catalogue, or a catalogue of one's own with its mapping.

use std::fs;
use std::path::Path;

use super::Done;
use super::adopt::{writable, write};
use super::args::{Args, NewMatrix};
use super::error::CliError;
use super::mapping::begin;
use super::matrices::{catalogue_file, mapping_file};
use super::new::{is_slug, title};
use super::prepare::ready;
use crate::matrix::Catalogue;

const TEMPLATE: &str = include_str!("../../templates/matrix/catalogue.yaml");

pub(super) fn new_matrix(args: &Args, asked: &NewMatrix) -> Result<Done, CliError> {
    let name = &asked.name;
    if !is_slug(name) {
        let why = "is no name: lower-case letters, digits and single hyphens";
        return Err(CliError::Usage(format!("`{name}` {why}")));
    }
    let root = writable(args, &mapping_file(name))?;
    let known = ready(args, false)?.catalogues()?;
    let mut told = Vec::new();
    let catalogue = match known.into_iter().find(|known| known.catalogue == *name) {
        Some(known) => known,
        None => {
            let text = TEMPLATE.replace("{{slug}}", name).replace("{{title}}", &title(name));
            place(&root, &catalogue_file(name), &text, &mut told)?;
            Catalogue::parse(&catalogue_file(name), &text)?
        }
    };
    let count = catalogue.features.len();
    place(&root, &mapping_file(name), &begin(&catalogue), &mut told)?;
    told.push(format!("parity map {name} finds what comes nearest to its {count} features"));
    Ok(Done::with(told.join("\n") + "\n"))
}

/// Writes a new file.
fn place(root: &Path, name: &str, text: &str, told: &mut Vec<String>) -> Result<(), CliError> {
    let file = root.join(name);
    if file.exists() {
        return Err(CliError::Usage(format!("`{name}` is there already")));
    }
    let folder = file.parent().expect("the file is in a folder");
    fs::create_dir_all(folder)
        .map_err(|error| CliError::Usage(format!("cannot make `{}`: {error}", folder.display())))?;
    write(&file, text)?;
    told.push(format!("wrote {name}"));
    Ok(())
}
