//! The headers that every answer of `/v1` gets: rate limits as structured fields.
//! Source: draft-ietf-httpapi-ratelimit-headers-11; native-api.md §1.

use callboard_core::time::SECOND;
use http::HeaderName;
use http::header::RETRY_AFTER;

use crate::app::App;
use crate::http::Reply;
use crate::http::pipeline::Seen;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Unit: seconds.
const WINDOW: i64 = 60;

/// Says what the rate window said.
pub(super) fn finish(app: &App, reply: &mut Reply, seen: &Seen) {
    if let Some(admission) = seen.admission {
        let left_ms = admission.reset_at.millis_since(app.clock.now()).max(0);
        let reset = left_ms.saturating_add(SECOND - 1) / SECOND;
        reply.set(POLICY, &format!("\"default\";q={};w={WINDOW}", admission.limit));
        reply.set(LIMIT, &format!("\"default\";r={};t={reset}", admission.remaining));
    }
    if let Some(seconds) = seen.retry_after_s {
        reply.set(RETRY_AFTER, &seconds.to_string());
    }
}
