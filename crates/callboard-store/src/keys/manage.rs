//! Keys after their making: revised, revoked, used. Source: native-api.md §4, contracts.md §3.2.

use callboard_core::event::patch::Change;
use callboard_core::ids::{KeyId, OrganizationId};
use callboard_core::key::{ApiKey, Family};
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::Timestamp;

use super::mint::check_limit;
use super::{key, note, reach, select};
use crate::error::Result;
use crate::places::{self, Facet};
use crate::sql::{Command, Tx, params};
use crate::tenant::Tenant;

/// Changes what may change about a key; a patch that changes nothing writes nothing.
#[derive(Debug, Clone)]
pub struct ReviseKey {
    pub tenant: Tenant,
    pub id: KeyId,
    pub label: Option<String>,
    pub rate_limit_per_minute: Change<i64>,
    pub expires_at: Change<Timestamp>,
    pub disabled: Option<bool>,
    pub if_match: Option<i64>,
}

/// Ends a key at once, a grace that is running too. Repeating it changes nothing.
#[derive(Debug, Clone)]
pub struct RevokeKey {
    pub tenant: Tenant,
    pub id: KeyId,
}

/// Ends a developer key of the tenant's own account; a second time it is not found.
#[derive(Debug, Clone)]
pub struct DeleteDeveloperKey {
    pub tenant: Tenant,
    pub id: KeyId,
}

/// Notes when keys were last used: gathered by the caller, no change of the key, no line in any log.
#[derive(Debug, Clone)]
pub struct TouchKeys(pub Vec<(KeyId, OrganizationId, Timestamp)>);

impl Command for ReviseKey {
    type Out = ApiKey;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<ApiKey> {
        let before = reach(tx, &self.tenant, self.id).await?;
        places::expect_version(self.if_match, before.version)?;
        let mut after = before.clone();
        if let Some(label) = &self.label {
            after.label.clone_from(label);
        }
        after.rate_limit_per_minute = self.rate_limit_per_minute.unwrap_or(before.rate_limit_per_minute);
        after.expires_at = self.expires_at.unwrap_or(before.expires_at);
        after.disabled = self.disabled.unwrap_or(before.disabled);
        if after == before {
            return Ok(before);
        }
        let now = tx.now();
        let counts = |key: &ApiKey| {
            key.revoked_at.is_none_or(|at| now < at) && key.expires_at.is_none_or(|at| now < at)
        };
        if counts(&after) && !counts(&before) {
            check_limit(tx, &after, 1).await?;
        }
        after.version = before.version.saturating_add(1);
        update(tx, &after).await?;
        note(tx, &self.tenant, "key.updated", &after).await?;
        Ok(after)
    }
}

impl Command for RevokeKey {
    type Out = ApiKey;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<ApiKey> {
        let before = reach(tx, &self.tenant, self.id).await?;
        if before.revoked_at.is_some_and(|at| at <= tx.now()) {
            return Ok(before);
        }
        revoke(tx, &self.tenant, before).await
    }
}

impl Command for DeleteDeveloperKey {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let before = reach(tx, &self.tenant, self.id).await?;
        let is_own = before.account_id.is_some() && before.account_id == self.tenant.account_id();
        let is_dead = before.revoked_at.is_some_and(|at| at <= tx.now());
        if before.family != Family::Developer || !is_own || is_dead {
            return Err(Rejection::NotFound(Thing::Key).into());
        }
        revoke(tx, &self.tenant, before).await?;
        Ok(())
    }
}

impl Command for TouchKeys {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        for (id, organization_id, at) in &self.0 {
            tx.exec(
                "UPDATE api_key SET last_used_at = $3 WHERE organization_id = $1 AND id = $2
                 AND (last_used_at IS NULL OR last_used_at < $3)",
                params![*organization_id, *id, *at],
            )
            .await?;
        }
        Ok(())
    }
}

/// Revokes the living keys that are bound to a place that goes.
pub(crate) async fn revoke_bound(tx: &Tx<'_>, tenant: &Tenant, facet: Facet) -> Result<()> {
    let (sql, id) = match facet {
        Facet::Venue(id) => (concat!(select!(), "WHERE k.organization_id = $1 AND k.venue_id = $2"), id.0),
        Facet::Channel(id) => {
            (concat!(select!(), "WHERE k.organization_id = $1 AND k.channel_id = $2"), id.0)
        }
        Facet::BoxOffice(id) => {
            (concat!(select!(), "WHERE k.organization_id = $1 AND k.box_office_id = $2"), id.0)
        }
    };
    let bound = tx.rows(sql, params![tenant.organization_id(), id], key).await?;
    for before in bound {
        if before.revoked_at.is_none_or(|at| tx.now() < at) {
            revoke(tx, tenant, before).await?;
        }
    }
    Ok(())
}

async fn revoke(tx: &Tx<'_>, tenant: &Tenant, before: ApiKey) -> Result<ApiKey> {
    let version = before.version.saturating_add(1);
    let after = ApiKey { revoked_at: Some(tx.now()), version, ..before };
    update(tx, &after).await?;
    note(tx, tenant, "key.revoked", &after).await?;
    Ok(after)
}

/// Writes the members that may change; `after.version` is the stored one plus 1.
pub(super) async fn update(tx: &Tx<'_>, after: &ApiKey) -> Result<()> {
    let changed = tx
        .exec(
            "UPDATE api_key SET label = $4, rate_limit_per_minute = $5, expires_at = $6, disabled = $7,
             revoked_at = $8, version = $3 WHERE organization_id = $1 AND id = $2 AND version = $3 - 1",
            params![
                after.organization_id,
                after.id,
                after.version,
                &after.label,
                after.rate_limit_per_minute,
                after.expires_at,
                after.disabled,
                after.revoked_at
            ],
        )
        .await?;
    places::expect_changed(changed)
}
