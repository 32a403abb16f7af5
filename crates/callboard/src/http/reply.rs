//! An answer before it is bytes on the wire.

use bytes::Bytes;
use callboard_core::time::Timestamp;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::json;

/// A status, headers and a body that is complete.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The version of the single resource in it, for its `ETag`.
    pub version: Option<i64>,
    /// What an idempotency row keeps instead of the body, where the body holds a secret.
    pub kept_body: Option<Bytes>,
    /// Up to when, exclusively, this stays the right answer if nobody writes; `None` where it must not be kept.
    pub fresh_until: Option<Timestamp>,
}

pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Reply {
    pub fn new(status: StatusCode, content_type: HeaderValue, body: impl Into<Bytes>) -> Reply {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(CONTENT_TYPE, content_type);
        Reply { status, headers, body: body.into(), version: None, kept_body: None, fresh_until: None }
    }

    pub fn json(status: StatusCode, value: &impl Serialize) -> Reply {
        // Wire types hold strings, numbers and lists only; serialising them cannot fail.
        Reply::new(status, JSON, json::to_vec(value).unwrap_or_default())
    }

    pub fn ok(value: &impl Serialize) -> Reply {
        Reply::json(StatusCode::OK, value)
    }

    pub fn created(value: &impl Serialize) -> Reply {
        Reply::json(StatusCode::CREATED, value)
    }

    pub fn no_content() -> Reply {
        Reply {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::with_capacity(8),
            body: Bytes::new(),
            version: None,
            kept_body: None,
            fresh_until: None,
        }
    }

    /// Names the version of the resource in the body; it becomes part of the `ETag`.
    #[must_use]
    pub fn versioned(mut self, version: i64) -> Reply {
        self.version = Some(version);
        self
    }

    /// Allows the answer to be kept until the next instant at which the clock alone changes it; for ever, if there is
    /// none. Only operations that say what they depend on are kept ([`super::Operation::kept`]).
    #[must_use]
    pub fn fresh_until(mut self, next_change: Option<Timestamp>) -> Reply {
        self.fresh_until = Some(next_change.unwrap_or(Timestamp::from_millis(i64::MAX)));
        self
    }

    /// The answer holds a secret: no cache may keep it, and an idempotency row keeps `without` instead.
    #[must_use]
    pub fn secret(mut self, without: &impl Serialize) -> Reply {
        self.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.kept_body = serde_json::to_vec(without).ok().map(Bytes::from);
        self
    }

    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Reply {
        self.set(name, value);
        self
    }

    /// Sets a header; a value that no header may hold is left out.
    pub fn set(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }
}
