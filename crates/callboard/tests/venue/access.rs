//! Who is let in, to what, and how the rest is refused. Cases: H-11 … H-15.

use serde_json::json;

use crate::house::{EVENTS, UNKNOWN, house, is_invalid};
use crate::support::TestApp;

#[tokio::test]
async fn h_11_an_own_event_is_found_by_id_and_no_other() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let harbour = house(&app, "Harbour").await;
    let own = pier.night("2026-12-01").await;
    let read = pier.get(&format!("{EVENTS}/{own}")).await.is(200);
    assert_eq!(&read.json, pier.get(EVENTS).await.is(200).at("/data/0"), "bare, as an entry of the list");
    assert_eq!(read.header("cache-control"), "private, max-age=60");

    let past = pier.night("2026-01-01").await;
    let recurring = pier.recurring("2026-12-02").await;
    let cancelled = pier.night("2026-12-03").await;
    pier.step(&cancelled, "cancel").await;
    let unlisted = pier.publish(json!({ "local": { "date": "2026-12-04" }, "visibility": "unlisted" })).await;
    for id in [past, recurring, cancelled, unlisted] {
        pier.get(&format!("{EVENTS}/{id}")).await.is(200);
    }

    let foreign = harbour.night("2026-12-01").await;
    let annex = pier.owner.venue("Annex").await;
    let next_door = pier.publish(json!({ "local": { "date": "2026-12-01" }, "venueId": annex })).await;
    let draft = pier.draft(json!({ "local": { "date": "2026-12-05" } })).await;
    let private = pier.publish(json!({ "local": { "date": "2026-12-05" }, "visibility": "private" })).await;
    let archived = pier.night("2026-12-06").await;
    pier.step(&archived, "archive").await;
    let deleted = pier.night("2026-12-07").await;
    pier.owner.delete(&format!("/v1/events/{deleted}")).await.is(204);
    for id in
        [&foreign, &next_door, &draft, &private, &archived, &deleted, UNKNOWN, "abc", "low-tide-quartet"]
    {
        let missing = pier.get(&format!("{EVENTS}/{id}")).await.is(404);
        assert_eq!(missing.json, json!({ "error": "Event not found" }), "{id}");
    }
}

#[tokio::test]
async fn h_12_without_a_living_key_nothing_is_answered() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let unauthorized = json!({ "error": "Unauthorized" });
    let none = app.send("GET", "/venue/api/v1/events", &[], "").await.is(401);
    assert_eq!(none.json, unauthorized);
    assert_eq!(none.header("vary"), "Authorization, X-Api-Key");
    let shared = app.send("GET", EVENTS, &[], "").await.is(401);
    assert_eq!(shared.text("/error"), "Unauthorized");

    let swapped: String = pier.key["hdlr_live_".len()..]
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    let swapped = format!("hdlr_live_{swapped}");
    let unknown = format!("hdlr_live_{}", "A".repeat(22));
    for token in [swapped.as_str(), unknown.as_str(), "hdlr_", "hdlr_live_"] {
        assert_eq!(app.get(EVENTS, token).await.is(401).json, unauthorized, "{token}");
        assert_eq!(app.call_x("GET", EVENTS, token, None).await.is(401).json, unauthorized, "{token}");
    }

    let minted = pier.owner.mint(json!({ "family": "venue", "venueId": pier.venue })).await;
    app.get(EVENTS, minted.text("/key")).await.is(200);
    pier.owner.post(&format!("/v1/keys/{}/revoke", minted.text("/id")), json!({})).await.is(200);
    assert_eq!(app.get(EVENTS, minted.text("/key")).await.is(401).json, unauthorized);
    for (method, target) in [
        ("POST", EVENTS.to_owned()),
        ("PATCH", format!("{EVENTS}/{UNKNOWN}")),
        ("DELETE", format!("{EVENTS}/{UNKNOWN}")),
        ("GET", format!("{EVENTS}/{UNKNOWN}")),
    ] {
        assert_eq!(app.call(method, &target, minted.text("/key"), None).await.is(401).json, unauthorized);
    }
}

#[tokio::test]
async fn h_13_a_bearer_decides_where_both_headers_are_sent() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let good = format!("Bearer {}", pier.key);
    let bad = format!("hdlr_live_{}", "A".repeat(22));
    let send = async |target: &str, authorization: &str, key: &str| {
        app.send("GET", target, &[("authorization", authorization), ("x-api-key", key)], "").await.status
    };
    for target in [EVENTS, "/venue/api/v1/events"] {
        assert_eq!(send(target, &good, &bad).await, 200);
        assert_eq!(send(target, &good.replace("Bearer", "bEARER"), "junk").await, 200);
        assert_eq!(send(target, &format!("Bearer {bad}"), &pier.key).await, 401);
        assert_eq!(send(target, "Bearer junk", &pier.key).await, 401);
        assert_eq!(send(target, "Bearer", &pier.key).await, 401);
        assert_eq!(send(target, "Basic dXNlcjpwdw==", &pier.key).await, 200, "another scheme is ignored");
        assert_eq!(app.call_x("GET", target, &pier.key, None).await.status, 200);
    }
}

#[tokio::test]
async fn h_14_a_key_that_only_reads_is_forbidden_to_write() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let event = pier.night("2026-12-01").await;
    for (method, target, scope) in [
        ("POST", EVENTS.to_owned(), "events:write"),
        ("PATCH", format!("{EVENTS}/{event}"), "events:write"),
        ("DELETE", format!("{EVENTS}/{event}"), "events:delete"),
    ] {
        let refused = app.call(method, &target, &pier.key, None).await.is(403);
        assert_eq!(refused.json, json!({ "error": "Forbidden", "missingScopes": [scope] }));
    }
    let scopes = json!(["events:write", "events:delete"]);
    let blind = json!({ "family": "venue", "venueId": pier.venue, "scopes": scopes });
    let blind = pier.owner.key(blind).await;
    for target in [EVENTS.to_owned(), format!("{EVENTS}?limit=0"), format!("{EVENTS}/abc")] {
        let refused = app.get(&target, &blind).await.is(403);
        assert_eq!(refused.json, json!({ "error": "Forbidden", "missingScopes": ["events:read"] }));
    }
}

#[tokio::test]
async fn h_15_a_write_with_its_scope_is_not_implemented_whatever_is_sent() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let scopes = json!(["events:read", "events:write", "events:delete"]);
    let key = pier.owner.key(json!({ "family": "venue", "venueId": pier.venue, "scopes": scopes })).await;
    let event = pier.night("2026-12-01").await;
    for (method, target) in [
        ("POST", EVENTS.to_owned()),
        ("PATCH", format!("{EVENTS}/{UNKNOWN}")),
        ("DELETE", format!("{EVENTS}/{UNKNOWN}")),
        ("PATCH", format!("{EVENTS}/abc")),
        ("DELETE", format!("{EVENTS}/{event}")),
    ] {
        let bearer = format!("Bearer {key}");
        for (content_type, body) in
            [("application/json", ""), ("text/plain", "not JSON"), ("application/json", "{")]
        {
            let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
            let refused = app.send(method, &target, &headers, body).await.is(501);
            assert_eq!(refused.json, json!({ "error": "Not Implemented" }));
        }
    }
    pier.get(&format!("{EVENTS}/{event}")).await.is(200);
}

#[tokio::test]
async fn only_a_ceiling_that_was_set_limits_the_feed() {
    let app = TestApp::with(&[("CALLBOARD_VENUE_ABUSE_CEILING", "3")]);
    let pier = house(&app, "Pier").await;
    for _ in 0..3 {
        pier.get(EVENTS).await.is(200);
    }
    let refused = pier.get(EVENTS).await.is(429);
    assert_eq!(refused.json, json!({ "error": "Too many requests", "retryAfter": 60 }));
    assert_eq!(refused.header("retry-after"), "60");
    pier.owner.app.pass_ms(60_000);
    pier.get(EVENTS).await.is(200);

    let unlimited = TestApp::start();
    let pier = house(&unlimited, "Pier").await;
    for _ in 0..100 {
        pier.get(EVENTS).await.is(200);
    }
}

#[tokio::test]
async fn unknown_routes_methods_and_keys_in_the_address_answer_in_this_shape() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let event = pier.night("2026-12-01").await;
    for target in [format!("{EVENTS}/{event}/ticket-types"), "/api/v1/nothing".to_owned()] {
        assert_eq!(pier.get(&target).await.is(404).json, json!({ "error": "Not found" }));
    }
    let refused = app.call("PUT", EVENTS, &pier.key, None).await.is(405);
    assert_eq!(refused.json, json!({ "error": "Method not allowed" }));
    assert_eq!(refused.header("allow"), "GET, POST, HEAD");
    is_invalid(pier.feed(&format!("api_key={}", pier.key)).await, "api_key");
    let options = app.send("OPTIONS", "/venue/api/v1/events", &[], "").await.is(204);
    assert!(options.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}
