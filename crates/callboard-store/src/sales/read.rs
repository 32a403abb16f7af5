//! Finding orders and tickets inside a tenant. What is absent, foreign or out of reach is not found, all alike.

use callboard_core::ids::{CheckInId, EventId, OrderId, OrganizationId, TicketId};
use callboard_core::inventory::order::{
    Buyer, Entry, Order, OrderItem, OrderStatus, Payment, PaymentMethod, Ticket, TicketStatus,
};
use callboard_core::money::Currency;
use callboard_core::time::Timestamp;

use super::{reaches_event, word};
use crate::error::Result;
use crate::page::{After, Page, bounded, page};
use crate::query::Query;
use crate::sql::{Conn, Row, params};
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

/// Which orders, newest first.
#[derive(Debug, Clone, Default)]
pub struct OrderList {
    pub event_id: Option<EventId>,
    /// The order's number, or a part of the buyer's name or address, in any letter case.
    /// Cost: O(the organization's orders) until a page is full.
    pub search: Option<String>,
    pub after: Option<After>,
    pub limit: i64,
}

/// The tickets of an event at its door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admitted {
    /// Those that are valid.
    pub tickets: i64,
    pub admitted: i64,
}

macro_rules! order_columns {
    () => {
        "o.organization_id, o.id, o.number, o.event_id, o.status, o.total, o.currency, o.buyer_name, o.buyer_email,
         o.attendee_id, o.payment_method, o.payment_reference, o.hold_id, o.version, o.created_at, o.updated_at"
    };
}
macro_rules! ticket_columns {
    () => {
        "t.id, t.code, t.order_id, t.event_id, t.ticket_type_id, t.status, t.check_in_id, t.checked_in_at, t.gate"
    };
}

impl Store {
    /// An order with its items and tickets.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_order(&self, tenant: &Tenant, id: OrderId) -> Result<Option<Order>> {
        let read = self.read().await?;
        find(&read, tenant, id).await
    }

    /// A ticket by its code.
    ///
    /// # Errors
    /// Faults only.
    pub async fn find_ticket(&self, tenant: &Tenant, code: &str) -> Result<Option<Ticket>> {
        let read = self.read().await?;
        ticket(&read, tenant, code).await
    }

    /// How many valid tickets an event has, and how many of them are in. Cost: O(its tickets).
    ///
    /// # Errors
    /// Faults only.
    pub async fn count_admitted(&self, tenant: &Tenant, event: EventId) -> Result<Admitted> {
        let read = self.read().await?;
        let sql = "SELECT count(*), count(t.checked_in_at) FROM ticket_order o
                   JOIN ticket t ON t.organization_id = o.organization_id AND t.order_id = o.id
                   WHERE o.organization_id = $1 AND o.event_id = $2 AND t.status = 'valid'";
        let organization_id = tenant.organization_id();
        let nobody = Admitted { tickets: 0, admitted: 0 };
        if !reaches_event(&read, tenant, organization_id, event).await? {
            return Ok(nobody);
        }
        let counted = |row: &Row<'_>| Ok(Admitted { tickets: row.get(0)?, admitted: row.get(1)? });
        Ok(read.one(sql, params![organization_id, event], counted).await?.unwrap_or(nobody))
    }

    /// A page of orders of the events within reach, newest first.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_orders(&self, tenant: &Tenant, list: &OrderList) -> Result<Page<Order>> {
        let after = list.after.unwrap_or(After::LAST);
        let bound = tenant.binding();
        let part = list.search.as_deref().map(pattern_of_part).unwrap_or_default();
        let mut query = Query::new(concat!(
            "SELECT ",
            order_columns!(),
            " FROM ticket_order o JOIN event e ON e.organization_id = o.organization_id AND e.id = o.event_id
             WHERE o.organization_id = "
        ));
        if !matches!(tenant.reach(), Reach::Organization(_)) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        query.bind("", tenant.organization_id());
        query.bind_some(" AND o.event_id = ", list.event_id);
        query.bind_some(" AND o.event_id = ", bound.event_id);
        query.bind_some(" AND e.venue_id = ", bound.venue_id);
        query.bind_some(" AND e.channel_id = ", bound.channel_id);
        query.bind_some(" AND e.box_office_id = ", bound.box_office_id);
        if let Some(said) = list.search.as_deref() {
            query.bind(" AND (o.number = ", said);
            query.bind(" OR lower(o.buyer_name) LIKE lower(", part.as_str());
            query.bind(") ESCAPE '!' OR lower(o.buyer_email) LIKE lower(", part.as_str());
            query.push(") ESCAPE '!')");
        }
        // Ids begin with the instant of their making: both are the same order, each by an index that there is.
        if list.event_id.is_some() || bound.event_id.is_some() {
            query.bind(" AND (o.created_at, o.id) < (", after.created_at);
            query.bind(", ", after.id);
            query.push(") ORDER BY o.created_at DESC, o.id DESC");
        } else {
            query.bind(" AND o.id < ", after.id);
            query.push(" ORDER BY o.id DESC");
        }
        query.bind(" LIMIT ", bounded(list.limit).saturating_add(1));
        let read = self.read().await?;
        let orders = read.rows(query.sql(), query.params(), order).await?;
        let mut found =
            page(orders, list.limit, |order| After { created_at: order.created_at, id: order.id.0 });
        for order in &mut found.items {
            fill(&read, order).await?;
        }
        Ok(found)
    }
}

/// The pattern of texts that have this in them; `!` takes the meaning from what would have one.
fn pattern_of_part(said: &str) -> String {
    let plain = said.chars().flat_map(|c| matches!(c, '!' | '%' | '_').then_some('!').into_iter().chain([c]));
    format!("%{}%", plain.collect::<String>())
}

/// As [`Store::find_order`], on any connection.
pub(super) async fn find(conn: &Conn, tenant: &Tenant, id: OrderId) -> Result<Option<Order>> {
    let sql = concat!(
        "SELECT ",
        order_columns!(),
        " FROM ticket_order o WHERE o.organization_id = $1 AND o.id = $2"
    );
    let Some(mut found) = conn.one(sql, params![tenant.organization_id(), id], order).await? else {
        return Ok(None);
    };
    if !reaches_event(conn, tenant, found.organization_id, found.event_id).await? {
        return Ok(None);
    }
    fill(conn, &mut found).await?;
    Ok(Some(found))
}

/// As [`Store::find_ticket`], on any connection.
pub(super) async fn ticket(conn: &Conn, tenant: &Tenant, code: &str) -> Result<Option<Ticket>> {
    let sql =
        concat!("SELECT ", ticket_columns!(), " FROM ticket t WHERE t.organization_id = $1 AND t.code = $2");
    let organization_id = tenant.organization_id();
    let Some(found) = conn.one(sql, params![organization_id, code], one_ticket).await? else {
        return Ok(None);
    };
    let reached = reaches_event(conn, tenant, organization_id, found.event_id).await?;
    Ok(reached.then_some(found))
}

pub(super) async fn ticket_by_id(
    conn: &Conn,
    organization_id: OrganizationId,
    id: TicketId,
) -> Result<Option<Ticket>> {
    let sql =
        concat!("SELECT ", ticket_columns!(), " FROM ticket t WHERE t.organization_id = $1 AND t.id = $2");
    conn.one(sql, params![organization_id, id], one_ticket).await
}

/// Reads an order's items and tickets.
async fn fill(conn: &Conn, order: &mut Order) -> Result<()> {
    let sql = "SELECT ticket_type_id, quantity, price_minor FROM order_item
               WHERE organization_id = $1 AND order_id = $2 ORDER BY position";
    order.items = conn
        .rows(sql, params![order.organization_id, order.id], |row| {
            Ok(OrderItem { ticket_type: row.get(0)?, quantity: row.get(1)?, price: row.get(2)? })
        })
        .await?;
    let sql = concat!(
        "SELECT ",
        ticket_columns!(),
        " FROM ticket t WHERE t.organization_id = $1 AND t.order_id = $2 ORDER BY t.position"
    );
    order.tickets = conn.rows(sql, params![order.organization_id, order.id], one_ticket).await?;
    Ok(())
}

fn order(row: &Row<'_>) -> Result<Order> {
    let text = |at: usize| row.get::<String>(at);
    Ok(Order {
        organization_id: row.get(0)?,
        id: row.get(1)?,
        number: row.get(2)?,
        event_id: row.get(3)?,
        status: word("ticket_order", &text(4)?, OrderStatus::parse)?,
        items: Vec::new(),
        total: row.get(5)?,
        currency: word("ticket_order", &text(6)?, |code| Currency::parse(code).ok())?,
        buyer: Buyer { name: row.get(7)?, email: row.get(8)? },
        attendee_id: row.get(9)?,
        payment: Payment {
            method: word("ticket_order", &text(10)?, PaymentMethod::parse)?,
            reference: row.get(11)?,
        },
        hold_id: row.get(12)?,
        tickets: Vec::new(),
        version: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
    })
}

fn one_ticket(row: &Row<'_>) -> Result<Ticket> {
    let entry = match (row.get::<Option<CheckInId>>(6)?, row.get::<Option<Timestamp>>(7)?) {
        (Some(check_in), Some(at)) => Some(Entry { check_in, at, gate: row.get(8)? }),
        (_, _) => None,
    };
    Ok(Ticket {
        id: row.get(0)?,
        code: row.get(1)?,
        order_id: row.get(2)?,
        event_id: row.get(3)?,
        ticket_type: row.get(4)?,
        status: word("ticket", &row.get::<String>(5)?, TicketStatus::parse)?,
        checked_in: entry,
    })
}
