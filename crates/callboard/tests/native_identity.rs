//! The native surface's frame and identity. Source: native-api.md §1, §2; promises R1, R17, R20, R27.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::net::IpAddr;

use callboard::front::Peer;
use serde_json::{Value, json};
use support::{Answer, TestApp};

const PASSWORD: &str = "correct horse battery";

async fn sign_up(app: &TestApp, body: Value) -> Answer {
    app.send("POST", "/v1/accounts", &[("content-type", "application/json")], body.to_string()).await
}

fn person(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "name": "Ada" })
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body.to_string()).await
}

async fn send_as(
    app: &TestApp,
    token: &str,
    method: &str,
    target: &str,
    more: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend_from_slice(more);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    app.send(method, target, &headers, body).await
}

fn faults(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.at("/errors").as_array().unwrap();
    let mut all: Vec<_> = errors
        .iter()
        .map(|e| (e["pointer"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned()))
        .collect();
    all.sort();
    all
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/code"), code);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.at("/status"), &json!(status));
    assert_eq!(answer.text("/type"), format!("https://events.example/docs/errors/{code}"));
    assert_eq!(answer.text("/requestId"), answer.header("x-request-id"));
    assert!(!answer.text("/title").is_empty() && !answer.text("/detail").is_empty());
    answer
}

#[tokio::test]
async fn signing_up_makes_an_account_an_organization_and_a_session() {
    let app = TestApp::start();
    let mut body = person("ada@example.org");
    body["organizationName"] = json!("The Analytical Room");
    let made = sign_up(&app, body).await.is(201);
    assert_eq!(made.at("/account/email"), "ada@example.org");
    assert_eq!(made.at("/organization/slug"), "the-analytical-room");
    assert_eq!(made.at("/session/expiresAt"), "2026-11-23T22:00:00Z");
    assert_eq!(made.at("/warnings"), &json!([]));
    assert_eq!((made.header("location"), made.header("cache-control")), ("/v1/me", "no-store"));
    let me = app.get("/v1/me", made.text("/session/token")).await.is(200);
    assert_eq!(me.at("/type"), "account");
    assert_eq!(me.at("/account/id"), made.at("/account/id"));
    assert_eq!((me.at("/role"), me.at("/key")), (&json!("owner"), &Value::Null));
    assert_eq!(me.at("/organization/id"), made.at("/organization/id"));
    assert_eq!(me.at("/limits/requestsPerMinute"), 600);
    assert!(me.at("/scopes").as_array().unwrap().contains(&json!("events:publish")));
}

#[tokio::test]
async fn an_account_without_an_organization_name_is_named_like_the_person() {
    let app = TestApp::start();
    let made = sign_up(&app, person("ada@example.org")).await.is(201);
    assert_eq!(made.at("/organization/name"), "Ada");
}

#[tokio::test]
async fn all_faults_of_a_sign_up_come_at_once() {
    let app = TestApp::start();
    let body = json!({ "email": "x", "password": "short", "name": " ", "nmae": 1 });
    let answer = refused(sign_up(&app, body).await, 400, "validation_failed");
    let expected = [
        ("/email", "invalid_format"),
        ("/name", "invalid_format"),
        ("/nmae", "unknown_member"),
        ("/password", "too_small"),
    ];
    assert_eq!(faults(&answer), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[tokio::test]
async fn a_password_has_at_most_1024_bytes() {
    let app = TestApp::start();
    let mut body = person("ada@example.org");
    body["password"] = json!("é".repeat(600));
    let answer = refused(sign_up(&app, body).await, 400, "validation_failed");
    assert_eq!(faults(&answer), [("/password".to_owned(), "too_big".to_owned())]);
}

#[tokio::test]
async fn an_email_in_use_is_refused_however_it_is_written() {
    let app = TestApp::start();
    sign_up(&app, person("ada@example.org")).await.is(201);
    refused(sign_up(&app, person("ADA@Example.org")).await, 409, "email_taken");
}

#[tokio::test]
async fn registration_is_for_the_first_account_or_nobody() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "first")]);
    sign_up(&app, person("ada@example.org")).await.is(201);
    refused(sign_up(&app, person("grace@example.org")).await, 403, "registration_closed");
    let closed = TestApp::with(&[("CALLBOARD_REGISTRATION", "closed")]);
    refused(sign_up(&closed, person("ada@example.org")).await, 403, "registration_closed");
}

#[tokio::test]
async fn the_machines_owner_signs_people_up_where_registration_is_closed() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "closed")]);
    let headers = [("content-type", "application/json")];
    let body = person("ada@example.org").to_string();
    app.send_from(operator(), "POST", "/v1/accounts", &headers, body).await.is(201);
}

fn operator() -> Peer {
    Peer { ip: IpAddr::from([127, 0, 0, 1]), secure: true, operator: true }
}

#[tokio::test]
async fn a_rehearsed_sign_up_stores_nothing() {
    let app = TestApp::start();
    let headers = [("content-type", "application/json")];
    let body = person("ada@example.org").to_string();
    let made = app.send("POST", "/v1/accounts?dryRun=true", &headers, body).await.is(201);
    assert_eq!(made.header("dry-run"), "true");
    refused(app.get("/v1/me", made.text("/session/token")).await, 401, "unauthenticated");
    sign_up(&app, person("ada@example.org")).await.is(201);
}

#[tokio::test]
async fn signing_in_answers_a_token_and_signing_out_kills_it_at_once() {
    let app = TestApp::start();
    sign_up(&app, person("ada@example.org")).await.is(201);
    let session = sign_in(&app, " ADA@example.org", PASSWORD).await.is(201);
    assert_eq!(
        (session.at("/expiresAt"), session.header("cache-control")),
        (&json!("2026-11-23T22:00:00Z"), "no-store")
    );
    let token = session.text("/token").to_owned();
    app.get("/v1/me", &token).await.is(200);
    let rehearsed = app.call("DELETE", "/v1/sessions/current?dryRun=true", &token, None).await.is(204);
    assert_eq!(rehearsed.header("dry-run"), "true");
    app.call("DELETE", "/v1/sessions/current", &token, None).await.is(204);
    refused(app.get("/v1/me", &token).await, 401, "unauthenticated");
    let again = sign_in(&app, "ada@example.org", PASSWORD).await.is(201);
    app.pass_ms(12 * 3_600_000);
    refused(app.get("/v1/me", again.text("/token")).await, 401, "unauthenticated");
}

#[tokio::test]
async fn an_unknown_email_gets_the_answer_of_a_wrong_password() {
    let app = TestApp::start();
    sign_up(&app, person("ada@example.org")).await.is(201);
    let wrong = refused(sign_in(&app, "ada@example.org", "wrong").await, 401, "invalid_credentials");
    let unknown = refused(sign_in(&app, "nobody@example.org", PASSWORD).await, 401, "invalid_credentials");
    for member in ["/type", "/title", "/detail", "/code"] {
        assert_eq!(wrong.at(member), unknown.at(member));
    }
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn the_sixth_attempt_waits_and_waits_double_even_with_the_right_password() {
    let app = TestApp::start();
    sign_up(&app, person("ada@example.org")).await.is(201);
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..5 {
            sign_in(&app, email, "wrong").await.is(401);
        }
        let blocked = refused(sign_in(&app, email, PASSWORD).await, 429, "too_many_attempts");
        assert_eq!(blocked.header("retry-after"), "60");
    }
    let elsewhere = Peer { ip: IpAddr::from([192, 0, 2, 1]), secure: true, operator: false };
    let body = json!({ "email": "ada@example.org", "password": PASSWORD }).to_string();
    let headers = [("content-type", "application/json")];
    app.send_from(elsewhere, "POST", "/v1/sessions", &headers, body).await.is(201);
    app.pass_ms(60_000);
    sign_in(&app, "ada@example.org", "wrong").await.is(401);
    let blocked = sign_in(&app, "ada@example.org", PASSWORD).await.is(429);
    assert_eq!(blocked.header("retry-after"), "120");
    app.pass_ms(120_000);
    sign_in(&app, "ada@example.org", PASSWORD).await.is(201);
    for _ in 0..5 {
        sign_in(&app, "ada@example.org", "wrong").await.is(401);
    }
    sign_in(&app, "ada@example.org", PASSWORD).await.is(429);
}

#[tokio::test]
async fn a_session_acts_in_the_named_organization_or_the_first_one_joined() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    app.pass_ms(1);
    let joined = grace.post("/v1/members", json!({ "email": ada.email, "role": "viewer" })).await.is(201);
    assert_eq!((joined.at("/status"), joined.at("/inviteUrl")), (&json!("joined"), &Value::Null));
    let theirs = grace.get("/v1/organization").await.is(200);
    let body = json!({ "email": ada.email, "password": PASSWORD, "organizationId": theirs.at("/id") });
    let headers = [("content-type", "application/json")];
    let session = app.send("POST", "/v1/sessions", &headers, body.to_string()).await.is(201);
    let me = app.get("/v1/me", session.text("/token")).await.is(200);
    assert_eq!((me.at("/organization/id"), me.at("/role")), (theirs.at("/id"), &json!("viewer")));
    let first = sign_in(&app, &ada.email, PASSWORD).await.is(201);
    let me = app.get("/v1/me", first.text("/token")).await.is(200);
    assert_eq!(me.at("/organization/name"), "Ada");
    for foreign in [
        grace.get("/v1/members").await.at("/items/0/id").clone(),
        json!("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5"),
    ] {
        let body = json!({ "email": ada.email, "password": PASSWORD, "organizationId": foreign });
        let answer = app.send("POST", "/v1/sessions", &headers, body.to_string()).await;
        assert_eq!(
            faults(&refused(answer, 400, "validation_failed")),
            [("/organizationId".to_owned(), "not_found".to_owned())]
        );
    }
}

#[tokio::test]
async fn credentials_that_are_none_get_one_answer() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let box_office = ada.box_office("Door").await;
    let venue = ada.venue("Hall").await;
    let foreign =
        [ada.box_office_key(&box_office).await, ada.venue_key(&venue).await, ada.channel_key().await];
    let mut last = None;
    for token in ["", "x", "a.b.c", "cb_live_0000000000000000000000000000000A"]
        .into_iter()
        .chain(foreign.iter().map(String::as_str))
    {
        let answer = refused(app.get("/v1/me", token).await, 401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let detail = answer.text("/detail").to_owned();
        assert_eq!(last.get_or_insert(detail.clone()), &detail);
    }
    refused(app.send("GET", "/v1/me", &[], "").await, 401, "unauthenticated");
    refused(app.send("GET", "/v1/me", &[("x-api-key", &ada.token)], "").await, 401, "unauthenticated");
    refused(app.get("/v1/me?api_key=x", &ada.token).await, 400, "credential_in_query");
}

#[tokio::test]
async fn the_frame_refuses_what_it_does_not_know() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    refused(ada.get("/v1/nothing").await, 404, "route_not_found");
    let answer = refused(ada.delete("/v1/organization").await, 405, "method_not_allowed");
    assert_eq!(
        (answer.header("allow"), answer.at("/allowed")),
        ("GET, PATCH, HEAD", &json!(["GET", "PATCH", "HEAD"]))
    );
    let answer =
        refused(ada.get("/v1/members?limit=201&cursor=&x=1&dryRun=true").await, 400, "validation_failed");
    let expected = [
        ("query:cursor", "invalid_value"),
        ("query:dryRun", "unknown_member"),
        ("query:limit", "too_big"),
        ("query:x", "unknown_member"),
    ];
    assert_eq!(faults(&answer).iter().map(|(p, _)| p.as_str()).collect::<Vec<_>>(), expected.map(|(p, _)| p));
    refused(ada.get("/v1/members?cursor=abc").await, 400, "validation_failed");
    let answer = send_as(&app, &ada.token, "PATCH", "/v1/organization?dryRun=maybe", &[], &json!({})).await;
    assert_eq!(faults(&refused(answer, 400, "validation_failed"))[0].0, "query:dryRun");
    let headers = [("authorization", format!("Bearer {}", ada.token))];
    let headers = [(headers[0].0, headers[0].1.as_str()), ("content-type", "application/json")];
    refused(app.send("PATCH", "/v1/organization", &headers, "{\"name\":").await, 400, "invalid_json");
    refused(app.send("PATCH", "/v1/organization", &headers, "[]").await, 400, "validation_failed");
    let headers = [headers[0], ("content-type", "text/plain")];
    refused(app.send("PATCH", "/v1/organization", &headers, "x").await, 415, "unsupported_media_type");
}

#[tokio::test]
async fn every_answer_to_a_known_caller_tells_its_rate() {
    let app = TestApp::with(&[("CALLBOARD_RATE_LIMIT_NATIVE", "3")]);
    let ada = app.organizer("Ada").await;
    let first = ada.get("/v1/me").await.is(200);
    assert_eq!(first.header("ratelimit-policy"), "\"default\";q=3;w=60");
    assert_eq!(first.header("ratelimit"), "\"default\";r=2;t=60");
    app.pass_ms(15_500);
    let second = refused(ada.get("/v1/venues/x").await, 404, "not_found");
    assert_eq!(second.header("ratelimit"), "\"default\";r=1;t=45");
    ada.get("/v1/me").await.is(200);
    let third = refused(ada.get("/v1/me").await, 429, "rate_limited");
    assert_eq!((third.header("retry-after"), third.header("ratelimit")), ("45", "\"default\";r=0;t=45"));
    app.pass_ms(45_000);
    ada.get("/v1/me").await.is(200);
}

#[tokio::test]
async fn an_organization_is_renamed_by_its_owner_under_its_version() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let before = ada.get("/v1/organization").await.is(200);
    let tag = before.header("etag").to_owned();
    assert!(tag.starts_with(&format!("\"{}-", before.at("/version"))));
    let same =
        send_as(&app, &ada.token, "GET", "/v1/organization", &[("if-none-match", &tag)], &Value::Null).await;
    assert!(same.is(304).bytes.is_empty());
    let rehearsed = ada.patch("/v1/organization?dryRun=true", json!({ "name": "Room" })).await.is(200);
    assert_eq!((rehearsed.at("/name"), rehearsed.header("dry-run")), (&json!("Room"), "true"));
    assert_eq!(ada.get("/v1/organization").await.at("/name"), "Ada");
    app.pass_ms(5);
    let body = json!({ "name": "Room", "slug": "room" });
    let after =
        send_as(&app, &ada.token, "PATCH", "/v1/organization", &[("if-match", &tag)], &body).await.is(200);
    assert_eq!((after.at("/slug"), after.at("/warnings")), (&json!("room"), &json!([])));
    assert_ne!(after.header("etag"), tag);
    let stale = send_as(
        &app,
        &ada.token,
        "PATCH",
        "/v1/organization",
        &[("if-match", &tag)],
        &json!({ "name": "X" }),
    )
    .await;
    let stale = refused(stale, 412, "precondition_failed");
    assert_eq!(stale.at("/currentVersion"), after.at("/version"));
    let odd =
        send_as(&app, &ada.token, "PATCH", "/v1/organization", &[("if-match", "x")], &json!({ "name": "X" }))
            .await;
    assert_eq!(faults(&refused(odd, 400, "validation_failed"))[0].0, "header:If-Match");
    let unchanged = ada.patch("/v1/organization", json!({})).await.is(200);
    assert_eq!(unchanged.at("/version"), after.at("/version"));
    let grace = app.organizer("Grace").await;
    refused(grace.patch("/v1/organization", json!({ "slug": "room" })).await, 409, "slug_taken");
    let nulls = refused(
        grace.patch("/v1/organization", json!({ "slug": null, "name": null })).await,
        400,
        "validation_failed",
    );
    assert_eq!(faults(&nulls).len(), 2);
}

#[tokio::test]
async fn an_invited_person_joins_by_signing_up_with_the_token_of_the_invitation() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "first")]);
    let ada = app.organizer("Ada").await;
    let invited =
        ada.post("/v1/members", json!({ "email": "grace@example.org", "role": "editor" })).await.is(201);
    assert_eq!(
        (invited.at("/status"), invited.at("/role"), invited.at("/name")),
        (&json!("invited"), &json!("editor"), &Value::Null)
    );
    assert_eq!(invited.header("location"), format!("/v1/members/{}", invited.text("/id")));
    let url = invited.text("/inviteUrl");
    let token = url.strip_prefix("https://events.example/join/").unwrap();
    assert!(token.starts_with("cb_invite_") && token.len() == 50, "{token}");
    let shown = ada.get(invited.header("location")).await.is(200);
    assert_eq!(shown.at("/inviteUrl"), &Value::Null);
    let mut other = person("eve@example.org");
    other["inviteToken"] = json!(token);
    refused(sign_up(&app, other).await, 403, "registration_closed");
    let mut body = person("grace@example.org");
    body["inviteToken"] = json!(token);
    let joined = sign_up(&app, body).await.is(201);
    assert_eq!(joined.at("/organization/name"), "Ada");
    let me = app.get("/v1/me", joined.text("/session/token")).await.is(200);
    assert_eq!(me.at("/role"), "editor");
    let now = ada.get(invited.header("location")).await.is(200);
    assert_eq!((now.at("/status"), now.at("/name")), (&json!("joined"), &json!("Ada")));
    refused(
        ada.post("/v1/members", json!({ "email": "GRACE@example.org", "role": "viewer" })).await,
        409,
        "already_member",
    );
}

#[tokio::test]
async fn a_repeated_invitation_does_not_show_its_address_again() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let body = json!({ "email": "grace@example.org", "role": "viewer" });
    let key = [("idempotency-key", "invite-1")];
    let first = send_as(&app, &ada.token, "POST", "/v1/members", &key, &body).await.is(201);
    let again = send_as(&app, &ada.token, "POST", "/v1/members", &key, &body).await.is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((again.at("/id"), again.at("/inviteUrl")), (first.at("/id"), &Value::Null));
    assert!(first.at("/inviteUrl").is_string());
    let other = json!({ "email": "grace@example.org", "role": "editor" });
    refused(
        send_as(&app, &ada.token, "POST", "/v1/members", &key, &other).await,
        422,
        "idempotency_key_reused",
    );
    let quoted = [("idempotency-key", "\"invite-1\"")];
    let again = send_as(&app, &ada.token, "POST", "/v1/members", &quoted, &body).await.is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_refusal_that_was_decided_by_the_data_is_repeated_to_the_same_key() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let body = json!({ "email": ada.email, "role": "viewer" });
    let key = [("idempotency-key", "k")];
    let first =
        refused(send_as(&app, &ada.token, "POST", "/v1/members", &key, &body).await, 409, "already_member");
    let again = send_as(&app, &ada.token, "POST", "/v1/members", &key, &body).await.is(409);
    assert_eq!((again.header("idempotent-replayed"), &again.bytes), ("true", &first.bytes));
    for bad in ["", "a b", &"x".repeat(256)] {
        let answer =
            send_as(&app, &ada.token, "POST", "/v1/members", &[("idempotency-key", bad)], &body).await;
        assert_eq!(faults(&refused(answer, 400, "validation_failed"))[0].0, "header:Idempotency-Key");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_given_once() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let twice = [("idempotency-key", "k"), ("idempotency-key", "k")];
    let body = json!({ "email": "grace@example.org", "role": "viewer" });
    let answer = send_as(&app, &ada.token, "POST", "/v1/members", &twice, &body).await;
    assert_eq!(faults(&refused(answer, 400, "validation_failed"))[0].0, "header:Idempotency-Key");
}

#[tokio::test]
async fn a_rehearsed_sign_in_opens_nothing_and_costs_no_attempt() {
    let app = TestApp::start();
    sign_up(&app, person("ada@example.org")).await.is(201);
    let body = json!({ "email": "ada@example.org", "password": PASSWORD }).to_string();
    let headers = [("content-type", "application/json")];
    for _ in 0..6 {
        let session = app.send("POST", "/v1/sessions?dryRun=true", &headers, body.clone()).await.is(201);
        assert_eq!(session.header("dry-run"), "true");
        refused(app.get("/v1/me", session.text("/token")).await, 401, "unauthenticated");
    }
}

#[tokio::test]
async fn roles_change_and_members_leave_but_an_owner_stays() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let own = ada.get("/v1/members").await.is(200);
    assert_eq!(
        (own.at("/items/0/role"), own.at("/items/0/email"), own.at("/nextCursor")),
        (&json!("owner"), &json!(ada.email), &Value::Null)
    );
    let own = format!("/v1/members/{}", own.text("/items/0/id"));
    refused(ada.delete(&own).await, 409, "last_owner");
    refused(ada.patch(&own, json!({ "role": "viewer" })).await, 409, "last_owner");
    let joined = ada.post("/v1/members", json!({ "email": grace.email, "role": "viewer" })).await.is(201);
    let her = joined.header("location").to_owned();
    let raised = ada.patch(&her, json!({ "role": "admin" })).await.is(200);
    assert_eq!((raised.at("/role"), raised.at("/version")), (&json!("admin"), &json!(2)));
    let same = ada.patch(&her, json!({})).await.is(200);
    assert_eq!(same.at("/version"), &json!(2));
    refused(ada.patch(&her, json!({ "role": "king" })).await, 400, "validation_failed");
    let stale = [("if-match", joined.header("etag"))];
    refused(
        send_as(&app, &ada.token, "PATCH", &her, &stale, &json!({ "role": "editor" })).await,
        412,
        "precondition_failed",
    );
    refused(
        send_as(&app, &ada.token, "DELETE", &her, &stale, &Value::Null).await,
        412,
        "precondition_failed",
    );
    refused(grace.get(&her).await, 404, "not_found");
    refused(grace.patch(&her, json!({ "role": "owner" })).await, 404, "not_found");
    refused(grace.delete(&her).await, 404, "not_found");
    ada.delete(&format!("{her}?dryRun=true")).await.is(204);
    ada.get(&her).await.is(200);
    let once = [("idempotency-key", "leave")];
    send_as(&app, &ada.token, "DELETE", &her, &once, &Value::Null).await.is(204);
    let again = send_as(&app, &ada.token, "DELETE", &her, &once, &Value::Null).await.is(204);
    assert_eq!(again.header("idempotent-replayed"), "true");
    refused(ada.get(&her).await, 404, "not_found");
    refused(ada.delete(&her).await, 404, "not_found");
}

#[tokio::test]
async fn a_role_binds_from_the_next_request_on() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let joined = ada.post("/v1/members", json!({ "email": grace.email, "role": "viewer" })).await.is(201);
    let theirs = ada.get("/v1/organization").await.text("/id").to_owned();
    let body = json!({ "email": grace.email, "password": PASSWORD, "organizationId": theirs });
    let session = app
        .send("POST", "/v1/sessions", &[("content-type", "application/json")], body.to_string())
        .await
        .is(201);
    let token = session.text("/token");
    app.get("/v1/members", token).await.is(200);
    refused(
        app.post("/v1/members", token, json!({ "email": "a@b.example", "role": "viewer" })).await,
        403,
        "forbidden",
    );
    refused(app.post("/v1/channels", token, json!({ "name": "X" })).await, 403, "forbidden");
    ada.patch(joined.header("location"), json!({ "role": "admin" })).await.is(200);
    app.post("/v1/channels", token, json!({ "name": "X" })).await.is(201);
    refused(
        app.call("PATCH", "/v1/organization", token, Some(&json!({ "name": "Mine" }))).await,
        403,
        "forbidden",
    );
    // An admin makes no owners, itself included.
    refused(
        app.call("PATCH", joined.header("location"), token, Some(&json!({ "role": "owner" }))).await,
        403,
        "out_of_reach",
    );
    ada.delete(joined.header("location")).await.is(204);
    refused(app.get("/v1/me", token).await, 401, "unauthenticated");
}

#[tokio::test]
async fn members_are_listed_page_by_page() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    for n in 0..4 {
        app.pass_ms(1);
        ada.post("/v1/members", json!({ "email": format!("m{n}@example.org"), "role": "viewer" }))
            .await
            .is(201);
    }
    let (mut seen, mut target) = (Vec::new(), "/v1/members?limit=2".to_owned());
    loop {
        let page = ada.get(&target).await.is(200);
        seen.extend(
            page.at("/items").as_array().unwrap().iter().map(|m| m["email"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page.at("/nextCursor").as_str() else { break };
        // The row that a cursor stands for may go.
        let last = page.text("/items/1/id");
        if seen.len() == 4 {
            ada.delete(&format!("/v1/members/{last}")).await.is(204);
        }
        target = format!("/v1/members?limit=2&cursor={cursor}");
    }
    assert_eq!(seen[1..], ["m0@example.org", "m1@example.org", "m2@example.org", "m3@example.org"]);
}

#[tokio::test]
async fn the_operator_acts_in_the_organization_that_it_names() {
    let app = TestApp::start();
    let ask = async |headers: &[(&str, &str)]| app.send_from(operator(), "GET", "/v1/me", headers, "").await;
    refused(ask(&[]).await, 400, "validation_failed");
    let ada = app.organizer("Ada").await;
    let only = ask(&[]).await.is(200);
    assert_eq!((only.at("/type"), only.at("/organization/name")), (&json!("operator"), &json!("Ada")));
    let grace = app.organizer("Grace").await;
    let ambiguous = refused(ask(&[]).await, 400, "validation_failed");
    assert_eq!(faults(&ambiguous), [("header:X-Callboard-Organization".to_owned(), "required".to_owned())]);
    let named = ask(&[("x-callboard-organization", "grace")]).await.is(200);
    let id = named.text("/organization/id");
    assert_eq!(ask(&[("x-callboard-organization", id)]).await.is(200).at("/organization/name"), "Grace");
    refused(ask(&[("x-callboard-organization", "nobody")]).await, 404, "not_found");
    let as_ada = [("authorization", format!("Bearer {}", ada.token))];
    let as_ada = ask(&[(as_ada[0].0, &as_ada[0].1)]).await.is(200);
    assert_eq!(as_ada.at("/type"), "account");
    // The same header from anywhere else means nothing.
    let answer = app.send("GET", "/v1/me", &[("x-callboard-organization", "grace")], "").await;
    refused(answer, 401, "unauthenticated");
    drop(grace);
}
