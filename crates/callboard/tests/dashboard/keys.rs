//! API keys without scripts: made, shown once, used, rotated, paused, revoked.
//! Source: contracts.md §1.2, §1.3, §2.5, §4.1; promises R16.

use callboard::use_cases::key_uses;
use serde_json::{Value, json};

use crate::browser::{Browser, PASSWORD};
use crate::events::Office;
use crate::support::TestApp;

const DAY_MS: i64 = 86_400_000;

/// An owner with a box office, signed in.
async fn house(app: &TestApp) -> (Browser<'_>, String) {
    let mut ada = Browser::signed_up(app, "Harbor Hall").await;
    ada.open("/dashboard/box-offices/new").await;
    let office = [("name", "Harbor Tickets"), ("timezone", "America/New_York"), ("currency", "USD")];
    ada.send("/dashboard/box-offices", &office).await.is(200);
    let id = ada.path.rsplit('/').next().unwrap().to_owned();
    (ada, id)
}

/// The token on the page that shows it.
fn token(browser: &Browser<'_>) -> String {
    let (_, rest) = browser.page.split_once("<code id=\"token\">").expect("a token is shown");
    rest.split('<').next().unwrap().to_owned()
}

/// Makes a key by its form; leaves its page open and answers the token.
async fn make(browser: &mut Browser<'_>, query: &str, fields: &[(&str, &str)]) -> String {
    browser.open(&format!("/dashboard/keys/new?{query}")).await.is(200);
    browser.send("/dashboard/keys", fields).await.is(200);
    token(browser)
}

/// The address of the key whose token is shown.
fn key_path(browser: &Browser<'_>) -> String {
    let (_, rest) = browser.page.split_once("href=\"/dashboard/keys/01").expect("the key's page is linked");
    format!("/dashboard/keys/01{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_box_offices_key_is_made_where_its_contract_says_and_shown_once() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let keys = format!("/dashboard/box-offices/{office}/settings/keys");
    ada.open(&keys).await.says("No keys yet").says(">Settings</a>").says("at most 10 active keys");
    let new = format!("/dashboard/keys/new?family=box_office&#38;boxOfficeId={office}");
    ada.says(&new);
    ada.open(&new.replace("&#38;", "&")).await.says("events:read, events:write").says("Narrower: read only");
    let body = ada.filled("/dashboard/keys", &[("label", "till 1")]);
    let shown = ada.post("/dashboard/keys", &body).await.is(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    ada.page = String::from_utf8(shown.bytes.to_vec()).unwrap();
    let token = token(&ada);
    assert!(token.starts_with("ts_sk_live_"), "{token}");
    ada.says("This is the only time")
        .says("Waiting for your first request")
        .says(&format!("curl -H &#39;x-api-key: {token}&#39;"));
    let key = key_path(&ada);

    // Both published default scopes.
    let event =
        json!({ "title": "Jazz", "startsAt": "2026-12-04T20:00:00-05:00", "timezone": "America/New_York" });
    assert_eq!(app.call_x("POST", "/api/v1/events", &token, Some(&event)).await.status, 201);
    // Sent again, the form makes no second key and shows no token.
    let again = ada.post("/dashboard/keys", &body).await.is(303);
    assert_eq!(again.header("location"), key);
    ada.open(&key).await.says("Its token was shown once").is_silent_on(&token);
    ada.open(&keys).await.is_silent_on(&token).says(&format!("ts_sk_live_…{}", &token[token.len() - 4..]));
    assert_eq!(ada.page.matches(">till 1</a>").count(), 1);
}

#[tokio::test]
async fn the_first_request_shows_on_the_keys_page() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let query = format!("family=box_office&boxOfficeId={office}");
    let token = make(&mut ada, &query, &[("label", "till")]).await;
    let key = key_path(&ada);
    ada.open(&key)
        .await
        .says("Waiting for your first request")
        .says("http-equiv=\"refresh\"")
        .says("never used");
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 200);
    // First uses are written by the first tick.
    key_uses::flush(app.app(), false).await;
    ada.open(&key)
        .await
        .says("Your first request arrived just now")
        .is_silent_on("Waiting")
        .is_silent_on("http-equiv=\"refresh\"");
    ada.open("/dashboard/keys").await.says("badge dot good\">just now");
}

#[tokio::test]
async fn the_narrower_choice_and_ones_own_are_kept_to() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let query = format!("family=box_office&boxOfficeId={office}");
    let reader = make(&mut ada, &query, &[("label", "reader"), ("preset", "narrow")]).await;
    let event =
        json!({ "title": "Jazz", "startsAt": "2026-12-04T20:00:00-05:00", "timezone": "America/New_York" });
    assert_eq!(app.call_x("GET", "/api/v1/events", &reader, None).await.status, 200);
    assert_eq!(app.call_x("POST", "/api/v1/events", &reader, Some(&event)).await.status, 403);
    let writer =
        make(&mut ada, &query, &[("label", "writer"), ("preset", "own"), ("scopes", "events:write")]).await;
    assert_eq!(app.call_x("GET", "/api/v1/events", &writer, None).await.status, 403);

    // A native key has no default: nothing is ticked, and nothing is not enough.
    ada.open("/dashboard/keys/new?family=native").await;
    assert_eq!(ada.page.matches(" checked").count(), 1, "that it is for no single event, and nothing else");
    ada.send("/dashboard/keys", &[("label", "all of it")])
        .await
        .is(400)
        .says("id=\"f-scopes-fault\"")
        .says("value=\"all of it\"");
    ada.send("/dashboard/keys", &[("scopes", "events:read"), ("narrow", &format!("boxOfficeId:{office}"))])
        .await
        .is(200);
    let native = token(&ada);
    let me = app.get("/v1/me", &native).await.is(200);
    assert_eq!(me.at("/boxOfficeId"), &Value::from(office.as_str()));
    assert_eq!(me.at("/scopes"), &json!(["events:read"]));
}

#[tokio::test]
async fn the_event_of_a_key_is_searched_for_without_scripts() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    for n in 1..=12 {
        office.show(&format!("Show {n}")).await;
    }
    let body = json!({ "title": "Needle & thread", "timezone": "UTC", "local": { "date": "2027-03-01" } });
    let wanted = office.make("/v1/events", body).await["id"].as_str().unwrap().to_owned();
    for family in ["developer", "native"] {
        let ada = &mut office.ada;
        ada.open(&format!("/dashboard/keys/new?family={family}")).await;
        ada.says("These are the next ones").is_silent_on("Needle");
        // Enter in the field sends the form by its first button: that is no wish for a key yet.
        let typed = [("label", "door app"), ("eventSearch", "needle"), ("scopes", "orders:read")];
        ada.send("/dashboard/keys", &typed)
            .await
            .is(200)
            .says("Needle &#38; thread")
            .says("value=\"door app\"");
        ada.is_silent_on("Show 1").is_silent_on("shown once");
        ada.send("/dashboard/keys", &[("eventSearch", "haystack"), ("find", "yes"), ("eventId", &wanted)])
            .await;
        ada.says("No event to come has these words").says("Needle &#38; thread");
        ada.send("/dashboard/keys", &[]).await.is(200);
        let keys = office.get("/v1/keys").await;
        assert_eq!(keys["items"][0]["eventId"], Value::from(wanted.as_str()), "{family}");
    }
}

#[tokio::test]
async fn every_family_can_be_made_and_answers_its_own_sample() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    ada.open("/dashboard/venues/new").await;
    let venue = [
        ("name", "The Lighthouse"),
        ("city", "Boston"),
        ("stateProvince", "MA"),
        ("country", "US"),
        ("timezone", "America/New_York"),
        ("capacity", "220"),
    ];
    ada.send("/dashboard/venues", &venue).await.is(200);
    let venue = ada.path.rsplit('/').next().unwrap().to_owned();
    ada.open("/dashboard/keys/new").await.says("family=channel").says("family=native");
    for (query, path, status) in [
        ("family=channel".to_owned(), "/api/public/v1/channels", 200),
        (format!("family=venue&venueId={venue}"), "/api/v1/events", 200),
        (format!("family=box_office&boxOfficeId={office}"), "/api/v1/events", 200),
        ("family=developer".to_owned(), "/api/developer/v1/registration", 405),
    ] {
        let token = make(&mut ada, &query, &[("label", "sample")]).await;
        ada.says(path);
        let answer = if query.contains("box_office") {
            app.call_x("GET", path, &token, None).await
        } else {
            app.get(path, &token).await
        };
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn revoking_says_what_breaks_and_binds_the_next_request() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let token =
        make(&mut ada, &format!("family=box_office&boxOfficeId={office}"), &[("label", "till <1>")]).await;
    let key = key_path(&ada);
    app.call_x("GET", "/api/v1/events", &token, None).await.is(200);
    key_uses::flush(app.app(), true).await;
    let revoke = format!("{key}/revoke");
    ada.open(&revoke)
        .await
        .says("Revoke “till &#60;1&#62;”?")
        .says("stops working at once")
        .says("Harbor Tickets")
        .says("last used just now");
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 200);
    ada.send(&revoke, &[]).await.is(200).says("is revoked.").is_silent_on("/rotate\"");
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 401);
    ada.open("/dashboard/keys").await.says("revoked just now").is_silent_on(&revoke);
}

#[tokio::test]
async fn rotating_leaves_the_old_token_its_grace() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let old = make(&mut ada, &format!("family=box_office&boxOfficeId={office}"), &[("label", "till")]).await;
    let rotate = format!("{}/rotate", key_path(&ada));
    ada.open(&rotate).await.is(200);
    ada.send(&rotate, &[("graceSeconds", "3600")]).await.is(200).says("ends in 1 hour");
    let new = token(&ada);
    for token in [&old, &new] {
        assert_eq!(app.call_x("GET", "/api/v1/events", token, None).await.status, 200);
    }
    ada.open("/dashboard/keys").await.says("replaced, ends in 1 hour");
    app.pass_ms(3_600_000);
    assert_eq!(app.call_x("GET", "/api/v1/events", &old, None).await.status, 401);
    assert_eq!(app.call_x("GET", "/api/v1/events", &new, None).await.status, 200);
}

#[tokio::test]
async fn a_key_is_paused_and_changed() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let token =
        make(&mut ada, &format!("family=box_office&boxOfficeId={office}"), &[("label", "till")]).await;
    let key = key_path(&ada);
    let pause = format!("{key}/pause");
    ada.open(&key).await;
    ada.send(&pause, &[]).await.says("The key is disabled").says(">Enable<");
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 401);
    ada.send(&pause, &[]).await.says("The key works again.");
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 200);

    let edit = format!("{key}/edit");
    ada.open(&edit).await.says("value=\"till\"");
    ada.send(&edit, &[("expiresAt", "2026-11-01")]).await.is(400).says("id=\"f-expiresAt-fault\"");
    ada.send(&edit, &[("label", "till 2"), ("expiresAt", "2026-11-24"), ("rateLimitPerMinute", "5")])
        .await
        .is(200)
        .says("till 2")
        .says("5 requests a minute");
    app.pass_ms(2 * DAY_MS);
    assert_eq!(app.call_x("GET", "/api/v1/events", &token, None).await.status, 401);
}

#[tokio::test]
async fn the_eleventh_key_of_a_box_office_is_refused_with_a_reason() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    let query = format!("family=box_office&boxOfficeId={office}");
    for n in 0..10 {
        make(&mut ada, &query, &[("label", &format!("till {n}"))]).await;
    }
    ada.open(&format!("/dashboard/keys/new?{query}")).await;
    ada.send("/dashboard/keys", &[("label", "one more")])
        .await
        .is(409)
        .says("There are 10 active keys here")
        .says("value=\"one more\"");
}

#[tokio::test]
async fn a_key_that_idles_is_pointed_out() {
    let app = TestApp::start();
    let (mut ada, office) = house(&app).await;
    make(&mut ada, &format!("family=box_office&boxOfficeId={office}"), &[("label", "till")]).await;
    for (days, is_idle) in [(29, false), (1, true)] {
        app.pass_ms(days * DAY_MS);
        ada.open("/login").await;
        ada.send("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]).await;
        ada.open("/dashboard/keys").await;
        assert_eq!(
            ada.page.contains("Not used for 30 days. If nothing needs it any more, revoke it."),
            is_idle
        );
    }
}

#[tokio::test]
async fn keys_of_another_house_are_not_there() {
    let app = TestApp::start();
    let (mut eve, office) = {
        let (mut ada, office) = house(&app).await;
        make(&mut ada, &format!("family=box_office&boxOfficeId={office}"), &[("label", "till")]).await;
        let key = key_path(&ada);
        let mut eve = Browser::signed_up(&app, "Evil Hall").await;
        for page in ["", "/edit", "/rotate", "/revoke"] {
            eve.open(&format!("{key}{page}")).await.is(404).says("There is no such key");
        }
        let token =
            eve.page.split("name=\"_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        for act in ["/revoke", "/rotate", "/pause", "/edit"] {
            let answer =
                eve.post(&format!("{key}{act}"), &format!("_token={token}&disabled=true&label=x")).await;
            assert_eq!(answer.status, 404, "{act}");
        }
        (eve, office)
    };
    eve.open(&format!("/dashboard/box-offices/{office}/settings/keys")).await.is(404);
    eve.open("/dashboard/keys/new?family=box_office").await;
    eve.send("/dashboard/keys", &[("label", "x"), ("boxOfficeId", &office)]).await.is(400);
}
