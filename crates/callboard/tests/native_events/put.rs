//! `PUT /v1/events/by-external-id/{source}/{id}` and `POST …/duplicate`.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::{has_fault, items, made, refused, send, stock, ticketed};

const ADDRESS: &str = "/v1/events/by-external-id/cms/post%2F9";

#[tokio::test]
async fn an_import_creates_once_and_changes_only_what_changed() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let put = async |body: Value| send(&who, "PUT", ADDRESS, &[], body).await;
    let made = put(ticketed("Low Tide")).await.is(201);
    assert_eq!(made.at("/external"), &json!({ "source": "cms", "id": "post/9" }));
    assert_eq!((made.text("/status"), made.at("/version")), ("draft", &json!(1)));
    let same = put(ticketed("Low Tide")).await.is(200);
    assert_eq!((same.text("/id"), same.at("/version")), (made.text("/id"), &json!(1)));
    assert_eq!(same.header("etag").split('-').next(), Some("\"1"));
    let renamed = put(ticketed("High Tide")).await.is(200);
    assert_eq!((renamed.text("/title"), renamed.at("/version")), ("High Tide", &json!(2)));
    assert_eq!(renamed.text("/slug"), "low-tide");
    assert_eq!(items(&who.get("/v1/events").await).len(), 1);
    let mut other = ticketed("x");
    other["external"] = json!({ "source": "cms", "id": "10" });
    has_fault(put(other).await, "/external", "conflict");
    has_fault(put(json!({ "title": "x" })).await, "/timezone", "required");
}

#[tokio::test]
async fn ticket_types_of_an_import_are_known_by_their_names() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let put = async |body: Value| send(&who, "PUT", ADDRESS, &[], body).await;
    let first = put(ticketed("Low Tide")).await.is(201);
    let kind = first.text("/ticketTypes/0/id").to_owned();
    stock(&who, &kind, 10, 0).await;
    let mut body = ticketed("Low Tide");
    body["ticketTypes"] = json!([{ "name": "General admission", "price": 2000, "quantity": 100 },
        { "name": "Balcony", "price": 2400, "quantity": 40 }]);
    let second = put(body.clone()).await.is(200);
    assert_eq!(
        (second.text("/ticketTypes/0/id"), second.at("/ticketTypes/0/price")),
        (kind.as_str(), &json!(2000))
    );
    assert_eq!(second.at("/ticketTypes/0/available"), 90);
    assert_eq!(second.text("/ticketTypes/1/name"), "Balcony");
    assert_eq!(put(body.clone()).await.is(200).at("/version"), second.at("/version"));
    let mut less = body.clone();
    less["title"] = json!("Changed");
    less["ticketTypes"][0]["quantity"] = json!(9);
    refused(put(less).await, 409, "below_stock");
    // All or nothing: the title stayed too.
    assert_eq!(who.get("/v1/events/low-tide").await.text("/title"), "Low Tide");
    body.as_object_mut().unwrap().remove("ticketTypes");
    assert_eq!(put(body).await.is(200).at("/ticketTypes").as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_external_name_is_unique_and_put_honours_if_match() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let put = async |tag: &str| send(&who, "PUT", ADDRESS, &[("if-match", tag)], ticketed("Low Tide")).await;
    refused(put("\"1\"").await, 412, "precondition_failed");
    let first = put("*").await.is(201);
    put("\"1\"").await.is(200);
    refused(put("\"2\"").await, 412, "precondition_failed");
    let mut twin = ticketed("Twin");
    twin["external"] = json!({ "source": "cms", "id": "post/9" });
    let taken = refused(who.post("/v1/events", twin).await, 409, "external_id_taken");
    assert_eq!(taken.at("/ids"), &json!([first.text("/id")]));
    who.delete(&format!("/v1/events/{}", first.text("/id"))).await.is(204);
    put("*").await.is(201);
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut body = ticketed("Low Tide");
    (body["external"], body["description"]) = (json!({ "source": "cms", "id": "9" }), json!("Two sets."));
    let (original, address) = made(&who, body).await;
    who.post(&format!("{address}/publish"), json!({})).await.is(200);
    stock(&who, original.text("/ticketTypes/0/id"), 5, 2).await;
    let copy = who.post(&format!("{address}/duplicate"), json!({})).await.is(201);
    assert_eq!(
        (copy.text("/status"), copy.text("/slug"), copy.at("/version")),
        ("draft", "low-tide-2", &json!(1))
    );
    assert_eq!((copy.text("/title"), copy.text("/description")), ("Low Tide", "Two sets."));
    assert_eq!((copy.at("/external"), copy.at("/number")), (&Value::Null, &json!(2)));
    assert_eq!(copy.at("/startsAt"), original.at("/startsAt"));
    assert_ne!(copy.text("/ticketTypes/0/id"), original.text("/ticketTypes/0/id"));
    assert_eq!(
        (copy.at("/ticketTypes/0/sold"), copy.at("/ticketTypes/0/available")),
        (&json!(0), &json!(120))
    );
    assert_eq!(copy.header("location"), format!("/v1/events/{}", copy.text("/id")));
    who.get(copy.header("location")).await.is(200);
    refused(who.post("/v1/events/nothing/duplicate", json!({})).await, 404, "not_found");
}
