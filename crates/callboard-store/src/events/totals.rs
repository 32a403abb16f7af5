//! How many events a box office or a channel has, by their life: kept by every write, so that a list can say its total
//! without counting. A command notes by how much a total changes, its transaction writes the sums once, at its end.

use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::ids::{AccountId, EventId, OrganizationId};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::counts::{self, Counted};
use super::list::BoxOfficeList;
use super::list_channel::ChannelList;
use crate::error::{Error, Result};
use crate::query::Query;
use crate::sql::{Tx, params};
use crate::tenant::Tenant;

/// Where an event counts.
struct Standing {
    lifecycle: Lifecycle,
    start: Timestamp,
    places: [Option<Uuid>; 2],
}

impl Standing {
    fn of(event: &Event) -> Option<Standing> {
        let details = &event.details;
        let places = [details.box_office_id.map(|id| id.0), details.channel_id.map(|id| id.0)];
        let start = details.schedule.effective_start();
        event.deleted_at.is_none().then_some(Standing { lifecycle: event.lifecycle, start, places })
    }

    fn note(&self, tx: &Tx<'_>, organization_id: OrganizationId, by: i64) {
        for place in self.places.into_iter().flatten() {
            tx.counted((organization_id, place, self.start, self.lifecycle, by));
        }
    }
}

/// Notes what the writing of an event changes; called before the row is written.
///
/// # Errors
/// Driver faults.
pub(super) async fn note(tx: &Tx<'_>, event: &Event, is_new: bool) -> Result<()> {
    let before = if is_new { None } else { stored(tx, event.organization_id, event.id).await? };
    if let Some(before) = before {
        before.note(tx, event.organization_id, -1);
    }
    if let Some(after) = Standing::of(event) {
        after.note(tx, event.organization_id, 1);
    }
    Ok(())
}

async fn stored(tx: &Tx<'_>, organization_id: OrganizationId, id: EventId) -> Result<Option<Standing>> {
    let sql = "SELECT lifecycle, effective_start, box_office_id, channel_id FROM event
               WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
    tx.one(sql, params![organization_id, id], |row| {
        let word = row.text(0)?;
        let lifecycle = Lifecycle::parse(word).ok_or_else(|| Error::corrupt("event", "lifecycle", word))?;
        Ok(Standing { lifecycle, start: row.get(1)?, places: [row.get(2)?, row.get(3)?] })
    })
    .await
}

/// The total of T's list, where nothing but the life and the start of the events chooses them; else they are counted,
/// which costs as much as there are events of the box office between the bounds.
pub(super) fn of_box_office<'a>(tenant: &Tenant, list: &BoxOfficeList) -> Option<Query<'a>> {
    let is_plain = list.words.is_empty() && !list.live_only;
    let bound = tenant.binding();
    let box_office = bound.box_office_id.filter(|_| is_plain && bound.count() == 1)?;
    let lifecycle = match list.status {
        None => None,
        Some(BoxOfficeStatus::Draft) => Some(Lifecycle::Draft),
        Some(BoxOfficeStatus::Cancelled) => Some(Lifecycle::Cancelled),
        Some(BoxOfficeStatus::Archived) => Some(Lifecycle::Archived),
        // Clock and stock tell these apart.
        Some(BoxOfficeStatus::Published | BoxOfficeStatus::SoldOut | BoxOfficeStatus::Completed) => {
            return None;
        }
    };
    if list.from.is_some() || list.to.is_some() {
        let mut query = Query::with("SELECT ", tenant.organization_id());
        query.param(box_office);
        let counted = lifecycle.map_or(Counted::All, Counted::Only);
        counts::push(&mut query, ("$1", "$2"), "box_office_id", counted, (list.from, list.to));
        return Some(query);
    }
    let mut query = Query::new("SELECT CAST(coalesce(sum(t.events), 0) AS BIGINT) FROM event_total t WHERE ");
    query.bind("t.organization_id = ", tenant.organization_id());
    query.bind(" AND t.place_id = ", box_office);
    query.bind_some(" AND t.lifecycle = ", lifecycle.map(Lifecycle::as_str));
    Some(query)
}

/// The total of P's list, of all channels that the account may use now.
pub(super) fn of_channels<'a>(account: AccountId, list: &ChannelList) -> Query<'a> {
    let mut query = Query::new("SELECT CAST(coalesce(sum(");
    let is_bounded = list.from.is_some() || list.to.is_some();
    if is_bounded {
        let counted = list.status.map_or(Counted::AllButArchived, Counted::Only);
        let bounds = (list.from, list.to);
        counts::push(&mut query, ("c.organization_id", "c.id"), "channel_id", counted, bounds);
    } else {
        query.push("t.events");
    }
    query.push(
        "), 0) AS BIGINT) FROM member m
         JOIN channel c ON c.organization_id = m.organization_id AND c.deleted_at IS NULL",
    );
    if !is_bounded {
        query.push(" JOIN event_total t ON t.organization_id = c.organization_id AND t.place_id = c.id");
    }
    query.push(" WHERE m.joined_at IS NOT NULL AND m.role IN ('owner', 'admin', 'editor')");
    query.bind(" AND m.account_id = ", account);
    query.bind_some(" AND c.number = ", list.channel_number);
    if !is_bounded {
        match list.status {
            Some(status) => query.bind(" AND t.lifecycle = ", status.as_str()),
            None => query.push(" AND t.lifecycle <> 'archived'"),
        }
    }
    query
}
