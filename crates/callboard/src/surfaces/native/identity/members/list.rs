//! `GET /v1/members`. Source: native-api.md §2.

use http::StatusCode;
use serde_json::json;

use super::wire::{MemberBody, example};
use crate::http::grant::MembersRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/members", "listMembers")
        .tag(super::TAG)
        .says("List members", "Members and invited people, in the order of their joining or invitation.")
        .query(list::PARAMS)
        .answers::<List<MemberBody>>(
            StatusCode::OK,
            "A page of members",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<MembersRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_members(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |member| MemberBody::from(member)))
}
