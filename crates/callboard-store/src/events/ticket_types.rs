//! Ticket types one by one. A change of one is a change of its event.

use std::sync::Arc;

use callboard_core::event::{Event, TICKET_TYPES_MAX};
use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::inventory::Move;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::series::Tie;
use callboard_core::ticket::{Terms, TermsPatch};
use callboard_core::time::Timestamp;

use super::find::{self, EventRef};
use super::sketch::new_type;
use super::source::Source;
use super::{columns, occurrence, transition};
use crate::error::Result;
use crate::places::{expect_changed, expect_version};
use crate::sales::stock::{self, Shelf};
use crate::sql::{Command, Tx, params};
use crate::stamp::Depends;
use crate::store::{Store, Subject};
use crate::tenant::Tenant;

/// Adds a ticket type to an event; answers the event and the new type's id.
#[derive(Debug, Clone)]
pub struct AddTicketType {
    pub tenant: Tenant,
    pub event: EventRef,
    pub terms: Terms,
    pub if_match: Option<i64>,
}

/// Changes a ticket type's terms.
#[derive(Debug, Clone)]
pub struct ReviseTicketType {
    pub tenant: Tenant,
    pub id: TicketTypeId,
    pub patch: TermsPatch,
    pub if_match: Option<i64>,
}

/// Takes a ticket type away, if none of it is sold or held.
#[derive(Debug, Clone)]
pub struct RemoveTicketType {
    pub tenant: Tenant,
    pub id: TicketTypeId,
    pub if_match: Option<i64>,
}

impl Store {
    /// The event that has this ticket type, within the tenant's reach.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_event_of_type(
        &self,
        tenant: &Tenant,
        id: TicketTypeId,
        now: Timestamp,
    ) -> Result<Option<Arc<Event>>> {
        let read = self.read().await?;
        let source = self.source(&read, Some(tenant), Depends::OnStock, now).await?;
        event_of(&source, tenant, id).await
    }
}

async fn event_of(source: &Source<'_>, tenant: &Tenant, id: TicketTypeId) -> Result<Option<Arc<Event>>> {
    let sql =
        "SELECT event_id FROM ticket_type WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
    let event = source.conn().one(sql, params![tenant.organization_id(), id], |row| row.get(0)).await?;
    match event {
        Some(event) => find::find_in(source, tenant, &EventRef::Id(event)).await,
        None => Ok(None),
    }
}

impl Command for AddTicketType {
    type Out = (Event, TicketTypeId);

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<(Event, TicketTypeId)> {
        let found = find::find(tx, &self.tenant, &self.event, tx.now()).await?;
        let mut event = found.ok_or(Rejection::NotFound(Thing::Event))?;
        expect_version(self.if_match, event.version)?;
        self.terms.check()?;
        if event.ticket_types.len() >= TICKET_TYPES_MAX {
            return Err(Rejection::TooManyTicketTypes { limit: TICKET_TYPES_MAX }.into());
        }
        let made = new_type(tx.maker(), &self.terms);
        let id = made.id;
        columns::insert_type(tx, &event, &made, next_position(tx, &event).await?).await?;
        event.ticket_types.push(made);
        event_updated(tx, &self.tenant, &mut event).await?;
        Ok((event, id))
    }
}

impl Command for ReviseTicketType {
    type Out = Event;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Event> {
        let (mut event, shelf) = taken(tx, &self.tenant, self.id).await?;
        expect_version(self.if_match, event.version)?;
        let (organization_id, event_id) = (event.organization_id, event.id);
        let kept = event.ticket_types.iter_mut().find(|t| t.id == self.id);
        let kept = kept.ok_or(Rejection::NotFound(Thing::TicketType))?;
        let terms = kept.revise(self.patch.clone())?;
        if terms == kept.terms {
            return Ok(event);
        }
        if terms.quantity != kept.terms.quantity {
            shelf.act(tx, Move::Resize { quantity: terms.quantity }, None)?;
            shelf.put_back(tx).await?;
        }
        update_row(tx, organization_id, event_id, self.id, &terms).await?;
        (kept.terms, kept.updated_at) = (terms, tx.now());
        event_updated(tx, &self.tenant, &mut event).await?;
        Ok(event)
    }
}

impl Command for RemoveTicketType {
    type Out = Event;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Event> {
        let (mut event, shelf) = taken(tx, &self.tenant, self.id).await?;
        expect_version(self.if_match, event.version)?;
        let at = event.ticket_types.iter().position(|t| t.id == self.id);
        let at = at.ok_or(Rejection::NotFound(Thing::TicketType))?;
        event.ticket_types.remove(at).decide_removal()?;
        delete_row(tx, &shelf).await?;
        event_updated(tx, &self.tenant, &mut event).await?;
        Ok(event)
    }
}

/// A ticket type's stock, taken, and its event as it is then.
async fn taken(tx: &Tx<'_>, tenant: &Tenant, id: TicketTypeId) -> Result<(Event, Shelf)> {
    let not_found = || Rejection::NotFound(Thing::TicketType);
    let shelves = stock::take(tx, tenant.organization_id(), [id]).await?;
    let shelf = shelves.into_iter().next().ok_or_else(not_found)?;
    let event = event_of(&Source::rows(tx, tx.now()), tenant, id).await?.ok_or_else(not_found)?;
    Ok((Arc::unwrap_or_clone(event), shelf))
}

async fn event_updated(tx: &Tx<'_>, tenant: &Tenant, event: &mut Event) -> Result<()> {
    transition::save(tx, event).await?;
    occurrence::mark(tx, event, Tie::Detached).await?;
    let data = tx.project(Subject::Event(event));
    tx.changed(event.organization_id, "event.updated", "event", event.id.0, Some(data));
    tx.audit_as(event.organization_id, tenant.actor(), "event.updated", "event", event.id.0).await
}

/// All but the quantity, which is stock and moves with it.
pub(super) async fn update_row(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    event_id: EventId,
    id: TicketTypeId,
    terms: &Terms,
) -> Result<()> {
    let changed = tx
        .exec(
            "UPDATE ticket_type SET name = $4, description = $5, price_minor = $6, sale_starts_at = $7,
             sale_ends_at = $8, min_per_order = $9, max_per_order = $10, hidden = $11, updated_at = $12
             WHERE organization_id = $1 AND event_id = $2 AND id = $3 AND deleted_at IS NULL",
            params![
                organization_id,
                event_id,
                id,
                &terms.name,
                &terms.description,
                terms.price,
                terms.sale_starts_at,
                terms.sale_ends_at,
                terms.min_per_order,
                terms.max_per_order,
                terms.hidden,
                tx.now()
            ],
        )
        .await?;
    expect_changed(changed)
}

/// Softly, and only while nothing of it is sold or held.
pub(super) async fn delete_row(tx: &Tx<'_>, shelf: &Shelf) -> Result<()> {
    shelf.act(tx, Move::Remove, None)?;
    shelf.put_back(tx).await?;
    let changed = tx
        .exec(
            "UPDATE ticket_type SET deleted_at = $4 WHERE organization_id = $1 AND event_id = $2 AND id = $3
             AND deleted_at IS NULL AND sold = 0 AND held = 0",
            params![shelf.organization_id, shelf.event_id, shelf.id(), tx.now()],
        )
        .await?;
    expect_changed(changed)
}

pub(super) async fn next_position(tx: &Tx<'_>, event: &Event) -> Result<i64> {
    let last = tx
        .one(
            "SELECT coalesce(max(position), 0) FROM ticket_type WHERE organization_id = $1 AND event_id = $2",
            params![event.organization_id, event.id],
            |row| row.get::<i64>(0),
        )
        .await?;
    Ok(last.unwrap_or(0).saturating_add(1))
}
