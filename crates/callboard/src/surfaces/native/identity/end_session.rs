//! `DELETE /v1/sessions/current`: signing out. Source: native-api.md §2.

use callboard_store::sessions::EndSession;
use http::StatusCode;

use crate::http::{Call, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/sessions/current", "endSession")
        .tag(super::TAG)
        .says("Sign out", "Ends the session that asks. Its token is dead from the next request on.")
        .answers_plain(StatusCode::NO_CONTENT, "The session has ended", "")
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND])
        .any(handle)
        .sessions_only()
}

async fn handle(call: Call) -> Result<Reply, Refusal> {
    let tenant = call.caller.tenant().cloned().ok_or(Refusal::Unauthenticated)?;
    call.write(&tenant, EndSession { tenant: tenant.clone() }, |()| Reply::no_content()).await
}
