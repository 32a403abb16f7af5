//! How the channel surface says no: one envelope, a closed list of codes. Source: contracts.md §1.5.

use callboard_core::issue::Issue;
use callboard_core::rejection::{Rejection, Thing};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde::Serialize;
use utoipa::ToSchema;

use super::contract::WHOLE_BODY;
use super::fields::{Told, tell};
use crate::app::App;
use crate::http::request::RequestId;
use crate::http::{Refusal, Reply};

/// Every refusal of this surface.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    error: ErrorObject,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ErrorObject {
    code: Code,
    /// A sentence for people; it may change.
    message: String,
    /// Names this request in the server's logs.
    request_id: String,
    /// What is wrong with the input, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    details: Option<Details>,
}

/// The first fault, and all of them.
#[derive(Debug, Serialize, ToSchema)]
struct Details {
    /// A dotted path into the body, or the name of a header or query parameter.
    field: String,
    issue: String,
    errors: Vec<FieldIssue>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FieldIssue {
    field: String,
    issue: String,
}

/// The closed list of codes; a status outside it takes the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Code {
    InvalidRequest,
    InvalidApiKey,
    InsufficientScope,
    Forbidden,
    NotFound,
    Conflict,
    RateLimited,
    InternalError,
}

impl Code {
    /// The code of a status; one outside the published table takes the nearest. `insufficient_scope` is said by hand.
    fn of(status: StatusCode) -> Code {
        match status {
            StatusCode::UNAUTHORIZED => Code::InvalidApiKey,
            StatusCode::FORBIDDEN => Code::Forbidden,
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::CONFLICT => Code::Conflict,
            StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
            status if status.is_client_error() => Code::InvalidRequest,
            _ => Code::InternalError,
        }
    }
}

/// A refusal before it is bytes.
struct Said {
    status: StatusCode,
    code: Code,
    message: String,
    told: Vec<Told>,
}

impl Said {
    fn new(status: StatusCode, message: impl Into<String>) -> Said {
        Said { status, code: Code::of(status), message: message.into(), told: Vec::new() }
    }
    /// 400 with the faults of the input.
    fn invalid(told: Vec<Told>) -> Said {
        Said { told, ..Said::new(StatusCode::BAD_REQUEST, "Request validation failed.") }
    }
    fn wrong(field: &str, issue: impl Into<String>) -> Said {
        Said::invalid(vec![Told { field: field.to_owned(), issue: issue.into() }])
    }
    fn conflict(message: impl Into<String>) -> Said {
        Said::new(StatusCode::CONFLICT, message)
    }
}

pub(super) fn refuse(_: &App, refusal: &Refusal, request: &RequestId) -> Reply {
    let said = say(refusal);
    let details = said.told.first().map(|first| Details {
        field: first.field.clone(),
        issue: first.issue.clone(),
        errors: said
            .told
            .iter()
            .map(|told| FieldIssue { field: told.field.clone(), issue: told.issue.clone() })
            .collect(),
    });
    let error =
        ErrorObject { code: said.code, message: said.message, request_id: request.to_string(), details };
    let reply = Reply::json(said.status, &ErrorBody { error });
    if said.status == StatusCode::UNAUTHORIZED { reply.with(WWW_AUTHENTICATE, "Bearer") } else { reply }
}

fn say(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::Unauthenticated | Refusal::InvalidCredentials => Said::new(
            StatusCode::UNAUTHORIZED,
            "The API key is missing, malformed, unknown, revoked, disabled or expired.",
        ),
        Refusal::TwoCredentials => {
            Said::wrong("Authorization", "Send the key once: in Authorization or in x-api-key, not in both.")
        }
        Refusal::CredentialInQuery(name) => {
            Said::wrong(name, "A key does not belong in an address. Send it in the Authorization header.")
        }
        Refusal::SignInBlocked { .. } => {
            Said::new(StatusCode::TOO_MANY_REQUESTS, "Too many failed attempts. Wait as Retry-After says.")
        }
        Refusal::MissingScopes(scopes) => Said {
            code: Code::InsufficientScope,
            ..Said::new(StatusCode::FORBIDDEN, format!("This key lacks the scope {}.", scopes.join(", ")))
        },
        Refusal::Forbidden(_) => Said::new(StatusCode::FORBIDDEN, "This key may not do this."),
        Refusal::RateLimited(admission) => Said::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("More than {} requests in a minute. Wait as Retry-After says.", admission.limit),
        ),
        Refusal::InvalidJson(text) => Said::wrong(WHOLE_BODY, capital(text)),
        Refusal::Invalid(issues) => invalid(&issues.0),
        Refusal::Rejected(rejection) => say_rejection(rejection),
        Refusal::NoSuchRoute => Said::new(StatusCode::NOT_FOUND, "There is no such route."),
        Refusal::MethodNotAllowed { .. } => Said::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This route does not take this method; Allow names those it takes.",
        ),
        Refusal::BodyTooLarge { limit } => {
            Said::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body is larger than {limit} bytes."))
        }
        Refusal::BodyTimeout => Said::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
        Refusal::UnsupportedMediaType { expected } => {
            Said::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("The body must be {expected}."))
        }
        Refusal::IdempotencyReused => {
            Said::conflict("This Idempotency-Key was used for another request. Take a new one.")
        }
        Refusal::IdempotencyInProgress => Said::conflict(
            "A request with this Idempotency-Key is still running. Repeat it when Retry-After has passed.",
        ),
        Refusal::NotImplemented => Said::new(StatusCode::NOT_IMPLEMENTED, "This is not served."),
        Refusal::Unavailable { .. } => {
            Said::new(StatusCode::SERVICE_UNAVAILABLE, "The server is too busy. Nothing was done; try again.")
        }
        Refusal::StorageFull => {
            Said::new(StatusCode::INSUFFICIENT_STORAGE, "The server's disk is full. Nothing was done.")
        }
        Refusal::Internal => Said::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something failed on our side. The request id helps us find it.",
        ),
    }
}

fn say_rejection(rejection: &Rejection) -> Said {
    match rejection {
        Rejection::Invalid(issues) => invalid(&issues.0),
        // Foreign and absent alike, so that channel ids cannot be probed.
        Rejection::ChannelNotYours | Rejection::NotFound(Thing::Channel) | Rejection::OutOfReach => {
            Said::new(StatusCode::FORBIDDEN, "The owner of this key may not publish to this channel.")
        }
        Rejection::NotFound(thing) => Said::new(
            StatusCode::NOT_FOUND,
            format!("There is no such {}, or this key cannot reach it.", thing.as_str()),
        ),
        Rejection::IllegalTransition { from, step, .. } => Said::wrong(
            "status",
            format!("An event that is {} cannot be changed by the step {}.", from.as_str(), step.as_str()),
        ),
        Rejection::HasSales { what } => Said::conflict(format!("{}.", capital(what))),
        Rejection::DatesHaveSales { .. } => Said::conflict("Tickets of some dates are sold or held."),
        Rejection::SlugTaken { slug } => Said::conflict(format!("The slug {slug} is taken.")),
        Rejection::AmbiguousSlug { .. } => Said::conflict("Several events have this slug."),
        Rejection::TypeHasSales { name, sold } => {
            Said::conflict(format!("The ticket type {name} has sold {sold} tickets."))
        }
        Rejection::TypeHasHolds { name, held } => {
            Said::conflict(format!("The ticket type {name} has {held} tickets on hold."))
        }
        Rejection::BelowStock { quantity, sold, held } => {
            Said::conflict(format!("{quantity} is less than the {sold} sold and {held} held."))
        }
        Rejection::Stale { current } => {
            Said::conflict(format!("The event has changed; its version is {current}."))
        }
        Rejection::InUse { what, upcoming } => {
            Said::conflict(format!("The {} still has {upcoming} upcoming events.", what.as_str()))
        }
        Rejection::KeyLimit { limit } => Said::conflict(format!("There are {limit} active keys already.")),
        Rejection::EmailTaken => Said::conflict("This e-mail address is in use."),
        Rejection::AlreadyMember => Said::conflict("This address is a member already."),
        Rejection::LastOwner => Said::conflict("The last owner cannot leave."),
        Rejection::RegistrationClosed => Said::new(StatusCode::FORBIDDEN, "Registration is closed."),
        Rejection::ExternalIdTaken { .. } => Said::conflict("Another event has this external id."),
        Rejection::ChangesGone { .. } => Said::new(StatusCode::GONE, "These changes are no longer kept."),
        Rejection::SoldOut { available } => Said::conflict(format!("{available} tickets are left.")),
        Rejection::NotOnSale { .. } => Said::conflict("The tickets are not on sale.".to_owned()),
        Rejection::HoldExpired { .. } | Rejection::HoldEnded { .. } => {
            Said::conflict("The hold has ended.".to_owned())
        }
        Rejection::TooManyTicketTypes { limit } => {
            Said::conflict(format!("An event has at most {limit} ticket types."))
        }
    }
}

fn invalid(issues: &[Issue]) -> Said {
    Said::invalid(tell(issues))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
