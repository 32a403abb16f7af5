//! H's list: by show date, start and id in the venue's zone, a missing start last in its day.
//! Source: contracts.md §2.3.

use std::sync::Arc;

use callboard_core::event::Event;
use callboard_core::ids::EventId;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::time::{ShowDate, Timestamp};

use super::list::{FROM, Recurring, within};
use crate::error::Result;
use crate::query::Query;
use crate::sql::{Conn, params};
use crate::stamp::Depends;
use crate::store::Store;
use crate::tenant::Tenant;

/// What H's `status` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VenueStatus {
    Open,
    Filled,
    Reserved,
    Cancelled,
}

#[derive(Debug, Clone)]
pub struct VenueList {
    /// Inclusive show dates.
    pub from: ShowDate,
    pub to: ShowDate,
    /// `None` = all but cancelled.
    pub status: Option<VenueStatus>,
    pub recurring: Recurring,
    /// The last event of the page before.
    pub cursor: Option<EventId>,
    pub limit: i64,
    pub now: Timestamp,
}

/// The key of a row in H's order.
struct Place {
    date: String,
    start: String,
}

impl Store {
    /// One page of the venue's public events, and whether more follow. The feed shows no stock: theirs may be old.
    ///
    /// # Errors
    /// [`Rejection::NotFound`] where the cursor is no event of this venue; faults.
    pub async fn list_venue(&self, tenant: &Tenant, list: &VenueList) -> Result<(Vec<Arc<Event>>, bool)> {
        let read = self.read().await?;
        let place = match list.cursor {
            Some(cursor) => Some((find_place(&read, tenant, cursor).await?, cursor)),
            None => None,
        };
        let (from, to) = (list.from.to_string(), list.to.to_string());
        let mut query = Query::new(FROM);
        within(&mut query, tenant);
        query.push(" AND e.visibility = 'public'");
        query.push(match list.status {
            None => " AND e.lifecycle = 'published'",
            Some(VenueStatus::Cancelled) => " AND e.lifecycle = 'cancelled'",
            Some(VenueStatus::Open) => " AND e.lifecycle = 'published' AND e.booking = 'open'",
            Some(VenueStatus::Filled) => " AND e.lifecycle = 'published' AND e.booking = 'filled'",
            Some(VenueStatus::Reserved) => " AND e.lifecycle = 'published' AND e.booking = 'reserved'",
        });
        match list.recurring {
            Recurring::Include => {}
            Recurring::Exclude => query.push(" AND e.series_id IS NULL"),
            Recurring::Only => query.push(" AND e.series_id IS NOT NULL"),
        }
        query.bind(" AND e.venue_date <= ", &to);
        // One of the two, the later: SQLite would begin at the first date and pass by all that lies before the cursor.
        let later = place.as_ref().filter(|(place, _)| place.date >= from);
        if later.is_none() {
            query.bind(" AND e.venue_date >= ", &from);
        }
        if let Some((place, id)) = later {
            query.bind(" AND (e.venue_date, e.venue_start, e.id) > (", &place.date);
            query.bind(", ", &place.start);
            query.bind(", ", *id);
            query.push(")");
        }
        query.push(" ORDER BY e.venue_date, e.venue_start, e.id");
        query.bind(" LIMIT ", list.limit.saturating_add(1));
        let source = self.source(&read, Some(tenant), Depends::OnDescriptions, list.now).await?;
        let mut items = source.all(query.sql(), query.params()).await?;
        let limit = usize::try_from(list.limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        Ok((items, more))
    }
}

/// Where a cursor's event stands, deleted or filtered out as it may be since.
async fn find_place(conn: &Conn, tenant: &Tenant, cursor: EventId) -> Result<Place> {
    let found = conn
        .one(
            "SELECT venue_date, venue_start FROM event WHERE organization_id = $1 AND id = $2 AND venue_id = $3",
            params![tenant.organization_id(), cursor, tenant.binding().venue_id],
            |row| Ok(Place { date: row.get(0)?, start: row.get(1)? }),
        )
        .await?;
    found.ok_or_else(|| Rejection::NotFound(Thing::Event).into())
}
