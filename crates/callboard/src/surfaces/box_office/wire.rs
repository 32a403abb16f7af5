//! What this surface answers. Source: contracts.md §4.2 (names beyond the published ones are inferred).

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{CategoryWord, StatusWord, VisibilityWord};

/// An event with its ticket types.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(super) struct EventWire<'a> {
    pub id: Uuid,
    /// Unique within the box office.
    pub slug: &'a str,
    pub title: &'a str,
    pub description: Option<&'a str>,
    pub status: StatusWord,
    pub visibility: VisibilityWord,
    pub category: CategoryWord,
    /// UTC.
    #[schema(format = "date-time")]
    pub starts_at: String,
    #[schema(format = "date-time")]
    pub ends_at: Option<String>,
    #[schema(format = "date-time")]
    pub doors_open: Option<String>,
    /// The IANA zone in which the event takes place.
    pub timezone: &'a str,
    /// The venue's name where the event has none of its own.
    pub venue_name: Option<&'a str>,
    pub address: Option<&'a str>,
    pub city: Option<&'a str>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// ISO 4217.
    pub currency: &'a str,
    #[schema(value_type = Option<String>)]
    pub image_url: Option<Cow<'a, str>>,
    /// The event's page for people.
    pub public_url: String,
    pub ticket_types: Vec<TicketTypeWire<'a>>,
    /// Only there, and true, where the start is not known yet; `startsAt` is then the doors or the day's beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_tba: Option<bool>,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// A ticket type as its organizer sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketType)]
pub(super) struct TicketTypeWire<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub description: Option<&'a str>,
    /// In the currency's smallest unit: cents for USD.
    pub price: i64,
    pub currency: &'a str,
    pub quantity: i64,
    pub sold: i64,
    /// `quantity` less what is sold and held.
    pub available: i64,
    #[schema(format = "date-time")]
    pub sale_starts_at: Option<String>,
    #[schema(format = "date-time")]
    pub sale_ends_at: Option<String>,
    pub min_per_order: i64,
    pub max_per_order: Option<i64>,
    pub hidden: bool,
    /// The event sells and the sale window is open.
    pub on_sale: bool,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventReply)]
pub(super) struct EventReply<'a> {
    pub event: EventWire<'a>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventList)]
pub(super) struct EventList<'a> {
    pub events: Vec<EventWire<'a>>,
    pub pagination: Pagination,
}

/// Where a page stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pagination {
    pub page: i64,
    /// The effective limit; what was asked above 100 is 100.
    pub limit: i64,
    pub total: i64,
    pub total_pages: i64,
}

/// The ticket types of an event, hidden ones included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketTypeList<'a> {
    pub ticket_types: Vec<TicketTypeWire<'a>>,
}

/// What is left at this instant; hidden ticket types are left out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Availability {
    pub event_id: Uuid,
    pub slug: String,
    pub status: StatusWord,
    pub currency: String,
    /// There are tickets to sell, and none is left.
    pub sold_out: bool,
    /// Of all visible ticket types together.
    pub available: i64,
    pub ticket_types: Vec<TypeAvailability>,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// What is left of one ticket type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeAvailability {
    pub id: Uuid,
    pub name: String,
    pub price: i64,
    pub available: i64,
    pub sold_out: bool,
    pub on_sale: bool,
}
