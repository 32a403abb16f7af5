//! The examples of the document, invented once.

use serde_json::{Value, json};

const VENUE: &str = "7e1c0a4e-5c1b-4a8e-8f51-3f2b8d0c9a11";

pub(super) fn feed() -> Value {
    json!({ "data": [event()], "meta": { "count": 1, "nextCursor": null, "venueId": VENUE } })
}

pub(super) fn event() -> Value {
    json!({
        "id": "0c9a5a52-2f0e-4d5b-9a5e-6a1f6f3c1d10",
        "date": "2026-12-04",
        "doorsOpenTime": "19:00",
        "setStartTime": "20:30",
        "setEndTime": "23:00",
        "setLengthMinutes": 150,
        "status": "filled",
        "eventName": "Low Tide Quartet",
        "posterUrl": null,
        "producerName": null,
        "notes": "All ages",
        "venue": {
            "id": VENUE,
            "name": "Pier 9",
            "slug": "pier-9",
            "city": "Boston",
            "stateProvince": "MA",
            "country": "US",
            "timezone": "America/New_York",
            "capacity": 220,
        },
        "performers": [{
            "name": "Low Tide Quartet",
            "role": "headliner",
            "bandSlug": "low-tide-quartet",
            "bandBannerUrl": null,
        }],
        "pricing": { "online": "18.00", "door": "22.00", "doorSellerName": null },
        "links": { "ticketing": "https://tickets.example/ltq", "facebookEvent": null, "website": null },
    })
}
