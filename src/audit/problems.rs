//! What could not be read or decided.

use super::AuditError;
use crate::base::{Value, redact};
use crate::snapshot::{Rows, Snapshot};

/// Something that could not be read or decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// Who says so.
    pub analyzer: String,
    /// What it is, stable.
    pub code: String,
    /// What it is, in words.
    pub message: String,
}

/// Reads them, in order.
pub(super) fn read(snapshot: &Snapshot, asked: &Rows) -> Result<Vec<Problem>, AuditError> {
    let text = |value: &Value| value.as_text().unwrap_or_default().to_owned();
    let problem = |cells: Vec<Value>| Problem {
        path: cells[0].as_text().map(str::to_owned),
        line: cells[1].as_int().and_then(|line| u32::try_from(line).ok()),
        analyzer: text(&cells[2]),
        code: text(&cells[3]),
        message: redact(&text(&cells[4])),
    };
    let mut problems: Vec<Problem> = snapshot.rows(asked)?.into_iter().map(problem).collect();
    problems.sort();
    Ok(problems)
}
