//! How the rows of an event and of its ticket types are written.

use callboard_core::event::{Attendance, Event, Lifecycle, schedule::Moment};
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::ticket::TicketType;

use super::row::{VenueSlot, text_of};
use super::totals;
use crate::error::Result;
use crate::sales::stock;
use crate::sql::{Later, Param, Tx, params};

/// The row of a new event, but for [`number`].
pub(super) fn new_event(event: &Event, slot: Option<&VenueSlot>) -> Result<Later> {
    row_of(event, slot, INSERT, &[Param::Null])
}

/// Says what a new event's row lacks: its number, and the segment of its terms.
pub(super) fn number(row: &mut Later, number: i64, segment: Option<i64>) {
    row.set(NUMBER, Some(number));
    row.set(SEGMENT, segment);
}

/// Changes an event's row. Its ticket types are rows of their own.
pub(super) async fn save(tx: &Tx<'_>, event: &Event, slot: Option<&VenueSlot>) -> Result<u64> {
    let row = row_of(event, slot, UPDATE, &[])?;
    totals::note(tx, event, false).await?;
    tx.hold(event.organization_id).await?;
    let values: Vec<Param<'_>> = row.params().collect();
    tx.exec(UPDATE, &values).await
}

/// A statement with the columns of an event, and with more.
fn row_of(event: &Event, slot: Option<&VenueSlot>, sql: &'static str, more: &[Param<'_>]) -> Result<Later> {
    let d = &event.details;
    let wall = |moment: Option<Moment>| moment.map(|m| m.wall.to_string());
    let (doors_wall, starts_wall, ends_wall) =
        (wall(d.schedule.doors), wall(d.schedule.start), wall(d.schedule.end));
    let (classifications, place, performers) =
        (text_of(&d.classifications)?, text_of(&d.place)?, text_of(&d.performers)?);
    let (offers, links, metadata) = (text_of(&d.offers)?, text_of(&d.links)?, text_of(&d.metadata)?);
    let show_date = d.schedule.show_date.to_string();
    let at = |moment: Option<Moment>| moment.map(|m| m.at);
    let values: &[Param<'_>] = params![
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
    Ok(Later::new(sql, &[values, more].concat()))
}

/// Where the two stand among the parameters of [`INSERT`], from 0 on.
const NUMBER: usize = 2;
const SEGMENT: usize = 52;

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

/// The rows of a new ticket type at a place in its event's order: the beginning of its ledger, and its own.
pub(super) fn new_type(
    organization_id: OrganizationId,
    event: EventId,
    made: &TicketType,
    position: i64,
) -> Result<[Later; 2]> {
    let terms = &made.terms;
    let (opening, head) = stock::opening(organization_id, made)?;
    let row = Later::new(
        "INSERT INTO ticket_type (organization_id, event_id, id, position, name, description, price_minor, quantity, sold,
         held, sale_starts_at, sale_ends_at, min_per_order, max_per_order, hidden, created_at, updated_at,
         ledger_seq, ledger_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            organization_id, event, made.id, position, &terms.name, &terms.description, terms.price,
            terms.quantity, terms.sale_starts_at, terms.sale_ends_at, terms.min_per_order, terms.max_per_order,
            terms.hidden, made.created_at, made.updated_at, head.seq, &head.hash
        ],
    );
    Ok([opening, row])
}

/// Inserts a ticket type at a place in its event's order, and begins its ledger.
pub(super) async fn insert_type(tx: &Tx<'_>, event: &Event, made: &TicketType, position: i64) -> Result<()> {
    let [opening, row] = new_type(event.organization_id, event.id, made, position)?;
    tx.write(opening).await?;
    tx.write(row).await
}
