//! Members, settings and session tokens without scripts. Source: native-api.md §2, contracts.md §2.5, §3.1.

use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

fn code(browser: &Browser<'_>, id: &str) -> String {
    let (_, rest) = browser.page.split_once(&format!("<code id=\"{id}\">")).expect("it is shown");
    rest.split('<').next().unwrap().to_owned()
}

/// The page of the member with this address.
async fn page_of(browser: &mut Browser<'_>, email: &str) -> String {
    browser.open("/dashboard/members").await.is(200).says(email);
    let (_, rest) = browser.page.split_once(&format!("fine\">{email}<")).unwrap();
    let (_, rest) = rest.split_once("href=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_is_invited_joins_changes_role_and_goes() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/members").await.says("harbor-hall@example.com").says(">you<");
    ada.open("/dashboard/members/new").await.says("value=\"viewer\" checked");
    ada.send("/dashboard/members", &[("email", "grace@example.com"), ("role", "editor")])
        .await
        .is(200)
        .says("Pass the invitation on");
    let url = code(&ada, "invite").strip_prefix("https://events.example").unwrap().to_owned();
    ada.open("/dashboard/members").await.says("invited").is_silent_on(&url);

    let mut grace = Browser::new(&app);
    grace.open(&url).await;
    grace
        .send(&url, &[("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)])
        .await
        .is(200)
        .says("editor");
    let page = page_of(&mut ada, "grace@example.com").await;
    ada.open(&page).await.says("value=\"editor\" checked");
    ada.send(&page, &[("role", "box_office")]).await.is(200).says("is box office now");
    grace.open("/dashboard").await.says("box office");

    let remove = format!("{page}/remove");
    ada.open(&remove).await.says("Their sessions here end at once");
    ada.send(&remove, &[]).await.is(200).says("grace@example.com is removed.");
    grace.open("/dashboard").await;
    assert!(grace.path.starts_with("/login"));
}

#[tokio::test]
async fn whoever_has_an_account_joins_at_once_and_nobody_twice() {
    let app = TestApp::start();
    let _eve = Browser::signed_up(&app, "Other Hall").await;
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    for (status, says) in [(200, "is a member now"), (409, "f-email-fault")] {
        ada.open("/dashboard/members/new").await;
        ada.send("/dashboard/members", &[("email", "other-hall@example.com"), ("role", "viewer")])
            .await
            .is(status)
            .says(says);
    }
}

#[tokio::test]
async fn the_last_owner_stays_and_only_owners_make_owners() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    let own = page_of(&mut ada, "harbor-hall@example.com").await;
    ada.open(&own).await;
    ada.send(&own, &[("role", "viewer")]).await.is(409).says("An organization keeps at least one owner");
    let remove = format!("{own}/remove");
    ada.open(&remove).await;
    ada.send(&remove, &[]).await.is(409).says("An organization keeps at least one owner");

    ada.open("/dashboard/members/new").await;
    ada.send("/dashboard/members", &[("email", "admin@example.com"), ("role", "admin")]).await.is(200);
    let url = code(&ada, "invite").strip_prefix("https://events.example").unwrap().to_owned();
    let mut admin = Browser::new(&app);
    admin.open(&url).await;
    admin.send(&url, &[("name", "Admin"), ("email", "admin@example.com"), ("password", PASSWORD)]).await;
    admin.open("/dashboard/members/new").await;
    admin
        .send("/dashboard/members", &[("email", "x@example.com"), ("role", "owner")])
        .await
        .is(400)
        .says("Only owners make, change or remove owners.");
    admin.open(&remove).await;
    admin.send(&remove, &[]).await.is(403).says("Only owners remove owners.");
    ada.open("/dashboard").await.is(200);
}

#[tokio::test]
async fn the_way_of_the_venue_contract_to_a_key_is_there() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/settings").await.says("<h2 id=\"api-keys\">API Keys</h2>").says("Generate key");
    ada.open("/dashboard/venues/new").await;
    let venue = [
        ("name", "The Lighthouse"),
        ("city", "Boston"),
        ("stateProvince", "MA"),
        ("country", "US"),
        ("timezone", "America/New_York"),
        ("capacity", "220"),
    ];
    ada.send("/dashboard/venues", &venue).await;
    let id = ada.path.rsplit('/').next().unwrap().to_owned();
    ada.open("/settings").await.says(&format!("<option value=\"{id}\">The Lighthouse"));
    ada.open(&format!("/dashboard/keys/new?family=venue&venueId={id}"))
        .await
        .says(&format!("<option value=\"{id}\" selected"));
    ada.send("/dashboard/keys", &[("label", "website production")]).await.is(200);
    let token = code(&ada, "token");
    assert!(token.starts_with("hdlr_live_"));
    app.get("/api/v1/events", &token).await.is(200);
}

#[tokio::test]
async fn the_organization_is_renamed_by_its_owner() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/settings/organization").await.says("value=\"Harbor Hall\"");
    ada.send("/settings/organization", &[("slug", "Not a slug")]).await.is(400).says("f-slug-fault");
    ada.send("/settings/organization", &[("name", "Harbour Hall"), ("slug", "harbour")])
        .await
        .is(200)
        .says("Harbour Hall");
    let _eve = Browser::signed_up(&app, "Other Hall").await;
    ada.open("/settings/organization").await;
    ada.send("/settings/organization", &[("slug", "other-hall")]).await.is(409).says("is taken");
}

#[tokio::test]
async fn a_password_changes_only_for_whoever_knows_it() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    let new = "another horse battery";
    ada.open("/settings/password").await;
    ada.send("/settings/password", &[("password", "wrong"), ("newPassword", new)])
        .await
        .is(400)
        .says("f-password-fault");
    let session = json!({ "email": "harbor-hall@example.com", "password": PASSWORD }).to_string();
    let session =
        app.send("POST", "/v1/sessions", &[("content-type", "application/json")], session).await.is(201);
    let token = session.json["token"].as_str().unwrap().to_owned();
    app.get("/v1/me", &token).await.is(200);
    ada.send("/settings/password", &[("password", PASSWORD), ("newPassword", "short")])
        .await
        .is(400)
        .says("f-newPassword-fault");
    ada.send("/settings/password", &[("password", PASSWORD), ("newPassword", new)])
        .await
        .is(200)
        .says("Your password is changed. You are signed out in one other place.");
    app.get("/v1/me", &token).await.is(401);
    ada.open("/dashboard").await.is(200);
    for (password, status) in [(PASSWORD, 401), (new, 201)] {
        let body = json!({ "email": "harbor-hall@example.com", "password": password }).to_string();
        app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body).await.is(status);
    }
}

#[tokio::test]
async fn a_session_token_opens_the_developer_contracts_key_calls() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/dashboard/tokens").await;
    ada.send("/dashboard/tokens", &[("password", "wrong")]).await.is(400).says("f-password-fault");
    let body = ada.filled("/dashboard/tokens", &[("password", PASSWORD)]);
    let made = ada.post("/dashboard/tokens", &body).await.is(200);
    assert_eq!(made.header("cache-control"), "no-store");
    ada.page = String::from_utf8(made.bytes.to_vec()).unwrap();
    let token = code(&ada, "token");
    app.get("/api/developer/v1/api-keys", &token).await.is(200);
    let key = app.post("/api/developer/v1/api-keys", &token, json!({ "name": "Nightly import" })).await;
    assert!(key.status < 300, "{}", key.status);
    ada.open("/dashboard/keys").await.says("Nightly import");
    // It is a session of its own: ending it does not sign the browser out.
    assert_ne!(ada.cookies["__Host-callboard"], token);
    app.call("DELETE", "/v1/sessions/current", &token, None).await.is(204);
    app.get("/api/developer/v1/api-keys", &token).await.is(401);
    ada.open("/dashboard").await.is(200);
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_signs_out_there() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/settings/sessions").await.says("this browser").is_silent_on("Sign out everywhere else");
    let mut tokens = Vec::new();
    for client in ["curl/8.5.0", "nightly-import/1"] {
        let body = json!({ "email": "harbor-hall@example.com", "password": PASSWORD }).to_string();
        let opened =
            app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body).await.is(201);
        let token = opened.json["token"].as_str().unwrap().to_owned();
        let bearer = format!("Bearer {token}");
        app.send("GET", "/v1/me", &[("authorization", &bearer), ("user-agent", client)], String::new())
            .await
            .is(200);
        tokens.push(token);
    }
    callboard::use_cases::session_uses::flush(app.app()).await;
    ada.open("/settings/sessions").await.says("curl/8.5.0").says("nightly-import/1").says("From 127.0.0.1");
    let (before, _) = ada.page.split_once("aria-label=\"Sign out curl/8.5.0").unwrap();
    let (_, action) = before.rsplit_once("action=\"").unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    ada.send(&action, &[]).await.is(200).says("Signed out there.").is_silent_on("curl/8.5.0");
    app.get("/v1/me", &tokens[0]).await.is(401);
    app.get("/v1/me", &tokens[1]).await.is(200);
    ada.send("/settings/sessions/others/end", &[])
        .await
        .is(200)
        .says("You are signed out in one other place.");
    app.get("/v1/me", &tokens[1]).await.is(401);

    // Somebody else's session is one that does not exist.
    let mut eve = Browser::signed_up(&app, "Other Hall").await;
    eve.open("/settings/sessions").await;
    let body = eve.filled("/logout", &[]);
    eve.post(&action, &body).await.is(404);
}
