//! What follows from an event and is stored beside it: search terms, and its date in the venue's zone.

use std::collections::BTreeSet;

use callboard_core::event::{Details, Event};
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::place::Venue;
use callboard_core::search;
use uuid::Uuid;

use super::load;
use super::row::{VenueSlot, event_columns};
use crate::error::Result;
use crate::sql::{Tx, params};

/// Events per step when a venue changes.
const STEP: i64 = 200;

/// The words under which an event is found: title, venue name and description, in this order of weight.
pub(super) fn terms(details: &Details, venue: Option<&Venue>) -> BTreeSet<String> {
    let venue_name = details.place.name.as_deref().or(venue.map(|v| v.details.name.as_str()));
    let texts = [details.title.as_deref(), venue_name, details.description.as_deref()];
    search::terms(texts.into_iter().flatten())
}

/// Brings the stored terms in line with what they should be.
pub(super) async fn save_terms(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: EventId,
    wanted: &BTreeSet<String>,
) -> Result<()> {
    let held: BTreeSet<String> = tx
        .rows(
            "SELECT term FROM search_term WHERE organization_id = $1 AND event_id = $2",
            params![organization_id, id],
            |row| row.get(0),
        )
        .await?
        .into_iter()
        .collect();
    for gone in held.difference(wanted) {
        let sql = "DELETE FROM search_term WHERE organization_id = $1 AND term = $2 AND event_id = $3";
        tx.exec(sql, params![organization_id, gone, id]).await?;
    }
    insert_terms(tx, organization_id, id, wanted.difference(&held)).await
}

/// Stores terms that an event has not yet.
pub(super) async fn insert_terms<'a>(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: EventId,
    terms: impl IntoIterator<Item = &'a String>,
) -> Result<()> {
    for term in terms {
        let sql = "INSERT INTO search_term (organization_id, term, event_id) VALUES ($1, $2, $3)";
        tx.insert(sql, params![organization_id, term, id]).await?;
    }
    Ok(())
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
                save_terms(tx, organization_id, event.id, &terms(&event.details, Some(venue))).await?;
            }
        }
        match events.last() {
            Some(last) => after = last.id,
            None => return Ok(()),
        }
    }
}
