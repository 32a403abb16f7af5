//! `GET /v1/audit-log`.

use callboard::use_cases::sweep;

use super::*;

async fn lines(who: &Organizer<'_>, query: &str) -> Vec<Value> {
    items(&who.get(&format!("/v1/audit-log?limit=200&{query}")).await.is(200))
}

#[tokio::test]
async fn lines_say_who_did_what_newest_first() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let account = ada.get("/v1/me").await.is(200).text("/account/id").to_owned();
    let key = ada.mint(json!({ "family": "native", "scopes": ["venues:write"] })).await;
    app.pass_ms(1_000);
    let body = json!({ "name": "Pier", "city": "Boston", "stateProvince": "MA", "country": "US", "timezone": "UTC", "capacity": 1 });
    let made = app.post("/v1/venues", key.text("/key"), body).await.is(201);
    app.pass_ms(1_000);
    let event = ada.post("/v1/events", show("Quartet")).await.is(201);
    let all = lines(&ada, "").await;
    let venue = all.iter().find(|line| line["action"] == "venue.created").unwrap();
    assert_eq!(venue["keyId"], key.json["id"]);
    assert_eq!(venue["resourceId"], made.json["id"]);
    assert_eq!(venue["requestId"], made.header("x-request-id"));
    assert_eq!(all[0]["action"], "event.created");
    assert_eq!(
        (&all[0]["accountId"], &all[0]["keyId"], &all[0]["resourceId"]),
        (&json!(account), &Value::Null, &event.json["id"])
    );
    let instants: Vec<&str> = all.iter().map(|line| line["at"].as_str().unwrap()).collect();
    assert!(instants.is_sorted_by(|a, b| a >= b), "{instants:?}");
    let members: Vec<&String> = all[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["accountId", "action", "at", "id", "keyId", "requestId", "resource", "resourceId"]);
    app.get("/v1/audit-log", key.text("/key")).await.is(403);
}

#[tokio::test]
async fn filters_hold_together_and_pages_meet() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let bob = app.organizer("Bob").await;
    bob.venue("Elsewhere").await;
    let account = ada.get("/v1/me").await.is(200).text("/account/id").to_owned();
    let mut ids = Vec::new();
    for n in 0..5 {
        app.pass_ms(60_000);
        ids.push(ada.venue(&format!("Venue {n}")).await);
    }
    ada.patch(&format!("/v1/venues/{}", ids[2]), json!({ "capacity": 5 })).await.is(200);
    assert_eq!(lines(&ada, "action=venue.created").await.len(), 5);
    assert_eq!(lines(&ada, &format!("resourceId={}", ids[2])).await.len(), 2);
    assert_eq!(
        lines(&ada, &format!("resource=venue&action=venue.updated&accountId={account}")).await.len(),
        1
    );
    assert_eq!(lines(&ada, "resource=unicorn").await.len(), 0);
    // Both ends count.
    let ends = "action=venue.created&from=2026-11-23T10:02:00Z&to=2026-11-23T10:04:00Z";
    assert_eq!(lines(&ada, ends).await.len(), 3);
    ada.get("/v1/audit-log?from=2026-11-23T10:02:00Z&to=2026-11-23T10:01:00Z").await.is(400);
    for wrong in ["cursor=x", "resourceId=x", "from=today", "action=", "who=me"] {
        ada.get(&format!("/v1/audit-log?{wrong}")).await.is(400);
    }
    for filter in ["", "&resource=venue"] {
        let whole = lines(&ada, filter.trim_start_matches('&')).await;
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ada.get(&format!("/v1/audit-log?limit=2{filter}{cursor}")).await.is(200);
            walked.extend(items(&page));
            match page.at("/nextCursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, whole);
    }
}

#[tokio::test]
async fn lines_end_with_their_retention() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    ada.venue("Old").await;
    app.pass_ms(399 * DAY_MS);
    let ada = again(&app, &ada).await;
    ada.venue("Young").await;
    sweep::sweep(app.app()).await;
    assert_eq!(lines(&ada, "action=venue.created").await.len(), 2);
    app.pass_ms(2 * DAY_MS);
    sweep::sweep(app.app()).await;
    let ada = again(&app, &ada).await;
    assert_eq!(lines(&ada, "action=venue.created").await.len(), 1);
}
