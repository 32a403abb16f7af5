//! Who may call, how often, and what every answer carries.

use serde_json::json;

use crate::support::{Answer, TestApp};
use crate::world::{EVENTS, Office, event_path, sample};

fn is_the_401(answer: Answer) {
    let body =
        json!({ "error": "Unauthorized", "hint": "Send your API key in the x-api-key request header" });
    assert_eq!(answer.is(401).json, body);
}

#[tokio::test]
async fn t_13_without_a_living_key_in_the_right_header_nobody_enters() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let minted = office.organizer.mint(json!({ "family": "box_office", "boxOfficeId": office.id })).await;
    let (revoked, id) = (minted.text("/key").to_owned(), minted.text("/id").to_owned());
    app.call_x("GET", EVENTS, &revoked, None).await.is(200);
    office.organizer.post(&format!("/v1/keys/{id}/revoke"), json!({})).await.is(200);
    let bearer = format!("Bearer {}", office.key);
    let unknown = format!("ts_sk_live_{}", "a".repeat(32));
    for base in ["", "/box-office"] {
        let path = format!("{base}{EVENTS}");
        is_the_401(app.send("GET", &path, &[], "").await);
        is_the_401(app.call_x("GET", &path, &unknown, None).await);
        is_the_401(app.call_x("GET", &path, "ts_sk_live_", None).await);
        is_the_401(app.call_x("GET", &path, &revoked, None).await);
        is_the_401(app.send("GET", &path, &[("authorization", bearer.as_str())], "").await);
        is_the_401(app.call_x("POST", &path, &revoked, Some(&json!({}))).await);
    }
}

#[tokio::test]
async fn a_key_in_the_address_is_refused_before_anything_else() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let refused = office.get(&format!("{EVENTS}?api_key={}", office.key)).await.is(400);
    assert_eq!(refused.text("/error"), "Validation failed");
    assert_eq!(refused.at("/details/0/path"), &json!(["api_key"]));
}

#[tokio::test]
async fn t_14_a_read_only_key_reads_only() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.draft("Show").await;
    let body = json!({ "family": "box_office", "boxOfficeId": office.id, "scopes": ["events:read"] });
    let reader = office.organizer.key(body).await;
    let forbidden = json!({ "error": "Forbidden", "missingScopes": ["events:write"] });
    app.call_x("GET", EVENTS, &reader, None).await.is(200);
    // The scope comes before the body: even what is not JSON is forbidden first.
    let headers = [("x-api-key", reader.as_str()), ("content-type", "application/json")];
    for (method, path) in
        [("POST", EVENTS.to_owned()), ("PATCH", event_path(&id)), ("PATCH", event_path("none"))]
    {
        assert_eq!(app.send(method, &path, &headers, "{").await.is(403).json, forbidden);
    }
    assert_eq!(app.call_x("POST", EVENTS, &reader, Some(&sample())).await.is(403).json, forbidden);
    let body = json!({ "family": "box_office", "boxOfficeId": office.id, "scopes": ["events:write"] });
    let writer = office.organizer.key(body).await;
    let refused = app.call_x("GET", EVENTS, &writer, None).await.is(403);
    assert_eq!(refused.at("/missingScopes"), &json!(["events:read"]));
    app.call_x("POST", EVENTS, &writer, Some(&sample())).await.is(201);
}

#[tokio::test]
async fn t_15_the_sixty_first_request_waits() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let other = office.organizer.box_office_key(&office.id).await;
    for n in 0..60 {
        // What is refused for its contents counts as well.
        let path = if n % 2 == 0 { EVENTS } else { "/api/v1/events?limit=0" };
        office.get(path).await.is(if n % 2 == 0 { 200 } else { 400 });
        app.pass_ms(100);
    }
    let refused = office.get(EVENTS).await.is(429);
    assert_eq!(refused.text("/error"), "Rate limit exceeded. Try again later.");
    let wait: i64 = refused.header("retry-after").parse().expect("whole seconds");
    assert_eq!(refused.at("/retryAfter"), &json!(wait));
    assert_eq!(wait, 54);
    assert_eq!(refused.json.as_object().map(serde_json::Map::len), Some(2));
    app.call_x("GET", EVENTS, &other, None).await.is(200);
    // Neither refusals, preflights nor strangers count.
    office.get(EVENTS).await.is(429);
    app.send("OPTIONS", EVENTS, &[("x-api-key", office.key.as_str())], "").await.is(204);
    app.pass_ms(wait * 1_000);
    office.get(EVENTS).await.is(200);
}

#[tokio::test]
async fn t_16_the_minute_rolls() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let burst = async |count: usize, status: u16| {
        for _ in 0..count {
            office.get(EVENTS).await.is(status);
        }
    };
    burst(30, 200).await;
    app.pass_ms(50_000);
    burst(30, 200).await;
    app.pass_ms(9_000);
    burst(1, 429).await;
    app.pass_ms(2_000);
    burst(30, 200).await;
    let refused = office.get(EVENTS).await.is(429);
    assert_eq!(refused.header("retry-after"), "49");
}

#[tokio::test]
async fn a_key_may_have_a_limit_of_its_own() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = json!({ "family": "box_office", "boxOfficeId": office.id, "rateLimitPerMinute": 2 });
    let key = office.organizer.key(body).await;
    app.call_x("GET", EVENTS, &key, None).await.is(200);
    app.call_x("POST", EVENTS, &key, Some(&json!({}))).await.is(400);
    app.call_x("GET", EVENTS, &key, None).await.is(429);
}

fn has_the_three_headers(answer: &Answer) {
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST, PATCH, OPTIONS"),
        ("access-control-allow-headers", "Content-Type, x-api-key"),
    ] {
        let all: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{name}");
    }
    let count = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).count();
    assert_eq!(count, 3);
}

#[tokio::test]
async fn t_17_every_answer_has_exactly_the_three_cors_headers() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.draft("Show").await;
    let event = event_path(&id);
    let origin = ("origin", "https://shop.example");
    for base in ["", "/box-office"] {
        for path in [
            EVENTS.to_owned(),
            event.clone(),
            format!("{event}/ticket-types"),
            format!("{event}/availability"),
        ] {
            let path = format!("{base}{path}");
            let asks = [origin, ("access-control-request-method", "PATCH")];
            let preflight = app.send("OPTIONS", &path, &asks, "").await.is(204);
            has_the_three_headers(&preflight);
            assert!(preflight.bytes.is_empty());
        }
        let key = ("x-api-key", office.key.as_str());
        for (method, path, headers, status) in [
            ("GET", EVENTS, vec![origin, key], 200),
            ("GET", EVENTS, vec![origin], 401),
            ("GET", "/api/v1/events/none", vec![origin, key], 404),
            ("GET", "/api/v1/nothing", vec![origin, key], 404),
            ("DELETE", "/api/v1/events/none", vec![origin, key], 405),
            ("GET", "/api/v1/events?limit=0", vec![origin, key], 400),
        ] {
            let answer = app.send(method, &format!("{base}{path}"), &headers, "").await.is(status);
            has_the_three_headers(&answer);
            assert_eq!(answer.header("vary"), "Authorization, X-Api-Key");
            assert!(answer.header("cache-control").starts_with("private"));
            assert!(answer.header("x-request-id").starts_with("req_"));
        }
    }
}

#[tokio::test]
async fn a_429_carries_the_cors_headers_too() {
    let app = TestApp::with(&[("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "1")]);
    let office = Office::open(&app, "Pier").await;
    office.get(EVENTS).await.is(200);
    has_the_three_headers(&office.get(EVENTS).await.is(429));
}

#[tokio::test]
async fn every_route_and_method_beside_the_contract_has_the_envelope() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let key = office.key.as_str();
    for (method, path, status, error) in [
        ("DELETE", "/api/v1/events/none", 405, "Method not allowed"),
        ("PUT", "/api/v1/events", 405, "Method not allowed"),
        ("POST", "/api/v1/events/none/availability", 405, "Method not allowed"),
        ("GET", "/api/v1/orders", 404, "Not found"),
        ("GET", "/api/v1/events/none/ticket-types/more", 404, "Not found"),
        ("GET", "/api/v1", 404, "Not found"),
    ] {
        let answer = app.call_x(method, path, key, None).await.is(status);
        assert_eq!(answer.json, json!({ "error": error }), "{method} {path}");
        assert_eq!(status == 405, !answer.header("allow").is_empty());
    }
    let head = app.call_x("HEAD", EVENTS, key, None).await;
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn every_answer_is_of_the_published_shape() {
    let app = TestApp::start();
    let document = app.send("GET", "/openapi/box-office.json", &[], "").await.is(200);
    let paths = document.at("/paths").as_object().expect("paths");
    let mut seen = 0;
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            seen += 1;
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            for status in ["400", "401", "403", "429", "500"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path} {status}");
            }
        }
    }
    assert_eq!(seen, 6);
    // The example of the document is a request that works.
    let office = Office::open(&app, "Pier").await;
    let example = |pointer: &str| {
        document.at(&format!("{pointer}/requestBody/content/application~1json/example")).clone()
    };
    let made = office.post(example("/paths/~1api~1v1~1events/post")).await.is(201);
    let changes = example("/paths/~1api~1v1~1events~1{idOrSlug}/patch");
    let changed = office.patch(made.text("/event/id"), changes).await.is(200);
    assert_eq!(changed.text("/event/slug"), "comedy-night-late-show");
}
