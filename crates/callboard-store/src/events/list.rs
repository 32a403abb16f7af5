//! Lists of events for T and N: one statement for the page, one for its ticket types, one for the total.

use std::sync::Arc;

use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::event::{Category, Event, Lifecycle, Visibility};
use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, SeriesId, VenueId};
use callboard_core::time::Timestamp;

use super::source::Source;
use super::totals;
use super::words::{self, Sought};
use crate::error::Result;
use crate::query::Query;
use crate::sql::params;
use crate::stamp::Depends;
use crate::store::Store;
use crate::tenant::Tenant;

/// A page by number, with the total. Pages by number drift while others write; the order is by (key, id).
#[derive(Debug, Clone, PartialEq)]
pub struct Paged {
    pub items: Vec<Arc<Event>>,
    pub total: i64,
    /// The next instant at which the clock alone would list other events; `None` if it never will.
    pub choice_until: Option<Timestamp>,
}

/// A page by cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    pub items: Vec<Arc<Event>>,
    /// The place of the last entry, if more follow.
    pub next: Option<Position>,
}

/// A place in an order: the instant and the id. It outlives the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub at: Timestamp,
    pub id: EventId,
}

/// T's list. Source: contracts.md §4.2 (T1).
#[derive(Debug, Clone)]
pub struct BoxOfficeList {
    pub status: Option<BoxOfficeStatus>,
    /// Folded words, see [`callboard_core::search::query_words`].
    pub words: Vec<String>,
    /// Inclusive bounds of the start.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Published, public stock or not, and not over.
    pub live_only: bool,
    pub page: i64,
    pub limit: i64,
    pub now: Timestamp,
}

/// N's list. Source: native-api.md §5.
#[derive(Debug, Clone)]
pub struct EventList {
    pub status: Option<Lifecycle>,
    pub visibility: Option<Visibility>,
    pub category: Option<Category>,
    pub venue_id: Option<VenueId>,
    pub channel_id: Option<ChannelId>,
    pub box_office_id: Option<BoxOfficeId>,
    pub series_id: Option<SeriesId>,
    pub recurring: Recurring,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub words: Vec<String>,
    /// Both, or the source alone.
    pub external_source: Option<String>,
    pub external_id: Option<String>,
    pub order: EventOrder,
    pub after: Option<Position>,
    pub limit: i64,
    pub now: Timestamp,
}

/// Whether occurrences of a series are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurring {
    Exclude,
    Include,
    Only,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOrder {
    StartsAt,
    StartsAtDescending,
    UpdatedAt,
}

pub(super) const FROM: &str = " FROM event e WHERE ";

impl Store {
    /// One page of a box office's events, by start and id.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_box_office(&self, tenant: &Tenant, list: &BoxOfficeList) -> Result<Paged> {
        let sought = words::sought(&list.words);
        let count = totals::of_box_office(tenant, list).unwrap_or_else(|| {
            let mut count = Query::new("SELECT count(*) FROM event e WHERE ");
            box_office_filter(&mut count, tenant, list, &sought, For::Count);
            count
        });
        let mut page = Query::new(FROM);
        box_office_filter(&mut page, tenant, list, &sought, For::Page);
        page.push(" ORDER BY e.effective_start, e.id");
        // Taken before the page, so that what becomes due between the two is due already.
        let choice_until = self.choice_until(tenant, list).await?;
        let read = self.read().await?;
        let source = self.source(&read, Some(tenant), Depends::OnStock, list.now).await?;
        let found = paged(&source, count, (page, ""), list.page, list.limit).await?;
        Ok(Paged { choice_until, ..found })
    }

    /// When the clock next moves an event into or out of a filter: one of the box office is over, or a hold of the
    /// organization runs out.
    async fn choice_until(&self, tenant: &Tenant, list: &BoxOfficeList) -> Result<Option<Timestamp>> {
        use BoxOfficeStatus::{Completed, Published, SoldOut};
        let by_stock = matches!(list.status, Some(Published | SoldOut));
        if !(by_stock || list.live_only || list.status == Some(Completed)) {
            return Ok(None);
        }
        let read = self.read().await?;
        let mut over = Query::new("SELECT min(e.over_at) FROM event e WHERE ");
        within(&mut over, tenant);
        over.bind(" AND e.lifecycle = 'published' AND e.over_at >= ", list.now);
        let over =
            read.one(over.sql(), over.params(), |row| row.get::<Option<Timestamp>>(0)).await?.flatten();
        // It is over from the millisecond after this one on.
        let over = over.map(|at| at.plus_millis(1));
        if !by_stock {
            return Ok(over);
        }
        let sql = "SELECT min(expires_at) FROM hold_item
                   WHERE organization_id = $1 AND ended_at IS NULL AND expires_at > $2";
        let values = params![tenant.organization_id(), list.now];
        let hold = read.one(sql, values, |row| row.get::<Option<Timestamp>>(0)).await?.flatten();
        Ok(over.into_iter().chain(hold).min())
    }

    /// Some of the organization's events within reach, from a place on.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_events(&self, tenant: &Tenant, list: &EventList) -> Result<Slice> {
        let sought = words::sought(&list.words);
        let mut query = Query::new(FROM);
        // Of a bound and a place that is further on, the place alone: SQLite would begin at the bound and pass by all
        // that lies before the place.
        let follows = |bound: Option<Timestamp>, order: EventOrder| {
            bound.filter(|bound| match list.after {
                Some(after) if list.order == order && order == EventOrder::StartsAt => after.at < *bound,
                Some(after) if list.order == order => after.at > *bound,
                Some(_) | None => true,
            })
        };
        let bounds =
            (follows(list.from, EventOrder::StartsAt), follows(list.to, EventOrder::StartsAtDescending));
        event_filter(&mut query, tenant, list, &sought, bounds);
        if let Some(after) = list.after {
            match list.order {
                EventOrder::StartsAt => query.bind(" AND (e.effective_start, e.id) > (", after.at),
                EventOrder::StartsAtDescending => query.bind(" AND (e.effective_start, e.id) < (", after.at),
                EventOrder::UpdatedAt => query.bind(" AND (e.updated_at, e.id) > (", after.at),
            }
            query.bind(", ", after.id);
            query.push(")");
        }
        query.push(match list.order {
            EventOrder::StartsAt => " ORDER BY e.effective_start, e.id",
            EventOrder::StartsAtDescending => " ORDER BY e.effective_start DESC, e.id DESC",
            EventOrder::UpdatedAt => " ORDER BY e.updated_at, e.id",
        });
        query.bind(" LIMIT ", list.limit.saturating_add(1));
        let read = self.read().await?;
        let source = self.source(&read, Some(tenant), Depends::OnStock, list.now).await?;
        let mut items = source.all(query.sql(), query.params()).await?;
        let limit = usize::try_from(list.limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let place = |event: &Arc<Event>| Position {
            at: if list.order == EventOrder::UpdatedAt {
                event.updated_at
            } else {
                event.details.schedule.effective_start()
            },
            id: event.id,
        };
        Ok(Slice { next: items.last().filter(|_| more).map(place), items })
    }
}

/// Runs the count and the page, whose limits stand before its end.
pub(super) async fn paged(
    source: &Source<'_>,
    count: Query<'_>,
    (mut page, end): (Query<'_>, &'static str),
    number: i64,
    limit: i64,
) -> Result<Paged> {
    let conn = source.conn();
    let total = conn.one(count.sql(), count.params(), |row| row.get::<i64>(0)).await?.unwrap_or(0);
    let offset = number.saturating_sub(1).saturating_mul(limit);
    if offset >= total {
        return Ok(Paged { items: Vec::new(), total, choice_until: None });
    }
    page.bind(" LIMIT ", limit);
    page.bind(" OFFSET ", offset);
    page.push(end);
    let items = source.all(page.sql(), page.params()).await?;
    Ok(Paged { items, total, choice_until: None })
}

/// The organization, what the tenant is narrowed to, and not deleted.
pub(super) fn within(query: &mut Query<'_>, tenant: &Tenant) {
    let bound = tenant.binding();
    query.bind("e.organization_id = ", tenant.organization_id());
    query.push(" AND e.deleted_at IS NULL");
    query.bind_some(" AND e.venue_id = ", bound.venue_id);
    query.bind_some(" AND e.channel_id = ", bound.channel_id);
    query.bind_some(" AND e.box_office_id = ", bound.box_office_id);
    query.bind_some(" AND e.id = ", bound.event_id);
}

fn box_office_filter<'a>(
    query: &mut Query<'a>,
    tenant: &Tenant,
    list: &'a BoxOfficeList,
    sought: &'a [Sought<'a>],
    what: For,
) {
    within(query, tenant);
    words::matching(query, tenant, sought);
    query.bind_some(" AND e.effective_start >= ", list.from);
    query.bind_some(" AND e.effective_start <= ", list.to);
    if let Some(status) = list.status {
        has_status(query, status, list.now, what);
    }
    if list.live_only {
        is_coming(query, list.now, what);
    }
}

/// What a filter is for: a page must be read in its order, however few events a bound of another kind would leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Count,
    Page,
}

/// Published and not over.
fn is_coming(query: &mut Query<'_>, now: Timestamp, what: For) {
    query.push(" AND e.lifecycle = 'published'");
    match what {
        For::Count => query.bind(" AND e.over_at >= ", now),
        // Such a bound must not choose the way: what lies within would have to be sorted.
        For::Page => query.bind_truth(" AND (e.over_at >= ", Some(now)),
    }
}

/// It has a visible ticket type.
const HAS_VISIBLE: &str =
    " AND EXISTS (SELECT 1 FROM ticket_type v WHERE v.organization_id = e.organization_id
     AND v.event_id = e.id AND v.deleted_at IS NULL AND NOT v.hidden)";

/// Some visible ticket type has free stock; what was held until before now is free.
fn has_stock(query: &mut Query<'_>, now: Timestamp) {
    query.bind(
        " EXISTS (SELECT 1 FROM ticket_type v WHERE v.organization_id = e.organization_id
         AND v.event_id = e.id AND v.deleted_at IS NULL AND NOT v.hidden AND (v.sold + v.held < v.quantity
         OR (v.held > 0 AND v.sold + v.held - coalesce((SELECT CAST(sum(x.quantity) AS BIGINT) FROM hold_item x
         WHERE x.organization_id = v.organization_id AND x.ticket_type_id = v.id AND x.ended_at IS NULL
         AND x.expires_at <= ",
        now,
    );
    query.push("), 0) < v.quantity)))");
}

/// The very predicate of `Event::box_office_status`; a property test holds the two together.
fn has_status(query: &mut Query<'_>, status: BoxOfficeStatus, now: Timestamp, what: For) {
    match status {
        BoxOfficeStatus::Draft => query.push(" AND e.lifecycle = 'draft'"),
        BoxOfficeStatus::Cancelled => query.push(" AND e.lifecycle = 'cancelled'"),
        BoxOfficeStatus::Archived => query.push(" AND e.lifecycle = 'archived'"),
        BoxOfficeStatus::Completed => query.bind(" AND e.lifecycle = 'published' AND e.over_at < ", now),
        BoxOfficeStatus::SoldOut => {
            is_coming(query, now, what);
            query.push(HAS_VISIBLE);
            query.push(" AND NOT");
            has_stock(query, now);
        }
        BoxOfficeStatus::Published => {
            is_coming(query, now, what);
            query.push(" AND (NOT (TRUE");
            query.push(HAS_VISIBLE);
            query.push(") OR");
            has_stock(query, now);
            query.push(")");
        }
    }
}

fn event_filter<'a>(
    query: &mut Query<'a>,
    tenant: &Tenant,
    list: &'a EventList,
    sought: &'a [Sought<'a>],
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) {
    within(query, tenant);
    words::matching(query, tenant, sought);
    query.bind_some(" AND e.lifecycle = ", list.status.map(Lifecycle::as_str));
    query.bind_some(" AND e.visibility = ", list.visibility.map(Visibility::as_str));
    query.bind_some(" AND e.category = ", list.category.map(Category::as_str));
    query.bind_some(" AND e.venue_id = ", list.venue_id);
    query.bind_some(" AND e.channel_id = ", list.channel_id);
    query.bind_some(" AND e.box_office_id = ", list.box_office_id);
    query.bind_some(" AND e.series_id = ", list.series_id);
    match list.recurring {
        Recurring::Include => {}
        Recurring::Exclude => query.push(" AND e.series_id IS NULL"),
        Recurring::Only => query.push(" AND e.series_id IS NOT NULL"),
    }
    if list.order == EventOrder::UpdatedAt {
        // Such a bound must not choose the way: what lies within would have to be sorted.
        query.bind_truth(" AND (e.effective_start >= ", from);
        query.bind_truth(" AND (e.effective_start <= ", to);
    } else {
        query.bind_some(" AND e.effective_start >= ", from);
        query.bind_some(" AND e.effective_start <= ", to);
    }
    query.bind_some(" AND e.external_source = ", list.external_source.as_ref());
    query.bind_some(" AND e.external_id = ", list.external_id.as_ref());
}
