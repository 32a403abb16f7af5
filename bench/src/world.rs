//! The world that is measured, made through the public API: an organization that publishes everywhere, its keys,
//! its events, and one hot ticket type.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::http::{Client, Request};

/// Connections that make events at one time; they share commits.
const MAKERS: usize = 32;
/// A limit that no run reaches: the window is counted as always, it only never refuses.
const LIMIT: u32 = 100_000_000;
/// Days over which the events are spread, inside the venue feed's window of 90.
const DAYS: usize = 80;
/// Tickets of the hot type. Source: the largest quantity that a ticket type may have.
pub const HOT: u32 = 10_000_000;

/// What the works need to know.
#[derive(Debug, Clone)]
pub struct World {
    pub venue_key: String,
    pub box_office_key: String,
    pub native_key: String,
    pub box_office: String,
    /// Ids of published events.
    pub events: Vec<String>,
    pub hot_event: String,
    pub hot_type: String,
}

/// Makes the world in an empty server.
pub fn make(address: &str, events: usize) -> Result<World, String> {
    let mut client = Client::connect(address)?;
    let account = json!({ "email": "bench@example.org", "password": "measured-in-the-same-run", "name": "Bench",
        "organizationName": "Bench" });
    let made = client.send(&Request::post("/v1/accounts", account.to_string()))?.json(201)?;
    let session = made["session"]["token"].as_str().ok_or("no session")?.to_owned();
    let mut post = |path: &str, body: Value| -> Result<Value, String> {
        client.send(&Request::post(path, body.to_string()).bearer(&session))?.json(201)
    };
    let venue = post(
        "/v1/venues",
        json!({ "name": "Pier 9", "city": "Boston", "stateProvince": "MA",
        "country": "US", "timezone": "America/New_York", "capacity": 900 }),
    )?;
    let channel = post("/v1/channels", json!({ "name": "Harbour Jazz" }))?;
    let office = post(
        "/v1/box-offices",
        json!({ "name": "Harbour Tickets", "timezone": "America/New_York",
        "currency": "USD", "defaultVenueId": venue["id"], "defaultChannelId": channel["id"] }),
    )?;
    let mut key = |family: &str, more: Value| -> Result<String, String> {
        let mut body = json!({ "family": family, "label": "bench", "rateLimitPerMinute": LIMIT });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        Ok(text(&post("/v1/keys", body)?["key"]))
    };
    let venue_key = key("venue", json!({ "venueId": venue["id"] }))?;
    let box_office_key = key("box_office", json!({ "boxOfficeId": office["id"] }))?;
    let scopes = ["events:read", "events:write", "events:publish", "orders:read", "orders:write"];
    let native_key = key("native", json!({ "scopes": scopes }))?;
    let box_office = text(&office["id"]);
    let hot =
        event_body(0, &box_office, json!([{ "name": "General Admission", "price": 2500, "quantity": HOT }]));
    let hot = publish(&mut Client::connect(address)?, &native_key, hot)?;
    let world = World {
        venue_key,
        box_office_key,
        native_key,
        box_office,
        events: Vec::new(),
        hot_event: text(&hot["id"]),
        hot_type: text(&hot["ticketTypes"][0]["id"]),
    };
    let ids = make_events(address, &world, events)?;
    Ok(World { events: ids, ..world })
}

fn make_events(address: &str, world: &World, count: usize) -> Result<Vec<String>, String> {
    let made = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        let makers = (0..MAKERS).map(|maker| {
            let made = &made;
            scope.spawn(move || -> Result<(), String> {
                let mut client = Client::connect(address)?;
                for n in (1 + maker..=count).step_by(MAKERS) {
                    let types = json!([
                        { "name": "General Admission", "price": 2500, "quantity": 120 },
                        { "name": "Balcony", "price": 3200, "quantity": 40 },
                    ]);
                    let event =
                        publish(&mut client, &world.native_key, event_body(n, &world.box_office, types))?;
                    made.lock().map_err(|_| "a maker panicked")?.push(text(&event["id"]));
                }
                Ok(())
            })
        });
        let makers: Vec<_> = makers.collect();
        makers.into_iter().try_for_each(|maker| maker.join().map_err(|_| "a maker panicked".to_owned())?)
    })?;
    made.into_inner().map_err(|_| "a maker panicked".to_owned())
}

fn publish(client: &mut Client, key: &str, body: Value) -> Result<Value, String> {
    let made = client.send(&Request::post("/v1/events", body.to_string()).bearer(key))?.json(201)?;
    let path = format!("/v1/events/{}/publish", text(&made["id"]));
    client.send(&Request::post(path, String::new()).bearer(key))?.json(200)?;
    Ok(made)
}

/// A new event of the usual size.
pub fn event_body(n: usize, box_office: &str, ticket_types: Value) -> Value {
    let minutes = (n % DAYS) * 24 * 60 + (n / DAYS) % 300;
    json!({
        "title": format!("Low Tide Quartet {n:09}"),
        "description": "Chamber jazz on the pier: two sets, an interval, and the lights of the harbour behind the \
                        stage. Doors an hour before the music; the bar stays open until the last ferry.",
        "startsAt": instant(minutes),
        "timezone": "America/New_York",
        "boxOfficeId": box_office,
        "category": "music",
        "classifications": ["music"],
        "performers": [{ "name": "Low Tide Quartet", "role": "headliner" }, { "name": "Jonah Pike", "role": "support" }],
        "ticketTypes": ticket_types,
    })
}

/// Seconds since 1970.
pub fn now_s() -> u64 {
    now_ms() / 1_000
}

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the benchmark has no clock to hand around")]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}

/// An instant of the next days, so many minutes after tomorrow noon.
pub fn instant(minutes: usize) -> String {
    let at = (now_s() / 86_400 + 1) * 86_400 + 43_200 + minutes as u64 * 60;
    format!("{}T{:02}:{:02}:00Z", date(at / 86_400), at / 3_600 % 24, at / 60 % 60)
}

/// The date so many days after 1970-01-01.
pub fn date(days: u64) -> String {
    // Years from March on, so that the leap day is the last: era, year of era, day of year, month.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{of_month:02}", era * 400 + year + carry)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
