//! `/dashboard/orders/{id}`: one order with its tickets and their codes, made to be printed.

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::Event;
use callboard_core::inventory::order::{Order, OrderStatus, Ticket, TicketStatus};
use callboard_core::time::Zone;
use callboard_store::events::EventRef;

use super::super::events::{self, view};
use super::{PATH, badge, find, paid, path_of};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::OrdersRead;
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::qr;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/orders/{id}").granted(show)]
}

/// Tickets that are drawn on one page; an order has at most some thousand, of which a page takes the first.
const DRAWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "dashboard/orders/show.html")]
struct OrderPage {
    frame: Shell,
    number: String,
    badge: view::Badge,
    event: Option<(String, String)>,
    buyer: String,
    email: String,
    paid: String,
    at: String,
    total: String,
    items: Vec<Item>,
    tickets: Vec<TicketView>,
    not_drawn: usize,
    path: String,
    may_cancel: bool,
    may_refund: bool,
}

struct Item {
    name: String,
    quantity: i64,
    price: String,
}

struct TicketView {
    name: String,
    code: String,
    qr: String,
    is_void: bool,
    /// When and where it was let in.
    entry: String,
    event: String,
    when: String,
    place: String,
}

async fn show(visit: Visit, grant: Granted<OrdersRead>) -> Result<Reply, Refusal> {
    let order = find(&visit, grant.tenant()).await?;
    let event = EventRef::Id(order.event_id);
    let event = visit.app.store.find_event(grant.tenant(), &event, visit.now).await?;
    let venues = visit.app.store.venue_names(grant.tenant(), event.as_slice()).await?;
    let venue = event.as_ref().and_then(|event| venues.get(&event.details.venue_id?).cloned());
    let zone = event.as_ref().map_or_else(Zone::utc, |event| event.details.schedule.zone.clone());
    let may = visit.may(Capability::OrdersWrite);
    let mut tickets = Vec::new();
    for ticket in order.tickets.iter().take(DRAWN_MAX) {
        tickets.push(drawn(ticket, event.as_deref(), venue.as_deref(), &zone)?);
    }
    let page = OrderPage {
        frame: visit.shell(&order.number, PATH).await?.crumb("Orders", PATH),
        number: order.number.clone(),
        badge: badge(order.status),
        event: event.as_ref().map(|event| (view::named(event), events::path_of(event))),
        buyer: order.buyer.name.clone(),
        email: order.buyer.email.clone(),
        paid: match &order.payment.reference {
            Some(reference) => format!("{}, {reference}", paid(order.payment.method)),
            None => paid(order.payment.method).to_owned(),
        },
        at: view::instant(order.created_at, &zone),
        total: view::money(order.currency, order.total),
        items: items(&order, event.as_deref()),
        not_drawn: order.tickets.len().saturating_sub(DRAWN_MAX),
        tickets,
        path: path_of(&order),
        may_cancel: may && order.status == OrderStatus::Completed,
        may_refund: may && order.status != OrderStatus::Refunded,
    };
    visit.show(&page)
}

fn items(order: &Order, event: Option<&Event>) -> Vec<Item> {
    let one = |item: &callboard_core::inventory::order::OrderItem| Item {
        name: type_name(event, item.ticket_type),
        quantity: item.quantity,
        price: view::money(order.currency, item.price),
    };
    order.items.iter().map(one).collect()
}

fn type_name(event: Option<&Event>, id: callboard_core::ids::TicketTypeId) -> String {
    let found = event.and_then(|event| event.ticket_types.iter().find(|one| one.id == id));
    found.map_or_else(|| "Ticket".to_owned(), |one| one.terms.name.clone())
}

fn drawn(
    ticket: &Ticket,
    event: Option<&Event>,
    venue: Option<&str>,
    zone: &Zone,
) -> Result<TicketView, Refusal> {
    let place = event.and_then(|event| event.details.place.name.as_deref()).or(venue);
    Ok(TicketView {
        name: type_name(event, ticket.ticket_type),
        qr: qr::svg(&ticket.code).ok_or(Refusal::Internal)?,
        code: ticket.code.clone(),
        is_void: ticket.status == TicketStatus::Void,
        entry: ticket.checked_in.as_ref().map_or_else(String::new, |entry| {
            let at = view::instant(entry.at, zone);
            entry.gate.as_ref().map_or_else(|| at.clone(), |gate| format!("{at}, {gate}"))
        }),
        event: event.map(|event| event.details.display_title().to_owned()).unwrap_or_default(),
        when: event
            .map(|event| format!("{}, {}", view::day(event.details.schedule.show_date), view::time(event)))
            .unwrap_or_default(),
        place: place.unwrap_or_default().to_owned(),
    })
}
