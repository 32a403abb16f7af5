//! Answers that are given twice: a write and its reply commit together, a repetition gets the stored bytes.
//! Source: promises §2.

use std::sync::Arc;

use callboard_core::ids::OrganizationId;
use callboard_core::rejection::Rejection;
use callboard_core::time::Timestamp;

use crate::error::{Error, Result};
use crate::sql::{Command, Conn, LOCKED, Row, Tx, params};
use crate::store::Store;
use crate::tenant::Tenant;

/// A reply as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// What is kept instead of `body`: the same with its secrets blanked. `None` in a reply that was stored.
    pub kept_body: Option<Vec<u8>>,
}

/// Whose repetition it would be: the caller's key for one route, with the print of the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// Method and route, `POST /v1/events`.
    pub route: String,
    pub key: String,
    pub fingerprint: [u8; 32],
}

/// Renders the reply to keep; `None` keeps nothing, and the key stays free.
pub type Render<T> = Arc<dyn Fn(Result<&T, &Rejection>) -> Option<StoredReply> + Send + Sync>;

/// Runs a command once per key.
pub struct Once<C: Command> {
    pub tenant: Tenant,
    pub repetition: Repetition,
    pub expires_at: Timestamp,
    pub inner: C,
    pub render: Render<C::Out>,
}

/// What became of a command that runs once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnceOutcome<T> {
    /// It ran now; `reply` is what was rendered and kept.
    Done { out: T, reply: Option<StoredReply> },
    /// It was refused now, and the refusal is kept.
    Refused { rejection: Rejection, reply: StoredReply },
    /// It ran before: the stored reply.
    Replayed(StoredReply),
    /// The key was used for another request.
    Mismatch,
}

/// What is known of a key before its request is even parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    Replay(StoredReply),
    Mismatch,
}

impl<C: Command> std::fmt::Debug for Once<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").field("route", &self.repetition.route).finish_non_exhaustive()
    }
}

impl Store {
    /// Looks for a kept reply without claiming the key; [`Once`] decides again inside its transaction.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_reply(
        &self,
        tenant: &Tenant,
        repetition: &Repetition,
        now: Timestamp,
    ) -> Result<Option<Earlier>> {
        let read = self.read().await?;
        find(&read, tenant, repetition, now).await
    }
}

impl<C: Command> Command for Once<C> {
    type Out = OnceOutcome<C::Out>;

    fn organization(&self) -> Option<OrganizationId> {
        self.inner.organization().filter(|id| *id == self.tenant.organization_id())
    }

    fn interleaves(&self) -> bool {
        self.organization().is_some() && self.inner.interleaves()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<OnceOutcome<C::Out>> {
        if let Some(earlier) = self.begin(tx).await? {
            return Ok(match earlier {
                Earlier::Replay(reply) => OnceOutcome::Replayed(reply),
                Earlier::Mismatch => OnceOutcome::Mismatch,
            });
        }
        let mark = tx.mark();
        if !tx.is_interleaved() {
            tx.exec("SAVEPOINT once", &[]).await?;
        }
        match self.inner.run(tx).await {
            Ok(out) => {
                if !tx.is_interleaved() {
                    tx.exec("RELEASE SAVEPOINT once", &[]).await?;
                }
                let reply = (self.render)(Ok(&out));
                match &reply {
                    Some(reply) => self.keep(tx, reply).await?,
                    None => self.free(tx).await?,
                }
                Ok(OnceOutcome::Done { out, reply })
            }
            Err(Error::Rejected(rejection)) => {
                let Some(reply) = (self.render)(Err(&rejection)) else {
                    return Err(Error::Rejected(rejection));
                };
                if !tx.is_interleaved() {
                    tx.exec("ROLLBACK TO SAVEPOINT once", &[]).await?;
                    tx.exec("RELEASE SAVEPOINT once", &[]).await?;
                } else if tx.has_written() {
                    return Err(Error::Rejected(rejection));
                }
                tx.forget_since(mark);
                self.keep(tx, &reply).await?;
                Ok(OnceOutcome::Refused { rejection, reply })
            }
            Err(fault) => Err(fault),
        }
    }
}

impl<C: Command> Once<C> {
    /// Makes the key this command's, or finds what came of it earlier. Where all writers of the organization wait
    /// for this transaction anyway, looking is enough; else the key's row is taken first.
    async fn begin(&self, tx: &Tx<'_>) -> Result<Option<Earlier>> {
        let Repetition { route, key, .. } = &self.repetition;
        if tx.holds(self.tenant.organization_id()) {
            tx.claim(format!("{} {route} {key}", self.tenant.principal()))?;
            return find(tx, &self.tenant, &self.repetition, tx.now()).await;
        }
        if self.claim(tx).await? {
            return Ok(None);
        }
        let earlier = find(tx, &self.tenant, &self.repetition, tx.now()).await?;
        earlier.map(Some).ok_or(Error::Busy("a request with the same idempotency key is running"))
    }

    /// Takes the key, also from an expired row. On PostgreSQL this waits for a twin that is running.
    async fn claim(&self, tx: &Tx<'_>) -> Result<bool> {
        let Repetition { route, key, fingerprint } = &self.repetition;
        let claimed = tx
            .exec(
                "INSERT INTO idempotency (organization_id, principal, route, key, fingerprint, status, headers, body,
                 created_at, expires_at) VALUES ($1, $2, $3, $4, $5, 0, '', $6, $7, $8)
                 ON CONFLICT (organization_id, principal, route, key) DO UPDATE SET
                 fingerprint = excluded.fingerprint, status = 0, headers = '', body = excluded.body,
                 created_at = excluded.created_at, expires_at = excluded.expires_at
                 WHERE idempotency.expires_at <= excluded.created_at",
                params![
                    self.tenant.organization_id(),
                    self.tenant.principal(),
                    route,
                    key,
                    fingerprint,
                    &Vec::new(),
                    tx.now(),
                    self.expires_at
                ],
            )
            .await;
        match claimed {
            Ok(rows) => Ok(rows == 1),
            Err(Error::Busy(LOCKED)) => Err(Error::InProgress),
            Err(fault) => Err(fault),
        }
    }

    async fn keep(&self, tx: &Tx<'_>, reply: &StoredReply) -> Result<()> {
        let headers = serde_json::to_string(&reply.headers)
            .map_err(|e| Error::Driver(format!("headers of a reply: {e}")))?;
        let body = reply.kept_body.as_ref().unwrap_or(&reply.body);
        let Repetition { route, key, fingerprint } = &self.repetition;
        let (organization, principal) = (self.tenant.organization_id(), self.tenant.principal());
        let status = i64::from(reply.status);
        tx.insert(
            "INSERT INTO idempotency (organization_id, principal, route, key, fingerprint, status, headers, body,
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (organization_id, principal, route, key) DO UPDATE SET
             fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
             body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
             WHERE idempotency.expires_at <= excluded.created_at OR idempotency.status = 0",
            params![
                organization, principal, route, key, fingerprint, status, &headers, body, tx.now(),
                self.expires_at
            ],
        )
        .await
    }

    /// Gives a key back that nothing is kept for.
    async fn free(&self, tx: &Tx<'_>) -> Result<()> {
        if tx.holds(self.tenant.organization_id()) {
            return Ok(());
        }
        tx.exec(
            "DELETE FROM idempotency WHERE organization_id = $1 AND principal = $2 AND route = $3 AND key = $4",
            params![
                self.tenant.organization_id(),
                self.tenant.principal(),
                &self.repetition.route,
                &self.repetition.key
            ],
        )
        .await?;
        Ok(())
    }
}

async fn find(
    conn: &Conn,
    tenant: &Tenant,
    repetition: &Repetition,
    now: Timestamp,
) -> Result<Option<Earlier>> {
    conn.one(
        "SELECT fingerprint, status, headers, body FROM idempotency WHERE organization_id = $1 AND principal = $2
         AND route = $3 AND key = $4 AND expires_at > $5",
        params![tenant.organization_id(), tenant.principal(), &repetition.route, &repetition.key, now],
        |row: &Row<'_>| {
            let fingerprint: Vec<u8> = row.get(0)?;
            if fingerprint != repetition.fingerprint {
                return Ok(Earlier::Mismatch);
            }
            Ok(Earlier::Replay(reply(row)?))
        },
    )
    .await
}

fn reply(row: &Row<'_>) -> Result<StoredReply> {
    let status: i64 = row.get(1)?;
    let headers: String = row.get(2)?;
    Ok(StoredReply {
        status: u16::try_from(status).map_err(|_| Error::corrupt("idempotency", "status", status))?,
        headers: serde_json::from_str(&headers)
            .map_err(|_| Error::corrupt("idempotency", "headers", &headers))?,
        body: row.get(3)?,
        kept_body: None,
    })
}
