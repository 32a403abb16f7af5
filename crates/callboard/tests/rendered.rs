//! Answers that are kept and given again: never an old one, never another's, and no more of them than the setting says.
//! Source: design.md §3; promises R15, R16.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says so by failing")]

mod support;

#[path = "rendered/clock.rs"]
mod clock;
#[path = "rendered/freshness.rs"]
mod freshness;
#[path = "rendered/known.rs"]
mod known;
#[path = "rendered/twins.rs"]
mod twins;

use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// Limits that no test meets by accident.
const GENEROUS: [(&str, &str); 6] = [
    ("CALLBOARD_RATE_LIMIT_NATIVE", "100000000"),
    ("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "100000000"),
    ("CALLBOARD_RATE_LIMIT_CHANNEL_READS", "100000000"),
    ("CALLBOARD_RATE_LIMIT_CHANNEL_CREATES", "100000000"),
    ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
    ("CALLBOARD_KEY_CREATIONS_PER_HOUR", "1000000"),
];

/// An organization with one place of each kind and a key to each; every event is in all three.
struct House<'a> {
    who: Organizer<'a>,
    venue: String,
    box_office: String,
    channel_key: String,
    venue_key: String,
    box_office_key: String,
}

impl<'a> House<'a> {
    async fn found(app: &'a TestApp, name: &str) -> House<'a> {
        let who = app.organizer(name).await;
        let venue = who.venue(name).await;
        let (channel, _) = who.channel(name).await;
        let office = json!({ "name": name, "timezone": "UTC", "currency": "USD", "defaultVenueId": venue,
            "defaultChannelId": channel });
        let box_office = who.post("/v1/box-offices", office).await.is(201).text("/id").to_owned();
        let channel_scopes = json!(["channels:read", "events:create", "events:read", "events:update"]);
        House {
            channel_key: who.key(json!({ "family": "channel", "scopes": channel_scopes })).await,
            venue_key: who.venue_key(&venue).await,
            box_office_key: who.box_office_key(&box_office).await,
            venue,
            box_office,
            who,
        }
    }

    /// A published event with these ticket types; its id and theirs.
    async fn show(&self, title: &str, times: Value, types: Value) -> (String, Vec<String>) {
        let mut body = json!({ "title": title, "timezone": "UTC", "boxOfficeId": self.box_office,
            "place": { "city": "Town", "country": "US" }, "ticketTypes": types });
        body.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
        let made = self.who.post("/v1/events", body).await.is(201);
        let id = made.text("/id").to_owned();
        let types = made.at("/ticketTypes").as_array().unwrap();
        let types = types.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        self.who.post(&format!("/v1/events/{id}/publish"), json!({})).await.is(200);
        (id, types)
    }

    /// Asks `app`, which may be another node or twin, as one of the house's callers.
    async fn ask(&self, app: &TestApp, question: &Question) -> Answer {
        let Question { asker, target } = question;
        match asker {
            Asker::Channel => app.get(target, &self.channel_key).await,
            Asker::Venue => app.call_x("GET", target, &self.venue_key, None).await,
            Asker::BoxOffice => app.call_x("GET", target, &self.box_office_key, None).await,
            Asker::Native => app.get(target, &self.who.token).await,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Channel,
    Venue,
    BoxOffice,
    Native,
}

#[derive(Debug, Clone)]
struct Question {
    asker: Asker,
    target: String,
}

fn asks(asker: Asker, target: impl Into<String>) -> Question {
    Question { asker, target: target.into() }
}

/// Whether both answers are the same bytes in memory, not merely equal ones.
fn is_kept(first: &Answer, second: &Answer) -> bool {
    first.bytes.as_ptr() == second.bytes.as_ptr() && !first.bytes.is_empty()
}
