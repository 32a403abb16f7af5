//! The form of an event without scripts. Source: native-api.md §5.

use serde_json::{Value, json};

use crate::browser::{Browser, PASSWORD};
use crate::support::TestApp;

/// A member and the API's view of the same organization.
pub struct Office<'a> {
    pub app: &'a TestApp,
    pub ada: Browser<'a>,
    pub token: String,
}

pub async fn token(app: &TestApp, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD }).to_string();
    let made = app.send("POST", "/v1/sessions", &[("content-type", "application/json")], body).await;
    made.is(201).text("/token").to_owned()
}

impl<'a> Office<'a> {
    pub async fn open(app: &'a TestApp) -> Office<'a> {
        let ada = Browser::signed_up(app, "Harbor Hall").await;
        let token = token(app, "harbor-hall@example.com").await;
        Office { app, ada, token }
    }
    pub async fn get(&self, path: &str) -> Value {
        self.app.get(path, &self.token).await.is(200).json
    }
    pub async fn make(&self, path: &str, body: Value) -> Value {
        self.app.post(path, &self.token, body).await.is(201).json
    }
    /// A show with a hundred tickets of one type.
    pub async fn show(&self, title: &str) -> String {
        let body = json!({ "title": title, "timezone": "America/New_York",
            "local": { "date": "2026-12-04", "start": "20:30" },
            "ticketTypes": [{ "name": "GA", "price": 2500, "quantity": 100 }] });
        self.make("/v1/events", body).await["id"].as_str().unwrap().to_owned()
    }
}

const NEW: &str = "/dashboard/events/new";

#[tokio::test]
async fn an_event_is_made_in_one_form() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let venue = office
        .make(
            "/v1/venues",
            json!({ "name": "The Lighthouse", "city": "Boston", "stateProvince": "MA",
            "country": "US", "timezone": "America/New_York", "capacity": 220 }),
        )
        .await;
    let ada = &mut office.ada;
    ada.open("/dashboard/events").await.says("Nothing is coming up").says("Create an event");
    // The one venue that there is, is chosen already.
    ada.open(NEW).await.says(&format!("value=\"{}\" selected", venue["id"].as_str().unwrap()));
    let fields = [
        ("title", "Low Tide Quartet"),
        ("description", "First.\r\nSecond."),
        ("date", "2026-12-04"),
        ("doors", "19:00"),
        ("start", "20:30"),
        ("end", "00:30"),
        ("performers.0.name", "Low Tide Quartet"),
        ("performers.1.name", "Wren Halloran"),
        ("performers.1.role", "opener"),
        ("doorPrice", "30,50"),
        ("currency", "eur"),
        ("offers.0.url", "https://tickets.example/ltq"),
        ("visibility", "unlisted"),
    ];
    ada.send(NEW, &fields).await.is(200).says("Saved as a draft.").says("Friday, 4 December 2026, 20:30");
    let id = ada.path.rsplit('/').next().unwrap().to_owned();
    let made = office.get(&format!("/v1/events/{id}")).await;
    assert_eq!(made["status"], "draft");
    assert_eq!(made["venueId"], venue["id"]);
    assert_eq!(made["timezone"], "America/New_York");
    assert_eq!(
        made["local"],
        json!({ "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "00:30" })
    );
    assert_eq!(made["endsAt"], "2026-12-05T05:30:00Z");
    assert_eq!(made["pricing"]["door"], 3050);
    assert_eq!(made["currency"], "EUR");
    assert_eq!(made["description"], "First.\nSecond.");
    assert_eq!(made["performers"][0]["role"], "headliner");
    assert_eq!(made["performers"][1]["role"], "opener");
    assert_eq!(made["performers"].as_array().unwrap().len(), 2);
    assert_eq!(made["visibility"], "unlisted");
    let ada = &mut office.ada;
    ada.open("/dashboard/events").await.says("Low Tide Quartet").says("The Lighthouse").says("Unlisted");
}

#[tokio::test]
async fn nothing_typed_is_lost_and_each_fault_stands_at_its_field() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    let fields = [
        ("title", "Kept <b>title</b>"),
        ("date", ""),
        ("timezone", "Mars/Olympus"),
        ("start", "25:00"),
        ("place.country", "XX"),
        ("onlinePrice", "1.234"),
        ("currency", "USD"),
        ("links.website", "javascript:alert(1)"),
        ("performers.0.bandSlug", "low-tide"),
        ("offers.0.name", "Nowhere"),
        ("capacity", "0"),
        ("venueId", "none-such"),
    ];
    ada.send(NEW, &fields).await.is(400).says("value=\"Kept &#60;b&#62;title&#60;/b&#62;\"");
    let faulty = [
        "date",
        "timezone",
        "start",
        "place-country",
        "onlinePrice",
        "links-website",
        "performers-0-name",
        "offers-0-url",
        "capacity",
        "venueId",
    ];
    for name in faulty {
        ada.says(&format!("id=\"f-{name}-fault\""));
    }
    ada.says("value=\"low-tide\"").says("value=\"Mars/Olympus\"").says("10 fields need another look");
    // An end before its start cannot be said: it is the next day's. A slug that is taken can.
    for expected in [200, 409] {
        ada.open(NEW).await;
        ada.send(NEW, &[("title", "A"), ("date", "2026-12-04"), ("slug", "same")]).await.is(expected);
    }
    ada.says("id=\"f-slug-fault\"").says("is taken");
}

#[tokio::test]
async fn rows_come_and_go_without_scripts() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await.is_silent_on("performers.1.name");
    ada.send(NEW, &[("title", "T"), ("performers.0.name", "First"), ("add", "performers")]).await.is(200);
    ada.says("name=\"performers.1.name\"").says("value=\"First\"").says("value=\"T\"");
    ada.send(NEW, &[("performers.1.name", "Second"), ("drop", "performers.0")]).await.is(200);
    ada.says("value=\"Second\"").is_silent_on("value=\"First\"");
    assert_eq!(office.get("/v1/events").await["items"], json!([]));
}

#[tokio::test]
async fn a_time_that_the_clock_jumps_over_is_said() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    let fields =
        [("title", "Gap"), ("date", "2027-03-14"), ("start", "02:30"), ("timezone", "America/New_York")];
    ada.send(NEW, &fields).await.is(200).says("does not exist in America/New_York").says("03:30");
}

#[tokio::test]
async fn an_edit_changes_what_was_changed_and_nothing_else() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    // The second of two equal wall times, a text with line breaks, notes of an integrator.
    let body = json!({ "title": "Twice", "timezone": "America/New_York", "startsAt": "2026-11-01T01:30:00-05:00",
        "description": "a\nb", "classifications": ["nightlife", "music"], "metadata": { "k": "v" },
        "external": { "source": "cms", "id": "7" }, "performers": [{ "name": "X", "role": "support" }] });
    let id = office.make("/v1/events", body).await["id"].as_str().unwrap().to_owned();
    let edit = format!("/dashboard/events/{id}/edit");
    let before = office.get(&format!("/v1/events/{id}")).await;
    let ada = &mut office.ada;
    ada.open(&edit).await.says("value=\"01:30\"");
    ada.send(&edit, &[("description", "a\r\nb")]).await.is(200).says("Nothing was changed");
    assert_eq!(office.get(&format!("/v1/events/{id}")).await, before);
    let ada = &mut office.ada;
    ada.open(&edit).await;
    ada.send(&edit, &[("title", "Thrice")]).await.is(200).says("Saved.").says("Thrice");
    let mut after = office.get(&format!("/v1/events/{id}")).await;
    assert_eq!(after["title"], "Thrice");
    for name in ["title", "version", "updatedAt"] {
        after[name] = before[name].clone();
    }
    assert_eq!(after, before);
}

#[tokio::test]
async fn what_somebody_else_saved_is_shown_beside_what_was_typed() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let edit = format!("/dashboard/events/{id}/edit");
    office.ada.open(&edit).await;
    let path = format!("/v1/events/{id}");
    app.call("PATCH", &path, &office.token, Some(&json!({ "title": "Theirs", "notes": "all ages" })))
        .await
        .is(200);
    let ada = &mut office.ada;
    ada.send(&edit, &[("title", "Mine")]).await.is(412);
    ada.says("Somebody else has changed this event")
        .says("value=\"Mine\"")
        .says("Theirs</span></td>")
        .says("all ages</span></td>");
    // The version is the new one: saving again is a decision.
    ada.send(&edit, &[]).await.is(200).says("Saved.");
    let now = office.get(&path).await;
    assert_eq!((now["title"].as_str(), now["notes"].as_str()), (Some("Mine"), None));
}

#[tokio::test]
async fn one_field_of_theirs_is_taken_and_the_others_stay() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let (edit, path) = (format!("/dashboard/events/{id}/edit"), format!("/v1/events/{id}"));
    office.ada.open(&edit).await;
    let theirs = json!({ "title": "Theirs", "notes": "all ages", "classifications": ["film", "art"],
        "performers": [{ "name": "X" }] });
    app.call("PATCH", &path, &office.token, Some(&theirs)).await.is(200);
    let ada = &mut office.ada;
    ada.send(&edit, &[("title", "Mine")]).await.is(412).says("film, art</span></td>");
    for name in ["notes", "classifications", "performers.0.name"] {
        ada.send(&edit, &[("take", name)]).await.is(200).says("Somebody else has changed this event");
    }
    ada.send(&edit, &[]).await.is(200).says("Saved.");
    let now = office.get(&path).await;
    assert_eq!((&now["title"], &now["notes"]), (&json!("Mine"), &json!("all ages")));
    assert_eq!(now["classifications"], json!(["film", "art"]));
    assert_eq!(now["performers"][0]["name"], "X");
}

#[tokio::test]
async fn everything_that_the_api_says_of_an_event_is_in_its_form() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    let mut fields = crate::series::DETAILS.to_vec();
    fields.extend([
        ("date", "2026-12-04"),
        ("external.source", "cms"),
        ("external.id", "42"),
        ("category", "music"),
    ]);
    ada.send(NEW, &fields).await.is(200).says("Saved as a draft.");
    let id = ada.path.rsplit('/').next().unwrap().to_owned();
    let path = format!("/v1/events/{id}");
    let made = office.get(&path).await;
    let said = |pointer: &str| made.pointer(pointer).unwrap().clone();
    assert_eq!(said("/external"), json!({ "source": "cms", "id": "42" }));
    assert_eq!(said("/metadata"), json!({ "crm": "row 7" }));
    assert_eq!(said("/classifications"), json!(["music", "nightlife"]));
    assert_eq!((said("/category"), said("/place/placeId")), (json!("music"), json!("plc-bos")));
    // Category alone is changed: its partner among the classifications follows.
    let edit = format!("/dashboard/events/{id}/edit");
    let ada = &mut office.ada;
    ada.open(&edit).await.says("value=\"18+\"").says("value=\"plc-bos\"").says("value=\"row 7\"");
    ada.send(&edit, &[("category", "comedy"), ("external.source", ""), ("external.id", "")]).await.is(200);
    let now = office.get(&path).await;
    assert_eq!((&now["classifications"], &now["external"]), (&json!(["comedy", "nightlife"]), &json!(null)));
    // Half a name, the same note twice, too much: each at its field.
    let ada = &mut office.ada;
    ada.open(&edit).await;
    let wrong = [
        ("external.source", "cms"),
        ("metadata.1.key", "crm"),
        ("metadata.1.value", "again"),
        ("capacity", "none"),
    ];
    ada.send(&edit, &wrong).await.is(400).says("f-external-id-fault").says("f-metadata-1-key-fault");
    ada.says("f-capacity-fault").says("value=\"again\"");
    // A name that another event has.
    let other = json!({ "title": "Other", "timezone": "UTC", "local": { "date": "2026-12-05" },
        "external": { "source": "cms", "id": "7" } });
    office.make("/v1/events", other).await;
    let ada = &mut office.ada;
    ada.open(&edit).await;
    ada.send(&edit, &[("external.source", "cms"), ("external.id", "7")])
        .await
        .is(409)
        .says("f-external-id-fault");
}

#[tokio::test]
async fn another_organizations_event_is_not_there() {
    let app = TestApp::with(&[("CALLBOARD_REGISTRATION", "open")]);
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let page = format!("/dashboard/events/{id}");
    office.ada.open(&page).await.is(200);
    let form = office.ada.open(&format!("{page}/edit")).await.page.clone();
    assert!(form.contains("Low Tide"));
    let mut eve = Browser::signed_up(&app, "Elsewhere").await;
    let paths = ["", "/edit", "/tickets", "/tickets/new", "/preview", "/steps/publish"];
    for path in paths {
        eve.open(&format!("{page}{path}")).await.is(404).is_silent_on("Low Tide");
    }
    eve.open("/dashboard/events").await.is_silent_on("Low Tide");
    // A form of ours with their id: nothing is found, and nothing is changed.
    eve.open(NEW).await;
    let body = eve.filled(NEW, &[("title", "Taken"), ("date", "2026-12-04")]);
    assert_eq!(eve.post(&format!("{page}/edit"), &body).await.status, 404);
    assert_eq!(office.get(&format!("/v1/events/{id}")).await["title"], "Low Tide");
}
