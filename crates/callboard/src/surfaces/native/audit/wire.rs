//! Audit lines on the wire.

use callboard_store::audit::AuditLine;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// One act: who did what to which object. Both `accountId` and `keyId` are `null` where the machine's owner acted.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLine)]
pub(super) struct AuditBody {
    pub id: Uuid,
    #[schema(format = "date-time")]
    pub at: String,
    /// The account that acted, or that the key stands for.
    #[schema(required)]
    pub account_id: Option<Uuid>,
    /// The key that acted; `null` for a signed-in person.
    #[schema(required)]
    pub key_id: Option<Uuid>,
    /// What was done: `event.published`, `key.revoked`, ….
    pub action: String,
    pub resource: String,
    pub resource_id: Uuid,
    /// `X-Request-Id` of the request that did it.
    pub request_id: String,
}

impl From<&AuditLine> for AuditBody {
    fn from(line: &AuditLine) -> AuditBody {
        AuditBody {
            id: line.id,
            at: line.at.to_utc_text(),
            account_id: line.account_id.map(|id| id.0),
            key_id: line.key_id.map(|id| id.0),
            action: line.action.clone(),
            resource: line.resource.clone(),
            resource_id: line.resource_id,
            request_id: line.request_id.clone(),
        }
    }
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c2", "at": "2026-11-23T10:00:00Z",
        "accountId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "keyId": null, "action": "venue.deleted",
        "resource": "venue", "resourceId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4d0", "requestId": "req-7b1f0c2d",
    })
}
