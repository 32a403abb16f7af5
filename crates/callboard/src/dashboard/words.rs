//! Refusals for people: a title, a sentence that says what to do, a status, and the page that shows them.

use askama::Template;
use callboard_core::account::Role;
use callboard_core::rejection::Rejection;
use http::StatusCode;

use super::shell::{Frame, Shell};
use crate::http::request::RequestId;
use crate::http::{Refusal, Reply};

/// A role as people call it.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Editor => "editor",
        Role::BoxOffice => "box office",
        Role::Viewer => "viewer",
    }
}

pub(crate) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unauthenticated | Refusal::InvalidCredentials => StatusCode::UNAUTHORIZED,
        Refusal::TwoCredentials
        | Refusal::CredentialInQuery(_)
        | Refusal::InvalidJson(_)
        | Refusal::Invalid(_) => StatusCode::BAD_REQUEST,
        Refusal::SignInBlocked { .. } | Refusal::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::MissingScopes(_) | Refusal::Forbidden(_) => StatusCode::FORBIDDEN,
        Refusal::Rejected(rejection) => match rejection {
            Rejection::Invalid(_) => StatusCode::BAD_REQUEST,
            Rejection::NotFound(_) | Rejection::ChannelNotYours => StatusCode::NOT_FOUND,
            Rejection::OutOfReach | Rejection::RegistrationClosed => StatusCode::FORBIDDEN,
            Rejection::Stale { .. } => StatusCode::PRECONDITION_FAILED,
            Rejection::ChangesGone { .. } => StatusCode::GONE,
            _ => StatusCode::CONFLICT,
        },
        Refusal::NoSuchRoute => StatusCode::NOT_FOUND,
        Refusal::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Refusal::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
        Refusal::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refusal::IdempotencyReused | Refusal::IdempotencyInProgress => StatusCode::CONFLICT,
        Refusal::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Refusal::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Refusal::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The heading of the page that a refusal gets.
pub(crate) fn title(refusal: &Refusal) -> &'static str {
    match status(refusal) {
        StatusCode::FORBIDDEN => "You may not do this",
        StatusCode::NOT_FOUND | StatusCode::GONE => "This is not here",
        StatusCode::METHOD_NOT_ALLOWED => "This address works otherwise",
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "This cannot be done now",
        StatusCode::TOO_MANY_REQUESTS => "Please wait a moment",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE => "Not available at the moment",
        StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong on our side",
        _ => "This did not work",
    }
}

/// What happened and what to do, in a sentence or two.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unauthenticated => "Sign in first.".to_owned(),
        Refusal::TwoCredentials | Refusal::CredentialInQuery(_) | Refusal::MissingScopes(_) => {
            "Pages take no API keys; sign in instead.".to_owned()
        }
        Refusal::InvalidCredentials => "The e-mail address or the password is wrong.".to_owned(),
        Refusal::SignInBlocked { retry_after_s } => {
            format!("Too many failed sign-ins. Try again in {}.", seconds(*retry_after_s))
        }
        Refusal::Forbidden(why) => why.clone(),
        Refusal::RateLimited(admission) => {
            format!("That was a lot in a short time. Try again in {}.", seconds(admission.retry_after_s))
        }
        Refusal::InvalidJson(why) => sentence_case(why),
        Refusal::Invalid(issues) => {
            let all: Vec<String> = issues.0.iter().map(|issue| sentence_case(&issue.message)).collect();
            all.join(" ")
        }
        Refusal::Rejected(rejection) => rejected(rejection),
        Refusal::NoSuchRoute => "There is no page at this address.".to_owned(),
        Refusal::MethodNotAllowed { .. } => {
            "This address is the destination of a form. Open the page that has the form.".to_owned()
        }
        Refusal::BodyTooLarge { limit } => {
            format!("What was sent is too large; at most {limit} bytes are taken.")
        }
        Refusal::BodyTimeout => "The form did not arrive in time. Send it again.".to_owned(),
        Refusal::UnsupportedMediaType { .. } => "This takes forms only.".to_owned(),
        Refusal::IdempotencyReused => {
            "This form was already sent, with other values, and saved. Send it again to save this as well."
                .to_owned()
        }
        Refusal::IdempotencyInProgress => "This form is being saved. Wait a moment.".to_owned(),
        Refusal::NotImplemented => "This is not there yet.".to_owned(),
        Refusal::Unavailable { .. } => "Nothing was changed. Try again in a moment.".to_owned(),
        Refusal::StorageFull => "The server's disk is full. Nothing was changed.".to_owned(),
        Refusal::Internal => "It has been noted in the server's log.".to_owned(),
    }
}

fn rejected(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Invalid(issues) => {
            let all: Vec<String> = issues.0.iter().map(|issue| sentence_case(&issue.message)).collect();
            all.join(" ")
        }
        Rejection::NotFound(thing) => {
            format!("There is no such {}. It may have been deleted.", thing.as_str())
        }
        Rejection::ChannelNotYours => "There is no such channel.".to_owned(),
        Rejection::OutOfReach => "This lies outside of what you may reach.".to_owned(),
        Rejection::SlugTaken { slug } => format!("The slug “{slug}” is taken. Choose another."),
        Rejection::AmbiguousSlug { ids } => format!("{} events have this slug.", ids.len()),
        Rejection::HasSales { what } => sentence_case(what),
        Rejection::DatesHaveSales { dates } => {
            let refused = callboard_core::series::SeriesRejection::HasSales { dates: dates.clone() };
            sentence_case(&refused.to_string())
        }
        Rejection::TypeHasSales { name, sold } => {
            format!("“{name}” has sold {sold} tickets and cannot be removed. Hide it instead.")
        }
        Rejection::TypeHasHolds { name, held } => {
            format!("“{name}” has {held} held tickets. Wait until the holds end.")
        }
        Rejection::BelowStock { quantity, sold, held } => {
            format!("{quantity} is less than the {sold} sold and {held} held tickets.")
        }
        Rejection::IllegalTransition { from, step, allowed } => {
            let words: Vec<&str> = allowed.iter().map(|step| step.as_str()).collect();
            let next = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
            format!("The event is {}: “{}” is not possible now, but {next}.", from.as_str(), step.as_str())
        }
        Rejection::Stale { .. } => {
            "Somebody has changed this since you opened it. Look at what there is now, then save again."
                .to_owned()
        }
        Rejection::InUse { what, upcoming } => {
            let events = if *upcoming == 1 {
                "1 upcoming event uses".to_owned()
            } else {
                format!("{upcoming} upcoming events use")
            };
            format!("{events} this {}. Move or cancel them first.", what.as_str())
        }
        Rejection::KeyLimit { limit } => {
            format!(
                "There are {limit} active keys here, the most there may be. Revoke one that is not needed."
            )
        }
        Rejection::EmailTaken => "An account with this address exists. Sign in instead.".to_owned(),
        Rejection::AlreadyMember => "This person is a member or invited already.".to_owned(),
        Rejection::LastOwner => {
            "An organization keeps at least one owner. Make somebody else an owner first.".to_owned()
        }
        Rejection::RegistrationClosed => "Nobody can sign up here without an invitation.".to_owned(),
        Rejection::ExternalIdTaken { .. } => "Another event has this external id.".to_owned(),
        Rejection::TooManyTicketTypes { limit } => format!("An event has at most {limit} ticket types."),
        Rejection::ChangesGone { oldest, .. } => {
            format!("Changes before number {oldest} are no longer kept.")
        }
        Rejection::SoldOut { available } => format!("Only {available} tickets are left."),
        Rejection::NotOnSale { .. } => "These tickets are not on sale at the moment.".to_owned(),
        Rejection::HoldExpired { .. } => "The hold has run out. Make a new one.".to_owned(),
        Rejection::HoldEnded { how } => format!("The hold was {how}."),
    }
}

fn seconds(seconds: i64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}

/// A rule's words as a sentence: a capital at the beginning, a full stop at the end.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
}

/// A refusal where not even a page can be made.
pub(crate) fn plain(refusal: &Refusal) -> Reply {
    let text = http::HeaderValue::from_static("text/plain; charset=utf-8");
    let mut reply = Reply::new(status(refusal), text, format!("{}\n", sentence(refusal)));
    reply.set(http::header::CACHE_CONTROL, "no-store");
    reply
}

/// A refusal inside the dashboard.
#[derive(Template)]
#[template(path = "dashboard/refusal.html")]
pub(crate) struct MemberPage {
    frame: Shell,
    text: String,
    request_id: String,
}

/// A refusal for whoever is not signed in.
#[derive(Template)]
#[template(path = "dashboard/refusal_guest.html")]
pub(crate) struct GuestPage {
    frame: Frame,
    text: String,
    request_id: String,
}

impl MemberPage {
    pub(crate) fn new(frame: Shell, refusal: &Refusal, id: &RequestId) -> MemberPage {
        MemberPage { frame, text: sentence(refusal), request_id: id.to_string() }
    }
}

impl GuestPage {
    pub(crate) fn new(frame: Frame, refusal: &Refusal, id: &RequestId) -> GuestPage {
        GuestPage { frame, text: sentence(refusal), request_id: id.to_string() }
    }
}
