//! More buyers than tickets, all at once, each sending twice. Source: promises R2.

use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::{Show, ga};
use crate::support::TestApp;

/// Connections: requests on their way at the same time.
const AT_ONCE: usize = 64;

/// Buyers and rounds.
fn size() -> (i64, usize) {
    if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { (2_000, 10) } else { (200, 1) }
}

/// What a buyer was told: his order and how many tickets it has, or how many were left.
type Told = Result<(String, i64), i64>;

/// Sends a purchase twice at once, to both nodes.
async fn buy_twice(show: &Show<'_>, other: &TestApp, round: usize, buyer: i64) -> Told {
    let n = 1 + (buyer * 7 + 3) % 4;
    let (bearer, key) = (format!("Bearer {}", show.who.token), format!("r{round}-b{buyer}"));
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key.as_str()),
    ];
    let body = show.order(n).to_string();
    let send = |node| TestApp::send(node, "POST", "/v1/orders", &headers, body.clone());
    let (first, second) = tokio::join!(send(show.who.app), send(other));
    assert_eq!((first.status, &first.bytes), (second.status, &second.bytes), "twins differ");
    match first.status {
        201 => Ok((first.text("/id").to_owned(), n)),
        409 => {
            assert_eq!(first.text("/code"), "sold_out");
            let left = first.at("/available").as_i64().unwrap();
            assert!(left < n, "{n} refused with {left} left");
            Err(left)
        }
        other => panic!("{other} {}", first.json),
    }
}

const GENEROUS: [(&str, &str); 2] =
    [("CALLBOARD_RATE_LIMIT_NATIVE", "100000000"), ("CALLBOARD_RATE_LIMIT_PER_IP", "0")];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rush_sells_every_ticket_once() {
    let app = TestApp::with(&GENEROUS);
    rush(&app, &app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rush_over_two_nodes_sells_every_ticket_once() {
    let app = TestApp::with(&GENEROUS);
    if app.is_shared() {
        let other = app.join(app.database_url());
        rush(&app, &other).await;
    }
}

async fn rush(app: &TestApp, other: &TestApp) {
    let (buyers, rounds) = size();
    let mut show = Show::open(app, ga(100)).await;
    for round in 0..rounds {
        show = Show::by(show.who, ga(100)).await;
        let began = std::time::Instant::now();
        let selling = stream::iter(0..buyers).map(|buyer| buy_twice(&show, other, round, buyer));
        let selling = selling.buffer_unordered(AT_ONCE / 2).collect::<Vec<Told>>();
        let watching = async {
            let mut before = 100;
            for n in 0..buyers {
                let node = if n % 2 == 0 { app } else { other };
                let (sold, held, left) = show.stock_on(node).await;
                assert!(
                    (0..=100).contains(&left) && left <= before && sold + held + left == 100,
                    "{sold} {left}"
                );
                before = left;
                tokio::task::yield_now().await;
            }
        };
        let (told, ()) = tokio::join!(selling, watching);
        let orders: Vec<&(String, i64)> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
        let sold: i64 = orders.iter().map(|(_, n)| n).sum();
        assert_eq!(show.stock().await, (sold, 0, 100 - sold));
        // Buyers of one ticket came late enough that none is left unsold.
        assert_eq!(sold, 100, "unsold although demand was there");
        eprintln!("round {round}: {buyers} buyers, {} orders, {:?}", orders.len(), began.elapsed());
        book_agrees(&show, &orders).await;
        give_back(&show, other, &orders[0].0, orders[0].1).await;
        super::verify::is_clean(app);
    }
}

/// The order book says what the buyers were told.
async fn book_agrees(show: &Show<'_>, orders: &[&(String, i64)]) {
    let (mut listed, mut next) = (0, format!("/v1/orders?limit=200&eventId={}", show.event));
    loop {
        let page = show.who.get(&next).await.is(200);
        for order in page.at("/items").as_array().unwrap() {
            let told =
                orders.iter().find(|(id, _)| order["id"] == json!(id)).expect("nobody was told of an order");
            assert_eq!(order["tickets"].as_array().map(Vec::len), usize::try_from(told.1).ok());
            listed += 1;
        }
        let Some(cursor) = page.at("/nextCursor").as_str() else { break };
        next = format!("/v1/orders?limit=200&eventId={}&cursor={cursor}", show.event);
    }
    assert_eq!(listed, orders.len());
}

/// Five cancellations at once give the stock back once.
async fn give_back(show: &Show<'_>, other: &TestApp, order: &str, n: i64) {
    let path = format!("/v1/orders/{order}/cancel");
    let node = |n: usize| if n.is_multiple_of(2) { show.who.app } else { other };
    let cancels = (0..5).map(|n| node(n).post(&path, &show.who.token, json!({})));
    let all = futures_util::future::join_all(cancels).await;
    for answer in all {
        assert_eq!(answer.is(200).text("/status"), "cancelled");
    }
    assert_eq!(show.stock().await, (100 - n, 0, n));
}
