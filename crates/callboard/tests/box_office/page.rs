//! The page that people see. Source: contracts.md §6.8, promises R22, R24.

use callboard_core::event::Transition;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};
use crate::world::{Office, sample};

fn html(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    String::from_utf8(answer.bytes.to_vec()).expect("UTF-8")
}

fn json_ld(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/ld+json\">").expect("a data block");
    serde_json::from_str(rest.split_once("</script>").expect("an end").0).expect("JSON")
}

#[tokio::test]
async fn a_published_event_has_a_page_that_says_it_all() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = json!({ "title": "Low Tide Quartet", "startsAt": "2026-12-04T20:30:00-05:00", "timezone": "America/New_York",
        "endsAt": "2026-12-05T01:00:00-05:00", "doorsOpen": "2026-12-04T19:00:00-05:00", "venueName": "Pier 9",
        "city": "Boston", "country": "US", "address": "9 Pier Road", "description": "First line\nSecond line\n\nAnother paragraph",
        "ticketTypes": [{ "name": "General Admission", "price": 1800, "quantity": 120 },
            { "name": "Students", "price": 0, "quantity": 2 }, { "name": "Secret", "price": 1, "quantity": 1, "hidden": true }] });
    let made = office.post(body).await.is(201);
    office.step(made.text("/event/id"), Transition::Publish).await;
    assert!(office.set_stock(made.text("/event/ticketTypes/0/id"), 15, 5).await);
    assert!(office.set_stock(made.text("/event/ticketTypes/1/id"), 2, 0).await);
    let answer = app.send("GET", "/e/1/low-tide-quartet", &[], "").await.is(200);
    let page = html(&answer);
    for text in [
        "<h1 dir=\"auto\">Low Tide Quartet</h1>",
        "Friday, 4 December 2026",
        "datetime=\"2026-12-04T20:30:00-05:00\">20:30<",
        ">19:00<",
        ">01:00, Saturday, 5 December 2026<",
        "America/New_York",
        "Pier 9",
        "9 Pier Road<br>Boston, US",
        "General Admission",
        "18.00 USD",
        "100 left",
        "Students",
        "Free",
        "Sold out",
        "First line<br>Second line</p>",
        "Another paragraph",
        "<link rel=\"canonical\" href=\"https://events.example/e/1/low-tide-quartet\">",
    ] {
        assert!(page.contains(text), "no `{text}` in {page}");
    }
    // The icon is named, and is there; so is the one that browsers ask for by themselves.
    let icon = page.split("rel=\"icon\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    for path in [icon, "/favicon.ico"] {
        assert_eq!(app.send("GET", path, &[], "").await.is(200).header("content-type"), "image/svg+xml");
    }
    assert!(answer.bytes.len() < 100_000);
    assert!(!page.contains("Secret") && !page.contains("noindex") && !page.contains("class=\"notice\""));
    let data = json_ld(&page);
    assert_eq!((&data["@type"], &data["startDate"]), (&json!("Event"), &json!("2026-12-04T20:30:00-05:00")));
    assert_eq!(data["eventStatus"], "https://schema.org/EventScheduled");
    assert_eq!(data["location"]["address"]["addressLocality"], "Boston");
    let offers = data["offers"].as_array().expect("offers");
    assert_eq!(
        (offers.len(), &offers[0]["price"], &offers[0]["priceCurrency"]),
        (2, &json!("18.00"), &json!("USD"))
    );
    assert_eq!(offers[1]["availability"], "https://schema.org/SoldOut");
}

#[tokio::test]
async fn the_number_decides_and_a_wrong_slug_redirects() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Jazz").await;
    for wrong in ["/e/1/blues", "/e/1", "/e/1/", "/e/1/JAZZ"] {
        let moved = app.send("GET", wrong, &[], "").await.is(301);
        assert_eq!(moved.header("location"), "https://events.example/e/1/jazz", "{wrong}");
    }
    office.patch(&id, json!({ "slug": "new-name" })).await.is(200);
    let moved = app.send("GET", "/e/1/jazz", &[], "").await.is(301);
    assert_eq!(moved.header("location"), "https://events.example/e/1/new-name");
    app.send("GET", "/e/1/new-name", &[], "").await.is(200);
}

#[tokio::test]
async fn what_is_not_public_is_not_there() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let hidden = office.draft("Show").await;
    let not_there = async |path: &str| {
        let answer = app.send("GET", path, &[], "").await.is(404);
        assert!(html(&answer).contains("There is no such event"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        answer.bytes
    };
    let unknown = not_there("/e/999/show").await;
    assert_eq!(not_there("/e/1/show").await, unknown);
    assert_eq!(not_there("/e/1/wrong").await, unknown);
    office.step(&hidden, Transition::Publish).await;
    app.send("GET", "/e/1/show", &[], "").await.is(200);
    office.patch(&hidden, json!({ "visibility": "PRIVATE" })).await.is(200);
    assert_eq!(not_there("/e/1/show").await, unknown);
    office.patch(&hidden, json!({ "visibility": "UNLISTED" })).await.is(200);
    let unlisted = app.send("GET", "/e/1/show", &[], "").await.is(200);
    assert!(html(&unlisted).contains("<meta name=\"robots\" content=\"noindex\">"));
    office.step(&hidden, Transition::Archive).await;
    assert_eq!(not_there("/e/1/show").await, unknown);
    for path in ["/e/", "/e/x/show", "/e/01/show", "/e/1/show/more", "/e/-1/show"] {
        not_there(path).await;
    }
}

#[tokio::test]
async fn a_cancelled_event_says_so() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Jazz").await;
    office.step(&id, Transition::Cancel).await;
    let page = html(&app.send("GET", "/e/1/jazz", &[], "").await.is(200));
    assert!(page.contains("This event is cancelled.") && page.contains("Not on sale"));
    assert_eq!(json_ld(&page)["eventStatus"], "https://schema.org/EventCancelled");
}

#[tokio::test]
async fn a_page_runs_nothing_that_an_organizer_wrote() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let evil = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}";
    let mut body = sample();
    for name in ["title", "description", "venueName", "city", "address"] {
        body[name] = json!(evil);
    }
    body["startsAt"] = json!("2026-12-01T19:00:00Z");
    body["slug"] = json!("evil");
    body["imageUrl"] = json!("https://img.example/a.png?x='onerror=alert(1)");
    body["ticketTypes"][0]["name"] = json!("<script>alert(1)</script>");
    let made = office.post(body).await.is(201);
    office.step(made.text("/event/id"), Transition::Publish).await;
    let answer = app.send("GET", "/e/1/evil", &[], "").await.is(200);
    let page = html(&answer);
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<img").count(), 1);
    assert_eq!(json_ld(&page)["name"], evil);
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for rule in [
        "img-src https: http: data: 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{rule}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
    assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_page_is_asked_for_again_and_not_sent_again() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Jazz").await;
    let tag = app.send("GET", "/e/1/jazz", &[], "").await.is(200).header("etag").to_owned();
    let again = app.send("GET", "/e/1/jazz", &[("if-none-match", tag.as_str())], "").await.is(304);
    assert!(again.bytes.is_empty());
    let ticket_type = office.first_type(&id).await;
    assert!(office.set_stock(&ticket_type, 1, 0).await);
    app.send("GET", "/e/1/jazz", &[("if-none-match", tag.as_str())], "").await.is(200);
}
