//! The change feed: what was committed in an organization, numbered without gaps in commit order.
//! Source: native-api.md §8.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use callboard_core::ids::{ChangeId, OrganizationId};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rejection::Rejection;
use callboard_core::time::Timestamp;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::Result;
use crate::page::bounded;
use crate::places;
use crate::query::Query;
use crate::sql::{Conn, Row, params};
use crate::store::Store;
use crate::tenant::Tenant;

/// One line of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub id: ChangeId,
    pub at: Timestamp,
    pub kind: String,
    pub resource: String,
    pub resource_id: Uuid,
    /// The stored members as JSON; `None` for a deletion.
    pub data: Option<String>,
}

/// The ends of an organization's feed.
#[derive(Debug, Clone, Copy)]
struct Ends {
    newest: i64,
    floor: i64,
}

macro_rules! change_columns {
    () => {
        "SELECT seq, id, at, kind, resource, resource_id, data FROM change"
    };
}

fn change(row: &Row<'_>) -> Result<Change> {
    Ok(Change {
        seq: row.get(0)?,
        id: row.get(1)?,
        at: row.get(2)?,
        kind: row.get(3)?,
        resource: row.get(4)?,
        resource_id: row.get(5)?,
        data: row.get(6)?,
    })
}

impl Store {
    /// The changes after `after`, up to `limit` of them, in commit order and without a gap.
    ///
    /// # Errors
    /// [`Rejection::ChangesGone`] if the first of them was swept · `Invalid` at `query:after` beyond the newest
    /// one · [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn changes(&self, tenant: &Tenant, after: i64, limit: i64) -> Result<Vec<Change>> {
        let organization_id = places::whole(tenant)?;
        let read = self.read().await?;
        let sql =
            concat!(change_columns!(), " WHERE organization_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
        let found = read.rows(sql, params![organization_id, after, bounded(limit)], change).await?;
        if found.first().is_some_and(|first| first.seq == after.saturating_add(1)) {
            return Ok(found);
        }
        // Read after the rows: the ends only ever grow, so what is said of them holds for those rows too.
        let ends = ends(&read, organization_id).await?;
        let oldest = ends.floor.saturating_add(1);
        if after < ends.floor || !found.is_empty() {
            return Err(Rejection::ChangesGone { oldest, newest: ends.newest }.into());
        }
        if after > ends.newest {
            // After a restored backup, say: to answer nothing for ever would hide what was lost.
            let message = format!("must be at most {}, the newest change", ends.newest);
            let issue = Issue::query("after", IssueCode::TooBig, message);
            return Err(Rejection::Invalid(Issues(vec![issue])).into());
        }
        Ok(found)
    }

    /// The changes before a number, newest first: what was done last, for people to look at. What was swept is left
    /// out. `resource` narrows to one kind of things. Cost: O(limit); with `resource` up to O(what is kept).
    ///
    /// # Errors
    /// [`Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn latest_changes(
        &self,
        tenant: &Tenant,
        before: Option<i64>,
        resource: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Change>> {
        let mut query = Query::new(concat!(change_columns!(), " WHERE organization_id = "));
        query.bind("", places::whole(tenant)?);
        query.bind_some(" AND seq < ", before);
        query.bind_some(" AND resource = ", resource);
        query.bind(" ORDER BY seq DESC LIMIT ", bounded(limit));
        self.read().await?.rows(query.sql(), query.params(), change).await
    }

    /// Learns of the changes that this process commits in the tenant's organization, from now on.
    pub fn follow(&self, tenant: &Tenant) -> Follow {
        Follow(self.followers().add(tenant.organization_id()))
    }
}

async fn ends(read: &Conn, organization_id: OrganizationId) -> Result<Ends> {
    let found = read
        .one(
            "SELECT change_seq, change_floor FROM organization WHERE id = $1",
            params![organization_id],
            |row| Ok(Ends { newest: row.get(0)?, floor: row.get(1)? }),
        )
        .await?;
    Ok(found.unwrap_or(Ends { newest: 0, floor: 0 }))
}

/// Wakes when this process commits a change.
#[derive(Debug)]
pub struct Follow(watch::Receiver<i64>);

impl Follow {
    /// Waits for the next commit; one since the last wait, or since the making, counts.
    pub async fn committed(&mut self) {
        if self.0.changed().await.is_err() {
            // The store closes: whoever waits has another end to wait for.
            std::future::pending::<()>().await;
        }
    }
}

/// Organizations that are followed, before those without followers are swept out.
const SWEEP_AT: usize = 1_024;

/// Who waits for changes of which organization.
#[derive(Debug, Default)]
pub(crate) struct Followers(Mutex<HashMap<OrganizationId, watch::Sender<i64>>>);

impl Followers {
    fn add(&self, organization_id: OrganizationId) -> watch::Receiver<i64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SWEEP_AT {
            all.retain(|_, sender| sender.receiver_count() > 0);
        }
        all.entry(organization_id).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Wakes those who follow the organization, if it has changes that they do not know of.
    pub(crate) fn tell(&self, organization_id: OrganizationId, change_seq: i64) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = all.get(&organization_id) {
            sender.send_if_modified(|known| {
                let is_news = change_seq > *known;
                *known = (*known).max(change_seq);
                is_news
            });
        }
    }
}
