//! Events without scripts: list, month, form, steps, ticket types, poster. Source: native-api.md §5.

use serde_json::{Value, json};

use crate::browser::{Browser, ORIGIN, PASSWORD};
use crate::support::TestApp;

/// A member and the API's view of the same organization.
pub struct Office<'a> {
    pub app: &'a TestApp,
    pub ada: Browser<'a>,
    pub token: String,
}

async fn token(app: &TestApp, email: &str) -> String {
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
        .says("Theirs</td>")
        .says("all ages</td>");
    // The version is the new one: saving again is a decision.
    ada.send(&edit, &[]).await.is(200).says("Saved.");
    let now = office.get(&path).await;
    assert_eq!((now["title"].as_str(), now["notes"].as_str()), (Some("Mine"), None));
}

#[tokio::test]
async fn each_step_says_what_happens_and_is_taken() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let page = format!("/dashboard/events/{id}");
    let step = |word: &str| format!("{page}/steps/{word}");
    let ada = &mut office.ada;
    ada.open(&page).await.says("Draft").says(&step("publish")).is_silent_on(&step("unpublish"));
    let steps = [
        ("publish", "Published"),
        ("unpublish", "Draft"),
        ("cancel", "Cancelled"),
        ("restore", "Draft"),
        ("archive", "Archived"),
        ("restore", "Draft"),
    ];
    for (word, state) in steps {
        let path = step(word);
        ada.open(&path).await.is(200).says("How it is shown then");
        ada.send(&path, &[]).await.is(200).says(&format!(">{state}</span>"));
        assert_eq!(ada.path, page);
    }
    // A step that is not open any more is refused in words, and what is no step is no page.
    let archive = step("archive");
    ada.open(&archive).await;
    let body = ada.filled(&archive, &[("version", "")]);
    assert_eq!(ada.post(&archive, &body).await.status, 303);
    let body = body.replace("%5Fonce=", "%5Fonce=other");
    assert_eq!(ada.post(&archive, &body).await.status, 409);
    ada.open(&step("explode")).await.is(404);
    ada.open(&step("duplicate")).await;
    ada.send(&step("duplicate"), &[]).await.is(200).says("This is the copy");
    ada.open(&step("delete")).await.says("cannot be undone");
    ada.send(&step("delete"), &[]).await.is(200).says("The event is deleted.");
    ada.open(&page).await.is(404);
}

#[tokio::test]
async fn the_preview_is_what_the_surfaces_answer() {
    let app = TestApp::start();
    let office = Office::open(&app).await;
    let venue = office
        .make(
            "/v1/venues",
            json!({ "name": "The Lighthouse", "city": "Boston", "stateProvince": "MA",
            "country": "US", "timezone": "America/New_York", "capacity": 220 }),
        )
        .await;
    let mut office = office;
    let body = json!({ "title": "Low Tide", "timezone": "America/New_York",
        "local": { "date": "2026-12-04", "start": "20:30" }, "venueId": venue["id"] });
    let id = office.make("/v1/events", body).await["id"].as_str().unwrap().to_owned();
    let ada = &mut office.ada;
    ada.open(&format!("/dashboard/events/{id}/preview")).await;
    ada.says("Drafts are not in the venue")
        .says("The event has no channel.")
        .says("The event has no box office.");
    ada.says("There is no such page for others: the event is a draft.");
    let publish = format!("/dashboard/events/{id}/steps/publish");
    ada.open(&publish).await.says("&#34;setStartTime&#34;: &#34;20:30&#34;").says("It is open to everybody.");
    ada.send(&publish, &[]).await.is(200);
    ada.open(&format!("/dashboard/events/{id}/preview"))
        .await
        .says("&#34;setStartTime&#34;: &#34;20:30&#34;");
}

#[tokio::test]
async fn ticket_types_have_their_form() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let list = format!("/dashboard/events/{id}/tickets");
    let new = format!("{list}/new");
    let ada = &mut office.ada;
    ada.open(&list).await.says("GA").says("25.00 USD").says("data-refresh=");
    ada.open(&new).await.says("America/New_York");
    let fields = [
        ("name", "VIP"),
        ("price", "99.50"),
        ("quantity", "10"),
        ("saleStartsAt", "2026-11-24T09:00"),
        ("maxPerOrder", "4"),
        ("hidden", "yes"),
    ];
    ada.send(&new, &fields).await.is(200).says("The ticket type is there.").says("99.50 USD").says("Hidden");
    let types = office.get(&format!("/v1/events/{id}/ticket-types")).await;
    let vip = &types["items"][1];
    assert_eq!(vip["saleStartsAt"], "2026-11-24T14:00:00Z");
    assert_eq!((&vip["price"], &vip["hidden"], &vip["maxPerOrder"]), (&json!(9950), &json!(true), &json!(4)));
    let one = format!("/dashboard/ticket-types/{}", vip["id"].as_str().unwrap());
    let ada = &mut office.ada;
    ada.open(&one).await.says("value=\"2026-11-24T09:00\"").says("checked");
    ada.send(&one, &[]).await.says("Nothing was changed");
    ada.open(&one).await;
    ada.send(&one, &[("quantity", "x"), ("price", "-1"), ("saleEndsAt", "2026-11-01T00:00")]).await.is(400);
    ada.says("f-quantity-fault").says("f-price-fault");
    ada.open(&one).await;
    ada.send(&one, &[("saleEndsAt", "2026-11-01T00:00")]).await.is(400).says("Must be after the sale begins");
    ada.open(&format!("{one}/remove")).await;
    ada.send(&format!("{one}/remove"), &[]).await.is(200).says("is removed").is_silent_on("VIP");
}

#[tokio::test]
async fn less_than_what_is_sold_is_explained() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    app.post(&format!("/v1/events/{id}/publish"), &office.token, json!({})).await.is(200);
    let types = office.get(&format!("/v1/events/{id}/ticket-types")).await;
    let ga = types["items"][0]["id"].as_str().unwrap().to_owned();
    let order = json!({ "eventId": id, "items": [{ "ticketTypeId": ga, "quantity": 3 }],
        "buyer": { "name": "Grace", "email": "g@example.com" }, "payment": { "method": "door" } });
    office.make("/v1/orders", order).await;
    let one = format!("/dashboard/ticket-types/{ga}");
    let ada = &mut office.ada;
    ada.open(&one).await.says("3 sold and 0 held");
    ada.send(&one, &[("quantity", "2")])
        .await
        .is(400)
        .says("2 is less than the 3 sold")
        .says("f-quantity-fault");
    ada.open(&format!("{one}/remove")).await;
    ada.send(&format!("{one}/remove"), &[]).await.is(409).says("has sold 3 tickets");
    ada.open(&format!("/dashboard/events/{id}")).await.is_silent_on("/steps/delete\"");
}

#[tokio::test]
async fn a_poster_is_uploaded_with_its_words() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let page = format!("/dashboard/events/{id}");
    let image = format!("{page}/image");
    let ada = &mut office.ada;
    ada.open(&page).await.says("None yet.");
    let (token, once) = (ada.hidden(&image, "_token"), ada.hidden(&image, "_once"));
    let form = |file: &str| {
        let part = |name: &str, text: &str| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let file = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.gif\"\r\nContent-Type: image/gif\r\n\r\n{file}\r\n"
        );
        format!(
            "{}{}{}{file}--cut--\r\n",
            part("_token", &token),
            part("_once", &once),
            part("alt", "A \"pier\" <b>")
        )
    };
    let headers = [
        ("content-type", "multipart/form-data; boundary=cut"),
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
    ];
    let refused = ada.raw("POST", &image, &headers, &form("no image")).await;
    assert_eq!(refused.status, 400);
    assert!(String::from_utf8_lossy(&refused.bytes).contains("f-file-fault"));
    let gif = "GIF89a\u{1}\0\u{1}\0\0\0\0;";
    assert_eq!(ada.raw("POST", &image, &headers, &form(gif)).await.status, 303);
    ada.open(&page)
        .await
        .says("alt=\"A &#34;pier&#34; &#60;b&#62;\"")
        .says("1 × 1 pixels")
        .says("src=\"/media/");
    ada.send(&format!("{image}/remove"), &[]).await.says("None yet.");
}

#[tokio::test]
async fn the_list_is_filtered_and_has_pages() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    for n in 0..53 {
        let day = format!("2026-12-{:02}", n % 28 + 1);
        let body = json!({ "title": format!("Show {n}"), "timezone": "UTC", "local": { "date": day } });
        office.make("/v1/events", body).await;
    }
    let past = json!({ "title": "Bygone", "timezone": "UTC", "local": { "date": "2026-10-01" } });
    office.make("/v1/events", past).await;
    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    let ada = &mut office.ada;
    ada.open("/dashboard/events").await.is_silent_on("Bygone").says("Next page");
    assert_eq!(rows(&ada.page), 50);
    let next = ada
        .page
        .split("rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .replace("&#38;", "&");
    ada.open(next.split('"').next().unwrap()).await;
    assert_eq!(rows(&ada.page), 3);
    ada.says("To the beginning").says("The end");
    ada.open("/dashboard/events?when=past").await.says("Bygone");
    assert_eq!(rows(&ada.page), 1);
    ada.open("/dashboard/events?q=show+7").await.says("Show 7");
    assert_eq!(rows(&ada.page), 1);
    ada.open("/dashboard/events?on=2026-12-04").await.says("Fri 4 Dec 2026");
    assert_eq!(rows(&ada.page), 2);
    ada.open("/dashboard/events?status=published").await.says("Nothing matches");
    // What makes no sense is passed over.
    ada.open("/dashboard/events?status=x&venue=y&after=z&when=w&on=never").await.is(200);
    assert_eq!(rows(&ada.page), 50);
}

#[tokio::test]
async fn a_month_is_a_table_of_its_days() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    office.show("Low Tide").await;
    for n in 0..6 {
        let body = json!({ "title": format!("Busy {n}"), "timezone": "Pacific/Kiritimati",
            "local": { "date": "2026-12-01", "start": "00:10" } });
        office.make("/v1/events", body).await;
    }
    let ada = &mut office.ada;
    ada.open("/dashboard/events/calendar").await.says("November 2026").says("Nothing is on in November 2026");
    ada.says("?month=2026-12").says("?month=2026-10").is_silent_on("Busy");
    ada.open("/dashboard/events/calendar?month=2026-12").await;
    ada.says("Low Tide").says("Friday 4 December").says("Busy 3").is_silent_on("Busy 4").says("2 more");
    ada.open("/dashboard/events/calendar?month=nonsense").await.is(200).says("November 2026");
}

#[tokio::test]
async fn markup_in_an_event_is_shown_as_it_was_typed() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let body = json!({ "title": bad, "timezone": "UTC", "local": { "date": "2026-12-04", "start": "20:00" },
        "description": bad, "notes": bad, "producerName": bad, "performers": [{ "name": bad }],
        "place": { "name": bad, "city": bad }, "offers": [{ "name": bad, "url": "https://x.example/" }],
        "ticketTypes": [{ "name": bad, "description": bad, "price": 0, "quantity": 1 }] });
    let made = office.make("/v1/events", body).await;
    let id = made["id"].as_str().unwrap();
    let kind = made["ticketTypes"][0]["id"].as_str().unwrap();
    let page = format!("/dashboard/events/{id}");
    let paths = [
        "/dashboard/events".to_owned(),
        "/dashboard/events/calendar?month=2026-12".to_owned(),
        page.clone(),
        format!("{page}/edit"),
        format!("{page}/tickets"),
        format!("{page}/tickets/new"),
        format!("{page}/preview"),
        format!("{page}/steps/publish"),
        format!("{page}/steps/delete"),
        format!("/dashboard/ticket-types/{kind}"),
        format!("/dashboard/ticket-types/{kind}/remove"),
    ];
    for path in paths {
        let ada = &mut office.ada;
        ada.open(&path)
            .await
            .is(200)
            .is_silent_on("<script>alert")
            .is_silent_on("<img src=x")
            .says("alert(1)");
    }
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
