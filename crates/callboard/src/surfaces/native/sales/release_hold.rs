//! `DELETE /v1/holds/{id}`. Source: native-api.md §7.

use callboard_core::rejection::Thing;
use callboard_store::sales::ReleaseHold;
use http::StatusCode;

use crate::http::grant::OrdersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/holds/{id}", "releaseHold")
        .tag(super::HOLDS)
        .says("Release a hold", "Its tickets are free at once. A hold that is over already stays as it is.")
        .placeholder("id", "The hold's id")
        .answers_plain(StatusCode::NO_CONTENT, "The hold is over", "")
        .refuses(&[StatusCode::NOT_FOUND])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<OrdersWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Hold))?;
    let command = ReleaseHold { tenant: grant.tenant().clone(), id };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
