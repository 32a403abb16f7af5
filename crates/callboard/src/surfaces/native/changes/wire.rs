//! Changes on the wire.

use callboard_store::feed::Change;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::Refusal;

/// One change, as it was committed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Change)]
pub(super) struct ChangeBody {
    /// Its place: 1 more than that of the change before it in this organization.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// Its own id, the same for ever; what a consumer keeps in order to take each change once.
    pub change_id: Uuid,
    #[schema(format = "date-time")]
    pub at: String,
    /// What happened: `event.created`, `event.published`, `venue.deleted`, `key.revoked`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// What it happened to: `event`, `series`, `ticket_type`, `order`, `ticket`, `venue`, `channel`,
    /// `box_office`, `key`, `member`, `organization`.
    pub resource: String,
    pub id: Uuid,
    /// The resource's stored members after the change; `null` where it is gone. What follows from the clock or
    /// the stock (`over`, `soldOut`, `onSale`, `held`, `available`) is left out.
    #[schema(required, value_type = Option<Object>)]
    pub data: Option<Box<RawValue>>,
}

/// Some changes, and where to go on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangePage)]
pub(super) struct ChangesBody {
    pub items: Vec<ChangeBody>,
    /// Pass it as `after`: the last of these, or `after` itself where there is none.
    #[schema(minimum = 0)]
    pub next_after: i64,
}

impl ChangeBody {
    /// # Errors
    /// If the log holds something other than JSON: `null` would tell of a deletion.
    pub(super) fn of(app: &App, change: Change) -> Result<ChangeBody, Refusal> {
        let data = change.data.map(|text| match change.resource.as_str() {
            "event" => with_address(app, &text),
            _ => RawValue::from_string(text),
        });
        let data = data.transpose().map_err(|error| {
            tracing::error!(seq = change.seq, "a change holds no JSON: {error}");
            Refusal::Internal
        })?;
        Ok(ChangeBody {
            seq: change.seq,
            change_id: change.id.0,
            at: change.at.to_utc_text(),
            kind: change.kind,
            resource: change.resource,
            id: change.resource_id,
            data,
        })
    }
}

/// An event's public address follows from a setting of this server, so it is not in the log; a copy needs it.
fn with_address(app: &App, text: &str) -> serde_json::Result<Box<RawValue>> {
    let mut event = serde_json::from_str::<Map<String, Value>>(text)?;
    let number = event.get("number").and_then(Value::as_i64);
    let slug = event.get("slug").and_then(Value::as_str);
    if let (Some(number), Some(slug)) = (number, slug) {
        let address = app.event_url(number, slug);
        event.insert("publicUrl".to_owned(), Value::String(address));
    }
    to_raw_value(&event)
}

pub(super) fn example() -> Value {
    json!({
        "seq": 42, "changeId": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c1", "at": "2026-11-23T10:00:00Z",
        "type": "venue.deleted", "resource": "venue", "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4d0", "data": null,
    })
}
