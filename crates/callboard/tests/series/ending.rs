//! What ends and what does not come back.

use super::*;

#[tokio::test]
async fn an_ended_series_leaves_what_was_sold_and_what_is_past() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=DAILY;COUNT=5", "startDate": "2026-11-23" }))).await;
    run.sell("2026-11-25").await;
    let moved = run.event_on("2026-11-26").await;
    let path = format!("/v1/events/{}", moved["id"].as_str().unwrap());
    run.who.patch(&path, json!({ "title": "Alone" })).await.is(200);
    // Tonight at nine.
    app.pass_ms(16 * 3_600_000);
    let headers = [("content-type", "application/json")];
    let body = json!({ "email": run.who.email, "password": "correct horse battery" });
    let token =
        app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201).text("/token").to_owned();
    let run = Run { who: Organizer { token, ..run.who }, ..run };
    run.who.delete(&format!("{}?dryRun=true", run.path())).await.is(204);
    assert_eq!(run.events().await.len(), 5);
    run.who.delete(&run.path()).await.is(204);
    assert_eq!(run.shows().await, ["2026-11-23 20:00", "2026-11-25 20:00"]);
    assert_eq!(run.events().await[1]["seriesId"], json!(run.id));
    run.who.get(&run.path()).await.is(404);
    run.who.delete(&run.path()).await.is(404);
    run.edit(json!({ "scope": "all", "title": "x" })).await.is(404);
    assert_eq!(run.who.get("/v1/series").await.at("/items"), &json!([]));
    assert_eq!(callboard::use_cases::series::extend(app.app()).await, 0);
    app.pass_ms(100 * 86_400_000);
    assert_eq!(callboard::use_cases::series::extend(app.app()).await, 0);
}

#[tokio::test]
async fn what_was_deleted_or_cancelled_alone_is_not_born_again() {
    let app = TestApp::start();
    let run = Run::of(&app, with(json!({ "rrule": "FREQ=WEEKLY;COUNT=6" }))).await;
    let path = async |date: &str| format!("/v1/events/{}", run.event_on(date).await["id"].as_str().unwrap());
    run.who.delete(&path("2026-12-11").await).await.is(204);
    run.who.post(&format!("{}/cancel", path("2026-12-18").await), json!({})).await.is(200);
    let ours =
        ["2026-12-04 20:00", "2026-12-18 20:00", "2026-12-25 20:00", "2027-01-01 20:00", "2027-01-08 20:00"];
    assert_eq!(run.shows().await, ours);
    run.edit(json!({ "scope": "all", "title": "Jazz" })).await.is(200);
    run.edit(json!({ "scope": "following", "fromDate": "2026-12-10", "local": { "start": "21:00" } }))
        .await
        .is(200);
    let after =
        ["2026-12-04 20:00", "2026-12-18 20:00", "2026-12-25 21:00", "2027-01-01 21:00", "2027-01-08 21:00"];
    assert_eq!(run.shows().await, after);
    let cancelled = run.event_on("2026-12-18").await;
    assert_eq!((&cancelled["status"], &cancelled["title"]), (&json!("cancelled"), &json!("Friday Jazz")));
    callboard::use_cases::series::extend(app.app()).await;
    assert_eq!(run.shows().await, after);
    fault(
        run.edit(json!({ "scope": "this", "fromDate": "2026-12-11", "title": "x" })).await,
        "/fromDate",
        "not_found",
    );
}
