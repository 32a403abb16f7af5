//! Where events are read from: rows, and the memory of those that were read before ([`super::known`]).
//!
//! A statement chooses events by what follows its columns. With a memory it is asked for ids and versions alone; what
//! is not known in that version is read by id. Where a version has changed in between, the statement is asked again:
//! an answer never shows an event that the filter or the order would not have put there.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard_core::event::Event;
use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::known::{Known, KnownEvents};
use super::load::{self, Listed, STEP};
use super::row::{event_columns, held_columns};
use crate::error::Result;
use crate::sql::{Conn, Param, Row, params};
use crate::stamp::{Counters, Depends};
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

/// How often a statement is asked again because an event changed meanwhile, before its rows are read whole.
const TRIES: usize = 3;

/// Where events are read from, at `now`.
#[derive(Debug)]
pub(super) struct Source<'a> {
    conn: &'a Conn,
    now: Timestamp,
    memory: Option<Memory<'a>>,
}

#[derive(Debug)]
struct Memory<'a> {
    known: &'a KnownEvents,
    /// An organization's counters as they were before anything was read; none where other nodes write as well.
    standing: Option<(OrganizationId, Counters)>,
    shows: Depends,
}

/// An event as a statement found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    organization_id: OrganizationId,
    id: EventId,
    version: i64,
}

/// A ticket type's stock as it is now.
struct Left {
    event: EventId,
    ticket_type: TicketTypeId,
    quantity: i64,
    sold: i64,
    held: i64,
    held_until: Option<Timestamp>,
}

static FOUND_BY_ID: Listed = Listed::new(
    concat!(
        "SELECT e.organization_id, e.id, e.version",
        " FROM event e WHERE e.organization_id = $1 AND e.id IN "
    ),
    2,
);
static WHOLE_BY_ID: Listed = Listed::new(
    concat!("SELECT ", event_columns!(), " FROM event e WHERE e.organization_id = $1 AND e.id IN "),
    2,
);
static STOCK_BY_EVENT: Listed = Listed::new(
    concat!(
        "SELECT t.event_id, t.id, t.quantity, t.sold, ",
        held_columns!(),
        " FROM ticket_type t WHERE t.organization_id = $2 AND t.deleted_at IS NULL AND t.event_id IN "
    ),
    3,
);

impl Store {
    /// Where a tenant's reads find events. Whoever shows no stock gets it as it was last seen.
    pub(super) async fn source<'a>(
        &'a self,
        conn: &'a Conn,
        tenant: Option<&Tenant>,
        shows: Depends,
        now: Timestamp,
    ) -> Result<Source<'a>> {
        let Some(known) = self.known_events() else { return Ok(Source::rows(conn, now)) };
        let home = tenant.filter(|tenant| matches!(tenant.reach(), Reach::Organization(_)));
        let standing = match home.map(Tenant::organization_id) {
            Some(id) if !self.is_shared() => Some((id, self.counters(id).await?)),
            Some(_) | None => None,
        };
        Ok(Source { conn, now, memory: Some(Memory { known, standing, shows }) })
    }
}

impl Memory<'_> {
    fn counters(&self, organization_id: OrganizationId) -> Option<Counters> {
        self.standing.filter(|(id, _)| *id == organization_id).map(|(_, counters)| counters)
    }
}

impl<'a> Source<'a> {
    /// Rows alone: what a transaction has written is in no memory.
    pub(super) fn rows(conn: &'a Conn, now: Timestamp) -> Source<'a> {
        Source { conn, now, memory: None }
    }

    pub(super) fn conn(&self) -> &'a Conn {
        self.conn
    }

    /// All events that a statement finds, with their ticket types; `from` is what follows its columns.
    pub(super) async fn all(&self, from: &str, params: &[Param<'_>]) -> Result<Vec<Arc<Event>>> {
        if let Some(memory) = &self.memory {
            let narrow = format!("SELECT e.organization_id, e.id, e.version{from}");
            for _ in 0..TRIES {
                let found = self.conn.rows(&narrow, params, found).await?;
                if let Some(events) = self.gather(memory, &found).await? {
                    return Ok(events);
                }
            }
        }
        let whole = format!(concat!("SELECT ", event_columns!(), "{}"), from);
        Ok(load::all(self.conn, self.now, &whole, params).await?.into_iter().map(Arc::new).collect())
    }

    /// The first event that a statement finds.
    pub(super) async fn one(&self, from: &str, params: &[Param<'_>]) -> Result<Option<Arc<Event>>> {
        Ok(self.all(from, params).await?.into_iter().next())
    }

    /// The event of an id, if it is not deleted.
    pub(super) async fn by_id(
        &self,
        organization_id: OrganizationId,
        id: EventId,
    ) -> Result<Option<Arc<Event>>> {
        if let Some(memory) = &self.memory {
            let counters = memory.counters(organization_id);
            let Some(known) = memory.known.find(organization_id, id) else {
                return self.meet(memory, organization_id, id).await;
            };
            let shows_stock = memory.shows == Depends::OnStock;
            if counters.is_some_and(|counters| known.stands(counters))
                && (!shows_stock || known.stock_stands(counters, self.now))
            {
                return Ok(Some(known.event.clone()));
            }
        }
        let from = " FROM event e WHERE e.organization_id = $1 AND e.id = $2 AND e.deleted_at IS NULL";
        self.one(from, params![organization_id, id]).await
    }

    /// Reads an event that nobody knows, and keeps it if it is still of the same version afterwards.
    async fn meet(
        &self,
        memory: &Memory<'_>,
        organization_id: OrganizationId,
        id: EventId,
    ) -> Result<Option<Arc<Event>>> {
        let Some(event) = load::load(self.conn, organization_id, id, self.now).await? else {
            return Ok(None);
        };
        let was = Found { organization_id, id, version: event.version };
        let (sql, values) = FOUND_BY_ID.of(&[Param::from(organization_id)], std::iter::once(id));
        if self.conn.rows(sql, &values, found).await?.contains(&was) {
            return Ok(Some(self.keep(memory, event).event.clone()));
        }
        Ok(Some(Arc::new(event)))
    }

    /// Keeps an event whose description and stock were read after the counters.
    fn keep(&self, memory: &Memory<'_>, event: Event) -> Arc<Known> {
        let known = Arc::new(Known::new(event, self.now));
        if let Some(counters) = memory.counters(known.event.organization_id) {
            known.seen(counters);
            known.stock_seen(counters);
        }
        memory.known.keep(&known);
        known
    }

    /// The events that were found, from memory or read; `None` if one of them is not as it was found any more.
    async fn gather(&self, memory: &Memory<'_>, found: &[Found]) -> Result<Option<Vec<Arc<Event>>>> {
        let of = |one: &Found| {
            let known = memory.known.find(one.organization_id, one.id);
            known.filter(|known| known.event.version == one.version)
        };
        let mut all: Vec<Option<Arc<Known>>> = found.iter().map(of).collect();
        for step in steps(found, |at| all.get(at).is_some_and(Option::is_none)) {
            let Some(read) = self.read(memory, &step).await? else { return Ok(None) };
            put(found, &mut all, read);
        }
        if memory.shows == Depends::OnStock {
            let is_old =
                |one: &Arc<Known>| !one.stock_stands(memory.counters(one.event.organization_id), self.now);
            for step in steps(found, |at| all.get(at).and_then(Option::as_ref).is_some_and(is_old)) {
                let known = found.iter().zip(&all).filter(|(one, _)| step.contains(one));
                let known: Vec<Arc<Known>> = known.filter_map(|(_, known)| known.clone()).collect();
                let Some(read) = self.restock(memory, &known).await? else { return Ok(None) };
                put(found, &mut all, read);
            }
        }
        let seen = |known: Arc<Known>| {
            if let Some(counters) = memory.counters(known.event.organization_id) {
                known.seen(counters);
            }
            known.event.clone()
        };
        Ok(all.into_iter().map(|known| known.map(seen)).collect())
    }

    /// Reads events of one organization whole and keeps them. Their versions are read again after their ticket types,
    /// which raise them: what is kept is of one version.
    async fn read(&self, memory: &Memory<'_>, step: &[Found]) -> Result<Option<Vec<Arc<Known>>>> {
        let Some(organization_id) = step.first().map(|one| one.organization_id) else {
            return Ok(Some(Vec::new()));
        };
        let ids = || step.iter().map(|one| one.id);
        let head = [Param::from(organization_id)];
        let (sql, values) = WHOLE_BY_ID.of(&head, ids());
        let events = load::all(self.conn, self.now, sql, &values).await?;
        let (sql, values) = FOUND_BY_ID.of(&head, ids());
        let after = self.conn.rows(sql, &values, found).await?;
        let is_as_found =
            |event: &Event| step.iter().any(|one| one.id == event.id && one.version == event.version);
        let still = step.iter().all(|one| after.contains(one)) && events.iter().all(is_as_found);
        if !still || events.len() != step.len() {
            return Ok(None);
        }
        Ok(Some(events.into_iter().map(|event| self.keep(memory, event)).collect()))
    }

    /// Reads the stock of known events of one organization; `None` if it is that of other ticket types.
    async fn restock(&self, memory: &Memory<'_>, step: &[Arc<Known>]) -> Result<Option<Vec<Arc<Known>>>> {
        let Some(organization_id) = step.first().map(|known| known.event.organization_id) else {
            return Ok(Some(Vec::new()));
        };
        let head = [Param::from(self.now), Param::from(organization_id)];
        let (sql, values) = STOCK_BY_EVENT.of(&head, step.iter().map(|known| known.event.id));
        let left = self.conn.rows(sql, &values, left).await?;
        let mut restocked = Vec::with_capacity(step.len());
        for known in step {
            let Some(ticket_types) = stocked(&known.event, &left) else { return Ok(None) };
            let is_same = ticket_types == known.event.ticket_types;
            let fresh =
                if is_same { known.clone() } else { Arc::new(known.restocked(ticket_types, self.now)) };
            if let Some(counters) = memory.counters(organization_id) {
                fresh.stock_seen(counters);
            }
            if !is_same {
                memory.known.keep(&fresh);
            }
            restocked.push(fresh);
        }
        Ok(Some(restocked))
    }
}

fn found(row: &Row<'_>) -> Result<Found> {
    Ok(Found { organization_id: row.get(0)?, id: row.get(1)?, version: row.get(2)? })
}

fn left(row: &Row<'_>) -> Result<Left> {
    Ok(Left {
        event: row.get(0)?,
        ticket_type: row.get(1)?,
        quantity: row.get(2)?,
        sold: row.get(3)?,
        held: row.get(4)?,
        held_until: row.get(5)?,
    })
}

/// Those of the found that are wanted by their place, some of one organization at a time.
fn steps(found: &[Found], is_wanted: impl Fn(usize) -> bool) -> Vec<Vec<Found>> {
    let mut at_home = BTreeMap::<OrganizationId, Vec<Found>>::new();
    for (_, one) in found.iter().enumerate().filter(|(at, _)| is_wanted(*at)) {
        at_home.entry(one.organization_id).or_default().push(*one);
    }
    at_home
        .into_values()
        .flat_map(|all| all.chunks(STEP).map(<[Found]>::to_vec).collect::<Vec<_>>())
        .collect()
}

/// Puts what was read in the places where it was found.
fn put(found: &[Found], all: &mut [Option<Arc<Known>>], read: Vec<Arc<Known>>) {
    for known in read {
        let at = found.iter().position(|one| one.id == known.event.id);
        if let Some(place) = at.and_then(|at| all.get_mut(at)) {
            *place = Some(known);
        }
    }
}

/// An event's ticket types with the stock that is left; `None` if they are not those that it has.
fn stocked(event: &Event, left: &[Left]) -> Option<Vec<TicketType>> {
    let mine = || left.iter().filter(|one| one.event == event.id);
    if mine().count() != event.ticket_types.len() {
        return None;
    }
    let of = |kind: &TicketType| {
        let now = mine().find(|one| one.ticket_type == kind.id && one.quantity == kind.terms.quantity)?;
        let (sold, held, held_until) = (now.sold, now.held, now.held_until);
        Some(TicketType { sold, held, held_until, ..kind.clone() })
    };
    event.ticket_types.iter().map(of).collect()
}
