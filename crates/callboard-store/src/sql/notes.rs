//! What commands leave for the end of their transaction: rows, lines of the feed, counters to raise. It is written
//! once for all of them, as the last statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard_core::ids::{ChangeId, OrganizationId};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::bulk::Later;
use super::{Conn, params};
use crate::error::Result;
use crate::events::counts::{self, Counting};
use crate::events::words;

/// One line of the change log, before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct ChangeNote {
    pub(crate) organization_id: OrganizationId,
    pub(crate) id: ChangeId,
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) resource_id: Uuid,
    pub(crate) data: Option<String>,
}

/// What a command, and in the end its whole transaction, leaves.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) changes: Vec<ChangeNote>,
    bumps: BTreeMap<OrganizationId, Bump>,
    pub(super) keys_changed: bool,
    pub(crate) rows: Vec<Later>,
    /// By how much a place's events of a life become more.
    pub(super) totals: Vec<Counting>,
    /// One for each entry that was written for searching, see `events::words`.
    pub(super) entered: Vec<OrganizationId>,
    pub(super) has_written: bool,
    pub(super) is_postponed: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Bump {
    version: bool,
    stock: bool,
}

/// How much was noted at some point of a command.
#[derive(Debug)]
pub(crate) struct Mark {
    changes: usize,
    rows: usize,
    totals: usize,
    entered: usize,
    bumps: BTreeMap<OrganizationId, Bump>,
}

/// What a commit changed that memory mirrors.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub raised: Vec<Raised>,
    /// Some key was made, revised, rotated or revoked: whatever is remembered of keys is void.
    pub keys_changed: bool,
}

/// What the store does after a commit and before the answers: `(what changed, commands that shared it)`.
pub(crate) type Committed = Arc<dyn Fn(&Settled, usize) + Send + Sync>;

/// An organization's counters after a commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raised {
    pub organization_id: OrganizationId,
    pub version: i64,
    pub stock_version: i64,
    pub change_seq: i64,
}

impl Notes {
    pub(super) fn touched(&mut self, organization_id: OrganizationId) {
        self.bumps.entry(organization_id).or_default().version = true;
    }

    pub(crate) fn stock_moved(&mut self, organization_id: OrganizationId) {
        self.bumps.entry(organization_id).or_default().stock = true;
    }

    pub(super) fn mark(&self) -> Mark {
        let (changes, rows, totals) = (self.changes.len(), self.rows.len(), self.totals.len());
        Mark { changes, rows, totals, entered: self.entered.len(), bumps: self.bumps.clone() }
    }

    pub(super) fn forget_since(&mut self, mark: Mark) {
        self.changes.truncate(mark.changes);
        self.rows.truncate(mark.rows);
        self.totals.truncate(mark.totals);
        self.entered.truncate(mark.entered);
        self.bumps = mark.bumps;
    }

    pub(crate) fn absorb(&mut self, other: Notes) {
        self.keys_changed |= other.keys_changed;
        self.has_written |= other.has_written;
        self.changes.extend(other.changes);
        self.rows.extend(other.rows);
        self.totals.extend(other.totals);
        self.entered.extend(other.entered);
        for (organization_id, bump) in other.bumps {
            let mine = self.bumps.entry(organization_id).or_default();
            mine.version |= bump.version;
            mine.stock |= bump.stock;
        }
    }

    /// Writes the rows that were put off, and counts the entries among them.
    pub(crate) async fn write_rows(&mut self, conn: &Conn) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        conn.insert_all(&rows).await?;
        let mut entries = BTreeMap::<_, i64>::new();
        for organization_id in std::mem::take(&mut self.entered) {
            let n = entries.entry(organization_id).or_default();
            *n = n.saturating_add(1);
        }
        for (organization_id, n) in entries {
            words::entered(conn, organization_id, n).await?;
        }
        Ok(())
    }

    /// Adds what the commands noted, once per total and in one order.
    async fn write_totals(&mut self, conn: &Conn) -> Result<()> {
        let mut sums = BTreeMap::<_, i64>::new();
        let noted = std::mem::take(&mut self.totals);
        self.rows.extend(counts::rows(&noted));
        for (organization_id, place, _, lifecycle, by) in noted {
            let sum = sums.entry((organization_id, place, lifecycle.as_str())).or_default();
            *sum = sum.saturating_add(by);
        }
        for ((organization_id, place, lifecycle), by) in sums.into_iter().filter(|(_, by)| *by != 0) {
            conn.exec(
                "INSERT INTO event_total (organization_id, place_id, lifecycle, events) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (organization_id, place_id, lifecycle)
                 DO UPDATE SET events = event_total.events + excluded.events",
                params![organization_id, place, lifecycle, by],
            )
            .await?;
        }
        Ok(())
    }

    /// Raises the counters, once per organization and in id order, and numbers the changes.
    pub(crate) async fn settle(mut self, conn: &Conn) -> Result<Settled> {
        let mut raised = Vec::with_capacity(self.bumps.len());
        for (organization_id, bump) in std::mem::take(&mut self.bumps) {
            let mine = || self.changes.iter().filter(|change| change.organization_id == organization_id);
            let count = i64::try_from(mine().count()).unwrap_or(i64::MAX);
            let after = conn
                .one(
                    "UPDATE organization SET version = version + $2, stock_version = stock_version + $3,
                     change_seq = change_seq + $4 WHERE id = $1 RETURNING version, stock_version, change_seq",
                    params![organization_id, i64::from(bump.version), i64::from(bump.stock), count],
                    |row| {
                        let (version, stock_version, change_seq) = (row.get(0)?, row.get(1)?, row.get(2)?);
                        Ok(Raised { organization_id, version, stock_version, change_seq })
                    },
                )
                .await?;
            let Some(after) = after else { continue };
            let first = after.change_seq.saturating_sub(count).saturating_add(1);
            self.rows.extend((first..).zip(mine()).map(|(seq, change)| change.row(seq)));
            raised.push(after);
        }
        self.write_totals(conn).await?;
        self.write_rows(conn).await?;
        Ok(Settled { raised, keys_changed: self.keys_changed })
    }
}

impl ChangeNote {
    fn row(&self, seq: i64) -> Later {
        Later::new(
            "INSERT INTO change (organization_id, seq, id, at, kind, resource, resource_id, data)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                self.organization_id,
                seq,
                self.id,
                self.at,
                self.kind,
                self.resource,
                self.resource_id,
                &self.data
            ],
        )
    }
}
