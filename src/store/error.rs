//! What can go wrong between a query and the database.

use rusqlite::ErrorCode;
use thiserror::Error;

use super::cache::is_damage;

/// The limit that all connections share.
pub(super) const MEMORY: &str = "memory";

/// A query or the cache failed. The message fits after "cannot ...: ".
#[derive(Debug, Error)]
pub enum StoreError {
    /// The query's author must act.
    #[error("{message}")]
    Query {
        /// What SQLite says, with the place of the offending word where it knows it.
        message: String,
    },
    /// A limit of the sandbox was hit.
    #[error("the query does more work than is allowed ({0})")]
    Budget(&'static str),
    /// The cache could not be used.
    #[error("the cache failed: {0}")]
    Cache(rusqlite::Error),
}

impl StoreError {
    /// Whether the cache is not a sound database any more.
    pub fn is_damage(&self) -> bool {
        matches!(self, StoreError::Cache(error) if is_damage(error))
    }

    /// Whether the cache failed, so that the same would succeed without it.
    pub fn is_of_cache(&self) -> bool {
        matches!(self, StoreError::Cache(_))
    }

    /// Explains an error of preparing or running `sql`.
    pub(super) fn of_query(sql: &str, error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqlInputError { msg, offset, .. } => {
                let before = sql.get(..usize::try_from(*offset).unwrap_or(0)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().map_or(0, |text| text.chars().count()) + 1;
                StoreError::Query {
                    message: format!("{} at {line}:{column} of the query", explain(msg)),
                }
            }
            rusqlite::Error::SqliteFailure(failure, text) => match failure.code {
                ErrorCode::OperationInterrupted => StoreError::Budget("steps"),
                ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::SystemIoFailure => StoreError::Cache(error),
                ErrorCode::OutOfMemory => StoreError::Budget(MEMORY),
                ErrorCode::TooBig => StoreError::Budget("length of one value"),
                ErrorCode::AuthorizationForStatementDenied => StoreError::Query {
                    message: explain(
                        text.as_deref().unwrap_or("that statement is not allowed here"),
                    ),
                },
                _ => {
                    StoreError::Query { message: text.clone().unwrap_or_else(|| error.to_string()) }
                }
            },
            _ => StoreError::Query { message: error.to_string() },
        }
    }
}

/// Adds what SQLite's words mean here, where they mislead.
fn explain(message: &str) -> String {
    match message {
        "not authorized" => "only reading is allowed: no `attach`, `pragma` or writes".to_owned(),
        _ if message.starts_with("not authorized to use function") => {
            format!("{message}; `parity schema --functions` lists what may be used")
        }
        _ => message.to_owned(),
    }
}
