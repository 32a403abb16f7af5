//! What the clock alone changes is changed at its very millisecond.

use serde_json::json;

use super::{Asker, GENEROUS, House, asks, is_kept};
use crate::support::{Answer, NOW, TestApp};
use callboard_core::time::Timestamp;

const SECOND: i64 = 1_000;

fn text(seconds: i64) -> String {
    Timestamp::parse(NOW).unwrap().plus_millis(seconds * SECOND).to_utc_text()
}

/// Asks twice: the second answer must be the first one's bytes.
async fn kept(house: &House<'_>, app: &TestApp, asker: Asker, target: &str) -> Answer {
    let question = asks(asker, target);
    let first = house.ask(app, &question).await.is(200);
    let second = house.ask(app, &question).await.is(200);
    assert!(is_kept(&first, &second), "{target} was rendered twice");
    second
}

#[tokio::test]
async fn an_event_is_over_the_millisecond_after_its_end() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    let times = json!({ "startsAt": text(10), "endsAt": text(60) });
    let (id, _) = house.show("Low Tide", times, json!([])).await;
    let all = "/api/v1/events";
    let (published, completed) = ("/api/v1/events?status=PUBLISHED", "/api/v1/events?status=COMPLETED");
    let live = "/api/v1/events?liveOnly=true";
    for (passes, word, left) in [(60 * SECOND, "PUBLISHED", 1), (1, "COMPLETED", 0)] {
        for target in [all, published, completed, live] {
            house.ask(&app, &asks(Asker::BoxOffice, target)).await.is(200);
        }
        kept(&house, &app, Asker::Native, &format!("/v1/events/{id}")).await;
        app.pass_ms(passes);
        assert_eq!(kept(&house, &app, Asker::BoxOffice, all).await.text("/events/0/status"), word);
        let total = |answer: &Answer| answer.at("/pagination/total").as_i64().unwrap();
        assert_eq!(total(&kept(&house, &app, Asker::BoxOffice, published).await), left);
        assert_eq!(total(&kept(&house, &app, Asker::BoxOffice, live).await), left);
        assert_eq!(total(&kept(&house, &app, Asker::BoxOffice, completed).await), 1 - left);
        let over = kept(&house, &app, Asker::Native, &format!("/v1/events/{id}")).await;
        assert_eq!(over.at("/over"), &json!(left == 0));
    }
}

#[tokio::test]
async fn a_sale_opens_and_closes_on_time() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    let types = json!([{ "name": "GA", "price": 100, "quantity": 5, "saleStartsAt": text(10), "saleEndsAt": text(20) }]);
    let (id, types) = house.show("Low Tide", json!({ "startsAt": text(3_600) }), types).await;
    let number = house.who.get(&format!("/v1/events/{id}")).await.at("/number").clone();
    let on_sale: [(Asker, String, &str); 7] = [
        (Asker::BoxOffice, format!("/api/v1/events/{id}"), "/event/ticketTypes/0/onSale"),
        (Asker::BoxOffice, format!("/api/v1/events/{id}/availability"), "/ticketTypes/0/onSale"),
        (Asker::BoxOffice, format!("/api/v1/events/{id}/ticket-types"), "/ticketTypes/0/onSale"),
        (Asker::Native, format!("/v1/events/{id}/availability"), "/ticketTypes/0/onSale"),
        (Asker::Native, "/v1/events".to_owned(), "/items/0/ticketTypes/0/onSale"),
        (Asker::Native, format!("/v1/ticket-types/{}", types[0]), "/onSale"),
        (Asker::Channel, format!("/api/public/v1/events/{number}"), "/doc/offers/0/availability"),
    ];
    for (passes, is_open) in [(10 * SECOND - 1, false), (1, true), (10 * SECOND - 1, true), (1, false)] {
        app.pass_ms(passes);
        for (asker, target, pointer) in &on_sale {
            let found = kept(&house, &app, *asker, target).await;
            let open = [json!(true), json!("available")].contains(found.at(pointer));
            assert_eq!(open, is_open, "{target} {}", found.json);
        }
    }
}

#[tokio::test]
async fn a_hold_is_free_stock_at_the_instant_at_which_it_runs_out() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    let types = json!([{ "name": "GA", "price": 100, "quantity": 2 }]);
    let (id, types) = house.show("Low Tide", json!({ "startsAt": text(3_600) }), types).await;
    let body = json!({ "items": [{ "ticketTypeId": types[0], "quantity": 2 }], "ttlSeconds": 60 });
    house.who.post(&format!("/v1/events/{id}/holds"), body).await.is(201);
    let left = format!("/api/v1/events/{id}/availability");
    for (passes, status, available) in [(60 * SECOND - 1, "SOLD_OUT", 0), (1, "PUBLISHED", 2)] {
        for status in ["SOLD_OUT", "PUBLISHED"] {
            kept(&house, &app, Asker::BoxOffice, &format!("/api/v1/events?status={status}")).await;
        }
        kept(&house, &app, Asker::BoxOffice, &left).await;
        app.pass_ms(passes);
        assert_eq!(kept(&house, &app, Asker::BoxOffice, &left).await.at("/available"), &json!(available));
        for listed in ["SOLD_OUT", "PUBLISHED"] {
            let found =
                kept(&house, &app, Asker::BoxOffice, &format!("/api/v1/events?status={listed}")).await;
            assert_eq!(found.at("/pagination/total"), &json!(i64::from(listed == status)), "{listed}");
        }
    }
}

#[tokio::test]
async fn the_feeds_window_moves_at_midnight_in_utc() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    // 22 November at the venue in New York is long over; the window begins with the 23rd.
    house.show("Tonight", json!({ "startsAt": "2026-11-23T20:00:00Z" }), json!([])).await;
    let count = |answer: &Answer| answer.at("/meta/count").clone();
    let feed = "/api/v1/events";
    let fixed = "/api/v1/events?from=2026-11-01&to=2026-12-01";
    let to_midnight = 14 * 3_600 * SECOND;
    for (passes, shown) in [(0, 1), (to_midnight - 1, 1), (1, 0)] {
        let before = kept(&house, &app, Asker::Venue, fixed).await;
        app.pass_ms(passes);
        assert_eq!(count(&kept(&house, &app, Asker::Venue, feed).await), json!(shown));
        // Whoever names both ends is not moved.
        let after = house.ask(&app, &asks(Asker::Venue, fixed)).await.is(200);
        assert!(is_kept(&before, &after) && count(&after) == 1);
    }
}
