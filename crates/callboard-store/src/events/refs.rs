//! What an event refers to, looked up inside its organization. Foreign and unknown ids are refused alike.

use std::sync::Arc;

use callboard_core::event::{Details, EventPatch, External};
use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, OrganizationId, VenueId};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::place::{BoxOffice, Venue};
use callboard_core::rejection::{Rejection, Thing};

use super::find::slug_holder;
use crate::error::{Error, Result};
use crate::places::not_found;
use crate::sql::{Conn, Tx, params};
use crate::tenant::Tenant;
use crate::{box_offices, classifications, venues};

/// Fills in what the tenant is narrowed to, and refuses to leave it.
///
/// # Errors
/// Issues at `venueId`, `channelId`, `boxOfficeId`; [`Rejection::OutOfReach`] for a key of one event that would make another.
pub(crate) fn bind(tenant: &Tenant, patch: &mut EventPatch, is_new: bool) -> Result<()> {
    fn fill<T: Copy + PartialEq>(bound: Option<T>, said: &mut Option<Option<T>>, is_new: bool) -> bool {
        match (bound, *said) {
            (None, _) => true,
            (Some(bound), None) => {
                if is_new {
                    *said = Some(Some(bound));
                }
                true
            }
            (Some(bound), Some(said)) => said == Some(bound),
        }
    }
    let bound = tenant.binding();
    if is_new && bound.event_id.is_some() {
        return Err(Rejection::OutOfReach.into());
    }
    let mut issues = Issues::new();
    if !fill(bound.venue_id, &mut patch.venue_id, is_new) {
        not_found(&mut issues, "venueId", Thing::Venue);
    }
    if !fill(bound.channel_id, &mut patch.channel_id, is_new) {
        not_found(&mut issues, "channelId", Thing::Channel);
    }
    if !fill(bound.box_office_id, &mut patch.box_office_id, is_new) {
        not_found(&mut issues, "boxOfficeId", Thing::BoxOffice);
    }
    Ok(issues.done()?)
}

/// The box office that a new event names, if it exists.
pub(crate) async fn box_office(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: Option<BoxOfficeId>,
) -> Result<Option<Arc<BoxOffice>>> {
    let Some(id) = id else { return Ok(None) };
    let look = || async { Ok::<_, Error>(box_offices::find(tx, organization_id, id).await?.map(Arc::new)) };
    tx.desk().box_office(organization_id, id).get_or_try_init(look).await.cloned()
}

/// The venue that a new event names, if it exists.
pub(super) async fn venue(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    id: VenueId,
) -> Result<Option<Arc<Venue>>> {
    let look = || async { Ok::<_, Error>(venues::find(tx, organization_id, id).await?.map(Arc::new)) };
    tx.desk().venue(organization_id, id).get_or_try_init(look).await.cloned()
}

/// Unknown classifications, each named. Source: contracts.md §1.5.
pub(super) async fn check_classifications(tx: &Tx<'_>, slugs: &[String], issues: &mut Issues) -> Result<()> {
    for slug in slugs {
        let cell = tx.desk().classification(slug.clone());
        if *cell.get_or_try_init(|| classifications::exists(tx, slug)).await? {
            continue;
        }
        let message = format!("`{slug}` is no classification; GET /api/public/v1/classifications lists them");
        issues.push(Issue::body("classifications", IssueCode::NotFound, message));
    }
    Ok(())
}

/// Checks every reference that `after` has and `before` had not; answers the venue.
///
/// # Errors
/// Issues at `venueId`, `channelId`, `boxOfficeId`, `classifications`, `cover`; `ExternalIdTaken`; `SlugTaken`.
pub(super) async fn check(
    tx: &Tx<'_>,
    tenant: &Tenant,
    organization_id: OrganizationId,
    own: EventId,
    before: Option<&Details>,
    after: &Details,
) -> Result<Option<Arc<Venue>>> {
    let venue = check_references(tx, tenant, organization_id, before, after).await?;
    let keeps_slug = before.is_some_and(|b| b.slug == after.slug && b.box_office_id == after.box_office_id);
    if !keeps_slug {
        check_slug(tx, organization_id, own, after).await?;
    }
    check_external(tx, organization_id, own, before, after).await?;
    Ok(venue)
}

/// As [`check`], without the slug and the external id.
///
/// # Errors
/// Issues at `venueId`, `channelId`, `boxOfficeId`, `classifications`, `cover`.
pub(crate) async fn check_references(
    tx: &Tx<'_>,
    tenant: &Tenant,
    organization_id: OrganizationId,
    before: Option<&Details>,
    after: &Details,
) -> Result<Option<Arc<Venue>>> {
    let mut issues = Issues::new();
    let venue = match after.venue_id {
        // One that the event keeps may have been deleted since; a newly said one must live.
        Some(id) if before.is_some_and(|b| b.venue_id == Some(id)) => {
            venues::find_any(tx, organization_id, id).await?.map(Arc::new)
        }
        Some(id) => venue(tx, organization_id, id).await?,
        None => None,
    };
    if after.venue_id.is_some() && venue.is_none() {
        not_found(&mut issues, "venueId", Thing::Venue);
    }
    if let Some(id) = after.channel_id
        && before.is_none_or(|b| b.channel_id != after.channel_id)
        && !has_channel(tx, organization_id, id).await?
    {
        not_found(&mut issues, "channelId", Thing::Channel);
    }
    if let Some(id) = after.box_office_id
        && before.is_none_or(|b| b.box_office_id != after.box_office_id)
        && box_office(tx, organization_id, Some(id)).await?.is_none()
    {
        not_found(&mut issues, "boxOfficeId", Thing::BoxOffice);
    }
    if before.is_none_or(|b| b.classifications != after.classifications) {
        check_classifications(tx, &after.classifications, &mut issues).await?;
    }
    if let Some(number) = after.cover
        && before.is_none_or(|b| b.cover != after.cover)
        && !may_use_media(tx, tenant, organization_id, number).await?
    {
        issues.push(Issue::body("cover", IssueCode::NotFound, "no media with this id that you may use"));
    }
    issues.done()?;
    Ok(venue)
}

/// Claims what no other event may have, for a new one that is made beside others.
pub(super) fn claim_unique(tx: &Tx<'_>, organization_id: OrganizationId, details: &Details) -> Result<()> {
    tx.claim(format!("slug {organization_id:?} {:?} {}", details.box_office_id, details.slug))?;
    match &details.external {
        Some(External { source, id }) => tx.claim(format!("external {organization_id:?} {source} {id}")),
        None => Ok(()),
    }
}

pub(super) async fn check_slug(
    conn: &Conn,
    organization_id: OrganizationId,
    own: EventId,
    after: &Details,
) -> Result<()> {
    let holder = slug_holder(conn, organization_id, after.box_office_id, &after.slug).await?;
    if holder.is_some_and(|id| id != own) {
        return Err(Rejection::SlugTaken { slug: after.slug.to_string() }.into());
    }
    Ok(())
}

pub(super) async fn check_external(
    conn: &Conn,
    organization_id: OrganizationId,
    own: EventId,
    before: Option<&Details>,
    after: &Details,
) -> Result<()> {
    if let Some(external) = &after.external
        && before.is_none_or(|b| b.external.as_ref() != Some(external))
    {
        let holder: Option<EventId> = conn
            .one(
                "SELECT id FROM event WHERE organization_id = $1 AND external_source = $2 AND external_id = $3
                 AND deleted_at IS NULL",
                params![organization_id, &external.source, &external.id],
                |row| row.get(0),
            )
            .await?;
        if let Some(event) = holder.filter(|id| *id != own) {
            return Err(Rejection::ExternalIdTaken { event }.into());
        }
    }
    Ok(())
}

async fn has_channel(tx: &Tx<'_>, organization_id: OrganizationId, id: ChannelId) -> Result<bool> {
    let look = || async {
        let sql = "SELECT 1 FROM channel WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
        let found = tx.one(sql, params![organization_id, id], |row| row.get::<i64>(0)).await?;
        Ok(found.is_some())
    };
    tx.desk().channel(organization_id, id).get_or_try_init(look).await.copied()
}

/// Media of the event's organization, or uploaded by the caller's account.
async fn may_use_media(
    conn: &Conn,
    tenant: &Tenant,
    organization_id: OrganizationId,
    number: i64,
) -> Result<bool> {
    let owner = conn
        .one("SELECT organization_id, account_id FROM media WHERE number = $1", params![number], |row| {
            Ok((row.get::<OrganizationId>(0)?, row.get::<Option<callboard_core::ids::AccountId>>(1)?))
        })
        .await?;
    Ok(owner.is_some_and(|(organization, account)| {
        organization == organization_id || (account.is_some() && account == tenant.account_id())
    }))
}
