//! `POST /v1/orders/{id}/cancel`. Source: native-api.md §7.

use callboard_core::inventory::order::Ending;
use callboard_core::rejection::Thing;
use callboard_store::sales::EndOrder;
use http::StatusCode;

use super::place_order::written;
use super::sample;
use super::view::OrderView;
use crate::http::grant::OrdersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Empty, Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/orders/{id}/cancel", "cancelOrder")
        .tag(super::ORDERS)
        .says(
            "Cancel an order",
            "Its tickets become void and are free to be sold again, once. An order that is cancelled or refunded \
             already is answered as it is.",
        )
        .placeholder("id", "The order's id")
        .may_take::<Empty>(serde_json::json!({}))
        .answers::<Written<OrderView>>(StatusCode::OK, "The order", written_example(sample::order()))
        .refuses(&[StatusCode::NOT_FOUND])
        .idempotent()
        .granted(|call, grant| end(call, grant, Ending::Cancel))
}

/// Ends an order in one of the two ways.
pub(super) async fn end(call: Call, grant: Granted<OrdersWrite>, ending: Ending) -> Result<Reply, Refusal> {
    let Empty {} = call.body()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Order))?;
    let command = EndOrder { tenant: grant.tenant().clone(), id, ending };
    call.write(grant.tenant(), command, |order| written(StatusCode::OK, order)).await
}
