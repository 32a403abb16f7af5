//! Holding stock for a while, and letting it go. Source: native-api.md §7.

use callboard_core::ids::{EventId, HoldId, OrderId, OrganizationId};
use callboard_core::inventory::Move;
use callboard_core::inventory::order::{Hold, HoldStatus};
use callboard_core::inventory::sale::{Line, check_lines, match_offers};
use callboard_core::rejection::{Rejection, Thing};

use super::stock::{self, Shelf};
use super::{find_selling, reaches_event};
use crate::error::Result;
use crate::events::EventRef;
use crate::sql::{Command, Conn, Tx, params};
use crate::tenant::Tenant;

/// Holds tickets of one event.
#[derive(Debug, Clone)]
pub struct CreateHold {
    pub tenant: Tenant,
    pub event: EventRef,
    pub items: Vec<Line>,
    pub ttl_ms: i64,
}

/// Lets a hold go; one that is over already stays as it is.
#[derive(Debug, Clone)]
pub struct ReleaseHold {
    pub tenant: Tenant,
    pub id: HoldId,
}

impl Command for CreateHold {
    type Out = Hold;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    fn interleaves(&self) -> bool {
        true
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Hold> {
        check_lines(&self.items)?;
        let event_id = crate::events::find_id(tx, &self.tenant, &self.event).await?;
        let organization_id = self.tenant.organization_id();
        let mut shelves =
            stock::take(tx, organization_id, self.items.iter().map(|line| line.ticket_type)).await?;
        shelves.retain(|shelf| shelf.event_id == event_id);
        let selling = find_selling(tx, &self.tenant, event_id).await?;
        let selling = selling.ok_or(Rejection::NotFound(Thing::Event))?;
        match_offers(&self.items, &offers(&shelves), tx.now())?;
        selling.door.check(tx.now())?;
        let hold = Hold {
            id: tx.mint(),
            organization_id,
            event_id,
            items: self.items.clone(),
            expires_at: tx.now().plus_millis(self.ttl_ms),
            released_at: None,
            order_id: None,
            created_at: tx.now(),
        };
        let acts = shelves.iter().map(|shelf| (shelf, Move::Hold(wanted(&hold.items, shelf))));
        stock::act_all(tx, acts, Some(hold.id.0))?;
        insert(tx, &hold).await?;
        for shelf in &shelves {
            shelf.put_back(tx).await?;
        }
        tx.audit(&self.tenant, "hold.created", "hold", hold.id.0).await?;
        Ok(hold)
    }
}

impl Command for ReleaseHold {
    type Out = ();

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<()> {
        let (hold, shelves) =
            take(tx, &self.tenant, self.id).await?.ok_or(Rejection::NotFound(Thing::Hold))?;
        if hold.status(tx.now()) != HoldStatus::Active {
            return Ok(());
        }
        for shelf in &shelves {
            shelf.act(tx, Move::Release(wanted(&hold.items, shelf)), Some(hold.id.0))?;
            shelf.put_back(tx).await?;
        }
        end(tx, &hold, None).await?;
        tx.audit(&self.tenant, "hold.released", "hold", hold.id.0).await
    }
}

pub(super) fn offers(shelves: &[Shelf]) -> Vec<callboard_core::inventory::sale::Offer> {
    shelves.iter().map(|shelf| shelf.offer).collect()
}

/// How many of a shelf's type the lines name.
pub(super) fn wanted(lines: &[Line], shelf: &Shelf) -> i64 {
    lines.iter().filter(|line| line.ticket_type == shelf.id()).map(|line| line.quantity).sum()
}

/// A hold with the stock under it: found, its types taken, and read again as it is now that nobody else can move it.
pub(super) async fn take(tx: &Tx<'_>, tenant: &Tenant, id: HoldId) -> Result<Option<(Hold, Vec<Shelf>)>> {
    let organization_id = tenant.organization_id();
    let Some(hold) = find(tx, organization_id, id).await? else { return Ok(None) };
    if !reaches_event(tx, tenant, organization_id, hold.event_id).await? {
        return Ok(None);
    }
    let shelves = stock::take(tx, organization_id, hold.items.iter().map(|line| line.ticket_type)).await?;
    Ok(find(tx, organization_id, id).await?.map(|hold| (hold, shelves)))
}

/// Marks a hold as used by an order, or as released.
pub(super) async fn end(tx: &Tx<'_>, hold: &Hold, order: Option<OrderId>) -> Result<()> {
    let released = order.is_none().then(|| tx.now());
    let sql = "UPDATE hold SET released_at = $3, order_id = $4 WHERE organization_id = $1 AND id = $2
               AND released_at IS NULL AND order_id IS NULL";
    let changed = tx.exec(sql, params![hold.organization_id, hold.id, released, order]).await?;
    crate::places::expect_changed(changed)?;
    let sql =
        "UPDATE hold_item SET ended_at = $3 WHERE organization_id = $1 AND hold_id = $2 AND ended_at IS NULL";
    let ended = tx.exec(sql, params![hold.organization_id, hold.id, tx.now()]).await?;
    // Another node's clock may have found it expired a moment before ours does.
    if usize::try_from(ended) != Ok(hold.items.len()) {
        return Err(Rejection::HoldExpired { expires_at: hold.expires_at }.into());
    }
    Ok(())
}

async fn insert(tx: &Tx<'_>, hold: &Hold) -> Result<()> {
    tx.insert(
        "INSERT INTO hold (organization_id, id, event_id, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![hold.organization_id, hold.id, hold.event_id, hold.expires_at, hold.created_at],
    )
    .await?;
    for (position, line) in (1_i64..).zip(&hold.items) {
        tx.insert(
            "INSERT INTO hold_item (organization_id, hold_id, ticket_type_id, position, quantity, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![
                hold.organization_id,
                hold.id,
                line.ticket_type,
                position,
                line.quantity,
                hold.expires_at
            ],
        )
        .await?;
    }
    Ok(())
}

async fn find(conn: &Conn, organization_id: OrganizationId, id: HoldId) -> Result<Option<Hold>> {
    let found = conn
        .one(
            "SELECT event_id, expires_at, released_at, order_id, created_at FROM hold
             WHERE organization_id = $1 AND id = $2",
            params![organization_id, id],
            |row| {
                Ok(Hold {
                    id,
                    organization_id,
                    event_id: row.get::<EventId>(0)?,
                    items: Vec::new(),
                    expires_at: row.get(1)?,
                    released_at: row.get(2)?,
                    order_id: row.get(3)?,
                    created_at: row.get(4)?,
                })
            },
        )
        .await?;
    let Some(mut hold) = found else { return Ok(None) };
    let sql = "SELECT ticket_type_id, quantity FROM hold_item WHERE organization_id = $1 AND hold_id = $2 ORDER BY position";
    hold.items = conn
        .rows(sql, params![organization_id, id], |row| {
            Ok(Line { ticket_type: row.get(0)?, quantity: row.get(1)? })
        })
        .await?;
    Ok(Some(hold))
}
