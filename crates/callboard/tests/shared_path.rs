//! The path that two contracts share, and what no family may do on another's: X-01 … X-09.
//! Source: contracts.md §5.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use serde_json::{Value, json};

use support::{Answer, Organizer, TestApp};

const EVENTS: &str = "/api/v1/events";

/// One organization with a key of every family.
struct Keys {
    channel: String,
    venue: String,
    venue_writer: String,
    box_office: String,
    developer: String,
    native: String,
}

async fn keys(app: &TestApp) -> Keys {
    let organizer: Organizer<'_> = app.organizer("Pier").await;
    let venue = organizer.venue("Pier 9").await;
    let office = organizer.box_office("Pier").await;
    let writer = json!({ "family": "venue", "venueId": venue,
        "scopes": ["events:read", "events:write", "events:delete"] });
    Keys {
        channel: organizer.channel_key().await,
        venue: organizer.venue_key(&venue).await,
        venue_writer: organizer.key(writer).await,
        box_office: organizer.box_office_key(&office).await,
        developer: organizer.key(json!({ "family": "developer" })).await,
        native: organizer.key(json!({ "family": "native", "scopes": ["events:read"] })).await,
    }
}

/// Sends a GET with these values of `Authorization` and `x-api-key`.
async fn ask(app: &TestApp, path: &str, authorization: Option<&str>, key: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = authorization
        .map(|value| ("authorization", value))
        .into_iter()
        .chain(key.map(|key| ("x-api-key", key)))
        .collect();
    app.send("GET", path, &headers, "").await
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[track_caller]
fn is_venue_view(answer: Answer) {
    let answer = answer.is(200);
    assert!(answer.at("/data").is_array() && answer.at("/meta").is_object(), "{}", answer.json);
}

#[track_caller]
fn is_box_office_view(answer: Answer) {
    let answer = answer.is(200);
    assert!(answer.at("/events").is_array() && answer.at("/pagination").is_object(), "{}", answer.json);
}

#[tokio::test]
async fn x_01_a_venue_bearer_decides_over_a_box_office_key() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    is_venue_view(ask(&app, EVENTS, Some(&bearer(&keys.venue)), Some(&keys.box_office)).await);
    is_venue_view(ask(&app, EVENTS, Some(&bearer(&keys.venue)), None).await);
    is_venue_view(ask(&app, EVENTS, None, Some(&keys.venue)).await);
}

#[tokio::test]
async fn x_02_a_box_office_key_stands_beside_any_other_bearer() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    for junk in ["junk", "pin_live_x", keys.native.as_str()] {
        is_box_office_view(ask(&app, EVENTS, Some(&bearer(junk)), Some(&keys.box_office)).await);
    }
}

#[tokio::test]
async fn x_03_a_venue_key_yields_to_a_wrong_bearer() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let refused = ask(&app, EVENTS, Some("Bearer junk"), Some(&keys.venue)).await.is(401);
    assert_eq!(refused.text("/error"), "Unauthorized");
    let other = ask(&app, EVENTS, Some(&bearer(&keys.box_office)), Some(&keys.venue)).await.is(401);
    assert_eq!(other.text("/error"), "Unauthorized");
}

#[tokio::test]
async fn x_04_another_scheme_than_bearer_is_not_looked_at() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let basic = "Basic dXNlcjpwYXNz";
    is_box_office_view(ask(&app, EVENTS, Some(basic), Some(&keys.box_office)).await);
    is_venue_view(ask(&app, EVENTS, Some(basic), Some(&keys.venue)).await);
}

#[tokio::test]
async fn x_05_without_a_key_of_either_family_there_is_one_401() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let shared =
        json!({ "error": "Unauthorized", "hint": "Send your API key in the x-api-key request header" });
    let session = app.organizer("Quay").await.token;
    for path in [EVENTS, "/api/v1/events/x/availability", "/api/v1/nothing"] {
        assert_eq!(ask(&app, path, None, None).await.is(401).json, shared, "{path}");
        for token in [&keys.channel, &keys.developer, &keys.native, &session, &keys.box_office] {
            assert_eq!(ask(&app, path, Some(&bearer(token)), None).await.is(401).json, shared, "{path}");
        }
        for key in [&keys.channel, &keys.developer, &keys.native, &session] {
            assert_eq!(ask(&app, path, None, Some(key)).await.is(401).json, shared, "{path}");
        }
    }
}

#[tokio::test]
async fn x_06_one_limit_is_too_much_for_one_and_capped_by_the_other() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let path = format!("{EVENTS}?limit=500");
    ask(&app, &path, None, Some(&keys.venue)).await.is(400);
    let capped = ask(&app, &path, None, Some(&keys.box_office)).await.is(200);
    assert_eq!(capped.at("/pagination/limit"), &json!(100));
}

#[tokio::test]
async fn x_07_the_same_post_is_forbidden_reserved_and_done() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let body = json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00Z" });
    let forbidden = app.call_x("POST", EVENTS, &keys.venue, Some(&body)).await.is(403);
    assert_eq!(forbidden.at("/missingScopes"), &json!(["events:write"]));
    app.call_x("POST", EVENTS, &keys.venue_writer, Some(&body)).await.is(501);
    app.call_x("POST", EVENTS, &keys.box_office, Some(&body)).await.is(201);
}

#[tokio::test]
async fn the_mounts_fix_the_family_whatever_the_key() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let (venue, office) = ("/venue/api/v1/events", "/box-office/api/v1/events");
    is_venue_view(ask(&app, venue, None, Some(&keys.venue)).await);
    is_box_office_view(ask(&app, office, None, Some(&keys.box_office)).await);
    is_box_office_view(ask(&app, office, Some(&bearer(&keys.venue)), Some(&keys.box_office)).await);
    assert_eq!(
        ask(&app, venue, None, Some(&keys.box_office)).await.is(401).json,
        json!({ "error": "Unauthorized" })
    );
    assert_eq!(ask(&app, venue, None, None).await.is(401).json, json!({ "error": "Unauthorized" }));
    let refused = ask(&app, office, None, Some(&keys.venue)).await.is(401);
    assert_eq!(refused.text("/hint"), "Send your API key in the x-api-key request header");
}

#[tokio::test]
async fn a_box_office_path_is_nothing_to_a_venue_key() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    for below in ["ticket-types", "availability"] {
        let path = format!("{EVENTS}/0192f0c1-2a3b-7c4d-8e5f-60718293a4b5/{below}");
        assert_eq!(
            ask(&app, &path, None, Some(&keys.venue)).await.is(404).json,
            json!({ "error": "Not found" })
        );
    }
    let refused = app.call_x("DELETE", &format!("{EVENTS}/x"), &keys.box_office, None).await.is(405);
    assert!(refused.header("allow").contains("PATCH"));
}

#[tokio::test]
async fn no_cache_may_give_one_keys_answer_to_another() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    for key in [None, Some(&keys.venue), Some(&keys.box_office)] {
        let answer = ask(&app, EVENTS, None, key.map(String::as_str)).await;
        assert_eq!(answer.header("vary"), "Authorization, X-Api-Key");
        assert!(answer.header("cache-control").contains("private"));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let outside =
        app.send("OPTIONS", "/api/public/v1/events", &[("origin", "https://a.example")], "").await.is(204);
    assert!(!outside.header("allow").is_empty());
    assert!(outside.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
}

#[tokio::test]
async fn x_08_families_never_cross() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    for token in [&keys.venue, &keys.box_office, &keys.developer, &keys.native] {
        let refused = ask(&app, "/api/public/v1/channels", Some(&bearer(token)), None).await.is(401);
        assert_eq!(refused.text("/error/code"), "invalid_api_key");
        let refused = ask(&app, "/api/public/v1/channels", None, Some(token)).await.is(401);
        assert_eq!(refused.text("/error/code"), "invalid_api_key");
    }
    for token in [&keys.venue, &keys.box_office, &keys.channel, &keys.native] {
        let refused = ask(&app, "/api/developer/v1/api-keys", Some(&bearer(token)), None).await.is(401);
        assert_eq!((refused.at("/success"), refused.text("/error/code")), (&json!(false), "unauthorized"));
    }
    for token in [&keys.venue, &keys.box_office, &keys.channel, &keys.developer] {
        let refused = ask(&app, "/v1/events", Some(&bearer(token)), None).await.is(401);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
}

/// Whether a body is of a surface's envelope for errors.
fn is_envelope(surface: &str, body: &Value) -> bool {
    match surface {
        "channel" => {
            body.pointer("/error/code").is_some_and(Value::is_string)
                && body.pointer("/error/requestId").is_some()
        }
        "developer" => {
            body["success"] == json!(false) && body.pointer("/error/code").is_some_and(Value::is_string)
        }
        "native" => body["code"].is_string() && body["requestId"].is_string() && body["status"].is_number(),
        _ => body["error"].is_string(),
    }
}

#[tokio::test]
async fn x_09_every_fault_is_said_in_its_surfaces_own_envelope() {
    let app = TestApp::start();
    let keys = keys(&app).await;
    let session = app.organizer("Quay").await.token;
    let (channel, native, session) = (bearer(&keys.channel), bearer(&keys.native), bearer(&session));
    let office = ("x-api-key", keys.box_office.as_str());
    let venue = ("x-api-key", keys.venue.as_str());
    let channel = ("authorization", channel.as_str());
    let (native, session) = (("authorization", native.as_str()), ("authorization", session.as_str()));
    for (surface, credential, method, path, status) in [
        ("box-office", office, "POST", "/api/v1/events", 400),
        ("box-office", office, "GET", "/api/v1/nothing", 404),
        ("box-office", office, "DELETE", "/api/v1/events", 405),
        ("venue", venue, "GET", "/api/v1/nothing", 404),
        ("venue", venue, "PUT", "/api/v1/events", 405),
        ("venue", venue, "POST", "/venue/api/v1/events", 403),
        ("channel", channel, "POST", "/api/public/v1/events", 400),
        ("channel", channel, "GET", "/api/public/v1/nothing", 404),
        ("channel", channel, "DELETE", "/api/public/v1/events", 405),
        ("developer", session, "POST", "/api/developer/v1/api-keys", 400),
        ("developer", session, "GET", "/api/developer/v1/nothing", 404),
        ("developer", session, "PUT", "/api/developer/v1/api-keys", 405),
        ("native", session, "POST", "/v1/events", 400),
        ("native", native, "GET", "/v1/nothing", 404),
        ("native", native, "PUT", "/v1/events", 405),
    ] {
        let headers = [credential, ("content-type", "application/json")];
        let answer = app.send(method, path, &headers, "{ not json").await;
        assert_eq!(answer.status, status, "{surface} {method} {path}");
        assert!(is_envelope(surface, &answer.json), "{surface} {method} {path}: {}", answer.json);
        assert!(answer.header("x-request-id").starts_with("req_"));
    }
}
