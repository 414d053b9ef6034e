//! The part of `parity test` that tries matrices.

use std::path::Path;

use super::error::CliError;
use super::prepare::read_named;
use super::test::collect;
use crate::audit::prove_matrix;
use crate::matrix::{Catalogue, Mapping, Matrix, MatrixExample, built_in_catalogues};
use crate::pages::Library;

/// A matrix that was tried: its name, how many examples it has, and what is wrong with it.
pub(super) type Tried = (String, usize, Vec<String>);

/// Tries the matrices of a folder, with the built-in catalogues; of none, the built-in ones.
pub(super) fn matrices(folder: Option<&Path>) -> Result<Vec<Tried>, CliError> {
    let library = Library::built_in()?;
    let mut known = built_in_catalogues()?;
    let Some(folder) = folder else {
        let tried = known.iter().map(|catalogue| {
            tried(catalogue.called(), catalogue, None, &catalogue.examples, &library)
        });
        return tried.collect();
    };
    let mut files = Vec::new();
    collect(folder, "yaml", &mut files)?;
    files.sort();
    let (mut mappings, mut tests) = (Vec::new(), Vec::new());
    for file in files {
        let (name, text) = (file.display().to_string(), read_named(&file)?);
        if text.lines().any(|line| line.starts_with("catalogue:")) {
            let own = Catalogue::parse(&name, &text)?.extended(&known)?;
            tests.push(tried(name, &own, None, &own.examples, &library)?);
            known.push(own);
        } else if text.lines().any(|line| line.starts_with("extends:")) {
            mappings.push((name.clone(), Mapping::parse(&name, &text)?));
        }
    }
    for (name, mapping) in mappings {
        let catalogue = known.iter().find(|known| known.called() == mapping.extends);
        let unknown =
            || CliError::Page(format!("{name}: extends `{}`, which there is not", mapping.extends));
        let catalogue = catalogue.ok_or_else(unknown)?;
        tests.push(tried(
            name.clone(),
            catalogue,
            Some((&name, &mapping)),
            &mapping.examples,
            &library,
        )?);
    }
    Ok(tests)
}

fn tried(
    name: String,
    catalogue: &Catalogue,
    mapping: Option<(&str, &Mapping)>,
    examples: &[MatrixExample],
    library: &Library,
) -> Result<Tried, CliError> {
    let matrix = Matrix::new(catalogue, mapping, library)?;
    Ok((name, examples.len(), prove_matrix(&matrix, examples, library)))
}
