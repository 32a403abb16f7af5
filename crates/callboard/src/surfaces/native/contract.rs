//! The constants of `/v1` and its scopes, with the choices where its text is silent. Source: native-api.md §1, §4.

use callboard_core::account::Capability as C;

/// Items of one page: least, most and usual.
pub(super) const LIMIT_MIN: i64 = 1;
pub(super) const LIMIT_MAX: i64 = callboard_store::page::LIMIT_MAX;
pub(super) const LIMIT_DEFAULT: i64 = 50;
/// Longest cursor that is looked at. Unit: characters.
pub(super) const CURSOR_MAX: usize = 200;

/// Names the organization in which the machine's owner acts through the control socket; may be left out
/// where there is only one.
pub(super) const ORGANIZATION_HEADER: &str = "x-callboard-organization";

/// What each scope of a native key lets it do.
///
/// [inferred] `events:write` also creates events and uploads their images; `events:publish` runs the whole
/// state machine.
pub(super) const SCOPES: &[(&str, &[C])] = &[
    ("venues:read", &[C::VenuesRead]),
    ("venues:write", &[C::VenuesWrite]),
    ("channels:read", &[C::ChannelsRead]),
    ("channels:write", &[C::ChannelsWrite]),
    ("box_offices:read", &[C::BoxOfficesRead]),
    ("box_offices:write", &[C::BoxOfficesWrite]),
    ("events:read", &[C::EventsRead]),
    ("events:write", &[C::EventsWrite, C::EventsCreate, C::MediaCreate]),
    ("events:publish", &[C::EventsPublish]),
    ("events:delete", &[C::EventsDelete]),
    ("orders:read", &[C::OrdersRead]),
    ("orders:write", &[C::OrdersWrite]),
    ("check_ins:write", &[C::CheckInsWrite]),
    ("changes:read", &[C::ChangesRead]),
];

pub(super) const DESCRIPTION: &str = "\
The API in which everything works. JSON in UTF-8 with camelCase members; every documented member is always \
present, `null` where it has no value; unknown members and parameters are refused with 400.

- **Credentials**: `Authorization: Bearer TOKEN`, a native key or a session token; never in a query string.
- **Errors**: `application/problem+json` (RFC 9457) with a stable `code`; a 400 lists all faults at once.
- **Lists**: `{items, nextCursor}`; pass `nextCursor` as `cursor` to go on.
- **Writes** take an `Idempotency-Key` (kept 24 hours) and `?dryRun=true`, and answer with `warnings`.
- **Concurrency**: `ETag` on reads, `If-None-Match` and `If-Match` where they apply.
- **Rate limit**: 600 requests in any 60 seconds per key or account unless set otherwise; see `RateLimit`.";
