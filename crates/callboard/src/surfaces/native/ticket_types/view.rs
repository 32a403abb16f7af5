//! A ticket type as `/v1` answers it. Source: native-api.md §5.

use serde::Serialize;
use utoipa::ToSchema;

/// A kind of ticket of one event. The members that follow from clock and stock are left out of the change log.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketType)]
pub(in crate::surfaces::native) struct TicketTypeView {
    #[schema(format = "uuid")]
    pub id: String,
    #[schema(format = "uuid")]
    pub event_id: String,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    /// In minor units of the event's currency.
    pub price: i64,
    pub quantity: i64,
    #[schema(required, format = "date-time")]
    pub sale_starts_at: Option<String>,
    #[schema(required, format = "date-time")]
    pub sale_ends_at: Option<String>,
    pub min_per_order: i64,
    /// `null` means up to 100.
    #[schema(required)]
    pub max_per_order: Option<i64>,
    /// Left out of public lists; it sells by id.
    pub hidden: bool,
    pub sold: i64,
    /// In holds that have not run out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false)]
    pub held: Option<i64>,
    /// `quantity − sold − held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false)]
    pub available: Option<i64>,
    /// The event is published and not over, and the sale's window is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false)]
    pub on_sale: Option<bool>,
}
