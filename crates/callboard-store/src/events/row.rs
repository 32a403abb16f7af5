//! Rows of `event` and `ticket_type` as they are read, and the values that they hold.

use callboard_core::event::{
    Attendance, Booking, Category, Details, Event, External, Lifecycle, Schedule, TimeBasis, Visibility,
    schedule::Moment,
};
use callboard_core::money::Currency;
use callboard_core::slug::Slug;
use callboard_core::ticket::{Terms, TicketType};
use callboard_core::time::{ClockTime, ShowDate, Timestamp, Zone, parse_wall};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::sql::Row;

/// The columns of an event `e`, in the order that [`event`] reads them.
macro_rules! event_columns {
    () => {
        "e.organization_id, e.id, e.number, e.lifecycle, e.before_archive, e.title, e.slug, e.description, e.notes, \
         e.booking, e.visibility, e.category, e.classifications, e.timezone, e.time_basis, e.show_date, e.doors_at, \
         e.starts_at, e.ends_at, e.doors_wall, e.starts_wall, e.ends_wall, e.set_minutes, e.venue_id, e.channel_id, \
         e.box_office_id, e.series_id, e.place, e.performers, e.producer_name, e.online_price, e.door_price, \
         e.door_seller, e.offers, e.links, e.cover, e.poster_url, e.currency, e.capacity, e.audience, e.attendance, \
         e.external_source, e.external_id, e.metadata, e.version, e.created_at, e.updated_at, e.deleted_at"
    };
}
/// How many of a ticket type `t` are held and until when the first of them is. `$1` is now: a hold that ran out is
/// free stock from that instant on, whether or not a command has given it back yet.
macro_rules! held_columns {
    () => {
        "CASE WHEN t.held = 0 THEN 0 ELSE t.held - coalesce((SELECT CAST(sum(x.quantity) AS BIGINT) FROM hold_item x \
         WHERE x.organization_id = t.organization_id AND x.ticket_type_id = t.id AND x.ended_at IS NULL \
         AND x.expires_at <= $1), 0) END, \
         CASE WHEN t.held = 0 THEN NULL ELSE (SELECT min(x.expires_at) FROM hold_item x \
         WHERE x.organization_id = t.organization_id AND x.ticket_type_id = t.id AND x.ended_at IS NULL \
         AND x.expires_at > $1) END"
    };
}
/// The columns of a ticket type `t`, in the order that [`ticket_type`] reads them; `$1` is now.
macro_rules! type_columns {
    () => {
        concat!(
            "t.id, t.name, t.description, t.price_minor, t.quantity, t.sold, ",
            super::row::held_columns!(),
            ", t.sale_starts_at, t.sale_ends_at, \
             t.min_per_order, t.max_per_order, t.hidden, t.created_at, t.updated_at"
        )
    };
}
pub(super) use {event_columns, held_columns, type_columns};

/// How many columns a ticket type has.
pub(super) const TYPE_COLUMNS: usize = 15;

/// An event without its ticket types.
pub(super) fn event(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        organization_id: row.get(0)?,
        id: row.get(1)?,
        number: row.get(2)?,
        lifecycle: word(row, 3, Lifecycle::parse)?,
        before_archive: row.text_or_null(4)?.and_then(Lifecycle::parse),
        details: details(row)?,
        series_id: row.get(26)?,
        ticket_types: Vec::new(),
        version: row.get(44)?,
        created_at: row.get(45)?,
        updated_at: row.get(46)?,
        deleted_at: row.get(47)?,
    })
}

fn details(row: &Row<'_>) -> Result<Details> {
    let external = match (row.get::<Option<String>>(41)?, row.get::<Option<String>>(42)?) {
        (Some(source), Some(id)) => Some(External { source, id }),
        (_, _) => None,
    };
    Ok(Details {
        title: row.get(5)?,
        slug: parsed(row, 6, |text| Slug::parse(text).ok())?,
        description: row.get(7)?,
        notes: row.get(8)?,
        booking: word(row, 9, Booking::parse)?,
        visibility: word(row, 10, Visibility::parse)?,
        category: word(row, 11, Category::parse)?,
        classifications: json(row, 12, "[]")?,
        schedule: schedule(row)?,
        set_minutes: row.get(22)?,
        venue_id: row.get(23)?,
        channel_id: row.get(24)?,
        box_office_id: row.get(25)?,
        place: json(row, 27, NO_PLACE)?,
        performers: json(row, 28, "[]")?,
        producer_name: row.get(29)?,
        online_price: row.get(30)?,
        door_price: row.get(31)?,
        door_seller: row.get(32)?,
        offers: json(row, 33, "[]")?,
        links: json(row, 34, NO_LINKS)?,
        cover: row.get(35)?,
        poster_url: row.get(36)?,
        currency: parsed(row, 37, |text| Currency::parse(text).ok())?,
        capacity: row.get(38)?,
        audience: row.get(39)?,
        attendance: row.text_or_null(40)?.and_then(Attendance::parse),
        external,
        metadata: json(row, 43, "{}")?,
    })
}

fn schedule(row: &Row<'_>) -> Result<Schedule> {
    let zone = parsed(row, 13, |name| Zone::parse(name).ok())?;
    let moment = |at: usize, wall: usize| -> Result<Option<Moment>> {
        let Some(instant) = row.get::<Option<Timestamp>>(at)? else { return Ok(None) };
        let said = row.text_or_null(wall)?.and_then(|text| parse_wall(text).ok());
        Ok(Some(Moment { at: instant, wall: said.unwrap_or_else(|| instant.wall(&zone)) }))
    };
    Ok(Schedule {
        basis: word(row, 14, TimeBasis::parse)?,
        show_date: parsed(row, 15, |text| ShowDate::parse(text).ok())?,
        doors: moment(16, 19)?,
        start: moment(17, 20)?,
        end: moment(18, 21)?,
        zone,
    })
}

/// A ticket type by its columns.
pub(super) fn ticket_type(row: &Row<'_>) -> Result<TicketType> {
    Ok(TicketType {
        id: row.get(0)?,
        terms: Terms {
            name: row.get(1)?,
            description: row.get(2)?,
            price: row.get(3)?,
            quantity: row.get(4)?,
            sale_starts_at: row.get(8)?,
            sale_ends_at: row.get(9)?,
            min_per_order: row.get(10)?,
            max_per_order: row.get(11)?,
            hidden: row.get(12)?,
        },
        sold: row.get(5)?,
        held: row.get(6)?,
        held_until: row.get(7)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
    })
}

fn word<T>(row: &Row<'_>, index: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parsed(row, index, parse)
}

fn parsed<T>(row: &Row<'_>, index: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    let text = row.text(index)?;
    parse(text).ok_or_else(|| Error::corrupt("event", &format!("column {index}"), text))
}

/// How a place and links of which nothing is said are stored.
const NO_PLACE: &str = r#"{"name":null,"address":null,"city":null,"region":null,"country":null,"placeId":null,"latitude":null,"longitude":null}"#;
const NO_LINKS: &str = r#"{"ticketing":null,"facebookEvent":null,"website":null}"#;

/// A JSON column; the text of its default, which most rows hold, is not parsed.
fn json<T: DeserializeOwned + Default>(row: &Row<'_>, index: usize, default: &str) -> Result<T> {
    let text = row.text(index)?;
    if text == default {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|e| Error::corrupt("event", &format!("column {index}"), e))
}

pub(super) fn text_of(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Driver(e.to_string()))
}

/// What a venue's calendar shows: its own date and start; `~` sorts a missing start last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VenueSlot {
    pub date: String,
    pub start: String,
}

impl VenueSlot {
    pub(super) fn of(schedule: &Schedule, venue_zone: &Zone) -> VenueSlot {
        let (date, start) = schedule.seen_in(venue_zone);
        VenueSlot {
            date: date.to_string(),
            start: start.map_or_else(|| "~".to_owned(), |s: ClockTime| s.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use callboard_core::event::{Links, Place};

    #[test]
    fn what_is_not_parsed_is_what_the_defaults_are_written_as() {
        assert_eq!(text_of(&Place::default()).unwrap(), NO_PLACE);
        assert_eq!(text_of(&Links::default()).unwrap(), NO_LINKS);
    }
}
