//! Matrices: catalogues of what a bought product has, mappings of where an organisation has it, and what comes of both.

mod algebra;
mod built_in;
mod evaluate;
mod line;
mod load;
mod node;
mod score;
mod weigh;

pub use algebra::{Guard, Standing, all, any};
pub use built_in::{built_in_catalogues, built_in_mapping, profiles};
pub use evaluate::{Evidence, FeatureResult, MatrixResult, Prepared, evaluate, prepare};
pub use line::read_line;
pub use load::{Catalogue, Decision, Feature, Mapping, Matrix, MatrixError};
pub use node::{Leaf, Node};
pub use score::{Score, scores};
