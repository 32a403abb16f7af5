//! T2: what a new event may be, what it becomes, and what is refused whole.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::world::{EVENTS, Office, event_path, sample};

/// A small valid body with one member set, or taken out where the value is null.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z",
        "ticketTypes": [{ "name": "GA", "price": 2500, "quantity": 10 }] });
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let members = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    body
}

#[tokio::test]
async fn t_04_the_published_sample_makes_a_draft() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let made = office.post(sample()).await.is(201);
    let id = made.text("/event/id").to_owned();
    assert_eq!(made.header("location"), event_path(&id));
    let type_id = made.text("/event/ticketTypes/0/id").to_owned();
    let expected = json!({ "event": {
        "id": id, "slug": "comedy-night", "title": "Comedy Night", "description": null, "status": "DRAFT",
        "visibility": "PUBLIC", "category": "COMEDY", "startsAt": "2026-09-01T19:00:00Z", "endsAt": null,
        "doorsOpen": null, "timezone": "America/New_York", "venueName": "Main Room", "address": null,
        "city": "New York", "country": "US", "currency": "USD", "imageUrl": null,
        "publicUrl": "https://events.example/e/1/comedy-night",
        "ticketTypes": [{ "id": type_id, "name": "General Admission", "description": null, "price": 2500,
            "currency": "USD", "quantity": 120, "sold": 0, "available": 120, "saleStartsAt": null, "saleEndsAt": null,
            "minPerOrder": 1, "maxPerOrder": null, "hidden": false, "onSale": false }],
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z" } });
    assert_eq!(made.json, expected);
}

#[tokio::test]
async fn t_04_what_is_not_said_has_a_default() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let path = format!("/v1/box-offices/{}", office.id);
    office.organizer.patch(&path, json!({ "timezone": "America/Chicago", "currency": "EUR" })).await.is(200);
    let made = office.post(json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00" })).await.is(201);
    for (pointer, value) in [
        ("currency", "USD"),
        ("visibility", "PUBLIC"),
        ("category", "OTHER"),
        ("timezone", "America/Chicago"),
        ("startsAt", "2026-12-02T01:00:00Z"),
        ("slug", "jazz"),
    ] {
        assert_eq!(made.text(&format!("/event/{pointer}")), value);
    }
    let second = office.post(json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z" })).await.is(201);
    assert_eq!(second.text("/event/slug"), "jazz-2");
}

#[tokio::test]
async fn t_04_every_member_is_kept() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = json!({
        "title": "  Late Show ", "startsAt": "2026-12-01T20:30:00-05:00", "endsAt": "2026-12-01T23:30",
        "doorsOpen": "2026-12-01T19:30:00-05:00", "timezone": "america/new_york", "venueName": "Main Room",
        "address": "9 Pier Road", "city": "Boston", "country": "us", "currency": "jpy", "visibility": "UNLISTED",
        "category": "THEATER", "slug": "late", "description": "One\nTwo", "imageUrl": "https://img.example/a.png",
        "unknown": { "ignored": true },
        "ticketTypes": [{ "name": "VIP", "price": 0, "quantity": 5, "description": "Front", "hidden": true,
            "saleStartsAt": "2026-11-24T09:00", "saleEndsAt": "2026-12-01T18:00:00Z", "minPerOrder": 2, "maxPerOrder": 4 }]
    });
    let made = office.post(body).await.is(201);
    for (name, value) in [
        ("title", json!("Late Show")),
        ("slug", json!("late")),
        ("description", json!("One\nTwo")),
        ("startsAt", json!("2026-12-02T01:30:00Z")),
        ("endsAt", json!("2026-12-02T04:30:00Z")),
        ("doorsOpen", json!("2026-12-02T00:30:00Z")),
        ("timezone", json!("America/New_York")),
        ("address", json!("9 Pier Road")),
        ("country", json!("US")),
        ("currency", json!("JPY")),
        ("visibility", json!("UNLISTED")),
        ("category", json!("THEATER")),
        ("imageUrl", json!("https://img.example/a.png")),
        ("venueName", json!("Main Room")),
        ("city", json!("Boston")),
        ("ticketTypes/0/saleStartsAt", json!("2026-11-24T14:00:00Z")),
        ("ticketTypes/0/saleEndsAt", json!("2026-12-01T18:00:00Z")),
        ("ticketTypes/0/hidden", json!(true)),
        ("ticketTypes/0/minPerOrder", json!(2)),
        ("ticketTypes/0/maxPerOrder", json!(4)),
        ("ticketTypes/0/currency", json!("JPY")),
        ("ticketTypes/0/description", json!("Front")),
    ] {
        assert_eq!(made.at(&format!("/event/{name}")), &value, "{name}");
    }
    assert_eq!(office.event("late").await.is(200).json, made.json);
}

#[tokio::test]
async fn t_05_a_wrong_member_is_named() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    for (pointer, value) in [
        ("/title", json!(null)),
        ("/title", json!("")),
        ("/title", json!("   ")),
        ("/title", json!(5)),
        ("/title", json!("x".repeat(201))),
        ("/startsAt", json!(null)),
        ("/startsAt", json!("tomorrow")),
        ("/startsAt", json!("2026-12-01")),
        ("/endsAt", json!("2026-12-01T18:59:59Z")),
        ("/timezone", json!("Mars/Olympus")),
        ("/ticketTypes/0/price", json!("2500")),
        ("/ticketTypes/0/price", json!(25.5)),
        ("/ticketTypes/0/price", json!(-1)),
        ("/ticketTypes/0/price", json!(null)),
        ("/ticketTypes/0/name", json!("")),
        ("/ticketTypes/0/quantity", json!(0)),
        ("/ticketTypes/0/saleEndsAt", json!("soon")),
        ("/currency", json!("US")),
        ("/category", json!("music")),
        ("/visibility", json!("public")),
        ("/country", json!("USA")),
        ("/slug", json!("Not A Slug")),
        ("/slug", json!("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5")),
        ("/imageUrl", json!("javascript:alert(1)")),
        ("/ticketTypes", json!({})),
    ] {
        let refused = office.post(with(pointer, value.clone())).await.is(400);
        assert_eq!(refused.text("/error"), "Validation failed");
        let path: Vec<Value> = pointer
            .split('/')
            .skip(1)
            .map(|step| step.parse::<u64>().map_or_else(|_| json!(step), |index| json!(index)))
            .collect();
        assert_eq!(refused.at("/details/0/path"), &json!(path), "{pointer} = {value}");
        assert!(
            !refused.text("/details/0/message").is_empty() && !refused.text("/details/0/code").is_empty()
        );
    }
    let two = office.post(json!({ "title": "", "startsAt": "x" })).await.is(400);
    let mut named: Vec<&Value> =
        two.at("/details").as_array().unwrap().iter().map(|issue| &issue["path"][0]).collect();
    named.dedup();
    assert_eq!(named.len(), 2, "{}", two.json);
    let many: Vec<Value> =
        (0..51).map(|n| json!({ "name": format!("T{n}"), "price": 1, "quantity": 1 })).collect();
    office.post(with("/ticketTypes", json!(many))).await.is(400);
    assert_eq!(office.get(EVENTS).await.at("/pagination/total"), &json!(0));
}

#[tokio::test]
async fn t_06_a_status_is_refused_and_nothing_is_done() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let refusal = json!({ "error": "Status changes are not supported in v1" });
    assert_eq!(office.post(with("/status", json!("PUBLISHED"))).await.is(400).json, refusal);
    assert_eq!(office.post(with("/status", json!("DRAFT"))).await.is(400).json, refusal);
    assert_eq!(office.get(EVENTS).await.at("/pagination/total"), &json!(0));
    let id = office.draft("Show").await;
    let before = office.event(&id).await;
    let refused = office.patch(&id, json!({ "status": "PUBLISHED", "title": "Other" })).await.is(400);
    assert_eq!(refused.json, refusal);
    assert_eq!(office.event(&id).await.bytes, before.bytes);
}

#[tokio::test]
async fn t_07_a_bad_second_ticket_type_leaves_no_event() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let types =
        |second: Value| with("/ticketTypes", json!([{ "name": "GA", "price": 1, "quantity": 1 }, second]));
    for second in [
        json!({ "name": "VIP", "price": 1.5, "quantity": 1 }),
        json!({ "name": "VIP", "price": 1, "quantity": 1, "minPerOrder": 3, "maxPerOrder": 2 }),
        json!({ "name": "VIP", "price": 1, "quantity": 1, "saleStartsAt": "2026-12-01T10:00:00Z",
            "saleEndsAt": "2026-12-01T10:00:00Z" }),
        json!("VIP"),
    ] {
        let refused = office.post(types(second)).await.is(400);
        let path = refused.at("/details/0/path");
        assert_eq!((&path[0], &path[1]), (&json!("ticketTypes"), &json!(1)));
    }
    assert_eq!(office.get(EVENTS).await.at("/pagination/total"), &json!(0));
}

#[tokio::test]
async fn t_18_a_post_makes_an_event_every_time() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = sample().to_string();
    for idempotency_key in [None, Some("cms-post-9-create")] {
        let mut made = Vec::new();
        for _ in 0..2 {
            let mut headers = vec![("x-api-key", office.key.as_str()), ("content-type", "application/json")];
            headers.extend(idempotency_key.map(|key| ("idempotency-key", key)));
            let answer = app.send("POST", EVENTS, &headers, body.clone()).await.is(201);
            assert!(answer.headers.get("idempotent-replayed").is_none());
            made.push(answer.text("/event/id").to_owned());
        }
        assert_ne!(made[0], made[1]);
    }
    assert_eq!(office.get(EVENTS).await.at("/pagination/total"), &json!(4));
}

#[tokio::test]
async fn t_22_what_is_not_json_has_an_error() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    for bad in ["{", "", "{\"title\":\"a\",\"title\":\"b\"}", "nul", "{} {}"] {
        let headers = [("x-api-key", office.key.as_str()), ("content-type", "application/json")];
        let refused = app.send("POST", EVENTS, &headers, bad).await.is(400);
        assert_eq!(refused.text("/error"), "Invalid JSON", "{bad}");
    }
    let headers = [("x-api-key", office.key.as_str()), ("content-type", "text/plain")];
    let refused = app.send("POST", EVENTS, &headers, "{}").await.is(415);
    assert_eq!(refused.text("/error"), "Unsupported media type");
    let array = app.call_x("POST", EVENTS, &office.key, Some(&json!([]))).await.is(400);
    assert_eq!(array.text("/error"), "Validation failed");
    let large = json!({ "title": "x".repeat(1_100_000), "startsAt": "2026-12-01T19:00:00Z" });
    assert_eq!(office.post(large).await.is(413).text("/error"), "Payload too large");
}
