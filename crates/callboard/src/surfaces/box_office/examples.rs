//! The examples of this surface's document: one evening, as it is sent and as it is answered.

use serde_json::{Value, json};

pub(super) fn new_event() -> Value {
    json!({
        "title": "Comedy Night", "startsAt": "2026-12-01T19:00:00Z", "endsAt": "2026-12-01T21:30:00Z",
        "timezone": "America/New_York", "venueName": "Main Room", "city": "New York", "country": "US",
        "currency": "USD", "visibility": "PUBLIC", "category": "COMEDY",
        "ticketTypes": [{ "name": "General Admission", "price": 2500, "quantity": 120 }]
    })
}

pub(super) fn changes() -> Value {
    json!({
        "title": "Comedy Night, late show", "slug": "comedy-night-late-show", "doorsOpen": "2026-12-01T18:30:00Z",
        "addTicketType": { "name": "Front row", "price": 4000, "quantity": 12, "maxPerOrder": 4 }
    })
}

pub(super) fn event() -> Value {
    json!({ "event": one() })
}

/// As it is answered when it was just made: a draft of which nothing is sold.
pub(super) fn draft() -> Value {
    let mut event = one();
    if let Some(members) = event.as_object_mut() {
        members.insert("status".to_owned(), "DRAFT".into());
        let fresh = TicketStock { sold: 0, available: 120, on_sale: false };
        members.insert("ticketTypes".to_owned(), json!([ticket_type(&fresh)]));
    }
    json!({ "event": event })
}

pub(super) fn list() -> Value {
    json!({ "events": [one()], "pagination": { "page": 1, "limit": 20, "total": 1, "totalPages": 1 } })
}

pub(super) fn ticket_types() -> Value {
    json!({ "ticketTypes": [ticket_type(&SELLING)] })
}

pub(super) fn availability() -> Value {
    json!({
        "eventId": EVENT, "slug": "comedy-night", "status": "PUBLISHED", "currency": "USD", "soldOut": false,
        "available": 100, "updatedAt": "2026-11-24T18:20:00Z",
        "ticketTypes": [{
            "id": TICKET_TYPE, "name": "General Admission", "price": 2500, "available": 100, "soldOut": false,
            "onSale": true
        }]
    })
}

const EVENT: &str = "019ab0d2-5a40-7c31-9f0e-6a1f6f3c1d10";
const TICKET_TYPE: &str = "019ab0d2-5a40-7d02-8b44-0c9a5a522f0e";

fn one() -> Value {
    json!({
        "id": EVENT, "slug": "comedy-night", "title": "Comedy Night", "description": null, "status": "PUBLISHED",
        "visibility": "PUBLIC", "category": "COMEDY", "startsAt": "2026-12-01T19:00:00Z",
        "endsAt": "2026-12-01T21:30:00Z", "doorsOpen": null, "timezone": "America/New_York",
        "venueName": "Main Room", "address": null, "city": "New York", "country": "US", "currency": "USD",
        "imageUrl": null, "publicUrl": "https://events.example/e/118/comedy-night", "ticketTypes": [ticket_type(&SELLING)],
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z"
    })
}

struct TicketStock {
    sold: i64,
    available: i64,
    on_sale: bool,
}

const SELLING: TicketStock = TicketStock { sold: 20, available: 100, on_sale: true };

fn ticket_type(stock: &TicketStock) -> Value {
    json!({
        "id": TICKET_TYPE, "name": "General Admission", "description": null, "price": 2500, "currency": "USD",
        "quantity": 120, "sold": stock.sold, "available": stock.available, "saleStartsAt": null, "saleEndsAt": null,
        "minPerOrder": 1, "maxPerOrder": null, "hidden": false, "onSale": stock.on_sale
    })
}
