//! From a body to the core's change of an event. The schema has checked shapes and formats; what is left
//! are texts to trim and values that must agree with each other.

use callboard_core::event::patch::PlacePatch;
use callboard_core::event::{self, EventPatch, Offer, Performer, PerformerRole};
use callboard_core::issue::Issues;
use callboard_core::money::{Currency, MinorUnits};
use callboard_core::slug::Slug;
use callboard_core::{place, text};

use super::body::{EventChange, External, LinksChange, OfferBody, PerformerBody, PlaceChange, PricingChange};
use super::contract::{ADDRESS_MAX, EXTERNAL_ID_MAX, LINE_MAX, SOURCE_MAX};
use super::pointers::Spoken;
use super::reading::Reading;
use super::times;

/// Reads a body into a change.
///
/// # Errors
/// All faults, under the names of the wire.
pub(in crate::surfaces::native) fn change(body: EventChange) -> Result<(EventPatch, Spoken), Issues> {
    let mut reading = Reading::default();
    let r = &mut reading;
    let spoken = Spoken::of(&body);
    let schedule = times::read(r, &body);
    let pricing = merged(body.pricing, PricingChange::cleared);
    let links = merged(body.links, LinksChange::cleared);
    let patch = EventPatch {
        title: r.line("title", body.title, event::TITLE_MAX),
        slug: r.value("slug", body.slug, |slug| Slug::parse(&slug)),
        description: r.lines("description", body.description, event::DESCRIPTION_MAX),
        notes: r.lines("notes", body.notes, event::NOTES_MAX),
        booking: body.booking,
        visibility: body.visibility,
        category: body.category,
        classifications: body.classifications.map(each_once),
        schedule,
        set_minutes: body.set_minutes,
        venue_id: body.venue_id,
        channel_id: body.channel_id,
        box_office_id: body.box_office_id,
        place: read_place(r, merged(body.place, PlaceChange::cleared)),
        performers: body.performers.map(|all| performers(r, all)),
        producer_name: r.line("producerName", body.producer_name, LINE_MAX),
        online_price: pricing.online.map(minor),
        door_price: pricing.door.map(minor),
        door_seller: r.line("pricing.doorSeller", pricing.door_seller, LINE_MAX),
        offers: body.offers.map(|all| offers(r, all)),
        link_ticketing: r.address("links.ticketing", links.ticketing),
        link_facebook: r.address("links.facebookEvent", links.facebook_event),
        link_website: r.address("links.website", links.website),
        cover: body.cover_image_id,
        poster_url: r.address("posterUrl", body.poster_url),
        currency: r.value("currency", body.currency, |code| Currency::parse(&code)),
        capacity: body.capacity,
        audience: None,
        attendance: None,
        external: body.external.map(|said| said.and_then(|said| external(r, said))),
        metadata: body.metadata,
    };
    reading.0.done()?;
    Ok((patch, spoken))
}

/// An object that is merged member by member: left out it says nothing, `null` clears all of it.
fn merged<T: Default>(said: Option<Option<T>>, cleared: fn() -> T) -> T {
    said.map_or_else(T::default, |said| said.unwrap_or_else(cleared))
}

fn minor(said: Option<i64>) -> Option<MinorUnits> {
    said.map(MinorUnits)
}

fn each_once(slugs: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::with_capacity(slugs.len());
    for slug in slugs {
        if !once.contains(&slug) {
            once.push(slug);
        }
    }
    once
}

fn read_place(r: &mut Reading, said: PlaceChange) -> PlacePatch {
    PlacePatch {
        name: r.line("place.name", said.name, LINE_MAX),
        address: r.line("place.address", said.address, ADDRESS_MAX),
        city: r.line("place.city", said.city, LINE_MAX),
        region: r.line("place.region", said.region, LINE_MAX),
        country: r.each("place.country", said.country, |code| place::country(&code)),
        place_id: r.line("place.placeId", said.place_id, LINE_MAX),
        latitude: said.latitude,
        longitude: said.longitude,
    }
}

fn performers(r: &mut Reading, all: Vec<PerformerBody>) -> Vec<Performer> {
    let read = |(at, said): (usize, PerformerBody)| {
        let usual = if at == 0 { PerformerRole::Headliner } else { PerformerRole::Support };
        let path = |member: &str| format!("performers.{at}.{member}");
        Some(Performer {
            role: said.role.unwrap_or(usual),
            band_slug: r.value(&path("bandSlug"), said.band_slug, |slug| {
                Slug::parse(&slug).map(|slug| slug.as_str().to_owned())
            }),
            banner_url: r.value(&path("bannerUrl"), said.banner_url, |url| text::address(&url)),
            name: r.value(&path("name"), Some(said.name), |name| text::line(&name, LINE_MAX))?,
        })
    };
    all.into_iter().enumerate().filter_map(read).collect()
}

fn offers(r: &mut Reading, all: Vec<OfferBody>) -> Vec<Offer> {
    let read = |(at, said): (usize, OfferBody)| {
        let path = |member: &str| format!("offers.{at}.{member}");
        Some(Offer {
            name: r.value(&path("name"), said.name, |name| text::line(&name, LINE_MAX)),
            url: r.value(&path("url"), Some(said.url), |url| text::address(&url))?,
            availability: said.availability,
        })
    };
    all.into_iter().enumerate().filter_map(read).collect()
}

pub(super) fn external(r: &mut Reading, said: External) -> Option<event::External> {
    let source = r.value("external.source", Some(said.source), |text| text::line(&text, SOURCE_MAX));
    let id = r.value("external.id", Some(said.id), |text| text::line(&text, EXTERNAL_ID_MAX));
    Some(event::External { source: source?, id: id? })
}

impl PlaceChange {
    fn cleared() -> PlaceChange {
        PlaceChange {
            name: Some(None),
            address: Some(None),
            city: Some(None),
            region: Some(None),
            country: Some(None),
            place_id: Some(None),
            latitude: Some(None),
            longitude: Some(None),
        }
    }
}

impl PricingChange {
    fn cleared() -> PricingChange {
        PricingChange { online: Some(None), door: Some(None), door_seller: Some(None) }
    }
}

impl LinksChange {
    fn cleared() -> LinksChange {
        LinksChange { ticketing: Some(None), facebook_event: Some(None), website: Some(None) }
    }
}
