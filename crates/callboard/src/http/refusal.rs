//! Everything a surface may have to refuse, before each says it in its own shape.

use callboard_core::issue::{Issue, Issues};
use callboard_core::rate::Admission;
use callboard_core::rejection::{Rejection, Thing};
use http::Method;

/// Why a request was not done. Every surface renders each of these by an exhaustive match.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// No credential, or one that is malformed, unknown, revoked, disabled or expired: one answer for all.
    Unauthenticated,
    /// P allows exactly one of `Authorization` and `x-api-key`.
    TwoCredentials,
    /// A credential was put into the query string, under this name.
    CredentialInQuery(&'static str),
    /// Wrong e-mail or password; the same for an unknown e-mail.
    InvalidCredentials,
    /// Too many failed sign-ins for this account and address.
    SignInBlocked {
        retry_after_s: i64,
    },
    /// The key lacks these scopes.
    MissingScopes(Vec<&'static str>),
    /// The caller may not do this at all (its role, or a key where only a session may act).
    Forbidden(String),
    RateLimited(Admission),
    /// The body is not JSON; the sentence says where it breaks.
    InvalidJson(String),
    Invalid(Issues),
    /// A rule refused it.
    Rejected(Rejection),
    NoSuchRoute,
    MethodNotAllowed {
        allow: Vec<Method>,
    },
    BodyTooLarge {
        limit: usize,
    },
    /// The client did not send its body in time or hung up.
    BodyTimeout,
    UnsupportedMediaType {
        expected: &'static str,
    },
    IdempotencyReused,
    IdempotencyInProgress,
    /// Reserved in the contract, not served (H's writes).
    NotImplemented,
    /// Too much is waiting, or the database cannot be reached; nothing was done.
    Unavailable {
        retry_after_s: i64,
    },
    /// The disk is full; nothing was done.
    StorageFull,
    /// Our fault; logged under the request id.
    Internal,
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid(issues) => Refusal::Invalid(issues),
            other => Refusal::Rejected(other),
        }
    }
}

impl From<Issues> for Refusal {
    fn from(issues: Issues) -> Self {
        Refusal::Invalid(issues)
    }
}

impl From<Issue> for Refusal {
    fn from(issue: Issue) -> Self {
        Refusal::Invalid(Issues(vec![issue]))
    }
}

impl From<callboard_store::Error> for Refusal {
    fn from(error: callboard_store::Error) -> Self {
        use callboard_store::Error;
        match error {
            Error::Rejected(rejection) => rejection.into(),
            Error::InProgress => Refusal::IdempotencyInProgress,
            Error::Busy(_) => Refusal::Unavailable { retry_after_s: 1 },
            Error::Unavailable(ref text) if text.contains("full") => {
                tracing::error!("{error}");
                Refusal::StorageFull
            }
            Error::Unavailable(_) => {
                tracing::error!("{error}");
                Refusal::Unavailable { retry_after_s: 1 }
            }
            Error::Corrupt(_) | Error::Constraint(_) | Error::Driver(_) => {
                tracing::error!("{error}");
                Refusal::Internal
            }
        }
    }
}

impl Refusal {
    pub fn not_found(thing: Thing) -> Refusal {
        Refusal::Rejected(Rejection::NotFound(thing))
    }

    /// Whole seconds for `Retry-After`, where it applies.
    pub fn retry_after_s(&self) -> Option<i64> {
        match self {
            Refusal::RateLimited(admission) => Some(admission.retry_after_s),
            Refusal::SignInBlocked { retry_after_s } | Refusal::Unavailable { retry_after_s } => {
                Some(*retry_after_s)
            }
            Refusal::IdempotencyInProgress => Some(1),
            _ => None,
        }
    }
}
