//! Answers that lead on: redirections with what the next page says, and their repetition.

use callboard_store::idempotency::StoredReply;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderName, HeaderValue, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::cookie;
use super::shell::Tone;
use super::visit::{FLASH_MAX, HTML};
use crate::http::Reply;

/// Goes on to another page.
pub(crate) fn go(path: &str) -> Reply {
    let mut reply = Reply::new(StatusCode::SEE_OTHER, HTML, "");
    reply.set(LOCATION, path);
    reply
}

/// Goes on to another page, which says this first.
pub(crate) fn go_saying(path: &str, tone: Tone, text: &str) -> Reply {
    let mut reply = go(path);
    let text: String = text.chars().take(FLASH_MAX).collect();
    let value = format!("{}.{}", tone.word(), utf8_percent_encode(&text, NON_ALPHANUMERIC));
    add_cookie(&mut reply, &cookie::set(cookie::FLASH, &value, Some(60)));
    reply
}

/// Goes on to another page, which says that it is done.
pub(crate) fn done(path: &str, text: &str) -> Reply {
    go_saying(path, Tone::Good, text)
}

pub(crate) fn add_cookie(reply: &mut Reply, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        reply.headers.append(SET_COOKIE, value);
    }
}

/// What is kept of an answer to a form: where it leads, never what it shows.
pub(super) fn kept(reply: &Reply) -> StoredReply {
    let headers = reply.headers.iter();
    let headers =
        headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    StoredReply {
        status: reply.status.as_u16(),
        headers: headers.collect(),
        body: Vec::new(),
        kept_body: None,
    }
}

pub(super) fn revived(stored: &StoredReply) -> Reply {
    let mut reply =
        Reply::new(StatusCode::from_u16(stored.status).unwrap_or(StatusCode::SEE_OTHER), HTML, "");
    for (name, value) in &stored.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            reply.headers.append(name, value);
        }
    }
    reply.headers.insert(http::header::CONTENT_TYPE, HTML);
    reply
}
