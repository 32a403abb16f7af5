//! The codes of problems: one word each, stable for ever, with its status and title.

use http::StatusCode;

use crate::surfaces::ErrorWord;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal, $status:ident, $title:literal;)+) => {
        /// Why a request was refused; `as_str` is the problem's `code`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $variant),+ }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];
            pub fn as_str(self) -> &'static str { match self { $(Code::$variant => $word),+ } }
            /// The same for every occurrence of the code.
            pub fn title(self) -> &'static str { match self { $(Code::$variant => $title),+ } }
            pub fn status(self) -> StatusCode { match self { $(Code::$variant => StatusCode::$status),+ } }
            /// What it means and what to do about it, for its page.
            pub fn meaning(self) -> &'static str { match self { $(Code::$variant => concat!($($doc, "\n"),+)),+ } }
            pub fn parse(word: &str) -> Option<Code> { match word { $($word => Some(Code::$variant),)+ _ => None } }
        }
    };
}

codes! {
    /// The body could not be read as JSON. `detail` says where it breaks: a trailing comma, a member given
    /// twice, nesting that is too deep.
    InvalidJson = "invalid_json", BAD_REQUEST, "The body is not valid JSON";
    /// Members, parameters or headers are wrong. `errors` lists every fault with its place.
    ValidationFailed = "validation_failed", BAD_REQUEST, "The request is not valid";
    /// A key or token was sent in the query string, where logs and proxies keep it. Send it in
    /// `Authorization: Bearer`, and replace the one that was sent.
    CredentialInQuery = "credential_in_query", BAD_REQUEST, "A credential was put into the address";
    /// Both `Authorization` and `x-api-key` were sent. Send one of them.
    TwoCredentials = "two_credentials", BAD_REQUEST, "Two credentials were sent";
    /// There is no credential, or it is malformed, unknown, revoked, disabled or expired.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "A valid credential is needed";
    /// The e-mail address or the password is wrong.
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED, "Wrong e-mail address or password";
    /// The key lacks the scopes in `missingScopes`. Make a key that has them.
    InsufficientScope = "insufficient_scope", FORBIDDEN, "The key lacks a scope";
    /// The caller may not do this: the member's role does not include it, or a key was sent where only a
    /// signed-in session may act.
    Forbidden = "forbidden", FORBIDDEN, "Not allowed";
    /// The key is narrowed to a place or event that this lies outside of, or the thing belongs to another
    /// account of the organization.
    OutOfReach = "out_of_reach", FORBIDDEN, "Out of this caller's reach";
    /// Nobody can sign up here without an invitation.
    RegistrationClosed = "registration_closed", FORBIDDEN, "Registration is closed";
    /// It does not exist, or it belongs to another organization.
    NotFound = "not_found", NOT_FOUND, "Not found";
    /// No operation has this path.
    RouteNotFound = "route_not_found", NOT_FOUND, "No such path";
    /// The path takes other methods; they are in `Allow` and in `allowed`.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The path takes other methods";
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "The body did not arrive in time";
    /// Something else has the slug. Choose another.
    SlugTaken = "slug_taken", CONFLICT, "The slug is taken";
    /// Several events have this slug. Use one of the `ids`.
    AmbiguousSlug = "ambiguous_slug", CONFLICT, "Several events have this slug";
    /// Tickets are sold. Cancel the event instead. For a series, `dates` lists the dates that would move or go
    /// although tickets are sold or held: change or cancel those alone first.
    HasSales = "has_sales", CONFLICT, "Tickets are sold";
    /// Tickets of this type are sold, so it stays. Hide it or set its quantity to what is sold.
    TicketTypeHasSales = "ticket_type_has_sales", CONFLICT, "Tickets of this type are sold";
    /// Tickets of this type are held. Wait until the holds end or release them.
    TicketTypeHasHolds = "ticket_type_has_holds", CONFLICT, "Tickets of this type are held";
    /// The quantity is less than what is sold and held.
    BelowStock = "below_stock", CONFLICT, "Less than what is sold and held";
    /// The event cannot take this step from its status; `allowed` lists the steps that it can.
    IllegalTransition = "illegal_transition", CONFLICT, "The event cannot take this step now";
    /// Upcoming events use the place. Move or cancel them first.
    InUse = "in_use", CONFLICT, "Upcoming events use it";
    /// There are as many active keys as there may be. Revoke one first.
    KeyLimit = "key_limit", CONFLICT, "Too many active keys";
    /// An account with this e-mail address exists. Sign in instead.
    EmailTaken = "email_taken", CONFLICT, "The e-mail address is in use";
    /// The address is a member or is invited already.
    AlreadyMember = "already_member", CONFLICT, "Already a member";
    /// An organization keeps at least one owner. Make somebody else an owner first.
    LastOwner = "last_owner", CONFLICT, "The last owner cannot leave";
    /// Another event has this external id; it is named in `ids`.
    ExternalIdTaken = "external_id_taken", CONFLICT, "The external id is taken";
    /// An event has at most so many ticket types.
    TicketTypeLimit = "ticket_type_limit", CONFLICT, "Too many ticket types";
    /// Fewer tickets are free than were asked for; `available` says how many.
    SoldOut = "sold_out", CONFLICT, "Not enough tickets are left";
    /// The event is not published or over, or the ticket type's sale has not begun or has ended (`saleStartsAt`,
    /// `saleEndsAt`).
    NotOnSale = "not_on_sale", CONFLICT, "Not on sale";
    /// The hold ran out at `expiresAt`. Make a new one.
    HoldExpired = "hold_expired", CONFLICT, "The hold has run out";
    /// The hold was released, or an order has used it.
    HoldEnded = "hold_ended", CONFLICT, "The hold has ended";
    /// The first request with this `Idempotency-Key` is still running. Repeat it after `Retry-After`.
    IdempotencyInProgress = "idempotency_in_progress", CONFLICT, "The first request is still running";
    /// The changes after `after` are no longer kept. Note `newest`, read the lists anew, and go on with
    /// `after=newest`; the oldest change that there still is, or the next one that there will be, is `oldest`.
    ChangesGone = "changes_gone", GONE, "The changes are no longer kept";
    /// `If-Match` named another version than `currentVersion`. Read the resource again.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "It has changed since";
    /// The body is larger than `limit` bytes.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is of another type than the operation takes.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body's type is not taken here";
    /// The `Idempotency-Key` was used for another request. Use a fresh one for each new request.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "The idempotency key was used before";
    /// More requests than the limit allows. Wait for `Retry-After` seconds.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    /// Too many failed sign-ins. Wait for `Retry-After` seconds; the right password has to wait as well.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS, "Too many failed sign-ins";
    /// Our fault. It is logged under `requestId`.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    /// The operation is reserved and does not work yet.
    NotImplemented = "not_implemented", NOT_IMPLEMENTED, "Not implemented";
    /// Too much is waiting, or the database cannot be reached. Nothing was done; repeat the request after
    /// `Retry-After` seconds.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Not available at the moment";
    /// The disk is full. Nothing was done.
    StorageFull = "storage_full", INSUFFICIENT_STORAGE, "The disk is full";
}

/// Every code, for the docs.
pub(super) fn words() -> Vec<ErrorWord> {
    let word = |code: &Code| ErrorWord {
        word: code.as_str(),
        status: code.status().as_u16(),
        meaning: code.meaning(),
    };
    Code::ALL.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_snake_case_words_that_are_read_back() {
        for code in Code::ALL {
            let word = code.as_str();
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{word}");
            assert_eq!(Code::parse(word), Some(*code));
            assert!(code.status().is_client_error() || code.status().is_server_error());
            assert!(!code.title().ends_with('.') && !code.meaning().trim().is_empty());
        }
    }
}
