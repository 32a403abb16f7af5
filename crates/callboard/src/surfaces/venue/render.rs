//! From a stored event to an entry of the feed, in the venue's own zone.
//! Source: contracts.md §2.3, §6.2–6.5. Cases: H-16, H-17, H-18.

use std::borrow::Cow;

use callboard_core::event::{Event, Lifecycle, Performer, Visibility};
use callboard_core::money::MinorUnits;
use callboard_core::place::Venue;
use callboard_core::time::{ClockTime, Zone};

use super::contract::status;
use super::wire::{FeedEvent, FeedLinks, FeedPerformer, FeedVenue, Pricing};
use crate::app::App;
use crate::surfaces::{Shown, Sight};

pub(super) fn entry<'a>(app: &App, event: &'a Event, venue: &'a Venue) -> FeedEvent<'a> {
    let (details, zone) = (&event.details, &venue.details.zone);
    let times = Times::of(event, zone);
    FeedEvent {
        id: event.id,
        date: times.date,
        doors_open_time: times.doors,
        set_start_time: times.start,
        set_end_time: times.end,
        set_length_minutes: details.set_length_minutes(),
        status: state(event),
        event_name: details.title.as_deref(),
        poster_url: details.cover.map(|number| app.media_url(number)).or_else(|| details.poster_url.clone()),
        producer_name: details.producer_name.as_deref(),
        notes: details.notes.as_deref(),
        venue: place(venue),
        performers: details.performers.iter().map(performer).collect(),
        pricing: pricing(event),
        links: FeedLinks {
            ticketing: ticketing(event, || app.event_url(event.number, details.slug.as_str())),
            facebook_event: details.links.facebook_event.as_deref(),
            website: details.links.website.as_deref(),
        },
    }
}

/// As it stands in the venue's feed, while its date is within the days that are asked for.
pub(super) fn sight(app: &App, sight: &Sight<'_>) -> Shown {
    let event = sight.event;
    match (sight.venue, event.lifecycle) {
        (None, _) => Shown::Nothing("The event has no venue."),
        _ if event.details.visibility == Visibility::Private => Shown::Nothing("The event is private."),
        (_, Lifecycle::Draft) => Shown::Nothing("Drafts are not in the venue's feed."),
        (_, Lifecycle::Archived) => Shown::Nothing("Archived events are not in the venue's feed."),
        (Some(venue), Lifecycle::Published | Lifecycle::Cancelled) => Shown::json(&entry(app, event, venue)),
    }
}

/// When it is, as the clocks at the venue show it.
struct Times {
    date: String,
    doors: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

impl Times {
    fn of(event: &Event, zone: &Zone) -> Times {
        let schedule = &event.details.schedule;
        let (date, start) = schedule.seen_in(zone);
        let clock =
            |moment: callboard_core::event::schedule::Moment| ClockTime::of(moment.at.wall(zone)).to_text();
        Times {
            date: date.to_text(),
            doors: schedule.doors.map(clock),
            start: start.map(ClockTime::to_text),
            end: schedule.end.map(clock),
        }
    }
}

/// Cancelled, else what the date is booked as. Source: contracts.md §6.4.
fn state(event: &Event) -> &'static str {
    use callboard_core::event::Booking;
    match (event.lifecycle, event.details.booking) {
        (Lifecycle::Cancelled, _) => status::CANCELLED,
        (Lifecycle::Draft | Lifecycle::Published | Lifecycle::Archived, Booking::Open) => status::OPEN,
        (Lifecycle::Draft | Lifecycle::Published | Lifecycle::Archived, Booking::Reserved) => {
            status::RESERVED
        }
        (Lifecycle::Draft | Lifecycle::Published | Lifecycle::Archived, Booking::Filled) => status::FILLED,
    }
}

fn place(venue: &Venue) -> FeedVenue<'_> {
    let details = &venue.details;
    FeedVenue {
        id: venue.id,
        name: &details.name,
        slug: details.slug.as_str(),
        city: &details.city,
        state_province: &details.state_province,
        country: &details.country,
        timezone: details.zone.name(),
        capacity: details.capacity,
    }
}

fn performer(performer: &Performer) -> FeedPerformer<'_> {
    FeedPerformer {
        name: &performer.name,
        role: performer.role.as_str(),
        band_slug: performer.band_slug.as_deref(),
        band_banner_url: performer.banner_url.as_deref(),
    }
}

/// The price online is the one that is set, else the lowest of the visible ticket types.
fn pricing(event: &Event) -> Pricing<'_> {
    let details = &event.details;
    let visible = event.ticket_types.iter().filter(|kind| !kind.terms.hidden);
    let online = details.online_price.or_else(|| visible.map(|kind| kind.terms.price).min());
    let decimal = |price: MinorUnits| details.currency.decimal(price);
    Pricing {
        online: online.map(decimal),
        door: details.door_price.map(decimal),
        door_seller_name: details.door_seller.as_deref(),
    }
}

/// The link that is set, else the first offer elsewhere, else the event's own page if tickets are sold here.
fn ticketing(event: &Event, page: impl FnOnce() -> String) -> Option<Cow<'_, str>> {
    let details = &event.details;
    let first_offer = || details.offers.first().map(|offer| offer.url.as_str());
    let elsewhere = details.links.ticketing.as_deref().or_else(first_offer);
    let sells_here = event.ticket_types.iter().any(|kind| !kind.terms.hidden);
    elsewhere.map(Cow::Borrowed).or_else(|| sells_here.then(|| Cow::Owned(page())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::event::schedule::LocalTimes;
    use callboard_core::event::{Booking, Details, Offer, Schedule};
    use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
    use callboard_core::money::Currency;
    use callboard_core::slug::Slug;
    use callboard_core::ticket::{Terms, TicketType};
    use callboard_core::time::{ShowDate, Timestamp};
    use uuid::Uuid;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    /// A show in New York; times as `HH:MM`.
    fn show(date: &str, doors: Option<&str>, start: Option<&str>, end: Option<&str>) -> Event {
        let clock = |text: Option<&str>| text.map(|text| ClockTime::parse(text).unwrap());
        let date = ShowDate::parse(date).unwrap();
        let times = LocalTimes { date, doors: clock(doors), start: clock(start), end: clock(end) };
        let patch = times.into_patch(Some(zone("America/New_York")));
        let (schedule, _) = Schedule::revise(None, &patch, &Zone::utc()).unwrap();
        let at = Timestamp::from_millis(0);
        Event {
            id: EventId(Uuid::from_u128(1)),
            organization_id: OrganizationId(Uuid::from_u128(2)),
            number: 118,
            details: Details::blank(Slug::parse("low-tide").unwrap(), schedule, Currency::USD),
            lifecycle: Lifecycle::Published,
            before_archive: None,
            series_id: None,
            ticket_types: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        }
    }

    fn ticket_type(price: i64, hidden: bool) -> TicketType {
        let terms = Terms {
            name: "General Admission".to_owned(),
            description: None,
            price: MinorUnits(price),
            quantity: 10,
            sale_starts_at: None,
            sale_ends_at: None,
            min_per_order: 1,
            max_per_order: None,
            hidden,
        };
        let at = Timestamp::from_millis(0);
        let id = TicketTypeId(Uuid::nil());
        TicketType { id, terms, sold: 0, held: 0, held_until: None, created_at: at, updated_at: at }
    }

    fn shown(event: &Event, zone_name: &str) -> (String, [Option<String>; 3]) {
        let times = Times::of(event, &zone(zone_name));
        (times.date, [times.doors, times.start, times.end])
    }

    #[test]
    fn a_night_past_midnight_keeps_its_date() {
        let night = show("2026-12-04", None, Some("23:30"), Some("01:15"));
        let times = [None, Some("23:30".to_owned()), Some("01:15".to_owned())];
        assert_eq!(shown(&night, "America/New_York"), ("2026-12-04".to_owned(), times));
        assert_eq!(night.details.set_length_minutes(), Some(105));
    }

    #[test]
    fn times_are_those_of_the_venues_clock() {
        let night = show("2026-12-04", Some("19:00"), Some("20:30"), Some("23:00"));
        let texts = |times: [&str; 3]| times.map(|text| Some(text.to_owned()));
        let (date, times) = shown(&night, "America/Chicago");
        assert_eq!((date.as_str(), times), ("2026-12-04", texts(["18:00", "19:30", "22:00"])));
        let (date, times) = shown(&night, "Asia/Kathmandu");
        assert_eq!((date.as_str(), times), ("2026-12-05", texts(["05:45", "07:15", "09:45"])));
        let untimed = show("2026-12-04", None, None, None);
        assert_eq!(shown(&untimed, "Asia/Kathmandu"), ("2026-12-04".to_owned(), [None, None, None]));
    }

    #[test]
    fn a_cancelled_date_is_cancelled_whatever_it_was_booked_as() {
        let mut event = show("2026-12-04", None, None, None);
        for (booking, word) in
            [(Booking::Open, "open"), (Booking::Reserved, "reserved"), (Booking::Filled, "filled")]
        {
            event.details.booking = booking;
            assert_eq!(state(&event), word);
        }
        event.lifecycle = Lifecycle::Cancelled;
        assert_eq!(state(&event), "cancelled");
    }

    #[test]
    fn the_price_online_is_what_is_set_or_the_lowest_that_is_visible() {
        let mut event = show("2026-12-04", None, None, None);
        assert_eq!((pricing(&event).online, pricing(&event).door), (None, None));
        event.ticket_types = vec![ticket_type(2500, false), ticket_type(1800, false), ticket_type(100, true)];
        event.details.door_price = Some(MinorUnits(0));
        assert_eq!(pricing(&event).online.as_deref(), Some("18.00"));
        assert_eq!(pricing(&event).door.as_deref(), Some("0.00"));
        event.details.online_price = Some(MinorUnits(5));
        assert_eq!(pricing(&event).online.as_deref(), Some("0.05"));
        event.details.currency = Currency::parse("JPY").unwrap();
        event.details.online_price = Some(MinorUnits(2500));
        assert_eq!(pricing(&event).online.as_deref(), Some("2500"));
    }

    #[test]
    fn the_ticket_link_falls_back_from_link_to_offer_to_own_page() {
        let mut event = show("2026-12-04", None, None, None);
        let link = |event: &Event| ticketing(event, || "own page".to_owned()).map(Cow::into_owned);
        assert_eq!(link(&event), None);
        event.ticket_types = vec![ticket_type(100, true)];
        assert_eq!(link(&event), None);
        event.ticket_types = vec![ticket_type(100, false)];
        assert_eq!(link(&event).as_deref(), Some("own page"));
        let url = "https://tickets.example/ltq".to_owned();
        event.details.offers = vec![Offer { name: None, url, availability: None }];
        assert_eq!(link(&event).as_deref(), Some("https://tickets.example/ltq"));
        event.details.links.ticketing = Some("https://set.example".to_owned());
        assert_eq!(link(&event).as_deref(), Some("https://set.example"));
    }
}
