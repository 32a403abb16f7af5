//! What `error` says on this surface, explained. Source: contracts.md §2.4.

use super::contract::text;
use crate::surfaces::ErrorWord;

/// Every text, for the docs.
pub(super) fn all() -> Vec<ErrorWord> {
    let word = |word, status, meaning| ErrorWord { word, status, meaning };
    vec![
        word(text::INVALID, 400, "A query parameter is wrong; `details` lists every fault with its `path`."),
        word(text::INVALID_JSON, 400, "The request could not be read."),
        word(
            text::UNAUTHORIZED,
            401,
            "There is no key, or it is malformed, unknown or revoked. Do not try another header: tell the operator.",
        ),
        word(
            text::FORBIDDEN,
            403,
            "The key lacks the scopes in `missingScopes`. Do not repeat: the operator grants a scope with a new key.",
        ),
        word(
            text::NO_EVENT,
            404,
            "This venue has no such event; another venue's event is answered the same way.",
        ),
        word(text::NOT_FOUND, 404, "No route has this path."),
        word(text::METHOD_NOT_ALLOWED, 405, "The path takes other methods; `Allow` names them."),
        word(text::REQUEST_TIMEOUT, 408, "The body did not arrive in time."),
        word(
            text::CONFLICT,
            409,
            "The request clashes with what is there. Nothing on this surface answers it today.",
        ),
        word(text::TOO_LARGE, 413, "The body is larger than 1 MiB."),
        word(text::UNSUPPORTED, 415, "The body has a type that is not taken here."),
        word(
            text::RATE_LIMITED,
            429,
            "The operator has set a ceiling against abuse. Wait `retryAfter` seconds.",
        ),
        word(text::INTERNAL, 500, "Something failed on our side. Report the `X-Request-Id`."),
        word(
            text::NOT_IMPLEMENTED,
            501,
            "Writing is reserved: the scope was checked and nothing else happened. Do not repeat; tell the caller and stop.",
        ),
        word(
            text::UNAVAILABLE,
            503,
            "The server is too busy or its database cannot be reached. Repeat after `retryAfter` seconds.",
        ),
    ]
}
