//! Holds: kept, released, used, run out.

use serde_json::json;

use super::{Show, fault, ga, refused};
use crate::support::TestApp;

#[tokio::test]
async fn a_hold_keeps_its_tickets_until_it_is_released() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let hold = show.hold(4).await.is(201);
    assert_eq!((hold.text("/status"), hold.text("/expiresAt")), ("active", "2026-11-23T10:01:00Z"));
    assert_eq!(show.stock().await, (0, 4, 1));
    assert_eq!(refused(show.buy(2).await, 409, "sold_out").at("/available"), 1);
    let kind = format!("/v1/ticket-types/{}", show.kind);
    refused(show.who.delete(&kind).await, 409, "ticket_type_has_holds");
    refused(show.who.patch(&kind, json!({ "quantity": 3 })).await, 409, "below_stock");
    let address = format!("/v1/holds/{}", hold.text("/id"));
    show.who.delete(&address).await.is(204);
    show.who.delete(&address).await.is(204);
    assert_eq!(show.stock().await, (0, 0, 5));
    refused(show.claim(hold.text("/id")).await, 409, "hold_ended");
    show.buy(5).await.is(201);
}

#[tokio::test]
async fn an_expired_hold_is_free_stock_at_once() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let event = format!("/v1/events/{}", show.event);
    let hold = show.hold(5).await.is(201);
    assert_eq!(show.who.get(&event).await.at("/soldOut"), &json!(true));
    app.pass_ms(59_999);
    assert_eq!(show.stock().await, (0, 5, 0));
    refused(show.buy(1).await, 409, "sold_out");
    app.pass_ms(1);
    // Nobody has swept: readers see it free all the same.
    assert_eq!(show.stock().await, (0, 0, 5));
    assert_eq!(show.who.get(&event).await.at("/soldOut"), &json!(false));
    assert_eq!(show.who.get(&format!("{event}/availability")).await.at("/available"), &json!(5));
    assert_eq!(show.who.get("/v1/events").await.at("/items/0/ticketTypes/0/available"), &json!(5));
    let expired = refused(show.claim(hold.text("/id")).await, 409, "hold_expired");
    assert_eq!(expired.text("/expiresAt"), "2026-11-23T10:01:00Z");
    show.buy(4).await.is(201);
    assert_eq!(show.stock().await, (4, 0, 1));
}

#[tokio::test]
async fn a_type_whose_holds_ran_out_can_shrink_and_go() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    show.hold(5).await.is(201);
    app.pass_ms(60_000);
    let kind = format!("/v1/ticket-types/{}", show.kind);
    show.who.patch(&kind, json!({ "quantity": 1 })).await.is(200);
    show.hold(1).await.is(201);
    app.pass_ms(60_000);
    show.who.delete(&kind).await.is(204);
}

#[tokio::test]
async fn a_hold_becomes_an_order_once() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let hold = show.hold(3).await.is(201).text("/id").to_owned();
    // The sale closes meanwhile; the hold's right stays.
    let closing = json!({ "saleEndsAt": "2026-11-23T10:00:01Z" });
    show.who.patch(&format!("/v1/ticket-types/{}", show.kind), closing).await.is(200);
    app.pass_ms(2_000);
    refused(show.buy(1).await, 409, "not_on_sale");
    refused(show.hold(1).await, 409, "not_on_sale");
    let order = show.claim(&hold).await.is(201);
    assert_eq!((order.text("/holdId"), order.at("/items/0/quantity")), (hold.as_str(), &json!(3)));
    assert_eq!(show.stock().await, (3, 0, 2));
    refused(show.claim(&hold).await, 409, "hold_ended");
    app.pass_ms(100_000);
    assert_eq!(show.stock().await, (3, 0, 2));
    assert_eq!(fault(show.claim(&show.event).await), ("/holdId".to_owned(), "not_found".to_owned()));
}

#[tokio::test]
async fn the_schema_stops_what_the_guard_would_miss() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    show.buy(3).await.is(201);
    if app.is_shared() {
        // PostgreSQL has the same CHECK from the same text; the store's suite breaks it there.
        return;
    }
    let database = rusqlite::Connection::open(app.data_dir().join("callboard.db")).unwrap();
    for wrong in ["sold = 6", "held = 3", "sold = -1", "held = -1", "quantity = 2"] {
        let refused = database.execute(&format!("UPDATE ticket_type SET {wrong}"), []);
        assert!(refused.unwrap_err().to_string().contains("CHECK"), "{wrong}");
    }
    assert_eq!(show.stock().await, (3, 0, 2));
}
