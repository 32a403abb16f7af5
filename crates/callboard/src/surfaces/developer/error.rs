//! Every refusal in the developer contract's envelope: `{"success": false, "error": {"code", "message"}}`.
//! The envelope and the statuses are ours. Source: contracts.md §3.1, §3.2 [inferred].

use callboard_core::issue::{Issue, Issues};
use callboard_core::rejection::Rejection;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::contract::code;
use crate::http::{Refusal, Reply};

/// A refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorReply {
    pub(super) success: bool,
    pub(super) error: ErrorObject,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorObject {
    /// A word for programs.
    #[schema(value_type = String)]
    pub(super) code: &'static str,
    /// A sentence for people.
    pub(super) message: String,
    /// All faults of the input, with a 400.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) details: Vec<ErrorDetail>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorDetail {
    /// The member or parameter that is wrong.
    pub(super) field: String,
    #[schema(value_type = String)]
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// A refusal's status and what the envelope says of it.
struct Said(StatusCode, &'static str, String, Vec<ErrorDetail>);

/// Says no.
pub(super) fn refuse(refusal: &Refusal) -> Reply {
    let Said(status, code, message, details) = said(refusal);
    Reply::json(status, &ErrorReply { success: false, error: ErrorObject { code, message, details } })
}

fn say(status: StatusCode, code: &'static str, message: impl Into<String>) -> Said {
    Said(status, code, message.into(), Vec::new())
}

fn said(refusal: &Refusal) -> Said {
    use StatusCode as S;
    match refusal {
        Refusal::Unauthenticated | Refusal::TwoCredentials | Refusal::InvalidCredentials => {
            say(S::UNAUTHORIZED, code::UNAUTHORIZED, "Send a valid credential as Authorization: Bearer.")
        }
        Refusal::CredentialInQuery(name) => say(
            S::BAD_REQUEST,
            code::INVALID_REQUEST,
            format!("Send the credential as Authorization: Bearer, never as `{name}` in the address."),
        ),
        Refusal::MissingScopes(_) => say(S::FORBIDDEN, code::FORBIDDEN, "The key may not do this."),
        Refusal::Forbidden(why) => say(S::FORBIDDEN, code::FORBIDDEN, format!("Not allowed: {why}.")),
        Refusal::SignInBlocked { .. } | Refusal::RateLimited(_) => say(
            S::TOO_MANY_REQUESTS,
            code::RATE_LIMITED,
            "Too many requests. Try again after as many seconds as Retry-After says.",
        ),
        Refusal::InvalidJson(why) => {
            say(S::BAD_REQUEST, code::INVALID_REQUEST, format!("Invalid JSON: {why}."))
        }
        Refusal::Invalid(issues) => invalid(issues),
        Refusal::Rejected(rejection) => rejected(rejection),
        Refusal::NoSuchRoute => say(S::NOT_FOUND, code::NOT_FOUND, "No such route."),
        Refusal::MethodNotAllowed { .. } => {
            say(S::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, "The route has other methods; see Allow.")
        }
        Refusal::BodyTooLarge { limit } => say(
            S::PAYLOAD_TOO_LARGE,
            code::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {limit} bytes."),
        ),
        Refusal::BodyTimeout => {
            say(S::REQUEST_TIMEOUT, code::REQUEST_TIMEOUT, "The body did not arrive in time.")
        }
        Refusal::UnsupportedMediaType { expected } => say(
            S::UNSUPPORTED_MEDIA_TYPE,
            code::UNSUPPORTED_MEDIA_TYPE,
            format!("Send the body as {expected}."),
        ),
        Refusal::IdempotencyReused => say(
            S::CONFLICT,
            code::IDEMPOTENCY_KEY_REUSED,
            "This Idempotency-Key was used for another request.",
        ),
        Refusal::IdempotencyInProgress => {
            say(S::CONFLICT, code::CONFLICT, "A request with this Idempotency-Key is still running.")
        }
        Refusal::NotImplemented => say(S::NOT_IMPLEMENTED, code::NOT_IMPLEMENTED, "Not implemented."),
        Refusal::Unavailable { .. } | Refusal::StorageFull => {
            say(S::SERVICE_UNAVAILABLE, code::UNAVAILABLE, "Nothing was done. Try again later.")
        }
        Refusal::Internal => {
            say(S::INTERNAL_SERVER_ERROR, code::INTERNAL_ERROR, "Something went wrong here.")
        }
    }
}

fn rejected(rejection: &Rejection) -> Said {
    let conflict = |message: &str| say(StatusCode::CONFLICT, code::CONFLICT, message);
    match rejection {
        Rejection::Invalid(issues) => invalid(issues),
        Rejection::NotFound(thing) => {
            say(StatusCode::NOT_FOUND, code::NOT_FOUND, format!("No such {}.", thing.as_str()))
        }
        Rejection::OutOfReach | Rejection::ChannelNotYours | Rejection::RegistrationClosed => {
            say(StatusCode::FORBIDDEN, code::FORBIDDEN, "Out of reach of this credential.")
        }
        Rejection::KeyLimit { limit } => say(
            StatusCode::CONFLICT,
            code::KEY_LIMIT,
            format!("There are {limit} active keys already; delete one first."),
        ),
        Rejection::SlugTaken { .. } => conflict("The slug is taken."),
        Rejection::AmbiguousSlug { .. } => conflict("Several events have this slug."),
        Rejection::HasSales { .. } | Rejection::DatesHaveSales { .. } | Rejection::TypeHasSales { .. } => {
            conflict("Tickets are sold.")
        }
        Rejection::TypeHasHolds { .. } => conflict("Tickets are held."),
        Rejection::BelowStock { .. } => conflict("More tickets are sold and held than that."),
        Rejection::IllegalTransition { .. } => conflict("The event cannot take this step."),
        Rejection::Stale { .. } => conflict("It has changed since it was read."),
        Rejection::InUse { .. } => conflict("It is in use."),
        Rejection::EmailTaken => conflict("The e-mail address is taken."),
        Rejection::AlreadyMember => conflict("This person is a member already."),
        Rejection::LastOwner => conflict("An organization needs an owner."),
        Rejection::ChangesGone { .. } => conflict("These changes are no longer kept."),
        Rejection::ExternalIdTaken { .. } => conflict("The external id is taken."),
        Rejection::SoldOut { available } => say(
            StatusCode::CONFLICT,
            code::SOLD_OUT,
            format!("Not enough tickets are left; {available} are."),
        ),
        Rejection::NotOnSale { .. } => {
            say(StatusCode::CONFLICT, code::NOT_ON_SALE, "These tickets are not on sale now.")
        }
        Rejection::HoldExpired { .. } | Rejection::HoldEnded { .. } => conflict("The hold has ended."),
        Rejection::TooManyTicketTypes { .. } => conflict("The event has as many ticket types as it may."),
    }
}

fn invalid(issues: &Issues) -> Said {
    let detail = |issue: &Issue| ErrorDetail {
        field: issue.place.dotted(),
        code: issue.code.as_str(),
        message: issue.message.clone(),
    };
    let details = issues.0.iter().map(detail).collect();
    Said(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "The request is not valid.".to_owned(), details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::issue::IssueCode;
    use callboard_core::rejection::Thing;
    use serde_json::{Value, json};

    fn body(refusal: &Refusal) -> (u16, Value) {
        let reply = refuse(refusal);
        (reply.status.as_u16(), serde_json::from_slice(&reply.body).unwrap())
    }

    #[test]
    fn a_refusal_has_a_code_and_a_message_and_a_400_its_faults() {
        let (status, missing) = body(&Refusal::not_found(Thing::Key));
        assert_eq!(
            (status, missing),
            (404, json!({ "success": false, "error": { "code": "not_found", "message": "No such key." } }))
        );
        let issue = Issue::body("name", IssueCode::Required, "is required");
        let (status, invalid) = body(&issue.into());
        assert_eq!(status, 400);
        let details = json!([{ "field": "name", "code": "required", "message": "is required" }]);
        assert_eq!(invalid.pointer("/error/details"), Some(&details));
    }
}
