//! `GET /v1/organization`. Source: native-api.md §2.

use http::StatusCode;
use serde_json::{Value, json};

use super::wire::OrganizationBody;
use crate::http::{Call, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/organization", "getOrganization")
        .tag(super::TAG)
        .says("Get the organization", "The organization in which the caller acts. Every key may read it.")
        .answers::<OrganizationBody>(StatusCode::OK, "The organization", example())
        .any(handle)
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "name": "The Analytical Room", "slug": "the-analytical-room",
        "version": 1795428000000_i64, "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}

async fn handle(call: Call) -> Result<Reply, Refusal> {
    let tenant = call.caller.tenant().ok_or(Refusal::Unauthenticated)?;
    let organization = call.app.store.organization(tenant).await?;
    Ok(Reply::ok(&OrganizationBody::from(&organization)).versioned(organization.version()))
}
