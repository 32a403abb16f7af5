//! What follows from an event and is stored beside it: its terms for searching, and its date in the venue's zone.

use callboard_core::event::{Details, Event};
use callboard_core::ids::EventId;
use callboard_core::place::Venue;
use callboard_core::search::{self, Terms};
use uuid::Uuid;

use super::row::{VenueSlot, event_columns};
use super::{load, words};
use crate::error::Result;
use crate::sql::{Tx, params};

/// Events per step when a venue changes.
const STEP: i64 = 200;

/// The words under which an event is found: title, venue name and description, in this order of weight.
pub(super) fn terms(details: &Details, venue: Option<&Venue>) -> Terms {
    let venue_name = details.place.name.as_deref().or(venue.map(|v| v.details.name.as_str()));
    let texts = [details.title.as_deref(), venue_name, details.description.as_deref()];
    search::terms(texts.into_iter().flatten())
}

pub(super) fn slot(event: &Event, venue: Option<&Venue>) -> Option<VenueSlot> {
    venue.map(|venue| VenueSlot::of(&event.details.schedule, &venue.details.zone))
}

/// Brings all events of a venue whose zone or name has changed in line with it, some at a time.
pub(crate) async fn venue_changed(tx: &Tx<'_>, venue: &Venue) -> Result<()> {
    let organization_id = venue.organization_id;
    let mut after = EventId(Uuid::nil());
    loop {
        let events = load::all(
            tx,
            tx.now(),
            concat!(
                "SELECT ",
                event_columns!(),
                " FROM event e WHERE e.organization_id = $1 AND e.venue_id = $2 AND e.id > $3 ORDER BY e.id LIMIT $4"
            ),
            params![organization_id, venue.id, after, STEP],
        )
        .await?;
        for event in &events {
            let slot = VenueSlot::of(&event.details.schedule, &venue.details.zone);
            tx.exec(
                "UPDATE event SET venue_date = $3, venue_start = $4 WHERE organization_id = $1 AND id = $2",
                params![organization_id, event.id, &slot.date, &slot.start],
            )
            .await?;
            // A deleted event has given its terms up; its place in H's order stays right for cursors.
            if event.deleted_at.is_none() {
                words::save(tx, event, &terms(&event.details, Some(venue))).await?;
            }
        }
        match events.last() {
            Some(last) => after = last.id,
            None => return Ok(()),
        }
    }
}
