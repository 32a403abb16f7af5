//! Answers that are given twice: a write and its reply commit together, a repetition gets the stored bytes.
//! Source: promises §2.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_core::ids::OrganizationId;
use callboard_core::rejection::Rejection;
use callboard_core::time::Timestamp;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::query::Query;
use crate::sql::foresight::{NAMES_MAX, padded};
use crate::sql::{Command, Conn, Foreseen, LOCKED, Maker, Prepared, Row, Seen, Tx, params};
use crate::store::Store;
use crate::tenant::Tenant;

macro_rules! kept_columns {
    () => {
        "SELECT fingerprint, status, headers, body, expires_at"
    };
}
macro_rules! of_principal {
    () => {
        " FROM idempotency WHERE organization_id = "
    };
}

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

/// What a kept reply is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    organization_id: OrganizationId,
    principal: Uuid,
    route: String,
    key: String,
}

/// A kept reply as it is stored.
#[derive(Debug, Clone)]
struct Kept {
    fingerprint: Vec<u8>,
    status: i64,
    headers: String,
    body: Vec<u8>,
    expires_at: Timestamp,
}

/// The keys that were looked up for all commands of a transaction before they ran.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashMap<Name, Option<Kept>>>);

impl Known {
    /// What is kept under a name; `None` where nobody looked.
    fn get(&self, name: &Name) -> Option<Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub(crate) async fn look_up(&self, conn: &Conn, mut names: Vec<Name>) -> Result<()> {
        names.sort_unstable();
        names.dedup();
        let heads = |name: &Name| (name.organization_id, name.principal);
        let alike = |one: &Name, next: &Name| heads(one) == heads(next) && one.route == next.route;
        for part in names.chunk_by(alike).flat_map(|of_one| of_one.chunks(NAMES_MAX)) {
            let Some(first) = part.first() else { continue };
            let mut query = Query::new(concat!(kept_columns!(), ", key", of_principal!()));
            query.bind("", first.organization_id);
            query.bind(" AND principal = ", first.principal);
            query.bind(" AND route = ", &first.route);
            query.bind_list(" AND key IN", padded(part).map(|name| &name.key));
            let found = conn.rows(query.sql(), query.params(), |row| Ok((row.get(5)?, kept(row)?))).await?;
            let mut found: HashMap<String, Kept> = found.into_iter().collect();
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(part.iter().map(|name| (name.clone(), found.remove(&name.key))));
        }
        Ok(())
    }
}

impl Kept {
    /// What it means for a request; nothing once it has expired.
    fn earlier(self, repetition: &Repetition, now: Timestamp) -> Result<Option<Earlier>> {
        if self.expires_at <= now {
            return Ok(None);
        }
        if self.fingerprint != repetition.fingerprint {
            return Ok(Some(Earlier::Mismatch));
        }
        let unsound = |column, value: &dyn std::fmt::Debug| Error::corrupt("idempotency", column, value);
        Ok(Some(Earlier::Replay(StoredReply {
            status: u16::try_from(self.status).map_err(|_| unsound("status", &self.status))?,
            headers: serde_json::from_str(&self.headers).map_err(|_| unsound("headers", &self.headers))?,
            body: self.body,
            kept_body: None,
        })))
    }
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

    fn foresee(&self, foreseen: &mut Foreseen) {
        foreseen.repetitions.push(self.name());
        self.inner.foresee(foreseen);
    }

    fn prepare(&self, maker: &Maker<'_>, seen: &Seen) -> Option<Prepared> {
        self.inner.prepare(maker, seen)
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
    fn name(&self) -> Name {
        let Repetition { route, key, .. } = &self.repetition;
        let (organization_id, principal) = (self.tenant.organization_id(), self.tenant.principal());
        Name { organization_id, principal, route: route.clone(), key: key.clone() }
    }

    /// Makes the key this command's, or finds what came of it earlier. Where all writers of the organization wait
    /// for this transaction anyway, looking is enough; else the key's row is taken first.
    async fn begin(&self, tx: &Tx<'_>) -> Result<Option<Earlier>> {
        let Repetition { route, key, .. } = &self.repetition;
        if tx.holds(self.tenant.organization_id()) {
            tx.claim(format!("{} {route} {key}", self.tenant.principal()))?;
            if let Some(kept) = tx.known().get(&self.name()) {
                return kept.map_or(Ok(None), |kept| kept.earlier(&self.repetition, tx.now()));
            }
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
    let sql = concat!(kept_columns!(), of_principal!(), "$1 AND principal = $2 AND route = $3 AND key = $4");
    let name = params![tenant.organization_id(), tenant.principal(), &repetition.route, &repetition.key];
    let found = conn.one(sql, name, kept).await?;
    found.map_or(Ok(None), |kept| kept.earlier(repetition, now))
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    Ok(Kept {
        fingerprint: row.get(0)?,
        status: row.get(1)?,
        headers: row.get(2)?,
        body: row.get(3)?,
        expires_at: row.get(4)?,
    })
}
