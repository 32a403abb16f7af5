//! Series through the whole program: made, looked at, edited, ended, and extended as time passes.
//! Source: native-api.md §6.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

#[path = "series/document.rs"]
mod document;
#[path = "series/editing.rs"]
mod editing;
#[path = "series/ending.rs"]
mod ending;
#[path = "series/extending.rs"]
mod extending;
#[path = "series/making.rs"]
mod making;
#[path = "series/narrowed.rs"]
mod narrowed;

use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// Fridays at eight in New York from 4 December 2026; now is Monday, 23 November.
fn fridays() -> Value {
    json!({ "title": "Friday Jazz", "rrule": "FREQ=WEEKLY;BYDAY=FR", "timezone": "America/New_York",
        "startDate": "2026-12-04", "local": { "doors": "19:00", "start": "20:00", "end": "22:30" },
        "event": { "status": "published", "ticketTypes": [{ "name": "GA", "price": 0, "quantity": 20 }] } })
}

/// Fridays with other members.
fn with(members: Value) -> Value {
    let mut body = fridays();
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// A series and who made it.
struct Run<'a> {
    who: Organizer<'a>,
    id: String,
}

impl<'a> Run<'a> {
    async fn of(app: &'a TestApp, body: Value) -> Run<'a> {
        let who = app.organizer("Pier 9").await;
        let id = who.post("/v1/series", body).await.is(201).text("/id").to_owned();
        Run { who, id }
    }

    fn path(&self) -> String {
        format!("/v1/series/{}", self.id)
    }

    async fn get(&self) -> Answer {
        self.who.get(&self.path()).await.is(200)
    }

    async fn edit(&self, body: Value) -> Answer {
        self.who.patch(&self.path(), body).await
    }

    /// Its occurrences by start, all pages.
    async fn events(&self) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                self.who.get(&format!("/v1/events?seriesId={}&limit=200{cursor}", self.id)).await.is(200);
            all.extend(page.at("/items").as_array().unwrap().clone());
            match page.at("/nextCursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// Date and start of its occurrences.
    async fn shows(&self) -> Vec<String> {
        let show = |event: &Value| {
            format!(
                "{} {}",
                event["local"]["date"].as_str().unwrap(),
                event["local"]["start"].as_str().unwrap()
            )
        };
        self.events().await.iter().map(show).collect()
    }

    async fn event_on(&self, date: &str) -> Value {
        let all = self.events().await;
        let found = all.iter().find(|event| event["local"]["date"] == date);
        found.unwrap_or_else(|| panic!("nothing on {date}")).clone()
    }

    /// Sells one ticket of a date.
    async fn sell(&self, date: &str) -> String {
        let event = self.event_on(date).await;
        let body = json!({ "eventId": event["id"], "buyer": { "name": "Ada", "email": "ada@example.org" },
            "items": [{ "ticketTypeId": event["ticketTypes"][0]["id"], "quantity": 1 }],
            "payment": { "method": "free" } });
        self.who.post("/v1/orders", body).await.is(201).text("/id").to_owned()
    }
}

/// The pointers and codes of a 400.
#[track_caller]
fn faults(answer: Answer) -> Vec<(String, String)> {
    let answer = answer.is(400);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = answer.at("/errors").as_array().unwrap();
    all.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
}

#[track_caller]
fn fault(answer: Answer, pointer: &str, code: &str) {
    assert_eq!(faults(answer), [(pointer.to_owned(), code.to_owned())]);
}
