//! Holds, orders, tickets and check-ins of the native surface. Source: native-api.md §7, promises R2.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod support;

#[path = "native_sales/door.rs"]
mod door;
#[path = "native_sales/holds.rs"]
mod holds;
#[path = "native_sales/orders.rs"]
mod orders;
#[path = "native_sales/rush.rs"]
mod rush;
#[path = "native_sales/verify.rs"]
mod verify;

use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// A published event with one ticket type.
struct Show<'a> {
    who: Organizer<'a>,
    event: String,
    kind: String,
}

impl<'a> Show<'a> {
    async fn open(app: &'a TestApp, terms: Value) -> Show<'a> {
        let who = app.organizer("Pier").await;
        Show::by(who, terms).await
    }

    async fn by(who: Organizer<'a>, terms: Value) -> Show<'a> {
        let body = json!({ "title": "Low Tide", "timezone": "UTC", "startsAt": "2026-12-05T01:30:00Z",
            "ticketTypes": [terms] });
        let made = who.post("/v1/events", body).await.is(201);
        let (event, kind) = (made.text("/id").to_owned(), made.text("/ticketTypes/0/id").to_owned());
        who.post(&format!("/v1/events/{event}/publish"), json!({})).await.is(200);
        Show { who, event, kind }
    }

    fn items(&self, quantity: i64) -> Value {
        json!([{ "ticketTypeId": self.kind, "quantity": quantity }])
    }

    fn order(&self, quantity: i64) -> Value {
        json!({ "eventId": self.event, "items": self.items(quantity),
            "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } })
    }

    async fn buy(&self, quantity: i64) -> Answer {
        self.who.post("/v1/orders", self.order(quantity)).await
    }

    async fn hold(&self, quantity: i64) -> Answer {
        let body = json!({ "items": self.items(quantity), "ttlSeconds": 60 });
        self.who.post(&format!("/v1/events/{}/holds", self.event), body).await
    }

    async fn claim(&self, hold: &str) -> Answer {
        let mut body = self.order(1);
        body.as_object_mut().unwrap().remove("items");
        body["holdId"] = json!(hold);
        self.who.post("/v1/orders", body).await
    }

    /// What is sold, held and available.
    async fn stock(&self) -> (i64, i64, i64) {
        self.stock_on(self.who.app).await
    }

    /// The same, as another node sees it.
    async fn stock_on(&self, node: &TestApp) -> (i64, i64, i64) {
        let found = node.get(&format!("/v1/ticket-types/{}", self.kind), &self.who.token).await.is(200);
        let figure = |name: &str| found.at(name).as_i64().unwrap();
        (figure("/sold"), figure("/held"), figure("/available"))
    }

    /// The kinds of changes after a place in the log, in order.
    async fn changes(&self) -> Vec<String> {
        let page = self.who.get("/v1/changes?limit=200").await.is(200);
        let items = page.at("/items").as_array().unwrap();
        items.iter().map(|line| line["type"].as_str().unwrap().to_owned()).collect()
    }
}

fn ga(quantity: i64) -> Value {
    json!({ "name": "General admission", "price": 1800, "quantity": quantity })
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/code"), code, "{}", answer.json);
    answer
}

/// The one fault of a 400 as its pointer and code.
#[track_caller]
fn fault(answer: Answer) -> (String, String) {
    let answer = answer.is(400);
    assert_eq!(answer.at("/errors").as_array().map(Vec::len), Some(1), "{}", answer.json);
    (answer.text("/errors/0/pointer").to_owned(), answer.text("/errors/0/code").to_owned())
}
