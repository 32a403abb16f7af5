//! Venues, channels and box offices without scripts. Source: native-api.md §3.

use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

const VENUE: [(&str, &str); 6] = [
    ("name", "The Lighthouse"),
    ("city", "Boston"),
    ("stateProvince", "MA"),
    ("country", "us"),
    ("timezone", "America/New_York"),
    ("capacity", "220"),
];

async fn token(app: &TestApp, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD }).to_string();
    app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body)
        .await
        .is(201)
        .text("/token")
        .to_owned()
}

#[tokio::test]
async fn a_venue_is_made_changed_and_deleted() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/venues").await.says("No venue yet").says("Create the first venue");
    ada.open("/dashboard/venues/new").await.says("America/New_York");
    ada.send("/dashboard/venues", &VENUE)
        .await
        .is(200)
        .says("The Lighthouse is there.")
        .says("Boston, MA, US");
    let venue = ada.path.clone();
    // The API has the very same.
    let token = token(&app, "harbor-hall@example.com").await;
    let made = app.get("/v1/venues", &token).await.is(200);
    assert_eq!(made.text("/items/0/country"), "US");
    assert_eq!(made.text("/items/0/slug"), "the-lighthouse");

    let settings = format!("{venue}/settings");
    ada.open(&settings).await.says("value=\"220\"");
    ada.send(&settings, &[("capacity", "240"), ("address", "1 Harbor Way")])
        .await
        .says("The Lighthouse is saved.");
    ada.says("240").says("1 Harbor Way");

    let delete = format!("{venue}/delete");
    ada.open(&delete).await.says("API keys that are bound to it are revoked");
    ada.send(&delete, &[]).await.is(200).says("The Lighthouse is deleted.").says("No venue yet");
    ada.open(&venue).await.is(404).says("There is no such venue");
}

#[tokio::test]
async fn faults_of_a_venue_stand_beside_its_fields() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/venues/new").await;
    let fields = [
        ("name", "Kept"),
        ("country", "XX"),
        ("timezone", "Mars/Olympus"),
        ("capacity", "0"),
        ("latitude", "91"),
        ("slug", "No Slug"),
    ];
    ada.send("/dashboard/venues", &fields)
        .await
        .is(400)
        .says("value=\"Kept\"")
        .says("value=\"Mars/Olympus\"");
    for name in ["city", "stateProvince", "country", "timezone", "capacity", "latitude", "slug"] {
        ada.says(&format!("id=\"f-{name}-fault\""));
    }
    ada.is_silent_on("f-name-fault");
    // Limit passes, limit + 1 does not.
    let long = "x".repeat(201);
    ada.open("/dashboard/channels/new").await;
    ada.send("/dashboard/channels", &[("name", &long)]).await.is(400).says("f-name-fault");
    ada.send("/dashboard/channels", &[("name", &long[..200])]).await.is(200).says("is there.");
}

#[tokio::test]
async fn a_slug_that_is_taken_is_said_at_the_slug() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    for (status, says) in [(200, "is there."), (409, "f-slug-fault")] {
        ada.open("/dashboard/channels/new").await;
        ada.send("/dashboard/channels", &[("name", "Harbor Nights"), ("slug", "nights")])
            .await
            .is(status)
            .says(says);
    }
}

#[tokio::test]
async fn what_somebody_else_changed_is_not_overwritten_unseen() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/channels/new").await;
    ada.send("/dashboard/channels", &[("name", "Nights")]).await;
    let settings = format!("{}/settings", ada.path);
    let mut other = Browser { cookies: ada.cookies.clone(), ..Browser::new(&app) };
    ada.open(&settings).await;
    other.open(&settings).await;
    other.send(&settings, &[("name", "Other nights")]).await.says("is saved.");
    ada.send(&settings, &[("name", "My nights")])
        .await
        .is(412)
        .says("Somebody has changed this")
        .says("value=\"My nights\"");
    ada.send(&settings, &[]).await.is(200).says("My nights is saved.");
}

#[tokio::test]
async fn a_place_in_use_says_why_it_stays() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/venues/new").await;
    ada.send("/dashboard/venues", &VENUE).await;
    let venue = ada.path.clone();
    let id = venue.rsplit('/').next().unwrap();
    let token = token(&app, "harbor-hall@example.com").await;
    let event = json!({ "title": "Jazz", "timezone": "America/New_York", "venueId": id,
        "local": { "date": "2026-12-04", "start": "20:00" } });
    let event = app.post("/v1/events", &token, event).await.is(201);
    app.post(&format!("/v1/events/{}/publish", event.text("/id")), &token, json!({})).await.is(200);
    let delete = format!("{venue}/delete");
    ada.open(&delete).await;
    ada.send(&delete, &[]).await.is(409).says("1 upcoming event uses this venue. Move or cancel them first.");
    ada.open(&venue).await.is(200);
}

#[tokio::test]
async fn a_box_office_points_to_places_of_its_own_house_only() {
    let app = TestApp::start();
    let mut eve = Browser::signed_up(&app, "Evil Hall").await;
    eve.open("/dashboard/venues/new").await;
    eve.send("/dashboard/venues", &VENUE).await;
    let foreign = eve.path.rsplit('/').next().unwrap().to_owned();
    let foreign_page = eve.path.clone();

    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open(&foreign_page).await.is(404).says("There is no such venue");
    ada.open("/dashboard/venues/new").await;
    ada.send("/dashboard/venues", &VENUE).await;
    let own = ada.path.rsplit('/').next().unwrap().to_owned();
    let office = [("name", "Harbor Tickets"), ("timezone", "America/New_York"), ("currency", "usd")];
    ada.open("/dashboard/box-offices/new").await.says("The Lighthouse");
    let with = |id: &str| {
        office
            .iter()
            .copied()
            .chain([("defaultVenueId", id)])
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect::<Vec<_>>()
    };
    for (id, status) in [(foreign.as_str(), 400), (own.as_str(), 200)] {
        let fields = with(id);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        ada.send("/dashboard/box-offices", &fields).await.is(status);
    }
    ada.says("Harbor Tickets is there.").says("USD").says("The Lighthouse");
}

#[tokio::test]
async fn a_long_list_goes_on_over_pages_and_loses_none() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    let token = token(&app, "harbor-hall@example.com").await;
    for n in 0..120 {
        app.post("/v1/channels", &token, json!({ "name": format!("Channel no {n:03}") })).await.is(201);
    }
    let mut seen = 0;
    let mut next = Some("/dashboard/channels".to_owned());
    while let Some(path) = next {
        ada.open(&path).await.is(200);
        seen += ada.page.matches(">Channel no ").count();
        next = ada
            .page
            .split(" rel=\"next\"")
            .next()
            .filter(|_| ada.page.contains("rel=\"next\""))
            .and_then(|before| before.rsplit("href=\"").next())
            .map(|rest| rest.trim_end_matches('"').replace("&#38;", "&"));
    }
    assert_eq!(seen, 120);
}
