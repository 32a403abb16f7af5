//! The examples of the document: one series as it is sent and as it is answered.

use serde_json::{Value, json};

pub(super) fn new_series() -> Value {
    json!({
        "title": "Friday Jazz",
        "rrule": "FREQ=WEEKLY;BYDAY=FR",
        "timezone": "America/New_York",
        "startDate": "2026-12-04",
        "local": { "doors": "19:00", "start": "20:00", "end": "22:30" },
        "exDates": ["2026-12-25"],
        "event": {
            "category": "music",
            "place": { "name": "Pier 9", "city": "Boston", "country": "US" },
            "ticketTypes": [{ "name": "General admission", "price": 1800, "quantity": 120 }],
        },
    })
}

pub(super) fn series() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4e0", "title": "Friday Jazz", "rrule": "FREQ=WEEKLY;BYDAY=FR",
        "exDates": ["2026-12-25"], "rDates": [], "timezone": "America/New_York", "startDate": "2026-12-04",
        "local": { "doors": "19:00", "start": "20:00", "end": "22:30" }, "fromDate": null, "untilDate": null,
        "event": event(),
        "earlier": [], "version": 1, "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}

fn event() -> Value {
    json!({
        "status": "draft", "description": null, "notes": null, "booking": "filled", "visibility": "public",
        "category": "music", "classifications": [], "setMinutes": null,
        "venueId": null, "channelId": null, "boxOfficeId": null,
        "place": {
            "name": "Pier 9", "address": null, "city": "Boston", "region": null, "country": "US",
            "placeId": null, "latitude": null, "longitude": null,
        },
        "performers": [], "producerName": null,
        "pricing": { "online": null, "door": null, "doorSeller": null }, "offers": [],
        "links": { "ticketing": null, "facebookEvent": null, "website": null },
        "coverImageId": null, "posterUrl": null, "currency": "USD", "capacity": null,
        "ticketTypes": [{
            "name": "General admission", "description": null, "price": 1800, "quantity": 120,
            "saleStartsAt": null, "saleEndsAt": null, "minPerOrder": 1, "maxPerOrder": null, "hidden": false,
        }],
        "metadata": {},
    })
}

pub(super) fn preview() -> Value {
    json!({
        "items": [{
            "date": "2026-12-04", "local": { "doors": "19:00", "start": "20:00", "end": "22:30" },
            "startsAt": "2026-12-05T01:00:00Z", "note": null,
        }],
        "truncated": true,
    })
}
