//! Copying an event as a draft. Source: native-api.md §5.

use callboard_core::event::{Details, Event, Lifecycle};
use callboard_core::ids::OrganizationId;
use callboard_core::rejection::{Rejection, Thing};

use super::create::{free_slug, new_type};
use super::find::{self, EventRef};
use super::{derived, refs, row};
use crate::counters::{Sequence, next_number};
use crate::error::Result;
use crate::places::expect_version;
use crate::sql::{Command, Tx};
use crate::store::Subject;
use crate::tenant::Tenant;

/// Makes a draft with the details and ticket types of an event: a slug of its own, nothing sold, in no
/// series and without the external name.
#[derive(Debug, Clone)]
pub struct DuplicateEvent {
    pub tenant: Tenant,
    pub event: EventRef,
    pub if_match: Option<i64>,
}

impl Command for DuplicateEvent {
    type Out = Event;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Event> {
        let found = find::find(tx, &self.tenant, &self.event, tx.now()).await?;
        let original = found.ok_or(Rejection::NotFound(Thing::Event))?;
        expect_version(self.if_match, original.version)?;
        if self.tenant.binding().event_id.is_some() {
            return Err(Rejection::OutOfReach.into());
        }
        let organization_id = original.organization_id;
        let before = &original.details;
        let slug = free_slug(tx, organization_id, before.box_office_id, before.slug.clone()).await?;
        let mut copy = Event {
            id: tx.mint(),
            organization_id,
            number: next_number(tx, Sequence::Event).await?,
            details: Details { slug, external: None, ..before.clone() },
            lifecycle: Lifecycle::Draft,
            before_archive: None,
            series_id: None,
            ticket_types: Vec::new(),
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
        };
        let venue =
            refs::check(tx, &self.tenant, organization_id, copy.id, Some(before), &copy.details).await?;
        row::save(tx, &copy, derived::slot(&copy, venue.as_ref()).as_ref(), true).await?;
        for (position, original) in (1..).zip(&original.ticket_types) {
            let made = new_type(tx, &original.terms);
            row::insert_type(tx, &copy, &made, position).await?;
            copy.ticket_types.push(made);
        }
        derived::insert_terms(tx, organization_id, copy.id, &derived::terms(&copy.details, venue.as_ref()))
            .await?;
        let kind = "event.created";
        tx.changed(organization_id, kind, "event", copy.id.0, Some(tx.project(Subject::Event(&copy))));
        tx.audit_as(organization_id, self.tenant.actor(), kind, "event", copy.id.0).await?;
        Ok(copy)
    }
}
