//! Cancelling and refunding: tickets become void and stock free again, exactly once. Source: native-api.md §7.

use callboard_core::ids::{OrderId, OrganizationId};
use callboard_core::inventory::Move;
use callboard_core::inventory::order::{Ending, Order, TicketStatus};
use callboard_core::inventory::sale::Line;
use callboard_core::rejection::{Rejection, Thing};

use super::{hold, read, stock};
use crate::error::Result;
use crate::places::expect_changed;
use crate::sql::{Command, Tx, params};
use crate::store::Subject;
use crate::tenant::Tenant;

/// Cancels or refunds an order; one that has ended so already stays as it is.
#[derive(Debug, Clone)]
pub struct EndOrder {
    pub tenant: Tenant,
    pub id: OrderId,
    pub ending: Ending,
}

impl Command for EndOrder {
    type Out = Order;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Order> {
        let not_found = || Rejection::NotFound(Thing::Order);
        let first = read::find(tx, &self.tenant, self.id).await?.ok_or_else(not_found)?;
        let ids = first.items.iter().map(|item| item.ticket_type);
        let shelves = stock::take(tx, first.organization_id, ids).await?;
        // Again, now that nobody else can end it: two endings at once take the same rows.
        let before = read::find(tx, &self.tenant, self.id).await?.ok_or_else(not_found)?;
        let Some(ended) = before.status.end(self.ending) else { return Ok(before) };
        self.save(tx, &before, ended.status.as_str()).await?;
        if ended.gives_back {
            let lines: Vec<Line> = before
                .items
                .iter()
                .map(|item| Line { ticket_type: item.ticket_type, quantity: item.quantity })
                .collect();
            for shelf in &shelves {
                let n = hold::wanted(&lines, shelf);
                let act = match self.ending {
                    Ending::Cancel => Move::Cancel(n),
                    Ending::Refund => Move::Refund(n),
                };
                shelf.act(tx, act, Some(before.id.0))?;
                shelf.put_back(tx).await?;
            }
        }
        let mut after = before;
        after.status = ended.status;
        after.version = after.version.saturating_add(1);
        after.updated_at = tx.now();
        after.tickets.iter_mut().for_each(|ticket| ticket.status = TicketStatus::Void);
        let kind = match self.ending {
            Ending::Cancel => "order.cancelled",
            Ending::Refund => "order.refunded",
        };
        tx.moved(after.organization_id, kind, "order", after.id.0, Some(tx.project(Subject::Order(&after))));
        tx.audit(&self.tenant, kind, "order", after.id.0).await?;
        Ok(after)
    }
}

impl EndOrder {
    /// Guarded by the status that was read.
    async fn save(&self, tx: &Tx<'_>, before: &Order, status: &str) -> Result<()> {
        let sql = "UPDATE ticket_order SET status = $4, version = version + 1, updated_at = $5
                   WHERE organization_id = $1 AND id = $2 AND status = $3";
        let organization_id = before.organization_id;
        let values = params![organization_id, self.id, before.status.as_str(), status, tx.now()];
        expect_changed(tx.exec(sql, values).await?)?;
        let sql = "UPDATE ticket SET status = 'void' WHERE organization_id = $1 AND order_id = $2";
        tx.exec(sql, params![organization_id, self.id]).await?;
        Ok(())
    }
}
