//! The examples of the document: one event as it is sent and as it is answered.

use serde_json::{Value, json};

pub(super) fn new_event() -> Value {
    json!({
        "title": "Low Tide Quartet",
        "timezone": "America/New_York",
        "local": { "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "23:00" },
        "category": "music",
        "place": { "name": "Pier 9", "city": "Boston", "country": "US" },
        "performers": [{ "name": "Low Tide Quartet" }],
        "ticketTypes": [{ "name": "General admission", "price": 1800, "quantity": 120, "maxPerOrder": 10 }],
    })
}

pub(super) fn event() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "number": 118, "slug": "low-tide-quartet",
        "title": "Low Tide Quartet", "description": null, "notes": null,
        "status": "draft", "booking": "filled", "soldOut": false, "over": false,
        "visibility": "public", "category": "music", "classifications": [],
        "timezone": "America/New_York",
        "startsAt": "2026-12-05T01:30:00Z", "endsAt": "2026-12-05T04:00:00Z", "doorsAt": "2026-12-05T00:00:00Z",
        "setMinutes": null,
        "local": { "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "23:00" },
        "timeBasis": "local",
        "venueId": null, "channelId": null, "boxOfficeId": null, "seriesId": null,
        "place": {
            "name": "Pier 9", "address": null, "city": "Boston", "region": null, "country": "US",
            "placeId": null, "latitude": null, "longitude": null,
        },
        "performers": [
            { "name": "Low Tide Quartet", "role": "headliner", "bandSlug": null, "bannerUrl": null },
        ],
        "producerName": null,
        "pricing": { "online": null, "door": null, "doorSeller": null },
        "offers": [],
        "links": { "ticketing": null, "facebookEvent": null, "website": null },
        "coverImageId": null, "posterUrl": null, "currency": "USD", "capacity": null,
        "ticketTypes": [ticket_type()],
        "external": null, "metadata": {},
        "publicUrl": "https://events.example/e/118/low-tide-quartet",
        "version": 1, "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}

pub(in crate::surfaces::native) fn ticket_type() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "eventId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5",
        "name": "General admission", "description": null, "price": 1800, "quantity": 120,
        "saleStartsAt": null, "saleEndsAt": null, "minPerOrder": 1, "maxPerOrder": 10, "hidden": false,
        "sold": 0, "held": 0, "available": 120, "onSale": false,
    })
}
