//! A complete sample world for `callboard demo`: two organizations, their places, keys and a season of events.
//!
//! `places` makes who and where, `programme` decides what is on (the same every time, at dates relative to
//! now), `season` writes it, `keys` mints, `curl` words ready-to-paste requests. Everything goes through the
//! store's commands, many at a time, so that a start stays below a second. `large` adds as many events and
//! organizations as are asked for.

mod curl;
mod keys;
pub mod large;
mod places;
mod plan;
mod programme;
mod season;

use callboard_core::event::Event;
use callboard_core::key::{ApiKey, Secret};
use callboard_core::place::{BoxOffice, Channel, Venue};
use callboard_store::organizations::Organization;
use callboard_store::{Command, Context};
use serde_json::{Value, json};

use crate::app::App;

pub use curl::Curl;
pub use keys::Keys;

/// Everything that was made, for printing.
#[derive(Debug)]
pub struct World {
    pub url: String,
    pub main: House,
    pub keys: Keys,
    /// A second organization, so that one can see that keys do not reach across.
    pub other: House,
    pub other_keys: Keys,
    pub curl: Vec<Curl>,
}

/// One organization with its owner, places and events.
#[derive(Debug)]
pub struct House {
    pub organization: Organization,
    pub email: String,
    pub password: Secret,
    pub session: Secret,
    pub venues: Vec<Venue>,
    pub channels: Vec<Channel>,
    pub box_offices: Vec<BoxOffice>,
    pub events: Vec<Event>,
}

/// Builds the world.
///
/// # Errors
/// One line that says what could not be made.
pub async fn build(app: &App) -> Result<World, String> {
    let main_names = (programme::ORGANIZATION, programme::OWNER, programme::EMAIL);
    let other_names = (programme::OTHER_ORGANIZATION, programme::OTHER_OWNER, programme::OTHER_EMAIL);
    let (main_password, other_password) = tokio::join!(places::password(app), places::password(app));
    let (main, other) = tokio::try_join!(
        places::found(app, main_names, main_password),
        places::found(app, other_names, other_password)
    )?;
    let (main, other) = tokio::try_join!(places::furnish_main(app, main), places::furnish_other(app, other))?;
    let weekly = programme::weekly(app, &main);
    let (mut main_events, recurring, other_events, keys, other_keys) = tokio::try_join!(
        season::write(app, &main.tenant, programme::main(app, &main)),
        season::recurring(app, &main.tenant, &weekly),
        season::write(app, &other.tenant, programme::other(app, &other)),
        keys::mint(app, &main),
        keys::mint(app, &other),
    )?;
    main_events.extend(recurring);
    let (main, other) = (main.open(main_events), other.open(other_events));
    let curl = curl::lines(app, &main, &keys);
    Ok(World { url: app.public_url.clone(), main, keys, other, other_keys, curl })
}

/// Runs one of the world's commands.
async fn write<C: Command>(app: &App, command: C) -> Result<C::Out, String> {
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: "demo".to_owned() };
    let written = app.store.write(context, command).await;
    written.map_err(|error| format!("the sample world cannot be made: {error}"))
}

impl World {
    /// The world as one JSON object, for scripts.
    pub fn to_json(&self) -> Value {
        json!({
            "url": self.url,
            "account": { "email": self.main.email, "password": self.main.password.expose(),
                "sessionToken": self.main.session.expose() },
            "organization": organization(&self.main.organization),
            "keys": self.keys.tokens(),
            "keyIds": self.keys.ids(),
            "venues": self.main.venues.iter().map(venue).collect::<Vec<_>>(),
            "channels": self.main.channels.iter().map(channel).collect::<Vec<_>>(),
            "boxOffices": self.main.box_offices.iter().map(box_office).collect::<Vec<_>>(),
            "eventCount": self.main.events.len(),
            "events": self.main.events.iter().take(EVENTS_SHOWN).map(event).collect::<Vec<_>>(),
            "other": {
                "account": { "email": self.other.email, "password": self.other.password.expose(),
                    "sessionToken": self.other.session.expose() },
                "organization": organization(&self.other.organization),
                "keys": self.other_keys.tokens(),
                "keyIds": self.other_keys.ids(),
                "venues": self.other.venues.iter().map(venue).collect::<Vec<_>>(),
                "channels": self.other.channels.iter().map(channel).collect::<Vec<_>>(),
                "boxOffices": self.other.box_offices.iter().map(box_office).collect::<Vec<_>>(),
                "events": self.other.events.iter().map(event).collect::<Vec<_>>(),
            },
            "curl": self.curl.iter().map(Curl::to_json).collect::<Vec<_>>(),
        })
    }
}

/// Events that the JSON names; the API lists all of them.
const EVENTS_SHOWN: usize = 12;

fn organization(organization: &Organization) -> Value {
    json!({ "id": organization.id, "name": organization.name, "slug": organization.slug.as_str() })
}

fn venue(venue: &Venue) -> Value {
    let details = &venue.details;
    json!({ "id": venue.id, "name": details.name, "slug": details.slug.as_str(), "timezone": details.zone.name() })
}

fn channel(channel: &Channel) -> Value {
    let details = &channel.details;
    json!({ "id": channel.id, "number": channel.number, "name": details.name, "slug": details.slug.as_str() })
}

fn box_office(office: &BoxOffice) -> Value {
    let details = &office.details;
    json!({ "id": office.id, "name": details.name, "slug": details.slug.as_str(),
        "timezone": details.zone.name(), "currency": details.currency.as_str(),
        "defaultVenueId": details.default_venue_id, "defaultChannelId": details.default_channel_id })
}

fn event(event: &Event) -> Value {
    json!({ "id": event.id, "number": event.number, "slug": event.details.slug.as_str(),
        "title": event.details.display_title(), "status": event.lifecycle.as_str(),
        "venueId": event.details.venue_id, "channelId": event.details.channel_id,
        "boxOfficeId": event.details.box_office_id })
}

fn key(key: &(ApiKey, Secret)) -> Value {
    json!({ "id": key.0.id, "label": key.0.label })
}
