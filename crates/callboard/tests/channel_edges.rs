//! The channel surface beyond its numbered cases: our own choices, and what every reply has.
//! Source: contracts.md §1.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

#[path = "support/channel.rs"]
mod channel;
mod support;

use channel::{
    CHANNELS, CLASSIFICATIONS, EVENTS, MEDIA, form, gif, id, minimal, publisher, refused, with, wrong,
};
use serde_json::{Value, json};
use support::TestApp;

fn expanded(channel: i64, cover: i64) -> Value {
    json!({ "channelId": channel, "title": "  Low Tide Quartet ", "startAt": "2026-12-05T01:30:00Z",
        "endAt": "2026-12-04T23:00:00-05:00", "timezone": "america/new_york", "status": "published",
        "classifications": ["nightlife", "music"],
        "approxLocation": { "city": { "placeId": "plc-bos", "name": "Boston", "countryCode": "us" } },
        "locationName": "Pier 9", "coverImage": cover, "description": "Two sets.\nOne bar.",
        "location": { "address": "9 Pier Road", "latitude": 42.35, "longitude": -71.05 },
        "offers": [{ "name": "Door", "url": "https://tickets.example/ltq", "availability": "pay_what_you_can" }],
        "attendanceMode": "in_person", "audience": "18+", "capacity": 120, "surprise": true })
}

#[tokio::test]
async fn an_expanded_body_comes_back_whole() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let cover = id(&jazz.upload(8, 6).await.is(201));
    let made = jazz.create(expanded(jazz.channel, cover)).await.is(201);
    assert_eq!(
        made.at("/doc"),
        &json!({ "id": 1, "channelId": jazz.channel, "title": "Low Tide Quartet", "slug": "low-tide-quartet",
            "status": "published", "startAt": "2026-12-04T20:30:00-05:00", "endAt": "2026-12-04T23:00:00-05:00",
            "timezone": "America/New_York", "classifications": ["nightlife", "music"],
            "approxLocation": { "city": { "placeId": "plc-bos", "name": "Boston", "countryCode": "US" } },
            "locationName": "Pier 9", "location": { "address": "9 Pier Road", "latitude": 42.35, "longitude": -71.05 },
            "description": "Two sets.\nOne bar.", "coverImage": cover, "capacity": 120,
            "attendanceMode": "in_person", "audience": "18+",
            "offers": [{ "name": "Door", "url": "https://tickets.example/ltq", "availability": "pay_what_you_can" }],
            "url": "https://events.example/e/1/low-tide-quartet",
            "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z" })
    );
}

#[tokio::test]
async fn a_change_keeps_what_is_not_said_and_replaces_lists_and_objects_whole() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let cover = id(&jazz.upload(8, 6).await.is(201));
    let made = jazz.create(expanded(jazz.channel, cover)).await.is(201);
    let same = jazz.patch(1, json!({})).await.is(200);
    assert_eq!(same.json, made.json);
    app.pass_ms(1_000);
    let changed = jazz
        .patch(
            1,
            json!({ "title": "High Tide", "endAt": null, "classifications": ["film"], "offers": [],
                "approxLocation": { "city": { "placeId": "plc-nyc" } }, "location": { "address": "1 Road" },
                "coverImage": null, "surprise": 1 }),
        )
        .await
        .is(200);
    let mut expected = made.json["doc"].clone();
    for (member, value) in [
        ("title", json!("High Tide")),
        ("endAt", json!(null)),
        ("classifications", json!(["film"])),
        ("offers", json!([])),
        ("approxLocation", json!({ "city": { "placeId": "plc-nyc", "name": null, "countryCode": null } })),
        ("location", json!({ "address": "1 Road", "latitude": null, "longitude": null })),
        ("coverImage", json!(null)),
        ("updatedAt", json!("2026-11-23T10:00:01Z")),
    ] {
        expected[member] = value;
    }
    assert_eq!(changed.at("/doc"), &expected);
    assert_eq!(jazz.read(1).await.is(200).at("/doc"), &expected);
}

#[tokio::test]
async fn an_event_is_published_and_unpublished_and_stays_in_its_channel() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    jazz.create(minimal(jazz.channel)).await.is(201);
    let status = |answer: &support::Answer| answer.text("/doc/status").to_owned();
    assert_eq!(status(&jazz.patch(1, json!({ "status": "published" })).await.is(200)), "published");
    assert_eq!(status(&jazz.patch(1, json!({ "status": "published" })).await.is(200)), "published");
    assert_eq!(status(&jazz.patch(1, json!({ "status": "draft" })).await.is(200)), "draft");
    for wanted in ["cancelled", "archived", "PUBLISHED"] {
        wrong(jazz.patch(1, json!({ "status": wanted })).await, "status");
    }
    wrong(jazz.patch(1, json!({ "channelId": jazz.channel })).await, "channelId");
    let both = wrong(jazz.patch(1, json!({ "channelId": 9, "title": "" })).await, "channelId");
    assert_eq!(both.text("/error/details/errors/1/field"), "title");
    wrong(jazz.patch(1, json!({ "endAt": "2026-12-04T20:29:00-05:00" })).await, "endAt");
    wrong(jazz.patch(1, json!({ "classifications": ["polka"] })).await, "classifications");
    wrong(jazz.patch(1, json!({ "coverImage": 999_999 })).await, "coverImage");
}

#[tokio::test]
async fn events_are_listed_by_start_and_filtered() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let (_, second) = jazz.owner.channel("Second").await;
    for (channel, start, status) in [
        (jazz.channel, "2026-12-06T20:00:00Z", "draft"),
        (second, "2026-12-05T20:00:00Z", "published"),
        (jazz.channel, "2026-12-04T20:00:00Z", "published"),
    ] {
        let mut body = with(channel, "/startAt", json!(start));
        body["status"] = json!(status);
        jazz.create(body).await.is(201);
    }
    for (query, expected) in [
        ("", json!([3, 2, 1])),
        ("?limit=1&page=2", json!([2])),
        ("?status=published", json!([3, 2])),
        ("?from=2026-12-05T20:00:00Z&to=2026-12-06T19:59:59Z", json!([2])),
        ("?status=cancelled", json!([])),
        ("?channelId=999999", json!([])),
    ] {
        let listed = app.get(&format!("{EVENTS}{query}"), &jazz.key).await.is(200);
        let ids: Value =
            listed.at("/docs").as_array().expect("a list").iter().map(|doc| doc["id"].clone()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    let listed = app.get(&format!("{EVENTS}?channelId={second}"), &jazz.key).await.is(200);
    assert_eq!((listed.at("/totalDocs"), listed.at("/docs/0/id")), (&json!(1), &json!(2)));
    wrong(app.get(&format!("{EVENTS}?from=2026-12-05T20:00:00"), &jazz.key).await, "from");
    wrong(app.get(&format!("{EVENTS}?status=over"), &jazz.key).await, "status");
}

#[tokio::test]
async fn classifications_are_listed_to_any_key() {
    let app = TestApp::start();
    let owner = app.organizer("Harbour").await;
    let key = owner.key(json!({ "family": "channel", "scopes": ["media:create"] })).await;
    let listed = app.get(&format!("{CLASSIFICATIONS}?limit=2"), &key).await.is(200);
    assert_eq!(
        listed.json,
        json!({ "docs": [{ "id": 1, "slug": "comedy", "name": "Comedy" }, { "id": 2, "slug": "music", "name": "Music" }],
            "page": 1, "limit": 2, "totalDocs": 15, "totalPages": 8, "hasNextPage": true, "hasPrevPage": false })
    );
}

#[tokio::test]
async fn an_image_is_uploaded_and_shown_for_ever() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let made = jazz.upload_form(form(&[("file", &gif(800, 600)), ("alt", b" A pier ")])).await.is(201);
    assert_eq!(
        made.json,
        json!({ "doc": { "id": 1, "url": "https://events.example/media/1", "mimeType": "image/gif",
            "width": 800, "height": 600, "alt": "A pier" } })
    );
    let shown = app.send("GET", "/media/1", &[], "").await.is(200);
    assert_eq!(&shown.bytes[..], &gif(800, 600)[..]);
    for (name, value) in [
        ("content-type", "image/gif"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(shown.header(name), value);
    }
    let held = [("if-none-match", shown.header("etag"))];
    assert!(app.send("GET", "/media/1", &held, "").await.is(304).bytes.is_empty());
    for absent in
        ["/media/2", "/media/01", "/media/x", "/media/", "/media/1/x", "/media/99999999999999999999"]
    {
        app.send("GET", absent, &[], "").await.is(404);
    }
}

#[tokio::test]
async fn an_upload_that_is_no_image_or_too_large_is_refused() {
    let app = TestApp::with(&[("CALLBOARD_MEDIA_MAX_BYTES", "1000")]);
    let jazz = publisher(&app, "Harbour").await;
    wrong(jazz.upload_form(form(&[("file", b"<svg/>")])).await, "file");
    wrong(jazz.upload_form(form(&[("alt", b"x")])).await, "file");
    wrong(jazz.upload_form(b"nothing".to_vec()).await, "body");
    let mut large = gif(1, 1);
    large.resize(1_001, 0);
    refused(jazz.upload_form(form(&[("file", &large)])).await, 413, "invalid_request");
    refused(jazz.upload_form(vec![0; 1_000 + 64 * 1024 + 1]).await, 413, "invalid_request");
    refused(app.post(MEDIA, &jazz.key, json!({})).await, 415, "invalid_request");
    let owner = &jazz.owner;
    let default_key = owner.channel_key().await;
    refused(app.post(MEDIA, &default_key, json!({})).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn every_refusal_wears_the_same_envelope() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    refused(app.get("/api/public/v1/nothing", &jazz.key).await, 404, "not_found");
    refused(app.get("/api/public/v1", &jazz.key).await, 404, "not_found");
    let deleted =
        refused(app.call("DELETE", &format!("{EVENTS}/1"), &jazz.key, None).await, 405, "invalid_request");
    assert_eq!(deleted.header("allow"), "GET, PATCH, HEAD");
    let bearer = format!("Bearer {}", jazz.key);
    let text = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    refused(app.send("POST", EVENTS, &text, "{}").await, 415, "invalid_request");
    let json_type = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    refused(app.send("POST", EVENTS, &json_type, vec![b' '; 1024 * 1024 + 1]).await, 413, "invalid_request");
    for broken in ["", "{", "[]", "null", r#"{"a":1,"a":2}"#] {
        wrong(app.send("POST", EVENTS, &json_type, broken).await, "body");
    }
    wrong(app.get(&format!("{CHANNELS}?api_key=x"), &jazz.key).await, "api_key");
    for key in ["", " ", "é", &"k".repeat(256)] {
        let answer = jazz.create_once(&jazz.key, key, "{}").await;
        wrong(answer, "Idempotency-Key");
    }
}

#[tokio::test]
async fn every_reply_says_what_is_left_and_none_has_cors_headers() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let answers = [
        app.get(CHANNELS, &jazz.key).await.is(200),
        jazz.create(minimal(jazz.channel)).await.is(201),
        jazz.create(json!({})).await.is(400),
        app.send("GET", CHANNELS, &[], "").await.is(401),
        app.get(EVENTS, &jazz.owner.channel_key().await).await.is(403),
        app.get("/api/public/v1/nothing", &jazz.key).await.is(404),
        app.call("DELETE", EVENTS, &jazz.key, None).await.is(405),
        app.send("OPTIONS", EVENTS, &[("origin", "https://shop.example")], "").await.is(204),
        app.send("GET", "/api/developer/openapi/public-api-v1", &[], "").await.is(200),
    ];
    for answer in answers {
        for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(answer.header(name).parse::<i64>().is_ok(), "{} {name}", answer.status);
        }
        assert!(answer.header("x-request-id").starts_with("req_01"));
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")));
    }
}

#[tokio::test]
async fn keys_of_other_families_are_401_here() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let office = jazz.owner.box_office("Main").await;
    let venue = jazz.owner.venue("Pier 9").await;
    for key in [
        jazz.owner.box_office_key(&office).await,
        jazz.owner.venue_key(&venue).await,
        jazz.owner.token.clone(),
    ] {
        refused(app.get(CHANNELS, &key).await, 401, "invalid_api_key");
    }
}

#[tokio::test]
async fn an_event_made_elsewhere_is_shown_with_its_venue_and_its_tickets() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let venue = jazz.owner.venue("Pier 9").await;
    let channels = jazz.owner.get("/v1/channels").await.is(200);
    let body = json!({ "title": "Low Tide Quartet", "timezone": "America/New_York", "category": "music",
        "local": { "date": "2026-12-04", "start": "20:30" }, "venueId": venue, "channelId": channels.text("/items/0/id"),
        "ticketTypes": [{ "name": "Door", "price": 2500, "quantity": 10 }] });
    let made = jazz.owner.post("/v1/events", body).await.is(201);
    let offer = |availability: &str| json!([{ "name": "Door", "url": "https://events.example/e/1/low-tide-quartet", "availability": availability }]);
    let draft = jazz.read(1).await.is(200);
    assert_eq!(draft.text("/doc/startAt"), "2026-12-04T20:30:00-05:00");
    assert_eq!(draft.text("/doc/locationName"), "Pier 9");
    assert_eq!(draft.at("/doc/classifications"), &json!(["music"]));
    assert_eq!(
        draft.at("/doc/approxLocation/city"),
        &json!({ "placeId": "local:new-york-us", "name": "New York", "countryCode": "US" })
    );
    assert_eq!(draft.at("/doc/offers"), &offer("not_available"));
    let published = jazz.patch(1, json!({ "status": "published" })).await.is(200);
    assert_eq!(published.at("/doc/offers"), &offer("available"));
    assert_eq!(published.text("/doc/locationName"), "Pier 9");
    let listed = app.get(EVENTS, &jazz.key).await.is(200);
    assert_eq!(listed.at("/docs/0"), published.at("/doc"));
    // What was cancelled elsewhere is said here, and is not published again from here.
    jazz.owner.post(&format!("/v1/events/{}/cancel", made.text("/id")), json!({})).await.is(200);
    assert_eq!(jazz.read(1).await.is(200).text("/doc/status"), "cancelled");
    wrong(jazz.patch(1, json!({ "status": "published" })).await, "status");
    jazz.owner.post(&format!("/v1/events/{}/archive", made.text("/id")), json!({})).await.is(200);
    assert_eq!(app.get(EVENTS, &jazz.key).await.is(200).at("/totalDocs"), 0);
    assert_eq!(app.get(&format!("{EVENTS}?status=archived"), &jazz.key).await.is(200).at("/totalDocs"), 1);
    assert_eq!(jazz.read(1).await.is(200).text("/doc/status"), "archived");
}
