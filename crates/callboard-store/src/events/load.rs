//! Reading events with their ticket types: the events by the caller's statement and in its order, then the ticket types
//! of all of them by one statement more. A join would repeat each event per ticket type and have the engine sort rows of
//! sixty columns. What another writer commits between the two shows in this one answer only: the counters have moved.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::OnceLock;

use callboard_core::event::Event;
use callboard_core::ids::{EventId, OrganizationId};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::row::{self, event_columns, type_columns};
use crate::error::Result;
use crate::sql::{Conn, Param, params};

/// Most events whose ticket types one statement reads.
const STEP: usize = 64;
/// A statement for each power of two up to there, so that few are kept prepared.
const TEXTS: usize = STEP.ilog2() as usize + 1;

/// The whole event of an id, deleted or not being the caller's business.
pub(super) async fn load(
    conn: &Conn,
    organization_id: OrganizationId,
    id: EventId,
    now: Timestamp,
) -> Result<Option<Event>> {
    one(
        conn,
        now,
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM event e WHERE e.organization_id = $1 AND e.id = $2 AND e.deleted_at IS NULL"
        ),
        params![organization_id, id],
    )
    .await
}

/// The first event that a statement finds.
pub(super) async fn one(
    conn: &Conn,
    now: Timestamp,
    sql: &str,
    params: &[Param<'_>],
) -> Result<Option<Event>> {
    Ok(all(conn, now, sql, params).await?.into_iter().next())
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
    let Some(last) = events.last().map(|event| event.id) else { return Ok(()) };
    let places = events.len().next_power_of_two();
    let ids = events.iter().map(|event| event.id).chain(std::iter::repeat(last)).take(places);
    let params: Vec<Param<'_>> =
        [Param::from(now), Param::from(organization_id)].into_iter().chain(ids.map(Param::from)).collect();
    let mut found: Vec<(i64, EventId, TicketType)> = conn
        .rows(types_of(places), &params, |row| {
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

/// The statement that reads the ticket types of so many events, a power of two.
fn types_of(events: usize) -> &'static str {
    static KNOWN: [OnceLock<String>; TEXTS] = [const { OnceLock::new() }; TEXTS];
    let text = || {
        let mut sql = concat!(
            "SELECT ",
            type_columns!(),
            ", t.position, t.event_id FROM ticket_type t WHERE t.organization_id = $2 AND t.deleted_at IS NULL AND t.event_id IN ($3"
        )
        .to_owned();
        for n in 4..events.saturating_add(3) {
            // Writing to a string cannot fail.
            let _ = write!(sql, ", ${n}");
        }
        sql.push(')');
        sql
    };
    let known = KNOWN.get(events.ilog2() as usize).expect("there are at most STEP events");
    known.get_or_init(text)
}
