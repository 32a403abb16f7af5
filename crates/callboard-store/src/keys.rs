//! API keys: who a token stands for, which keys there are. Source: native-api.md §4, promises R16.

mod cache;
mod look_up;
mod manage;
mod mint;

use std::sync::Arc;

use callboard_core::ids::{BoxOfficeId, ChannelId, KeyId, OrganizationId, VenueId};
use callboard_core::key::{ApiKey, Binding, Family, KEYS_MAX, KeyHash};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::Timestamp;
use serde_json::json;

pub(crate) use cache::KeyCache;
pub(crate) use look_up::LookUps;
pub(crate) use manage::revoke_bound;
pub use manage::{DeleteDeveloperKey, ReviseKey, RevokeKey, TouchKeys};
pub use mint::{MintKey, RotateKey};

use crate::error::{Error, Result};
use crate::page::{After, Page, bounded, page};
use crate::places;
use crate::sql::{Conn, Row, Tx, params};
use crate::stamp::Stamp;
use crate::store::Store;
use crate::tenant::{Actor, Reach, Tenant};

/// A key that authenticated, and what it may reach.
#[derive(Debug, Clone)]
pub struct KeyAccess {
    pub key: Arc<ApiKey>,
    pub tenant: Tenant,
    /// What the tenant's answers depend on, where the look-up told it along (several nodes).
    pub stamp: Option<Stamp>,
}

macro_rules! columns {
    () => {
        "k.id, k.organization_id, k.account_id, k.family, k.label, k.prefix, k.hint, k.scopes, k.venue_id, \
         k.channel_id, k.box_office_id, k.event_id, k.expires_at, k.disabled, k.rate_limit_per_minute, k.created_at, \
         k.last_used_at, k.revoked_at, k.version"
    };
}
macro_rules! select {
    () => {
        concat!("SELECT ", $crate::keys::columns!(), " FROM api_key k ")
    };
}
pub(crate) use {columns, select};

/// A key, and behind its columns the counters of its organization; of a channel key those of every organization that
/// its account belongs to, a row for each.
const WITH_COUNTERS: &str = concat!(
    "SELECT ",
    columns!(),
    ", o.id, o.version, o.stock_version FROM api_key k
     LEFT JOIN member m ON k.family = 'channel' AND m.account_id = k.account_id AND m.joined_at IS NOT NULL
     JOIN organization o ON o.id = coalesce(m.organization_id, k.organization_id)
     WHERE k.hash = $1 ORDER BY o.id"
);

macro_rules! of_place {
    ($which:literal) => {
        concat!(
            select!(),
            "WHERE k.organization_id = $1 AND ",
            $which,
            " AND (k.created_at, k.id) < ($3, $4) ORDER BY k.created_at DESC, k.id DESC LIMIT $5"
        )
    };
}

/// A place that has keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    Venue(VenueId),
    Channel(ChannelId),
    BoxOffice(BoxOfficeId),
}

impl Store {
    /// Who a token stands for; `None` for an unknown, revoked, disabled or expired one.
    ///
    /// Exact: a change of a key that was answered binds this call. Cost: a look into memory, or one
    /// indexed query the first time.
    ///
    /// # Errors
    /// Faults only.
    pub async fn authenticate(&self, hash: &KeyHash, now: Timestamp) -> Result<Option<KeyAccess>> {
        let Some(cache) = self.known_keys() else {
            // Apart: what a question to the database needs is not part of the memory of those who need not ask.
            let found = Box::pin(self.look_up(hash)).await?.filter(|(key, _)| key.is_active(now));
            return Ok(found.and_then(|(key, stamp)| access(key, Some(stamp))));
        };
        let (known, generation) = cache.find(hash);
        let key = match known {
            Some(key) => Some(key),
            None => {
                let found = Box::pin(self.find_alone(hash)).await?;
                found.map(|key| cache.keep(*hash, key, generation))
            }
        };
        Ok(key.filter(|key| key.is_active(now)).and_then(|key| access(key, None)))
    }

    async fn find_alone(&self, hash: &KeyHash) -> Result<Option<ApiKey>> {
        let read = self.read().await?;
        read.one(concat!(select!(), "WHERE k.hash = $1"), params![&hash.0], key).await
    }

    /// Where memory proves nothing: the key and the counters of all that it reaches, by one statement.
    async fn find_shared(&self, hash: &KeyHash) -> Result<look_up::Found> {
        let read = self.read().await?;
        let mut found = None;
        let counters = read
            .rows(WITH_COUNTERS, params![&hash.0], |row| {
                if found.is_none() {
                    found = Some(key(row)?);
                }
                Ok((row.get(19)?, row.get(20)?, row.get(21)?))
            })
            .await?;
        let Some(key) = found else { return Ok(None) };
        let stamp = match (key.family, counters.as_slice()) {
            (Family::Channel, _) => Stamp::Many(counters.into()),
            (_, [(_, version, stock)]) => Stamp::One { version: *version, stock: *stock },
            (_, _) => return Ok(None),
        };
        Ok(Some((Arc::new(key), stamp)))
    }

    /// A key of the tenant's organization.
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn find_key(&self, tenant: &Tenant, id: KeyId) -> Result<Option<ApiKey>> {
        let organization_id = places::whole(tenant)?;
        let read = self.read().await?;
        find(&read, organization_id, id).await
    }

    /// The organization's keys, revoked ones too, newest first.
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn list_keys(&self, tenant: &Tenant, after: Option<After>, limit: i64) -> Result<Page<ApiKey>> {
        let organization_id = places::whole(tenant)?;
        let from = after.unwrap_or(After::LAST);
        let read = self.read().await?;
        let rows = read
            .rows(
                concat!(
                    select!(),
                    "WHERE k.organization_id = $1 AND (k.created_at, k.id) < ($2, $3)
                     ORDER BY k.created_at DESC, k.id DESC LIMIT $4"
                ),
                params![organization_id, from.created_at, from.id, bounded(limit) + 1],
                key,
            )
            .await?;
        Ok(page(rows, limit, |key| After { created_at: key.created_at, id: key.id.0 }))
    }

    /// The keys of one place, revoked ones too, newest first: those bound to it, and, since a channel key is bound
    /// to none, with a channel the organization's channel keys.
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn list_keys_of(
        &self,
        tenant: &Tenant,
        place: KeyPlace,
        after: Option<After>,
        limit: i64,
    ) -> Result<Page<ApiKey>> {
        let organization_id = places::whole(tenant)?;
        let (sql, id) = match place {
            KeyPlace::Venue(id) => (of_place!("k.venue_id = $2"), id.0),
            KeyPlace::BoxOffice(id) => (of_place!("k.box_office_id = $2"), id.0),
            KeyPlace::Channel(id) => (of_place!("(k.channel_id = $2 OR k.family = 'channel')"), id.0),
        };
        let from = after.unwrap_or(After::LAST);
        let read = self.read().await?;
        let wanted = params![organization_id, id, from.created_at, from.id, bounded(limit) + 1];
        let rows = read.rows(sql, wanted, key).await?;
        Ok(page(rows, limit, |key| After { created_at: key.created_at, id: key.id.0 }))
    }

    /// The developer keys that the tenant's account made in its organization and that are not revoked,
    /// newest first. Source: contracts.md §3.2.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_developer_keys(&self, tenant: &Tenant, now: Timestamp) -> Result<Vec<ApiKey>> {
        let Some(account_id) = tenant.account_id() else { return Ok(Vec::new()) };
        let organization_id = places::whole(tenant)?;
        let read = self.read().await?;
        read.rows(
            concat!(
                select!(),
                "WHERE k.account_id = $1 AND k.family = 'developer' AND k.organization_id = $2
                 AND (k.revoked_at IS NULL OR k.revoked_at > $3)
                 ORDER BY k.created_at DESC, k.id DESC LIMIT $4"
            ),
            params![account_id, organization_id, now, KEYS_MAX],
            key,
        )
        .await
    }
}

/// What a key reaches: a channel key its account's channels, any other its organization or a part of it.
fn access(key: Arc<ApiKey>, stamp: Option<Stamp>) -> Option<KeyAccess> {
    let reach = match key.family {
        // A channel key without an account reaches nothing and is nobody's.
        Family::Channel => Reach::Account(key.account_id?),
        Family::Venue | Family::BoxOffice | Family::Developer | Family::Native => {
            Reach::Organization(key.bound)
        }
    };
    let actor = Actor::Key { key: key.id, account: key.account_id };
    let tenant = Tenant::new(key.organization_id, reach, actor);
    Some(KeyAccess { key, tenant, stamp })
}

async fn find(conn: &Conn, organization_id: OrganizationId, id: KeyId) -> Result<Option<ApiKey>> {
    let sql = concat!(select!(), "WHERE k.organization_id = $1 AND k.id = $2");
    conn.one(sql, params![organization_id, id], key).await
}

async fn reach(tx: &Tx<'_>, tenant: &Tenant, id: KeyId) -> Result<ApiKey> {
    let found = find(tx, places::whole(tenant)?, id).await?;
    found.ok_or_else(|| Rejection::NotFound(Thing::Key).into())
}

/// Writes what every change of a key leaves: audit, feed, and the end of what memory knew.
async fn note(tx: &Tx<'_>, tenant: &Tenant, kind: &'static str, key: &ApiKey) -> Result<()> {
    tx.audit(tenant, kind, "key", key.id.0).await?;
    tx.changed(key.organization_id, kind, "key", key.id.0, Some(data(key)));
    tx.keys_changed();
    Ok(())
}

/// The stored members of a key for the change log; `lastUsedAt` is no change and stays out.
fn data(key: &ApiKey) -> String {
    json!({
        "id": key.id,
        "family": key.family.as_str(),
        "label": key.label,
        "prefix": key.prefix,
        "hint": key.hint,
        "scopes": key.scopes,
        "venueId": key.bound.venue_id,
        "boxOfficeId": key.bound.box_office_id,
        "eventId": key.bound.event_id,
        "channelId": key.bound.channel_id,
        "expiresAt": key.expires_at.map(Timestamp::to_utc_text),
        "disabled": key.disabled,
        "rateLimitPerMinute": key.rate_limit_per_minute,
        "createdAt": key.created_at.to_utc_text(),
        "revokedAt": key.revoked_at.map(Timestamp::to_utc_text),
        "version": key.version,
    })
    .to_string()
}

fn key(row: &Row<'_>) -> Result<ApiKey> {
    let family: String = row.get(3)?;
    let scopes: String = row.get(7)?;
    Ok(ApiKey {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        account_id: row.get(2)?,
        family: Family::parse(&family).ok_or_else(|| Error::corrupt("api_key", "family", &family))?,
        label: row.get(4)?,
        prefix: row.get(5)?,
        hint: row.get(6)?,
        scopes: scopes.split_ascii_whitespace().map(str::to_owned).collect(),
        bound: Binding {
            venue_id: row.get(8)?,
            channel_id: row.get(9)?,
            box_office_id: row.get(10)?,
            event_id: row.get(11)?,
        },
        expires_at: row.get(12)?,
        disabled: row.get(13)?,
        rate_limit_per_minute: row.get(14)?,
        created_at: row.get(15)?,
        last_used_at: row.get(16)?,
        revoked_at: row.get(17)?,
        version: row.get(18)?,
    })
}
