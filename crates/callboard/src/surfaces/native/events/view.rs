//! An event as `/v1` answers it; every member is always there. Source: native-api.md §5.

use callboard_core::event::{Booking, Category, Lifecycle, PerformerRole, TimeBasis, Visibility};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::words;
use crate::surfaces::native::ticket_types::TicketTypeView;

/// An event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(in crate::surfaces::native) struct EventView {
    #[schema(format = "uuid")]
    pub id: String,
    /// Counts events from 1; the integer id of the channel surface, and part of the public address.
    pub number: i64,
    /// Unique in its box office; without one, in its organization.
    pub slug: String,
    #[schema(required)]
    pub title: Option<String>,
    #[schema(required)]
    pub description: Option<String>,
    #[schema(required)]
    pub notes: Option<String>,
    #[schema(schema_with = words::status)]
    pub status: Lifecycle,
    #[schema(schema_with = words::booking)]
    pub booking: Booking,
    /// At least one visible ticket type exists, and none of them has a ticket left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false)]
    pub sold_out: Option<bool>,
    /// Its end, or its start if it has no end, is past.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false)]
    pub over: Option<bool>,
    #[schema(schema_with = words::visibility)]
    pub visibility: Visibility,
    #[schema(schema_with = words::category)]
    pub category: Category,
    pub classifications: Vec<String>,
    pub timezone: String,
    #[schema(required, format = "date-time")]
    pub starts_at: Option<String>,
    #[schema(required, format = "date-time")]
    pub ends_at: Option<String>,
    #[schema(required, format = "date-time")]
    pub doors_at: Option<String>,
    /// As set; `null` where the length is simply end minus start.
    #[schema(required)]
    pub set_minutes: Option<i64>,
    pub local: LocalTimesView,
    #[schema(schema_with = words::time_basis)]
    pub time_basis: TimeBasis,
    #[schema(required, format = "uuid")]
    pub venue_id: Option<String>,
    #[schema(required, format = "uuid")]
    pub channel_id: Option<String>,
    #[schema(required, format = "uuid")]
    pub box_office_id: Option<String>,
    #[schema(required, format = "uuid")]
    pub series_id: Option<String>,
    pub place: PlaceView,
    pub performers: Vec<PerformerView>,
    #[schema(required)]
    pub producer_name: Option<String>,
    pub pricing: PricingView,
    pub offers: Vec<OfferView>,
    pub links: LinksView,
    /// The `id` of an uploaded image.
    #[schema(required)]
    pub cover_image_id: Option<i64>,
    #[schema(required, format = "uri")]
    pub poster_url: Option<String>,
    pub currency: String,
    #[schema(required)]
    pub capacity: Option<i64>,
    pub ticket_types: Vec<TicketTypeView>,
    #[schema(required)]
    pub external: Option<ExternalView>,
    #[schema(schema_with = words::metadata)]
    pub metadata: Map<String, Value>,
    /// Where people find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false, format = "uri")]
    pub public_url: Option<String>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// Wall times of an event in its `timezone`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LocalTimes)]
pub(in crate::surfaces::native) struct LocalTimesView {
    /// The date on the poster.
    #[schema(format = "date")]
    pub date: String,
    #[schema(required, format = "clock")]
    pub doors: Option<String>,
    #[schema(required, format = "clock")]
    pub start: Option<String>,
    #[schema(required, format = "clock")]
    pub end: Option<String>,
}

/// Where an event takes place, in its own words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EventPlace)]
pub(in crate::surfaces::native) struct PlaceView {
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub address: Option<String>,
    #[schema(required)]
    pub city: Option<String>,
    #[schema(required)]
    pub region: Option<String>,
    #[schema(required)]
    pub country: Option<String>,
    #[schema(required)]
    pub place_id: Option<String>,
    #[schema(required)]
    pub latitude: Option<f64>,
    #[schema(required)]
    pub longitude: Option<f64>,
}

/// Someone on the bill.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Performer)]
pub(in crate::surfaces::native) struct PerformerView {
    pub name: String,
    #[schema(schema_with = words::performer_role)]
    pub role: PerformerRole,
    #[schema(required)]
    pub band_slug: Option<String>,
    #[schema(required, format = "uri")]
    pub banner_url: Option<String>,
}

/// Prices that are not those of ticket types, in minor units of `currency`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Pricing)]
pub(in crate::surfaces::native) struct PricingView {
    #[schema(required)]
    pub online: Option<i64>,
    #[schema(required)]
    pub door: Option<i64>,
    #[schema(required)]
    pub door_seller: Option<String>,
}

/// A ticket offer elsewhere.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(in crate::surfaces::native) struct OfferView {
    #[schema(required)]
    pub name: Option<String>,
    #[schema(format = "uri")]
    pub url: String,
    #[schema(required)]
    pub availability: Option<String>,
}

/// Addresses elsewhere.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Links)]
pub(in crate::surfaces::native) struct LinksView {
    #[schema(required, format = "uri")]
    pub ticketing: Option<String>,
    #[schema(required, format = "uri")]
    pub facebook_event: Option<String>,
    #[schema(required, format = "uri")]
    pub website: Option<String>,
}

/// The event's name in your own system.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExternalName)]
pub(in crate::surfaces::native) struct ExternalView {
    pub source: String,
    pub id: String,
}
