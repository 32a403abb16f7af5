//! The rooms of orders: list, one order with its tickets, issuing tickets by hand, cancelling and refunding.

mod end;
mod issue;
mod list;
mod show;

use callboard_core::inventory::order::{Order, OrderStatus, PaymentMethod};
use callboard_core::rejection::Thing;
use callboard_store::Tenant;

use super::events::view::Badge;
use crate::dashboard::page::Page;
use crate::dashboard::visit::Visit;
use crate::http::Refusal;

const PATH: &str = "/dashboard/orders";

pub(super) fn pages() -> Vec<Page> {
    let rooms: [fn() -> Vec<Page>; 4] = [list::pages, show::pages, issue::pages, end::pages];
    rooms.iter().flat_map(|room| room()).collect()
}

/// The order that the address names.
async fn find(visit: &Visit, tenant: &Tenant) -> Result<Order, Refusal> {
    let absent = || Refusal::not_found(Thing::Order);
    let id = visit.path.id("id").ok_or_else(absent)?;
    visit.app.store.find_order(tenant, id).await?.ok_or_else(absent)
}

fn path_of(order: &Order) -> String {
    format!("{PATH}/{}", order.id)
}

fn badge(status: OrderStatus) -> Badge {
    match status {
        OrderStatus::Completed => Badge { tone: "good", text: "Completed" },
        OrderStatus::Cancelled => Badge { tone: "warn", text: "Cancelled" },
        OrderStatus::Refunded => Badge { tone: "bad", text: "Refunded" },
    }
}

fn paid(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Free => "Free",
        PaymentMethod::Door => "At the door",
        PaymentMethod::External => "Elsewhere",
    }
}
