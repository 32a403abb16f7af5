//! Ticket types and availability.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::{faults, has_fault, items, made, refused, send, show, stock, ticketed};

const MEMBERS: &str = "id eventId name description price quantity saleStartsAt saleEndsAt minPerOrder maxPerOrder hidden \
    sold held available onSale";

#[tokio::test]
async fn a_ticket_type_is_added_listed_changed_and_removed() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, show("x")).await;
    let list = format!("{address}/ticket-types");
    assert_eq!(who.get(&list).await.is(200).json, json!({ "items": [], "nextCursor": null }));
    let body = json!({ "name": "Balcony", "description": "Upstairs", "price": 2400, "quantity": 40, "hidden": true,
        "saleStartsAt": "2026-11-24T09:00:00+01:00", "saleEndsAt": "2026-12-01T00:00:00Z", "minPerOrder": 2, "maxPerOrder": 4 });
    let added = who.post(&list, body).await.is(201);
    let mut names: Vec<&str> = MEMBERS.split_whitespace().chain(["warnings"]).collect();
    names.sort_unstable();
    assert_eq!(added.json.as_object().unwrap().keys().collect::<Vec<_>>(), names);
    assert_eq!(
        (added.text("/eventId"), added.text("/saleStartsAt")),
        (event.text("/id"), "2026-11-24T08:00:00Z")
    );
    assert_eq!(added.header("etag").split('-').next(), Some("\"2"));
    let one = format!("/v1/ticket-types/{}", added.text("/id"));
    assert_eq!(added.header("location"), one);
    let read = who.get(&one).await.is(200);
    assert_eq!(items(&who.get(&list).await), &vec![read.json.clone()]);
    let changed =
        who.patch(&one, json!({ "price": 0, "saleEndsAt": null, "maxPerOrder": null })).await.is(200);
    assert_eq!(
        (changed.at("/price"), changed.at("/saleEndsAt"), changed.text("/name")),
        (&json!(0), &Value::Null, "Balcony")
    );
    assert_eq!(changed.header("etag").split('-').next(), Some("\"3"));
    let same = who.patch(&one, json!({ "price": 0 })).await.is(200);
    assert_eq!(same.header("etag").split('-').next(), Some("\"3"));
    assert_eq!(who.get(&address).await.at("/version"), 3);
    who.delete(&one).await.is(204);
    refused(who.get(&one).await, 404, "not_found");
    refused(who.patch(&one, json!({})).await, 404, "not_found");
    refused(who.delete(&one).await, 404, "not_found");
    assert_eq!(who.get(&address).await.at("/version"), 4);
}

#[tokio::test]
async fn wrong_terms_are_refused_with_their_places() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    let list = format!("{address}/ticket-types");
    let bad = json!({ "name": "", "price": 25.5, "quantity": 0, "minPerOrder": 0, "maxPerOrder": 101, "hidden": "no", "sold": 5 });
    let found = faults(who.post(&list, bad).await);
    let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["/hidden", "/maxPerOrder", "/minPerOrder", "/name", "/price", "/quantity", "/sold"]);
    has_fault(who.post(&list, json!({ "name": "x" })).await, "/price", "required");
    let one = format!("/v1/ticket-types/{}", event.text("/ticketTypes/0/id"));
    has_fault(who.patch(&one, json!({ "name": null })).await, "/name", "invalid_type");
    has_fault(
        who.patch(&one, json!({ "minPerOrder": 5, "maxPerOrder": 4 })).await,
        "/maxPerOrder",
        "invalid_value",
    );
    for _ in 1..50 {
        who.post(&list, json!({ "name": "x", "price": 0, "quantity": 1 })).await.is(201);
    }
    let beyond = who.post(&list, json!({ "name": "x", "price": 0, "quantity": 1 })).await;
    assert_eq!(refused(beyond, 409, "ticket_type_limit").at("/limit"), 50);
}

#[tokio::test]
async fn what_is_sold_or_held_binds() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    let kind = event.text("/ticketTypes/0/id").to_owned();
    let one = format!("/v1/ticket-types/{kind}");
    stock(&who, &kind, 20, 5).await;
    let read = who.get(&one).await.is(200);
    assert_eq!(
        (read.at("/sold"), read.at("/held"), read.at("/available")),
        (&json!(20), &json!(5), &json!(95))
    );
    let below = refused(who.patch(&one, json!({ "quantity": 24 })).await, 409, "below_stock");
    assert_eq!((below.at("/sold"), below.at("/held")), (&json!(20), &json!(5)));
    assert_eq!(who.patch(&one, json!({ "quantity": 25 })).await.is(200).at("/available"), 0);
    assert_eq!(refused(who.delete(&one).await, 409, "ticket_type_has_sales").at("/sold"), 20);
    stock(&who, &kind, 0, 5).await;
    assert_eq!(refused(who.delete(&one).await, 409, "ticket_type_has_holds").at("/held"), 5);
    stock(&who, &kind, 0, 0).await;
    assert_eq!(who.patch(&one, json!({ "quantity": 0 })).await.is(200).at("/quantity"), 0);
    who.delete(&one).await.is(204);
    assert_eq!(who.get(&address).await.at("/ticketTypes"), &json!([]));
}

#[tokio::test]
async fn ticket_types_are_walked_by_a_cursor() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut body = show("x");
    let types = (1..=5).map(|n| json!({ "name": format!("T{n}"), "price": 0, "quantity": 1 }));
    body["ticketTypes"] = types.collect::<Vec<_>>().into();
    let (_, address) = made(&who, body).await;
    let list = format!("{address}/ticket-types?limit=2");
    let names = |answer: &crate::support::Answer| -> Vec<String> {
        items(answer).iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = who.get(&list).await.is(200);
    assert_eq!(names(&first), ["T1", "T2"]);
    let last = items(&first)[1]["id"].as_str().unwrap().to_owned();
    let next = format!("{list}&cursor={}", first.text("/nextCursor"));
    assert_eq!(names(&who.get(&next).await.is(200)), ["T3", "T4"]);
    who.delete(&format!("/v1/ticket-types/{last}")).await.is(204);
    let second = who.get(&next).await.is(200);
    assert_eq!(names(&second), ["T3", "T4"]);
    let third = who.get(&format!("{list}&cursor={}", second.text("/nextCursor"))).await.is(200);
    assert_eq!((names(&third), third.at("/nextCursor")), (vec!["T5".to_owned()], &Value::Null));
    has_fault(who.get(&format!("{list}&cursor=x")).await, "query:cursor", "invalid_value");
}

#[tokio::test]
async fn availability_is_small_live_and_revalidated() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut body = ticketed("Low Tide");
    let hidden = json!({ "name": "Guests", "price": 0, "quantity": 10, "hidden": true });
    body["ticketTypes"].as_array_mut().unwrap().push(hidden);
    let (event, address) = made(&who, body).await;
    who.post(&format!("{address}/publish"), json!({})).await.is(200);
    let kind = event.text("/ticketTypes/0/id").to_owned();
    stock(&who, &kind, 20, 0).await;
    let left = format!("{address}/availability");
    let now = who.get(&left).await.is(200);
    let expected = json!({
        "eventId": event.text("/id"), "slug": "low-tide", "status": "published", "over": false, "currency": "USD",
        "soldOut": false, "available": 100,
        "ticketTypes": [{ "id": kind, "name": "General admission", "price": 1800, "available": 100, "soldOut": false, "onSale": true }],
        "updatedAt": "2026-11-23T10:00:00Z",
    });
    assert_eq!(now.json, expected);
    assert_eq!(now.header("cache-control"), "private, no-cache");
    let tag = now.header("etag").to_owned();
    assert_eq!(send(&who, "GET", &left, &[("if-none-match", &tag)], Value::Null).await.status, 304);
    stock(&who, &kind, 120, 0).await;
    let sold = send(&who, "GET", &left, &[("if-none-match", &tag)], Value::Null).await.is(200);
    assert_eq!((sold.at("/soldOut"), sold.at("/available")), (&json!(true), &json!(0)));
    assert_eq!(who.get("/v1/events/low-tide/availability").await.is(200).json, sold.json);
    refused(who.get("/v1/events/nothing/availability").await, 404, "not_found");
}
