//! The catalogues and profiles that are built in.

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::config::Odoo;

use super::catalogue::Catalogue;
use super::load::{MatrixError, read};
use super::mapping::Mapping;

static MATRICES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/matrices");

/// Every built-in catalogue, by name.
///
/// # Errors
/// One is wrong, which the tests exclude.
pub fn built_in_catalogues() -> Result<Vec<Catalogue>, MatrixError> {
    let mut files: Vec<_> = MATRICES
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort_by_key(|file| file.path());
    files
        .into_iter()
        .map(|file| {
            let name = format!("matrices/{}", file.path().display());
            Catalogue::parse(&name, file.contents_utf8().unwrap_or_default())
        })
        .collect()
}

/// The mapping a profile has for a catalogue, with its file's name.
///
/// # Errors
/// It is wrong, which the tests exclude.
pub fn built_in_mapping(
    profile: &str,
    catalogue: &str,
) -> Result<Option<(String, Mapping)>, MatrixError> {
    let path = format!("profiles/{profile}/{catalogue}.yaml");
    let Some(file) = MATRICES.get_file(&path) else { return Ok(None) };
    let name = format!("matrices/{path}");
    let mapping = Mapping::parse(&name, file.contents_utf8().unwrap_or_default())?;
    Ok(Some((name, mapping)))
}

/// What is said of a profile itself, in its `profile.yaml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// A tree that has all of these paths, files or folders, is one the profile was made for; none: it must be asked for.
    pub recognise: Vec<String>,
    /// Another profile whose options hold where this one has none.
    pub extends: Option<String>,
    /// Options of rules about Odoo, below those of the configuration.
    pub odoo: Odoo,
    /// The rules that run where none are selected; none: the usual ones.
    pub select: Vec<String>,
}

/// A built-in profile by name, with what it extends.
///
/// # Errors
/// It is wrong, which the tests exclude.
pub fn profile(name: &str) -> Result<Option<Profile>, MatrixError> {
    let path = format!("profiles/{name}/profile.yaml");
    let Some(file) = MATRICES.get_file(&path) else { return Ok(None) };
    let text = file.contents_utf8().unwrap_or_default();
    let mut own: Profile = read(&format!("matrices/{path}"), text)?;
    if let Some(base) = own.extends.take().map(|base| profile(&base)).transpose()?.flatten() {
        own.odoo = own.odoo.over(&base.odoo);
        if own.select.is_empty() {
            own.select = base.select;
        }
    }
    Ok(Some(own))
}

/// The names of the built-in profiles.
pub fn profiles() -> Vec<String> {
    let folder = MATRICES.get_dir("profiles");
    let mut names: Vec<String> = folder
        .into_iter()
        .flat_map(Dir::dirs)
        .filter_map(|profile| Some(profile.path().file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}
