//! What is sent about sales. Source: native-api.md §7.

use callboard_core::ids::{EventId, HoldId, TicketTypeId};
use serde::Deserialize;
use utoipa::ToSchema;

/// So many tickets of one type.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ItemBody {
    #[schema(value_type = String, format = "uuid")]
    pub(super) ticket_type_id: TicketTypeId,
    #[schema(minimum = 1, maximum = 100)]
    pub(super) quantity: i64,
}

/// Tickets to keep for a while.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewHold {
    /// Each ticket type once.
    #[schema(min_items = 1, max_items = 50)]
    pub(super) items: Vec<ItemBody>,
    /// How long; 600 if left out.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 1_800)]
    pub(super) ttl_seconds: Option<i64>,
}

/// An order: either `items` or `holdId`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewOrder {
    #[schema(value_type = String, format = "uuid")]
    pub(super) event_id: EventId,
    /// Each ticket type once; left out with `holdId`.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 50)]
    pub(super) items: Option<Vec<ItemBody>>,
    /// Buys what this hold keeps, all of it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub(super) hold_id: Option<HoldId>,
    pub(super) buyer: BuyerBody,
    pub(super) payment: PaymentBody,
}

/// Who buys.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewBuyer)]
pub(super) struct BuyerBody {
    #[schema(format = "line", max_length = 200)]
    pub(super) name: String,
    #[schema(max_length = 254)]
    pub(super) email: String,
}

/// How it is paid; no money moves here.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewPayment)]
pub(super) struct PaymentBody {
    /// `free` where the total is 0, `door` to be paid on entry, `external` paid elsewhere.
    pub(super) method: MethodWord,
    /// The payment's name where it was made; required with `external`.
    #[serde(default)]
    #[schema(format = "line", max_length = 200)]
    pub(super) reference: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentMethod)]
pub(super) enum MethodWord {
    Free,
    Door,
    External,
}

/// A scan at the door.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewCheckIn {
    /// What the QR code says; letter case does not matter.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) code: String,
    /// Where it was scanned.
    #[serde(default)]
    #[schema(format = "line", max_length = 100)]
    pub(super) gate: Option<String>,
}
