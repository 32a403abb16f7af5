//! Order and cursors. Cases: H-06 … H-10.

use serde_json::{Value, json};

use crate::house::{UNKNOWN, house, ids, is_invalid};
use crate::support::TestApp;

#[tokio::test]
async fn h_06_seven_events_in_threes_are_three_pages() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let mut made = Vec::new();
    for day in 1..=7 {
        made.push(pier.night(&format!("2026-12-0{day}")).await);
    }
    assert_eq!(pier.walk("limit=3").await, (made, vec![3, 3, 1]));
}

#[tokio::test]
async fn h_07_a_page_that_is_exactly_full_is_the_last() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    for day in 1..=3 {
        pier.night(&format!("2026-12-0{day}")).await;
    }
    let feed = pier.feed("limit=3").await.is(200);
    assert_eq!((ids(&feed).len(), feed.at("/meta/nextCursor")), (3, &Value::Null));
}

#[tokio::test]
async fn h_08_in_a_day_a_missing_start_is_last_and_equal_starts_go_by_id() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let untimed = pier.publish(json!({ "local": { "date": "2026-12-01" } })).await;
    let nine = pier.publish(json!({ "local": { "date": "2026-12-01", "start": "21:00" } })).await;
    let mut halves = Vec::new();
    for _ in 0..2 {
        halves.push(pier.publish(json!({ "local": { "date": "2026-12-01", "start": "20:30" } })).await);
    }
    let eight = pier.publish(json!({ "local": { "date": "2026-12-01", "start": "20:00" } })).await;
    let next_day = pier.publish(json!({ "local": { "date": "2026-12-02", "start": "00:30" } })).await;
    halves.sort();
    let expected = [eight, halves.remove(0), halves.remove(0), nine, untimed, next_day].to_vec();
    assert_eq!(pier.ids("").await, expected);
    assert_eq!(pier.walk("limit=1").await, (expected, vec![1; 6]));
}

#[tokio::test]
async fn h_09_an_earlier_event_between_two_pages_repeats_nothing() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let mut made = Vec::new();
    for day in 2..=5 {
        made.push(pier.night(&format!("2026-12-0{day}")).await);
    }
    let page = pier.feed("limit=2").await.is(200);
    pier.night("2026-12-01").await;
    let cursor = page.text("/meta/nextCursor");
    assert_eq!(pier.ids(&format!("limit=2&cursor={cursor}")).await, made[2..]);
    pier.owner.delete(&format!("/v1/events/{cursor}")).await.is(204);
    let after = pier.ids(&format!("limit=2&cursor={cursor}")).await;
    assert_eq!(after, made[2..], "a cursor outlives its event");
}

#[tokio::test]
async fn h_10_a_cursor_that_is_no_event_of_the_venue_is_refused() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let harbour = house(&app, "Harbour").await;
    let foreign = harbour.night("2026-12-01").await;
    let annex = pier.owner.venue("Annex").await;
    let next_door = pier.publish(json!({ "local": { "date": "2026-12-01" }, "venueId": annex })).await;
    let mut bodies = Vec::new();
    for cursor in [foreign.as_str(), next_door.as_str(), UNKNOWN] {
        let refused = pier.feed(&format!("cursor={cursor}")).await;
        bodies.push(refused.bytes.clone());
        is_invalid(refused, "cursor");
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "foreign and unknown read alike");
    is_invalid(pier.feed("cursor=abc").await, "cursor");
    is_invalid(pier.feed("cursor=").await, "cursor");
}
