//! `GET /v1/events`: filters, orders, cursors; reading one by id or slug.

use serde_json::{Value, json};

use crate::support::{Organizer, TestApp};
use crate::{faults, has_fault, items, made, refused, send, show};

async fn titles(who: &Organizer<'_>, query: &str) -> Vec<String> {
    let answer = who.get(&format!("/v1/events{query}")).await.is(200);
    items(&answer).iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

fn on(title: &str, day: &str) -> Value {
    json!({ "title": title, "timezone": "America/New_York", "local": { "date": day, "start": "20:00" } })
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (venue, box_office) = (who.venue("Pier 9").await, who.box_office("Pier 9").await);
    let (channel, _) = who.channel("Harbour").await;
    let mut a = on("Blue Tide", "2026-12-01");
    (a["venueId"], a["channelId"], a["boxOfficeId"]) = (json!(venue), json!(channel), json!(box_office));
    (a["category"], a["visibility"]) = (json!("music"), json!("unlisted"));
    a["external"] = json!({ "source": "cms", "id": "9" });
    let (_, address) = made(&who, a).await;
    who.post(&format!("{address}/publish"), json!({})).await.is(200);
    let mut b = on("Café Blues", "2026-12-02");
    (b["description"], b["external"]) = (json!("with tides"), json!({ "source": "crm", "id": "9" }));
    made(&who, b).await;
    made(&who, on("Comedy Night", "2026-12-03")).await;
    let all = ["Blue Tide", "Café Blues", "Comedy Night"];
    assert_eq!(titles(&who, "").await, all);
    for (query, expected) in [
        ("status=published".to_owned(), &all[..1]),
        ("status=draft".to_owned(), &all[1..]),
        ("status=archived".to_owned(), &[]),
        ("visibility=unlisted".to_owned(), &all[..1]),
        ("category=music".to_owned(), &all[..1]),
        (format!("venueId={venue}"), &all[..1]),
        (format!("channelId={channel}"), &all[..1]),
        (format!("boxOfficeId={box_office}"), &all[..1]),
        (format!("venueId={box_office}"), &[]),
        (format!("seriesId={venue}"), &[]),
        ("recurring=exclude".to_owned(), &all[..]),
        ("recurring=include".to_owned(), &all[..]),
        ("recurring=only".to_owned(), &[]),
        ("from=2026-12-03T01:00:00Z".to_owned(), &all[1..]),
        ("from=2026-12-03T01:00:01Z".to_owned(), &all[2..]),
        ("to=2026-12-03T01:00:00Z".to_owned(), &all[..2]),
        ("search=blu".to_owned(), &all[..2]),
        ("search=TIDE%20blue".to_owned(), &all[..2]),
        ("search=cafe".to_owned(), &all[1..2]),
        ("search=nothing".to_owned(), &[]),
        ("externalSource=cms&externalId=9".to_owned(), &all[..1]),
        ("externalSource=crm".to_owned(), &all[1..2]),
        ("externalSource=cms&externalId=8".to_owned(), &[]),
        ("status=draft&search=blu".to_owned(), &all[1..2]),
    ] {
        assert_eq!(titles(&who, &format!("?{query}")).await, expected, "{query}");
    }
}

#[tokio::test]
async fn occurrences_of_a_series_are_told_apart() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    made(&who, on("Once", "2026-12-02")).await;
    let body = json!({ "title": "Weekly", "rrule": "FREQ=WEEKLY;COUNT=1", "timezone": "UTC", "startDate": "2026-12-01",
        "local": { "start": "20:00" } });
    let made = who.post("/v1/series", body).await.is(201);
    let series = made.text("/id");
    assert_eq!(titles(&who, "").await, ["Weekly", "Once"]);
    assert_eq!(titles(&who, "?recurring=exclude").await, ["Once"]);
    assert_eq!(titles(&who, "?recurring=only").await, ["Weekly"]);
    assert_eq!(titles(&who, &format!("?seriesId={series}")).await, ["Weekly"]);
    let copy = who.post("/v1/events/weekly-2026-12-01/duplicate", json!({})).await.is(201);
    assert_eq!(copy.at("/seriesId"), &Value::Null);
}

#[tokio::test]
async fn wrong_and_unknown_parameters_are_refused_together() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let query = "/v1/events?status=PUBLISHED&from=2026-12-01&venueId=1&limit=0&order=title&statuss=draft&search=&recurring=no";
    let found = faults(who.get(query).await);
    let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    assert!(places.contains(&"query:statuss") && places.contains(&"query:recurring"), "{places:?}");
    for name in ["status", "from", "venueId", "limit", "order"] {
        assert!(places.contains(&format!("query:{name}").as_str()), "{name} in {places:?}");
    }
    has_fault(who.get("/v1/events?limit=201").await, "query:limit", "too_big");
    has_fault(who.get("/v1/events?externalId=9").await, "query:externalSource", "required");
    has_fault(who.get("/v1/events?cursor=x").await, "query:cursor", "invalid_value");
    has_fault(
        who.get("/v1/events?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z").await,
        "query:to",
        "invalid_value",
    );
}

/// Walks a list by its cursors, two at a time.
async fn walk(who: &Organizer<'_>, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..50 {
        let page = who.get(&format!("/v1/events?limit=2{query}{cursor}")).await.is(200);
        assert!(items(&page).len() <= 2);
        seen.extend(items(&page).iter().map(|one| one["title"].as_str().unwrap().to_owned()));
        match page.at("/nextCursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
    panic!("the walk does not end");
}

#[tokio::test]
async fn a_walk_sees_each_event_once_in_every_order() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut addresses = Vec::new();
    for (title, day) in [
        ("c", "2026-12-03"),
        ("a", "2026-12-01"),
        ("d", "2026-12-03"),
        ("b", "2026-12-02"),
        ("e", "2026-12-05"),
    ] {
        app.pass_ms(1_000);
        addresses.push(made(&who, on(title, day)).await.1);
    }
    assert_eq!(walk(&who, "").await, ["a", "b", "c", "d", "e"]);
    assert_eq!(walk(&who, "&order=startsAt").await, ["a", "b", "c", "d", "e"]);
    assert_eq!(walk(&who, "&order=-startsAt").await, ["e", "d", "c", "b", "a"]);
    assert_eq!(walk(&who, "&order=updatedAt").await, ["c", "a", "d", "b", "e"]);
    app.pass_ms(1_000);
    who.patch(&addresses[0], json!({ "notes": "x" })).await.is(200);
    assert_eq!(walk(&who, "&order=updatedAt").await, ["a", "d", "b", "e", "c"]);
    let first = who.get("/v1/events?limit=2").await;
    let cursor = first.text("/nextCursor").to_owned();
    has_fault(
        who.get(&format!("/v1/events?order=updatedAt&cursor={cursor}")).await,
        "query:cursor",
        "invalid_value",
    );
}

#[tokio::test]
async fn a_cursor_survives_the_deletion_of_its_row() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut addresses = Vec::new();
    for day in 1..=4 {
        addresses.push(made(&who, on(&format!("day {day}"), &format!("2026-12-0{day}"))).await.1);
    }
    let first = who.get("/v1/events?limit=2").await.is(200);
    who.delete(&addresses[1]).await.is(204);
    let next = who.get(&format!("/v1/events?limit=2&cursor={}", first.text("/nextCursor"))).await.is(200);
    let found: Vec<&str> = items(&next).iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(found, ["day 3", "day 4"]);
    assert_eq!(next.at("/nextCursor"), &Value::Null);
}

#[tokio::test]
async fn a_list_can_be_revalidated() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    made(&who, show("One")).await;
    let list = who.get("/v1/events").await.is(200);
    let tag = list.header("etag").to_owned();
    assert_eq!(send(&who, "GET", "/v1/events", &[("if-none-match", &tag)], Value::Null).await.status, 304);
    made(&who, show("Two")).await;
    assert_eq!(send(&who, "GET", "/v1/events", &[("if-none-match", &tag)], Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_event_is_found_by_id_or_by_slug() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (_, address) = made(&who, show("Low Tide")).await;
    let by_id = who.get(&address).await.is(200);
    let by_slug = who.get("/v1/events/low-tide").await.is(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_id.header("etag"), by_slug.header("etag"));
    for name in ["low-tides", "Low-Tide", "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "%20", "1"] {
        refused(who.get(&format!("/v1/events/{name}")).await, 404, "not_found");
    }
}

#[tokio::test]
async fn a_slug_of_several_events_names_their_ids() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut ids = Vec::new();
    for name in ["North", "South"] {
        let mut body = show("Low Tide");
        body["boxOfficeId"] = json!(who.box_office(name).await);
        ids.push(made(&who, body).await.0.text("/id").to_owned());
    }
    ids.sort();
    let answers = [
        who.get("/v1/events/low-tide").await,
        who.patch("/v1/events/low-tide", json!({ "title": "x" })).await,
        who.delete("/v1/events/low-tide").await,
        who.post("/v1/events/low-tide/publish", json!({})).await,
        who.get("/v1/events/low-tide/availability").await,
        who.get("/v1/events/low-tide/ticket-types").await,
    ];
    for answer in answers {
        let answer = refused(answer, 409, "ambiguous_slug");
        let mut named: Vec<&str> =
            answer.at("/ids").as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        named.sort_unstable();
        assert_eq!(named, ids);
    }
}

#[tokio::test]
async fn a_renamed_venue_is_found_by_its_new_name() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let venue = who.venue("Granary").await;
    let mut show = on("Blue Tide", "2026-12-01");
    show["venueId"] = json!(venue);
    made(&who, show).await;
    assert_eq!(titles(&who, "?search=granary").await, ["Blue Tide"]);
    who.patch(&format!("/v1/venues/{venue}"), json!({ "name": "Boathouse" })).await.is(200);
    assert_eq!(titles(&who, "?search=boat%20tide").await, ["Blue Tide"]);
    assert!(titles(&who, "?search=granary").await.is_empty());
}
