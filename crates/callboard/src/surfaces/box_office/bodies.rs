//! What clients send: a new event, a change to one, a ticket type. The published schemas validate these
//! bodies before they are read. Source: contracts.md §4.2.

use callboard_core::event::patch::Change;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{CategoryWord, VisibilityWord};
use crate::http::patch::double_option;

/// A new event. `status` is not accepted: an event is born as a draft, and v1 does not change that.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEvent {
    #[schema(format = "line", min_length = 1, max_length = 200)]
    pub title: String,
    /// Without `Z` or an offset, the wall time in `timezone`.
    #[schema(format = "date-time-or-wall")]
    pub starts_at: String,
    /// Not before `startsAt`.
    #[schema(format = "date-time-or-wall")]
    pub ends_at: Option<String>,
    #[schema(format = "date-time-or-wall")]
    pub doors_open: Option<String>,
    /// An IANA zone; the box office's if left out.
    #[schema(format = "timezone")]
    pub timezone: Option<String>,
    #[schema(format = "line", max_length = 200)]
    pub venue_name: Option<String>,
    #[schema(format = "line", max_length = 200)]
    pub address: Option<String>,
    #[schema(format = "line", max_length = 200)]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(format = "country")]
    pub country: Option<String>,
    /// ISO 4217; `USD` if left out.
    #[schema(format = "currency")]
    pub currency: Option<String>,
    /// `PUBLIC` if left out.
    pub visibility: Option<VisibilityWord>,
    /// `OTHER` if left out.
    pub category: Option<CategoryWord>,
    /// Made from the title if left out, with `-2`, `-3` where that is taken.
    #[schema(format = "slug", max_length = 100)]
    pub slug: Option<String>,
    #[schema(format = "lines", max_length = 20_000)]
    pub description: Option<String>,
    #[schema(format = "uri", max_length = 2_000)]
    pub image_url: Option<String>,
    /// Made together with the event, all or nothing.
    #[schema(max_items = 50)]
    pub ticket_types: Option<Vec<NewTicketType>>,
}

/// A change: members left out stay as they are, `null` clears where it is allowed. `status` is not accepted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventChanges {
    #[schema(format = "line", min_length = 1, max_length = 200, nullable = false)]
    pub title: Option<String>,
    #[schema(format = "date-time-or-wall", nullable = false)]
    pub starts_at: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "date-time-or-wall", value_type = Option<String>)]
    pub ends_at: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "date-time-or-wall", value_type = Option<String>)]
    pub doors_open: Change<String>,
    #[schema(format = "timezone", nullable = false)]
    pub timezone: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "line", max_length = 200, value_type = Option<String>)]
    pub venue_name: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "line", max_length = 200, value_type = Option<String>)]
    pub address: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "line", max_length = 200, value_type = Option<String>)]
    pub city: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "country", value_type = Option<String>)]
    pub country: Change<String>,
    #[schema(format = "currency", nullable = false)]
    pub currency: Option<String>,
    #[schema(nullable = false)]
    pub visibility: Option<VisibilityWord>,
    #[schema(nullable = false)]
    pub category: Option<CategoryWord>,
    #[schema(format = "slug", max_length = 100, nullable = false)]
    pub slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "lines", max_length = 20_000, value_type = Option<String>)]
    pub description: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(format = "uri", max_length = 2_000, value_type = Option<String>)]
    pub image_url: Change<String>,
    /// A ticket type to add.
    pub add_ticket_type: Option<NewTicketType>,
    /// The id of a ticket type to take away, before one is added; only while none of it is sold.
    pub remove_ticket_type_id: Option<Uuid>,
    /// The same under another name.
    pub remove_ticket_type: Option<TicketTypeRef>,
}

/// A new ticket type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewTicketType {
    #[schema(format = "line", min_length = 1, max_length = 100)]
    pub name: String,
    /// In the currency's smallest unit: cents for USD; 0 is free.
    #[schema(minimum = 0, maximum = 10_000_000_000i64)]
    pub price: i64,
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub quantity: i64,
    #[schema(format = "lines", max_length = 20_000)]
    pub description: Option<String>,
    /// Without `Z` or an offset, the wall time in the event's zone.
    #[schema(format = "date-time-or-wall")]
    pub sale_starts_at: Option<String>,
    /// After `saleStartsAt`.
    #[schema(format = "date-time-or-wall")]
    pub sale_ends_at: Option<String>,
    /// 1 if left out.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub min_per_order: Option<i64>,
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub max_per_order: Option<i64>,
    /// Left out of the public page and of the availability; `false` if left out.
    pub hidden: Option<bool>,
}

/// A ticket type by its id, or by an object that has it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum TicketTypeRef {
    Id(Uuid),
    Object { id: Uuid },
}

impl TicketTypeRef {
    pub(super) fn id(self) -> Uuid {
        match self {
            TicketTypeRef::Id(id) | TicketTypeRef::Object { id } => id,
        }
    }
}

impl From<&NewEvent> for EventChanges {
    /// Everything that a new event says, as a change to one about which nothing is said yet.
    fn from(new: &NewEvent) -> Self {
        let said = |value: &Option<String>| value.clone().map(Some);
        EventChanges {
            title: Some(new.title.clone()),
            starts_at: Some(new.starts_at.clone()),
            ends_at: said(&new.ends_at),
            doors_open: said(&new.doors_open),
            timezone: new.timezone.clone(),
            venue_name: said(&new.venue_name),
            address: said(&new.address),
            city: said(&new.city),
            country: said(&new.country),
            currency: new.currency.clone(),
            visibility: new.visibility,
            category: new.category,
            slug: new.slug.clone(),
            description: said(&new.description),
            image_url: said(&new.image_url),
            ..EventChanges::default()
        }
    }
}
