//! What a store call may answer besides its result.

use callboard_core::rejection::Rejection;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A rule refused the command; nothing was stored.
    #[error("refused: {0:?}")]
    Rejected(Rejection),
    /// Too much is waiting or the wait was too long; nothing was stored, try again later.
    #[error("the store is busy: {0}")]
    Busy(&'static str),
    /// A request with the same idempotency key is running, on this node or another.
    #[error("a request with the same idempotency key is running")]
    InProgress,
    /// The database cannot be reached or cannot write (disk full, read-only); nothing was acknowledged.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A stored row is not what this program writes.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// A constraint of the schema stopped a write that the rules should have refused before.
    #[error("constraint: {0}")]
    Constraint(String),
    #[error("database: {0}")]
    Driver(String),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Error::Rejected(rejection)
    }
}

impl From<callboard_core::issue::Issues> for Error {
    fn from(issues: callboard_core::issue::Issues) -> Self {
        Error::Rejected(Rejection::Invalid(issues))
    }
}

impl Error {
    pub(crate) fn corrupt(table: &str, column: &str, value: impl std::fmt::Debug) -> Error {
        Error::Corrupt(format!("{table}.{column} holds {value:?}"))
    }
}
