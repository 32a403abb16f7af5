//! `GET /v1/orders`. Source: native-api.md §7.

use callboard_store::sales::OrderList;
use http::StatusCode;
use serde_json::json;

use super::sample;
use super::view::OrderView;
use crate::http::grant::OrdersRead;
use crate::http::{Call, Granted, Kind, Operation, Param, Refusal, Reply};
use crate::surfaces::native::list::{self, CURSOR, LIMIT, List};

const PARAMS: &[Param] =
    &[LIMIT, CURSOR, Param { name: "eventId", kind: Kind::Uuid, doc: "Only orders of this event." }];

pub(super) fn operation() -> Operation {
    Operation::get("/v1/orders", "listOrders")
        .tag(super::ORDERS)
        .says("List orders", "Newest first. A narrowed key lists the orders of the events that it reaches.")
        .query(PARAMS)
        .answers::<List<OrderView>>(
            StatusCode::OK,
            "A page of orders",
            json!({ "items": [sample::order()], "nextCursor": null }),
        )
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let wanted = OrderList { event_id: call.args.id("eventId").map(Into::into), search: None, after, limit };
    let page = call.app.store.list_orders(grant.tenant(), &wanted).await?;
    Ok(list::reply(&page, |order| OrderView::from(order)))
}
