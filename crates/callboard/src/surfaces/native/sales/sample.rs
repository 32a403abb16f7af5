//! The examples of the document.

use serde_json::{Value, json};

const EVENT: &str = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
const TYPE: &str = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6";

pub(super) fn items() -> Value {
    json!([{ "ticketTypeId": TYPE, "quantity": 1 }])
}

pub(super) fn hold() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c0", "eventId": EVENT, "items": items(),
        "expiresAt": "2026-11-23T10:10:00Z", "status": "active",
    })
}

pub(super) fn new_order() -> Value {
    json!({
        "eventId": EVENT, "items": items(),
        "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "payment": { "method": "external", "reference": "pi_3Q1" },
    })
}

fn ticket(checked_in_at: Option<&str>) -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c2", "code": "4XG7K0PZ2M9QF5T1V8WBNC3HJR",
        "orderId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c1", "eventId": EVENT, "ticketTypeId": TYPE,
        "status": "valid", "checkedInAt": checked_in_at,
    })
}

pub(super) fn order() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c1", "number": "ORD-4820175936", "eventId": EVENT,
        "status": "completed", "items": [{ "ticketTypeId": TYPE, "quantity": 1, "price": 1800 }],
        "total": 1800, "currency": "USD", "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "payment": { "method": "external", "reference": "pi_3Q1" }, "holdId": null, "tickets": [ticket(None)],
        "version": 1, "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}

pub(super) fn check_in() -> Value {
    let admitted = ticket(Some("2026-12-05T00:12:00Z"));
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c3", "ticket": admitted, "result": "admitted",
        "first": { "at": "2026-12-05T00:12:00Z", "gate": "North" },
    })
}
