//! What venues, channels and box offices share: how far a tenant reaches, versions, deletion.

use callboard_core::ids::{BoxOfficeId, ChannelId, OrganizationId, VenueId};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::place::Stamp;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::slug::Slug;
use callboard_core::time::{Timestamp, Zone};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{After, Page};
use crate::sql::{Conn, Row, Tx, params};
use crate::tenant::{Reach, Tenant};

/// Which rows of one kind of place a tenant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    All,
    One(Uuid),
    Nothing,
}

impl Extent {
    /// `bound` is what the tenant's binding says about this kind of place. An account's reach has none:
    /// its channels are found by number.
    pub(crate) fn of(tenant: &Tenant, bound: Option<Uuid>) -> Extent {
        match tenant.reach() {
            Reach::Account(_) => Extent::Nothing,
            Reach::Organization(binding) if binding.count() == 0 => Extent::All,
            Reach::Organization(_) => bound.map_or(Extent::Nothing, Extent::One),
        }
    }

    pub(crate) fn holds(self, id: Uuid) -> bool {
        match self {
            Extent::All => true,
            Extent::One(only) => only == id,
            Extent::Nothing => false,
        }
    }
}

/// The organization of a tenant that reaches all of it.
///
/// # Errors
/// [`Rejection::OutOfReach`] for a narrowed one: what it asks for is not within its one place.
pub(crate) fn whole(tenant: &Tenant) -> Result<OrganizationId> {
    match tenant.reach() {
        Reach::Organization(binding) if binding.count() == 0 => Ok(tenant.organization_id()),
        Reach::Organization(_) | Reach::Account(_) => Err(Rejection::OutOfReach.into()),
    }
}

/// Whether rows of this organization can be a tenant's: its own ones, or, for an account, any whose events it
/// was shown.
pub(crate) fn is_within(tenant: &Tenant, organization_id: OrganizationId) -> bool {
    match tenant.reach() {
        Reach::Organization(_) => tenant.organization_id() == organization_id,
        Reach::Account(_) => true,
    }
}

/// A list of at most one row, behind a cursor or not.
pub(crate) fn single<T>(found: Option<T>, after: Option<After>, place: impl Fn(&T) -> After) -> Page<T> {
    let items = found.into_iter().filter(|item| after.is_none_or(|after| place(item) > after)).collect();
    Page { items, next: None }
}

/// Compares what `If-Match` named with the stored version.
pub(crate) fn expect_version(if_match: Option<i64>, current: i64) -> Result<()> {
    match if_match {
        Some(wanted) if wanted != current => Err(Rejection::Stale { current }.into()),
        Some(_) | None => Ok(()),
    }
}

/// The answer to a guarded UPDATE: another transaction was first where it changed no row.
pub(crate) fn expect_changed(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::Busy("it was changed by another request")) } else { Ok(()) }
}

/// Makes other transactions of this organization wait that decide by a count (keys, owners), so that the
/// count still holds when this one commits. On SQLite they wait anyway.
pub(crate) async fn serialize(tx: &Tx<'_>, organization_id: OrganizationId) -> Result<()> {
    tx.exec("UPDATE organization SET updated_at = updated_at WHERE id = $1", params![organization_id])
        .await?;
    Ok(())
}

/// A place that events are published to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Facet {
    Venue(VenueId),
    Channel(ChannelId),
    BoxOffice(BoxOfficeId),
}

/// Refuses to delete a place that upcoming events use.
pub(crate) async fn refuse_in_use(tx: &Tx<'_>, organization_id: OrganizationId, facet: Facet) -> Result<()> {
    let what = match facet {
        Facet::Venue(_) => Thing::Venue,
        Facet::Channel(_) => Thing::Channel,
        Facet::BoxOffice(_) => Thing::BoxOffice,
    };
    let upcoming = upcoming_count(tx, organization_id, facet, tx.now()).await?;
    if upcoming > 0 { Err(Rejection::InUse { what, upcoming }.into()) } else { Ok(()) }
}

/// Drafts and published events of a place that are not over at `now`.
async fn upcoming_count(
    conn: &Conn,
    organization_id: OrganizationId,
    facet: Facet,
    now: Timestamp,
) -> Result<i64> {
    let (sql, id) = match facet {
        Facet::Venue(VenueId(id)) => (
            "SELECT COUNT(*) FROM event WHERE organization_id = $1 AND venue_id = $2 AND deleted_at IS NULL
             AND lifecycle IN ('draft', 'published') AND over_at > $3",
            id,
        ),
        Facet::Channel(ChannelId(id)) => (
            "SELECT COUNT(*) FROM event WHERE organization_id = $1 AND channel_id = $2 AND deleted_at IS NULL
             AND lifecycle IN ('draft', 'published') AND over_at > $3",
            id,
        ),
        Facet::BoxOffice(BoxOfficeId(id)) => (
            "SELECT COUNT(*) FROM event WHERE organization_id = $1 AND box_office_id = $2 AND deleted_at IS NULL
             AND lifecycle IN ('draft', 'published') AND over_at > $3",
            id,
        ),
    };
    Ok(conn.one(sql, params![organization_id, id, now], |row| row.get(0)).await?.unwrap_or(0))
}

/// Notes an unknown reference inside a body; foreign and unknown ids read alike.
pub(crate) fn not_found(issues: &mut Issues, path: &str, thing: Thing) {
    let message = format!("no {} with this id in the organization", thing.as_str());
    issues.push(Issue::body(path, IssueCode::NotFound, message));
}

pub(crate) fn slug(row: &Row<'_>, index: usize, table: &str) -> Result<Slug> {
    let text: String = row.get(index)?;
    Slug::parse(&text).map_err(|_| Error::corrupt(table, "slug", &text))
}

pub(crate) fn zone(row: &Row<'_>, index: usize, table: &str) -> Result<Zone> {
    let name: String = row.get(index)?;
    Zone::parse(&name).map_err(|_| Error::corrupt(table, "timezone", &name))
}

/// Reads `version, created_at, updated_at` from column `from` on.
pub(crate) fn stamp(row: &Row<'_>, from: usize) -> Result<Stamp> {
    Ok(Stamp { version: row.get(from)?, created_at: row.get(from + 1)?, updated_at: row.get(from + 2)? })
}

/// The stamp of a row that was just made.
pub(crate) fn first_stamp(now: Timestamp) -> Stamp {
    Stamp { version: 1, created_at: now, updated_at: now }
}

/// The stamp of a row that was just changed.
pub(crate) fn next_stamp(before: &Stamp, now: Timestamp) -> Stamp {
    Stamp { version: before.version.saturating_add(1), created_at: before.created_at, updated_at: now }
}
