//! Changing an event: its details, one ticket type more or fewer, published or not (P).

use callboard_core::event::transition::Standing;
use callboard_core::event::{Event, EventPatch, Lifecycle, TICKET_TYPES_MAX, Transition};
use callboard_core::ids::{OrganizationId, TicketTypeId};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::series::Tie;
use callboard_core::ticket::Terms;

use super::create::Written;
use super::find::{self, EventRef};
use super::sketch::new_type;
use super::ticket_types::{self, next_position};
use super::{columns, derived, occurrence, refs, transition, words};
use crate::error::Result;
use crate::places::{expect_changed, expect_version};
use crate::sales::stock;
use crate::sql::{Command, Tx};
use crate::store::Subject;
use crate::tenant::Tenant;

/// Changes an event in one step: removal, then addition, then the details; all or nothing.
/// What changes nothing bumps no version and leaves no trace.
#[derive(Debug, Clone)]
pub struct ReviseEvent {
    pub tenant: Tenant,
    pub event: EventRef,
    pub patch: EventPatch,
    pub if_match: Option<i64>,
    pub remove_ticket_type: Option<TicketTypeId>,
    pub add_ticket_type: Option<Terms>,
    /// P's `status`: draft or published.
    pub set_status: Option<Lifecycle>,
}

impl Command for ReviseEvent {
    type Out = Written;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Written> {
        // The type that goes is taken first, so that nobody sells of it meanwhile.
        let organization_id = self.tenant.organization_id();
        let leaving = stock::take(tx, organization_id, self.remove_ticket_type).await?.into_iter().next();
        let found = find::find(tx, &self.tenant, &self.event, tx.now()).await?;
        let before = found.ok_or(Rejection::NotFound(Thing::Event))?;
        expect_version(self.if_match, before.version)?;
        let mut patch = self.patch.clone();
        refs::bind(&self.tenant, &mut patch, false)?;
        let (details, warnings) = patch.apply(&before.details)?;
        let organization_id = before.organization_id;
        let venue =
            refs::check(tx, &self.tenant, organization_id, before.id, Some(&before.details), &details)
                .await?;
        let mut after = Event { details, ..before.clone() };
        self.decide_types(&mut after)?;
        let step = self.decide_status(&mut after)?;
        if after == before && self.add_ticket_type.is_none() {
            return Ok(Written { event: before, warnings });
        }
        if let Some(shelf) = &leaving {
            ticket_types::delete_row(tx, shelf).await?;
        }
        if let Some(terms) = &self.add_ticket_type {
            let made = new_type(tx.maker(), terms);
            columns::insert_type(tx, &after, &made, next_position(tx, &after).await?).await?;
            after.ticket_types.push(made);
        }
        if after.details != before.details || after.ticket_types != before.ticket_types {
            occurrence::mark(tx, &after, Tie::Detached).await?;
        }
        after.version = before.version.saturating_add(1);
        after.updated_at = tx.now();
        expect_changed(columns::save(tx, &after, derived::slot(&after, venue.as_deref()).as_ref()).await?)?;
        words::save(tx, &after, &derived::terms(&after.details, venue.as_deref())).await?;
        let kind = step.map_or("event.updated", transition::kind);
        tx.changed(organization_id, kind, "event", after.id.0, Some(tx.project(Subject::Event(&after))));
        tx.audit_as(organization_id, self.tenant.actor(), kind, "event", after.id.0).await?;
        Ok(Written { event: after, warnings })
    }
}

impl ReviseEvent {
    /// Takes the removed type out, if it may go, and checks what is to be added.
    fn decide_types(&self, event: &mut Event) -> Result<()> {
        if let Some(id) = self.remove_ticket_type {
            let at = event.ticket_types.iter().position(|t| t.id == id);
            let at = at.ok_or(Rejection::NotFound(Thing::TicketType))?;
            event.ticket_types.remove(at).decide_removal()?;
        }
        if let Some(terms) = &self.add_ticket_type {
            terms.check()?;
            if event.ticket_types.len() >= TICKET_TYPES_MAX {
                return Err(Rejection::TooManyTicketTypes { limit: TICKET_TYPES_MAX }.into());
            }
        }
        Ok(())
    }

    fn decide_status(&self, event: &mut Event) -> Result<Option<Transition>> {
        let step = match self.set_status {
            Some(wanted) if wanted != event.lifecycle => match wanted {
                Lifecycle::Published => Transition::Publish,
                Lifecycle::Draft => Transition::Unpublish,
                Lifecycle::Cancelled => Transition::Cancel,
                Lifecycle::Archived => Transition::Archive,
            },
            Some(_) | None => return Ok(None),
        };
        let standing = standing(event).take(step)?;
        (event.lifecycle, event.before_archive) = (standing.lifecycle, standing.before_archive);
        Ok(Some(step))
    }
}

pub(super) fn standing(event: &Event) -> Standing {
    Standing {
        lifecycle: event.lifecycle,
        before_archive: event.before_archive,
        has_sales: event.has_sales(),
    }
}
