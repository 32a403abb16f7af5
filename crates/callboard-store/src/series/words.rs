//! What a series says, as the JSON of its row. Opaque to the database.

use std::collections::BTreeSet;

use callboard_core::event::{
    Attendance, Booking, Category, Details, Lifecycle, Links, Offer, Performer, Place, Visibility,
};
use callboard_core::ids::{BoxOfficeId, ChannelId, VenueId};
use callboard_core::money::{Currency, MinorUnits};
use callboard_core::series::{Anchor, Plan, Recurrence, Rule, ShowTimes, Stretch, Template};
use callboard_core::ticket::Terms;
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StretchWords {
    rrule: String,
    start_date: String,
    zone: String,
    doors: Option<String>,
    start: String,
    end: Option<String>,
    ex_dates: Vec<String>,
    r_dates: Vec<String>,
    since: Option<String>,
    until: Option<String>,
    status: Lifecycle,
    event: EventWords,
    types: Vec<TypeWords>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventWords {
    title: Option<String>,
    description: Option<String>,
    notes: Option<String>,
    booking: Booking,
    visibility: Visibility,
    category: Category,
    classifications: Vec<String>,
    set_minutes: Option<i64>,
    venue_id: Option<VenueId>,
    channel_id: Option<ChannelId>,
    box_office_id: Option<BoxOfficeId>,
    place: Place,
    performers: Vec<Performer>,
    producer_name: Option<String>,
    online_price: Option<MinorUnits>,
    door_price: Option<MinorUnits>,
    door_seller: Option<String>,
    offers: Vec<Offer>,
    links: Links,
    cover: Option<i64>,
    poster_url: Option<String>,
    currency: String,
    capacity: Option<i64>,
    audience: Option<String>,
    attendance: Option<Attendance>,
    metadata: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypeWords {
    name: String,
    description: Option<String>,
    price: MinorUnits,
    quantity: i64,
    sale_starts_at: Option<i64>,
    sale_ends_at: Option<i64>,
    min_per_order: i64,
    max_per_order: Option<i64>,
    hidden: bool,
}

/// The text of stretches.
pub(super) fn write(stretches: &[Stretch]) -> Result<String> {
    let words: Vec<StretchWords> = stretches.iter().map(stretch_words).collect();
    serde_json::to_string(&words).map_err(|e| Error::Driver(e.to_string()))
}

/// The stretches of a text.
pub(super) fn read(text: &str) -> Result<Vec<Stretch>> {
    let words: Vec<StretchWords> =
        serde_json::from_str(text).map_err(|e| Error::corrupt("series", "stretches", e))?;
    words.into_iter().map(stretch).collect()
}

fn stretch_words(stretch: &Stretch) -> StretchWords {
    let Stretch { plan, template } = stretch;
    let recurrence = &plan.recurrence;
    let texts = |dates: &BTreeSet<ShowDate>| dates.iter().map(ToString::to_string).collect();
    StretchWords {
        rrule: recurrence.rule().to_string(),
        start_date: recurrence.start().to_string(),
        zone: plan.zone.name().to_owned(),
        doors: plan.times.doors.map(|time| time.to_string()),
        start: plan.times.start.to_string(),
        end: plan.times.end.map(|time| time.to_string()),
        ex_dates: texts(&recurrence.exdates),
        r_dates: texts(&recurrence.rdates),
        since: recurrence.since.map(|date| date.to_string()),
        until: recurrence.until.map(|date| date.to_string()),
        status: template.status,
        event: event_words(template.details()),
        types: template.types.iter().map(type_words).collect(),
    }
}

fn event_words(details: &Details) -> EventWords {
    let d = details.clone();
    EventWords {
        title: d.title,
        description: d.description,
        notes: d.notes,
        booking: d.booking,
        visibility: d.visibility,
        category: d.category,
        classifications: d.classifications,
        set_minutes: d.set_minutes,
        venue_id: d.venue_id,
        channel_id: d.channel_id,
        box_office_id: d.box_office_id,
        place: d.place,
        performers: d.performers,
        producer_name: d.producer_name,
        online_price: d.online_price,
        door_price: d.door_price,
        door_seller: d.door_seller,
        offers: d.offers,
        links: d.links,
        cover: d.cover,
        poster_url: d.poster_url,
        currency: d.currency.as_str().to_owned(),
        capacity: d.capacity,
        audience: d.audience,
        attendance: d.attendance,
        metadata: d.metadata,
    }
}

fn type_words(terms: &Terms) -> TypeWords {
    TypeWords {
        name: terms.name.clone(),
        description: terms.description.clone(),
        price: terms.price,
        quantity: terms.quantity,
        sale_starts_at: terms.sale_starts_at.map(Timestamp::as_millis),
        sale_ends_at: terms.sale_ends_at.map(Timestamp::as_millis),
        min_per_order: terms.min_per_order,
        max_per_order: terms.max_per_order,
        hidden: terms.hidden,
    }
}

/// A stored text as what it says.
fn said<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<T> {
    read(text).map_err(|_| Error::corrupt("series", "stretches", text))
}

fn stretch(words: StretchWords) -> Result<Stretch> {
    let date = |text: &String| said(text, ShowDate::parse);
    let clock = |text: &String| said(text, ClockTime::parse);
    let zone = said(&words.zone, Zone::parse)?;
    let times = ShowTimes {
        doors: words.doors.as_ref().map(clock).transpose()?,
        start: clock(&words.start)?,
        end: words.end.as_ref().map(clock).transpose()?,
    };
    let anchor = Anchor { start: date(&words.start_date)?, time: times.start, zone: &zone };
    let mut recurrence = Recurrence::new(said(&words.rrule, Rule::parse)?, anchor);
    recurrence.exdates = words.ex_dates.iter().map(date).collect::<Result<_>>()?;
    recurrence.rdates = words.r_dates.iter().map(date).collect::<Result<_>>()?;
    recurrence.since = words.since.as_ref().map(date).transpose()?;
    recurrence.until = words.until.as_ref().map(date).transpose()?;
    let types = words.types.into_iter().map(terms).collect();
    let template = Template::new(details(words.event)?, types, words.status);
    Ok(Stretch { plan: Plan { recurrence, times, zone }, template })
}

fn details(words: EventWords) -> Result<Details> {
    let currency = said(&words.currency, Currency::parse)?;
    Ok(Details {
        title: words.title,
        description: words.description,
        notes: words.notes,
        booking: words.booking,
        visibility: words.visibility,
        category: words.category,
        classifications: words.classifications,
        set_minutes: words.set_minutes,
        venue_id: words.venue_id,
        channel_id: words.channel_id,
        box_office_id: words.box_office_id,
        place: words.place,
        performers: words.performers,
        producer_name: words.producer_name,
        online_price: words.online_price,
        door_price: words.door_price,
        door_seller: words.door_seller,
        offers: words.offers,
        links: words.links,
        cover: words.cover,
        poster_url: words.poster_url,
        capacity: words.capacity,
        audience: words.audience,
        attendance: words.attendance,
        metadata: words.metadata,
        ..Template::blank(currency)
    })
}

fn terms(words: TypeWords) -> Terms {
    Terms {
        name: words.name,
        description: words.description,
        price: words.price,
        quantity: words.quantity,
        sale_starts_at: words.sale_starts_at.map(Timestamp::from_millis),
        sale_ends_at: words.sale_ends_at.map(Timestamp::from_millis),
        min_per_order: words.min_per_order,
        max_per_order: words.max_per_order,
        hidden: words.hidden,
    }
}
