//! `/api/v1`, the path that H and T share: the key decides. The only module that knows two surfaces.
//! Source: contracts.md §5. Cases: X-01 … X-09.

use ::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
    VARY,
};
use ::http::{HeaderValue, Method};

use super::{Server, Target};
use crate::http::pipeline::Seen;
use crate::http::{Refusal, Reply, Request};
use crate::surfaces::{Name, Surface};

pub(crate) const PATH: &str = "/api/v1";

/// The beginnings that name a family; settings may lengthen a prefix, never change these.
const VENUE_KEYS: &str = "hdlr_";
const BOX_OFFICE_KEYS: &str = "ts_sk_";

/// Decides by the credential. An `Authorization` of another scheme than Bearer is ignored, knowingly (U16).
pub(super) fn target(request: &Request) -> Target {
    if request.method == Method::OPTIONS {
        return Target::Shared;
    }
    let bearer = request.bearer();
    let key = request.api_key_header().unwrap_or("");
    if bearer.is_some_and(|token| token.starts_with(VENUE_KEYS)) {
        return Target::Surface(Name::Venue, 0);
    }
    if key.starts_with(BOX_OFFICE_KEYS) {
        return Target::Surface(Name::BoxOffice, 0);
    }
    // A venue key in x-api-key; beside a foreign bearer, which has precedence, H's own 401 follows.
    if key.starts_with(VENUE_KEYS) {
        return Target::Surface(Name::Venue, 0);
    }
    Target::Shared
}

/// What is answered where no key names a family: preflights, and T's 401, which is valid for H too.
pub(super) fn answer(server: &Server, request: &Request) -> Reply {
    let surface = Surface::of(Name::BoxOffice);
    let mut reply = if request.method == Method::OPTIONS {
        Reply::no_content()
    } else {
        surface.refuse(&server.app, &Refusal::Unauthenticated, &request.id)
    };
    surface.finish(&server.app, &mut reply, &Seen::default());
    reply
}

/// No cache may give one key's answer to another.
pub(super) fn finish(reply: &mut Reply) {
    reply.headers.insert(VARY, HeaderValue::from_static("Authorization, X-Api-Key"));
    reply.headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private"));
}

/// The headers of every answer below the shared path: T's CORS to the letter besides. Source: contracts.md §4.5, C10.
pub(super) fn finish_with_cors(reply: &mut Reply) {
    finish(reply);
    let headers = &mut reply.headers;
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PATCH, OPTIONS"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type, x-api-key"));
}
