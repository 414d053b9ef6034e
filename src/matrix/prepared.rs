//! Prepares the pages a matrix uses, once for all its features.

use std::collections::BTreeMap;

use super::asked::asked;
use super::claim::Claims;
use super::load::{Feature, Matrix};
use super::near::Names;
use super::reading;
use crate::pages::{Library, RowError, Use};
use crate::snapshot::{Needs, Rows, Snapshot};

/// The pages a matrix uses, prepared once, and each leaf bound.
pub struct Prepared {
    pub(super) pages: BTreeMap<String, crate::pages::Prepared>,
    /// By feature, its leaves in the order they are written.
    pub(super) used: BTreeMap<String, Vec<Use>>,
    /// What reads the claims; none where no document speaks of the matrix.
    pub(super) claims: Option<Rows>,
    /// What reads the organisation's own matrices.
    pub(super) readings: Vec<reading::Asked>,
    pub(super) names: Names,
}

/// Prepares the pages a matrix uses and binds each leaf.
///
/// # Errors
/// A page is unsound, or a leaf gives it what it does not take.
pub fn prepare(
    matrix: &Matrix,
    library: &Library,
    snapshot: &mut Snapshot,
) -> Result<Prepared, RowError> {
    let mut prepared = Prepared {
        pages: BTreeMap::new(),
        used: BTreeMap::new(),
        claims: None,
        readings: Vec::new(),
        names: Names::default(),
    };
    let failed = |error| RowError::Query { page: matrix.name.clone(), error };
    if !matrix.documents.is_empty() {
        prepared.claims = Some(Claims::ask(matrix, snapshot).map_err(failed)?);
    }
    for reading in &matrix.readings {
        prepared.readings.push(reading::Asked::new(reading, snapshot).map_err(failed)?);
    }
    for feature in matrix.features.iter().chain(&existence(matrix)) {
        let mut used = Vec::new();
        for asked in asked(feature) {
            let leaf = asked.leaf;
            if !prepared.pages.contains_key(&leaf.kind) {
                let page = library.get(&leaf.kind).expect("loading a matrix checks its kinds");
                let page = crate::pages::Prepared::new(page, snapshot)?;
                prepared.pages.insert(leaf.kind.clone(), page);
            }
            let place = |error| match error {
                RowError::Shape { message, .. } => {
                    RowError::Shape { page: format!("{}/{}", matrix.name, feature.id), message }
                }
                other => other,
            };
            let page = &prepared.pages[&leaf.kind];
            prepared.names.want(page, leaf, snapshot).map_err(failed)?;
            let bound = page.bind(&leaf.parameters).map_err(place)?;
            used.push(page.put(bound, asked.same, leaf.within.as_deref(), snapshot));
        }
        prepared.used.insert(feature.id.clone(), used);
    }
    prepared.names.put(snapshot);
    Ok(prepared)
}

impl Prepared {
    /// What must be read before the matrix can be judged.
    pub fn needs(&self) -> impl Iterator<Item = &Needs> {
        let claims = self.claims.iter().map(|asked| &asked.needs);
        let readings = self.readings.iter().map(reading::Asked::needs);
        let used = self.used.values().flatten().map(Use::needs);
        used.chain(self.names.needs()).chain(claims).chain(readings)
    }
}

/// What must be there for the matrix to apply, as a feature of no name.
pub(super) fn existence(matrix: &Matrix) -> Option<Feature> {
    let evidence = matrix.applies.clone()?;
    Some(Feature { evidence: Some(evidence), ..Feature::default() })
}
