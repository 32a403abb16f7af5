//! How the box office says no: `error`, always a sentence, and what helps to mend it.
//! Source: contracts.md §4.3. Exhaustive on purpose: a new refusal does not compile before it is rendered.

use callboard_core::issue::{Issue, IssueCode, Issues, Place, Step};
use callboard_core::rejection::{Rejection, Thing};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::contract::{STATUS, text};
use crate::app::App;
use crate::http::request::RequestId;
use crate::http::{Refusal, Reply};

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub(super) struct ErrorBody {
    /// What went wrong.
    error: String,
    /// Each fault of the request, where there are such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<Detail>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The scopes that the key lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    missing_scopes: Vec<&'static str>,
    /// Whole seconds to wait; the same as the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<i64>,
}

/// One fault, as a Zod issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ErrorDetail)]
pub(super) struct Detail {
    code: &'static str,
    /// The way to the value: member names and positions; a query parameter is its name.
    path: Vec<PathStep>,
    message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ErrorPathStep)]
pub(super) enum PathStep {
    Member(String),
    Position(usize),
}

/// Renders a refusal.
pub(super) fn refuse(_: &App, refusal: &Refusal, _: &RequestId) -> Reply {
    let (status, body) = render(refusal);
    Reply::json(status, &body)
}

fn render(refusal: &Refusal) -> (StatusCode, ErrorBody) {
    let (status, body) = match refusal {
        Refusal::Unauthenticated | Refusal::TwoCredentials | Refusal::InvalidCredentials => {
            (StatusCode::UNAUTHORIZED, says(text::UNAUTHORIZED).hint(text::KEY_HINT))
        }
        Refusal::CredentialInQuery(name) => {
            let message = "a key never goes into an address; it would end up in logs";
            let issue = Issue::query(*name, IssueCode::NotSupported, message);
            (StatusCode::BAD_REQUEST, invalid(&Issues(vec![issue])).hint(text::KEY_HINT))
        }
        Refusal::MissingScopes(scopes) => {
            (StatusCode::FORBIDDEN, ErrorBody { missing_scopes: scopes.clone(), ..says(text::FORBIDDEN) })
        }
        Refusal::Forbidden(why) => (StatusCode::FORBIDDEN, says(text::FORBIDDEN).hint(why)),
        Refusal::RateLimited(_) | Refusal::SignInBlocked { .. } => {
            (StatusCode::TOO_MANY_REQUESTS, says(text::RATE_LIMITED))
        }
        Refusal::InvalidJson(why) => (StatusCode::BAD_REQUEST, says(text::INVALID_JSON).hint(why)),
        Refusal::Invalid(issues) => (StatusCode::BAD_REQUEST, invalid(issues)),
        Refusal::Rejected(rejection) => rejected(rejection),
        Refusal::NoSuchRoute => (StatusCode::NOT_FOUND, says(text::NOT_FOUND)),
        Refusal::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, says(text::METHOD)),
        Refusal::BodyTooLarge { limit } => (
            StatusCode::PAYLOAD_TOO_LARGE,
            says(text::TOO_LARGE).hint(&format!("Send at most {limit} bytes")),
        ),
        Refusal::BodyTimeout => (StatusCode::REQUEST_TIMEOUT, says(text::TIMEOUT)),
        Refusal::UnsupportedMediaType { expected } => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, says(text::MEDIA_TYPE).hint(&format!("Send {expected}")))
        }
        Refusal::IdempotencyReused | Refusal::IdempotencyInProgress => {
            (StatusCode::CONFLICT, says(text::CONFLICT))
        }
        Refusal::NotImplemented => (StatusCode::NOT_IMPLEMENTED, says(text::NOT_IMPLEMENTED)),
        Refusal::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, says(text::UNAVAILABLE)),
        Refusal::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, says(text::STORAGE_FULL)),
        Refusal::Internal => (StatusCode::INTERNAL_SERVER_ERROR, says(text::INTERNAL)),
    };
    (status, ErrorBody { retry_after: refusal.retry_after_s(), ..body })
}

fn rejected(rejection: &Rejection) -> (StatusCode, ErrorBody) {
    let conflict = |sentence: &str| (StatusCode::CONFLICT, says(sentence));
    match rejection {
        Rejection::Invalid(issues) => (StatusCode::BAD_REQUEST, invalid(issues)),
        Rejection::NotFound(thing) => (StatusCode::NOT_FOUND, says(&not_found(*thing))),
        Rejection::ChannelNotYours | Rejection::OutOfReach | Rejection::RegistrationClosed => {
            (StatusCode::FORBIDDEN, says(text::FORBIDDEN))
        }
        Rejection::SlugTaken { .. } => conflict(text::SLUG_TAKEN),
        Rejection::TypeHasSales { .. } | Rejection::DatesHaveSales { .. } => conflict(text::HAS_SALES),
        Rejection::TypeHasHolds { .. } => conflict(text::HAS_HOLDS),
        Rejection::SoldOut { .. } => conflict("Sold out"),
        Rejection::NotOnSale { .. } => conflict("Not on sale"),
        Rejection::HoldExpired { .. } | Rejection::HoldEnded { .. } => conflict("Hold has ended"),
        Rejection::TooManyTicketTypes { limit } => {
            let message = format!("an event has at most {limit} ticket types");
            let issue = Issue::body("addTicketType", IssueCode::TooBig, message);
            (StatusCode::BAD_REQUEST, invalid(&Issues(vec![issue])))
        }
        Rejection::Stale { .. } => (StatusCode::PRECONDITION_FAILED, says("Precondition failed")),
        Rejection::AmbiguousSlug { .. } => conflict("Slug is held by several events"),
        Rejection::HasSales { what } => (StatusCode::CONFLICT, says(text::CONFLICT).hint(what)),
        Rejection::BelowStock { .. } => conflict("Quantity is below what is sold and held"),
        Rejection::IllegalTransition { .. } => conflict(text::STATUS_CHANGE),
        Rejection::InUse { .. }
        | Rejection::KeyLimit { .. }
        | Rejection::EmailTaken
        | Rejection::AlreadyMember
        | Rejection::LastOwner
        | Rejection::ExternalIdTaken { .. }
        | Rejection::ChangesGone { .. } => conflict(text::CONFLICT),
    }
}

/// `Event not found`, `Ticket type not found`.
fn not_found(thing: Thing) -> String {
    let mut letters = thing.as_str().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(" not found".chars()).collect()
}

/// The faults of a request; a wish for another status has a sentence of its own.
fn invalid(issues: &Issues) -> ErrorBody {
    let is_status_wish =
        |issue: &Issue| issue.code == IssueCode::NotSupported && issue.place == Place::body(STATUS);
    if issues.0.iter().any(is_status_wish) {
        return says(text::STATUS_CHANGE);
    }
    ErrorBody { details: issues.0.iter().map(detail).collect(), ..says(text::INVALID) }
}

fn detail(issue: &Issue) -> Detail {
    let path = match &issue.place {
        Place::Body(steps) => steps.iter().map(PathStep::from).collect(),
        Place::Query(name) => vec![PathStep::Member(name.clone())],
        Place::Header(name) => vec![PathStep::Member((*name).to_owned())],
    };
    Detail { code: issue.code.zod(), path, message: issue.message.clone() }
}

impl From<&Step> for PathStep {
    fn from(step: &Step) -> Self {
        match step {
            Step::Member(name) => PathStep::Member(name.clone()),
            Step::Index(index) => PathStep::Position(*index),
        }
    }
}

fn says(error: &str) -> ErrorBody {
    ErrorBody {
        error: error.to_owned(),
        details: Vec::new(),
        hint: None,
        missing_scopes: Vec::new(),
        retry_after: None,
    }
}

impl ErrorBody {
    fn hint(self, hint: &str) -> ErrorBody {
        ErrorBody { hint: Some(hint.to_owned()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn body(refusal: &Refusal) -> (u16, Value) {
        let (status, body) = render(refusal);
        (status.as_u16(), serde_json::to_value(body).unwrap())
    }

    #[test]
    fn the_published_sentences_are_exact() {
        let hint = "Send your API key in the x-api-key request header";
        assert_eq!(body(&Refusal::Unauthenticated), (401, json!({ "error": "Unauthorized", "hint": hint })));
        let lacking = Refusal::MissingScopes(vec!["events:write"]);
        assert_eq!(body(&lacking), (403, json!({ "error": "Forbidden", "missingScopes": ["events:write"] })));
        let missing = Refusal::not_found(Thing::TicketType);
        assert_eq!(body(&missing), (404, json!({ "error": "Ticket type not found" })));
        let missing = Refusal::not_found(Thing::Event);
        assert_eq!(body(&missing), (404, json!({ "error": "Event not found" })));
        let taken = Refusal::Rejected(Rejection::SlugTaken { slug: "jazz".to_owned() });
        assert_eq!(body(&taken), (409, json!({ "error": "Slug is already taken" })));
        let sold = Refusal::Rejected(Rejection::TypeHasSales { name: "GA".to_owned(), sold: 3 });
        assert_eq!(
            body(&sold),
            (409, json!({ "error": "Cannot remove a ticket type that has sold tickets" }))
        );
    }

    #[test]
    fn a_fault_is_a_zod_issue_with_numbers_for_positions() {
        let place = Place::Body(vec!["ticketTypes".into(), 0.into(), "price".into()]);
        let issue = Issue { place, code: IssueCode::TooSmall, message: "must be at least 0".to_owned() };
        let (status, said) = body(&Refusal::from(issue));
        let detail = json!({ "code": "too_small", "path": ["ticketTypes", 0, "price"], "message": "must be at least 0" });
        assert_eq!((status, said), (400, json!({ "error": "Validation failed", "details": [detail] })));
    }
}
