//! Entity tags: of what is answered, and of what is asked for.

use std::hash::{BuildHasher, Hasher};

use callboard_core::canonical::hex;
use callboard_core::issue::{Issue, IssueCode};
use foldhash::quality::FixedState;
use http::header::ETAG;
use http::{HeaderValue, StatusCode};

use super::{Refusal, Reply, Request};

/// Gives a 200 its strong tag: `"VERSION-DIGEST"` for a single resource, `"DIGEST"` for the rest.
pub fn stamp(reply: &mut Reply) {
    let taggable = reply.status.is_success() && reply.status != StatusCode::NO_CONTENT;
    if !taggable || reply.headers.contains_key(ETAG) {
        return;
    }
    let short = hex(&digest(&reply.body));
    let tag =
        reply.version.map_or_else(|| format!("\"{short}\""), |version| format!("\"{version}-{short}\""));
    reply.set(ETAG, &tag);
}

/// 96 bits of a body, the same on every node of one release. A tag only tells versions apart, so that a cryptographic
/// digest, which costs more than reading the event, gives nothing.
fn digest(body: &[u8]) -> [u8; 12] {
    let half = |seed: u64| {
        let mut hasher = FixedState::with_seed(seed).build_hasher();
        hasher.write(body);
        hasher.finish().to_le_bytes()
    };
    let (first, second) = (half(0x6361_6c6c), half(0x0062_6f61_7264));
    let mut digest = [0; 12];
    for (place, byte) in digest.iter_mut().zip(first.into_iter().chain(second)) {
        *place = byte;
    }
    digest
}

/// Turns a 200 into 304 where the client already has these very bytes.
pub fn revalidate<'a>(held: impl IntoIterator<Item = &'a HeaderValue>, reply: &mut Reply) {
    let mut held = held.into_iter().filter_map(|value| value.to_str().ok()).peekable();
    if held.peek().is_none() {
        return;
    }
    let Some(tag) = reply.headers.get(ETAG).and_then(|v| v.to_str().ok()) else { return };
    // If-None-Match compares weakly: a proxy may have put W/ before our tag.
    let same = held
        .flat_map(|list| list.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == "*" || one == tag);
    if same && reply.status == StatusCode::OK {
        reply.status = StatusCode::NOT_MODIFIED;
        reply.body = bytes::Bytes::new();
        reply.headers.remove(http::header::CONTENT_TYPE);
    }
}

/// The version that `If-Match` asks for; `*` asks only that the thing exists.
///
/// # Errors
/// 400 where the header is not one of our tags.
pub fn if_match(request: &Request) -> Result<Option<i64>, Refusal> {
    let Some(text) = request.headers.get("if-match") else { return Ok(None) };
    let text = text.to_str().unwrap_or("").trim();
    if text == "*" {
        return Ok(None);
    }
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let version = inner.and_then(|t| t.split('-').next()).and_then(|t| t.parse::<i64>().ok());
    version.map(Some).ok_or_else(|| {
        let message = "must be one entity tag as answered in ETag, such as \"3-…\"";
        Issue::header("If-Match", IssueCode::InvalidFormat, message).into()
    })
}
