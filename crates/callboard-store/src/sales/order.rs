//! Placing an order: stock, order, tickets, ledger, change and audit rows in one transaction. Source: native-api.md §7.

use callboard_core::ids::{EventId, HoldId, OrderId, OrganizationId};
use callboard_core::inventory::Move;
use callboard_core::inventory::order::{
    Buyer, Hold, Order, OrderItem, OrderStatus, Payment, Ticket, TicketStatus, order_number, ticket_code,
};
use callboard_core::inventory::sale::{Line, check_lines, match_offers, total};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::rejection::Rejection;
use callboard_core::text::fold_email;
use uuid::Uuid;

use super::stock::{self, Shelf};
use super::{Selling, find_selling, hold};
use crate::error::{Error, Result};
use crate::sql::{Command, Foreseen, Tx, params};
use crate::store::Subject;
use crate::tenant::Tenant;

/// Tries for a free order number before the order fails; one is enough but for one order in millions.
const NUMBER_TRIES: usize = 8;

/// Sells tickets of one event.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    pub tenant: Tenant,
    pub event: EventId,
    pub wanted: Wanted,
    pub buyer: Buyer,
    /// `None`: free where the total is 0, else paid outside (E's registration).
    pub payment: Option<Payment>,
}

/// What is bought: tickets by type, or what a hold keeps.
#[derive(Debug, Clone)]
pub enum Wanted {
    Items(Vec<Line>),
    Hold(HoldId),
}

impl Command for PlaceOrder {
    type Out = Order;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    fn interleaves(&self) -> bool {
        matches!(self.wanted, Wanted::Items(_))
    }

    fn foresee(&self, foreseen: &mut Foreseen) {
        foreseen.buyers.push((self.tenant.organization_id(), fold_email(&self.buyer.email)));
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Order> {
        let (lines, held, mut shelves) = self.take(tx).await?;
        shelves.retain(|shelf| shelf.event_id == self.event);
        let selling = find_selling(tx, &self.tenant, self.event).await?.ok_or_else(no_event)?;
        let offers = match &held {
            // The hold has the right to its tickets until it runs out, whatever became of the window.
            Some(_) => in_order(&lines, &hold::offers(&shelves)),
            None => match_offers(&lines, &hold::offers(&shelves), tx.now())?,
        };
        selling.door.check(tx.now())?;
        let total = total(&lines, &offers);
        if let Some(said) = &self.payment {
            said.check(total)?;
        }
        let id: OrderId = tx.mint();
        let acts = shelves.iter().map(|shelf| {
            let n = hold::wanted(&lines, shelf);
            (shelf, if held.is_some() { Move::Claim(n) } else { Move::Sell(n) })
        });
        stock::act_all(tx, acts, Some(id.0))?;
        // From here on nothing refuses: what others of this transaction share may be changed.
        let order = self.order(tx, id, &selling, &lines, &offers, held.as_ref()).await?;
        if let Some(held) = &held {
            hold::end(tx, held, Some(order.id)).await?;
        }
        insert(tx, &order).await?;
        for shelf in &shelves {
            shelf.put_back(tx).await?;
        }
        let data = Some(tx.project(Subject::Order(&order)));
        tx.moved(order.organization_id, "order.created", "order", order.id.0, data);
        tx.audit(&self.tenant, "order.created", "order", order.id.0).await?;
        Ok(order)
    }
}

impl PlaceOrder {
    /// What is bought, out of which hold, and the stock of it.
    async fn take(&self, tx: &Tx<'_>) -> Result<(Vec<Line>, Option<Hold>, Vec<Shelf>)> {
        match &self.wanted {
            Wanted::Items(lines) => {
                check_lines(lines)?;
                let ids = lines.iter().map(|line| line.ticket_type);
                let shelves = stock::take(tx, self.tenant.organization_id(), ids).await?;
                Ok((lines.clone(), None, shelves))
            }
            Wanted::Hold(id) => {
                let found = hold::take(tx, &self.tenant, *id).await?;
                let found = found.filter(|(hold, _)| hold.event_id == self.event);
                let (hold, shelves) = found.ok_or_else(|| missing("holdId", "no such hold of this event"))?;
                hold.check_active(tx.now())?;
                Ok((hold.items.clone(), Some(hold), shelves))
            }
        }
    }

    async fn order(
        &self,
        tx: &Tx<'_>,
        id: OrderId,
        selling: &Selling,
        lines: &[Line],
        offers: &[callboard_core::inventory::sale::Offer],
        held: Option<&Hold>,
    ) -> Result<Order> {
        use callboard_core::inventory::order::PaymentMethod;
        let total = total(lines, offers);
        let usual = || Payment {
            method: if total.0 == 0 { PaymentMethod::Free } else { PaymentMethod::External },
            reference: None,
        };
        let organization_id = self.tenant.organization_id();
        let issue = |line: &Line| Ticket {
            id: tx.mint(),
            code: ticket_code(tx.now(), tx.draw()),
            order_id: id,
            event_id: self.event,
            ticket_type: line.ticket_type,
            status: TicketStatus::Valid,
            checked_in: None,
        };
        let each = |line: &Line| (0..line.quantity).map(|_| issue(line)).collect::<Vec<_>>();
        Ok(Order {
            id,
            organization_id,
            number: free_number(tx, &self.tenant).await?,
            event_id: self.event,
            status: OrderStatus::Completed,
            items: lines.iter().zip(offers).map(item).collect(),
            total,
            currency: selling.currency,
            buyer: self.buyer.clone(),
            attendee_id: attendee(tx, &self.tenant, &self.buyer.email).await?,
            payment: self.payment.clone().unwrap_or_else(usual),
            hold_id: held.map(|hold| hold.id),
            tickets: lines.iter().flat_map(each).collect(),
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        })
    }
}

fn item((line, offer): (&Line, &callboard_core::inventory::sale::Offer)) -> OrderItem {
    OrderItem { ticket_type: line.ticket_type, quantity: line.quantity, price: offer.price }
}

/// The offers in the order of the lines.
fn in_order(
    lines: &[Line],
    offers: &[callboard_core::inventory::sale::Offer],
) -> Vec<callboard_core::inventory::sale::Offer> {
    let of = |line: &Line| offers.iter().find(|offer| offer.ticket_type == line.ticket_type).copied();
    lines.iter().filter_map(of).collect()
}

fn missing(path: &str, message: &str) -> Error {
    let mut issues = Issues::new();
    issues.push(Issue::body(path, IssueCode::NotFound, message));
    Rejection::Invalid(issues).into()
}

/// An event that the body names and that is absent, foreign or out of reach: one answer for all.
fn no_event() -> Error {
    missing("eventId", "no such event")
}

/// A number that no order of the organization has. Beside other commands it is not looked up: the unique index
/// finds the one in millions, and then all run again one by one.
async fn free_number(tx: &Tx<'_>, tenant: &Tenant) -> Result<String> {
    let random = || tx.draw().iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    if tx.is_interleaved() {
        let (block, nth) = tx.till().number(random);
        return Ok(order_number(block, nth));
    }
    for _ in 0..NUMBER_TRIES {
        let number = order_number(random(), 0);
        let sql = "SELECT 1 FROM ticket_order WHERE organization_id = $1 AND number = $2";
        let known = tx.one(sql, params![tenant.organization_id(), &number], |row| row.get::<i64>(0)).await?;
        if known.is_none() {
            return Ok(number);
        }
    }
    Err(Error::Busy("no free order number was found"))
}

/// The one id that an organization has for an e-mail address.
async fn attendee(tx: &Tx<'_>, tenant: &Tenant, email: &str) -> Result<Uuid> {
    let (organization_id, email) = (tenant.organization_id(), fold_email(email));
    let attendee = tx.till().attendee(organization_id, email.clone());
    let known = attendee.id.get_or_try_init(|| async {
        let sql = "SELECT id FROM attendee WHERE organization_id = $1 AND email_folded = $2";
        if !attendee.is_new
            && let Some(id) = tx.one(sql, params![organization_id, &email], |row| row.get(0)).await?
        {
            return Ok(id);
        }
        let id: Uuid = tx.mint();
        let sql =
            "INSERT INTO attendee (organization_id, email_folded, id, created_at) VALUES ($1, $2, $3, $4)";
        tx.insert(sql, params![organization_id, &email, id, tx.now()]).await?;
        Ok::<_, Error>(id)
    });
    known.await.copied()
}

async fn insert(tx: &Tx<'_>, order: &Order) -> Result<()> {
    tx.insert(
        "INSERT INTO ticket_order (organization_id, id, number, event_id, status, total, currency, buyer_name,
         buyer_email, attendee_id, payment_method, payment_reference, hold_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        params![
            order.organization_id, order.id, &order.number, order.event_id, order.status.as_str(), order.total,
            order.currency.as_str(), &order.buyer.name, &order.buyer.email, order.attendee_id,
            order.payment.method.as_str(), &order.payment.reference, order.hold_id, order.created_at
        ],
    )
    .await?;
    for (position, item) in (1_i64..).zip(&order.items) {
        tx.insert(
            "INSERT INTO order_item (organization_id, order_id, position, ticket_type_id, quantity, price_minor)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![order.organization_id, order.id, position, item.ticket_type, item.quantity, item.price],
        )
        .await?;
    }
    for (position, ticket) in (1_i64..).zip(&order.tickets) {
        tx.insert(
            "INSERT INTO ticket (organization_id, id, order_id, position, event_id, ticket_type_id, code, status)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                order.organization_id, ticket.id, order.id, position, ticket.event_id, ticket.ticket_type,
                &ticket.code, ticket.status.as_str()
            ],
        )
        .await?;
    }
    Ok(())
}
