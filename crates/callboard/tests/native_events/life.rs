//! The state machine, deletion, and what the change log keeps.

use callboard_store::Subject;
use callboard_store::events::EventRef;
use serde_json::{Value, json};

use crate::support::{Organizer, TestApp};
use crate::{made, operator, refused, show, stock, ticketed};

const STEPS: [&str; 5] = ["publish", "unpublish", "cancel", "archive", "restore"];

/// A fresh event that has taken some steps.
async fn after(who: &Organizer<'_>, steps: &[&str]) -> String {
    let (_, address) = made(who, show("x")).await;
    for step in steps {
        who.post(&format!("{address}/{step}"), json!({})).await.is(200);
    }
    address
}

#[tokio::test]
async fn every_step_from_every_status_does_what_the_table_says() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    // The way there, its status, and where each of the five steps leads (`-` is illegal).
    let table: [(&[&str], &str, [&str; 5]); 6] = [
        (&[], "draft", ["published", "-", "cancelled", "archived", "-"]),
        (&["publish"], "published", ["-", "draft", "cancelled", "archived", "-"]),
        (&["cancel"], "cancelled", ["-", "-", "-", "archived", "draft"]),
        (&["archive"], "archived", ["-", "-", "-", "-", "draft"]),
        (&["publish", "archive"], "archived", ["-", "-", "-", "-", "published"]),
        (&["publish", "cancel", "archive"], "archived", ["-", "-", "-", "-", "cancelled"]),
    ];
    for (way, status, outcomes) in table {
        let address = after(&who, way).await;
        assert_eq!(who.get(&address).await.text("/status"), status);
        let legal = STEPS.iter().zip(outcomes).filter(|(_, to)| *to != "-").map(|(step, _)| *step);
        let legal: Vec<&str> = legal.collect();
        for (step, to) in STEPS.iter().zip(outcomes) {
            let answer = who.post(&format!("{address}/{step}?dryRun=true"), json!({})).await;
            if to == "-" {
                let answer = refused(answer, 409, "illegal_transition");
                assert_eq!(answer.at("/allowed"), &json!(legal), "{way:?} {step}");
            } else {
                let answer = answer.is(200);
                assert_eq!(answer.text("/status"), to, "{way:?} {step}");
                assert_eq!(answer.at("/warnings"), &json!([]));
            }
        }
    }
}

#[tokio::test]
async fn a_step_needs_no_body_and_raises_the_version() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let address = after(&who, &[]).await;
    let bearer = format!("Bearer {}", who.token);
    let headers = [("authorization", bearer.as_str())];
    let published = app.send("POST", &format!("{address}/publish"), &headers, "").await.is(200);
    assert_eq!((published.text("/status"), published.at("/version")), ("published", &json!(2)));
    refused(who.post(&format!("{address}/cancel"), json!({ "why": "rain" })).await, 400, "validation_failed");
    let unknown = "/v1/events/0192f0c1-2a3b-7c4d-8e5f-60718293a4b5/publish";
    refused(who.post(unknown, json!({})).await, 404, "not_found");
}

#[tokio::test]
async fn a_sold_event_is_not_unpublished_and_not_deleted() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    who.post(&format!("{address}/publish"), json!({})).await.is(200);
    stock(&who, event.text("/ticketTypes/0/id"), 1, 0).await;
    let unpublish = who.post(&format!("{address}/unpublish"), json!({})).await;
    refused(unpublish, 409, "has_sales");
    let illegal = who.post(&format!("{address}/publish"), json!({})).await;
    let illegal = refused(illegal, 409, "illegal_transition");
    assert_eq!(illegal.at("/allowed"), &json!(["cancel", "archive"]));
    refused(who.delete(&address).await, 409, "has_sales");
    who.post(&format!("{address}/cancel"), json!({})).await.is(200);
    refused(who.delete(&address).await, 409, "has_sales");
}

#[tokio::test]
async fn a_deleted_event_is_gone_and_its_slug_free() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (_, address) = made(&who, show("Low Tide")).await;
    let gone = who.delete(&address).await.is(204);
    assert!(gone.bytes.is_empty());
    refused(who.get(&address).await, 404, "not_found");
    refused(who.get("/v1/events/low-tide").await, 404, "not_found");
    refused(who.patch(&address, json!({ "title": "x" })).await, 404, "not_found");
    refused(who.delete(&address).await, 404, "not_found");
    let (again, _) = made(&who, show("Low Tide")).await;
    assert_eq!(again.text("/slug"), "low-tide");
    assert_eq!(again.at("/number"), 2);
}

#[tokio::test]
async fn the_change_log_keeps_the_stored_members() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    let mut expected = who.get(&address).await.is(200).json;
    let members = expected.as_object_mut().unwrap();
    for name in ["over", "soldOut", "publicUrl"] {
        members.remove(name);
    }
    for name in ["onSale", "held", "available"] {
        members["ticketTypes"][0].as_object_mut().unwrap().remove(name);
    }
    let tenant = operator(&who).await;
    let id = event.text("/id").parse().map(EventRef::Id).unwrap();
    let stored = app.app().store.find_event(&tenant, &id, app.app().clock.now()).await.unwrap().unwrap();
    let projected: Value =
        serde_json::from_str(&callboard::surfaces::native::project(Subject::Event(&stored))).unwrap();
    assert_eq!(projected, expected);
}

#[tokio::test]
async fn over_and_sold_out_follow_the_clock_and_the_stock() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    let kind = event.text("/ticketTypes/0/id").to_owned();
    who.post(&format!("{address}/publish"), json!({})).await.is(200);
    let key = who.key(json!({ "family": "native", "scopes": ["events:read"] })).await;
    let state = async || {
        let now = app.get(&address, &key).await.is(200);
        let of = |pointer: &str| now.at(pointer).as_bool().unwrap();
        (of("/over"), of("/soldOut"), of("/ticketTypes/0/onSale"))
    };
    assert_eq!(state().await, (false, false, true));
    stock(&who, &kind, 100, 20).await;
    assert_eq!(state().await, (false, true, true));
    stock(&who, &kind, 0, 0).await;
    let opens = json!({ "saleStartsAt": "2026-12-01T00:00:00Z" });
    who.patch(&format!("/v1/ticket-types/{kind}"), opens).await.is(200);
    assert_eq!(state().await, (false, false, false));
    // Up to its start, which is its end too where no end is said.
    app.pass_ms(11 * 86_400_000 + 15 * 3_600_000 + 30 * 60_000);
    assert_eq!(state().await, (false, false, true));
    app.pass_ms(1);
    assert_eq!(state().await, (true, false, false));
    assert_eq!(app.get(&address, &key).await.text("/status"), "published");
}
