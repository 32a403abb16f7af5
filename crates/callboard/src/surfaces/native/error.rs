//! How `/v1` says no: `application/problem+json` (RFC 9457) with a stable code. Source: native-api.md §1.

use callboard_core::issue::Issues;
use callboard_core::rejection::Rejection;
use callboard_core::series::{SeriesRejection, TakenDate};
use callboard_core::time::Timestamp;
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::Code;
use crate::app::App;
use crate::http::request::RequestId;
use crate::http::{Refusal, Reply};

pub(super) const CONTENT_TYPE: &str = "application/problem+json";

/// Why a request was refused. Members beyond these depend on the code: `missingScopes`, `allowed`,
/// `currentVersion`, `ids`, `limit`, ….
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Problem {
    /// The address of the code's page.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    kind: String,
    /// The same for every problem with this code.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong this time, for people.
    detail: String,
    /// A stable word for programs.
    #[schema(pattern = "^[a-z_]+$")]
    code: &'static str,
    /// Names this request in the server's log.
    request_id: String,
    /// All faults of an invalid request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Fault>,
    /// What else this code tells.
    #[serde(flatten)]
    #[schema(ignore)]
    more: Map<String, Value>,
}

/// One fault of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProblemFault)]
pub(super) struct Fault {
    /// A JSON Pointer into the body, or `query:NAME`, or `header:NAME`.
    pointer: String,
    /// The kind of fault.
    code: &'static str,
    /// What would be right, for people.
    message: String,
}

/// A refusal in the words of this surface.
struct Said {
    code: Code,
    detail: String,
    faults: Vec<Fault>,
    more: Map<String, Value>,
}

/// Renders a refusal.
pub(super) fn refuse(app: &App, refusal: &Refusal, request: &RequestId) -> Reply {
    let said = say(refusal);
    let problem = Problem {
        kind: format!("{}/docs/errors/{}", app.public_url, said.code.as_str()),
        title: said.code.title(),
        status: said.code.status().as_u16(),
        detail: said.detail,
        code: said.code.as_str(),
        request_id: request.to_string(),
        errors: said.faults,
        more: said.more,
    };
    let mut reply = Reply::json(said.code.status(), &problem);
    reply.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    if said.code.status() == http::StatusCode::UNAUTHORIZED {
        reply.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    reply
}

fn plain(code: Code, detail: impl Into<String>) -> Said {
    Said { code, detail: detail.into(), faults: Vec::new(), more: Map::new() }
}

impl Said {
    fn with(mut self, name: &str, value: Value) -> Said {
        self.more.insert(name.to_owned(), value);
        self
    }
}

fn say(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::Unauthenticated => plain(
            Code::Unauthenticated,
            "send a valid native key or session token as `Authorization: Bearer TOKEN`",
        ),
        Refusal::TwoCredentials => plain(Code::TwoCredentials, "send either Authorization or x-api-key"),
        Refusal::CredentialInQuery(name) => plain(
            Code::CredentialInQuery,
            format!(
                "`{name}` does not belong into an address; send credentials as `Authorization: Bearer TOKEN`"
            ),
        ),
        Refusal::InvalidCredentials => {
            plain(Code::InvalidCredentials, "the e-mail address or the password is wrong")
        }
        Refusal::SignInBlocked { retry_after_s } => plain(
            Code::TooManyAttempts,
            format!("too many failed sign-ins; try again in {retry_after_s} seconds"),
        ),
        Refusal::MissingScopes(scopes) => {
            plain(Code::InsufficientScope, format!("the key lacks the scope {}", scopes.join(", ")))
                .with("missingScopes", json!(scopes))
        }
        Refusal::Forbidden(why) => plain(Code::Forbidden, why),
        Refusal::RateLimited(admission) => plain(
            Code::RateLimited,
            format!(
                "more than {} requests; try again in {} seconds",
                admission.limit, admission.retry_after_s
            ),
        ),
        Refusal::InvalidJson(why) => plain(Code::InvalidJson, why),
        Refusal::Invalid(issues) => invalid(issues),
        Refusal::Rejected(rejection) => rejected(rejection),
        Refusal::NoSuchRoute => plain(Code::RouteNotFound, "no operation has this path; see /docs"),
        Refusal::MethodNotAllowed { allow } => {
            let words: Vec<&str> = allow.iter().map(http::Method::as_str).collect();
            plain(Code::MethodNotAllowed, format!("this path takes {}", words.join(", ")))
                .with("allowed", json!(words))
        }
        Refusal::BodyTooLarge { limit } => {
            plain(Code::BodyTooLarge, format!("a body has at most {limit} bytes here"))
                .with("limit", json!(limit))
        }
        Refusal::BodyTimeout => plain(Code::RequestTimeout, "the body did not arrive in time"),
        Refusal::UnsupportedMediaType { expected } => {
            plain(Code::UnsupportedMediaType, format!("send the body as {expected}"))
        }
        Refusal::IdempotencyReused => plain(
            Code::IdempotencyKeyReused,
            "this Idempotency-Key was used for another request; use a fresh one",
        ),
        Refusal::IdempotencyInProgress => plain(
            Code::IdempotencyInProgress,
            "the first request with this Idempotency-Key is still running; repeat it shortly",
        ),
        Refusal::NotImplemented => plain(Code::NotImplemented, "this operation is reserved"),
        Refusal::Unavailable { .. } => {
            plain(Code::Unavailable, "nothing was done; repeat the request shortly")
        }
        Refusal::StorageFull => plain(Code::StorageFull, "the disk is full; nothing was done"),
        Refusal::Internal => plain(Code::InternalError, "it is logged under this request id"),
    }
}

fn invalid(issues: &Issues) -> Said {
    let faults: Vec<Fault> = issues
        .0
        .iter()
        .map(|issue| Fault {
            pointer: issue.place.pointer(),
            code: issue.code.as_str(),
            message: issue.message.clone(),
        })
        .collect();
    let detail = match faults.as_slice() {
        [only] if only.pointer.is_empty() => only.message.clone(),
        [only] => format!("{}: {}", only.pointer, only.message),
        many => format!("{} faults; see errors", many.len()),
    };
    Said { code: Code::ValidationFailed, detail, faults, more: Map::new() }
}

fn rejected(rejection: &Rejection) -> Said {
    match rejection {
        Rejection::Invalid(issues) => invalid(issues),
        Rejection::NotFound(thing) => plain(Code::NotFound, format!("no such {}", thing.as_str())),
        // The channel surface's own answer; here a channel that is not yours does not exist.
        Rejection::ChannelNotYours => plain(Code::NotFound, "no such channel"),
        Rejection::OutOfReach => plain(Code::OutOfReach, "this lies outside of what the caller may reach"),
        Rejection::SlugTaken { slug } => plain(Code::SlugTaken, format!("the slug `{slug}` is taken")),
        Rejection::AmbiguousSlug { ids } => {
            plain(Code::AmbiguousSlug, format!("{} events have this slug; use an id", ids.len()))
                .with("ids", json!(ids))
        }
        Rejection::HasSales { what } => plain(Code::HasSales, what),
        Rejection::DatesHaveSales { dates } => {
            let refused = SeriesRejection::HasSales { dates: dates.clone() };
            let taken = |one: &TakenDate| json!({ "date": one.date.to_string(), "eventId": one.event, "sold": one.sold, "held": one.held });
            plain(Code::HasSales, refused.to_string()).with("dates", dates.iter().map(taken).collect())
        }
        Rejection::TypeHasSales { name, sold } => plain(
            Code::TicketTypeHasSales,
            format!("ticket type `{name}` has sold {sold} tickets and cannot be removed"),
        )
        .with("sold", json!(sold)),
        Rejection::TypeHasHolds { name, held } => plain(
            Code::TicketTypeHasHolds,
            format!("ticket type `{name}` has {held} held tickets and cannot be removed now"),
        )
        .with("held", json!(held)),
        Rejection::BelowStock { quantity, sold, held } => plain(
            Code::BelowStock,
            format!("{quantity} is less than the {sold} sold and {held} held tickets"),
        )
        .with("sold", json!(sold))
        .with("held", json!(held)),
        Rejection::IllegalTransition { from, step, allowed } => {
            let words: Vec<&str> = allowed.iter().map(|step| step.as_str()).collect();
            let next = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
            plain(
                Code::IllegalTransition,
                format!("`{}` cannot follow `{}`; possible is: {next}", step.as_str(), from.as_str()),
            )
            .with("allowed", json!(words))
        }
        Rejection::Stale { current } => {
            plain(Code::PreconditionFailed, format!("the current version is {current}; read it again"))
                .with("currentVersion", json!(current))
        }
        Rejection::InUse { what, upcoming } => plain(
            Code::InUse,
            format!("{upcoming} upcoming events use this {}; move or cancel them first", what.as_str()),
        )
        .with("upcoming", json!(upcoming)),
        Rejection::KeyLimit { limit } => {
            plain(Code::KeyLimit, format!("there are {limit} active keys, the most there may be; revoke one"))
                .with("limit", json!(limit))
        }
        Rejection::EmailTaken => plain(Code::EmailTaken, "an account with this e-mail address exists"),
        Rejection::AlreadyMember => plain(Code::AlreadyMember, "this address is a member or invited already"),
        Rejection::LastOwner => plain(Code::LastOwner, "an organization keeps at least one owner"),
        Rejection::RegistrationClosed => {
            plain(Code::RegistrationClosed, "nobody can sign up here without an invitation")
        }
        Rejection::ExternalIdTaken { event } => {
            plain(Code::ExternalIdTaken, format!("event {event} has this external id"))
                .with("ids", json!([event]))
        }
        Rejection::SoldOut { available } => {
            plain(Code::SoldOut, format!("{available} tickets are left, fewer than were asked for"))
                .with("available", json!(available))
        }
        Rejection::NotOnSale { starts_at, ends_at } => {
            let text = |at: &Option<Timestamp>| json!(at.map(Timestamp::to_utc_text));
            plain(Code::NotOnSale, "no tickets of this kind are sold at the moment")
                .with("saleStartsAt", text(starts_at))
                .with("saleEndsAt", text(ends_at))
        }
        Rejection::HoldExpired { expires_at } => {
            plain(Code::HoldExpired, "the hold ran out and its tickets are free again; make a new one")
                .with("expiresAt", json!(expires_at.to_utc_text()))
        }
        Rejection::HoldEnded { how } => plain(Code::HoldEnded, format!("the hold was {how}")),
        Rejection::TooManyTicketTypes { limit } => {
            plain(Code::TicketTypeLimit, format!("an event has at most {limit} ticket types"))
                .with("limit", json!(limit))
        }
        Rejection::ChangesGone { oldest, newest } => plain(
            Code::ChangesGone,
            format!(
                "changes before {oldest} are no longer kept; read everything anew and go on after {newest}"
            ),
        )
        .with("oldest", json!(oldest))
        .with("newest", json!(newest)),
    }
}
