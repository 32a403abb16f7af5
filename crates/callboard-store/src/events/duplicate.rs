//! Copying an event as a draft. Source: native-api.md §5.

use callboard_core::event::{Details, Event, Lifecycle};
use callboard_core::ids::OrganizationId;
use callboard_core::rejection::{Rejection, Thing};

use super::create::{Birth, free_slug, insert};
use super::find::{self, EventRef};
use super::refs;
use crate::error::Result;
use crate::places::expect_version;
use crate::sql::{Command, Tx};
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
        let details = Details { slug, external: None, ..before.clone() };
        let id = tx.mint();
        let venue = refs::check(tx, &self.tenant, organization_id, id, Some(before), &details).await?;
        let birth = Birth { id, organization_id, details, lifecycle: Lifecycle::Draft, series_id: None };
        let types: Vec<_> = original.ticket_types.iter().map(|one| one.terms.clone()).collect();
        insert(tx, &self.tenant, birth, &types, venue.as_deref()).await
    }
}
