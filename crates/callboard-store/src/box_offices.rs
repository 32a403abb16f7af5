//! Box offices: made, found, listed, revised and deleted. Source: native-api.md §3.

use callboard_core::ids::{BoxOfficeId, OrganizationId};
use callboard_core::issue::Issues;
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, BoxOfficeDetails, BoxOfficePatch};
use callboard_core::rejection::{Rejection, Thing};

use crate::error::{Error, Result};
use crate::keys::revoke_bound;
use crate::page::{After, Page, bounded, page};
use crate::places::{self, Extent, Facet};
use crate::slugs::{OnClash, SlugSpace, choose};
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::{Store, Subject};
use crate::tenant::Tenant;

macro_rules! columns {
    () => {
        "id, organization_id, name, slug, timezone, currency, default_venue_id, default_channel_id, version, \
         created_at, updated_at"
    };
}

/// Makes a box office. `details.slug` is the wish.
#[derive(Debug, Clone)]
pub struct CreateBoxOffice {
    pub tenant: Tenant,
    pub details: BoxOfficeDetails,
    pub on_clash: OnClash,
}

/// Changes a box office; a patch that changes nothing writes nothing.
#[derive(Debug, Clone)]
pub struct ReviseBoxOffice {
    pub tenant: Tenant,
    pub id: BoxOfficeId,
    pub patch: BoxOfficePatch,
    pub if_match: Option<i64>,
}

/// Deletes a box office softly; keys that are bound to it are revoked with it.
#[derive(Debug, Clone)]
pub struct DeleteBoxOffice {
    pub tenant: Tenant,
    pub id: BoxOfficeId,
    pub if_match: Option<i64>,
}

impl Store {
    /// A box office within the tenant's reach.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_box_office(&self, tenant: &Tenant, id: BoxOfficeId) -> Result<Option<BoxOffice>> {
        if !extent(tenant).holds(id.0) {
            return Ok(None);
        }
        let read = self.read().await?;
        find(&read, tenant.organization_id(), id).await
    }

    /// The organization's box offices in the order of their making; for a narrowed tenant its own.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_box_offices(
        &self,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<BoxOffice>> {
        match extent(tenant) {
            Extent::Nothing => Ok(places::single(None, after, place)),
            Extent::One(id) => {
                let found = self.find_box_office(tenant, BoxOfficeId(id)).await?;
                Ok(places::single(found, after, place))
            }
            Extent::All => {
                let from = after.unwrap_or(After::FIRST);
                let read = self.read().await?;
                let rows = read
                    .rows(
                        concat!(
                            "SELECT ",
                            columns!(),
                            " FROM box_office WHERE organization_id = $1 AND deleted_at IS NULL
                             AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4"
                        ),
                        params![tenant.organization_id(), from.created_at, from.id, bounded(limit) + 1],
                        box_office,
                    )
                    .await?;
                Ok(page(rows, limit, place))
            }
        }
    }
}

impl Command for CreateBoxOffice {
    type Out = BoxOffice;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<BoxOffice> {
        let organization_id = places::whole(&self.tenant)?;
        check_defaults(tx, organization_id, None, &self.details).await?;
        let space = SlugSpace::BoxOffices(organization_id);
        let slug = choose(tx, space, &self.details.slug, self.on_clash, None).await?;
        let details = BoxOfficeDetails { slug, ..self.details.clone() };
        let made =
            BoxOffice { id: tx.mint(), organization_id, details, stamp: places::first_stamp(tx.now()) };
        let details = &made.details;
        tx.exec(
            "INSERT INTO box_office (organization_id, id, name, slug, timezone, currency, default_venue_id,
             default_channel_id, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)",
            params![
                organization_id,
                made.id,
                &details.name,
                details.slug.as_str(),
                details.zone.name(),
                details.currency.as_str(),
                details.default_venue_id,
                details.default_channel_id,
                tx.now()
            ],
        )
        .await?;
        note(tx, &self.tenant, "box_office.created", &made).await?;
        Ok(made)
    }
}

impl Command for ReviseBoxOffice {
    type Out = BoxOffice;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<BoxOffice> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let details = self.patch.clone().apply(&before.details);
        if details == before.details {
            return Ok(before);
        }
        check_defaults(tx, before.organization_id, Some(&before.details), &details).await?;
        if details.slug != before.details.slug {
            let space = SlugSpace::BoxOffices(before.organization_id);
            choose(tx, space, &details.slug, OnClash::Refuse, Some(self.id.0)).await?;
        }
        revised(tx, &self.tenant, before, details).await
    }
}

impl Command for DeleteBoxOffice {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let organization_id = before.organization_id;
        places::refuse_in_use(tx, organization_id, Facet::BoxOffice(self.id)).await?;
        let changed = tx
            .exec(
                "UPDATE box_office SET deleted_at = $3, updated_at = $3, version = version + 1
                 WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
                params![organization_id, self.id, tx.now()],
            )
            .await?;
        places::expect_changed(changed)?;
        revoke_bound(tx, &self.tenant, Facet::BoxOffice(self.id)).await?;
        tx.audit(&self.tenant, "box_office.deleted", "box_office", self.id.0).await?;
        tx.changed(organization_id, "box_office.deleted", "box_office", self.id.0, None);
        Ok(())
    }
}

/// A living box office of the organization, whatever the caller's reach.
pub(crate) async fn find(
    conn: &Conn,
    organization_id: OrganizationId,
    id: BoxOfficeId,
) -> Result<Option<BoxOffice>> {
    conn.one(
        concat!(
            "SELECT ",
            columns!(),
            " FROM box_office WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL"
        ),
        params![organization_id, id],
        box_office,
    )
    .await
}

/// Takes a deleted venue or channel out of the box offices that named it as their default.
pub(crate) async fn forget_default(tx: &Tx<'_>, tenant: &Tenant, facet: Facet) -> Result<()> {
    let (sql, id) = match facet {
        Facet::Venue(id) => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM box_office WHERE organization_id = $1 AND default_venue_id = $2 AND deleted_at IS NULL"
            ),
            id.0,
        ),
        Facet::Channel(id) => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM box_office WHERE organization_id = $1 AND default_channel_id = $2 AND deleted_at IS NULL"
            ),
            id.0,
        ),
        Facet::BoxOffice(_) => return Ok(()),
    };
    for before in tx.rows(sql, params![tenant.organization_id(), id], box_office).await? {
        let mut details = before.details.clone();
        match facet {
            Facet::Venue(_) => details.default_venue_id = None,
            Facet::Channel(_) => details.default_channel_id = None,
            Facet::BoxOffice(_) => (),
        }
        revised(tx, tenant, before, details).await?;
    }
    Ok(())
}

async fn revised(
    tx: &Tx<'_>,
    tenant: &Tenant,
    before: BoxOffice,
    details: BoxOfficeDetails,
) -> Result<BoxOffice> {
    let stamp = places::next_stamp(&before.stamp, tx.now());
    let after = BoxOffice { details, stamp, ..before };
    let details = &after.details;
    let changed = tx
        .exec(
            "UPDATE box_office SET name = $4, slug = $5, timezone = $6, currency = $7, default_venue_id = $8,
             default_channel_id = $9, version = $3, updated_at = $10
             WHERE organization_id = $1 AND id = $2 AND version = $3 - 1 AND deleted_at IS NULL",
            params![
                after.organization_id,
                after.id,
                after.stamp.version,
                &details.name,
                details.slug.as_str(),
                details.zone.name(),
                details.currency.as_str(),
                details.default_venue_id,
                details.default_channel_id,
                tx.now()
            ],
        )
        .await?;
    places::expect_changed(changed)?;
    note(tx, tenant, "box_office.updated", &after).await?;
    Ok(after)
}

/// A default that is newly named must be a living place of the same organization.
async fn check_defaults(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    before: Option<&BoxOfficeDetails>,
    after: &BoxOfficeDetails,
) -> Result<()> {
    let mut issues = Issues::new();
    if let Some(id) = after.default_venue_id.filter(|id| before.and_then(|b| b.default_venue_id) != Some(*id))
        && crate::venues::find(tx, organization_id, id).await?.is_none()
    {
        places::not_found(&mut issues, "defaultVenueId", Thing::Venue);
    }
    if let Some(id) =
        after.default_channel_id.filter(|id| before.and_then(|b| b.default_channel_id) != Some(*id))
        && crate::channels::find(tx, organization_id, id).await?.is_none()
    {
        places::not_found(&mut issues, "defaultChannelId", Thing::Channel);
    }
    Ok(issues.done()?)
}

fn extent(tenant: &Tenant) -> Extent {
    Extent::of(tenant, tenant.binding().box_office_id.map(|id| id.0))
}

async fn reach(tx: &Tx<'_>, tenant: &Tenant, id: BoxOfficeId) -> Result<BoxOffice> {
    let found = if extent(tenant).holds(id.0) { find(tx, tenant.organization_id(), id).await? } else { None };
    found.ok_or_else(|| Rejection::NotFound(Thing::BoxOffice).into())
}

async fn note(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, box_office: &BoxOffice) -> Result<()> {
    tx.audit(tenant, kind, "box_office", box_office.id.0).await?;
    let data = tx.project(Subject::BoxOffice(box_office));
    tx.changed(box_office.organization_id, kind, "box_office", box_office.id.0, Some(data));
    Ok(())
}

fn place(box_office: &BoxOffice) -> After {
    After { created_at: box_office.stamp.created_at, id: box_office.id.0 }
}

fn box_office(row: &Row<'_>) -> Result<BoxOffice> {
    let currency: String = row.get(5)?;
    let details = BoxOfficeDetails {
        name: row.get(2)?,
        slug: places::slug(row, 3, "box_office")?,
        zone: places::zone(row, 4, "box_office")?,
        currency: Currency::parse(&currency)
            .map_err(|_| Error::corrupt("box_office", "currency", &currency))?,
        default_venue_id: row.get(6)?,
        default_channel_id: row.get(7)?,
    };
    Ok(BoxOffice { id: row.get(0)?, organization_id: row.get(1)?, details, stamp: places::stamp(row, 8)? })
}
