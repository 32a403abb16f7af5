//! What keys asked for lately: lines written in batches, listed, and trimmed. Source: design.md §9.

use callboard_core::ids::{KeyId, OrganizationId};
use callboard_core::key::KeyHash;
use callboard_core::time::Timestamp;

use crate::error::Result;
use crate::places;
use crate::query::Query;
use crate::sql::{Command, Row, Tx, params};
use crate::store::Store;
use crate::tenant::Tenant;

/// Most lines that are kept for one organization.
pub const LINES_MAX: i64 = 10_000;
/// Most lines that one command deletes.
const PAGE: i64 = 500;
/// Most organizations that one look answers.
const ORGANIZATIONS: i64 = 100;

/// In place of a key's id: the request came with a session token.
pub const BY_SESSION: KeyId = KeyId(uuid::Uuid::nil());

/// One request of one key, or of a session. Secrets were taken out before it became a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    pub organization_id: OrganizationId,
    /// The request's id; sorts by time.
    pub id: String,
    pub at: Timestamp,
    pub key_id: KeyId,
    pub surface: String,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub status: i64,
    /// How long the answer took. Unit: microseconds.
    pub micros: i64,
    /// `name: value`, one a line.
    pub headers: String,
    /// The answer's body, where it was a refusal.
    pub problem: Option<String>,
}

/// Which lines.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    pub key_id: Option<KeyId>,
    /// Inclusive bounds of the status.
    pub status: Option<(i64, i64)>,
    /// What the path begins with.
    pub path: Option<String>,
    /// Lines older than the one with this id.
    pub before: Option<String>,
}

/// Writes lines of any organizations.
#[derive(Debug, Clone)]
pub struct WriteRequests(pub Vec<RequestLine>);

/// Deletes a page of an organization's lines that are older than `before` or too many; repeated until it answers
/// `false`.
#[derive(Debug, Clone)]
pub struct TrimRequests {
    pub organization_id: OrganizationId,
    /// The id that a request at that instant would begin with.
    pub before: String,
}

const COLUMNS: &str = "SELECT organization_id, id, at, key_id, surface, method, path, query, status, micros, headers, \
                       problem FROM request_line WHERE organization_id = $1";

impl Store {
    /// The newest lines that the filter lets through, up to `limit`.
    ///
    /// # Errors
    /// [`callboard_core::rejection::Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn list_requests(
        &self,
        tenant: &Tenant,
        filter: &RequestFilter,
        limit: i64,
    ) -> Result<Vec<RequestLine>> {
        let mut query = Query::with(COLUMNS, places::whole(tenant)?);
        query.bind_some(" AND id < ", filter.before.as_deref());
        query.bind_some(" AND key_id = ", filter.key_id);
        query.bind_some(" AND status >= ", filter.status.map(|(least, _)| least));
        query.bind_some(" AND status <= ", filter.status.map(|(_, most)| most));
        let end = filter.path.as_deref().map(callboard_core::search::prefix_end);
        query.bind_some(" AND path >= ", filter.path.as_deref());
        query.bind_some(" AND path < ", end.as_deref());
        query.bind(" ORDER BY id DESC LIMIT ", limit);
        let read = self.read().await?;
        read.rows(query.sql(), query.params(), line).await
    }

    /// One line by the request's id.
    ///
    /// # Errors
    /// [`callboard_core::rejection::Rejection::OutOfReach`] for a narrowed tenant.
    pub async fn find_request(&self, tenant: &Tenant, id: &str) -> Result<Option<RequestLine>> {
        let mut query = Query::with(COLUMNS, places::whole(tenant)?);
        query.bind(" AND id = ", id);
        let read = self.read().await?;
        read.one(query.sql(), query.params(), line).await
    }

    /// Whose a token was, whether it still lets in or not: for a line about a request that it was refused.
    ///
    /// # Errors
    /// Faults only.
    pub async fn owner_of_token(&self, hash: &KeyHash) -> Result<Option<(OrganizationId, KeyId)>> {
        let read = self.read().await?;
        let sql = "SELECT organization_id, id FROM api_key WHERE hash = $1";
        read.one(sql, params![&hash.0], |row| Ok((row.get(0)?, row.get(1)?))).await
    }

    /// Organizations behind `after` that have lines before an id, or too many; a hundred at most, by id.
    ///
    /// # Errors
    /// Faults only.
    pub async fn with_old_requests(
        &self,
        before: &str,
        after: OrganizationId,
    ) -> Result<Vec<OrganizationId>> {
        let read = self.read().await?;
        let sql = "SELECT o.id FROM organization o WHERE o.id > $2 AND
                   (EXISTS (SELECT 1 FROM request_line r WHERE r.organization_id = o.id AND r.id < $1)
                    OR EXISTS (SELECT 1 FROM request_line r WHERE r.organization_id = o.id ORDER BY r.id LIMIT 1 OFFSET $4))
                   ORDER BY o.id LIMIT $3";
        read.rows(sql, params![before, after, ORGANIZATIONS, LINES_MAX], |row| row.get(0)).await
    }
}

impl Command for WriteRequests {
    type Out = ();
    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        for line in &self.0 {
            tx.exec(
                "INSERT INTO request_line (organization_id, id, at, key_id, surface, method, path, query, status,
                 micros, headers, problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT DO NOTHING",
                params![
                    line.organization_id,
                    &line.id,
                    line.at,
                    line.key_id,
                    &line.surface,
                    &line.method,
                    &line.path,
                    &line.query,
                    line.status,
                    line.micros,
                    &line.headers,
                    &line.problem
                ],
            )
            .await?;
        }
        Ok(())
    }
}

impl Command for TrimRequests {
    /// Whether there may be more.
    type Out = bool;

    fn organization(&self) -> Option<OrganizationId> {
        Some(self.organization_id)
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<bool> {
        let kept: Option<String> = tx
            .one(
                "SELECT id FROM request_line WHERE organization_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2",
                params![self.organization_id, LINES_MAX - 1],
                |row| row.get(0),
            )
            .await?;
        let before = kept.filter(|id| *id > self.before).unwrap_or_else(|| self.before.clone());
        let gone = tx
            .exec(
                "DELETE FROM request_line WHERE organization_id = $1 AND id IN
                 (SELECT id FROM request_line WHERE organization_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
                params![self.organization_id, &before, PAGE],
            )
            .await?;
        Ok(gone == PAGE.unsigned_abs())
    }
}

fn line(row: &Row<'_>) -> Result<RequestLine> {
    Ok(RequestLine {
        organization_id: row.get(0)?,
        id: row.get(1)?,
        at: row.get(2)?,
        key_id: row.get(3)?,
        surface: row.get(4)?,
        method: row.get(5)?,
        path: row.get(6)?,
        query: row.get(7)?,
        status: row.get(8)?,
        micros: row.get(9)?,
        headers: row.get(10)?,
        problem: row.get(11)?,
    })
}
