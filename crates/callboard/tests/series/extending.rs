//! Occurrences are made ahead as time passes, once, whichever node does it.

use callboard::use_cases::series::extend;
use callboard_store::Context;
use callboard_store::series::ExtendSeries;
use support::postgres;

use super::*;

const DAY_MS: i64 = 86_400_000;

/// The dates of all occurrences, read past the session that has run out meanwhile.
async fn dates(app: &TestApp, run: &Run<'_>) -> Vec<String> {
    let headers = [("content-type", "application/json")];
    let body = json!({ "email": run.who.email, "password": "correct horse battery" });
    let token =
        app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201).text("/token").to_owned();
    let who = Organizer { app, token, email: run.who.email.clone() };
    Run { who, id: run.id.clone() }.shows().await
}

fn days_ahead(dates: &[String], app: &TestApp) -> i64 {
    let last = callboard_core::time::ShowDate::parse(dates.last().unwrap().get(..10).unwrap()).unwrap();
    app.app().clock.now().utc_date().days_until(last)
}

#[tokio::test]
async fn a_year_of_looking_by_keeps_half_a_year_ahead_and_doubles_nothing() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=DAILY", "startDate": "2026-11-23" }))).await;
    assert_eq!(extend(app.app()).await, 0, "nothing is due");
    let mut made = 211;
    for _ in 0..26 {
        app.pass_ms(14 * DAY_MS);
        made += extend(app.app()).await;
        let now = dates(&app, &run).await;
        assert!(days_ahead(&now, &app) >= 180, "{} days ahead", days_ahead(&now, &app));
        assert_eq!(now.len(), made);
        assert!(now.windows(2).all(|pair| pair[0] < pair[1]), "no date twice");
    }
    assert!(made > 211 + 300, "{made}");
}

#[tokio::test]
async fn a_long_absence_is_made_up_in_batches() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=DAILY", "startDate": "2026-11-23" }))).await;
    app.pass_ms(400 * DAY_MS);
    // What would have been meanwhile is past and not made up: 211 dates ahead, fifty at a time.
    assert_eq!(extend(app.app()).await, 211);
    assert_eq!(extend(app.app()).await, 0);
    assert_eq!(dates(&app, &run).await.len(), 2 * 211);
}

#[tokio::test]
async fn a_series_that_is_complete_is_left_in_peace() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=WEEKLY;COUNT=3" }))).await;
    app.pass_ms(60 * DAY_MS);
    let none = (
        callboard_core::ids::OrganizationId(uuid::Uuid::nil()),
        callboard_core::ids::SeriesId(uuid::Uuid::nil()),
    );
    assert_eq!(app.app().store.due_series(app.app().clock.now(), none).await.unwrap(), []);
    assert_eq!((extend(app.app()).await, dates(&app, &run).await.len()), (0, 3));
}

#[tokio::test]
async fn edits_hold_for_what_is_made_later() {
    let app = TestApp::start();
    let run = Run::of(&app, fridays()).await;
    run.edit(json!({ "scope": "following", "fromDate": "2027-06-25", "title": "Summer", "local": { "start": "21:30" } }))
        .await
        .is(200);
    run.edit(json!({ "scope": "all", "exDates": ["2027-07-02"] })).await.is(200);
    app.pass_ms(60 * DAY_MS);
    assert!(extend(app.app()).await > 0);
    let shows = dates(&app, &run).await;
    let from = shows.iter().position(|show| show == "2027-06-18 20:00").unwrap();
    assert_eq!(shows[from + 1..from + 4], ["2027-06-25 21:30", "2027-07-09 21:30", "2027-07-16 21:30"]);
}

/// Occurrences are made by the node whose turn it is; the other finds nothing left to do, also at the same moment.
#[tokio::test]
async fn two_nodes_make_each_date_once() {
    let Some(server) = postgres::server() else { return };
    let database = postgres::Database::make(&server);
    let url = database.url.clone();
    let first = TestApp::on(Some(database), &[]);
    let second = first.join(&url);
    let run = Run::of(&first, with(json!({ "rrule": "FREQ=DAILY", "startDate": "2026-11-23" }))).await;
    let organization = run.who.get("/v1/organization").await.is(200).text("/id").to_owned();
    for round in 1..=4 {
        for node in [&first, &second] {
            node.pass_ms(30 * DAY_MS);
        }
        let (here, there) = tokio::join!(extend(first.app()), extend(second.app()));
        assert!(here == 0 || there == 0, "round {round}: {here} here and {there} there");
        let now = dates(&first, &run).await;
        assert!(now.windows(2).all(|pair| pair[0] < pair[1]), "no date twice");
        assert!(days_ahead(&now, &first) >= 180);
    }
    // The turn of a node that fell silent ends by itself, and the next one's fence is higher.
    let command = |node: &TestApp| ExtendSeries {
        organization_id: organization.parse().unwrap(),
        id: run.id.parse().unwrap(),
        node: node.app().node,
    };
    let context = |node: &TestApp| Context {
        now: node.app().clock.now(),
        seed: node.app().entropy.draw(),
        request_id: String::new(),
    };
    for node in [&first, &second] {
        node.pass_ms(91_000);
    }
    assert!(!second.app().store.write(context(&second), command(&second)).await.unwrap().is_elsewhere);
    assert!(first.app().store.write(context(&first), command(&first)).await.unwrap().is_elsewhere);
    let fence = async || -> i64 {
        let client = postgres::connect(&url).await;
        client.query_one("SELECT fence FROM lease WHERE name = 'series'", &[]).await.unwrap().get(0)
    };
    let before = fence().await;
    first.pass_ms(91_000);
    assert!(!first.app().store.write(context(&first), command(&first)).await.unwrap().is_elsewhere);
    assert_eq!(fence().await, before + 1);
}
