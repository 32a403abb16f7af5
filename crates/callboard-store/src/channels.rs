//! Channels: made, found, listed, revised and deleted; by account for channel keys.
//! Source: native-api.md §3, contracts.md §1.

use callboard_core::ids::{AccountId, ChannelId, OrganizationId};
use callboard_core::place::{Channel, ChannelDetails, ChannelPatch};
use callboard_core::rejection::{Rejection, Thing};

use crate::counters::{Sequence, next_number};
use crate::error::Result;
use crate::keys::revoke_bound;
use crate::page::{After, LIMIT_MAX, Page, bounded, page};
use crate::places::{self, Extent, Facet};
use crate::query::Query;
use crate::slugs::{OnClash, SlugSpace, choose};
use crate::sql::{Command, Conn, Row, Tx, params};
use crate::store::{Store, Subject};
use crate::tenant::{Reach, Tenant};

macro_rules! columns {
    () => {
        "c.id, c.organization_id, c.number, c.name, c.slug, c.description, c.version, c.created_at, c.updated_at"
    };
}

/// What makes a channel one of an account's: it is owner, admin or editor of its organization now.
macro_rules! of_account {
    () => {
        "FROM member m JOIN channel c ON c.organization_id = m.organization_id
         WHERE m.account_id = $1 AND m.joined_at IS NOT NULL AND m.role IN ('owner', 'admin', 'editor')
         AND c.deleted_at IS NULL"
    };
}

/// Makes a channel. `details.slug` is the wish.
#[derive(Debug, Clone)]
pub struct CreateChannel {
    pub tenant: Tenant,
    pub details: ChannelDetails,
    pub on_clash: OnClash,
}

/// Changes a channel; a patch that changes nothing writes nothing.
#[derive(Debug, Clone)]
pub struct ReviseChannel {
    pub tenant: Tenant,
    pub id: ChannelId,
    pub patch: ChannelPatch,
    pub if_match: Option<i64>,
}

/// Deletes a channel softly; keys that are bound to it are revoked with it.
#[derive(Debug, Clone)]
pub struct DeleteChannel {
    pub tenant: Tenant,
    pub id: ChannelId,
    pub if_match: Option<i64>,
}

impl Store {
    /// A channel of the tenant's organization, within its reach.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_channel(&self, tenant: &Tenant, id: ChannelId) -> Result<Option<Channel>> {
        if !extent(tenant).holds(id.0) {
            return Ok(None);
        }
        let read = self.read().await?;
        find(&read, tenant.organization_id(), id).await
    }

    /// The organization's channels in the order of their making.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_channels(
        &self,
        tenant: &Tenant,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<Channel>> {
        match extent(tenant) {
            Extent::Nothing => Ok(places::single(None, after, place)),
            Extent::One(id) => {
                let found = self.find_channel(tenant, ChannelId(id)).await?;
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
                            " FROM channel c WHERE c.organization_id = $1 AND c.deleted_at IS NULL
                             AND (c.created_at, c.id) > ($2, $3) ORDER BY c.created_at, c.id LIMIT $4"
                        ),
                        params![tenant.organization_id(), from.created_at, from.id, bounded(limit) + 1],
                        channel,
                    )
                    .await?;
                Ok(page(rows, limit, place))
            }
        }
    }

    /// Page `page` (from 1) of the channels to which the account of a channel key may publish now, by
    /// number, and how many there are; nothing for other tenants.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_account_channels(
        &self,
        tenant: &Tenant,
        page: i64,
        limit: i64,
    ) -> Result<(Vec<Channel>, i64)> {
        let Reach::Account(account_id) = tenant.reach() else { return Ok((Vec::new(), 0)) };
        let limit = limit.clamp(1, LIMIT_MAX);
        let offset = page.max(1).saturating_sub(1).saturating_mul(limit);
        let read = self.read().await?;
        let total = read
            .one(concat!("SELECT COUNT(*) ", of_account!()), params![account_id], |row| row.get(0))
            .await?
            .unwrap_or(0);
        let rows = read
            .rows(
                concat!("SELECT ", columns!(), " ", of_account!(), " ORDER BY c.number LIMIT $2 OFFSET $3"),
                params![account_id, limit, offset],
                channel,
            )
            .await?;
        Ok((rows, total))
    }

    /// One of those channels by its number.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_account_channel(&self, tenant: &Tenant, number: i64) -> Result<Option<Channel>> {
        let read = self.read().await?;
        account_channel(&read, tenant, number).await
    }
}

/// As [`Store::find_account_channel`], inside a command.
///
/// # Errors
/// Faults only.
pub async fn account_channel(conn: &Conn, tenant: &Tenant, number: i64) -> Result<Option<Channel>> {
    let Reach::Account(account_id) = tenant.reach() else { return Ok(None) };
    conn.one(
        concat!("SELECT ", columns!(), " ", of_account!(), " AND c.number = $2"),
        params![account_id, number],
        channel,
    )
    .await
}

/// The channels to which an account may publish now, up to `limit` of them; only the one of a number, if it is said.
///
/// # Errors
/// Faults only.
pub(crate) async fn usable(
    conn: &Conn,
    account_id: AccountId,
    number: Option<i64>,
    limit: i64,
) -> Result<Vec<(OrganizationId, ChannelId)>> {
    let mut query = Query::with(concat!("SELECT c.organization_id, c.id ", of_account!()), account_id);
    query.bind_some(" AND c.number = ", number);
    query.bind(" LIMIT ", limit);
    conn.rows(query.sql(), query.params(), |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Whether the tenant's account may publish to this channel of this organization now.
///
/// # Errors
/// Faults only.
pub(crate) async fn account_may_use(
    conn: &Conn,
    tenant: &Tenant,
    organization_id: OrganizationId,
    id: ChannelId,
) -> Result<bool> {
    let Reach::Account(account_id) = tenant.reach() else { return Ok(false) };
    let found = conn
        .one(
            concat!("SELECT 1 ", of_account!(), " AND c.organization_id = $2 AND c.id = $3"),
            params![account_id, organization_id, id],
            |row| row.get::<i64>(0),
        )
        .await?;
    Ok(found.is_some())
}

impl Command for CreateChannel {
    type Out = Channel;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Channel> {
        let organization_id = places::whole(&self.tenant)?;
        let space = SlugSpace::Channels(organization_id);
        let slug = choose(tx, space, &self.details.slug, self.on_clash, None).await?;
        let made = Channel {
            id: tx.mint(),
            organization_id,
            number: next_number(tx, Sequence::Channel).await?,
            details: ChannelDetails { slug, ..self.details.clone() },
            stamp: places::first_stamp(tx.now()),
        };
        let details = &made.details;
        tx.exec(
            "INSERT INTO channel (organization_id, id, number, name, slug, description, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)",
            params![organization_id, made.id, made.number, &details.name, details.slug.as_str(), &details.description, tx.now()],
        )
        .await?;
        note(tx, &self.tenant, "channel.created", &made).await?;
        Ok(made)
    }
}

impl Command for ReviseChannel {
    type Out = Channel;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Channel> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let details = self.patch.clone().apply(&before.details);
        if details == before.details {
            return Ok(before);
        }
        if details.slug != before.details.slug {
            let space = SlugSpace::Channels(before.organization_id);
            choose(tx, space, &details.slug, OnClash::Refuse, Some(self.id.0)).await?;
        }
        let stamp = places::next_stamp(&before.stamp, tx.now());
        let after = Channel { details, stamp, ..before.clone() };
        let changed = tx
            .exec(
                "UPDATE channel SET name = $4, slug = $5, description = $6, version = version + 1, updated_at = $7
                 WHERE organization_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL",
                params![
                    after.organization_id,
                    after.id,
                    before.stamp.version,
                    &after.details.name,
                    after.details.slug.as_str(),
                    &after.details.description,
                    tx.now()
                ],
            )
            .await?;
        places::expect_changed(changed)?;
        note(tx, &self.tenant, "channel.updated", &after).await?;
        Ok(after)
    }
}

impl Command for DeleteChannel {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.stamp.version)?;
        let organization_id = before.organization_id;
        places::refuse_in_use(tx, organization_id, Facet::Channel(self.id)).await?;
        let changed = tx
            .exec(
                "UPDATE channel SET deleted_at = $3, updated_at = $3, version = version + 1
                 WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL",
                params![organization_id, self.id, tx.now()],
            )
            .await?;
        places::expect_changed(changed)?;
        crate::box_offices::forget_default(tx, &self.tenant, Facet::Channel(self.id)).await?;
        revoke_bound(tx, &self.tenant, Facet::Channel(self.id)).await?;
        tx.audit(&self.tenant, "channel.deleted", "channel", self.id.0).await?;
        tx.changed(organization_id, "channel.deleted", "channel", self.id.0, None);
        Ok(())
    }
}

/// A living channel of the organization, whatever the caller's reach.
pub(crate) async fn find(
    conn: &Conn,
    organization_id: OrganizationId,
    id: ChannelId,
) -> Result<Option<Channel>> {
    conn.one(
        concat!(
            "SELECT ",
            columns!(),
            " FROM channel c WHERE c.organization_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
        ),
        params![organization_id, id],
        channel,
    )
    .await
}

fn extent(tenant: &Tenant) -> Extent {
    Extent::of(tenant, tenant.binding().channel_id.map(|id| id.0))
}

async fn reach(tx: &Tx<'_>, tenant: &Tenant, id: ChannelId) -> Result<Channel> {
    let found = if extent(tenant).holds(id.0) { find(tx, tenant.organization_id(), id).await? } else { None };
    found.ok_or_else(|| Rejection::NotFound(Thing::Channel).into())
}

async fn note(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, channel: &Channel) -> Result<()> {
    tx.audit(tenant, kind, "channel", channel.id.0).await?;
    let data = tx.project(Subject::Channel(channel));
    tx.changed(channel.organization_id, kind, "channel", channel.id.0, Some(data));
    Ok(())
}

fn place(channel: &Channel) -> After {
    After { created_at: channel.stamp.created_at, id: channel.id.0 }
}

fn channel(row: &Row<'_>) -> Result<Channel> {
    let details = ChannelDetails {
        name: row.get(3)?,
        slug: places::slug(row, 4, "channel")?,
        description: row.get(5)?,
    };
    Ok(Channel {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        number: row.get(2)?,
        details,
        stamp: places::stamp(row, 6)?,
    })
}
