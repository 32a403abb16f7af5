//! Every refusal in the venue contract's shape: an `error` text and what belongs to it.
//! Source: contracts.md §2.4 (the texts are ours; `details` is an array of Zod issues, U7).

use callboard_core::issue::{Issue, IssueCode, Issues, Place};
use callboard_core::rejection::Rejection;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::contract::text;
use crate::http::{Refusal, Reply};

/// A refusal.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorBody {
    #[schema(value_type = String)]
    error: &'static str,
    /// What is wrong with the parameters, with a 400.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<Detail>,
    /// Scopes that the key lacks, with a 403.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, required = false)]
    missing_scopes: Vec<&'static str>,
    /// Whole seconds to wait, with a 429 and where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<i64>,
}

/// One fault, as Zod reports it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Detail {
    #[schema(value_type = String)]
    code: &'static str,
    /// The parameter.
    path: Vec<String>,
    message: String,
}

/// Says no.
pub(super) fn refuse(refusal: &Refusal) -> Reply {
    let (status, body) = said(refusal);
    Reply::json(status, &body)
}

fn say(status: StatusCode, error: &'static str) -> (StatusCode, ErrorBody) {
    (status, ErrorBody { error, ..ErrorBody::default() })
}

fn said(refusal: &Refusal) -> (StatusCode, ErrorBody) {
    use StatusCode as S;
    match refusal {
        Refusal::Unauthenticated | Refusal::InvalidCredentials => say(S::UNAUTHORIZED, text::UNAUTHORIZED),
        Refusal::TwoCredentials => say(S::BAD_REQUEST, text::INVALID),
        Refusal::CredentialInQuery(name) => {
            let message = "send the key as Authorization: Bearer or x-api-key, never in the address";
            invalid(&Issues(vec![Issue::query(*name, IssueCode::NotSupported, message)]))
        }
        Refusal::MissingScopes(missing) => {
            let body = ErrorBody { missing_scopes: missing.clone(), ..say(S::FORBIDDEN, text::FORBIDDEN).1 };
            (S::FORBIDDEN, body)
        }
        Refusal::Forbidden(_) => say(S::FORBIDDEN, text::FORBIDDEN),
        Refusal::RateLimited(_) | Refusal::SignInBlocked { .. } => {
            later(S::TOO_MANY_REQUESTS, text::RATE_LIMITED, refusal)
        }
        Refusal::InvalidJson(_) => say(S::BAD_REQUEST, text::INVALID_JSON),
        Refusal::Invalid(issues) => invalid(issues),
        Refusal::Rejected(rejection) => rejected(rejection),
        Refusal::NoSuchRoute => say(S::NOT_FOUND, text::NOT_FOUND),
        Refusal::MethodNotAllowed { .. } => say(S::METHOD_NOT_ALLOWED, text::METHOD_NOT_ALLOWED),
        Refusal::BodyTooLarge { .. } => say(S::PAYLOAD_TOO_LARGE, text::TOO_LARGE),
        Refusal::BodyTimeout => say(S::REQUEST_TIMEOUT, text::REQUEST_TIMEOUT),
        Refusal::UnsupportedMediaType { .. } => say(S::UNSUPPORTED_MEDIA_TYPE, text::UNSUPPORTED),
        Refusal::IdempotencyReused => say(S::CONFLICT, text::CONFLICT),
        Refusal::IdempotencyInProgress => later(S::CONFLICT, text::CONFLICT, refusal),
        Refusal::NotImplemented => say(S::NOT_IMPLEMENTED, text::NOT_IMPLEMENTED),
        Refusal::Unavailable { .. } | Refusal::StorageFull => {
            later(S::SERVICE_UNAVAILABLE, text::UNAVAILABLE, refusal)
        }
        Refusal::Internal => say(S::INTERNAL_SERVER_ERROR, text::INTERNAL),
    }
}

/// The rules' refusals. Nothing is written here, so that most of them cannot happen.
fn rejected(rejection: &Rejection) -> (StatusCode, ErrorBody) {
    match rejection {
        Rejection::Invalid(issues) => invalid(issues),
        // What lies beyond the key's venue does not exist for it.
        Rejection::NotFound(_) | Rejection::OutOfReach => say(StatusCode::NOT_FOUND, text::NO_EVENT),
        Rejection::ChannelNotYours | Rejection::RegistrationClosed => {
            say(StatusCode::FORBIDDEN, text::FORBIDDEN)
        }
        Rejection::SlugTaken { .. }
        | Rejection::AmbiguousSlug { .. }
        | Rejection::HasSales { .. }
        | Rejection::DatesHaveSales { .. }
        | Rejection::TypeHasSales { .. }
        | Rejection::TypeHasHolds { .. }
        | Rejection::BelowStock { .. }
        | Rejection::IllegalTransition { .. }
        | Rejection::Stale { .. }
        | Rejection::InUse { .. }
        | Rejection::KeyLimit { .. }
        | Rejection::EmailTaken
        | Rejection::AlreadyMember
        | Rejection::LastOwner
        | Rejection::ExternalIdTaken { .. }
        | Rejection::SoldOut { .. }
        | Rejection::NotOnSale { .. }
        | Rejection::HoldExpired { .. }
        | Rejection::HoldEnded { .. }
        | Rejection::TooManyTicketTypes { .. }
        | Rejection::ChangesGone { .. } => say(StatusCode::CONFLICT, text::CONFLICT),
    }
}

fn later(status: StatusCode, error: &'static str, refusal: &Refusal) -> (StatusCode, ErrorBody) {
    (status, ErrorBody { error, retry_after: refusal.retry_after_s(), ..ErrorBody::default() })
}

fn invalid(issues: &Issues) -> (StatusCode, ErrorBody) {
    let details = issues.0.iter().map(detail).collect();
    (StatusCode::BAD_REQUEST, ErrorBody { error: text::INVALID, details, ..ErrorBody::default() })
}

fn detail(issue: &Issue) -> Detail {
    let path = match &issue.place {
        Place::Query(name) => vec![name.clone()],
        Place::Header(name) => vec![(*name).to_owned()],
        Place::Body(steps) => steps.iter().map(ToString::to_string).collect(),
    };
    Detail { code: issue.code.zod(), path, message: issue.message.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::rejection::Thing;
    use serde_json::{Value, json};

    fn body(refusal: &Refusal) -> (u16, Value) {
        let reply = refuse(refusal);
        (reply.status.as_u16(), serde_json::from_slice(&reply.body).unwrap())
    }

    #[test]
    fn the_texts_are_those_of_the_contract() {
        let too_big = Issue::query("limit", IssueCode::TooBig, "must be at most 100");
        for (refusal, status, expected) in [
            (Refusal::Unauthenticated, 401, json!({ "error": "Unauthorized" })),
            (
                Refusal::MissingScopes(vec!["events:write"]),
                403,
                json!({ "error": "Forbidden", "missingScopes": ["events:write"] }),
            ),
            (Refusal::not_found(Thing::Event), 404, json!({ "error": "Event not found" })),
            (Refusal::NoSuchRoute, 404, json!({ "error": "Not found" })),
            (Refusal::NotImplemented, 501, json!({ "error": "Not Implemented" })),
            (Refusal::Internal, 500, json!({ "error": "Internal server error" })),
            (
                Refusal::Unavailable { retry_after_s: 2 },
                503,
                json!({ "error": "Service unavailable", "retryAfter": 2 }),
            ),
            (
                too_big.into(),
                400,
                json!({ "error": "Invalid query parameters",
                    "details": [{ "code": "too_big", "path": ["limit"], "message": "must be at most 100" }] }),
            ),
        ] {
            assert_eq!(body(&refusal), (status, expected), "{refusal:?}");
        }
    }
}
