//! The first ten minutes: from an empty server to a first answered request, without scripts.

use callboard::use_cases::key_uses;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

const PERSON: [(&str, &str); 4] = [
    ("name", "Ada"),
    ("email", "ada@example.com"),
    ("password", PASSWORD),
    ("organizationName", "Harbor Hall"),
];

fn token(browser: &Browser<'_>) -> String {
    let (_, rest) = browser.page.split_once("<code id=\"token\">").expect("a token is shown");
    rest.split('<').next().unwrap().to_owned()
}

/// The first steps of an organization of some kind, up to its key.
async fn begin<'a>(app: &'a TestApp, kind: &str, place: &[(&str, &str)]) -> (Browser<'a>, String) {
    let mut ada = Browser::new(app);
    ada.open("/").await.is(200).says("Nobody has an account here yet");
    assert_eq!(ada.path, "/welcome");
    let mut fields = PERSON.to_vec();
    fields.push(("kind", kind));
    ada.send("/welcome", &fields).await.is(200);
    assert_eq!(ada.path, format!("/welcome/place?kind={kind}"));
    // The organization's name is there already.
    ada.says("value=\"Harbor Hall\"");
    ada.send("/welcome/place", place)
        .await
        .is(200)
        .says("This is the only time")
        .says("Waiting for your first request");
    let token = token(&ada);
    (ada, token)
}

#[tokio::test]
async fn a_venue_gets_its_feed() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "first")]);
    let place = [
        ("city", "Boston"),
        ("stateProvince", "MA"),
        ("country", "US"),
        ("timezone", "America/New_York"),
        ("capacity", "220"),
    ];
    let (mut ada, token) = begin(&app, "venue", &place).await;
    ada.says(&format!(
        "curl -H &#39;Authorization: Bearer {token}&#39; https://events.example/api/v1/events"
    ));
    app.get("/api/v1/events", &token).await.is(200);
    key_uses::flush(app.app(), false).await;
    let (_, rest) = ada.page.split_once("href=\"/dashboard/keys/01").unwrap();
    let key = format!("/dashboard/keys/01{}", rest.split('"').next().unwrap());
    ada.open(&key).await.says("Your first request arrived");
    ada.open("/dashboard").await.says("<span class=\"figure\">1</span><span class=\"soft\">Venues</span>");
    // The server is nobody's first any more.
    let mut eve = Browser::new(&app);
    eve.open("/welcome").await;
    assert_eq!(eve.path, "/signup");
    eve.says("without an invitation");
    eve.open("/").await.says("Publish an event once");
}

#[tokio::test]
async fn a_promoter_gets_a_channel_and_a_box_office_its_counter() {
    let app = TestApp::start();
    let (_, token) = begin(&app, "promoter", &[("description", "What is on")]).await;
    let channels = app.get("/api/public/v1/channels", &token).await.is(200);
    assert!(String::from_utf8_lossy(&channels.bytes).contains("Harbor Hall"));

    let app = TestApp::start();
    let (_, token) =
        begin(&app, "box_office", &[("timezone", "America/New_York"), ("currency", "USD")]).await;
    app.call_x("GET", "/api/v1/events", &token, None).await.is(200);
}

#[tokio::test]
async fn a_platform_names_its_scopes_itself() {
    let app = TestApp::start();
    let mut ada = Browser::new(&app);
    ada.open("/welcome").await;
    let mut fields = PERSON.to_vec();
    fields.push(("kind", "platform"));
    ada.send("/welcome", &fields)
        .await
        .is(200)
        .says("New native key")
        .says("value=\"My platform\"")
        .is_silent_on("checked><span><span dir=\"auto\">events");
    ada.send("/dashboard/keys", &[("scopes", "events:read")]).await.is(200);
    app.get("/v1/me", &token(&ada)).await.is(200);
}

#[tokio::test]
async fn faults_of_the_first_steps_stand_beside_their_fields() {
    let app = TestApp::start();
    let mut ada = Browser::new(&app);
    ada.open("/welcome").await;
    ada.send(
        "/welcome",
        &[
            ("name", "Ada"),
            ("email", "x"),
            ("password", "short"),
            ("organizationName", ""),
            ("kind", "box_office"),
        ],
    )
    .await
    .is(400);
    for id in ["f-email-fault", "f-password-fault", "f-organizationName-fault"] {
        ada.says(&format!("id=\"{id}\""));
    }
    ada.says("value=\"box_office\" checked");
    ada.send("/welcome", &PERSON).await.is(200);
    ada.send("/welcome/place", &[("timezone", "Mars"), ("currency", "USD")])
        .await
        .is(400)
        .says("id=\"f-timezone-fault\"");
    // Nothing half is left.
    ada.open("/dashboard/box-offices").await.says("No box office yet");
    ada.open("/dashboard").await.says("Make your first place and key");
}

#[tokio::test]
async fn where_registration_is_closed_an_empty_server_says_how_to_begin() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "closed")]);
    let mut ada = Browser::new(&app);
    ada.open("/").await.is(200).says("Publish an event once");
    ada.open("/signup").await.says("callboard account create");
    ada.open("/welcome").await.is(200);
    ada.send("/welcome", &PERSON).await.is(403).says("Nobody can sign up here without an invitation");
}
