//! T5, T6: what is left, and who is told.

use serde_json::json;

use crate::support::TestApp;
use crate::world::{Office, event_path};

#[tokio::test]
async fn t_19_availability_follows_fifty_buyers_to_zero() {
    let settings = [("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "100000"), ("CALLBOARD_RATE_LIMIT_NATIVE", "100000")];
    let app = TestApp::with(&settings);
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let ticket_type = office.first_type(&id).await;
    let path = format!("{}/availability", event_path(&id));
    let buyers = futures_util::future::join_all((0..50).map(|_| office.buy(&id, &ticket_type, 1)));
    let watcher = async {
        let mut seen = vec![];
        for _ in 0..100 {
            let answer = office.get(&path).await.is(200);
            seen.push(answer.at("/available").as_i64().expect("a number"));
            tokio::task::yield_now().await;
        }
        seen
    };
    let (bought, seen) = tokio::join!(buyers, watcher);
    assert_eq!(bought.iter().filter(|answer| answer.status == 201).count(), 20);
    assert_eq!(bought.iter().filter(|answer| answer.status == 409).count(), 30);
    assert!(seen.iter().all(|left| (0..=20).contains(left)) && seen.is_sorted_by(|a, b| a >= b), "{seen:?}");
    let last = office.get(&path).await.is(200);
    assert_eq!(last.at("/available"), &json!(0));
    assert_eq!((last.at("/soldOut"), last.text("/status")), (&json!(true), "SOLD_OUT"));
    assert_eq!(office.event(&id).await.at("/event/ticketTypes/0/sold"), &json!(20));
    let listed = office.get("/api/v1/events?status=SOLD_OUT").await.is(200);
    assert_eq!(listed.text("/events/0/id"), id);
}

#[tokio::test]
async fn a_status_filter_counts_holds_as_the_status_does() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let ticket_type = office.first_type(&id).await;
    let has = async |status: &str| {
        let listed = office.get(&format!("/api/v1/events?status={status}")).await.is(200);
        listed.at("/events").as_array().is_some_and(|events| !events.is_empty())
    };
    let hold = json!({ "items": [{ "ticketTypeId": ticket_type, "quantity": 20 }], "ttlSeconds": 60 });
    office.organizer.post(&format!("/v1/events/{id}/holds"), hold).await.is(201);
    for (status, wait) in [("SOLD_OUT", 60_000), ("PUBLISHED", 0)] {
        assert_eq!(office.event(&id).await.text("/event/status"), status);
        for filter in ["SOLD_OUT", "PUBLISHED"] {
            assert_eq!(has(filter).await, filter == status, "{filter} while {status}");
        }
        app.pass_ms(wait);
    }
}

#[tokio::test]
async fn t_19_held_tickets_are_not_available() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let ticket_type = office.first_type(&id).await;
    assert!(office.set_stock(&ticket_type, 3, 4).await);
    let answer = office.get(&format!("{}/availability", event_path("show"))).await.is(200);
    let expected = json!({ "eventId": id, "slug": "show", "status": "PUBLISHED", "currency": "USD", "soldOut": false,
        "available": 13, "updatedAt": "2026-11-23T10:00:00Z", "ticketTypes": [{ "id": ticket_type,
        "name": "General Admission", "price": 2500, "available": 13, "soldOut": false, "onSale": true }] });
    assert_eq!(answer.json, expected);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(!answer.header("etag").is_empty());
    let shown = office.event(&id).await;
    assert_eq!(
        (shown.at("/event/ticketTypes/0/sold"), shown.at("/event/ticketTypes/0/available")),
        (&json!(3), &json!(13))
    );
}

#[tokio::test]
async fn t_20_a_hidden_type_is_flagged_here_and_absent_there() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let hidden = json!({ "name": "Friends", "price": 0, "quantity": 9, "hidden": true });
    office.patch(&id, json!({ "addTicketType": hidden })).await.is(200);
    let types = office.get(&format!("{}/ticket-types", event_path(&id))).await.is(200);
    assert_eq!(
        (types.text("/ticketTypes/1/name"), types.at("/ticketTypes/1/hidden")),
        ("Friends", &json!(true))
    );
    let availability = office.get(&format!("{}/availability", event_path(&id))).await.is(200);
    assert_eq!(availability.at("/ticketTypes").as_array().map(Vec::len), Some(1));
    assert_eq!(availability.at("/available"), &json!(20));
    assert!(!String::from_utf8_lossy(&availability.bytes).contains("Friends"));
    // Only hidden stock left: sold out for everybody outside.
    let visible = office.first_type(&id).await;
    assert!(office.set_stock(&visible, 20, 0).await);
    let availability = office.get(&format!("{}/availability", event_path(&id))).await.is(200);
    assert_eq!((availability.at("/soldOut"), availability.at("/available")), (&json!(true), &json!(0)));
}

#[tokio::test]
async fn t_20_a_sale_window_opens_and_closes() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let early = json!({ "name": "Early", "price": 1, "quantity": 9, "saleStartsAt": "2026-11-23T10:01:00Z",
        "saleEndsAt": "2026-11-23T10:02:00Z" });
    office.patch(&id, json!({ "addTicketType": early })).await.is(200);
    for on_sale in [false, true, false] {
        let answer = office.get(&format!("{}/availability", event_path(&id))).await.is(200);
        assert_eq!(answer.at("/ticketTypes/1/onSale"), &json!(on_sale));
        app.pass_ms(60_000);
    }
}
