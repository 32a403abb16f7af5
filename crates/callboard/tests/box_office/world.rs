//! A box office with its key, and what tests do to its events behind the surface's back.

use callboard_core::event::Transition;
use callboard_core::key::KeyHash;
use callboard_store::events::{EventRef, MoveEvent, SetStock};
use callboard_store::{Context, Tenant};
use serde_json::{Value, json};

use crate::support::{Answer, Organizer, TestApp};

pub(crate) const EVENTS: &str = "/api/v1/events";

/// An organizer's box office and a key of it that may read and write.
pub(crate) struct Office<'a> {
    pub(crate) organizer: Organizer<'a>,
    pub(crate) id: String,
    pub(crate) key: String,
}

impl<'a> Office<'a> {
    pub(crate) async fn open(app: &'a TestApp, name: &str) -> Office<'a> {
        let organizer = app.organizer(name).await;
        let id = organizer.box_office(name).await;
        let key = organizer.box_office_key(&id).await;
        Office { organizer, id, key }
    }

    pub(crate) fn app(&self) -> &'a TestApp {
        self.organizer.app
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.app().call_x("GET", path, &self.key, None).await
    }
    pub(crate) async fn post(&self, body: Value) -> Answer {
        self.app().call_x("POST", EVENTS, &self.key, Some(&body)).await
    }
    pub(crate) async fn patch(&self, id: &str, body: Value) -> Answer {
        self.app().call_x("PATCH", &event_path(id), &self.key, Some(&body)).await
    }
    pub(crate) async fn event(&self, id: &str) -> Answer {
        self.get(&event_path(id)).await
    }

    /// A draft on 1 December 2026, 19:00 UTC, with 20 tickets; its id.
    pub(crate) async fn draft(&self, title: &str) -> String {
        let body = json!({ "title": title, "startsAt": "2026-12-01T19:00:00Z",
            "ticketTypes": [{ "name": "General Admission", "price": 2500, "quantity": 20 }] });
        self.post(body).await.is(201).text("/event/id").to_owned()
    }
    /// As [`Office::draft`], published.
    pub(crate) async fn published(&self, title: &str) -> String {
        let id = self.draft(title).await;
        self.step(&id, Transition::Publish).await;
        id
    }
    pub(crate) async fn first_type(&self, id: &str) -> String {
        self.event(id).await.is(200).text("/event/ticketTypes/0/id").to_owned()
    }

    /// What this key reaches.
    pub(crate) async fn tenant(&self) -> Tenant {
        let app = self.app().app();
        let found = app.store.authenticate(&KeyHash::of(&self.key), app.clock.now()).await;
        found.expect("the store answers").expect("the key is known").tenant
    }
    /// Publishing and cancelling are not part of the surface.
    pub(crate) async fn step(&self, id: &str, step: Transition) {
        let event = EventRef::parse(id).expect("an id");
        let command = MoveEvent { tenant: self.tenant().await, event, step, if_match: None };
        self.app().app().store.write(self.context(), command).await.expect("the step is allowed");
    }
    /// Sets what is sold and held; whether the stock allows it.
    pub(crate) async fn set_stock(&self, ticket_type: &str, sold: i64, held: i64) -> bool {
        let ticket_type = ticket_type.parse().expect("an id");
        let command = SetStock { tenant: self.tenant().await, ticket_type, sold, held };
        self.app().app().store.write(self.context(), command).await.is_ok()
    }
    /// Buys through the native surface, as the organizer: selling is not part of this one.
    pub(crate) async fn buy(&self, event: &str, ticket_type: &str, quantity: i64) -> Answer {
        let body = json!({ "eventId": event, "items": [{ "ticketTypeId": ticket_type, "quantity": quantity }],
            "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } });
        self.organizer.post("/v1/orders", body).await
    }
    fn context(&self) -> Context {
        let app = self.app().app();
        Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: "test".to_owned() }
    }
}

pub(crate) fn event_path(id: &str) -> String {
    format!("{EVENTS}/{id}")
}

/// The published sample of a new event. Source: contracts.md §4.7 (T-04).
pub(crate) fn sample() -> Value {
    json!({ "title": "Comedy Night", "startsAt": "2026-09-01T19:00:00Z", "timezone": "America/New_York",
        "venueName": "Main Room", "city": "New York", "country": "US", "currency": "USD", "visibility": "PUBLIC",
        "category": "COMEDY", "ticketTypes": [{ "name": "General Admission", "price": 2500, "quantity": 120 }] })
}

/// The ids of a list, in its order.
pub(crate) fn ids(list: &Answer) -> Vec<String> {
    let events = list.at("/events").as_array().expect("a list").iter();
    events.map(|event| event["id"].as_str().expect("an id").to_owned()).collect()
}
