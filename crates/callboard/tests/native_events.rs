//! The native surface's events. Source: native-api.md §1, §5, §8.

mod support;

use serde_json::{Value, json};
use support::TestApp;

#[tokio::test]
async fn smoke() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let made = who
        .post(
            "/v1/events",
            json!({ "title": "Low Tide Quartet", "timezone": "America/New_York",
        "local": { "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "23:00" },
        "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 120 }] }),
        )
        .await
        .is(201);
    println!("{:#} {:?}", made.json, made.headers);
    let bad = who.post("/v1/events", json!({ "title": "", "timezone": "Mars", "x": 1, "slug": null, "performers": [{"role": "x"}], "startsAt": "2026-12-04T20:30:00", "local": {}, "metadata": {"a": 1, "b": "x".repeat(501), "c".repeat(41): "x"}, "classifications": ["A b"], "place": {"country": "XX", "latitude": 91}, "pricing": {"online": 1.5}, "capacity": 0, "ticketTypes": [{"price": "1"}], "venueId": "x" })).await;
    println!("{:#}", bad.json);
    panic!();
}
