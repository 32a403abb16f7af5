//! What the logs keep, and for how long: old changes and audit lines go in small pages.
//!
//! Changes go from the bottom of a feed only, so that what is left has no gap; how far they went stands in
//! `organization.change_floor`, which outlives the rows. Which organizations have old lines is looked up
//! outside of the writer, with one indexed look at each.

use callboard_core::ids::{OrganizationId, uuid_v7_floor};
use callboard_core::time::Timestamp;

use crate::error::Result;
use crate::sql::{Command, Tx, params};
use crate::store::Store;

/// Most rows that one command deletes, so that it delays nobody.
const PAGE: i64 = 500;
/// Most organizations that one look answers.
const ORGANIZATIONS: i64 = 100;

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    Changes,
    Audit,
}

/// Deletes a page of an organization's log that is older than `before`; repeated until it answers `false`.
#[derive(Debug, Clone, Copy)]
pub struct Trim {
    pub organization_id: OrganizationId,
    pub log: Log,
    pub before: Timestamp,
}

impl Store {
    /// Organizations behind `after` whose log begins before an instant, a hundred at most, by id.
    ///
    /// # Errors
    /// Faults only.
    pub async fn with_old_lines(
        &self,
        log: Log,
        before: Timestamp,
        after: OrganizationId,
    ) -> Result<Vec<OrganizationId>> {
        let read = self.read().await?;
        match log {
            Log::Changes => {
                let sql = "SELECT o.id FROM organization o JOIN change c
                           ON c.organization_id = o.id AND c.seq = o.change_floor + 1
                           WHERE c.at < $1 AND o.id > $2 ORDER BY o.id LIMIT $3";
                read.rows(sql, params![before, after, ORGANIZATIONS], |row| row.get(0)).await
            }
            Log::Audit => {
                let sql = "SELECT o.id FROM organization o WHERE o.id > $2 AND EXISTS
                           (SELECT 1 FROM audit a WHERE a.organization_id = o.id AND a.id < $1)
                           ORDER BY o.id LIMIT $3";
                read.rows(sql, params![uuid_v7_floor(before), after, ORGANIZATIONS], |row| row.get(0)).await
            }
        }
    }
}

impl Command for Trim {
    /// Whether there may be more.
    type Out = bool;

    fn organization(&self) -> Option<OrganizationId> {
        Some(self.organization_id)
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<bool> {
        match self.log {
            Log::Changes => trim_changes(tx, self.organization_id, self.before).await,
            Log::Audit => trim_audit(tx, self.organization_id, self.before).await,
        }
    }
}

/// Deletes the old lines at the bottom of a feed: up to the first that is younger, whatever is above it.
async fn trim_changes(tx: &Tx<'_>, organization_id: OrganizationId, before: Timestamp) -> Result<bool> {
    let bottom = tx
        .rows(
            "SELECT seq, at FROM change WHERE organization_id = $1 ORDER BY seq LIMIT $2",
            params![organization_id, PAGE],
            |row| Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?)),
        )
        .await?;
    let old = bottom.iter().take_while(|(_, at)| *at < before);
    let (count, Some((last, _))) = (old.clone().count(), old.last()) else { return Ok(false) };
    tx.exec(
        "UPDATE organization SET change_floor = $2 WHERE id = $1 AND change_floor < $2",
        params![organization_id, *last],
    )
    .await?;
    tx.exec("DELETE FROM change WHERE organization_id = $1 AND seq <= $2", params![organization_id, *last])
        .await?;
    Ok(i64::try_from(count).is_ok_and(|count| count == PAGE))
}

/// Audit ids begin with their instant, so that the oldest lines are the first of the key.
async fn trim_audit(tx: &Tx<'_>, organization_id: OrganizationId, before: Timestamp) -> Result<bool> {
    let gone = tx
        .exec(
            "DELETE FROM audit WHERE organization_id = $1 AND id IN
             (SELECT id FROM audit WHERE organization_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
            params![organization_id, uuid_v7_floor(before), PAGE],
        )
        .await?;
    Ok(gone == PAGE.unsigned_abs())
}
