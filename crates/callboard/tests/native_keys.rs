//! API keys of the native surface. Source: native-api.md §1, §4; promises R1, R16.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::net::IpAddr;

use callboard::front::Peer;
use callboard::surfaces::Name;
use callboard::surfaces::Surface;
use callboard_core::key::Family;
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

async fn send(
    who: &Organizer<'_>,
    method: &str,
    target: &str,
    more: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let bearer = format!("Bearer {}", who.token);
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend_from_slice(more);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    who.app.send(method, target, &headers, body).await
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/code"), code, "{}", answer.json);
    answer
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.at("/errors").as_array().unwrap();
    let mut all: Vec<_> = errors
        .iter()
        .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    all.sort();
    all
}

fn native() -> Value {
    json!({ "family": "native", "label": "Website", "scopes": ["venues:read"] })
}

#[tokio::test]
async fn a_key_of_each_family_has_its_shape_and_default_scopes() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let (venue, office) = (ada.venue("Hall").await, ada.box_office("Door").await);
    let cases = [
        (
            json!({ "family": "channel" }),
            Family::Channel,
            "pin_live_",
            json!(["channels:read", "events:create"]),
        ),
        (json!({ "family": "venue", "venueId": venue }), Family::Venue, "hdlr_live_", json!(["events:read"])),
        (
            json!({ "family": "box_office", "boxOfficeId": office }),
            Family::BoxOffice,
            "ts_sk_live_",
            json!(["events:read", "events:write"]),
        ),
        (json!({ "family": "developer" }), Family::Developer, "evn_prod_", json!([])),
        (native(), Family::Native, "cb_live_", json!(["venues:read"])),
    ];
    for (body, family, prefix, scopes) in cases {
        let made = ada.mint(body).await;
        let token = made.text("/key");
        assert!(family.is_well_formed(prefix, token), "{token}");
        assert_eq!((made.at("/prefix"), made.at("/scopes")), (&json!(prefix), &scopes));
        assert!(token.ends_with(made.text("/hint")) && made.text("/hint").len() == 4);
        assert_eq!((made.at("/label"), made.at("/warnings")), (&json!("test"), &json!([])));
        assert_eq!(made.header("cache-control"), "no-store");
        let read = ada.get(made.header("location")).await.is(200);
        let mut expected = made.json.clone();
        for member in ["key", "warnings"] {
            expected.as_object_mut().unwrap().remove(member);
        }
        assert_eq!(read.json, expected);
    }
    let list = ada.get("/v1/keys").await.is(200);
    assert_eq!(list.at("/items").as_array().unwrap().len(), 5);
    assert!(list.at("/items").as_array().unwrap().iter().all(|key| key.get("key").is_none()));
}

#[tokio::test]
async fn a_repeated_creation_makes_one_key_and_shows_no_token() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let once = [("idempotency-key", "k1")];
    let first = send(&ada, "POST", "/v1/keys", &once, &native()).await.is(201);
    let again = send(&ada, "POST", "/v1/keys", &once, &native()).await.is(201);
    assert_eq!((again.at("/id"), again.at("/key")), (first.at("/id"), &Value::Null));
    assert_eq!((again.header("idempotent-replayed"), again.header("cache-control")), ("true", "no-store"));
    assert_eq!(ada.get("/v1/keys").await.at("/items").as_array().unwrap().len(), 1);
    let token = first.text("/key");
    app.get("/v1/venues", token).await.is(200);
    let holds = |bytes: &[u8]| bytes.windows(token.len()).any(|window| window == token.as_bytes());
    if app.is_shared() {
        let tables = support::postgres::dump(app.database_url()).await;
        assert!(tables.len() > 10 && !tables.iter().any(|(_, bytes)| holds(bytes)));
        return;
    }
    let stored = std::fs::read(app.data_dir().join("callboard.db")).unwrap();
    let log = std::fs::read(app.data_dir().join("callboard.db-wal")).unwrap_or_default();
    assert!(!holds(&stored) && !holds(&log));
}

#[tokio::test]
async fn a_rehearsed_key_is_none() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let made = ada.post("/v1/keys?dryRun=true", native()).await.is(201);
    assert_eq!((made.at("/key"), made.header("dry-run")), (&Value::Null, "true"));
    assert_eq!(ada.get("/v1/keys").await.at("/items"), &json!([]));
}

#[tokio::test]
async fn faults_of_a_new_key_are_named() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let theirs = grace.venue("Hall").await;
    let (venue, office) = (ada.venue("Hall").await, ada.box_office("Door").await);
    let cases = [
        (json!({ "family": "native", "label": "x" }), vec!["/scopes required"]),
        (
            json!({ "family": "native", "label": "x", "scopes": ["venues:read", "all"] }),
            vec!["/scopes invalid_value"],
        ),
        (json!({ "family": "venue", "label": "x" }), vec!["/venueId required"]),
        (json!({ "family": "venue", "label": "x", "venueId": theirs }), vec!["/venueId not_found"]),
        (
            json!({ "family": "venue", "label": "x", "venueId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5" }),
            vec!["/venueId not_found"],
        ),
        (
            json!({ "family": "box_office", "label": "x", "venueId": venue }),
            vec!["/boxOfficeId required", "/venueId not_supported"],
        ),
        (json!({ "family": "channel", "label": "x", "venueId": venue }), vec!["/venueId not_supported"]),
        (
            json!({ "family": "native", "label": "x", "scopes": ["events:read"], "venueId": venue, "boxOfficeId": office }),
            vec![" conflict"],
        ),
        (
            json!({ "family": "king", "label": " ", "expiresAt": "soon", "rateLimitPerMinute": 0, "x": 1 }),
            vec![
                "/expiresAt invalid_format",
                "/family invalid_value",
                "/label invalid_format",
                "/rateLimitPerMinute too_small",
                "/x unknown_member",
            ],
        ),
        (
            json!({ "family": "developer", "label": "x", "expiresAt": "2026-11-23T09:59:59Z", "rateLimitPerMinute": 100_000_001 }),
            vec!["/rateLimitPerMinute too_big"],
        ),
        (
            json!({ "family": "developer", "label": "x", "expiresAt": "2026-11-23T10:00:00Z" }),
            vec!["/expiresAt invalid_value"],
        ),
    ];
    for (body, expected) in cases {
        let answer = refused(ada.post("/v1/keys", body.clone()).await, 400, "validation_failed");
        assert_eq!(pointers(&answer), expected, "{body}");
    }
}

#[tokio::test]
async fn a_key_never_deals_in_keys_or_members() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let scopes: Vec<&str> = Family::Native.known_scopes().to_vec();
    let key = ada.key(json!({ "family": "native", "scopes": scopes })).await;
    let id = ada.get("/v1/keys").await.text("/items/0/id").to_owned();
    let member = ada.get("/v1/members").await.text("/items/0/id").to_owned();
    let calls = [
        ("POST", "/v1/keys".to_owned(), native()),
        ("GET", "/v1/keys".to_owned(), Value::Null),
        ("GET", format!("/v1/keys/{id}"), Value::Null),
        ("PATCH", format!("/v1/keys/{id}"), json!({ "label": "x" })),
        ("POST", format!("/v1/keys/{id}/revoke"), Value::Null),
        ("POST", format!("/v1/keys/{id}/rotate"), Value::Null),
        ("GET", "/v1/members".to_owned(), Value::Null),
        ("POST", "/v1/members".to_owned(), json!({ "email": "a@b.example", "role": "owner" })),
        ("DELETE", format!("/v1/members/{member}"), Value::Null),
        ("PATCH", "/v1/organization".to_owned(), json!({ "name": "x" })),
        ("DELETE", "/v1/sessions/current".to_owned(), Value::Null),
    ];
    for (method, target, body) in calls {
        let body = (!body.is_null()).then_some(body);
        refused(app.call(method, &target, &key, body.as_ref()).await, 403, "forbidden");
    }
}

#[tokio::test]
async fn disabling_expiry_and_revocation_hold_from_the_next_request_on() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let mut body = native();
    body["expiresAt"] = json!("2026-11-23T12:00:00+01:00");
    let made = ada.mint(body).await;
    let (token, place) = (made.text("/key"), made.header("location").to_owned());
    assert_eq!(made.at("/expiresAt"), "2026-11-23T11:00:00Z");
    app.get("/v1/me", token).await.is(200);
    ada.patch(&place, json!({ "disabled": true })).await.is(200);
    refused(app.get("/v1/me", token).await, 401, "unauthenticated");
    ada.patch(&place, json!({ "disabled": false })).await.is(200);
    app.get("/v1/me", token).await.is(200);
    app.pass_ms(3_600_000);
    app.get("/v1/me", token).await.is(401);
    ada.patch(&place, json!({ "expiresAt": null })).await.is(200);
    app.get("/v1/me", token).await.is(200);
    let revoked = ada.post(&format!("{place}/revoke"), json!({})).await.is(200);
    assert_eq!(revoked.at("/revokedAt"), "2026-11-23T11:00:00Z");
    app.get("/v1/me", token).await.is(401);
    let again = ada.app.call("POST", &format!("{place}/revoke"), &ada.token, None).await.is(200);
    assert_eq!(
        (again.at("/version"), again.at("/revokedAt")),
        (revoked.at("/version"), revoked.at("/revokedAt"))
    );
    refused(ada.post(&format!("{place}/rotate"), json!({})).await, 404, "not_found");
}

#[tokio::test]
async fn a_key_is_changed_under_its_version() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let made = ada.mint(native()).await;
    let place = made.header("location").to_owned();
    let fresh = [("if-match", made.header("etag"))];
    let body = json!({ "label": "Shop", "rateLimitPerMinute": 2 });
    let after = send(&ada, "PATCH", &place, &fresh, &body).await.is(200);
    assert_eq!(
        (after.at("/label"), after.at("/version"), after.at("/rateLimitPerMinute")),
        (&json!("Shop"), &json!(2), &json!(2))
    );
    let stale = refused(send(&ada, "PATCH", &place, &fresh, &body).await, 412, "precondition_failed");
    assert_eq!(stale.at("/currentVersion"), &json!(2));
    let same = ada.patch(&place, body).await.is(200);
    assert_eq!(same.at("/version"), &json!(2));
    let rehearsed = ada.patch(&format!("{place}?dryRun=true"), json!({ "disabled": true })).await.is(200);
    assert_eq!((rehearsed.at("/disabled"), rehearsed.header("dry-run")), (&json!(true), "true"));
    let token = made.text("/key");
    assert_eq!(app.get("/v1/me", token).await.is(200).at("/limits/requestsPerMinute"), &json!(2));
    app.get("/v1/me", token).await.is(200);
    let limited = refused(app.get("/v1/me", token).await, 429, "rate_limited");
    assert_eq!(limited.header("ratelimit-policy"), "\"default\";q=2;w=60");
    let own = ada.patch(&place, json!({ "rateLimitPerMinute": null })).await.is(200);
    assert_eq!(own.at("/rateLimitPerMinute"), &Value::Null);
    app.get("/v1/me", token).await.is(200);
    let faults =
        json!({ "label": null, "expiresAt": "2020-01-01T00:00:00Z", "disabled": "no", "scopes": [] });
    let answer = refused(ada.patch(&place, faults).await, 400, "validation_failed");
    assert_eq!(
        pointers(&answer),
        ["/disabled invalid_type", "/label invalid_type", "/scopes unknown_member"]
    );
    let answer = refused(
        ada.patch(&place, json!({ "expiresAt": "2020-01-01T00:00:00Z" })).await,
        400,
        "validation_failed",
    );
    assert_eq!(pointers(&answer), ["/expiresAt invalid_value"]);
}

#[tokio::test]
async fn a_rotated_key_works_beside_its_successor_until_the_grace_ends() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let old = ada.mint(native()).await;
    let target = format!("{}/rotate", old.header("location"));
    let once = [("idempotency-key", "r1")];
    let new = send(&ada, "POST", &target, &once, &json!({ "graceSeconds": 60 })).await.is(201);
    assert_ne!((new.at("/id"), new.at("/key")), (old.at("/id"), old.at("/key")));
    assert_eq!(
        (new.at("/scopes"), new.at("/label"), new.at("/revokedAt")),
        (old.at("/scopes"), old.at("/label"), &Value::Null)
    );
    assert_eq!(new.header("location"), format!("/v1/keys/{}", new.text("/id")));
    let again = send(&ada, "POST", &target, &once, &json!({ "graceSeconds": 60 })).await.is(201);
    assert_eq!(
        (again.at("/id"), again.at("/key"), again.header("idempotent-replayed")),
        (new.at("/id"), &Value::Null, "true")
    );
    app.get("/v1/me", old.text("/key")).await.is(200);
    app.get("/v1/me", new.text("/key")).await.is(200);
    app.pass_ms(60_000);
    app.get("/v1/me", old.text("/key")).await.is(401);
    app.get("/v1/me", new.text("/key")).await.is(200);
    // Without a body the old token ends at once.
    let next =
        ada.app.call("POST", &format!("/v1/keys/{}/rotate", new.text("/id")), &ada.token, None).await.is(201);
    app.get("/v1/me", new.text("/key")).await.is(401);
    app.get("/v1/me", next.text("/key")).await.is(200);
    let place = format!("/v1/keys/{}/rotate", next.text("/id"));
    for bad in [-1, 86_401] {
        refused(ada.post(&place, json!({ "graceSeconds": bad })).await, 400, "validation_failed");
    }
    let rehearsed = ada.post(&format!("{place}?dryRun=true"), json!({})).await.is(201);
    assert_eq!(rehearsed.at("/key"), &Value::Null);
    app.get("/v1/me", next.text("/key")).await.is(200);
}

#[tokio::test]
async fn the_eleventh_key_of_a_box_office_is_refused() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let office = ada.box_office("Door").await;
    let body = json!({ "family": "box_office", "label": "x", "boxOfficeId": office });
    let mut last = String::new();
    for _ in 0..10 {
        last = ada.post("/v1/keys", body.clone()).await.is(201).header("location").to_owned();
    }
    let answer = refused(ada.post("/v1/keys", body.clone()).await, 409, "key_limit");
    assert_eq!(answer.at("/limit"), &json!(10));
    refused(ada.post(&format!("{last}/rotate"), json!({ "graceSeconds": 5 })).await, 409, "key_limit");
    ada.post(&format!("{last}/rotate"), json!({})).await.is(201);
    refused(ada.post("/v1/keys", body.clone()).await, 409, "key_limit");
    let any = ada.get("/v1/keys").await.text("/items/0/id").to_owned();
    ada.post(&format!("/v1/keys/{any}/revoke"), json!({})).await.is(200);
    ada.post("/v1/keys", body).await.is(201);
}

#[tokio::test]
async fn anothers_key_answers_like_one_that_never_was() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let theirs = grace.mint(native()).await;
    let foreign = theirs.header("location").to_owned();
    for place in
        [foreign, "/v1/keys/0192f0c1-2a3b-7c4d-8e5f-60718293a4b5".to_owned(), "/v1/keys/x".to_owned()]
    {
        refused(ada.get(&place).await, 404, "not_found");
        refused(ada.patch(&place, json!({ "label": "x" })).await, 404, "not_found");
        refused(ada.post(&format!("{place}/revoke"), json!({})).await, 404, "not_found");
        refused(ada.post(&format!("{place}/rotate"), json!({})).await, 404, "not_found");
    }
    app.get("/v1/me", theirs.text("/key")).await.is(200);
}

#[tokio::test]
async fn a_key_goes_with_its_place() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let venue = ada.venue("Hall").await;
    let bound = ada.mint(json!({ "family": "native", "scopes": ["venues:read"], "venueId": venue })).await;
    ada.delete(&format!("/v1/venues/{venue}")).await.is(204);
    app.get("/v1/me", bound.text("/key")).await.is(401);
    assert!(ada.get(bound.header("location")).await.at("/revokedAt").is_string());
}

#[tokio::test]
async fn keys_are_listed_newest_first_page_by_page() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        app.pass_ms(1);
        made.insert(0, ada.mint(native()).await.text("/id").to_owned());
    }
    let (mut seen, mut target) = (Vec::new(), "/v1/keys?limit=2".to_owned());
    loop {
        let page = ada.get(&target).await.is(200);
        seen.extend(
            page.at("/items").as_array().unwrap().iter().map(|k| k["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page.at("/nextCursor").as_str() else { break };
        target = format!("/v1/keys?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn an_account_makes_so_many_keys_an_hour() {
    let app = TestApp::with(&[("CALLBOARD_KEY_CREATIONS_PER_HOUR", "2")]);
    let ada = app.organizer("Ada").await;
    ada.mint(native()).await;
    ada.mint(native()).await;
    let answer = refused(ada.post("/v1/keys", native()).await, 429, "rate_limited");
    assert_eq!(answer.header("retry-after"), "3600");
    app.pass_ms(3_600_000);
    ada.mint(native()).await;
}

#[tokio::test]
async fn the_operator_makes_keys_for_the_first_owner() {
    let app = TestApp::start();
    let ada = app.organizer("Ada").await;
    let (channel, number) = ada.channel("Feed").await;
    let peer = Peer { ip: IpAddr::from([127, 0, 0, 1]), secure: true, operator: true };
    let headers = [("content-type", "application/json"), ("x-callboard-organization", "ada")];
    let body = json!({ "family": "channel", "label": "cli" }).to_string();
    let made = app.send_from(peer, "POST", "/v1/keys", &headers, body).await.is(201);
    assert!(made.text("/key").starts_with("pin_live_"));
    let hash = callboard_core::key::KeyHash::of(made.text("/key"));
    let access = app.app().store.authenticate(&hash, app.app().clock.now()).await.unwrap().unwrap();
    let (channels, _) = app.app().store.list_account_channels(&access.tenant, 1, 10).await.unwrap();
    assert_eq!((channels[0].id.to_string(), channels[0].number), (channel, number));
}

#[tokio::test]
async fn only_the_account_of_a_channel_key_sees_its_next_token() {
    let app = TestApp::start();
    let (ada, grace) = (app.organizer("Ada").await, app.organizer("Grace").await);
    let key = ada.mint(json!({ "family": "channel" })).await;
    ada.post("/v1/members", json!({ "email": grace.email, "role": "admin" })).await.is(201);
    let organization = ada.get("/v1/organization").await.at("/id").clone();
    let body =
        json!({ "email": grace.email, "password": "correct horse battery", "organizationId": organization });
    let session =
        app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body.to_string()).await;
    let session = session.is(201).text("/token").to_owned();
    let target = format!("{}/rotate", key.header("location"));
    refused(app.post(&target, &session, json!({})).await, 403, "out_of_reach");
    ada.post(&target, json!({})).await.is(201);
}

#[test]
fn every_example_of_the_document_fits_its_schema() {
    for operation in Surface::of(Name::Native).operations() {
        if let Some(body) = &operation.body {
            assert!(body.check(&body.example).is_ok(), "{operation:?}: request");
            let unknown = json!({ "thisIsNoMember": 1 });
            let said = format!("{:?}", body.check(&unknown));
            assert!(said.contains("UnknownMember"), "{operation:?} takes unknown members: {said}");
        }
        for reply in &operation.replies {
            let (Some(shape), Some(example)) = (reply.schema, &reply.example) else { continue };
            let (name, schemas) = (shape.gather)();
            let components: serde_json::Map<String, Value> = schemas
                .into_iter()
                .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap()))
                .collect();
            let document = json!({ "$ref": format!("#/components/schemas/{name}"), "components": { "schemas": components } });
            let validator = callboard::http::schema::compile(&document);
            let checked = callboard::http::schema::check(&validator, example);
            assert!(checked.is_ok(), "{operation:?}: {:?}", checked);
        }
        let writes = operation.method != http::Method::GET;
        assert_eq!(operation.is_rehearsable, writes, "{operation:?}");
        // A preview stores nothing: repeated, it is the same by itself.
        let keyless = ["/v1/accounts", "/v1/sessions", "/v1/series/preview"];
        let takes_no_key = keyless.iter().any(|path| operation.path.starts_with(path));
        assert_eq!(operation.takes_idempotency_key, writes && !takes_no_key, "{operation:?}");
    }
}
