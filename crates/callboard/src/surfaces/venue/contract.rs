//! What the venue contract leaves open and how it is read here, each choice in one place, so that a
//! correction is a change of one line. Source: contracts.md §2, §8 (U6–U9, U16).

use callboard_core::account::Capability as C;

use crate::http::{Kind, Param};

/// The collection of events. [published]
pub(super) const EVENTS_PATH: &str = "/api/v1/events";
/// One event. [published]
pub(super) const EVENT_PATH: &str = "/api/v1/events/{id}";

/// The published scopes. [published]
pub(super) const SCOPES: &[(&str, &[C])] = &[
    ("events:read", &[C::EventsRead]),
    ("events:write", &[C::EventsCreate, C::EventsWrite]),
    ("events:delete", &[C::EventsDelete]),
];

/// How many days after today (UTC) the list ends where `to` is not given, also when `from` lies later. [published]
pub(super) const WINDOW_DAYS: i64 = 90;
/// Entries of a page: as many as this where `limit` is not given. [published]
pub(super) const LIMIT_DEFAULT: i64 = 50;
/// Most entries of a page; more is refused, not capped. [published]
const LIMIT_MAX: i64 = 100;

/// The status words; without one the list has all but cancelled. [published]
pub(super) mod status {
    pub(in super::super) const OPEN: &str = "open";
    pub(in super::super) const FILLED: &str = "filled";
    pub(in super::super) const CANCELLED: &str = "cancelled";
    pub(in super::super) const RESERVED: &str = "reserved";
}

/// What becomes of events made from a recurring template. [published]
pub(super) mod recurring {
    pub(in super::super) const EXCLUDE: &str = "exclude";
    pub(in super::super) const INCLUDE: &str = "include";
    pub(in super::super) const ONLY: &str = "only";
}

/// The list's parameters. Repeated and empty ones are refused, unknown ones ignored. [inferred]
pub(super) const LIST_PARAMS: &[Param] = &[
    Param {
        name: "from",
        kind: Kind::Date,
        doc: "Earliest show date, inclusive, as a date of the venue. Default: today in UTC. Late in the evening \
              in the Americas that is tomorrow there: ask from yesterday on to keep tonight's show.",
    },
    Param {
        name: "to",
        kind: Kind::Date,
        doc: "Latest show date, inclusive. Default: 90 days after today in UTC, also where `from` lies later; \
              the list is empty then.",
    },
    Param {
        name: "status",
        kind: Kind::Word(&[status::OPEN, status::FILLED, status::CANCELLED, status::RESERVED]),
        doc: "Only events in this state. Default: all but cancelled.",
    },
    Param {
        name: "recurring",
        kind: Kind::Word(&[recurring::EXCLUDE, recurring::INCLUDE, recurring::ONLY]),
        doc: "What becomes of events made from a recurring template. Default: `exclude`.",
    },
    Param {
        name: "limit",
        kind: Kind::Int { min: 1, max: LIMIT_MAX, is_capped: false, default: Some(LIMIT_DEFAULT) },
        doc: "Most entries of a page.",
    },
    Param {
        name: "cursor",
        kind: Kind::Uuid,
        doc: "`meta.nextCursor` of the page before. Repeat the other parameters on every page.",
    },
];

/// Clients are asked to cache for a minute. [inferred]
pub(super) const CACHING: &str = "private, max-age=60";

/// The texts of `error`. [inferred]
pub(super) mod text {
    pub(in super::super) const INVALID: &str = "Invalid query parameters";
    pub(in super::super) const INVALID_JSON: &str = "Invalid JSON";
    pub(in super::super) const UNAUTHORIZED: &str = "Unauthorized";
    pub(in super::super) const FORBIDDEN: &str = "Forbidden";
    pub(in super::super) const NO_EVENT: &str = "Event not found";
    pub(in super::super) const NOT_FOUND: &str = "Not found";
    pub(in super::super) const METHOD_NOT_ALLOWED: &str = "Method not allowed";
    pub(in super::super) const REQUEST_TIMEOUT: &str = "Request timeout";
    pub(in super::super) const CONFLICT: &str = "Conflict";
    pub(in super::super) const TOO_LARGE: &str = "Payload too large";
    pub(in super::super) const UNSUPPORTED: &str = "Unsupported media type";
    pub(in super::super) const RATE_LIMITED: &str = "Too many requests";
    pub(in super::super) const INTERNAL: &str = "Internal server error";
    pub(in super::super) const NOT_IMPLEMENTED: &str = "Not Implemented";
    pub(in super::super) const UNAVAILABLE: &str = "Service unavailable";
}

pub(super) const DESCRIPTION: &str = "\
The feed of one venue, for its website and its partners: read only for now.

A key belongs to one venue and opens that venue's events alone. Send it as `Authorization: Bearer TOKEN` or as \
`x-api-key: TOKEN`; where a bearer is sent, it decides. Keys are for servers: never put one into a page or an \
app. Dates and times are those of the venue, in `venue.timezone`, not UTC. A member that is null has no value; \
invent none for it.

Walk the list until `meta.nextCursor` is null, repeating the filters on every page; it is in the order of date, \
start and id. Keep answers for a minute. On 401 and 403 do not try again with another header: the operator has \
to replace the key or grant the scope. Writing is reserved: those operations check the scope and answer 501, \
which no repeating changes.

The address `/venue/api/v1` opens the same feed where the shared `/api/v1` cannot be used.";
