//! The bodies that the document shows; the tests replay the requests.

use serde_json::{Value, json};

/// The smallest event.
pub(super) fn minimal() -> Value {
    json!({ "channelId": 1, "title": "Low Tide Quartet", "startAt": "2026-12-04T20:30:00-05:00",
        "timezone": "America/New_York", "classifications": ["music"],
        "approxLocation": { "city": { "placeId": "plc-bos", "name": "Boston", "countryCode": "US" } } })
}

/// The event of [`minimal`] after it was made and published.
pub(super) fn event() -> Value {
    json!({ "doc": doc() })
}

pub(super) fn doc() -> Value {
    json!({ "id": 118, "channelId": 1, "title": "Low Tide Quartet", "slug": "low-tide-quartet",
        "status": "published", "startAt": "2026-12-04T20:30:00-05:00", "endAt": "2026-12-04T23:00:00-05:00",
        "timezone": "America/New_York", "classifications": ["music"],
        "approxLocation": { "city": { "placeId": "plc-bos", "name": "Boston", "countryCode": "US" } },
        "locationName": "Pier 9", "location": null, "description": null, "coverImage": null, "capacity": null,
        "attendanceMode": "in_person", "audience": null,
        "offers": [{ "name": "Door", "url": "https://tickets.example/ltq", "availability": "available" }],
        "url": "https://events.example/e/118/low-tide-quartet",
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z" })
}
