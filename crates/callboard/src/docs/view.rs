//! The page around a page: navigation, search, contents, neighbours. Works without JavaScript; the one script adds
//! tabs, copy buttons and suggestions. Source: promises R22.

use std::sync::LazyLock;

use ::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY};
use ::http::{HeaderName, HeaderValue, StatusCode};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_core::canonical::sha256;

use super::markdown::Heading;
use super::reader::Reader;
use super::search;
use super::site::{self, Page, SITE, Site};
use crate::assets;
use crate::http::{Reply, Request};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const SCRIPT: &str = include_str!("../../templates/docs.js");

/// Nothing runs but the one script, named by its digest: a page stays the same bytes, and keeps its `ETag`, where
/// a nonce would differ every time.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src 'self'; script-src 'sha256-{}'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        STANDARD.encode(sha256(SCRIPT.as_bytes()))
    )
});

/// A line of the navigation.
#[derive(Debug)]
struct Item<'a> {
    title: &'a str,
    address: String,
    is_current: bool,
    is_inner: bool,
}

#[derive(Debug)]
struct Group<'a> {
    name: &'static str,
    items: Vec<Item<'a>>,
}

/// What surrounds every page.
#[derive(Debug)]
struct Frame<'a> {
    base_style: &'static str,
    style: &'static str,
    icon: &'static str,
    script: &'static str,
    theme: &'static str,
    organization: Option<&'a str>,
    /// This page, to come back to after signing in.
    back: &'a str,
    groups: Vec<Group<'a>>,
    /// What was searched for.
    query: &'a str,
}

#[derive(Debug)]
struct Neighbour<'a> {
    title: &'a str,
    address: String,
}

#[derive(Debug, Template)]
#[template(path = "docs_page.html")]
struct PageView<'a> {
    frame: Frame<'a>,
    title: &'a str,
    summary: &'a str,
    section: &'static str,
    parent: Option<Neighbour<'a>>,
    /// Empty for the first page.
    markdown: String,
    body: String,
    contents: &'a [Heading],
    before: Option<Neighbour<'a>>,
    after: Option<Neighbour<'a>>,
}

#[derive(Debug, Template)]
#[template(path = "docs_search.html")]
struct SearchView<'a> {
    frame: Frame<'a>,
    heading: &'static str,
    note: &'static str,
    results: Vec<Found<'a>>,
}

/// The results alone, for the suggestions below the search field.
#[derive(Debug, Template)]
#[template(path = "docs_results.html")]
struct ResultsView<'a> {
    results: Vec<Found<'a>>,
}

#[derive(Debug)]
struct Found<'a> {
    address: &'a str,
    page: &'a str,
    heading: &'a str,
    snippet: String,
}

/// A page of the docs.
pub(super) fn page(site: &'static Site, place: usize, page: &Page, reader: &Reader) -> Reply {
    let parent = page.parent.as_deref().and_then(|slug| site.find(slug)).map(|(_, page)| neighbour(page));
    let address = page.address();
    let near = |place: Option<usize>| place.and_then(|place| site.pages.get(place)).map(neighbour);
    let view = PageView {
        frame: frame(reader, Some(page), &address, ""),
        title: page.title(),
        summary: &page.rendered().summary,
        section: page.section,
        parent,
        markdown: format!("{}.md", page.address()),
        body: reader.values.fill_html(&page.rendered().html),
        contents: &page.rendered().contents,
        before: near(place.checked_sub(1)),
        after: near(place.checked_add(1)),
    };
    html(StatusCode::OK, &view)
}

fn neighbour(page: &Page) -> Neighbour<'_> {
    Neighbour { title: page.title(), address: page.address() }
}

fn frame<'a>(reader: &'a Reader, current: Option<&Page>, back: &'a str, query: &'a str) -> Frame<'a> {
    let groups = Site::sections()
        .map(|name| Group {
            name,
            items: site::around(current)
                .pages
                .iter()
                .filter(|page| page.section == name)
                .filter_map(|page| item(page, current))
                .collect(),
        })
        .collect();
    Frame {
        base_style: assets::path("base.css"),
        style: assets::path("docs.css"),
        icon: assets::path("icon.svg"),
        script: SCRIPT,
        theme: reader.theme,
        organization: reader.organization.as_deref(),
        back,
        groups,
        query,
    }
}

/// A page's line, if it is shown: inner pages are where the reader is near them.
fn item(page: &'static Page, current: Option<&Page>) -> Option<Item<'static>> {
    // The pages of single errors have no line of their own.
    let stands_for = |current: &Page| {
        current.slug == page.slug
            || (page.slug == super::errors::BASE && current.parent.as_deref() == Some(super::errors::BASE))
    };
    let is_current = current.is_some_and(stands_for);
    let title = page.title();
    let Some(parent) = page.parent.as_deref() else {
        let title = if page.slug.is_empty() { "Overview" } else { title };
        let title = title.strip_suffix(" reference").unwrap_or(title);
        return Some(Item { title, address: page.address(), is_current, is_inner: false });
    };
    let is_near =
        current.is_some_and(|current| current.slug == parent || current.parent.as_deref() == Some(parent));
    // Every code would be a line; the page of errors lists them.
    let is_shown = parent == "getting-started" || (is_near && parent != super::errors::BASE);
    let title = title.split_once(": ").map_or(title, |(_, rest)| rest);
    is_shown.then(|| Item { title, address: page.address(), is_current, is_inner: true })
}

/// `/docs/search?q=…`: a page, or with `part=1` the results alone.
pub(super) fn search(request: &Request, reader: &Reader) -> Reply {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(request.query().unwrap_or("").as_bytes()).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let query: String = value("q").chars().take(search::QUERY_MAX).collect();
    let found = SITE.index().find(&query).into_iter().map(|hit| Found {
        address: &hit.entry.address,
        page: &hit.entry.page,
        heading: &hit.entry.heading,
        snippet: search::snippet(&reader.values.fill(&hit.entry.text), &query),
    });
    if value("part") == "1" {
        return html(StatusCode::OK, &ResultsView { results: found.take(8).collect() });
    }
    let results: Vec<Found<'_>> = found.collect();
    let note = match (query.trim().is_empty(), results.is_empty()) {
        (true, _) => "Write a word: a field, an error code, an operation, a setting.",
        (false, true) => "Nothing was found. Try another word, or fewer.",
        (false, false) => "",
    };
    html(
        StatusCode::OK,
        &SearchView { frame: frame(reader, None, request.path(), &query), heading: "Search", note, results },
    )
}

/// A page that is not there, with a search for it.
pub(super) fn missing(request: &Request, reader: &Reader) -> Reply {
    let note = "There is no such page here. Search for it, or take one from the list.";
    let view = SearchView {
        frame: frame(reader, None, request.path(), ""),
        heading: "Not found",
        note,
        results: Vec::new(),
    };
    html(StatusCode::NOT_FOUND, &view)
}

/// Leads to another address of this server.
pub(super) fn moved(to: &str) -> Reply {
    guarded(Reply::new(StatusCode::FOUND, HTML, "")).with(LOCATION, to)
}

fn html(status: StatusCode, view: &impl Template) -> Reply {
    match view.render() {
        Ok(text) => guarded(Reply::new(status, HTML, text)),
        Err(error) => {
            tracing::error!("a page of the docs was not rendered: {error}");
            Reply::new(StatusCode::INTERNAL_SERVER_ERROR, HTML, "Internal Server Error\n")
        }
    }
}

/// The headers of every page.
fn guarded(mut reply: Reply) -> Reply {
    reply.headers.insert(CONTENT_TYPE, HTML);
    reply.set(CONTENT_SECURITY_POLICY, &POLICY);
    reply.set(REFERRER_POLICY, "strict-origin-when-cross-origin");
    reply.set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    reply.set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    reply
}
