//! The memory of events: every write of what an event says raises its version, and no more is kept than is allowed.

use serde_json::{Value, json};

use super::{Asker, GENEROUS, House, asks};
use crate::support::TestApp;

/// Nothing is rendered beforehand, so that every answer comes from rows or from known events.
fn knowing(most: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut settings = GENEROUS.to_vec();
    settings.extend([("CALLBOARD_RENDERED_MAX_BYTES", "0"), ("CALLBOARD_KNOWN_EVENTS_MAX_BYTES", most)]);
    settings
}

/// What an event says besides its stock, which is live and belongs to no version.
fn said(event: &Value) -> Value {
    let mut said = event.clone();
    for kind in said["ticketTypes"].as_array_mut().unwrap() {
        for stock in ["sold", "held", "available", "isSoldOut", "onSale", "isOnSale", "status"] {
            kind.as_object_mut().unwrap().remove(stock);
        }
    }
    for stock in ["status", "isSoldOut", "soldOut"] {
        said.as_object_mut().unwrap().remove(stock);
    }
    said
}

#[tokio::test]
async fn every_write_of_what_an_event_says_raises_its_version() {
    let app = TestApp::with(&knowing("16777216"));
    let plain = app.twin(&knowing("0"));
    let house = House::found(&app, "Pier").await;
    let types =
        json!([{ "name": "A", "price": 100, "quantity": 5 }, { "name": "B", "price": 200, "quantity": 5 }]);
    let (id, kinds) = house.show("Low Tide", json!({ "startsAt": "2026-12-05T01:30:00Z" }), types).await;
    let (event, kind) = (format!("/v1/events/{id}"), format!("/v1/ticket-types/{}", kinds[0]));
    let order = json!({ "eventId": id, "items": [{ "ticketTypeId": kinds[0], "quantity": 1 }],
        "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } });
    let hold = json!({ "items": [{ "ticketTypeId": kinds[1], "quantity": 1 }], "ttlSeconds": 60 });
    let writes = [
        (
            "PATCH",
            event.clone(),
            json!({ "title": "High Tide", "description": "Late", "notes": "Bring a coat" }),
        ),
        ("PATCH", event.clone(), json!({ "externalSource": "calendar", "externalId": "7" })),
        ("PATCH", event.clone(), json!({ "metadata": { "colour": "blue" } })),
        ("PATCH", event.clone(), json!({ "startsAt": "2026-12-06T01:30:00Z" })),
        ("PATCH", event.clone(), json!({ "performers": [{ "name": "Ebb", "role": "headliner" }] })),
        ("POST", format!("{event}/ticket-types"), json!({ "name": "C", "price": 1, "quantity": 1 })),
        ("PATCH", kind.clone(), json!({ "quantity": 9 })),
        ("PATCH", kind.clone(), json!({ "name": "Gold", "price": 900, "hidden": true })),
        ("POST", "/v1/orders".to_owned(), order),
        ("POST", format!("{event}/holds"), hold),
        ("PATCH", format!("/v1/venues/{}", house.venue), json!({ "timezone": "Asia/Kathmandu" })),
        ("POST", format!("{event}/cancel"), json!({})),
        ("POST", format!("{event}/archive"), json!({})),
        ("POST", format!("{event}/unarchive"), json!({})),
    ];
    let question = asks(Asker::Native, event);
    let mut before = house.ask(&plain, &question).await.is(200).json;
    let (mut raised, mut accepted) = (0, 0);
    for (method, target, body) in writes {
        let answer = match method {
            "PATCH" => house.who.patch(&target, body).await,
            _ => house.who.post(&target, body).await,
        };
        accepted += u32::from(answer.status < 300);
        let fresh = house.ask(&plain, &question).await.is(200).json;
        assert_eq!(house.ask(&app, &question).await.is(200).json, fresh, "{method} {target}");
        let (was, is) = (before["version"].as_i64().unwrap(), fresh["version"].as_i64().unwrap());
        assert!(is > was || said(&fresh) == said(&before), "{method} {target}: {before} {fresh}");
        raised += u32::from(is > was);
        before = fresh;
    }
    assert!(accepted >= 11 && raised >= 9, "{accepted} were accepted, {raised} raised the version");
}

#[tokio::test]
async fn no_more_bytes_of_events_are_kept_than_the_setting_says() {
    let app = TestApp::with(&knowing("60000"));
    let house = House::found(&app, "Pier").await;
    for n in 0..60 {
        house.show(&format!("Tide {n}"), json!({ "startsAt": "2026-12-05T01:30:00Z" }), json!([])).await;
    }
    let list = asks(Asker::BoxOffice, "/api/v1/events?limit=100");
    for _ in 0..3 {
        let answer = house.ask(&app, &list).await.is(200);
        assert_eq!(answer.at("/events").as_array().unwrap().len(), 60);
    }
    let kept = app.app().store.known_events_bytes();
    assert!((10_000..=60_000).contains(&kept), "{kept}");
}
