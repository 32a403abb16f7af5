//! Events from the core's words into those of `/v1`.

use callboard_core::event::schedule::Moment;
use callboard_core::event::{Details, Event, Schedule};
use callboard_core::issue::Warning;
use callboard_core::time::{ClockTime, Timestamp};

use super::pointers::Spoken;
use super::view::{
    EventView, ExternalView, LinksView, LocalTimesView, OfferView, PerformerView, PlaceView, PricingView,
};
use crate::app::App;
use crate::surfaces::native::ticket_types;
use crate::surfaces::native::wire::Written;
use crate::surfaces::{Shown, Sight};

/// An event as it is at `now`.
pub(in crate::surfaces::native) fn event(app: &App, event: &Event, now: Timestamp) -> EventView {
    EventView {
        sold_out: Some(event.is_sold_out()),
        over: Some(event.is_over(now)),
        ticket_types: ticket_types::render::all(event, now),
        public_url: Some(app.event_url(event.number, event.details.slug.as_str())),
        ..stored(event)
    }
}

/// As it is answered to whoever may read it.
pub(in crate::surfaces::native) fn sight(app: &App, sight: &Sight<'_>) -> Shown {
    Shown::json(&self::event(app, sight.event, sight.now))
}

/// The reply to a write: the event, its version for the `ETag`, and what was adjusted.
pub(super) fn written(event: EventView, warnings: &[Warning], spoken: Spoken) -> Written<EventView> {
    Written::warned(event, &spoken.warnings(warnings))
}

/// The stored members only: what the change log keeps.
pub(in crate::surfaces::native) fn stored(event: &Event) -> EventView {
    let details = &event.details;
    EventView {
        id: event.id.to_string(),
        number: event.number,
        slug: details.slug.to_string(),
        title: details.title.clone(),
        description: details.description.clone(),
        notes: details.notes.clone(),
        status: event.lifecycle,
        booking: details.booking,
        sold_out: None,
        over: None,
        visibility: details.visibility,
        category: details.category,
        classifications: details.classifications.clone(),
        timezone: details.schedule.zone.name().to_owned(),
        starts_at: utc(details.schedule.start),
        ends_at: utc(details.schedule.end),
        doors_at: utc(details.schedule.doors),
        set_minutes: details.set_minutes,
        local: local(&details.schedule),
        time_basis: details.schedule.basis,
        venue_id: details.venue_id.map(|id| id.to_string()),
        channel_id: details.channel_id.map(|id| id.to_string()),
        box_office_id: details.box_office_id.map(|id| id.to_string()),
        series_id: event.series_id.map(|id| id.to_string()),
        place: place(details),
        performers: performers(details),
        producer_name: details.producer_name.clone(),
        pricing: pricing(details),
        offers: offers(details),
        links: links(details),
        cover_image_id: details.cover,
        poster_url: details.poster_url.clone(),
        currency: details.currency.to_string(),
        capacity: details.capacity,
        ticket_types: event
            .ticket_types
            .iter()
            .map(|one| ticket_types::render::stored(event.id, one))
            .collect(),
        external: details
            .external
            .as_ref()
            .map(|name| ExternalView { source: name.source.clone(), id: name.id.clone() }),
        metadata: details.metadata.clone(),
        public_url: None,
        version: event.version,
        created_at: event.created_at.to_utc_text(),
        updated_at: event.updated_at.to_utc_text(),
    }
}

fn utc(moment: Option<Moment>) -> Option<String> {
    moment.map(|moment| moment.at.to_utc_text())
}

fn local(schedule: &Schedule) -> LocalTimesView {
    let clock = |moment: Option<Moment>| moment.map(|moment| ClockTime::of(moment.wall).to_string());
    LocalTimesView {
        date: schedule.show_date.to_string(),
        doors: clock(schedule.doors),
        start: clock(schedule.start),
        end: clock(schedule.end),
    }
}

pub(super) fn place(details: &Details) -> PlaceView {
    let place = details.place.clone();
    PlaceView {
        name: place.name,
        address: place.address,
        city: place.city,
        region: place.region,
        country: place.country,
        place_id: place.place_id,
        latitude: place.latitude,
        longitude: place.longitude,
    }
}

pub(super) fn performers(details: &Details) -> Vec<PerformerView> {
    let one = |performer: &callboard_core::event::Performer| PerformerView {
        name: performer.name.clone(),
        role: performer.role,
        band_slug: performer.band_slug.clone(),
        banner_url: performer.banner_url.clone(),
    };
    details.performers.iter().map(one).collect()
}

pub(super) fn pricing(details: &Details) -> PricingView {
    PricingView {
        online: details.online_price.map(|price| price.0),
        door: details.door_price.map(|price| price.0),
        door_seller: details.door_seller.clone(),
    }
}

pub(super) fn offers(details: &Details) -> Vec<OfferView> {
    let one = |offer: &callboard_core::event::Offer| OfferView {
        name: offer.name.clone(),
        url: offer.url.clone(),
        availability: offer.availability.clone(),
    };
    details.offers.iter().map(one).collect()
}

pub(super) fn links(details: &Details) -> LinksView {
    let links = details.links.clone();
    LinksView { ticketing: links.ticketing, facebook_event: links.facebook_event, website: links.website }
}
