//! `POST /v1/events`: what is made, and what is refused.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::{faults, has_fault, items, made, refused, show, ticketed};

/// The members of an event, from native-api.md §5.
const MEMBERS: &str = "id number slug title description notes status booking soldOut over visibility category \
    classifications timezone startsAt endsAt doorsAt setMinutes local timeBasis venueId channelId boxOfficeId \
    seriesId place performers producerName pricing offers links coverImageId posterUrl currency capacity \
    ticketTypes external metadata publicUrl version createdAt updatedAt";

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_new_event_is_a_draft_with_every_member() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, show("Low Tide Quartet")).await;
    let mut expected: Vec<&str> = MEMBERS.split_whitespace().collect();
    expected.sort_unstable();
    let read = who.get(&address).await.is(200);
    assert_eq!(names(&read.json), expected);
    expected.push("warnings");
    expected.sort_unstable();
    assert_eq!(names(&event.json), expected);
    assert_eq!(event.text("/status"), "draft");
    assert_eq!(event.text("/slug"), "low-tide-quartet");
    assert_eq!(event.at("/number"), 1);
    assert_eq!(event.at("/version"), 1);
    assert_eq!(event.at("/warnings"), &json!([]));
    assert_eq!(event.text("/timeBasis"), "instant");
    assert_eq!(
        event.at("/local"),
        &json!({ "date": "2026-12-04", "doors": null, "start": "20:30", "end": null })
    );
    assert_eq!(event.text("/publicUrl"), "https://events.example/e/1/low-tide-quartet");
    assert_eq!(event.header("location"), address);
    assert_eq!(event.header("etag").split('-').next(), Some("\"1"));
    let place = ["name", "address", "city", "region", "country", "placeId", "latitude", "longitude"];
    for member in place {
        assert_eq!(event.at(&format!("/place/{member}")), &Value::Null);
    }
    for member in ["online", "door", "doorSeller"] {
        assert_eq!(event.at(&format!("/pricing/{member}")), &Value::Null);
    }
    for member in ["ticketing", "facebookEvent", "website"] {
        assert_eq!(event.at(&format!("/links/{member}")), &Value::Null);
    }
}

#[tokio::test]
async fn everything_that_was_said_is_answered() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (venue, box_office) = (who.venue("Pier 9").await, who.box_office("Pier 9").await);
    let (channel, _) = who.channel("Harbour Jazz").await;
    let said = json!({
        "title": "Low Tide Quartet", "slug": "ltq", "description": "Two sets.\nOne bar.", "notes": "All ages",
        "booking": "reserved", "visibility": "unlisted", "category": "music", "classifications": ["music", "nightlife"],
        "timezone": "America/New_York", "startsAt": "2026-12-04T20:30:00-05:00", "endsAt": "2026-12-05T04:00:00Z",
        "doorsAt": "2026-12-04T19:00:00-05:00", "setMinutes": 120,
        "venueId": venue, "channelId": channel, "boxOfficeId": box_office,
        "place": { "name": "Pier 9", "address": "9 Pier St", "city": "Boston", "region": "MA", "country": "US",
            "placeId": "plc-bos", "latitude": 42.35, "longitude": -71.05 },
        "performers": [{ "name": "Low Tide Quartet", "role": "headliner", "bandSlug": "low-tide-quartet",
            "bannerUrl": "https://img.example/b.png" }, { "name": "Ebb" }],
        "producerName": "Harbour Nights",
        "pricing": { "online": 1800, "door": 2200, "doorSeller": "The bar" },
        "offers": [{ "name": "Door", "url": "https://tickets.example/ltq", "availability": "limited" }],
        "links": { "ticketing": "https://tickets.example/ltq", "facebookEvent": "https://fb.example/1",
            "website": "https://ltq.example/" },
        "posterUrl": "https://img.example/p.png", "currency": "EUR", "capacity": 220,
        "external": { "source": "cms", "id": "post-9" }, "metadata": { "desk": "B" },
    });
    let (event, _) = made(&who, said.clone()).await;
    for (name, value) in said.as_object().unwrap() {
        if !["startsAt", "doorsAt", "performers"].contains(&name.as_str()) {
            assert_eq!(event.at(&format!("/{name}")), value, "{name}");
        }
    }
    assert_eq!(event.text("/startsAt"), "2026-12-05T01:30:00Z");
    assert_eq!(event.text("/doorsAt"), "2026-12-05T00:00:00Z");
    assert_eq!(event.text("/performers/1/role"), "support");
}

#[tokio::test]
async fn wall_times_become_instants_and_an_end_before_the_start_is_the_next_day() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let local = json!({ "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "01:15" });
    let body = json!({ "title": "Late", "timezone": "America/New_York", "local": local });
    let (event, _) = made(&who, body).await;
    assert_eq!(event.text("/doorsAt"), "2026-12-05T00:00:00Z");
    assert_eq!(event.text("/startsAt"), "2026-12-05T01:30:00Z");
    assert_eq!(event.text("/endsAt"), "2026-12-05T06:15:00Z");
    assert_eq!(event.text("/timeBasis"), "local");
    assert_eq!(event.at("/local"), &local);
    assert_eq!(event.at("/warnings"), &json!([]));
    let (untimed, _) =
        made(&who, json!({ "timezone": "Asia/Kathmandu", "local": { "date": "2026-12-04" } })).await;
    assert_eq!(untimed.at("/startsAt"), &Value::Null);
    assert_eq!(untimed.at("/title"), &Value::Null);
    assert_eq!(untimed.text("/slug"), "event");
}

#[tokio::test]
async fn gaps_and_overlaps_are_taken_and_said() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let body = |local: Value| json!({ "title": "x", "timezone": "America/New_York", "local": local });
    let (gap, _) = made(&who, body(json!({ "date": "2027-03-14", "start": "02:30", "end": "04:00" }))).await;
    assert_eq!(gap.text("/startsAt"), "2027-03-14T07:30:00Z");
    assert_eq!(gap.text("/local/start"), "03:30");
    assert_eq!(gap.text("/warnings/0/code"), "time_in_gap");
    assert_eq!(gap.text("/warnings/0/pointer"), "/local/start");
    assert_eq!(gap.at("/warnings").as_array().unwrap().len(), 1);
    let (overlap, _) = made(&who, body(json!({ "date": "2026-11-01", "start": "01:30" }))).await;
    assert_eq!(overlap.text("/startsAt"), "2026-11-01T05:30:00Z");
    assert_eq!(overlap.text("/warnings/0/code"), "time_in_overlap");
    assert!(overlap.text("/warnings/0/message").contains("twice"));
    // The second of the two survives where it is said as an instant.
    let mut second = show("Second");
    second["startsAt"] = json!("2026-11-01T01:30:00-05:00");
    let (second, _) = made(&who, second).await;
    assert_eq!(second.text("/startsAt"), "2026-11-01T06:30:00Z");
    assert_eq!(second.at("/warnings"), &json!([]));
}

#[tokio::test]
async fn all_faults_of_a_body_are_reported_at_once_with_their_places() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let body = json!({
        "titel": "x", "title": " ", "slug": "Not A Slug", "timezone": "Mars/Olympus", "startsAt": "2026-12-04T20:30:00",
        "venueId": "1", "currency": "XXX", "capacity": 0, "setMinutes": 1.5, "category": "MUSIC", "status": "published",
        "place": { "country": "XX", "latitude": 91 }, "performers": [{ "role": "star" }],
        "offers": [{ "url": "ftp://x" }], "links": { "website": "javascript:alert(1)" }, "pricing": { "door": -1 },
        "metadata": { "a": 1 }, "ticketTypes": [{ "name": "GA", "price": "18", "quantity": 0 }],
    });
    let found = faults(who.post("/v1/events", body).await);
    let expected = [
        ("/capacity", "too_small"),
        ("/category", "invalid_value"),
        ("/currency", "invalid_format"),
        ("/links/website", "invalid_format"),
        ("/metadata/a", "invalid_type"),
        ("/offers/0/url", "invalid_format"),
        ("/performers/0/name", "required"),
        ("/performers/0/role", "invalid_value"),
        ("/place/country", "invalid_format"),
        ("/place/latitude", "too_big"),
        ("/pricing/door", "too_small"),
        ("/setMinutes", "invalid_type"),
        ("/slug", "invalid_format"),
        ("/startsAt", "invalid_format"),
        ("/status", "unknown_member"),
        ("/ticketTypes/0/price", "invalid_type"),
        ("/ticketTypes/0/quantity", "too_small"),
        ("/timezone", "invalid_format"),
        ("/titel", "unknown_member"),
        ("/title", "invalid_format"),
        ("/venueId", "invalid_format"),
    ];
    let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_new_event_says_when_it_happens_in_one_way() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let refuse = async |body: Value, pointer: &str, code: &str| {
        has_fault(who.post("/v1/events", body).await, pointer, code);
    };
    let zone = "America/New_York";
    refuse(json!({ "title": "x" }), "/timezone", "required").await;
    refuse(json!({ "title": "x", "timezone": zone }), "/startsAt", "required").await;
    refuse(json!({ "timezone": zone, "local": { "start": "20:00" } }), "/local/date", "required").await;
    let both =
        json!({ "timezone": zone, "startsAt": "2026-12-05T01:30:00Z", "local": { "date": "2026-12-04" } });
    refuse(both, "/local", "conflict").await;
    let backwards =
        json!({ "timezone": zone, "startsAt": "2026-12-05T01:30:00Z", "endsAt": "2026-12-05T01:29:00Z" });
    refuse(backwards, "/endsAt", "invalid_value").await;
    refuse(json!({ "timezone": zone, "local": { "date": "2026-02-30" } }), "/local/date", "invalid_format")
        .await;
    refuse(
        json!({ "timezone": zone, "local": { "date": "2026-12-04", "start": "8pm" } }),
        "/local/start",
        "invalid_format",
    )
    .await;
    refused(who.app.call("POST", "/v1/events", &who.token, None).await, 400, "invalid_json");
}

#[tokio::test]
async fn foreign_and_unknown_ids_are_refused_alike() {
    let app = TestApp::start();
    let (who, other) = (app.organizer("Pier 9").await, app.organizer("Quay 4").await);
    let (venue, box_office) = (other.venue("Quay 4").await, other.box_office("Quay 4").await);
    let (channel, _) = other.channel("Quay").await;
    let unknown = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
    for (member, foreign) in [("venueId", &venue), ("channelId", &channel), ("boxOfficeId", &box_office)] {
        let mut bodies = [show("x"), show("x")];
        bodies[0][member] = json!(foreign);
        bodies[1][member] = json!(unknown);
        let answers = [
            who.post("/v1/events", bodies[0].clone()).await.is(400),
            who.post("/v1/events", bodies[1].clone()).await.is(400),
        ];
        assert_eq!(answers[0].text("/errors/0/pointer"), format!("/{member}"));
        assert_eq!(answers[0].text("/errors/0/code"), "not_found");
        assert_eq!(answers[0].at("/errors"), answers[1].at("/errors"));
    }
    let mut cover = show("x");
    cover["coverImageId"] = json!(99);
    has_fault(who.post("/v1/events", cover).await, "/coverImageId", "not_found");
    let mut sorted = show("x");
    sorted["classifications"] = json!(["music", "polka"]);
    has_fault(who.post("/v1/events", sorted).await, "/classifications", "not_found");
    assert!(items(&who.get("/v1/events").await.is(200)).is_empty());
}

#[tokio::test]
async fn ticket_types_come_along_all_or_nothing() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("Low Tide Quartet")).await;
    assert_eq!(event.at("/ticketTypes/0/available"), 120);
    assert_eq!(event.at("/ticketTypes/0/onSale"), false);
    assert_eq!(event.text("/ticketTypes/0/eventId"), event.text("/id"));
    assert_eq!(who.get(&address).await.is(200).at("/ticketTypes"), event.at("/ticketTypes"));
    let mut bad = ticketed("Ebb");
    bad["ticketTypes"] = json!([{ "name": "GA", "price": 1, "quantity": 1 },
        { "name": "VIP", "price": 1, "quantity": 1, "minPerOrder": 4, "maxPerOrder": 2,
          "saleStartsAt": "2026-12-02T00:00:00Z", "saleEndsAt": "2026-12-01T00:00:00Z" }]);
    let found = faults(who.post("/v1/events", bad).await);
    assert_eq!(
        found,
        [
            ("/ticketTypes/1/maxPerOrder".to_owned(), "invalid_value".to_owned()),
            ("/ticketTypes/1/saleEndsAt".to_owned(), "invalid_value".to_owned()),
        ]
    );
    let mut many = ticketed("Ebb");
    many["ticketTypes"] = vec![json!({ "name": "GA", "price": 1, "quantity": 1 }); 51].into();
    has_fault(who.post("/v1/events", many).await, "/ticketTypes", "too_big");
    assert_eq!(items(&who.get("/v1/events").await).len(), 1);
}

#[tokio::test]
async fn slugs_are_made_numbered_and_refused_when_taken() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (first, _) = made(&who, show("Café Müller — Live!")).await;
    let (second, _) = made(&who, show("Café Müller — Live!")).await;
    assert_eq!((first.text("/slug"), second.text("/slug")), ("cafe-muller-live", "cafe-muller-live-2"));
    let mut taken = show("Another");
    taken["slug"] = json!("cafe-muller-live");
    refused(who.post("/v1/events", taken).await, 409, "slug_taken");
}

#[tokio::test]
async fn a_box_office_fills_in_its_defaults_unless_something_else_is_said() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (venue, box_office) = (who.venue("Pier 9").await, who.box_office("Pier 9").await);
    let (channel, _) = who.channel("Harbour").await;
    let defaults = json!({ "defaultVenueId": venue, "defaultChannelId": channel, "currency": "EUR" });
    who.patch(&format!("/v1/box-offices/{box_office}"), defaults).await.is(200);
    let mut body = show("x");
    body["boxOfficeId"] = json!(box_office);
    let (filled, _) = made(&who, body.clone()).await;
    assert_eq!(filled.text("/venueId"), venue);
    assert_eq!(filled.text("/channelId"), channel);
    assert_eq!(filled.text("/currency"), "EUR");
    body["venueId"] = Value::Null;
    let (without, _) = made(&who, body).await;
    assert_eq!((without.at("/venueId"), without.text("/channelId")), (&Value::Null, channel.as_str()));
}

#[tokio::test]
async fn metadata_is_bounded() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let with = |metadata: Value| {
        let mut body = show("x");
        body["metadata"] = metadata;
        body
    };
    let many = |count: usize| Value::Object((0..count).map(|n| (format!("k{n}"), json!("v"))).collect());
    made(&who, with(many(50))).await;
    has_fault(who.post("/v1/events", with(many(51))).await, "/metadata", "too_big");
    made(&who, with(json!({ "k".repeat(40): "v".repeat(500) }))).await;
    let long = "k".repeat(41);
    has_fault(
        who.post("/v1/events", with(json!({ long.clone(): "v" }))).await,
        &format!("/metadata/{long}"),
        "too_big",
    );
    has_fault(who.post("/v1/events", with(json!({ "k": "v".repeat(501) }))).await, "/metadata/k", "too_big");
}
