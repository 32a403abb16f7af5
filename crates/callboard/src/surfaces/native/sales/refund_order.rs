//! `POST /v1/orders/{id}/refund`. Source: native-api.md §7.

use callboard_core::inventory::order::Ending;
use http::StatusCode;

use super::view::OrderView;
use super::{cancel_order, sample};
use crate::http::Operation;
use crate::surfaces::native::wire::{Empty, Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/orders/{id}/refund", "refundOrder")
        .tag(super::ORDERS)
        .says(
            "Mark an order as refunded",
            "Its tickets become void and are free to be sold again, once: a cancelled order can be refunded, which \
             gives nothing back a second time. The money itself goes back where it was paid. An order that is \
             refunded already is answered as it is.",
        )
        .placeholder("id", "The order's id")
        .may_take::<Empty>(serde_json::json!({}))
        .answers::<Written<OrderView>>(StatusCode::OK, "The order", written_example(sample::order()))
        .refuses(&[StatusCode::NOT_FOUND])
        .idempotent()
        .granted(|call, grant| cancel_order::end(call, grant, Ending::Refund))
}
