//! The native surface's events. Source: native-api.md §1, §5, §8; contracts.md §6, §7.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

#[path = "native_events/change.rs"]
mod change;
#[path = "native_events/create.rs"]
mod create;
#[path = "native_events/document.rs"]
mod document;
#[path = "native_events/life.rs"]
mod life;
#[path = "native_events/list.rs"]
mod list;
#[path = "native_events/media.rs"]
mod media;
#[path = "native_events/put.rs"]
mod put;
#[path = "native_events/reach.rs"]
mod reach;
#[path = "native_events/tickets.rs"]
mod tickets;

use callboard_core::ids::{OrganizationId, TicketTypeId};
use callboard_store::events::SetStock;
use callboard_store::{Context, Tenant};
use serde_json::{Value, json};
use support::{Answer, Organizer};

/// A show on 4 December 2026 in New York, 20:30 local.
fn show(title: &str) -> Value {
    json!({ "title": title, "timezone": "America/New_York", "startsAt": "2026-12-05T01:30:00Z" })
}

/// The same with 120 tickets at 18.00.
fn ticketed(title: &str) -> Value {
    let mut body = show(title);
    body["ticketTypes"] = json!([{ "name": "General admission", "price": 1800, "quantity": 120 }]);
    body
}

/// A made event's address.
async fn made(who: &Organizer<'_>, body: Value) -> (Answer, String) {
    let answer = who.post("/v1/events", body).await.is(201);
    let address = format!("/v1/events/{}", answer.text("/id"));
    (answer, address)
}

/// All faults of a 400 as `(pointer, code)`, sorted.
#[track_caller]
fn faults(answer: Answer) -> Vec<(String, String)> {
    let answer = answer.is(400);
    assert_eq!(answer.text("/code"), "validation_failed");
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let errors = answer.at("/errors").as_array().unwrap();
    let mut all: Vec<_> = errors.iter().map(|one| (text(one, "pointer"), text(one, "code"))).collect();
    all.sort();
    all
}

#[track_caller]
fn has_fault(answer: Answer, pointer: &str, code: &str) {
    let all = faults(answer);
    assert!(all.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {code} not in {all:?}");
}

/// A refusal's code, after its status.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/code"), code, "{}", answer.json);
    answer
}

/// Sends with more headers.
async fn send(who: &Organizer<'_>, method: &str, target: &str, more: &[(&str, &str)], body: Value) -> Answer {
    let bearer = format!("Bearer {}", who.token);
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend_from_slice(more);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    who.app.send(method, target, &headers, body).await
}

async fn operator(who: &Organizer<'_>) -> Tenant {
    let id: OrganizationId = who.get("/v1/organization").await.is(200).text("/id").parse().unwrap();
    who.app.app().store.operator(id).await.unwrap().unwrap()
}

/// Sets how many tickets of a type count as sold and held.
async fn stock(who: &Organizer<'_>, ticket_type: &str, sold: i64, held: i64) {
    let ticket_type: TicketTypeId = ticket_type.parse().unwrap();
    let app = who.app.app();
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: "test".to_owned() };
    let command = SetStock { tenant: operator(who).await, ticket_type, sold, held };
    app.store.write(context, command).await.unwrap();
}

/// The items of a list.
#[track_caller]
fn items(answer: &Answer) -> &Vec<Value> {
    answer.at("/items").as_array().unwrap()
}
