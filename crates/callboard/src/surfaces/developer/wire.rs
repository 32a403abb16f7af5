//! What is sent and received here. Source: contracts.md §3.1, §3.2.

use callboard_core::ids::{EventId, KeyId, OrderId, TicketTypeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key that is asked for. Unknown members are ignored.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CreateApiKey {
    /// What the key is for; shown in lists.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub(super) name: String,
    /// Binds the key to one event; left out or null, it is for the whole organization.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub(super) event_id: Option<EventId>,
}

/// A key as lists show it: exactly these six members, never the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiKeyEntry {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: KeyId,
    pub(super) name: String,
    /// How every key of this kind begins.
    pub(super) prefix: String,
    #[schema(value_type = Option<String>, format = "uuid", required = true)]
    pub(super) event_id: Option<EventId>,
    #[schema(format = "date-time")]
    pub(super) created_at: String,
    /// Null until the first use; later uses may show up to a minute late.
    #[schema(format = "date-time", required = true)]
    pub(super) last_used_at: Option<String>,
}

/// A new key with its token, which no other answer shows.
#[derive(Serialize, ToSchema)]
pub(super) struct NewApiKey {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: KeyId,
    pub(super) name: String,
    /// The whole key, this once.
    pub(super) key: String,
    #[schema(value_type = Option<String>, format = "uuid", required = true)]
    pub(super) event_id: Option<EventId>,
    #[schema(format = "date-time")]
    pub(super) created_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedApiKey {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: KeyId,
    pub(super) deleted: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiKeyList {
    pub(super) success: bool,
    /// Newest first.
    pub(super) data: Vec<ApiKeyEntry>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiKeyReply {
    pub(super) success: bool,
    pub(super) data: ApiKeyEntry,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NewApiKeyReply {
    pub(super) success: bool,
    pub(super) data: NewApiKey,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedApiKeyReply {
    pub(super) success: bool,
    pub(super) data: DeletedApiKey,
}

/// Somebody who is registered for an event. Unknown members are ignored.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Registration {
    #[schema(value_type = String, format = "uuid")]
    pub(super) event_id: EventId,
    #[schema(max_length = 254)]
    pub(super) email: String,
    #[schema(min_length = 1, max_length = 99, format = "line")]
    pub(super) first_name: String,
    #[schema(min_length = 1, max_length = 99, format = "line")]
    pub(super) last_name: String,
    /// The ticket type.
    #[schema(value_type = String, format = "uuid")]
    pub(super) ticket_id: TicketTypeId,
    /// 1 if left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub(super) quantity: Option<i64>,
    /// There are no promo codes yet: any is refused.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(super) promo_code: Option<String>,
}

/// The order of a registration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Registered {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: OrderId,
    #[schema(value_type = String, format = "uuid")]
    pub(super) event_id: EventId,
    /// One id for each e-mail address in the organization.
    #[schema(value_type = String, format = "uuid")]
    pub(super) attendee_id: uuid::Uuid,
    /// `ORD-` and digits.
    pub(super) order_number: String,
    #[schema(value_type = String)]
    pub(super) status: &'static str,
    /// In major units of the event's currency.
    #[schema(value_type = f64)]
    pub(super) total: Box<serde_json::value::RawValue>,
    #[schema(format = "date-time")]
    pub(super) created_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegisteredReply {
    pub(super) success: bool,
    pub(super) data: Registered,
}
