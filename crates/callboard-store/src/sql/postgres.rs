//! The PostgreSQL driver: connections and their pool.
//!
//! A connection that is dropped inside a transaction is closed, never returned to the pool.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use callboard_core::ids::OrganizationId;
use deadpool_postgres::{
    Hook, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use futures_util::future::join_all;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use super::bulk::{self, Later};
use super::{Conn, Engine, Param, Row, address, params, tls};
use crate::error::{Error, Result};

/// Connections of one node.
pub(crate) const CONNECTIONS: usize = 16;
/// Longest wait for a free or a fresh connection.
pub(crate) const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// Server-side limits of every session. Units: milliseconds. A node that stands still inside a transaction loses it
/// before those who wait for its locks give up.
const SESSION: &str = "-c statement_timeout=10000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=3000 \
                       -c default_transaction_isolation=read\\ committed";
/// The same for a transaction whose session is somebody else's before and after it.
const BEGIN_IN_POOL: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 10000; \
                             SET LOCAL lock_timeout = 4000; SET LOCAL idle_in_transaction_session_timeout = 3000";
/// Longest wait for a statement's answer; longer than the wait for a lock, shorter than a client's patience.
const ANSWER_MAX: Duration = Duration::from_millis(4_500);
/// Makes the writers of an organization wait until the transaction ends; whoever refers to its row does not.
const HOLD: &str = "SELECT 1 FROM organization WHERE id = $1 FOR NO KEY UPDATE";
/// A lock that another transaction did not give up in time.
pub(crate) const LOCKED: &str = "another transaction kept a lock too long";

/// What a commit on a pool's connections waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The disk: for all data.
    Disk,
    /// Nothing: for counts that a crash may forget.
    None,
}

/// One PostgreSQL connection behind the seam.
pub struct PgConn {
    client: Option<Object>,
    /// Inside a transaction; dropping it now must close it.
    is_open: AtomicBool,
    /// Statements without an answer yet; dropping it now must close it as well.
    unanswered: AtomicU32,
    keeps_session: bool,
}

impl std::fmt::Debug for PgConn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PgConn")
    }
}

impl Drop for PgConn {
    fn drop(&mut self) {
        if (self.is_open.load(Ordering::Relaxed) || self.unanswered.load(Ordering::Relaxed) > 0)
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
    }
}

impl PgConn {
    fn client(&self) -> &Object {
        self.client.as_ref().expect("a connection holds its client until it is dropped")
    }

    /// Waits for an answer no longer than [`ANSWER_MAX`]: a network that swallows packets is no reason to hang.
    async fn answered<T>(&self, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T> {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let Ok(answer) = tokio::time::timeout(ANSWER_MAX, asked).await else {
            return Err(Error::Unavailable("the database did not answer in time".to_owned()));
        };
        self.unanswered.fetch_sub(1, Ordering::Relaxed);
        answer.map_err(|e| driver(&e))
    }

    pub(crate) async fn exec(&self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        let client = self.client();
        self.answered(async {
            if !self.keeps_session {
                return client.execute_typed(sql, &typed(params)).await;
            }
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, &references(params)).await
        })
        .await
    }

    async fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let client = self.client();
        self.answered(async {
            if !self.keeps_session {
                return client.query_typed(sql, &typed(params)).await;
            }
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, &references(params)).await
        })
        .await
    }

    pub(crate) async fn rows<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.query(sql, params).await?;
        rows.iter().map(|row| map(&Row::Pg(row))).collect()
    }

    pub(crate) async fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let rows = self.query(sql, params).await?;
        rows.first().map(|row| map(&Row::Pg(row))).transpose()
    }

    /// Statements without parameters, several at once.
    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.answered(self.client().batch_execute(sql)).await
    }

    /// Opens a transaction, and holds an organization from its beginning.
    pub(super) async fn begin(&self, organization: Option<OrganizationId>) -> Result<()> {
        self.is_open.store(true, Ordering::Relaxed);
        let begin = if self.keeps_session { "BEGIN" } else { BEGIN_IN_POOL };
        let Some(id) = organization else { return self.batch(begin).await };
        // Statements travel in the order in which they are first polled; both are there with one round trip.
        let (begun, held) = tokio::join!(biased; self.batch(begin), self.hold(id));
        begun.and(held)
    }

    pub(super) async fn hold(&self, organization_id: OrganizationId) -> Result<()> {
        self.query(HOLD, params![organization_id]).await.map(|_| ())
    }

    /// Writes rows, those of one statement together; all statements are sent before the first is answered.
    pub(super) async fn insert_all(&self, rows: &[Later]) -> Result<()> {
        let groups = bulk::grouped(rows);
        let mut sends = Vec::new();
        for (sql, group) in &groups {
            for piece in bulk::pieces(sql, group) {
                let many = bulk::repeated(sql, piece.len(), Engine::Postgres);
                if self.keeps_session {
                    // Prepared before the first is sent, so that they keep their order.
                    self.answered(self.client().prepare_cached(&many.text)).await?;
                }
                let values: Vec<Param<'_>> = piece.iter().flat_map(|row| row.params()).collect();
                sends.push((many, values));
            }
        }
        let sent = sends.iter().map(|(many, values)| self.exec(&many.text, values));
        // Only the first failure says what is wrong; those behind it say that the transaction is over.
        join_all(sent).await.into_iter().find_map(Result::err).map_or(Ok(()), Err)
    }

    /// Ends the transaction, if it is not over.
    pub(super) async fn end(&self, how: &str) -> Result<()> {
        if !self.is_open.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.batch(how).await?;
        self.is_open.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// Parameters with their types, for statements that are not prepared.
fn typed<'a>(params: &'a [Param<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    params.iter().map(|param| (param as &(dyn ToSql + Sync), param.kind())).collect()
}

fn references<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

pub(crate) fn driver(error: &tokio_postgres::Error) -> Error {
    // What went wrong on the way (a certificate, a refused connection) is in the cause.
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    let text = error.as_db_error().map_or_else(|| format!("{error}{cause}"), ToString::to_string);
    match error.code() {
        Some(code)
            if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            Error::Busy("transactions ran into each other")
        }
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => Error::Busy(LOCKED),
        Some(code) if *code == SqlState::QUERY_CANCELED => Error::Busy("a statement took too long"),
        Some(code) if code.code().starts_with("23") => Error::Constraint(text),
        // 08 connection, 53 resources, 57P shutdown and crash, 25006 read-only (a standby).
        Some(code) if ["08", "53", "57P", "25006"].iter().any(|class| code.code().starts_with(class)) => {
            Error::Unavailable(text)
        }
        Some(_) => Error::Driver(text),
        None => Error::Unavailable(text),
    }
}

/// The pool of one node.
#[derive(Clone)]
pub(crate) struct PgPool {
    pool: Pool,
    keeps_session: bool,
}

impl std::fmt::Debug for PgPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PgPool")
    }
}

impl PgPool {
    /// Makes the pool; connections follow when they are needed.
    pub(crate) fn new(url: &str, durability: Durability) -> Result<PgPool> {
        let address = address::read(url)?;
        let (mut config, keeps_session) = (address.config.clone(), address.keeps_session);
        config.connect_timeout(CONNECT_WAIT).application_name(super::neighbours::NAME);
        let (commit, size) = match durability {
            Durability::Disk => ("on", CONNECTIONS),
            Durability::None => ("off", CONNECTIONS / 2),
        };
        if keeps_session {
            config.options(format!("{SESSION} -c synchronous_commit={commit}"));
        }
        config.keepalives_idle(Duration::from_secs(10)).tcp_user_timeout(Duration::from_secs(10));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if config.get_ssl_mode() == tokio_postgres::config::SslMode::Disable {
            Manager::from_config(config, NoTls, recycling)
        } else {
            Manager::from_config(config, tls::connector(&address)?, recycling)
        };
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(CONNECT_WAIT),
                create: Some(CONNECT_WAIT),
                recycle: Some(CONNECT_WAIT),
            })
            .pre_recycle(Hook::sync_fn(|client, _| {
                if client.is_closed() { Err(deadpool_postgres::HookError::message("closed")) } else { Ok(()) }
            }))
            .build()
            .map_err(|e| Error::Driver(e.to_string()))?;
        Ok(PgPool { pool, keeps_session })
    }

    pub(crate) async fn take(&self) -> Result<Conn> {
        let client = self.pool.get().await.map_err(|e| match e {
            PoolError::Timeout(_) => Error::Unavailable("no database connection was free in time".to_owned()),
            PoolError::Backend(e) => match driver(&e) {
                Error::Driver(text) => Error::Unavailable(text),
                other => other,
            },
            other => Error::Unavailable(other.to_string()),
        })?;
        Ok(Conn::Postgres(PgConn {
            client: Some(client),
            is_open: AtomicBool::new(false),
            unanswered: AtomicU32::new(0),
            keeps_session: self.keeps_session,
        }))
    }
}
