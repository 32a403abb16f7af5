//! The public page of an event, `/e/NUMBER/SLUG`: the number decides, a wrong slug redirects.
//! Source: contracts.md §6.8, promises R22.
//!
//! What is a draft, archived, private, deleted or unknown is not found, all alike.

mod json_ld;
mod view;

use std::sync::LazyLock;

use ::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, IF_NONE_MATCH, LOCATION, REFERRER_POLICY,
};
use ::http::{HeaderName, HeaderValue, StatusCode};
use askama::Template;
use callboard_core::canonical::sha256;

use crate::http::{Refusal, Reply, Request, etag};
use crate::server::Server;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The one style sheet, the tokens of all pages and then its own; it stands in the page, so that a page is one
/// request.
const CSS: &str =
    concat!(include_str!("../../../assets/base.css"), include_str!("../../../templates/event.css"));

/// Nothing may run, frame or be fetched but images and the one style sheet, which is named by its digest:
/// the page stays the same bytes, and so keeps its `ETag`, where a nonce would differ every time.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; img-src https: http: data: 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        base64(&sha256(CSS.as_bytes()))
    )
});

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {
    css: &'static str,
    heading: &'static str,
    advice: &'static str,
    /// Names this server's own pages, for people who came to nothing else here.
    leads_on: bool,
}

/// Answers a path below `/e/`; a page in every case.
pub(super) async fn answer(server: &Server, request: &Request) -> Option<Reply> {
    let Some(address) = Address::parse(request.path()) else { return Some(not_found()) };
    let reply = show(server, request, &address).await;
    Some(reply.unwrap_or_else(|refusal| failed(&refusal)))
}

async fn show(server: &Server, request: &Request, address: &Address<'_>) -> Result<Reply, Refusal> {
    let (app, now) = (&server.app, server.app.clock.now());
    let Some(event) = app.store.find_public_event(address.number, app.clock.now()).await? else {
        return Ok(not_found());
    };
    let slug = event.details.slug.as_str();
    let url = app.event_url(event.number, slug);
    if address.slug != Some(slug) {
        // A slug may change back one day: the redirection is remembered only until it is asked for again.
        let moved = Reply::new(StatusCode::MOVED_PERMANENTLY, HTML, "");
        return Ok(guarded(moved).with(LOCATION, &url));
    }
    let venue = app.store.find_public_venue(&event).await?;
    let cover = match event.details.cover {
        Some(number) => app.store.describe_media(number).await?,
        None => None,
    };
    let page = view::EventPage::new(app, &event, venue.as_ref(), cover.as_ref(), now);
    let mut reply = html(StatusCode::OK, &page);
    if page.is_unlisted {
        reply.set(HeaderName::from_static("x-robots-tag"), "noindex");
    }
    etag::stamp(&mut reply);
    etag::revalidate(request.headers.get_all(IF_NONE_MATCH), &mut reply);
    Ok(reply)
}

/// The parts of `/e/NUMBER/SLUG`.
#[derive(Debug, PartialEq, Eq)]
struct Address<'a> {
    number: i64,
    slug: Option<&'a str>,
}

impl Address<'_> {
    /// The number in its one spelling; the slug, which is only looked at, in any or left out.
    fn parse(path: &str) -> Option<Address<'_>> {
        let rest = path.strip_prefix("/e/")?;
        let (number, slug) = rest.split_once('/').map_or((rest, None), |(number, slug)| (number, Some(slug)));
        let is_plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
        if !is_plain || slug.is_some_and(|slug| slug.contains('/')) {
            return None;
        }
        Some(Address { number: number.parse().ok()?, slug })
    }
}

fn not_found() -> Reply {
    let page = NotFoundPage {
        css: CSS,
        heading: "There is no such event",
        advice: "It may not be public yet, or it was taken down. Check the address, or ask whoever gave it to you.",
        leads_on: false,
    };
    html(StatusCode::NOT_FOUND, &page)
}

/// For a person at an address that leads nowhere.
pub(super) fn nothing_here() -> Reply {
    let page = NotFoundPage {
        css: CSS,
        heading: "There is no page here",
        advice: "Check the address, or begin again from one of these pages.",
        leads_on: true,
    };
    html(StatusCode::NOT_FOUND, &page)
}

/// A page that could not be made: one plain line, the rest is in the log.
fn failed(refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::Unavailable { .. } => super::plain(StatusCode::SERVICE_UNAVAILABLE),
        _ => super::plain(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn html(status: StatusCode, page: &impl Template) -> Reply {
    match page.render() {
        Ok(text) => guarded(Reply::new(status, HTML, text)),
        Err(error) => {
            tracing::error!("a page was not rendered: {error}");
            super::plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// The headers of every page.
fn guarded(mut reply: Reply) -> Reply {
    reply.headers.insert(CONTENT_TYPE, HTML);
    reply.set(CONTENT_SECURITY_POLICY, &POLICY);
    reply.set(REFERRER_POLICY, "strict-origin-when-cross-origin");
    reply.set(HeaderName::from_static("x-content-type-options"), "nosniff");
    reply.set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    reply.set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    // What is left of the tickets is on it: keep it, but ask whether it is still so.
    reply.set(CACHE_CONTROL, "public, no-cache");
    reply
}

/// Base64 with padding, as a policy wants its digests.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for (place, shift) in [18u32, 12, 6, 0].into_iter().enumerate() {
            let letter = usize::try_from(bits >> shift & 63).ok().and_then(|index| LETTERS.get(index));
            text.push(letter.filter(|_| place <= three.len()).map_or('=', |letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_number_and_perhaps_a_slug() {
        assert_eq!(Address::parse("/e/118/jazz"), Some(Address { number: 118, slug: Some("jazz") }));
        assert_eq!(Address::parse("/e/118"), Some(Address { number: 118, slug: None }));
        for bad in [
            "/e/",
            "/e/0118/jazz",
            "/e/+118",
            "/e/-1/x",
            "/e/118/jazz/more",
            "/e/jazz",
            "/e/99999999999999999999",
        ] {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_has_its_vectors() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_policy_names_the_style_sheet_as_it_stands_in_the_page() {
        let page = NotFoundPage { css: CSS, heading: "", advice: "", leads_on: false }.render().unwrap();
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        assert!(POLICY.contains(&format!("'sha256-{}'", base64(&sha256(style.as_bytes())))));
    }
}
