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
    /// When its last use was written down.
    pub seen_at: Option<Timestamp>,
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

/// A living session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    pub id: SessionId,
    /// The name of the organization in which it acts.
    pub organization: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was last used, from which address and by which program; a use shows after some minutes.
    pub seen_at: Option<Timestamp>,
    pub seen_from: Option<String>,
    pub client: Option<String>,
}

/// Most sessions that their owner is shown, the newest first.
pub const OWN_SESSIONS_MAX: i64 = 100;

/// Ends one session of the person that asks, in whichever organization it acts.
#[derive(Debug, Clone)]
pub struct EndOwnSession {
    pub tenant: Tenant,
    pub id: SessionId,
}

/// Ends every session of the person that asks but the one that asks.
#[derive(Debug, Clone)]
pub struct EndOtherSessions {
    pub tenant: Tenant,
}

/// A use of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionUse {
    pub id: SessionId,
    pub at: Timestamp,
    pub from: String,
    pub client: Option<String>,
}

/// Writes down when and from where sessions were used.
#[derive(Debug, Clone)]
pub struct TouchSessions(pub Vec<SessionUse>);

impl Store {
    /// The living sessions of the person that asks, the newest first.
    ///
    /// # Errors
    /// Faults only; nobody but a session has an account that could ask.
    pub async fn list_own_sessions(&self, tenant: &Tenant, now: Timestamp) -> Result<Vec<OwnSession>> {
        let (account_id, _) = person(tenant)?;
        let read = self.read().await?;
        read.rows(
            "SELECT s.id, o.name, s.created_at, s.expires_at, s.seen_at, s.seen_from, s.client FROM session s
             JOIN organization o ON o.id = s.organization_id
             WHERE s.account_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
             ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
            params![account_id, now, OWN_SESSIONS_MAX],
            |row: &Row<'_>| {
                Ok(OwnSession {
                    id: row.get(0)?,
                    organization: row.get(1)?,
                    created_at: row.get(2)?,
                    expires_at: row.get(3)?,
                    seen_at: row.get(4)?,
                    seen_from: row.get(5)?,
                    client: row.get(6)?,
                })
            },
        )
        .await
    }

    /// Who a session token stands for; `None` if it ended, expired, or its account is no member any more.
    ///
    /// # Errors
    /// Faults only.
    pub async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionAccess>> {
        let read = self.read().await?;
        read.one(
            "SELECT s.organization_id, s.expires_at, a.id, a.email, a.name, m.role, o.version, o.stock_version,
             s.seen_at FROM session s
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
                    seen_at: row.get(8)?,
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

/// The account and session that ask.
fn person(tenant: &Tenant) -> Result<(AccountId, SessionId)> {
    match tenant.actor() {
        Actor::Session { session, account } => Ok((account, session)),
        Actor::Key { .. } | Actor::Operator => Err(Rejection::NotFound(Thing::Session).into()),
    }
}

impl Command for EndOwnSession {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let (account_id, _) = person(&self.tenant)?;
        let acted_in: Option<OrganizationId> = tx
            .one(
                "UPDATE session SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL
                 RETURNING organization_id",
                params![self.id, account_id, tx.now()],
                |row| row.get(0),
            )
            .await?;
        let acted_in = acted_in.ok_or(Rejection::NotFound(Thing::Session))?;
        tx.audit_as(acted_in, self.tenant.actor(), "session.deleted", "session", self.id.0).await
    }
}

impl Command for EndOtherSessions {
    /// How many ended.
    type Out = u64;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<u64> {
        let (account_id, kept) = person(&self.tenant)?;
        let ended = tx
            .exec(
                "UPDATE session SET revoked_at = $3 WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL",
                params![account_id, kept, tx.now()],
            )
            .await?;
        if ended > 0 {
            tx.audit(&self.tenant, "account.sessions_ended", "account", account_id.0).await?;
        }
        Ok(ended)
    }
}

impl Command for TouchSessions {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        for used in &self.0 {
            tx.exec(
                "UPDATE session SET seen_at = $2, seen_from = $3, client = $4
                 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2)",
                params![used.id, used.at, &used.from, &used.client],
            )
            .await?;
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
