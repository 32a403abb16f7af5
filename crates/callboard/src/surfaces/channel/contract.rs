//! The published words of the channel surface, and our own choices where nothing is published.
//!
//! Each choice stands here once, so that a correction is a one-line change. Source: contracts.md §1, §8.

use callboard_core::event::Lifecycle;

use crate::http::{Kind, Param};

pub(super) const CHANNELS: &str = "/api/public/v1/channels";
pub(super) const CLASSIFICATIONS: &str = "/api/public/v1/classifications";
pub(super) const EVENTS: &str = "/api/public/v1/events";
pub(super) const EVENT: &str = "/api/public/v1/events/{id}";
pub(super) const MEDIA: &str = "/api/public/v1/media";
pub(super) const OPENAPI: &str = "/api/developer/openapi/public-api-v1";

/// U2 [inferred]: the status of an event whose maker named none.
pub(super) const STATUS_DEFAULT: Lifecycle = Lifecycle::Draft;

/// A limit above it is capped, not refused. Source: contracts.md §1.8.
const LIMIT_CAP: i64 = 100;
const LIMIT_DEFAULT: i64 = 20;
/// The largest whole number that every JSON reader keeps exactly.
pub(super) const ID_MAX: i64 = 9_007_199_254_740_991;

pub(super) const PAGE: Param = Param {
    name: "page",
    kind: Kind::Int { min: 1, max: ID_MAX, is_capped: true, default: Some(1) },
    doc: "The page, from 1. A page past the end is empty.",
};
pub(super) const LIMIT: Param = Param {
    name: "limit",
    kind: Kind::Int { min: 1, max: LIMIT_CAP, is_capped: true, default: Some(LIMIT_DEFAULT) },
    doc: "Entries per page. Above 100 it is taken as 100; the reply says what was used.",
};

/// [inferred]: the beginning of a city id that was made here, for an event whose maker knew none.
pub(super) const LOCAL_PLACE: &str = "local:";

/// [inferred]: the field of a fault that is not in one member but in the body as a whole.
pub(super) const WHOLE_BODY: &str = "body";

/// [inferred]: what the offers derived from ticket types say. Source: contracts.md §1.4.
pub(super) mod availability {
    pub(in crate::surfaces::channel) const AVAILABLE: &str = "available";
    pub(in crate::surfaces::channel) const SOLD_OUT: &str = "sold_out";
    pub(in crate::surfaces::channel) const NOT_AVAILABLE: &str = "not_available";
}
