//! No key, password or token in plain text: not in the database or its log, not in our own logs at their most verbose.
//! Source: promises R16, R28.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use callboard::front::{Body, Handler, Peer};
use serde_json::json;
use support::TestApp;

/// What was logged, from every thread.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every file below a directory with its bytes.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_secrets_are_nowhere_in_plain_text() {
    let log = Captured::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let app = TestApp::start();
    let password = "planted-password-7f3a9c";
    let body = json!({ "email": "eve@example.com", "password": password, "name": "Eve", "organizationName": "Planted" });
    let headers = [("content-type", "application/json")];
    let made = app.send("POST", "/v1/accounts", &headers, body.to_string()).await.is(201);
    let token = made.text("/session/token").to_owned();
    let us = support::Organizer { app: &app, email: "eve@example.com".to_owned(), token: token.clone() };
    let venue = us.venue("Pier").await;
    let office = us.box_office("Desk").await;
    let mut secrets = vec![password.to_owned(), token];
    for body in [
        json!({ "family": "channel" }),
        json!({ "family": "venue", "venueId": venue }),
        json!({ "family": "box_office", "boxOfficeId": office }),
        json!({ "family": "developer" }),
        json!({ "family": "native", "scopes": ["events:read"] }),
    ] {
        let key = us.mint(body).await;
        let rotated = us
            .post(&format!("/v1/keys/{}/rotate", key.text("/id")), json!({ "graceSeconds": 60 }))
            .await
            .is(201);
        secrets.extend([key.text("/key").to_owned(), rotated.text("/key").to_owned()]);
    }
    let once = json!({ "family": "native", "label": "kept", "scopes": ["events:read"] }).to_string();
    let bearer = format!("Bearer {}", us.token);
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
        ("idempotency-key", "once"),
    ];
    let kept = app.send("POST", "/v1/keys", &headers, once).await.is(201);
    secrets.push(kept.text("/key").to_owned());
    for body in [
        json!({ "email": "eve@example.com", "password": password }),
        json!({ "email": "eve@example.com", "password": "planted-wrong-5d21" }),
    ] {
        app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body.to_string()).await;
    }
    secrets.push("planted-wrong-5d21".to_owned());
    for secret in &secrets {
        app.call("GET", "/v1/me", secret, None).await;
        app.call("GET", "/api/public/v1/channels", secret, None).await;
        app.call_x("GET", "/api/v1/events", secret, None).await;
        app.send("GET", &format!("/v1/me?api_key={secret}"), &[], "").await;
        // As the front door hands it over: this way is logged.
        let peer = Peer { ip: std::net::IpAddr::from([127, 0, 0, 1]), secure: false, operator: false };
        let request = http::Request::get(format!("/v1/me?token={secret}"))
            .header("x-api-key", secret)
            .body(Body::empty());
        app.server.clone().handle(request.unwrap(), peer).await;
    }
    callboard::use_cases::key_uses::flush(app.app(), true).await;

    let stored = match app.is_shared() {
        true => support::postgres::dump(app.database_url()).await,
        false => files(&app.data_dir()),
    };
    assert!(
        app.is_shared()
            || stored.iter().any(|(name, _)| name.ends_with(".db"))
                && stored.iter().any(|(name, _)| name.ends_with("-wal"))
    );
    assert!(stored.iter().any(|(_, bytes)| holds(bytes, "Planted")), "the search itself finds what is there");
    let logged = log.0.lock().unwrap().clone();
    assert!(!logged.is_empty());
    for secret in &secrets {
        for (name, bytes) in &stored {
            assert!(!holds(bytes, secret), "{name} holds a secret in plain text");
        }
        assert!(!holds(&logged, secret), "the log holds a secret: {}", String::from_utf8_lossy(&logged));
    }
}
