//! What the OpenAPI document says of events is what happens.

use callboard::http::{openapi, schema};
use callboard::surfaces::{Name, Surface};
use serde_json::{Value, json};

use crate::made;
use crate::support::TestApp;

const TAGS: [&str; 3] = ["Events", "Ticket types", "Media"];

fn document() -> Value {
    serde_json::to_value(openapi::document(Surface::of(Name::Native), None)).unwrap()
}

/// The operations of events: path, method, and what is said about them.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if TAGS.iter().any(|tag| operation["tags"][0] == *tag) {
                all.push((path.as_str(), method.as_str(), operation));
            }
        }
    }
    all
}

/// The operation's JSON answer with this status: its schema with all components, and its example.
fn answer(document: &Value, operation: &Value, status: &str) -> Option<(Value, Value)> {
    let content = operation["responses"].get(status)?["content"].get("application/json")?;
    let mut whole = content["schema"].clone();
    whole.as_object_mut()?.insert("components".to_owned(), document["components"].clone());
    Some((whole, content["example"].clone()))
}

#[track_caller]
fn fits(schema: &Value, value: &Value, what: &str) {
    if let Err(faults) = schema::check(&schema::compile(schema), value) {
        panic!("{what}: {faults:?} in {value}");
    }
}

#[test]
fn examples_of_answers_fit_their_schemas_and_have_every_member() {
    let document = document();
    let mut seen = 0;
    for (path, method, operation) in operations(&document) {
        for status in ["200", "201"] {
            if let Some((schema, example)) = answer(&document, operation, status) {
                fits(&schema, &example, &format!("{method} {path} {status}"));
                seen += 1;
            }
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[tokio::test]
async fn examples_of_bodies_work_and_their_answers_fit_the_schemas() {
    let (app, document) = (TestApp::start(), document());
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, crate::ticketed("x")).await;
    let kind = event.text("/ticketTypes/0/id");
    for (path, method, operation) in operations(&document) {
        if path == "/v1/media" || path == "/v1/media/{id}" || method == "delete" {
            continue;
        }
        let target = match path.strip_prefix("/v1/events/{idOrSlug}") {
            Some(rest) => format!("{address}{rest}"),
            None => path.replace("{source}", "cms").replace("{id}", kind),
        };
        let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
        let body = (!body.is_null()).then_some(body);
        if path.ends_with("unpublish") {
            who.post(&format!("{address}/publish"), json!({})).await;
        }
        let done = app.call(&method.to_uppercase(), &target, &who.token, body.as_ref()).await;
        if done.status == 409
            && ["archive", "cancel", "publish", "restore", "unpublish"]
                .iter()
                .any(|step| path.ends_with(step))
        {
            continue;
        }
        let (schema, _) = answer(&document, operation, &done.status.to_string())
            .unwrap_or_else(|| panic!("{method} {path}: {} {}", done.status, done.json));
        fits(&schema, &done.json, &format!("{method} {path}"));
    }
}

#[test]
fn every_write_is_repeatable_and_can_be_rehearsed() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let named = |name: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|parameter| parameter["name"] == name)
        };
        let is_write = method != "get";
        assert_eq!(named("Idempotency-Key"), is_write, "{method} {path}");
        assert_eq!(named("dryRun"), is_write, "{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        let is_change = is_write && !["/v1/events", "/v1/media"].contains(&path);
        assert_eq!(named("If-Match"), is_change, "{method} {path}");
    }
}
