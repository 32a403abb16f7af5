//! `DELETE /v1/check-ins/{id}`. Source: native-api.md §7.

use callboard_core::rejection::Thing;
use callboard_store::sales::UndoCheckIn;
use http::StatusCode;

use crate::http::grant::CheckInsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/check-ins/{id}", "undoCheckIn")
        .tag(super::DOOR)
        .says("Undo a check-in", "The ticket admits again. A check-in that is undone already is not found.")
        .placeholder("id", "The check-in's id")
        .answers_plain(StatusCode::NO_CONTENT, "It is undone", "")
        .refuses(&[StatusCode::NOT_FOUND])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<CheckInsWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::CheckIn))?;
    let command = UndoCheckIn { tenant: grant.tenant().clone(), id };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
