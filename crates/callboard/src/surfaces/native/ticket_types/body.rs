//! Bodies that say something about a ticket type. Source: native-api.md §5.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::patch::double_option;

/// A new ticket type.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::surfaces::native) struct NewTicketType {
    #[schema(format = "line", max_length = 100)]
    pub(super) name: String,
    #[serde(default)]
    #[schema(format = "lines", max_length = 2_000)]
    pub(super) description: Option<String>,
    /// In minor units of the event's currency; 0 is free.
    #[schema(minimum = 0, maximum = 10_000_000_000_i64)]
    pub(super) price: i64,
    /// How many there are.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub(super) quantity: i64,
    /// When the sale opens; at once if left out.
    #[serde(default)]
    #[schema(format = "date-time", max_length = 64)]
    pub(super) sale_starts_at: Option<String>,
    /// When the sale closes; when the event is over if left out.
    #[serde(default)]
    #[schema(format = "date-time", max_length = 64)]
    pub(super) sale_ends_at: Option<String>,
    /// Fewest tickets of one order; 1 if left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub(super) min_per_order: Option<i64>,
    /// Most tickets of one order; up to 100 if left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub(super) max_per_order: Option<i64>,
    /// Left out of public lists; it sells by id.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) hidden: Option<bool>,
}

/// Changes to a ticket type. What is left out stays as it is; `null` clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::surfaces::native) struct TicketTypeChange {
    #[serde(default)]
    #[schema(nullable = false, format = "line", max_length = 100)]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "lines", max_length = 2_000)]
    pub(super) description: Option<Option<String>>,
    #[serde(default)]
    #[schema(nullable = false, minimum = 0, maximum = 10_000_000_000_i64)]
    pub(super) price: Option<i64>,
    /// Never less than what is sold and held.
    #[serde(default)]
    #[schema(nullable = false, minimum = 0, maximum = 10_000_000)]
    pub(super) quantity: Option<i64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time", max_length = 64)]
    pub(super) sale_starts_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time", max_length = 64)]
    pub(super) sale_ends_at: Option<Option<String>>,
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 100)]
    pub(super) min_per_order: Option<i64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub(super) max_per_order: Option<Option<i64>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) hidden: Option<bool>,
}
