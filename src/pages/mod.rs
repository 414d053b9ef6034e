//! Rules and kinds of evidence: Markdown pages that hold a query, its reasons and its own tests.

mod bind;
mod library;
mod need;
mod outcome;
mod page;
mod parse;
mod put;
mod run;

pub use bind::Bound;
pub use library::{Library, LibraryError};
pub use outcome::{Outcome, Row};
pub use page::{Example, Expectation, Kind, Mechanism, Need, Page, Parameter, ParameterType};
pub use parse::{PageError, RawNeed};
pub use put::Use;
pub use run::{Prepared, RowError, Run, WORDLESS};
