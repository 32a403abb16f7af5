//! `GET /v1/changes`: order, pages, waiting, who may, and what is gone.

use std::time::{Duration, Instant};

use callboard::use_cases::sweep;
use callboard_store::retention::{Log, Trim};
use callboard_store::{Context, Store};

use super::*;

#[tokio::test]
async fn changes_are_numbered_without_a_gap_and_pages_go_on() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for n in 0..7 {
        ada.venue(&format!("Venue {n}")).await;
    }
    let all = items(&ada.get("/v1/changes?limit=200").await.is(200));
    let seqs: Vec<i64> = all.iter().map(|one| one["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=i64::try_from(all.len()).unwrap()).collect::<Vec<_>>());
    let mut ids: Vec<&str> = all.iter().map(|one| one["changeId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
    let (mut paged, mut after) = (Vec::new(), 0);
    loop {
        let page = ada.get(&format!("/v1/changes?after={after}&limit=2")).await.is(200);
        paged.extend(items(&page));
        match page.at("/nextAfter").as_i64().unwrap() {
            next if next == after => break,
            next => after = next,
        }
    }
    assert_eq!(paged, all);
    let last = all.last().unwrap();
    assert_eq!(
        (&last["type"], &last["resource"], &last["at"]),
        (&json!("venue.created"), &json!("venue"), &json!(support::NOW))
    );
    let shown = ada.get(&format!("/v1/venues/{}", last["id"].as_str().unwrap())).await.is(200);
    assert_eq!(last["data"], shown.json);
}

#[tokio::test]
async fn an_organization_sees_its_own_changes_only() {
    let app = TestApp::start();
    let (ada, bob) = (app.organizer("Ada").await, app.organizer("Bob").await);
    let before = newest(&bob).await;
    ada.venue("Pier").await;
    assert_eq!(newest(&bob).await, before);
}

#[tokio::test]
async fn parameters_have_bounds() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let head = newest(&ada).await;
    for wrong in ["after=-1", "after=x", "limit=0", "limit=201", "wait=-1", "wait=61", "since=1"] {
        ada.get(&format!("/v1/changes?{wrong}")).await.is(400);
    }
    let at_the_head = ada.get(&format!("/v1/changes?after={head}")).await.is(200);
    assert_eq!(at_the_head.json, json!({ "items": [], "nextAfter": head }));
    let beyond = ada.get(&format!("/v1/changes?after={}&wait=60", head + 1)).await.is(400);
    assert_eq!(beyond.text("/errors/0/pointer"), "query:after");
    ada.get("/v1/changes?after=99999999999999999999").await.is(400);
}

#[tokio::test]
async fn a_key_needs_the_scope_and_the_whole_organization() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let venue = ada.venue("Pier").await;
    let whole = ada.key(json!({ "family": "native", "scopes": ["changes:read"] })).await;
    let narrow = ada.key(json!({ "family": "native", "scopes": ["changes:read"], "venueId": venue })).await;
    let other = ada.key(json!({ "family": "native", "scopes": ["events:read"] })).await;
    app.get("/v1/changes", &whole).await.is(200);
    assert_eq!(app.get("/v1/changes", &narrow).await.is(403).text("/code"), "forbidden");
    assert_eq!(app.get("/v1/changes", &other).await.is(403).text("/code"), "insufficient_scope");
}

#[tokio::test]
async fn waiting_ends_with_the_first_commit() {
    let app = TestApp::start();
    let (ada, bob) = (app.organizer("Ada").await, app.organizer("Bob").await);
    let head = newest(&ada).await;
    let began = Instant::now();
    let target = format!("/v1/changes?after={head}&wait=30");
    let write = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Another organization's commit wakes nobody here.
        bob.venue("Elsewhere").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        ada.venue("Pier").await;
        Instant::now()
    };
    let (answer, written) = tokio::join!(ada.get(&target), write);
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert!(written.elapsed() < Duration::from_secs(2), "{:?}", written.elapsed());
    assert_eq!(answer.is(200).at("/items/0/type"), &json!("venue.created"));
}

#[tokio::test]
async fn a_wait_ends_with_nothing_and_early_when_the_server_stops() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let head = newest(&ada).await;
    let began = Instant::now();
    let answer = ada.get(&format!("/v1/changes?after={head}&wait=1")).await.is(200);
    assert!(items(&answer).is_empty() && began.elapsed() >= Duration::from_millis(950));
    let stop = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        app.app().shutdown.begin();
    };
    let began = Instant::now();
    let target = format!("/v1/changes?after={head}&wait=60");
    let (answer, ()) = tokio::join!(ada.get(&target), stop);
    assert_eq!(answer.is(200).json, json!({ "items": [], "nextAfter": head }));
    assert!(began.elapsed() < Duration::from_secs(5));
}

async fn floor(store: &Store, context: Context, before_ms: i64, who: &Organizer<'_>) {
    let organization_id = who.get("/v1/organization").await.is(200).text("/id").parse().unwrap();
    let before = callboard_core::time::Timestamp::from_millis(before_ms);
    store.write(context, Trim { organization_id, log: Log::Changes, before }).await.unwrap();
}

#[tokio::test]
async fn old_changes_go_and_whoever_missed_them_is_told() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    ada.venue("Old").await;
    let old = newest(&ada).await;
    app.pass_ms(29 * DAY_MS);
    let ada = again(&app, &ada).await;
    ada.venue("Young").await;
    let head = newest(&ada).await;
    sweep::sweep(app.app()).await;
    assert_eq!(newest(&ada).await, head, "within 30 days nothing goes");
    app.pass_ms(2 * DAY_MS);
    let ada = again(&app, &ada).await;
    sweep::sweep(app.app()).await;
    for after in [0, old - 1] {
        let gone = ada.get(&format!("/v1/changes?after={after}&wait=60")).await.is(410);
        assert_eq!(
            (gone.text("/code"), gone.at("/oldest"), gone.at("/newest")),
            ("changes_gone", &json!(old + 1), &json!(head))
        );
    }
    let kept = ada.get(&format!("/v1/changes?after={old}")).await.is(200);
    assert_eq!(kept.at("/items/0/seq"), &json!(old + 1));
    assert_eq!(kept.at("/nextAfter"), &json!(head));
    // When all are gone, the numbers still go on.
    app.pass_ms(40 * DAY_MS);
    let ada = again(&app, &ada).await;
    sweep::sweep(app.app()).await;
    let gone = ada.get(&format!("/v1/changes?after={}", head - 1)).await.is(410);
    assert_eq!((gone.at("/oldest"), gone.at("/newest")), (&json!(head + 1), &json!(head)));
    assert!(items(&ada.get(&format!("/v1/changes?after={head}")).await.is(200)).is_empty());
    ada.venue("New").await;
    let next = ada.get(&format!("/v1/changes?after={head}")).await.is(200);
    assert_eq!(next.at("/items/0/seq"), &json!(head + 1));
}

/// An old change above a young one stays until the young one goes: what is left has no gap.
#[tokio::test]
async fn sweeping_leaves_no_gap_when_clocks_differ() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let start = app.app().clock.now().as_millis();
    let old = newest(&ada).await;
    app.pass_ms(1_000);
    ada.venue("Young").await;
    app.pass_ms(-1_000);
    ada.venue("From a clock behind").await;
    let context = Context { now: app.app().clock.now(), seed: [9; 16], request_id: String::new() };
    floor(&app.app().store, context, start + 500, &ada).await;
    ada.get(&format!("/v1/changes?after={}", old - 1)).await.is(410);
    let left = items(&ada.get(&format!("/v1/changes?after={old}")).await.is(200));
    assert_eq!(left.iter().map(|one| one["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [old + 1, old + 2]);
}

#[tokio::test]
async fn a_retention_of_nothing_keeps_for_ever_and_pages_are_bounded() {
    let app =
        TestApp::with(&[("CALLBOARD_CHANGE_RETENTION", "0"), ("CALLBOARD_RATE_LIMIT_NATIVE", "100000")]);
    let ada = app.organizer("Ada").await;
    app.pass_ms(1_000 * DAY_MS);
    sweep::sweep(app.app()).await;
    let ada = again(&app, &ada).await;
    assert_eq!(ada.get("/v1/changes").await.is(200).at("/items/0/seq"), &json!(1));
    // More than one page of the sweeper.
    for n in 0..600 {
        ada.post("/v1/channels", json!({ "name": format!("C{n}") })).await.is(201);
    }
    let head = newest(&ada).await;
    let before = callboard_core::time::Timestamp::parse("2040-01-01T00:00:00Z").unwrap();
    let organization_id = ada.get("/v1/organization").await.is(200).text("/id").parse().unwrap();
    let mut pages = 0;
    loop {
        let context = Context { now: app.app().clock.now(), seed: [pages; 16], request_id: String::new() };
        pages += 1;
        let trim = Trim { organization_id, log: Log::Changes, before };
        if !app.app().store.write(context, trim).await.unwrap() {
            break;
        }
        let gone = ada.get("/v1/changes").await.is(410);
        assert_eq!(gone.at("/oldest"), &json!(501));
    }
    assert_eq!(pages, 2);
    assert_eq!(ada.get("/v1/changes").await.is(410).at("/oldest"), &json!(head + 1));
}
