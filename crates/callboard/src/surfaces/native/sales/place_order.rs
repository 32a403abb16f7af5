//! `POST /v1/orders`. Source: native-api.md §7.

use callboard_core::inventory::order::Order;
use http::StatusCode;
use http::header::LOCATION;

use super::body::NewOrder;
use super::view::OrderView;
use super::{parse, sample};
use crate::http::grant::OrdersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/orders", "placeOrder")
        .tag(super::ORDERS)
        .says(
            "Sell tickets",
            "All of the items, or none: 409 `sold_out` with `available` where too few are left, 409 `not_on_sale` \
             outside the sale, 400 over a per-order limit. With `holdId` it buys what the hold keeps, also after the \
             sale has closed meanwhile; 409 `hold_expired` once the hold has run out. Send an `Idempotency-Key`: \
             repeated with it, the order is placed once.",
        )
        .takes::<NewOrder>(sample::new_order())
        .answers::<Written<OrderView>>(StatusCode::CREATED, "The order", written_example(sample::order()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let command = parse::order(grant.tenant(), call.body()?)?;
    call.write(grant.tenant(), command, |order| {
        written(StatusCode::CREATED, order).with(LOCATION, &format!("/v1/orders/{}", order.id))
    })
    .await
}

/// An order after a write.
pub(super) fn written(status: StatusCode, order: &Order) -> Reply {
    Reply::json(status, &Written::plain(OrderView::from(order))).versioned(order.version)
}
