//! Keys and roles: what a narrowed key sees and may do.

use super::*;

#[tokio::test]
async fn a_key_of_a_venue_has_the_series_of_that_venue() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (pier, hall) = (who.venue("Pier").await, who.venue("Hall").await);
    let scopes = ["events:read", "events:write", "events:publish", "events:delete"];
    let key = who.key(json!({ "family": "native", "venueId": pier, "scopes": scopes })).await;
    let elsewhere = with(json!({ "rrule": "FREQ=WEEKLY;COUNT=2", "event": { "venueId": hall } }));
    fault(app.post("/v1/series", &key, elsewhere.clone()).await, "/event/venueId", "not_found");
    let other = who.post("/v1/series", elsewhere).await.is(201).text("/id").to_owned();
    let made = app.post("/v1/series", &key, with(json!({ "rrule": "FREQ=WEEKLY;COUNT=2" }))).await.is(201);
    assert_eq!(made.text("/event/venueId"), pier);
    let listed = app.get("/v1/series", &key).await.is(200);
    assert_eq!(listed.at("/items").as_array().unwrap().len(), 1);
    app.get(&format!("/v1/series/{other}"), &key).await.is(404);
    let path = format!("/v1/series/{}", made.text("/id"));
    app.call("PATCH", &path, &key, Some(&json!({ "scope": "all", "title": "Ours" }))).await.is(200);
    // One date was moved to the other venue by its owner; the key's edits do not reach it there.
    let events = who.get(&format!("/v1/events?seriesId={}", made.text("/id"))).await.is(200);
    let one =
        who.key(json!({ "family": "native", "eventId": events.text("/items/1/id"), "scopes": scopes })).await;
    let event = format!("/v1/events/{}", events.text("/items/0/id"));
    who.patch(&event, json!({ "venueId": hall })).await.is(200);
    app.call("DELETE", &path, &key, None).await.is(403);
    who.delete(&path).await.is(204);
    assert_eq!(app.get("/v1/series", &one).await.is(200).at("/items"), &json!([]));
    app.post("/v1/series", &one, fridays()).await.is(403);
}

#[tokio::test]
async fn births_in_public_need_the_scope_for_it() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let key = who.key(json!({ "family": "native", "scopes": ["events:read", "events:write"] })).await;
    let refused = app.post("/v1/series", &key, fridays()).await.is(403);
    assert_eq!(refused.at("/missingScopes"), &json!(["events:publish"]));
    let made = app
        .post("/v1/series", &key, with(json!({ "rrule": "FREQ=WEEKLY;COUNT=2", "event": {} })))
        .await
        .is(201);
    assert_eq!(made.text("/event/status"), "draft");
    let path = format!("/v1/series/{}", made.text("/id"));
    let publish = json!({ "scope": "all", "event": { "status": "published" } });
    app.call("PATCH", &path, &key, Some(&publish)).await.is(403);
    who.patch(&path, publish).await.is(200);
    // What exists keeps its status; a new date is born as said.
    who.patch(&path, json!({ "scope": "all", "rDates": ["2026-12-24"] })).await.is(200);
    let events = who.get(&format!("/v1/events?seriesId={}", made.text("/id"))).await.is(200);
    let statuses: Vec<&Value> =
        events.at("/items").as_array().unwrap().iter().map(|event| &event["status"]).collect();
    assert_eq!(statuses, ["draft", "draft", "published"]);
}
