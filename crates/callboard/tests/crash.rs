//! The program dies in the middle of its work, or its disk stops taking data: what was answered stays, what
//! was not ends in exactly one thing when it is asked for again. Source: promises R3 and R4.
//!
//! `CALLBOARD_TEST_FULL=1` kills it 200 times instead of 10.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a failing test may panic anywhere and watches a real clock"
)]

mod binary;

#[path = "crash/kills.rs"]
mod kills;
#[path = "crash/sync.rs"]
mod sync;
#[path = "crash/writer.rs"]
mod writer;

use binary::{Home, Process};
use serde_json::{Value, json};
use writer::Desk;

/// A home whose server counts nobody's requests.
fn home() -> Home {
    Home::new()
        .setting("CALLBOARD_RATE_LIMIT_PER_IP", "0")
        .setting("CALLBOARD_RATE_LIMIT_NATIVE", "100000000")
}

/// Signs up and publishes an event with more tickets than anybody will buy.
fn open(server: &Process) -> Desk {
    let body = json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada",
        "organizationName": "Pier" });
    let mut desk = Desk::default();
    let account = desk.sure(server, "POST", "/v1/accounts", &body, 201);
    desk.token = text(&account, "/session/token");
    let body = json!({ "title": "Low Tide", "timezone": "UTC", "startsAt": "2099-12-05T01:30:00Z",
        "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 1_000_000 }] });
    let event = desk.sure(server, "POST", "/v1/events", &body, 201);
    desk.event = text(&event, "/id");
    desk.kind = text(&event, "/ticketTypes/0/id");
    desk.sure(server, "POST", &format!("/v1/events/{}/publish", desk.event), &json!({}), 200);
    desk
}

fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}

/// The ledger is as the tickets say.
fn verify(home: &Home) {
    let done = home.run(&["verify"]);
    assert!(done.status.success(), "{}", done.stderr);
}
