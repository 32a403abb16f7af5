//! Sweeping: rows that nothing can ask for any more. Nothing correct depends on it.

use callboard_core::sign_in::QUIET_MS;
use callboard_core::time::{DAY, SECOND, Timestamp};
use uuid::Uuid;

use crate::error::Result;
use crate::leases;
use crate::sql::{Command, Tx, params};

/// Most rows of one kind that one command deletes, so that it delays nobody.
const PAGE: i64 = 500;
/// How long an expired session is kept. Unit: milliseconds.
const SESSION_KEPT_MS: i64 = 30 * DAY;

/// How long a node stays the one that sweeps. Unit: milliseconds.
const TURN_MS: i64 = 90 * SECOND;

/// Deletes a page of what is dead at `now`, if it is this node's turn; repeated until [`Swept::is_done`].
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    pub now: Timestamp,
    pub node: Uuid,
}

/// How many rows went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// It is another node's turn; nothing was done.
    pub is_elsewhere: bool,
    pub idempotency: u64,
    pub sessions: u64,
    pub login_failures: u64,
    pub rate_windows: u64,
}

impl Swept {
    /// No kind filled its page: there is no more.
    pub fn is_done(&self) -> bool {
        let full = PAGE.unsigned_abs();
        [self.idempotency, self.sessions, self.login_failures, self.rate_windows]
            .iter()
            .all(|rows| *rows < full)
    }
}

impl Command for Sweep {
    type Out = Swept;
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Swept> {
        if leases::take(tx, "sweep", self.node, tx.now().plus_millis(TURN_MS)).await?.is_none() {
            return Ok(Swept { is_elsewhere: true, ..Swept::default() });
        }
        let idempotency = tx
            .exec(
                "DELETE FROM idempotency WHERE (organization_id, principal, route, key) IN
                 (SELECT organization_id, principal, route, key FROM idempotency WHERE expires_at <= $1 LIMIT $2)",
                params![self.now, PAGE],
            )
            .await?;
        let sessions = tx
            .exec(
                "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= $1 LIMIT $2)",
                params![self.now.plus_millis(-SESSION_KEPT_MS), PAGE],
            )
            .await?;
        let login_failures = tx
            .exec(
                "DELETE FROM login_failure WHERE bucket IN
                 (SELECT bucket FROM login_failure WHERE first_at <= $1 AND blocked_until <= $1 LIMIT $2)",
                params![self.now.plus_millis(-QUIET_MS), PAGE],
            )
            .await?;
        let rate_windows = tx
            .exec(
                "DELETE FROM rate_slot WHERE idle_at <= $1 AND bucket IN
                 (SELECT bucket FROM rate_slot WHERE idle_at <= $1 LIMIT $2)",
                params![self.now, PAGE],
            )
            .await?;
        Ok(Swept { is_elsewhere: false, idempotency, sessions, login_failures, rate_windows })
    }
}
