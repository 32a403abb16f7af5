//! Publishing, unpublishing, cancelling, archiving, restoring, deleting.

use callboard_core::event::{Event, Transition};
use callboard_core::ids::OrganizationId;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::series::Tie;

use super::find::{self, EventRef};
use super::revise::standing;
use super::{columns, derived, occurrence, words};
use crate::error::Result;
use crate::places::{expect_changed, expect_version};
use crate::sales::stock;
use crate::sql::{Command, Tx};
use crate::store::Subject;
use crate::tenant::Tenant;
use crate::venues;

/// Takes a step in an event's life.
#[derive(Debug, Clone)]
pub struct MoveEvent {
    pub tenant: Tenant,
    pub event: EventRef,
    pub step: Transition,
    pub if_match: Option<i64>,
}

/// Deletes an event softly: its row stays, so that cursors still resolve; its slug is free again.
#[derive(Debug, Clone)]
pub struct DeleteEvent {
    pub tenant: Tenant,
    pub event: EventRef,
    pub if_match: Option<i64>,
}

impl Command for MoveEvent {
    type Out = Event;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Event> {
        let before = match self.step {
            Transition::Unpublish => quiet(tx, &self.tenant, &self.event).await?,
            Transition::Publish | Transition::Cancel | Transition::Archive | Transition::Restore => {
                let found = find::find(tx, &self.tenant, &self.event, tx.now()).await?;
                found.ok_or(Rejection::NotFound(Thing::Event))?
            }
        };
        expect_version(self.if_match, before.version)?;
        let next = standing(&before).take(self.step)?;
        let mut after = before;
        (after.lifecycle, after.before_archive) = (next.lifecycle, next.before_archive);
        save(tx, &mut after).await?;
        match self.step {
            // Publishing dates one by one is how a series of drafts goes public: they still follow it.
            Transition::Publish | Transition::Unpublish => {}
            Transition::Cancel | Transition::Archive | Transition::Restore => {
                occurrence::mark(tx, &after, Tie::Detached).await?;
            }
        }
        let kind = kind(self.step);
        tx.changed(
            after.organization_id,
            kind,
            "event",
            after.id.0,
            Some(tx.project(Subject::Event(&after))),
        );
        tx.audit_as(after.organization_id, self.tenant.actor(), kind, "event", after.id.0).await?;
        Ok(after)
    }
}

impl Command for DeleteEvent {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let mut event = quiet(tx, &self.tenant, &self.event).await?;
        expect_version(self.if_match, event.version)?;
        if event.has_sales() {
            let what = "the event has sold tickets: cancel it instead".to_owned();
            return Err(Rejection::HasSales { what }.into());
        }
        remove(tx, &self.tenant, &mut event).await?;
        occurrence::mark(tx, &event, Tie::Removed).await
    }
}

/// Deletes an event of which nothing is sold.
pub(super) async fn remove(tx: &Tx<'_>, tenant: &Tenant, event: &mut Event) -> Result<()> {
    event.deleted_at = Some(tx.now());
    save(tx, event).await?;
    let (organization_id, id) = (event.organization_id, event.id);
    words::remove(tx, event).await?;
    tx.changed(organization_id, "event.deleted", "event", id.0, None);
    tx.audit_as(organization_id, tenant.actor(), "event.deleted", "event", id.0).await
}

/// A step's name in the feed and in the audit log.
pub(super) fn kind(step: Transition) -> &'static str {
    match step {
        Transition::Publish => "event.published",
        Transition::Unpublish => "event.unpublished",
        Transition::Cancel => "event.cancelled",
        Transition::Archive => "event.archived",
        Transition::Restore => "event.restored",
    }
}

/// An event whose stock is taken, so that nothing of it is sold between the decision and its commit.
async fn quiet(tx: &Tx<'_>, tenant: &Tenant, event: &EventRef) -> Result<Event> {
    let not_found = || Rejection::NotFound(Thing::Event);
    let found = find::find(tx, tenant, event, tx.now()).await?.ok_or_else(not_found)?;
    if found.ticket_types.is_empty() {
        return Ok(found);
    }
    tx.hold(found.organization_id).await?;
    stock::take_all(tx, found.organization_id, found.id).await?;
    Ok(find::find(tx, tenant, event, tx.now()).await?.ok_or_else(not_found)?)
}

/// Writes an event whose description has not changed, with a new version.
pub(super) async fn save(tx: &Tx<'_>, event: &mut Event) -> Result<()> {
    let venue = match event.details.venue_id {
        Some(id) => venues::find_any(tx, event.organization_id, id).await?,
        None => None,
    };
    event.version = event.version.saturating_add(1);
    event.updated_at = tx.now();
    expect_changed(columns::save(tx, event, derived::slot(event, venue.as_ref()).as_ref()).await?)
}
