//! Orders: placed, listed, ended.

use serde_json::{Value, json};

use super::{Show, fault, ga, refused};
use crate::support::TestApp;

#[tokio::test]
async fn an_order_is_placed_read_and_listed() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(20)).await;
    let made = show.buy(2).await.is(201);
    let number = made.text("/number").strip_prefix("ORD-").unwrap();
    assert!(number.len() == 10 && number.bytes().all(|b| b.is_ascii_digit()), "{number}");
    assert_eq!(
        (made.text("/status"), made.at("/total"), made.text("/currency")),
        ("completed", &json!(3600), "USD")
    );
    assert_eq!(made.at("/warnings"), &json!([]));
    let tickets = made.at("/tickets").as_array().unwrap();
    assert_eq!(tickets.len(), 2);
    assert_ne!(tickets[0]["code"], tickets[1]["code"]);
    let address = format!("/v1/orders/{}", made.text("/id"));
    assert_eq!(made.header("location"), address);
    let read = show.who.get(&address).await.is(200);
    assert_eq!((read.text("/id"), read.at("/tickets")), (made.text("/id"), made.at("/tickets")));
    app.pass_ms(1);
    let second = show.buy(1).await.is(201);
    let listed = show.who.get("/v1/orders?limit=1").await.is(200);
    assert_eq!(listed.text("/items/0/id"), second.text("/id"));
    let next = format!("/v1/orders?limit=1&eventId={}&cursor={}", show.event, listed.text("/nextCursor"));
    let rest = show.who.get(&next).await.is(200);
    assert_eq!((rest.text("/items/0/id"), rest.at("/nextCursor")), (made.text("/id"), &Value::Null));
    assert_eq!(show.stock().await, (3, 0, 17));
    let told = show.changes().await;
    assert_eq!(told.iter().filter(|kind| *kind == "order.created").count(), 2);
    assert_eq!(told.iter().filter(|kind| *kind == "availability.changed").count(), 2);
}

#[tokio::test]
async fn a_repeated_order_is_placed_once_also_when_it_is_refused() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(3)).await;
    let bearer = format!("Bearer {}", show.who.token);
    let headers = |key| {
        [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", key)]
    };
    let send =
        async |key, n: i64| app.send("POST", "/v1/orders", &headers(key), show.order(n).to_string()).await;
    let first = send("k", 2).await.is(201);
    let again = send("k", 2).await.is(201);
    assert_eq!((again.header("idempotent-replayed"), &again.bytes), ("true", &first.bytes));
    let out = refused(send("l", 2).await, 409, "sold_out");
    assert_eq!(out.at("/available"), &json!(1));
    show.who.post(&format!("/v1/orders/{}/cancel", first.text("/id")), json!({})).await.is(200);
    // The refusal is kept: the same key gets the same answer, a fresh one buys.
    assert_eq!(refused(send("l", 2).await, 409, "sold_out").bytes, out.bytes);
    send("m", 3).await.is(201);
    assert_eq!(show.stock().await, (3, 0, 0));
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused() {
    let app = TestApp::start();
    let terms = json!({ "name": "GA", "price": 1800, "quantity": 20, "minPerOrder": 2, "maxPerOrder": 4,
        "saleEndsAt": "2026-11-23T11:00:00Z" });
    let show = Show::open(&app, terms).await;
    let at = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(fault(show.buy(5).await), at("/items/0/quantity", "too_big"));
    assert_eq!(fault(show.buy(1).await), at("/items/0/quantity", "too_small"));
    let with = async |member: &str, value: Value| {
        let mut body = show.order(2);
        body[member] = value;
        fault(show.who.post("/v1/orders", body).await)
    };
    let free = json!({ "method": "free" });
    assert_eq!(with("payment", free).await, at("/payment/method", "invalid_value"));
    assert_eq!(with("payment", json!({ "method": "external" })).await, at("/payment/reference", "required"));
    assert_eq!(
        with("buyer", json!({ "name": "A", "email": "x" })).await,
        at("/buyer/email", "invalid_format")
    );
    let twice =
        json!([{ "ticketTypeId": show.kind, "quantity": 2 }, { "ticketTypeId": show.kind, "quantity": 2 }]);
    assert_eq!(with("items", twice).await, at("/items/1/ticketTypeId", "duplicate_member"));
    assert_eq!(with("holdId", json!(show.event)).await, at("/holdId", "conflict"));
    assert_eq!(with("eventId", json!(show.kind)).await, at("/eventId", "not_found"));
    let nothing = json!([{ "ticketTypeId": show.event, "quantity": 2 }]);
    assert_eq!(with("items", nothing).await, at("/items/0/ticketTypeId", "not_found"));
    // The window closes, then the event is cancelled: orders stay.
    let kept = show.buy(2).await.is(201);
    app.pass_ms(3_600_000);
    let closed = refused(show.buy(2).await, 409, "not_on_sale");
    assert_eq!(closed.text("/saleEndsAt"), "2026-11-23T11:00:00Z");
    let event = format!("/v1/events/{}", show.event);
    refused(show.who.post(&format!("{event}/unpublish"), json!({})).await, 409, "has_sales");
    refused(show.who.delete(&event).await, 409, "has_sales");
    show.who.patch(&format!("/v1/ticket-types/{}", show.kind), json!({ "saleEndsAt": null })).await.is(200);
    show.who.post(&format!("{event}/cancel"), json!({})).await.is(200);
    refused(show.buy(2).await, 409, "not_on_sale");
    let order = show.who.get(&format!("/v1/orders/{}", kept.text("/id"))).await.is(200);
    assert_eq!(order.text("/status"), "completed");
}

#[tokio::test]
async fn an_order_gives_its_stock_back_once() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let order = show.buy(3).await.is(201);
    let end = async |how: &str| {
        show.who.post(&format!("/v1/orders/{}/{how}", order.text("/id")), json!({})).await.is(200)
    };
    let cancelled = end("cancel").await;
    assert_eq!((cancelled.text("/status"), cancelled.text("/tickets/2/status")), ("cancelled", "void"));
    assert_eq!(end("cancel").await.json, cancelled.json);
    assert_eq!(show.stock().await, (0, 0, 5));
    assert_eq!(end("refund").await.text("/status"), "refunded");
    assert_eq!(end("cancel").await.text("/status"), "refunded");
    assert_eq!(show.stock().await, (0, 0, 5));
    let told = show.changes().await;
    assert_eq!(
        told[told.len() - 4..],
        ["order.created", "availability.changed", "order.cancelled", "order.refunded"]
    );
}

#[tokio::test]
async fn a_rehearsed_order_sells_nothing() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let rehearsed = show.who.post("/v1/orders?dryRun=true", show.order(5)).await.is(201);
    assert_eq!(rehearsed.header("dry-run"), "true");
    assert_eq!(show.stock().await, (0, 0, 5));
}

#[tokio::test]
async fn an_order_of_several_types_is_all_or_nothing_and_moves_no_version() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let event = format!("/v1/events/{}", show.event);
    let vip = json!({ "name": "VIP", "price": 0, "quantity": 1, "hidden": true });
    let vip = show.who.post(&format!("{event}/ticket-types"), vip).await.is(201).text("/id").to_owned();
    let version = show.who.get(&event).await.at("/version").clone();
    let mut body = show.order(2);
    body["items"].as_array_mut().unwrap().push(json!({ "ticketTypeId": vip, "quantity": 2 }));
    assert_eq!(refused(show.who.post("/v1/orders", body.clone()).await, 409, "sold_out").at("/available"), 1);
    assert_eq!(show.stock().await, (0, 0, 5));
    body["items"][1]["quantity"] = json!(1);
    show.who.post("/v1/orders", body).await.is(201);
    assert_eq!(show.stock().await, (2, 0, 3));
    assert_eq!(show.who.get(&event).await.at("/version"), &version);
}
