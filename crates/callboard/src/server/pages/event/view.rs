//! What the page of an event says, in words that a template only has to place.

use askama::Template;
use callboard_core::event::schedule::Moment;
use callboard_core::event::{Attendance, Event, Lifecycle, PerformerRole, Visibility};
use callboard_core::money::{Currency, MinorUnits};
use callboard_core::place::Venue;
use callboard_core::text;
use callboard_core::ticket::TicketType;
use callboard_core::time::{ShowDate, Timestamp, WallTime};
use callboard_store::media::Media;

use super::{CSS, json_ld};
use crate::app::App;

#[derive(Template)]
#[template(path = "event.html")]
pub(super) struct EventPage {
    css: &'static str,
    json_ld: String,
    url: String,
    title: String,
    image: Option<String>,
    /// What the image shows, for those who do not see it.
    alt: String,
    is_cancelled: bool,
    is_over: bool,
    is_sold_out: bool,
    pub(super) is_unlisted: bool,
    is_time_tba: bool,
    show_date: String,
    date: String,
    times: Vec<Time>,
    zone: String,
    place: Whereabouts,
    producer: Option<String>,
    line_up: Vec<Artist>,
    tickets: Vec<Ticket>,
    prices: Vec<Price>,
    offers: Vec<Link>,
    links: Vec<Link>,
    /// Where tickets are bought, while they are.
    buy: Option<String>,
    /// Paragraphs of lines.
    description: Vec<Vec<String>>,
    notes: Vec<Vec<String>>,
}

struct Time {
    label: &'static str,
    text: String,
    /// With its offset.
    machine: String,
}

/// Where it takes place: the event's own words, the venue's where it has none.
pub(super) struct Whereabouts {
    pub(super) is_online: bool,
    pub(super) name: Option<String>,
    pub(super) street: Option<String>,
    pub(super) city: Option<String>,
    pub(super) region: Option<String>,
    pub(super) country: Option<String>,
    lines: Vec<String>,
}

struct Artist {
    name: String,
    role: &'static str,
}

struct Ticket {
    name: String,
    description: Option<String>,
    price: String,
    state: String,
    tone: &'static str,
}

struct Price {
    label: &'static str,
    text: String,
}

struct Link {
    url: String,
    label: String,
}

impl EventPage {
    pub(super) fn new(
        app: &App,
        event: &Event,
        venue: Option<&Venue>,
        cover: Option<&Media>,
        now: Timestamp,
    ) -> EventPage {
        let details = &event.details;
        let schedule = &details.schedule;
        let url = app.event_url(event.number, details.slug.as_str());
        let upload = details.cover.map(|number| app.media_url(number));
        let elsewhere = details.poster_url.clone().filter(|url| is_address(url));
        let alt = cover.filter(|_| elsewhere.is_none()).and_then(|cover| cover.alt.clone());
        let image = elsewhere.or(upload);
        let place = Whereabouts::of(event, venue);
        let moments = [("Doors", schedule.doors), ("Start", schedule.start), ("End", schedule.end)];
        let visible = event.ticket_types.iter().filter(|ticket_type| !ticket_type.terms.hidden);
        EventPage {
            css: CSS,
            json_ld: json_ld::render(event, &place, &url, image.as_deref()),
            title: details.display_title().to_owned(),
            image,
            alt: alt.unwrap_or_default(),
            is_cancelled: event.lifecycle == Lifecycle::Cancelled,
            is_over: event.is_over(now),
            is_sold_out: event.is_selling(now) && event.is_sold_out(),
            is_unlisted: details.visibility == Visibility::Unlisted,
            is_time_tba: schedule.is_time_tba(),
            show_date: schedule.show_date.to_string(),
            date: day(schedule.show_date),
            times: moments.into_iter().filter_map(|(label, at)| Some(time(label, at?, event))).collect(),
            zone: schedule.zone.name().to_owned(),
            producer: details.producer_name.clone(),
            line_up: line_up(event),
            tickets: visible.map(|ticket_type| ticket(event, ticket_type, now)).collect(),
            prices: prices(event),
            offers: offers(event),
            links: links(event),
            buy: details.links.ticketing.clone().filter(|url| is_address(url) && event.is_selling(now)),
            notes: paragraphs(details.notes.as_deref().unwrap_or("")),
            description: paragraphs(details.description.as_deref().unwrap_or("")),
            place,
            url,
        }
    }
}

impl Whereabouts {
    fn of(event: &Event, venue: Option<&Venue>) -> Whereabouts {
        let (own, venue) = (&event.details.place, venue.map(|venue| &venue.details));
        let name = own.name.clone().or_else(|| venue.map(|venue| venue.name.clone()));
        let street = own.address.clone().or_else(|| venue.and_then(|venue| venue.address.clone()));
        let city = own.city.clone().or_else(|| venue.map(|venue| venue.city.clone()));
        let region = own.region.clone().or_else(|| venue.map(|venue| venue.state_province.clone()));
        let country = own.country.clone().or_else(|| venue.map(|venue| venue.country.clone()));
        let town: Vec<&str> = [&city, &region, &country].into_iter().flatten().map(String::as_str).collect();
        let lines = street.iter().cloned().chain((!town.is_empty()).then(|| town.join(", "))).collect();
        let is_online = event.details.attendance == Some(Attendance::Online);
        Whereabouts { is_online, name, street, city, region, country, lines }
    }
}

/// `Friday, 4 December 2026`.
fn day(date: ShowDate) -> String {
    date.civil().strftime("%A, %-d %B %Y").to_string()
}

/// The wall time; with its day where that is not the show's.
fn time(label: &'static str, moment: Moment, event: &Event) -> Time {
    let schedule = &event.details.schedule;
    let text = if ShowDate::of(moment.wall) == schedule.show_date {
        clock(moment.wall)
    } else {
        format!("{}, {}", clock(moment.wall), day(ShowDate::of(moment.wall)))
    };
    Time { label, text, machine: moment.at.to_offset_text(&schedule.zone) }
}

fn clock(wall: WallTime) -> String {
    wall.strftime("%H:%M").to_string()
}

fn line_up(event: &Event) -> Vec<Artist> {
    let role = |role: PerformerRole| match role {
        PerformerRole::Headliner => "headliner",
        PerformerRole::Support => "support",
        PerformerRole::Opener => "opener",
    };
    let performers = event.details.performers.iter();
    performers.map(|performer| Artist { name: performer.name.clone(), role: role(performer.role) }).collect()
}

fn ticket(event: &Event, ticket_type: &TicketType, now: Timestamp) -> Ticket {
    let terms = &ticket_type.terms;
    Ticket {
        name: terms.name.clone(),
        description: terms.description.clone(),
        price: money(event.details.currency, terms.price),
        state: state(event, ticket_type, now),
        tone: tone(event, ticket_type, now),
    }
}

fn state(event: &Event, ticket_type: &TicketType, now: Timestamp) -> String {
    let (terms, left) = (&ticket_type.terms, ticket_type.available());
    let zone = &event.details.schedule.zone;
    let opens = terms.sale_starts_at.filter(|start| now < *start).map(|start| start.wall(zone));
    match opens {
        _ if !event.is_selling(now) => "Not on sale".to_owned(),
        _ if left == 0 => "Sold out".to_owned(),
        Some(wall) => format!("On sale from {}, {}", day(ShowDate::of(wall)), clock(wall)),
        None if !ticket_type.is_in_sale_window(now) => "Sales have ended".to_owned(),
        None => format!("{left} left"),
    }
}

fn tone(event: &Event, ticket_type: &TicketType, now: Timestamp) -> &'static str {
    match (event.is_on_sale(ticket_type, now), ticket_type.available()) {
        (true, 1..) => "good",
        (true, _) => "warn",
        (false, _) => "",
    }
}

fn prices(event: &Event) -> Vec<Price> {
    let details = &event.details;
    let online = details.online_price.filter(|_| event.ticket_types.is_empty());
    let listed = [("Online", online), ("At the door", details.door_price)];
    let price = |(label, amount): (&'static str, Option<MinorUnits>)| {
        Some(Price { label, text: money(details.currency, amount?) })
    };
    listed.into_iter().filter_map(price).collect()
}

fn money(currency: Currency, amount: MinorUnits) -> String {
    if amount.0 == 0 { "Free".to_owned() } else { format!("{} {currency}", currency.decimal(amount)) }
}

fn offers(event: &Event) -> Vec<Link> {
    let offers = event.details.offers.iter().filter(|offer| is_address(&offer.url));
    offers
        .map(|offer| Link {
            url: offer.url.clone(),
            label: offer.name.clone().unwrap_or_else(|| "Tickets".to_owned()),
        })
        .collect()
}

fn links(event: &Event) -> Vec<Link> {
    let links = &event.details.links;
    let named = [
        ("Tickets", &links.ticketing),
        ("Facebook event", &links.facebook_event),
        ("Website", &links.website),
    ];
    let link = |(label, url): (&str, &Option<String>)| {
        Some(Link { url: url.clone().filter(|url| is_address(url))?, label: label.to_owned() })
    };
    named.into_iter().filter_map(link).collect()
}

/// What a browser may be sent to: http and https only, whatever was stored.
pub(super) fn is_address(url: &str) -> bool {
    text::address(url).is_ok()
}

/// Empty lines part paragraphs.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = plain.split('\n').map(str::trim_end).collect();
    let blocks = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
    blocks.map(|block| block.iter().map(|line| (*line).to_owned()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(paragraphs("a\r\nb\n\n\nc\rd"), [vec!["a", "b"], vec!["c", "d"]]);
        assert!(paragraphs("").is_empty());
    }

    #[test]
    fn a_day_is_written_out() {
        assert_eq!(day(ShowDate::parse("2026-12-04").unwrap()), "Friday, 4 December 2026");
    }

    #[test]
    fn money_is_exact_and_nothing_is_free() {
        assert_eq!(money(Currency::USD, MinorUnits(2500)), "25.00 USD");
        assert_eq!(money(Currency::USD, MinorUnits(0)), "Free");
    }
}
