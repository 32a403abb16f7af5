//! Reading events with their ticket types: the events by the caller's statement and in its order, then the ticket types
//! of all of them by one statement more. A join would repeat each event per ticket type and have the engine sort rows of
//! sixty columns. What another writer commits between the two shows in this one answer only: the counters have moved.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use callboard_core::event::Event;
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::row::{self, event_columns, type_columns};
use crate::error::Result;
use crate::sql::{Conn, Param, params};

/// Most events that one statement reads by their ids.
pub(super) const STEP: usize = 64;
/// A statement for each power of two up to there, so that few are kept prepared.
const TEXTS: usize = STEP.ilog2() as usize + 1;

static TYPES_BY_EVENT: Listed = Listed::new(
    concat!(
        "SELECT ",
        type_columns!(),
        ", t.position, t.event_id FROM ticket_type t WHERE t.organization_id = $2 AND t.deleted_at IS NULL AND t.event_id IN "
    ),
    3,
);

/// A statement that ends in a list of ids, at most [`STEP`] of them.
#[derive(Debug)]
pub(super) struct Listed {
    head: &'static str,
    /// The number of the first id's parameter.
    first: usize,
    texts: [OnceLock<String>; TEXTS],
}

impl Listed {
    pub(super) const fn new(head: &'static str, first: usize) -> Listed {
        Listed { head, first, texts: [const { OnceLock::new() }; TEXTS] }
    }

    /// The statement for these ids, filled up to a power of two with the last of them, and its parameters.
    pub(super) fn of<'a>(
        &self,
        before: &[Param<'a>],
        ids: impl ExactSizeIterator<Item = EventId> + Clone,
    ) -> (&str, Vec<Param<'a>>) {
        let places = ids.len().next_power_of_two();
        let last = ids.clone().last().into_iter().cycle();
        let values = before.iter().copied().chain(ids.chain(last).take(places).map(Param::from));
        let known = self.texts.get(places.ilog2() as usize).expect("there are at most STEP ids");
        (known.get_or_init(|| self.text(places)), values.collect())
    }

    fn text(&self, places: usize) -> String {
        let numbers = self.first..self.first.saturating_add(places);
        let numbers: Vec<String> = numbers.map(|number| format!("${number}")).collect();
        format!("{}({})", self.head, numbers.join(", "))
    }
}

/// The whole event of an id, deleted or not being the caller's business.
pub(super) async fn load(
    conn: &Conn,
    organization_id: OrganizationId,
    id: EventId,
    now: Timestamp,
) -> Result<Option<Event>> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM event e WHERE e.organization_id = $1 AND e.id = $2 AND e.deleted_at IS NULL"
    );
    Ok(all(conn, now, sql, params![organization_id, id]).await?.into_iter().next())
}

/// All events that a statement finds, with their ticket types as they are at `now`.
pub(super) async fn all(conn: &Conn, now: Timestamp, sql: &str, params: &[Param<'_>]) -> Result<Vec<Event>> {
    let mut events = conn.rows(sql, params, row::event).await?;
    let mut at_home = BTreeMap::<OrganizationId, Vec<&mut Event>>::new();
    for event in &mut events {
        at_home.entry(event.organization_id).or_default().push(event);
    }
    for (organization_id, mut events) in at_home {
        for step in events.chunks_mut(STEP) {
            add_types(conn, now, organization_id, step).await?;
        }
    }
    Ok(events)
}

async fn add_types(
    conn: &Conn,
    now: Timestamp,
    organization_id: OrganizationId,
    events: &mut [&mut Event],
) -> Result<()> {
    let head = [Param::from(now), Param::from(organization_id)];
    let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
    let (sql, params) = TYPES_BY_EVENT.of(&head, ids.into_iter());
    let mut found: Vec<(i64, EventId, TicketType)> = conn
        .rows(sql, &params, |row| {
            Ok((row.get(row::TYPE_COLUMNS)?, row.get(row::TYPE_COLUMNS + 1)?, row::ticket_type(row)?))
        })
        .await?;
    found.sort_unstable_by_key(|(position, _, one)| (*position, one.id));
    // At most `STEP` of them, for which comparing is cheaper than hashing.
    for (_, event, one) in found {
        if let Some(event) = events.iter_mut().find(|known| known.id == event) {
            event.ticket_types.push(one);
        }
    }
    Ok(())
}
