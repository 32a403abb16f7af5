//! Who may do what: scopes, narrowed keys, other organizations.

use serde_json::{Value, json};

use crate::support::{Answer, Organizer, TestApp};
use crate::{has_fault, items, made, refused, show, ticketed};

const ALL: [&str; 4] = ["events:read", "events:write", "events:publish", "events:delete"];

async fn key(who: &Organizer<'_>, scopes: &[&str], narrowed: Value) -> String {
    let mut body = json!({ "family": "native", "scopes": scopes });
    for (name, value) in narrowed.as_object().unwrap() {
        body[name] = value.clone();
    }
    who.key(body).await
}

#[tokio::test]
async fn each_operation_needs_its_scope() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("x")).await;
    let kind = format!("/v1/ticket-types/{}", event.text("/ticketTypes/0/id"));
    let types = format!("{address}/ticket-types");
    let put = "/v1/events/by-external-id/cms/1".to_owned();
    let operations = [
        ("GET", "/v1/events".to_owned(), "events:read"),
        ("GET", address.clone(), "events:read"),
        ("GET", format!("{address}/availability"), "events:read"),
        ("GET", types.clone(), "events:read"),
        ("GET", kind.clone(), "events:read"),
        ("POST", "/v1/events".to_owned(), "events:write"),
        ("PATCH", address.clone(), "events:write"),
        ("PUT", put, "events:write"),
        ("POST", format!("{address}/duplicate"), "events:write"),
        ("POST", types, "events:write"),
        ("PATCH", kind.clone(), "events:write"),
        ("DELETE", kind, "events:write"),
        ("POST", format!("{address}/publish"), "events:publish"),
        ("POST", format!("{address}/unpublish"), "events:publish"),
        ("POST", format!("{address}/cancel"), "events:publish"),
        ("POST", format!("{address}/archive"), "events:publish"),
        ("POST", format!("{address}/restore"), "events:publish"),
        ("DELETE", address, "events:delete"),
    ];
    for (method, target, scope) in operations {
        let others: Vec<&str> = ALL.into_iter().filter(|other| *other != scope).collect();
        let token = key(&who, &others, json!({})).await;
        let body = (method != "GET").then(|| json!({}));
        let answer =
            refused(app.call(method, &target, &token, body.as_ref()).await, 403, "insufficient_scope");
        assert_eq!(answer.at("/missingScopes"), &json!([scope]), "{method} {target}");
        refused(app.send(method, &target, &[], "").await, 401, "unauthenticated");
    }
}

#[tokio::test]
async fn another_organizations_things_do_not_exist() {
    let app = TestApp::start();
    let (who, other) = (app.organizer("Pier 9").await, app.organizer("Quay 4").await);
    let (event, address) = made(&who, ticketed("Low Tide")).await;
    let kind = format!("/v1/ticket-types/{}", event.text("/ticketTypes/0/id"));
    let unknown = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
    let same = async |method: &str, foreign: &str, body: Option<Value>| {
        let absent = format!(
            "{}{unknown}{}",
            &foreign[..foreign.find("0").unwrap()],
            &foreign[foreign.find("0").unwrap() + 36..]
        );
        let (a, b) = (
            app.call(method, foreign, &other.token, body.as_ref()).await,
            app.call(method, &absent, &other.token, body.as_ref()).await,
        );
        let blank = |answer: &Answer| answer.json.to_string().replace(answer.text("/requestId"), "");
        assert_eq!((a.status, blank(&a)), (404, blank(&b)), "{method} {foreign}");
    };
    for path in ["", "/availability", "/ticket-types"] {
        same("GET", &format!("{address}{path}"), None).await;
    }
    for step in ["publish", "unpublish", "cancel", "archive", "restore", "duplicate"] {
        same("POST", &format!("{address}/{step}"), None).await;
    }
    same("PATCH", &address, Some(json!({ "title": "x" }))).await;
    same("DELETE", &address, None).await;
    same("POST", &format!("{address}/ticket-types"), Some(json!({ "name": "x", "price": 0, "quantity": 1 })))
        .await;
    same("GET", &kind, None).await;
    same("PATCH", &kind, Some(json!({ "price": 1 }))).await;
    same("DELETE", &kind, None).await;
    refused(other.get("/v1/events/low-tide").await, 404, "not_found");
    assert!(items(&other.get("/v1/events").await).is_empty());
    // The slug and the external name of another organization are free here.
    let (twin, _) = made(&other, show("Low Tide")).await;
    assert_eq!(twin.text("/slug"), "low-tide");
}

#[tokio::test]
async fn a_narrowed_key_reaches_only_its_place() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let places = [
        ("venueId", who.venue("Pier 9").await, who.venue("Quay 4").await),
        ("boxOfficeId", who.box_office("Pier 9").await, who.box_office("Quay 4").await),
        ("channelId", who.channel("Harbour").await.0, who.channel("Quay").await.0),
    ];
    for (n, (member, own, other)) in places.into_iter().enumerate() {
        let token = key(&who, &ALL, json!({ member: own })).await;
        let at = |place: &str, title: &str| {
            let mut body = show(title);
            body[member] = json!(place);
            body
        };
        let (inside, outside) = (
            made(&who, at(&own, &format!("in {n}"))).await.1,
            made(&who, at(&other, &format!("out {n}"))).await.1,
        );
        let listed = app.get("/v1/events", &token).await.is(200);
        assert_eq!(items(&listed).len(), 1);
        app.get(&inside, &token).await.is(200);
        for (method, path) in
            [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/publish"), ("GET", "/availability")]
        {
            let body = (method != "GET").then(|| json!({}));
            refused(
                app.call(method, &format!("{outside}{path}"), &token, body.as_ref()).await,
                404,
                "not_found",
            );
        }
        refused(app.get(&format!("/v1/events/out-{n}"), &token).await, 404, "not_found");
        // What it makes is made there, and cannot be moved away.
        let new = app.post("/v1/events", &token, show(&format!("new {n}"))).await.is(201);
        assert_eq!(new.text(&format!("/{member}")), own);
        has_fault(app.post("/v1/events", &token, at(&other, "x")).await, &format!("/{member}"), "not_found");
        let away = app.call("PATCH", &inside, &token, Some(&json!({ member: other }))).await;
        has_fault(away, &format!("/{member}"), "not_found");
        let off = app.call("PATCH", &inside, &token, Some(&json!({ member: null }))).await;
        has_fault(off, &format!("/{member}"), "not_found");
        app.call("POST", &format!("{inside}/publish"), &token, None).await.is(200);
    }
}

#[tokio::test]
async fn a_key_of_one_event_makes_no_other() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (event, address) = made(&who, ticketed("Mine")).await;
    let (_, other) = made(&who, show("Other")).await;
    let token = key(&who, &ALL, json!({ "eventId": event.text("/id") })).await;
    app.get(&address, &token).await.is(200);
    app.call("PATCH", &address, &token, Some(&json!({ "title": "Still mine" }))).await.is(200);
    refused(app.get(&other, &token).await, 404, "not_found");
    assert_eq!(items(&app.get("/v1/events", &token).await).len(), 1);
    refused(app.post("/v1/events", &token, show("New")).await, 403, "out_of_reach");
    refused(app.post(&format!("{address}/duplicate"), &token, json!({})).await, 403, "out_of_reach");
    let put = app.call("PUT", "/v1/events/by-external-id/cms/1", &token, Some(&show("New"))).await;
    refused(put, 403, "out_of_reach");
}
