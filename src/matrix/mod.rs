//! Matrices: catalogues of what a bought product has, mappings of where an organisation has it, and what comes of both.

mod agreement;
mod algebra;
mod built_in;
mod catalogue;
mod claim;
mod duplicate;
mod evaluate;
mod line;
mod load;
mod mapping;
mod near;
mod node;
mod propose;
mod reading;
mod render;
mod score;
mod sheet;
mod shorten;
mod weigh;

pub use agreement::Agreement;
pub use algebra::{Guard, Standing, all, any};
pub use built_in::{Profile, built_in_catalogues, built_in_mapping, profile, profiles};
pub use catalogue::{Catalogue, CatalogueFeature, MatrixExample};
pub use claim::{Claimed, Claims, FeatureClaim, MatrixClaim};
pub use evaluate::{Evidence, FeatureResult, MatrixResult, Prepared, evaluate, prepare};
pub use line::read_line;
pub use load::{Feature, Matrix, MatrixError};
pub use mapping::{Decision, Mapping, Target};
pub use near::Near;
pub use node::{Leaf, Node};
pub use propose::{Proposal, Things, of_proposals, propose};
pub use reading::Reading;
pub use score::{DIMENSIONS, Score, scores};
pub use sheet::Sheet;
