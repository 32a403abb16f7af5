//! Series without scripts: preview, making, changing, ending. Source: native-api.md §6.

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
        ("type.name", "Pay at the door"),
        ("type.price", "5"),
        ("type.quantity", "80"),
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
        ("type.price", "5"),
    ];
    ada.send(NEW, &fields).await.is(400);
    for name in ["startDate", "local-start", "timezone", "exDates", "type-name", "type-quantity"] {
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
    ada.send(&edit, &[("version", "99"), ("title", "X")]).await.is(412).says("Somebody has changed this");
}
