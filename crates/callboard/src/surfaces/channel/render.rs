//! From an event to P's shape. Source: contracts.md §1.4, §6.3, §6.4.

use callboard_core::event::{Event, Lifecycle, category};
use callboard_core::place::Venue;
use callboard_core::slug::Slug;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::contract::{LOCAL_PLACE, availability};
use super::wire::{ApproxLocationDoc, CityDoc, EventDoc, LocationDoc, OfferDoc};
use crate::app::App;

/// What an event is shown with: its channel's number, its venue, the time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub event: &'a Event,
    pub channel_number: i64,
    pub venue: Option<&'a Venue>,
    pub now: Timestamp,
}

pub(super) fn event(app: &App, shown: Shown<'_>) -> EventDoc {
    let Shown { event, channel_number, venue, now } = shown;
    let details = &event.details;
    let schedule = &details.schedule;
    let url = app.event_url(event.number, details.slug.as_str());
    EventDoc {
        id: event.number,
        channel_id: channel_number,
        title: details.display_title().to_owned(),
        slug: details.slug.to_string(),
        status: status(event.lifecycle),
        start_at: schedule.effective_start().to_offset_text(&schedule.zone),
        end_at: schedule.end.map(|end| end.at.to_offset_text(&schedule.zone)),
        time_tba: schedule.is_time_tba(),
        timezone: schedule.zone.name().to_owned(),
        classifications: category::shown(&details.classifications, details.category)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        approx_location: approx_location(event, venue),
        location_name: details.place.name.clone().or_else(|| venue.map(|venue| venue.details.name.clone())),
        location: location(event),
        description: details.description.clone(),
        cover_image: details.cover,
        capacity: details.capacity,
        attendance_mode: details.attendance.map(|mode| mode.as_str()),
        audience: details.audience.clone(),
        offers: offers(event, &url, now),
        url,
        created_at: event.created_at.to_utc_text(),
        updated_at: event.updated_at.to_utc_text(),
    }
}

/// `cancelled` and `archived` are additive. Source: contracts.md §6.4.
fn status(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Draft => "draft",
        Lifecycle::Published => "published",
        Lifecycle::Cancelled => "cancelled",
        Lifecycle::Archived => "archived",
    }
}

/// The event's city, else its venue's; with a place id of our own where none was given.
fn approx_location(event: &Event, venue: Option<&Venue>) -> Option<ApproxLocationDoc> {
    let place = &event.details.place;
    let own = (place.city.is_some() || place.place_id.is_some())
        .then(|| (place.city.clone(), place.country.clone()));
    let (name, country_code) = own.or_else(|| {
        venue.map(|venue| (Some(venue.details.city.clone()), Some(venue.details.country.clone())))
    })?;
    let place_id = place.place_id.clone().unwrap_or_else(|| {
        let words = [name.as_deref(), country_code.as_deref()];
        let text: Vec<&str> = words.into_iter().flatten().collect();
        format!("{LOCAL_PLACE}{}", Slug::from_text(&text.join(" "), "city"))
    });
    Some(ApproxLocationDoc { city: CityDoc { place_id, name, country_code } })
}

fn location(event: &Event) -> Option<LocationDoc> {
    let place = &event.details.place;
    let is_known = place.address.is_some() || place.latitude.is_some() || place.longitude.is_some();
    is_known.then(|| LocationDoc {
        address: place.address.clone(),
        latitude: place.latitude,
        longitude: place.longitude,
    })
}

/// The offers elsewhere; where there are none, one per ticket type that is shown here.
fn offers(event: &Event, url: &str, now: Timestamp) -> Vec<OfferDoc> {
    let elsewhere = &event.details.offers;
    if !elsewhere.is_empty() {
        let docs = elsewhere.iter().map(|offer| OfferDoc {
            name: offer.name.clone(),
            url: offer.url.clone(),
            availability: offer.availability.clone(),
        });
        return docs.collect();
    }
    let visible = event.ticket_types.iter().filter(|kind| !kind.terms.hidden);
    visible
        .map(|kind| OfferDoc {
            name: Some(kind.terms.name.clone()),
            url: url.to_owned(),
            availability: Some(available(event, kind, now).to_owned()),
        })
        .collect()
}

fn available(event: &Event, kind: &TicketType, now: Timestamp) -> &'static str {
    match (kind.available() > 0, event.is_selling(now) && kind.is_in_sale_window(now)) {
        (false, _) => availability::SOLD_OUT,
        (true, true) => availability::AVAILABLE,
        (true, false) => availability::NOT_AVAILABLE,
    }
}
