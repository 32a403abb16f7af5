//! The channel surface's conformance cases. Source: contracts.md §1.11.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

#[path = "support/channel.rs"]
mod channel;
mod support;

use channel::{CHANNELS, CLASSIFICATIONS, EVENTS, full_key, id, minimal, publisher, refused, with, wrong};
use serde_json::{Value, json};
use support::TestApp;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn p_01_a_new_key_lists_the_channels() {
    let app = TestApp::start();
    let owner = app.organizer("Harbour").await;
    owner.channel("Harbour Jazz").await;
    let listed = app.get(CHANNELS, &owner.channel_key().await).await.is(200);
    assert_eq!(
        listed.json,
        json!({ "docs": [{ "id": 1, "name": "Harbour Jazz", "slug": "harbour-jazz" }], "page": 1, "limit": 20,
            "totalDocs": 1, "totalPages": 1, "hasNextPage": false, "hasPrevPage": false })
    );
}

#[tokio::test]
async fn p_02_no_key_a_wrong_key_and_a_revoked_key_are_401() {
    let app = TestApp::start();
    let owner = app.organizer("Harbour").await;
    let minted = owner.mint(json!({ "family": "channel" })).await;
    let key = minted.text("/key").to_owned();
    app.get(CHANNELS, &key).await.is(200);
    owner.post(&format!("/v1/keys/{}/revoke", minted.text("/id")), json!({})).await;
    refused(app.send("GET", CHANNELS, &[], "").await, 401, "invalid_api_key");
    refused(app.get(CHANNELS, "nope").await, 401, "invalid_api_key");
    refused(app.get(CHANNELS, &key).await, 401, "invalid_api_key");
    for authorization in ["Basic dXNlcjpwdw==", "Bearer", "Bearer ", "nope"] {
        let headers = [("authorization", authorization)];
        refused(app.send("GET", CHANNELS, &headers, "").await, 401, "invalid_api_key");
    }
}

#[tokio::test]
async fn p_03_the_key_may_come_in_x_api_key_on_every_route() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    app.call_x("GET", CHANNELS, &jazz.key, None).await.is(200);
    let made = app.call_x("POST", EVENTS, &jazz.key, Some(&minimal(jazz.channel))).await.is(201);
    app.call_x("GET", &format!("{EVENTS}/{}", id(&made)), &jazz.key, None).await.is(200);
}

#[tokio::test]
async fn p_04_both_headers_are_400_before_everything_even_when_they_agree() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let bearer = format!("Bearer {}", jazz.key);
    for headers in [
        [("authorization", bearer.as_str()), ("x-api-key", jazz.key.as_str())],
        [("authorization", "Basic x"), ("x-api-key", "nope")],
    ] {
        wrong(app.send("GET", CHANNELS, &headers, "").await, "Authorization");
        wrong(app.send("POST", EVENTS, &headers, "{").await, "Authorization");
    }
}

#[tokio::test]
async fn p_05_reading_events_needs_its_scope() {
    let app = TestApp::start();
    let owner = app.organizer("Harbour").await;
    let key = owner.channel_key().await;
    let answer = refused(app.get(EVENTS, &key).await, 403, "insufficient_scope");
    assert!(answer.text("/error/message").contains("events:read"));
    refused(app.get(&format!("{EVENTS}/1"), &key).await, 403, "insufficient_scope");
    let patched = app.call("PATCH", &format!("{EVENTS}/1"), &key, Some(&json!({}))).await;
    refused(patched, 403, "insufficient_scope");
    app.get(CLASSIFICATIONS, &key).await.is(200);
}

#[tokio::test]
async fn p_06_a_minimal_body_makes_a_draft() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let made = jazz.create(minimal(jazz.channel)).await.is(201);
    assert_eq!(
        made.json,
        json!({ "doc": { "id": 1, "channelId": jazz.channel, "title": "Low Tide Quartet",
            "slug": "low-tide-quartet", "status": "draft", "startAt": "2026-12-04T20:30:00-05:00", "endAt": null,
            "timezone": "America/New_York", "classifications": ["music"],
            "approxLocation": { "city": { "placeId": "plc-bos", "name": null, "countryCode": null } },
            "locationName": null, "location": null, "description": null, "coverImage": null, "capacity": null,
            "attendanceMode": null, "audience": null, "offers": [],
            "url": "https://events.example/e/1/low-tide-quartet",
            "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z" } })
    );
    assert_eq!(made.header("location"), "/api/public/v1/events/1");
    assert_eq!(jazz.read(1).await.is(200).json, made.json);
}

#[tokio::test]
async fn p_07_each_required_field_is_missed_by_name() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    for field in ["channelId", "title", "startAt", "timezone", "classifications", "approxLocation"] {
        let mut body = minimal(jazz.channel);
        body.as_object_mut().expect("an object").remove(field);
        wrong(jazz.create(body).await, field);
    }
    let city = |city: Value| with(jazz.channel, "/approxLocation/city", city);
    wrong(jazz.create(city(json!({ "name": "Boston" }))).await, "approxLocation.city.placeId");
    wrong(jazz.create(with(jazz.channel, "/approxLocation", json!({}))).await, "approxLocation.city");
    let all = wrong(jazz.create(json!({ "capacity": 0 })).await, "channelId");
    let fields: Vec<&Value> = all.at("/error/details/errors").as_array().expect("a list").iter().collect();
    let fields: Vec<&str> = fields.iter().filter_map(|fault| fault["field"].as_str()).collect();
    let expected =
        ["channelId", "title", "startAt", "timezone", "classifications", "approxLocation", "capacity"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn p_08_a_start_without_offset_a_bad_zone_and_an_unknown_slug_are_400() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let tried = |pointer: &str, value: Value| jazz.create(with(jazz.channel, pointer, value));
    wrong(tried("/startAt", json!("2026-12-04T20:30:00")).await, "startAt");
    wrong(tried("/timezone", json!("Mars/Olympus")).await, "timezone");
    let unknown = wrong(tried("/classifications", json!(["music", "polka"])).await, "classifications");
    let issue = unknown.text("/error/details/issue");
    assert!(issue.contains("polka") && issue.contains("GET /api/public/v1/classifications"), "{issue}");
    wrong(tried("/endAt", json!("2026-12-04T20:29:59-05:00")).await, "endAt");
    // Faults of the fields come before the channel's refusal.
    let mut body = with(999_999, "/classifications", json!(["polka"]));
    wrong(jazz.create(body.clone()).await, "classifications");
    body["classifications"] = json!(["music"]);
    body["endAt"] = json!("2026-12-01T00:00:00Z");
    wrong(jazz.create(body).await, "endAt");
    assert_eq!(jazz.total().await, 0);
}

#[tokio::test]
async fn p_09_another_owners_channel_and_none_are_forbidden_alike() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let rival = publisher(&app, "Rival").await;
    let mut foreign = refused(jazz.create(minimal(rival.channel)).await, 403, "forbidden");
    let mut absent = refused(jazz.create(minimal(999_999)).await, 403, "forbidden");
    for answer in [&mut foreign, &mut absent] {
        answer.json["error"]["requestId"] = Value::Null;
    }
    assert_eq!(foreign.json, absent.json);
    // A foreign image does not change the answer: the channel is looked at first.
    let mut body = minimal(rival.channel);
    body["coverImage"] = json!(999_999);
    refused(jazz.create(body).await, 403, "forbidden");
}

#[tokio::test]
async fn p_10_the_same_key_and_payload_is_answered_again_and_makes_nothing() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let body = minimal(jazz.channel);
    let first = jazz.create_once(&jazz.key, "cms-post-9-create", &body.to_string()).await.is(201);
    let members = body.as_object().expect("an object").iter().rev();
    let reordered: Vec<String> = members.map(|(name, value)| format!(" {:?} : {value}", name)).collect();
    let reordered = format!("{{{}}}", reordered.join(",\n"));
    assert_ne!(reordered, body.to_string());
    let second = jazz.create_once(&jazz.key, "cms-post-9-create", &reordered).await.is(201);
    assert_eq!(second.bytes, first.bytes);
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
    assert_eq!(second.header("location"), first.header("location"));
    let whole = reordered.replacen(&format!(" {}", jazz.channel), &format!(" {}.0", jazz.channel), 1);
    jazz.create_once(&jazz.key, "cms-post-9-create", &whole).await.is(201);
    assert_eq!(jazz.total().await, 1);
}

#[tokio::test]
async fn p_11_the_same_key_with_another_payload_is_a_conflict() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    jazz.create_once(&jazz.key, "k", &minimal(jazz.channel).to_string()).await.is(201);
    let other = with(jazz.channel, "/title", json!("High Tide Quartet"));
    refused(jazz.create_once(&jazz.key, "k", &other.to_string()).await, 409, "conflict");
    // The cache is looked at before the fields, so an invalid payload is a conflict too.
    refused(jazz.create_once(&jazz.key, "k", "{}").await, 409, "conflict");
    wrong(jazz.create_once(&jazz.key, "k", "{").await, "body");
    assert_eq!(jazz.total().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p_12_two_at_once_make_one_event() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    for round in 0..5 {
        let (once, body) = (format!("k-{round}"), minimal(jazz.channel).to_string());
        let twins = (0..8).map(|_| jazz.create_once(&jazz.key, &once, &body));
        let answers = futures_util::future::join_all(twins).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
        assert!(made.iter().all(|answer| answer.bytes == made[0].bytes));
        assert_eq!(made.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count(), 1);
        assert_eq!(jazz.total().await, round + 1);
        app.pass_ms(MINUTE);
    }
}

#[tokio::test]
async fn p_13_a_refused_request_frees_its_key() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let bad = with(jazz.channel, "/timezone", json!("Mars/Olympus"));
    wrong(jazz.create_once(&jazz.key, "k", &bad.to_string()).await, "timezone");
    let foreign = minimal(999_999).to_string();
    refused(jazz.create_once(&jazz.key, "k", &foreign).await, 403, "forbidden");
    let made = jazz.create_once(&jazz.key, "k", &minimal(jazz.channel).to_string()).await.is(201);
    assert_eq!(made.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn p_14_after_15_minutes_the_key_is_forgotten() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let body = minimal(jazz.channel).to_string();
    let first = jazz.create_once(&jazz.key, "k", &body).await.is(201);
    app.pass_ms(15 * MINUTE - 1);
    assert_eq!(jazz.create_once(&jazz.key, "k", &body).await.is(201).bytes, first.bytes);
    app.pass_ms(1);
    let second = jazz.create_once(&jazz.key, "k", &body).await.is(201);
    assert_ne!(id(&second), id(&first));
    assert_eq!(second.text("/doc/slug"), "low-tide-quartet-2");
}

#[tokio::test]
async fn p_15_two_api_keys_never_see_each_others_entries() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let other = full_key(&jazz.owner).await;
    let body = minimal(jazz.channel).to_string();
    let first = jazz.create_once(&jazz.key, "k", &body).await.is(201);
    let second = jazz.create_once(&other, "k", &body).await.is(201);
    assert_ne!(id(&first), id(&second));
    assert_eq!(second.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn p_16_a_limit_beyond_100_is_capped() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    for path in [CHANNELS, CLASSIFICATIONS, EVENTS] {
        let listed = app.get(&format!("{path}?limit=500"), &jazz.key).await.is(200);
        assert_eq!(listed.at("/limit"), 100, "{path}");
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=x", "limit"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=1.5", "page"),
        ] {
            wrong(app.get(&format!("{path}?{query}"), &jazz.key).await, field);
        }
        app.get(&format!("{path}?surprise=1"), &jazz.key).await.is(200);
    }
}

#[tokio::test]
async fn p_17_the_list_of_events_has_exactly_four_members() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let made = jazz.create(minimal(jazz.channel)).await.is(201);
    let listed = app.get(EVENTS, &jazz.key).await.is(200);
    assert_eq!(listed.json, json!({ "docs": [made.at("/doc")], "totalDocs": 1, "limit": 20, "page": 1 }));
}

#[tokio::test]
async fn p_18_a_page_past_the_end_is_empty() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let listed = app.get(&format!("{CHANNELS}?page=9"), &jazz.key).await.is(200);
    assert_eq!(
        listed.json,
        json!({ "docs": [], "page": 9, "limit": 20, "totalDocs": 1, "totalPages": 1,
            "hasNextPage": false, "hasPrevPage": true })
    );
}

#[tokio::test]
async fn p_19_beyond_a_limit_is_429_and_retry_after_is_true() {
    let app = TestApp::with(&[
        ("CALLBOARD_RATE_LIMIT_CHANNEL_READS", "3"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_CREATES", "2"),
    ]);
    let jazz = publisher(&app, "Harbour").await;
    for left in ["2", "1", "0"] {
        let answer = app.get(CHANNELS, &jazz.key).await.is(200);
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")), ("3", left));
    }
    let refused_once = refused(app.get(CHANNELS, &jazz.key).await, 429, "rate_limited");
    let retry_after: i64 = refused_once.header("retry-after").parse().expect("whole seconds");
    assert!(retry_after >= 1);
    assert_eq!(refused_once.header("x-ratelimit-remaining"), "0");
    let reset: i64 = refused_once.header("x-ratelimit-reset").parse().expect("Unix seconds");
    assert_eq!(reset, app.app().clock.now().as_seconds() + retry_after);
    // Creates are counted apart, changes among them; another key has windows of its own.
    let made = jazz.create(minimal(jazz.channel)).await.is(201);
    jazz.patch(id(&made), json!({})).await.is(200);
    refused(jazz.create(minimal(jazz.channel)).await, 429, "rate_limited");
    app.get(CHANNELS, &full_key(&jazz.owner).await).await.is(200);
    app.pass_ms(retry_after * 1_000);
    app.get(CHANNELS, &jazz.key).await.is(200);
}

#[tokio::test]
async fn p_20_an_owner_who_lost_the_channel_may_not_publish_to_it() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let ada = app.organizer("Ada").await;
    let invited = json!({ "email": ada.email, "role": "editor" });
    let member = jazz.owner.post("/v1/members", invited).await.is(201).text("/id").to_owned();
    let key = full_key(&ada).await;
    let made = app.post(EVENTS, &key, minimal(jazz.channel)).await.is(201);
    assert_eq!(app.get(CHANNELS, &key).await.is(200).at("/docs/0/id"), jazz.channel);
    jazz.owner.delete(&format!("/v1/members/{member}")).await.is(204);
    refused(app.post(EVENTS, &key, minimal(jazz.channel)).await, 403, "forbidden");
    refused(app.get(&format!("{EVENTS}/{}", id(&made)), &key).await, 404, "not_found");
    assert_eq!(app.get(CHANNELS, &key).await.is(200).at("/totalDocs"), 0);
    assert_eq!(app.get(EVENTS, &key).await.is(200).at("/totalDocs"), 0);
}

#[tokio::test]
async fn p_21_the_document_is_open_and_has_every_operation() {
    let app = TestApp::start();
    let answer = app.send("GET", "/api/developer/openapi/public-api-v1", &[], "").await.is(200);
    assert_eq!(answer.header("content-type"), "application/yaml");
    let document: Value = yaml_serde::from_slice(&answer.bytes).expect("YAML");
    assert!(document["openapi"].as_str().expect("a version").starts_with("3."));
    for (path, method) in [
        (CHANNELS, "get"),
        (CLASSIFICATIONS, "get"),
        (EVENTS, "post"),
        (EVENTS, "get"),
        ("/api/public/v1/events/{id}", "get"),
        ("/api/public/v1/events/{id}", "patch"),
        (channel::MEDIA, "post"),
    ] {
        assert!(document["paths"][path][method]["operationId"].is_string(), "{method} {path}");
    }
    let required = &document["components"]["schemas"]["NewEvent"]["required"];
    assert_eq!(required.as_array().map(Vec::len), Some(6), "{required}");
}

#[tokio::test]
async fn p_22_another_owners_event_and_none_are_404_alike() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let rival = publisher(&app, "Rival").await;
    let theirs = id(&rival.create(minimal(rival.channel)).await.is(201));
    let mut bodies = Vec::new();
    for id in [theirs.to_string(), "999999".to_owned(), "x".to_owned(), "+1".to_owned(), "01".to_owned()] {
        for answer in [
            app.get(&format!("{EVENTS}/{id}"), &jazz.key).await,
            app.call("PATCH", &format!("{EVENTS}/{id}"), &jazz.key, Some(&json!({ "title": "Mine" }))).await,
        ] {
            let mut answer = refused(answer, 404, "not_found");
            answer.json["error"]["requestId"] = Value::Null;
            bodies.push(answer.json);
        }
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(rival.read(theirs).await.text("/doc/title"), "Low Tide Quartet");
}

#[tokio::test]
async fn p_23_another_owners_image_and_none_are_400() {
    let app = TestApp::start();
    let jazz = publisher(&app, "Harbour").await;
    let rival = publisher(&app, "Rival").await;
    let theirs = id(&rival.upload(800, 600).await.is(201));
    let ours = id(&jazz.upload(800, 600).await.is(201));
    let with_cover = |cover: i64| jazz.create(with(jazz.channel, "/coverImage", json!(cover)));
    let mut foreign = wrong(with_cover(theirs).await, "coverImage");
    let mut absent = wrong(with_cover(999_999).await, "coverImage");
    for answer in [&mut foreign, &mut absent] {
        answer.json["error"]["requestId"] = Value::Null;
    }
    assert_eq!(foreign.json, absent.json);
    assert_eq!(with_cover(ours).await.is(201).at("/doc/coverImage"), ours);
}
