//! The docs at `/docs`: pages in Markdown that are compiled in, rendered when first read, searched in memory; no request
//! leaves the server. Source: contracts.md §1.10, §2.5; design.md §9.
//!
//! A page's source (`docs-site/*.md`) holds `{{placeholders}}` and `request` blocks. `example` says each request in
//! curl, JavaScript and Python, `markdown` renders, `site` puts the pages in order, `values` fills the placeholders
//! for the reader, `view` is the page around it. `errors`, `settings` and `reference` write pages from the code's own
//! lists. Every page is also Markdown: `.md`, or `Accept: text/markdown`.

mod errors;
mod example;
mod highlight;
mod json;
mod machines;
mod markdown;
mod reader;
mod reference;
mod schema;
mod search;
mod settings;
mod site;
mod values;
mod view;

use ::http::header::{ACCEPT, CACHE_CONTROL, IF_NONE_MATCH, VARY};
use ::http::{HeaderName, HeaderValue, StatusCode};

use self::reader::Reader;
use self::site::Page;
use self::values::Values;
use crate::http::{Reply, Request, etag};
use crate::server::Server;

const MARKDOWN: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");
/// A page changes with the program, with the day (dates in examples) and with who reads it.
const CACHING: &str = "private, no-cache";

/// Whether a path is answered here.
pub(crate) fn is_docs(path: &str) -> bool {
    let below =
        |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below("/docs")
        || below("/developers")
        || matches!(path, "/help/api" | "/help/venues/slots" | "/docs.md" | "/llms.txt" | "/llms-full.txt")
}

/// Answers a path of the docs.
pub(crate) async fn answer(server: &Server, request: &Request) -> Reply {
    if let Some(to) = moved(request.path()) {
        return view::moved(&to);
    }
    let reader = Reader::of(&server.app, request).await;
    let values = &reader.values;
    let mut reply = match request.path() {
        "/llms.txt" => machines::llms(values),
        "/llms-full.txt" => machines::llms_full(values),
        "/docs/search" => view::search(request, &reader),
        path => page(request, path, &reader),
    };
    reply.set(CACHE_CONTROL, CACHING);
    reply.set(VARY, "Accept, Cookie");
    reply.set(HeaderName::from_static("x-content-type-options"), "nosniff");
    etag::stamp(&mut reply);
    etag::revalidate(request.headers.get_all(IF_NONE_MATCH), &mut reply);
    reply
}

/// Addresses that people know from elsewhere. Source: contracts.md §1.10, §2.5, §5 (C15).
fn moved(path: &str) -> Option<String> {
    match path {
        "/developers" | "/developers/" | "/developers/docs" | "/developers/docs/" | "/docs/"
        | "/docs/index" => Some("/docs".to_owned()),
        "/help/api" | "/help/venues/slots" => Some("/docs/venue-feed".to_owned()),
        "/docs/index.md" => Some("/docs.md".to_owned()),
        _ => path.strip_prefix("/developers/docs/").map(|slug| format!("/docs/{slug}")),
    }
}

fn page(request: &Request, path: &str, reader: &Reader) -> Reply {
    let (path, is_markdown) = match path.strip_suffix(".md") {
        Some(path) => (path, true),
        None => (path, wants_markdown(request)),
    };
    let slug = path.strip_prefix("/docs").map(|rest| rest.trim_start_matches('/'));
    match slug.and_then(site::find) {
        Some((_, _, page)) if is_markdown => markdown_of(page, &reader.values),
        Some((site, place, page)) => view::page(site, place, page, reader),
        None => view::missing(request, reader),
    }
}

/// Markdown is asked for by name; browsers never do.
fn wants_markdown(request: &Request) -> bool {
    request
        .headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.contains("text/markdown")))
}

fn markdown_of(page: &Page, values: &Values) -> Reply {
    let text = values.fill(&page.text);
    Reply::new(StatusCode::OK, MARKDOWN, text)
}
