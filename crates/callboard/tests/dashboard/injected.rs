//! Names that are markup: they are shown, never run. Source: promises R22.

use crate::browser::Browser;
use crate::support::TestApp;

const MARKUP: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "</title><script>alert(1)</script>",
    "{{7*7}}${7*7}<!--",
];

#[tokio::test]
async fn markup_in_names_is_shown_as_it_was_typed() {
    let app = TestApp::start();
    let mut ada = Browser::signed_up(&app, "Harbor Hall").await;
    for markup in MARKUP {
        ada.open("/dashboard/channels/new").await;
        ada.send("/dashboard/channels", &[("name", markup), ("description", markup)]).await.is(200);
        let pages = [
            ada.path.clone(),
            format!("{}/settings", ada.path),
            format!("{}/delete", ada.path),
            "/dashboard/channels".to_owned(),
        ];
        for path in pages {
            ada.open(&path).await.is(200);
            for live in ["<script>alert", "<img src=x", "' autofocus onfocus=alert(1) x='\"", "<!--"] {
                ada.is_silent_on(live);
            }
        }
        // The form gives back what was typed, to the letter.
        let settings = ada.path.clone();
        assert_eq!(settings, "/dashboard/channels");
    }
}

#[tokio::test]
async fn an_organizations_name_is_text_in_every_frame() {
    let app = TestApp::start();
    let mut ada = Browser::new(&app);
    ada.open("/signup").await;
    let fields = [
        ("name", MARKUP[0]),
        ("email", "a@example.com"),
        ("password", "correct horse battery"),
        ("organizationName", MARKUP[1]),
    ];
    ada.send("/signup", &fields).await.is(200);
    ada.is_silent_on("<script>alert").is_silent_on("<img src=x").says("&#60;script&#62;alert(1)");
}

#[tokio::test]
async fn what_a_cookie_says_is_text() {
    let app = TestApp::start();
    let mut ada = Browser::new(&app);
    ada.cookies
        .insert("__Host-callboard-flash".to_owned(), "good.%3Cscript%3Ealert(1)%3C%2Fscript%3E".to_owned());
    ada.cookies.insert("__Host-callboard-theme".to_owned(), "dark\"><script>".to_owned());
    ada.open("/login").await.is(200).is_silent_on("<script>alert").is_silent_on("data-theme=");
    // It is said once.
    assert!(!ada.cookies.contains_key("__Host-callboard-flash"));
}
