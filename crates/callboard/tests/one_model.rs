//! One model, seen from every side: the round-trip properties of contracts.md §7 over random events and zones.
//! `CALLBOARD_TEST_FULL=1` runs 512 cases of each instead of 32.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

#[path = "one_model/totals.rs"]
mod totals;
#[path = "one_model/wish.rs"]
mod wish;
#[path = "one_model/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use support::{Answer, TestApp};
use wish::{Wish, ZONES, civil, clock, millis, now, offset};
use world::{Made, World};

const STATUSES: [&str; 6] = ["DRAFT", "PUBLISHED", "SOLD_OUT", "CANCELLED", "COMPLETED", "ARCHIVED"];

fn cases() -> u32 {
    if std::env::var("CALLBOARD_TEST_FULL").is_ok_and(|value| value == "1") { 512 } else { 32 }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Holds a property of each random event, in a world with a venue in each zone.
fn for_each_event(holds: impl AsyncFn(&World<'_>, &Made)) {
    let (runtime, app) = (runtime(), world::app());
    let worlds: Vec<World<'_>> = runtime.block_on(async {
        let mut worlds = Vec::new();
        for (at, zone) in ZONES.into_iter().enumerate() {
            worlds.push(World::new(&app, &format!("Place {at}"), zone).await);
        }
        worlds
    });
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(0..worlds.len(), wish::wish()), |(at, wish)| {
        let one = async {
            let made = worlds[at].make(wish).await;
            holds(&worlds[at], &made).await;
        };
        let done = std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(one)));
        done.map_err(|panic| TestCaseError::fail(said(&*panic)))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic").to_owned()
}

/// As many random events as there are cases, in one world.
async fn crowd(world: &World<'_>) -> Vec<Made> {
    let (mut runner, strategy) = (TestRunner::default(), wish::wish());
    let mut all = Vec::new();
    for _ in 0..cases() {
        let wish: Wish = strategy.new_tree(&mut runner).unwrap().current();
        all.push(world.make(wish).await);
    }
    all
}

/// An event as each surface answers it; H's only where its feed has it.
struct Views {
    native: Answer,
    box_office: Answer,
    channel: Answer,
    venue: Answer,
}

async fn views(world: &World<'_>, made: &Made) -> Views {
    Views {
        native: world.native("GET", &format!("/v1/events/{}", made.id), None).await.is(200),
        box_office: world.box_office(&format!("/{}", made.id)).await.is(200),
        channel: world.channel(&format!("/{}", made.number)).await.is(200),
        venue: world.venue(&format!("/{}", made.id)).await,
    }
}

#[test]
fn p1_an_instant_comes_back_as_it_went_in() {
    for_each_event(async |world, made| {
        let (seen, wish) = (views(world, made).await, &made.wish);
        let same = |value: &Value, at: Option<i64>| match at {
            Some(at) => assert_eq!(millis(value), at, "{value}"),
            None => assert_eq!(value, &Value::Null),
        };
        for (pointer, at) in
            [("startsAt", Some(wish.start)), ("endsAt", wish.end()), ("doorsAt", wish.doors())]
        {
            same(seen.native.at(&format!("/{pointer}")), at);
        }
        for (pointer, at) in
            [("startsAt", Some(wish.start)), ("endsAt", wish.end()), ("doorsOpen", wish.doors())]
        {
            same(seen.box_office.at(&format!("/event/{pointer}")), at);
        }
        for (pointer, at) in [("startAt", Some(wish.start)), ("endAt", wish.end())] {
            same(seen.channel.at(&format!("/doc/{pointer}")), at);
        }
        // P writes it with the zone's own offset, T and N in UTC.
        assert!(seen.channel.text("/doc/startAt").ends_with(&offset(wish.start, wish.zone)));
        assert!(seen.box_office.text("/event/startsAt").ends_with('Z'));
        let (date, start) = wish.wall();
        assert_eq!((seen.native.text("/local/date"), seen.native.text("/local/start")), (&*date, &*start));
    });
}

#[test]
fn p2_all_surfaces_denote_one_instant() {
    for_each_event(async |world, made| {
        let (seen, wish) = (views(world, made).await, &made.wish);
        let at = millis(seen.native.at("/startsAt"));
        assert_eq!(millis(seen.box_office.at("/event/startsAt")), at);
        assert_eq!(millis(seen.channel.at("/doc/startAt")), at);
        for zone in [
            seen.native.at("/timezone"),
            seen.box_office.at("/event/timezone"),
            seen.channel.at("/doc/timezone"),
        ] {
            assert_eq!(zone, wish.zone);
        }
        if wish.venue_status().is_some() {
            // H speaks in the venue's zone, whatever the event's own is.
            let venue = seen.venue.is(200);
            assert_eq!(venue.at("/venue/timezone"), world.zone);
            assert_eq!(venue.text("/date"), civil(at, world.zone).date().to_string());
            assert_eq!(venue.text("/setStartTime"), clock(at, world.zone));
            let shown = |at: Option<i64>| at.map_or(Value::Null, |at| json!(clock(at, world.zone)));
            assert_eq!(venue.at("/setEndTime"), &shown(wish.end()));
            assert_eq!(venue.at("/doorsOpenTime"), &shown(wish.doors()));
            assert_eq!(venue.at("/setLengthMinutes"), &json!(wish.minutes));
        }
    });
}

#[test]
fn p3_money_is_exact_on_every_surface() {
    for_each_event(async |world, made| {
        let (seen, wish) = (views(world, made).await, &made.wish);
        assert_eq!(seen.native.at("/pricing/online"), &json!(wish.online));
        assert_eq!(seen.native.at("/pricing/door"), &json!(wish.door));
        assert_eq!(seen.native.at("/currency"), wish.currency.0);
        assert_eq!(seen.box_office.at("/event/currency"), wish.currency.0);
        for (at, kind) in wish.kinds.iter().enumerate() {
            for answer in [seen.native.at("/ticketTypes"), seen.box_office.at("/event/ticketTypes")] {
                let one = &answer[at];
                assert_eq!((&one["price"], &one["quantity"]), (&json!(kind.price), &json!(kind.quantity)));
                assert_eq!(
                    (&one["sold"], &one["available"]),
                    (&json!(kind.sold), &json!(kind.quantity - kind.sold))
                );
            }
        }
        if wish.venue_status().is_some() {
            let decimal = |minor: Option<i64>| minor.map_or(Value::Null, |minor| json!(wish.decimal(minor)));
            let venue = seen.venue.is(200);
            assert_eq!(venue.at("/pricing/online"), &decimal(wish.online_price()));
            assert_eq!(venue.at("/pricing/door"), &decimal(wish.door));
        }
    });
}

#[test]
fn p4_a_status_filter_finds_what_is_shown_with_that_status() {
    for_each_event(async |world, made| {
        let (seen, wish) = (views(world, made).await, &made.wish);
        let status = wish.box_office_status(now());
        assert_eq!(seen.box_office.text("/event/status"), status);
        assert_eq!(seen.native.text("/status"), wish.native_status());
        assert_eq!(seen.native.at("/over"), wish.is_over(now()));
        assert_eq!(seen.native.at("/soldOut"), wish.is_sold_out());
        assert_eq!(seen.channel.text("/doc/status"), wish.native_status());
        match wish.venue_status() {
            Some(word) => assert_eq!(seen.venue.is(200).text("/status"), word),
            None => assert_eq!(seen.venue.status, 404),
        }
        for filter in STATUSES {
            let found = world.box_office(&format!("?status={filter}&search={}", made.word)).await.is(200);
            assert_eq!(found.at("/pagination/total"), i64::from(filter == status), "{filter}");
        }
        let live = world.box_office(&format!("?liveOnly=true&search={}", made.word)).await.is(200);
        assert_eq!(live.at("/pagination/total"), i64::from(["PUBLISHED", "SOLD_OUT"].contains(&status)));
        for filter in ["draft", "published", "cancelled", "archived"] {
            let found = world
                .native("GET", &format!("/v1/events?status={filter}&search={}", made.word), None)
                .await
                .is(200);
            assert_eq!(
                found.at("/items").as_array().unwrap().len(),
                usize::from(filter == wish.native_status())
            );
        }
    });
}

/// Every page of a list: `target` with its number or cursor, what its items are called, how to go on.
async fn walk(
    fetch: impl AsyncFn(&str) -> Answer,
    query: &str,
    items: &str,
    name: &str,
    next: impl Fn(&Answer, usize) -> Option<String>,
) -> Vec<Value> {
    let (mut seen, mut rest) = (Vec::new(), String::new());
    for page in 2..1_000 {
        let answer = fetch(&format!("?limit=7{query}{rest}")).await.is(200);
        let here = answer.at(items).as_array().unwrap();
        assert!(here.len() <= 7);
        seen.extend(here.iter().map(|one| one[name].clone()));
        match next(&answer, page) {
            Some(more) => rest = more,
            None => return seen,
        }
    }
    panic!("the walk does not end");
}

/// The feed's own query, so wide that every event is in it.
const EVER: &str = "&from=2026-01-01&to=2028-01-01&recurring=include";

async fn walk_venue(world: &World<'_>, query: &str) -> Vec<Value> {
    let cursor = |answer: &Answer, _: usize| {
        answer.at("/meta/nextCursor").as_str().map(|cursor| format!("&cursor={cursor}"))
    };
    walk(async |target| world.venue(target).await, &format!("{EVER}{query}"), "/data", "id", cursor).await
}

#[track_caller]
fn are_exactly(seen: &[Value], expected: impl Iterator<Item = Value>) {
    let text = |value: &Value| value.to_string();
    let once: BTreeSet<String> = seen.iter().map(text).collect();
    assert_eq!(once.len(), seen.len(), "something was seen twice");
    assert_eq!(once, expected.map(|value| text(&value)).collect());
}

#[test]
fn p5_every_style_of_paging_yields_each_event_once() {
    let app = world::app();
    runtime().block_on(async {
        let world = World::new(&app, "Pier 9", "America/New_York").await;
        let all = crowd(&world).await;
        let by_page = |answer: &Answer, page: usize| {
            let (limit, total) =
                ("limit", if answer.json.get("pagination").is_some() { "total" } else { "totalDocs" });
            let at = answer.json.get("pagination").unwrap_or(&answer.json);
            let (limit, total) = (at[limit].as_u64().unwrap(), at[total].as_u64().unwrap());
            ((page as u64 - 1) * limit < total).then(|| format!("&page={page}"))
        };
        let seen = walk(async |target| world.box_office(target).await, "", "/events", "id", by_page).await;
        are_exactly(&seen, all.iter().map(|made| json!(made.id)));
        let seen = walk(async |target| world.channel(target).await, "", "/docs", "id", by_page).await;
        let archived = |made: &&Made| made.wish.native_status() == "archived";
        are_exactly(&seen, all.iter().filter(|made| !archived(made)).map(|made| json!(made.number)));
        let cursor = |answer: &Answer, _: usize| {
            answer.at("/nextCursor").as_str().map(|cursor| format!("&cursor={cursor}"))
        };
        for order in ["startsAt", "-startsAt", "updatedAt"] {
            let fetch = async |target: &str| world.native("GET", &format!("/v1/events{target}"), None).await;
            let seen = walk(fetch, &format!("&order={order}"), "/items", "id", cursor).await;
            are_exactly(&seen, all.iter().map(|made| json!(made.id)));
        }
        let in_feed = |made: &&Made, word: &str| {
            made.wish.visibility == "public" && made.wish.venue_status() == Some(word)
        };
        for (query, word) in [("", "filled"), ("&status=cancelled", "cancelled")] {
            let seen = walk_venue(&world, query).await;
            are_exactly(&seen, all.iter().filter(|made| in_feed(made, word)).map(|made| json!(made.id)));
        }
    });
}

#[test]
fn p6_no_key_sees_another_containers_event() {
    let app = world::app();
    runtime().block_on(async {
        let world = World::new(&app, "Pier 9", "America/New_York").await;
        let stranger = World::new(&app, "Quay 4", "Asia/Kathmandu").await;
        for made in crowd(&world).await {
            is_hidden_from(&stranger, &made).await;
        }
    });
}

/// Each answer is the one for something that never was, and the slug is free elsewhere.
async fn is_hidden_from(stranger: &World<'_>, made: &Made) {
    let absent = ("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "no-such-show", "999999");
    let number = made.number.to_string();
    let blank = |answer: Answer| {
        let id = answer.header("x-request-id").to_owned();
        (answer.status, String::from_utf8_lossy(&answer.bytes).replace(&id, ""))
    };
    for path in ["", "/ticket-types", "/availability"] {
        for (name, none) in [(&made.id, absent.0), (&made.slug, absent.1)] {
            let box_office = stranger.box_office(&format!("/{name}{path}")).await;
            assert_eq!(box_office.status, 404);
            assert_eq!(blank(box_office), blank(stranger.box_office(&format!("/{none}{path}")).await));
            let native = stranger.native("GET", &format!("/v1/events/{name}{path}"), None).await;
            assert_eq!(native.status, 404);
            assert_eq!(
                blank(native),
                blank(stranger.native("GET", &format!("/v1/events/{none}{path}"), None).await)
            );
        }
    }
    let venue = stranger.venue(&format!("/{}", made.id)).await;
    assert_eq!(venue.status, 404);
    assert_eq!(blank(venue), blank(stranger.venue(&format!("/{}", absent.0)).await));
    let channel = stranger.channel(&format!("/{number}")).await;
    assert_eq!(channel.status, 404);
    assert_eq!(blank(channel), blank(stranger.channel(&format!("/{}", absent.2)).await));
    for step in ["publish", "cancel"] {
        let moved = stranger.native("POST", &format!("/v1/events/{}/{step}", made.id), None).await;
        assert_eq!(moved.status, 404);
    }
    let body = json!({ "title": "Mine", "slug": made.slug, "startsAt": "2026-12-05T01:30:00Z" });
    let own =
        stranger.app.call_x("POST", "/api/v1/events", &stranger.box_office_key, Some(&body)).await.is(201);
    assert_eq!(own.text("/event/slug"), made.slug);
    let lists = [
        stranger.box_office(&format!("?search={}", made.word)).await,
        stranger.native("GET", &format!("/v1/events?search={}", made.word), None).await,
        stranger.native("GET", "/v1/events?limit=200", None).await,
        stranger.venue(&format!("?limit=100{EVER}")).await,
        stranger.channel("?limit=100").await,
    ];
    for list in lists {
        let text = String::from_utf8_lossy(&list.is(200).bytes).into_owned();
        assert!(!text.contains(&made.id) && !text.contains(&format!("Show {}", made.word)));
    }
}

#[test]
fn p7_what_the_feed_lists_it_also_answers_by_id() {
    let app = world::app();
    runtime().block_on(async {
        let world = World::new(&app, "Pier 9", "Australia/Lord_Howe").await;
        crowd(&world).await;
        for query in ["", "&status=cancelled", "&status=filled"] {
            let list = world.venue(&format!("?limit=100{EVER}{query}")).await.is(200);
            for entry in list.at("/data").as_array().unwrap() {
                let one = world.venue(&format!("/{}", entry["id"].as_str().unwrap())).await.is(200);
                assert_eq!(&one.json, entry);
            }
        }
    });
}

/// The published vector of contracts.md §7, made at a box office with a default venue and channel.
#[tokio::test]
async fn published_once_it_appears_everywhere() {
    let app: TestApp = world::app();
    let world = World::new(&app, "Main Room", "America/Chicago").await;
    let body = json!({ "title": "Comedy Night", "startsAt": "2027-09-01T19:00:00Z", "timezone": "America/New_York",
        "venueName": "Main Room", "city": "New York", "country": "US", "currency": "USD", "visibility": "PUBLIC",
        "category": "COMEDY", "ticketTypes": [{ "name": "General Admission", "price": 2500, "quantity": 120 }] });
    let made = app.call_x("POST", "/api/v1/events", &world.box_office_key, Some(&body)).await.is(201);
    let id = made.text("/event/id").to_owned();
    assert_eq!(made.text("/event/status"), "DRAFT");
    assert_eq!(world.venue(&format!("/{id}")).await.status, 404);
    let native = world.native("POST", &format!("/v1/events/{id}/publish"), None).await.is(200);
    assert_eq!(native.at("/venueId"), &json!(world.venue));
    assert_eq!((native.text("/startsAt"), native.text("/local/start")), ("2027-09-01T19:00:00Z", "15:00"));
    let box_office = world.box_office(&format!("/{id}")).await.is(200);
    assert_eq!(
        (box_office.text("/event/status"), box_office.text("/event/startsAt")),
        ("PUBLISHED", "2027-09-01T19:00:00Z")
    );
    assert_eq!(box_office.at("/event/ticketTypes/0/price"), 2500);
    let channel = world.channel(&format!("/{}", native.at("/number"))).await.is(200);
    assert_eq!(
        (channel.text("/doc/status"), channel.text("/doc/startAt")),
        ("published", "2027-09-01T15:00:00-04:00")
    );
    assert_eq!(channel.at("/doc/classifications"), &json!(["comedy"]));
    assert_eq!(channel.text("/doc/offers/0/availability"), "available");
    let venue = world.venue(&format!("/{id}")).await.is(200);
    assert_eq!((venue.text("/date"), venue.text("/setStartTime")), ("2027-09-01", "14:00"));
    assert_eq!((venue.text("/status"), venue.text("/pricing/online")), ("filled", "25.00"));
    assert_eq!(venue.text("/eventName"), "Comedy Night");
    assert_eq!(channel.text("/doc/url"), native.text("/publicUrl"));
    assert_eq!(box_office.text("/event/publicUrl"), native.text("/publicUrl"));
}
