//! One of each refusal and rejection. The two matches without `_` see to it that a new one is added here.

use callboard::http::Refusal;
use callboard::surfaces::Name;
use callboard_core::event::Lifecycle;
use callboard_core::event::transition::Transition;
use callboard_core::ids::EventId;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rate::Admission;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::Timestamp;

/// All that a surface may have to refuse.
pub(crate) fn all(name: Name) -> Vec<Refusal> {
    let at = Timestamp::from_millis(0);
    let limited = Admission { is_admitted: false, limit: 60, remaining: 0, reset_at: at, retry_after_s: 1 };
    let refusals = vec![
        Refusal::Unauthenticated,
        Refusal::TwoCredentials,
        Refusal::CredentialInQuery("api_key"),
        Refusal::InvalidCredentials,
        Refusal::SignInBlocked { retry_after_s: 1 },
        Refusal::MissingScopes(vec!["events:read"]),
        Refusal::Forbidden("it is not".to_owned()),
        Refusal::RateLimited(limited),
        Refusal::InvalidJson("it breaks".to_owned()),
        Refusal::Invalid(Issues(vec![Issue::body("title", IssueCode::Required, "is required")])),
        Refusal::NoSuchRoute,
        Refusal::MethodNotAllowed { allow: Vec::new() },
        Refusal::BodyTooLarge { limit: 1 },
        Refusal::BodyTimeout,
        Refusal::UnsupportedMediaType { expected: "JSON" },
        Refusal::IdempotencyReused,
        Refusal::IdempotencyInProgress,
        Refusal::NotImplemented,
        Refusal::Unavailable { retry_after_s: 1 },
        Refusal::StorageFull,
        Refusal::Internal,
    ];
    for refusal in &refusals {
        match refusal {
            Refusal::Unauthenticated
            | Refusal::TwoCredentials
            | Refusal::CredentialInQuery(_)
            | Refusal::InvalidCredentials
            | Refusal::SignInBlocked { .. }
            | Refusal::MissingScopes(_)
            | Refusal::Forbidden(_)
            | Refusal::RateLimited(_)
            | Refusal::InvalidJson(_)
            | Refusal::Invalid(_)
            | Refusal::Rejected(_)
            | Refusal::NoSuchRoute
            | Refusal::MethodNotAllowed { .. }
            | Refusal::BodyTooLarge { .. }
            | Refusal::BodyTimeout
            | Refusal::UnsupportedMediaType { .. }
            | Refusal::IdempotencyReused
            | Refusal::IdempotencyInProgress
            | Refusal::NotImplemented
            | Refusal::Unavailable { .. }
            | Refusal::StorageFull
            | Refusal::Internal => {}
        }
    }
    let status = Issue::body("status", IssueCode::NotSupported, "is not taken");
    refusals
        .into_iter()
        .chain([Refusal::from(status)])
        .chain(rejections(name, at).into_iter().map(Refusal::Rejected))
        .collect()
}

/// What each surface can meet: the box office sells nothing and knows two kinds of things.
fn rejections(name: Name, at: Timestamp) -> Vec<Rejection> {
    let everywhere = vec![
        Rejection::NotFound(Thing::Event),
        Rejection::NotFound(Thing::TicketType),
        Rejection::ChannelNotYours,
        Rejection::OutOfReach,
        Rejection::SlugTaken { slug: "jazz".to_owned() },
        Rejection::HasSales { what: "tickets".to_owned() },
        Rejection::DatesHaveSales { dates: Vec::new() },
        Rejection::TypeHasSales { name: "GA".to_owned(), sold: 1 },
        Rejection::TypeHasHolds { name: "GA".to_owned(), held: 1 },
        Rejection::InUse { what: Thing::Venue, upcoming: 1 },
        Rejection::KeyLimit { limit: 10 },
        Rejection::EmailTaken,
        Rejection::AlreadyMember,
        Rejection::LastOwner,
        Rejection::RegistrationClosed,
        Rejection::TooManyTicketTypes { limit: 50 },
    ];
    let elsewhere = vec![
        Rejection::AmbiguousSlug { ids: Vec::new() },
        Rejection::BelowStock { quantity: 1, sold: 2, held: 0 },
        Rejection::IllegalTransition {
            from: Lifecycle::Archived,
            step: Transition::Publish,
            allowed: Vec::new(),
        },
        Rejection::Stale { current: 2 },
        Rejection::ExternalIdTaken { event: EventId(uuid::Uuid::nil()) },
        Rejection::ChangesGone { oldest: 1, newest: 2 },
        Rejection::SoldOut { available: 0 },
        Rejection::NotOnSale { starts_at: None, ends_at: None },
        Rejection::HoldExpired { expires_at: at },
        Rejection::HoldEnded { how: "released" },
    ];
    for rejection in everywhere.iter().chain(&elsewhere) {
        match rejection {
            Rejection::Invalid(_)
            | Rejection::NotFound(_)
            | Rejection::ChannelNotYours
            | Rejection::OutOfReach
            | Rejection::SlugTaken { .. }
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
            | Rejection::RegistrationClosed
            | Rejection::ExternalIdTaken { .. }
            | Rejection::TooManyTicketTypes { .. }
            | Rejection::ChangesGone { .. }
            | Rejection::SoldOut { .. }
            | Rejection::NotOnSale { .. }
            | Rejection::HoldExpired { .. }
            | Rejection::HoldEnded { .. } => {}
        }
    }
    if name == Name::BoxOffice { everywhere } else { everywhere.into_iter().chain(elsewhere).collect() }
}
