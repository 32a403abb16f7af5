//! A request as the surfaces see it: parts that are cheap to look at, the body still unread.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use callboard_core::time::Timestamp;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, Method, Uri};

use crate::front::{Body, Peer};

/// `req_` and 26 characters of Crockford base32, sortable by time; in every reply, log line and error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 30]);

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl RequestId {
    /// Makes an id from the time and a stream of its own; unpredictable enough to be unique, not a secret.
    pub fn new(now: Timestamp, source: &RequestIds) -> RequestId {
        let random = source.next();
        let millis = u128::try_from(now.as_millis()).unwrap_or(0) & ((1 << 48) - 1);
        RequestId::of_bits((millis << 80) | (random & ((1 << 80) - 1)))
    }

    fn of_bits(mut bits: u128) -> RequestId {
        let mut text = *b"req_00000000000000000000000000";
        for slot in text.iter_mut().skip(4).rev() {
            *slot = CROCKFORD.get((bits & 31) as usize).copied().unwrap_or(b'0');
            bits >>= 5;
        }
        RequestId(text)
    }

    /// The least id of an instant: those of earlier ones sort before it.
    pub fn first_at(now: Timestamp) -> RequestId {
        let millis = u128::try_from(now.as_millis()).unwrap_or(0) & ((1 << 48) - 1);
        RequestId::of_bits(millis << 80)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("req_")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Numbers for request ids: a random start and a counter, mixed; one atomic add per request.
#[derive(Debug)]
pub struct RequestIds {
    salt: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub fn new(salt: [u8; 8]) -> RequestIds {
        RequestIds { salt: u64::from_le_bytes(salt), count: AtomicU64::new(0) }
    }

    fn next(&self) -> u128 {
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        // SplitMix64's finaliser: neighbouring numbers look unrelated, and none repeats.
        let mut z = self.salt.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u128::from(z ^ (z >> 31)) << 16 | u128::from(n & 0xFFFF)
    }
}

/// One request.
#[derive(Debug)]
pub struct Request {
    pub id: RequestId,
    pub received_at: Timestamp,
    pub method: Method,
    /// Shares the bytes that came in; a clone copies nothing.
    pub uri: Uri,
    pub headers: HeaderMap,
    pub peer: Peer,
    pub body: Option<Body>,
}

impl Request {
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The query as sent, without `?`.
    pub fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// A header's text, if it is there once or more (the first) and is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of `Authorization: Bearer TOKEN`; the scheme word in any letter case. A bearer that is
    /// empty or no text is one all the same, and opens nothing.
    pub fn bearer(&self) -> Option<&str> {
        let value = self.headers.get(AUTHORIZATION)?.as_bytes();
        let mut parts = value.splitn(2, |byte| *byte == b' ');
        let scheme = parts.next().unwrap_or_default();
        let token = std::str::from_utf8(parts.next().unwrap_or_default()).unwrap_or("");
        scheme.eq_ignore_ascii_case(b"bearer").then(|| token.trim_start_matches(' '))
    }

    pub fn api_key_header(&self) -> Option<&str> {
        self.headers.get(&API_KEY).and_then(|value| value.to_str().ok())
    }

    pub fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }
}
