//! Signing up, in and out; where signed-out visitors are led; cookies and headers. Source: promises R20–R22.

use callboard::front::Peer;

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

#[tokio::test]
async fn a_stranger_is_told_what_this_is_and_where_to_go() {
    let app = TestApp::start();
    let _ada = Browser::signed_up(&app, "Harbor Hall").await;
    let mut browser = Browser::new(&app);
    browser
        .open("/")
        .await
        .is(200)
        .says("Publish an event once")
        .says("href=\"/login\"")
        .says("href=\"/docs\"");
}

#[tokio::test]
async fn signing_up_in_and_out_needs_no_script() {
    let app = TestApp::start();
    let mut browser = Browser::signed_up(&app, "Harbor Hall").await;
    browser.is(200).says("Harbor Hall").says("Ada");
    assert!(!browser.cookies.contains_key("__Host-callboard-guest"));
    let old = browser.cookies["__Host-callboard"].clone();

    browser.send("/logout", &[]).await.is(200).says("You are signed out.");
    assert!(!browser.cookies.contains_key("__Host-callboard"));
    // The token is dead on the server, not only forgotten here.
    assert_eq!(app.get("/v1/me", &old).await.status, 401);
    browser.cookies.insert("__Host-callboard".to_owned(), old.clone());
    browser.open("/dashboard").await;
    assert!(browser.path.starts_with("/login"), "{}", browser.path);

    browser.send("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]).await.is(200);
    assert_eq!(browser.path, "/dashboard");
    // Another session than before.
    assert_ne!(browser.cookies["__Host-callboard"], old);
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_out_of_scripts_reach() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    browser.open("/login").await;
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    ada.open("/logout").await;
    let body = ada.filled("/logout", &[]);
    let answer = ada.post("/logout", &body).await.is(303);
    for answer in [answer, browser.raw("GET", "/login", &[], "").await] {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.starts_with("__Host-"), "{line}");
            for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(line.contains(part), "{line}");
            }
            assert!(!line.contains("Domain"), "{line}");
        }
    }
    // A session's cookie lives as long as the session.
    browser.open("/login").await;
    let body = browser.filled("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]);
    let answer = browser.post("/login", &body).await.is(303);
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let session = cookies.iter().find(|line| line.starts_with("__Host-callboard=")).unwrap();
    assert!(session.ends_with("Max-Age=43200"), "{session}");
}

#[tokio::test]
async fn every_page_is_guarded_by_its_headers() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    let mut nonces = Vec::new();
    for path in ["/", "/login", "/signup", "/dashboard", "/join/cb_invite_x", "/dashboard/venues/x"] {
        let answer = browser.raw("GET", path, &[], "").await;
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"), "{path}: {policy}");
        for part in ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let page = String::from_utf8_lossy(&answer.bytes).into_owned();
        for tag in page.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("style")) {
            assert!(tag.contains("nonce="), "{path}: <{tag}");
        }
        assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "{path}");
        nonces.push(policy.split('\'').nth(3).unwrap().to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 6);
}

#[tokio::test]
async fn a_guest_is_led_to_the_door_and_back_again() {
    let app = TestApp::start();
    let _ada = Browser::signed_up(&app, "Harbor Hall").await;
    let mut browser = Browser::new(&app);
    browser.open("/dashboard/venues?after=1").await;
    assert_eq!(browser.path, "/login?next=%2Fdashboard%2Fvenues%3Fafter%3D1");
    browser.send("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(browser.path, "/dashboard/venues?after=1");
}

#[tokio::test]
async fn no_door_leads_off_this_server() {
    let app = TestApp::start();
    let _ada = Browser::signed_up(&app, "Harbor Hall").await;
    for evil in
        ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/%09/evil"]
    {
        let mut browser = Browser::new(&app);
        browser.open("/login").await;
        let fields = [("email", "harbor-hall@example.com"), ("password", PASSWORD), ("next", evil)];
        let body = browser.filled("/login", &fields);
        let answer = browser.post("/login", &body).await.is(303);
        let to = answer.header("location");
        assert!(to == "/dashboard" || to == "/%09/evil", "{evil} leads to {to}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike_and_five_of_them_block() {
    let app = TestApp::start();
    let _ada = Browser::signed_up(&app, "Harbor Hall").await;
    let mut pages = Vec::new();
    for email in ["harbor-hall@example.com", "nobody-knows@example.com"] {
        let mut browser = Browser::new(&app);
        browser.open("/login").await;
        let token = browser.hidden("/login", "_token");
        browser.send("/login", &[("email", email), ("password", "wrong but long enough")]).await.is(401);
        browser.says("The e-mail address or the password is wrong.");
        // What was typed stays, but no password.
        browser.says(&format!("value=\"{email}\"")).is_silent_on("wrong but long enough");
        let nonce = browser.page.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let once = browser.hidden("/login", "_once");
        pages
            .push(browser.page.replace(email, "").replace(&token, "").replace(&nonce, "").replace(&once, ""));
    }
    assert_eq!(pages[0], pages[1]);
    let mut browser = Browser::new(&app);
    browser.open("/login").await;
    for _ in 0..4 {
        browser.send("/login", &[("email", "harbor-hall@example.com"), ("password", "wrong")]).await.is(401);
    }
    browser.send("/login", &[("email", "harbor-hall@example.com"), ("password", PASSWORD)]).await.is(429);
    browser.says("Too many failed sign-ins.");
}

#[tokio::test]
async fn plain_http_from_elsewhere_is_told_to_use_https_and_this_machine_is_not() {
    let app = TestApp::start();
    let peer = |ip: [u8; 4]| Peer { ip: ip.into(), secure: false, operator: false };
    let page = async |ip, host: &str| {
        let answer = app.send_from(peer(ip), "GET", "/login", &[("host", host)], "").await.is(200);
        String::from_utf8_lossy(&answer.bytes).into_owned()
    };
    for (ip, host) in [([192, 168, 0, 9], "192.168.0.4:8080"), ([127, 0, 0, 1], "board.lan")] {
        let page = page(ip, host).await;
        assert!(
            page.contains("Signing in needs HTTPS") && !page.contains("type=\"password\""),
            "{host}: {page}"
        );
    }
    for (ip, host) in [
        ([127, 0, 0, 1], "localhost:8080"),
        ([127, 0, 0, 1], "127.0.0.1:8080"),
        ([10, 0, 0, 1], "events.example"),
    ] {
        assert!(page(ip, host).await.contains("type=\"password\""), "{host}");
    }
}

#[tokio::test]
async fn registration_is_the_settings_decision() {
    let closed = TestApp::with(&[("CALLBOARD_REGISTRATION", "closed")]);
    let mut browser = Browser::new(&closed);
    browser.open("/signup").await.says("without an invitation");
    assert!(browser.form("/signup").is_none());

    let first = TestApp::with(&[("CALLBOARD_REGISTRATION", "first")]);
    let _ada = Browser::signed_up(&first, "Harbor Hall").await;
    let mut second = Browser::new(&first);
    second.open("/signup").await.says("without an invitation");
}

#[tokio::test]
async fn faults_stand_beside_their_fields_and_what_was_typed_stays() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    browser.open("/signup").await;
    let fields = [("name", " "), ("email", "ada"), ("password", "short"), ("organizationName", "The Hall")];
    browser.send("/signup", &fields).await.is(400);
    browser.says("3 fields need another look").says("value=\"ada\"").says("value=\"The Hall\"");
    for id in ["f-name-fault", "f-email-fault", "f-password-fault"] {
        browser.says(&format!("id=\"{id}\"")).says(&format!("aria-describedby=\"{id}"));
    }
    browser.is_silent_on("short\"");
}

#[tokio::test]
async fn the_colours_are_remembered_without_a_script() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    browser.open("/login").await.is_silent_on("data-theme=");
    browser.send("/theme", &[("theme", "dark")]).await.says("data-theme=\"dark\"");
    assert_eq!(browser.path, "/login");
    browser.send("/theme", &[("theme", "system")]).await.is_silent_on("data-theme=");
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_found_under_their_digest() {
    let app = TestApp::start();
    let mut browser = Browser::new(&app);
    browser.open("/").await;
    let paths: Vec<String> =
        browser.page.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        let answer = app.send("GET", &path, &[], "").await.is(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    app.send("GET", "/assets/base-0000000000000000.css", &[], "").await.is(404);
}
