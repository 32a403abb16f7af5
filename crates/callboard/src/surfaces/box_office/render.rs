//! From the core's event to this surface's words. Source: contracts.md §4.2, §6.3, §6.4.

use std::borrow::Cow;

use callboard_core::event::Event;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::wire::{Availability, EventWire, TicketTypeWire, TypeAvailability};
use crate::app::App;
use crate::surfaces::{Shown, Sight};

/// An event as T1 to T4 answer it. `venue_name` is the name of the event's venue, if it has one.
pub(super) fn event<'a>(
    app: &App,
    event: &'a Event,
    venue_name: Option<&'a str>,
    now: Timestamp,
) -> EventWire<'a> {
    let details = &event.details;
    let schedule = &details.schedule;
    let utc = |at: Timestamp| at.to_utc_text();
    let upload = details.cover.map(|number| app.media_url(number));
    EventWire {
        id: event.id.0,
        slug: details.slug.as_str(),
        title: details.display_title(),
        description: details.description.as_deref(),
        status: event.box_office_status(now).into(),
        visibility: details.visibility.into(),
        category: details.category.into(),
        starts_at: utc(schedule.effective_start()),
        ends_at: schedule.end.map(|end| utc(end.at)),
        doors_open: schedule.doors.map(|doors| utc(doors.at)),
        timezone: schedule.zone.name(),
        venue_name: details.place.name.as_deref().or(venue_name),
        address: details.place.address.as_deref(),
        city: details.place.city.as_deref(),
        country: details.place.country.as_deref(),
        currency: details.currency.as_str(),
        image_url: details.poster_url.as_deref().map(Cow::Borrowed).or(upload.map(Cow::Owned)),
        public_url: app.event_url(event.number, details.slug.as_str()),
        ticket_types: ticket_types(event, now),
        time_tba: schedule.is_time_tba().then_some(true),
        created_at: utc(event.created_at),
        updated_at: utc(event.updated_at),
    }
}

/// As it is answered to the box office's keys.
pub(super) fn sight(app: &App, sight: &Sight<'_>) -> Shown {
    if sight.event.details.box_office_id.is_none() {
        return Shown::Nothing("The event has no box office.");
    }
    let venue_name = sight.venue.map(|venue| venue.details.name.as_str());
    Shown::json(&event(app, sight.event, venue_name, sight.now))
}

/// All ticket types, hidden ones flagged.
pub(super) fn ticket_types<'a>(event: &'a Event, now: Timestamp) -> Vec<TicketTypeWire<'a>> {
    let one = |ticket_type: &'a TicketType| -> TicketTypeWire<'a> {
        let terms = &ticket_type.terms;
        TicketTypeWire {
            id: ticket_type.id.0,
            name: &terms.name,
            description: terms.description.as_deref(),
            price: terms.price.0,
            currency: event.details.currency.as_str(),
            quantity: terms.quantity,
            sold: ticket_type.sold,
            available: ticket_type.available(),
            sale_starts_at: terms.sale_starts_at.map(Timestamp::to_utc_text),
            sale_ends_at: terms.sale_ends_at.map(Timestamp::to_utc_text),
            min_per_order: terms.min_per_order,
            max_per_order: terms.max_per_order,
            hidden: terms.hidden,
            on_sale: event.is_on_sale(ticket_type, now),
        }
    };
    event.ticket_types.iter().map(one).collect()
}

/// What is left, for external sites: visible ticket types only.
pub(super) fn availability(event: &Event, now: Timestamp) -> Availability {
    let visible = || event.ticket_types.iter().filter(|ticket_type| !ticket_type.terms.hidden);
    let one = |ticket_type: &TicketType| TypeAvailability {
        id: ticket_type.id.0,
        name: ticket_type.terms.name.clone(),
        price: ticket_type.terms.price.0,
        available: ticket_type.available(),
        sold_out: ticket_type.available() == 0,
        on_sale: event.is_on_sale(ticket_type, now),
    };
    // A sale changes its ticket type, not the event's description.
    let changed = visible().map(|ticket_type| ticket_type.updated_at).max();
    Availability {
        event_id: event.id.0,
        slug: event.details.slug.to_string(),
        status: event.box_office_status(now).into(),
        currency: event.details.currency.to_string(),
        sold_out: event.is_sold_out(),
        available: visible().fold(0, |sum, ticket_type| ticket_type.available().saturating_add(sum)),
        ticket_types: visible().map(one).collect(),
        updated_at: changed.map_or(event.updated_at, |at| at.max(event.updated_at)).to_utc_text(),
    }
}
