//! Making series and looking at them before.

use super::*;

#[tokio::test]
async fn a_series_is_answered_and_its_occurrences_are_ordinary_events() {
    let app = TestApp::start();
    let run = Run::of(
        &app,
        with(json!({ "rrule": "freq=weekly;byday=fr;count=4", "exDates": ["2026-12-25"],
        "rDates": ["2026-12-31"] })),
    )
    .await;
    let series = run.get().await;
    assert_eq!(series.text("/rrule"), "FREQ=WEEKLY;COUNT=4;BYDAY=FR");
    assert_eq!(series.at("/exDates"), &json!(["2026-12-25"]));
    assert_eq!(series.at("/local"), &json!({ "doors": "19:00", "start": "20:00", "end": "22:30" }));
    assert_eq!((series.at("/untilDate"), series.at("/earlier")), (&Value::Null, &json!([])));
    assert_eq!(series.text("/event/status"), "published");
    assert_eq!(series.at("/event/ticketTypes/0/quantity"), &json!(20));
    assert!(series.header("etag").starts_with("\"1-"), "{}", series.header("etag"));

    let dates = ["2026-12-04 20:00", "2026-12-11 20:00", "2026-12-18 20:00", "2026-12-31 20:00"];
    assert_eq!(run.shows().await, dates);
    let events = run.events().await;
    let kinds: Vec<&Value> = events.iter().map(|event| &event["ticketTypes"][0]["id"]).collect();
    assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "each has its own stock");
    let first = &events[0];
    assert_eq!(first["slug"], "friday-jazz-2026-12-04");
    assert_eq!((&first["title"], &first["status"]), (&json!("Friday Jazz"), &json!("published")));
    assert_eq!((&first["seriesId"], &first["startsAt"]), (&json!(run.id), &json!("2026-12-05T01:00:00Z")));
    // Selling of one leaves the others alone.
    run.sell("2026-12-04").await;
    let sold: Vec<i64> =
        run.events().await.iter().map(|event| event["ticketTypes"][0]["sold"].as_i64().unwrap()).collect();
    assert_eq!(sold, [1, 0, 0, 0]);
    let listed = run.who.get("/v1/series").await.is(200);
    assert_eq!(listed.at("/items/0"), &run.get().await.json);
    assert_eq!(run.who.get("/v1/events?recurring=only").await.at("/items").as_array().unwrap().len(), 4);
    assert_eq!(run.who.get("/v1/events?recurring=exclude").await.at("/items"), &json!([]));
}

#[tokio::test]
async fn half_a_year_and_more_exists_at_once_and_nothing_of_the_past() {
    let app = TestApp::start();
    let daily = with(json!({ "rrule": "FREQ=DAILY", "startDate": "2026-11-01" }));
    let run = Run::of(&app, daily).await;
    let shows = run.shows().await;
    // Tonight is ahead; 210 days are made.
    assert_eq!(shows.first().unwrap(), "2026-11-23 20:00");
    assert_eq!((shows.len(), shows.last().unwrap().as_str()), (211, "2027-06-21 20:00"));
    // Eight o'clock stays eight o'clock over the change of 14 March.
    assert_eq!(run.event_on("2027-03-13").await["startsAt"], "2027-03-14T01:00:00Z");
    assert_eq!(run.event_on("2027-03-14").await["startsAt"], "2027-03-15T00:00:00Z");
}

#[tokio::test]
async fn the_clocks_are_flagged_before_and_warned_of_after() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let body = with(json!({ "rrule": "FREQ=DAILY;COUNT=3", "startDate": "2027-03-13",
        "local": { "start": "02:30", "end": "03:00" } }));
    let preview = who.post("/v1/series/preview", body.clone()).await.is(200);
    let told: Vec<(&str, &str, &str, &Value)> = preview
        .at("/items")
        .as_array()
        .unwrap()
        .iter()
        .map(|show| {
            let text = |value: &'static str| show.pointer(value).unwrap().as_str().unwrap();
            (text("/date"), text("/local/start"), text("/startsAt"), &show["note"])
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2027-03-13", "02:30", "2027-03-13T07:30:00Z", &Value::Null),
            ("2027-03-14", "03:30", "2027-03-14T07:30:00Z", &json!("gap")),
            ("2027-03-15", "02:30", "2027-03-15T06:30:00Z", &Value::Null),
        ]
    );
    assert_eq!(preview.at("/truncated"), &json!(false));
    let made = who.post("/v1/series", body).await.is(201);
    assert_eq!(made.text("/warnings/0/code"), "time_in_gap");
    let twice =
        with(json!({ "rrule": "FREQ=WEEKLY", "startDate": "2027-11-07", "local": { "start": "01:30" } }));
    let preview = who.post("/v1/series/preview?limit=2", twice).await.is(200);
    assert_eq!(
        (preview.text("/items/0/note"), preview.text("/items/0/startsAt")),
        ("overlap", "2027-11-07T05:30:00Z")
    );
    assert_eq!((preview.at("/items").as_array().unwrap().len(), preview.at("/truncated")), (2, &json!(true)));
    assert_eq!(
        who.get("/v1/series").await.at("/items").as_array().unwrap().len(),
        1,
        "a preview stores nothing"
    );
}

#[tokio::test]
async fn what_a_series_does_not_have_is_refused_by_name() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    for (rule, says) in [
        ("FREQ=HOURLY", "FREQ=HOURLY is not supported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO is not supported"),
        ("FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY is not supported"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not supported"),
        ("FREQ=DAILY\nDTSTART:20261204T200000", "DTSTART is not supported"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "exclude each other"),
        ("every friday", "must be written NAME=VALUE"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "has no date"),
    ] {
        for path in ["/v1/series", "/v1/series/preview"] {
            let refused = who.post(path, with(json!({ "rrule": rule }))).await.is(400);
            assert_eq!(refused.text("/errors/0/pointer"), "/rrule", "{rule}");
            assert!(refused.text("/errors/0/message").contains(says), "{rule}: {}", refused.json);
        }
    }
    let lines =
        with(json!({ "rrule": "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261205\nRDATE;VALUE=DATE:20261224" }));
    let made = who.post("/v1/series", lines).await.is(201);
    assert_eq!((made.at("/exDates"), made.at("/rDates")), (&json!(["2026-12-05"]), &json!(["2026-12-24"])));
}

#[tokio::test]
async fn each_limit_holds_and_the_next_is_refused() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let preview = async |members: Value, query: &str| {
        who.post(&format!("/v1/series/preview{query}"), with(members)).await
    };
    let full = preview(json!({ "rrule": "FREQ=DAILY;COUNT=1000" }), "").await.is(200);
    assert_eq!((full.at("/items").as_array().unwrap().len(), full.at("/truncated")), (1_000, &json!(false)));
    fault(preview(json!({ "rrule": "FREQ=DAILY;COUNT=1001" }), "").await, "/rrule", "too_big");
    preview(json!({}), "?limit=1000").await.is(200);
    fault(preview(json!({}), "?limit=1001").await, "query:limit", "too_big");
    // Five years from the start: 261 Fridays, and more would follow.
    let weekly = preview(json!({}), "").await.is(200);
    assert_eq!((weekly.at("/items").as_array().unwrap().len(), weekly.at("/truncated")), (261, &json!(true)));
    for member in ["untilDate", "rDates", "rrule"] {
        let said = |date: &str| match member {
            "untilDate" => json!({ "untilDate": date }),
            "rDates" => json!({ "rDates": [date] }),
            _ => json!({ "rrule": format!("FREQ=MONTHLY;UNTIL={}", date.replace('-', "")) }),
        };
        preview(said("2031-12-04"), "").await.is(200);
        fault(preview(said("2031-12-05"), "").await, &format!("/{member}"), "too_big");
    }
    let days = |n: i64| -> Vec<String> {
        let start = callboard_core::time::ShowDate::parse("2026-12-05").unwrap();
        (0..n).map(|day| start.plus_days(day).to_string()).collect()
    };
    preview(json!({ "exDates": days(1_000) }), "").await.is(200);
    fault(preview(json!({ "exDates": days(1_001) }), "").await, "/exDates", "too_big");
    fault(preview(json!({ "rDates": days(1_001) }), "").await, "/rDates", "too_big");
    let text = |n: usize| json!({ "rrule": format!("FREQ=WEEKLY{}", "\n".repeat(n - 11)) });
    preview(text(36_000), "").await.is(200);
    fault(preview(text(36_001), "").await, "/rrule", "too_big");
}

#[tokio::test]
async fn all_faults_come_at_once_each_in_its_place() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let body = with(
        json!({ "local": { "start": "25:00" }, "startDate": "2026-02-30", "timezone": "Mars/Olympus",
        "colour": "red", "event": { "title": "no", "slug": "no", "local": {}, "venueId": 5, "ticketTypes": [{ "name": "x" }] } }),
    );
    let found = faults(who.post("/v1/series", body).await);
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    for pointer in [
        "/local/start",
        "/startDate",
        "/timezone",
        "/colour",
        "/event/title",
        "/event/slug",
        "/event/local",
        "/event/venueId",
        "/event/ticketTypes/0/price",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    fault(
        who.post("/v1/series", with(json!({ "untilDate": "2026-12-03" }))).await,
        "/untilDate",
        "invalid_value",
    );
    fault(
        who.post("/v1/series", with(json!({ "rDates": ["2026-12-03"] }))).await,
        "/rDates",
        "invalid_value",
    );
    let twins =
        json!([{ "name": "GA", "price": 0, "quantity": 1 }, { "name": "GA", "price": 1, "quantity": 1 }]);
    let body = with(json!({ "event": { "ticketTypes": twins } }));
    fault(who.post("/v1/series", body).await, "/event/ticketTypes/1/name", "invalid_value");
    let body = with(json!({ "event": { "classifications": ["nonsense"] } }));
    fault(who.post("/v1/series", body).await, "/event/classifications", "not_found");
    let window = json!([{ "name": "GA", "price": 0, "quantity": 1, "minPerOrder": 5, "maxPerOrder": 2 }]);
    let body = with(json!({ "event": { "ticketTypes": window } }));
    fault(who.post("/v1/series", body).await, "/event/ticketTypes/0/maxPerOrder", "invalid_value");
    assert_eq!(who.get("/v1/events").await.at("/items"), &json!([]), "all or nothing");
}

#[tokio::test]
async fn a_repeated_creation_is_made_once_and_a_rehearsed_one_not_at_all() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let rehearsed = who.post("/v1/series?dryRun=true", fridays()).await.is(201);
    assert_eq!((rehearsed.header("dry-run"), rehearsed.text("/title")), ("true", "Friday Jazz"));
    assert_eq!(who.get("/v1/events").await.at("/items"), &json!([]));
    let bearer = format!("Bearer {}", who.token);
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
    let first = app.send("POST", "/v1/series", &headers, fridays().to_string()).await.is(201);
    let again = app.send("POST", "/v1/series", &headers, fridays().to_string()).await.is(201);
    assert_eq!((&first.bytes, again.header("idempotent-replayed")), (&again.bytes, "true"));
    assert_eq!(first.header("location"), format!("/v1/series/{}", first.text("/id")));
    assert_eq!(who.get("/v1/series").await.at("/items").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_surface_shows_the_occurrences() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let venue = who.venue("Pier").await;
    let (channel, number) = who.channel("Jazz").await;
    let office = json!({ "name": "Desk", "timezone": "America/New_York", "currency": "EUR",
        "defaultVenueId": venue, "defaultChannelId": channel });
    let office = who.post("/v1/box-offices", office).await.is(201).text("/id").to_owned();
    let event = json!({ "status": "published", "boxOfficeId": office });
    let made =
        who.post("/v1/series", with(json!({ "rrule": "FREQ=WEEKLY;COUNT=3", "event": event }))).await.is(201);
    // The box office's defaults come along, its currency too.
    assert_eq!(
        (made.text("/event/venueId"), made.text("/event/channelId")),
        (venue.as_str(), channel.as_str())
    );
    assert_eq!(made.text("/event/currency"), "EUR");
    let house = who.venue_key(&venue).await;
    let count = |answer: Answer, at: &str| answer.is(200).at(at).as_array().unwrap().len();
    assert_eq!(count(app.get("/api/v1/events", &house).await, "/data"), 0, "H leaves recurring ones out");
    for (query, expected) in [("include", 3), ("only", 3), ("exclude", 0)] {
        let listed = app.get(&format!("/api/v1/events?recurring={query}"), &house).await;
        assert_eq!(count(listed, "/data"), expected, "{query}");
    }
    let desk = who.box_office_key(&office).await;
    let listed = app.call_x("GET", "/api/v1/events", &desk, None).await.is(200);
    assert!(String::from_utf8_lossy(&listed.bytes).contains("friday-jazz-2026-12-11"), "{}", listed.json);
    let follower = who.key(json!({ "family": "channel", "scopes": ["events:read"] })).await;
    let listed = app.get(&format!("/api/public/v1/events?channelId={number}"), &follower).await.is(200);
    assert!(String::from_utf8_lossy(&listed.bytes).contains("Friday Jazz"), "{}", listed.json);
}
