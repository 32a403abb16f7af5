//! The change feed, the audit log and how both end. Source: native-api.md §8; promises rule 21.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

#[path = "changes/audit.rs"]
mod audit;
#[path = "changes/consumer.rs"]
mod consumer;
#[path = "changes/reading.rs"]
mod reading;
#[path = "changes/writes.rs"]
mod writes;

use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

const DAY_MS: i64 = 86_400_000;

fn show(title: &str) -> Value {
    json!({ "title": title, "timezone": "America/New_York", "startsAt": "2027-02-05T01:30:00Z" })
}

/// The feed's newest number, page by page from the beginning.
async fn newest(who: &Organizer<'_>) -> i64 {
    let mut after = 0;
    loop {
        let page = who.get(&format!("/v1/changes?after={after}&limit=200")).await.is(200);
        let next = page.at("/nextAfter").as_i64().unwrap();
        if next == after {
            return after;
        }
        after = next;
    }
}

/// Signs in again, which a clock that moved on makes necessary.
async fn again<'a>(app: &'a TestApp, who: &Organizer<'_>) -> Organizer<'a> {
    let body = json!({ "email": who.email, "password": "correct horse battery" });
    let headers = [("content-type", "application/json")];
    let made = app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201);
    Organizer { app, email: who.email.clone(), token: made.text("/token").to_owned() }
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.at("/items").as_array().unwrap().clone()
}
