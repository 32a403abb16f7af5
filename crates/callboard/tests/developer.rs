//! The developer surface as its contract is written. Cases: contracts.md §3.4; each test is named by its case.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use callboard_core::key::KeyHash;
use callboard_core::time::HOUR;
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

const KEYS: &str = "/api/developer/v1/api-keys";

/// Makes a key through E2; the whole answer.
async fn make(organizer: &Organizer<'_>, body: Value) -> Answer {
    organizer.post(KEYS, body).await.is(201)
}

async fn list(organizer: &Organizer<'_>) -> Vec<Value> {
    organizer.get(KEYS).await.is(200).at("/data").as_array().expect("a list").clone()
}

/// Whether a token still opens anything at all.
async fn authenticates(app: &TestApp, token: &str) -> bool {
    let now = app.app().clock.now();
    app.app().store.authenticate(&KeyHash::of(token), now).await.expect("the store answers").is_some()
}

/// An event of the organizer's; its id.
async fn event(organizer: &Organizer<'_>, title: &str) -> String {
    let body = json!({ "title": title, "startsAt": "2026-12-05T01:30:00Z", "timezone": "America/New_York" });
    organizer.post("/v1/events", body).await.is(201).text("/id").to_owned()
}

/// The envelope of every refusal.
#[track_caller]
fn is_refused(answer: Answer, status: u16, code: &str) {
    let answer = answer.is(status);
    assert_eq!(answer.at("/success"), false);
    assert_eq!(answer.text("/error/code"), code);
    assert!(!answer.text("/error/message").is_empty());
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn e_01_a_name_makes_a_key_for_the_organization() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let made = make(&ada, json!({ "name": "Nightly import" })).await;
    assert_eq!(made.at("/success"), true);
    assert_eq!(made.text("/data/name"), "Nightly import");
    assert_eq!(made.at("/data/event_id"), &Value::Null);
    assert_eq!(made.text("/data/created_at"), "2026-11-23T10:00:00Z");
    let secret = made.text("/data/key").strip_prefix("evn_prod_").expect("the published prefix");
    assert!(secret.len() >= 22 && secret.bytes().all(|b| b.is_ascii_alphanumeric()), "{secret}");
    let members: Vec<&String> = made.at("/data").as_object().expect("an object").keys().collect();
    assert_eq!(members, ["created_at", "event_id", "id", "key", "name"]);
    assert_eq!(made.header("cache-control"), "no-store");
    assert!(authenticates(&app, made.text("/data/key")).await);
}

#[tokio::test]
async fn e_02_entries_have_exactly_six_members_and_never_the_key() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let made = make(&ada, json!({ "name": "Nightly import", "event_id": null, "unknown": 1 })).await;
    let (id, key) = (made.text("/data/id"), made.text("/data/key"));
    let expected = json!({ "id": id, "name": "Nightly import", "prefix": "evn_prod_", "event_id": null,
        "created_at": "2026-11-23T10:00:00Z", "last_used_at": null });
    let listed = ada.get(KEYS).await.is(200);
    assert_eq!(listed.json, json!({ "success": true, "data": [expected] }));
    let read = ada.get(&format!("{KEYS}/{id}")).await.is(200);
    assert_eq!(read.json, json!({ "success": true, "data": expected }));
    for answer in [listed, read] {
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!text.contains(key) && !text.contains(&key["evn_prod_".len()..]), "{text}");
    }
}

#[tokio::test]
async fn the_list_is_newest_first_and_holds_the_callers_own_developer_keys_only() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    make(&ada, json!({ "name": "first" })).await;
    app.pass_ms(1_500);
    make(&ada, json!({ "name": "second" })).await;
    ada.channel_key().await;
    let bob = app.organizer("Pier").await;
    make(&bob, json!({ "name": "another's" })).await;
    let names: Vec<Value> = list(&ada).await.iter().map(|entry| entry["name"].clone()).collect();
    assert_eq!(names, ["second", "first"]);
    assert_eq!(list(&ada).await[0]["created_at"], "2026-11-23T10:00:01Z");
}

#[tokio::test]
async fn e_04_a_key_is_bound_to_an_own_event_and_to_no_other() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let bob = app.organizer("Pier").await;
    let (own, foreign) = (event(&ada, "Low Tide").await, event(&bob, "High Tide").await);
    let made = make(&ada, json!({ "name": "bound", "event_id": own })).await;
    assert_eq!(made.text("/data/event_id"), own);
    assert_eq!(list(&ada).await[0]["event_id"], json!(own));
    let unknown = "0c9a5a52-2f0e-4d5b-9a5e-6a1f6f3c1d10";
    let mut bodies = Vec::new();
    for event_id in [foreign.as_str(), unknown] {
        let refused = ada.post(KEYS, json!({ "name": "bound", "event_id": event_id })).await;
        bodies.push(refused.json.clone());
        is_refused(refused, 404, "not_found");
    }
    assert_eq!(bodies[0], bodies[1], "foreign and unknown read alike");
    assert_eq!(list(&ada).await.len(), 1);
}

#[tokio::test]
async fn e_05_only_a_living_session_token_is_let_in() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let made = make(&ada, json!({ "name": "key" })).await;
    let (id, key) = (made.text("/data/id"), made.text("/data/key"));
    let claims = ada.token.split('.').nth(1).expect("three parts");
    // {"typ":"at+jwt","alg":"none"}
    let unsigned = format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{claims}.");
    for (method, target) in [
        ("GET", KEYS.to_owned()),
        ("POST", KEYS.to_owned()),
        ("GET", format!("{KEYS}/{id}")),
        ("DELETE", format!("{KEYS}/{id}")),
    ] {
        let body = json!({ "name": "x" }).to_string();
        is_refused(app.call(method, &target, key, None).await, 401, "unauthorized");
        is_refused(app.call(method, &target, &unsigned, None).await, 401, "unauthorized");
        let none = app.send(method, &target, &[("content-type", "application/json")], body.clone()).await;
        assert_eq!(none.header("www-authenticate"), "Bearer");
        is_refused(none, 401, "unauthorized");
        let elsewhere = [("x-api-key", ada.token.as_str()), ("content-type", "application/json")];
        is_refused(app.send(method, &target, &elsewhere, body.clone()).await, 401, "unauthorized");
    }
    app.pass_ms(13 * HOUR);
    is_refused(ada.get(KEYS).await, 401, "unauthorized");
}

#[tokio::test]
async fn e_06_a_body_without_a_proper_name_or_event_id_is_refused() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": 5 }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": "a\nb" }), "name"),
        (json!({ "name": "key", "event_id": "x" }), "event_id"),
        (json!({ "name": "key", "event_id": 7 }), "event_id"),
    ] {
        let refused = ada.post(KEYS, body.clone()).await;
        assert_eq!(refused.text("/error/details/0/field"), field, "{body}");
        is_refused(refused, 400, "invalid_request");
    }
    for raw in ["", "{", "[]", "\"x\"", "{\"name\":\"a\",\"name\":\"b\"}"] {
        let bearer = format!("Bearer {}", ada.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        is_refused(app.send("POST", KEYS, &headers, raw).await, 400, "invalid_request");
    }
    assert_eq!(list(&ada).await, Vec::<Value>::new());
    make(&ada, json!({ "name": "x".repeat(100) })).await;
}

#[tokio::test]
async fn e_08_a_second_delete_and_another_users_key_are_not_found() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let bob = app.organizer("Pier").await;
    let made = make(&ada, json!({ "name": "short-lived" })).await;
    let (id, key) = (made.text("/data/id"), made.text("/data/key"));
    let others = make(&bob, json!({ "name": "bob's" })).await;
    let foreign = format!("{KEYS}/{}", others.text("/data/id"));
    is_refused(ada.delete(&foreign).await, 404, "not_found");
    is_refused(ada.get(&foreign).await, 404, "not_found");
    assert!(authenticates(&app, others.text("/data/key")).await);
    assert_eq!(list(&bob).await.len(), 1);

    let target = format!("{KEYS}/{id}");
    let deleted = ada.delete(&target).await.is(200);
    assert_eq!(deleted.json, json!({ "success": true, "data": { "id": id, "deleted": true } }));
    assert!(!authenticates(&app, key).await, "it is dead at once");
    assert_eq!(list(&ada).await, Vec::<Value>::new());
    is_refused(ada.delete(&target).await, 404, "not_found");
    is_refused(ada.get(&target).await, 404, "not_found");
    is_refused(ada.delete(&format!("{KEYS}/abc")).await, 404, "not_found");
}

#[tokio::test]
async fn a_key_of_another_family_is_not_found_here() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let channel = ada.mint(json!({ "family": "channel" })).await;
    let target = format!("{KEYS}/{}", channel.text("/id"));
    is_refused(ada.get(&target).await, 404, "not_found");
    is_refused(ada.delete(&target).await, 404, "not_found");
    assert!(authenticates(&app, channel.text("/key")).await);
}

#[tokio::test]
async fn a_member_manages_own_keys_only_and_an_editor_none() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let bob = app.organizer("Pier").await;
    let organization = ada.get("/v1/organization").await.is(200).text("/id").to_owned();
    let member = ada.post("/v1/members", json!({ "email": bob.email, "role": "admin" })).await.is(201);
    let signing_in =
        json!({ "email": bob.email, "password": "correct horse battery", "organizationId": organization });
    let headers = [("content-type", "application/json")];
    let session = app.send("POST", "/v1/sessions", &headers, signing_in.to_string()).await.is(201);
    let admin = Organizer { app: &app, email: bob.email.clone(), token: session.text("/token").to_owned() };
    let made = make(&ada, json!({ "name": "ada's" })).await;
    make(&admin, json!({ "name": "bob's" })).await;
    assert_eq!(list(&admin).await.len(), 1);
    assert_eq!(list(&ada).await.len(), 1);
    let target = format!("{KEYS}/{}", made.text("/data/id"));
    is_refused(admin.get(&target).await, 404, "not_found");
    is_refused(admin.delete(&target).await, 404, "not_found");

    let place = format!("/v1/members/{}", member.text("/id"));
    ada.patch(&place, json!({ "role": "editor" })).await.is(200);
    is_refused(admin.get(KEYS).await, 403, "forbidden");
    is_refused(admin.post(KEYS, json!({ "name": "x" })).await, 403, "forbidden");
}

#[tokio::test]
async fn e_09_no_key_in_plain_text_is_stored_or_logged() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    tracing::info!("the test's own line");

    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let made = make(&ada, json!({ "name": "Nightly import" })).await;
    let key = made.text("/data/key");
    is_refused(app.get(KEYS, key).await, 401, "unauthorized");
    is_refused(ada.get(&format!("{KEYS}?api_key={key}")).await, 400, "invalid_request");
    ada.delete(&format!("{KEYS}/{}", made.text("/data/id"))).await.is(200);

    let body = key.strip_prefix("evn_prod_").expect("the published prefix");
    let logged = lines.0.lock().expect("no writer failed").clone();
    assert!(holds(&logged, b"the test's own line") && !holds(&logged, body.as_bytes()));
    let mut files = Vec::new();
    gather(&app.data_dir(), &mut files);
    if app.is_shared() {
        files.extend(support::postgres::dump(app.database_url()).await);
    }
    let names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
    assert!(
        app.is_shared()
            || names.iter().any(|name| name.ends_with(".db"))
                && names.iter().any(|name| name.ends_with("-wal")),
        "{names:?}"
    );
    for (name, bytes) in &files {
        assert!(!holds(bytes, body.as_bytes()), "{name} holds the key");
    }
    let named = files.iter().filter(|(_, bytes)| holds(bytes, b"Nightly import")).count();
    assert!(named > 0, "the search finds what is stored");
}

#[tokio::test]
async fn keys_are_made_so_often_an_hour_and_no_more() {
    let app = TestApp::with(&[("CALLBOARD_KEY_CREATIONS_PER_HOUR", "2")]);
    let ada = app.organizer("Harbour").await;
    for _ in 0..2 {
        make(&ada, json!({ "name": "key" })).await;
        app.pass_ms(60_000);
    }
    let refused = ada.post(KEYS, json!({ "name": "key" })).await;
    assert_eq!(refused.header("retry-after"), "3480");
    is_refused(refused, 429, "rate_limited");
    ada.get(KEYS).await.is(200);
    app.pass_ms(3_480_000);
    make(&ada, json!({ "name": "key" })).await;
}

#[tokio::test]
async fn unknown_routes_and_methods_answer_in_this_envelope() {
    let app = TestApp::start();
    is_refused(app.get("/api/developer/v1/nothing", "x").await, 404, "not_found");
    let refused = app.call("PATCH", KEYS, "x", None).await;
    assert_eq!(refused.header("allow"), "GET, POST, HEAD");
    is_refused(refused, 405, "method_not_allowed");
    let options = app.send("OPTIONS", KEYS, &[], "").await.is(204);
    assert!(options.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Every file below a directory with its bytes.
fn gather(dir: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
}

/// Log lines, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer failed").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A published event with a ticket type at 18.00; the event's and the type's ids.
async fn selling(organizer: &Organizer<'_>, quantity: i64) -> (String, String) {
    let body = json!({ "title": "Low Tide", "startsAt": "2026-12-05T01:30:00Z", "timezone": "UTC",
        "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": quantity }] });
    let made = organizer.post("/v1/events", body).await.is(201);
    let id = made.text("/id").to_owned();
    organizer.post(&format!("/v1/events/{id}/publish"), json!({})).await.is(200);
    (id, made.text("/ticketTypes/0/id").to_owned())
}

fn person(event: &str, ticket: &str) -> Value {
    json!({ "event_id": event, "ticket_id": ticket, "email": "Ada@Example.com", "first_name": "Ada",
        "last_name": "Lovelace", "quantity": 2 })
}

const REGISTRATION: &str = "/api/developer/v1/registration";

#[tokio::test]
async fn e_03_e_07_a_key_registers_until_it_is_deleted() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let (event, ticket) = selling(&ada, 5).await;
    let made = make(&ada, json!({ "name": "Import" })).await;
    let key = made.text("/data/key");
    let first = app.post(REGISTRATION, key, person(&event, &ticket)).await.is(201);
    assert_eq!(first.at("/success"), true);
    let members: Vec<&String> = first.at("/data").as_object().expect("an object").keys().collect();
    assert_eq!(members, ["attendee_id", "created_at", "event_id", "id", "order_number", "status", "total"]);
    assert!(String::from_utf8_lossy(&first.bytes).contains("\"total\":36.00,"), "{}", first.json);
    assert!(first.text("/data/order_number").starts_with("ORD-"));
    assert_eq!(
        (first.text("/data/status"), first.text("/data/created_at")),
        ("completed", "2026-11-23T10:00:00Z")
    );
    let mut again = person(&event, &ticket);
    (again["email"], again["quantity"]) = (json!("ada@example.com"), json!(1));
    let second = app.post(REGISTRATION, key, again).await.is(201);
    assert_eq!(second.text("/data/attendee_id"), first.text("/data/attendee_id"));
    callboard::use_cases::key_uses::flush(app.app(), true).await;
    assert_ne!(list(&ada).await[0]["last_used_at"], Value::Null);
    is_refused(
        app.post(REGISTRATION, key, {
            let mut body = person(&event, &ticket);
            body["quantity"] = json!(3);
            body
        })
        .await,
        409,
        "sold_out",
    );
    ada.delete(&format!("{KEYS}/{}", made.text("/data/id"))).await.is(200);
    is_refused(app.post(REGISTRATION, key, person(&event, &ticket)).await, 401, "unauthorized");
    is_refused(app.post(REGISTRATION, &ada.token, person(&event, &ticket)).await, 401, "unauthorized");
}

#[tokio::test]
async fn e_10_a_bound_key_is_refused_elsewhere() {
    let app = TestApp::start();
    let ada = app.organizer("Harbour").await;
    let ((event, ticket), (other, others)) = (selling(&ada, 5).await, selling(&ada, 5).await);
    let key = make(&ada, json!({ "name": "One", "event_id": event })).await.text("/data/key").to_owned();
    app.post(REGISTRATION, &key, person(&event, &ticket)).await.is(201);
    is_refused(app.post(REGISTRATION, &key, person(&other, &others)).await, 403, "forbidden");
    let nothing = "01930000-0000-7000-8000-000000000000";
    is_refused(app.post(REGISTRATION, &key, person(nothing, &ticket)).await, 403, "forbidden");
    let whole = make(&ada, json!({ "name": "All" })).await.text("/data/key").to_owned();
    is_refused(app.post(REGISTRATION, &whole, person(nothing, nothing)).await, 404, "not_found");
    let wrong = app.post(REGISTRATION, &whole, person(&event, &others)).await.is(400);
    assert_eq!(wrong.text("/error/details/0/field"), "ticket_id");
    let mut promo = person(&event, &ticket);
    promo["promo_code"] = json!("EARLY");
    is_refused(app.post(REGISTRATION, &whole, promo).await, 400, "invalid_request");
}
