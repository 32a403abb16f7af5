//! Requests to paste: a few of every surface, each answered as its comment says.

use std::fmt::Write;

use callboard_core::event::Event;
use serde_json::{Value, json};

use super::{House, Keys};
use crate::app::App;

/// One request.
#[derive(Debug, Clone)]
pub struct Curl {
    /// Which surface it shows.
    pub surface: &'static str,
    pub about: &'static str,
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    /// The status of the answer.
    pub status: u16,
    url: String,
}

impl Curl {
    /// The command line, its answer's status in a comment.
    pub fn command(&self) -> String {
        let mut line = "curl -sS".to_owned();
        // Writing to a string cannot fail.
        if self.method != "GET" && !(self.method == "POST" && self.body.is_some()) {
            let _ = write!(line, " -X {}", self.method);
        }
        for (name, value) in &self.headers {
            let _ = write!(line, " -H {}", quoted(&format!("{name}: {value}")));
        }
        if let Some(body) = &self.body {
            let _ = write!(line, " -d {}", quoted(&body.to_string()));
        }
        let _ = write!(line, " {}  # {}", quoted(&format!("{}{}", self.url, self.path)), self.status);
        line
    }

    pub(super) fn to_json(&self) -> Value {
        let headers: Value =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({ "surface": self.surface, "about": self.about, "method": self.method,
            "url": format!("{}{}", self.url, self.path), "path": self.path, "headers": headers,
            "body": self.body, "status": self.status, "command": self.command() })
    }

    fn body(self, method: &'static str, body: Value, status: u16) -> Curl {
        let mut headers = self.headers;
        headers.push(("Content-Type", "application/json".to_owned()));
        Curl { method, headers, body: Some(body), status, ..self }
    }

    fn header(mut self, name: &'static str, value: &str) -> Curl {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// One word for the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// How a surface takes its credential.
struct Desk<'a> {
    url: &'a str,
    surface: &'static str,
    header: &'static str,
    credential: String,
}

impl Desk<'_> {
    fn get(&self, about: &'static str, path: String) -> Curl {
        let headers = match self.header {
            "" => Vec::new(),
            header => vec![(header, self.credential.clone())],
        };
        let (url, surface) = (self.url.to_owned(), self.surface);
        Curl { surface, about, method: "GET", path, headers, body: None, status: 200, url }
    }
}

/// A few requests of every surface. Each may be repeated.
pub(super) fn lines(app: &App, house: &House, keys: &Keys) -> Vec<Curl> {
    let desk = |surface, header, credential| Desk { url: &app.public_url, surface, header, credential };
    let bearer = |token: &str| format!("Bearer {token}");
    let all = [
        health(&desk("health", "", String::new())),
        channel(&desk("channel", "Authorization", bearer(keys.channel.1.expose())), house),
        venue(&desk("venue", "Authorization", bearer(keys.venue.1.expose())), house),
        developer(&desk("developer", "Authorization", bearer(house.session.expose())), keys),
        box_office(&desk("box-office", "x-api-key", keys.box_office.1.expose().to_owned()), house),
        native(&desk("native", "Authorization", bearer(keys.native.1.expose())), house),
    ];
    all.into_iter().flatten().collect()
}

fn health(desk: &Desk<'_>) -> Vec<Curl> {
    ["/healthz", "/readyz"].map(|path| desk.get("Is it well?", path.to_owned())).to_vec()
}

/// An instant of the first event's evening, for new events.
fn start_of(event: &Event) -> String {
    event.details.schedule.effective_start().to_utc_text()
}

fn channel(desk: &Desk<'_>, house: &House) -> Vec<Curl> {
    let base = "/api/public/v1";
    let (Some(channel), Some(event)) = (house.channels.first(), house.events.first()) else {
        return Vec::new();
    };
    let new = json!({ "channelId": channel.number, "title": "Pier Picnic", "startAt": start_of(event),
        "timezone": "America/New_York", "classifications": ["music"], "status": "published",
        "approxLocation": { "city": { "placeId": "plc-bos", "name": "Boston", "countryCode": "US" } } });
    let number = event.number;
    vec![
        desk.get("Channels to publish to", format!("{base}/channels")),
        desk.get("What events are sorted under", format!("{base}/classifications?limit=5")),
        desk.get("Events of all channels", format!("{base}/events?limit=3")),
        desk.get("One event", format!("{base}/events/{number}")),
        desk.get("Publish an event, once", format!("{base}/events"))
            .header("Idempotency-Key", "demo-pier-picnic")
            .body("POST", new, 201),
        desk.get("Change an event", format!("{base}/events/{number}")).body(
            "PATCH",
            json!({ "audience": "All ages" }),
            200,
        ),
    ]
}

fn venue(desk: &Desk<'_>, house: &House) -> Vec<Curl> {
    let base = "/api/v1/events";
    let Some(event) = house.events.first() else { return Vec::new() };
    let date = event.details.schedule.show_date;
    vec![
        desk.get("The venue's next 90 days", format!("{base}?limit=3")),
        desk.get("Recurring nights only", format!("{base}?recurring=only&limit=3")),
        desk.get("One day", format!("{base}?from={date}&to={date}")),
        desk.get("One show", format!("{base}/{}", event.id)),
    ]
}

fn developer(desk: &Desk<'_>, keys: &Keys) -> Vec<Curl> {
    let base = "/api/developer/v1/api-keys";
    vec![
        desk.get("My keys (with a session)", base.to_owned()),
        desk.get("One of them", format!("{base}/{}", keys.developer.0.id)),
        desk.get("A new one", base.to_owned()).body("POST", json!({ "name": "Nightly import" }), 201),
    ]
}

fn box_office(desk: &Desk<'_>, house: &House) -> Vec<Curl> {
    let base = "/api/v1/events";
    let Some(event) = house.events.first() else { return Vec::new() };
    let slug = &event.details.slug;
    let new = json!({ "title": "Comedy Night", "startsAt": start_of(event), "timezone": "America/New_York",
        "category": "COMEDY", "ticketTypes": [{ "name": "General Admission", "price": 2500, "quantity": 120 }] });
    vec![
        desk.get("Events on sale", format!("{base}?liveOnly=true&limit=3")),
        desk.get("One event by slug", format!("{base}/{slug}")),
        desk.get("Its ticket types", format!("{base}/{slug}/ticket-types")),
        desk.get("What is left, live", format!("{base}/{slug}/availability")),
        desk.get("A new draft", base.to_owned()).body("POST", new, 201),
        desk.get("Change an event", format!("{base}/{}", event.id)).body(
            "PATCH",
            json!({ "description": "The season opens: chamber jazz, then the terrace." }),
            200,
        ),
    ]
}

fn native(desk: &Desk<'_>, house: &House) -> Vec<Curl> {
    let Some(event) = house.events.first() else { return Vec::new() };
    let new = json!({ "title": "Matinee", "timezone": "Europe/Berlin",
        "local": { "date": event.details.schedule.show_date.to_string(), "start": "14:00" } });
    let weekly = json!({ "title": "Friday Jazz", "rrule": "FREQ=WEEKLY;BYDAY=FR", "timezone": "Europe/Berlin",
        "startDate": event.details.schedule.show_date.to_string(), "local": { "start": "20:00" } });
    let draft = house.events.iter().find(|event| event.lifecycle == callboard_core::event::Lifecycle::Draft);
    let mut lines = vec![
        desk.get("Who am I?", "/v1/me".to_owned()),
        desk.get("Published events", "/v1/events?status=published&limit=3".to_owned()),
        desk.get("One event", format!("/v1/events/{}", event.id)),
        desk.get("What is left, live", format!("/v1/events/{}/availability", event.id)),
        desk.get("Venues", "/v1/venues".to_owned()),
        desk.get("Box offices", "/v1/box-offices".to_owned()),
        desk.get("What recurs", "/v1/series".to_owned()),
        desk.get("A series, looked at before it is made", "/v1/series/preview?limit=5".to_owned())
            .body("POST", weekly, 200),
        desk.get("A new draft, once", "/v1/events".to_owned())
            .header("Idempotency-Key", "demo-matinee")
            .body("POST", new, 201),
    ];
    if let Some(draft) = draft {
        let publish = desk
            .get("Publish the draft", format!("/v1/events/{}/publish", draft.id))
            .header("Idempotency-Key", "demo-publish");
        lines.push(Curl { method: "POST", ..publish });
    }
    lines
}
