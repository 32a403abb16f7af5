//! The request log. Source: design.md §9, promises R28.

use callboard::use_cases::{request_log, sweep};
use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

const DAY_MS: i64 = 86_400_000;

/// A house with a native key, and its owner in a browser.
async fn house(app: &TestApp) -> (Browser<'_>, String) {
    let ada = app.organizer("Harbor Hall").await;
    let key = ada.key(json!({ "family": "native", "scopes": ["events:read"] })).await;
    (signed_in(app).await, key)
}

async fn signed_in(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    browser.open("/login").await;
    browser.send("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]).await.is(200);
    browser
}

/// The first request's page that the list links.
fn first(browser: &Browser<'_>) -> String {
    let (_, rest) = browser.page.split_once("href=\"/dashboard/requests/req_").expect("a request is listed");
    format!("/dashboard/requests/req_{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn what_a_key_asked_for_is_listed_filtered_and_told_without_secrets() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    ada.open("/dashboard/requests").await.is(200).says("As soon as a key asks for something");
    app.get("/v1/events?status=published", &key).await.is(200);
    app.post("/v1/events", &key, json!({ "title": "secret plan" })).await.is(403);
    app.get("/v1/me", "cb_live_unknown").await.is(401);
    request_log::flush(app.app()).await;

    ada.open("/dashboard/requests")
        .await
        .says("GET /v1/events")
        .says("POST /v1/events")
        .is_silent_on("/v1/me");
    ada.open("/dashboard/requests?status=4xx").await.says("POST /v1/events").is_silent_on("GET /v1/events");
    ada.open("/dashboard/requests?path=/v1/ev&status=2xx")
        .await
        .says("GET /v1/events")
        .is_silent_on("POST /v1/events");
    ada.open("/dashboard/requests?path=/v1/orders").await.says("Nothing in the last seven days fits");
    ada.open("/dashboard/requests?keyId=nonsense").await.says("Nothing in the last seven days fits");

    ada.open("/dashboard/requests?status=403").await;
    let path = first(&ada);
    ada.open(&path)
        .await
        .is(200)
        .says("insufficient_scope")
        .says("Bearer $KEY")
        .says("-X POST")
        .is_silent_on(&key)
        .is_silent_on("secret plan");
    ada.open("/dashboard/requests/req_00000000000000000000000000").await.is(404);
}

#[tokio::test]
async fn what_was_refused_to_a_key_and_what_a_session_asked_for_is_there() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    let owner = crate::events::token(&app, "harbor-hall@example.com").await;
    app.get("/v1/organization", &owner).await.is(200);
    app.get("/v1/nothing-like-that", &key).await.is(404);
    // The right key at the wrong door, and after it was revoked.
    assert_eq!(app.get("/api/public/v1/channels", &key).await.status, 401);
    let keys = app.get("/v1/keys", &owner).await.is(200).json;
    let id = keys["items"][0]["id"].as_str().unwrap().to_owned();
    app.post(&format!("/v1/keys/{id}/revoke"), &owner, json!({})).await.is(200);
    app.get("/v1/events", &key).await.is(401);
    // A token that never was ours is nobody's.
    app.get("/v1/venues", "cb_live_unknown").await.is(401);
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await.says("GET /v1/organization").says("Session tokens");
    ada.says("GET /v1/nothing-like-that").says("GET /api/public/v1/channels").is_silent_on("/v1/venues");
    ada.open("/dashboard/requests?status=401&path=/v1/").await.says("GET /v1/events");
    let path = first(&ada);
    ada.open(&path).await.is(200).says("Why it was refused").says(&format!("/dashboard/keys/{id}"));
    ada.is_silent_on(&key);
    let nil = "00000000-0000-0000-0000-000000000000";
    ada.open(&format!("/dashboard/requests?keyId={nil}"))
        .await
        .says("/v1/organization")
        .is_silent_on("GET /v1/events");
    let path = first(&ada);
    ada.open(&path).await.is(200).says("Session tokens").is_silent_on(&owner);
}

#[tokio::test]
async fn another_house_sees_nothing_of_it() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    app.get("/v1/me", &key).await.is(200);
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await;
    let path = first(&ada);
    let mut eve = Browser::signed_up(&app, "Evil Hall").await;
    eve.open("/dashboard/requests").await.says("As soon as a key asks for something");
    eve.open(&path).await.is(404);
}

#[tokio::test]
async fn too_many_at_once_are_answered_counted_and_not_noted() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    // What made the house has its line; the next tick begins with the whole budget.
    request_log::flush(app.app()).await;
    for _ in 0..60 {
        app.get("/v1/me", &key).await.is(200);
    }
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await.says("10 requests came too fast to be noted");
    assert_eq!(ada.page.matches("GET /v1/me").count(), 50);
    // The next tick has room again.
    app.get("/v1/events", &key).await.is(200);
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await.says("GET /v1/events");
}

#[tokio::test]
async fn too_many_refused_at_once_are_counted_too() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    request_log::flush(app.app()).await;
    // The right key at the wrong door: it is known only when the lines are written.
    for _ in 0..13 {
        assert_eq!(app.get("/api/public/v1/channels", &key).await.status, 401);
    }
    ada.open("/dashboard/requests").await.says("3 requests were refused before anybody knew whose they were");
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await;
    assert_eq!(ada.page.matches("GET /api/public/v1/channels").count(), 10);
    // They took no room from those whose key is right.
    ada.is_silent_on("came too fast");
}

#[tokio::test]
async fn lines_go_after_a_week_and_hundreds_go_over_pages() {
    let app = TestApp::start();
    let (mut ada, key) = house(&app).await;
    for _ in 0..3 {
        for _ in 0..45 {
            app.get("/v1/me", &key).await.is(200);
        }
        request_log::flush(app.app()).await;
        app.pass_ms(60_000);
    }
    // The session that made the key asked as well.
    ada.open("/dashboard/requests?path=/v1/me").await.says("rel=\"next\"");
    assert_eq!(ada.page.matches("GET /v1/me").count(), 100);
    let (before, _) = ada.page.split_once("\" rel=\"next\"").unwrap();
    let next = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
    ada.open(&next).await;
    assert_eq!(ada.page.matches("GET /v1/me").count(), 35);

    app.pass_ms(7 * DAY_MS);
    let mut ada = signed_in(&app).await;
    ada.open("/dashboard/requests").await.is_silent_on("GET /v1/me");
    sweep::sweep(app.app()).await;
    let left = app
        .app()
        .store
        .with_old_requests("req_zzz", callboard_core::ids::OrganizationId(uuid::Uuid::nil()))
        .await
        .unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn switched_off_it_notes_nothing() {
    let app = TestApp::with(&[("CALLBOARD_REQUEST_LOG", "false")]);
    let (mut ada, key) = house(&app).await;
    app.get("/v1/me", &key).await.is(200);
    request_log::flush(app.app()).await;
    ada.open("/dashboard/requests").await.says("request_log").is_silent_on("GET /v1/me");
}
