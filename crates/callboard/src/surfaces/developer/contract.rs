//! What the developer contract leaves open and how it is read here, each choice in one place, so that a
//! correction is a change of one line. Source: contracts.md §3.1, §3.2, §8 (U10).

/// The collection of keys. [published]
pub(super) const KEYS_PATH: &str = "/api/developer/v1/api-keys";
/// One key. [published]
pub(super) const KEY_PATH: &str = "/api/developer/v1/api-keys/{id}";

/// Registering somebody for an event. [published]
pub(super) const REGISTRATION_PATH: &str = "/api/developer/v1/registration";
/// Longest first and last name. Unit: characters. [inferred]
pub(super) const PERSON_NAME_MAX: usize = 99;
/// Tickets of one registration. [inferred]
pub(super) const TICKETS_MAX: i64 = callboard_core::ticket::PER_ORDER_MAX;

/// Longest name of a key. Unit: characters. [inferred]
pub(super) const NAME_MAX: usize = callboard_core::key::LABEL_MAX;

/// Nothing here is for caches: the answers are about credentials. [inferred]
pub(super) const CACHING: &str = "no-store";

/// Codes of the error envelope. [inferred]
pub(super) mod code {
    pub(in super::super) const INVALID_REQUEST: &str = "invalid_request";
    pub(in super::super) const UNAUTHORIZED: &str = "unauthorized";
    pub(in super::super) const FORBIDDEN: &str = "forbidden";
    pub(in super::super) const NOT_FOUND: &str = "not_found";
    pub(in super::super) const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    pub(in super::super) const CONFLICT: &str = "conflict";
    pub(in super::super) const SOLD_OUT: &str = "sold_out";
    pub(in super::super) const NOT_ON_SALE: &str = "not_on_sale";
    pub(in super::super) const KEY_LIMIT: &str = "key_limit";
    pub(in super::super) const PAYLOAD_TOO_LARGE: &str = "payload_too_large";
    pub(in super::super) const REQUEST_TIMEOUT: &str = "request_timeout";
    pub(in super::super) const UNSUPPORTED_MEDIA_TYPE: &str = "unsupported_media_type";
    pub(in super::super) const IDEMPOTENCY_KEY_REUSED: &str = "idempotency_key_reused";
    pub(in super::super) const RATE_LIMITED: &str = "rate_limited";
    pub(in super::super) const INTERNAL_ERROR: &str = "internal_error";
    pub(in super::super) const NOT_IMPLEMENTED: &str = "not_implemented";
    pub(in super::super) const UNAVAILABLE: &str = "service_unavailable";
}

pub(super) const DESCRIPTION: &str = "\
Keys for developers, made and ended by a signed-in person, and registration for events with such a key.

Calls about keys take a session token (a JWT) as `Authorization: Bearer TOKEN`; an API key is answered 401 there. \
Registration takes a developer key the same way. \
A token comes from `POST /v1/sessions` and lives for 12 hours unless the server is set otherwise.

A key is shown once, in the reply that makes it. Only its SHA-256 is stored: a lost key cannot be read again, \
only deleted and replaced. Names of members are in snake_case, ids are UUIDs, times are UTC and written \
`YYYY-MM-DDTHH:MM:SSZ`. Successes are `{\"success\": true, \"data\": …}`, refusals \
`{\"success\": false, \"error\": {\"code\": …, \"message\": …}}`.";
