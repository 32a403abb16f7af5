//! The audit log: who did what to which object, newest first. Append-only; it ends with its retention.
//! Source: promises rule 21.

use callboard_core::ids::{AccountId, KeyId, uuid_v7_floor};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use crate::error::Result;
use crate::page::bounded;
use crate::places;
use crate::query::Query;
use crate::sql::Row;
use crate::store::Store;
use crate::tenant::Tenant;

/// Lines that one request looks at where it filters; a page may then be short, or empty, and still not the last.
pub const WINDOW: i64 = 10_000;

/// One line. Its id begins with its instant, so that ids are in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub id: Uuid,
    pub at: Timestamp,
    pub account_id: Option<AccountId>,
    pub key_id: Option<KeyId>,
    pub action: String,
    pub resource: String,
    pub resource_id: Uuid,
    pub request_id: String,
}

/// Which lines; all filters must hold. `from` and `to` are inclusive.
#[derive(Debug, Clone, Default)]
pub struct AuditList {
    pub action: Option<String>,
    pub resource: Option<String>,
    pub resource_id: Option<Uuid>,
    pub account_id: Option<AccountId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// The id of the last line of the page before.
    pub after: Option<Uuid>,
    pub limit: i64,
}

/// Some lines, and where to go on if there may be more.
#[derive(Debug, Clone)]
pub struct AuditPage {
    pub items: Vec<AuditLine>,
    pub next: Option<Uuid>,
}

impl AuditList {
    /// Ids below which and from which on lines are looked at.
    fn bounds(&self) -> (Uuid, Uuid) {
        let past = self.to.map_or(Uuid::max(), |to| uuid_v7_floor(to.plus_millis(1)));
        let below = self.after.map_or(past, |after| after.min(past));
        (below, self.from.map_or(Uuid::nil(), uuid_v7_floor))
    }

    fn has_filters(&self) -> bool {
        self.action.is_some()
            || self.resource.is_some()
            || self.resource_id.is_some()
            || self.account_id.is_some()
    }
}

impl Store {
    /// The organization's audit lines, newest first.
    ///
    /// # Errors
    /// [`callboard_core::rejection::Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn list_audit(&self, tenant: &Tenant, wanted: &AuditList) -> Result<AuditPage> {
        let organization_id = places::whole(tenant)?;
        let (below, from) = wanted.bounds();
        let limit = bounded(wanted.limit);
        let read = self.read().await?;
        let mut query = Query::new(
            "SELECT a.id, a.at, a.account_id, a.key_id, a.action, a.resource, a.resource_id, a.request_id FROM \
             (SELECT id, at, account_id, key_id, action, resource, resource_id, request_id FROM audit \
             WHERE organization_id = ",
        );
        query.bind("", organization_id);
        query.bind(" AND id < ", below);
        query.bind(" AND id >= ", from);
        query.bind(" ORDER BY id DESC LIMIT ", WINDOW);
        query.push(") a WHERE 1 = 1");
        query.bind_some(" AND a.action = ", wanted.action.as_deref());
        query.bind_some(" AND a.resource = ", wanted.resource.as_deref());
        query.bind_some(" AND a.resource_id = ", wanted.resource_id);
        query.bind_some(" AND a.account_id = ", wanted.account_id);
        query.bind(" ORDER BY a.id DESC LIMIT ", limit + 1);
        let mut items = read.rows(query.sql(), query.params(), line).await?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        if items.len() > most {
            items.truncate(most);
            let next = items.last().map(|line| line.id);
            return Ok(AuditPage { items, next });
        }
        let next = if wanted.has_filters() {
            let mut end = Query::new("SELECT id FROM audit WHERE organization_id = ");
            end.bind("", organization_id);
            end.bind(" AND id < ", below);
            end.bind(" AND id >= ", from);
            end.bind(" ORDER BY id DESC LIMIT 1 OFFSET ", WINDOW - 1);
            read.one(end.sql(), end.params(), |row| row.get(0)).await?
        } else {
            None
        };
        Ok(AuditPage { items, next })
    }
}

fn line(row: &Row<'_>) -> Result<AuditLine> {
    Ok(AuditLine {
        id: row.get(0)?,
        at: row.get(1)?,
        account_id: row.get(2)?,
        key_id: row.get(3)?,
        action: row.get(4)?,
        resource: row.get(5)?,
        resource_id: row.get(6)?,
        request_id: row.get(7)?,
    })
}
