//! Venues: made, found, listed, revised and deleted. Source: native-api.md §3.

use std::borrow::Borrow;
use std::collections::HashMap;

use callboard_core::event::Event;
use callboard_core::ids::{OrganizationId, VenueId};
use callboard_core::place::{Venue, VenueDetails, VenuePatch};
use callboard_core::rejection::{Rejection, Thing};

use crate::error::Result;
use crate::keys::revoke_bound;
use crate::page::{After, Page, bounded, page};
use crate::places::{self, Extent, Facet};
use crate::slugs::{OnClash, SlugSpace, choose};
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::{Store, Subject};
use crate::tenant::Tenant;

macro_rules! columns {
    () => {
        "id, organization_id, name, slug, city, state_province, country, timezone, capacity, address, latitude, \
         longitude, version, created_at, updated_at"
    };
}

/// Makes a venue. `details.slug` is the wish.
#[derive(Debug, Clone)]
pub struct CreateVenue {
    pub tenant: Tenant,
    pub details: VenueDetails,
    pub on_clash: OnClash,
}

/// Changes a venue; a patch that changes nothing writes nothing.
#[derive(Debug, Clone)]
pub struct ReviseVenue {
    pub tenant: Tenant,
    pub id: VenueId,
    pub patch: VenuePatch,
    pub if_match: Option<i64>,
}

/// Deletes a venue softly; keys that are bound to it are revoked with it.
#[derive(Debug, Clone)]
pub struct DeleteVenue {
    pub tenant: Tenant,
    pub id: VenueId,
    pub if_match: Option<i64>,
}

impl Store {
    /// A venue within the tenant's reach.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_venue(&self, tenant: &Tenant, id: VenueId) -> Result<Option<Venue>> {
        if !extent(tenant).holds(id.0) {
            return Ok(None);
        }
        let read = self.read().await?;
        find(&read, tenant.organization_id(), id).await
    }

    /// The names of the venues that events have, for whoever could read the events: a surface that shows a
    /// venue's name with an event reaches no venue of its own. Deleted venues have their name still, so that a
    /// past event keeps its place. Cost: one look-up per distinct venue.
    ///
    /// # Errors
    /// Faults only.
    pub async fn venue_names(
        &self,
        tenant: &Tenant,
        events: &[impl Borrow<Event>],
    ) -> Result<HashMap<VenueId, String>> {
        let (read, mut names) = (self.read().await?, HashMap::new());
        for event in events
            .iter()
            .map(Borrow::borrow)
            .filter(|event: &&Event| places::is_within(tenant, event.organization_id))
        {
            let Some(id) = event.details.venue_id.filter(|id| !names.contains_key(id)) else { continue };
            if let Some(venue) = find_any(&read, event.organization_id, id).await? {
                names.insert(id, venue.details.name);
            }
        }
        Ok(names)
    }

    /// The venue of an event that everybody may see; its page says where it is.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_public_venue(&self, event: &Event) -> Result<Option<Venue>> {
        let Some(id) = event.details.venue_id else { return Ok(None) };
        let read = self.read().await?;
        find_any(&read, event.organization_id, id).await
    }

    /// The organization's venues in the order of their making; for a narrowed tenant its own.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_venues(
        &self,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<Venue>> {
        match extent(tenant) {
            Extent::Nothing => Ok(places::single(None, after, place)),
            Extent::One(id) => {
                let found = self.find_venue(tenant, VenueId(id)).await?;
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
                            " FROM venue WHERE organization_id = $1 AND deleted_at IS NULL
                             AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4"
                        ),
                        params![tenant.organization_id(), from.created_at, from.id, bounded(limit) + 1],
                        venue,
                    )
                    .await?;
                Ok(page(rows, limit, place))
            }
        }
    }
}

impl Command for CreateVenue {
    type Out = Venue;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Venue> {
        let organization_id = places::whole(&self.tenant)?;
        let space = SlugSpace::Venues(organization_id);
        let slug = choose(tx, space, &self.details.slug, self.on_clash, None).await?;
        let details = VenueDetails { slug, ..self.details.clone() };
        let made = Venue { id: tx.mint(), organization_id, details, stamp: places::first_stamp(tx.now()) };
        let VenueDetails { name, slug, city, state_province, country, zone, .. } = &made.details;
        let VenueDetails { capacity, address, latitude, longitude, .. } = &made.details;
        tx.exec(
            "INSERT INTO venue (organization_id, id, name, slug, city, state_province, country, timezone, capacity,
             address, latitude, longitude, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13)",
            params![
                organization_id,
                made.id,
                name,
                slug.as_str(),
                city,
                state_province,
                country,
                zone.name(),
                *capacity,
                address,
                *latitude,
                *longitude,
                tx.now()
            ],
        )
        .await?;
        note(tx, &self.tenant, "venue.created", &made).await?;
        Ok(made)
    }
}

impl Command for ReviseVenue {
    type Out = Venue;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Venue> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let details = self.patch.clone().apply(&before.details);
        if details == before.details {
            return Ok(before);
        }
        if details.slug != before.details.slug {
            let space = SlugSpace::Venues(before.organization_id);
            choose(tx, space, &details.slug, OnClash::Refuse, Some(self.id.0)).await?;
        }
        let stamp = places::next_stamp(&before.stamp, tx.now());
        let after = Venue { details, stamp, ..before.clone() };
        update(tx, &after).await?;
        if after.details.zone != before.details.zone || after.details.name != before.details.name {
            crate::events::venue_changed(tx, &after).await?;
        }
        note(tx, &self.tenant, "venue.updated", &after).await?;
        Ok(after)
    }
}

async fn update(tx: &Tx<'_>, after: &Venue) -> Result<()> {
    let VenueDetails { name, slug, city, state_province, country, zone, .. } = &after.details;
    let VenueDetails { capacity, address, latitude, longitude, .. } = &after.details;
    let changed = tx
        .exec(
            "UPDATE venue SET name = $4, slug = $5, city = $6, state_province = $7, country = $8, timezone = $9,
             capacity = $10, address = $11, latitude = $12, longitude = $13, version = $3, updated_at = $14
             WHERE organization_id = $1 AND id = $2 AND version = $3 - 1 AND deleted_at IS NULL",
            params![
                after.organization_id,
                after.id,
                after.stamp.version,
                name,
                slug.as_str(),
                city,
                state_province,
                country,
                zone.name(),
                *capacity,
                address,
                *latitude,
                *longitude,
                tx.now()
            ],
        )
        .await?;
    places::expect_changed(changed)
}

impl Command for DeleteVenue {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let organization_id = before.organization_id;
        places::refuse_in_use(tx, organization_id, Facet::Venue(self.id)).await?;
        let changed = tx
            .exec(
                "UPDATE venue SET deleted_at = $3, updated_at = $3, version = version + 1
                 WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
                params![organization_id, self.id, tx.now()],
            )
            .await?;
        places::expect_changed(changed)?;
        crate::box_offices::forget_default(tx, &self.tenant, Facet::Venue(self.id)).await?;
        revoke_bound(tx, &self.tenant, Facet::Venue(self.id)).await?;
        tx.audit(&self.tenant, "venue.deleted", "venue", self.id.0).await?;
        tx.changed(organization_id, "venue.deleted", "venue", self.id.0, None);
        Ok(())
    }
}

/// A living venue of the organization, whatever the caller's reach.
pub(crate) async fn find(conn: &Conn, organization_id: OrganizationId, id: VenueId) -> Result<Option<Venue>> {
    conn.one(
        concat!(
            "SELECT ",
            columns!(),
            " FROM venue WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL"
        ),
        params![organization_id, id],
        venue,
    )
    .await
}

/// A venue, deleted or not: past events go on showing in its zone.
pub(crate) async fn find_any(
    conn: &Conn,
    organization_id: OrganizationId,
    id: VenueId,
) -> Result<Option<Venue>> {
    conn.one(
        concat!("SELECT ", columns!(), " FROM venue WHERE organization_id = $1 AND id = $2"),
        params![organization_id, id],
        venue,
    )
    .await
}

fn extent(tenant: &Tenant) -> Extent {
    Extent::of(tenant, tenant.binding().venue_id.map(|id| id.0))
}

async fn reach(tx: &Tx<'_>, tenant: &Tenant, id: VenueId) -> Result<Venue> {
    let found = if extent(tenant).holds(id.0) { find(tx, tenant.organization_id(), id).await? } else { None };
    found.ok_or_else(|| Rejection::NotFound(Thing::Venue).into())
}

async fn note(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, venue: &Venue) -> Result<()> {
    tx.audit(tenant, kind, "venue", venue.id.0).await?;
    let data = tx.project(Subject::Venue(venue));
    tx.changed(venue.organization_id, kind, "venue", venue.id.0, Some(data));
    Ok(())
}

fn place(venue: &Venue) -> After {
    After { created_at: venue.stamp.created_at, id: venue.id.0 }
}

fn venue(row: &Row<'_>) -> Result<Venue> {
    let details = VenueDetails {
        name: row.get(2)?,
        slug: places::slug(row, 3, "venue")?,
        city: row.get(4)?,
        state_province: row.get(5)?,
        country: row.get(6)?,
        zone: places::zone(row, 7, "venue")?,
        capacity: row.get(8)?,
        address: row.get(9)?,
        latitude: row.get(10)?,
        longitude: row.get(11)?,
    };
    Ok(Venue { id: row.get(0)?, organization_id: row.get(1)?, details, stamp: places::stamp(row, 12)? })
}
