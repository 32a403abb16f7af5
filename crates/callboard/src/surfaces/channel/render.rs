//! From an event to P's shape. Source: contracts.md §1.4, §6.3, §6.4.

use callboard_core::event::{Event, Lifecycle, category};
use callboard_core::place::Venue;
use callboard_core::slug::Slug;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::contract::{LOCAL_PLACE, availability};
use super::wire::{ApproxLocationDoc, CityDoc, EventDoc, LocationDoc, OfferDoc};
use crate::app::App;
use crate::surfaces::{self, Sight};

/// What an event is shown with: its channel's number, its venue, the time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub event: &'a Event,
    pub channel_number: i64,
    pub venue: Option<&'a Venue>,
    pub now: Timestamp,
}

pub(super) fn event(app: &App, shown: Shown<'_>) -> EventDoc {
    doc(shown, app.event_url(shown.event.number, shown.event.details.slug.as_str()))
}

/// As it is answered to the channel's owners.
pub(super) fn sight(app: &App, sight: &Sight<'_>) -> surfaces::Shown {
    let Some(channel_number) = sight.channel_number else {
        return surfaces::Shown::Nothing("The event has no channel.");
    };
    surfaces::Shown::json(&event(
        app,
        Shown { event: sight.event, channel_number, venue: sight.venue, now: sight.now },
    ))
}

fn doc(shown: Shown<'_>, url: String) -> EventDoc {
    let Shown { event, channel_number, venue, now } = shown;
    let details = &event.details;
    let schedule = &details.schedule;
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
    match (kind.available() > 0, event.is_on_sale(kind, now)) {
        (false, _) => availability::SOLD_OUT,
        (true, true) => availability::AVAILABLE,
        (true, false) => availability::NOT_AVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::event::{Details, Offer, Schedule, SchedulePatch, When};
    use callboard_core::ids::{EventId, OrganizationId, TicketTypeId, VenueId};
    use callboard_core::money::{Currency, MinorUnits};
    use callboard_core::place::{Stamp, VenueDetails};
    use callboard_core::ticket::Terms;
    use callboard_core::time::{ShowDate, Zone};
    use serde_json::{Value, json};

    const NIL: uuid::Uuid = uuid::Uuid::nil();

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }
    fn now() -> Timestamp {
        at("2026-11-23T10:00:00Z")
    }
    fn scheduled(patch: SchedulePatch) -> Event {
        let zone = Zone::parse("America/New_York").unwrap();
        let (schedule, _) = Schedule::revise(None, &patch, &zone).unwrap();
        let details = Details::blank(Slug::parse("show").unwrap(), schedule, Currency::USD);
        Event {
            id: EventId(NIL),
            organization_id: OrganizationId(NIL),
            number: 118,
            details,
            lifecycle: Lifecycle::Published,
            before_archive: None,
            series_id: None,
            ticket_types: Vec::new(),
            version: 1,
            created_at: now(),
            updated_at: now(),
            deleted_at: None,
        }
    }
    fn show() -> Event {
        let start = Some(Some(When::At(at("2026-12-05T01:30:00Z"))));
        scheduled(SchedulePatch { start, ..SchedulePatch::default() })
    }
    fn rendered(event: &Event, venue: Option<&Venue>) -> Value {
        let shown = Shown { event, channel_number: 7, venue, now: now() };
        serde_json::to_value(doc(shown, "https://events.example/e/118/show".to_owned())).unwrap()
    }
    fn venue() -> Venue {
        let details = VenueDetails {
            name: "Pier 9".to_owned(),
            slug: Slug::parse("pier-9").unwrap(),
            city: "New York".to_owned(),
            state_province: "NY".to_owned(),
            country: "US".to_owned(),
            zone: Zone::utc(),
            capacity: 200,
            address: None,
            latitude: None,
            longitude: None,
        };
        let stamp = Stamp { version: 1, created_at: now(), updated_at: now() };
        Venue { id: VenueId(NIL), organization_id: OrganizationId(NIL), details, stamp }
    }
    fn kind(name: &str, sold: i64, hidden: bool) -> TicketType {
        let terms = Terms {
            name: name.to_owned(),
            description: None,
            price: MinorUnits(2500),
            quantity: 5,
            sale_starts_at: None,
            sale_ends_at: None,
            min_per_order: 1,
            max_per_order: None,
            hidden,
        };
        let (id, created_at, updated_at) = (TicketTypeId(NIL), now(), now());
        TicketType { id, terms, sold, held: 0, held_until: None, created_at, updated_at }
    }

    #[test]
    fn an_event_made_elsewhere_has_every_required_value() {
        let doc = rendered(&show(), None);
        assert_eq!(doc["title"], "Untitled event");
        assert_eq!(doc["startAt"], "2026-12-04T20:30:00-05:00");
        assert_eq!(doc["classifications"], json!(["other"]));
        assert_eq!(doc["approxLocation"], Value::Null);
        assert_eq!(doc.get("timeTba"), None);
    }

    #[test]
    fn a_start_that_is_not_known_is_the_beginning_of_the_day_and_said_so() {
        let show_date = Some(ShowDate::parse("2026-12-04").unwrap());
        let doc = rendered(&scheduled(SchedulePatch { show_date, ..SchedulePatch::default() }), None);
        assert_eq!((&doc["startAt"], &doc["timeTba"]), (&json!("2026-12-04T00:00:00-05:00"), &json!(true)));
    }

    #[test]
    fn a_city_without_a_place_id_gets_one_and_a_venue_lends_name_and_city() {
        let mut event = show();
        let city = |doc: &Value| doc["approxLocation"]["city"].clone();
        let lent = rendered(&event, Some(&venue()));
        assert_eq!(lent["locationName"], "Pier 9");
        assert_eq!(
            city(&lent),
            json!({ "placeId": "local:new-york-us", "name": "New York", "countryCode": "US" })
        );
        event.details.place.city = Some("São Paulo".to_owned());
        event.details.place.country = Some("BR".to_owned());
        let own = rendered(&event, Some(&venue()));
        assert_eq!(city(&own)["placeId"], "local:sao-paulo-br");
        event.details.place.place_id = Some("plc-1".to_owned());
        assert_eq!(city(&rendered(&event, None))["placeId"], "plc-1");
    }

    #[test]
    fn tickets_sold_here_are_offers_unless_there_are_others() {
        let mut event = show();
        event.ticket_types = vec![kind("Door", 0, false), kind("Balcony", 5, false), kind("Crew", 0, true)];
        let offers = |event: &Event| rendered(event, None)["offers"].clone();
        let url = "https://events.example/e/118/show";
        assert_eq!(
            offers(&event),
            json!([{ "name": "Door", "url": url, "availability": "available" },
                { "name": "Balcony", "url": url, "availability": "sold_out" }])
        );
        event.lifecycle = Lifecycle::Draft;
        assert_eq!(offers(&event)[0]["availability"], "not_available");
        let elsewhere = Offer { name: None, url: "https://tickets.example/".to_owned(), availability: None };
        event.details.offers = vec![elsewhere];
        assert_eq!(
            offers(&event),
            json!([{ "name": null, "url": "https://tickets.example/", "availability": null }])
        );
    }

    #[test]
    fn every_lifecycle_has_its_word() {
        for (lifecycle, word) in [
            (Lifecycle::Draft, "draft"),
            (Lifecycle::Published, "published"),
            (Lifecycle::Cancelled, "cancelled"),
            (Lifecycle::Archived, "archived"),
        ] {
            assert_eq!(status(lifecycle), word);
        }
    }
}
