//! What one node does, every other knows at the next request.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use callboard::run;
use callboard::settings::{Settings, SettingsArgs};
use callboard::telemetry::Metrics;
use callboard_store::Context;
use callboard_store::sweep::Sweep;
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use crate::support::postgres;
use crate::{count, elsewhere, idle_in_transaction, nodes};

#[tokio::test]
async fn a_key_that_one_node_revokes_is_refused_by_the_next_request_on_the_other() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    for n in 0..count(100, 1_000) {
        let minted = ada.mint(json!({ "family": "native", "scopes": ["venues:read"] })).await;
        let (key, id) = (minted.text("/key"), minted.text("/id"));
        b.get("/v1/venues", key).await.is(200);
        if n % 2 == 0 {
            ada.post(&format!("/v1/keys/{id}/revoke"), json!({})).await.is(200);
            b.get("/v1/venues", key).await.is(401);
        } else {
            elsewhere(&b, &ada).post(&format!("/v1/keys/{id}/revoke"), json!({})).await.is(200);
            a.get("/v1/venues", key).await.is(401);
        }
    }
}

#[tokio::test]
async fn what_one_node_makes_the_other_lists_at_once() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    let there = elsewhere(&b, &ada);
    for n in 0..count(50, 100) {
        let (maker, reader) = if n % 2 == 0 { (&ada, &there) } else { (&there, &ada) };
        let id = maker.venue(&format!("Hall {n}")).await;
        let listed = reader.get("/v1/venues?limit=100").await.is(200);
        let items = listed.at("/items").as_array().unwrap();
        assert!(items.iter().any(|venue| venue["id"] == id.as_str()), "{n}: {}", listed.json);
        reader.get(&format!("/v1/venues/{id}")).await.is(200);
    }
}

#[tokio::test]
async fn a_limit_holds_over_all_nodes_together() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    for limit in [60_usize, 2_000] {
        let key = ada
            .key(json!({ "family": "native", "scopes": ["venues:read"], "rateLimitPerMinute": limit }))
            .await;
        let requests = stream::iter(0..limit * 2).map(|n| {
            let node = if n % 2 == 0 { &a } else { &b };
            node.get("/v1/venues?limit=1", &key)
        });
        let answers: Vec<_> = requests.buffer_unordered(24).collect().await;
        let admitted = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(answers.iter().all(|answer| [200, 429].contains(&answer.status)));
        // Slices of a large limit may be left unused on a node, never overdrawn.
        let least = if limit <= 1_000 { limit } else { limit * 9 / 10 };
        assert!((least..=limit).contains(&admitted), "{admitted} of {limit}");
        let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=65).contains(&wait), "{wait}");
        for node in [&a, &b] {
            node.pass_ms(wait * 1_000);
            node.get("/v1/venues?limit=1", &key).await.is(200);
        }
    }
}

#[tokio::test]
async fn retries_of_one_key_over_all_nodes_make_one_event() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    let bearer = format!("Bearer {}", ada.token);
    let requests = stream::iter(0..count(500, 10_000)).map(|n| {
        let (node, key) = (if n % 2 == 0 { &a } else { &b }, format!("order-{}", n / 2 % 3));
        let (bearer, body) = (
            &bearer,
            json!({ "title": key, "timezone": "UTC", "startsAt": "2026-12-05T01:30:00Z",
            "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 120 }] }),
        );
        async move {
            let headers = [
                ("authorization", bearer.as_str()),
                ("content-type", "application/json"),
                ("idempotency-key", key.as_str()),
            ];
            (key.clone(), node.send("POST", "/v1/events", &headers, body.to_string()).await.is(201))
        }
    });
    let mut bodies: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let (mut first, mut answered) = (0, 0);
    let mut answers = requests.buffer_unordered(24);
    while let Some((key, answer)) = answers.next().await {
        first += usize::from(answer.header("idempotent-replayed").is_empty());
        answered += 1;
        bodies.entry(key).or_default().insert(answer.bytes.to_vec());
    }
    drop(answers);
    assert_eq!((first, answered), (3, count(500, 10_000)));
    assert!(bodies.values().all(|bodies| bodies.len() == 1));
    assert_eq!(ada.get("/v1/events").await.at("/items").as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn who_hangs_up_leaves_a_whole_write_or_none_and_no_open_transaction() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    let bearer = format!("Bearer {}", ada.token);
    let total = count(100, 200);
    for n in 0..total {
        let (key, body) = (
            format!("k{n}"),
            json!({ "name": format!("Hall {n}"), "city": "New York",
            "stateProvince": "NY", "country": "US", "timezone": "America/New_York", "capacity": 220 }),
        );
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key.as_str()),
        ];
        let patience = Duration::from_micros(u64::try_from(n).unwrap() * 97 % 6_000);
        let cut = a.send("POST", "/v1/venues", &headers, body.to_string());
        let _ = tokio::time::timeout(patience, cut).await;
        b.send("POST", "/v1/venues", &headers, body.to_string()).await.is(201);
    }
    let client = postgres::connect(a.database_url()).await;
    let made: i64 = client.query_one("SELECT count(*) FROM venue", &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(made).unwrap(), total);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(idle_in_transaction(a.database_url()).await, 0);
    for _ in 0..32 {
        ada.get("/v1/venues").await.is(200);
    }
}

#[tokio::test]
async fn a_node_with_another_signing_secret_does_not_start() {
    let Some((a, _b)) = nodes() else { return };
    let start = async |home: &std::path::Path| {
        let env = [
            ("CALLBOARD_DATA_DIR".to_owned(), home.display().to_string()),
            ("CALLBOARD_DATABASE_URL".to_owned(), a.database_url().to_owned()),
        ];
        let settings = Settings::load_with(SettingsArgs::default(), env).unwrap();
        let metrics = Metrics::new();
        let store = run::open_store(&settings, &metrics).await.unwrap();
        run::assemble(settings.into(), "https://events.example", store, metrics).await
    };
    let (mine, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    start(mine.path()).await.unwrap();
    start(mine.path()).await.unwrap();
    let refused = start(other.path()).await.unwrap_err().to_string();
    assert!(refused.contains("signing secret differs") && !refused.contains('\n'), "{refused}");
}

#[tokio::test]
async fn one_node_sweeps_for_all_until_its_turn_ends() {
    let Some((a, b)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    ada.get("/v1/venues").await.is(200);
    let sweep = async |app: &crate::TestApp, after_ms: i64| {
        let app = app.app();
        let now = app.clock.now().plus_millis(after_ms);
        let context = Context { now, seed: app.entropy.draw(), request_id: String::new() };
        app.store.write(context, Sweep { now, node: app.node }).await.unwrap()
    };
    assert!(!sweep(&a, 0).await.is_elsewhere);
    assert!(sweep(&b, 80_000).await.is_elsewhere);
    assert_eq!(sweep(&b, 100_000).await.rate_windows, 1);
    assert!(sweep(&a, 120_000).await.is_elsewhere);
    assert!(!sweep(&a, 200_000).await.is_elsewhere);
}
