//! Uploaded images, `/media/NUMBER`: the bytes as they came, never to change.
//! Source: contracts.md §1.4 (P7), promises R22.

use ::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use ::http::{HeaderName, HeaderValue, StatusCode};

use super::plain;
use crate::http::{Refusal, Reply, Request, etag};
use crate::server::Server;

/// A number is never given out twice and its bytes never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Should a browser ever take an image for a page, that page can do nothing.
const NOTHING_RUNS: &str = "default-src 'none'; sandbox";

/// Answers a path below `/media/`; `None` if there is no such image.
pub(super) async fn answer(server: &Server, request: &Request) -> Option<Reply> {
    let number = number(request.path().strip_prefix("/media/")?)?;
    let (media, bytes) = match server.app.store.find_media(number).await {
        Ok(found) => found?,
        Err(error) => {
            let refusal = Refusal::from(error);
            let status = match refusal {
                Refusal::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            return Some(plain(status));
        }
    };
    let tag = format!("\"{number}-{:x}-{:x}\"", media.size, media.created_at.as_millis());
    let content_type = HeaderValue::from_str(&media.mime).ok()?;
    let mut reply = Reply::new(StatusCode::OK, content_type, bytes)
        .with(ETAG, &tag)
        .with(CACHE_CONTROL, FOR_EVER)
        .with(CONTENT_SECURITY_POLICY, NOTHING_RUNS)
        .with(X_CONTENT_TYPE_OPTIONS, "nosniff")
        // Venues show posters on their own websites.
        .with(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    etag::revalidate(request.headers.get_all(IF_NONE_MATCH), &mut reply);
    Some(reply)
}

/// A number in its one spelling: digits, no leading zero.
fn number(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if is_plain { text.parse().ok() } else { None }
}
