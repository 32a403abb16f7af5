//! The codes of this surface, explained. Source: contracts.md §3.1 [inferred].

use super::contract::code;
use crate::surfaces::ErrorWord;

/// Every code, for the docs.
pub(super) fn all() -> Vec<ErrorWord> {
    let word = |word, status, meaning| ErrorWord { word, status, meaning };
    vec![
        word(
            code::INVALID_REQUEST,
            400,
            "The body or the path is wrong; `details` lists every fault with its `field`.",
        ),
        word(
            code::UNAUTHORIZED,
            401,
            "There is no valid credential. Calls about keys take a session token, registration takes a developer key; \
             one is not accepted where the other is asked for.",
        ),
        word(
            code::FORBIDDEN,
            403,
            "The credential is valid but may not do this: the key is bound to another event, or the member's role does \
             not include it.",
        ),
        word(
            code::NOT_FOUND,
            404,
            "It does not exist, or it belongs to somebody else; the answer does not say which.",
        ),
        word(code::METHOD_NOT_ALLOWED, 405, "The path takes other methods; `Allow` names them."),
        word(code::REQUEST_TIMEOUT, 408, "The body did not arrive in time."),
        word(code::CONFLICT, 409, "The request clashes with what is there; the message says with what."),
        word(code::SOLD_OUT, 409, "Fewer tickets are left than were asked for; the message says how many."),
        word(
            code::NOT_ON_SALE,
            409,
            "The event is not published or over, or the ticket type's sale has not begun or has ended.",
        ),
        word(code::KEY_LIMIT, 409, "There are as many active keys as there may be. Delete one first."),
        word(
            code::IDEMPOTENCY_KEY_REUSED,
            409,
            "The `Idempotency-Key` was used for another request. Use a fresh one for each new request.",
        ),
        word(code::PAYLOAD_TOO_LARGE, 413, "The body is larger than 1 MiB."),
        word(code::UNSUPPORTED_MEDIA_TYPE, 415, "The body has to be `application/json`."),
        word(code::RATE_LIMITED, 429, "Too many requests. Wait as many seconds as `Retry-After` says."),
        word(code::INTERNAL_ERROR, 500, "Something failed on our side. Report the `X-Request-Id`."),
        word(code::NOT_IMPLEMENTED, 501, "The operation is reserved and does not work yet."),
        word(
            code::UNAVAILABLE,
            503,
            "The server is too busy or its database cannot be reached. Nothing was done.",
        ),
    ]
}
