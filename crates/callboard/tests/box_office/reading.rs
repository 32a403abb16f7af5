//! T1, T3, T5: lists, filters, pages, one event.

use callboard_core::event::Transition;
use serde_json::json;

use crate::support::TestApp;
use crate::world::{EVENTS, Office, event_path, ids, sample};

#[tokio::test]
async fn t_01_a_list_has_events_and_pagination() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let empty = office.get(EVENTS).await.is(200);
    assert_eq!(
        empty.json,
        json!({ "events": [], "pagination": { "page": 1, "limit": 20, "total": 0, "totalPages": 0 } })
    );
    for n in 0..3 {
        office.draft(&format!("Show {n}")).await;
    }
    let first = office.get("/api/v1/events?limit=2").await.is(200);
    assert_eq!(first.at("/pagination"), &json!({ "page": 1, "limit": 2, "total": 3, "totalPages": 2 }));
    let second = office.get("/api/v1/events?limit=2&page=2").await.is(200);
    let walked = [ids(&first), ids(&second)].concat();
    assert_eq!(walked.len(), 3);
    let (mut sorted, all) = (walked.clone(), ids(&office.get(EVENTS).await));
    sorted.sort();
    sorted.dedup();
    assert_eq!((sorted.len(), walked), (3, all));
    let beyond = office.get("/api/v1/events?page=9").await.is(200);
    assert_eq!((ids(&beyond), beyond.at("/pagination/total")), (vec![], &json!(3)));
}

#[tokio::test]
async fn t_02_a_limit_is_capped_and_never_below_one() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let capped = office.get("/api/v1/events?limit=500").await.is(200);
    assert_eq!(capped.at("/pagination/limit"), &json!(100));
    for bad in ["limit=0", "limit=x", "limit=-1", "limit=1.5", "limit=", "page=0", "page=x"] {
        let refused = office.get(&format!("{EVENTS}?{bad}")).await.is(400);
        assert_eq!(refused.text("/error"), "Validation failed", "{bad}");
        assert_eq!(refused.at("/details/0/path"), &json!([bad.split('=').next()]), "{bad}");
    }
}

#[tokio::test]
async fn t_03_filters_take_one_spelling() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    for bad in [
        "status=published",
        "status=",
        "search=",
        "status=LIVE",
        "status=DRAFT&status=DRAFT",
        "dateFrom=2026-09-01",
        "dateTo=tomorrow",
        "liveOnly=yes",
    ] {
        let refused = office.get(&format!("{EVENTS}?{bad}")).await.is(400);
        assert_eq!(refused.text("/error"), "Validation failed", "{bad}");
        assert!(!refused.at("/details").as_array().unwrap().is_empty(), "{bad}");
    }
    office.get("/api/v1/events?dateFrom=2026-09-01T00:00:00Z&unknown=1&search=%20").await.is(200);
    let long = "x".repeat(201);
    office.get(&format!("{EVENTS}?search={long}")).await.is(400);
}

#[tokio::test]
async fn t_03_dates_are_inclusive_instants() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.draft("Show").await;
    for (query, found) in [
        ("dateFrom=2026-12-01T19:00:00Z", true),
        ("dateFrom=2026-12-01T19:00:01Z", false),
        ("dateTo=2026-12-01T19:00:00Z", true),
        ("dateTo=2026-12-01T14:00:00-05:00", true),
        ("dateTo=2026-12-01T18:59:59Z", false),
        ("dateFrom=2026-12-01T19:00:00Z&dateTo=2026-12-01T19:00:00Z&status=DRAFT", true),
        ("dateFrom=2026-12-01T19:00:00Z&status=PUBLISHED", false),
    ] {
        let list = office.get(&format!("{EVENTS}?{query}")).await.is(200);
        assert_eq!(ids(&list).contains(&id), found, "{query}");
    }
}

#[tokio::test]
async fn t_03_a_status_filter_finds_what_answers_that_status() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    office.draft("Draft").await;
    office.published("Selling").await;
    let sold_out = office.published("Sold out").await;
    let all = office.first_type(&sold_out).await;
    assert!(office.set_stock(&all, 15, 5).await);
    let over = office.post(sample()).await.is(201).text("/event/id").to_owned();
    office.step(&over, Transition::Publish).await;
    let cancelled = office.published("Cancelled").await;
    office.step(&cancelled, Transition::Cancel).await;
    let archived = office.published("Archived").await;
    office.step(&archived, Transition::Archive).await;

    assert_eq!(ids(&office.get(EVENTS).await.is(200)).len(), 6);
    for status in ["DRAFT", "PUBLISHED", "SOLD_OUT", "COMPLETED", "CANCELLED", "ARCHIVED"] {
        let list = office.get(&format!("{EVENTS}?status={status}")).await.is(200);
        assert_eq!(list.at("/pagination/total"), &json!(1), "{status}");
        assert_eq!(list.text("/events/0/status"), status);
    }
    let live = office.get("/api/v1/events?liveOnly=true").await.is(200);
    let events = live.at("/events").as_array().unwrap();
    // Both begin at the same time, so that their ids order them.
    let mut statuses: Vec<&str> = events.iter().filter_map(|event| event["status"].as_str()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["PUBLISHED", "SOLD_OUT"]);
    assert_eq!(ids(&office.get("/api/v1/events?liveOnly=0").await).len(), 6);
}

#[tokio::test]
async fn search_begins_words_of_title_description_and_venue() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = json!({ "title": "Café Müller", "startsAt": "2026-12-01T19:00:00Z", "venueName": "Harbour Hall",
        "description": "Dancing all night" });
    office.post(body).await.is(201);
    office.draft("Another evening").await;
    for (search, found) in
        [("CAFE", 1), ("mull+harb", 1), ("night+caf", 1), ("uller", 0), ("cafe+zzz", 0), ("a", 2)]
    {
        let list = office.get(&format!("{EVENTS}?search={search}")).await.is(200);
        assert_eq!(list.at("/pagination/total"), &json!(found), "{search}");
    }
}

#[tokio::test]
async fn t_08_an_event_is_found_by_id_and_by_slug() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Comedy Night").await;
    let by_id = office.event(&id).await.is(200);
    let by_slug = office.event("comedy-night").await.is(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_id.text("/event/id"), id);
    assert_eq!(by_id.text("/event/status"), "PUBLISHED");
    assert_eq!(by_id.text("/event/publicUrl"), "https://events.example/e/1/comedy-night");
    assert_eq!(by_id.at("/event/ticketTypes/0/available"), &json!(20));
    assert_eq!(by_id.at("/event/ticketTypes/0/onSale"), &json!(true));
    let listed = office.get(EVENTS).await.is(200);
    assert_eq!(listed.at("/events/0"), by_id.at("/event"));
    let types = office.get(&format!("{}/ticket-types", event_path("comedy-night"))).await.is(200);
    assert_eq!(types.json, json!({ "ticketTypes": by_id.at("/event/ticketTypes") }));
}

#[tokio::test]
async fn t_08_an_event_without_a_place_of_its_own_is_at_its_venue() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let venue = office.organizer.venue("Pier 9").await;
    let path = format!("/v1/box-offices/{}", office.id);
    office.organizer.patch(&path, json!({ "defaultVenueId": venue })).await.is(200);
    let made = office.post(json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z" })).await.is(201);
    assert_eq!(made.text("/event/venueName"), "Pier 9");
    let id = made.text("/event/id");
    assert_eq!(office.get(EVENTS).await.text("/events/0/venueName"), "Pier 9");
    assert_eq!(office.event(id).await.text("/event/venueName"), "Pier 9");
    let renamed = office.patch(id, json!({ "venueName": "Upstairs" })).await.is(200);
    assert_eq!(renamed.text("/event/venueName"), "Upstairs");
    let back = office.patch(id, json!({ "venueName": null })).await.is(200);
    assert_eq!(back.text("/event/venueName"), "Pier 9");
}

#[tokio::test]
async fn t_09_what_is_not_this_box_offices_does_not_exist() {
    let app = TestApp::start();
    let (office, other) = (Office::open(&app, "Pier").await, Office::open(&app, "Quay").await);
    let foreign = other.published("Their Night").await;
    let sibling = office.organizer.box_office("Second").await;
    let sibling_key = office.organizer.box_office_key(&sibling).await;
    let own = office.published("Our Night").await;
    let not_found = json!({ "error": "Event not found" });
    let unknown = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
    for name in [foreign.as_str(), "their-night", unknown, "nothing", "Not%20A%20Slug", "%FF"] {
        for below in ["", "/ticket-types", "/availability"] {
            let answer = office.get(&format!("{}{below}", event_path(name))).await.is(404);
            assert_eq!(answer.json, not_found, "{name}{below}");
        }
        let answer = office.patch(name, json!({ "title": "Mine" })).await.is(404);
        assert_eq!(answer.json, not_found, "{name}");
    }
    assert_eq!(other.event(&foreign).await.text("/event/title"), "Their Night");
    // The same organization's other box office is another box office.
    for name in [own.as_str(), "our-night"] {
        let answer = app.call_x("GET", &event_path(name), &sibling_key, None).await.is(404);
        assert_eq!(answer.json, not_found);
    }
    assert!(ids(&app.call_x("GET", EVENTS, &sibling_key, None).await.is(200)).is_empty());
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.draft("Show").await;
    let path = event_path(&id);
    let tag = office.get(&path).await.is(200).header("etag").to_owned();
    let headers = [("x-api-key", office.key.as_str()), ("if-none-match", tag.as_str())];
    let same = app.send("GET", &path, &headers, "").await.is(304);
    assert!(same.bytes.is_empty());
    office.patch(&id, json!({ "title": "Changed" })).await.is(200);
    app.send("GET", &path, &headers, "").await.is(200);
}
