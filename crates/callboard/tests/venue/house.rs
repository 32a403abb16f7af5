//! A venue with its owner and a key, and what the tests ask of it.

use serde_json::{Value, json};

use crate::support::{Answer, Organizer, TestApp};

pub(crate) const EVENTS: &str = "/api/v1/events";
pub(crate) const UNKNOWN: &str = "0c9a5a52-2f0e-4d5b-9a5e-6a1f6f3c1d10";

/// A venue in New York with its owner and a key.
pub(crate) struct House<'a> {
    pub(crate) owner: Organizer<'a>,
    pub(crate) venue: String,
    pub(crate) key: String,
}

pub(crate) async fn house<'a>(app: &'a TestApp, name: &str) -> House<'a> {
    let owner = app.organizer(name).await;
    let venue = owner.venue(name).await;
    let key = owner.venue_key(&venue).await;
    House { owner, venue, key }
}

impl House<'_> {
    /// A draft at this venue; `body` says when, and what differs. Its id.
    pub(crate) async fn draft(&self, body: Value) -> String {
        let mut whole =
            json!({ "title": "Low Tide Quartet", "timezone": "America/New_York", "venueId": self.venue });
        let members = body.as_object().expect("an object").clone();
        whole.as_object_mut().expect("an object").extend(members);
        self.owner.post("/v1/events", whole).await.is(201).text("/id").to_owned()
    }

    pub(crate) async fn step(&self, id: &str, step: &str) {
        self.owner.post(&format!("/v1/events/{id}/{step}"), json!({})).await.is(200);
    }

    /// A published event. Its id.
    pub(crate) async fn publish(&self, body: Value) -> String {
        let id = self.draft(body).await;
        self.step(&id, "publish").await;
        id
    }

    /// A published event at eight in the evening.
    pub(crate) async fn night(&self, date: &str) -> String {
        self.publish(json!({ "local": { "date": date, "start": "20:00" } })).await
    }

    /// A published event that a series made.
    pub(crate) async fn recurring(&self, date: &str) -> String {
        let body = json!({ "title": "Every night", "rrule": "FREQ=DAILY;COUNT=1", "timezone": "America/New_York",
            "startDate": date, "local": { "start": "20:00" }, "event": { "status": "published", "venueId": self.venue } });
        let series = self.owner.post("/v1/series", body).await.is(201);
        let made = self.owner.get(&format!("/v1/events?seriesId={}", series.text("/id"))).await.is(200);
        made.text("/items/0/id").to_owned()
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.owner.app.get(target, &self.key).await
    }

    pub(crate) async fn feed(&self, query: &str) -> Answer {
        self.get(&format!("{EVENTS}?{query}")).await
    }

    pub(crate) async fn ids(&self, query: &str) -> Vec<String> {
        ids(&self.feed(query).await.is(200))
    }

    /// All ids, page by page, and the sizes of the pages.
    pub(crate) async fn walk(&self, query: &str) -> (Vec<String>, Vec<usize>) {
        let (mut all, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            assert!(sizes.len() < 50, "the walk does not end: {sizes:?}");
            let page = self.feed(&format!("{query}{cursor}")).await.is(200);
            let found = ids(&page);
            assert_eq!(page.at("/meta/count"), found.len());
            sizes.push(found.len());
            all.extend(found);
            match page.at("/meta/nextCursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return (all, sizes),
            }
        }
    }
}

#[track_caller]
pub(crate) fn ids(answer: &Answer) -> Vec<String> {
    let entries = answer.at("/data").as_array().expect("a list");
    entries.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
pub(crate) fn is_invalid(answer: Answer, parameter: &str) {
    let answer = answer.is(400);
    assert_eq!(answer.text("/error"), "Invalid query parameters");
    assert_eq!(answer.at("/details/0/path"), &json!([parameter]));
    assert!(!answer.text("/details/0/code").is_empty() && !answer.text("/details/0/message").is_empty());
}
