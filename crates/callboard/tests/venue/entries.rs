//! What an entry says, and its tag. Cases: H-16 … H-19.

use serde_json::{Value, json};

use crate::house::{EVENTS, house, ids};
use crate::support::TestApp;

#[tokio::test]
async fn h_16_every_member_is_always_there() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let full = pier
        .publish(json!({
            "title": "Low Tide Quartet", "notes": "All ages", "producerName": "Tide Promotions",
            "local": { "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "23:00" },
            "performers": [
                { "name": "Low Tide Quartet", "role": "headliner", "bandSlug": "low-tide-quartet",
                  "bannerUrl": "https://img.example/banner.png" },
                { "name": "Ebb", "role": "opener" },
                { "name": "Flow", "role": "support" }],
            "pricing": { "online": 1800, "door": 2200, "doorSeller": "Pier Box Office" },
            "offers": [{ "name": "Elsewhere", "url": "https://tickets.example/ltq", "availability": "available" }],
            "links": { "facebookEvent": "https://facebook.example/e/1", "website": "https://ltq.example" },
            "posterUrl": "https://img.example/poster.png" }))
        .await;
    let bare =
        pier.publish(json!({ "title": null, "local": { "date": "2026-12-05" }, "booking": "open" })).await;
    let venue = json!({ "id": pier.venue, "name": "Pier", "slug": "pier", "city": "New York", "stateProvince": "NY",
        "country": "US", "timezone": "America/New_York", "capacity": 220 });
    let feed = pier.get(EVENTS).await.is(200);
    let expected = json!({
        "id": full, "date": "2026-12-04", "doorsOpenTime": "19:00", "setStartTime": "20:30", "setEndTime": "23:00",
        "setLengthMinutes": 150, "status": "filled", "eventName": "Low Tide Quartet",
        "posterUrl": "https://img.example/poster.png", "producerName": "Tide Promotions", "notes": "All ages",
        "venue": venue,
        "performers": [
            { "name": "Low Tide Quartet", "role": "headliner", "bandSlug": "low-tide-quartet",
              "bandBannerUrl": "https://img.example/banner.png" },
            { "name": "Ebb", "role": "opener", "bandSlug": null, "bandBannerUrl": null },
            { "name": "Flow", "role": "support", "bandSlug": null, "bandBannerUrl": null }],
        "pricing": { "online": "18.00", "door": "22.00", "doorSellerName": "Pier Box Office" },
        "links": { "ticketing": "https://tickets.example/ltq", "facebookEvent": "https://facebook.example/e/1",
            "website": "https://ltq.example" } });
    assert_eq!(feed.at("/data/0"), &expected);
    let expected = json!({
        "id": bare, "date": "2026-12-05", "doorsOpenTime": null, "setStartTime": null, "setEndTime": null,
        "setLengthMinutes": null, "status": "open", "eventName": null, "posterUrl": null, "producerName": null,
        "notes": null, "venue": venue, "performers": [],
        "pricing": { "online": null, "door": null, "doorSellerName": null },
        "links": { "ticketing": null, "facebookEvent": null, "website": null } });
    assert_eq!(feed.at("/data/1"), &expected);
}

#[tokio::test]
async fn h_17_prices_are_decimal_texts_of_the_visible_types() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let of_type = |price: i64, hidden: bool| json!({ "name": format!("{price}"), "price": price, "quantity": 10, "hidden": hidden });
    for (day, types, more, expected) in [
        (1, json!([of_type(2500, false), of_type(1800, false), of_type(5, true)]), json!({}), json!("18.00")),
        (2, json!([of_type(0, false)]), json!({}), json!("0.00")),
        (3, json!([]), json!({}), Value::Null),
        (4, json!([of_type(2500, false)]), json!({ "online": 5 }), json!("0.05")),
    ] {
        let date = format!("2026-12-0{day}");
        let body = json!({ "local": { "date": date }, "ticketTypes": types, "pricing": more });
        pier.publish(body).await;
        let feed = pier.feed(&format!("from={date}&to={date}")).await.is(200);
        assert_eq!(feed.at("/data/0/pricing/online"), &expected, "{date}");
        let link = feed.at("/data/0/links/ticketing");
        match types.as_array().map(Vec::len) {
            Some(0) => assert_eq!(link, &Value::Null),
            _ => assert!(link.as_str().is_some_and(|link| link.starts_with("https://events.example/e/"))),
        }
    }
    let yen = json!({ "local": { "date": "2026-12-05" }, "currency": "JPY", "pricing": { "door": 2500 } });
    pier.publish(yen).await;
    let feed = pier.feed("from=2026-12-05&to=2026-12-05").await.is(200);
    assert_eq!(feed.at("/data/0/pricing/door"), "2500");
}

#[tokio::test]
async fn h_18_a_night_past_midnight_keeps_the_date_of_its_start() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    pier.publish(json!({ "local": { "date": "2026-12-04", "start": "23:30", "end": "01:15" } })).await;
    let entry = pier.get(EVENTS).await.is(200).at("/data/0").clone();
    assert_eq!(entry["date"], "2026-12-04");
    assert_eq!((&entry["setStartTime"], &entry["setEndTime"]), (&json!("23:30"), &json!("01:15")));
    assert_eq!(entry["setLengthMinutes"], 105);
}

#[tokio::test]
async fn h_19_the_keys_venue_is_named_on_an_empty_page_too() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let feed = pier.get(EVENTS).await.is(200);
    let meta = json!({ "count": 0, "nextCursor": null, "venueId": pier.venue });
    assert_eq!(feed.json, json!({ "data": [], "meta": meta }));
}

#[tokio::test]
async fn an_event_is_shown_sorted_and_filtered_by_the_venues_clock() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    // Half past eight in Kathmandu, a quarter to ten in the morning in New York.
    let body = json!({ "timezone": "Asia/Kathmandu", "startsAt": "2026-12-05T20:30:00+05:45" });
    let abroad = pier.publish(body).await;
    // 02:30 UTC on the 6th is the evening of the 5th in New York.
    let late = pier
        .publish(json!({ "timezone": "UTC", "startsAt": "2026-12-06T02:30:00Z", "endsAt": "2026-12-06T05:00:00Z" }))
        .await;
    let feed = pier.feed("from=2026-12-05&to=2026-12-05").await.is(200);
    assert_eq!(ids(&feed), [abroad, late]);
    assert_eq!(
        (feed.at("/data/0/date"), feed.at("/data/0/setStartTime")),
        (&json!("2026-12-05"), &json!("09:45"))
    );
    assert_eq!(
        (feed.at("/data/1/date"), feed.at("/data/1/setStartTime")),
        (&json!("2026-12-05"), &json!("21:30"))
    );
    assert_eq!(feed.at("/data/1/setEndTime"), "00:00");

    let place = format!("/v1/venues/{}", pier.venue);
    pier.owner.patch(&place, json!({ "timezone": "Asia/Kathmandu" })).await.is(200);
    let moved = pier.get(EVENTS).await.is(200);
    assert_eq!(
        (moved.at("/data/0/date"), moved.at("/data/0/setStartTime")),
        (&json!("2026-12-05"), &json!("20:30"))
    );
    assert_eq!(
        (moved.at("/data/1/date"), moved.at("/data/1/setStartTime")),
        (&json!("2026-12-06"), &json!("08:15"))
    );
    assert_eq!(moved.at("/data/0/venue/timezone"), "Asia/Kathmandu");
}

#[tokio::test]
async fn an_answer_is_asked_for_again_by_its_tag() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let event = pier.night("2026-12-01").await;
    let bearer = format!("Bearer {}", pier.key);
    for target in [EVENTS.to_owned(), format!("{EVENTS}/{event}")] {
        let first = pier.get(&target).await.is(200);
        let headers = [("authorization", bearer.as_str()), ("if-none-match", first.header("etag"))];
        let again = app.send("GET", &target, &headers, "").await.is(304);
        assert!(again.bytes.is_empty());
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("cache-control"), "private, max-age=60");
        pier.owner.patch(&format!("/v1/events/{event}"), json!({ "notes": target })).await.is(200);
        app.send("GET", &target, &headers, "").await.is(200);
    }
}
