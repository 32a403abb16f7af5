//! `/dashboard/orders`: who bought what, newest first; of one event, by buyer, or all.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::Event;
use callboard_core::ids::EventId;
use callboard_core::inventory::order::Order;
use callboard_core::time::Zone;
use callboard_store::Tenant;
use callboard_store::events::EventRef;
use callboard_store::sales::OrderList;

use super::super::events::{self, view};
use super::{PATH, badge, path_of};
use crate::dashboard::field::Field;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{Pager, ROWS, Tab, after};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::OrdersRead;
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show)]
}

/// Longest search. Unit: characters.
const SEARCH_MAX: usize = 200;

#[derive(Template)]
#[template(path = "dashboard/orders/list.html")]
struct ListPage {
    frame: Shell,
    tabs: Vec<Tab>,
    title: String,
    event: String,
    search: Field,
    rows: Vec<Row>,
    pager: Pager,
    issue: Option<String>,
    is_searched: bool,
}

struct Row {
    path: String,
    number: String,
    buyer: String,
    email: String,
    tickets: i64,
    checked_in: usize,
    total: String,
    badge: view::Badge,
    at: String,
    event: Option<(String, String)>,
}

async fn show(visit: Visit, grant: Granted<OrdersRead>) -> Result<Reply, Refusal> {
    let (tenant, query) = (grant.tenant(), &visit.query);
    let event = match query.get("event").parse().ok() {
        Some(id) => visit.app.store.find_event(tenant, &EventRef::Id(id), visit.now).await?,
        None => None,
    };
    let search: String = query.get("q").trim().chars().take(SEARCH_MAX).collect();
    let list = OrderList {
        event_id: event.as_ref().map(|event| event.id),
        search: Some(search).filter(|text| !text.is_empty()),
        after: after(query),
        limit: ROWS,
    };
    let found = visit.app.store.list_orders(tenant, &list).await?;
    let events = events_of(&visit, tenant, &found.items).await?;
    let title = event.as_ref().map_or("Orders", |event| event.details.display_title());
    let frame = visit.shell(title, if event.is_some() { events::PATH } else { PATH }).await?;
    let frame = match &event {
        Some(event) => frame.crumb("Events", events::PATH).crumb(title, events::path_of(event)),
        None => frame,
    };
    let may_sell =
        visit.may(Capability::OrdersWrite) && event.as_ref().is_none_or(|e| e.is_selling(visit.now));
    let id = event.as_ref().map(|event| event.id.to_string()).unwrap_or_default();
    let page = ListPage {
        frame,
        tabs: event.as_ref().map(|event| events::tabs(&visit, event, "Orders")).unwrap_or_default(),
        title: title.to_owned(),
        search: query
            .input("search", "q", "Search")
            .placeholder("Buyer, e-mail or order number")
            .optional()
            .max(SEARCH_MAX),
        rows: found.items.iter().map(|order| row(order, &events, event.is_some())).collect(),
        pager: Pager::of(PATH, query, &found),
        issue: may_sell
            .then(|| if id.is_empty() { format!("{PATH}/new") } else { format!("{PATH}/new?event={id}") }),
        is_searched: list.search.is_some(),
        event: id,
    };
    visit.show(&page)
}

/// The events of a page of orders, each looked up once.
async fn events_of(
    visit: &Visit,
    tenant: &Tenant,
    orders: &[Order],
) -> Result<HashMap<EventId, Arc<Event>>, Refusal> {
    let mut events = HashMap::new();
    for order in orders {
        if let std::collections::hash_map::Entry::Vacant(free) = events.entry(order.event_id) {
            let found = visit.app.store.find_event(tenant, &EventRef::Id(order.event_id), visit.now).await?;
            found.map(|event| free.insert(event));
        }
    }
    Ok(events)
}

fn row(order: &Order, events: &HashMap<EventId, Arc<Event>>, is_of_one: bool) -> Row {
    let event = events.get(&order.event_id);
    let zone = event.map_or_else(Zone::utc, |event| event.details.schedule.zone.clone());
    let named = event.filter(|_| !is_of_one).map(|event| (view::named(event), events::path_of(event)));
    Row {
        path: path_of(order),
        number: order.number.clone(),
        buyer: order.buyer.name.clone(),
        email: order.buyer.email.clone(),
        tickets: order.items.iter().map(|item| item.quantity).sum(),
        checked_in: order.tickets.iter().filter(|ticket| ticket.checked_in.is_some()).count(),
        total: view::money(order.currency, order.total),
        badge: badge(order.status),
        at: view::instant(order.created_at, &zone),
        event: named,
    }
}
