//! What `error` says on this surface, explained. Source: contracts.md §4.3.

use super::contract::text;
use crate::surfaces::ErrorWord;

/// Every sentence, for the docs.
pub(super) fn all() -> Vec<ErrorWord> {
    let word = |word, status, meaning| ErrorWord { word, status, meaning };
    vec![
        word(
            text::INVALID,
            400,
            "The body or a filter is wrong; `details` lists every fault with its `path`.",
        ),
        word(text::INVALID_JSON, 400, "The body is not JSON; `hint` says where it breaks."),
        word(
            text::STATUS_CHANGE,
            400,
            "`status` was sent. Publishing and cancelling are not part of this surface: use the dashboard or the native API.",
        ),
        word(
            text::UNAUTHORIZED,
            401,
            "There is no key in `x-api-key`, or it is malformed, unknown, revoked, disabled or expired. `Authorization` \
             is not read for box-office keys.",
        ),
        word(text::FORBIDDEN, 403, "The key lacks the scopes in `missingScopes`."),
        word(
            "Event not found",
            404,
            "This box office has no such event; another one's is answered the same way.",
        ),
        word("Ticket type not found", 404, "The event has no ticket type with this id."),
        word(text::NOT_FOUND, 404, "No route has this path."),
        word(text::METHOD, 405, "The path takes other methods; `Allow` names them."),
        word(text::TIMEOUT, 408, "The body did not arrive in time."),
        word(text::SLUG_TAKEN, 409, "Another event of this box office has the slug. Choose another."),
        word(text::HAS_SALES, 409, "Tickets of this type are sold, so it stays."),
        word(text::HAS_HOLDS, 409, "Tickets of this type are held for buyers. Wait until the holds end."),
        word(
            text::CONFLICT,
            409,
            "The request clashes with what is there; `hint` says with what, where it is known.",
        ),
        word(text::TOO_LARGE, 413, "The body is larger than 1 MiB."),
        word(text::MEDIA_TYPE, 415, "The body has to be `application/json`."),
        word(
            text::RATE_LIMITED,
            429,
            "More than 60 requests in the last 60 seconds. Wait `retryAfter` seconds; `Retry-After` says the same.",
        ),
        word(text::INTERNAL, 500, "Something failed on our side. Report the `X-Request-Id`."),
        word(text::NOT_IMPLEMENTED, 501, "The operation is reserved."),
        word(
            text::UNAVAILABLE,
            503,
            "The server is too busy or its database cannot be reached. Nothing was done.",
        ),
        word(text::STORAGE_FULL, 507, "The server's disk is full. Nothing was done."),
    ]
}
