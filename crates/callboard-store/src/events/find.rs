//! Finding one event inside a tenant. What is absent, foreign, deleted or out of reach is not found, all alike.

use std::sync::Arc;

use callboard_core::event::{Event, Lifecycle, Visibility};
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::slug::Slug;
use callboard_core::time::Timestamp;

use super::source::Source;
use crate::channels;
use crate::error::Result;
use crate::sql::{Conn, Tx, params};
use crate::stamp::Depends;
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

/// How a caller names an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventRef {
    Id(EventId),
    /// P's integer id.
    Number(i64),
    Slug(Slug),
}

impl EventRef {
    /// Reads `{idOrSlug}`: a UUID is an id, else it may be a slug; `None` if it is neither.
    pub fn parse(text: &str) -> Option<EventRef> {
        let by_id = text.parse().ok().map(EventRef::Id);
        by_id.or_else(|| Slug::parse(text).ok().map(EventRef::Slug))
    }
}

impl Store {
    /// An event within the tenant's reach, with its ticket types.
    ///
    /// # Errors
    /// [`Rejection::AmbiguousSlug`] where several events of the organization have the slug; faults.
    pub async fn find_event(
        &self,
        tenant: &Tenant,
        event: &EventRef,
        now: Timestamp,
    ) -> Result<Option<Arc<Event>>> {
        self.find_showing(tenant, event, Depends::OnStock, now).await
    }

    async fn find_showing(
        &self,
        tenant: &Tenant,
        event: &EventRef,
        shows: Depends,
        now: Timestamp,
    ) -> Result<Option<Arc<Event>>> {
        let read = self.read().await?;
        let source = self.source(&read, Some(tenant), shows, now).await?;
        find_in(&source, tenant, event).await
    }

    /// An event as its venue's feed may show it by id: not a draft, not archived, not private. Its
    /// stock, which the feed does not show, may be old.
    /// Source: contracts.md §2.3 (H2), §6.1.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_for_venue(
        &self,
        tenant: &Tenant,
        id: EventId,
        now: Timestamp,
    ) -> Result<Option<Arc<Event>>> {
        let found = self.find_showing(tenant, &EventRef::Id(id), Depends::OnDescriptions, now).await?;
        let shows = |event: &Arc<Event>| {
            matches!(event.lifecycle, Lifecycle::Published | Lifecycle::Cancelled)
                && event.details.visibility != Visibility::Private
        };
        Ok(found.filter(shows))
    }

    /// An event for everybody, by its public number: published or cancelled, public or unlisted.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_public_event(&self, number: i64, now: Timestamp) -> Result<Option<Arc<Event>>> {
        let read = self.read().await?;
        let source = self.source(&read, None, Depends::OnStock, now).await?;
        let from = " FROM event e WHERE e.number = $1 AND e.deleted_at IS NULL
                    AND e.lifecycle IN ('published', 'cancelled') AND e.visibility IN ('public', 'unlisted')";
        source.one(from, params![number]).await
    }
}

/// The id of an event that somebody names; whether it is within reach is the caller's to see.
///
/// # Errors
/// [`Rejection::NotFound`] or [`Rejection::AmbiguousSlug`] for a slug or number of nothing or of several.
pub(crate) async fn find_id(tx: &Tx<'_>, tenant: &Tenant, event: &EventRef) -> Result<EventId> {
    match event {
        EventRef::Id(id) => Ok(*id),
        EventRef::Number(_) | EventRef::Slug(_) => {
            let found = find(tx, tenant, event, tx.now()).await?;
            found.map(|event| event.id).ok_or_else(|| Rejection::NotFound(Thing::Event).into())
        }
    }
}

/// As [`Store::find_event`], for commands inside their transaction: an event of their own.
pub(super) async fn find(
    conn: &Conn,
    tenant: &Tenant,
    event: &EventRef,
    now: Timestamp,
) -> Result<Option<Event>> {
    Ok(find_in(&Source::rows(conn, now), tenant, event).await?.map(Arc::unwrap_or_clone))
}

pub(super) async fn find_in(
    source: &Source<'_>,
    tenant: &Tenant,
    event: &EventRef,
) -> Result<Option<Arc<Event>>> {
    let found = match (tenant.reach(), event) {
        (Reach::Account(_), event) => find_for_account(source, tenant, event).await?,
        (Reach::Organization(_), EventRef::Id(id)) => source.by_id(tenant.organization_id(), *id).await?,
        (Reach::Organization(_), EventRef::Number(number)) => {
            by_number(source, *number).await?.filter(|e| e.organization_id == tenant.organization_id())
        }
        (Reach::Organization(_), EventRef::Slug(slug)) => by_slug(source, tenant, slug).await?,
    };
    Ok(found.filter(|event| reaches(tenant, event)))
}

pub(super) fn reaches(tenant: &Tenant, event: &Event) -> bool {
    let details = &event.details;
    tenant.reaches(event.id, details.venue_id, details.channel_id, details.box_office_id)
}

/// Through an account: the event's channel must be one that the account may use now.
async fn find_for_account(
    source: &Source<'_>,
    tenant: &Tenant,
    event: &EventRef,
) -> Result<Option<Arc<Event>>> {
    let EventRef::Number(number) = event else { return Ok(None) };
    let Some(found) = by_number(source, *number).await? else { return Ok(None) };
    let Some(channel_id) = found.details.channel_id else { return Ok(None) };
    let usable = channels::account_may_use(source.conn(), tenant, found.organization_id, channel_id).await?;
    Ok(usable.then_some(found))
}

/// Unscoped by itself: every caller compares the organization or the channel with its tenant's reach.
async fn by_number(source: &Source<'_>, number: i64) -> Result<Option<Arc<Event>>> {
    source.one(" FROM event e WHERE e.number = $1 AND e.deleted_at IS NULL", params![number]).await
}

/// In the tenant's box office, or among all of the organization's events within reach.
async fn by_slug(source: &Source<'_>, tenant: &Tenant, slug: &Slug) -> Result<Option<Arc<Event>>> {
    let from =
        " FROM event e WHERE e.organization_id = $1 AND e.slug = $2 AND e.deleted_at IS NULL ORDER BY e.id";
    let all = source.all(from, params![tenant.organization_id(), slug.as_str()]).await?;
    let mut within: Vec<Arc<Event>> = all.into_iter().filter(|event| reaches(tenant, event)).collect();
    if within.len() > 1 {
        return Err(Rejection::AmbiguousSlug { ids: within.iter().map(|event| event.id).collect() }.into());
    }
    Ok(within.pop())
}

/// The event that holds a slug where it must be unique: its box office, or those without one.
pub(super) async fn slug_holder(
    conn: &Conn,
    organization_id: OrganizationId,
    box_office: Option<callboard_core::ids::BoxOfficeId>,
    slug: &Slug,
) -> Result<Option<EventId>> {
    match box_office {
        Some(id) => {
            conn.one(
                "SELECT id FROM event WHERE organization_id = $1 AND box_office_id = $2 AND slug = $3 AND deleted_at IS NULL",
                params![organization_id, id, slug.as_str()],
                |row| row.get(0),
            )
            .await
        }
        None => {
            conn.one(
                "SELECT id FROM event WHERE organization_id = $1 AND box_office_id IS NULL AND slug = $2 AND deleted_at IS NULL",
                params![organization_id, slug.as_str()],
                |row| row.get(0),
            )
            .await
        }
    }
}
