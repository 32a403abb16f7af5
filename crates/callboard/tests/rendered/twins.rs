//! Three programs on one database, of which one keeps answers and events, one events alone and one neither: whatever is
//! written and however the clock moves, all answer alike. Every operation that keeps answers is asked here, or the test fails.

use std::collections::BTreeSet;

use callboard::surfaces;
use serde_json::{Value, json};

use super::{Asker, GENEROUS, House, Question, asks};
use crate::support::{NOW, TestApp};
use callboard_core::time::Timestamp;

/// A stream of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// An event of the world, with its ticket types and its holds.
struct Show {
    id: String,
    number: i64,
    types: Vec<String>,
    holds: Vec<String>,
}

/// All operations that keep their answers, each with targets that lead to it.
fn questions(shows: &[Show]) -> Vec<(&'static str, Question)> {
    use Asker::{BoxOffice, Channel, Native, Venue};
    let mut all = vec![
        ("channel listChannels", asks(Channel, "/api/public/v1/channels")),
        ("channel listEvents", asks(Channel, "/api/public/v1/events")),
        ("channel listEvents", asks(Channel, "/api/public/v1/events?status=published&limit=2")),
        ("venue listEvents", asks(Venue, "/api/v1/events")),
        ("venue listEvents", asks(Venue, "/api/v1/events?status=cancelled&recurring=include")),
        ("box-office listEvents", asks(BoxOffice, "/api/v1/events?limit=3&page=2")),
        ("box-office listEvents", asks(BoxOffice, "/api/v1/events?search=low")),
        ("box-office listEvents", asks(BoxOffice, "/api/v1/events?liveOnly=true")),
        ("native listEvents", asks(Native, "/v1/events?order=updatedAt")),
        ("native listEvents", asks(Native, "/v1/events?status=published&limit=3")),
    ];
    for status in ["DRAFT", "PUBLISHED", "SOLD_OUT", "CANCELLED", "COMPLETED", "ARCHIVED"] {
        all.push(("box-office listEvents", asks(BoxOffice, format!("/api/v1/events?status={status}"))));
    }
    for Show { id, number, types, .. } in shows {
        all.push(("channel getEvent", asks(Channel, format!("/api/public/v1/events/{number}"))));
        all.push(("venue getEvent", asks(Venue, format!("/api/v1/events/{id}"))));
        all.push(("box-office getEvent", asks(BoxOffice, format!("/api/v1/events/{id}"))));
        all.push((
            "box-office getAvailability",
            asks(BoxOffice, format!("/api/v1/events/{id}/availability")),
        ));
        all.push((
            "box-office listTicketTypes",
            asks(BoxOffice, format!("/api/v1/events/{id}/ticket-types")),
        ));
        all.push(("native getEvent", asks(Native, format!("/v1/events/{id}"))));
        all.push(("native getAvailability", asks(Native, format!("/v1/events/{id}/availability"))));
        all.push(("native listTicketTypes", asks(Native, format!("/v1/events/{id}/ticket-types"))));
        all.push(("native getTicketType", asks(Native, format!("/v1/ticket-types/{}", types[0]))));
    }
    all
}

#[test]
fn every_operation_that_keeps_answers_is_among_the_questions() {
    let show = Show { id: String::new(), number: 1, types: vec![String::new()], holds: Vec::new() };
    let asked: BTreeSet<String> = questions(&[show]).into_iter().map(|(name, _)| name.to_owned()).collect();
    let mut keeping = BTreeSet::new();
    for surface in surfaces::all() {
        for operation in surface.operations().iter().filter(|operation| operation.depends.is_some()) {
            assert_eq!(operation.method, "GET", "{operation:?}");
            keeping.insert(format!("{} {}", surface.name.as_str(), operation.id));
        }
    }
    assert_eq!(asked, keeping);
}

/// Milliseconds after the beginning, as a text.
fn text(millis: i64) -> String {
    Timestamp::parse(NOW).unwrap().plus_millis(millis).to_utc_text()
}

async fn new_show(house: &House<'_>, dice: &mut Dice, at: i64) -> Show {
    let minutes = |n: usize| 60_000 * i64::try_from(n).unwrap();
    let start = at + minutes(dice.below(20));
    let mut times = json!({ "startsAt": text(start) });
    if dice.below(2) == 0 {
        times["endsAt"] = json!(text(start + minutes(1 + dice.below(10))));
    }
    let mut types = Vec::new();
    for n in 0..=dice.below(2) {
        let opens = at + minutes(dice.below(5));
        let window = [(Value::Null, Value::Null), (json!(text(opens)), json!(text(opens + minutes(3))))];
        let (opens, closes) = dice.of(&window).clone();
        types.push(json!({ "name": format!("T{n}"), "price": 100 * n, "quantity": 2, "saleStartsAt": opens,
            "saleEndsAt": closes, "hidden": dice.below(5) == 0 }));
    }
    let title = *dice.of(&["Low Tide", "High Tide", "Ebb"]);
    let (id, types) = house.show(title, times, json!(types)).await;
    let number = house.who.get(&format!("/v1/events/{id}")).await.at("/number").as_i64().unwrap();
    Show { id, number, types, holds: Vec::new() }
}

/// One write, which may be refused: what happens then must be answered alike as well.
async fn write(house: &House<'_>, dice: &mut Dice, shows: &mut Vec<Show>, at: i64) {
    let who = &house.who;
    if shows.len() < 3 || (shows.len() < 8 && dice.below(6) == 0) {
        shows.push(new_show(house, dice, at).await);
        return;
    }
    let picked = dice.below(shows.len());
    let show = &mut shows[picked];
    let (event, kind) = (format!("/v1/events/{}", show.id), dice.of(&show.types).clone());
    let items = json!([{ "ticketTypeId": kind, "quantity": 1 + dice.below(2) }]);
    match dice.below(13) {
        0 => drop(who.patch(&event, json!({ "title": format!("Low {}", dice.below(100)) })).await),
        1 => drop(who.post(&format!("{event}/cancel"), json!({})).await),
        2 => drop(who.post(&format!("{event}/archive"), json!({})).await),
        3 => drop(
            who.post(&format!("{event}/{}", dice.of(&["unarchive", "publish", "unpublish"])), json!({}))
                .await,
        ),
        4 => drop(
            who.patch(
                &format!("/v1/venues/{}", house.venue),
                json!({ "name": format!("V{}", dice.below(9)) }),
            )
            .await,
        ),
        5 => drop(
            who.patch(&format!("/v1/ticket-types/{kind}"), json!({ "quantity": 1 + dice.below(4) })).await,
        ),
        6 | 7 => {
            let body = json!({ "items": items, "ttlSeconds": 60 + dice.below(120) });
            let made = who.post(&format!("{event}/holds"), body).await;
            if made.status == 201 {
                show.holds.push(made.text("/id").to_owned());
            }
        }
        8 => {
            if let Some(hold) = show.holds.pop() {
                who.delete(&format!("/v1/holds/{hold}")).await;
            }
        }
        9 => drop(who.delete(&event).await),
        10 => drop(
            who.patch(&event, json!({ "visibility": dice.of(&["public", "unlisted", "private"]) })).await,
        ),
        _ => {
            let body = json!({ "eventId": show.id, "items": items,
                "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } });
            who.post("/v1/orders", body).await;
        }
    }
}

/// What the lists say as their total is what there is, whatever was written.
async fn totals_are_counts(house: &House<'_>, app: &TestApp) {
    let all = house.who.get(&format!("/v1/events?limit=100&boxOfficeId={}", house.box_office)).await.is(200);
    let events = all.at("/items").as_array().unwrap();
    let of = |status: &str| events.iter().filter(|event| event["status"] == status).count();
    for (target, count) in [
        ("", events.len()),
        ("?status=DRAFT", of("draft")),
        ("?status=CANCELLED", of("cancelled")),
        ("?status=ARCHIVED", of("archived")),
    ] {
        let list = house.ask(app, &asks(Asker::BoxOffice, format!("/api/v1/events{target}"))).await.is(200);
        assert_eq!(list.at("/pagination/total"), &json!(count), "{target}");
    }
    for (target, count) in [("", events.len() - of("archived")), ("?status=published", of("published"))] {
        let target = format!("/api/public/v1/events{target}");
        let list = house.ask(app, &asks(Asker::Channel, target)).await.is(200);
        assert_eq!(list.at("/totalDocs"), &json!(count));
    }
}

async fn walk(seed: u64, steps: usize) {
    let keeping = TestApp::with(&GENEROUS);
    let mut settings = GENEROUS.to_vec();
    settings.push(("CALLBOARD_RENDERED_MAX_BYTES", "0"));
    let knowing = keeping.twin(&settings);
    settings.push(("CALLBOARD_KNOWN_EVENTS_MAX_BYTES", "0"));
    let plain = keeping.twin(&settings);
    let house = House::found(&keeping, "Pier").await;
    let (mut dice, mut shows, mut at) = (Dice(seed), Vec::new(), 0_i64);
    let mut again = 0_usize;
    for step in 0..steps {
        if dice.below(3) == 0 {
            let millis = *dice.of(&[1, 999, 30_000, 60_000, 59_999, 60_001, 180_000]);
            at += millis;
            keeping.pass_ms(millis);
            knowing.pass_ms(millis);
            plain.pass_ms(millis);
        } else {
            write(&house, &mut dice, &mut shows, at).await;
        }
        for (_, question) in questions(&shows) {
            let known = house.ask(&knowing, &question).await;
            let kept = house.ask(&keeping, &question).await;
            let fresh = house.ask(&plain, &question).await;
            let told = |what: &str| format!("seed {seed}, step {step}: {what} of {question:?}");
            assert_eq!(known.status, fresh.status, "{}", told("status where events are known"));
            assert_eq!(kept.status, fresh.status, "{}", told("status"));
            if kept.status == 200 {
                assert_eq!(known.json, fresh.json, "{}", told("body where events are known"));
                assert_eq!(kept.json, fresh.json, "{}", told("body"));
                assert_eq!(kept.header("etag"), fresh.header("etag"), "{}", told("tag"));
                again += usize::from(super::is_kept(&kept, &house.ask(&keeping, &question).await));
            }
        }
    }
    totals_are_counts(&house, &keeping).await;
    assert!(again > steps, "answers were kept: {again}");
}

#[tokio::test]
async fn kept_and_fresh_answers_are_the_same() {
    let seeds = if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { 40 } else { 2 };
    for seed in 1..=seeds {
        walk(seed, 30).await;
    }
}
