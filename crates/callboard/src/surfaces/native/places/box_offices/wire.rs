//! Box offices on the wire.

use callboard_core::place::BoxOffice;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A box office. What is created through it also appears at its default venue and channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BoxOffice)]
pub(in crate::surfaces::native) struct BoxOfficeBody {
    pub id: Uuid,
    pub name: String,
    #[schema(format = "slug")]
    pub slug: String,
    #[schema(format = "timezone")]
    pub timezone: String,
    #[schema(format = "currency")]
    pub currency: String,
    #[schema(required)]
    pub default_venue_id: Option<Uuid>,
    #[schema(required)]
    pub default_channel_id: Option<Uuid>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

impl From<&BoxOffice> for BoxOfficeBody {
    fn from(box_office: &BoxOffice) -> Self {
        let details = &box_office.details;
        BoxOfficeBody {
            id: box_office.id.0,
            name: details.name.clone(),
            slug: details.slug.to_string(),
            timezone: details.zone.name().to_owned(),
            currency: details.currency.as_str().to_owned(),
            default_venue_id: details.default_venue_id.map(Uuid::from),
            default_channel_id: details.default_channel_id.map(Uuid::from),
            version: box_office.stamp.version,
            created_at: box_office.stamp.created_at.to_utc_text(),
            updated_at: box_office.stamp.updated_at.to_utc_text(),
        }
    }
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4f0", "name": "Harbor Tickets", "slug": "harbor-tickets",
        "timezone": "America/New_York", "currency": "USD", "defaultVenueId": null, "defaultChannelId": null,
        "version": 1, "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}
