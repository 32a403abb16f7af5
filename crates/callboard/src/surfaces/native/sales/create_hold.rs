//! `POST /v1/events/{idOrSlug}/holds`. Source: native-api.md §7.

use callboard_core::inventory::sale::HOLD_TTL_S;
use callboard_core::time::SECOND;
use callboard_store::sales::CreateHold;
use http::StatusCode;
use serde_json::json;

use super::body::NewHold;
use super::view::HoldView;
use super::{parse, sample};
use crate::http::grant::OrdersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::events;
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/events/{idOrSlug}/holds", "createHold")
        .tag(super::HOLDS)
        .says(
            "Hold tickets",
            "Keeps tickets for a buyer who is still paying. All of the items are held, or none: 409 `sold_out` with \
             `available` where too few are left, 409 `not_on_sale` outside the sale. From `expiresAt` on they are \
             free again.",
        )
        .placeholder(events::PATH_DOC.0, events::PATH_DOC.1)
        .takes::<NewHold>(json!({ "items": sample::items(), "ttlSeconds": 600 }))
        .answers::<Written<HoldView>>(StatusCode::CREATED, "The hold", written_example(sample::hold()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let said: NewHold = call.body()?;
    let command = CreateHold {
        tenant: grant.tenant().clone(),
        event: events::named(&call)?,
        items: parse::lines(&said.items),
        ttl_ms: said.ttl_seconds.unwrap_or(HOLD_TTL_S).saturating_mul(SECOND),
    };
    let now = call.now;
    call.write(grant.tenant(), command, move |hold| Reply::created(&Written::plain(HoldView::of(hold, now))))
        .await
}
