//! The list: its window, its filters, its parameters. Cases: H-01 … H-05.

use serde_json::json;

use crate::house::{EVENTS, house, ids, is_invalid};
use crate::support::TestApp;

#[tokio::test]
async fn h_01_the_plain_feed_is_the_next_ninety_days_in_order() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let last = pier.night("2027-02-21").await;
    let first = pier.night("2026-11-23").await;
    let between = pier.night("2026-12-31").await;
    pier.night("2026-11-22").await;
    pier.night("2027-02-22").await;
    pier.recurring("2026-12-01").await;
    let cancelled = pier.night("2026-12-02").await;
    pier.step(&cancelled, "cancel").await;
    let archived = pier.night("2026-12-03").await;
    pier.step(&archived, "archive").await;
    pier.draft(json!({ "local": { "date": "2026-12-04", "start": "20:00" } })).await;
    for visibility in ["unlisted", "private"] {
        pier.publish(json!({ "local": { "date": "2026-12-05" }, "visibility": visibility })).await;
    }
    let another = pier.owner.venue("Annex").await;
    pier.publish(json!({ "local": { "date": "2026-12-06" }, "venueId": another })).await;
    let feed = pier.get(EVENTS).await.is(200);
    assert_eq!(ids(&feed), [first, between, last]);
    assert_eq!(feed.at("/meta"), &json!({ "count": 3, "nextCursor": null, "venueId": pier.venue }));
    assert_eq!(feed.header("cache-control"), "private, max-age=60");
    assert_eq!(feed.header("vary"), "Authorization, X-Api-Key");
    assert_eq!(feed.header("content-type"), "application/json");
}

#[tokio::test]
async fn h_02_recurring_events_are_left_out_included_or_all_there_is() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let single = pier.night("2026-12-01").await;
    let made = pier.recurring("2026-12-02").await;
    assert_eq!(pier.ids("").await, [single.as_str()]);
    assert_eq!(pier.ids("recurring=exclude").await, [single.as_str()]);
    assert_eq!(pier.ids("recurring=include").await, [single.as_str(), made.as_str()]);
    assert_eq!(pier.ids("recurring=only").await, [made.as_str()]);
}

#[tokio::test]
async fn h_03_a_status_selects_its_events_alone() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let filled = pier.night("2026-12-01").await;
    let open = pier.publish(json!({ "local": { "date": "2026-12-02" }, "booking": "open" })).await;
    let reserved = pier.publish(json!({ "local": { "date": "2026-12-03" }, "booking": "reserved" })).await;
    let cancelled = pier.publish(json!({ "local": { "date": "2026-12-04" }, "booking": "open" })).await;
    pier.step(&cancelled, "cancel").await;
    for (status, id) in
        [("filled", &filled), ("open", &open), ("reserved", &reserved), ("cancelled", &cancelled)]
    {
        let feed = pier.feed(&format!("status={status}")).await.is(200);
        assert_eq!(ids(&feed), [id.as_str()], "{status}");
        assert_eq!(feed.text("/data/0/status"), status);
    }
    assert_eq!(pier.ids("").await, [filled, open, reserved]);
}

#[tokio::test]
async fn h_04_a_limit_out_of_range_is_refused() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    for limit in ["0", "101", "x", "-1", "1.5", "", "99999999999999999999"] {
        is_invalid(pier.feed(&format!("limit={limit}")).await, "limit");
    }
    is_invalid(pier.feed("limit=5&limit=5").await, "limit");
    pier.feed("limit=1").await.is(200);
    pier.feed("limit=100").await.is(200);
    pier.feed("unknown=1").await.is(200);
    let several = pier.feed("limit=0&from=x&status=booked").await.is(400);
    assert_eq!(several.at("/details").as_array().map(Vec::len), Some(3), "all faults at once");
}

#[tokio::test]
async fn h_05_a_date_is_a_real_one_in_one_spelling() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    for from in ["2026-02-30", "05/01/2026", "2026-5-1", "2026-05-01T00:00:00Z", ""] {
        is_invalid(pier.feed(&format!("from={from}")).await, "from");
    }
    is_invalid(pier.feed("from=2026-12-02&to=2026-12-01").await, "to");
    is_invalid(pier.feed("status=").await, "status");
    is_invalid(pier.feed("recurring=yes").await, "recurring");
}

#[tokio::test]
async fn the_ends_of_the_window_are_inclusive_and_half_a_window_may_be_empty() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let past = pier.night("2026-11-01").await;
    let near = pier.night("2026-12-01").await;
    let far = pier.night("2027-06-01").await;
    assert_eq!(pier.ids("from=2026-11-01&to=2026-12-01").await, [past.as_str(), near.as_str()]);
    assert_eq!(pier.ids("from=2026-12-01&to=2026-12-01").await, [near.as_str()]);
    assert_eq!(pier.ids("to=2027-06-01").await, [near.as_str(), far.as_str()]);
    assert_eq!(pier.ids("from=2027-06-01").await, Vec::<String>::new());
    assert_eq!(pier.ids("to=2026-11-01").await, Vec::<String>::new());
}
