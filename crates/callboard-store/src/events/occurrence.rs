//! The events of a series: made, brought up to date, removed, and marked when somebody changes one alone.

use callboard_core::event::schedule::Schedule;
use callboard_core::event::{Details, Event};
use callboard_core::ids::{EventId, OrganizationId, SeriesId};
use callboard_core::inventory::Move;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::series::{Template, Tie};
use callboard_core::ticket::Terms;

use super::create::{Birth, free_slug, insert};
use super::put::whole;
use super::sketch::new_type;
use super::ticket_types::{delete_row, next_position, update_row};
use super::{columns, derived, find, load, transition, words};
use crate::error::Result;
use crate::places::expect_changed;
use crate::sales::stock;
use crate::sql::{Tx, params};
use crate::store::Subject;
use crate::tenant::Tenant;
use crate::venues;

/// Makes the event of a date.
pub(crate) async fn bear(
    tx: &Tx<'_>,
    tenant: &Tenant,
    series: SeriesId,
    template: &Template,
    schedule: Schedule,
) -> Result<Event> {
    let organization_id = tenant.organization_id();
    let details = template.born(schedule);
    let slug = free_slug(tx, organization_id, details.box_office_id, details.slug.clone()).await?;
    let details = Details { slug, ..details };
    // The template's places were checked when it was said; one that was deleted since is kept, as events keep it.
    let venue = match details.venue_id {
        Some(id) => venues::find_any(tx, organization_id, id).await?,
        None => None,
    };
    let (id, lifecycle) = (tx.mint(), template.status);
    let birth = Birth { id, organization_id, details, lifecycle, series_id: Some(series) };
    insert(tx, tenant, birth, &template.types, venue.as_ref()).await
}

/// An occurrence that the caller may change.
///
/// # Errors
/// [`Rejection::OutOfReach`] where a narrowed caller does not reach it: it was moved to another place alone.
pub(crate) async fn load(tx: &Tx<'_>, tenant: &Tenant, id: EventId) -> Result<Event> {
    let found = load::load(tx, tenant.organization_id(), id, tx.now()).await?;
    let event = found.ok_or(Rejection::NotFound(Thing::Event))?;
    if find::reaches(tenant, &event) { Ok(event) } else { Err(Rejection::OutOfReach.into()) }
}

/// Brings an occurrence up to date with what its series says now; `before` is what it was made from.
///
/// # Errors
/// [`Rejection::TypeHasSales`] and the like for ticket types that cannot change or go.
pub(crate) async fn reword(
    tx: &Tx<'_>,
    tenant: &Tenant,
    mut event: Event,
    schedule: Option<Schedule>,
    (before, after): (&Template, &Template),
) -> Result<Event> {
    let organization_id = event.organization_id;
    reword_types(tx, &mut event, &before.types, &after.types).await?;
    event.details = after.reworded(&event.details, schedule);
    let venue = match event.details.venue_id {
        Some(id) => venues::find_any(tx, organization_id, id).await?,
        None => None,
    };
    event.version = event.version.saturating_add(1);
    event.updated_at = tx.now();
    expect_changed(columns::save(tx, &event, derived::slot(&event, venue.as_ref()).as_ref()).await?)?;
    words::save(tx, &event, &derived::terms(&event.details, venue.as_ref())).await?;
    let data = tx.project(Subject::Event(&event));
    tx.changed(organization_id, "event.updated", "event", event.id.0, Some(data));
    tx.audit_as(organization_id, tenant.actor(), "event.updated", "event", event.id.0).await?;
    Ok(event)
}

/// Deletes an occurrence whose stock was taken and of which nothing is sold or held.
pub(crate) async fn remove(tx: &Tx<'_>, tenant: &Tenant, mut event: Event) -> Result<()> {
    transition::remove(tx, tenant, &mut event).await
}

/// Ticket types are known by their names: what the series says differently now changes, the rest stays.
async fn reword_types(tx: &Tx<'_>, event: &mut Event, before: &[Terms], after: &[Terms]) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let shelves = stock::take_all(tx, event.organization_id, event.id).await?;
    let fresh = load::load(tx, event.organization_id, event.id, tx.now()).await?;
    event.ticket_types = fresh.map(|fresh| fresh.ticket_types).unwrap_or_default();
    let is_gone = |name: &str| {
        before.iter().any(|terms| terms.name == name) && !after.iter().any(|terms| terms.name == name)
    };
    for kind in event.ticket_types.extract_if(.., |kind| is_gone(&kind.terms.name)) {
        kind.decide_removal()?;
        if let Some(shelf) = shelves.iter().find(|shelf| shelf.id() == kind.id) {
            delete_row(tx, shelf).await?;
        }
    }
    for terms in after {
        let Some(kind) = event.ticket_types.iter_mut().find(|kind| kind.terms.name == terms.name) else {
            let (made, position) = (new_type(tx.maker(), terms), next_position(tx, event).await?);
            columns::insert_type(tx, event, &made, position).await?;
            event.ticket_types.push(made);
            continue;
        };
        let terms = kind.revise(whole(terms))?;
        if terms == kind.terms {
            continue;
        }
        if terms.quantity != kind.terms.quantity
            && let Some(shelf) = shelves.iter().find(|shelf| shelf.id() == kind.id)
        {
            shelf.act(tx, Move::Resize { quantity: terms.quantity }, None)?;
            shelf.put_back(tx).await?;
        }
        update_row(tx, event.organization_id, event.id, kind.id, &terms).await?;
        (kind.terms, kind.updated_at) = (terms, tx.now());
    }
    Ok(())
}

/// Notes what became of an occurrence alone; an event of no series has no row. What was removed stays so.
pub(crate) async fn mark(tx: &Tx<'_>, event: &Event, tie: Tie) -> Result<()> {
    if event.series_id.is_none() {
        return Ok(());
    }
    tx.exec(
        "UPDATE series_occurrence SET tie = $3 WHERE organization_id = $1 AND event_id = $2 AND tie <> 'removed'",
        params![event.organization_id, event.id, tie.as_str()],
    )
    .await?;
    Ok(())
}

/// Takes the stock of events, in the order of their ids, so that nothing of them is sold until this transaction ends.
pub(crate) async fn hold_still(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    events: impl IntoIterator<Item = EventId>,
) -> Result<()> {
    let mut events: Vec<EventId> = events.into_iter().collect();
    events.sort_unstable();
    for event in events {
        stock::take_all(tx, organization_id, event).await?;
    }
    Ok(())
}
