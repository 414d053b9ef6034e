//! Rules and kinds of evidence: Markdown pages that hold a query, its reasons and its own tests.

mod library;
mod need;
mod page;
mod parse;
mod run;

pub use library::{Library, LibraryError};
pub use page::{Example, Expectation, Kind, Mechanism, Need, Page, Parameter, ParameterType};
pub use parse::{PageError, RawNeed};
pub use run::{Bound, Outcome, Prepared, Row, RowError};
