//! Edits of one date, of a date and those after it, and of all.

use super::*;

const FOUR: &str = "FREQ=WEEKLY;BYDAY=FR;COUNT=4";

async fn four(app: &TestApp) -> Run<'_> {
    Run::of(app, with(json!({ "rrule": FOUR }))).await
}

#[tokio::test]
async fn all_dates_ahead_follow_an_edit_of_all() {
    let app = TestApp::start();
    let run = four(&app).await;
    // Friday the 4th at nine in the evening: one show has begun.
    app.pass_ms(12 * 86_400_000 - 8 * 3_600_000);
    let who = app.organizer("Later").await;
    let run = Run { who: Organizer { app: &app, token: sign_in(&app, &run.who.email).await, ..who }, ..run };
    let body = json!({ "scope": "all", "title": "Late Jazz", "local": { "start": "21:00" },
        "event": { "capacity": 80, "ticketTypes": [{ "name": "GA", "price": 500, "quantity": 30 }, { "name": "Bar", "price": 900, "quantity": 8 }] } });
    let after = run.edit(body).await.is(200);
    assert_eq!(
        (after.text("/title"), after.text("/local/start"), after.at("/version")),
        ("Late Jazz", "21:00", &json!(2))
    );
    assert_eq!(after.text("/local/doors"), "19:00");
    let shows = ["2026-12-04 20:00", "2026-12-11 21:00", "2026-12-18 21:00", "2026-12-25 21:00"];
    assert_eq!(run.shows().await, shows);
    let events = run.events().await;
    assert_eq!(events[0]["title"], "Friday Jazz");
    for event in &events[1..] {
        assert_eq!((&event["title"], &event["capacity"]), (&json!("Late Jazz"), &json!(80)));
        assert_eq!(event["startsAt"].as_str().unwrap().get(11..), Some("02:00:00Z"));
        let types: Vec<(&str, i64)> = event["ticketTypes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|kind| (kind["name"].as_str().unwrap(), kind["quantity"].as_i64().unwrap()))
            .collect();
        assert_eq!(types, [("GA", 30), ("Bar", 8)]);
        assert!(event["slug"].as_str().unwrap().starts_with("friday-jazz-"), "an address stays");
    }
    // The same again changes nothing.
    let again = run
        .edit(json!({ "scope": "all", "title": "Late Jazz", "local": { "start": "21:00" } }))
        .await
        .is(200);
    assert_eq!(again.at("/version"), &json!(2));
    assert_eq!(run.events().await, events);
    let fewer = json!({ "scope": "all", "event": { "ticketTypes": [{ "name": "GA", "price": 500, "quantity": 30 }] } });
    run.edit(fewer).await.is(200);
    assert!(run.events().await[1..].iter().all(|event| event["ticketTypes"].as_array().unwrap().len() == 1));
}

async fn sign_in(app: &TestApp, email: &str) -> String {
    let body = json!({ "email": email, "password": "correct horse battery" });
    let headers = [("content-type", "application/json")];
    app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201).text("/token").to_owned()
}

#[tokio::test]
async fn following_goes_on_under_the_same_id() {
    let app = TestApp::start();
    let run = four(&app).await;
    let body =
        json!({ "scope": "following", "fromDate": "2026-12-18", "local": { "start": "21:00", "end": null } });
    let after = run.edit(body).await.is(200);
    assert_eq!(after.text("/id"), run.id);
    assert_eq!(
        (after.text("/fromDate"), after.text("/local/start"), after.at("/local/end")),
        ("2026-12-18", "21:00", &Value::Null)
    );
    assert_eq!(
        (after.text("/earlier/0/untilDate"), after.text("/earlier/0/local/start")),
        ("2026-12-17", "20:00")
    );
    let shows = ["2026-12-04 20:00", "2026-12-11 20:00", "2026-12-18 21:00", "2026-12-25 21:00"];
    assert_eq!(run.shows().await, shows);
    // `all` keeps what differs between the stretches, and changes what it says.
    let after = run.edit(json!({ "scope": "all", "title": "Jazz" })).await.is(200);
    assert_eq!((after.text("/title"), after.text("/earlier/0/title")), ("Jazz", "Jazz"));
    assert_eq!(run.shows().await, shows);
    // Said alike again, they are one.
    let after =
        run.edit(json!({ "scope": "all", "local": { "start": "20:30", "end": "22:00" } })).await.is(200);
    assert_eq!((after.at("/earlier"), after.at("/fromDate")), (&json!([]), &Value::Null));
    assert!(run.shows().await.iter().all(|show| show.ends_with("20:30")));
}

#[tokio::test]
async fn a_new_rule_counts_from_where_it_begins() {
    let app = TestApp::start();
    let run = four(&app).await;
    let body = json!({ "scope": "following", "fromDate": "2026-12-18", "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=3" });
    run.edit(body).await.is(200);
    let shows =
        ["2026-12-04 20:00", "2026-12-11 20:00", "2026-12-19 20:00", "2027-01-02 20:00", "2027-01-16 20:00"];
    assert_eq!(run.shows().await, shows);
    let body = json!({ "scope": "following", "fromDate": "2027-01-01", "untilDate": "2026-12-31" });
    run.edit(body).await.is(200);
    assert_eq!(run.shows().await, shows[..3]);
    let all = json!({ "scope": "all", "rrule": "FREQ=WEEKLY;COUNT=2", "untilDate": null });
    let after = run.edit(all).await.is(200);
    assert_eq!(after.at("/earlier"), &json!([]));
    assert_eq!(run.shows().await, shows[..2]);
}

#[tokio::test]
async fn dates_come_and_go_with_the_lists() {
    let app = TestApp::start();
    let run = four(&app).await;
    run.edit(json!({ "scope": "all", "exDates": ["2026-12-11"], "rDates": ["2026-12-30"] })).await.is(200);
    assert_eq!(
        run.shows().await,
        ["2026-12-04 20:00", "2026-12-18 20:00", "2026-12-25 20:00", "2026-12-30 20:00"]
    );
    // What the series gave up may come back.
    run.edit(json!({ "scope": "all", "exDates": [], "rDates": [] })).await.is(200);
    assert_eq!(
        run.shows().await,
        ["2026-12-04 20:00", "2026-12-11 20:00", "2026-12-18 20:00", "2026-12-25 20:00"]
    );
    fault(
        run.edit(json!({ "scope": "all", "untilDate": "2026-12-03" })).await,
        "/untilDate",
        "invalid_value",
    );
    fault(
        run.edit(json!({ "scope": "all", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" })).await,
        "/rrule",
        "invalid_value",
    );
}

#[tokio::test]
async fn sold_and_held_dates_are_listed_and_nothing_moves() {
    let app = TestApp::start();
    let run = four(&app).await;
    run.sell("2026-12-11").await;
    let held = run.event_on("2026-12-25").await;
    let hold = json!({ "items": [{ "ticketTypeId": held["ticketTypes"][0]["id"], "quantity": 2 }] });
    run.who.post(&format!("/v1/events/{}/holds", held["id"].as_str().unwrap()), hold).await.is(201);
    let before = run.events().await;
    for body in [
        json!({ "scope": "all", "local": { "start": "21:00" } }),
        json!({ "scope": "all", "rrule": "FREQ=WEEKLY;BYDAY=SA" }),
        json!({ "scope": "following", "fromDate": "2026-12-05", "timezone": "America/Chicago" }),
    ] {
        let refused = run.edit(body).await.is(409);
        assert_eq!(refused.text("/code"), "has_sales");
        let dates = json!([
            { "date": "2026-12-11", "eventId": before[1]["id"], "sold": 1, "held": 0 },
            { "date": "2026-12-25", "eventId": before[3]["id"], "sold": 0, "held": 2 },
        ]);
        assert_eq!(refused.at("/dates"), &dates);
        assert_eq!((run.events().await, run.get().await.at("/version")), (before.clone(), &json!(1)));
    }
    let one = json!({ "scope": "this", "fromDate": "2026-12-11", "local": { "start": "21:00" } });
    run.edit(one).await.is(409);
    // What does not move a show is open to them, and so are the dates in between.
    run.edit(json!({ "scope": "all", "title": "Jazz", "local": { "end": "23:00" } })).await.is(200);
    assert_eq!(run.event_on("2026-12-11").await["title"], "Jazz");
    run.edit(json!({ "scope": "this", "fromDate": "2026-12-18", "local": { "start": "21:00" } }))
        .await
        .is(200);
    // A type of which tickets are sold does not shrink below them or go.
    let none = json!({ "scope": "all", "event": { "ticketTypes": [] } });
    assert_eq!(run.edit(none).await.is(409).text("/code"), "ticket_type_has_sales");
    // A hold that ran out is nobody's.
    app.pass_ms(11 * 60_000);
    let later = json!({ "scope": "following", "fromDate": "2026-12-25", "local": { "start": "21:00" } });
    run.edit(later).await.is(200);
    assert_eq!(run.event_on("2026-12-25").await["local"]["start"], "21:00");
}

#[tokio::test]
async fn one_date_is_changed_alone_and_later_edits_pass_it_by() {
    let app = TestApp::start();
    let run = four(&app).await;
    let one =
        json!({ "scope": "this", "fromDate": "2026-12-11", "title": "Gala", "local": { "start": "18:00" } });
    let after = run.edit(one.clone()).await.is(200);
    assert_eq!(
        (after.text("/title"), after.at("/version")),
        ("Friday Jazz", &json!(1)),
        "the series stays as it is"
    );
    let gala = run.event_on("2026-12-11").await;
    assert_eq!((&gala["title"], &gala["local"]["start"]), (&json!("Gala"), &json!("18:00")));
    // By hand it is the same; publishing is not.
    let hand = run.event_on("2026-12-18").await;
    let path = format!("/v1/events/{}", hand["id"].as_str().unwrap());
    run.who.patch(&path, json!({ "description": "With guests" })).await.is(200);
    let draft = run.event_on("2026-12-25").await;
    let path = format!("/v1/events/{}", draft["id"].as_str().unwrap());
    run.who.post(&format!("{path}/unpublish"), json!({})).await.is(200);
    let after = run.edit(json!({ "scope": "all", "title": "Jazz" })).await.is(200);
    assert_eq!(after.text("/warnings/0/code"), "dates_left_alone");
    let said = after.text("/warnings/0/message");
    assert!(said.contains("2026-12-11, 2026-12-18") && !said.contains("2026-12-25"), "{said}");
    let titles: Vec<Value> = run.events().await.iter().map(|event| event["title"].clone()).collect();
    assert_eq!(titles, ["Jazz", "Gala", "Friday Jazz", "Jazz"]);
    // A rule that gives the date up leaves what was made by hand.
    run.edit(json!({ "scope": "all", "exDates": ["2026-12-11", "2026-12-25"] })).await.is(200);
    assert_eq!(run.shows().await, ["2026-12-04 20:00", "2026-12-11 18:00", "2026-12-18 20:00"]);

    fault(
        run.edit(json!({ "scope": "this", "fromDate": "2026-12-12", "title": "x" })).await,
        "/fromDate",
        "not_found",
    );
    fault(
        run.edit(json!({ "scope": "this", "fromDate": "2026-12-04", "rrule": "FREQ=DAILY" })).await,
        "/scope",
        "conflict",
    );
    fault(run.edit(json!({ "scope": "this", "title": "x" })).await, "/fromDate", "required");
    fault(run.edit(json!({ "scope": "some", "title": "x" })).await, "/scope", "invalid_value");
    let ignored = run.edit(json!({ "scope": "all", "fromDate": "2026-12-18", "title": "All" })).await.is(200);
    assert_eq!(ignored.text("/warnings/0/pointer"), "/fromDate");
}

#[tokio::test]
async fn a_date_beyond_what_is_made_can_be_changed_alone() {
    let app = TestApp::start();
    let run = Run::of(&app, fridays()).await;
    let far = json!({ "scope": "this", "fromDate": "2027-11-26", "title": "Anniversary" });
    run.edit(far).await.is(200);
    assert_eq!(run.event_on("2027-11-26").await["title"], "Anniversary");
    assert_eq!(run.events().await.last().unwrap()["title"], "Anniversary");
}

#[tokio::test]
async fn a_version_guards_an_edit_and_a_rehearsal_stores_nothing() {
    let app = TestApp::start();
    let run = four(&app).await;
    let bearer = format!("Bearer {}", run.who.token);
    let guarded = async |tag: &str, body: Value| {
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "application/json"), ("if-match", tag)];
        app.send("PATCH", &run.path(), &headers, body.to_string()).await
    };
    let before = run.events().await;
    let tried = run
        .who
        .patch(&format!("{}?dryRun=true", run.path()), json!({ "scope": "all", "title": "x" }))
        .await
        .is(200);
    assert_eq!((tried.text("/title"), tried.header("dry-run")), ("x", "true"));
    assert_eq!((run.events().await, run.get().await.text("/title")), (before, "Friday Jazz"));
    let tag = run.get().await.header("etag").to_owned();
    let done = guarded(&tag, json!({ "scope": "all", "title": "One" })).await.is(200);
    assert!(done.header("etag").starts_with("\"2-"));
    let refused = guarded(&tag, json!({ "scope": "all", "title": "Two" })).await.is(412);
    assert_eq!(refused.at("/currentVersion"), &json!(2));
    app.send("GET", &run.path(), &[("authorization", &bearer), ("if-none-match", done.header("etag"))], "")
        .await;
}

#[tokio::test]
async fn words_change_at_most_twenty_times_ahead() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=DAILY;COUNT=30" }))).await;
    let edit = |day: u32| json!({ "scope": "following", "fromDate": format!("2026-12-{day:02}"), "title": format!("Day {day}") });
    for day in 5..24 {
        run.edit(edit(day)).await.is(200);
    }
    fault(run.edit(edit(24)).await, "/scope", "too_big");
    assert_eq!(run.get().await.at("/earlier").as_array().unwrap().len(), 19);
}
