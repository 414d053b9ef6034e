//! Which matrices are judged, and whose mappings are laid over them.

use std::collections::BTreeSet;

use super::error::CliError;
use super::prepare::{Ready, read};
use crate::matrix::{
    Catalogue, Mapping, Matrix, built_in_catalogues, built_in_mapping, profile, profiles,
};
use crate::source::Source;

/// Which matrices are judged.
pub(super) enum Which<'a> {
    /// All but drafts that no gate names.
    Usual,
    /// Drafts too.
    All,
    /// This one.
    Named(&'a str),
}

impl Which<'_> {
    /// All or the usual ones.
    pub(super) fn of(all: bool) -> Self {
        if all { Which::All } else { Which::Usual }
    }
}

/// Where a repository keeps its own mapping of a catalogue.
pub(super) fn mapping_file(catalogue: &str) -> String {
    format!("parity/{catalogue}.yaml")
}

/// Where a repository keeps a catalogue of its own.
pub(super) fn catalogue_file(name: &str) -> String {
    format!("{CATALOGUES}{name}.yaml")
}

/// The folder of a repository's own catalogues.
const CATALOGUES: &str = "parity/catalogues/";

/// The profile that was made for this tree; that it is used is said aloud.
pub(super) fn recognised(
    source: &dyn Source,
    assumed: &mut Vec<String>,
) -> Result<Option<String>, CliError> {
    let entries = source.entries();
    let mut own = built_in_catalogues()?.into_iter().map(|own| mapping_file(&own.catalogue));
    if own.any(|file| entries.iter().any(|entry| entry.path == file)) {
        return Ok(None);
    }
    let has = |path: &String| {
        let inside = format!("{path}/");
        entries.iter().any(|entry| entry.path == *path || entry.path.starts_with(&inside))
    };
    for name in profiles() {
        let Some(profile) = profile(&name)? else { continue };
        if !profile.recognise.is_empty() && profile.recognise.iter().all(has) {
            let by = profile.recognise.join(" and ");
            assumed.push(format!("profile {name}, recognised by {by}"));
            return Ok(Some(name));
        }
    }
    Ok(None)
}

impl Ready {
    /// The built-in catalogues and the repository's own, which extend those before them.
    pub(super) fn catalogues(&self) -> Result<Vec<Catalogue>, CliError> {
        let mut known = built_in_catalogues()?;
        let source = self.snapshot.source();
        let is_own = |path: &&String| path.starts_with(CATALOGUES) && path.ends_with(".yaml");
        for path in source.entries().iter().map(|entry| &entry.path).filter(is_own) {
            let text = read(source, path).unwrap_or_else(|| Err("is no file".to_owned()));
            let text = text.map_err(|message| CliError::Page(format!("{path}: {message}")))?;
            let own = Catalogue::parse(path, &text)?.extended(&known)?;
            if catalogue_file(&own.catalogue) != *path {
                let place = catalogue_file(&own.catalogue);
                let message = format!("holds `{}`, whose place is {place}", own.catalogue);
                return Err(CliError::Page(format!("{path}: {message}")));
            }
            if known.iter().any(|other| other.catalogue == own.catalogue) {
                let message = format!("`{}` is the name of a built-in catalogue", own.catalogue);
                return Err(CliError::Page(format!("{path}: {message}")));
            }
            known.push(own);
        }
        Ok(known)
    }

    /// The matrices: built-in catalogues, with the repository's own mapping or the profile's laid over each.
    pub(super) fn matrices(&self, which: &Which<'_>) -> Result<Vec<Matrix>, CliError> {
        let mut matrices = Vec::new();
        let mut names = Vec::new();
        for catalogue in self.catalogues()? {
            names.push(catalogue.catalogue.clone());
            let wanted = match which {
                Which::All => true,
                Which::Named(name) => *name == catalogue.catalogue,
                Which::Usual => {
                    !catalogue.draft || self.config.gates.contains_key(&catalogue.catalogue)
                }
            };
            if !wanted || self.is_of_another_product(&catalogue.catalogue) {
                continue;
            }
            let file = mapping_file(&catalogue.catalogue);
            let mapping = match (&self.profile, read(self.snapshot.source(), &file)) {
                (Some(profile), _) => built_in_mapping(profile, &catalogue.catalogue)?,
                (None, Some(Ok(text))) => Some((file.clone(), Mapping::parse(&file, &text)?)),
                (None, Some(Err(message))) => {
                    return Err(CliError::Page(format!("{file}: {message}")));
                }
                (None, None) => None,
            };
            let laid = mapping.as_ref().map(|(file, mapping)| (file.as_str(), mapping));
            matrices.push(Matrix::new(&catalogue, laid, &self.library)?);
        }
        match which {
            Which::Named(name) if matrices.is_empty() => Err(CliError::Usage(format!(
                "there is no matrix `{name}`; there are: {}",
                names.join(", ")
            ))),
            _ => Ok(matrices),
        }
    }

    /// The features of which the repository's own mapping of a catalogue says where they are, or what was decided.
    pub(super) fn mapped(&self, catalogue: &str) -> Result<BTreeSet<String>, CliError> {
        let file = mapping_file(catalogue);
        let text = read(self.snapshot.source(), &file).transpose();
        let text = text.map_err(|message| CliError::Page(format!("{file}: {message}")))?;
        let mapping = text.map(|text| Mapping::parse(&file, &text)).transpose()?;
        let features = mapping.into_iter().flat_map(|mapping| mapping.features);
        Ok(features.filter(|(_, said)| said.is_settled()).map(|(id, _)| id).collect())
    }

    /// Whether the product that is looked at is judged by other matrices.
    fn is_of_another_product(&self, matrix: &str) -> bool {
        let chosen = self.options.product.as_ref().and_then(|name| self.config.product.get(name));
        chosen.is_some_and(|product| {
            !product.matrices.is_empty() && !product.matrices.iter().any(|name| name == matrix)
        })
    }
}
