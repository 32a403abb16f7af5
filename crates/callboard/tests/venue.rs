//! The venue feed as its contract is written. Cases: contracts.md §2.6; each test is named by its case.

mod support;

use callboard_core::ids::{EventId, SeriesId};
use callboard_store::Context;
use callboard_store::events::SetSeries;
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};
use uuid::Uuid;

const EVENTS: &str = "/api/v1/events";
const UNKNOWN: &str = "0c9a5a52-2f0e-4d5b-9a5e-6a1f6f3c1d10";

/// A venue in New York with its owner and a key.
struct House<'a> {
    owner: Organizer<'a>,
    venue: String,
    key: String,
}

async fn house<'a>(app: &'a TestApp, name: &str) -> House<'a> {
    let owner = app.organizer(name).await;
    let venue = owner.venue(name).await;
    let key = owner.venue_key(&venue).await;
    House { owner, venue, key }
}

impl House<'_> {
    /// A draft at this venue; `body` says when, and what differs. Its id.
    async fn draft(&self, body: Value) -> String {
        let mut whole =
            json!({ "title": "Low Tide Quartet", "timezone": "America/New_York", "venueId": self.venue });
        let members = body.as_object().expect("an object").clone();
        whole.as_object_mut().expect("an object").extend(members);
        self.owner.post("/v1/events", whole).await.is(201).text("/id").to_owned()
    }

    async fn step(&self, id: &str, step: &str) {
        self.owner.post(&format!("/v1/events/{id}/{step}"), json!({})).await.is(200);
    }

    /// A published event. Its id.
    async fn publish(&self, body: Value) -> String {
        let id = self.draft(body).await;
        self.step(&id, "publish").await;
        id
    }

    /// A published event at eight in the evening.
    async fn night(&self, date: &str) -> String {
        self.publish(json!({ "local": { "date": date, "start": "20:00" } })).await
    }

    /// A published event that a template made.
    async fn recurring(&self, date: &str) -> String {
        let id = self.night(date).await;
        let organization = self.owner.get("/v1/organization").await.is(200).text("/id").to_owned();
        let app = self.owner.app.app();
        let organization_id = organization.parse().expect("an id");
        let tenant =
            app.store.operator(organization_id).await.expect("the store answers").expect("it exists");
        let event: EventId = id.parse().expect("an id");
        let command = SetSeries { tenant, event, series_id: Some(SeriesId(Uuid::from_u128(7))) };
        let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
        app.store.write(context, command).await.expect("it is set");
        id
    }

    async fn get(&self, target: &str) -> Answer {
        self.owner.app.get(target, &self.key).await
    }

    async fn feed(&self, query: &str) -> Answer {
        self.get(&format!("{EVENTS}?{query}")).await
    }

    async fn ids(&self, query: &str) -> Vec<String> {
        ids(&self.feed(query).await.is(200))
    }

    /// All ids, page by page, and the sizes of the pages.
    async fn walk(&self, query: &str) -> (Vec<String>, Vec<usize>) {
        let (mut all, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            assert!(sizes.len() < 50, "the walk does not end: {sizes:?}");
            let page = self.feed(&format!("{query}{cursor}")).await.is(200);
            let found = ids(&page);
            assert_eq!(page.at("/meta/count"), found.len());
            sizes.push(found.len());
            all.extend(found);
            match page.at("/meta/nextCursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return (all, sizes),
            }
        }
    }
}

#[track_caller]
fn ids(answer: &Answer) -> Vec<String> {
    let entries = answer.at("/data").as_array().expect("a list");
    entries.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
fn is_invalid(answer: Answer, parameter: &str) {
    let answer = answer.is(400);
    assert_eq!(answer.text("/error"), "Invalid query parameters");
    assert_eq!(answer.at("/details/0/path"), &json!([parameter]));
    assert!(!answer.text("/details/0/code").is_empty() && !answer.text("/details/0/message").is_empty());
}

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

#[tokio::test]
async fn h_11_an_own_event_is_found_by_id_and_no_other() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let harbour = house(&app, "Harbour").await;
    let own = pier.night("2026-12-01").await;
    let read = pier.get(&format!("{EVENTS}/{own}")).await.is(200);
    assert_eq!(&read.json, pier.get(EVENTS).await.is(200).at("/data/0"), "bare, as an entry of the list");
    assert_eq!(read.header("cache-control"), "private, max-age=60");

    let past = pier.night("2026-01-01").await;
    let recurring = pier.recurring("2026-12-02").await;
    let cancelled = pier.night("2026-12-03").await;
    pier.step(&cancelled, "cancel").await;
    let unlisted = pier.publish(json!({ "local": { "date": "2026-12-04" }, "visibility": "unlisted" })).await;
    for id in [past, recurring, cancelled, unlisted] {
        pier.get(&format!("{EVENTS}/{id}")).await.is(200);
    }

    let foreign = harbour.night("2026-12-01").await;
    let annex = pier.owner.venue("Annex").await;
    let next_door = pier.publish(json!({ "local": { "date": "2026-12-01" }, "venueId": annex })).await;
    let draft = pier.draft(json!({ "local": { "date": "2026-12-05" } })).await;
    let private = pier.publish(json!({ "local": { "date": "2026-12-05" }, "visibility": "private" })).await;
    let archived = pier.night("2026-12-06").await;
    pier.step(&archived, "archive").await;
    let deleted = pier.night("2026-12-07").await;
    pier.owner.delete(&format!("/v1/events/{deleted}")).await.is(204);
    for id in
        [&foreign, &next_door, &draft, &private, &archived, &deleted, UNKNOWN, "abc", "low-tide-quartet"]
    {
        let missing = pier.get(&format!("{EVENTS}/{id}")).await.is(404);
        assert_eq!(missing.json, json!({ "error": "Event not found" }), "{id}");
    }
}

#[tokio::test]
async fn h_12_without_a_living_key_nothing_is_answered() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let unauthorized = json!({ "error": "Unauthorized" });
    let none = app.send("GET", "/venue/api/v1/events", &[], "").await.is(401);
    assert_eq!(none.json, unauthorized);
    assert_eq!(none.header("vary"), "Authorization, X-Api-Key");
    let shared = app.send("GET", EVENTS, &[], "").await.is(401);
    assert_eq!(shared.text("/error"), "Unauthorized");

    let swapped: String = pier.key["hdlr_live_".len()..]
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    let swapped = format!("hdlr_live_{swapped}");
    let unknown = format!("hdlr_live_{}", "A".repeat(22));
    for token in [swapped.as_str(), unknown.as_str(), "hdlr_", "hdlr_live_"] {
        assert_eq!(app.get(EVENTS, token).await.is(401).json, unauthorized, "{token}");
        assert_eq!(app.call_x("GET", EVENTS, token, None).await.is(401).json, unauthorized, "{token}");
    }

    let minted = pier.owner.mint(json!({ "family": "venue", "venueId": pier.venue })).await;
    app.get(EVENTS, minted.text("/key")).await.is(200);
    pier.owner.post(&format!("/v1/keys/{}/revoke", minted.text("/id")), json!({})).await.is(200);
    assert_eq!(app.get(EVENTS, minted.text("/key")).await.is(401).json, unauthorized);
    for (method, target) in [
        ("POST", EVENTS.to_owned()),
        ("PATCH", format!("{EVENTS}/{UNKNOWN}")),
        ("DELETE", format!("{EVENTS}/{UNKNOWN}")),
        ("GET", format!("{EVENTS}/{UNKNOWN}")),
    ] {
        assert_eq!(app.call(method, &target, minted.text("/key"), None).await.is(401).json, unauthorized);
    }
}

#[tokio::test]
async fn h_13_a_bearer_decides_where_both_headers_are_sent() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let good = format!("Bearer {}", pier.key);
    let bad = format!("hdlr_live_{}", "A".repeat(22));
    let send = async |target: &str, authorization: &str, key: &str| {
        app.send("GET", target, &[("authorization", authorization), ("x-api-key", key)], "").await.status
    };
    for target in [EVENTS, "/venue/api/v1/events"] {
        assert_eq!(send(target, &good, &bad).await, 200);
        assert_eq!(send(target, &good.replace("Bearer", "bEARER"), "junk").await, 200);
        assert_eq!(send(target, &format!("Bearer {bad}"), &pier.key).await, 401);
        assert_eq!(send(target, "Bearer junk", &pier.key).await, 401);
        assert_eq!(send(target, "Bearer", &pier.key).await, 401);
        assert_eq!(send(target, "Basic dXNlcjpwdw==", &pier.key).await, 200, "another scheme is ignored");
        assert_eq!(app.call_x("GET", target, &pier.key, None).await.status, 200);
    }
}

#[tokio::test]
async fn h_14_a_key_that_only_reads_is_forbidden_to_write() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let event = pier.night("2026-12-01").await;
    for (method, target, scope) in [
        ("POST", EVENTS.to_owned(), "events:write"),
        ("PATCH", format!("{EVENTS}/{event}"), "events:write"),
        ("DELETE", format!("{EVENTS}/{event}"), "events:delete"),
    ] {
        let refused = app.call(method, &target, &pier.key, None).await.is(403);
        assert_eq!(refused.json, json!({ "error": "Forbidden", "missingScopes": [scope] }));
    }
    let scopes = json!(["events:write", "events:delete"]);
    let blind = json!({ "family": "venue", "venueId": pier.venue, "scopes": scopes });
    let blind = pier.owner.key(blind).await;
    for target in [EVENTS.to_owned(), format!("{EVENTS}?limit=0"), format!("{EVENTS}/abc")] {
        let refused = app.get(&target, &blind).await.is(403);
        assert_eq!(refused.json, json!({ "error": "Forbidden", "missingScopes": ["events:read"] }));
    }
}

#[tokio::test]
async fn h_15_a_write_with_its_scope_is_not_implemented_whatever_is_sent() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let scopes = json!(["events:read", "events:write", "events:delete"]);
    let key = pier.owner.key(json!({ "family": "venue", "venueId": pier.venue, "scopes": scopes })).await;
    let event = pier.night("2026-12-01").await;
    for (method, target) in [
        ("POST", EVENTS.to_owned()),
        ("PATCH", format!("{EVENTS}/{UNKNOWN}")),
        ("DELETE", format!("{EVENTS}/{UNKNOWN}")),
        ("PATCH", format!("{EVENTS}/abc")),
        ("DELETE", format!("{EVENTS}/{event}")),
    ] {
        let bearer = format!("Bearer {key}");
        for (content_type, body) in
            [("application/json", ""), ("text/plain", "not JSON"), ("application/json", "{")]
        {
            let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
            let refused = app.send(method, &target, &headers, body).await.is(501);
            assert_eq!(refused.json, json!({ "error": "Not Implemented" }));
        }
    }
    pier.get(&format!("{EVENTS}/{event}")).await.is(200);
}

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

#[tokio::test]
async fn only_a_ceiling_that_was_set_limits_the_feed() {
    let app = TestApp::with(&[("CALLBOARD_VENUE_ABUSE_CEILING", "3")]);
    let pier = house(&app, "Pier").await;
    for _ in 0..3 {
        pier.get(EVENTS).await.is(200);
    }
    let refused = pier.get(EVENTS).await.is(429);
    assert_eq!(refused.json, json!({ "error": "Too many requests", "retryAfter": 60 }));
    assert_eq!(refused.header("retry-after"), "60");
    pier.owner.app.pass_ms(60_000);
    pier.get(EVENTS).await.is(200);

    let unlimited = TestApp::start();
    let pier = house(&unlimited, "Pier").await;
    for _ in 0..100 {
        pier.get(EVENTS).await.is(200);
    }
}

#[tokio::test]
async fn unknown_routes_methods_and_keys_in_the_address_answer_in_this_shape() {
    let app = TestApp::start();
    let pier = house(&app, "Pier").await;
    let event = pier.night("2026-12-01").await;
    for target in [format!("{EVENTS}/{event}/ticket-types"), "/api/v1/nothing".to_owned()] {
        assert_eq!(pier.get(&target).await.is(404).json, json!({ "error": "Not found" }));
    }
    let refused = app.call("PUT", EVENTS, &pier.key, None).await.is(405);
    assert_eq!(refused.json, json!({ "error": "Method not allowed" }));
    assert_eq!(refused.header("allow"), "GET, POST, HEAD");
    is_invalid(pier.feed(&format!("api_key={}", pier.key)).await, "api_key");
    let options = app.send("OPTIONS", "/venue/api/v1/events", &[], "").await.is(204);
    assert!(options.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}
