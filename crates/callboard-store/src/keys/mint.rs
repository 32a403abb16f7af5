//! Making keys: minting and rotating, within the limits. Source: native-api.md §4, contracts.md §1.2, §4.1.

use callboard_core::ids::{AccountId, OrganizationId};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::{
    ApiKey, BOX_OFFICE_KEYS_MAX, Binding, CHANNEL_KEYS_MAX, Family, KEYS_MAX, KeyHash,
};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::{SECOND, Timestamp};
use uuid::Uuid;

use super::{note, reach};
use crate::error::Result;
use crate::places;
use crate::sql::{Command, Tx, params};
use crate::tenant::{Actor, Tenant};

/// Makes a key; its token was minted by the caller and is not in here.
#[derive(Debug, Clone)]
pub struct MintKey {
    pub tenant: Tenant,
    pub family: Family,
    pub label: String,
    pub prefix: String,
    pub hint: String,
    pub hash: KeyHash,
    pub scopes: Vec<String>,
    pub binding: Binding,
    pub expires_at: Option<Timestamp>,
    pub rate_limit_per_minute: Option<i64>,
    /// Whose key it is: a session's own account; the command line may name any member, or none.
    pub account_id: Option<AccountId>,
}

/// Gives a key a new token; the old one works until the grace ends.
#[derive(Debug, Clone)]
pub struct RotateKey {
    pub tenant: Tenant,
    pub id: callboard_core::ids::KeyId,
    /// 0 to [`callboard_core::key::GRACE_MAX_S`]; 0 ends the old token at once.
    pub grace_seconds: i64,
    pub hash: KeyHash,
    pub hint: String,
}

impl Command for MintKey {
    type Out = ApiKey;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<ApiKey> {
        let organization_id = places::whole(&self.tenant)?;
        self.check_owner(tx).await?;
        binding_fits(self.family, &self.binding)?;
        binding_exists(tx, &self.tenant, &self.binding).await?;
        let made = ApiKey {
            id: tx.mint(),
            organization_id,
            account_id: self.account_id,
            family: self.family,
            label: self.label.clone(),
            prefix: self.prefix.clone(),
            hint: self.hint.clone(),
            scopes: self.scopes.clone(),
            bound: self.binding,
            expires_at: self.expires_at,
            disabled: false,
            rate_limit_per_minute: self.rate_limit_per_minute,
            created_at: tx.now(),
            last_used_at: None,
            revoked_at: None,
            version: 1,
        };
        check_limit(tx, &made, 1).await?;
        insert(tx, &made, &self.hash).await?;
        note(tx, &self.tenant, "key.created", &made).await?;
        Ok(made)
    }
}

impl MintKey {
    async fn check_owner(&self, tx: &Tx<'_>) -> Result<()> {
        match self.tenant.actor() {
            // A key never makes a key, and nobody makes one in another's name.
            Actor::Key { .. } => return Err(Rejection::OutOfReach.into()),
            Actor::Session { account, .. } if self.account_id != Some(account) => {
                return Err(Rejection::OutOfReach.into());
            }
            Actor::Session { .. } | Actor::Operator => (),
        }
        let Some(account_id) = self.account_id else {
            return match self.family {
                Family::Channel => Err(Rejection::NotFound(Thing::Account).into()),
                Family::Venue | Family::BoxOffice | Family::Developer | Family::Native => Ok(()),
            };
        };
        let member: Option<Uuid> = tx
            .one(
                "SELECT id FROM member WHERE account_id = $1 AND organization_id = $2 AND joined_at IS NOT NULL",
                params![account_id, self.tenant.organization_id()],
                |row| row.get(0),
            )
            .await?;
        if member.is_some() { Ok(()) } else { Err(Rejection::NotFound(Thing::Account).into()) }
    }
}

impl Command for RotateKey {
    type Out = ApiKey;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<ApiKey> {
        let before = reach(tx, &self.tenant, self.id).await?;
        // A key that ends already has its successor, or shall have none.
        if before.revoked_at.is_some() {
            return Err(Rejection::NotFound(Thing::Key).into());
        }
        check_rotator(&self.tenant, &before)?;
        // With a grace both count; without, the new one takes the old one's place.
        check_limit(tx, &before, i64::from(self.grace_seconds > 0)).await?;
        let grace_ms = self.grace_seconds.max(0).saturating_mul(SECOND);
        let ended = ApiKey {
            revoked_at: Some(tx.now().plus_millis(grace_ms)),
            version: before.version.saturating_add(1),
            ..before.clone()
        };
        super::manage::update(tx, &ended).await?;
        note(tx, &self.tenant, "key.rotated", &ended).await?;
        let made = ApiKey {
            id: tx.mint(),
            hint: self.hint.clone(),
            disabled: false,
            created_at: tx.now(),
            last_used_at: None,
            version: 1,
            ..before
        };
        insert(tx, &made, &self.hash).await?;
        note(tx, &self.tenant, "key.created", &made).await?;
        Ok(made)
    }
}

/// A key that acts for an account is rotated by that account only: the one who rotates sees the new token.
fn check_rotator(tenant: &Tenant, key: &ApiKey) -> Result<()> {
    let is_personal = matches!(key.family, Family::Channel | Family::Developer);
    match tenant.actor() {
        Actor::Operator => Ok(()),
        Actor::Session { account, .. } if !is_personal || key.account_id == Some(account) => Ok(()),
        Actor::Session { .. } | Actor::Key { .. } => Err(Rejection::OutOfReach.into()),
    }
}

/// Each family is bound to what its contract says.
fn binding_fits(family: Family, binding: &Binding) -> Result<()> {
    let mut issues = Issues::new();
    let mut check = |path: &str, is_set: bool, must: bool, may: bool| {
        if must && !is_set {
            issues.push(Issue::body(path, IssueCode::Required, "is required for keys of this family"));
        } else if is_set && !may {
            issues.push(Issue::body(path, IssueCode::Conflict, "does not go with this key"));
        }
    };
    let native = family == Family::Native && binding.count() <= 1;
    let (venue, box_office) = (family == Family::Venue, family == Family::BoxOffice);
    check("venueId", binding.venue_id.is_some(), venue, venue || native);
    check("channelId", binding.channel_id.is_some(), false, native);
    check("boxOfficeId", binding.box_office_id.is_some(), box_office, box_office || native);
    check("eventId", binding.event_id.is_some(), false, family == Family::Developer || native);
    Ok(issues.done()?)
}

async fn binding_exists(tx: &Tx<'_>, tenant: &Tenant, binding: &Binding) -> Result<()> {
    let organization_id = tenant.organization_id();
    let mut issues = Issues::new();
    if let Some(id) = binding.venue_id
        && crate::venues::find(tx, organization_id, id).await?.is_none()
    {
        places::not_found(&mut issues, "venueId", Thing::Venue);
    }
    if let Some(id) = binding.channel_id
        && crate::channels::find(tx, organization_id, id).await?.is_none()
    {
        places::not_found(&mut issues, "channelId", Thing::Channel);
    }
    if let Some(id) = binding.box_office_id
        && crate::box_offices::find(tx, organization_id, id).await?.is_none()
    {
        places::not_found(&mut issues, "boxOfficeId", Thing::BoxOffice);
    }
    if let Some(id) = binding.event_id {
        let sql = "SELECT id FROM event WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
        let found: Option<Uuid> = tx.one(sql, params![organization_id, id], |row| row.get(0)).await?;
        if found.is_none() {
            places::not_found(&mut issues, "eventId", Thing::Event);
        }
    }
    Ok(issues.done()?)
}

/// Refuses `more` keys of the kind of `like` beyond its limit. Disabled keys count, since they can be enabled
/// at any time; revoked ones until their grace ends, expired ones not.
pub(super) async fn check_limit(tx: &Tx<'_>, like: &ApiKey, more: i64) -> Result<()> {
    let (limit, active) = match (like.family, like.bound.box_office_id, like.account_id) {
        (Family::BoxOffice, Some(box_office_id), _) => {
            places::serialize(tx, like.organization_id).await?;
            let sql = "SELECT COUNT(*) FROM api_key WHERE organization_id = $1 AND box_office_id = $2
                 AND family = 'box_office' AND (revoked_at IS NULL OR revoked_at > $3)
                 AND (expires_at IS NULL OR expires_at > $3)";
            let of = params![like.organization_id, box_office_id, tx.now()];
            (BOX_OFFICE_KEYS_MAX, tx.one(sql, of, |row| row.get::<i64>(0)).await?)
        }
        // An account's channel keys count wherever they were made.
        (Family::Channel, _, Some(account_id)) => {
            tx.exec("UPDATE account SET updated_at = updated_at WHERE id = $1", params![account_id]).await?;
            let sql = "SELECT COUNT(*) FROM api_key WHERE account_id = $1 AND family = 'channel'
                 AND (revoked_at IS NULL OR revoked_at > $2) AND (expires_at IS NULL OR expires_at > $2)";
            let of = params![account_id, tx.now()];
            (CHANNEL_KEYS_MAX, tx.one(sql, of, |row| row.get::<i64>(0)).await?)
        }
        (Family::Channel | Family::Venue | Family::BoxOffice | Family::Developer | Family::Native, _, _) => {
            places::serialize(tx, like.organization_id).await?;
            let sql = "SELECT COUNT(*) FROM api_key WHERE organization_id = $1
                 AND family IN ('venue', 'developer', 'native') AND (revoked_at IS NULL OR revoked_at > $2)
                 AND (expires_at IS NULL OR expires_at > $2)";
            let of = params![like.organization_id, tx.now()];
            (KEYS_MAX, tx.one(sql, of, |row| row.get::<i64>(0)).await?)
        }
    };
    let after = active.unwrap_or(0).saturating_add(more);
    if after > limit { Err(Rejection::KeyLimit { limit }.into()) } else { Ok(()) }
}

async fn insert(tx: &Tx<'_>, key: &ApiKey, hash: &KeyHash) -> Result<()> {
    tx.exec(
        "INSERT INTO api_key (organization_id, id, account_id, family, label, prefix, hint, hash, scopes, venue_id,
         channel_id, box_office_id, event_id, expires_at, disabled, rate_limit_per_minute, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, FALSE, $15, $16, 1)",
        params![
            key.organization_id,
            key.id,
            key.account_id,
            key.family.as_str(),
            &key.label,
            &key.prefix,
            &key.hint,
            &hash.0,
            &key.scopes.join(" "),
            key.bound.venue_id,
            key.bound.channel_id,
            key.bound.box_office_id,
            key.bound.event_id,
            key.expires_at,
            key.rate_limit_per_minute,
            key.created_at
        ],
    )
    .await?;
    Ok(())
}
