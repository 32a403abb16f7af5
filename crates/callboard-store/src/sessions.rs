//! Sessions: opened in one organization, looked up at every request, ended at once.
//! Source: native-api.md §2, promises R17, R20.

use callboard_core::account::Role;
use callboard_core::ids::{AccountId, OrganizationId, SessionId};
use callboard_core::key::Binding;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::Timestamp;

use crate::accounts::AccountSummary;
use crate::error::Result;
use crate::members;
use crate::sign_in::{self, Bucket};
use crate::sql::{Command, Row, Tx, params};
use crate::stamp::Stamp;
use crate::store::Store;
use crate::tenant::{Actor, Reach, Tenant};

/// A session as its token tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedSession {
    pub id: SessionId,
    pub account_id: AccountId,
    pub organization_id: OrganizationId,
    pub expires_at: Timestamp,
}

/// What a living session may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionAccess {
    pub tenant: Tenant,
    pub account: AccountSummary,
    /// The member's role now, not when the session began.
    pub role: Role,
    pub expires_at: Timestamp,
    /// What the organization's answers depend on, told by the same look-up.
    pub stamp: Stamp,
}

/// Opens a session of an account whose password was right.
#[derive(Debug, Clone)]
pub struct OpenSession {
    pub account_id: AccountId,
    /// The first one joined, if it is not named.
    pub organization_id: Option<OrganizationId>,
    pub expires_at: Timestamp,
    /// Forgets these failed attempts in the same transaction.
    pub clears: Option<Bucket>,
}

/// Ends the session that asks; its token is dead from the next request on.
#[derive(Debug, Clone)]
pub struct EndSession {
    pub tenant: Tenant,
}

impl Store {
    /// Who a session token stands for; `None` if it ended, expired, or its account is no member any more.
    ///
    /// # Errors
    /// Faults only.
    pub async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionAccess>> {
        let read = self.read().await?;
        read.one(
            "SELECT s.organization_id, s.expires_at, a.id, a.email, a.name, m.role, o.version, o.stock_version FROM session s
             JOIN account a ON a.id = s.account_id
             JOIN member m ON m.account_id = s.account_id AND m.organization_id = s.organization_id
             JOIN organization o ON o.id = s.organization_id
             WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND m.joined_at IS NOT NULL",
            params![id, now],
            |row: &Row<'_>| {
                let account = AccountSummary { id: row.get(2)?, email: row.get(3)?, name: row.get(4)? };
                let actor = Actor::Session { session: id, account: account.id };
                let reach = Reach::Organization(Binding::default());
                Ok(SessionAccess {
                    tenant: Tenant::new(row.get(0)?, reach, actor),
                    account,
                    role: members::role(row, 5)?,
                    expires_at: row.get(1)?,
                    stamp: Stamp::One { version: row.get(6)?, stock: row.get(7)? },
                })
            },
        )
        .await
    }
}

impl Command for OpenSession {
    type Out = OpenedSession;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<OpenedSession> {
        let joined: Option<OrganizationId> = match self.organization_id {
            Some(organization_id) => {
                tx.one(
                    "SELECT organization_id FROM member
                     WHERE account_id = $1 AND organization_id = $2 AND joined_at IS NOT NULL",
                    params![self.account_id, organization_id],
                    |row| row.get(0),
                )
                .await?
            }
            None => {
                tx.one(
                    "SELECT organization_id FROM member WHERE account_id = $1 AND joined_at IS NOT NULL
                     ORDER BY joined_at, organization_id LIMIT 1",
                    params![self.account_id],
                    |row| row.get(0),
                )
                .await?
            }
        };
        let organization_id = joined.ok_or(Rejection::NotFound(Thing::Organization))?;
        let session = insert(tx, self.account_id, organization_id, self.expires_at).await?;
        if let Some(bucket) = self.clears {
            sign_in::clear(tx, bucket).await?;
        }
        let actor = Actor::Session { session: session.id, account: self.account_id };
        tx.audit_as(organization_id, actor, "session.created", "session", session.id.0).await?;
        Ok(session)
    }
}

impl Command for EndSession {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let Actor::Session { session, .. } = self.tenant.actor() else {
            return Err(Rejection::NotFound(Thing::Session).into());
        };
        let ended = tx
            .exec(
                "UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
                params![session, tx.now()],
            )
            .await?;
        if ended == 1 {
            tx.audit(&self.tenant, "session.deleted", "session", session.0).await?;
        }
        Ok(())
    }
}

pub(crate) async fn insert(
    tx: &Tx<'_>,
    account_id: AccountId,
    organization_id: OrganizationId,
    expires_at: Timestamp,
) -> Result<OpenedSession> {
    let id: SessionId = tx.mint();
    tx.exec(
        "INSERT INTO session (id, account_id, organization_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        params![id, account_id, organization_id, tx.now(), expires_at],
    )
    .await?;
    Ok(OpenedSession { id, account_id, organization_id, expires_at })
}
