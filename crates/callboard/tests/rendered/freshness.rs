//! Writers and readers at once: whoever was answered sees it in the very next request, on every node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::{Asker, GENEROUS, House, asks, is_kept};
use crate::support::{TestApp, postgres};

const WRITERS: usize = 4;
const ROUNDS: usize = 25;

fn number(title: &str) -> usize {
    title.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Each writer raises the number in its event's title and then looks, at each node, at the event and at lists of it;
/// readers keep asking the same questions meanwhile.
async fn write_and_look(nodes: Arc<Vec<TestApp>>) {
    let house = House::found(&nodes[0], "Pier").await;
    let mut ids = Vec::new();
    for n in 0..WRITERS {
        let types = json!([{ "name": "GA", "price": 100, "quantity": 1000 }]);
        ids.push(
            house.show(&format!("Show {n} 0"), json!({ "startsAt": "2026-12-05T01:30:00Z" }), types).await,
        );
    }
    let questions = |id: &str| {
        [
            (asks(Asker::Native, format!("/v1/events/{id}")), "/title"),
            (asks(Asker::BoxOffice, format!("/api/v1/events/{id}")), "/event/title"),
            (asks(Asker::Venue, format!("/api/v1/events/{id}")), "/eventName"),
        ]
    };
    let done = AtomicBool::new(false);
    let reader = async |node: &TestApp| {
        while !done.load(Ordering::Relaxed) {
            for (id, _) in &ids {
                for (question, _) in questions(id) {
                    house.ask(node, &question).await.is(200);
                }
            }
            house.ask(node, &asks(Asker::BoxOffice, "/api/v1/events")).await.is(200);
            tokio::task::yield_now().await;
        }
    };
    let writer = async |id: &str, kind: &str| {
        let mut sold = 0;
        for round in 1..=ROUNDS {
            let at = &nodes[round % nodes.len()];
            let title = json!({ "title": format!("Show {round}") });
            let patch = at.call("PATCH", &format!("/v1/events/{id}"), &house.who.token, Some(&title)).await;
            patch.is(200);
            let order = json!({ "eventId": id, "items": [{ "ticketTypeId": kind, "quantity": 1 }],
                "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } });
            at.post("/v1/orders", &house.who.token, order).await.is(201);
            sold += 1;
            for node in nodes.iter() {
                for (question, pointer) in questions(id) {
                    let found = house.ask(node, &question).await.is(200);
                    assert_eq!(number(found.text(pointer)), round, "{}", question.target);
                }
                let left = asks(Asker::BoxOffice, format!("/api/v1/events/{id}/availability"));
                let left = house.ask(node, &left).await.is(200);
                assert_eq!(left.at("/available"), &json!(1000 - sold));
                let list = house.ask(node, &asks(Asker::BoxOffice, "/api/v1/events")).await.is(200);
                let events = list.at("/events").as_array().unwrap();
                let mine = events.iter().find(|event| event["id"] == *id).unwrap();
                assert_eq!(number(mine["title"].as_str().unwrap()), round);
                assert_eq!(mine["ticketTypes"][0]["sold"], json!(sold));
            }
        }
    };
    let writers = async {
        let all = ids.iter().map(|(id, kinds)| writer(id, &kinds[0]));
        futures_util::future::join_all(all).await;
        done.store(true, Ordering::Relaxed);
    };
    let readers = futures_util::future::join_all(nodes.iter().map(reader));
    tokio::join!(writers, readers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_read_after_an_acknowledged_write_sees_it() {
    write_and_look(Arc::new(vec![TestApp::with(&GENEROUS)])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_node_sees_a_write_that_any_node_acknowledged() {
    let Some(server) = postgres::server() else { return };
    let database = postgres::Database::make(&server);
    let url = database.url.clone();
    let first = TestApp::on(Some(database), &GENEROUS);
    let second = first.join(&url);
    write_and_look(Arc::new(vec![first, second])).await;
}

#[tokio::test]
async fn a_kept_answer_opens_to_no_key_that_ended() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    house.show("Low Tide", json!({ "startsAt": "2026-12-05T01:30:00Z" }), json!([])).await;
    let list = asks(Asker::BoxOffice, "/api/v1/events");
    let first = house.ask(&app, &list).await.is(200);
    assert!(is_kept(&first, &house.ask(&app, &list).await));
    let keys = house.who.get("/v1/keys").await.is(200);
    let keys = keys.at("/items").as_array().unwrap();
    let id = keys.iter().find(|key| key["family"] == "box_office").unwrap()["id"].as_str().unwrap();
    house.who.post(&format!("/v1/keys/{id}/revoke"), json!({})).await;
    house.who.delete(&format!("/v1/keys/{id}")).await;
    house.ask(&app, &list).await.is(401);
}

#[tokio::test]
async fn two_organizations_that_ask_alike_are_answered_apart() {
    let app = TestApp::with(&GENEROUS);
    let (pier, dock) = (House::found(&app, "Pier").await, House::found(&app, "Dock").await);
    for (house, title) in [(&pier, "Low Tide"), (&dock, "High Tide")] {
        house.show(title, json!({ "startsAt": "2026-12-05T01:30:00Z" }), json!([])).await;
    }
    for _ in 0..2 {
        for (house, title) in [(&pier, "Low Tide"), (&dock, "High Tide")] {
            let of = async |asker, target| house.ask(&app, &asks(asker, target)).await.is(200);
            assert_eq!(of(Asker::BoxOffice, "/api/v1/events").await.text("/events/0/title"), title);
            assert_eq!(of(Asker::Venue, "/api/v1/events").await.text("/data/0/eventName"), title);
            assert_eq!(of(Asker::Channel, "/api/public/v1/events").await.text("/docs/0/title"), title);
            assert_eq!(of(Asker::Native, "/v1/events").await.text("/items/0/title"), title);
        }
    }
}

#[tokio::test]
async fn an_unchanged_answer_costs_no_rendering_and_no_body() {
    let app = TestApp::with(&GENEROUS);
    let house = House::found(&app, "Pier").await;
    house.show("Low Tide", json!({ "startsAt": "2026-12-05T01:30:00Z" }), json!([])).await;
    let full = house.ask(&app, &asks(Asker::BoxOffice, "/api/v1/events?page=1&limit=20")).await.is(200);
    // Another spelling of the same question has the same answer.
    let other = house.ask(&app, &asks(Asker::BoxOffice, "/api/v1/events?limit=20&unknown=1")).await.is(200);
    assert!(is_kept(&full, &other));
    let held = [("x-api-key", house.box_office_key.as_str()), ("if-none-match", full.header("etag"))];
    let unchanged = app.send("GET", "/api/v1/events", &held, "").await.is(304);
    assert!(unchanged.bytes.is_empty());
    assert_eq!(unchanged.header("etag"), full.header("etag"));
    assert_ne!(unchanged.header("x-request-id"), full.header("x-request-id"));
    house.show("High Tide", json!({ "startsAt": "2026-12-06T01:30:00Z" }), json!([])).await;
    app.send("GET", "/api/v1/events", &held, "").await.is(200);
}

#[tokio::test]
async fn no_more_bytes_are_kept_than_the_setting_says() {
    let mut settings = GENEROUS.to_vec();
    settings.push(("CALLBOARD_RENDERED_MAX_BYTES", "200000"));
    let app = TestApp::with(&settings);
    let house = House::found(&app, "Pier").await;
    house.show("Low Tide", json!({ "startsAt": "2026-12-05T01:30:00Z" }), json!([])).await;
    for page in 1..500 {
        let target = format!("/api/v1/events?page={page}");
        house.ask(&app, &asks(Asker::BoxOffice, target)).await.is(200);
    }
    let kept = app.app().rendered.bytes();
    assert!((10_000..=200_000).contains(&kept), "{kept}");
}
