//! `GET /v1/orders/{id}`. Source: native-api.md §7.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::sample;
use super::view::OrderView;
use crate::http::grant::OrdersRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/orders/{id}", "getOrder")
        .tag(super::ORDERS)
        .says("Read an order", "With its tickets and their codes.")
        .placeholder("id", "The order's id")
        .answers::<OrderView>(StatusCode::OK, "The order", sample::order())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersRead>) -> Result<Reply, Refusal> {
    let not_found = || Refusal::not_found(Thing::Order);
    let id = call.path.id("id").ok_or_else(not_found)?;
    let order = call.app.store.find_order(grant.tenant(), id).await?.ok_or_else(not_found)?;
    Ok(Reply::ok(&OrderView::from(&order)).versioned(order.version))
}
