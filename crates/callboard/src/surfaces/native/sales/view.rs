//! Sales as `/v1` answers them. Source: native-api.md §7.

use callboard_core::ids::{EventId, HoldId, OrderId, TicketId, TicketTypeId};
use callboard_core::inventory::Stock;
use callboard_core::inventory::order::{Entry, Hold, Order, OrderItem, Ticket};
use callboard_core::inventory::sale::Line;
use callboard_core::time::Timestamp;
use callboard_store::sales::Scanned;
use serde::Serialize;
use utoipa::ToSchema;

/// Tickets that are kept until `expiresAt`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Hold)]
pub(super) struct HoldView {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "uuid")]
    event_id: String,
    items: Vec<HoldItemView>,
    /// From this instant on its tickets are free again.
    #[schema(format = "date-time")]
    expires_at: String,
    #[schema(pattern = "^(active|released|used|expired)$")]
    status: &'static str,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HoldItem)]
pub(super) struct HoldItemView {
    #[schema(format = "uuid")]
    ticket_type_id: String,
    quantity: i64,
}

/// An order with its tickets.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Order)]
pub(in crate::surfaces::native) struct OrderView {
    #[schema(value_type = String, format = "uuid")]
    id: OrderId,
    /// `ORD-` and ten digits, for people.
    #[schema(pattern = "^ORD-[0-9]{10}$")]
    number: String,
    #[schema(value_type = String, format = "uuid")]
    event_id: EventId,
    #[schema(pattern = "^(completed|cancelled|refunded)$")]
    status: &'static str,
    items: Vec<OrderItemView>,
    /// In minor units of `currency`.
    total: i64,
    currency: String,
    buyer: BuyerView,
    payment: PaymentView,
    #[schema(value_type = Option<String>, required, format = "uuid")]
    hold_id: Option<HoldId>,
    tickets: Vec<TicketView>,
    version: i64,
    #[schema(format = "date-time")]
    created_at: String,
    #[schema(format = "date-time")]
    updated_at: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderItem)]
pub(super) struct OrderItemView {
    #[schema(value_type = String, format = "uuid")]
    ticket_type_id: TicketTypeId,
    quantity: i64,
    /// Of one ticket, when it was bought.
    price: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Buyer)]
pub(super) struct BuyerView {
    name: String,
    email: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(super) struct PaymentView {
    #[schema(pattern = "^(free|door|external)$")]
    method: &'static str,
    #[schema(required)]
    reference: Option<String>,
}

/// One ticket. Whoever has its `code` has the ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ticket)]
pub(in crate::surfaces::native) struct TicketView {
    #[schema(value_type = String, format = "uuid")]
    id: TicketId,
    code: String,
    #[schema(value_type = String, format = "uuid")]
    order_id: OrderId,
    #[schema(value_type = String, format = "uuid")]
    event_id: EventId,
    #[schema(value_type = String, format = "uuid")]
    ticket_type_id: TicketTypeId,
    #[schema(pattern = "^(valid|void)$")]
    status: &'static str,
    #[schema(required, format = "date-time")]
    checked_in_at: Option<String>,
}

/// What a scan said.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckIn)]
pub(super) struct CheckInView {
    /// The admission, this one or the first; `null` where nobody was admitted.
    #[schema(required, format = "uuid")]
    id: Option<String>,
    #[schema(required)]
    ticket: Option<TicketView>,
    /// `admitted` once; then `duplicate`. `void` for a cancelled or refunded ticket, `unknown` for no ticket of yours.
    #[schema(pattern = "^(admitted|duplicate|void|unknown)$")]
    result: &'static str,
    /// When and where the ticket was admitted.
    #[schema(required)]
    first: Option<EntryView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Entry)]
pub(super) struct EntryView {
    #[schema(format = "date-time")]
    at: String,
    #[schema(required)]
    gate: Option<String>,
}

/// A ticket type's stored stock, in the change log only.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::surfaces::native) struct StockView {
    id: String,
    event_id: String,
    quantity: i64,
    sold: i64,
}

impl StockView {
    pub(in crate::surfaces::native) fn new(
        event: EventId,
        ticket_type: TicketTypeId,
        stock: Stock,
    ) -> StockView {
        StockView {
            id: ticket_type.to_string(),
            event_id: event.to_string(),
            quantity: stock.quantity,
            sold: stock.sold,
        }
    }
}

impl HoldView {
    pub(super) fn of(hold: &Hold, now: Timestamp) -> HoldView {
        let item = |line: &Line| HoldItemView {
            ticket_type_id: line.ticket_type.to_string(),
            quantity: line.quantity,
        };
        HoldView {
            id: hold.id.to_string(),
            event_id: hold.event_id.to_string(),
            items: hold.items.iter().map(item).collect(),
            expires_at: hold.expires_at.to_utc_text(),
            status: hold.status(now).as_str(),
        }
    }
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> OrderView {
        let item = |item: &OrderItem| OrderItemView {
            ticket_type_id: item.ticket_type,
            quantity: item.quantity,
            price: item.price.0,
        };
        OrderView {
            id: order.id,
            number: order.number.clone(),
            event_id: order.event_id,
            status: order.status.as_str(),
            items: order.items.iter().map(item).collect(),
            total: order.total.0,
            currency: order.currency.to_string(),
            buyer: BuyerView { name: order.buyer.name.clone(), email: order.buyer.email.clone() },
            payment: PaymentView {
                method: order.payment.method.as_str(),
                reference: order.payment.reference.clone(),
            },
            hold_id: order.hold_id,
            tickets: order.tickets.iter().map(TicketView::from).collect(),
            version: order.version,
            created_at: order.created_at.to_utc_text(),
            updated_at: order.updated_at.to_utc_text(),
        }
    }
}

impl From<&Ticket> for TicketView {
    fn from(ticket: &Ticket) -> TicketView {
        TicketView {
            id: ticket.id,
            code: ticket.code.clone(),
            order_id: ticket.order_id,
            event_id: ticket.event_id,
            ticket_type_id: ticket.ticket_type,
            status: ticket.status.as_str(),
            checked_in_at: ticket.checked_in.as_ref().map(|entry| entry.at.to_utc_text()),
        }
    }
}

impl From<&Scanned> for CheckInView {
    fn from(scanned: &Scanned) -> CheckInView {
        let entry: Option<&Entry> = scanned.ticket.as_ref().and_then(|ticket| ticket.checked_in.as_ref());
        CheckInView {
            id: entry.map(|entry| entry.check_in.to_string()),
            ticket: scanned.ticket.as_ref().map(TicketView::from),
            result: scanned.result.as_str(),
            first: entry.map(|entry| EntryView { at: entry.at.to_utc_text(), gate: entry.gate.clone() }),
        }
    }
}
