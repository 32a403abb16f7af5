//! Venues on the wire.

use callboard_core::place::Venue;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A venue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Venue)]
pub(in crate::surfaces::native) struct VenueBody {
    pub id: Uuid,
    pub name: String,
    #[schema(format = "slug")]
    pub slug: String,
    pub city: String,
    pub state_province: String,
    #[schema(format = "country")]
    pub country: String,
    #[schema(format = "timezone")]
    pub timezone: String,
    #[schema(minimum = 1)]
    pub capacity: i64,
    #[schema(required)]
    pub address: Option<String>,
    #[schema(required)]
    pub latitude: Option<f64>,
    #[schema(required)]
    pub longitude: Option<f64>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

impl From<&Venue> for VenueBody {
    fn from(venue: &Venue) -> Self {
        let details = &venue.details;
        VenueBody {
            id: venue.id.0,
            name: details.name.clone(),
            slug: details.slug.to_string(),
            city: details.city.clone(),
            state_province: details.state_province.clone(),
            country: details.country.clone(),
            timezone: details.zone.name().to_owned(),
            capacity: details.capacity,
            address: details.address.clone(),
            latitude: details.latitude,
            longitude: details.longitude,
            version: venue.stamp.version,
            created_at: venue.stamp.created_at.to_utc_text(),
            updated_at: venue.stamp.updated_at.to_utc_text(),
        }
    }
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4d0", "name": "The Lighthouse", "slug": "the-lighthouse",
        "city": "Boston", "stateProvince": "MA", "country": "US", "timezone": "America/New_York", "capacity": 220,
        "address": "1 Harbor Way", "latitude": 42.36, "longitude": -71.05, "version": 1,
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}
