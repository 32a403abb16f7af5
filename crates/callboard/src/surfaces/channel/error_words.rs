//! The closed list of codes of this surface, explained. Source: contracts.md §1.5.

use crate::surfaces::ErrorWord;

/// Every code, for the docs.
pub(super) fn all() -> Vec<ErrorWord> {
    let word = |word, status, meaning| ErrorWord { word, status, meaning };
    vec![
        word(
            "invalid_request",
            400,
            "The body, a query parameter or a header is wrong. `details.field` names the first fault, \
             `details.errors` all of them. The statuses 405, 408, 413 and 415 carry this code too.",
        ),
        word(
            "invalid_api_key",
            401,
            "There is no key, or it is malformed, unknown, revoked, disabled or expired. The answer does not say which.",
        ),
        word(
            "insufficient_scope",
            403,
            "The key lacks the scope of this route; the message names it. Make a key that has it: the scopes of a key \
             never change by themselves.",
        ),
        word(
            "forbidden",
            403,
            "The key has the scope, but its owner may not publish to this channel. A channel that does not exist is \
             answered the same way.",
        ),
        word(
            "not_found",
            404,
            "There is no such thing, or this key cannot reach it; or no route has this path.",
        ),
        word(
            "conflict",
            409,
            "The request clashes with what is there: mostly an `Idempotency-Key` that was used for another body or \
             whose first request is still running, then with `Retry-After`.",
        ),
        word(
            "rate_limited",
            429,
            "More requests than the limit in one minute. Wait as many seconds as `Retry-After` says, then repeat with \
             the same `Idempotency-Key`.",
        ),
        word(
            "internal_error",
            500,
            "Something failed on our side, or the server is too busy (503) or out of disk (507). Repeat a creation with \
             the same `Idempotency-Key`; if it stays, report the `requestId`.",
        ),
    ]
}
