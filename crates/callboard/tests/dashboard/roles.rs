//! Roles on pages: by the same table as the API's. What a role may not do has no button, and is refused if it is
//! sent all the same. Source: native-api.md §2.

use callboard::dashboard::Access;
use callboard_core::account::Role;
use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

/// Somebody in the owner's organization in a role.
pub async fn member<'a>(app: &'a TestApp, owner: &str, role: &str) -> Browser<'a> {
    let email = format!("{role}@example.com");
    let invited = app.post("/v1/members", owner, json!({ "email": email, "role": role })).await.is(201);
    let url = invited.text("/inviteUrl").strip_prefix("https://events.example").unwrap().to_owned();
    let mut browser = Browser::new(app);
    browser.open(&url).await.is(200).says("You are invited");
    browser.send(&url, &[("name", role), ("email", &email), ("password", PASSWORD)]).await.is(200);
    assert_eq!(browser.path, "/dashboard");
    browser.says("Role Hall");
    browser
}

#[tokio::test]
async fn an_invitation_leads_into_the_house_of_whoever_invited() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "open")]);
    let ada = app.organizer("Role Hall").await;
    let mut grace = member(&app, &ada.token, "editor").await;
    grace.says("editor");
    // The address decides, not whoever holds the link.
    let invited =
        ada.post("/v1/members", json!({ "email": "x@example.com", "role": "viewer" })).await.is(201);
    let url = invited.text("/inviteUrl").strip_prefix("https://events.example").unwrap().to_owned();
    grace = Browser::new(&app);
    grace.open(&url).await;
    grace.send(&url, &[("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)]).await;
    grace.is_silent_on("Role Hall");
}

#[tokio::test]
async fn every_page_admits_exactly_the_roles_that_its_capability_names() {
    let app = TestApp::start();
    let ada = app.organizer("Role Hall").await;
    let venue = ada.venue("The Lighthouse").await;
    let channel = ada.channel("Nights").await.0;
    let office = ada.box_office("Tickets").await;
    for role in [Role::Admin, Role::Editor, Role::BoxOffice, Role::Viewer] {
        let mut browser = member(&app, &ada.token, role.as_str()).await;
        for page in app.server.dashboard.pages().all() {
            let Access::Needs(capability) = page.access else { continue };
            let id = match page.path {
                path if path.contains("venues") => &venue,
                path if path.contains("channels") => &channel,
                _ => &office,
            };
            // What goes for good is asked of a place that is not there: who may gets a 404.
            let is_grave = page.method != http::Method::GET && page.path.contains("/delete");
            let id = if is_grave { "01900000-0000-7000-8000-000000000000" } else { id };
            let path = page.path.replace("{id}", id);
            let status = if page.method == http::Method::GET {
                browser.raw("GET", &path, &[], "").await.status
            } else {
                browser.open("/dashboard").await;
                let token = browser.hidden("/logout", "_token");
                browser.post(&path, &format!("_token={token}&name=&label=&email=&id=")).await.status
            };
            let may = role.allows(capability);
            assert_eq!(status == 403, !may, "{role:?} {} {} ({capability:?}): {status}", page.method, path);
            assert!(status < 500, "{} {path}: {status}", page.method);
        }
    }
}

#[tokio::test]
async fn a_viewer_sees_no_button_that_is_not_for_viewers() {
    let app = TestApp::start();
    let ada = app.organizer("Role Hall").await;
    let venue = ada.venue("The Lighthouse").await;
    let mut viewer = member(&app, &ada.token, "viewer").await;
    viewer
        .open("/dashboard/venues")
        .await
        .is(200)
        .says("The Lighthouse")
        .is_silent_on("/dashboard/venues/new");
    viewer.open(&format!("/dashboard/venues/{venue}")).await.is(200);
    for hidden in [
        &format!("{venue}/settings\"") as &str,
        "/delete\"",
        "/settings/keys\"",
        "href=\"/dashboard/keys\"",
        "href=\"/dashboard/changes\"",
    ] {
        viewer.is_silent_on(hidden);
    }
    viewer.open(&format!("/dashboard/venues/{venue}/settings")).await.is(403).says("Your role, viewer");
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_at_the_next_click() {
    let app = TestApp::start();
    let ada = app.organizer("Role Hall").await;
    let mut editor = member(&app, &ada.token, "editor").await;
    editor.open("/dashboard/venues/new").await.is(200);
    let members = ada.get("/v1/members").await.is(200);
    // Both may have come in the same millisecond: the order says nothing of who is who.
    let of_editor = (0..2).find(|n| members.text(&format!("/items/{n}/role")) == "editor").unwrap();
    let id = members.text(&format!("/items/{of_editor}/id")).to_owned();
    ada.patch(&format!("/v1/members/{id}"), json!({ "role": "viewer" })).await.is(200);
    editor.open("/dashboard/venues/new").await.is(403);
    ada.delete(&format!("/v1/members/{id}")).await.is(204);
    editor.open("/dashboard/venues").await;
    assert!(editor.path.starts_with("/login"), "{}", editor.path);
}

#[tokio::test]
async fn one_account_goes_from_one_organization_to_another() {
    let app = TestApp::start();
    let ada = app.organizer("Role Hall").await;
    let mut grace = Browser::signed_up(&app, "Own Hall").await;
    grace.is_silent_on("action=\"/dashboard/organization\"");
    ada.post("/v1/members", json!({ "email": "own-hall@example.com", "role": "viewer" })).await.is(201);
    let other = ada.get("/v1/organization").await.text("/id").to_owned();
    grace.open("/dashboard").await.says("Role Hall");
    let old = grace.cookies["__Host-callboard"].clone();
    grace.send("/dashboard/organization", &[("organization", &other)]).await.is(200).says("viewer");
    assert_eq!(app.get("/v1/me", &old).await.status, 401);
    // A house that she is not in does not exist for her.
    let foreign = app.organizer("Foreign Hall").await.get("/v1/organization").await.text("/id").to_owned();
    grace.send("/dashboard/organization", &[("organization", &foreign)]).await.is(404);
}
