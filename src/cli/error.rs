//! Why there was no audit, by who must act.

use thiserror::Error;

use crate::audit::AuditError;
use crate::config::ConfigError;
use crate::matrix::MatrixError;
use crate::pages::{LibraryError, RowError};
use crate::snapshot::SnapshotError;
use crate::source::SourceError;
use crate::store::StoreError;

/// No audit was performed. The message says what, then what can be done about it.
#[derive(Debug, Error)]
pub enum CliError {
    /// The command line must change.
    #[error("{0}\n  no audit was performed; `parity --help` shows what may be written")]
    Usage(String),
    /// The configuration must change.
    #[error(
        "{0}\n  no audit was performed; `parity schema --json-schema config` describes parity.toml"
    )]
    Config(#[from] ConfigError),
    /// The repository or the path to it must change.
    #[error(
        "cannot read the repository: {0}\n  no audit was performed; --repo DIR and --rev REV say what to read"
    )]
    Repository(#[from] SourceError),
    /// The author of a page or query must act.
    #[error("{0}\n  no audit was performed; `parity schema` lists tables and columns")]
    Query(String),
    /// The owner of a matrix or page must act.
    #[error("{0}\n  no audit was performed")]
    Page(String),
    /// The database or its server must change.
    #[error(
        "{0}\n  no audit was performed; without --replay and --database the migrations are replayed in memory"
    )]
    Real(String),
    /// The machine must change: space, permissions.
    #[error("{0}\n  no audit was performed; --no-cache works without the cache")]
    Machine(String),
    /// Nobody must act: the same is done without the cache.
    #[error("{message}\n  no audit was performed; --no-cache works without the cache")]
    Cache {
        /// What failed.
        message: String,
        /// Whether the cache is no sound database any more.
        is_damage: bool,
    },
}

impl From<SnapshotError> for CliError {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Source(error) => CliError::Repository(error),
            SnapshotError::Store(error) => error.into(),
            SnapshotError::Pattern { .. } => CliError::Page(error.to_string()),
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Cache(_) => {
                CliError::Cache { message: error.to_string(), is_damage: error.is_damage() }
            }
            StoreError::Query { .. } | StoreError::Budget(_) => CliError::Query(error.to_string()),
        }
    }
}

impl From<AuditError> for CliError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Snapshot(error) => error.into(),
            AuditError::Store(error) => error.into(),
            AuditError::Setting(message) => {
                CliError::Config(ConfigError::plain("configuration", &message))
            }
            AuditError::Page(error) => error.into(),
            AuditError::Matrix(error) => error.into(),
        }
    }
}

impl From<LibraryError> for CliError {
    fn from(error: LibraryError) -> Self {
        CliError::Page(error.to_string())
    }
}

impl From<MatrixError> for CliError {
    fn from(error: MatrixError) -> Self {
        CliError::Page(error.to_string())
    }
}

impl From<RowError> for CliError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Query { error, .. } if error.is_of_cache() => error.into(),
            _ => CliError::Page(error.to_string()),
        }
    }
}
