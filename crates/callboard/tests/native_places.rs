//! Venues, channels and box offices of the native surface. Source: native-api.md §1, §3; promises R1, R27.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use callboard_core::event::patch::EventPatch;
use callboard_core::event::{SchedulePatch, When};
use callboard_core::slug::Slug;
use callboard_core::time::{Timestamp, Zone};
use callboard_store::events::CreateEvent;
use callboard_store::{Context, Store};
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// One of the three resources, with a body that makes it and a patch that changes it.
struct Kind {
    path: &'static str,
    new: fn(&str) -> Value,
    patch: fn() -> Value,
    changed: &'static str,
    members: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind {
        path: "/v1/venues",
        new: |name| {
            json!({ "name": name, "city": "Boston", "stateProvince": "MA", "country": "us",
                "timezone": "America/New_York", "capacity": 220 })
        },
        patch: || json!({ "capacity": 300, "address": "1 Harbor Way", "latitude": 42.36, "longitude": -71.05 }),
        changed: "/address",
        members: &[
            "address",
            "capacity",
            "city",
            "country",
            "createdAt",
            "id",
            "latitude",
            "longitude",
            "name",
            "slug",
            "stateProvince",
            "timezone",
            "updatedAt",
            "version",
        ],
    },
    Kind {
        path: "/v1/channels",
        new: |name| json!({ "name": name }),
        patch: || json!({ "description": "Two\nlines" }),
        changed: "/description",
        members: &["createdAt", "description", "id", "name", "number", "slug", "updatedAt", "version"],
    },
    Kind {
        path: "/v1/box-offices",
        new: |name| json!({ "name": name, "timezone": "America/New_York", "currency": "USD" }),
        patch: || json!({ "currency": "JPY" }),
        changed: "/currency",
        members: &[
            "createdAt",
            "currency",
            "defaultChannelId",
            "defaultVenueId",
            "id",
            "name",
            "slug",
            "timezone",
            "updatedAt",
            "version",
        ],
    },
];

async fn send(
    who: &Organizer<'_>,
    method: &str,
    target: &str,
    more: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let bearer = format!("Bearer {}", who.token);
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend_from_slice(more);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    who.app.send(method, target, &headers, body).await
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/code"), code, "{}", answer.json);
    answer
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.at("/errors").as_array().unwrap();
    let mut all: Vec<_> = errors
        .iter()
        .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    all.sort();
    all
}

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_place_is_made_read_changed_and_deleted() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let made = ada.post(kind.path, (kind.new)("The Lighthouse")).await.is(201);
        assert_eq!(
            (made.at("/slug"), made.at("/version"), made.at("/warnings")),
            (&json!("the-lighthouse"), &json!(1), &json!([]))
        );
        assert_eq!(made.at("/createdAt"), &json!(app.app().clock.now().to_utc_text()));
        let place = made.header("location").to_owned();
        assert_eq!(place, format!("{}/{}", kind.path, made.text("/id")));
        let read = ada.get(&place).await.is(200);
        assert_eq!(members(&read.json), kind.members);
        assert!(read.header("etag").starts_with("\"1-"));
        app.pass_ms(1_000);
        let after = ada.patch(&place, (kind.patch)()).await.is(200);
        assert_eq!(
            (after.at("/version"), after.at(kind.changed)),
            (&json!(2), &(kind.patch)()[&kind.changed[1..]])
        );
        assert_ne!(after.at("/updatedAt"), after.at("/createdAt"));
        let same = ada.patch(&place, (kind.patch)()).await.is(200);
        assert_eq!((same.at("/version"), same.at("/updatedAt")), (&json!(2), after.at("/updatedAt")));
        assert_eq!(ada.get(kind.path).await.is(200).at("/items/0"), &ada.get(&place).await.json);
        assert!(ada.delete(&place).await.is(204).bytes.is_empty());
        refused(ada.get(&place).await, 404, "not_found");
        refused(ada.delete(&place).await, 404, "not_found");
        assert_eq!(ada.get(kind.path).await.at("/items"), &json!([]));
    }
}

#[tokio::test]
async fn a_named_slug_must_be_free_and_a_made_one_is_numbered() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let first = ada.post(kind.path, (kind.new)("Hall")).await.is(201);
        let second = ada.post(kind.path, (kind.new)("Hall")).await.is(201);
        assert_eq!(second.at("/slug"), "hall-2");
        let mut named = (kind.new)("Other");
        named["slug"] = json!("hall");
        refused(ada.post(kind.path, named.clone()).await, 409, "slug_taken");
        refused(ada.patch(second.header("location"), json!({ "slug": "hall" })).await, 409, "slug_taken");
        named["slug"] = json!("Not a slug");
        assert_eq!(
            pointers(&refused(ada.post(kind.path, named.clone()).await, 400, "validation_failed")),
            ["/slug invalid_format"]
        );
        ada.delete(first.header("location")).await.is(204);
        named["slug"] = json!("hall");
        ada.post(kind.path, named).await.is(201);
        let other = app.organizer(&format!("Grace {}", &kind.path[4..])).await;
        assert_eq!(other.post(kind.path, (kind.new)("Hall")).await.is(201).at("/slug"), "hall");
    }
}

#[tokio::test]
async fn all_faults_of_a_venue_come_at_once() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let body = json!({ "name": "a\u{202e}b", "city": "", "country": "XX", "timezone": "Mars/Base", "capacity": 0,
        "latitude": 91, "longitude": "x", "seats": 1 });
    let answer = refused(ada.post("/v1/venues", body).await, 400, "validation_failed");
    let expected = [
        "/capacity too_small",
        "/city invalid_format",
        "/country invalid_format",
        "/latitude too_big",
        "/longitude invalid_type",
        "/name invalid_format",
        "/seats unknown_member",
        "/stateProvince required",
        "/timezone invalid_format",
    ];
    assert_eq!(pointers(&answer), expected);
    let made = ada.venue("Hall").await;
    let nulls = json!({ "name": null, "capacity": null, "address": null, "capacities": 1 });
    let answer = refused(ada.patch(&format!("/v1/venues/{made}"), nulls).await, 400, "validation_failed");
    assert_eq!(
        pointers(&answer),
        ["/capacities unknown_member", "/capacity invalid_type", "/name invalid_type"]
    );
}

#[tokio::test]
async fn limits_hold_to_the_character() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        ada.post(kind.path, (kind.new)(&"é".repeat(200))).await.is(201);
        refused(ada.post(kind.path, (kind.new)(&"é".repeat(201))).await, 400, "validation_failed");
    }
    ada.post("/v1/channels", json!({ "name": "x", "description": "y".repeat(5_000) })).await.is(201);
    refused(
        ada.post("/v1/channels", json!({ "name": "x", "description": "y".repeat(5_001) })).await,
        400,
        "validation_failed",
    );
}

#[tokio::test]
async fn an_edit_under_an_old_version_is_refused() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let made = ada.post(kind.path, (kind.new)("Hall")).await.is(201);
        let place = made.header("location").to_owned();
        let read = ada.get(&place).await.is(200);
        let same =
            send(&ada, "GET", &place, &[("if-none-match", read.header("etag"))], &Value::Null).await.is(304);
        assert_eq!(same.header("etag"), read.header("etag"));
        let fresh = [("if-match", read.header("etag"))];
        let after = send(&ada, "PATCH", &place, &fresh, &(kind.patch)()).await.is(200);
        let stale = refused(
            send(&ada, "PATCH", &place, &fresh, &json!({ "name": "X" })).await,
            412,
            "precondition_failed",
        );
        assert_eq!(stale.at("/currentVersion"), &json!(2));
        refused(send(&ada, "DELETE", &place, &fresh, &Value::Null).await, 412, "precondition_failed");
        send(&ada, "GET", &place, &[("if-none-match", read.header("etag"))], &Value::Null).await.is(200);
        // The digest may differ (a reply of a write has warnings); the version alone counts.
        send(&ada, "PATCH", &place, &[("if-match", after.header("etag"))], &json!({ "name": "X" }))
            .await
            .is(200);
        send(&ada, "DELETE", &place, &[("if-match", "*")], &Value::Null).await.is(204);
    }
}

#[tokio::test]
async fn two_edits_of_one_version_never_merge_silently() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let place = format!("/v1/venues/{}", ada.venue("Hall").await);
    let tag = ada.get(&place).await.header("etag").to_owned();
    let fresh = [("if-match", tag.as_str())];
    let (one, two) = (json!({ "name": "One" }), json!({ "city": "Two" }));
    let (first, second) =
        tokio::join!(send(&ada, "PATCH", &place, &fresh, &one), send(&ada, "PATCH", &place, &fresh, &two));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn a_repeated_write_is_done_once() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let key = [("idempotency-key", "once")];
        let first = send(&ada, "POST", kind.path, &key, &(kind.new)("Hall")).await.is(201);
        let again = send(&ada, "POST", kind.path, &key, &(kind.new)("Hall")).await.is(201);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(
            (&again.bytes, again.header("location"), again.header("etag")),
            (&first.bytes, first.header("location"), first.header("etag"))
        );
        assert_eq!(ada.get(kind.path).await.at("/items").as_array().unwrap().len(), 1);
        let place = first.header("location");
        let patched = send(&ada, "PATCH", place, &key, &(kind.patch)()).await.is(200);
        let again = send(&ada, "PATCH", place, &key, &(kind.patch)()).await.is(200);
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&patched.bytes, "true"));
        refused(send(&ada, "PATCH", place, &key, &json!({})).await, 422, "idempotency_key_reused");
        send(&ada, "DELETE", place, &key, &Value::Null).await.is(204);
        assert_eq!(
            send(&ada, "DELETE", place, &key, &Value::Null).await.is(204).header("idempotent-replayed"),
            "true"
        );
    }
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let app = TestApp::with(&[("CALLBOARD_SESSION_TTL", "999999")]);
    let ada = app.organizer("Ada").await;
    let (key, body) = ([("idempotency-key", "once")], json!({ "name": "Hall" }));
    let first = send(&ada, "POST", "/v1/channels", &key, &body).await.is(201);
    app.pass_ms(24 * 3_600_000 - 1);
    assert_eq!(send(&ada, "POST", "/v1/channels", &key, &body).await.is(201).bytes, first.bytes);
    app.pass_ms(1);
    assert_eq!(send(&ada, "POST", "/v1/channels", &key, &body).await.is(201).at("/slug"), "hall-2");
}

#[tokio::test]
async fn twins_get_one_answer() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let key = [("idempotency-key", "twin")];
    let body = json!({ "name": "Hall" });
    let twins = (0..8).map(|_| send(&ada, "POST", "/v1/channels", &key, &body));
    let answers = futures_util::future::join_all(twins).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.bytes == answers[0].bytes));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count(), 7);
}

#[tokio::test]
async fn a_rehearsal_answers_as_if_done_and_stores_nothing() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let target = format!("{}?dryRun=true", kind.path);
        let key = [("idempotency-key", "rehearsed")];
        let made = send(&ada, "POST", &target, &key, &(kind.new)("Hall")).await.is(201);
        assert_eq!((made.at("/slug"), made.header("dry-run")), (&json!("hall"), "true"));
        assert_eq!(ada.get(kind.path).await.at("/items"), &json!([]));
        refused(ada.post(&target, json!({ "name": "" })).await, 400, "validation_failed");
        let made = send(&ada, "POST", kind.path, &key, &(kind.new)("Hall")).await.is(201);
        assert_eq!((made.header("dry-run"), made.header("idempotent-replayed")), ("", ""));
        let place = made.header("location");
        let changed = ada.patch(&format!("{place}?dryRun=1"), (kind.patch)()).await.is(200);
        assert_eq!((changed.at("/version"), changed.header("dry-run")), (&json!(2), "true"));
        assert_eq!(ada.delete(&format!("{place}?dryRun=true")).await.is(204).header("dry-run"), "true");
        assert_eq!(ada.get(place).await.is(200).at("/version"), &json!(1));
        assert_eq!(
            ada.patch(&format!("{place}?dryRun=false"), (kind.patch)()).await.is(200).header("dry-run"),
            ""
        );
    }
}

#[tokio::test]
async fn anothers_place_answers_like_one_that_never_was() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let never = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
    for kind in &KINDS {
        let theirs = grace.post(kind.path, (kind.new)("Hall")).await.is(201);
        let foreign = theirs.header("location").to_owned();
        for absent in [foreign.clone(), format!("{}/{never}", kind.path), format!("{}/hall", kind.path)] {
            let answers =
                [ada.get(&absent).await, ada.patch(&absent, (kind.patch)()).await, ada.delete(&absent).await];
            for answer in answers {
                let answer = refused(answer, 404, "not_found");
                assert!(answer.text("/detail").starts_with("no such "));
            }
        }
        grace.get(&foreign).await.is(200);
    }
}

#[tokio::test]
async fn a_box_offices_defaults_are_places_of_its_own_organization() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let (venue, channel) = (ada.venue("Hall").await, ada.channel("Feed").await.0);
    let mut body = (KINDS[2].new)("Door");
    body["defaultVenueId"] = json!(venue);
    body["defaultChannelId"] = json!(channel);
    let made = ada.post("/v1/box-offices", body.clone()).await.is(201);
    assert_eq!((made.at("/defaultVenueId"), made.at("/defaultChannelId")), (&json!(venue), &json!(channel)));
    let place = made.header("location");
    for (theirs, nobodys) in [(true, false), (false, true)] {
        let id = if theirs {
            grace.venue("Hall").await
        } else {
            "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5".to_owned()
        };
        assert!(theirs != nobodys);
        let wrong = json!({ "defaultVenueId": id, "defaultChannelId": id });
        let answer = refused(ada.patch(place, wrong.clone()).await, 400, "validation_failed");
        assert_eq!(pointers(&answer), ["/defaultChannelId not_found", "/defaultVenueId not_found"]);
        body["defaultVenueId"] = json!(id);
        let answer = refused(ada.post("/v1/box-offices", body.clone()).await, 400, "validation_failed");
        assert_eq!(pointers(&answer), ["/defaultVenueId not_found"]);
    }
    ada.delete(&format!("/v1/venues/{venue}")).await.is(204);
    assert_eq!(ada.get(place).await.at("/defaultVenueId"), &Value::Null);
    let cleared = ada.patch(place, json!({ "defaultChannelId": null })).await.is(200);
    assert_eq!(cleared.at("/defaultChannelId"), &Value::Null);
}

#[tokio::test]
async fn places_are_listed_page_by_page() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for kind in &KINDS {
        let mut made = Vec::new();
        for n in 0..5 {
            let answer = ada.post(kind.path, (kind.new)(&format!("Place {n}"))).await.is(201);
            made.push(answer.text("/id").to_owned());
        }
        made.sort();
        let (mut seen, mut target) = (Vec::new(), format!("{}?limit=2", kind.path));
        loop {
            let page = ada.get(&target).await.is(200);
            let items = page.at("/items").as_array().unwrap();
            seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page.at("/nextCursor").as_str() else { break };
            target = format!("{}?limit=2&cursor={cursor}", kind.path);
        }
        assert_eq!(seen, made);
        let list = ada.get(kind.path).await.is(200);
        let same =
            send(&ada, "GET", kind.path, &[("if-none-match", list.header("etag"))], &Value::Null).await;
        same.is(304);
    }
}

#[tokio::test]
async fn scopes_and_bindings_of_a_native_key_hold() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let (venue, other) = (ada.venue("Hall").await, ada.venue("Barn").await);
    let all = json!(["venues:read", "venues:write", "channels:read", "box_offices:read"]);
    let reader = ada.key(json!({ "family": "native", "scopes": ["venues:read"] })).await;
    let narrow = ada.key(json!({ "family": "native", "scopes": all, "venueId": venue })).await;
    assert_eq!(app.get("/v1/venues", &reader).await.is(200).at("/items").as_array().unwrap().len(), 2);
    let body = (KINDS[0].new)("New");
    let answer = refused(app.post("/v1/venues", &reader, body.clone()).await, 403, "insufficient_scope");
    assert_eq!(answer.at("/missingScopes"), &json!(["venues:write"]));
    refused(app.get("/v1/channels", &reader).await, 403, "insufficient_scope");
    // The scope comes before the body: a key without it learns nothing about its body.
    refused(app.post("/v1/venues", &reader, json!({})).await, 403, "insufficient_scope");
    app.get("/v1/organization", &reader).await.is(200);
    let seen = app.get("/v1/venues", &narrow).await.is(200);
    assert_eq!((seen.at("/items").as_array().unwrap().len(), seen.at("/items/0/id")), (1, &json!(venue)));
    refused(app.get(&format!("/v1/venues/{other}"), &narrow).await, 404, "not_found");
    refused(app.post("/v1/venues", &narrow, body).await, 403, "out_of_reach");
    assert_eq!(app.get("/v1/channels", &narrow).await.is(200).at("/items"), &json!([]));
    let own = format!("/v1/venues/{venue}");
    app.call("PATCH", &own, &narrow, Some(&json!({ "capacity": 5 }))).await.is(200);
    let me = app.get("/v1/me", &narrow).await.is(200);
    assert_eq!(
        (me.at("/type"), me.at("/venueId"), me.at("/scopes"), me.at("/account")),
        (&json!("key"), &json!(venue), &all, &Value::Null)
    );
}

#[tokio::test]
async fn a_place_that_upcoming_events_use_is_not_deleted() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let (venue, channel, office) =
        (ada.venue("Hall").await, ada.channel("Feed").await.0, ada.box_office("Door").await);
    let organization = ada.get("/v1/organization").await.text("/id").to_owned();
    let patch = EventPatch {
        title: Some(Some("Jazz".to_owned())),
        slug: Slug::parse("jazz").ok(),
        venue_id: Some(venue.parse().ok()),
        channel_id: Some(channel.parse().ok()),
        box_office_id: Some(office.parse().ok()),
        schedule: SchedulePatch {
            zone: Zone::parse("America/New_York").ok(),
            start: Some(Timestamp::parse("2026-12-01T20:00:00-05:00").ok().map(When::At)),
            ..SchedulePatch::default()
        },
        ..EventPatch::default()
    };
    create(&app.app().store, &organization, patch).await;
    for path in [
        format!("/v1/venues/{venue}"),
        format!("/v1/channels/{channel}"),
        format!("/v1/box-offices/{office}"),
    ] {
        let answer = refused(ada.delete(&path).await, 409, "in_use");
        assert_eq!(answer.at("/upcoming"), &json!(1));
    }
    app.pass_ms(10 * 24 * 3_600_000);
    let again =
        support::Organizer { app: &app, email: ada.email.clone(), token: sign_in(&app, &ada.email).await };
    again.delete(&format!("/v1/venues/{venue}")).await.is(204);
}

async fn create(store: &Store, organization: &str, patch: EventPatch) {
    let tenant = store.operator(organization.parse().unwrap()).await.unwrap().unwrap();
    let command = CreateEvent { tenant, patch, ticket_types: Vec::new(), status: None, channel_number: None };
    let context =
        Context { now: Timestamp::parse(support::NOW).unwrap(), seed: [3; 16], request_id: String::new() };
    store.write(context, command).await.unwrap();
}

async fn sign_in(app: &TestApp, email: &str) -> String {
    let body = json!({ "email": email, "password": "correct horse battery" });
    let answer =
        app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body.to_string()).await;
    answer.is(201).text("/token").to_owned()
}
