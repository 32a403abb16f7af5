//! Forms that another page sends, or that were made up: none is taken. Source: promises R21 (12 of 12 refused).

use crate::browser::{Browser, HOST, ORIGIN};
use crate::support::TestApp;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const BODY: &str = "name=Forged&_once=abc";

/// A member with a page open that has a form.
async fn channels(app: &TestApp) -> Browser<'_> {
    let mut ada = Browser::signed_up(app, "Harbor Hall").await;
    ada.open("/dashboard/channels/new").await;
    ada
}

async fn made(ada: &mut Browser<'_>) -> bool {
    ada.open("/dashboard/channels").await;
    ada.page.contains("Forged")
}

#[tokio::test]
async fn twelve_forged_forms_of_twelve_are_refused() {
    let app = TestApp::start();
    let mut ada = channels(&app).await;
    let mut eve = Browser::signed_up(&app, "Evil Hall").await;
    eve.open("/dashboard/channels/new").await;
    let own = format!("{BODY}&_token={}", ada.hidden("/dashboard/channels", "_token"));
    let foreign = format!("{BODY}&_token={}", eve.hidden("/dashboard/channels", "_token"));
    let (same, origin) = (("sec-fetch-site", "same-origin"), ("origin", ORIGIN));
    type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);
    let cases: [Case<'_>; 12] = [
        ("no token", vec![FORM, origin, same], BODY),
        ("a wrong token", vec![FORM, origin, same], "name=Forged&_token=00000000000000000000000000000000"),
        ("another session's token", vec![FORM, origin, same], &foreign),
        ("a cross-site page", vec![FORM, ("sec-fetch-site", "cross-site")], &own),
        ("a same-site page of another host", vec![FORM, origin, ("sec-fetch-site", "same-site")], &own),
        ("nobody's page", vec![FORM, ("sec-fetch-site", "none")], &own),
        ("a foreign origin", vec![FORM, ("origin", "https://evil.example")], &own),
        (
            "a foreign origin that says it is the same",
            vec![FORM, ("origin", "https://evil.example"), same],
            &own,
        ),
        ("no origin to tell", vec![FORM, ("origin", "null")], &own),
        ("our host over plain HTTP", vec![FORM, ("origin", "http://events.example")], &own),
        ("a host that begins like ours", vec![FORM, ("origin", "https://events.example.evil.example")], &own),
        ("neither origin nor site", vec![FORM], &own),
    ];
    for (what, headers, body) in cases {
        let answer = ada.raw("POST", "/dashboard/channels", &headers, body).await;
        assert_eq!(answer.status, 403, "{what}");
        assert!(!made(&mut ada).await, "{what}");
    }
    // The very same form from the right page is taken.
    let answer = ada.raw("POST", "/dashboard/channels", &[FORM, origin, same], &own).await;
    assert_eq!(answer.status, 303);
    assert!(made(&mut ada).await);
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::start();
    let mut ada = channels(&app).await;
    let token = ada.hidden("/dashboard/channels", "_token");
    for path in ["/logout", "/dashboard/channels", "/theme", "/dashboard/organization"] {
        let query = format!("{path}?name=Forged&theme=dark&_token={token}");
        let status =
            ada.raw("GET", &query, &[("sec-fetch-site", "same-origin"), ("origin", ORIGIN)], "").await.status;
        assert!(matches!(status, 200 | 405), "{path}: {status}");
    }
    assert!(!made(&mut ada).await);
    ada.open("/dashboard").await.is(200).is_silent_on("data-theme=");
}

#[tokio::test]
async fn a_form_is_a_form_and_nothing_else() {
    let app = TestApp::start();
    let mut ada = channels(&app).await;
    let token = ada.hidden("/dashboard/channels", "_token");
    let body = format!("{BODY}&_token={token}");
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let headers = [("content-type", kind), ("origin", ORIGIN), ("sec-fetch-site", "same-origin")];
        assert_eq!(ada.raw("POST", "/dashboard/channels", &headers, &body).await.status, 415, "{kind}");
    }
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS"] {
        let headers = [FORM, ("origin", ORIGIN)];
        assert_eq!(ada.raw(method, "/dashboard/channels", &headers, &body).await.status, 405, "{method}");
    }
    assert!(!made(&mut ada).await);
}

#[tokio::test]
async fn an_api_key_or_bearer_opens_no_page() {
    let app = TestApp::start();
    let ada = app.organizer("Bearer Hall").await;
    let bearer = format!("Bearer {}", ada.token);
    let answer = app.send("GET", "/dashboard", &[("host", HOST), ("authorization", &bearer)], "").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login?next=%2Fdashboard"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_does_its_work_once() {
    let app = TestApp::start();
    let mut ada = channels(&app).await;
    let body = ada.filled("/dashboard/channels", &[("name", "Twice")]);
    let first = ada.post("/dashboard/channels", &body).await.is(303);
    let second = ada.post("/dashboard/channels", &body).await.is(303);
    assert_eq!(first.header("location"), second.header("location"));
    ada.open("/dashboard/channels").await;
    assert_eq!(ada.page.matches(">Twice<").count(), 1);
}

#[tokio::test]
async fn signing_in_is_guarded_as_well() {
    let app = TestApp::start();
    let _ada = Browser::signed_up(&app, "Harbor Hall").await;
    let fields = "email=harbor-hall%40example.com&password=correct%20horse%20battery";
    let mut victim = Browser::new(&app);
    victim.open("/login").await;
    let token = victim.hidden("/login", "_token");
    let same = ("sec-fetch-site", "same-origin");
    for (headers, body) in [
        (vec![FORM, ("origin", ORIGIN), same], fields.to_owned()),
        (vec![FORM, ("origin", "https://evil.example")], format!("{fields}&_token={token}")),
    ] {
        let answer = victim.raw("POST", "/login", &headers, &body).await;
        assert_eq!(answer.status, 403);
    }
    assert!(!victim.cookies.contains_key("__Host-callboard"));
    // Another browser's token opens nothing here.
    let mut other = Browser::new(&app);
    let answer = other
        .raw("POST", "/login", &[FORM, ("origin", ORIGIN), same], &format!("{fields}&_token={token}"))
        .await;
    assert_eq!(answer.status, 403);
}
