//! How many events a box office or a channel has, by their life: kept by every write, so that a list can say its total
//! without counting. A command notes by how much a total changes, its transaction writes the sums once, at its end.

use callboard_core::event::status::BoxOfficeStatus;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::ids::{AccountId, EventId, OrganizationId};
use uuid::Uuid;

use super::list::BoxOfficeList;
use super::list_channel::ChannelList;
use crate::error::Result;
use crate::query::Query;
use crate::sql::{Tx, params};
use crate::tenant::Tenant;

/// Where an event counts.
struct Counted {
    lifecycle: String,
    places: [Option<Uuid>; 2],
}

impl Counted {
    fn of(event: &Event) -> Option<Counted> {
        let places = [event.details.box_office_id.map(|id| id.0), event.details.channel_id.map(|id| id.0)];
        event.deleted_at.is_none().then(|| Counted { lifecycle: event.lifecycle.as_str().to_owned(), places })
    }

    fn note(&self, tx: &Tx<'_>, organization_id: OrganizationId, by: i64) {
        let Some(lifecycle) = Lifecycle::parse(&self.lifecycle) else { return };
        for place in self.places.into_iter().flatten() {
            tx.counted(organization_id, place, lifecycle.as_str(), by);
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
    if let Some(after) = Counted::of(event) {
        after.note(tx, event.organization_id, 1);
    }
    Ok(())
}

async fn stored(tx: &Tx<'_>, organization_id: OrganizationId, id: EventId) -> Result<Option<Counted>> {
    let sql = "SELECT lifecycle, box_office_id, channel_id FROM event
               WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL";
    tx.one(sql, params![organization_id, id], |row| {
        Ok(Counted { lifecycle: row.get(0)?, places: [row.get(1)?, row.get(2)?] })
    })
    .await
}

/// The total of T's list, where nothing but the life of the events chooses them; else they are counted, which costs as
/// much as there are events of the box office between the bounds.
pub(super) fn of_box_office<'a>(tenant: &Tenant, list: &BoxOfficeList) -> Option<Query<'a>> {
    let is_plain = list.words.is_empty() && list.from.is_none() && list.to.is_none() && !list.live_only;
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
    let mut query = Query::new("SELECT CAST(coalesce(sum(t.events), 0) AS BIGINT) FROM event_total t WHERE ");
    query.bind("t.organization_id = ", tenant.organization_id());
    query.bind(" AND t.place_id = ", box_office);
    query.bind_some(" AND t.lifecycle = ", lifecycle.map(Lifecycle::as_str));
    Some(query)
}

/// The total of P's list, of all channels that the account may use now, where no bounds of the start are given.
pub(super) fn of_channels<'a>(account: AccountId, list: &ChannelList) -> Option<Query<'a>> {
    if list.from.is_some() || list.to.is_some() {
        return None;
    }
    let mut query = Query::new(
        "SELECT CAST(coalesce(sum(t.events), 0) AS BIGINT) FROM member m
         JOIN channel c ON c.organization_id = m.organization_id AND c.deleted_at IS NULL
         JOIN event_total t ON t.organization_id = c.organization_id AND t.place_id = c.id
         WHERE m.joined_at IS NOT NULL AND m.role IN ('owner', 'admin', 'editor')",
    );
    query.bind(" AND m.account_id = ", account);
    query.bind_some(" AND c.number = ", list.channel_number);
    match list.status {
        Some(status) => query.bind(" AND t.lifecycle = ", status.as_str()),
        None => query.push(" AND t.lifecycle <> 'archived'"),
    }
    Some(query)
}
