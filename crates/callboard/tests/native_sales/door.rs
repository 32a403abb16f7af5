//! Tickets at the door.

use serde_json::{Value, json};

use super::{Show, ga, refused};
use crate::support::TestApp;

#[tokio::test]
async fn the_first_of_many_scans_admits() {
    let app = TestApp::with(&[("CALLBOARD_RATE_LIMIT_NATIVE", "100000")]);
    let show = Show::open(&app, ga(5)).await;
    let order = show.buy(1).await.is(201);
    let code = order.text("/tickets/0/code").to_lowercase();
    let scan = async |gate: String| {
        show.who.post("/v1/check-ins", json!({ "code": code, "gate": gate })).await.is(200)
    };
    let scans = futures_util::future::join_all((0..20).map(|n| scan(format!("G{n}")))).await;
    let admitted: Vec<_> = scans.iter().filter(|scan| scan.text("/result") == "admitted").collect();
    assert_eq!(admitted.len(), 1);
    let first = admitted[0].at("/first");
    for scan in &scans {
        assert_eq!(scan.at("/first"), first);
        assert!(["admitted", "duplicate"].contains(&scan.text("/result")));
    }
    let undo = format!("/v1/check-ins/{}", admitted[0].text("/id"));
    show.who.delete(&undo).await.is(204);
    refused(show.who.delete(&undo).await, 404, "not_found");
    assert_eq!(scan("again".to_owned()).await.text("/result"), "admitted");
    let told = show.changes().await;
    assert_eq!(told.iter().filter(|kind| *kind == "ticket.checked_in").count(), 2);
}

#[tokio::test]
async fn void_and_unknown_codes_admit_nobody() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let order = show.buy(1).await.is(201);
    let code = order.text("/tickets/0/code");
    show.who.post(&format!("/v1/orders/{}/refund", order.text("/id")), json!({})).await.is(200);
    let void = show.who.post("/v1/check-ins", json!({ "code": code })).await.is(200);
    assert_eq!(
        (void.text("/result"), void.at("/id"), void.at("/first")),
        ("void", &Value::Null, &Value::Null)
    );
    assert_eq!(void.text("/ticket/status"), "void");
    for unknown in ["x", "00000000000000000000000000"] {
        let scan = show.who.post("/v1/check-ins", json!({ "code": unknown })).await.is(200);
        assert_eq!((scan.text("/result"), scan.at("/ticket")), ("unknown", &Value::Null));
    }
    let other = app.organizer("Quay").await;
    assert_eq!(other.post("/v1/check-ins", json!({ "code": code })).await.is(200).text("/result"), "unknown");
}

#[tokio::test]
async fn a_code_is_drawn_as_a_picture() {
    let app = TestApp::start();
    let show = Show::open(&app, ga(5)).await;
    let order = show.buy(1).await.is(201);
    let path = format!("/v1/tickets/{}/qr", order.text("/tickets/0/code"));
    let drawn = show.who.get(&path).await.is(200);
    assert_eq!(drawn.header("content-type"), "image/svg+xml");
    assert!(drawn.bytes.starts_with(b"<svg"));
    refused(show.who.get("/v1/tickets/00000000000000000000000000/qr").await, 404, "not_found");
    refused(app.organizer("Quay").await.get(&path).await, 404, "not_found");
}
