//! Series without scripts: preview, making, changing, ending. Source: native-api.md §6.

use serde_json::json;

use crate::events::Office;
use crate::support::TestApp;

const NEW: &str = "/dashboard/series/new";

fn weekly() -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", "Open <b>stage</b>"),
        ("frequency", "WEEKLY"),
        ("days", "TU"),
        ("startDate", "2026-12-01"),
        ("untilDate", "2026-12-29"),
        ("exDates", "2026-12-22"),
        ("local.start", "19:00"),
        ("local.end", "22:00"),
        ("timezone", "America/New_York"),
        ("types.0.name", "Pay at the door"),
        ("types.0.price", "5"),
        ("types.0.quantity", "80"),
        ("status", "published"),
    ]
}

#[tokio::test]
async fn dates_are_shown_before_they_are_made() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open("/dashboard/series").await.says("No series yet");
    ada.open(NEW).await;
    let mut fields = weekly();
    fields.push(("preview", "yes"));
    ada.send(NEW, &fields)
        .await
        .is(200)
        .says("Tue 8 Dec 2026")
        .says("19:00 – 22:00")
        .is_silent_on("Tue 22 Dec 2026");
    ada.says("4 dates").is_silent_on("<b>stage");
    // The clocks jump on 14 March 2027.
    ada.open(NEW).await;
    let mut gap = weekly();
    gap.retain(|(name, _)| {
        !["days", "startDate", "untilDate", "exDates", "local.start", "local.end"].contains(name)
    });
    gap.extend([
        ("startDate", "2027-03-07"),
        ("untilDate", "2027-03-21"),
        ("local.start", "02:30"),
        ("preview", "yes"),
    ]);
    ada.send(NEW, &gap)
        .await
        .is(200)
        .says("The clocks skip this time")
        .says("The clocks change on 1 of them");
    assert_eq!(office.get("/v1/series").await["items"], serde_json::json!([]));
}

#[tokio::test]
async fn a_series_is_made_changed_and_ended() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    ada.send(NEW, &weekly()).await.is(200).says("The series is there, with 4 dates.");
    ada.says("every week on Tuesday, 19:00").says("Tue 15 Dec 2026").says("<b>80</b> free");
    let series = ada.path.clone();
    ada.open("/dashboard/series").await.says("Open &#60;b&#62;stage").says("until 2026-12-29");
    let edit = format!("{series}/edit");
    ada.open(&edit).await.says("value=\"FREQ=WEEKLY;BYDAY=TU\"").says("value=\"2026-12-22\"");
    ada.send(&edit, &[]).await.is(200).says("Nothing was changed");
    ada.open(&edit).await;
    ada.send(&edit, &[("scope", "this"), ("fromDate", "2026-12-08"), ("title", "Gala")])
        .await
        .is(200)
        .says("Gala");
    ada.open(&edit).await;
    ada.send(&edit, &[("scope", "following"), ("fromDate", "2026-12-15"), ("local.start", "20:00")])
        .await
        .is(200);
    ada.says("every week on Tuesday, 20:00").says("every week on Tuesday, 19:00");
    let id = series.rsplit('/').next().unwrap().to_owned();
    let events = office.get(&format!("/v1/events?seriesId={id}&recurring=include")).await;
    let starts: Vec<&str> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["local"]["start"].as_str().unwrap())
        .collect();
    assert_eq!(starts, ["19:00", "19:00", "20:00", "20:00"]);
    let ada = &mut office.ada;
    ada.open(&format!("{series}/end")).await.says("no further ones are made");
    ada.send(&format!("{series}/end"), &[]).await.is(200).says("The series has ended.");
}

#[tokio::test]
async fn what_is_wrong_with_a_series_stands_at_its_field() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    let fields = [
        ("title", "Kept"),
        ("frequency", ""),
        ("rrule", "FREQ=HOURLY"),
        ("startDate", "2026-12-01"),
        ("local.start", "19:00"),
        ("timezone", "UTC"),
    ];
    ada.send(NEW, &fields).await.is(400).says("f-rrule-fault").says("value=\"Kept\"");
    ada.open(NEW).await;
    let fields = [
        ("startDate", "never"),
        ("local.start", "25:00"),
        ("timezone", "Mars"),
        ("exDates", "2026-12-25, soon"),
        ("types.0.price", "5"),
    ];
    ada.send(NEW, &fields).await.is(400);
    for name in ["startDate", "local-start", "timezone", "exDates", "types-0-name", "types-0-quantity"] {
        ada.says(&format!("f-{name}-fault"));
    }
    ada.open(NEW).await;
    ada.send(NEW, &weekly()).await.is(200);
    let edit = format!("{}/edit", ada.path);
    ada.open(&edit).await;
    ada.send(&edit, &[("scope", "this"), ("fromDate", ""), ("title", "X")])
        .await
        .is(400)
        .says("f-fromDate-fault");
    ada.open(&edit).await;
    ada.send(&edit, &[("version", "99"), ("title", "X")])
        .await
        .is(412)
        .says("Somebody else has changed this series");
}

/// What an event and a series are said to be, in fields that both forms have.
pub const DETAILS: [(&str, &str); 22] = [
    ("title", "Open stage"),
    ("notes", "Step-free entrance"),
    ("producerName", "Harbor Sound"),
    ("audience", "18+"),
    ("classifications", "music"),
    ("classifications", "nightlife"),
    ("setMinutes", "90"),
    ("place.name", "The Lighthouse"),
    ("place.placeId", "plc-bos"),
    ("place.latitude", "42.35"),
    ("attendance", "hybrid"),
    ("capacity", "220"),
    ("performers.0.name", "Low Tide"),
    ("performers.0.bandSlug", "low-tide"),
    ("onlinePrice", "25.00"),
    ("doorSeller", "The bar"),
    ("offers.0.url", "https://tickets.example/1"),
    ("offers.0.availability", "limited"),
    ("links.website", "https://band.example/"),
    ("metadata.0.key", "crm"),
    ("metadata.0.value", "row 7"),
    ("booking", "reserved"),
];

#[tokio::test]
async fn all_that_is_said_of_an_event_is_said_of_a_series() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let ada = &mut office.ada;
    ada.open(NEW).await;
    let mut fields = weekly();
    fields.retain(|(name, _)| *name != "title");
    fields.extend(DETAILS);
    fields.extend([("rDates", "2026-12-02"), ("types.0.minPerOrder", "2"), ("types.0.description", "Cash")]);
    ada.send(NEW, &fields).await.is(200).says("with 5 dates");
    let series = ada.path.clone();
    let id = series.rsplit('/').next().unwrap().to_owned();
    let events = office.get(&format!("/v1/events?seriesId={id}&recurring=include")).await;
    let event = &events["items"][0];
    assert_eq!(event["classifications"], json!(["music", "nightlife"]));
    assert_eq!(event["metadata"], json!({ "crm": "row 7" }));
    assert_eq!(
        (&event["booking"], &event["capacity"], &event["setMinutes"]),
        (&json!("reserved"), &json!(220), &json!(90))
    );
    assert_eq!(event["offers"][0]["availability"], "limited");
    assert_eq!(event["ticketTypes"][0]["minPerOrder"], 2);
    // The form shows all of it, and what is not touched stays.
    let edit = format!("{series}/edit");
    let before = office.get(&format!("/v1/series/{id}")).await;
    let ada = &mut office.ada;
    ada.open(&edit).await.says("value=\"row 7\"").says("value=\"Cash\"").says("value=\"2026-12-02\"");
    ada.send(&edit, &[]).await.is(200).says("Nothing was changed");
    assert_eq!(office.get(&format!("/v1/series/{id}")).await, before);
    let ada = &mut office.ada;
    ada.open(&edit).await;
    ada.send(&edit, &[("add", "types")]).await.is(200).says("types.2.name");
    let another = [("types.1.name", "VIP"), ("types.1.price", "9"), ("types.1.quantity", "5")];
    ada.send(&edit, &another).await.is(200).says("Saved.");
    let after = office.get(&format!("/v1/series/{id}")).await;
    assert_eq!(after["event"]["ticketTypes"][1]["price"], 900);
    assert_eq!(after["event"]["ticketTypes"][0], before["event"]["ticketTypes"][0]);
}

#[tokio::test]
async fn what_somebody_else_made_of_a_series_is_shown_and_one_goes_on() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    office.ada.open(NEW).await;
    office.ada.send(NEW, &weekly()).await.is(200);
    let series = office.ada.path.clone();
    let id = series.rsplit('/').next().unwrap().to_owned();
    let edit = format!("{series}/edit");
    office.ada.open(&edit).await;
    let theirs = json!({ "scope": "all", "title": "Theirs", "local": { "start": "18:00" } });
    app.call("PATCH", &format!("/v1/series/{id}"), &office.token, Some(&theirs)).await.is(200);
    let ada = &mut office.ada;
    let mine = [("title", "Mine"), ("exDates", "2026-12-22, 2026-12-29")];
    ada.send(&edit, &mine).await.is(412).says("Somebody else has changed this series");
    ada.says("value=\"Mine\"").says("Theirs</span></td>").says("18:00</span></td>");
    // My start is the one from before theirs: kept, it moves all dates.
    ada.says("Tue 29 Dec 2026").says("Goes with your change").says("At another time with your change");
    ada.send(&edit, &[("take", "local.start")]).await.is(200).says("value=\"Mine\"").says("value=\"18:00\"");
    ada.is_silent_on("At another time").says("Goes with your change");
    ada.send(&edit, &[]).await.is(200).says("Saved.").says("Mine").says("18:00");
    assert_eq!(office.get(&format!("/v1/series/{id}")).await["title"], "Mine");
    // The dates of a change can be looked at before it is saved.
    let ada = &mut office.ada;
    ada.open(&edit).await;
    ada.send(&edit, &[("untilDate", "2027-01-12"), ("preview", "yes")])
        .await
        .is(200)
        .says("New with your change");
    ada.send(&edit, &[("title", "All mine"), ("version", "1")]).await.is(412);
    ada.send(&edit, &[("take", "*")]).await.is(200).says("What they saved says what your form says");
    ada.send(&edit, &[]).await.is(200).says("Nothing was changed");
}
