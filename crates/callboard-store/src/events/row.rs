//! Rows of `event` and `ticket_type`, and the values that they hold.

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

use super::totals;
use crate::error::{Error, Result};
use crate::sales::stock;
use crate::sql::{Param, Row, Tx, params};

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
/// The columns of a ticket type `t`, in the order that [`ticket_type`] reads them. `$1` is now: a hold that ran out is
/// free stock from that instant on, whether or not a command has given it back yet.
macro_rules! type_columns {
    () => {
        "t.id, t.name, t.description, t.price_minor, t.quantity, t.sold, \
         CASE WHEN t.held = 0 THEN 0 ELSE t.held - coalesce((SELECT CAST(sum(x.quantity) AS BIGINT) FROM hold_item x \
         WHERE x.organization_id = t.organization_id AND x.ticket_type_id = t.id AND x.ended_at IS NULL \
         AND x.expires_at <= $1), 0) END, t.sale_starts_at, t.sale_ends_at, \
         t.min_per_order, t.max_per_order, t.hidden, t.created_at, t.updated_at, \
         CASE WHEN t.held = 0 THEN NULL ELSE (SELECT min(x.expires_at) FROM hold_item x \
         WHERE x.organization_id = t.organization_id AND x.ticket_type_id = t.id AND x.ended_at IS NULL \
         AND x.expires_at > $1) END"
    };
}
pub(super) use {event_columns, type_columns};

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
            sale_starts_at: row.get(7)?,
            sale_ends_at: row.get(8)?,
            min_per_order: row.get(9)?,
            max_per_order: row.get(10)?,
            hidden: row.get(11)?,
        },
        sold: row.get(5)?,
        held: row.get(6)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
        held_until: row.get(14)?,
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

fn text_of(value: &impl Serialize) -> Result<String> {
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

/// How an event's row is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum As {
    /// With the segment of its terms.
    New(Option<i64>),
    Changed,
}

/// Inserts or replaces an event's row. Its ticket types are rows of their own.
pub(super) async fn save(tx: &Tx<'_>, event: &Event, slot: Option<&VenueSlot>, how: As) -> Result<u64> {
    let d = &event.details;
    let wall = |moment: Option<Moment>| moment.map(|m| m.wall.to_string());
    let (doors_wall, starts_wall, ends_wall) =
        (wall(d.schedule.doors), wall(d.schedule.start), wall(d.schedule.end));
    let (classifications, place, performers) =
        (text_of(&d.classifications)?, text_of(&d.place)?, text_of(&d.performers)?);
    let (offers, links, metadata) = (text_of(&d.offers)?, text_of(&d.links)?, text_of(&d.metadata)?);
    let show_date = d.schedule.show_date.to_string();
    let at = |moment: Option<Moment>| moment.map(|m| m.at);
    let values = params![
        event.organization_id,
        event.id,
        event.number,
        event.lifecycle.as_str(),
        event.before_archive.map(Lifecycle::as_str),
        &d.title,
        d.slug.as_str(),
        &d.description,
        &d.notes,
        d.booking.as_str(),
        d.visibility.as_str(),
        d.category.as_str(),
        &classifications,
        d.schedule.zone.name(),
        d.schedule.basis.as_str(),
        &show_date,
        at(d.schedule.doors),
        at(d.schedule.start),
        at(d.schedule.end),
        &doors_wall,
        &starts_wall,
        &ends_wall,
        d.schedule.effective_start(),
        d.schedule.over_at(),
        slot.map(|s| s.date.as_str()),
        slot.map(|s| s.start.as_str()),
        d.set_minutes,
        d.venue_id,
        d.channel_id,
        d.box_office_id,
        event.series_id,
        &place,
        &performers,
        &d.producer_name,
        d.online_price,
        d.door_price,
        &d.door_seller,
        &offers,
        &links,
        d.cover,
        &d.poster_url,
        d.currency.as_str(),
        d.capacity,
        &d.audience,
        d.attendance.map(Attendance::as_str),
        d.external.as_ref().map(|e| e.source.as_str()),
        d.external.as_ref().map(|e| e.id.as_str()),
        &metadata,
        event.version,
        event.created_at,
        event.updated_at,
        event.deleted_at
    ];
    totals::note(tx, event, matches!(how, As::New(_))).await?;
    if let As::New(segment) = how {
        let whole: Vec<Param<'_>> = values.iter().copied().chain([segment.into()]).collect();
        return tx.insert(INSERT, &whole).await.map(|()| 1);
    }
    tx.hold(event.organization_id).await?;
    tx.exec(UPDATE, values).await
}

const INSERT: &str = "INSERT INTO event (organization_id, id, number, lifecycle, before_archive, title, slug, description, notes,
 booking, visibility, category, classifications, timezone, time_basis, show_date, doors_at, starts_at, ends_at,
 doors_wall, starts_wall, ends_wall, effective_start, over_at, venue_date, venue_start, set_minutes, venue_id,
 channel_id, box_office_id, series_id, place, performers, producer_name, online_price, door_price, door_seller,
 offers, links, cover, poster_url, currency, capacity, audience, attendance, external_source, external_id, metadata,
 version, created_at, updated_at, deleted_at, search_segment)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
 $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46,
 $47, $48, $49, $50, $51, $52, $53)";

/// Guarded by the version that was read: a concurrent change makes it touch no row.
const UPDATE: &str = "UPDATE event SET number = $3, lifecycle = $4, before_archive = $5, title = $6, slug = $7,
 description = $8, notes = $9, booking = $10, visibility = $11, category = $12, classifications = $13, timezone = $14,
 time_basis = $15, show_date = $16, doors_at = $17, starts_at = $18, ends_at = $19, doors_wall = $20,
 starts_wall = $21, ends_wall = $22, effective_start = $23, over_at = $24, venue_date = $25, venue_start = $26,
 set_minutes = $27, venue_id = $28, channel_id = $29, box_office_id = $30, series_id = $31, place = $32,
 performers = $33, producer_name = $34, online_price = $35, door_price = $36, door_seller = $37, offers = $38,
 links = $39, cover = $40, poster_url = $41, currency = $42, capacity = $43, audience = $44, attendance = $45,
 external_source = $46, external_id = $47, metadata = $48, version = $49, created_at = $50, updated_at = $51,
 deleted_at = $52
 WHERE organization_id = $1 AND id = $2 AND version = $49 - 1";

/// Inserts a ticket type at a place in its event's order, and begins its ledger.
pub(super) async fn insert_type(tx: &Tx<'_>, event: &Event, made: &TicketType, position: i64) -> Result<()> {
    let terms = &made.terms;
    let head = stock::open(tx, event.organization_id, made).await?;
    tx.insert(
        "INSERT INTO ticket_type (organization_id, event_id, id, position, name, description, price_minor, quantity, sold,
         held, sale_starts_at, sale_ends_at, min_per_order, max_per_order, hidden, created_at, updated_at,
         ledger_seq, ledger_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            event.organization_id, event.id, made.id, position, &terms.name, &terms.description, terms.price,
            terms.quantity, terms.sale_starts_at, terms.sale_ends_at, terms.min_per_order, terms.max_per_order,
            terms.hidden, made.created_at, made.updated_at, head.seq, &head.hash
        ],
    )
    .await?;
    Ok(())
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
