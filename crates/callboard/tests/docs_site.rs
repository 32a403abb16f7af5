//! The docs as a site: every link leads somewhere, every page is reached, every error has its page, and every page
//! is small, well formed and Markdown as well. What the examples do is tested by `tests/docs_examples.py`.

#![allow(clippy::panic, reason = "a failing test may panic anywhere")]

#[path = "docs_site/refusals.rs"]
mod refusals;
mod support;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use callboard::http::request::RequestId;
use callboard::surfaces::{Name, Surface};
use serde_json::json;
use support::{Answer, TestApp};

/// Bytes that a page may have. Source: design.md §9.
const PAGE_MAX: usize = 100 * 1024;
/// Elements without an end tag.
const VOID: [&str; 10] = ["meta", "link", "input", "br", "hr", "img", "area", "base", "col", "wbr"];

async fn get(app: &TestApp, target: &str) -> Answer {
    app.send("GET", target, &[], "").await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.to_vec()).expect("pages are UTF-8")
}

/// The values of an attribute, entities undone.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let marker = format!(" {attribute}=\"");
    let parts = html.split(marker.as_str()).skip(1);
    parts.filter_map(|part| part.split('"').next()).map(|value| value.replace("&amp;", "&")).collect()
}

/// Every page that can be reached from the first one by links, with its text.
async fn crawl(app: &TestApp) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut waiting = vec!["/docs".to_owned()];
    let mut seen: HashSet<String> = waiting.iter().cloned().collect();
    while let Some(path) = waiting.pop() {
        let html = text(&get(app, &path).await.is(200));
        for link in values(&html, "href") {
            let target = link.split('#').next().unwrap_or_default().to_owned();
            let is_page = target.starts_with("/docs") && !target.ends_with(".md");
            if is_page && seen.insert(target.clone()) {
                waiting.push(target);
            }
        }
        pages.insert(path, html);
    }
    pages
}

#[tokio::test]
async fn no_link_is_dead_and_every_page_is_reached() {
    let app = TestApp::start();
    let pages = crawl(&app).await;
    let ids: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|(path, html)| (path.as_str(), values(html, "id").into_iter().collect())).collect();
    let mut others = BTreeSet::new();
    let mut dead = Vec::new();
    for (path, html) in &pages {
        for link in values(html, "href").into_iter().chain(values(html, "action")) {
            assert!(link.starts_with('/') || link.starts_with('#'), "{path} leads to another host: {link}");
            let (target, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if target.is_empty() { path } else { target };
            match ids.get(target) {
                Some(ids) if !anchor.is_empty() && !ids.contains(anchor) => {
                    dead.push(format!("{path}: {link}"))
                }
                Some(_) => {}
                None => drop(others.insert(target.to_owned())),
            }
        }
    }
    for target in others {
        let status = get(&app, &target).await.status;
        if !matches!(status, 200 | 302 | 303) {
            dead.push(format!("{target}: {status}"));
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
    let listed = text(&get(&app, "/llms.txt").await.is(200));
    for line in listed.lines().filter(|line| line.starts_with("- [")) {
        let address =
            line.split("](https://events.example").nth(1).and_then(|rest| rest.split(".md)").next());
        assert!(pages.contains_key(address.unwrap()), "{line} is not reached by links");
    }
    assert!(pages.len() > 60, "{}", pages.len());
}

#[tokio::test]
async fn pages_are_small_and_well_formed() {
    let app = TestApp::start();
    for (path, html) in crawl(&app).await {
        assert!(html.len() < PAGE_MAX, "{path} has {} bytes", html.len());
        let mut open: Vec<&str> = Vec::new();
        let (before, rest) = html.split_once("<script>").unwrap();
        let (_, after) = rest.split_once("</script>").unwrap();
        for tag in before.split('<').skip(1).chain(after.split('<').skip(1)) {
            let (inside, _) = tag.split_once('>').unwrap_or_else(|| panic!("{path}: an open tag {tag}"));
            let name = inside.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
            if inside.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{path}: </{name}>");
            } else if !name.starts_with('!') && !VOID.contains(&name) && !inside.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{path}: {open:?}");
        let all = values(&html, "id");
        let distinct: HashSet<&String> = all.iter().collect();
        assert_eq!(all.len(), distinct.len(), "{path}: an id twice");
        assert_eq!(html.matches("<h1>").count(), 1, "{path}: one title");
        for placeholder in ["{{", "<!--", "Soon."] {
            assert!(!html.contains(placeholder), "{path} still has {placeholder}");
        }
    }
}

#[tokio::test]
async fn every_word_of_every_surface_has_its_place() {
    let app = TestApp::start();
    for name in Name::ALL {
        for error in (Surface::of(name).errors)() {
            let path = match name {
                Name::Venue => "/docs/errors/venue-feed".to_owned(),
                Name::BoxOffice => "/docs/errors/box-office".to_owned(),
                _ => format!("/docs/errors/{}", error.word),
            };
            let page = text(&get(&app, &path).await.is(200));
            assert!(page.contains(error.word), "{path} does not name {}", error.word);
        }
    }
    let problem = app.call("GET", "/v1/nothing-here", "", None).await.is(404);
    let page = problem.text("/type").strip_prefix("https://events.example").unwrap().to_owned();
    get(&app, &page).await.is(200);
}

/// The word of a refusal as a program reads it.
fn word(name: Name, reply: &callboard::http::Reply) -> String {
    let body: serde_json::Value = serde_json::from_slice(&reply.body).expect("a refusal is JSON");
    let pointer = match name {
        Name::Native => "/code",
        Name::Channel | Name::Developer => "/error/code",
        Name::Venue | Name::BoxOffice => "/error",
    };
    body.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn no_refusal_says_a_word_that_the_docs_lack() {
    let app = TestApp::start();
    let id = RequestId::new(app.app().clock.now(), &app.app().request_ids);
    for name in Name::ALL {
        let surface = Surface::of(name);
        let known = (surface.errors)();
        let mut said = BTreeSet::new();
        for refusal in refusals::all(name) {
            let reply = surface.refuse(app.app(), &refusal, &id);
            let word = word(name, &reply);
            let listed = known.iter().find(|error| error.word == word);
            assert!(listed.is_some(), "{name:?} says {word:?} for {refusal:?}, which is not in its list");
            said.insert(word);
        }
        for error in &known {
            assert!(said.contains(error.word), "{name:?} lists {:?}, which it never says", error.word);
        }
    }
}

#[tokio::test]
async fn a_member_reads_their_own_ids() {
    let app = TestApp::start();
    let organizer = app.organizer("Ada").await;
    let owner = organizer.token.clone();
    let venue = json!({ "name": "Pier 9", "city": "Boston", "stateProvince": "MA", "country": "US",
        "timezone": "America/New_York", "capacity": 220 });
    let venue = app.call("POST", "/v1/venues", &owner, Some(&venue)).await.is(201).text("/id").to_owned();
    let key = json!({ "family": "venue", "label": "site <b>", "venueId": venue });
    let hint = app.call("POST", "/v1/keys", &owner, Some(&key)).await.is(201).text("/hint").to_owned();
    let cookie = format!("__Host-callboard={owner}");
    let page = text(&app.send("GET", "/docs/venue-feed", &[("cookie", &cookie)], "").await.is(200));
    assert!(page.contains(&venue) && page.contains(&format!("hdlr_live_…{hint}")), "own ids");
    assert!(page.contains("site &lt;b&gt;") && !page.contains("site <b>"), "a label is text");
    let guest = text(&get(&app, "/docs/venue-feed").await.is(200));
    assert!(!guest.contains(&venue) && !guest.contains(&hint), "a guest sees samples");
    let markdown = text(&app.send("GET", "/docs/venue-feed.md", &[("cookie", &cookie)], "").await.is(200));
    assert!(markdown.contains(&venue));
}

#[tokio::test]
async fn every_page_is_markdown_too() {
    let app = TestApp::start();
    let page = get(&app, "/docs/errors.md").await.is(200);
    assert_eq!(page.header("content-type"), "text/markdown; charset=utf-8");
    let page = text(&page);
    assert!(page.starts_with("# Errors\n") && page.contains("| [`not_found`](/docs/errors/not_found) |"));
    assert!(page.contains("https://events.example/v1/events") && !page.contains("{{"));
    let asked = app.send("GET", "/docs/errors", &[("accept", "text/markdown")], "").await.is(200);
    assert_eq!(text(&asked), page);
    let all = text(&get(&app, "/llms-full.txt").await.is(200));
    assert!(all.contains("# Errors\n") && all.contains("<!-- https://events.example/docs/faq -->"));
    assert_eq!(get(&app, "/docs.md").await.is(200).header("vary"), "Accept, Cookie");
}

#[tokio::test]
async fn known_addresses_lead_here() {
    let app = TestApp::start();
    for (from, to) in [
        ("/developers", "/docs"),
        ("/developers/docs", "/docs"),
        ("/help/api", "/docs/venue-feed"),
        ("/docs/", "/docs"),
    ] {
        assert_eq!(get(&app, from).await.is(302).header("location"), to, "{from}");
    }
    // The fifteen pages of contracts.md §1.10, by their names there.
    for slug in [
        "getting-started",
        "authentication",
        "api-keys-and-scopes",
        "channels",
        "create-events",
        "idempotency",
        "errors",
        "rate-limits",
        "pagination",
        "versioning-and-openapi",
        "security-best-practices",
        "troubleshooting",
        "examples",
        "faq",
        "ai-and-llms",
    ] {
        let moved = get(&app, &format!("/developers/docs/{slug}")).await.is(302);
        let page = text(&get(&app, moved.header("location")).await.is(200));
        assert!(page.contains("id=\"related-pages\""), "{slug} ends with related pages");
    }
    get(&app, "/docs/nothing").await.is(404);
}

#[tokio::test]
async fn a_page_is_kept_by_its_tag_and_runs_nothing_else() {
    let app = TestApp::start();
    let first = get(&app, "/docs/faq").await.is(200);
    let again = app.send("GET", "/docs/faq", &[("if-none-match", first.header("etag"))], "").await.is(304);
    assert!(again.bytes.is_empty());
    let policy = first.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let html = text(&first);
    assert!(!html.contains(" style=\"") && !html.contains(" onclick") && !html.contains("http://"), "{html}");
}

#[tokio::test]
async fn the_search_needs_no_script_and_shows_nothing_as_html() {
    let app = TestApp::start();
    let found = text(&get(&app, "/docs/search?q=sold_out").await.is(200));
    let first = found.split("class=\"results\"").nth(1).unwrap();
    assert!(
        first.trim_start_matches(['>', '\n']).starts_with("<li><a href=\"/docs/errors/sold_out\""),
        "{first}"
    );
    let part = text(&get(&app, "/docs/search?part=1&q=idempotency").await.is(200));
    assert!(part.starts_with("<ul class=\"results\">"), "{part}");
    let nothing = text(&get(&app, "/docs/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3Ezzqx").await.is(200));
    assert!(nothing.contains("&#60;script&#62;alert(1)") && !nothing.contains("<script>alert"), "{nothing}");
}

/// Every `code: "…"` of a warning in the sources, and the two of the schedule, are explained.
#[tokio::test]
async fn every_warning_is_explained() {
    let app = TestApp::start();
    let page = text(&get(&app, "/docs/native").await.is(200));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut codes = vec!["time_in_gap".to_owned(), "time_in_overlap".to_owned()];
    let mut waiting: Vec<_> =
        ["callboard-core/src", "callboard-store/src", "callboard/src"].map(|dir| root.join(dir)).into();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                std::fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).expect("sources are text");
            for made in source.split("Warning { place: ").skip(1) {
                let code =
                    made.split("code: \"").nth(1).filter(|_| made.find("code: \"").is_some_and(|at| at < 80));
                codes.extend(code.and_then(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    assert!(codes.len() >= 4, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("<code>{code}</code>")), "the warning {code} is not explained");
    }
}
