//! What the channel surface answers. Source: contracts.md §1.4.

use serde::Serialize;
use utoipa::ToSchema;

use super::body::AttendanceMode;

/// A channel that the key's owner may publish to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelDoc {
    /// What `channelId` takes.
    pub id: i64,
    pub name: String,
    pub slug: String,
}

/// A kind of event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClassificationDoc {
    pub id: i64,
    /// What `classifications` takes.
    pub slug: String,
    pub name: String,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventReply {
    pub doc: EventDoc,
}

/// An event as its channel shows it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventDoc {
    pub id: i64,
    pub channel_id: i64,
    pub title: String,
    pub slug: String,
    #[schema(value_type = EventStatus)]
    pub status: &'static str,
    /// With the offset of the event's own zone.
    #[schema(format = "date-time")]
    pub start_at: String,
    #[schema(format = "date-time", required)]
    pub end_at: Option<String>,
    /// The start is not known yet; `startAt` is the doors, or the beginning of the day. There only when true.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub time_tba: bool,
    /// IANA name.
    #[schema(format = "timezone")]
    pub timezone: String,
    pub classifications: Vec<String>,
    /// `null` for an event of which no city is known.
    #[schema(required)]
    pub approx_location: Option<ApproxLocationDoc>,
    #[schema(required)]
    pub location_name: Option<String>,
    #[schema(required)]
    pub location: Option<LocationDoc>,
    #[schema(required)]
    pub description: Option<String>,
    /// The id of an uploaded image.
    #[schema(required)]
    pub cover_image: Option<i64>,
    #[schema(required)]
    pub capacity: Option<i64>,
    #[schema(required, value_type = Option<AttendanceMode>)]
    pub attendance_mode: Option<&'static str>,
    #[schema(required)]
    pub audience: Option<String>,
    /// Offers elsewhere; where there are none and tickets are sold here, one per ticket type.
    pub offers: Vec<OfferDoc>,
    /// The public page of the event.
    #[schema(format = "uri")]
    pub url: String,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// The words of `status`. Only the first two can be set here.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "for the document; the words themselves are the core's")]
pub(super) enum EventStatus {
    Draft,
    Published,
    Cancelled,
    Archived,
}

/// Where it is, roughly.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct ApproxLocationDoc {
    pub city: CityDoc,
}

/// A city. Its place id begins with `local:` where the event's maker gave none.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CityDoc {
    pub place_id: String,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(format = "country", required)]
    pub country_code: Option<String>,
}

/// Where it is, exactly.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct LocationDoc {
    #[schema(required)]
    pub address: Option<String>,
    #[schema(required)]
    pub latitude: Option<f64>,
    #[schema(required)]
    pub longitude: Option<f64>,
}

/// Where tickets are.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct OfferDoc {
    #[schema(required)]
    pub name: Option<String>,
    #[schema(format = "uri")]
    pub url: String,
    #[schema(required)]
    pub availability: Option<String>,
}

/// One uploaded image.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MediaReply {
    pub doc: MediaDoc,
}

/// An uploaded image.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaDoc {
    /// What `coverImage` takes.
    pub id: i64,
    #[schema(format = "uri")]
    pub url: String,
    pub mime_type: String,
    pub width: i64,
    pub height: i64,
    #[schema(required)]
    pub alt: Option<String>,
}
