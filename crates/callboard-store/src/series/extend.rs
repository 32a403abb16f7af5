//! Making occurrences ahead of time: the work of one node for all.

use callboard_core::ids::{OrganizationId, SeriesId};
use callboard_core::key::Binding;
use callboard_core::series::Tie;
use callboard_core::time::{SECOND, Timestamp};
use uuid::Uuid;

use super::{occurrences, row, work};
use crate::error::Result;
use crate::leases;
use crate::sql::{Command, Tx, params};
use crate::store::Store;
use crate::tenant::{Actor, Reach, Tenant};

/// Most occurrences that one command makes, so that it delays nobody.
pub const BATCH: usize = 50;
/// Most series that one look answers.
const SERIES: i64 = 100;
/// How long a node stays the one that makes occurrences. Unit: milliseconds.
const TURN_MS: i64 = 90 * SECOND;

/// Makes some of the occurrences that a series lacks, if it is this node's turn; repeated until it is done.
#[derive(Debug, Clone, Copy)]
pub struct ExtendSeries {
    pub organization_id: OrganizationId,
    pub id: SeriesId,
    pub node: Uuid,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    /// It is another node's turn; nothing was done.
    pub is_elsewhere: bool,
    pub made: usize,
    pub is_done: bool,
}

impl Store {
    /// Series behind `after` that lack occurrences at `now`, a hundred at most, by organization and id.
    ///
    /// # Errors
    /// Faults only.
    pub async fn due_series(
        &self,
        now: Timestamp,
        after: (OrganizationId, SeriesId),
    ) -> Result<Vec<(OrganizationId, SeriesId)>> {
        let read = self.read().await?;
        read.rows(
            "SELECT organization_id, id FROM series WHERE due_at <= $1 AND (organization_id, id) > ($2, $3)
             ORDER BY organization_id, id LIMIT $4",
            params![now, after.0, after.1, SERIES],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }
}

impl Command for ExtendSeries {
    type Out = Extended;

    fn organization(&self) -> Option<OrganizationId> {
        Some(self.organization_id)
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Extended> {
        let mut done = Extended { is_elsewhere: false, made: 0, is_done: true };
        // The lease's row stays locked until this commits: another node waits, and finds its turn over.
        if leases::take(tx, "series", self.node, tx.now().plus_millis(TURN_MS)).await?.is_none() {
            return Ok(Extended { is_elsewhere: true, ..done });
        }
        let Some(series) = row::take(tx, self.organization_id, self.id).await? else { return Ok(done) };
        let tenant =
            Tenant::new(self.organization_id, Reach::Organization(Binding::default()), Actor::Operator);
        let reach = work::reach(&series.course.last().plan, tx.now());
        let existing = occurrences::ahead(tx, &series, tx.now()).await?;
        let missing = series.course.missing(&existing, reach);
        for (date, stretch) in missing.iter().take(BATCH) {
            let born = work::bear(tx, &tenant, &series, stretch, (*date, Tie::Attached)).await?;
            done.made = done.made.saturating_add(usize::from(born.is_some()));
        }
        done.is_done = missing.len() <= BATCH;
        if done.is_done {
            row::set_due(tx, self.organization_id, self.id, work::due_at(&series, reach)).await?;
        }
        Ok(done)
    }
}
